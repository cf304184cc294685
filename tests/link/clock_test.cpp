// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <string>

#include <ebit/link/budget.hpp>
#include <ebit/link/clock_profiles.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/visibility.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
namespace lk = ebit::link;

namespace {

constexpr std::uint64_t seed = 25'000;

/// The mean of f over a Gaussian of that mean and rms, by the midpoint rule.
template <class F>
double gaussian_mean(double mean, double rms, F f) {
  if (rms == 0) return f(mean);
  double sum = 0, weight = 0;
  constexpr int steps = 40'000;
  for (int i = 0; i < steps; ++i) {
    const double z = -9 + 18 * (i + 0.5) / steps, w = std::exp(-z * z / 2);
    sum += w * f(mean + rms * z);
    weight += w;
  }
  return sum / weight;
}

}  // namespace

TEST_CASE("link.clock: rms and bound grow with the drift from what synchronising leaves") {
  const lk::clock c{.offset = -2e-9, .drift = 1e-9, .jitter = 3e-11, .residual = 4e-11, .synchronised_every = 5_s};
  REQUIRE(c.validate());
  CHECK(c.noise() == approx(5e-11).epsilon(1e-14));
  CHECK(c.mean_after(0_s) == -2e-9);
  CHECK(c.mean_after(5_s) == approx(3e-9).epsilon(1e-14));
  CHECK(c.rms_after(2_s) == approx(5e-11).epsilon(1e-12));  // here drift and offset cancel
  CHECK(c.bound_after(1_s) == approx(2e-9 + 3e-10).epsilon(1e-14));
  CHECK(c.bound_after(5_s, 2) == approx(3e-9 + 1e-10).epsilon(1e-14));
  double square = 0;
  for (int i = 0; i < 5000; ++i) square += std::pow(c.rms_after(duration::seconds((i + 0.5) * 1e-3)), 2) / 5000;
  CHECK(c.rms() == approx(std::sqrt(square)).epsilon(1e-7));
}

TEST_CASE("link.clock: the interval allowed keeps the error within its budget, and no longer one does") {
  CHECK(lk::clock{.drift = 1e-9}.interval_for(1e-9) == 1_s);  // budget / drift
  CHECK(lk::clock{.drift = -1e-9}.interval_for(1e-9) == 1_s);
  CHECK(lk::clock{}.interval_for(1e-9).is_never());
  CHECK(lk::clock{.offset = 2e-9, .drift = 1e-9}.interval_for(1e-9) == 0_s);
  CHECK(lk::clock{.jitter = 1e-9}.interval_for(5e-9) == 0_s);
  CHECK(lk::clock{.jitter = 1e-9}.interval_for(5e-9, 3).is_never());
  random_stream s{seed, random_purpose::user, 1};
  INFO("seed " << seed);
  for (int i = 0; i < 2000; ++i) {
    const double offset = 2 * sample::uniform(s) - 1, drift = 2 * sample::uniform(s) - 1;
    const double jitter = 0.1 * sample::uniform(s);
    const lk::clock c{.offset = 1e-9 * offset, .drift = 1e-9 * drift, .jitter = 1e-9 * jitter};
    const double budget = 1e-9 * (3 * sample::uniform(s));
    const duration interval = c.interval_for(budget);
    CHECK((interval > 0_s) == (c.bound_after(0_s) < budget));
    if (interval == 0_s) continue;
    CHECK(c.bound_after(interval) <= budget * (1 + 1e-9));
    CHECK(c.bound_after(interval + interval / 1000) > budget);
  }
}

TEST_CASE("link.clock: drawn errors stay within the bound of a profile") {
  INFO("seed " << seed);
  random_stream s{seed, random_purpose::user, 2};
  const lk::clock c = lk::find_clock_profile("white_rabbit")->value;
  double mean = 0, square = 0;
  constexpr int draws = 1'000'000;
  for (int i = 0; i < draws; ++i) {
    const double error = c.sampled(500_ms, s);
    REQUIRE(std::fabs(error) < c.bound_after(500_ms));
    mean += error / draws;
    square += error * error / draws;
  }
  CHECK(c.bound_after(c.synchronised_every) < 1e-9);  // below a nanosecond
  CHECK(mean == approx(c.mean_after(500_ms)).epsilon(1e-3));
  CHECK(std::sqrt(square) == approx(c.rms_after(500_ms)).epsilon(1e-3));
}

TEST_CASE("link.clock: two clocks differ by what either is off") {
  const lk::clock a{.offset = 3e-9, .drift = 1e-9, .jitter = 3e-12, .residual = 0, .synchronised_every = 3_s};
  const lk::clock b{.offset = 1e-9, .drift = -2e-9, .jitter = 4e-12, .residual = 1e-12, .synchronised_every = 2_s};
  const lk::clock d = between(a, b);
  CHECK(d.mean_after(1_s) == approx(a.mean_after(1_s) - b.mean_after(1_s)).epsilon(1e-12));
  CHECK(d.noise() == approx(std::sqrt(26.0) * 1e-12).epsilon(1e-12));
  CHECK(d.synchronised_every == 2_s);
}

TEST_CASE("link.clock: visibilities are the average over errors and over the time between synchronisations") {
  random_stream s{seed, random_purpose::user, 3};
  INFO("seed " << seed);
  for (int i = 0; i < 60; ++i) {
    const double m = 8 * sample::uniform(s) - 4, spread = i % 6 == 0 ? 0 : std::exp(6 * sample::uniform(s) - 4);
    const double decays = gaussian_mean(m, spread, [](double y) { return std::exp(-std::fabs(y)); });
    const double pulses = gaussian_mean(m, spread, [](double y) { return std::exp(-y * y / 4); });
    INFO("offset " << m << " jitter " << spread);
    CHECK(lk::visibility_of_late_decays(m, spread) == approx(decays).epsilon(2e-6));
    CHECK(lk::visibility_of_late_decays(-m, spread) ==
          approx(lk::visibility_of_late_decays(m, spread)).epsilon(1e-13));
    CHECK(lk::visibility_of_late_pulses(m, spread) == approx(pulses).epsilon(1e-6));
    const double to = m + 3 * sample::uniform(s) - 1.5;
    double swept_decays = 0, swept_pulses = 0;
    for (int k = 0; k < 4000; ++k) {
      const double at = m + (to - m) * (k + 0.5) / 4000;
      swept_decays += lk::visibility_of_late_decays(at, spread) / 4000;
      swept_pulses += lk::visibility_of_late_pulses(at, spread) / 4000;
    }
    CHECK(lk::visibility_of_swept_decays(m, to, spread) == approx(swept_decays).epsilon(1e-6));
    CHECK(lk::visibility_of_swept_pulses(m, to, spread) == approx(swept_pulses).epsilon(1e-6));
  }
  // Where there is no offset they are the averages known already, and a sweep of no width is its middle.
  for (const double j : {1e-3, 0.5, 3.0, 11.0, 1e4}) {
    CHECK(lk::visibility_of_late_decays(0, j) == approx(lk::visibility_of_decays_with_jitter(j)).epsilon(1e-12));
    CHECK(lk::visibility_of_late_pulses(0, j) == approx(lk::visibility_of_pulses_with_jitter(j)).epsilon(1e-14));
  }
  CHECK(lk::visibility_of_late_decays(3, 0) == approx(std::exp(-3.0)).epsilon(1e-14));
  CHECK(lk::visibility_of_late_decays(700, 1e-6) == approx(std::exp(-700.0)).epsilon(1e-9));
  CHECK(lk::visibility_of_swept_decays(1, 1, 0.5) == lk::visibility_of_late_decays(1, 0.5));
  const lk::clock late{.offset = 2e-9, .drift = 1e-9, .residual = 1e-9, .synchronised_every = 2_s};
  CHECK(late.visibility_of_decays(4e-9) == lk::visibility_of_swept_decays(0.5, 1, 0.25));
  CHECK(late.visibility_of_pulses(4e-9) == lk::visibility_of_swept_pulses(0.5, 1, 0.25));
}

TEST_CASE("link.clock: below a nanosecond does for photons of 100 MHz, 1 GHz needs ten picoseconds") {
  const double slow = lk::pulse_width_of_bandwidth(100_MHz), fast = lk::pulse_width_of_bandwidth(1000_MHz);
  const auto seen = [](double late, double width) { return lk::visibility_of_late_pulses(late / width, 0); };
  CHECK(seen(1e-9, slow) == approx(0.931).margin(5e-4));
  CHECK(seen(1e-10, slow) == approx(0.9993).margin(5e-5));
  CHECK(seen(1e-9, fast) < 1e-3);
  CHECK(seen(1e-10, fast) == approx(0.931).margin(5e-4));
  CHECK(seen(1e-11, fast) == approx(0.9993).margin(5e-5));
  const lk::clock a = lk::find_clock_profile("white_rabbit")->value;
  CHECK(between(a, a).visibility_of_pulses(fast) > 0.998);  // ten picoseconds each
  const lk::clock g = lk::find_clock_profile("gps_disciplined")->value;
  CHECK(between(g, g).visibility_of_pulses(slow) < 0.2);
}

TEST_CASE("link.clock: windows and total jitter") {
  CHECK(lk::total_jitter(3, 0, 4) == approx(5).epsilon(1e-15));
  CHECK(lk::total_jitter(1, 2, 4) == approx(5).epsilon(1e-15));
  CHECK(lk::coincidence_acceptance(2, 0.5) == approx(std::erf(2 / (2 * std::sqrt(2.0) * 0.5))).epsilon(1e-14));
  CHECK(lk::coincidence_acceptance(2, 0, 0.9) == 1);
  CHECK(lk::coincidence_acceptance(2, 0, -1.1) == 0);
  CHECK(lk::coincidence_acceptance(2, 1e-3, 1) == approx(0.5).epsilon(1e-12));
  const double counted = gaussian_mean(0.4, 0.7, [](double y) { return std::fabs(y) < 1 ? 1.0 : 0.0; });
  CHECK(lk::coincidence_acceptance(2, 0.7, 0.4) == approx(counted).epsilon(1e-3));
  CHECK(lk::accidental_coincidences(hertz(1e5), hertz(2e5), 1e-9).base() == approx(20).epsilon(1e-14));
  const lk::clock c{.offset = 0.4, .jitter = 0.6};
  CHECK(c.acceptance_after(0_s, 2, 0.8) == approx(lk::coincidence_acceptance(2, 1, 0.4)).epsilon(1e-14));
}

TEST_CASE("link.clock: its error adds to the emitter's and reaches the visibility of a link") {
  lk::hardware h;
  h.photon_lifetime = 10_ns;
  h.timing_jitter = duration::picoseconds(3000);
  const lk::clock c{.offset = 4e-9};
  CHECK(c.installed_in(h).timing_jitter == duration::picoseconds(5000));
  lk::hardware expected = h;
  expected.timing_jitter = duration::picoseconds(5000);
  CHECK(lk::budget_of(lk::fibre{}, c.installed_in(h), h).visibility ==
        approx(lk::visibility_of_decays_with_jitter(std::sqrt(34.0) / 10)).epsilon(1e-13));
  CHECK(lk::clock{}.installed_in(h).timing_jitter == h.timing_jitter);
}

TEST_CASE("link.clock: profiles are valid, sourced, ordered and found by name") {
  double last = -1;
  for (const lk::clock_profile& p : lk::clock_profiles()) {
    INFO(p.name);
    CHECK(p.value.validate());
    CHECK_FALSE(p.source.empty());
    CHECK_FALSE((p.published.empty() && p.from_memory.empty() && p.assumed.empty()));
    CHECK(p.value.rms() > last);
    last = p.value.rms();
    CHECK(lk::find_clock_profile(p.name)->name == p.name);
    // Every value that is not ideal is named.
    const std::string texts = std::string{p.published} + std::string{p.from_memory} + std::string{p.assumed};
    const auto named = [&](const char* word) { return texts.find(word) != std::string::npos; };
    CHECK((p.value.offset == 0 || named("offset")));
    CHECK((p.value.drift == 0 || named("drift")));
    CHECK((p.value.jitter == 0 || named("jitter")));
    CHECK((p.value.residual == 0 || named("residual")));
  }
  CHECK(lk::find_clock_profile("sundial").error().allowed ==
        "ideal, stabilised_optical, white_rabbit, gps_disciplined");
}

TEST_CASE("link.clock: what is out of range is named") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(lk::clock{}.validate());
  CHECK(lk::clock{.offset = 2}.validate().error().message() == "clock.offset: given 2 s, allowed -1 s to 1 s");
  CHECK_FALSE(lk::clock{.offset = nan}.validate());
  CHECK(lk::clock{.drift = 0.1}.validate().error().what == "clock.drift");
  CHECK_FALSE(lk::clock{.drift = nan}.validate());
  CHECK(lk::clock{.jitter = -1e-12}.validate().error().what == "clock.jitter");
  CHECK(lk::clock{.residual = nan}.validate().error().what == "clock.residual");
  CHECK(lk::clock{.synchronised_every = 0_s}.validate().error().what == "clock.synchronised_every");
  CHECK(lk::clock{.drift = 1e-9}.validate().error().message() ==
        "clock.synchronised_every: given never, allowed a finite interval, for the clock drifts");
}
