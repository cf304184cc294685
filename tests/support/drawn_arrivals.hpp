// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include <ebit/core/samplers.hpp>
#include <ebit/link/choreography.hpp>
#include <ebit/link/clock_run.hpp>

namespace ebit_test {

/// A mean and its standard error.
class drawn_mean {
 public:
  void add(double x) {
    ++count_;
    const double step = x - mean_;
    mean_ += step / static_cast<double>(count_);
    squares_ += step * (x - mean_);
  }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double error() const {
    const double n = static_cast<double>(count_);
    return std::sqrt(squares_ / (n - 1) / n);
  }
  /// How many standard errors it is off: beyond 5 with a chance of 6·10⁻⁷ if `expected` is right.
  [[nodiscard]] double deviation(double expected) const {
    const double off = std::abs(mean_ - expected), noise = error();
    return noise > 0 ? off / noise : off > 1e-12 * std::abs(expected) ? HUGE_VAL : 0;
  }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

/// A choreography carried out with clocks that run, emitters and fibres that jitter: what comes when, drawn. Signs are
/// those of the choreography's values.
class drawn_arrivals {
 public:
  struct one {
    double a, b;                    ///< s after the nominal arrival at the beam splitter
    double reported_a, reported_b;  ///< s after the nominal arrival, by the station's clock, of the photon as a whole
  };

  drawn_arrivals(const ebit::link::choreography& plan, std::uint64_t seed)
      : plan_{plan},
        a_{plan.a.keeps, seed, 1},
        b_{plan.b.keeps, seed, 2},
        station_{plan.station, seed, 3},
        draws_{seed, ebit::random_purpose::user, 4} {}

  /// Event number `n`: each at a random moment of an interval between synchronisations of its own, so that events are
  /// independent.
  [[nodiscard]] one event(std::uint64_t n) {
    using namespace ebit::literals;
    const ebit::duration every = a_.keeps().synchronised_every.is_never() ? 1_s : a_.keeps().synchronised_every;
    const double phase = ebit::sample::uniform(draws_);
    const ebit::duration when =
        every * static_cast<std::int64_t>(n) + ebit::duration::seconds(every.seconds() * phase);
    one out{};
    out.a = a_.error_at(when, n) + arm(ebit::half::a);
    out.b = b_.error_at(when, n) + arm(ebit::half::b);
    const double by = station_.error_at(when, n);
    out.reported_a = out.a + shape() - by + report();
    out.reported_b = out.b + shape() - by + report();
    return out;
  }

 private:
  [[nodiscard]] double normal(double rms) { return rms > 0 ? rms * ebit::sample::normal(draws_) : 0; }
  [[nodiscard]] double arm(ebit::half which) {
    const ebit::link::timed_end& e = plan_.end(which);
    const double emitted = normal(e.emitter_jitter);
    const double warmed = normal(plan_.path.arm_delay(which).seconds() * plan_.delay_per_kelvin * e.temperature_rms);
    return emitted + warmed + e.calibration_error.base() / plan_.group_velocity.base();
  }
  [[nodiscard]] double shape() {
    if (plan_.photon.form == ebit::link::wave_form::pulse) return normal(plan_.photon.width);
    return plan_.photon.width * ebit::sample::standard_exponential(draws_);
  }
  [[nodiscard]] double report() {
    const double detected = normal(plan_.detectors.jitter.seconds());
    return detected + normal(plan_.tagger_jitter);
  }

  ebit::link::choreography plan_;
  ebit::link::clock_run a_, b_, station_;
  ebit::random_stream draws_;
};

}  // namespace ebit_test
