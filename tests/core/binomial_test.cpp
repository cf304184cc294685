// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/binomial.hpp>

#include "../support/catch.hpp"

namespace {

namespace binomial = ebit::binomial;

long double log_mass(std::uint64_t k, std::uint64_t n, double p) {
  const auto trials = static_cast<long double>(n), hits = static_cast<long double>(k);
  return std::lgamma(trials + 1) - std::lgamma(hits + 1) - std::lgamma(trials - hits + 1) +
         hits * std::log(static_cast<long double>(p)) + (trials - hits) * std::log1p(-static_cast<long double>(p));
}

}  // namespace

TEST_CASE("core.binomial: masses and tails against sums in extended precision") {
  for (const std::uint64_t n : {1U, 2U, 7U, 15U, 16U, 40U, 300U, 5'000U, 60'000U})
    for (const double p : {1e-5, 0.003, 0.06, 0.3, 0.5, 0.87, 0.9999}) {
      std::vector<long double> mass(n + 1), at_least(n + 2, 0.0L);
      for (std::uint64_t k = n + 1; k-- > 0;) {
        mass[k] = std::exp(log_mass(k, n, p));
        at_least[k] = at_least[k + 1] + mass[k];
      }
      const std::uint64_t step = 1 + n / 97;
      double worst = 0;
      long double at_most = 0;
      for (std::uint64_t k = 0; k <= n; ++k) {
        at_most += mass[k];
        if (k % step != 0 && k != n && k != 1) continue;
        const auto error = [](double got, long double due) {
          return due < 1e-280L ? (got < 1e-279 ? 0.0 : 1.0) : static_cast<double>(std::fabs(got / due - 1));
        };
        worst = std::fmax(worst, error(binomial::mass(k, n, p), mass[k]));
        worst = std::fmax(worst, error(binomial::at_least(k, n, p), at_least[k]));
        worst = std::fmax(worst, error(binomial::at_most(k, n, p), at_most));
      }
      INFO("n " << n << ", p " << p << ", worst " << worst);
      CHECK(worst < 2e-12);
    }
  CHECK((binomial::mass(0, 9, 0) == 1 && binomial::mass(1, 9, 0) == 0 && binomial::mass(9, 9, 1) == 1));
  CHECK(
      (binomial::at_least(0, 9, 0.3) == 1 && binomial::at_least(10, 9, 0.3) == 0 && binomial::at_most(9, 9, 1) == 1));
  CHECK(binomial::at_least(500'000'000, 1'000'000'000, 0.5) == ebit_test::approx(0.5 + 1.26156626e-5).epsilon(1e-9));
}

TEST_CASE("core.binomial: Clopper-Pearson limits solve their equations, and published ones are met") {
  // 5 of 100 at 95 %: 0.0164319 to 0.1128349 (R, binom.test); 0 of n: 1 − (α/2)^(1/n).
  CHECK(binomial::lower_limit(5, 100, 0.975) == ebit_test::approx(0.01643188).epsilon(1e-6));
  CHECK(binomial::upper_limit(5, 100, 0.975) == ebit_test::approx(0.11283491).epsilon(1e-6));
  for (const std::uint64_t n : {1U, 20U, 1'000'000U}) {
    CHECK((binomial::lower_limit(0, n, 0.9) == 0 && binomial::upper_limit(n, n, 0.9) == 1));
    const double zero = -std::expm1(std::log(0.025) / static_cast<double>(n));
    CHECK(binomial::upper_limit(0, n, 0.975) == ebit_test::approx(zero).epsilon(1e-14 + 1e-15 / zero));
    CHECK(binomial::lower_limit(n, n, 0.975) == ebit_test::approx(1 - zero).epsilon(1e-12));
  }
  for (const std::uint64_t n : {10U, 333U, 100'000U})
    for (const std::uint64_t k : {std::uint64_t{1}, n / 30 + 1, n / 2, n - 1})
      for (const double confidence : {0.5, 0.95, 0.999999}) {
        const double low = binomial::lower_limit(k, n, confidence), high = binomial::upper_limit(k, n, confidence);
        CHECK(binomial::at_least(k, n, low) == ebit_test::approx(1 - confidence).epsilon(1e-9));
        // A limit next to 1 is as exact as a number there can be.
        CHECK(binomial::at_most(k, n, high) == ebit_test::approx(1 - confidence).epsilon(1e-9 + 1e-15 / (1 - high)));
        if (confidence > 0.9) CHECK((low < static_cast<double>(k) / static_cast<double>(n) && high > low));
      }
}

TEST_CASE("core.binomial: what is ever refuted wrongly is so no more often than stated, exactly") {
  // All series of failures at once: the chance of each count that was not refuted so far.
  for (const double p : {0.02, 0.1, 0.5})
    for (const double confidence : {0.9, 0.95, 0.99}) {
      std::vector<double> chance{1.0};
      double refuted = 0;
      for (std::uint64_t n = 1; n <= 1'500; ++n) {
        std::vector<double> next(n + 1, 0.0);
        for (std::uint64_t k = 0; k < n; ++k) {
          next[k] += chance[k] * (1 - p);
          next[k + 1] += chance[k] * p;
        }
        for (std::uint64_t k = 0; k <= n; ++k)
          if (next[k] > 0 && binomial::ever_refutes(k, n, p, confidence)) {
            refuted += next[k];
            next[k] = 0;
          }
        chance = std::move(next);
      }
      INFO("p " << p << ", confidence " << confidence << ", ever refuted " << refuted);
      CHECK(refuted <= 1 - confidence);
      CHECK(refuted > 0.1 * (1 - confidence));
    }
}
