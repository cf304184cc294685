// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

// Slow processes: an optical phase, a polarisation angle, a delay. Both kinds are Gaussian and Markov, so that the
// value after any interval is drawn in one go from its exact distribution given the value before; nothing is stepped
// through. A value drawn depends on the stream's position, the value before and the interval, and on nothing else.

/// A quantity that is pulled back to 0 and kicked at random (Uhlenbeck and Ornstein, Phys. Rev. 36, 823 (1930)):
/// Gaussian, stationary, two values Δt apart correlated by e^(−Δt/τ). A locked phase; the unit is that of `rms`.
struct ornstein_uhlenbeck {
  double rms = 0;          ///< of the stationary distribution, 0 or more; 0: the process rests and no draw is made
  duration correlation{};  ///< τ, 0 or more; 0: every value is drawn anew; never: the first value stays

  /// A value of the stationary distribution: one normal draw.
  [[nodiscard]] double at_start(random_stream& stream) const {
    if (rms == 0) return 0;
    return rms * sample::normal(stream);
  }
  /// The value `elapsed` ≥ 0 after it was `value`: one normal draw, whatever the interval.
  [[nodiscard]] double after(double value, duration elapsed, random_stream& stream) const {
    if (rms == 0) return 0;
    const double kick = sample::normal(stream);
    return value * correlation_after(elapsed) + unknown_after(elapsed) * kick;
  }

  /// The correlation e^(−Δt/τ) of two values `elapsed` apart.
  [[nodiscard]] double correlation_after(duration elapsed) const { return math::exp(-turns(elapsed)); }
  /// The rms of what is new since a value that was known `elapsed` ago: σ√(1 − e^(−2Δt/τ)).
  [[nodiscard]] double unknown_after(duration elapsed) const {
    return rms * math::sqrt(-math::expm1(-2 * turns(elapsed)));
  }
  /// What an unknown phase of this kind leaves of a coherence: the mean of e^(iφ), e^(−σ²/2).
  [[nodiscard]] double coherence() const { return math::exp(-rms * rms / 2); }
  /// The same if the phase was measured `elapsed` ago and compensated for as well as it can be foretold.
  [[nodiscard]] double coherence_after(duration elapsed) const {
    const double unknown = unknown_after(elapsed);
    return math::exp(-unknown * unknown / 2);
  }
  /// The mean of cos(φ₂ − φ₁) of two values `elapsed` apart, e^(−σ²(1 − e^(−Δt/τ))): what two pairs made one after
  /// the other share of their unknown phase, and so what extreme photon loss distillation of them depends on, which
  /// gives the fidelity (1 + cos Δφ)/2 (Campbell and Benjamin, Phys. Rev. Lett. 101, 130502 (2008)).
  [[nodiscard]] double mean_cosine_of_difference(duration elapsed) const {
    return math::exp(rms * rms * math::expm1(-turns(elapsed)));
  }

  [[nodiscard]] status validate() const {
    if (!(rms >= 0 && rms < 1e150))
      return config_error{"ornstein_uhlenbeck.rms", ebit::detail::number_text(rms), "0 or more, below 1e150"};
    if (correlation < duration::zero())
      return config_error{"ornstein_uhlenbeck.correlation", ebit::detail::duration_text(correlation), "0 s or more"};
    return success{};
  }

  friend constexpr bool operator==(const ornstein_uhlenbeck&, const ornstein_uhlenbeck&) = default;

 private:
  /// Δt/τ; infinite where nothing is remembered.
  [[nodiscard]] double turns(duration elapsed) const {
    EBIT_ASSERT(elapsed >= duration::zero(), "ornstein_uhlenbeck: an interval is negative");
    if (correlation == duration::zero()) return math::detail::infinity;
    if (correlation.is_never()) return 0;
    if (elapsed.is_never()) return math::detail::infinity;
    return static_cast<double>(elapsed.picoseconds()) / static_cast<double>(correlation.picoseconds());
  }
};

/// A quantity that diffuses freely (Wiener): its variance grows in proportion to time and nothing pulls it back. The
/// phase of an oscillator of Lorentzian line width Δν diffuses at 2πΔν rad² per second (Schawlow and Townes 1958).
struct wiener {
  double variance_per_second = 0;  ///< 0 or more; 0: the process rests and no draw is made

  /// Of an oscillator's phase, from its full width at half maximum.
  [[nodiscard]] static constexpr wiener of_line_width(rate width) { return {2 * math::detail::pi.hi * width.base()}; }

  /// The value `elapsed` ≥ 0 after it was `value`: one normal draw, whatever the interval.
  [[nodiscard]] double after(double value, duration elapsed, random_stream& stream) const {
    if (variance_per_second == 0) return value;
    const double kick = sample::normal(stream);
    return value + rms_after(elapsed) * kick;
  }
  /// The rms of the change within `elapsed`: √(D Δt).
  [[nodiscard]] double rms_after(duration elapsed) const { return math::sqrt(variance_after(elapsed)); }
  /// What a phase that has diffused for `elapsed` leaves of a coherence: e^(−D Δt/2).
  [[nodiscard]] double coherence_after(duration elapsed) const { return math::exp(-variance_after(elapsed) / 2); }
  /// The mean of that over an interval that begins with the phase known, as between two locks:
  /// (1 − e^(−D T/2))/(D T/2).
  [[nodiscard]] double mean_coherence(duration interval) const {
    const double x = variance_after(interval) / 2;
    return x > 0 ? -math::expm1(-x) / x : 1;
  }

  [[nodiscard]] status validate() const {
    if (variance_per_second >= 0 && variance_per_second < 1e300) return success{};
    return config_error{"wiener.variance_per_second", ebit::detail::number_text(variance_per_second),
                        "0 or more, below 1e300"};
  }

  friend constexpr bool operator==(const wiener&, const wiener&) = default;

 private:
  [[nodiscard]] double variance_after(duration elapsed) const {
    EBIT_ASSERT(elapsed >= duration::zero() && !elapsed.is_never(), "wiener: an interval is negative or without end");
    return variance_per_second * elapsed.seconds();
  }
};

}  // namespace ebit::link
