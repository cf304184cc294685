// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/timing.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// A node's clock against the network's time, t seconds after it was last synchronised: it is off by
/// offset + drift · t + a Gaussian part of rms √(jitter² + residual²). Errors are seconds as doubles, for they may
/// lie far below the picosecond of `duration`. The default is ideal. Known clocks: `link/clock_profiles.hpp`.
struct clock {
  double offset = 0;    ///< s, either sign: what no synchronisation removes, such as unequal delays of its two ways
  double drift = 0;     ///< fractional frequency error between synchronisations, either sign; −1e-3 to 1e-3
  double jitter = 0;    ///< s rms, anew at every tick; 0 or more
  double residual = 0;  ///< s rms, anew at every synchronisation: what it leaves; 0 or more
  duration synchronised_every = duration::never();  ///< above 0; with a drift not `never()`

  /// The offset that is the same for all ticks this long after a synchronisation.
  [[nodiscard]] constexpr double mean_after(duration since) const {
    EBIT_ASSERT(since >= duration::zero(), "clock: a time since the synchronisation is negative");
    return drift == 0 ? offset : offset + drift * since.seconds();
  }
  /// The Gaussian part's rms.
  [[nodiscard]] constexpr double noise() const { return math::sqrt(jitter * jitter + residual * residual); }
  /// The rms of the whole error this long after a synchronisation.
  [[nodiscard]] constexpr double rms_after(duration since) const {
    const double mean = mean_after(since), random = noise();
    return math::sqrt(mean * mean + random * random);
  }
  /// What the error exceeds in neither direction until then, but for a Gaussian tail beyond `deviations`: the guard
  /// band of an action that is to happen by this clock. Of six deviations the tail is 2e-9.
  [[nodiscard]] constexpr double bound_after(duration since, double deviations = 6) const {
    const double first = magnitude(offset), last = magnitude(mean_after(since));
    return (first > last ? first : last) + deviations * noise();
  }
  /// The rms at a random moment between two synchronisations: the root of
  /// offset² + offset·drift·T + drift² T²/3 + jitter² + residual².
  [[nodiscard]] constexpr double rms() const {
    const double ramp = swing(), random = noise();
    return math::sqrt(offset * offset + offset * ramp + ramp * ramp / 3 + random * random);
  }
  /// The longest interval between synchronisations after which the error is still within `budget` seconds, with that
  /// many deviations of noise: budget/|drift| of a clock that only drifts. Zero if even at first it is not, `never()`
  /// without a drift.
  [[nodiscard]] constexpr duration interval_for(double budget, double deviations = 6) const {
    const double slack = budget - deviations * noise();
    if (magnitude(offset) > slack) return duration::zero();
    if (drift == 0) return duration::never();
    // Where the drift first undoes the offset, the whole way from one edge to the other is free.
    const double way = (drift > 0) == (offset > 0) ? slack - magnitude(offset) : slack + magnitude(offset);
    return duration::seconds(way / magnitude(drift));
  }
  /// An error of this clock, drawn: one normal draw.
  [[nodiscard]] double sampled(duration since, random_stream& stream) const {
    const double kick = sample::normal(stream);
    return mean_after(since) + noise() * kick;
  }

  /// The difference of two clocks' errors as one clock, synchronised together at the shorter of the two intervals
  /// (the other then drifts for less than it is allowed to).
  [[nodiscard]] friend constexpr clock between(const clock& a, const clock& b) {
    return {a.offset - b.offset, a.drift - b.drift, math::sqrt(a.jitter * a.jitter + b.jitter * b.jitter),
            math::sqrt(a.residual * a.residual + b.residual * b.residual),
            a.synchronised_every < b.synchronised_every ? a.synchronised_every : b.synchronised_every};
  }

  /// The Hong–Ou–Mandel visibility of photons timed by two clocks of which this is the difference (`between`),
  /// averaged over the time between synchronisations: of photons that decay with that lifetime in seconds, above 0,
  /// ...
  [[nodiscard]] constexpr double visibility_of_decays(double lifetime) const {
    EBIT_ASSERT(lifetime > 0, "clock: a lifetime is not above 0");
    return visibility_of_swept_decays(offset / lifetime, (offset + swing()) / lifetime, noise() / lifetime);
  }
  /// ... and of Gaussian pulses of that intensity rms width in seconds, above 0.
  [[nodiscard]] constexpr double visibility_of_pulses(double width) const {
    EBIT_ASSERT(width > 0, "clock: a pulse width is not above 0");
    return visibility_of_swept_pulses(offset / width, (offset + swing()) / width, noise() / width);
  }
  /// The fraction of photons of a Gaussian arrival time of rms `arrival` seconds (the pulse's width and the
  /// detector's jitter) that fall into a window of full width `window`, this long after a synchronisation.
  [[nodiscard]] constexpr double acceptance_after(duration since, double window, double arrival) const {
    const double random = noise();
    return coincidence_acceptance(window, math::sqrt(arrival * arrival + random * random), mean_after(since));
  }

  /// Sets `timing_jitter`: the rms of this clock at a random moment, in quadrature with the jitter the hardware
  /// already has (its emitter's), to the nearest picosecond. A drift or an offset counts as if it were Gaussian of
  /// the same rms.
  [[nodiscard]] hardware installed_in(hardware h) const {
    const double emitter = h.timing_jitter.seconds(), mine = rms();
    h.timing_jitter = duration::seconds(math::sqrt(emitter * emitter + mine * mine));
    return h;
  }

  [[nodiscard]] status validate() const {
    const auto refuse = [](const char* what, double value, const char* unit, const char* allowed) -> status {
      return config_error{what, ebit::detail::number_text(value) + unit, allowed};
    };
    if (!(offset >= -1 && offset <= 1)) return refuse("clock.offset", offset, " s", "-1 s to 1 s");
    if (!(drift >= -1e-3 && drift <= 1e-3)) return refuse("clock.drift", drift, "", "-1e-3 to 1e-3");
    if (!(jitter >= 0 && jitter <= 1)) return refuse("clock.jitter", jitter, " s", "0 s to 1 s");
    if (!(residual >= 0 && residual <= 1)) return refuse("clock.residual", residual, " s", "0 s to 1 s");
    if (synchronised_every <= duration::zero())
      return config_error{"clock.synchronised_every", ebit::detail::duration_text(synchronised_every),
                          "more than 0 s"};
    if (drift != 0 && synchronised_every.is_never())
      return config_error{"clock.synchronised_every", "never", "a finite interval, for the clock drifts"};
    return success{};
  }

  friend constexpr bool operator==(const clock&, const clock&) = default;

 private:
  [[nodiscard]] static constexpr double magnitude(double x) { return x < 0 ? -x : x; }
  /// How far the drift carries between two synchronisations, signed.
  [[nodiscard]] constexpr double swing() const { return drift == 0 ? 0 : drift * synchronised_every.seconds(); }
};

}  // namespace ebit::link
