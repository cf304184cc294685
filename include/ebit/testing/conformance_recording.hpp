// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <variant>

#include <ebit/backend/recording.hpp>
#include <ebit/testing/conformance_monitor.hpp>

namespace ebit::testing {

/// Checks the rules that show in what passed between a node and its backend: what is seen of one end, whatever it was
/// used for; what does not show is not asked for. `complete`: the recording ends when all had ended, so that an operation without an end breaks a rule.
[[nodiscard]] inline conformance_report check_recording(const backend::recording& told, const backend::limits& limits,
                                                        bool complete = true,
                                                        duration promptness = duration::never()) {
  conformance_report report;
  conformance_monitor watch{report, 'a', limits, promptness};
  local_time latest = told.entries.empty() ? local_time{} : told.entries.front().when;
  for (const backend::recording::entry& e : told.entries) {
    watch.check(conformance_rule::clock_monotone, e.when >= latest, e.when, [] { return "back"; });
    latest = e.when;
    if (const auto* const what = std::get_if<event::any>(&e.what))
      std::visit([&](const auto& one) { watch.told(e.when, one); }, *what);
    if (const auto* const wanted = std::get_if<action::any>(&e.what)) {
      std::visit([&](const auto& one) { watch.begin(e.when, one); }, *wanted);
      watch.end(e.when);
    }
  }
  if (complete) watch.settle(latest);
  for (const detail::conformance_entry& e : detail::conformance_rules)
    report.skip_because(e.rule, conformance_skip::not_asked, "the recording does not show it");
  report.conclude();
  return report;
}

}  // namespace ebit::testing
