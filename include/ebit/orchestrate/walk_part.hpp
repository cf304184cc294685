// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric_elements.hpp>
#include <ebit/orchestrate/light_path.hpp>

namespace ebit::orchestrate {

/// A trunk as the control plane sees it: between two endpoints of the fabric there is a run of links, over repeaters,
/// which are on every node's map from the start; their names follow each other from `a` to `b`.
struct trunk_run {
  element_id a;
  element_id b;
  path_id first;
  std::uint16_t links = 1;
  duration delay;  ///< of light, from a to b

  friend bool operator==(const trunk_run&, const trunk_run&) = default;
};

/// One part of the walk that serves a request which no single light path can serve: a light path, or a trunk.
struct walk_part {
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  std::uint32_t from = 0;  ///< the endpoint nearer to the head
  std::uint32_t to = 0;
  std::uint32_t trunk = none;  ///< its number; none: a light path
  light_path way;

  [[nodiscard]] bool is_light() const { return trunk == none; }
};

}  // namespace ebit::orchestrate
