// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <ebit/link/drift.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::ornstein_uhlenbeck;
using link::wiener;

namespace {

constexpr std::uint64_t seed = 1930'0036;
constexpr int many = 200'000;

random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

/// Kolmogorov's statistic against the normal distribution of that rms, divided by its 1 − 10^−6 quantile.
double against_normal(std::vector<double> values, double rms) {
  std::sort(values.begin(), values.end());
  const double n = static_cast<double>(values.size());
  double gap = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double here = 0.5 * std::erfc(-values[i] / (rms * std::sqrt(2.0))), rank = static_cast<double>(i);
    gap = std::max({gap, here - rank / n, (rank + 1) / n - here});
  }
  return gap * std::sqrt(n) / 2.694;
}

}  // namespace

TEST_CASE("link.drift: the normal draws have the tails of their distribution") {
  INFO("seed " << seed);
  random_stream s = fresh(1);
  constexpr int draws = 4'000'000;
  double beyond[6] = {}, fourth = 0;
  for (int i = 0; i < draws; ++i) {
    const double x = sample::normal(s);
    for (int k = 1; k < 6; ++k) beyond[k] += std::fabs(x) > k ? 1 : 0;
    fourth += x * x * x * x / draws;
  }
  for (int k = 1; k < 6; ++k) {
    const double expected = draws * std::erfc(k / std::sqrt(2.0));
    INFO("beyond " << k << " deviations");
    CHECK(std::fabs(beyond[k] - expected) < 5 * std::sqrt(expected) + 1);
  }
  CHECK(std::fabs(fourth - 3) < 5 * std::sqrt(96.0 / draws));  // Var x⁴ = 105 − 9
}

TEST_CASE("link.drift: an Ornstein-Uhlenbeck process is stationary and forgets exponentially") {
  INFO("seed " << seed);
  const ornstein_uhlenbeck process{.rms = 0.7, .correlation = 10_us};
  random_stream s = fresh(2);
  for (const duration gap : {0_us, 3_us, 10_us, 25_us}) {
    std::vector<double> starts, ends;
    double product = 0;
    for (int i = 0; i < many; ++i) {
      starts.push_back(process.at_start(s));
      ends.push_back(process.after(starts.back(), gap, s));
      product += starts.back() * ends.back() / many;
    }
    INFO("gap " << gap.seconds());
    CHECK(against_normal(starts, 0.7) < 1);
    CHECK(against_normal(ends, 0.7) < 1);
    const double correlation = std::exp(-gap.seconds() / 10e-6);
    CHECK(process.correlation_after(gap) == approx(correlation).epsilon(1e-14));
    CHECK(std::fabs(product - 0.49 * correlation) < 5 * 0.49 * std::sqrt((1 + correlation * correlation) / many));
  }
}

TEST_CASE("link.drift: one long step is as good as many short ones") {
  INFO("seed " << seed);
  const ornstein_uhlenbeck process{.rms = 2, .correlation = 7_us};
  const wiener walk{.variance_per_second = 3e5};
  random_stream s = fresh(3);
  std::vector<double> stepped, walked;
  for (int i = 0; i < many / 4; ++i) {
    double x = 1.5, w = 0;
    for (const duration step : {1_us, 4_us, 2_us}) {
      x = process.after(x, step, s);
      w = walk.after(w, step, s);
    }
    // What is new has the distribution of one step of 7 µs.
    stepped.push_back(x - 1.5 * std::exp(-1.0));
    walked.push_back(w);
  }
  CHECK(against_normal(stepped, 2 * std::sqrt(1 - std::exp(-2.0))) < 1);
  CHECK(process.unknown_after(7_us) == approx(2 * std::sqrt(1 - std::exp(-2.0))).epsilon(1e-14));
  CHECK(against_normal(walked, std::sqrt(2.1)) < 1);
  CHECK(walk.rms_after(7_us) == approx(std::sqrt(2.1)).epsilon(1e-14));
}

TEST_CASE("link.drift: what a random phase leaves of coherences is the average over it") {
  INFO("seed " << seed);
  const ornstein_uhlenbeck phase{.rms = 0.8, .correlation = 4_us};
  const wiener laser = wiener::of_line_width(20_kHz);
  random_stream s = fresh(4);
  double single = 0, both = 0, tracked = 0, free = 0;
  for (int i = 0; i < many; ++i) {
    const double first = phase.at_start(s), second = phase.after(first, 3_us, s);
    single += std::cos(first) / many;
    both += std::cos(second - first) / many;
    tracked += std::cos(second - first * phase.correlation_after(3_us)) / many;
    free += std::cos(laser.after(0, 5_us, s)) / many;
  }
  const double error = 5 / std::sqrt(2.0 * many);  // a cosine varies by no more than 1/2
  CHECK(std::fabs(single - phase.coherence()) < error);
  CHECK(phase.coherence() == approx(std::exp(-0.32)).epsilon(1e-14));
  CHECK(std::fabs(both - phase.mean_cosine_of_difference(3_us)) < error);
  CHECK(std::fabs(tracked - phase.coherence_after(3_us)) < error);
  CHECK(std::fabs(free - laser.coherence_after(5_us)) < error);
  CHECK(laser.coherence_after(5_us) == approx(std::exp(-std::acos(-1.0) * 0.1)).epsilon(1e-14));
  // Far apart two phases are strangers; close together they cancel.
  CHECK(phase.mean_cosine_of_difference(1_s) == approx(phase.coherence() * phase.coherence()).epsilon(1e-13));
  CHECK(phase.mean_cosine_of_difference(0_s) == 1);
  double mean = 0;  // over the interval, by the midpoint rule
  for (int i = 0; i < 2000; ++i) mean += laser.coherence_after(duration::seconds((i + 0.5) * 2.5e-8)) / 2000;
  CHECK(laser.mean_coherence(50_us) == approx(mean).epsilon(1e-6));
  CHECK(laser.mean_coherence(0_s) == 1);
}

TEST_CASE("link.drift: draws follow from stream, value and interval alone, and rest makes none") {
  const ornstein_uhlenbeck process{.rms = 0.3, .correlation = 1_ms};
  random_stream a = fresh(5), b = fresh(5);
  CHECK(process.after(0.1, 2_us, a) == process.after(0.1, 2_us, b));
  CHECK(a == b);
  CHECK(a.drawn() == 4);

  random_stream untouched = fresh(6);
  const ornstein_uhlenbeck rest{.rms = 0, .correlation = 1_ms};
  CHECK(rest.at_start(untouched) == 0);
  CHECK(rest.after(0, 1_s, untouched) == 0);
  CHECK(wiener{}.after(0.25, 1_s, untouched) == 0.25);
  CHECK(untouched == fresh(6));

  // Without a correlation every value is new, even at once; with an endless one the first stays.
  random_stream c = fresh(7), d = fresh(7);
  const ornstein_uhlenbeck anew{.rms = 0.3};
  CHECK(anew.after(0.2, 0_s, c) == anew.at_start(d));
  const ornstein_uhlenbeck stays{.rms = 0.3, .correlation = duration::never()};
  CHECK(stays.after(0.2, 1000_s, c) == 0.2);
  CHECK(stays.unknown_after(1000_s) == 0);
  CHECK(process.correlation_after(duration::never()) == 0);
}

TEST_CASE("link.drift: what is out of range is named") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(ornstein_uhlenbeck{.rms = 0.3, .correlation = 1_ms}.validate());
  CHECK(ornstein_uhlenbeck{}.validate());
  CHECK(ornstein_uhlenbeck{.rms = -1}.validate().error().message() ==
        "ornstein_uhlenbeck.rms: given -1, allowed 0 or more, below 1e150");
  CHECK_FALSE(ornstein_uhlenbeck{.rms = nan}.validate());
  CHECK(ornstein_uhlenbeck{.correlation = duration::picoseconds(-1)}.validate().error().message() ==
        "ornstein_uhlenbeck.correlation: given -1e-12 s, allowed 0 s or more");
  CHECK(wiener{1}.validate());
  CHECK(wiener{-1}.validate().error().message() ==
        "wiener.variance_per_second: given -1, allowed 0 or more, below 1e300");
  CHECK_FALSE(wiener{nan}.validate());
}
