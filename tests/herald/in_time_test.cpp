// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>

#include <ebit/core/samplers.hpp>
#include <ebit/herald/double_click.hpp>
#include <ebit/herald/in_time.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/link/clock_profiles.hpp>

#include <support/catch.hpp>
#include <support/drawn_arrivals.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::choreography;

namespace {

constexpr std::uint64_t seed = 43'000;

choreography jittery(link::wave_form form, double rms) {
  choreography c;
  c.path = {.arm_a = 250_ns, .arm_b = 400_ns};
  c.photon = {form, 1e-9};
  c.a.keeps = {.jitter = rms};
  c.b.keeps = {.offset = rms / 2, .residual = rms / 2, .synchronised_every = 1_s};
  c.detectors = {.efficiency = 0.8, .jitter = 50_ps, .window = 20_ns};
  c.start = 1_us;
  c.period = 1_us;
  return c;
}

double fidelity(const herald::attempt_model& m) { return m.state.fidelity(bell_index::psi_plus); }

/// Fidelity and rate of heralds, averaged over mismatches that are drawn one by one, against the model of the budget.
template <class Policy>
void compare(const Policy& policy, const herald::setting& drive, const choreography& c, std::uint64_t run) {
  const herald::interference light{
      .efficiency_a = 0.3, .efficiency_b = 0.2, .visibility = 0.95, .dark_probability = 1e-3, .phase_noise = 0.1};
  ebit_test::drawn_arrivals events{c, seed + run};
  ebit_test::drawn_mean heralds, good;
  const link::timing_budget budget = c.budget();
  for (std::uint64_t n = 0; n < 20'000; ++n) {
    const auto e = events.event(n);
    herald::interference now = light;
    now.efficiency_a *= budget.acceptance_a;
    now.efficiency_b *= budget.acceptance_b;
    now.visibility = herald::hom_visibility{0.95 * c.photon.visibility({.offset = e.a - e.b})};
    const herald::attempt_model m = policy.model(now, drive);
    heralds.add(m.success_probability);
    good.add(m.success_probability * fidelity(m));
  }
  const herald::attempt_model m = policy.model(herald::in_time(policy, light, budget), drive);
  INFO("seed " << seed << ", visibility " << budget.visibility << ", fidelity " << fidelity(m));
  CHECK(heralds.deviation(m.success_probability) < 5);
  CHECK(good.deviation(m.success_probability * fidelity(m)) < 5);
  CHECK(good.error() < 2e-3 * good.mean());
}

}  // namespace

TEST_CASE("herald.in_time: pairs of one and of two clicks are the average over the mismatch") {
  // 24 figures, each off by 5 standard errors with a chance of 6e-7.
  for (const link::wave_form form : {link::wave_form::pulse, link::wave_form::decay}) {
    for (const double rms : {0.2e-9, 1e-9, 4e-9}) {
      const choreography c = jittery(form, rms);
      REQUIRE(c.validate());
      compare(herald::single_click{}, {0.2, 0.3}, c, 1);
      compare(herald::double_click{}, {}, c, 2);
    }
  }
}

TEST_CASE("herald.in_time: a constant mismatch costs one click the root of the visibility, a random one more") {
  const herald::single_click one;
  const herald::double_click two;
  const herald::setting dim{1e-9, 1e-9};
  choreography c = jittery(link::wave_form::pulse, 0);
  for (const double late : {0.0, 0.5e-9, 2e-9, 6e-9}) {
    c.a.keeps = {.offset = late};
    const link::timing_budget budget = c.budget();
    const double v = budget.visibility;
    CHECK(fidelity(one.model(herald::in_time(one, {.efficiency_a = 0.1, .efficiency_b = 0.1}, budget), dim)) ==
          approx((1 + std::sqrt(v)) / 2).epsilon(1e-6));
    CHECK(fidelity(two.model(herald::in_time(two, {.efficiency_a = 0.1, .efficiency_b = 0.1}, budget))) ==
          approx((1 + v) / 2).epsilon(1e-9));
  }
  c.a.keeps = {.jitter = 3e-9};
  const link::timing_budget random = c.budget();
  const double f = fidelity(one.model(herald::in_time(one, {}, random), dim));
  CHECK(f == approx((1 + random.overlap) / 2).epsilon(1e-6));
  CHECK(f < (1 + std::sqrt(random.visibility)) / 2 - 0.02);
  // The double click knows only the visibility.
  CHECK(herald::in_time(two, {}, random).coherence == 1);
  CHECK(herald::in_time(two, {.efficiency_a = 0.5}, random).efficiency_a == approx(0.5 * random.acceptance_a));
}

TEST_CASE("herald.in_time: test rounds catch a clock two nanoseconds off") {
  INFO("seed " << seed);
  for (const rate bandwidth : {100_MHz, 1000_MHz}) {
    choreography plan = jittery(link::wave_form::pulse, 0);
    plan.photon = link::wave_packet::of_bandwidth(bandwidth);
    plan.a.keeps = plan.b.keeps = link::find_clock_profile("white_rabbit")->value;
    REQUIRE(plan.validate());
    const herald::interference light{.efficiency_a = 0.1, .efficiency_b = 0.1, .visibility = 0.97};
    const herald::double_click policy;
    const auto monitor = herald::phase_monitor(policy, light, {}, plan, {2e-9, 1e5});
    if (!monitor) FAIL(monitor.error().message());
    // What test rounds show while a clock is well, and when it is not: bits drawn from the pair of each event.
    const auto tests_to_alarm = [&](double off, std::uint64_t run, std::uint64_t most) {
      choreography truth = plan;
      truth.b.keeps.offset += off;
      ebit_test::drawn_arrivals events{truth, seed + run};
      random_stream bits{seed + run, random_purpose::outcome, 9};
      link::drift_detector d = *monitor;
      for (std::uint64_t n = 1; n <= most; ++n) {
        const auto e = events.event(n);
        herald::interference now = light;
        now.visibility = herald::hom_visibility{0.97 * plan.photon.visibility({.offset = e.a - e.b})};
        if (d.record(!sample::bernoulli(bits, herald::phase_test_fails(policy.model(now, {}))))) return n;
      }
      return most + 1;
    };
    double sum = 0;
    for (std::uint64_t run = 0; run < 100; ++run) {
      const std::uint64_t tests = tests_to_alarm(run % 2 == 0 ? 2e-9 : -2e-9, run, 100'000);
      CHECK(tests < 2'000);
      sum += static_cast<double>(tests);
    }
    INFO("bandwidth " << bandwidth.base() << ", " << sum / 100 << " tests on average");
    CHECK(sum / 100 < 150);
    // 20 runs of 1,000 tests while all is well: a false alarm in 1e5 makes 0.2 in all, two with a chance of 2 %.
    int false_alarms = 0;
    for (std::uint64_t run = 0; run < 20; ++run) false_alarms += tests_to_alarm(0, 500 + run, 1'000) <= 1'000;
    CHECK(false_alarms <= 1);
    // A clock's offset within its budget cannot be told from the budget.
    CHECK_FALSE(herald::phase_monitor(policy, light, {}, plan, {1e-10, 1e5}));
  }
}
