// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include <ebit/analyze/key_rate.hpp>
#include <ebit/analyze/nested_chain.hpp>
#include <ebit/analyze/sequential_chain.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

#include "../support/catch.hpp"

using namespace ebit::analyze;
using ebit_test::approx;

namespace {

double six_state(const werner_delivery& pair) {
  return six_state_key_fraction(ebit::bell_diagonal::werner(pair.mean_fidelity()));
}

}  // namespace

TEST_CASE("analyze: sequential chains have closed forms", "[analyze]") {
  for (const double p : {1.0, 0.3, 0.05}) {
    for (const std::uint32_t n : {1U, 2U, 5U}) {
      const double coherence = 40, w = 0.97, kept = std::exp(-1 / coherence);
      const auto out = delivery_of(sequential_protocol{n, p, 1, w, coherence}, 5000);
      CHECK(out->mean_attempts() == approx(n / p).epsilon(1e-10));
      CHECK(out->mean_werner() ==
            approx(std::pow(w, n) * std::pow(p * kept / (1 - (1 - p) * kept), n - 1.0)).epsilon(1e-10));
      // Failing swaps: 1 + Σ q^(k−1) links in a round, of which q^(n−1) succeed.
      const double q = 0.6;
      double links = 1;
      for (std::uint32_t k = 1; k < n; ++k) links += std::pow(q, k - 1.0);
      const auto failing = delivery_of(sequential_protocol{n, p, q, w, coherence}, 20'000);
      CHECK(failing->mean_attempts() == approx(links / p / std::pow(q, n - 1.0)).epsilon(1e-9));
      CHECK(failing->mean_werner() == approx(out->mean_werner()).epsilon(1e-9));  // failures tell nothing of the ages
    }
  }
  // Two segments one after the other are slower than side by side, and age as long as the second takes.
  const auto apart = delivery_of(sequential_protocol{2, 0.1, 0.5, 0.9, 30}, 4000);
  const auto together = delivery_of(nested_protocol{0.1, 0.5, 0.9, 30, {nesting_level{}}}, 4000);
  CHECK(apart->mean_attempts() == approx(40).epsilon(1e-9));
  CHECK(together->mean_attempts() == approx(29.47368421).epsilon(1e-9));
  CHECK(apart->mean_werner() < together->mean_werner());
}

TEST_CASE("analyze: sequential chains agree with playing them", "[analyze]") {
  const sequential_protocol chain{4, 0.2, 0.7, 0.96, 25};
  const auto exact = delivery_of(chain, 4000);
  constexpr std::uint64_t seed = 31;
  ebit::random_stream draw{seed, ebit::random_purpose::user, 1};
  constexpr int runs = 40'000;
  double t1 = 0, t2 = 0, w1 = 0, w2 = 0;
  int early = 0;
  for (int run = 0; run < runs; ++run) {
    std::uint64_t attempts = 0;
    double w = 0;
    for (std::uint32_t links = 0; links < chain.segments;) {
      const std::uint64_t waits = ebit::sample::geometric(draw, chain.link_success);
      attempts += waits;
      if (links == 0) {
        w = chain.link_werner;
        links = 1;
      } else if (ebit::sample::bernoulli(draw, chain.swap_success)) {
        w *= chain.link_werner * std::exp(-static_cast<double>(waits) / chain.coherence);
        ++links;
      } else {
        links = 0;
      }
    }
    const double t = static_cast<double>(attempts);
    t1 += t, t2 += t * t, w1 += w, w2 += w * w;
    early += attempts <= 40 ? 1 : 0;
  }
  const double n = runs, mean_t = t1 / n, mean_w = w1 / n;
  INFO("seed " << seed << ": played " << mean_t << ", w " << mean_w);
  CHECK(std::abs(exact->mean_attempts() - mean_t) < 4 * std::sqrt((t2 / n - mean_t * mean_t) / n));
  CHECK(std::abs(exact->mean_werner() - mean_w) < 4 * std::sqrt((w2 / n - mean_w * mean_w) / n));
  CHECK(std::abs(exact->time().cumulative(40) - early / n) < 4 * 0.5 / std::sqrt(n));
}

TEST_CASE("analyze: sequential swapping collapses below a ratio of coherence to heralding time", "[analyze]") {
  // Srivastava et al. 2026 (arXiv:2605.04047), four links and the key of the six-state protocol: nothing below 25
  // heralding times of coherence, recovery from 50, as good as simultaneous swapping at the end of four decades.
  // Their links are those of a learnt policy; here they have w = 0.95, which is our choice. Simultaneous swapping
  // stores no part of the chain: its pairs are those of the links, w⁴.
  const double p = 0.02, w = 0.95;  // a heralding time of 50 attempts
  const double at_once = six_state_key_fraction(ebit::bell_diagonal::werner((1 + 3 * std::pow(w, 4)) / 4));
  const auto sequential = [&](double ratio) {
    return six_state(*delivery_of(sequential_protocol{4, p, 1, w, ratio / p}, 4000));
  };
  for (const double ratio : {1.0, 5.0, 10.0, 25.0}) CHECK(sequential(ratio) == 0);
  CHECK(sequential(50) > 0);
  double before = 0;
  for (const double ratio : {50.0, 100.0, 300.0, 1000.0, 10'000.0}) {
    CHECK(sequential(ratio) > before);
    CHECK(sequential(ratio) < at_once);
    before = sequential(ratio);
  }
  CHECK(before > 0.99 * at_once);
  CHECK(sequential(300) < 0.9 * at_once);
}

TEST_CASE("analyze: sequential protocols refuse what they cannot do", "[analyze]") {
  const auto refused = [](const sequential_protocol& chain, std::size_t last = 10) {
    const auto out = delivery_of(chain, last);
    return out ? std::string{} : out.error().what;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::uint32_t bad : {0U, 10'001U}) CHECK(refused({.segments = bad}) == "sequential_protocol.segments");
  for (const double bad : {0.0, -0.1, 1.5, nan}) {
    CHECK(refused({.link_success = bad}) == "sequential_protocol.link_success");
    CHECK(refused({.swap_success = bad}) == "sequential_protocol.swap_success");
  }
  for (const double bad : {-0.1, 1.5, nan}) CHECK(refused({.link_werner = bad}) == "sequential_protocol.link_werner");
  for (const double bad : {0.0, -3.0, nan}) CHECK(refused({.coherence = bad}) == "sequential_protocol.coherence");
  CHECK(refused({}, 0) == "delivery_of: last");
  CHECK(refused({}).empty());
}
