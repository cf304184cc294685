// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/link/clock_profiles.hpp>
#include <ebit/link/clock_run.hpp>

#include <support/catch.hpp>
#include <support/drawn_arrivals.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::choreography;
using link::clock_run;

namespace {

constexpr std::uint64_t seed = 41'000;

/// A choreography with every kind of error at once; widths are of the size of the errors, so that all of them show.
choreography untidy(link::wave_form form, double size) {
  choreography c;
  c.path = {.arm_a = 5_us, .arm_b = 8_us};
  c.photon = {form, 1e-9};
  c.signs = link::error_signs::known;
  c.a.keeps = {.offset = size * 3e-10,
               .drift = size * 4e-10,
               .jitter = size * 2e-10,
               .residual = size * 1e-10,
               .synchronised_every = 2_s};
  c.b.keeps = {.offset = -size * 1e-10,
               .drift = -size * 1e-10,
               .jitter = size * 1e-10,
               .residual = size * 3e-10,
               .synchronised_every = 2_s};
  c.station = {.offset = size * 2e-10, .drift = size * 2e-10, .residual = size * 1e-10, .synchronised_every = 2_s};
  c.a.emitter_jitter = size * 1.5e-10;
  c.b.emitter_jitter = size * 2.5e-10;
  c.a.calibration_error = metres(0.03 * size);
  c.b.calibration_error = metres(-0.01 * size);
  c.a.temperature_rms = 3 * size;
  c.b.temperature_rms = 2 * size;
  c.tagger_jitter = size * 1e-10;
  c.detectors = {.jitter = 100_ps, .window = 4_ns};
  c.start = 10_us;
  c.period = 10_ns;
  return c;
}

}  // namespace

TEST_CASE("link.clock_run: what a clock keeps, until when, and in any order") {
  const link::clock keeps{
      .offset = 1e-9, .drift = -2e-9, .jitter = 1e-10, .residual = 5e-10, .synchronised_every = 3_s};
  clock_run first{keeps, seed, 9}, again{keeps, seed, 9}, other{keeps, seed, 10};
  std::vector<double> errors;
  for (std::uint64_t n = 0; n < 100; ++n) errors.push_back(first.error_at(100_ms * static_cast<std::int64_t>(n), n));
  for (std::uint64_t n = 100; n-- > 0;) CHECK(again.error_at(100_ms * static_cast<std::int64_t>(n), n) == errors[n]);
  CHECK(other.error_at(0_s, 0) != errors[0]);
  // Without jitter: a straight line between two synchronisations, and a new one after each.
  link::clock still = keeps;
  still.jitter = 0;
  clock_run line{still, seed, 9};
  const double left = line.error_at(0_s, 0) - 1e-9;
  CHECK(line.error_at(2999_ms, 7) == approx(1e-9 + left - 2e-9 * 2.999).epsilon(1e-12));
  const double left_then = line.error_at(3_s, 8) - 1e-9;
  CHECK(left_then != left);
  CHECK(line.error_at(4_s, 9) == approx(1e-9 + left_then - 2e-9).epsilon(1e-12));
  CHECK(clock_run{{}, seed, 1}.error_at(1000_s, 5) == 0);
}

TEST_CASE("link.clock_run: two actions for the same instant land within the bound, by White Rabbit within 1 ns") {
  // Pairs of actions at any moments of many days; each clock by its profile, either sign of its constant error.
#ifdef EBIT_SOAK
  constexpr std::uint64_t events = 100'000'000;
#else
  constexpr std::uint64_t events = 2'000'000;
#endif
  link::clock keeps = link::find_clock_profile("white_rabbit")->value;
  link::clock against = keeps;
  against.offset = -keeps.offset;
  against.drift = -keeps.drift;
  clock_run a{keeps, seed, 1}, b{against, seed, 2};
  random_stream draws{seed, random_purpose::user, 3};
  INFO("seed " << seed);
  const double bound = keeps.bound_after(1_s) + against.bound_after(1_s);
  REQUIRE(bound < 1e-9);
  double widest = 0;
  duration when = duration::zero();
  for (std::uint64_t n = 0; n < events; ++n) {
    when += duration::seconds(0.04 * sample::uniform(draws));
    const double apart = a.error_at(when, n) - b.error_at(when, n);
    widest = std::max(widest, std::abs(apart));
  }
  CHECK(widest < 1e-9);
  CHECK(widest < bound);
  CHECK(widest > 0.2e-9);  // the constant errors alone
}

TEST_CASE("link.clock_run: running clocks confirm the budget's visibility, overlap and clicks") {
  // 200,000 independent events per case; a figure is off by 5 standard errors with a chance of 6e-7, any of 24 with
  // 1.4e-5.
  INFO("seed " << seed);
  for (const link::wave_form form : {link::wave_form::pulse, link::wave_form::decay}) {
    for (const double size : {0.1, 1.0, 3.0}) {
      const choreography c = untidy(form, size);
      REQUIRE(c.validate());
      const link::timing_budget budget = c.budget();
      const double open = c.opens(), close = open + c.detectors.window.seconds();
      ebit_test::drawn_arrivals events{c, seed + static_cast<std::uint64_t>(10 * size)};
      ebit_test::drawn_mean visibility, overlap, late, in_a, in_b;
      for (std::uint64_t n = 0; n < 200'000; ++n) {
        const auto e = events.event(n);
        const double t = (e.a - e.b) / c.photon.width;
        const double seen = form == link::wave_form::pulse ? std::exp(-t * t / 4) : std::exp(-std::abs(t));
        visibility.add(seen);
        overlap.add(std::sqrt(seen));
        late.add(e.a - e.b);
        in_a.add(e.reported_a >= open && e.reported_a <= close ? 1 : 0);
        in_b.add(e.reported_b >= open && e.reported_b <= close ? 1 : 0);
      }
      INFO((form == link::wave_form::pulse ? "pulses" : "decays")
           << ", errors x " << size << ": visibility " << visibility.mean() << " +- " << visibility.error());
      CHECK(late.deviation(budget.apart.offset + budget.apart.swing / 2) < 5);
      CHECK(visibility.deviation(budget.visibility) < 5);
      CHECK(overlap.deviation(budget.overlap) < 5);
      CHECK(in_a.deviation(budget.acceptance_a) < 5);
      CHECK(in_b.deviation(budget.acceptance_b) < 5);
      CHECK(visibility.error() < 1e-3);
    }
  }
}

TEST_CASE("link.clock_run: photons of a mode are rarely reported in a neighbour's window") {
  // The worse arm, both neighbours: counted among 200,000 events.
  choreography c = untidy(link::wave_form::decay, 1);
  c.detectors.window = 3_ns;
  c.modes = 4;
  c.mode_spacing = 3_ns;
  c.period = 12_ns;
  REQUIRE(c.validate());
  const double open = c.opens(), window = c.detectors.window.seconds();
  ebit_test::drawn_arrivals events{c, seed};
  ebit_test::drawn_mean a, b;
  for (std::uint64_t n = 0; n < 200'000; ++n) {
    const auto e = events.event(n);
    const auto spilt = [&](double at) {
      return (at >= open - window && at < open) || (at >= open + window && at < open + 2 * window);
    };
    a.add(spilt(e.reported_a) ? 1 : 0);
    b.add(spilt(e.reported_b) ? 1 : 0);
  }
  const double worse = std::max(a.mean(), b.mean());
  CHECK(worse > 0.02);
  CHECK((a.mean() > b.mean() ? a : b).deviation(c.budget().spill) < 5);
}
