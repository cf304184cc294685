// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <ebit/link/budget.hpp>
#include <ebit/link/choreography.hpp>
#include <ebit/link/choreography_report.hpp>
#include <ebit/link/clock_profiles.hpp>
#include <ebit/link/fibre.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::choreography;
using link::timing_error;
using link::timing_place;
using link::timing_source;

namespace {

/// Two ends 50 m and 80 m from their analyser, in a hall, photons of 100 MHz.
choreography in_a_hall() {
  choreography c;
  c.path = {.transmittance_a = 0.5, .transmittance_b = 0.5, .arm_a = 250_ns, .arm_b = 400_ns};
  c.photon = link::wave_packet::of_bandwidth(100_MHz);
  c.detectors = {.efficiency = 0.9, .jitter = 15_ps, .window = 20_ns};
  c.a.keeps = c.b.keeps = c.station = c.fabric = link::find_clock_profile("white_rabbit")->value;
  c.start = 2_us;
  c.period = 1_us;
  c.modes = 10;
  c.mode_spacing = 30_ns;
  return c;
}

const link::timing_line& line_of(const std::vector<link::timing_line>& all, timing_source s, timing_place p) {
  for (const link::timing_line& l : all)
    if (l.source == s && l.place == p) return l;
  FAIL("no such line");
  return all.front();
}

}  // namespace

TEST_CASE("link.choreography: photons of every cycle and mode meet, whatever the arms") {
  const choreography c = in_a_hall();
  REQUIRE(c.validate());
  for (std::uint64_t cycle : {0U, 1U, 17U, 1000000U}) {
    for (std::uint16_t mode = 0; mode < c.modes; ++mode) {
      const duration a = c.emission(half::a, cycle, mode) + c.path.arm_delay(half::a);
      CHECK(a == c.emission(half::b, cycle, mode) + c.path.arm_delay(half::b));
      CHECK(a == 2_us + 1_us * static_cast<std::int64_t>(cycle) + 30_ns * mode);
    }
  }
  CHECK(c.emission(half::b, 0, 0) == c.emission(half::a, 0, 0) - 150_ns);
}

TEST_CASE("link.choreography: the budget states every line and its sums") {
  choreography c = in_a_hall();
  c.a.keeps = {.offset = 1e-10, .drift = 2e-10, .jitter = 3e-12, .residual = 4e-12, .synchronised_every = 2_s};
  c.b.keeps = {.offset = -5e-11, .drift = 1e-10, .jitter = 6e-12, .residual = 7e-12, .synchronised_every = 2_s};
  c.station = {.offset = 2e-11, .residual = 9e-12};
  c.fabric = {.offset = 3e-10, .jitter = 5e-11};
  c.a.emitter_jitter = 8e-12;
  c.b.emitter_jitter = 9e-12;
  c.a.calibration_error = metres(0.002);
  c.b.calibration_error = metres(-0.001);
  c.a.temperature_rms = 2;
  c.b.temperature_rms = 0.5;
  c.tagger_jitter = 4e-12;
  REQUIRE(c.validate());
  const link::timing_budget sum = c.budget();
  const auto at = [&](timing_source s, timing_place p) { return line_of(sum.lines, s, p).error; };
  CHECK(at(timing_source::clock_drift, timing_place::arm_a) == timing_error{.swing = 2e-10 * 2});
  CHECK(at(timing_source::fibre_calibration, timing_place::arm_a).offset == approx(1e-11).epsilon(1e-12));
  // 250 ns of fibre, 6.7e-6 per kelvin.
  CHECK(at(timing_source::fibre_temperature, timing_place::arm_a).jitter == approx(3.35e-12).epsilon(1e-12));
  CHECK(at(timing_source::fibre_temperature, timing_place::arm_b).jitter == approx(1.34e-12).epsilon(1e-12));
  CHECK(at(timing_source::detector_jitter, timing_place::station).jitter == 15e-12);

  // Signs unknown: constant errors and drifts add up.
  CHECK(sum.apart.offset == approx(1e-10 + 5e-11 + 1e-11 + 5e-12).epsilon(1e-12));
  CHECK(sum.apart.swing == approx(4e-10 + 2e-10).epsilon(1e-12));
  const double noise_a = 8e-12 * 8e-12 + 3e-12 * 3e-12 + 4e-12 * 4e-12 + 3.35e-12 * 3.35e-12;
  const double noise_b = 9e-12 * 9e-12 + 6e-12 * 6e-12 + 7e-12 * 7e-12 + 1.34e-12 * 1.34e-12;
  CHECK(sum.apart.jitter == approx(std::sqrt(noise_a + noise_b)).epsilon(1e-12));
  // What is reported late has met in time: detector and tagger count for the window alone.
  const double noise_s = 9e-12 * 9e-12 + 15e-12 * 15e-12 + 4e-12 * 4e-12;
  CHECK(sum.late_a.jitter == approx(std::sqrt(noise_a + noise_s)).epsilon(1e-12));
  CHECK(sum.late_a.offset == approx(1e-10 + 1e-11 + 2e-11).epsilon(1e-12));
  CHECK(sum.visibility == approx(c.photon.visibility(sum.apart)).epsilon(1e-15));
  c.detectors.jitter = 500_ps;
  CHECK(c.budget().visibility == sum.visibility);
  CHECK(c.budget().acceptance_a < sum.acceptance_a);

  // Signs known: late is positive, and errors may undo each other.
  c.signs = link::error_signs::known;
  const link::timing_budget known = c.budget();
  CHECK(known.apart.offset == approx(1e-10 + 5e-11 + 1e-11 + 5e-12).epsilon(1e-12));
  CHECK(known.apart.swing == approx(4e-10 - 2e-10).epsilon(1e-12));
  CHECK(known.late_b.offset == approx(-5e-11 - 5e-12 - 2e-11).epsilon(1e-12));
  CHECK(known.visibility > sum.visibility);
  // As two clocks by themselves have it.
  choreography clocks = in_a_hall();
  clocks.signs = link::error_signs::known;
  clocks.a.keeps = c.a.keeps;
  clocks.b.keeps = c.b.keeps;
  CHECK(clocks.budget().visibility ==
        approx(between(c.a.keeps, c.b.keeps).visibility_of_pulses(c.photon.width)).epsilon(1e-13));

  const std::string text = describe(sum);
  for (const char* word : {"arm a    clock drift        0 to 400 ps\n", "arm b    clock residual     7 ps rms\n",
                           "station  detector jitter", "fabric   switch settling", "sum      a against b"})
    CHECK(text.find(word) != std::string::npos);
  CHECK(text.find("station  clock drift") == std::string::npos);  // it is zero
}

TEST_CASE("link.choreography: with unknown signs no combination of signs does worse") {
  choreography c = in_a_hall();
  c.photon = link::wave_packet::of_lifetime(1e-9);
  c.detectors.window = 8_ns;
  c.signs = link::error_signs::known;
  choreography guaranteed = c;
  guaranteed.signs = link::error_signs::unknown;
  const auto set = [](choreography& to, int signs) {
    const auto sign = [signs](int bit) { return (signs >> bit & 1) != 0 ? -1.0 : 1.0; };
    to.a.keeps = {.offset = sign(0) * 3e-10, .drift = sign(1) * 2e-10, .residual = 5e-11, .synchronised_every = 1_s};
    to.b.keeps = {.offset = sign(2) * 2e-10, .drift = sign(3) * 4e-10, .residual = 5e-11, .synchronised_every = 1_s};
    to.station = {.offset = sign(4) * 1e-10};
    to.a.calibration_error = metres(sign(5) * 0.01);
    to.b.calibration_error = metres(sign(6) * 0.03);
  };
  set(guaranteed, 0);
  const link::timing_budget least = guaranteed.budget();
  double lowest = 1, poorest = 1;
  for (int signs = 0; signs < 128; ++signs) {
    set(c, signs);
    const link::timing_budget one = c.budget();
    lowest = std::min(lowest, one.visibility);
    poorest = std::min({poorest, one.acceptance_a, one.acceptance_b});
    CHECK(one.visibility >= least.visibility * (1 - 1e-12));
  }
  CHECK(lowest == approx(least.visibility).epsilon(1e-12));
  CHECK(poorest >= std::min(least.acceptance_a, least.acceptance_b) - 1e-4);
}

TEST_CASE("link.choreography: light finds switches settled, and is through before they move") {
  choreography c = in_a_hall();
  c.fabric = {.offset = 1e-9, .drift = 1e-9, .synchronised_every = 1_s};
  // By hand: the clock of the end, 0.1 ns + 1 ps + 6 · 10 ps with the pulse's flank, 6 · 1.87 ns, and the fabric's.
  const double width = c.photon.width, end = 1e-10 + 1e-12 + 6 * std::sqrt(1e-22 + width * width);
  CHECK(c.settling_guard(half::a).seconds() == approx(end + 2e-9).epsilon(1e-3));
  const std::vector<link::passage> settled{
      {half::a, 50_ns, 10_us}, {half::b, 350_ns, 9_us}, {half::b, 20_ns, 9900_ns}};
  c.start = c.earliest_start(settled);
  REQUIRE(c.validate());
  const auto waits = [&](const link::passage& p) {
    return c.emission(p.arm, 0, 0) + p.delay - c.settling_guard(p.arm) - p.when;
  };
  duration tightest = duration::never();
  for (const link::passage& p : settled) {
    CHECK(waits(p) >= 0_ns);
    tightest = std::min(tightest, waits(p));
  }
  CHECK(tightest == 0_ns);
  // Nothing to wait for: the longer arm and its guard.
  CHECK(c.earliest_start({}) == c.path.arm_b + c.settling_guard(half::b));

  for (const link::wave_form form : {link::wave_form::pulse, link::wave_form::decay}) {
    c.photon.form = form;
    const std::vector<link::passage> moving{{half::a, 50_ns, 200_us}, {half::b, 350_ns, 150'123_ns}};
    const std::uint64_t cycles = c.cycles_until(moving);
    const double tail = form == link::wave_form::pulse ? 0 : -width * std::log(std::erfc(6 / std::sqrt(2.0)));
    const auto room = [&](std::uint64_t last) {
      duration least = duration::never();
      for (const link::passage& p : moving)
        least = std::min(least, p.when - c.settling_guard(p.arm) - duration::seconds(tail) -
                                    (c.emission(p.arm, last, c.modes - 1) + p.delay));
      return least;
    };
    CHECK(cycles > 100);
    CHECK(room(cycles - 1) >= 0_ns);
    CHECK(room(cycles) < 0_ns);
    CHECK(c.cycles_until(std::vector<link::passage>{{half::a, 0_ns, 1_us}}) == 0);
  }
}

TEST_CASE("link.choreography: guard bands part modes, and what is installed is what the budget says") {
  choreography c = in_a_hall();
  const link::timing_budget wide = c.budget();
  CHECK(wide.separated());
  CHECK(wide.separation == 30_ns);
  CHECK(wide.spill < 1e-8);
  c.mode_spacing = c.detectors.window;
  CHECK_FALSE(c.budget().separated());
  CHECK(c.budget().spill > wide.spill);
  c.mode_spacing = 30_ns;

  c.test_every = 8;
  link::hardware h;
  h.visibility = 0.9;
  h.timing_jitter = 5_ns;
  h.detector_efficiency = 0.3;
  const link::hardware a = c.installed_in(h, half::a), b = c.installed_in(h, half::b);
  CHECK(a.visibility == approx(0.9 * wide.visibility).epsilon(1e-15));
  CHECK(a.detector_efficiency == approx(0.9 * wide.acceptance_a).epsilon(1e-15));
  CHECK(a.detection_window == 20_ns);
  CHECK(a.attempt_time == 1_us);  // of the hardware itself; ten modes in 1 us take 100 ns each
  h.attempt_time = 10_ns;
  CHECK(c.installed_in(h, half::a).attempt_time == 100_ns);
  CHECK(a.duty_cycle == approx(7.0 / 8));
  const link::budget both = link::budget_of(c.path, a, b);
  CHECK(both.visibility == approx(0.9 * wide.visibility).epsilon(1e-15));  // once, not twice
  CHECK(both.efficiency_a == approx(0.5 * 0.9 * wide.acceptance_a).epsilon(1e-15));

  int a_alone = 0, b_alone = 0;
  for (std::uint64_t cycle = 0; cycle < 800; ++cycle) {
    const auto alone = c.tested(cycle);
    a_alone += alone == half::a;
    b_alone += alone == half::b;
  }
  CHECK(a_alone == 50);
  CHECK(b_alone == 50);
}

TEST_CASE("link.choreography: what is out of range is named") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto wrong = [](auto change) {
    choreography c = in_a_hall();
    change(c);
    const status checked = c.validate();
    return checked ? std::string{} : checked.error().what;
  };
  CHECK(wrong([](choreography&) {}).empty());
  CHECK(wrong([](choreography& c) { c.path.transmittance_a = 2; }) == "lit_path.transmittance_a");
  CHECK(wrong([](choreography& c) { c.photon.width = 0; }) == "wave_packet.width");
  CHECK(wrong([&](choreography& c) { c.photon.width = nan; }) == "wave_packet.width");
  CHECK(wrong([](choreography& c) { c.detectors.window = 0_ns; }) == "detector.window");
  CHECK(wrong([](choreography& c) { c.station.jitter = -1; }) == "clock.jitter");
  CHECK(wrong([](choreography& c) { c.b.keeps.synchronised_every = 2_s; }) == "clock.synchronised_every");
  CHECK(wrong([&](choreography& c) { c.a.emitter_jitter = nan; }) == "timed_end.emitter_jitter");
  CHECK(wrong([](choreography& c) { c.b.calibration_error = 2_km; }) == "timed_end.calibration_error");
  CHECK(wrong([](choreography& c) { c.b.temperature_rms = -1; }) == "timed_end.temperature_rms");
  CHECK(wrong([&](choreography& c) { c.tagger_jitter = nan; }) == "choreography.tagger_jitter");
  CHECK(wrong([](choreography& c) { c.group_velocity = metres_per_second(3e8); }) == "choreography.group_velocity");
  CHECK(wrong([](choreography& c) { c.delay_per_kelvin = -1; }) == "choreography.delay_per_kelvin");
  CHECK(wrong([](choreography& c) { c.deviations = 0; }) == "choreography.deviations");
  CHECK(wrong([](choreography& c) { c.modes = 0; }) == "choreography.modes");
  CHECK(wrong([](choreography& c) { c.mode_spacing = 10_ns; }) == "choreography.mode_spacing");
  CHECK(wrong([](choreography& c) { c.period = 299_ns; }) == "choreography.period");
  CHECK(wrong([](choreography& c) { c.start = 399_ns; }) == "choreography.start");
  CHECK(wrong([](choreography& c) { c.test_every = 1; }) == "choreography.test_every");
}
