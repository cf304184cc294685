// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/drift.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// The fidelity of a Bell pair after one half was turned by `angle` about any axis of the Bloch sphere: cos²(θ/2).
[[nodiscard]] constexpr double fidelity_of_rotation(double angle) { return (1 + math::cos(angle)) / 2; }
/// How often both ends then disagree in a basis whose axis stands at right angles to the rotation's: sin²(θ/2). A
/// basis along the axis sees nothing; the average over all axes is two thirds of it.
[[nodiscard]] constexpr double error_of_rotation(double angle) { return (1 - math::cos(angle)) / 2; }
/// The mean of that over a Gaussian angle about a fixed axis, as of an `ornstein_uhlenbeck` process of rms σ:
/// (1 − e^(−σ²/2))/2.
[[nodiscard]] constexpr double mean_error_of_rotation(double rms) { return -math::expm1(-rms * rms / 2) / 2; }

/// The polarisation drift of the fibre between a node and its station, for photons that carry their qubit in
/// polarisation. The fibre turns the Poincaré sphere by a rotation that diffuses without a preferred axis, so that
/// averaged over its histories a photon sees white noise: Bloch vectors shrink by e^(−Dt), t after a compensation,
/// exactly for any Dt. Compensation pauses the link. The default does not drift.
struct polarisation_drift {
  double variance_per_second = 0;  ///< D, of the angle about each of the three axes, rad²/s; 0 or more
  double residual = 0;             ///< what a compensation leaves: rms angle about each axis, rad; 0 or more
  duration compensated_every = duration::never();  ///< time in operation between two pauses; above 0
  duration pause{};                                ///< how long a compensation takes; 0 or more

  /// The angle about one axis, for a single history: three independent ones, composed in small steps, are the drift.
  [[nodiscard]] constexpr wiener about_one_axis() const { return {variance_per_second}; }

  /// What is left of a Bloch vector `since` after a compensation, averaged over histories: e^(−r² − Dt), in [0, 1].
  [[nodiscard]] double contrast_after(duration since) const {
    EBIT_ASSERT(since >= duration::zero(), "polarisation_drift: a time since the compensation is negative");
    const double drifted = variance_per_second == 0 ? 0 : variance_per_second * since.seconds();
    return math::exp(-residual * residual - drifted);
  }
  /// The same at a random moment in operation: e^(−r²) (1 − e^(−DT))/(DT).
  [[nodiscard]] double contrast() const {
    const double x = variance_per_second == 0 ? 0 : variance_per_second * compensated_every.seconds();
    return math::exp(-residual * residual) * (x > 0 ? -math::expm1(-x) / x : 1);
  }
  /// Of a Bell pair one of whose halves came this way: (1 + 3c)/4 for a contrast c, averaged over histories ...
  [[nodiscard]] double fidelity_after(duration since) const { return (1 + 3 * contrast_after(since)) / 4; }
  /// ... and over the time in operation too.
  [[nodiscard]] double fidelity() const { return (1 + 3 * contrast()) / 4; }
  /// How often the ends disagree in any one basis: (1 − c)/2.
  [[nodiscard]] double error_rate_after(duration since) const { return (1 - contrast_after(since)) / 2; }
  [[nodiscard]] double error_rate() const { return (1 - contrast()) / 2; }
  /// The fraction of the time in operation: T/(T + pause).
  [[nodiscard]] double duty_cycle() const {
    if (compensated_every.is_never()) return 1;
    return compensated_every.seconds() / (compensated_every.seconds() + pause.seconds());
  }
  /// The longest time in operation after which the error rate is at most `wanted`, 0 to below 1/2: zero if it is not
  /// even at first, `never()` without a drift.
  [[nodiscard]] duration interval_for(double wanted) const {
    EBIT_ASSERT(wanted >= 0 && wanted < 0.5, "polarisation_drift: an error rate is not in [0, 1/2)");
    const double way = -math::log1p(-2 * wanted) - residual * residual;
    if (way < 0) return duration::zero();
    return variance_per_second == 0 ? duration::never() : duration::seconds(way / variance_per_second);
  }

  /// Multiplies into `emission_fidelity` the white noise of this contrast, exact for the mean state of a pair
  /// heralded at a random moment (pairs close in time are in truth turned alike), and into `duty_cycle` the fraction
  /// of the time in operation.
  [[nodiscard]] hardware installed_in(hardware h) const {
    h.emission_fidelity = (1 + (4 * h.emission_fidelity - 1) * contrast()) / 4;
    h.duty_cycle *= duty_cycle();
    return h;
  }

  [[nodiscard]] status validate() const {
    using ebit::detail::duration_text;
    using ebit::detail::number_text;
    if (!(variance_per_second >= 0 && variance_per_second <= 1e6))
      return config_error{"polarisation_drift.variance_per_second", number_text(variance_per_second) + " rad²/s",
                          "0 rad²/s to 1e6 rad²/s"};
    if (!(residual >= 0 && residual <= 10))
      return config_error{"polarisation_drift.residual", number_text(residual) + " rad", "0 rad to 10 rad"};
    if (compensated_every <= duration::zero())
      return config_error{"polarisation_drift.compensated_every", duration_text(compensated_every), "more than 0 s"};
    if (variance_per_second > 0 && compensated_every.is_never())
      return config_error{"polarisation_drift.compensated_every", "never",
                          "a finite interval, for the polarisation drifts"};
    if (pause < duration::zero() || pause.is_never())
      return config_error{"polarisation_drift.pause", duration_text(pause), "0 s or more"};
    return success{};
  }

  friend constexpr bool operator==(const polarisation_drift&, const polarisation_drift&) = default;
};

}  // namespace ebit::link
