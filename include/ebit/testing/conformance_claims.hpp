// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <ebit/backend/concepts.hpp>
#include <ebit/testing/conformance_rig.hpp>

// What a backend claims, against the members it has and the rules that follow from the claim.
namespace ebit::testing::detail {

/// A claim without the overload of `perform` that it needs.
struct conformance_gap {
  conformance_rule rule;
  const char* text;
};

template <class Backend>
[[nodiscard]] std::vector<conformance_gap> gaps_of() {
  using enum conformance_rule;
  constexpr backend::capabilities can = Backend::capabilities;
  std::vector<conformance_gap> gaps;
  const auto needs = [&](bool claimed, bool there, conformance_rule rule, const char* text) {
    if (claimed && !there) gaps.push_back({rule, text});
  };
  using backend::performs;
  needs(can.heralds, performs<Backend, action::attempt>, capability_heralds,
        "claims heralds, lacks perform(action::attempt)");
  needs(can.heralds, performs<Backend, action::stop>, capability_heralds,
        "claims heralds, lacks perform(action::stop)");
  needs(can.heralds, performs<Backend, action::free>, capability_heralds,
        "claims heralds, lacks perform(action::free)");
  needs(can.measures, performs<Backend, action::measure>, capability_measures,
        "claims measures, lacks perform(action::measure)");
  needs(can.gates, performs<Backend, action::gate>, capability_gates, "claims gates, lacks perform(action::gate)");
  needs(can.bell_measures, performs<Backend, action::bell_measure>, capability_bell_measures,
        "claims bell_measures, lacks perform(action::bell_measure)");
  needs(can.distils, performs<Backend, action::distil>, capability_distils,
        "claims distils, lacks perform(action::distil)");
  needs(can.switches, performs<Backend, action::connect>, capability_switches,
        "claims switches, lacks perform(action::connect)");
  needs(can.switches, performs<Backend, action::clear>, capability_switches,
        "claims switches, lacks perform(action::clear)");
  needs(can.messages, performs<Backend, action::send>, capability_messages,
        "claims messages, lacks perform(action::send)");
  needs(can.delivers, performs<Backend, action::deliver>, capability_delivers,
        "claims delivers, lacks perform(action::deliver)");
  needs(can.delivers, performs<Backend, action::revoke>, capability_delivers,
        "claims delivers, lacks perform(action::revoke)");
  needs(can.delivers, performs<Backend, action::report>, capability_delivers,
        "claims delivers, lacks perform(action::report)");
  return gaps;
}

/// Notes for every rule what of it is not claimed; `initialise` and `move` are claimed by being there.
template <class Backend>
void skip_unclaimed(conformance_report& report) {
  using enum conformance_rule;
  constexpr backend::capabilities can = Backend::capabilities;
  constexpr bool reads = can.measures || can.bell_measures || can.distils;
  constexpr bool joins =
      (can.bell_measures || can.distils) && (can.interacts_within_port || can.interacts_across_ports);
  constexpr bool acts = can.measures || can.gates || joins;
  constexpr bool operates = can.heralds || acts || can.switches || can.delivers;
  constexpr bool pairs = can.heralds && can.measures;
  constexpr bool within = can.interacts_within_port;
  const auto needs = [&](bool claimed, const char* what, auto... rules) {
    if (!claimed) (report.skip_because(rules, conformance_skip::not_claimed, what), ...);
  };
  for (std::size_t i = 0; i < conformance_rule_count; ++i) {
    const auto rule = static_cast<conformance_rule>(i);
    const std::string_view id = id_of(rule);
    if (id.starts_with("herald.") || id.starts_with("stop.")) needs(can.heralds, "heralds", rule);
    if (id.starts_with("message.")) needs(can.messages, "messages", rule);
  }
  needs(can.heralds, "heralds", capability_heralds, limits_named, path_agreed, event_in_time);
  needs(can.measures, "measures", capability_measures);
  needs(can.gates, "gates", capability_gates);
  needs(can.bell_measures, "bell_measures", capability_bell_measures);
  needs(can.distils, "distils", capability_distils);
  needs(can.switches, "switches", capability_switches);
  needs(can.messages, "messages", capability_messages);
  needs(can.delivers, "delivers", capability_delivers);
  needs(acts, "operations that take time", limits_time);
  needs(operates, "operations", poll_once, operation_ends_once, operation_known, operation_not_during_call);
  needs(acts, "operations on qubits", operation_not_early, operation_says_why, operation_empty_fails);
  needs(reads, "read-outs", operation_measured_first, operation_bits);
  needs(pairs && can.bell_measures && within, "heralds, measures, bell_measures and interacts_within_port",
        operation_unavailable_keeps, pair_swapped);
  needs(pairs && can.bell_measures && can.interacts_across_ports,
        "heralds, measures, bell_measures and interacts_across_ports", pair_swapped_across);
  needs(can.measures && backend::performs<Backend, action::initialise>, "measures and perform(action::initialise)",
        qubit_local);
  needs(can.measures && within && backend::performs<Backend, action::initialise> &&
            backend::performs<Backend, action::move>,
        "measures, interacts_within_port, perform(action::initialise) and perform(action::move)", qubit_moved);
  needs(pairs, "heralds and measures", pair_correlated, pair_bases);
  needs(pairs && can.gates, "heralds, measures and gates", pair_gates);
  needs(can.heralds && can.distils && within, "heralds, distils and interacts_within_port", pair_distilled,
        pair_rotated);
}

/// Notes for every rule why the plan, or a device without a partner, leaves it out.
inline void skip_unasked(conformance_report& report, const conformance_plan& plan, std::size_t devices) {
  using enum conformance_rule;
  const auto left_out = [&report](const char* why, auto... rules) {
    (report.skip_because(rules, conformance_skip::not_asked, why), ...);
  };
  if (plan.reuse_cycles == 0) left_out("the plan does not say that attempts always herald", herald_next_cycle);
  if (plan.pairs < 24)
    left_out("plan.pairs is less than 24", pair_correlated, pair_bases, pair_gates, pair_swapped, pair_swapped_across,
             pair_distilled, pair_rotated);
  if (!plan.lossless) left_out("the plan says that messages may be lost", message_arrives, message_once);
  if (devices == 2) return;
  const char* const why = "one device was given: needs both ends";
  for (std::size_t i = 0; i < conformance_rule_count; ++i) {
    const auto rule = static_cast<conformance_rule>(i);
    const std::string_view id = id_of(rule);
    if (id.starts_with("herald.") || id.starts_with("pair.") || id.starts_with("message.")) left_out(why, rule);
  }
  left_out(why, path_agreed, stop_no_emission, event_in_time, operation_unavailable_keeps, capability_heralds,
           capability_messages, capability_delivers, limits_named);
}

}  // namespace ebit::testing::detail
