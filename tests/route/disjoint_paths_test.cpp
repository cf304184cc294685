// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include <ebit/route/disjoint_paths.hpp>

using namespace ebit;

namespace {

/// Whether walks may be used together: every link at most `room` times, no node in between twice if so asked.
bool go_together(const std::vector<route::walk>& walks, route::disjoint what, std::size_t room) {
  std::multiset<path_id> links;
  std::multiset<node_id> nodes;
  for (const route::walk& w : walks) {
    links.insert(w.links.begin(), w.links.end());
    nodes.insert(w.nodes.begin() + 1, w.nodes.end() - 1);
  }
  const auto at_most = [](const auto& set, std::size_t most) {
    return std::all_of(set.begin(), set.end(), [&](const auto& x) { return set.count(x) <= most; });
  };
  return at_most(links, room) && (what == route::disjoint::links || at_most(nodes, 1));
}

struct best_sets {
  std::vector<double> cost;  ///< by the number of walks, from 0
};

/// By trying all sets of walks, each in one order.
void try_sets(const std::vector<route::ranked_walk>& all, std::size_t next, std::vector<route::walk>& chosen,
              double cost, route::disjoint what, std::size_t room, best_sets& best) {
  if (!go_together(chosen, what, room)) return;
  if (best.cost.size() <= chosen.size()) best.cost.resize(chosen.size() + 1, 1e300);
  best.cost[chosen.size()] = std::min(best.cost[chosen.size()], cost);
  for (std::size_t i = next; i < all.size(); ++i) {
    chosen.push_back(all[i].path);
    try_sets(all, room > 1 ? i : i + 1, chosen, cost + all[i].cost, what, room, best);
    chosen.pop_back();
  }
}

}  // namespace

TEST_CASE("route.disjoint_paths: of all sets of disjoint walks the cheapest, on random graphs") {
  int several = 0, without_shortest = 0, fewer_by_nodes = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    random_stream draw{seed, random_purpose::topology, 21};
    const auto nodes = static_cast<std::uint32_t>(3 + sample::below(draw, 3));
    const route::network_map map = ebit_test::random_map(draw, nodes, 0.42, 6);
    if (map.edges().size() > 11) continue;
    const node_id from{0}, to{nodes - 1};
    // Zero costs, equal ones and closed links among them.
    const auto cost = [](const route::edge& e) {
      return e.slots == 6 ? std::numeric_limits<double>::quiet_NaN() : e.slots - 1.0;
    };
    std::vector<route::ranked_walk> all;
    ebit_test::for_each_walk(map, from, to, [&](const route::walk& w) {
      double sum = 0;
      for (const path_id l : w.links) sum += cost(map.along(l));
      if (sum >= 0) all.push_back({w, sum});
    });
    std::sort(all.begin(), all.end(),
              [](const route::ranked_walk& a, const route::ranked_walk& b) { return a.comes_before(b); });
    std::size_t by_links = 0;
    for (const route::disjoint what : {route::disjoint::links, route::disjoint::nodes})
      for (const std::size_t room : {1U, 2U}) {
        if (room == 2 && all.size() > 9) continue;
        best_sets best;
        std::vector<route::walk> chosen;
        try_sets(all, 0, chosen, 0, what, room, best);
        for (std::size_t k = 0; k <= best.cost.size(); ++k) {
          const auto found = route::disjoint_paths(map, from, to, k, what, cost,
                                                   [&](const route::edge&) { return static_cast<int>(room); });
          CAPTURE(seed, nodes, static_cast<int>(what), room, k);
          REQUIRE(found.size() == std::min(k, best.cost.size() - 1));
          double sum = 0;
          std::vector<route::walk> walks;
          for (std::size_t i = 0; i < found.size(); ++i) {
            CHECK(ebit_test::is_simple_walk(map, found[i].path, from, to));
            if (i > 0) CHECK_FALSE(found[i].comes_before(found[i - 1]));
            sum += found[i].cost;
            walks.push_back(found[i].path);
          }
          CHECK(go_together(walks, what, room));
          REQUIRE(sum == best.cost[found.size()]);  // whole numbers
          if (found.size() < 2 || room > 1) continue;
          ++several;
          without_shortest += found.front().cost > all.front().cost ? 1 : 0;
        }
        if (room > 1) continue;
        if (what == route::disjoint::links) by_links = best.cost.size();
        if (what == route::disjoint::nodes && best.cost.size() < by_links) ++fewer_by_nodes;
      }
  }
  CHECK(several > 200);
  CHECK(without_shortest > 5);
  CHECK(fewer_by_nodes > 5);
}

TEST_CASE("route.disjoint_paths: the trap in which the shortest walk leaves no other") {
  // 0–1–2–3 costs 3 and cuts both 0–1–3 and 0–2–3 apart.
  const route::network_map map = ebit_test::map_of(4, {{0, 1, 1}, {1, 2, 1}, {2, 3, 1}, {1, 3, 4}, {0, 2, 4}});
  const auto cost = [](const route::edge& e) { return static_cast<double>(e.slots); };
  const auto two = route::disjoint_paths(map, node_id{0}, node_id{3}, 5, route::disjoint::nodes, cost);
  REQUIRE(two.size() == 2);
  CHECK(two[0].cost + two[1].cost == 10);
  const auto one = route::disjoint_paths(map, node_id{0}, node_id{3}, 1, route::disjoint::nodes, cost);
  REQUIRE(one.size() == 1);
  CHECK(one[0].cost == 3);
  CHECK(route::disjoint_paths(map, node_id{1}, node_id{1}, 2, route::disjoint::links, cost).empty());
}
