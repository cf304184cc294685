// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdio>
#include <utility>

#include "../simulation/profiles.hpp"
#include "../support/catch.hpp"
#include "../support/forecast_bounds.hpp"

#include <ebit/analyze/slotted_chain.hpp>
#include <ebit/quantum/sampled_bell.hpp>

using namespace ebit;
using namespace ebit_test;

namespace {

struct statistics {
  double sum = 0, squares = 0;
  int count = 0;
  void add(double x) { sum += x, squares += x * x, ++count; }
  [[nodiscard]] double mean() const { return sum / count; }
  [[nodiscard]] double error() const {
    return std::sqrt(std::max(0.0, squares / count - mean() * mean()) / (count - 1));
  }
};

/// Two-sided quantile of the standard normal distribution such that `tests` of them together exceed it as rarely as
/// one does 3.
[[nodiscard]] double errors_for(int tests) {
  const double each = 0.0026997960632601866 / tests;
  double low = 3, high = 8;
  while (high - low > 1e-9) {
    const double middle = (low + high) / 2;
    (std::erfc(middle / std::sqrt(2.0)) > each ? low : high) = middle;
  }
  return high;
}

int configurations = 0;

/// First pairs of many circuits, one after the other on one network: their mean latency is forecast exactly, and with
/// perfect memories so is their fidelity.
template <class Profile>
void check_first_pairs(std::size_t nodes, ebit::length each, double station, sim::network_options<Profile> o,
                       double allowed) {
  const sim::topology net = sim::chain(nodes, link::fibre{.length = each, .station_position = station});
  sim::network<Profile> sim{net, o};
  const sim::request_parameters wanted{.from = net.node(0), .to = net.node(nodes - 1), .pairs = 1};
  const forecast expected = sim.plan(wanted).circuit.expected;
  REQUIRE(expected.latency_certainty() == forecast::certainty::exact);
  REQUIRE(expected.fidelity_certainty() == forecast::certainty::exact);
  statistics latency;
  double worst = 0;
  for (int i = 0; i < 500; ++i) {
    const auto r = sim.request(wanted);
    sim.run();
    REQUIRE(r->delivered() == 1);
    latency.add((r->record().at_head[0] - r->record().started).seconds());
    worst = std::max(worst, std::abs(r->fidelity() - expected.fidelity()));
  }
  const double z = (latency.mean() - expected.mean_latency().seconds()) / latency.error();
  INFO("nodes " << nodes << ", " << in_kilometres(each) << " km, forecast " << expected.mean_latency().seconds()
                << " s, simulated " << latency.mean() << " +- " << latency.error() << " s");
  CHECK(std::abs(z) < allowed);
  CHECK(worst < 1e-12);
  ++configurations;
}

[[nodiscard]] link::hardware imperfect_photons() {
  link::hardware h = quiet_hardware(1);
  h.visibility = 0.92;
  h.dark_counts = 50_Hz;
  h.gates = {.two_qubit = 0.01, .one_qubit = 0.002, .read_out = 0.003};
  h.gate_time = 7_us;
  return h;
}

}  // namespace

TEST_CASE(
    "simulation: exact forecasts of latency and fidelity hold within 3 standard errors, corrected for their number") {
  const double allowed = errors_for(48);
  configurations = 0;
  for (std::size_t nodes = 2; nodes <= 9; ++nodes) {
    const std::uint64_t seed = 1000 + nodes;
    check_first_pairs(nodes, 20_km, 0.5, with<at_once>(quiet_hardware(1), seed), allowed);
    check_first_pairs(nodes, 35_km, 0.3, with<at_once>(imperfect_photons(), seed), allowed);
    check_first_pairs(nodes, 10_km, 0.5, with<doubling>(imperfect_photons(), seed), allowed);
    check_first_pairs(nodes, 25_km, 0.8, with<doubling>(quiet_hardware(1), seed), allowed);
    check_first_pairs(nodes, 15_km, 0.5, with<one_by_one>(imperfect_photons(), seed), allowed);
    auto one = with<one_photon>(imperfect_photons(), seed);
    one.herald.bright_state = 0.1;
    check_first_pairs(nodes, 30_km, 0.4, one, allowed);
  }
  CHECK(configurations == 48);
}

TEST_CASE("simulation: the rate and fidelity of a single link are exact, memories included") {
  const double allowed = errors_for(4);
  for (const std::uint16_t memories : std::initializer_list<std::uint16_t>{1, 2, 5, 16}) {
    auto o = with<at_once>(noisy_hardware(memories), 77);
    const sim::topology net = chain_of(2);
    sim::network<at_once> sim{net, o};
    const auto r = sim.request({.from = net.node(0), .to = net.node(1), .pairs = 20'000});
    sim.run();
    const forecast& f = r->forecast();
    REQUIRE(f.rate_certainty() == forecast::certainty::exact);
    REQUIRE(f.fidelity_certainty() == forecast::certainty::exact);
    CHECK(std::abs(r->fidelity() - f.fidelity()) < 1e-12);
    // The time of n successes has a relative standard deviation of at most 1 / √n.
    CHECK(std::abs(r->rate() / f.rate() - 1) < allowed / std::sqrt(20'000.0));
  }
}

TEST_CASE("simulation: two rounds of distillation spend as many heralds as their success probabilities say") {
  link::hardware h = quiet_hardware(3);
  h.visibility = 0.7;
  auto o = with<deutsch>(h, 0);
  o.purify.rounds = 2;
  const sim::topology net = chain_of(2);
  bell_diagonal state = route::model_of(o.herald, link::budget_of(net.links()[0].line, h, h), {}).state;
  double expected = 1;
  for (int round = 0; round < 2; ++round) {
    const auto kept = o.purify.apply(state, state);
    expected *= 2 / kept.probability;
    state = kept.state;
  }
  statistics spent;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    o.seed = seed;
    sim::network<deutsch> sim{net, o};
    static_cast<void>(*sim.request({.from = net.node(0), .to = net.node(1), .pairs = 2000}));
    sim.run();
    // What is on its way when the last pair is delivered, at most three heralds, was not spent on these pairs.
    spent.add(static_cast<double>(sim.truth().ledger().created) / 2000);
  }
  INFO(spent.mean() << " +- " << spent.error() << " heralds per pair, expected " << expected);
  CHECK(std::abs(spent.mean() - expected) < 3 * spent.error() + 3.0 / 2000);
}

TEST_CASE("simulation: trajectories and Bell-diagonal states give the same statistics") {
  const auto mean_of = [](auto state, std::uint64_t seed) {
    auto o = with<deutsch>(noisy_hardware(3), seed);
    o.hardware.memory = {.t1 = 200_ms, .t2 = 20_ms};
    o.purify = {.rounds = 1, .at = purify::where::end_to_end};
    const sim::topology net = chain_of(4);
    sim::network<deutsch, decltype(state)> sim{net, o};
    const auto r = sim.request({.from = net.node(0), .to = net.node(3), .pairs = 12'000});
    sim.run();
    return std::pair{r->fidelity(), r->fidelity_error()};
  };
  const auto [exact, exact_error] = mean_of(bell_diagonal{}, 5);
  const auto [sampled, sampled_error] = mean_of(sampled_bell{}, 6);
  INFO("bell_diagonal " << exact << " +- " << exact_error << ", sampled_bell " << sampled << " +- " << sampled_error);
  CHECK(std::abs(exact - sampled) < 3 * std::sqrt(exact_error * exact_error + sampled_error * sampled_error));
}

TEST_CASE("simulation: bounded forecasts hold") {
  int checked = 0;
  const auto check = [&](auto profile, auto o, std::size_t nodes, std::uint16_t memories) {
    o.hardware = noisy_hardware(memories);
    o.seed = 31;
    const sim::topology net = chain_of(nodes);
    sim::network<decltype(profile)> sim{net, o};
    const auto r = sim.request({.from = net.node(0), .to = net.node(nodes - 1), .pairs = 1500});
    sim.run();
    REQUIRE(r->delivered() == 1500);
    statistics waits;
    for (const duration d : r->record().waits()) waits.add(d.seconds());
    INFO(describe<decltype(profile)>() << nodes << " nodes, " << memories << " memories");
    check_within_forecast(*r, 3 * waits.error() / waits.mean());
    ++checked;
  };
  for (const std::size_t nodes : {2U, 3U, 5U, 9U}) {
    for (const std::uint16_t memories : std::initializer_list<std::uint16_t>{2, 4}) {
      check(at_once{}, sim::network_options<at_once>{}, nodes, memories);
      check(at_once{}, sim::network_options<at_once>{.swap = {.cutoff = 3_ms}}, nodes, memories);
      check(doubling{}, sim::network_options<doubling>{}, nodes, memories);
      check(one_by_one{}, sim::network_options<one_by_one>{}, nodes, memories);
      check(deutsch{}, sim::network_options<deutsch>{.purify = {.rounds = 1}}, nodes, memories);
      check(deutsch{}, sim::network_options<deutsch>{.purify = {.rounds = 1, .at = purify::where::end_to_end}}, nodes,
            memories);
      if (memories > 2) check(bennett{}, sim::network_options<bennett>{.purify = {.rounds = 2}}, nodes, memories);
      check(one_photon{}, sim::network_options<one_photon>{.herald = {.bright_state = 0.05}}, nodes, memories);
      check(pumped{}, sim::network_options<pumped>{.purify = {.rounds = 3}}, nodes, memories);
    }
  }
  CHECK(checked == 68);
}

TEST_CASE("simulation: with ever shorter delays the chain becomes the slotted one") {
  // A fixed attempt period of 1 ms; what light and messages take shrinks with the fibre.
  link::hardware h;
  h.attempt_time = 1_ms;
  h.emission_efficiency = 0.8;
  h.fibre_attenuation = decibels_per_kilometre(0);
  h.memories = 1;
  const double p = 0.8 * 0.8 / 2;
  const auto exact = analyze::expected_slots({.nodes = 5, .link_success = p, .swap_success = 1});
  REQUIRE(exact);
  double last = 1e9;
  for (const double km : {40.0, 10.0, 2.5, 0.0}) {
    const sim::topology net =
        sim::chain(5, link::fibre{.length = kilometres(km), .loss_per_length = decibels_per_kilometre(0)});
    sim::network<at_once> sim{net, with<at_once>(h, 99)};
    statistics slots;
    for (int i = 0; i < 4000; ++i) {
      const auto r = sim.request({.from = net.node(0), .to = net.node(4), .pairs = 1});
      sim.run();
      // Slots are counted from 1; the news of slot 1 comes at once.
      slots.add((r->record().at_head[0] - r->record().started).seconds() / 1e-3 + 1);
    }
    const double away = std::abs(slots.mean() - exact->mean_slots);
    CHECK(away < last + 3 * slots.error());
    last = away;
    // All delays of the circuit together bound the difference.
    CHECK(away < kilometres(km).base() / 2e8 * 5 / 1e-3 + errors_for(4) * slots.error());
  }
}
