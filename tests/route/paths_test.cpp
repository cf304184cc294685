// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/herald/double_click.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/route/cheapest_path.hpp>
#include <ebit/route/circuit_model.hpp>
#include <ebit/route/fewest_hops.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Up to nine nodes, each two joined with probability `density`, some twice; lengths of 1 to 60 km.
route::network_map random_map(random_stream& draw, double density) {
  const auto nodes = static_cast<std::uint32_t>(2 + sample::below(draw, 8));
  std::vector<route::edge> edges;
  for (std::uint32_t a = 0; a < nodes; ++a)
    for (std::uint32_t b = a + 1; b < nodes; ++b)
      while (sample::bernoulli(draw, density)) {
        const double km = 1 + 59 * sample::uniform(draw);
        route::edge e{node_id{a}, node_id{b}, {}, static_cast<std::uint16_t>(1 + sample::below(draw, 4))};
        e.budget.delay = duration::seconds(km * 5e-6);
        e.budget.station_a = e.budget.station_b = e.budget.delay / 2;
        e.budget.efficiency_a = e.budget.efficiency_b = 0.5 * math::pow(10, -0.01 * km);
        e.budget.dark_probability = 1e-6;
        e.budget.visibility = 0.9 + 0.1 * sample::uniform(draw);
        e.budget.attempt_time = 1_us;
        e.budget.memory_a.t2 = e.budget.memory_b.t2 = 1_s;
        edges.push_back(e);
      }
  return {std::vector<route::site>(nodes), std::move(edges)};
}

/// The least cost of any walk without loops, by trying them all.
template <class Cost>
double least(const route::network_map& map, node_id at, node_id to, std::vector<bool>& seen, const Cost& cost) {
  if (at == to) return 0;
  seen[at.value()] = true;
  double best = infinite;
  for (const std::uint32_t index : map.incident(at)) {
    const route::edge& e = map.edges()[index];
    const node_id next = e.other(at);
    if (seen[next.value()]) continue;
    const double step = cost(e);
    if (!(step >= 0)) continue;
    best = std::min(best, step + least(map, next, to, seen, cost));
  }
  seen[at.value()] = false;
  return best;
}

/// What a walk costs; checks that it is one.
template <class Cost>
double cost_of(const route::network_map& map, const route::walk& w, node_id from, node_id to, const Cost& cost) {
  REQUIRE(w.nodes.size() == w.links.size() + 1);
  CHECK((w.nodes.front() == from && w.nodes.back() == to));
  double sum = 0;
  for (std::size_t k = 0; k < w.hops(); ++k) {
    const route::edge& e = map.along(w.links[k]);
    CHECK(e.other(w.nodes[k]) == w.nodes[k + 1]);
    sum += cost(e);
  }
  return sum;
}

using model = route::circuit_model<herald::single_click, purify::dejmps, swap::as_soon_as_possible>;

}  // namespace

TEST_CASE("route.shortest_path: as short as the best of all walks, on random graphs") {
  random_stream draw{11, random_purpose::topology, 1};
  int joined = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const double density = 0.1 + 0.3 * sample::uniform(draw);
    const route::network_map map = random_map(draw, density);
    const auto last = static_cast<std::uint32_t>(map.nodes() - 1);
    const auto delay = [](const route::edge& e) { return e.budget.delay.seconds(); };
    const auto odd_closed = [&](const route::edge& e) { return e.slots % 2 == 1 ? infinite : delay(e); };
    const auto hops = [](const route::edge&) { return 1.0; };
    const auto compare = [&](const auto& cost) {
      const route::walk found = route::shortest_path(map, node_id{0}, node_id{last}, cost);
      std::vector<bool> seen(map.nodes(), false);
      const double best = least(map, node_id{0}, node_id{last}, seen, cost);
      CHECK(found.links.empty() == (best == infinite));
      if (found.links.empty()) return;
      ++joined;
      CHECK(cost_of(map, found, node_id{0}, node_id{last}, cost) == ebit_test::approx(best));
    };
    compare(delay), compare(odd_closed), compare(hops);
  }
  CHECK(joined > 300);
}

TEST_CASE("route.shortest_path: of equal costs fewer hops win, and closed links are not used") {
  const auto map_of = [](std::vector<route::edge> edges) {
    return route::network_map{std::vector<route::site>(4), std::move(edges)};
  };
  const auto edge = [](std::uint32_t a, std::uint32_t b, std::uint16_t cost) {
    return route::edge{node_id{a}, node_id{b}, {}, cost};
  };
  const auto cost = [](const route::edge& e) { return static_cast<double>(e.slots); };
  const auto map = map_of({edge(0, 1, 1), edge(1, 2, 1), edge(2, 3, 1), edge(0, 3, 3)});
  CHECK(route::shortest_path(map, node_id{0}, node_id{3}, cost).links == std::vector{path_id{3}});
  const auto never = [&](const route::edge& e) {
    return e.slots == 3 ? std::numeric_limits<double>::quiet_NaN() : cost(e);
  };
  CHECK(route::shortest_path(map, node_id{0}, node_id{3}, never).hops() == 3);
  CHECK(route::shortest_path(map, node_id{0}, node_id{3}, [](const route::edge&) { return -1.0; }).links.empty());
  CHECK(route::shortest_path(map, node_id{0}, node_id{0}, cost).links.empty());
  CHECK(route::shortest_path(map_of({edge(0, 1, 1), edge(2, 3, 1)}), node_id{0}, node_id{3}, cost).links.empty());
  const auto zero = [](const route::edge&) { return 0.0; };
  CHECK(route::shortest_path(map, node_id{0}, node_id{3}, zero).hops() == 1);
}

TEST_CASE("route.cheapest_path: never worse than the fewest hops by the forecast") {
  random_stream draw{12, random_purpose::topology, 2};
  const model plain{{}, {.rounds = 0}, {}, {}}, distilling{{}, {.rounds = 1}, {}, {}};
  int better = 0, feasible = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const route::network_map map = random_map(draw, 0.35);
    const double fidelity = 0.55 + 0.35 * sample::uniform(draw);
    const route::demand d{node_id{0}, node_id{static_cast<std::uint32_t>(map.nodes() - 1)}, 1, fidelity};
    for (const model& m : {plain, distilling}) {
      const route::answer cheap = route::cheapest_path::choose(map, d, m),
                          few = route::fewest_hops::choose(map, d, m);
      CHECK(cheap.path.links.empty() == few.path.links.empty());
      if (few.path.links.empty()) {
        CHECK((cheap.circuit.why == refusal::unreachable && few.circuit.why == refusal::unreachable));
        continue;
      }
      CHECK(cheap.path.hops() >= few.path.hops());
      if (!few.circuit.feasible) continue;
      ++feasible;
      CHECK(cheap.circuit.feasible);
      CHECK(cheap.circuit.expected.rate() >= few.circuit.expected.rate());
      CHECK(cheap.circuit.expected.fidelity() >= fidelity);
      better += cheap.circuit.expected.rate() > few.circuit.expected.rate() ? 1 : 0;
    }
  }
  CHECK(feasible > 30);
  CHECK(better > 3);
}
