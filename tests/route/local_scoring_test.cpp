// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

#include <ebit/herald/single_click.hpp>
#include <ebit/purify/none.hpp>
#include <ebit/route/circuit_model.hpp>
#include <ebit/route/local_scoring.hpp>
#include <ebit/route/measured_metrics.hpp>
#include <ebit/route/measured_model.hpp>
#include <ebit/route/shortest_path.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

/// The state of every link, and who asked for which: a node is asked of its own links only.
struct states {
  const route::network_map* map;
  std::vector<route::link_sight> of;
  [[nodiscard]] route::link_sight see(node_id at, path_id link) const {
    const route::edge& e = map->along(link);
    CHECK((e.a == at || e.b == at));
    return of[link.value()];
  }
};

/// Pairs per second over a walk: of its slowest link, and each swap in between loses a tenth.
double rate_of(const states& truth, const route::walk& w) {
  if (w.links.empty()) return 0;
  double slowest = 1e300;
  for (const path_id l : w.links) slowest = std::min(slowest, truth.of[l.value()].pairs_per_second);
  for (std::size_t i = 1; i < w.hops(); ++i) slowest *= 0.9;
  return slowest;
}

}  // namespace

TEST_CASE(
    "route.local_scoring: a walk without loops, within its detour, whenever going down in rank leads anywhere") {
  int found = 0, detours = 0, stuck = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    random_stream draw{seed, random_purpose::topology, 51};
    const auto nodes = static_cast<std::uint32_t>(3 + sample::below(draw, 6));
    const route::network_map map = ebit_test::random_map(draw, nodes, 0.3, 1);
    states now{&map, {}};
    for (std::size_t i = 0; i < map.edges().size(); ++i) {
      route::link_sight s{sample::uniform(draw), 0.5 + 0.5 * sample::uniform(draw), 1, 2};
      if (sample::bernoulli(draw, 0.15)) s.free_slots = 0;
      if (sample::bernoulli(draw, 0.15)) s.pairs_per_second = 0;
      now.of.push_back(s);
    }
    const node_id from{0}, to{nodes - 1};
    const auto ranks = route::ranks_towards(map, to);
    for (std::uint16_t detour = 0; detour <= 3; ++detour) {
      const route::walk w = route::local_scoring{.detour = detour}.find(map, from, to, ranks, now);
      CAPTURE(seed, nodes, detour);
      bool there_is_one = false, any = false;
      ebit_test::for_each_walk(map, from, to, [&](const route::walk& each) {
        const bool open = std::all_of(each.links.begin(), each.links.end(), [&](path_id l) {
          return now.of[l.value()].free_slots > 0 && now.of[l.value()].pairs_per_second > 0;
        });
        any = any || open;
        there_is_one = there_is_one || (open && each.hops() <= ranks[0] + detour);
      });
      if (w.links.empty()) {
        CHECK_FALSE((there_is_one && detour == 0));  // downhill nothing is overlooked
        stuck += there_is_one ? 1 : 0;
        continue;
      }
      CHECK(ebit_test::is_simple_walk(map, w, from, to));
      CHECK(w.hops() <= ranks[0] + detour);
      for (const path_id l : w.links)
        CHECK((now.of[l.value()].free_slots > 0 && now.of[l.value()].pairs_per_second > 0));
      ++found;
      detours += w.hops() > ranks[0] ? 1 : 0;
    }
  }
  std::printf("local_scoring: %d walks found, %d with a detour; %d times stuck where there was one\n", found, detours,
              stuck);
  CHECK(found > 500);
  CHECK(detours > 50);
  CHECK(stuck * 100 < found);
}

TEST_CASE("route.local_scoring: rate, fidelity, free memories and Bell measurements weigh against each other") {
  // 0–1–3 and 0–2–3, and 0–4–5–3.
  const route::network_map map = ebit_test::map_of(6, {{0, 1}, {1, 3}, {0, 2}, {2, 3}, {0, 4}, {4, 5}, {5, 3}});
  states now{&map, std::vector<route::link_sight>(7, {10, 0.95, 4, 4})};
  const auto ranks = route::ranks_towards(map, node_id{3});
  const auto second = [&](const route::local_scoring& how = {}) {
    const route::walk w = how.find(map, node_id{0}, node_id{3}, ranks, now);
    return w.links.empty() ? 0U : w.nodes[1].value();
  };
  CHECK(second() == 1);
  now.of[0].pairs_per_second = 8;
  CHECK(second() == 2);
  CHECK(second({.rate_weight = 0}) == 1);
  now.of[2].fidelity = 0.7;
  CHECK(second() == 1);
  CHECK(second({.fidelity_weight = 0}) == 2);
  now.of[0].free_slots = 1;
  CHECK(second() == 2);
  CHECK(second({.memory_weight = 0}) == 1);
  now.of[0].free_slots = now.of[2].free_slots = 0;
  CHECK(second() == 4);
  CHECK(second({.detour = 0}) == 0);
  now.of[0].free_slots = now.of[2].free_slots = 4;
  now.of[0].pairs_per_second = now.of[2].pairs_per_second = 1;
  CHECK(second() == 4);
  CHECK(second({.swap_cost = 5}) == 1);
  now.of[5].pairs_per_second = 0;  // found out at node 4, which sends it back
  CHECK(second() == 1);
  CHECK_FALSE(route::local_scoring{.swap_cost = -1}.validate());
  CHECK(route::local_scoring{}.validate());
}

TEST_CASE("route.local_scoring: better than all knowledge of the network where that is old") {
  // Links of a grid are good or bad by turns; a random telegraph whose states last one second on average.
  const route::network_map map = ebit_test::grid_map(7, 7);
  const std::size_t links = map.edges().size();
  constexpr double step = 0.1, bad_rate = 0.1;
  const std::vector<int> ages{0, 2, 5, 10, 20, 40};  // in steps
  double local = 0;
  std::vector<double> global(ages.size(), 0.0);
  random_stream draw{7, random_purpose::topology, 52};
  std::vector<std::vector<bool>> past;  // the newest last
  past.emplace_back(links, true);
  constexpr int steps = 3'000;
  for (int t = 0; t < steps; ++t) {
    past.push_back(past.back());
    for (std::size_t l = 0; l < links; ++l) {
      const bool changes = sample::bernoulli(draw, past.back()[l] ? step * 0.5 : step);
      if (changes) past.back()[l] = !past.back()[l];
    }
    if (past.size() <= 50) continue;
    const auto drawn_node = [&] { return node_id{static_cast<std::uint32_t>(sample::below(draw, 49))}; };
    const node_id from = drawn_node();
    const node_id to = drawn_node();
    if (from == to) continue;
    const auto seen = [&](std::size_t age) {
      states s{&map, {}};
      for (const bool good : past[past.size() - 1 - age]) s.of.push_back({good ? 1.0 : bad_rate, 1, 1, 1});
      return s;
    };
    const states truth = seen(0);
    const auto ranks = route::ranks_towards(map, to);
    local += rate_of(truth, route::local_scoring{}.find(map, from, to, ranks, truth));
    for (std::size_t a = 0; a < ages.size(); ++a) {
      const states told = seen(static_cast<std::size_t>(ages[a]));
      // The cost of a link: the rate it would cut the walk down to, and a swap.
      const route::walk w = route::shortest_path(map, from, to, [&](const route::edge& e) {
        const auto index = static_cast<std::size_t>(&e - map.edges().data());
        return told.of[index].pairs_per_second < 1 ? 2.3 : 0.1;
      });
      global[a] += rate_of(truth, w);
    }
  }
  std::printf("local_scoring: %.3f of what all present knowledge gives; knowledge that is old gives",
              local / global[0]);
  for (std::size_t a = 0; a < ages.size(); ++a) std::printf(" %.3f (%.1f s)", global[a] / global[0], 0.1 * ages[a]);
  std::printf("\n");
  CHECK(local < global[0]);
  CHECK(local > global[3]);  // one second old
  CHECK(local > 1.3 * global[5]);
}

TEST_CASE("route.local_scoring: under load it serves more that is of use than fixed ways or ways through a root") {
  // Requests come one by one to a grid and hold a memory at either end of each link of their walk, until thirty others
  // have come. Links have Werner parameters of 0.93 to 0.99.
  const route::network_map map = ebit_test::grid_map(7, 7);
  struct tally {
    int served = 0, usable = 0;
    double fidelity = 0;
  };
  const auto run = [&](const auto& way) {
    tally t;
    random_stream draw{9, random_purpose::topology, 54};
    states now{&map, {}};
    for (std::size_t l = 0; l < map.edges().size(); ++l) {
      const double werner = 0.93 + 0.06 * sample::uniform(draw);
      now.of.push_back({1.0, (1 + 3 * werner) / 4, 3, 3});
    }
    std::vector<std::pair<int, route::walk>> held;
    for (int i = 0; i < 1'000; ++i) {
      const node_id from{static_cast<std::uint32_t>(sample::below(draw, 49))};
      const node_id to{static_cast<std::uint32_t>(sample::below(draw, 49))};
      if (from == to) continue;
      while (!held.empty() && held.front().first <= i - 30) {
        for (const path_id l : held.front().second.links) ++now.of[l.value()].free_slots;
        held.erase(held.begin());
      }
      route::walk w = way(now, from, to);
      bool fits = !w.links.empty();
      double werner = 1;
      for (const path_id l : w.links) {
        const auto times = std::count(w.links.begin(), w.links.end(), l);
        fits = fits && now.of[l.value()].free_slots >= times;
        werner *= (4 * now.of[l.value()].fidelity - 1) / 3;
      }
      if (!fits) continue;
      for (const path_id l : w.links) --now.of[l.value()].free_slots;
      ++t.served;
      const double fidelity = (1 + 3 * werner) / 4;
      t.usable += fidelity > 0.76 ? 1 : 0;
      t.fidelity += fidelity;
      held.emplace_back(i, std::move(w));
    }
    t.fidelity /= t.served;
    return t;
  };
  const auto fixed = [&](const states&, node_id from, node_id to) {
    return route::shortest_path(map, from, to, [](const route::edge&) { return 1.0; });
  };
  const auto through_root = [&](const states& now, node_id from, node_id to) {
    const node_id root{24};
    route::walk w = from == root ? route::walk{{from}, {}} : fixed(now, from, root);
    const route::walk down = root == to ? route::walk{{root}, {}} : fixed(now, root, to);
    w.links.insert(w.links.end(), down.links.begin(), down.links.end());
    return w;
  };
  const auto scored = [&](const states& now, node_id from, node_id to) {
    return route::local_scoring{.fidelity_weight = 5}.find(map, from, to, route::ranks_towards(map, to), now);
  };
  const tally by_score = run(scored), by_map = run(fixed), by_root = run(through_root);
  std::printf(
      "local_scoring under load: %d served, fidelity %.3f, above 0.76 %d; fixed ways %d, %.3f, %d; through a "
      "root %d, %.3f, %d\n",
      by_score.served, by_score.fidelity, by_score.usable, by_map.served, by_map.fidelity, by_map.usable,
      by_root.served, by_root.fidelity, by_root.usable);
  CHECK(by_score.served > by_map.served);
  CHECK(by_map.served > by_root.served);
  CHECK(by_score.usable > 1.1 * by_map.usable);
  CHECK(by_score.usable > 3 * by_root.usable);
}

TEST_CASE("route.local_scoring: as a route policy it leaves links that were measured to do badly, and forgets") {
  using model = route::circuit_model<herald::single_click, purify::none, swap::as_soon_as_possible>;
  const model m;
  random_stream draw{5, random_purpose::topology, 53};
  const route::network_map map = ebit_test::random_fibre_map(draw, 8, 0.5);
  const route::demand d{node_id{0}, node_id{7}, 1, 0.6};
  const route::answer before = route::local_scoring{}.choose(map, d, m);
  REQUIRE(before.circuit.feasible);
  route::measured_metrics seen{{.memory = 10_s}};
  for (const path_id l : before.path.links) seen.heralded(l, 0, 1e6, local_time{});
  const auto at = [&](duration later) {
    const route::measured_model<model, route::measured_metrics> measured{m, seen, local_time{} + later};
    return route::local_scoring{}.choose(map, d, measured).path;
  };
  const route::walk after = at(duration::zero());
  for (const path_id l : before.path.links)
    CHECK(std::find(after.links.begin(), after.links.end(), l) == after.links.end());
  CHECK(at(1'000_s) == before.path);
  const std::vector<route::walk_in_use> busy{{&before.path, 255}};
  CHECK_FALSE(route::local_scoring{}.choose(map, d, m, busy).path == before.path);
}
