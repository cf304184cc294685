// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/herald/engine.hpp>
#include <ebit/route/graph.hpp>

namespace ebit {

/// What a node is told once, before it runs.
struct node_config {
  node_id self;
  std::vector<std::uint32_t> slots_per_port;
  shared_constant<route::network_map> map;  ///< its belief about the network
  std::uint32_t incarnation = 0;            ///< how many times it has started again; never used twice
  bool can_measure = true;                  ///< the device performs `action::measure`
  std::uint32_t buffer_slots = 0;           ///< after those of the ports, none of which they belong to

  /// Of all ports together.
  [[nodiscard]] std::uint32_t slots() const {
    std::uint32_t sum = 0;
    for (const std::uint32_t s : slots_per_port) sum += s;
    return sum;
  }
  /// The ports as they are before anything is connected to them; their slots follow each other.
  [[nodiscard]] std::vector<port> ports() const {
    std::vector<port> all;
    std::uint32_t first = 0;
    for (const std::uint32_t s : slots_per_port) {
      port p;
      p.first_slot = first;
      p.slots = s;
      all.push_back(p);
      first += s;
    }
    return all;
  }
};

}  // namespace ebit
