// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/concepts.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::link {

/// What both ends of a link know about it: how likely a photon is to be counted, how alike the photons are, and how long
/// light and devices take. Everything a herald policy, a forecast or the simulated world needs of a link.
struct budget {
  double efficiency_a = 1;  ///< emission × arm × detector, 0 to 1
  double efficiency_b = 1;
  double dark_probability = 0;  ///< per detector and window: 1 − exp(−rate · window)
  double visibility = 1;
  double phase_noise = 0;
  bool number_resolving = false;
  double emission_error = 0;  ///< white-noise probability on the pair from both imperfect spin–photon states
  duration delay;             ///< end to end, one way
  duration station_a;         ///< end to station, one way
  duration station_b;
  duration attempt_time;
  memory_noise memory_a;
  memory_noise memory_b;

  /// The time between two attempts on the same slot: a slot must know one attempt's fate before its next (L/c for a station
  /// in the middle), and one node's emissions follow each other by `attempt_time`.
  [[nodiscard]] duration period(std::uint16_t modes) const {
    const duration round_trip = greatest(station_a, station_b) * 2;
    return greatest(round_trip, attempt_time * modes, attempt_time);
  }
};

/// The budget of `line` between two nodes' hardware; `a` is at the line's end A.
template <physical_link Link>
[[nodiscard]] budget budget_of(const Link& line, const hardware& a, const hardware& b) {
  budget out;
  out.efficiency_a = a.emission_efficiency * line.arm_transmittance(half::a) * a.detector_efficiency;
  out.efficiency_b = b.emission_efficiency * line.arm_transmittance(half::b) * b.detector_efficiency;
  // The station is shared; of unlike equipment the worse counts.
  const double dark_rate = greatest(a.dark_counts.base(), b.dark_counts.base());
  const duration window = greatest(a.detection_window, b.detection_window);
  out.dark_probability = -math::expm1(-dark_rate * window.seconds());
  out.visibility = least(a.visibility, b.visibility);
  out.phase_noise = greatest(a.phase_noise, b.phase_noise);
  out.number_resolving = a.number_resolving && b.number_resolving;
  const double keep = (4 * a.emission_fidelity - 1) / 3 * ((4 * b.emission_fidelity - 1) / 3);
  out.emission_error = 1 - keep;
  out.delay = line.delay();
  out.station_a = line.arm_delay(half::a);
  out.station_b = line.arm_delay(half::b);
  out.attempt_time = greatest(a.attempt_time, b.attempt_time);
  out.memory_a = a.memory;
  out.memory_b = b.memory;
  return out;
}

}  // namespace ebit::link
