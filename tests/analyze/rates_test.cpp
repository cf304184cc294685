// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/analyze/rates.hpp>

#include "../support/catch.hpp"

using namespace ebit::analyze;
using ebit::kilometres;
using ebit::length;
using ebit_test::approx;
using ebit_test::within_abs;

namespace {

/// Over every pattern of links that exist or not.
double throughput_by_patterns(const std::vector<double>& hops, std::uint32_t width, double q) {
  const std::uint32_t links = static_cast<std::uint32_t>(hops.size()) * width;
  double sum = 0;
  for (std::uint32_t pattern = 0; pattern < (1U << links); ++pattern) {
    double probability = 1;
    std::uint32_t narrowest = width;
    for (std::uint32_t hop = 0; hop < hops.size(); ++hop) {
      std::uint32_t there = 0;
      for (std::uint32_t lane = 0; lane < width; ++lane) {
        const bool up = (pattern >> (hop * width + lane) & 1) != 0;
        probability *= up ? hops[hop] : 1 - hops[hop];
        there += up ? 1 : 0;
      }
      narrowest = std::min(narrowest, there);
    }
    sum += probability * narrowest;
  }
  return sum * std::pow(q, static_cast<double>(hops.size() - 1));
}

}  // namespace

TEST_CASE("analyze: expected throughput agrees with every pattern", "[analyze]") {
  const std::vector<std::vector<double>> paths{{0.3},      {0.6, 0.6}, {0.1, 0.9, 0.5}, {0.6, 0.7, 0.8, 0.2},
                                               {0.0, 0.5}, {1.0, 1.0}};
  for (const auto& hops : paths)
    for (std::uint32_t width = 1; width * hops.size() <= 16 && width <= 5; ++width)
      CHECK_THAT(expected_throughput(hops, width, 0.9), within_abs(throughput_by_patterns(hops, width, 0.9), 1e-13));
  const std::vector<double> one{0.25};
  CHECK(expected_throughput(one, 400, 0.5) == approx(100).epsilon(1e-12));
}

TEST_CASE("analyze: multiplexing", "[analyze]") {
  CHECK(multiplexed_round{0.5, 2}.success() == approx(0.75));
  CHECK(multiplexed_round{1e-12, 1000}.success() == approx(1e-9).epsilon(1e-8));
  CHECK(multiplexed_round{1, 3}.success() == 1);
  CHECK(multiplexed_round{0.25, 8}.mean_pairs() == 2);
  CHECK(multiplexed_round{0.5, 1}.mean_rounds() == 2);
}

TEST_CASE("analyze: the rate recursion with maxima of means", "[analyze]") {
  const caleffi_model model;
  const std::vector<length> one{kilometres(20)}, two{kilometres(20), kilometres(20)};
  CHECK(model.route_rate(one) == approx(71.797182711).epsilon(1e-9));
  CHECK(model.route_rate(two) == approx(27.8807955032).epsilon(1e-9));
  // The worse half decides, from whichever side it comes.
  const std::vector<length> near_far{kilometres(10), kilometres(30)}, far_near{kilometres(30), kilometres(10)};
  CHECK(model.route_time(near_far) == model.route_time(far_near));
  CHECK(model.route_time(near_far) > model.route_time(two));
}
