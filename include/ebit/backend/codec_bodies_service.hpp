// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include <ebit/backend/codec_bodies.hpp>
#include <ebit/backend/codec_layout.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/orchestrate/outcomes.hpp>
#include <ebit/orchestrate/wire_service.hpp>

/// The bodies by which a controller and the agents of endpoints and switches speak to each other, byte by byte. What a
/// controller answers as `invalid` (no pairs, a tenant it does not know) passes.
namespace ebit::codec::detail {

template <>
inline constexpr orchestrate::shortage last_of<orchestrate::shortage> = orchestrate::shortage::endpoint_fault;
template <>
inline constexpr orchestrate::verdict_on_request last_of<orchestrate::verdict_on_request> =
    orchestrate::verdict_on_request::given_up;
template <>
inline constexpr orchestrate::ending last_of<orchestrate::ending> = orchestrate::ending::replaced;

using is_role = at_most<wire::grant::relay_to_tail>;
/// A place in a walk behind its head, or a number of its parts.
struct is_place {
  static constexpr bool allows(std::uint64_t x) noexcept { return x > 0; }
};
using is_ending = at_most<last_of<orchestrate::ending>>;
using is_wish = bits_of<wire::ask::atomic | wire::ask::consecutive | wire::ask::stock | wire::ask::accepted>;

template <>
struct form<wire::compact_transmittance> {
  static constexpr std::size_t size = 2;
  static constexpr bool fits(wire::compact_transmittance) noexcept { return true; }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, wire::compact_transmittance t) noexcept {
    store(at, std::bit_cast<std::uint16_t>(t));
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, wire::compact_transmittance& t) noexcept {
    t = std::bit_cast<wire::compact_transmittance>(load<std::uint16_t>(at));
    return true;
  }
};

template <>
struct form<wire::compact_stray> {
  static constexpr std::size_t size = 2;
  static constexpr bool fits(wire::compact_stray s) noexcept { return s.is_valid(); }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, wire::compact_stray s) noexcept {
    store(at, std::bit_cast<std::uint16_t>(s));
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, wire::compact_stray& s) noexcept {
    s = std::bit_cast<wire::compact_stray>(load<std::uint16_t>(at));
    return s.is_valid();
  }
};

template <>
struct form<wire::switch_plan::join> {
  static constexpr std::size_t size = 4;
  static constexpr bool fits(wire::switch_plan::join) noexcept { return true; }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, wire::switch_plan::join j) noexcept {
    store(at, j.in);
    store(at + 2, j.out);
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, wire::switch_plan::join& j) noexcept {
    j = {load<std::uint16_t>(at), load<std::uint16_t>(at + 2)};
    return true;
  }
};

template <>
struct layout<wire::ask>
    : fields<field<&wire::ask::time_left>, field<&wire::ask::request>, field<&wire::ask::peer>,
             field<&wire::ask::ticket>, field<&wire::ask::pairs>, field<&wire::ask::incarnation>,
             field<&wire::ask::tenant>, field<&wire::ask::purpose>, field<&wire::ask::min_fidelity>,
             field<&wire::ask::priority, at_most<7>>, field<&wire::ask::kind, at_most<last_of<request_kind>>>,
             field<&wire::ask::bases, at_most<last_of<basis_choice>>>, field<&wire::ask::flags, is_wish>,
             field<&wire::ask::term>, unwritten<&wire::ask::reserved>> {};

template <>
struct layout<wire::grant>
    : fields<field<&wire::grant::starts_in>, field<&wire::grant::path>, field<&wire::grant::peer>,
             field<&wire::grant::request>, field<&wire::grant::station>, field<&wire::grant::pairs>,
             field<&wire::grant::lease>, field<&wire::grant::transmittance>, field<&wire::grant::fidelity_here>,
             field<&wire::grant::fidelity_there>, field<&wire::grant::port>, field<&wire::grant::term>,
             field<&wire::grant::stray>, field<&wire::grant::role, bits_of<wire::grant::roles | wire::grant::stock>>,
             field<&wire::grant::legs, is_place>, field<&wire::grant::analyser>, field<&wire::grant::life>> {};

template <>
struct layout<wire::leg>
    : fields<field<&wire::leg::walk>, field<&wire::leg::path>, field<&wire::leg::from>, field<&wire::leg::to>,
             field<&wire::leg::delay>, field<&wire::leg::transmittance>, field<&wire::leg::fidelity_from>,
             field<&wire::leg::fidelity_to>, field<&wire::leg::stray>, field<&wire::leg::term>,
             field<&wire::leg::links>, field<&wire::leg::position, is_place>, field<&wire::leg::descends, is_bit>,
             field<&wire::leg::analyser>, unwritten<&wire::leg::reserved>> {};

template <>
struct layout<wire::switch_plan>
    : fields<field<&wire::switch_plan::starts_in>, field<&wire::switch_plan::number>, field<&wire::switch_plan::term>,
             field<&wire::switch_plan::count, at_most<wire::switch_plan::most>>, field<&wire::switch_plan::life>,
             array_field<&wire::switch_plan::joins>> {};

template <>
struct layout<wire::withdraw>
    : fields<field<&wire::withdraw::ends_in>, field<&wire::withdraw::path>, field<&wire::withdraw::cause>,
             field<&wire::withdraw::port>, field<&wire::withdraw::term>, field<&wire::withdraw::why, is_ending>,
             field<&wire::withdraw::life>, unwritten<&wire::withdraw::reserved>> {};

template <>
struct layout<wire::answered>
    : fields<field<&wire::answered::value, number>, field<&wire::answered::request>, field<&wire::answered::ticket>,
             field<&wire::answered::element>, field<&wire::answered::term>,
             field<&wire::answered::outcome, at_most<last_of<orchestrate::verdict_on_request>>>,
             field<&wire::answered::short_of, at_most<last_of<orchestrate::shortage>>>, field<&wire::answered::wait>,
             field<&wire::answered::fidelity>> {};

template <>
struct layout<wire::released>
    : fields<field<&wire::released::attempts>, field<&wire::released::path>, field<&wire::released::delivered>,
             field<&wire::released::heralds>, field<&wire::released::request>, field<&wire::released::busy>,
             field<&wire::released::test_fidelity>, field<&wire::released::tests>, field<&wire::released::port>,
             field<&wire::released::incarnation>, field<&wire::released::why, is_ending>,
             field<&wire::released::role, is_role>> {};

template <>
struct layout<wire::plan_result>
    : fields<field<&wire::plan_result::number>, field<&wire::plan_result::term>, field<&wire::plan_result::port>,
             field<&wire::plan_result::outcome, at_most<wire::plan_result::superseded>>,
             unwritten<&wire::plan_result::reserved>> {};

template <>
struct layout<wire::health_news>
    : fields<field<&wire::health_news::element>, field<&wire::health_news::number>, field<&wire::health_news::port>,
             field<&wire::health_news::incarnation>,
             field<&wire::health_news::state, at_most<event::health::leaving>>,
             field<&wire::health_news::dark, is_bit>, field<&wire::health_news::faults>> {};

template <>
struct layout<wire::cancel> : fields<field<&wire::cancel::request>, field<&wire::cancel::ticket>,
                                     field<&wire::cancel::incarnation>, unwritten<&wire::cancel::reserved>> {};

}  // namespace ebit::codec::detail
