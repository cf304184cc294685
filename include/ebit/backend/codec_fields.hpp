// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include <ebit/backend/codec_bytes.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/quantum/operations.hpp>

/// Lists of fields. The layout of a type names its members once, in the order of their bytes; encoding, decoding,
/// sizes and the check that no member is forgotten follow from that list.
namespace ebit::codec::detail {

/// The last enumerator of an enumeration that counts from 0.
template <class Enum>
inline constexpr Enum last_of = [] {
  static_assert(!std::is_enum_v<Enum>, "say in last_of where this enumeration ends");
  return Enum{};
}();
template <>
inline constexpr bell_index last_of<bell_index> = bell_index::psi_minus;
template <>
inline constexpr half last_of<half> = half::b;
template <>
inline constexpr basis last_of<basis> = basis::z;

/// How a type of field is written: `size` in bytes, `put`, `get` (false: these bytes are no value), `fits` (false: no
/// value that can be written). A form of which all bytes are values may have `put_from` and `get_into` instead.
template <class T>
struct form;

template <class T>
  requires(std::unsigned_integral<T> && !std::same_as<T, bool>)
struct form<T> {
  static constexpr std::size_t size = sizeof(T);
  static constexpr bool fits(T) noexcept { return true; }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, T value) noexcept { store(at, value); }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, T& value) noexcept {
    value = load<T>(at);
    return true;
  }
};

template <>
struct form<bool> {
  static constexpr std::size_t size = 1;
  static constexpr bool fits(bool) noexcept { return true; }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, bool value) noexcept {
    *at = value ? std::byte{1} : std::byte{0};
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, bool& value) noexcept {
    value = *at != std::byte{0};
    return std::to_integer<std::uint8_t>(*at) <= 1;
  }
};

template <class T>
  requires std::is_enum_v<T>
struct form<T> {
  using number = std::underlying_type_t<T>;
  static constexpr std::size_t size = sizeof(number);
  static constexpr bool fits(T value) noexcept {
    return static_cast<number>(value) <= static_cast<number>(last_of<T>);
  }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, T value) noexcept { store(at, static_cast<number>(value)); }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, T& value) noexcept {
    value = static_cast<T>(load<number>(at));
    return fits(value);
  }
};

template <class T>
  requires std::floating_point<T>
struct form<T> {
  using number = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  static constexpr std::size_t size = sizeof(number);
  static constexpr bool fits(T) noexcept { return true; }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, T value) noexcept { store(at, std::bit_cast<number>(value)); }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, T& value) noexcept {
    value = std::bit_cast<T>(load<number>(at));
    return true;
  }
};

template <class Tag>
struct form<strong_id<Tag>> {
  static constexpr std::size_t size = 4;
  static constexpr bool fits(strong_id<Tag>) noexcept { return true; }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, strong_id<Tag> id) noexcept { store(at, id.value()); }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, strong_id<Tag>& id) noexcept {
    id = strong_id<Tag>{load<std::uint32_t>(at)};
    return true;
  }
};

/// Picoseconds in two's complement. The one number without a negative is no duration.
template <>
struct form<duration> {
  static constexpr std::size_t size = 8;
  static constexpr bool fits(duration d) noexcept { return d >= -duration::never(); }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, duration d) noexcept {
    store(at, static_cast<std::uint64_t>(d.picoseconds()));
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, duration& d) noexcept {
    d = duration::picoseconds(static_cast<std::int64_t>(load<std::uint64_t>(at)));
    return fits(d);
  }
};

template <class Clock>
struct form<time_point<Clock>> {
  static constexpr std::size_t size = 8;
  static constexpr bool fits(time_point<Clock> t) noexcept { return form<duration>::fits(t.since_epoch()); }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, time_point<Clock> t) noexcept {
    form<duration>::put(at, t.since_epoch());
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, time_point<Clock>& t) noexcept {
    duration since;
    const bool good = form<duration>::get(at, since);
    t = time_point<Clock>{since};
    return good;
  }
};

/// The most significant two bytes first, as of any number. Read and written where it lies in memory: compilers pass six
/// bytes on through the stack, in pieces that do not match.
template <>
struct form<wire::compact_duration> {
  static constexpr std::size_t size = 6;
  EBIT_ALWAYS_INLINE static void put_from(const std::byte* memory, std::byte* at) noexcept {
    for (std::size_t i = 0; i < size; i += 2) {
      std::uint16_t part = 0;
      std::memcpy(&part, memory + i, sizeof part);
      store(at + 4 - i, part);
    }
  }
  EBIT_ALWAYS_INLINE static void get_into(std::byte* memory, const std::byte* at) noexcept {
    for (std::size_t i = 0; i < size; i += 2) {
      const auto part = load<std::uint16_t>(at + 4 - i);
      std::memcpy(memory + i, &part, sizeof part);
    }
  }
};

template <>
struct form<wire::compact_fraction> {
  static constexpr std::size_t size = 2;
  static constexpr bool fits(wire::compact_fraction) noexcept { return true; }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, wire::compact_fraction x) noexcept {
    store(at, std::bit_cast<std::uint16_t>(x));
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, wire::compact_fraction& x) noexcept {
    x = std::bit_cast<wire::compact_fraction>(load<std::uint16_t>(at));
    return true;
  }
};

template <>
struct form<pauli_frame> {
  static constexpr std::size_t size = 1;
  static constexpr bool fits(pauli_frame f) noexcept { return f.bits() <= 3; }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, pauli_frame f) noexcept { store(at, f.bits()); }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, pauli_frame& f) noexcept {
    const auto bits = load<std::uint8_t>(at);
    f = pauli_frame{static_cast<bell_index>(bits & 3)};
    return bits <= 3;
  }
};

template <>
struct form<distil_recipe> {
  static constexpr std::size_t size = 2;
  static constexpr bool fits(const distil_recipe&) noexcept { return true; }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, const distil_recipe& r) noexcept {
    store(at, r.keep.element());
    store(at + 1, r.sacrifice.element());
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, distil_recipe& r) noexcept {
    const auto keep = load<std::uint8_t>(at), sacrifice = load<std::uint8_t>(at + 1);
    r = {bell_permutation::element(keep), bell_permutation::element(sacrifice)};
    return keep < 6 && sacrifice < 6;
  }
};

template <>
struct form<pair_id> {
  static constexpr std::size_t size = 16;
  static constexpr bool fits(const pair_id&) noexcept { return true; }
  EBIT_ALWAYS_INLINE static void put(std::byte* at, const pair_id& id) noexcept {
    store(at, id.path.value());
    store(at + 4, id.epoch);
    store(at + 8, id.sequence);
  }
  EBIT_ALWAYS_INLINE static bool get(const std::byte* at, pair_id& id) noexcept {
    id = {path_id{load<std::uint32_t>(at)}, load<std::uint32_t>(at + 4), load<std::uint64_t>(at + 8)};
    return true;
  }
};

}  // namespace ebit::codec::detail
