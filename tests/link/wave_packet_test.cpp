// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/core/samplers.hpp>
#include <ebit/link/wave_packet.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::timing_error;
using link::wave_form;
using link::wave_packet;

namespace {

constexpr std::uint64_t seed = 40'100;

/// The mean of f over the errors that a timing error stands for, by the midpoint rule.
template <class F>
double mean_over(const timing_error& e, F f) {
  constexpr int sweeps = 200, steps = 2000;
  double sum = 0, weight = 0;
  for (int k = 0; k < sweeps; ++k) {
    const double middle = e.offset + e.swing * (k + 0.5) / sweeps;
    for (int i = 0; i < steps; ++i) {
      const double z = -8 + 16 * (i + 0.5) / steps, w = std::exp(-z * z / 2);
      sum += w * f(middle + e.jitter * z);
      weight += w;
    }
  }
  return sum / weight;
}

}  // namespace

TEST_CASE("link.wave_packet: arrivals, visibility and overlap are averages over the error of timing") {
  random_stream s{seed, random_purpose::user, 1};
  INFO("seed " << seed);
  for (int i = 0; i < 24; ++i) {
    const wave_form form = i % 2 == 0 ? wave_form::pulse : wave_form::decay;
    const wave_packet photon{form, 2e-9};
    timing_error e{.offset = 4e-9 * (sample::uniform(s) - 0.5)};
    if (i % 3 != 0) e.swing = 4e-9 * (sample::uniform(s) - 0.5);
    e.jitter = 2e-9 * sample::uniform(s) + 1e-11;
    const double w = photon.width;
    const bool pulse = form == wave_form::pulse;
    INFO("offset " << e.offset << " swing " << e.swing << " jitter " << e.jitter << (pulse ? " pulse" : " decay"));
    const auto seen = [&](double t) { return pulse ? std::exp(-t * t / (4 * w * w)) : std::exp(-std::abs(t) / w); };
    CHECK(photon.visibility(e) == approx(mean_over(e, seen)).epsilon(1e-4));
    CHECK(photon.overlap(e) == approx(mean_over(e, [&](double t) { return std::sqrt(seen(t)); })).epsilon(1e-4));
    CHECK(photon.overlap(e) >= photon.visibility(e));
    CHECK(photon.overlap(e) <= std::sqrt(photon.visibility(e)));
    for (const double at : {-3e-9, -1e-10, 0.0, 1e-9, 5e-9}) {
      const auto there = [&](double late) {
        const double t = at - late;
        return pulse ? std::erfc(-t / w / std::sqrt(2.0)) / 2 : t > 0 ? 1 - std::exp(-t / w) : 0;
      };
      CHECK(photon.arrived_by(at, e) == approx(mean_over(e, there)).epsilon(1e-3).margin(1e-5));
    }
    CHECK(photon.accepted(-1e-9, 3e-9, e) ==
          approx(photon.arrived_by(3e-9, e) - photon.arrived_by(-1e-9, e)).margin(1e-15));
    CHECK(photon.accepted(-1, 1, e) == approx(1).epsilon(1e-9));
  }
}

TEST_CASE("link.wave_packet: a swing too short to matter, and none at all") {
  for (const wave_form form : {wave_form::pulse, wave_form::decay}) {
    const wave_packet photon{form, 1e-9};
    for (const double jitter : {0.0, 1e-12, 1e-9}) {
      for (const double at : {-2e-9, 3e-10, 2e-9}) {
        for (const double swing : {1e-16, 0.99e-14, 1.01e-14, 1e-13, -1e-13}) {
          const double still = photon.arrived_by(at, {.offset = 1e-10 + swing / 2, .jitter = jitter});
          CHECK(photon.arrived_by(at, {.offset = 1e-10, .swing = swing, .jitter = jitter}) ==
                approx(still).epsilon(1e-8).margin(1e-10));
        }
      }
    }
  }
  CHECK(wave_packet::of_lifetime(1e-9).arrived_by(1e-9, {}) == approx(1 - std::exp(-1.0)).epsilon(1e-14));
  CHECK(wave_packet::of_lifetime(1e-9).arrived_by(-1e-12, {}) == 0);
  CHECK(wave_packet{wave_form::pulse, 1e-9}.arrived_by(0, {}) == approx(0.5).epsilon(1e-14));
}

TEST_CASE("link.wave_packet: bandwidths, and the mismatch that a visibility allows") {
  CHECK(wave_packet::of_bandwidth(100_MHz).width == approx(1.87390625e-9).epsilon(1e-8));
  CHECK(wave_packet::of_bandwidth(100_MHz).bandwidth().base() == approx(1e8).epsilon(1e-14));
  CHECK(wave_packet::of_lifetime(12e-9).bandwidth().base() == approx(1 / (2 * std::acos(-1.0) * 12e-9)));
  for (const wave_form form : {wave_form::pulse, wave_form::decay}) {
    const wave_packet photon{form, 3e-10};
    CHECK(photon.mismatch_for(1) == 0);
    for (const double v : {1e-6, 0.3, 0.9, 0.999}) {
      CHECK(photon.visibility({.offset = photon.mismatch_for(v)}) == approx(v).epsilon(1e-12));
      CHECK(photon.overlap({.offset = photon.mismatch_for(v)}) == approx(std::sqrt(v)).epsilon(1e-12));
    }
  }
  CHECK(wave_packet{wave_form::pulse, 0}.validate().error().what == "wave_packet.width");
  CHECK(wave_packet{static_cast<wave_form>(7), 1}.validate().error().what == "wave_packet.form");
}

TEST_CASE("link.wave_packet: errors of timing add up") {
  const timing_error a{.offset = 1, .swing = -3, .jitter = 3}, b{.offset = -2, .swing = 1, .jitter = 4};
  CHECK(a + b == timing_error{-1, -2, 5});
  CHECK(-a == timing_error{-1, 3, 3});
  CHECK(a.one_sided() == timing_error{1, 3, 3});
  CHECK(a.bound(2) == 8);
  CHECK(timing_error{.offset = -1, .swing = 5}.bound(6) == 4);
  double square = 0;
  for (int i = 0; i < 100'000; ++i) square += std::pow(1 - 3 * (i + 0.5) / 1e5, 2) / 1e5;
  CHECK(a.rms() == approx(std::sqrt(square + 9)).epsilon(1e-9));
}
