// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cmath>
#include <limits>

#include <ebit/ebit.hpp>

#include "../simulation/profiles.hpp"
#include "../support/forecast_bounds.hpp"

using namespace ebit;
using namespace ebit_test;

namespace {

/// What is delivered lies between the bounds that were foretold, statistics allowed for.
template <class Profile, class State = bell_diagonal>
void holds(sim::network_options<Profile> o, const link::hardware& h, std::size_t nodes, std::uint32_t pairs) {
  o.hardware = h;
  o.seed = 17;
  const sim::topology net = sim::chain(
      nodes, link::fibre{.length = 20_km, .loss_per_length = decibels_per_kilometre(0), .station_position = 0.4});
  sim::network<Profile, State> sim{net, o};
  const auto r = sim.request({net.node(0), net.node(nodes - 1), pairs, 0});
  REQUIRE(r);
  sim.run();
  REQUIRE(r->delivered() == pairs);
  INFO(describe<Profile>() << nodes << " nodes, " << h.memories << " memories, gates of " << h.gate_time.seconds()
                           << " s");
  check_within_forecast(*r, 3 / std::sqrt(static_cast<double>(pairs)));
}

[[nodiscard]] link::hardware forgetful(std::uint16_t memories, duration t2, duration gate_time) {
  link::hardware h;
  h.visibility = 0.9;
  h.memories = memories;
  h.memory = {duration::never(), t2};
  h.gate_time = gate_time;
  return h;
}

}  // namespace

TEST_CASE("simulation: forecasts of distillation hold where gates take as long as memories last") {
  for (const std::uint16_t memories : {std::uint16_t{2}, std::uint16_t{3}, std::uint16_t{8}}) {
    for (const duration gate : {duration::zero(), 500_us, 1_ms}) {
      const link::hardware h = forgetful(memories, 8_ms, gate);
      holds<deutsch>({.purify = {.rounds = 1}}, h, 2, 600);
      holds<pumped>({.purify = {.rounds = 1}}, h, 2, 600);
      holds<extreme_loss, x_state>({.herald = {.bright_state = 0.3}}, h, 2, 600);
      holds<deutsch>({.purify = {.rounds = 1, .at = purify::where::end_to_end}}, h, 3, 300);
      if (memories > 2) holds<deutsch>({.purify = {.rounds = 2}}, h, 2, 300);
    }
  }
}

TEST_CASE("simulation: forecasts of pumping know that pairs wait in line") {
  for (const std::uint16_t memories : {std::uint16_t{2}, std::uint16_t{8}, std::uint16_t{32}}) {
    const link::hardware h = forgetful(memories, 5_ms, duration::zero());
    holds<pumped>({.purify = {.rounds = 1}}, h, 2, 600);
    holds<pumped>({.purify = {.rounds = 3}}, h, 2, 300);
    link::hardware longer = h;
    longer.memory.t2 = 20_ms;
    holds<pumped>({.purify = {.rounds = 2, .at = purify::where::end_to_end}}, longer, 3, 300);
  }
}

TEST_CASE("simulation: forecasts of pairs that are not twirled allow for what damping adds") {
  for (const duration t1 : {500_us, 2_ms, 20_ms}) {
    link::hardware h = forgetful(4, t1 * 2, duration::zero());
    h.memory.t1 = t1;
    holds<at_once, x_state>({}, h, 2, 300);
    holds<at_once, x_state>({}, h, 4, 300);
    holds<at_once, adaptive_state>({}, h, 3, 300);
    holds<extreme_loss, x_state>({.herald = {.bright_state = 0.3}}, h, 3, 300);
    holds<deutsch, adaptive_state>({.purify = {.rounds = 1}}, h, 2, 300);
    holds<one_photon, adaptive_state>({.herald = {.bright_state = 0.4}}, h, 2, 300);
    holds<one_photon, x_state>({.herald = {.bright_state = 0.4}}, h, 3, 300);
    // The same of twirled pairs is known exactly on a single link.
    const sim::topology net = chain_of(2);
    const auto exact = sim::network<at_once>{net, with<at_once>(h, 1)}.plan({net.node(0), net.node(1), 1, 0});
    const auto bounded =
        sim::network<at_once, x_state>{net, with<at_once>(h, 1)}.plan({net.node(0), net.node(1), 1, 0});
    CHECK(exact.circuit.expected.fidelity_certainty() == forecast::certainty::exact);
    CHECK(bounded.circuit.expected.fidelity_certainty() == forecast::certainty::bounded);
    CHECK(bounded.circuit.expected.fidelity() < exact.circuit.expected.fidelity());
  }
}

TEST_CASE("simulation: a double excitation costs one photon once and two photons twice") {
  link::hardware h;
  h.double_excitation = 0.1;
  h.coherence = 0.9;
  const link::budget b = link::budget_of(link::ideal{}, h, h);
  const auto kept = [&b](const auto& policy, const herald::setting& drive) {
    link::budget clean = b;
    clean.coherence = clean.single_emission = 1;
    const auto coherence = [](const x_state& s) { return s.correlators().xx; };
    return coherence(route::model_of(policy, b, drive).announced) /
           coherence(route::model_of(policy, clean, drive).announced);
  };
  CHECK(kept(herald::single_click{}, {0.2, 0.2}) == approx(0.81 * 0.9).epsilon(1e-12));
  CHECK(kept(herald::double_click{}, {}) == approx(0.81 * 0.81).epsilon(1e-12));
  CHECK(kept(herald::multiplexed<herald::single_click>{}, {0.2, 0.2}) == approx(0.81 * 0.9).epsilon(1e-12));
}

TEST_CASE("simulation: a warm microwave line is refused by name") {
  struct cold : default_profile {
    using link = ebit::link::microwave_line;
    using herald = ebit::herald::pitch_and_catch;
  };
  const auto checked =
      sim::network<cold>{sim::chain(2, link::microwave_line{.length = 5_m, .occupancy = 0.1})}.validate();
  REQUIRE(!checked);
  CHECK(checked.error().what == "link 0: microwave_line.occupancy");
}

TEST_CASE("simulation: what no policy of a stack would look at is refused by name") {
  link::hardware h;
  h.thermal_occupancy = 0.1;
  const auto checked = sim::network<at_once>{chain_of(2), with<at_once>(h, 1)}.validate();
  REQUIRE(!checked);
  CHECK(checked.error().what == "hardware.thermal_occupancy");
  h.thermal_occupancy = 0;
  h.memory.t2 = duration::seconds(std::numeric_limits<double>::quiet_NaN());
  const auto timeless = sim::network<at_once>{chain_of(2), with<at_once>(h, 1)}.validate();
  REQUIRE(!timeless);
  CHECK(timeless.error().what == "memory_noise.t2");
  CHECK(timeless.error().given == "not a time");
}
