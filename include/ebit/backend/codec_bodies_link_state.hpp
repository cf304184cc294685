// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <ebit/backend/codec_bodies.hpp>
#include <ebit/backend/codec_layout.hpp>
#include <ebit/route/link_state_wire.hpp>

/// The bodies by which nodes tell each other of the state of links, byte by byte.
namespace ebit::codec::detail {

/// What is measured per what was forecast: 0 or more, and finite.
struct is_ratio {
  static constexpr bool allows(double x) noexcept { return x >= 0 && x <= 3.4028234663852886e38; }
};

template <>
struct form<wire::advertised::receipt> {
  static constexpr std::size_t size = 12;
  static constexpr bool fits(const wire::advertised::receipt&) noexcept { return true; }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, const wire::advertised::receipt& r) noexcept {
    store(at, r.origin.value());
    store(at + 4, r.link.value());
    store(at + 8, r.tag);
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, wire::advertised::receipt& r) noexcept {
    r = {node_id{load<std::uint32_t>(at)}, path_id{load<std::uint32_t>(at + 4)}, load<std::uint32_t>(at + 8)};
    return true;
  }
};

template <>
struct layout<wire::advertisement>
    : fields<
          field<&wire::advertisement::age>, field<&wire::advertisement::origin>, field<&wire::advertisement::link>,
          field<&wire::advertisement::peer>, field<&wire::advertisement::incarnation>,
          field<&wire::advertisement::sequence>, field<&wire::advertisement::yield, is_ratio>,
          field<&wire::advertisement::purity, is_ratio>, field<&wire::advertisement::free_slots>,
          field<&wire::advertisement::hops>,
          field<&wire::advertisement::flags, bits_of<wire::advertisement::is_up | wire::advertisement::is_withdrawn>>,
          field<&wire::advertisement::life>, unwritten<&wire::advertisement::reserved>> {};

template <>
struct layout<wire::advertised> : fields<array_field<&wire::advertised::receipts>, field<&wire::advertised::life>> {};

}  // namespace ebit::codec::detail
