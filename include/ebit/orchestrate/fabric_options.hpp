// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/units.hpp>
#include <ebit/link/bell_state_analyser.hpp>
#include <ebit/link/optical_switch.hpp>

namespace ebit::orchestrate {

/// What the builders of regular fabrics install. Lists are by tier, the first entry for the tier next to the
/// endpoints; tiers beyond a list's end have its last entry.
struct fabric_options {
  /// How many endpoints there are; 0: as many as the fabric has room for. Fewer are spread evenly over its switches,
  /// neighbours staying together, and the other places stay empty; the name of the fabric says so.
  std::uint32_t endpoints = 0;
  /// Fibres from each endpoint to its switch (BCube: to each of its switches); 1 to 1024. Each takes one place.
  std::uint16_t ports = 1;
  /// Fibres between two switches that are joined; 1 to 1024.
  std::uint16_t fibres_per_cable = 1;
  std::vector<link::optical_switch> switches{link::optical_switch{}};
  /// Every switch has as many ports as its place needs, unless its losses are a table, port by port. false: they have
  /// the ports that `switches` says, which must be enough.
  bool made_to_measure = true;
  link::bell_state_analyser analyser{};
  /// In the pool of each switch of a tier. Empty: what the builder says.
  std::vector<std::uint16_t> analysers{};
  /// Of the fibres from the tier below to this one; the first is of those from the endpoints.
  std::vector<ebit::length> lengths{metres(10), metres(50)};
  ebit::length to_analyser = metres(1);  ///< from a switch to each analyser of its pool
  loss connectors = decibels(0);         ///< of each fibre, its two ends together
  attenuation loss_per_length = decibels_per_kilometre(0.2);
  speed group_velocity = metres_per_second(2e8);

  friend bool operator==(const fabric_options&, const fabric_options&) = default;
};

}  // namespace ebit::orchestrate
