// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <complex>
#include <limits>

#include <ebit/link/budget.hpp>
#include <ebit/link/dispersion.hpp>
#include <ebit/link/visibility.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::chromatic_dispersion;
using link::thermal_delay;

namespace {

constexpr std::uint64_t seed = 1550;

/// |⟨ψA|ψB⟩|² of two pulses of the same Gaussian spectrum that differ by a quadratic phase and a delay, by quadrature
/// over the spectrum; frequencies in units of its rms width.
double overlap(double chirp, double delay) {
  std::complex<double> sum = 0;
  double weight = 0;
  for (int i = 0; i < 40'000; ++i) {
    const double w = -8 + 16 * (i + 0.5) / 40'000, g = std::exp(-w * w / 2);
    sum += g * std::polar(1.0, chirp * w * w / 2 + delay * w);
    weight += g;
  }
  return std::norm(sum / weight);
}

}  // namespace

TEST_CASE("link.dispersion: a pulse is broadened as its colours spread") {
  // 17 ps/(nm km) · 100 km · 0.1 nm = 170 ps.
  CHECK(link::broadened(1e-10, 17, 100_km, 0.1) == approx(std::hypot(1e-10, 1.7e-10)).epsilon(1e-14));
  CHECK(link::broadened(1e-10, 17, 0_km, 0.1) == 1e-10);
  const chromatic_dispersion d{.pulse_width = 5e-12, .arm = 30_km};
  CHECK(d.group_velocity_dispersion() == approx(-21.68e-27).epsilon(1e-3));  // the usual −21.7 ps²/km
  const double stretch = d.group_velocity_dispersion() * 3e4 / (2 * 25e-24);
  CHECK(d.width_at_station() == approx(5e-12 * std::sqrt(1 + stretch * stretch)).epsilon(1e-12));
  // A pulse long enough does not notice; its spectrum times its width is the smallest there is.
  CHECK(chromatic_dispersion{.pulse_width = 1e-8, .arm = 100_km}.width_at_station() == approx(1e-8).epsilon(1e-6));
  const double omega = 2 * std::acos(-1.0) * 299'792'458.0 * d.spectral_width() * 1e-9 / (1.55e-6 * 1.55e-6);
  CHECK(omega * d.pulse_width == approx(0.5).epsilon(1e-12));
  CHECK(d.acceptance(1e-9) == approx(std::erf(1e-9 / (2 * std::sqrt(2.0) * d.width_at_station()))).epsilon(1e-13));
}

TEST_CASE("link.dispersion: only the difference of the arms tells two photons apart") {
  random_stream s{seed, random_purpose::user, 1};
  INFO("seed " << seed);
  for (int i = 0; i < 40; ++i) {
    chromatic_dispersion d{.pulse_width = 5e-12, .parameter = 34 * sample::uniform(s) - 17};
    d.arm = kilometres(40 * sample::uniform(s));
    d.other_arm = kilometres(40 * sample::uniform(s));
    const double offset = 2e-11 * (sample::uniform(s) - 0.5);
    const double spread = 1 / (2 * d.pulse_width);  // rad/s
    const double chirp = d.group_velocity_dispersion() * (d.arm.base() - d.other_arm.base()) * spread * spread;
    CHECK(d.visibility(offset) == approx(overlap(chirp, offset * spread)).epsilon(1e-9).margin(1e-12));
    chromatic_dispersion turned = d;
    std::swap(turned.arm, turned.other_arm);
    CHECK(turned.visibility(offset) == approx(d.visibility(offset)).epsilon(1e-13));
    // Jitter: the average over offsets.
    double mean = 0, weight = 0;
    for (int k = 0; k < 2000; ++k) {
      const double z = -8 + 16 * (k + 0.5) / 2000, g = std::exp(-z * z / 2);
      mean += g * d.visibility(offset + 4e-12 * z);
      weight += g;
    }
    CHECK(d.visibility(offset, 4e-12) == approx(mean / weight).epsilon(1e-9));
    d.other_arm = d.arm;
    CHECK(d.visibility() == 1);
    CHECK(d.visibility(0, 4e-12) == approx(link::visibility_of_pulses_with_jitter(0.8)).epsilon(1e-13));
  }
}

TEST_CASE("link.dispersion: installed, it costs visibility once and what misses the window") {
  const link::fibre line{.length = 40_km, .station_position = 0.25};
  const chromatic_dispersion a = chromatic_dispersion::in(line, half::a, 1e-11);
  const chromatic_dispersion b = chromatic_dispersion::in(line, half::b, 1e-11);
  CHECK(a.arm.base() == approx(1e4));
  CHECK(a.other_arm.base() == b.arm.base());
  link::hardware h;
  h.visibility = 0.9;
  h.emission_efficiency = 0.5;
  h.detection_window = 100_ps;
  const link::hardware ha = a.installed_in(h), hb = b.installed_in(h);
  CHECK(ha.visibility == approx(0.9 * a.visibility()).epsilon(1e-14));
  CHECK(hb.emission_efficiency == approx(0.5 * b.acceptance(1e-10)).epsilon(1e-14));
  CHECK(hb.emission_efficiency < ha.emission_efficiency);
  CHECK(link::budget_of(line, ha, hb).visibility == approx(0.9 * a.visibility()).epsilon(1e-13));
  CHECK(a.visibility() < 0.99);
}

TEST_CASE("link.dispersion: a fibre that warms up is late, and measuring helps for a while") {
  thermal_delay t{.arm = 50_km, .temperature_rms = 0.1, .correlation = 1000_s, .compensated_every = 100_s};
  REQUIRE(t.validate());
  CHECK(t.shift(1) == approx(1850e-12).epsilon(1e-14));
  CHECK(t.process().rms == approx(185e-12).epsilon(1e-14));
  double square = 0;
  for (int i = 0; i < 10'000; ++i)
    square += std::pow(t.process().unknown_after(duration::seconds((i + 0.5) / 100)), 2) / 10'000;
  CHECK(t.rms() == approx(std::sqrt(square)).epsilon(1e-7));
  t.compensated_every = 10_ms;
  CHECK(t.rms() == approx(185e-12 * std::sqrt(1e-5)).epsilon(1e-4));
  t.compensated_every = duration::never();
  CHECK(t.rms() == approx(185e-12).epsilon(1e-14));
  link::hardware h;
  h.timing_jitter = duration::picoseconds(185);
  CHECK(t.installed_in(h).timing_jitter == duration::picoseconds(262));  // 185·√2 = 261.6
  CHECK(thermal_delay{.arm = 50_km}.installed_in(h).timing_jitter == h.timing_jitter);
}

TEST_CASE("link.dispersion: what is out of range is named") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto what = [](const auto& component) { return component.validate().error().message(); };
  CHECK(chromatic_dispersion{}.validate());
  CHECK(what(chromatic_dispersion{.pulse_width = 0}) ==
        "chromatic_dispersion.pulse_width: given 0 s, allowed 1e-15 s to 1 s");
  CHECK_FALSE(chromatic_dispersion{.pulse_width = nan}.validate());
  CHECK(what(chromatic_dispersion{.parameter = 2000}) ==
        "chromatic_dispersion.parameter: given 2000 ps/(nm km), allowed -1000 ps/(nm km) to 1000 ps/(nm km)");
  CHECK(what(chromatic_dispersion{.wavelength = metres(1)}) ==
        "chromatic_dispersion.wavelength: given 1 m, allowed 1e-7 m to 1e-4 m");
  CHECK(what(chromatic_dispersion{.arm = kilometres(-1)}) ==
        "chromatic_dispersion.arm: given -1 km, allowed 0 km to 40000 km");
  CHECK_FALSE(chromatic_dispersion{.other_arm = kilometres(nan)}.validate());
  CHECK(thermal_delay{}.validate());
  CHECK(what(thermal_delay{.per_kelvin = -1}) ==
        "thermal_delay.per_kelvin: given -1 ps/(km K), allowed 0 ps/(km K) to 1000 ps/(km K)");
  CHECK(what(thermal_delay{.temperature_rms = 2000}) ==
        "thermal_delay.temperature_rms: given 2000 K, allowed 0 K to 1000 K");
  CHECK_FALSE(thermal_delay{.arm = kilometres(nan)}.validate());
  CHECK_FALSE(thermal_delay{.correlation = duration::picoseconds(-1)}.validate());
  CHECK_FALSE(thermal_delay{.compensated_every = 0_s}.validate());
}
