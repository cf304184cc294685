// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>

namespace ebit::orchestrate {

/// An edge from a node on the left to one on the right.
using left_to_right = std::pair<std::uint32_t, std::uint32_t>;

/// A colour for each edge of a bipartite graph (several edges may join the same two nodes) such that no two edges of
/// one colour meet at a node. There is one whenever no node has more edges than there are colours (König 1916), and
/// then it is found, in steps that number edges times nodes at most; else none is returned.
[[nodiscard]] inline std::optional<std::vector<std::uint32_t>> colour_edges(const std::vector<left_to_right>& edges,
                                                                            std::uint32_t left, std::uint32_t right,
                                                                            std::uint32_t colours) {
  constexpr std::uint32_t nothing = ~std::uint32_t{0};
  // Which edge of each colour is at each node; nodes on the right after those on the left.
  std::vector<std::uint32_t> at(std::size_t{left + right} * colours, nothing);
  const auto place = [&](std::uint32_t node, std::uint32_t colour) -> std::uint32_t& {
    return at[std::size_t{node} * colours + colour];
  };
  const auto free_at = [&](std::uint32_t node) {
    std::uint32_t c = 0;
    while (c < colours && place(node, c) != nothing) ++c;
    return c;
  };
  std::vector<std::uint32_t> chosen(edges.size(), nothing);
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    EBIT_ASSERT(edges[i].first < left && edges[i].second < right, "colour_edges: no such node");
    const std::uint32_t u = edges[i].first, v = left + edges[i].second;
    const std::uint32_t at_u = free_at(u), at_v = free_at(v);
    if (at_u == colours || at_v == colours) return std::nullopt;
    if (at_u != at_v) {
      // The way from v along edges of colours at_u and at_v in turn does not come to u: swap the two on it.
      std::vector<std::uint32_t> way;
      std::uint32_t node = v, colour = at_u;
      for (std::uint32_t e = place(node, colour); e != nothing; e = place(node, colour)) {
        way.push_back(e);
        node = node == edges[e].first ? left + edges[e].second : edges[e].first;
        colour = colour == at_u ? at_v : at_u;
      }
      for (const std::uint32_t e : way) {
        place(edges[e].first, chosen[e]) = nothing;
        place(left + edges[e].second, chosen[e]) = nothing;
      }
      for (const std::uint32_t e : way) {
        chosen[e] = chosen[e] == at_u ? at_v : at_u;
        place(edges[e].first, chosen[e]) = e;
        place(left + edges[e].second, chosen[e]) = e;
      }
    }
    chosen[i] = at_u;
    place(u, at_u) = i;
    place(v, at_u) = i;
  }
  return chosen;
}

/// Sides (false, true) for the nodes of a graph such that every edge has its ends on both; none if there is a cycle of
/// odd length.
[[nodiscard]] inline std::optional<std::vector<bool>> two_sides(const std::vector<left_to_right>& edges,
                                                                std::uint32_t nodes) {
  std::vector<std::vector<std::uint32_t>> others(nodes);
  for (const auto& [u, v] : edges) {
    EBIT_ASSERT(u < nodes && v < nodes, "two_sides: no such node");
    others[u].push_back(v);
    others[v].push_back(u);
  }
  std::vector<bool> side(nodes), is_set(nodes);
  std::vector<std::uint32_t> queue;
  for (std::uint32_t first = 0; first < nodes; ++first) {
    if (is_set[first]) continue;
    is_set[first] = true;
    queue.assign(1, first);
    for (std::size_t i = 0; i < queue.size(); ++i)
      for (const std::uint32_t o : others[queue[i]]) {
        if (is_set[o]) {
          if (side[o] == side[queue[i]]) return std::nullopt;
          continue;
        }
        is_set[o] = true;
        side[o] = !side[queue[i]];
        queue.push_back(o);
      }
  }
  return side;
}

}  // namespace ebit::orchestrate
