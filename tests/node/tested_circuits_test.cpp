// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <type_traits>
#include <vector>

#include <ebit/link/test_rounds.hpp>
#include <ebit/sim/network.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

constexpr std::uint16_t interval = 4;

/// What each node delivered and measured.
struct notes {
  static constexpr bool enabled = true;
  std::map<node_id, std::vector<pair_id>> delivered;
  std::map<node_id, std::vector<double>> told;  ///< estimates of the fidelity
  std::map<node_id, std::uint64_t> measured;
  circuit_id circuit;

  template <class Action, class Perform>
  bool on_action(node_id at, Action& wanted, Perform&&) {
    if constexpr (std::is_same_v<Action, action::deliver>) {
      delivered[at].push_back(wanted.name);
      told[at].push_back(wanted.estimated_fidelity);
      circuit = wanted.circuit;
    }
    if constexpr (std::is_same_v<Action, action::measure>) ++measured[at];
    return true;
  }
  template <class Event>
  bool on_event(node_id, Event&) {
    return true;
  }
};
using tested_network = sim::network<default_profile, bell_diagonal, sim::no_trace, notes>;

[[nodiscard]] sim::network_options<default_profile> testing_one_in(std::uint16_t n, std::uint64_t seed) {
  sim::network_options<default_profile> o;
  o.seed = seed;
  o.hardware = {};
  o.hardware.memories = 3;
  o.hardware.emission_fidelity = 0.985;
  o.hardware.memory = {.t1 = duration::never(), .t2 = 40_ms};
  o.hardware.gate_time = 20_us;
  o.hardware.gates.two_qubit = 0.01;
  o.route.service.test_interval = n;
  return o;
}
[[nodiscard]] tested_network chain_of_three(const sim::network_options<default_profile>& o) {
  return tested_network{sim::chain(3, link::fibre{.length = 10_km}), o};
}
[[nodiscard]] bool is_test(const pair_id& name) { return link::test_rounds::is_test(name, interval); }

}  // namespace

TEST_CASE(
    "node.tested_circuits: the head's estimate holds the truth, and no tested pair is delivered at either end") {
  for (const std::uint64_t seed : {571U, 572U, 573U}) {
    INFO("seed " << seed);
    auto sim = chain_of_three(testing_one_in(interval, seed));
    const auto r = sim.request({.from = node_id{0}, .to = node_id{2}, .pairs = 3000, .min_fidelity = 0.8});
    sim.run();
    REQUIRE(r);
    REQUIRE(r->record().outcome == request_outcome::delivered);
    CHECK((r->delivered() == 3000 && r->record().revoked.empty()));
    const auto& mine = sim.tap().delivered[node_id{0}];
    const auto& theirs = sim.tap().delivered[node_id{2}];
    CHECK((mine.size() == 3000 && mine == theirs));
    CHECK(std::count_if(mine.begin(), mine.end(), is_test) == 0);
    const route::test_results* known = sim.node(node_id{0}).tested(sim.tap().circuit);
    REQUIRE(known != nullptr);
    CHECK(sim.node(node_id{2}).tested(sim.tap().circuit) == nullptr);
    // One pair in four is tested: a thousand for three thousand.
    const auto tests = static_cast<double>(known->estimate().tests());
    CHECK(std::abs(tests - 1000) < 4 * std::sqrt(1000 / 0.75));
    CHECK(sim.tap().measured[node_id{0}] >= known->estimate().tests());
    CHECK(sim.tap().measured[node_id{0}] <= known->estimate().tests() + 6);  // under way at the end
    CHECK(known->alarms() == 0);
    const auto [low, high] = known->estimate().interval(0.9999);
    INFO("truth " << r->fidelity() << ", estimate " << low << " to " << high);
    CHECK((low <= r->fidelity() && r->fidelity() <= high));
    CHECK(high - low < 0.1);
    CHECK(r->fidelity() < 0.97);
    CHECK(sim.truth().ledger().orphaned == 0);
  }
}

TEST_CASE("node.tested_circuits: errors of the read-outs are not taken for those of the pairs") {
  for (const std::uint64_t seed : {575U, 576U, 577U}) {
    INFO("seed " << seed);
    auto o = testing_one_in(interval, seed);
    o.hardware.gates.read_out = 0.02;
    tested_network sim{sim::chain(2, link::fibre{.length = 10_km}), o};
    const auto r = sim.request({.from = node_id{0}, .to = node_id{1}, .pairs = 3000, .min_fidelity = 0.95});
    sim.run();
    REQUIRE(r);
    CHECK((r->delivered() == 3000 && !r->refused()));
    const route::test_results* known = sim.node(node_id{0}).tested(sim.tap().circuit);
    REQUIRE(known != nullptr);
    const auto [low, high] = known->estimate().interval(0.9999);
    INFO("truth " << r->fidelity() << ", estimate " << low << " to " << high);
    CHECK((low <= r->fidelity() && r->fidelity() <= high && known->alarms() == 0));
  }
}

TEST_CASE("node.tested_circuits: without tests nothing is known, and nobody measures") {
  auto sim = chain_of_three(testing_one_in(0, 574));
  const auto r = sim.request({.from = node_id{0}, .to = node_id{2}, .pairs = 50, .min_fidelity = 0.8});
  sim.run();
  CHECK(r->delivered() == 50);
  CHECK(sim.node(node_id{0}).tested(sim.tap().circuit) == nullptr);
  CHECK(sim.tap().measured.empty());
}

TEST_CASE("node.tested_circuits: pairs that become worse than was promised are noticed, and the request is refused") {
  for (const std::uint64_t seed : {581U, 582U, 583U}) {
    INFO("seed " << seed);
    auto o = testing_one_in(interval, seed);
    // The node in the middle takes 10 ms for a Bell measurement, of which nobody has told the head.
    scheduled_fault slow;
    slow.what = scheduled_fault::kind::slow_device;
    slow.at = 300_ms;
    slow.lasts = 1'000_s;
    slow.node = node_id{1};
    slow.factor = 500;
    o.faults.schedule = {slow};
    auto sim = chain_of_three(o);
    const auto r = sim.request({.from = node_id{0}, .to = node_id{2}, .pairs = 100'000, .min_fidelity = 0.85});
    sim.run_for(300_ms);
    const std::size_t before = r->delivered();
    CHECK((before > 100 && !r->record().finished));
    const circuit_id circuit = sim.tap().circuit;
    REQUIRE(sim.node(node_id{0}).tested(circuit) != nullptr);
    CHECK(sim.node(node_id{0}).tested(circuit)->alarms() == 0);
    sim.run();
    REQUIRE(r->record().finished);
    CHECK((r->record().outcome == request_outcome::refused && r->record().why == refusal::fidelity));
    CHECK(r->record().value < 0.85);
    CHECK(r->delivered() < before + 2000);
    CHECK(sim.truth().ledger().orphaned == 0);
    // The circuit is gone, what was learnt of it is not.
    CHECK_FALSE(sim.node(node_id{0}).circuit_of(r->id()).valid());
    CHECK(sim.node(node_id{0}).tested(circuit)->estimate().violates(0.85));
    CHECK(sim.node(node_id{0}).table().held() == 0);
  }
}

TEST_CASE("node.tested_circuits: pairs that become worse are said to be, at both ends, though none is refused") {
  for (const std::uint64_t seed : {591U, 592U, 593U}) {
    INFO("seed " << seed);
    auto o = testing_one_in(interval, seed);
    o.route.service.test_key = 0x5ec'2e7 + seed;
    scheduled_fault slow;  // the node in the middle takes 20 ms for a Bell measurement
    slow.what = scheduled_fault::kind::slow_device;
    slow.at = 300_ms;
    slow.lasts = 1'000_s;
    slow.node = node_id{1};
    slow.factor = 1000;
    o.faults.schedule = {slow};
    auto sim = chain_of_three(o);
    const auto r = sim.request({.from = node_id{0}, .to = node_id{2}, .pairs = 100'000, .min_fidelity = 0});
    sim.run_for(300_ms);
    const auto last_of = [&sim](std::uint32_t n) { return sim.tap().told.at(node_id{n}).back(); };
    const auto truth_of = [&r](std::size_t first) {
      double sum = 0;
      const auto& all = r->record().deliveries;
      for (std::size_t i = first; i < all.size(); ++i) sum += all[i].fidelity;
      return sum / static_cast<double>(all.size() - first);
    };
    const std::size_t before = r->record().deliveries.size();
    REQUIRE(before > 1000);
    CHECK(r->record().drifts == 0);
    CHECK(sim.tap().told.at(node_id{0}).front() == r->forecast().fidelity());  // the forecast, until tests are in
    CHECK(last_of(0) != r->forecast().fidelity());
    CHECK(std::abs(last_of(0) - truth_of(0)) < 0.04);
    sim.run_for(20_s);
    REQUIRE_FALSE(r->record().finished);
    CHECK((r->record().drifts > 0 && r->record().outcome == request_outcome::accepted));
    const route::test_results& known = *sim.node(node_id{0}).tested(sim.tap().circuit);
    REQUIRE(known.estimate().tests() > 200);
    const double truth = truth_of(before + 500);
    INFO("truth " << truth << " after " << truth_of(0) << ", told " << last_of(0) << " and " << last_of(2));
    CHECK((truth < 0.7 && known.estimate().interval(0.999).contains(truth)));
    CHECK(std::abs(last_of(0) - truth) < 0.1);
    CHECK(std::abs(last_of(2) - last_of(0)) < 0.02);
    // Which pairs are tested depends on the head's secret.
    const auto& mine = sim.tap().delivered[node_id{0}];
    CHECK(std::count_if(mine.begin(), mine.end(), is_test) > 0);
    CHECK(mine.size() - sim.tap().delivered[node_id{2}].size() < 4);
  }
}
