// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/codec_layout.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/link/wire.hpp>

/// The bodies of the messages by which the stack's own layers speak to each other, byte by byte.
namespace ebit::codec::detail {

template <>
inline constexpr failure last_of<failure> = failure::fault;
template <>
inline constexpr request_kind last_of<request_kind> = request_kind::prepare_state;
template <>
inline constexpr basis_choice last_of<basis_choice> = basis_choice::xyz;
template <>
inline constexpr request_outcome last_of<request_outcome> = request_outcome::drifted;
template <>
inline constexpr refusal last_of<refusal> = refusal::out_of_order;

using is_bit = at_most<1>;
using is_side = at_most<1>;
using is_frame = at_most<3>;
/// Of these bits, and no others.
template <auto Mask>
struct bits_of {
  static constexpr bool allows(std::uint64_t x) noexcept { return (x & ~static_cast<std::uint64_t>(Mask)) == 0; }
};
struct is_disposal {
  EBIT_ALWAYS_INLINE static constexpr bool allows(std::uint64_t x) noexcept {
    const auto byte = static_cast<std::uint8_t>(x & 0xff);
    const wire::disposal what = wire::disposal_of(byte);
    return what <= wire::disposal::receive && wire::basis_of(byte) <= last_of<basis> &&
           wire::disposal_byte(what, wire::basis_of(byte)) == x;
  }
};

template <>
struct layout<wire::acknowledged> : fields<field<&wire::acknowledged::tag>> {};

template <>
struct layout<wire::hello> : fields<field<&wire::hello::path>, field<&wire::hello::incarnation>> {};

template <>
struct layout<wire::link_started>
    : fields<field<&wire::link_started::epoch>, field<&wire::link_started::modes>,
             unwritten<&wire::link_started::reserved>, field<&wire::link_started::period>,
             field<&wire::link_started::spacing>, field<&wire::link_started::starts_in>,
             field<&wire::link_started::bright_upstream, fraction>,
             field<&wire::link_started::bright_downstream, fraction>> {};

template <>
struct layout<wire::distilled>
    : fields<field<&wire::distilled::keep_sequence>, field<&wire::distilled::sacrifice_sequence>,
             field<&wire::distilled::own_sequence>, field<&wire::distilled::keep_epoch>,
             field<&wire::distilled::sacrifice_epoch>, field<&wire::distilled::own_epoch>,
             field<&wire::distilled::facing, is_side>, field<&wire::distilled::bit, is_bit>,
             field<&wire::distilled::leads, is_bit>, field<&wire::distilled::round>> {};

template <>
struct layout<wire::swapped>
    : fields<field<&wire::swapped::half_sequence>, field<&wire::swapped::peer_sequence>, field<&wire::swapped::age>,
             field<&wire::swapped::half_epoch>, field<&wire::swapped::peer_epoch>, field<&wire::swapped::peer_path>,
             field<&wire::swapped::peer>, field<&wire::swapped::from>, field<&wire::swapped::to>,
             field<&wire::swapped::facing, is_side>, field<&wire::swapped::frame, is_frame>,
             unwritten<&wire::swapped::reserved>> {};

template <>
struct layout<wire::expired> : fields<field<&wire::expired::half_sequence>, field<&wire::expired::half_epoch>,
                                      field<&wire::expired::facing, is_side>, unwritten<&wire::expired::reserved>> {};

template <>
struct layout<wire::install>
    : fields<field<&wire::install::cutoff>, field<&wire::install::purpose>,
             field<&wire::install::link_fidelity, fraction>, field<&wire::install::estimate>,
             unwritten<&wire::install::reserved>, field<&wire::install::upstream>, field<&wire::install::downstream>,
             field<&wire::install::tail>, field<&wire::install::request>, field<&wire::install::pairs>,
             field<&wire::install::length_ns>, field<&wire::install::position>, field<&wire::install::hops>,
             field<&wire::install::width>, field<&wire::install::link_rounds>, field<&wire::install::end_rounds>,
             field<&wire::install::flags>> {};

template <>
struct layout<wire::ready> : fields<field<&wire::ready::position>> {};

template <>
struct layout<wire::refused>
    : fields<field<&wire::refused::hop>, field<&wire::refused::unsupported>, field<&wire::refused::full>> {};

template <>
struct layout<wire::go> : fields<field<&wire::go::starts_in>> {};

template <>
struct layout<wire::torn_down> : fields<field<&wire::torn_down::delivered>> {};

template <>
struct layout<wire::available> : fields<> {};

template <>
struct layout<wire::delivered>
    : fields<field<&wire::delivered::half_sequence>, field<&wire::delivered::name_sequence>,
             field<&wire::delivered::half_epoch>, field<&wire::delivered::name_epoch>,
             field<&wire::delivered::name_path>, field<&wire::delivered::request>, field<&wire::delivered::purpose>,
             field<&wire::delivered::frame, is_frame>, field<&wire::delivered::does, is_disposal>,
             field<&wire::delivered::asked_by>, field<&wire::delivered::estimate>, field<&wire::delivered::alarms>,
             unwritten<&wire::delivered::reserved>> {};

template <>
struct layout<wire::broken> : fields<field<&wire::broken::facing, is_side>, unwritten<&wire::broken::reserved>> {};

template <>
struct layout<wire::tested>
    : fields<field<&wire::tested::name_sequence>, field<&wire::tested::name_epoch>, field<&wire::tested::name_path>,
             field<&wire::tested::bit, is_bit>, unwritten<&wire::tested::reserved>> {};

template <>
struct layout<wire::enqueue>
    : fields<field<&wire::enqueue::time_left>, field<&wire::enqueue::purpose>, field<&wire::enqueue::request>,
             field<&wire::enqueue::asked_by>, field<&wire::enqueue::number>, field<&wire::enqueue::ticket>,
             field<&wire::enqueue::pairs>, field<&wire::enqueue::min_fidelity>,
             field<&wire::enqueue::priority, at_most<7>>, field<&wire::enqueue::weight>,
             field<&wire::enqueue::kind, at_most<last_of<request_kind>>>,
             field<&wire::enqueue::bases, at_most<last_of<basis_choice>>>,
             field<&wire::enqueue::flags, at_most<wire::enqueue::atomic | wire::enqueue::consecutive>>,
             unwritten<&wire::enqueue::reserved>> {};

template <>
struct layout<wire::not_enqueued>
    : fields<field<&wire::not_enqueued::request>, field<&wire::not_enqueued::ticket>,
             field<&wire::not_enqueued::why, at_most<last_of<refusal>>>, unwritten<&wire::not_enqueued::reserved>> {};

template <>
struct layout<wire::dequeued>
    : fields<field<&wire::dequeued::number>, field<&wire::dequeued::outcome, at_most<request_outcome::expired>>,
             field<&wire::dequeued::why, at_most<last_of<refusal>>>, unwritten<&wire::dequeued::reserved>,
             field<&wire::dequeued::words>> {};

}  // namespace ebit::codec::detail
