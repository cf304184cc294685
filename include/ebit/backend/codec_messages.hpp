// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include <ebit/backend/codec_by_type.hpp>
#include <ebit/backend/message.hpp>

namespace ebit::codec {

static_assert(message::current_version == version, "a message's version is that of its bytes");

/// Bytes before the body of a message: version (1), type (1), length of the body (2), from, to, circuit (4 each).
inline constexpr std::size_t message_header = 16;
/// No message takes more bytes than in memory; fields that are reserved are not sent.
inline constexpr std::size_t largest_message = message_header + message::capacity;
/// From this type number on bodies are users' own: they travel as they are, in the order of their bytes in memory.
inline constexpr std::uint8_t first_user_type = 0x80;

namespace detail {

/// The first 16 bytes of a message.
EBIT_ALWAYS_INLINE void put_header(const message& m, std::uint8_t type, std::uint16_t length,
                                   std::byte* at) noexcept {
  store(at, version);
  store(at + 1, type);
  store(at + 2, length);
  store(at + 4, m.from.value());
  store(at + 8, m.to.value());
  store(at + 12, m.circuit.value());
}
EBIT_ALWAYS_INLINE void get_header(const std::byte* at, std::uint8_t type, std::size_t size, message& m) noexcept {
  m.type = type;
  m.version = version;
  m.size = static_cast<std::uint16_t>(size);
  m.from = node_id{load<std::uint32_t>(at + 4)};
  m.to = node_id{load<std::uint32_t>(at + 8)};
  m.circuit = circuit_id{load<std::uint32_t>(at + 12)};
}

[[nodiscard]] inline bool is_users(const message& m) noexcept {
  return m.type >= first_user_type && m.version == version && m.size <= message::capacity;
}
// Out of line: what does all others need not keep registers for these calls.
[[gnu::noinline]] inline std::size_t put_users_message(const message& m, std::span<std::byte> out) noexcept {
  const std::size_t size = message_header + m.size;
  if (!is_users(m) || out.size() < size) return 0;
  put_header(m, m.type, m.size, out.data());
  std::memcpy(out.data() + message_header, m.body.data(), m.size);
  return size;
}
/// Of a type that is no library's: a user's, or unknown.
[[gnu::noinline]] inline fault get_other_message(std::span<const std::byte> in, message& m,
                                                 std::size_t& used) noexcept {
  const auto type = load<std::uint8_t>(in.data() + 1);
  const std::size_t length = load<std::uint16_t>(in.data() + 2), size = message_header + length;
  if (length > message::capacity) return fault::bad_length;
  if (in.size() < size) return fault::truncated;
  used = size;
  if (type < first_user_type) return fault::unknown_type;
  get_header(in.data(), type, length, m);
  std::memcpy(m.body.data(), in.data() + message_header, length);
  return in.size() > size ? fault::trailing : fault::none;
}

// What is to be done of a type, behind the only branch by type. All that depends on the type is constant there.

struct measure_message {
  template <class Body>
  EBIT_ALWAYS_INLINE static std::size_t of(const message& m) noexcept {
    return m.version == version && m.size == sizeof(Body) ? message_header + layout<Body>::bytes : 0;
  }
  static std::size_t other(const message& m) noexcept { return is_users(m) ? message_header + m.size : 0; }
};

struct put_message {
  template <class Body>
  EBIT_ALWAYS_INLINE static std::size_t of(const message& m, const std::span<std::byte>& out) noexcept {
    static_assert(is_complete<Body>, "this body has a field that its layout does not name");
    static_assert(layout<Body>::memory == sizeof(Body) || std::is_empty_v<Body>,
                  "a body with padding has bytes of no value: name them as reserved");
    static_assert(layout<Body>::bytes <= message::capacity);
    constexpr std::size_t size = message_header + layout<Body>::bytes;
    if (m.version != version || m.size != sizeof(Body) || out.size() < size) return 0;
    put_header(m, Body::type, layout<Body>::bytes, out.data());
    return layout<Body>::put(out.data() + message_header, m.body.data()) ? size : 0;
  }
  static std::size_t other(const message& m, const std::span<std::byte>& out) noexcept {
    return put_users_message(m, out);
  }
};

struct get_message {
  template <class Body>
  EBIT_ALWAYS_INLINE static fault of(const std::span<const std::byte>& in, message& m, std::size_t& used) noexcept {
    constexpr std::size_t size = message_header + layout<Body>::bytes;
    if (load<std::uint16_t>(in.data() + 2) != layout<Body>::bytes) return fault::bad_length;
    if (in.size() < size) return fault::truncated;
    get_header(in.data(), Body::type, sizeof(Body), m);
    used = size;
    if (!layout<Body>::get(in.data() + message_header, m.body.data())) return fault::bad_value;
    return in.size() > size ? fault::trailing : fault::none;
  }
  static fault other(const std::span<const std::byte>& in, message& m, std::size_t& used) noexcept {
    return get_other_message(in, m, used);
  }
};

}  // namespace detail

/// Bytes that `m` takes, or 0 if it cannot be encoded whatever its fields are (see `encode`).
[[nodiscard]] inline std::size_t encoded_size(const message& m) noexcept {
  return detail::with_body<detail::measure_message>(m.type, m);
}

/// Writes `m` and returns the number of bytes, at most `largest_message`. 0 if `out` has no room for it or `m` is no
/// message: of another version, of a type that is neither the library's nor a user's, of a size that is not its
/// type's, or with a field out of its range.
[[nodiscard]] inline std::size_t encode(const message& m, std::span<std::byte> out) noexcept {
  return detail::with_body<detail::put_message>(m.type, m, out);
}

namespace detail {

/// Into a message that is all zeros.
inline fault read_message(std::span<const std::byte> in, message& m, std::size_t& used) noexcept {
  if (in.empty()) return fault::truncated;
  if (load<std::uint8_t>(in.data()) != version) return fault::bad_version;
  if (in.size() < message_header) return fault::truncated;
  return with_body<get_message>(load<std::uint8_t>(in.data() + 1), in, m, used);
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
