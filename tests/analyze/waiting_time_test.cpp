// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/analyze/waiting_time.hpp>

#include "../support/catch.hpp"

using namespace ebit::analyze;
using ebit_test::approx;

namespace {

/// E_n = (1 + Σ_{k<n} Binomial(n, k) p^(n−k) (1−p)^k E_k) / (1 − (1−p)^n): only positive terms.
double mean_of_maximum_by_recursion(unsigned n, double p) {
  std::vector<double> mean(n + 1, 0.0);
  for (unsigned m = 1; m <= n; ++m) {
    double weight = std::pow(p, m), sum = 1;  // all succeed
    for (unsigned left = 1; left < m; ++left) {
      weight *= static_cast<double>(m - left + 1) / left * (1 - p) / p;
      sum += weight * mean[left];
    }
    mean[m] = sum / -std::expm1(m * std::log1p(-p));
  }
  return mean[n];
}

}  // namespace

TEST_CASE("analyze: the mean of a maximum, by recursion", "[analyze]") {
  for (const double p : {0.5, 0.2, 0.05, 0.0011, 0.00099})
    for (const unsigned n : {1U, 2U, 3U, 4U, 7U, 20U, 60U})
      CHECK(mean_of_maximum(n, p) == approx(mean_of_maximum_by_recursion(n, p)).epsilon(1e-12));
  CHECK(mean_of_maximum(1000, 1) == 1);
  // Continues smoothly to the number of attempts of real links, and to many of them.
  CHECK(mean_of_maximum(2, 1e-9) == approx(1.5e9).epsilon(1e-9));
  CHECK(mean_of_maximum(2'000'000, 5e-4) ==
        approx(mean_of_maximum(1'000'000, 5e-4) + std::log(2.0) / 5.001250417e-4));
}

TEST_CASE("analyze: the mean of the maximum exceeds the maximum of the means", "[analyze]") {
  const double p = 0.01;
  CHECK(maximum_of_means(1 / p, 1 / p) == approx(100));
  CHECK(mean_of_maximum(2, p) / maximum_of_means(1 / p, 1 / p) == approx(1.5).epsilon(0.002));
}

TEST_CASE("analyze: nested chains, exact values", "[analyze]") {
  // One level has the closed form (3 − 2p)/((2 − p) p q).
  for (const double p : {0.9, 0.3, 0.01})
    for (const double q : {1.0, 0.7, 0.2})
      CHECK(nested_chain(p, q, 1).mean == approx((3 - 2 * p) / ((2 - p) * p * q)).epsilon(1e-12));
  // From the survival function as a sum of exponentials, in 200-digit arithmetic.
  CHECK(nested_chain(0.001, 0.5, 2).mean == approx(8664.88821261245).epsilon(1e-13));
  CHECK(nested_chain(0.001, 0.5, 2).deviation == approx(7399.50915898237).epsilon(1e-12));
  CHECK(nested_chain(0.9, 0.9, 2).deviation == approx(1.00525510851351).epsilon(1e-12));
  CHECK(nested_chain(0.9, 0.75, 1).deviation == approx(0.970257974643926).epsilon(1e-12));
  CHECK(nested_chain(0.001, 0.5, 3).mean == approx(24776.5181786871).epsilon(1e-12));
  const nested_chain_time longest = nested_chain(0.001, 0.5, 4, 0.01);
  CHECK(longest.mean == approx(70702.5781933819).epsilon(1e-12));
  CHECK(longest.deviation == approx(59928.0843593464).epsilon(1e-10));
  // Brand, Coopmans and Elkouss 2020, the example p = 0.1, q = 0.9 with eight segments.
  CHECK(nested_chain(0.1, 0.9, 3).mean == approx(37.36564366).epsilon(1e-9));
}

TEST_CASE("analyze: nested chains without failing swaps wait for the slowest segment", "[analyze]") {
  for (unsigned levels = 0; levels <= 5; ++levels) {
    const nested_chain_time chain = nested_chain(0.1, 1, levels);
    CHECK(chain.mean == approx(mean_of_maximum(std::uint64_t{1} << levels, 0.1)).epsilon(1e-13));
    CHECK(chain.time.conditional_mean() == approx(chain.mean).epsilon(1e-11));
  }
  CHECK(nested_chain(1, 1, 4).mean == 1);
  CHECK(nested_chain(1, 0.5, 1).mean == approx(2));
  CHECK(nested_chain(0.2, 0.5, 0).mean == approx(5));
}

TEST_CASE("analyze: the distribution of a nested chain agrees with its moments", "[analyze]") {
  const nested_chain_time chain = nested_chain(0.05, 0.6, 3);
  CHECK(chain.time.missing() < 1e-11);
  CHECK(chain.time.conditional_mean() == approx(chain.mean).epsilon(1e-9));
  CHECK(chain.time.conditional_deviation() == approx(chain.deviation).epsilon(1e-8));
  CHECK(chain.mean < std::pow(1.5 / 0.6, 3) / 0.05);  // the usual estimate is an upper bound
}

TEST_CASE("analyze: two segments with a cut-off", "[analyze]") {
  CHECK(cutoff_pair(0.01, 0.5, 50).mean == approx(449.97222939).epsilon(1e-10));
  // A long cut-off is none, a cut-off of nothing needs both in the same attempt.
  CHECK(cutoff_pair(0.1, 0.5, 2000).mean == approx(nested_chain(0.1, 0.5, 1).mean).epsilon(1e-12));
  CHECK(cutoff_pair(0.1, 1, 0).mean == approx(100).epsilon(1e-12));
  CHECK(cutoff_pair(1, 1, 0).mean == approx(1));
}
