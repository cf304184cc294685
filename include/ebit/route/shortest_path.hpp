// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include <ebit/route/graph.hpp>

namespace ebit::route {

namespace detail {

/// The walk that a search has found, from the end: `through(node)` is the number of the link by which it came there.
template <class Through>
[[nodiscard]] walk walk_back(const network_map& map, node_id from, node_id to, const Through& through) {
  walk found;
  for (node_id at = to; at != from;) {
    const path_id link{through(at)};
    found.nodes.push_back(at);
    found.links.push_back(link);
    at = map.along(link).other(at);
  }
  found.nodes.push_back(from);
  std::reverse(found.nodes.begin(), found.nodes.end());
  std::reverse(found.links.begin(), found.links.end());
  return found;
}

}  // namespace detail

/// Dijkstra's algorithm (1959). `cost(edge)` ≥ 0; an infinite or NaN cost closes the link. Of equal costs the walk
/// with fewer hops wins, then the one that reaches the smaller node ids first: the result does not depend on the
/// order of links. An empty walk means that there is none.
template <class Cost>
[[nodiscard]] walk shortest_path(const network_map& map, node_id from, node_id to, const Cost& cost) {
  struct label {
    double cost = std::numeric_limits<double>::infinity();
    std::uint32_t hops = 0;
    std::uint32_t through = 0;
    bool settled = false;
  };
  struct entry {
    double cost;
    std::uint32_t hops;
    std::uint32_t node;
    [[nodiscard]] bool operator<(const entry& o) const {  // a heap keeps the largest on top
      if (cost != o.cost) return cost > o.cost;
      if (hops != o.hops) return hops > o.hops;
      return node > o.node;
    }
  };
  std::vector<label> labels(map.nodes());
  std::vector<entry> heap;
  labels[from.value()].cost = 0;
  heap.push_back({0, 0, from.value()});
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end());
    const entry top = heap.back();
    heap.pop_back();
    if (labels[top.node].settled) continue;
    labels[top.node].settled = true;
    if (top.node == to.value()) break;
    for (const std::uint32_t index : map.incident(node_id{top.node})) {
      const edge& e = map.edges()[index];
      const double step = cost(e);
      if (!(step >= 0) || !(step < std::numeric_limits<double>::infinity())) continue;
      const std::uint32_t next = e.other(node_id{top.node}).value();
      label& there = labels[next];
      const double total = top.cost + step;
      const std::uint32_t hops = top.hops + 1;
      if (there.settled || total > there.cost || (total == there.cost && hops >= there.hops)) continue;
      there.cost = total;
      there.hops = hops;
      there.through = index;
      heap.push_back({total, hops, next});
      std::push_heap(heap.begin(), heap.end());
    }
  }
  if (!labels[to.value()].settled || from == to) return {};
  return detail::walk_back(map, from, to, [&](node_id at) { return labels[at.value()].through; });
}

}  // namespace ebit::route
