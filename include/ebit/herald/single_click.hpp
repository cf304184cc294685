// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/herald/aim.hpp>
#include <ebit/herald/drive_search.hpp>
#include <ebit/herald/station.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::herald {

/// Heralding by one photon (Cabrillo, Cirac, García-Fernández and Zoller 1999; Bose et al. 1999; Humphreys et al.
/// 2018): each spin is √(1−α)|0⟩|no photon⟩ + √α|1⟩|one photon⟩ and exactly one of two detectors clicks. The rate is
/// linear in the efficiency; the price is the infidelity α of both ends bright, and an optical phase that must be
/// known.
struct single_click {
  static constexpr bool one_photon = true;
  /// Fixes the bright-state population of the end with the weaker arm; 0 means: choose it for the wanted fidelity.
  double bright_state = 0;
  /// What the population is chosen for; a fixed one stays what it is.
  herald::aim aim = herald::aim::fidelity;

  [[nodiscard]] status validate() const {
    if (!(bright_state >= 0 && bright_state < 1))
      return config_error{"single_click.bright_state", ebit::detail::number_text(bright_state),
                          "0 (choose) up to below 1"};
    if (aim != herald::aim::fidelity && aim != herald::aim::key_rate)
      return config_error{"single_click.aim", std::to_string(static_cast<int>(aim)), "fidelity or key_rate"};
    return success{};
  }

  /// Exact for any efficiencies, visibility and dark counts; populations written |spin a, spin b⟩.
  [[nodiscard]] constexpr attempt_model model(const interference& light, double bright_state_a,
                                              double bright_state_b) const {
    EBIT_ASSERT(bright_state_a >= 0 && bright_state_a <= 1 && bright_state_b >= 0 && bright_state_b <= 1,
                "single_click: a bright-state population is a probability");
    const double a = bright_state_a, b = bright_state_b, x = light.efficiency_a, y = light.efficiency_b;
    const double v = light.visibility.value(), d = light.dark_probability;
    const double dark = 2 * d * (1 - d);  // nothing arrives and exactly one detector clicks
    const double quiet = light.number_resolving ? (1 - d) * (1 - d) : 1 - d;
    const double bunched = light.number_resolving ? 0 : x * y * (1 + v) / 2;  // two photons seen as one
    const double p00 = (1 - a) * (1 - b) * dark;
    const double p10 = a * (1 - b) * (x * quiet + (1 - x) * dark);
    const double p01 = b * (1 - a) * (y * quiet + (1 - y) * dark);
    const double p11 = a * b * ((x * (1 - y) + y * (1 - x) + bunched) * quiet + (1 - x) * (1 - y) * dark);
    const double p = p00 + p01 + p10 + p11;
    if (!(p > 0)) return {0, x_state{bell_diagonal::white()}};
    const double blur = light.phase_noise > 0 ? math::exp(-light.phase_noise * light.phase_noise / 2) : 1;
    const double c = math::sqrt(a * (1 - a)) * math::sqrt(b * (1 - b)) * math::sqrt(x * y * v) * quiet * blur *
                     light.coherence / p;
    // The photon of arm a brings the phase: Ψ = |01⟩ + e^(i·phase)|10⟩.
    const double re = light.phase == 0 ? c : c * math::cos(light.phase);
    const double im = light.phase == 0 ? 0 : -c * math::sin(light.phase);
    return {p, x_state::from_elements(
                   {.p00 = p00 / p, .p01 = p01 / p, .p10 = p10 / p, .p11 = p11 / p, .re_01_10 = re, .im_01_10 = im})};
  }
  [[nodiscard]] constexpr attempt_model model(const interference& light, const setting& bright) const {
    return model(light, bright.bright_state_a, bright.bright_state_b);
  }

  /// The setting of the highest rate (with `aim::key_rate` of the highest rate of secret bits, see `most_key`) whose
  /// fidelity with Ψ+ is at least `wanted_fidelity`; nothing if no setting reaches it (then `best_fidelity` says how
  /// much is possible). Unbalanced arms are balanced by α_a·η_a = α_b·η_b.
  [[nodiscard]] constexpr std::optional<setting> choose(const interference& light, double wanted_fidelity) const {
    EBIT_ASSERT(wanted_fidelity >= 0 && wanted_fidelity <= 1, "single_click: a fidelity is between 0 and 1");
    if (bright_state > 0) {
      if (fidelity(light, bright_state) >= wanted_fidelity) return balanced(light, bright_state);
      return std::nullopt;
    }
    if (aim == herald::aim::key_rate)
      return most_key(*this, light, wanted_fidelity, [&light](double alpha) { return balanced(light, alpha); });
    const auto value = [&](double u) { return fidelity(light, search::probability(u)); };
    const double peak = search::peak(value);
    if (value(peak) < wanted_fidelity) return std::nullopt;
    // The fidelity falls on both sides of its peak: from dark counts below, from double emission above.
    const double most = search::probability(search::edge(value, wanted_fidelity, peak, search::highest));
    const double fastest = fastest_population(light);
    if (most <= fastest) return balanced(light, most);
    const double least = search::probability(search::edge(value, wanted_fidelity, peak, search::lowest));
    return balanced(light, fastest > least ? fastest : least);
  }

  /// The highest fidelity with Ψ+ that any setting (or the fixed one) reaches.
  [[nodiscard]] constexpr double best_fidelity(const interference& light) const {
    if (bright_state > 0) return fidelity(light, bright_state);
    const auto value = [&](double u) { return fidelity(light, search::probability(u)); };
    return value(search::peak(value));
  }

  friend constexpr bool operator==(const single_click&, const single_click&) = default;

 private:
  using search = herald::detail::drive_search;

  /// `alpha` at the weaker arm, less at the stronger.
  [[nodiscard]] static constexpr setting balanced(const interference& light, double alpha) {
    const double x = light.efficiency_a, y = light.efficiency_b;
    if (x == y) return {alpha, alpha};
    return x < y ? setting{alpha, alpha * (x / y)} : setting{alpha * (y / x), alpha};
  }
  [[nodiscard]] constexpr double fidelity(const interference& light, double alpha) const {
    return model(light, balanced(light, alpha)).state.fidelity(bell_index::psi_plus);
  }

  /// The population of the highest rate: along the balanced line the rate is a parabola.
  [[nodiscard]] constexpr double fastest_population(const interference& light) const {
    const double none = model(light, balanced(light, 0)).success_probability;
    const double middle = model(light, balanced(light, 0.5)).success_probability;
    const double full = model(light, balanced(light, 1)).success_probability;
    const double curvature = 2 * (none + full - 2 * middle), slope = full - none - curvature;
    if (curvature >= 0) return full >= none ? 1 : 0;
    const double vertex = -slope / (2 * curvature);
    return vertex < 0 ? 0 : vertex > 1 ? 1 : vertex;
  }
};

}  // namespace ebit::herald
