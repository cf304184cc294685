// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/concepts.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/visibility.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::link {

/// What both ends of a link know about it: how likely a photon is to be counted, how alike the photons are, and how
/// long light and devices take. Everything a herald policy, a forecast or the simulated world needs of a link.
struct budget {
  double efficiency_a = 1;  ///< emission × arm × detector, 0 to 1
  double efficiency_b = 1;
  double dark_probability = 0;  ///< per detector and window: 1 − exp(−rate · window), or a transducer's noise photon
  double relative_success = 1;  ///< a factor on the probability of a herald by two photons
  double visibility = 1;        ///< of the photons, timing jitter included
  double phase_noise = 0;
  duration phase_correlation;
  double coherence = 1;        ///< factor on the pair's coherence from the preparation of both memories
  double single_emission = 1;  ///< the same from double excitations, per photon that heralds: √((1−p_a)(1−p_b))
  double thermal_a = 0;        ///< quanta in the microwave mode of a transducer when an attempt begins
  double thermal_b = 0;
  bool number_resolving = false;
  double emission_error_a = 0;  ///< probability of white noise on half a from its imperfect spin–photon state
  double emission_error_b = 0;
  duration delay;      ///< end to end, one way
  duration station_a;  ///< end to station, one way
  duration station_b;
  duration attempt_time;
  memory_noise memory_a;
  memory_noise memory_b;

  /// Probability of white noise on the pair from both.
  [[nodiscard]] double emission_error() const { return 1 - (1 - emission_error_a) * (1 - emission_error_b); }
  /// The time between two attempts on the same slot: a slot must know one attempt's fate before its next (L/c for a
  /// station in the middle), and one node's emissions follow each other by `attempt_time`.
  [[nodiscard]] duration period(std::uint16_t modes) const {
    const duration round_trip = greatest(station_a, station_b) * 2;
    return greatest(round_trip, attempt_time * modes, attempt_time);
  }
};

/// What the random difference of two emission times leaves of the visibility of photons that decay exponentially.
[[nodiscard]] inline double timing_visibility(const hardware& a, const hardware& b) {
  const double lifetime = least(a.photon_lifetime, b.photon_lifetime).seconds();
  const double ja = a.timing_jitter.seconds(), jb = b.timing_jitter.seconds();
  if (!(lifetime > 0) || (ja == 0 && jb == 0)) return 1;
  return visibility_of_decays_with_jitter(math::sqrt(ja * ja + jb * jb) / lifetime);
}

/// The share of the time in which a detector is not blind that counts at random with that mean rate, were it never
/// blind: 1/(1 + R t), or exp(−R t) where light blinds it anew.
[[nodiscard]] inline double awake_share(rate counts, duration dead_time, bool paralysable) {
  const double x = counts.base() * dead_time.seconds();
  return x == 0 ? 1 : paralysable ? math::exp(-x) : 1 / (1 + x);
}

/// The budget of `line` between two nodes' hardware; `a` is at the line's end A.
///
/// Noise of transducers is referred to their inputs: of N_a and N_b noise photons per attempt, each detector sees
/// half of what gets through, (N_a η_a + N_b η_b)/2 = N η for equal ends, which counts as a dark count. A duty cycle
/// stretches the attempts. What comes at random (`dark_counts`, stray light among them) finds a detector blind, and
/// blinds it, at any time; attempts are further apart than a dead time.
template <physical_link Link>
[[nodiscard]] budget budget_of(const Link& line, const hardware& a, const hardware& b) {
  budget out;
  // The station is shared; of unlike equipment the worse counts.
  const rate wanted = hertz(greatest(a.dark_counts.base(), b.dark_counts.base()));
  const double awake = awake_share(wanted, greatest(a.dead_time, b.dead_time), a.paralysable || b.paralysable);
  out.efficiency_a = a.emission_efficiency * line.arm_transmittance(half::a) * a.detector_efficiency * awake;
  out.efficiency_b = b.emission_efficiency * line.arm_transmittance(half::b) * b.detector_efficiency * awake;
  out.relative_success = least(a.relative_success, b.relative_success);
  const double dark_rate = wanted.base() * awake;
  const duration window = greatest(a.detection_window, b.detection_window);
  const double dark = -math::expm1(-dark_rate * window.seconds());
  const double noise = (a.added_noise * out.efficiency_a + b.added_noise * out.efficiency_b) / 2;
  out.dark_probability = dark + noise - dark * noise;
  out.visibility = least(a.visibility, b.visibility) * timing_visibility(a, b);
  out.phase_noise = greatest(a.phase_noise, b.phase_noise);
  out.phase_correlation = least(a.phase_correlation, b.phase_correlation);
  out.coherence = a.coherence * b.coherence;
  out.single_emission = math::sqrt((1 - a.double_excitation) * (1 - b.double_excitation));
  out.thermal_a = a.thermal_occupancy;
  out.thermal_b = b.thermal_occupancy;
  out.number_resolving = a.number_resolving && b.number_resolving;
  out.emission_error_a = (1 - a.emission_fidelity) * 4 / 3;
  out.emission_error_b = (1 - b.emission_fidelity) * 4 / 3;
  out.delay = line.delay();
  out.station_a = line.arm_delay(half::a);
  out.station_b = line.arm_delay(half::b);
  const auto stretched = [](const hardware& h) {
    return h.duty_cycle == 1 ? h.attempt_time : duration::seconds(h.attempt_time.seconds() / h.duty_cycle);
  };
  out.attempt_time = greatest(stretched(a), stretched(b));
  out.memory_a = a.memory;
  out.memory_b = b.memory;
  return out;
}

}  // namespace ebit::link
