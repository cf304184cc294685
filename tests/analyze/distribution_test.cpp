// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <vector>

#include <ebit/analyze/distribution.hpp>

#include "../support/catch.hpp"

using ebit::analyze::distribution;
using ebit_test::approx;
using ebit_test::within_abs;

namespace {

double total(const distribution& d) {
  double sum = d.missing();
  for (const double v : d.values()) sum += v;
  return sum;
}

/// T = q M + (1 − q) M ∗ T, term by term.
std::vector<double> repeated_by_hand(const std::vector<double>& m, double q, std::size_t last) {
  std::vector<double> out(last + 1, 0.0);
  for (std::size_t t = 0; t <= last; ++t) {
    out[t] = t < m.size() ? q * m[t] : 0.0;
    for (std::size_t s = 1; s <= t && s < m.size(); ++s) out[t] += (1 - q) * m[s] * out[t - s];
  }
  return out;
}

}  // namespace

TEST_CASE("analyze: the power series transform multiplies and inverts", "[analyze]") {
  const std::size_t n = 777;
  std::vector<double> a(n), b(n);
  for (std::size_t i = 0; i < n; ++i) {
    a[i] = 1.0 / static_cast<double>(i * i + 1);
    b[i] = static_cast<double>((i * 7919) % 101) / 1e6;
  }
  const ebit::analyze::detail::convolver series{2048};
  const std::vector<double> product = series.product(a, b, n);
  const std::vector<double> inverse = series.reciprocal(a, n);
  const std::vector<double> one = series.product(a, inverse, n);
  double worst = 0, worst_one = 0;
  for (std::size_t k = 0; k < n; ++k) {
    double sum = 0;
    for (std::size_t i = 0; i <= k; ++i) sum += a[i] * b[k - i];
    worst = std::max(worst, std::abs(product[k] - sum));
    worst_one = std::max(worst_one, std::abs(one[k] - (k == 0 ? 1.0 : 0.0)));
  }
  CHECK(worst < 1e-17);
  CHECK(worst_one < 1e-15);
}

TEST_CASE("analyze: a geometric time", "[analyze]") {
  const distribution d = distribution::geometric(0.25, 400);
  CHECK(d.probability(0) == 0);
  CHECK(d.probability(1) == approx(0.25).epsilon(1e-15));
  CHECK(d.probability(3) == approx(0.25 * 0.75 * 0.75).epsilon(1e-14));
  CHECK(d.cumulative(2) == approx(1 - 0.75 * 0.75).epsilon(1e-14));
  CHECK(d.missing() == approx(std::pow(0.75, 400)).epsilon(1e-12));
  CHECK(d.conditional_mean() == approx(4).epsilon(1e-13));
  CHECK(d.conditional_variance() == approx(12).epsilon(1e-13));
  CHECK(*d.quantile(0.25) == 1);
  CHECK(*d.quantile(0.5) == 3);
  CHECK(distribution::geometric(1, 5).probability(1) == 1);
  CHECK(distribution::geometric(1, 5).missing() == 0);
}

TEST_CASE("analyze: bounds of a truncated mean hold and tighten", "[analyze]") {
  const double p = 0.02, q = 0.6;
  const distribution long_enough = later_of(distribution::geometric(p, 4000), distribution::geometric(p, 4000));
  const double exact = long_enough.conditional_mean() / q;
  double width = 1e300;
  for (const std::size_t last : {40U, 90U, 200U, 500U, 1500U}) {
    const distribution link = distribution::geometric(p, last);
    CHECK(link.mean().lower < 1 / p * (1 + 1e-13));
    CHECK(link.mean().upper == approx(1 / p).epsilon(1e-12));  // memoryless: the upper bound is the mean
    const distribution time = later_of(link, link).until_success(q, last);
    REQUIRE(time.new_better_than_used());
    const auto mean = time.mean();
    CHECK(mean.lower <= exact);
    CHECK(exact <= mean.upper);
    CHECK(mean.width() < width);
    width = mean.width();
    CHECK(total(time) == approx(1).epsilon(1e-14));
  }
  CHECK(width < 1e-2 * exact);
  const distribution unknown = distribution::from_values({0.0, 0.5, 0.25});
  CHECK(unknown.missing() == approx(0.25));
  CHECK(unknown.mean().lower == approx(0.5 + 0.5 + 0.75));
  CHECK(std::isinf(unknown.mean().upper));
  CHECK(distribution::certain(7).mean().width() == 0);
}

TEST_CASE("analyze: a quantile beyond what is known is not invented", "[analyze]") {
  const distribution d = distribution::geometric(0.1, 10);
  CHECK(d.quantile(0.5).has_value());
  CHECK_FALSE(d.quantile(0.9).has_value());
  // A short factor limits what is known of the joint time, though the vector goes on.
  const distribution joint = later_of(d, distribution::geometric(0.1, 500));
  CHECK(joint.horizon() == 10);
  CHECK(joint.last() == 500);
  CHECK(joint.quantile(0.4).has_value());
  CHECK_FALSE(joint.quantile(0.5).has_value());  // the values add up to 0.65, but not all of them are exact
}

TEST_CASE("analyze: joining times agrees with counting by hand", "[analyze]") {
  const std::vector<double> a{0.0, 0.5, 0.25, 0.25}, b{0.1, 0.2, 0.3, 0.4};
  const distribution da = distribution::from_values(a), db = distribution::from_values(b);
  std::vector<double> later(4), earlier(4), sum(7);
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      later[std::max(i, j)] += a[i] * b[j];
      earlier[std::min(i, j)] += a[i] * b[j];
      sum[i + j] += a[i] * b[j];
    }
  }
  const distribution dl = later_of(da, db), de = earlier_of(da, db), ds = sum_of(da, db, 6);
  for (std::size_t t = 0; t < 4; ++t) {
    CHECK_THAT(dl.probability(t), within_abs(later[t], 1e-15));
    CHECK_THAT(de.probability(t), within_abs(earlier[t], 1e-15));
  }
  for (std::size_t t = 0; t < 7; ++t) CHECK_THAT(ds.probability(t), within_abs(sum[t], 1e-15));
  const distribution three = da.latest_of(3);
  CHECK_THAT(three.probability(1), within_abs(0.125, 1e-15));
  CHECK_THAT(three.probability(3), within_abs(1 - 0.75 * 0.75 * 0.75, 1e-15));
}

TEST_CASE("analyze: repetition until success solves its recursion", "[analyze]") {
  for (const double q : {0.05, 0.5, 0.93, 1.0}) {
    const distribution link = distribution::geometric(0.3, 300);
    const distribution time = later_of(link, link).until_success(q, 300);
    const std::vector<double> by_hand = repeated_by_hand(later_of(link, link).values(), q, 300);
    for (std::size_t t = 0; t <= 300; ++t) CHECK_THAT(time.probability(t), within_abs(by_hand[t], 2e-16));
    CHECK(total(time) == approx(1).epsilon(1e-14));
  }
  // Repeating a geometric time is a geometric time.
  const distribution again = distribution::geometric(0.3, 2000).until_success(0.5, 2000);
  const distribution slower = distribution::geometric(0.15, 2000);
  for (const std::size_t t : {1U, 2U, 10U, 100U})
    CHECK_THAT(again.probability(t), within_abs(slower.probability(t), 1e-16));
}
