// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/testing/conformance_suite.hpp>

namespace ebit::testing {

/// Checks that a device keeps the contract of a backend (`backend/concepts.hpp`, `backend/actions.hpp`), as far as it
/// shows when it is driven alone: what needs a partner is not asked for. The device has to be idle; afterwards no batch
/// is running, and all slots that the suite used are free.
template <backend::event_source Backend>
  requires backend::described<Backend> && backend::waits<Backend>
[[nodiscard]] conformance_report check_conformance(Backend& device, const conformance_plan& plan = {}) {
  conformance_report report;
  detail::conformance_rig<Backend> rig{plan, report, device, nullptr};
  detail::conformance_suite<Backend>{rig}.run();
  report.conclude();
  return report;
}

/// The same of two devices that are joined by a link; by two, at two ports of each, if they claim
/// `interacts_across_ports`, or that rule never comes up.
template <backend::event_source Backend>
  requires backend::described<Backend> && backend::waits<Backend>
[[nodiscard]] conformance_report check_conformance(Backend& a, Backend& b, const conformance_plan& plan = {}) {
  conformance_report report;
  detail::conformance_rig<Backend> rig{plan, report, a, &b};
  detail::conformance_suite<Backend>{rig}.run();
  report.conclude();
  return report;
}

/// The suite for devices that have to be made: `make()` returns a device, or something with two of them as members
/// `a` and `b`, joined by a link; it may return a reference to devices that live elsewhere.
///
/// The plan says what cannot be asked of the devices: on a clock that runs by itself `promptness`, without which
/// nothing is said about how long operations take; `excused`, what this pair of devices cannot show.
///
///     const testing::conformance_plan plan{.budget = 10_s, .promptness = 1_ms};
///     const auto report = testing::conformance{[] { return my_lab::connect(); }, plan}.run();
///     std::puts(report.text().c_str());
///     return report.passed() ? 0 : 1;
template <class Make>
struct conformance {
  Make make;
  conformance_plan plan{};

  [[nodiscard]] conformance_report run() const {
    decltype(auto) made = make();
    if constexpr (requires { made.a, made.b; })
      return check_conformance(made.a, made.b, plan);
    else
      return check_conformance(made, plan);
  }
};
template <class Make>
conformance(Make) -> conformance<Make>;
template <class Make>
conformance(Make, conformance_plan) -> conformance<Make>;

}  // namespace ebit::testing
