// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/route/graph.hpp>

namespace ebit::route {

/// The links of a made walk, and what has to be on the map for it.
struct laid_walk {
  walk way;
  std::vector<std::pair<path_id, edge>> made;
};

}  // namespace ebit::route
