// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/route/graph.hpp>

namespace ebit_test {

/// Links between nodes 0…nodes−1, each two joined with probability `density`, again and again until that fails.
/// A link's `slots` are a number from 1 to `most`, drawn alike.
[[nodiscard]] inline ebit::route::network_map random_map(ebit::random_stream& draw, std::uint32_t nodes,
                                                         double density, std::uint64_t most) {
  std::vector<ebit::route::edge> edges;
  for (std::uint32_t a = 0; a < nodes; ++a)
    for (std::uint32_t b = a + 1; b < nodes; ++b)
      while (ebit::sample::bernoulli(draw, density)) {
        const bool turned = ebit::sample::bernoulli(draw, 0.5);
        const auto slots = static_cast<std::uint16_t>(1 + ebit::sample::below(draw, most));
        edges.push_back({ebit::node_id{turned ? b : a}, ebit::node_id{turned ? a : b}, {}, slots});
      }
  return {std::vector<ebit::route::site>(nodes), std::move(edges)};
}

/// The same with fibres of 1 to 60 km, so that links have rates and fidelities of their own.
[[nodiscard]] inline ebit::route::network_map random_fibre_map(ebit::random_stream& draw, std::uint32_t nodes,
                                                               double density) {
  using ebit::duration;
  const ebit::route::network_map plain = random_map(draw, nodes, density, 4);
  std::vector<ebit::route::edge> edges = plain.edges();
  for (ebit::route::edge& e : edges) {
    const double km = 1 + 59 * ebit::sample::uniform(draw);
    e.budget.delay = duration::seconds(km * 5e-6);
    e.budget.station_a = e.budget.station_b = e.budget.delay / 2;
    e.budget.efficiency_a = e.budget.efficiency_b = 0.5 * ebit::math::pow(10, -0.01 * km);
    e.budget.dark_probability = 1e-6;
    e.budget.visibility = 0.9 + 0.1 * ebit::sample::uniform(draw);
    e.budget.attempt_time = duration::picoseconds(1'000'000);
    e.budget.memory_a.t2 = e.budget.memory_b.t2 = duration::seconds(1);
  }
  return {std::vector<ebit::route::site>(nodes), std::move(edges)};
}

/// Links a–b of `slots` each, as a map.
struct plain_link {
  std::uint32_t a;
  std::uint32_t b;
  std::uint16_t slots = 1;
};
[[nodiscard]] inline ebit::route::network_map map_of(std::uint32_t nodes, const std::vector<plain_link>& links) {
  std::vector<ebit::route::edge> edges;
  for (const plain_link& l : links) edges.push_back({ebit::node_id{l.a}, ebit::node_id{l.b}, {}, l.slots});
  return {std::vector<ebit::route::site>(nodes), std::move(edges)};
}

/// rows × columns nodes, each joined to its neighbours right and below.
[[nodiscard]] inline ebit::route::network_map grid_map(std::uint32_t rows, std::uint32_t columns) {
  std::vector<plain_link> links;
  for (std::uint32_t r = 0; r < rows; ++r)
    for (std::uint32_t c = 0; c < columns; ++c) {
      if (c + 1 < columns) links.push_back({r * columns + c, r * columns + c + 1});
      if (r + 1 < rows) links.push_back({r * columns + c, (r + 1) * columns + c});
    }
  return map_of(rows * columns, links);
}

namespace detail {
template <class Visit>
void extend(const ebit::route::network_map& map, ebit::node_id to, std::vector<bool>& seen, ebit::route::walk& w,
            Visit& visit) {
  const ebit::node_id at = w.nodes.back();
  if (at == to) return visit(w);
  seen[at.value()] = true;
  for (const std::uint32_t index : map.incident(at)) {
    const ebit::node_id next = map.along(ebit::path_id{index}).other(at);
    if (seen[next.value()]) continue;
    w.nodes.push_back(next);
    w.links.emplace_back(index);
    extend(map, to, seen, w, visit);
    w.nodes.pop_back();
    w.links.pop_back();
  }
  seen[at.value()] = false;
}
}  // namespace detail

/// Calls `visit` for every walk that passes no node twice.
template <class Visit>
void for_each_walk(const ebit::route::network_map& map, ebit::node_id from, ebit::node_id to, Visit visit) {
  std::vector<bool> seen(map.nodes(), false);
  ebit::route::walk w{{from}, {}};
  detail::extend(map, to, seen, w, visit);
}

/// Whether it is a walk between the two that passes no node twice.
[[nodiscard]] inline bool is_simple_walk(const ebit::route::network_map& map, const ebit::route::walk& w,
                                         ebit::node_id from, ebit::node_id to) {
  if (w.links.empty() || w.nodes.size() != w.links.size() + 1) return false;
  if (w.nodes.front() != from || w.nodes.back() != to) return false;
  std::vector<bool> seen(map.nodes(), false);
  for (const ebit::node_id n : w.nodes) {
    if (seen[n.value()]) return false;
    seen[n.value()] = true;
  }
  for (std::size_t i = 0; i < w.hops(); ++i) {
    if (!map.knows(w.links[i])) return false;
    const ebit::route::edge& e = map.along(w.links[i]);
    const bool ahead = e.a == w.nodes[i] && e.b == w.nodes[i + 1];
    const bool back = e.b == w.nodes[i] && e.a == w.nodes[i + 1];
    if (!ahead && !back) return false;
  }
  return true;
}

}  // namespace ebit_test
