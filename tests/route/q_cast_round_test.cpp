// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <vector>

#include <ebit/route/q_cast_round.hpp>

using namespace ebit;

namespace {

std::uint16_t came_up(random_stream& draw, double success, std::uint16_t slots) {
  std::uint16_t up = 0;
  for (std::uint16_t s = 0; s < slots; ++s)
    if (sample::bernoulli(draw, success)) ++up;
  return up;
}

/// Pairs in the mean, if all links that a walk joins are there: what its swaps make of it.
double joined(const std::vector<route::walk>& walks, double swap) {
  double sum = 0;
  for (const route::walk& w : walks) sum += std::pow(swap, static_cast<double>(w.hops()) - 1);
  return sum;
}

route::round_outcome one_round(random_stream& draw, const route::round_resources& of, const route::q_cast_route& r) {
  route::round_outcome made;
  for (const path_id l : r.major.path.links)
    made.major.push_back(came_up(draw, of.success[l.value()], r.major.width));
  for (const route::recovery_route& d : r.detours) {
    made.detours.emplace_back();
    for (const path_id l : d.way.path.links)
      made.detours.back().push_back(came_up(draw, of.success[l.value()], d.way.width));
  }
  return made;
}

}  // namespace

TEST_CASE("route.q_cast: rounds give what the plan promises, and more with its detours, within what there is") {
  double plain = 0, repaired = 0, promised = 0;
  int several = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    random_stream draw{seed, random_purpose::topology, 13};
    const route::network_map map = ebit_test::grid_map(5, 5);
    route::round_resources of = route::round_resources::of(map);
    for (double& p : of.success) p = 0.3 + 0.5 * sample::uniform(draw);
    for (std::uint16_t& s : of.slots) s = static_cast<std::uint16_t>(1 + sample::below(draw, 4));
    for (std::uint32_t& m : of.memories) m = 8;
    for (double& q : of.swap) q = 0.9;
    const std::vector<route::node_pair> requests{
        {node_id{0}, node_id{24}}, {node_id{4}, node_id{20}}, {node_id{2}, node_id{22}}};
    const auto plan = route::plan_round(map, of, requests);
    CAPTURE(seed);
    REQUIRE(plan.size() > 2);
    // Nothing is given away twice.
    std::map<std::uint32_t, std::uint32_t> slots, memories;
    const auto count = [&](const route::wide_route& r, node_id from, node_id to) {
      CHECK(ebit_test::is_simple_walk(map, r.path, from, to));
      for (std::size_t i = 0; i < r.path.hops(); ++i) {
        slots[r.path.links[i].value()] += r.width;
        memories[r.path.nodes[i].value()] += r.width;
        memories[r.path.nodes[i + 1].value()] += r.width;
      }
    };
    double before = 1e300;
    std::size_t detours = 0;
    std::vector<int> walks(requests.size(), 0);
    for (const route::q_cast_route& r : plan) {
      count(r.major, requests[r.request].from, requests[r.request].to);
      CHECK(r.major.throughput <= before);  // the greediest first
      before = r.major.throughput;
      several += ++walks[r.request] == 2 ? 1 : 0;
      for (const route::recovery_route& d : r.detours) {
        CHECK(d.last - d.first <= 3);
        count(d.way, r.major.path.nodes[d.first], r.major.path.nodes[d.last]);
      }
      detours += r.detours.size();
    }
    CHECK(detours > 0);
    for (const auto& [link, taken] : slots) CHECK(taken <= of.slots[link]);
    for (const auto& [node, taken] : memories) CHECK(taken <= of.memories[node]);

    constexpr int rounds = 1'500;
    for (int i = 0; i < rounds; ++i)
      for (const route::q_cast_route& r : plan) {
        const route::round_outcome made = one_round(draw, of, r);
        route::q_cast_route alone = r;
        alone.detours.clear();
        const auto straight = route::joinable(alone, {made.major, {}});
        const auto patched = route::joinable(r, made);
        CHECK(patched.size() >= straight.size());
        plain += joined(straight, 0.9) / rounds;
        repaired += joined(patched, 0.9) / rounds;
      }
    for (const route::q_cast_route& r : plan) promised += r.major.throughput;
  }
  CHECK(several > 5);
  CHECK(plain == ebit_test::approx(promised).epsilon(0.01));
  CHECK(repaired > 1.1 * plain);
  std::printf("q_cast: %.2f pairs per round promised, %.2f over the walks alone, %.2f with detours\n", promised / 12,
              plain / 12, repaired / 12);
}

TEST_CASE("route.q_cast: a detour replaces the stretch that failed, once for each pair it has") {
  // 0–1–2–3 two wide; 1–4–2 around the middle, one wide.
  const route::network_map map = ebit_test::map_of(5, {{0, 1, 2}, {1, 2, 2}, {2, 3, 2}, {1, 4, 1}, {4, 2, 1}});
  route::round_resources of = route::round_resources::of(map);
  of.success.assign(5, 0.9);
  const std::vector<route::node_pair> wanted{{node_id{0}, node_id{3}}};
  const auto plan = route::plan_round(map, of, wanted);
  REQUIRE(plan.size() == 1);
  REQUIRE(plan[0].detours.size() == 1);
  CHECK((plan[0].detours[0].first == 1 && plan[0].detours[0].last == 2));
  const auto all = route::joinable(plan[0], {{2, 1, 2}, {{1, 1}}});
  REQUIRE(all.size() == 2);
  CHECK(all[0].links == std::vector{path_id{0}, path_id{1}, path_id{2}});
  CHECK(all[1].links == std::vector{path_id{0}, path_id{3}, path_id{4}, path_id{2}});
  CHECK(all[1].nodes == std::vector{node_id{0}, node_id{1}, node_id{4}, node_id{2}, node_id{3}});
  CHECK(route::joinable(plan[0], {{2, 0, 2}, {{1, 0}}}).empty());
  CHECK(route::joinable(plan[0], {{1, 0, 2}, {{1, 1}}}).size() == 1);
  CHECK(route::joinable(plan[0], {{2, 2, 2}, {{1, 1}}}).size() == 2);  // no wider than the walk
  CHECK(route::plan_round(map, of, wanted, {.recovery_span = 0})[0].detours.empty());
}
