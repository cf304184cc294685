// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

#include <ebit/link/choreography_report.hpp>
#include <ebit/sim/fabric_timing.hpp>

#include "data_centre/numbers.hpp"
#include "data_centre/run.hpp"

/// The clocks that `--clock` names, the photons that `--photon` does, and whether the one is enough for the other.
namespace centre {

inline constexpr double default_photon = 100;  ///< MHz
/// What the timing is to leave of the visibility: half a percent of the fidelity of two clicks.
inline constexpr double wanted_visibility = 0.99;

[[nodiscard]] inline std::optional<ebit::sim::fabric_timing> timing_of(const options& o) {
  if (!o.clock) return std::nullopt;
  ebit::sim::fabric_timing t;
  t.photon = ebit::link::wave_packet::of_bandwidth(ebit::hertz(o.photon.value_or(default_photon) * 1e6));
  t.endpoints = t.stations = o.clock->value;
  return t;
}

/// What two QPUs count on when they choreograph their emissions.
[[nodiscard]] inline ebit::link::choreography plan_of(const scene& s, const ebit::sim::fabric_timing& t) {
  const ebit::link::hardware& h = s.chosen.hardware.endpoint.value;
  return t.plan(h, h.timing_jitter.seconds(), s.layout.analyser_models().front());
}
/// Between the orders of a controller and the light, so that clocks like these make no photon meet a moving switch.
[[nodiscard]] inline ebit::duration guard_of(const scene& s, const ebit::sim::fabric_timing& t,
                                             ebit::duration least) {
  return std::max(least, plan_of(s, t).settling_guard(ebit::half::a));
}

inline void print_timing(const scene& s) {
  const auto timing = timing_of(s.chosen);
  if (!timing) return;
  const ebit::link::choreography plan = plan_of(s, *timing);
  std::printf("timing     clocks %s at QPUs and analysers: %s\n", std::string{s.chosen.clock->name}.c_str(),
              std::string{s.chosen.clock->source}.c_str());
  const std::string text =
      ebit::link::describe(plan.budget()) + ebit::link::describe_synchronisation(plan, wanted_visibility);
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    std::printf("           %s\n", text.substr(from, end - from).c_str());
    from = end + 1;
  }
  std::printf("\n");
}

}  // namespace centre
