// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/core/samplers.hpp>
#include <ebit/link/drift_detector.hpp>

using namespace ebit;
using link::drift_detector;
using link::drift_settings;

namespace {

/// The mean run length from each sum by solving all its equations at once: Gaussian elimination with pivots, in
/// extended precision (the Markov chain of Brook and Evans, Biometrika 59, 539 (1972)).
std::vector<long double> run_lengths(const drift_detector& d, double p) {
  const std::size_t n = d.threshold();
  std::vector<std::vector<long double>> m(n, std::vector<long double>(n + 1, 0.0L));
  for (std::size_t s = 0; s < n; ++s) {
    m[s][s] += 1;
    m[s][n] = 1;
    if (s + d.up() < n) m[s][s + d.up()] -= p;
    m[s][s > d.down() ? s - d.down() : 0] -= 1 - static_cast<long double>(p);
  }
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t row = c; row < n; ++row)
      if (std::fabs(m[row][c]) > std::fabs(m[pivot][c])) pivot = row;
    std::swap(m[c], m[pivot]);
    for (std::size_t row = c + 1; row < n; ++row) {
      if (m[row][c] == 0) continue;
      const long double f = m[row][c] / m[c][c];
      for (std::size_t k = c; k <= n; ++k) m[row][k] -= f * m[c][k];
    }
  }
  for (std::size_t c = n; c-- > 0;) {
    for (std::size_t k = c + 1; k < n; ++k) m[c][n] -= m[c][k] * m[k][n];
    m[c][n] /= m[c][c];
  }
  std::vector<long double> lengths(n);
  for (std::size_t s = 0; s < n; ++s) lengths[s] = m[s][n];
  return lengths;
}

/// The information in one test, in nats.
double divergence(double p1, double p0) { return p1 * std::log(p1 / p0) + (1 - p1) * std::log((1 - p1) / (1 - p0)); }

std::uint64_t tests_to_alarm(drift_detector d, double p, random_stream& r) {
  std::uint64_t n = 1;
  while (!d.record(!sample::bernoulli(r, p))) ++n;
  return n;
}

struct row {
  double expected, raised, between;  ///< as asked for
  std::uint32_t up, down, threshold;
  double delay;  ///< mean tests to an alarm at `raised`
};

/// Detection delay against false alarms.
const std::vector<row> curve{
    {0.05, 0.10, 1e2, 13, 1, 23, 32.689},  {0.05, 0.10, 1e3, 13, 1, 54, 103.6675},
    {0.05, 0.10, 1e4, 13, 1, 95, 204.62},  {0.05, 0.10, 1e5, 13, 1, 139, 314.4574},
    {0.05, 0.10, 1e6, 13, 1, 183, 424.44}, {0.05, 0.20, 1e2, 8, 1, 12, 12.24},
    {0.05, 0.20, 1e4, 8, 1, 37, 42.83},    {0.05, 0.20, 1e6, 8, 1, 63, 75.326},
    {0.01, 0.02, 1e4, 68, 1, 327, 670.12}, {0.01, 0.02, 1e6, 68, 1, 762, 1807.2},
    {0.20, 0.25, 1e4, 31, 9, 578, 452.94}, {0.20, 0.25, 1e6, 31, 9, 1193, 1065.7},
    {0.40, 0.60, 1e4, 1, 1, 17, 75.01},    {0.50, 0.90, 1e4, 3, 8, 40, 20.384},
};

}  // namespace

TEST_CASE("link.drift_detector: detection delay against false alarms, and the exact run lengths behind it") {
  for (const row& c : curve) {
    INFO("expected " << c.expected << ", raised " << c.raised << ", false alarms every " << c.between);
    const drift_settings s{c.expected, c.raised, c.between};
    const drift_detector d = drift_detector::make(s).value();
    INFO("got +" << d.up() << " -" << d.down() << " at " << d.threshold() << ", delay "
                 << d.mean_tests_to_alarm(c.raised));
    CHECK((d.up() == c.up && d.down() == c.down && d.threshold() == c.threshold));
    CHECK(d.mean_tests_to_alarm(c.raised) == ebit_test::approx(c.delay).epsilon(1e-4));
    if (d.threshold() < 600) {
      for (const double p : {c.expected, c.raised, c.expected / 2, 0.97}) {
        const std::vector<long double> lengths = run_lengths(d, p);
        const auto exact = static_cast<double>(lengths[0]);
        if (exact < 1e13) CHECK(d.mean_tests_to_alarm(p) == ebit_test::approx(exact).epsilon(1e-8));
        // No history makes the delay longer than a fresh start does.
        CHECK(*std::max_element(lengths.begin(), lengths.end()) <= lengths[0] * (1 + 1e-9L));
      }
    }
    // As seldom wrong as asked for and, with the least threshold for it, not much more seldom.
    const double between = d.mean_tests_to_alarm(c.expected);
    CHECK(between >= c.between);
    CHECK(between <= 1.6 * c.between);
    // The threshold ln A for the likelihood ratio is sure to be high enough for a time A between false alarms (Lorden
    // 1971), and is reached after about ln A over the information of a test. The least threshold is reached sooner.
    if (c.between >= 1e4) {
      const double bound = std::log(c.between) / divergence(c.raised, c.expected);
      CHECK(d.mean_tests_to_alarm(c.raised) <= bound);
      CHECK(d.mean_tests_to_alarm(c.raised) >= 0.25 * bound);
    }
  }
  // Ten times fewer false alarms cost ln 10 over the information, in the long run.
  const drift_detector rare = drift_detector::make({0.05, 0.2, 1e10}).value(),
                       rarer = drift_detector::make({0.05, 0.2, 1e12}).value();
  const double ratio = std::log(rarer.mean_tests_to_alarm(0.05) / rare.mean_tests_to_alarm(0.05));
  const double cost = rarer.mean_tests_to_alarm(0.2) - rare.mean_tests_to_alarm(0.2);
  CHECK(cost == ebit_test::approx(ratio / divergence(0.2, 0.05)).epsilon(0.02));
}

TEST_CASE("link.drift_detector: run lengths as simulated") {
  random_stream r{17, random_purpose::user, 5};
  for (const auto& [settings, p] : std::vector<std::pair<drift_settings, double>>{{{0.05, 0.1, 1e3}, 0.05},
                                                                                  {{0.05, 0.1, 1e5}, 0.1},
                                                                                  {{0.05, 0.1, 1e5}, 0.3},
                                                                                  {{0.2, 0.25, 1e3}, 0.2},
                                                                                  {{0.2, 0.25, 1e5}, 0.25}}) {
    const drift_detector d = drift_detector::make(settings).value();
    constexpr int runs = 4'000;
    double sum = 0, squares = 0;
    for (int i = 0; i < runs; ++i) {
      const auto n = static_cast<double>(tests_to_alarm(d, p, r));
      sum += n;
      squares += n * n;
    }
    const double mean = sum / runs, error = std::sqrt((squares / runs - mean * mean) / runs);
    INFO("p " << p << ": " << mean << " ± " << error << ", exact " << d.mean_tests_to_alarm(p));
    CHECK(std::fabs(mean - d.mean_tests_to_alarm(p)) < 4 * error);
  }
}

TEST_CASE("link.drift_detector: an alarm stays until it is reset, and a good history does not delay it") {
  drift_detector d = drift_detector::make({0.05, 0.2, 1e4}).value();
  const drift_detector fresh = d;
  for (int i = 0; i < 1'000; ++i) CHECK_FALSE(d.record(true));
  CHECK(d == fresh);
  int failures = 0;
  while (!d.record(false)) ++failures;
  CHECK(failures == 4);  // five times 8 reach 37
  CHECK((d.record(true) && d.alarmed()));
  d.reset();
  CHECK((!d.alarmed() && d == fresh));
}

TEST_CASE("link.drift_detector: settings that make no sense are refused by name") {
  const auto fault = [](const drift_settings& s) {
    const auto made = drift_detector::make(s);
    return made ? std::string{} : made.error().what;
  };
  CHECK(fault({0, 0.1, 1e4}) == "drift_settings.expected");
  CHECK(fault({std::nan(""), 0.1, 1e4}) == "drift_settings.expected");
  CHECK(fault({0.1, 0.1, 1e4}) == "drift_settings.raised");
  CHECK(fault({0.1, 1, 1e4}) == "drift_settings.raised");
  CHECK(fault({0.1, 0.1001, 1e4}) == "drift_settings.raised");
  CHECK(fault({1e-6, 2e-6, 1e4}) == "drift_settings.raised");
  CHECK(fault({0.1, 0.2, 9}) == "drift_settings.tests_between_false_alarms");
  CHECK(fault({0.1, 0.2, 1e13}) == "drift_settings.tests_between_false_alarms");
  // Wherever the two are a tenth apart or more, they can be told apart.
  for (double p = 0.001; p < 0.6; p *= 1.3)
    for (const double factor : {1.1, 1.5, 3.0}) {
      if (p * factor >= 0.99) continue;
      INFO(p << " to " << p * factor);
      CHECK(fault({p, p * factor, 1e3}).empty());
    }
}
