// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include <ebit/core/probability.hpp>
#include <ebit/core/samplers.hpp>

#include "../support/catch.hpp"

namespace {

using distribution = std::array<double, 4>;
using ebit_test::approx;

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t seed = 11;

distribution random_distribution(ebit::random_stream& stream) {
  distribution p{};
  for (double& x : p) x = ebit::sample::standard_exponential(stream);
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  for (double& x : p) x /= sum;
  return p;
}

bool close(const distribution& a, const distribution& b) {
  for (std::size_t i = 0; i < 4; ++i)
    if (!(std::fabs(a[i] - b[i]) < 1e-15)) return false;
  return true;
}

}  // namespace

TEST_CASE("core.probability: what is a probability and what is not") {
  static_assert(ebit::is_probability(0) && ebit::is_probability(1) && ebit::is_probability(1e-300));
  CHECK_FALSE(ebit::is_probability(-1e-300));
  CHECK_FALSE(ebit::is_probability(1 + 1e-15));
  CHECK_FALSE(ebit::is_probability(nan_value));
  CHECK(ebit::is_distribution(distribution{0.1, 0.2, 0.3, 0.4}));
  CHECK_FALSE(ebit::is_distribution(distribution{0.1, 0.2, 0.3, 0.4001}));
  CHECK_FALSE(ebit::is_distribution(distribution{-0.1, 0.4, 0.3, 0.4}));
  CHECK_FALSE(ebit::is_distribution(distribution{nan_value, 0.3, 0.3, 0.4}));
  CHECK(ebit::is_distribution(distribution{0.1, 0.2, 0.3, 0.4001}, 1e-3));
}

TEST_CASE("core.probability: one success among many trials") {
  CHECK(ebit::complement_power(0.5, 2) == approx(0.75).epsilon(1e-15));
  CHECK(ebit::complement_power(0.1, 3) == approx(0.271).epsilon(1e-15));
  CHECK(ebit::complement_power(1e-18, 1) == 1e-18);
  CHECK(ebit::complement_power(1e-18, 1e6) == approx(1e-12).epsilon(1e-11));
  CHECK(ebit::complement_power(1e-12, 1e12) ==
        approx(0.63212055882855767840 + 0.5e-12 * 0.36787944117).epsilon(1e-15));
  CHECK(ebit::complement_power(0.3, 0) == 0);
  CHECK(ebit::complement_power(1, 0) == 0);
  CHECK(ebit::complement_power(1, 7) == 1);
  CHECK(ebit::complement_power(0, 1e18) == 0);
  double previous = -1;
  for (int n = 0; n < 100; ++n) {
    const double now = ebit::complement_power(0.05, n);
    CHECK(now > previous);
    CHECK(ebit::is_probability(now));
    previous = now;
  }
}

TEST_CASE("core.probability: two flips in a row") {
  CHECK(ebit::xor_probability(0.1, 0.2) == approx(0.26).epsilon(1e-15));
  CHECK(ebit::xor_probability(0, 0.3) == 0.3);
  CHECK(ebit::xor_probability(1, 0.3) == 0.7);
  CHECK(ebit::xor_probability(0.5, 0.123) == approx(0.5).epsilon(1e-15));
}

TEST_CASE("core.probability: entropies in bits") {
  CHECK(ebit::binary_entropy(0.5) == approx(1).epsilon(1e-15));
  CHECK(ebit::binary_entropy(0) == 0);
  CHECK(ebit::binary_entropy(1) == 0);
  CHECK(ebit::binary_entropy(0.11) == approx(0.49991595816452644).epsilon(1e-14));
  // −p log₂ p + p/ln 2 for tiny p
  CHECK(ebit::binary_entropy(1e-20) == approx(1e-20 * (66.43856189774725 + 1.4426950408889634)).epsilon(1e-14));
  CHECK(std::isnan(ebit::binary_entropy(-0.1)));
  CHECK(std::isnan(ebit::binary_entropy(1.1)));
  CHECK(ebit::shannon_entropy(distribution{0.25, 0.25, 0.25, 0.25}) == 2);
  CHECK(ebit::shannon_entropy(distribution{0, 0, 1, 0}) == 0);
  CHECK(ebit::shannon_entropy(std::array{0.5, 0.25, 0.25}) == 1.5);
  ebit::random_stream stream{seed, ebit::random_purpose::user, 0};
  for (int i = 0; i < 1000; ++i) {
    INFO("seed " << seed << ", draw " << i);
    const double p = ebit::sample::uniform(stream);
    CHECK(ebit::binary_entropy(p) == approx(ebit::binary_entropy(1 - p)).epsilon(1e-12));
    CHECK(ebit::binary_entropy(p) == approx(ebit::shannon_entropy(std::array{p, 1 - p})).epsilon(1e-13));
    const distribution q = random_distribution(stream);
    CHECK(ebit::shannon_entropy(q) <= 2 + 1e-15);
  }
}

TEST_CASE("core.probability: labels combine by exclusive or") {
  const distribution nothing{1, 0, 0, 0};
  const distribution p{0.7, 0.1, 0.15, 0.05};
  CHECK(ebit::xor_convolve(nothing, p) == p);
  CHECK(ebit::xor_convolve(distribution{0, 0, 0, 1}, p) == distribution{0.05, 0.15, 0.1, 0.7});
  CHECK(close(ebit::xor_convolve(distribution{0.25, 0.25, 0.25, 0.25}, p), {0.25, 0.25, 0.25, 0.25}));
  // Φ+ survives when both labels agree: the sum of squares.
  CHECK(ebit::xor_convolve(p, p)[0] == approx(0.49 + 0.01 + 0.0225 + 0.0025).epsilon(1e-15));
  ebit::random_stream stream{seed, ebit::random_purpose::user, 1};
  for (int i = 0; i < 1000; ++i) {
    INFO("seed " << seed << ", draw " << i);
    const distribution a = random_distribution(stream);
    const distribution b = random_distribution(stream);
    const distribution c = random_distribution(stream);
    CHECK(close(ebit::xor_convolve(a, b), ebit::xor_convolve(b, a)));
    CHECK(close(ebit::xor_convolve(ebit::xor_convolve(a, b), c), ebit::xor_convolve(a, ebit::xor_convolve(b, c))));
    CHECK(ebit::is_distribution(ebit::xor_convolve(a, b)));
    CHECK(ebit::shannon_entropy(ebit::xor_convolve(a, b)) >= ebit::shannon_entropy(a) - 1e-14);
  }
}
