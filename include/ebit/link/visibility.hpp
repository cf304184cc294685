// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>

namespace ebit::link {

// Hong–Ou–Mandel visibilities |⟨ψA|ψB⟩|² of two photons, averaged over what is random about them. Times are ratios,
// in units of the emitter's lifetime τ or of the pulse's width, and continuous: never differences of rounded event
// times. Effects that are independent of one another multiply only where it is said.

/// Exponentially decaying photons of equal lifetime τ that arrive `offset` = Δt/τ apart and differ in angular
/// frequency by `detuning` = Δω τ: exp(−|Δt|/τ)/(1 + (Δω τ)²).
[[nodiscard]] constexpr double visibility_of_decays(double offset, double detuning = 0) {
  return math::exp(offset < 0 ? offset : -offset) / (1 + detuning * detuning);
}

/// The same photons with a Gaussian relative arrival time of rms `jitter` = σ/τ ≥ 0: exp(s²/2) erfc(s/√2).
[[nodiscard]] constexpr double visibility_of_decays_with_jitter(double jitter) {
  EBIT_ASSERT(jitter >= 0, "visibility_of_decays_with_jitter: a jitter is negative");
  if (jitter < 10) return math::exp(jitter * jitter / 2) * math::erfc(jitter / 1.41421356237309504880);
  // √(2/π)/s · Σ (−1)^k (2k−1)!!/s^(2k); twenty terms are exact from s = 10 on.
  double term = 1, sum = 1;
  for (int k = 1; k <= 20; ++k) {
    term *= -(2 * k - 1) / (jitter * jitter);
    sum += term;
  }
  return 0.79788456080286535588 / jitter * sum;
}

/// Gaussian pulses of intensity rms width σ_p with a Gaussian relative arrival time of rms `jitter` = σ/σ_p ≥ 0:
/// 1/√(1 + s²/2).
[[nodiscard]] constexpr double visibility_of_pulses_with_jitter(double jitter) {
  return 1 / math::sqrt(1 + jitter * jitter / 2);
}

/// Lifetime-limited lines broadened by pure dephasing at `dephasing` = γ*/Γ ≥ 0, Γ = 1/τ: 1/(1 + 2γ*/Γ).
[[nodiscard]] constexpr double visibility_of_dephased_decays(double dephasing) {
  EBIT_ASSERT(dephasing >= 0, "visibility_of_dephased_decays: a dephasing rate is negative");
  return 1 / (1 + 2 * dephasing);
}

/// The fraction of an exponentially decaying photon that falls into a window opened with it, `window` = t_w/τ ≥ 0
/// long.
[[nodiscard]] constexpr double window_acceptance(double window) {
  EBIT_ASSERT(window >= 0, "window_acceptance: a window is negative");
  return -math::expm1(-window);
}

/// Two photons on the two ports of a beam splitter of reflectance R leave by different ones with probability
/// R² + T² − 2RTV, T = 1 − R: 1/2 for strangers and 0 for twins on a balanced one.
[[nodiscard]] constexpr double coincidence_probability(double reflectance, double visibility) {
  const double transmittance = 1 - reflectance;
  return reflectance * reflectance + transmittance * transmittance - 2 * reflectance * transmittance * visibility;
}

}  // namespace ebit::link
