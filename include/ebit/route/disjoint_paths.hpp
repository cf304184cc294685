// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/route/k_shortest_paths.hpp>
#include <ebit/route/min_cost_flow.hpp>

namespace ebit::route {

/// What walks must not have in common.
enum class disjoint : std::uint8_t {
  links,  ///< no link; with it a fibre's failure breaks one of them at most
  nodes,  ///< nor a node but their two ends
};

namespace detail {

/// The walk along the links that are left in `onward`, from `from` to `to`, without the loops on its way; its links
/// are struck off.
[[nodiscard]] inline walk follow(const network_map& map, std::vector<std::vector<std::uint32_t>>& onward,
                                 node_id from, node_id to) {
  walk w{{from}, {}};
  for (node_id at = from; at != to;) {
    std::vector<std::uint32_t>& out = onward[at.value()];
    EBIT_ASSERT(!out.empty(), "disjoint_paths: a flow that ends on its way");
    const std::uint32_t index = out.back();
    out.pop_back();
    at = map.along(path_id{index}).other(at);
    const auto seen = std::find(w.nodes.begin(), w.nodes.end(), at);
    if (seen != w.nodes.end()) {
      const auto keep = seen - w.nodes.begin();
      w.nodes.resize(static_cast<std::size_t>(keep) + 1);
      w.links.resize(static_cast<std::size_t>(keep));
      continue;
    }
    w.links.emplace_back(index);
    w.nodes.push_back(at);
  }
  return w;
}

}  // namespace detail

/// Up to `k` walks that have no link, or no node in between, in common, as many as there are; of all such sets one of
/// least total cost (Suurballe, Networks 4, 125 (1974); here as the cheapest flow of k units), in the order of
/// `ranked_walk::comes_before`. It need not contain the shortest walk. `room(edge)` is how many of them may use a
/// link, 1 unless told otherwise; then they are disjoint in what the link has room for. `cost(edge)` ≥ 0 is asked once
/// for each link; an infinite or NaN cost closes it.
template <class Cost, class Room>
[[nodiscard]] std::vector<ranked_walk> disjoint_paths(const network_map& map, node_id from, node_id to, std::size_t k,
                                                      disjoint what, const Cost& cost, const Room& room) {
  EBIT_ASSERT(from.value() < map.nodes() && to.value() < map.nodes(), "a walk between unknown nodes");
  std::vector<ranked_walk> found;
  if (k == 0 || from == to) return found;
  constexpr std::int32_t plenty = std::numeric_limits<std::int32_t>::max() / 4;
  // With disjoint nodes each is two places, one where walks come in and one where they leave, and an arc between.
  const auto nodes = static_cast<std::uint32_t>(map.nodes());
  const std::uint32_t leaving = what == disjoint::nodes ? nodes : 0;
  min_cost_flow<std::int32_t> net{std::size_t{nodes} + leaving};
  const auto links = static_cast<std::uint32_t>(map.edges().size());
  std::vector<std::uint32_t> arcs(links, ~std::uint32_t{0});
  std::vector<double> costs(links, 0.0);
  for (std::uint32_t i = 0; i < links; ++i) {
    const edge& e = map.along(path_id{i});
    costs[i] = cost(e);
    const auto most = static_cast<std::int32_t>(room(e));
    if (!(costs[i] >= 0 && costs[i] < std::numeric_limits<double>::infinity()) || most <= 0) continue;
    arcs[i] = net.add_arc(e.a.value() + leaving, e.b.value(), most, costs[i]);
    net.add_arc(e.b.value() + leaving, e.a.value(), most, costs[i]);
  }
  if (leaving > 0)
    for (std::uint32_t n = 0; n < nodes; ++n)
      net.add_arc(n, n + leaving, n == from.value() || n == to.value() ? plenty : 1, 0);
  std::size_t walks = 0;
  while (walks < k && net.augment(from.value() + leaving, to.value(), 1) > 0) ++walks;

  std::vector<std::vector<std::uint32_t>> onward(map.nodes());
  for (std::uint32_t i = links; i-- > 0;) {
    if (arcs[i] == ~std::uint32_t{0}) continue;
    const edge& e = map.along(path_id{i});
    const std::int32_t net_flow = net.flow(arcs[i]) - net.flow(arcs[i] + 1);  // what goes both ways cancels
    const node_id start = net_flow > 0 ? e.a : e.b;
    for (std::int32_t n = net_flow > 0 ? net_flow : -net_flow; n > 0; --n) onward[start.value()].push_back(i);
  }
  for (std::size_t n = 0; n < walks; ++n) {
    ranked_walk r{detail::follow(map, onward, from, to), 0};
    for (const path_id link : r.path.links) r.cost += costs[link.value()];
    found.push_back(std::move(r));
  }
  std::sort(found.begin(), found.end(), [](const ranked_walk& a, const ranked_walk& b) { return a.comes_before(b); });
  return found;
}
template <class Cost>
[[nodiscard]] std::vector<ranked_walk> disjoint_paths(const network_map& map, node_id from, node_id to, std::size_t k,
                                                      disjoint what, const Cost& cost) {
  return disjoint_paths(map, from, to, k, what, cost, [](const edge&) { return 1; });
}

}  // namespace ebit::route
