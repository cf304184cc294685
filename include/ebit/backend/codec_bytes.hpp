// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include <ebit/config.hpp>

/// The byte form of messages, events and actions, for backends outside of this process. Every field stands at a fixed
/// place in network byte order; nothing allocates or throws, and nothing is read or written outside the given span.
/// What comes from outside is checked completely: bytes decode to a value of the declared ranges, which encodes to
/// the same bytes, or the fault is named.
namespace ebit::codec {

/// Of the byte form. It changes whenever the place or meaning of any byte does.
inline constexpr std::uint8_t version = 1;

/// What is wrong with bytes.
enum class fault : std::uint8_t {
  none,
  truncated,     ///< they end too early
  bad_version,   ///< of another version of the byte form
  unknown_type,  ///< a number that names no content here; a node counts and ignores such messages
  bad_length,    ///< a length that this type does not have
  bad_value,     ///< a field out of its range
  trailing,      ///< all is well, but more bytes follow
  bad_frame      ///< in a stream: no frame begins where one has to
};

[[nodiscard]] constexpr std::string_view name_of(fault f) {
  switch (f) {
    case fault::none: return "none";
    case fault::truncated: return "truncated";
    case fault::bad_version: return "bad version";
    case fault::unknown_type: return "unknown type";
    case fault::bad_length: return "bad length";
    case fault::bad_value: return "bad value";
    case fault::trailing: return "trailing bytes";
    case fault::bad_frame: return "bad frame";
  }
  return "no fault of this version";
}

/// A value out of bytes, or why there is none. `value` counts only if `error` is `none`, or `trailing`: then `used`
/// says where the bytes after it begin.
template <class T>
struct decoded {
  T value{};
  fault error = fault::none;
  std::size_t used = 0;  ///< bytes that belong to the value; of an unknown type: to what was skipped

  [[nodiscard]] explicit operator bool() const noexcept { return error == fault::none; }
};

namespace detail {

template <class Unsigned>
[[nodiscard]] EBIT_ALWAYS_INLINE Unsigned network_order(Unsigned value) noexcept {
  if constexpr (std::endian::native == std::endian::big || sizeof(Unsigned) == 1)
    return value;
  else if constexpr (sizeof(Unsigned) == 2)
    return __builtin_bswap16(value);
  else if constexpr (sizeof(Unsigned) == 4)
    return __builtin_bswap32(value);
  else
    return __builtin_bswap64(value);
}

template <class Unsigned>
EBIT_ALWAYS_INLINE void store(std::byte* at, Unsigned value) noexcept {
  const Unsigned ordered = network_order(value);
  std::memcpy(at, &ordered, sizeof ordered);
}

template <class Unsigned>
[[nodiscard]] EBIT_ALWAYS_INLINE Unsigned load(const std::byte* at) noexcept {
  Unsigned ordered = 0;
  std::memcpy(&ordered, at, sizeof ordered);
  return network_order(ordered);
}

}  // namespace detail
}  // namespace ebit::codec
