// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <ebit/core/assert.hpp>
#include <ebit/core/ids.hpp>

namespace ebit {

/// What a message type must be: a trivially copyable body of at most 48 bytes with its own type number.
/// Numbers 0x01–0x7f belong to the library, 0x80–0xff to users.
template <class Body>
concept message_body = std::is_trivially_copyable_v<Body> && sizeof(Body) <= 48 && requires {
  { Body::type } -> std::convertible_to<std::uint8_t>;
};

/// The one envelope that travels between nodes: 64 bytes, trivially copyable, versioned. Times inside a body are
/// durations.
struct message {
  static constexpr std::uint8_t current_version = 1;
  static constexpr std::size_t capacity = 48;

  std::uint8_t type = 0;
  std::uint8_t version = current_version;
  std::uint16_t size = 0;
  node_id from;
  node_id to;
  circuit_id circuit;
  std::array<std::byte, capacity> body{};

  template <message_body Body>
  [[nodiscard]] static message pack(node_id from, node_id to, circuit_id circuit, const Body& body) {
    message envelope;
    envelope.type = Body::type;
    envelope.size = sizeof(Body);
    envelope.from = from;
    envelope.to = to;
    envelope.circuit = circuit;
    // The one byte of an empty type has no value to send.
    if constexpr (!std::is_empty_v<Body>) std::memcpy(envelope.body.data(), &body, sizeof(Body));
    return envelope;
  }

  template <message_body Body>
  [[nodiscard]] bool holds() const {
    return type == Body::type && version == current_version && size == sizeof(Body);
  }

  template <message_body Body>
  [[nodiscard]] Body unpack() const {
    EBIT_ASSERT(holds<Body>(), "message of another type");
    Body value;
    std::memcpy(&value, body.data(), sizeof(Body));
    return value;
  }

  friend bool operator==(const message&, const message&) = default;
};

static_assert(sizeof(message) == 64 && std::is_trivially_copyable_v<message>);

}  // namespace ebit
