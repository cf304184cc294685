// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/link/device_lifecycle.hpp>

namespace ebit::link {

/// Why a switch does not make a path.
enum class switch_obstacle : std::uint8_t {
  no_such_port,
  cannot_join,  ///< the same port twice, or two of one side
  port_in_use,  ///< joined to another port, or promised to one from a later time on
  moving,       ///< on its way to another port
  port_fault,
  not_ready,  ///< the switch itself is homing, broken or off
  overtaken   ///< a later move of the same port was announced already
};

/// Also of a value that is no obstacle: "unknown".
[[nodiscard]] constexpr const char* name_of(switch_obstacle why) {
  switch (why) {
    case switch_obstacle::no_such_port: return "no such port";
    case switch_obstacle::cannot_join: return "cannot be joined";
    case switch_obstacle::port_in_use: return "in use";
    case switch_obstacle::moving: return "moving";
    case switch_obstacle::port_fault: return "at fault";
    case switch_obstacle::not_ready: return "not ready";
    case switch_obstacle::overtaken: return "overtaken";
  }
  return "unknown";
}

/// A refused command: which port stands in the way, and why.
struct switch_refusal {
  static constexpr std::uint16_t none = 0xffff;

  switch_obstacle why = switch_obstacle::no_such_port;
  std::uint16_t port = none;                 ///< the one at fault
  std::uint16_t partner = none;              ///< what it is joined to, or asked to be
  device_phase doing = device_phase::ready;  ///< what the switch does, where it is not ready

  /// For example: port 3 is in use, joined to port 7.
  [[nodiscard]] std::string message() const {
    const std::string named = "port " + std::to_string(port), other = "port " + std::to_string(partner);
    switch (why) {
      case switch_obstacle::no_such_port: return "there is no " + named;
      case switch_obstacle::cannot_join: return named + " cannot be joined to " + other;
      case switch_obstacle::port_in_use: return named + " is in use, joined to " + other;
      case switch_obstacle::moving: return named + " is moving to " + other;
      case switch_obstacle::port_fault: return named + " is at fault";
      case switch_obstacle::not_ready: return std::string{"the switch is not ready but "} + name_of(doing);
      case switch_obstacle::overtaken: return named + " has a later move to " + other + " announced already";
    }
    return "unknown";
  }
  friend bool operator==(const switch_refusal&, const switch_refusal&) = default;
};

}  // namespace ebit::link
