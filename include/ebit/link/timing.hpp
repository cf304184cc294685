// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/units.hpp>

namespace ebit::link {

// What an error of timing does. Times are seconds as doubles (an error may lie far below the picosecond of
// `duration`), or ratios where it is said. `offset` is a part that is always the same, `jitter` the rms of a Gaussian
// one.

/// The rms difference of two time stamps: σ² = σ_tagger² + 2σ_detector² + σ_synchronisation², a coincidence of two
/// detectors on one tagger, the clocks of the two photons' origins being off by `synchronisation`.
[[nodiscard]] constexpr double total_jitter(double tagger, double detector, double synchronisation) {
  return math::sqrt(tagger * tagger + 2 * detector * detector + synchronisation * synchronisation);
}

/// The fraction of Gaussian arrival times that falls into a window of full width `window` > 0 centred on their
/// nominal time: erf(W/(2√2 σ)) without an offset.
[[nodiscard]] constexpr double coincidence_acceptance(double window, double jitter, double offset = 0) {
  EBIT_ASSERT(window >= 0 && jitter >= 0, "coincidence_acceptance: a window or a jitter is negative");
  const double after = window / 2 - offset, before = window / 2 + offset;
  if (jitter == 0) return after >= 0 && before >= 0 ? 1 : 0;
  const double scale = 1.41421356237309504880 * jitter;
  return (math::erf(after / scale) + math::erf(before / scale)) / 2;
}

/// Accidental coincidences of two independent streams within a window of full width W seconds: R₁ R₂ W.
[[nodiscard]] constexpr rate accidental_coincidences(rate first, rate second, double window) {
  return hertz(first.base() * second.base() * window);
}

namespace detail {

/// e^(x²) erfc x for x ≥ 0.
[[nodiscard]] constexpr double scaled_erfc(double x) {
  if (x < 7) return math::exp(x * x) * math::erfc(x);
  // Σ (−1)^k (2k−1)!!/(2x²)^k / (x√π); fifteen terms are exact from 7 on.
  double term = 1, sum = 1;
  for (int k = 1; k <= 15; ++k) {
    term *= -(2 * k - 1) / (2 * x * x);
    sum += term;
  }
  return sum / (x * 1.77245385090551602730);
}

/// ½ e^(s²/2 − m) erfc((s² − m)/(s√2)), the share of the mean of e^(−|y|) over y ~ N(m, s²) that lies at y > 0.
[[nodiscard]] constexpr double laplace_share(double m, double s) {
  const double u = (s - m / s) / 1.41421356237309504880;
  if (u >= 0) return math::exp(-m * m / (2 * s * s)) * scaled_erfc(u) / 2;
  return math::exp(s * s / 2 - m) * math::erfc(u) / 2;
}

}  // namespace detail

/// The Hong–Ou–Mandel visibility of photons that decay with lifetime τ, arriving `offset` = Δ/τ apart with a Gaussian
/// `jitter` = σ/τ ≥ 0: the mean of e^(−|y|) over y ~ N(offset, jitter²).
[[nodiscard]] constexpr double visibility_of_late_decays(double offset, double jitter) {
  EBIT_ASSERT(jitter >= 0, "visibility_of_late_decays: a jitter is negative");
  const double m = offset < 0 ? -offset : offset;
  if (jitter == 0) return math::exp(-m);
  return detail::laplace_share(m, jitter) + detail::laplace_share(-m, jitter);
}

/// The same averaged over offsets that sweep evenly from `first` to `last`: the integral in closed form, correct to
/// about 1e-8.
[[nodiscard]] constexpr double visibility_of_swept_decays(double first, double last, double jitter) {
  const double span = last - first, s = jitter;
  if (span < 1e-7 && span > -1e-7) return visibility_of_late_decays((first + last) / 2, s);
  // The mean of sgn(y)(1 − e^(−|y|)) is an antiderivative.
  const auto antiderivative = [s](double m) {
    if (s == 0) return m < 0 ? math::expm1(m) : -math::expm1(-m);
    const double sign = math::erf(m / (s * 1.41421356237309504880));
    return sign - (detail::laplace_share(m, s) - detail::laplace_share(-m, s));
  };
  return (antiderivative(last) - antiderivative(first)) / span;
}

/// The visibility of Gaussian pulses of intensity rms width σ_p, `offset` = Δ/σ_p apart with a Gaussian `jitter` =
/// σ/σ_p ≥ 0: exp(−Δ²/(4 + 2s²))/√(1 + s²/2).
[[nodiscard]] constexpr double visibility_of_late_pulses(double offset, double jitter) {
  EBIT_ASSERT(jitter >= 0, "visibility_of_late_pulses: a jitter is negative");
  const double square = jitter * jitter;
  return math::exp(-offset * offset / (4 + 2 * square)) / math::sqrt(1 + square / 2);
}

/// The same averaged over offsets that sweep evenly from `first` to `last`; correct to about 1e-8.
[[nodiscard]] constexpr double visibility_of_swept_pulses(double first, double last, double jitter) {
  const double span = last - first, square = jitter * jitter;
  if (span < 1e-7 && span > -1e-7) return visibility_of_late_pulses((first + last) / 2, jitter);
  const double width = math::sqrt(4 + 2 * square);
  return 1.77245385090551602730 / span * (math::erf(last / width) - math::erf(first / width));
}

/// The intensity rms width in seconds of the shortest Gaussian pulse whose spectrum has that full width at half
/// maximum: σ = √(2 ln 2)/(2π Δν). Of 100 MHz: 1.87 ns.
[[nodiscard]] constexpr double pulse_width_of_bandwidth(rate full_width) {
  EBIT_ASSERT(full_width.base() > 0, "pulse_width_of_bandwidth: a bandwidth is not above 0");
  return 0.18739062512927764 / full_width.base();
}

}  // namespace ebit::link
