// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/core/ids.hpp>
#include <ebit/core/units.hpp>

namespace ebit::orchestrate {

/// One device of a fabric: an endpoint, an optical switch or a Bell-state analyser.
using element_id = strong_id<struct element_tag>;
/// One fibre between two devices of a fabric.
using span_id = strong_id<struct span_tag>;

enum class element_kind : std::uint8_t { endpoint, optical_switch, analyser };

/// Also of a value that is no kind: "unknown".
[[nodiscard]] constexpr const char* name_of(element_kind kind) {
  switch (kind) {
    case element_kind::endpoint: return "endpoint";
    case element_kind::optical_switch: return "switch";
    case element_kind::analyser: return "analyser";
  }
  return "unknown";
}

/// A device of a fabric, at one place of it.
struct element {
  element_kind kind = element_kind::endpoint;
  /// How far it is from the endpoints, which are at 0: switches next to them at 1, and so on. An analyser has the
  /// tier of its switch.
  std::uint8_t tier = 0;
  std::uint16_t ports = 1;  ///< 1 to 65535; of a switch those of its model; an analyser has two, its inputs
  std::uint16_t model = 0;  ///< of a switch or an analyser, its number among the models of its kind
  std::uint32_t group = 0;  ///< the rack, pod, group or plane it stands in, as the fabric counts them
  std::string label{};

  friend bool operator==(const element&, const element&) = default;
};

/// A fibre between a port of one device and a port of another. It has one photon channel, which one light path at a
/// time may use, in either direction.
struct span {
  element_id a;
  element_id b;
  std::uint16_t port_a = 0;
  std::uint16_t port_b = 0;
  ebit::length length{};          ///< 0 to 40 000 km
  loss connectors = decibels(0);  ///< of its connectors and splices together; 0 to 1000 dB

  [[nodiscard]] constexpr element_id other(element_id end) const { return end == a ? b : a; }
  [[nodiscard]] constexpr std::uint16_t port_at(element_id end) const { return end == a ? port_a : port_b; }

  friend constexpr bool operator==(const span&, const span&) = default;
};

/// A fibre as one of the two devices it joins sees it.
struct socket {
  span_id along;
  element_id peer;         ///< the device at the other end
  std::uint16_t port = 0;  ///< of the device whose socket it is
  std::uint16_t peer_port = 0;

  friend constexpr bool operator==(const socket&, const socket&) = default;
};

}  // namespace ebit::orchestrate
