// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/core/samplers.hpp>

#include "../support/catch.hpp"

// Every test of a distribution rejects a right sampler with probability 10^−6; the seeds are fixed, so it never does.
namespace {

namespace sample = ebit::sample;
using ebit::random_purpose;
using ebit::random_stream;

constexpr std::uint64_t seed = 2'718'281'828;

random_stream stream_of(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

/// Pearson's statistic divided by its 1 − 10^−6 quantile (Wilson and Hilferty 1931); a right sampler stays below 1.
double chi_square(const std::vector<double>& observed, const std::vector<double>& probability) {
  double count = 0;
  for (const double o : observed) count += o;
  double statistic = 0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const double expected = count * probability[i];
    statistic += (observed[i] - expected) * (observed[i] - expected) / expected;
  }
  const double k = static_cast<double>(observed.size() - 1);
  const double root = 1 - 2 / (9 * k) + 4.7534 * std::sqrt(2 / (9 * k));
  return statistic / (k * root * root * root);
}

/// Kolmogorov's statistic divided by its 1 − 10^−6 quantile, 2.694/√n; a right sampler stays below 1.
template <class Distribution>
double kolmogorov(std::vector<double> values, Distribution distribution) {
  std::sort(values.begin(), values.end());
  const double n = static_cast<double>(values.size());
  double gap = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double here = distribution(values[i]);
    const double rank = static_cast<double>(i);
    gap = std::max({gap, here - rank / n, (rank + 1) / n - here});
  }
  return gap * std::sqrt(n) / 2.694;
}

template <class Draw>
std::vector<double> draw_many(int count, Draw draw) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<double>(draw()));
  return values;
}

constexpr int many = 200'000;

}  // namespace

TEST_CASE("core.samplers: uniform in distribution, strictly between its ends") {
  INFO("seed " << seed);
  random_stream s = stream_of(1);
  const auto values = draw_many(many, [&] { return sample::uniform(s); });
  CHECK(kolmogorov(values, [](double x) { return x; }) < 1);
  CHECK(std::all_of(values.begin(), values.end(), [](double x) { return x > 0 && x < 1; }));
  CHECK(std::all_of(values.begin(), values.end(), [](double x) { return std::fmod(x * 0x1p53, 2) == 1; }));
  std::vector<double> low_bits(64);
  for (const double x : values) low_bits[static_cast<std::size_t>(std::fmod(x * 0x1p52, 64))] += 1;
  CHECK(chi_square(low_bits, std::vector<double>(64, 1.0 / 64)) < 1);
}

TEST_CASE("core.samplers: bernoulli has its frequency, also at the ends") {
  INFO("seed " << seed);
  random_stream s = stream_of(2);
  for (const double p : {0.5, 0.3, 0.9, 1e-3, 0.999}) {
    double hits = 0;
    for (int i = 0; i < many; ++i) hits += sample::bernoulli(s, p) ? 1 : 0;
    INFO("p = " << p);
    CHECK(std::fabs(hits - many * p) < 5 * std::sqrt(many * p * (1 - p)));
  }
  for (int i = 0; i < 10'000; ++i) {
    REQUIRE_FALSE(sample::bernoulli(s, 0));
    REQUIRE_FALSE(sample::bernoulli(s, 0x1p-1074));
    REQUIRE(sample::bernoulli(s, 1));
  }
}

TEST_CASE("core.samplers: bernoulli compares all bits of p with random ones") {
  INFO("seed " << seed);
  random_stream s = stream_of(3);
  int exact = 0;
  for (int i = 0; i < 100'000; ++i) {
    random_stream look = s;
    const std::uint64_t word = look.next_u64();
    const double below = static_cast<double>(word >> 11) * 0x1p-53, above = below + 0x1p-53;
    random_stream again = s, once_more = s;
    REQUIRE_FALSE(sample::bernoulli(again, below));  // p ≤ word / 2^64: the word is not below it
    REQUIRE(sample::bernoulli(once_more, above));
    exact += (word & 0x7ff) == 0 ? 1 : 0;  // here the first word equals p to its last bit
    s = look;
  }
  CHECK(exact > 0);
}

TEST_CASE("core.samplers: exponential in distribution and scaled by its rate") {
  INFO("seed " << seed);
  random_stream s = stream_of(4);
  const auto values = draw_many(many, [&] { return sample::exponential(s, 4.0); });
  CHECK(kolmogorov(values, [](double x) { return -std::expm1(-4 * x); }) < 1);
  CHECK(*std::min_element(values.begin(), values.end()) > 0);
  CHECK(std::isinf(sample::exponential(s, 0)));
  random_stream a = stream_of(5), b = stream_of(5);
  CHECK(sample::exponential(a, 2.0) == sample::standard_exponential(b) / 2.0);
}

TEST_CASE("core.samplers: geometric in distribution for every size of p") {
  INFO("seed " << seed);
  random_stream s = stream_of(6);
  for (const double p : {0.9, 0.5, 0.3, 0.1}) {
    std::vector<double> observed, probability;
    double tail = 1;
    while (tail * many > 50) {
      probability.push_back(tail * p);
      tail *= 1 - p;
    }
    probability.push_back(tail);
    observed.resize(probability.size());
    for (int i = 0; i < many; ++i) {
      const std::uint64_t n = sample::geometric(s, p);
      REQUIRE(n >= 1);
      observed[std::min<std::size_t>(n - 1, observed.size() - 1)] += 1;
    }
    INFO("p = " << p);
    CHECK(chi_square(observed, probability) < 1);
  }
  for (const double p : {1e-6, 1e-12, 1e-15}) {
    const auto values = draw_many(many, [&] { return sample::geometric(s, p); });
    INFO("p = " << p);
    CHECK(kolmogorov(values, [p](double n) { return -std::expm1(n * std::log1p(-p)); }) < 1);
  }
}

TEST_CASE("core.samplers: exponential keeps its digits at both ends") {
  INFO("seed " << seed);
  random_stream s = stream_of(7);
  for (int i = 0; i < 100'000; ++i) {
    random_stream look = s;
    const std::uint64_t word = look.next_u64();
    const double u = std::ldexp(static_cast<double>(word << 1 >> 1) + 0.5, -64);
    const double expected = word >> 63 != 0 ? -std::log1p(-u) : -std::log(u);
    REQUIRE(sample::standard_exponential(s) == ebit_test::approx(expected).epsilon(4e-15));
  }
}

TEST_CASE("core.samplers: geometric at the ends of its range") {
  random_stream s = stream_of(8);
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(sample::geometric(s, 1) == 1);
    REQUIRE(sample::geometric(s, 0) == sample::most_trials);
    REQUIRE(sample::geometric(s, 0x1p-1074) == sample::most_trials);
    REQUIRE(sample::geometric(s, 1e-18) <= sample::most_trials);
  }
  CHECK(sample::most_trials == std::uint64_t{1} << 62);
}

TEST_CASE("core.samplers: integers below n are equally likely") {
  INFO("seed " << seed);
  random_stream s = stream_of(9);
  for (const std::uint64_t n : {2U, 3U, 7U, 10U, 64U, 1000U}) {
    std::vector<double> observed(n);
    for (int i = 0; i < many; ++i) observed[sample::below(s, n)] += 1;
    INFO("n = " << n);
    CHECK(chi_square(observed, std::vector<double>(n, 1.0 / static_cast<double>(n))) < 1);
  }
  for (int i = 0; i < 100; ++i) CHECK(sample::below(s, 1) == 0);
  // Without rejection a third of the values below 3·2^62 would be twice as likely.
  constexpr std::uint64_t n = std::uint64_t{3} << 62;
  std::vector<double> residues(3);
  for (int i = 0; i < many; ++i) {
    const std::uint64_t v = sample::below(s, n);
    REQUIRE(v < n);
    residues[v % 3] += 1;
  }
  CHECK(chi_square(residues, std::vector<double>(3, 1.0 / 3)) < 1);
}

TEST_CASE("core.samplers: indices follow their weights") {
  INFO("seed " << seed);
  random_stream s = stream_of(10);
  const std::array<double, 5> weights{2, 0, 1, 4, 0};
  std::vector<double> observed(5);
  for (int i = 0; i < many; ++i) observed[sample::index_of(s, weights)] += 1;
  CHECK(observed[1] == 0);
  CHECK(observed[4] == 0);
  CHECK(chi_square({observed[0], observed[2], observed[3]}, {2.0 / 7, 1.0 / 7, 4.0 / 7}) < 1);
}

TEST_CASE("core.samplers: normal in distribution") {
  INFO("seed " << seed);
  random_stream s = stream_of(11);
  const auto values = draw_many(many, [&] { return sample::normal(s); });
  CHECK(kolmogorov(values, [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }) < 1);
}

TEST_CASE("core.samplers: each draw uses as many words as its description says") {
  const auto words = [](auto draw) {
    random_stream s = stream_of(12);
    (void)draw(s);
    return s.drawn();
  };
  CHECK(words([](random_stream& s) { return sample::uniform(s); }) == 2);
  CHECK(words([](random_stream& s) { return sample::bernoulli(s, 0.25); }) == 2);
  CHECK(words([](random_stream& s) { return sample::bernoulli(s, 0); }) == 2);
  CHECK(words([](random_stream& s) { return sample::bernoulli(s, 1); }) == 2);
  CHECK(words([](random_stream& s) { return sample::geometric(s, 0); }) == 2);
  CHECK(words([](random_stream& s) { return sample::geometric(s, 1e-9); }) == 2);
  CHECK(words([](random_stream& s) { return sample::exponential(s, 1); }) == 2);
  CHECK(words([](random_stream& s) { return sample::normal(s); }) == 4);
}

TEST_CASE("core.samplers: the same draws everywhere") {
  random_stream s = stream_of(13);
  std::uint64_t hash = 0;
  const auto take = [&hash](double x) { hash = ebit::mix(hash, std::bit_cast<std::uint64_t>(x)); };
  for (int i = 0; i < 10'000; ++i) {
    take(sample::uniform(s));
    take(sample::exponential(s, 3));
    take(static_cast<double>(sample::geometric(s, 1e-5)));
    take(sample::bernoulli(s, 0.4) ? 1 : 0);
    take(static_cast<double>(sample::below(s, 1'000'003)));
    take(static_cast<double>(sample::index_of(s, std::array{0.1, 0.2, 0.7})));
    take(sample::normal(s));
  }
  CHECK(hash == 0x48040dcaee3c74ddU);
}
