// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/link/budget.hpp>
#include <ebit/link/pair_source.hpp>

#include "../support/catch.hpp"

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::pair_source;

namespace {

/// K thermal modes, convolved one after the other; K = 0 stands for a Poissonian source.
std::vector<double> counted(double mean, int modes, std::size_t most) {
  std::vector<double> all(most + 1, 0.0);
  if (modes == 0) {
    for (std::size_t n = 0; n <= most; ++n)
      all[n] = std::exp(-mean + static_cast<double>(n) * std::log(mean) - std::lgamma(static_cast<double>(n) + 1));
    return all;
  }
  all[0] = 1;
  const double each = mean / modes;
  for (int mode = 0; mode < modes; ++mode) {
    std::vector<double> next(most + 1, 0.0);
    for (std::size_t n = 0; n <= most; ++n)
      for (std::size_t m = 0; n + m <= most; ++m)
        next[n + m] += all[n] * std::pow(each / (1 + each), static_cast<double>(m)) / (1 + each);
    all = next;
  }
  return all;
}

link::source_arm any_arm(random_stream& stream) {
  link::source_arm arm{.transmittance = sample::uniform(stream)};
  arm.eye.efficiency = sample::uniform(stream);
  arm.eye.dark_counts = hertz(1e6 * sample::uniform(stream));
  arm.eye.number_resolving =
      sample::below(stream, 2) == 0 ? link::photon_counting::exact : link::photon_counting::none;
  return arm;
}

}  // namespace

TEST_CASE("link/pair_source: statistics from thermal to Poissonian", "[link]") {
  for (const int modes : {1, 2, 5, 0}) {
    const pair_source s{.mean_pairs = 0.8,
                        .schmidt_modes = modes == 0 ? pair_source::poissonian : static_cast<double>(modes)};
    const auto exact = counted(0.8, modes, 60);
    double total = 0, first = 0, second = 0;
    for (std::uint32_t n = 0; n <= 60; ++n) {
      const double p = s.probability(n);
      CHECK(p == approx(exact[n]).margin(1e-14));
      total += p, first += n * p, second += n * (n - 1.0) * p;
    }
    CHECK(total == approx(1).epsilon(1e-12));
    CHECK(first == approx(0.8).epsilon(1e-12));
    CHECK(second / (first * first) == approx(s.g2()).epsilon(1e-11));
  }
  CHECK(pair_source{.schmidt_modes = 1}.g2() == 2);
  CHECK(pair_source{.schmidt_modes = pair_source::poissonian}.g2() == 1);
  const pair_source many{.mean_pairs = 0.3, .schmidt_modes = 1e9};
  CHECK(many.probability(3) == approx(std::exp(-0.3) * 0.0045).epsilon(1e-7));
}

TEST_CASE("link/pair_source: clicks, coincidences and heralded light are sums over photon numbers", "[link]") {
  constexpr std::uint64_t seed = 5504;
  random_stream stream{seed, random_purpose::user, 1};
  CAPTURE(seed);
  constexpr std::size_t most = 90;
  double worst = 0;
  for (int i = 0; i < 120; ++i) {
    const int modes = i % 4;
    pair_source s{.mean_pairs = 0.02 + sample::uniform(stream),
                  .schmidt_modes = modes == 0 ? pair_source::poissonian : static_cast<double>(modes),
                  .coupling = sample::uniform(stream)};
    link::source_arm a = any_arm(stream);
    const link::source_arm b = any_arm(stream);
    if (i % 10 == 0) s.coupling = a.transmittance = a.eye.efficiency = 1;
    const double x = s.coupling * a.transmittance * a.eye.efficiency;
    const double y = s.coupling * b.transmittance * b.eye.efficiency;
    const double da = a.eye.dark_probability(), db = b.eye.dark_probability();
    const auto exact = counted(s.mean_pairs, modes, most);
    double click = 0, both = 0, heralds = 0, once = 0, twice = 0, other = 0;
    for (std::size_t k = 0; k <= most; ++k) {
      const auto n = static_cast<double>(k);
      const double seen = 1 - (1 - da) * std::pow(1 - x, n), also = 1 - (1 - db) * std::pow(1 - y, n);
      const double one = k == 0 ? da : (1 - da) * n * x * std::pow(1 - x, n - 1) + da * std::pow(1 - x, n);
      const double herald = a.eye.number_resolving == link::photon_counting::exact ? one : seen;
      click += exact[k] * seen, other += exact[k] * also, both += exact[k] * seen * also;
      heralds += exact[k] * herald, once += exact[k] * herald * n, twice += exact[k] * herald * n * (n - 1);
    }
    worst =
        std::max({worst, std::abs(s.click_probability(a) - click), std::abs(s.coincidence_probability(a, b) - both),
                  std::abs(s.coincidence_to_accidental(a, b) / (both / (click * other)) - 1),
                  std::abs(s.heralding_efficiency(a, b) - both / click),
                  std::abs(s.heralded_g2(a) / (twice * heralds / (once * once)) - 1)});
  }
  CHECK(worst < 1e-11);
}

TEST_CASE("link/pair_source: limits of weak sources", "[link]") {
  const link::source_arm weak{.transmittance = 1e-7};
  for (const double modes : {1.0, 2.0, pair_source::poissonian}) {
    const pair_source s{.mean_pairs = 1e-3, .schmidt_modes = modes};
    CHECK(s.coincidence_to_accidental(weak, weak) == approx(1 + 1e3 + 1 / modes).epsilon(1e-9));
    // Through an arm that hardly sees anything a herald favours many pairs: g² = 1·μ(1+1/K)(…)/(…)² → 2μ(1 + 1/K).
    CHECK(s.heralded_g2(weak) == approx(2e-3 * (1 + 1 / modes)).epsilon(0.01));
    CHECK(s.heralding_efficiency(weak, {}) == approx(1).epsilon(0.01));
  }
  // Dark counts alone are uncorrelated.
  link::source_arm dark;
  dark.eye.efficiency = 0;
  dark.eye.dark_counts = 1_kHz;
  CHECK(pair_source{}.coincidence_to_accidental(dark, dark) == 1);
  CHECK(pair_source{}.heralding_efficiency(dark, dark) == approx(dark.eye.dark_probability()).epsilon(1e-12));
  // More pairs, more accidents.
  const link::source_arm good{.transmittance = 0.3};
  double last = std::numeric_limits<double>::infinity();
  for (const double mu : {1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0}) {
    const double car = pair_source{.mean_pairs = mu}.coincidence_to_accidental(good, good);
    CHECK(car < last);
    CHECK(car >= 1);
    last = car;
  }
}

TEST_CASE("link/pair_source: rates saturate", "[link]") {
  const pair_source s = pair_source::continuous(1_MHz, 1_ns);
  CHECK(s.mean_pairs == approx(1e-3));
  CHECK(s.pair_rate().base() == approx(1e6));
  CHECK(pair_source{.mean_pairs = 50, .repetition = 1_MHz}.filled_pulses().base() == approx(1e6).epsilon(0.01));
  CHECK(s.filled_pulses().base() == approx(1e6).epsilon(1e-3));

  // Pulse by pulse: a click blinds the detector for the pulses that begin before the dead time is over.
  const pair_source bright{.mean_pairs = 0.7, .repetition = 100_MHz};
  constexpr std::uint64_t seed = 5505;
  random_stream stream{seed, random_purpose::user, 1};
  CAPTURE(seed);
  for (const duration dead : {0_ps, 5_ns, 10_ns, 35_ns, 200_ns}) {
    link::source_arm arm{.transmittance = 0.6};
    arm.eye.dead_time = dead;
    const double p = bright.click_probability(arm);
    int counts = 0;
    duration ready = -1_s;
    constexpr int pulses = 300'000;
    for (int i = 0; i < pulses; ++i) {
      const duration now = 10_ns * i;
      const bool lit = sample::bernoulli(stream, p);
      if (now < ready || !lit) continue;
      ++counts;
      ready = now + dead;
    }
    const double rate = counts / (pulses * 10e-9);
    INFO("dead time " << dead.seconds() << " s");
    CHECK(bright.counted_rate(arm).base() == approx(rate).epsilon(3 / std::sqrt(counts)));
    if (dead > 0_ps) CHECK(bright.counted_rate(arm).base() <= 1 / dead.seconds() + 1);
  }
  const pair_source slow{.mean_pairs = 0.01, .repetition = 1_MHz, .channels = 3, .start_up = 60_s};
  CHECK(slow.pairs_by(59_s) == 0);
  CHECK(slow.pairs_by(62_s) == approx(2 * 3e4));
}

TEST_CASE("link/pair_source: a published source, installed in the middle of a link", "[link]") {
  const pair_source chip = pair_source::from(link::cisco_source_2025());
  CHECK(chip.validate());
  CHECK(chip.telecom());
  CHECK_FALSE(pair_source{.wavelength = metres(795e-9)}.telecom());
  CHECK(chip.pair_rate().base() == approx(1e6));
  CHECK(chip.total_pair_rate().base() == approx(2e8));
  CHECK(chip.state_fidelity == 0.99);
  link::hardware before;
  before.detector_efficiency = 0.5;
  pair_source coupled = chip;
  coupled.coupling = 0.4;
  const link::hardware h = coupled.installed_in(before);
  CHECK((h.emission_efficiency == 0.4 && h.attempt_time == 10_ns && h.detector_efficiency == 0.5));
  // Both ends together carry the noise of one pair.
  const link::budget b = link::budget_of(link::ideal{}, h, h);
  CHECK(1 - 0.75 * b.emission_error() == approx(0.99).epsilon(1e-12));
}

TEST_CASE("link/pair_source: values out of range are named", "[link]") {
  const auto refused = [](const pair_source& s) {
    const auto ok = s.validate();
    return ok ? std::string{} : ok.error().what;
  };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refused({}).empty());
  CHECK(refused({.schmidt_modes = pair_source::poissonian}).empty());
  for (const double bad : {-1.0, 101.0, nan}) {
    CHECK(refused({.mean_pairs = bad}) == "pair_source.mean_pairs");
    CHECK(refused({.coupling = bad}) == "pair_source.coupling");
    CHECK(refused({.state_fidelity = bad}) == "pair_source.state_fidelity");
    CHECK(refused({.wavelength = metres(bad)}) == "pair_source.wavelength");
  }
  for (const double bad : {0.0, 2e12, nan}) CHECK(refused({.repetition = hertz(bad)}) == "pair_source.repetition");
  for (const double bad : {0.5, nan}) CHECK(refused({.schmidt_modes = bad}) == "pair_source.schmidt_modes");
  CHECK(refused({.channels = 0}) == "pair_source.channels");
  CHECK(refused({.code = static_cast<link::encoding>(9)}) == "pair_source.code");
  CHECK(refused({.start_up = -1_ps}) == "pair_source.start_up");
}
