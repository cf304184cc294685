// SPDX-License-Identifier: Apache-2.0
// What route's searches find is what plain algorithms find that look at the whole map.
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/route/k_shortest_paths.hpp>
#include <ebit/route/shortest_path.hpp>

using namespace ebit;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Dijkstra's algorithm from the beginning, without a heap: of the nodes of least cost that of the fewest hops, then of
/// the smallest number, is settled next.
template <class Cost>
route::walk plain_shortest_path(const route::network_map& map, node_id from, node_id to, const Cost& cost) {
  struct label {
    double cost = infinite;
    std::uint32_t hops = 0;
    std::uint32_t through = 0;
    bool settled = false;
  };
  std::vector<label> labels(map.nodes());
  labels[from.value()].cost = 0;
  for (;;) {
    std::optional<std::uint32_t> next;
    for (std::uint32_t n = 0; n < map.nodes(); ++n) {
      const label& l = labels[n];
      if (l.settled || l.cost == infinite) continue;
      if (next && l.cost > labels[*next].cost) continue;
      if (next && l.cost == labels[*next].cost && l.hops >= labels[*next].hops) continue;
      next = n;
    }
    if (!next) return {};
    if (node_id{*next} == to) break;
    labels[*next].settled = true;
    for (const std::uint32_t index : map.incident(node_id{*next})) {
      const route::edge& e = map.edges()[index];
      const double step = cost(e), total = labels[*next].cost + step;
      const std::uint32_t hops = labels[*next].hops + 1;
      label& there = labels[e.other(node_id{*next}).value()];
      if (!(step >= 0) || there.settled || total > there.cost || (total == there.cost && hops >= there.hops)) continue;
      there = {total, hops, index, false};
    }
  }
  if (from == to) return {};
  return route::detail::walk_back(map, from, to, [&](node_id at) { return labels[at.value()].through; });
}

/// The first of all walks that go on from `root` by none of the banned links, with a walk written down at each node.
template <class Cost>
std::optional<route::ranked_walk> plain_spur(const route::network_map& map, const route::ranked_walk& root, node_id to,
                                             const std::vector<path_id>& banned, const Cost& cost) {
  std::vector<std::optional<route::ranked_walk>> best(map.nodes());
  std::vector<bool> settled(map.nodes(), false);
  for (const node_id n : root.path.nodes) settled[n.value()] = true;
  const node_id spur = root.path.nodes.back();
  settled[spur.value()] = false;
  best[spur.value()] = root;
  for (;;) {
    std::optional<std::uint32_t> next;
    for (std::uint32_t n = 0; n < map.nodes(); ++n) {
      if (settled[n] || !best[n]) continue;
      if (!next || best[n]->cost < best[*next]->cost ||
          (best[n]->cost == best[*next]->cost && best[n]->path.hops() < best[*next]->path.hops()))
        next = n;
    }
    if (!next) return std::nullopt;
    const route::ranked_walk here = *best[*next];
    if (node_id{*next} == to) return here;
    settled[*next] = true;
    for (const std::uint32_t index : map.incident(node_id{*next})) {
      const path_id link{index};
      const node_id other = map.along(link).other(node_id{*next});
      const double step = cost(map.along(link));
      if (settled[other.value()] || !(step >= 0 && step < infinite)) continue;
      if (node_id{*next} == spur && std::find(banned.begin(), banned.end(), link) != banned.end()) continue;
      route::ranked_walk there = here;
      there.path.nodes.push_back(other);
      there.path.links.push_back(link);
      there.cost += step;
      std::optional<route::ranked_walk>& known = best[other.value()];
      if (!known || there.comes_before(*known)) known = there;
    }
  }
}

/// Yen's algorithm: every walk that was found is left at each of its nodes by what no walk before took there.
template <class Cost>
std::vector<route::ranked_walk> plain_k_shortest(const route::network_map& map, node_id from, node_id to,
                                                 std::size_t k, const Cost& cost) {
  std::vector<route::ranked_walk> found, open;
  if (auto first = plain_spur(map, {{{from}, {}}, 0}, to, {}, cost)) open.push_back(*first);
  while (found.size() < k && !open.empty()) {
    const auto pick = std::min_element(open.begin(), open.end(), [](const auto& a, const auto& b) {
      return a.comes_before(b);
    });
    const route::ranked_walk next = *pick;
    open.erase(pick);
    found.push_back(next);
    route::ranked_walk root{{{from}, {}}, 0};
    for (std::size_t hop = 0; hop < next.path.hops(); ++hop) {
      std::vector<path_id> banned;
      for (const route::ranked_walk& f : found)
        if (f.path.hops() > hop && std::equal(root.path.links.begin(), root.path.links.end(), f.path.links.begin()))
          banned.push_back(f.path.links[hop]);
      if (auto w = plain_spur(map, root, to, banned, cost); w && std::find(open.begin(), open.end(), *w) == open.end())
        open.push_back(*w);
      root.path.links.push_back(next.path.links[hop]);
      root.path.nodes.push_back(next.path.nodes[hop + 1]);
      root.cost += cost(map.along(next.path.links[hop]));
    }
  }
  return found;
}

/// A grid of which some links are missing and some are double; `slots` from 1 to `most`.
route::network_map worn_grid(random_stream& draw, std::uint32_t rows, std::uint32_t columns, std::uint64_t most) {
  std::vector<route::edge> edges;
  const route::network_map whole = ebit_test::grid_map(rows, columns);
  for (route::edge e : whole.edges()) {
    if (sample::bernoulli(draw, 0.15)) continue;
    do {
      e.slots = static_cast<std::uint16_t>(1 + sample::below(draw, most));
      edges.push_back(e);
    } while (sample::bernoulli(draw, 0.1));
  }
  return {std::vector<route::site>(std::size_t{rows} * columns), std::move(edges)};
}

}  // namespace

TEST_CASE("route.shortest_path: link by link the walk of a search from the beginning alone, ties included") {
  int joined = 0, apart = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    random_stream draw{seed, random_purpose::topology, 3};
    const bool is_grid = seed % 2 == 0;
    const auto nodes = static_cast<std::uint32_t>(is_grid ? 70 : 2 + sample::below(draw, 60));
    const route::network_map map =
        is_grid ? worn_grid(draw, 7, 10, 1 + sample::below(draw, 4))
                : ebit_test::random_map(draw, nodes, 0.5 / nodes + 2.0 / nodes * sample::uniform(draw), 3);
    const auto compare = [&](const auto& cost) {
      for (int i = 0; i < 4; ++i) {
        const node_id from{static_cast<std::uint32_t>(sample::below(draw, nodes))};
        const node_id to{static_cast<std::uint32_t>(sample::below(draw, nodes))};
        const route::walk expected = plain_shortest_path(map, from, to, cost);
        CAPTURE(seed, from.value(), to.value());
        REQUIRE(route::shortest_path(map, from, to, cost) == expected);
        ++(expected.links.empty() ? apart : joined);
      }
    };
    compare([](const route::edge&) { return 1.0; });
    compare([](const route::edge&) { return 0.1; });  // sums of which depend on their order
    compare([](const route::edge&) { return 0.0; });
    compare([](const route::edge& e) { return 0.25 * (e.slots - 1); });
    compare([](const route::edge& e) { return math::sqrt(e.slots); });
    compare([](const route::edge& e) { return e.slots == 2 ? infinite : 0.3 * e.slots; });
    compare([](const route::edge& e) { return e.slots == 1 ? 1e300 : 0.3 * e.slots; });
    compare([](const route::edge& e) { return e.slots == 1 ? std::numeric_limits<double>::quiet_NaN() : 3.0; });
  }
  CHECK(joined > 800);
  CHECK(apart > 300);
}

TEST_CASE("route.shortest_path: asks for no more than what is about its ends, and that once") {
  constexpr std::uint32_t side = 64;
  const route::network_map map = ebit_test::grid_map(side, side);
  std::vector<int> asked(map.edges().size());
  const route::walk w =
      route::shortest_path(map, node_id{32 * side + 28}, node_id{36 * side + 36}, [&](const route::edge& e) {
        ++asked[static_cast<std::size_t>(&e - map.edges().data())];
        return 1.0;
      });
  CHECK(w.hops() == 12);
  CHECK(*std::max_element(asked.begin(), asked.end()) == 1);
  CHECK(std::count(asked.begin(), asked.end(), 1) < 420);  // of 8064; within 12 hops of one end there are 600
}

TEST_CASE("route.k_shortest_paths: the walks of Yen's algorithm on maps too large to try all") {
  int walks = 0, ties = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    random_stream draw{seed, random_purpose::topology, 4};
    const bool is_grid = seed % 2 == 0;
    const auto nodes = static_cast<std::uint32_t>(is_grid ? 48 : 8 + sample::below(draw, 40));
    const route::network_map map =
        is_grid ? worn_grid(draw, 6, 8, 1 + sample::below(draw, 4))
                : ebit_test::random_map(draw, nodes, 1.0 / nodes + 2.0 / nodes * sample::uniform(draw), 3);
    const auto compare = [&](const auto& cost) {
      const node_id from{static_cast<std::uint32_t>(sample::below(draw, nodes))};
      const node_id to{static_cast<std::uint32_t>(sample::below(draw, nodes))};
      if (from == to) return;
      const auto expected = plain_k_shortest(map, from, to, 9, cost);
      CAPTURE(seed, from.value(), to.value());
      REQUIRE(route::k_shortest_paths(map, from, to, 9, cost) == expected);
      walks += static_cast<int>(expected.size());
      for (std::size_t i = 1; i < expected.size(); ++i) ties += expected[i].cost == expected[i - 1].cost ? 1 : 0;
    };
    compare([](const route::edge&) { return 1.0; });
    compare([](const route::edge&) { return 0.0; });
    compare([](const route::edge& e) { return 0.25 * (e.slots - 1); });
    compare([](const route::edge& e) { return e.slots == 2 ? infinite : 0.5 * e.slots; });
    compare([](const route::edge& e) { return e.slots == 1 ? std::numeric_limits<double>::quiet_NaN() : 3.0; });
  }
  CHECK(walks > 800);
  CHECK(ties > 500);
}
