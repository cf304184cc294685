// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <ebit/backend/faulty.hpp>
#include <ebit/backend/from_gates.hpp>
#include <ebit/backend/traced.hpp>
#include <ebit/testing/broken_device.hpp>
#include <ebit/testing/conformance.hpp>
#include <ebit/testing/simulated_pair.hpp>

using namespace ebit;
using namespace ebit::literals;
using testing::conformance_rule;
using testing::conformance_skip;
using testing::defect;
using testing::simulated_device;
using enum testing::conformance_rule;

namespace {

using broken = testing::broken_device<simulated_device>;

constexpr testing::conformance_plan exact{.budget = 20_ms, .modes = 2, .promptness = 0_ps};

/// A device that breaks one rule, which is named; others may only be broken because that one is.
struct sickness {
  defect what;
  conformance_rule rule;
  std::vector<conformance_rule> follow{};
  bool both_ends = false;
  bool certain = false;  ///< attempts that always herald, so that the suite can count cycles
};

testing::conformance_report examine(const sickness& s) {
  const double success = s.certain ? 1 : 0.3;
  auto pair = simulated_device::make_pair({.seed = 11, .ports = 2, .success = success, .state = {}, .gates = {}});
  broken a{pair.a, s.both_ends ? s.what : defect::none}, b{pair.b, s.what};
  testing::conformance_plan plan = exact;
  plan.reuse_cycles = s.certain ? 1 : 0;
  return testing::check_conformance(a, b, plan);
}

const std::vector<sickness>& sicknesses() {
  static const std::vector<sickness> all{
      {defect::invalid_limits, limits_valid},
      {defect::changing_limits, limits_valid},
      {defect::understated_times, limits_time},
      {defect::names_foreign_slot, limits_named},
      {defect::clock_back, clock_monotone},
      {defect::oversleeps, event_in_time, {limits_time, wait_until}},
      {defect::poll_says_true, poll_one},
      {defect::poll_tells_two, poll_one},
      {defect::repeats_event, poll_once},
      {defect::negative_delay, path_agreed},
      {defect::forgets_batch, operation_ends_once},
      {defect::forgets_failure, operation_ends_once},
      {defect::ends_twice, operation_ends_once},
      {defect::unknown_operation, operation_known},
      {defect::tells_during_call, operation_not_during_call},
      {defect::done_before_measured, operation_measured_first},
      {defect::too_many_bits, operation_bits},
      {defect::acts_early, operation_not_early},
      {defect::gives_no_reason, operation_says_why},
      {defect::empty_gate_succeeds, operation_empty_fails},
      {defect::unavailable_loses, operation_unavailable_keeps},
      {defect::late_herald, herald_running_batch},
      {defect::foreign_slot, herald_slot},
      {defect::wrong_sequence, herald_sequence, {herald_both_ends}},
      {defect::heralds_held_slot, herald_slot_free, {herald_both_ends}},
      {defect::born_in_future, herald_born, {herald_causal, stop_no_emission}},
      {defect::born_before_start, herald_born, {event_in_time, herald_slot_free}},
      {defect::understated_light, herald_causal, {}, true},
      {defect::loses_herald, herald_both_ends},
      {defect::keeps_slot, herald_reuse},
      {defect::slow_reuse, herald_next_cycle, {operation_empty_fails}, false, true},
      {defect::dead_second_epoch, herald_second_epoch},
      {defect::stops_early, stop_done},
      {defect::batch_fails, stop_done},
      {defect::stops_late, stop_no_emission, {}, true},
      {defect::negative_flight, message_flight},
      {defect::garbles_message, message_unchanged},
      {defect::echoes_message, message_addressed},
      {defect::invents_message, message_invented},
      {defect::loses_message, message_arrives},
      {defect::doubles_message, message_once},
      {defect::fails_gates, capability_gates, {qubit_local, qubit_moved}},
      {defect::wrong_state, pair_correlated, {pair_gates, pair_rotated}, true},
      {defect::swapped_bits, pair_swapped, {pair_swapped_across}},
      {defect::inverted_gate, qubit_local, {qubit_moved, pair_gates}},
      {defect::inverted_bit, pair_distilled, {pair_rotated}},
      {defect::reads_y_as_x, pair_bases, {}, true},
      {defect::drops_recipe, pair_rotated, {}, true},
      {defect::fewer_rotations, pair_rotated, {}, true},
      {defect::joins_nothing, pair_swapped_across},
      {defect::slow_read_out, limits_time},
  };
  return all;
}

/// Heralds and nothing else.
struct bare {
  static constexpr backend::capabilities capabilities{.heralds = true, .emits = backend::emission::every_slot};
  simulated_device inner;
  [[nodiscard]] local_time now() const { return inner.now(); }
  [[nodiscard]] backend::limits limits() const { return inner.limits(); }
  void perform(const action::attempt& a) { inner.perform(a); }
  void perform(const action::stop& a) { inner.perform(a); }
  void perform(const action::free& a) { inner.perform(a); }
  bool poll(auto&& handler) { return inner.poll(handler); }
  void wait(local_time until) { inner.wait(until); }
};

/// Claims to herald, and cannot be told to stop.
struct without_stop : bare {
  explicit without_stop(const simulated_device& d) : bare{d} {}
  void perform(const action::attempt& a) { inner.perform(a); }
  void perform(const action::free& a) { inner.perform(a); }
};

/// Sleeps longer than it was asked to.
struct restless : simulated_device {
  explicit restless(const simulated_device& d) : simulated_device{d} {}
  void wait(local_time until) { simulated_device::wait(until + 1_ns); }
};

}  // namespace

TEST_CASE("conformance: a device that keeps the contract passes every rule") {
  for (const bool certain : {false, true}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      INFO("seed " << seed);
      auto plan = exact;
      plan.reuse_cycles = certain ? 1 : 0;
      const auto make = [&] {
        return simulated_device::make_pair({.seed = seed,
                                            .ports = 2,
                                            .slots = 3,
                                            .success = certain ? 1 : 0.1,
                                            .state = bell_diagonal::werner(0.97),
                                            .gates = {.two_qubit = 0.01, .one_qubit = 0.001, .read_out = 0.01}});
      };
      const auto report = testing::conformance{make, plan}.run();
      INFO(report.text());
      CHECK(report.passed());
      // They do not switch, and only where attempts are certain can the next cycle be told.
      CHECK(report.skips(conformance_skip::not_claimed) == 1);
      CHECK(report.skips(conformance_skip::not_asked) == (certain ? 0U : 1U));
      CHECK(report.skips(capability_switches));
      CHECK(report.skips(herald_next_cycle) == !certain);
    }
  }
}

TEST_CASE("conformance: every defect is named by the rule it breaks") {
  for (const sickness& s : sicknesses()) {
    const auto report = examine(s);
    INFO("defect " << static_cast<int>(s.what) << "\n" << report.text());
    CHECK(report.violates(s.rule));
    for (const auto& v : report.violations) {
      INFO(id_of(v.rule));
      CHECK((v.rule == s.rule || std::find(s.follow.begin(), s.follow.end(), v.rule) != s.follow.end()));
    }
  }
}

TEST_CASE("conformance: a clock that stands still is told, not waited for") {
  const auto report = examine({defect::stands_still, wait_until, {}, true});
  CHECK(report.violates(wait_until));
  CHECK(examine({defect::none, limits_valid}).passed());
}

TEST_CASE("conformance: a device alone shows what it can, and what it cannot is skipped by name") {
  auto pair = simulated_device::make_pair();
  const auto report = testing::check_conformance(pair.a, exact);
  INFO(report.text());
  CHECK(report.passed());
  for (const conformance_rule kept :
       {limits_valid, limits_time, clock_monotone, wait_until, operation_ends_once, operation_not_during_call,
        operation_measured_first, operation_empty_fails, stop_done, capability_measures, capability_gates,
        capability_bell_measures, capability_distils, qubit_local, qubit_moved})
    CHECK(std::find(report.kept.begin(), report.kept.end(), kept) != report.kept.end());
  for (const conformance_rule skipped : {herald_sequence, herald_both_ends, message_once, capability_messages,
                                         capability_heralds, capability_switches, pair_correlated, pair_swapped})
    CHECK(report.skips(skipped));
  CHECK(report.kept.size() + report.skipped.size() == testing::detail::conformance_rule_count);
  CHECK(report.text().find("skipped  pair.swapped: not asked for: one device was given: needs both ends") !=
        std::string::npos);
}

TEST_CASE("conformance: a capability without its member of perform breaks that capability's rule") {
  auto pair = simulated_device::make_pair({.state = {}, .gates = {}});
  without_stop a{pair.a}, b{pair.b};
  const auto report = testing::check_conformance(a, b, exact);
  INFO(report.text());
  REQUIRE(report.violates(capability_heralds));
  CHECK(report.find(capability_heralds)->seen == "claims heralds, lacks perform(action::stop)");
  CHECK(report.find_skip(herald_sequence)->kind == conformance_skip::unseen);
}

TEST_CASE("conformance: what is claimed and never came up does not pass, unless the plan excuses it") {
  for (const bool excused : {false, true}) {
    auto plan = exact;
    if (excused) plan.excused = {pair_swapped_across};
    const auto report =
        testing::conformance{[] { return simulated_device::make_pair({.success = 0.3, .state = {}, .gates = {}}); },
                             plan}
            .run();
    INFO(report.text());
    CHECK(report.violations.empty());
    CHECK(report.passed() == excused);
    REQUIRE(report.skips(pair_swapped_across));
    CHECK(report.find_skip(pair_swapped_across)->kind ==
          (excused ? conformance_skip::not_asked : conformance_skip::unseen));
    CHECK(report.find_skip(capability_switches)->kind == conformance_skip::not_claimed);
    const std::string end = excused ? "skipped (0 never came up, 2 not asked for by the plan, 1 not claimed)\n"
                                    : "skipped (1 never came up, 1 not asked for by the plan, 1 not claimed)\n";
    CHECK(report.text().ends_with(end));
    CHECK(report.summary().starts_with(excused ? "passed: 0 violated" : "NOT PASSED: 0 violated"));
  }
}

TEST_CASE("conformance: a clock that stands still between waits is held to its limits without being told") {
  const auto pair = simulated_device::make_pair({.ports = 2, .success = 0.3, .state = {}, .gates = {}});
  broken a{pair.a}, b{pair.b, defect::slow_read_out};
  const auto report = testing::check_conformance(a, b, {.budget = 20_ms, .modes = 2});
  INFO(report.text());
  CHECK(report.violates(limits_time));
  CHECK_FALSE(report.skips(event_in_time));

  const auto other = simulated_device::make_pair({.ports = 2, .success = 0.3, .state = {}, .gates = {}});
  restless c{other.a}, d{other.b};
  const auto unknown = testing::check_conformance(c, d, {.budget = 20_ms, .modes = 2});
  INFO(unknown.text());
  CHECK(unknown.passed());
  for (const conformance_rule rule : {limits_time, event_in_time}) {
    REQUIRE(unknown.skips(rule));
    CHECK(unknown.find_skip(rule)->kind == conformance_skip::not_asked);
    CHECK(unknown.find_skip(rule)->why == "the device's clock runs by itself, and plan.promptness is not given");
  }
}

TEST_CASE("conformance: what is not claimed is skipped, and all the rest is checked") {
  const auto make = [] {
    auto pair = simulated_device::make_pair({.success = 0.5, .state = {}, .gates = {}});
    return testing::joined<bare>{{pair.a}, {pair.b}};
  };
  const auto report = testing::conformance{make, {.budget = 20_ms, .promptness = 0_ps, .clock_offset = 7_ms}}.run();
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.skips(capability_measures));
  CHECK(report.skips(message_flight));
  for (const conformance_rule kept : {capability_heralds, herald_both_ends, herald_reuse, herald_second_epoch,
                                      stop_no_emission, operation_not_during_call})
    CHECK(std::find(report.kept.begin(), report.kept.end(), kept) != report.kept.end());
}

TEST_CASE("conformance: the wrappers of the library keep the contract of what they wrap") {
  const auto pair = [] {
    return simulated_device::make_pair({.ports = 2, .success = 0.3, .state = {}, .gates = {}});
  };
  SECTION("Bell measurements and distillation made of gates") {
    auto p = pair();
    backend::from_gates<simulated_device> a{p.a}, b{p.b};
    const auto report = testing::check_conformance(a, b, exact);
    INFO(report.text());
    CHECK(report.passed());
    CHECK(report.skipped.size() == 2);
  }
  SECTION("traced") {
    auto p = pair();
    backend::traced<simulated_device> a{p.a}, b{p.b};
    CHECK(testing::check_conformance(a, b, exact).passed());
  }
  SECTION("faulty: its losses are seen, unless the plan says that the channel loses") {
    for (const bool lossless : {true, false}) {
      auto p = pair();
      backend::faulty<simulated_device> a{p.a, {.loss = 0.3, .jitter = {}}, 5, 0},
          b{p.b, {.loss = 0.3, .jitter = {}}, 5, 1};
      auto plan = exact;
      plan.lossless = lossless;
      const auto report = testing::check_conformance(a, b, plan);
      INFO(report.text());
      CHECK(report.passed() == !lossless);
      CHECK(report.violates(message_arrives) == lossless);
    }
  }
}
