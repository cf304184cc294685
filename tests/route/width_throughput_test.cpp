// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/analyze/rates.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/route/width_throughput.hpp>

using namespace ebit;

TEST_CASE("route.width_throughput: link by link what the whole walk gives, and what rounds give in the mean") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    random_stream draw{seed, random_purpose::topology, 11};
    const auto width = static_cast<std::uint16_t>(1 + sample::below(draw, 9));
    const auto hops = static_cast<std::size_t>(1 + sample::below(draw, 6));
    const double swap = 0.5 + 0.5 * sample::uniform(draw);
    std::vector<double> success;
    route::width_throughput sum{width};
    CHECK(sum.mean() == width);
    double before = width;
    for (std::size_t k = 0; k < hops; ++k) {
      success.push_back(seed == 1 ? 0.0 : seed == 2 ? 1.0 : sample::uniform(draw));
      sum.extend(success.back(), k == 0 ? 1.0 : swap);
      CAPTURE(seed, width, k);
      CHECK(sum.mean() == ebit_test::approx(analyze::expected_throughput(success, width, swap)).margin(1e-13));
      CHECK(sum.mean() <= before);
      before = sum.mean();
    }
    // Rounds: of every link as many slots as come up, the least of them joined, all swaps at once.
    constexpr int rounds = 4'000;
    double total = 0, squares = 0;
    for (int r = 0; r < rounds; ++r) {
      std::uint32_t least = width;
      for (const double p : success) {
        std::uint32_t up = 0;
        for (std::uint16_t s = 0; s < width; ++s) up += sample::bernoulli(draw, p) ? 1U : 0U;
        least = std::min(least, up);
      }
      double pairs = 0;
      for (std::uint32_t i = 0; i < least; ++i) {
        bool joined = true;
        for (std::size_t k = 1; k < hops; ++k) joined = sample::bernoulli(draw, swap) && joined;
        pairs += joined ? 1 : 0;
      }
      total += pairs;
      squares += pairs * pairs;
    }
    const double mean = total / rounds, error = std::sqrt((squares / rounds - mean * mean) / rounds);
    CHECK(std::abs(mean - sum.mean()) <= 4 * error + 1e-3);
  }
}
