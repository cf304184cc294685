// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/route/graph.hpp>

namespace ebit::route {

/// A walk and the width of its narrowest link.
struct wide_walk {
  walk path;
  double width = 0;

  friend bool operator==(const wide_walk&, const wide_walk&) = default;
};

/// The walk whose narrowest link is widest (Pollack 1960), of equals one with the fewest hops (the shortest widest
/// path of Wang and Crowcroft 1996), of those the one whose nodes are smaller, where they first differ; then the
/// smaller link numbers. `width(edge, node)` is that of a link used from `node` on; 0, less or NaN closes it.
/// Without a walk, or from a node to itself, the width is 0 and the walk empty.
template <class Width>
[[nodiscard]] wide_walk widest_path(const network_map& map, node_id from, node_id to, const Width& width) {
  EBIT_ASSERT(from.value() < map.nodes() && to.value() < map.nodes(), "a walk between unknown nodes");
  wide_walk found;
  if (from == to) return found;
  // From the end backwards: how wide a way each node has to it.
  using entry = std::pair<double, std::uint32_t>;
  std::vector<double> widest(map.nodes(), 0.0);
  std::vector<bool> settled(map.nodes(), false);
  std::vector<entry> heap{{std::numeric_limits<double>::infinity(), to.value()}};
  widest[to.value()] = heap.front().first;
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end());
    const entry top = heap.back();
    heap.pop_back();
    if (settled[top.second]) continue;
    settled[top.second] = true;
    if (top.second == from.value()) break;
    for (const std::uint32_t index : map.incident(node_id{top.second})) {
      const edge& e = map.along(path_id{index});
      const node_id next = e.other(node_id{top.second});
      if (settled[next.value()]) continue;
      const double here = width(e, next);
      const double through = here < top.first ? here : top.first;
      if (!(here > 0 && through > widest[next.value()])) continue;
      widest[next.value()] = through;
      heap.emplace_back(through, next.value());
      std::push_heap(heap.begin(), heap.end());
    }
  }
  found.width = settled[from.value()] ? widest[from.value()] : 0;
  if (!(found.width > 0)) return found;
  // Then only links that wide: hops to the end, breadth first, and from the start always to the smallest node nearer.
  const auto open = [&](std::uint32_t index, node_id leaving) {
    return width(map.along(path_id{index}), leaving) >= found.width;
  };
  constexpr std::uint32_t far = ~std::uint32_t{0};
  std::vector<std::uint32_t> hops(map.nodes(), far);
  std::vector<node_id> queue{to};
  hops[to.value()] = 0;
  for (std::size_t i = 0; i < queue.size() && hops[from.value()] == far; ++i)
    for (const std::uint32_t index : map.incident(queue[i])) {
      const node_id next = map.along(path_id{index}).other(queue[i]);
      if (hops[next.value()] != far || !open(index, next)) continue;
      hops[next.value()] = hops[queue[i].value()] + 1;
      queue.push_back(next);
    }
  found.path.nodes.push_back(from);
  for (node_id at = from; at != to;) {
    path_id link;
    node_id best;
    for (const std::uint32_t index : map.incident(at)) {
      const node_id next = map.along(path_id{index}).other(at);
      if (hops[next.value()] + 1 != hops[at.value()] || !open(index, at)) continue;
      if (link.valid() && best <= next) continue;
      best = next;
      link = path_id{index};
    }
    found.path.links.push_back(link);
    found.path.nodes.push_back(best);
    at = best;
  }
  return found;
}

}  // namespace ebit::route
