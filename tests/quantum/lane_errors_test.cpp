// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/lane_errors.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <ebit/core/samplers.hpp>
#include <ebit/quantum/sampled_bell_block.hpp>

#include <support/catch.hpp>
#include "tally.hpp"

using namespace ebit;
using ebit_test::confident;

namespace {

constexpr std::uint64_t seed = 20240523;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

using block = sampled_bell_block;

}  // namespace

TEST_CASE("lane_errors: bulk words are those of philox4x32", "[quantum]") {
  auto stream = fresh(1), twin = fresh(1);
  detail::bulk_words words{stream};
  const std::uint64_t key = twin.next_u64();
  CHECK(stream == twin);
  for (std::uint32_t i = 0; i < 50; ++i) {
    const auto block =
        philox4x32({i, 0, 0, 0}, {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)});
    CHECK(words.next() == (std::uint64_t{block[1]} << 32 | block[0]));
    CHECK(words.next() == (std::uint64_t{block[3]} << 32 | block[2]));
  }
}

TEST_CASE("lane_errors: probabilities become fractions without rounding", "[quantum]") {
  auto stream = fresh(2);
  for (int exponent = 0; exponent > -76; --exponent)
    for (int i = 0; i < 20; ++i) {
      const double p = std::ldexp(0.5 + 0.5 * sample::uniform(stream), exponent);
      const detail::fraction f = detail::fraction_of(p);
      CHECK(std::ldexp(static_cast<double>(f >> 64), -64) + std::ldexp(static_cast<double>(f << 64 >> 64), -128) ==
            p);
    }
  CHECK((detail::fraction_of(0) == 0 && detail::fraction_of(0x1p-128) == 1 && detail::fraction_of(0x1p-129) == 0));
  CHECK((detail::fraction_of(5e-324) == 0 && detail::fraction_of(0.5) == detail::fraction{1} << 127));
}

TEST_CASE("lane_errors: numbers of rare errors are binomial", "[quantum]") {
  using counts = detail::hit_counts<512>;
  long double worst = 0;
  bool rising = true;
  for (unsigned k = counts::fewest_halvings; k <= counts::most_halvings; ++k) {
    const long double p = std::ldexp(1.0L, -static_cast<int>(k));
    long double share = 1, sum = 0;
    for (int lane = 0; lane < 512; ++lane) share *= 1 - p;
    for (std::size_t n = 0; n + 1 < counts::entries; ++n) {
      sum += share;
      share *= static_cast<long double>(512 - n) / static_cast<long double>(n + 1) * p / (1 - p);
      const detail::fraction f = counts::at_most[k - counts::fewest_halvings][n];
      const long double table = std::ldexp(static_cast<long double>(f >> 64), -64);
      worst = std::max(worst, std::abs(table - sum));
      rising = rising && f <= counts::at_most[k - counts::fewest_halvings][n + 1];
    }
    CHECK(sum > 1 - 1e-15L);
    CHECK(counts::at_most[k - counts::fewest_halvings].back() == ~detail::fraction{0});
  }
  CHECK(rising);
  CHECK(worst < 2e-16L);  // of the sums in this test
}

TEST_CASE("lane_errors: lanes are alike and independent", "[quantum]") {
  auto stream = fresh(9);
  CAPTURE(seed);
  for (const double p : {0.004, 0.03, 0.2}) {
    constexpr int blocks = 20000;
    std::vector<std::size_t> hits(block::lanes);
    std::vector<std::size_t> together(block::lanes);
    double sum = 0, squares = 0;
    for (int i = 0; i < blocks; ++i) {
      block::bits read;
      block::flip(read, p, stream);
      for (std::size_t lane = 0; lane < block::lanes; ++lane) {
        hits[lane] += read[lane] ? 1U : 0U;
        together[lane] += read[lane] && read[(lane + 1) % block::lanes] ? 1U : 0U;
      }
      const double excess = static_cast<double>(read.count()) - p * block::lanes;
      sum += excess;
      squares += excess * excess;
    }
    const double variance = block::lanes * p * (1 - p);
    CAPTURE(p);
    CHECK(std::abs(sum) < confident * std::sqrt(blocks * variance));
    // The variance of a binomial count; that of its square is 2 σ⁴ + σ² (1 − 6 p (1 − p)).
    CHECK(std::abs(squares - blocks * variance) <
          confident * std::sqrt(blocks * (2 * variance * variance + variance * (1 - 6 * p * (1 - p)))));
    double chi = 0, pairs = 0;
    for (std::size_t lane = 0; lane < block::lanes; ++lane) {
      const double e = static_cast<double>(hits[lane]) - blocks * p;
      chi += e * e / (blocks * p * (1 - p));
      pairs += static_cast<double>(together[lane]);
    }
    CHECK(std::abs(chi - block::lanes) < confident * std::sqrt(2.0 * block::lanes) + 10);
    const double expected = blocks * p * p * block::lanes;
    CHECK(std::abs(pairs - expected) < confident * std::sqrt(expected * (1 + 4 * p)));
  }
}
