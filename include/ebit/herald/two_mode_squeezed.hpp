// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/herald/drive_search.hpp>
#include <ebit/herald/squeezed_clicks.hpp>
#include <ebit/herald/station.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::herald {

/// Heralding by one photon from two transducers pumped to the blue (Duan, Lukin, Cirac and Zoller 2001; Krastanov et
/// al., PRL 127, 040503 (2021)): each makes the two-mode squeezed state √(1−p) Σ p^(m/2) |m microwave quanta, m
/// optical photons⟩, p = tanh² r, of a microwave mode that held `interference.thermal_*` quanta; one click of two
/// detectors leaves one quantum in one of the two microwave modes. A transducer's efficiency is part of the optical
/// one, so that a poor one costs rate and no fidelity. At low efficiency, with neither dark counts nor mismatch, F =
/// [(1−p)/(1+n)]³ and the rate is 2ηp(1+n)/(1−p).
///
/// `setting` is the pair probability p at either end. Exact at any efficiencies, occupancies, pair probabilities and
/// dark counts, with all photon numbers summed in closed form. The visibility is exact too where it is that of two
/// pure wave packets of overlap √V; the phase noise is Gaussian. `interference.thermal_*` is the occupancy at the
/// start; noise photons that are independent of the microwave mode are dark counts.
///
/// A microwave mode may hold more than one quantum. Such modes are not dropped: at each end by itself a mode with two
/// or more is read as |1⟩ with probability `leaked_as_one`, else as |0⟩, either way without coherence.
struct two_mode_squeezed {
  static constexpr bool one_photon = true;
  static constexpr bool thermal_modes = true;
  double pair_probability = 0;  ///< p of the end with the weaker arm; 0: choose it for the wanted fidelity
  double leaked_as_one = 0;     ///< 0 (emptied, counting modulo two at lowest order) to 1 (a threshold read-out)
  /// Take no more than these photon pairs and initial quanta into account, as simulations in a truncated Fock space
  /// do; for comparison with their results. By default all are.
  fock_cut cut{};

  [[nodiscard]] status validate() const {
    if (!(pair_probability >= 0 && pair_probability < 1))
      return config_error{"two_mode_squeezed.pair_probability", ebit::detail::number_text(pair_probability),
                          "0 (choose) up to below 1"};
    if (!(leaked_as_one >= 0 && leaked_as_one <= 1))
      return config_error{"two_mode_squeezed.leaked_as_one", ebit::detail::number_text(leaked_as_one), "0 to 1"};
    return cut.validate();
  }

  [[nodiscard]] attempt_model model(const interference& light, const setting& drive) const {
    const heralded_modes m = modes(light, drive);
    if (!(m.probability > 0)) return {0, x_state{bell_diagonal::white()}};
    // What a mode with 0, 1, or more quanta is read as.
    const double one = leaked_as_one, zero = 1 - one, p = m.probability;
    const auto& q = m.quanta;
    const double e00 = q[0][0] + zero * (q[0][2] + q[2][0]) + zero * zero * q[2][2];
    const double e01 = q[0][1] + one * q[0][2] + zero * q[2][1] + zero * one * q[2][2];
    const double e10 = q[1][0] + one * q[2][0] + zero * q[1][2] + zero * one * q[2][2];
    const double e11 = q[1][1] + one * (q[1][2] + q[2][1]) + one * one * q[2][2];
    return {p, x_state::from_elements({.p00 = e00 / p,
                                       .p01 = e01 / p,
                                       .p10 = e10 / p,
                                       .p11 = e11 / p,
                                       .re_01_10 = m.re_01_10 / p,
                                       .im_01_10 = m.im_01_10 / p})};
  }

  /// The fidelity of the microwave modes themselves with (|01⟩ + |10⟩)/√2, before any read-out: a mode with more than
  /// one quantum counts as lost. Never above the fidelity of `model(…).state`.
  [[nodiscard]] double fidelity_in_modes(const interference& light, const setting& drive) const {
    const heralded_modes m = modes(light, drive);
    return m.probability > 0 ? ((m.quanta[0][1] + m.quanta[1][0]) / 2 + m.re_01_10) / m.probability : 0;
  }
  /// The probability that a heralded pair has more than one quantum in either microwave mode.
  [[nodiscard]] double leakage(const interference& light, const setting& drive) const {
    const heralded_modes m = modes(light, drive);
    const auto& q = m.quanta;
    return m.probability > 0 ? (q[0][2] + q[1][2] + q[2][0] + q[2][1] + q[2][2]) / m.probability : 0;
  }

  /// The setting of the highest rate whose fidelity with Ψ+ is at least `wanted_fidelity`; nothing if no setting
  /// reaches it. Unbalanced arms are balanced by p_a·η_a = p_b·η_b.
  [[nodiscard]] std::optional<setting> choose(const interference& light, double wanted_fidelity) const {
    EBIT_ASSERT(wanted_fidelity >= 0 && wanted_fidelity <= 1, "two_mode_squeezed: a fidelity is between 0 and 1");
    if (pair_probability > 0) {
      if (fidelity(light, pair_probability) >= wanted_fidelity) return balanced(light, pair_probability);
      return std::nullopt;
    }
    const auto found = detail::drive_search::fastest(
        [&](double u) { return fidelity(light, detail::drive_search::probability(u)); },
        [&](double u) { return modes(light, balanced(light, detail::drive_search::probability(u))).probability; },
        wanted_fidelity);
    if (!found) return std::nullopt;
    return balanced(light, detail::drive_search::probability(*found));
  }
  /// The highest fidelity with Ψ+ that any setting (or the fixed one) reaches.
  [[nodiscard]] double best_fidelity(const interference& light) const {
    if (pair_probability > 0) return fidelity(light, pair_probability);
    const auto at = [&](double u) { return fidelity(light, detail::drive_search::probability(u)); };
    return at(detail::drive_search::peak(at));
  }

  friend constexpr bool operator==(const two_mode_squeezed&, const two_mode_squeezed&) = default;

 private:
  /// What a herald leaves, unnormalised: by the numbers 0, 1 and more of quanta in modes a and b, and ⟨01|ρ|10⟩.
  struct heralded_modes {
    double probability = 0;
    double quanta[3][3] = {};
    double re_01_10 = 0, im_01_10 = 0;
  };

  [[nodiscard]] heralded_modes modes(const interference& light, const setting& drive) const {
    EBIT_ASSERT(drive.bright_state_a >= 0 && drive.bright_state_a < 1 && drive.bright_state_b >= 0 &&
                    drive.bright_state_b < 1,
                "two_mode_squeezed: a pair probability is not in [0, 1)");
    const detail::squeezed_arm a{light.efficiency_a, drive.bright_state_a, light.thermal_a};
    const detail::squeezed_arm b{light.efficiency_b, drive.bright_state_b, light.thermal_b};
    const detail::click_sums sums =
        cut.limited() ? detail::truncated_clicks(a, b, light, cut) : detail::all_clicks(a, b, light);
    heralded_modes out;
    const auto& s = sums.of;
    out.probability = s[2][2];
    // The sums count 0, 1 and any number of quanta; what is neither 0 nor 1 is the difference, 0 but for rounding at
    // p = 0.
    for (int i = 0; i < 2; ++i) {
      for (int j = 0; j < 2; ++j) out.quanta[i][j] = s[i][j];
      out.quanta[i][2] = greatest(0.0, s[i][2] - s[i][0] - s[i][1]);
      out.quanta[2][i] = greatest(0.0, s[2][i] - s[0][i] - s[1][i]);
    }
    double known = 0;
    for (const auto& row : out.quanta)
      for (const double x : row) known += x;
    out.quanta[2][2] = greatest(0.0, out.probability - known);
    const double blur = light.phase_noise > 0 ? math::exp(-light.phase_noise * light.phase_noise / 2) : 1;
    const double c = sums.coherence * blur * light.coherence;
    // The photon of arm a brings the phase, as in a single click of spins.
    out.re_01_10 = light.phase == 0 ? c : c * math::cos(light.phase);
    out.im_01_10 = light.phase == 0 ? 0 : -c * math::sin(light.phase);
    return out;
  }

  /// `p` at the weaker arm, less at the stronger.
  [[nodiscard]] static setting balanced(const interference& light, double p) {
    const double x = light.efficiency_a, y = light.efficiency_b;
    const double most = least(p, 0x1.fffffffffffffp-1);  // the largest number below 1
    if (x == y) return {most, most};
    return x < y ? setting{most, most * (x / y)} : setting{most * (y / x), most};
  }
  [[nodiscard]] double fidelity(const interference& light, double p) const {
    return model(light, balanced(light, p)).state.fidelity(bell_index::psi_plus);
  }
};
static_assert(herald_policy<two_mode_squeezed>);

}  // namespace ebit::herald
