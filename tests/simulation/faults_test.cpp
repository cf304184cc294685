// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "../support/catch.hpp"
#include "invariants.hpp"
#include "profiles.hpp"

using namespace ebit;
using namespace ebit_test;

namespace {

std::size_t delivered_in_all = 0;

/// Runs one request on a chain under a fault plan and checks every invariant after every event. Every pair that both
/// ends have must be what it is said to be: with perfect hardware, exactly the announced Bell state.
template <class Profile, class State = bell_diagonal>
void run_under(const fault_plan& faults, sim::network_options<Profile> o, std::size_t nodes, std::uint64_t seed) {
  o.hardware = quiet_hardware(3);
  o.faults = faults;
  o.seed = seed;
  o.swap.cutoff = 20_ms;
  const sim::topology net = chain_of(nodes);
  sim::network<Profile, State> sim{net, o};
  const auto r = sim.request({.from = net.node(0), .to = net.node(nodes - 1), .pairs = 60});
  // Where every message arrives in the end, the run ends by itself.
  const world_time end = faults.loss > 0 ? world_time{1_s} : world_time{100_s};
  while (sim.now() < end && sim.step()) {
    const std::string broken = broken_invariant(sim);
    if (broken.empty()) continue;
    FAIL(broken << "; seed " << seed << ", event " << sim.events() << ", loss " << faults.loss << ", duplication "
                << faults.duplication << ", jitter " << faults.jitter.seconds());
  }
  for (const sim::delivered_pair& pair : r->record().deliveries)
    if (!(pair.fidelity > 1 - 1e-9)) FAIL("a delivered pair is not what it is said to be; seed " << seed);
  delivered_in_all += r->delivered();
  if (faults.loss > 0) return;
  INFO("seed " << seed << ", duplication " << faults.duplication << ", jitter " << faults.jitter.seconds());
  CHECK(r->delivered() == 60);
  CHECK(left_over(sim) == "");
}

void run_all(const fault_plan& faults, std::uint64_t first_seed, std::uint64_t seeds) {
  for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
    run_under<at_once>(faults, {}, 5, seed);
    run_under<doubling>(faults, {}, 5, seed);
    run_under<one_by_one>(faults, {}, 4, seed);
    run_under<deutsch>(faults, {.purify = {.rounds = 2}}, 4, seed);
    run_under<bennett>(faults, {.purify = {.rounds = 1, .at = purify::where::end_to_end}}, 4, seed);
    run_under<pumped>(faults, {.purify = {.rounds = 2}}, 4, seed);
    run_under<pumped>(faults, {.purify = {.rounds = 2, .at = purify::where::end_to_end}}, 3, seed);
    run_under<extreme_loss, x_state>(faults, {.herald = {.bright_state = 0.3}}, 3, seed);
  }
}

#ifdef EBIT_SOAK
constexpr std::uint64_t seeds = 500;
#else
constexpr std::uint64_t seeds = 12;
#endif

}  // namespace

TEST_CASE("simulation: invariants hold under message loss") {
  delivered_in_all = 0;
  run_all({.loss = 0.03}, 100, seeds);
  CHECK(delivered_in_all > 60 * seeds);  // set-up messages are not sent again yet, so some runs deliver nothing
}
TEST_CASE("simulation: invariants hold under duplication") { run_all({.duplication = 0.2}, 200, seeds); }
TEST_CASE("simulation: invariants hold under delay and reordering") { run_all({.jitter = 300_us}, 300, seeds); }
TEST_CASE("simulation: invariants hold under all message faults together") {
  run_all({.loss = 0.01, .duplication = 0.1, .jitter = 200_us}, 400, seeds);
}

TEST_CASE("simulation: without faults every pair is delivered at both ends and nothing is left over") {
  const auto check = [](auto profile, auto o, std::size_t nodes) {
    o.hardware = noisy_hardware(4);
    o.seed = 7 + nodes;
    const sim::topology net = chain_of(nodes);
    sim::network<decltype(profile)> sim{net, o};
    const auto r = sim.request({.from = net.node(nodes - 1), .to = net.node(0), .pairs = 200});
    while (sim.step())
      if (const std::string broken = broken_invariant(sim); !broken.empty()) FAIL(broken);
    CHECK(left_over(sim) == "");
    CHECK(r->delivered() == 200);
    CHECK(r->record().outcome == request_outcome::delivered);
  };
  for (const std::size_t nodes : {2U, 3U, 5U, 8U}) {
    check(at_once{}, sim::network_options<at_once>{}, nodes);
    check(at_once{}, sim::network_options<at_once>{.swap = {.cutoff = 3_ms}}, nodes);
    check(doubling{}, sim::network_options<doubling>{}, nodes);
    check(one_by_one{}, sim::network_options<one_by_one>{}, nodes);
    check(deutsch{}, sim::network_options<deutsch>{.purify = {.rounds = 2}}, nodes);
    check(deutsch{}, sim::network_options<deutsch>{.purify = {.rounds = 1, .at = purify::where::end_to_end}}, nodes);
    check(bennett{}, sim::network_options<bennett>{.purify = {.rounds = 2}}, nodes);
    check(one_photon{}, sim::network_options<one_photon>{.herald = {.bright_state = 0.05}}, nodes);
    check(pumped{}, sim::network_options<pumped>{.purify = {.rounds = 3}}, nodes);
    check(pumped{}, sim::network_options<pumped>{.purify = {.rounds = 2, .at = purify::where::end_to_end}}, nodes);
  }
}

TEST_CASE("simulation: circuits that compete for slots are all served, one after the other") {
  const std::uint8_t width = GENERATE(std::uint8_t{0}, std::uint8_t{1});
  const sim::topology net = sim::grid(3, 3, link::fibre{.length = 15_km});
  auto o = with<at_once>(quiet_hardware(2), 3);
  o.route.width = width;  // 1: two circuits share a link
  sim::network<at_once> sim{net, o};
  std::vector<sim::request_handle> all;
  for (std::uint32_t i = 0; i < 9; ++i)
    for (std::uint32_t k = 0; k < 9; ++k)
      if (i != k) all.push_back(*sim.request({.from = net.node(i), .to = net.node(k), .pairs = 5}));
  while (sim.step())
    if (const std::string broken = broken_invariant(sim); !broken.empty()) FAIL(broken);
  CHECK(left_over(sim) == "");
  for (const sim::request_handle& r : all) CHECK(r.delivered() == 5);
}
