// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include <ebit/herald/single_click.hpp>
#include <ebit/purify/none.hpp>
#include <ebit/route/best_of_k.hpp>
#include <ebit/route/circuit_model.hpp>
#include <ebit/route/multipath.hpp>
#include <ebit/sim/network.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

using model = route::circuit_model<herald::single_click, purify::none, swap::as_soon_as_possible>;

/// The highest total rate of any set of walks that go together, by trying all.
double best_total(const route::network_map& map, const std::vector<route::share>& all, std::size_t next,
                  std::size_t most, std::vector<route::walk_in_use>& chosen) {
  double best = 0;
  if (chosen.size() == most) return best;
  for (std::size_t i = next; i < all.size(); ++i) {
    const auto& s = all[i];
    const bool fits = std::all_of(s.path.links.begin(), s.path.links.end(), [&](path_id l) {
      return route::slots_left(map, l, chosen) >= s.circuit.plan.width;
    });
    if (!fits) continue;
    chosen.push_back({&s.path, s.circuit.plan.width});
    best = std::max(best, s.circuit.expected.rate() + best_total(map, all, i + 1, most, chosen));
    chosen.pop_back();
  }
  return best;
}

struct split_profile : default_profile {
  using route = ebit::route::multipath;
};

}  // namespace

TEST_CASE("route.multipath: near the best set of all walks, below the largest flow, and never worse than one walk") {
  const model m;
  int several = 0, served = 0;
  double sum = 0, sum_best = 0, sum_one = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    random_stream draw{seed, random_purpose::topology, 31};
    const route::network_map map = ebit_test::random_fibre_map(draw, 6, 0.3);
    const route::demand d{node_id{0}, node_id{5}, 100, 0.5 + 0.35 * sample::uniform(draw)};
    std::vector<route::share> all;
    ebit_test::for_each_walk(map, d.from, d.to, [&](const route::walk& w) {
      auto e = m.evaluate(map, w, {d.from, d.to, 1, d.min_fidelity});
      if (e.feasible) all.push_back({w, std::move(e), 0});
    });
    if (all.size() > 40) continue;
    std::vector<route::walk_in_use> chosen;
    const double best = best_total(map, all, 0, 4, chosen);
    const auto parts = route::multipath{}.split(map, d, m);
    CAPTURE(seed, d.min_fidelity, all.size());
    REQUIRE(parts.empty() == all.empty());
    if (parts.empty()) {
      CHECK_FALSE(route::multipath{}.choose(map, d, m).circuit.feasible);
      continue;
    }
    double rate = 0;
    std::uint32_t pairs = 0;
    std::vector<route::walk_in_use> in_use;
    for (const route::share& s : parts) {
      CHECK(ebit_test::is_simple_walk(map, s.path, d.from, d.to));
      CHECK(s.circuit.expected.fidelity() >= d.min_fidelity);
      // What the head chooses for one after the other is what was split.
      CHECK(route::multipath{}.choose(map, d, m, in_use).path == s.path);
      for (const path_id l : s.path.links) CHECK(route::slots_left(map, l, in_use) >= s.circuit.plan.width);
      in_use.push_back({&s.path, s.circuit.plan.width});
      rate += s.circuit.expected.rate();
      pairs += s.pairs;
    }
    CHECK(pairs == d.pairs);
    const double whole = static_cast<double>(d.pairs);
    for (const route::share& s : parts)  // all are over at the same time, to within a pair
      CHECK(std::abs(s.pairs - whole * s.circuit.expected.rate() / rate) < 2);
    CHECK(rate <= best * (1 + 1e-12));
    CHECK(rate > 0.6 * best);
    const double bound = route::max_flow(map, d.from, d.to, [&](const route::edge& e) {
                           const double seconds = m.link_seconds(map, e, 0.5);
                           return seconds < 1e299 ? 1 / seconds : 0.0;
                         }).value;
    CHECK(rate <= bound);
    const auto one = route::best_of_k{}.choose(map, d, m);
    sum += rate;
    sum_best += best;
    sum_one += one.circuit.expected.rate();
    several += parts.size() > 1 ? 1 : 0;
    ++served;
  }
  std::printf(
      "multipath: %d demands served, %d of them over several walks; %.1f %% of the best set, %.2f times one "
      "walk\n",
      served, several, 100 * sum / sum_best, sum / sum_one);
  CHECK(several > 10);
  CHECK(sum > 0.97 * sum_best);
  CHECK(sum > 1.1 * sum_one);
}

TEST_CASE("route.in_proportion: all pairs, none twice, by largest remainders") {
  CHECK(route::in_proportion(10, {1, 1, 1}) == std::vector<std::uint32_t>{4, 3, 3});
  CHECK(route::in_proportion(7, {2.6, 1.4, 1}) == std::vector<std::uint32_t>{4, 2, 1});
  CHECK(route::in_proportion(1, {0.2, 0.5, 0.3}) == std::vector<std::uint32_t>{0, 1, 0});
  CHECK(route::in_proportion(4'294'967'295, {1, 0}) == std::vector<std::uint32_t>{4'294'967'295, 0});
}

TEST_CASE("route.multipath: a request in parts over both sides of a ring, at the rate of both") {
  sim::topology net;
  for (int i = 0; i < 6; ++i) net.add_node();
  for (std::uint32_t i = 0; i < 6; ++i) net.add_link(net.node(i), net.node((i + 1) % 6), {.length = 10_km});
  sim::network<split_profile> both{net, {.seed = 5}};
  const auto parts = both.request_parts({.from = net.node(0), .to = net.node(3), .pairs = 400});
  REQUIRE(parts);
  REQUIRE(parts->size() == 2);
  both.run();
  sim::network<> alone{net, {.seed = 5}};
  const auto one = alone.request({.from = net.node(0), .to = net.node(3), .pairs = 400});
  REQUIRE(one);
  alone.run();
  REQUIRE((*parts)[0].delivered() == 200);
  REQUIRE((*parts)[1].delivered() == 200);
  REQUIRE(one->delivered() == 400);
  const auto& first = (*parts)[0].record();
  const auto& second = (*parts)[1].record();
  CHECK(first.planned.path.links != second.planned.path.links);
  CHECK(first.planned.path.hops() + second.planned.path.hops() == 6);
  const auto end_of = [](const sim::request_record& r) { return (r.at_head.back() - world_time{}).seconds(); };
  const double gain = end_of(one->record()) / std::max(end_of(first), end_of(second));
  std::printf("multipath: 400 pairs over both sides of a ring %.2f times as fast as over one\n", gain);
  CHECK(gain > 1.7);
  CHECK_FALSE(both.request_parts({.from = net.node(0), .to = net.node(3), .pairs = 4, .atomic = true}));
  CHECK_FALSE(both.request_parts({.from = net.node(0), .to = net.node(0), .pairs = 4}));
  const auto refused =
      both.request_parts({.from = net.node(0), .to = net.node(3), .pairs = 4, .min_fidelity = 0.99999});
  REQUIRE(refused);
  both.run();
  CHECK((refused->size() == 1 && refused->front().refused()));
}
