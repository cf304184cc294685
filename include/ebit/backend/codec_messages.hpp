// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include <ebit/backend/codec_by_type.hpp>
#include <ebit/backend/message.hpp>
#include <ebit/core/extremes.hpp>

namespace ebit::codec {

static_assert(message::current_version == version, "a message's version is that of its bytes");

/// Bytes before the body of a message: version (1), type (1), length of the body (2), from, to, circuit (4 each).
inline constexpr std::size_t message_header = 16;
/// No message takes more bytes than in memory; fields that are reserved are not sent.
inline constexpr std::size_t largest_message = message_header + message::capacity;
/// From this type number on bodies are users' own: they travel as they are, in the order of their bytes in memory.
inline constexpr std::uint8_t first_user_type = 0x80;

namespace detail {

/// More than any body has.
inline constexpr std::size_t no_length = message::capacity + 1;

/// Length of the body in bytes if it is of its type's size, else `no_length`.
struct measure_body {
  template <class Body>
  EBIT_ALWAYS_INLINE static std::size_t of(const message& m) noexcept {
    static_assert(is_complete<Body>, "this body has a field that its layout does not name");
    static_assert(layout<Body>::memory == sizeof(Body) || std::is_empty_v<Body>,
                  "a body with padding has bytes of no value: name them as reserved");
    static_assert(layout<Body>::bytes <= message::capacity);
    return m.size == sizeof(Body) ? layout<Body>::bytes : no_length;
  }
  static std::size_t other() noexcept { return no_length; }
};

/// Writes the body if it is sound and there is room, and returns its length.
struct put_body {
  template <class Body>
  EBIT_ALWAYS_INLINE static std::size_t of(const message& m, std::byte* const& at, const std::size_t& room) noexcept {
    const std::size_t length = measure_body::of<Body>(m);
    return length <= room && layout<Body>::put(at, m.body.data()) ? length : no_length;
  }
  static std::size_t other() noexcept { return no_length; }
};

/// Reads a body of `length` bytes, as far as they are there.
struct get_body {
  template <class Body>
  EBIT_ALWAYS_INLINE static fault of(message& m, const std::byte* const& at, const std::size_t& length,
                                     const bool& is_there) noexcept {
    if (length != layout<Body>::bytes) return fault::bad_length;
    if (!is_there) return fault::truncated;
    m.size = sizeof(Body);
    return layout<Body>::get(at, m.body.data()) ? fault::none : fault::bad_value;
  }
  static fault other() noexcept { return fault::unknown_type; }
};

}  // namespace detail

/// Bytes that `m` takes, or 0 if it cannot be encoded whatever its fields are (see `encode`).
[[nodiscard]] inline std::size_t encoded_size(const message& m) noexcept {
  const std::size_t length = m.type >= first_user_type ? m.size : detail::with_body<detail::measure_body>(m.type, m);
  return m.version == version && length <= message::capacity ? message_header + length : 0;
}

/// Writes `m` and returns the number of bytes, at most `largest_message`. 0 if `out` has no room for it or `m` is no
/// message: of another version, of a type that is neither the library's nor a user's, of a size that is not its
/// type's, or with a field out of its range.
[[nodiscard]] inline std::size_t encode(const message& m, std::span<std::byte> out) noexcept {
  if (m.version != version || out.size() < message_header) return 0;
  std::byte* const at = out.data();
  std::byte* const body = at + message_header;
  const std::size_t room = least(out.size() - message_header, message::capacity);
  std::size_t length = m.size;
  if (m.type < first_user_type)
    length = detail::with_body<detail::put_body>(m.type, m, body, room);
  else if (length <= room)
    std::memcpy(body, m.body.data(), length);
  if (length > room) return 0;
  detail::store(at, version);
  detail::store(at + 1, m.type);
  detail::store(at + 2, static_cast<std::uint16_t>(length));
  detail::store(at + 4, m.from.value());
  detail::store(at + 8, m.to.value());
  detail::store(at + 12, m.circuit.value());
  return message_header + length;
}

namespace detail {

/// Into a message that is all zeros.
inline fault read_message(std::span<const std::byte> in, message& m, std::size_t& used) noexcept {
  if (in.empty()) return fault::truncated;
  const std::byte* const at = in.data();
  if (load<std::uint8_t>(at) != version) return fault::bad_version;
  if (in.size() < message_header) return fault::truncated;
  const std::byte* const body = at + message_header;
  m.type = load<std::uint8_t>(at + 1);
  const std::size_t length = load<std::uint16_t>(at + 2);
  m.from = node_id{load<std::uint32_t>(at + 4)};
  m.to = node_id{load<std::uint32_t>(at + 8)};
  m.circuit = circuit_id{load<std::uint32_t>(at + 12)};
  if (length > message::capacity) return fault::bad_length;
  const bool is_there = in.size() - message_header >= length;
  fault why = fault::none;
  if (m.type < first_user_type) {
    why = with_body<get_body>(m.type, m, body, length, is_there);
    if (why == fault::bad_length) return why;
  } else if (is_there) {
    m.size = static_cast<std::uint16_t>(length);
    std::memcpy(m.body.data(), body, length);
  }
  if (!is_there) return fault::truncated;
  used = message_header + length;
  return why == fault::none && in.size() > used ? fault::trailing : why;
}

}  // namespace detail

/// Reads one message. Bytes that follow it are `trailing`. Of an unknown type only `used` counts, if all of it is
/// there: so a stream can go on behind it.
[[nodiscard]] inline decoded<message> decode_message(std::span<const std::byte> in) noexcept {
  decoded<message> read;
  read.error = detail::read_message(in, read.value, read.used);
  return read;
}

}  // namespace ebit::codec
