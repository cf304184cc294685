// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <cstdint>
#include <cstdio>
#include <set>
#include <utility>
#include <vector>

#include <ebit/herald/single_click.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/purify/epl.hpp>
#include <ebit/route/best_of_k.hpp>
#include <ebit/route/circuit_model.hpp>
#include <ebit/route/measured_model.hpp>
#include <ebit/route/purification_aware.hpp>
#include <ebit/sim/network.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

template <class Purify>
using model_with = route::circuit_model<herald::single_click, Purify, swap::as_soon_as_possible>;

/// Fibres of all lengths between nodes with long-lived memories, whose light is noisy here and clean there.
route::network_map noisy_map(random_stream& draw, double density) {
  const route::network_map plain = ebit_test::random_fibre_map(draw, 5, density);
  std::vector<route::edge> edges = plain.edges();
  for (route::edge& e : edges) {
    e.slots = static_cast<std::uint16_t>(e.slots + 2);
    e.budget.emission_error_a = 0.1 * sample::uniform(draw);
    e.budget.memory_a.t2 = e.budget.memory_b.t2 = 100_s;
  }
  return {std::vector<route::site>(5), std::move(edges)};
}

/// The highest rate of all walks, numbers of rounds and drives in steps of 1/`steps`; 0 if none serves the demand.
template <class Purify>
double best_by_trying(const route::network_map& map, const route::demand& d, const model_with<Purify>& m, int steps) {
  double best = 0;
  ebit_test::for_each_walk(map, d.from, d.to, [&](const route::walk& w) {
    for (std::uint8_t rounds = 0; rounds <= 3; ++rounds)
      for (int i = 0; i <= steps; ++i) {
        const auto e = m.evaluate_at(map, w, d, rounds, 0.5 + 0.5 * i / steps);
        if (e.feasible && e.expected.rate() > best) best = e.expected.rate();
      }
  });
  return best;
}

struct gains {
  int served = 0, saved = 0, found = 0;
  double of_best = 0, least = 1e300, over_one_number = 0;
  std::set<int> rounds;
};

template <class Purify>
gains compare(std::uint64_t salt, double lowest, double highest, std::uint64_t seeds) {
  gains g;
  const model_with<Purify> m{{}, {.rounds = 1}, {}, {}};
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    random_stream draw{seed, random_purpose::topology, salt};
    const route::network_map map = noisy_map(draw, 0.3);
    const route::demand d{node_id{0}, node_id{4}, 1, lowest + (highest - lowest) * sample::uniform(draw)};
    const route::answer a = route::purification_aware{}.choose(map, d, m);
    const double best = best_by_trying(map, d, m, 120);
    CAPTURE(seed, d.min_fidelity);
    if (best > 0) ++g.found;
    if (!a.circuit.feasible) {
      CHECK(best == 0);
      continue;
    }
    CHECK(ebit_test::is_simple_walk(map, a.path, d.from, d.to));
    CHECK(a.circuit.expected.fidelity() >= d.min_fidelity);
    // What it promises is what the model says of its plan.
    const auto e = m.evaluate_at(map, a.path, d, a.circuit.plan.link_rounds, a.circuit.plan.link_fidelity);
    CHECK(e.expected.rate() == a.circuit.expected.rate());
    g.rounds.insert(a.circuit.plan.link_rounds);
    ++g.served;
    const double share = a.circuit.expected.rate() / greatest(best, 1e-300);
    if (best > 0) g.of_best += share, g.least = least(g.least, share);
    const route::answer fixed = route::best_of_k{.walks = 64}.choose(map, d, m);
    if (fixed.circuit.feasible) {
      CHECK(a.circuit.expected.rate() >= fixed.circuit.expected.rate() * (1 - 1e-9));
      g.over_one_number += a.circuit.expected.rate() / fixed.circuit.expected.rate();
    } else {
      ++g.saved;
    }
  }
  return g;
}

struct distilling_profile : default_profile {
  using purify = ebit::purify::dejmps;
  using herald = ebit::herald::single_click;
  using route = ebit::route::purification_aware;
};

}  // namespace

TEST_CASE("route.purification_aware: as fast as the best of all walks, rounds and drives") {
  const gains d = compare<purify::dejmps>(41, 0.75, 0.93, 24);
  std::printf(
      "purification_aware (DEJMPS): %d served, on average %.4f of the best by trying, at least %.4f; %.2f times "
      "the rate of one round always, which fails %d of them\n",
      d.served, d.of_best / d.found, d.least, d.over_one_number / (d.served - d.saved), d.saved);
  CHECK(d.served > 8);
  CHECK(d.least > 0.98);
  CHECK(d.rounds.size() > 1);
  const gains e = compare<purify::epl>(42, 0.6, 0.85, 12);
  std::printf(
      "purification_aware (EPL): %d served, on average %.4f of the best by trying, at least %.4f; %.2f times "
      "the rate of one round always, which fails %d of them\n",
      e.served, e.of_best / e.found, e.least, e.over_one_number / (e.served - e.saved), e.saved);
  CHECK(e.served > 5);
  CHECK(e.least > 0.98);
}

TEST_CASE("route.circuit_model: with EPL the drive that just reaches the fidelity is not the fastest") {
  const model_with<purify::epl> m;
  route::edge e{node_id{0}, node_id{1}, {}, 2};
  e.budget.delay = 100_us;
  e.budget.station_a = e.budget.station_b = 50_us;
  e.budget.efficiency_a = e.budget.efficiency_b = 0.01;
  e.budget.attempt_time = 1_us;
  const route::network_map map{std::vector<route::site>(2), {e}};
  const route::walk w{{node_id{0}, node_id{1}}, {path_id{0}}};
  const route::demand d{node_id{0}, node_id{1}, 1, 0.9};
  const auto just = m.evaluate(map, w, d), fastest = m.evaluate(map, w, d, 1);
  REQUIRE((just.feasible && fastest.feasible));
  // Two pairs at 2α each, kept with (1 − α)²/2 (about): α(1 − α)² is greatest at 1/3.
  CHECK(1 - fastest.plan.link_fidelity == ebit_test::approx(1 / 3.0).margin(0.02));
  CHECK(1 - just.plan.link_fidelity > 0.45);
  CHECK(fastest.expected.rate() > 1.1 * just.expected.rate());
  CHECK(m.evaluate(map, w, d, 2).why == refusal::unsupported);  // EPL has one round
}

TEST_CASE("route.purification_aware: goes by measured links too") {
  struct noisy {
    [[nodiscard]] route::link_condition condition(path_id, local_time) const { return {1, 0.95}; }
  };
  random_stream draw{4, random_purpose::topology, 43};
  const route::network_map map = noisy_map(draw, 0.7);
  const model_with<purify::dejmps> m{{}, {.rounds = 0}, {}, {}};
  const noisy source;
  const route::measured_model<model_with<purify::dejmps>, noisy> measured{m, source, local_time{}};
  static_assert(route::purification_forecaster<route::measured_model<model_with<purify::dejmps>, noisy>>);
  const route::demand d{node_id{0}, node_id{4}, 1, 0.7};
  const auto plain = route::purification_aware{}.choose(map, d, m);
  const auto spoilt = route::purification_aware{}.choose(map, d, measured);
  REQUIRE(plain.circuit.feasible);
  REQUIRE(spoilt.circuit.feasible);
  CHECK(spoilt.circuit.expected.rate() < plain.circuit.expected.rate());
  CHECK(spoilt.circuit.expected.fidelity() >= 0.7);
}

TEST_CASE("route.purification_aware: the network distils as often as the demand needs") {
  const auto net = sim::chain(3, link::fibre{.length = 15_km});
  link::hardware h = link::default_hardware();
  h.emission_fidelity = 0.97;
  sim::network<distilling_profile> sim{net, {.seed = 8, .purify = {.rounds = 0}, .hardware = h}};
  const auto low = sim.request({.from = net.node(0), .to = net.node(2), .pairs = 300, .min_fidelity = 0.7});
  sim.run();
  const auto high = sim.request({.from = net.node(0), .to = net.node(2), .pairs = 300, .min_fidelity = 0.9});
  sim.run();
  REQUIRE((low && high));
  REQUIRE_FALSE(low->refused());
  INFO(high->reason());
  REQUIRE_FALSE(high->refused());
  CHECK(low->record().planned.circuit.plan.link_rounds == 0);
  CHECK(high->record().planned.circuit.plan.link_rounds > 0);
  REQUIRE(high->delivered() == 300);
  std::printf("purification_aware: asked for 0.70 and 0.90, delivered %.3f and %.3f\n", low->fidelity(),
              high->fidelity());
  CHECK(low->fidelity() > 0.7 - 4 * low->fidelity_error());
  CHECK(high->fidelity() > 0.9 - 4 * high->fidelity_error());
}
