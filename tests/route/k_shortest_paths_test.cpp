// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/route/k_shortest_paths.hpp>
#include <ebit/route/shortest_path.hpp>

using namespace ebit;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// All of them, by trying every walk.
template <class Cost>
std::vector<route::ranked_walk> all_walks(const route::network_map& map, node_id from, node_id to, const Cost& cost) {
  std::vector<route::ranked_walk> all;
  ebit_test::for_each_walk(map, from, to, [&](const route::walk& w) {
    double sum = 0;
    for (const path_id p : w.links) {
      const double step = cost(map.along(p));
      sum += step >= 0 ? step : infinite;
    }
    if (sum < infinite) all.push_back({w, sum});
  });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.comes_before(b); });
  return all;
}

}  // namespace

TEST_CASE("route.k_shortest_paths: the first k of all walks in their one order, on random graphs") {
  int walks = 0, ties = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    random_stream draw{seed, random_purpose::topology, 1};
    const auto nodes = static_cast<std::uint32_t>(2 + sample::below(draw, 6));
    const double density = 0.15 + 0.4 * sample::uniform(draw);
    // Few different costs, so that there are many ties; 0 among them.
    const route::network_map map = ebit_test::random_map(draw, nodes, density, 1 + sample::below(draw, 5));
    const node_id from{0}, to{nodes - 1};
    const auto compare = [&](const auto& cost) {
      const std::vector<route::ranked_walk> all = all_walks(map, from, to, cost);
      for (const std::size_t k : {std::size_t{1}, std::size_t{2}, std::size_t{7}, all.size() + 3}) {
        CAPTURE(seed, k, nodes);
        const auto found = route::k_shortest_paths(map, from, to, k, cost);
        const auto expected =
            std::vector(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(k, all.size())));
        REQUIRE(found == expected);
      }
      walks += static_cast<int>(all.size());
      for (std::size_t i = 1; i < all.size(); ++i) ties += all[i].cost == all[i - 1].cost ? 1 : 0;
    };
    compare([](const route::edge&) { return 1.0; });
    compare([](const route::edge& e) { return 0.25 * (e.slots - 1); });
    compare([](const route::edge& e) { return e.slots == 2 ? infinite : e.slots * 0.5; });
    compare([](const route::edge& e) { return e.slots == 1 ? std::numeric_limits<double>::quiet_NaN() : 3.0; });
    compare([](const route::edge&) { return 0.0; });
  }
  CHECK(walks > 10'000);
  CHECK(ties > 5'000);
}

TEST_CASE("route.k_shortest_paths: costs that are no round numbers come in order up to their rounding") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    random_stream draw{seed, random_purpose::topology, 2};
    const route::network_map map = ebit_test::random_map(draw, 7, 0.4, 60'000);
    const auto cost = [](const route::edge& e) { return math::sqrt(e.slots); };
    const auto all = all_walks(map, node_id{0}, node_id{6}, cost);
    const auto found = route::k_shortest_paths(map, node_id{0}, node_id{6}, 25, cost);
    CAPTURE(seed);
    REQUIRE(found.size() == std::min<std::size_t>(25, all.size()));
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i].cost == ebit_test::approx(all[i].cost).epsilon(1e-13));
      CHECK(ebit_test::is_simple_walk(map, found[i].path, node_id{0}, node_id{6}));
      for (std::size_t j = 0; j < i; ++j) CHECK(found[i] != found[j]);
    }
  }
}

TEST_CASE("route.k_shortest_paths: the known numbers of walks across a grid") {
  // Corner to corner without passing a node twice: OEIS A007764.
  const auto hops = [](const route::edge&) { return 1.0; };
  const std::size_t known[] = {0, 1, 2, 12, 184, 8'512};
  for (std::uint32_t n = 2; n <= 4; ++n) {
    const auto all = route::k_shortest_paths(ebit_test::grid_map(n, n), node_id{0}, node_id{n * n - 1}, 10'000, hops);
    CHECK(all.size() == known[n]);
  }
  // Of the 8,512 on 5 × 5 nodes, C(8, 4) = 70 have no detour, and they are the first.
  const auto few = route::k_shortest_paths(ebit_test::grid_map(5, 5), node_id{0}, node_id{24}, 200, hops);
  REQUIRE(few.size() == 200);
  CHECK(std::count_if(few.begin(), few.end(), [](const auto& w) { return w.cost == 8; }) == 70);
  CHECK(few[69].cost == 8);
  CHECK(few[70].cost == 10);
  // The first goes along the first row as far as it can: the smaller nodes first.
  for (std::uint32_t i = 0; i < 5; ++i) CHECK(few[0].path.nodes[i] == node_id{i});
}

TEST_CASE("route.k_shortest_paths: of a large map it asks no more than what is about the walks, and that once") {
  constexpr std::uint32_t side = 64;
  std::vector<route::edge> edges;
  for (std::uint32_t n = 0; n < side * side; ++n) {
    if (n % side + 1 < side) edges.push_back({node_id{n}, node_id{n + 1}, {}});
    if (n + side < side * side) edges.push_back({node_id{n}, node_id{n + side}, {}});
  }
  const route::network_map map{std::vector<route::site>(side * side), edges};
  std::vector<int> asked(edges.size());
  const auto walks =
      route::k_shortest_paths(map, node_id{32 * side + 32}, node_id{34 * side + 36}, 8, [&](const route::edge& e) {
        ++asked[static_cast<std::size_t>(&e - map.edges().data())];
        return 1.0;
      });
  REQUIRE(walks.size() == 8);
  CHECK(walks.back().path.hops() == 6);
  CHECK(*std::max_element(asked.begin(), asked.end()) == 1);
  CHECK(std::count(asked.begin(), asked.end(), 1) < 400);  // of 8064
}

TEST_CASE("route.k_shortest_paths: a textbook example") {
  // C D E F G H = 0…5 (Wikipedia, Yen's algorithm), where the walks that go by its arrows cost 5, 7 and 8. Links here
  // go both ways, which adds C–D–E–F–H of cost 7 and C–E–D–F–H of cost 8.
  const route::network_map map = ebit_test::map_of(
      6, {{0, 1, 3}, {0, 2, 2}, {1, 3, 4}, {2, 1, 1}, {2, 3, 2}, {2, 4, 3}, {3, 4, 2}, {3, 5, 1}, {4, 5, 2}});
  const auto cost = [](const route::edge& e) { return static_cast<double>(e.slots); };
  const auto found = route::k_shortest_paths(map, node_id{0}, node_id{5}, 5, cost);
  REQUIRE(found.size() == 5);
  const auto is = [&](std::size_t i, double sum, std::vector<std::uint32_t> nodes) {
    CHECK(found[i].cost == sum);
    REQUIRE(found[i].path.nodes.size() == nodes.size());
    for (std::size_t n = 0; n < nodes.size(); ++n) CHECK(found[i].path.nodes[n] == node_id{nodes[n]});
  };
  is(0, 5, {0, 2, 3, 5});
  is(1, 7, {0, 2, 4, 5});
  is(2, 7, {0, 1, 2, 3, 5});
  is(3, 8, {0, 1, 3, 5});
  is(4, 8, {0, 2, 1, 3, 5});
}

TEST_CASE("route.k_shortest_paths: nothing where there is nothing to find") {
  const auto hops = [](const route::edge&) { return 1.0; };
  const route::network_map map = ebit_test::map_of(4, {{0, 1}, {2, 3}});
  CHECK(route::k_shortest_paths(map, node_id{0}, node_id{3}, 5, hops).empty());
  CHECK(route::k_shortest_paths(map, node_id{0}, node_id{1}, 0, hops).empty());
  CHECK(route::k_shortest_paths(map, node_id{0}, node_id{0}, 5, hops).empty());
  CHECK(route::k_shortest_paths(map, node_id{0}, node_id{1}, 5, hops).size() == 1);
}
