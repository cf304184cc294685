// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>

#include <ebit/link/clock_profiles.hpp>
#include <ebit/link/timing_monitor.hpp>

#include <support/catch.hpp>
#include <support/drawn_arrivals.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::choreography;
using link::timing_monitor;

namespace {

constexpr std::uint64_t seed = 42'000;

/// Ends and station by White Rabbit, photons of that form.
choreography synchronised(const link::wave_packet& photon) {
  choreography c;
  c.path = {.arm_a = 250_ns, .arm_b = 400_ns};
  c.photon = photon;
  c.a.keeps = c.b.keeps = c.station = link::find_clock_profile("white_rabbit")->value;
  c.a.emitter_jitter = c.b.emitter_jitter = 2e-11;
  c.detectors = {.jitter = 15_ps, .window = duration::seconds(12 * photon.width)};
  c.start = 1_us;
  c.period = 1_us;
  c.test_every = 100;
  return c;
}

/// Photons until the alarm, when the end's clock is `off` seconds late; no more than `most`.
std::uint64_t photons_to_alarm(const choreography& plan, timing_monitor monitor, double off, std::uint64_t run,
                               std::uint64_t most) {
  choreography truth = plan;
  truth.a.keeps.offset += off;
  ebit_test::drawn_arrivals events{truth, seed + run};
  for (std::uint64_t n = 1; n <= most; ++n)
    if (monitor.record(events.event(n).reported_a)) return n;
  return most + 1;
}

}  // namespace

TEST_CASE("link.timing_monitor: a clock two nanoseconds off is caught, one within its budget is not") {
  INFO("seed " << seed);
  for (const link::wave_packet photon :
       {link::wave_packet::of_bandwidth(100_MHz), link::wave_packet::of_bandwidth(1000_MHz),
        link::wave_packet::of_lifetime(1e-9), link::wave_packet::of_lifetime(3e-9)}) {
    const choreography plan = synchronised(photon);
    REQUIRE(plan.validate());
    const auto monitor = timing_monitor::make(plan, half::a, {.noticed = 2e-9, .tests_between_false_alarms = 1e6});
    if (!monitor) FAIL(monitor.error().message());
    INFO("width " << photon.width << ", suspicious before " << monitor->earliest() << " and after "
                  << monitor->latest());
    for (const double off : {2e-9, -2e-9}) {
      const double mean = monitor->mean_tests_to_alarm(off);
      CHECK(mean < 300);
      std::uint64_t sum = 0;
      for (std::uint64_t run = 0; run < 200; ++run) sum += photons_to_alarm(plan, *monitor, off, run, 100'000);
      // The spread of a run length is about its mean: 200 of them vary by 7 %, 5 deviations are 35 %. Where the clock
      // is off against the constant errors of the budget, it takes longer than of one without.
      const double seen = static_cast<double>(sum) / 200;
      CHECK(seen < 1.5 * mean + 2);
    }
    // 50 runs of 2,000 photons of a clock that is well: a false alarm in 1e6 tests makes 0.1 in all.
    for (std::uint64_t run = 0; run < 50; ++run) CHECK(photons_to_alarm(plan, *monitor, 0, run, 2'000) > 2'000);
  }
}

TEST_CASE("link.timing_monitor: mean run lengths are those of drawn photons") {
  choreography plan = synchronised(link::wave_packet::of_bandwidth(100_MHz));
  plan.signs = link::error_signs::known;
  const auto monitor = timing_monitor::make(plan, half::a, {.noticed = 2e-9, .tests_between_false_alarms = 1e4});
  REQUIRE(monitor);
  const double mean = monitor->mean_tests_to_alarm(2e-9);
  ebit_test::drawn_mean seen;
  for (std::uint64_t run = 0; run < 2'000; ++run)
    seen.add(static_cast<double>(photons_to_alarm(plan, *monitor, 2e-9, run, 100'000)));
  INFO("seed " << seed << ", mean " << seen.mean() << " +- " << seen.error() << ", foretold " << mean);
  CHECK(seen.deviation(mean) < 5);
  CHECK(monitor->mean_tests_to_alarm(1e-15) >= 2e4);
}

TEST_CASE("link.timing_monitor: an alarm stays until it is reset") {
  const choreography plan = synchronised(link::wave_packet::of_bandwidth(1000_MHz));
  timing_monitor m = *timing_monitor::make(plan, half::b, {});
  CHECK(m.earliest() < 0);
  CHECK(m.latest() > 0);
  CHECK_FALSE(m.record(0));
  for (int i = 0; i < 1000 && !m.alarmed(); ++i) m.record(1e-9);
  CHECK(m.alarmed());
  CHECK(m.record(0));
  m.reset();
  CHECK_FALSE(m.record(0));
}

TEST_CASE("link.timing_monitor: what cannot be told from the budget is refused") {
  const choreography plan = synchronised(link::wave_packet::of_bandwidth(100_MHz));
  const auto wrong = [&](const link::timing_alarm& alarm) {
    const auto made = timing_monitor::make(plan, half::a, alarm);
    return made ? std::string{} : made.error().what;
  };
  CHECK(wrong({}).empty());
  CHECK(wrong({.noticed = 1e-10}) == "timing_alarm.noticed");
  CHECK(wrong({.noticed = 0}) == "timing_alarm.noticed");
  CHECK(wrong({.noticed = std::nan("")}) == "timing_alarm.noticed");
  choreography broken = plan;
  broken.period = 0_s;
  CHECK(timing_monitor::make(broken, half::a, {}).error().what == "choreography.period");
}
