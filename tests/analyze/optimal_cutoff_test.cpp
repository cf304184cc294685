// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <ebit/analyze/nested_chain.hpp>
#include <ebit/analyze/optimal_cutoff.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

#include "../support/catch.hpp"

using namespace ebit::analyze;
using ebit_test::approx;

namespace {

constexpr nesting_level swapping{joining::swap, std::nullopt}, distilling{joining::distil, std::nullopt};

std::vector<std::uint64_t> cutoffs_of(const optimal_cutoffs& found) {
  std::vector<std::uint64_t> out;
  for (const nesting_level& level : found.protocol.levels) out.push_back(level.cutoff.value_or(~std::uint64_t{0}));
  return out;
}

/// The merit of the published code: entropy in nats, a truncated mean that counts t = 0.
struct most_nats {
  [[nodiscard]] double operator()(const werner_delivery& pair, double patience) const {
    return pair.key_rate_in_nats(pair.restarted_mean(patience + 1));
  }
};

}  // namespace

TEST_CASE("analyze: the best cut-offs agree with trying all of two levels", "[analyze]") {
  constexpr std::uint64_t seed = 5;
  constexpr std::size_t last = 31;
  ebit::random_stream draw{seed, ebit::random_purpose::user, 1};
  for (int run = 0; run < 6; ++run) {
    INFO("seed " << seed << ", run " << run);
    nested_protocol chain{.link_success = 0.2 + 0.5 * ebit::sample::uniform(draw), .swap_success = 0.8};
    chain.link_werner = 0.94 + 0.06 * ebit::sample::uniform(draw);
    chain.coherence = 10 + 90 * ebit::sample::uniform(draw);
    chain.levels = {run % 3 == 1 ? distilling : swapping, run % 3 == 2 ? distilling : swapping};
    const double wanted = 0.8 + 0.15 * ebit::sample::uniform(draw);
    double best_key = -2, best_rate = -2;
    for (std::uint64_t first = 0; first <= last; ++first) {
      for (std::uint64_t second = 0; second <= last; ++second) {
        const auto out = delivery_of(chain.with_cutoffs({first, second}), last);
        best_key = std::max(best_key, most_key{}(*out, last));
        best_rate = std::max(best_rate, most_pairs{wanted}(*out, last));
      }
    }
    const auto key = best_cutoffs(chain, last);
    const auto rate = best_cutoffs(chain, last, most_pairs{wanted});
    REQUIRE(key);
    REQUIRE(rate);
    CHECK(key->merit == approx(best_key).epsilon(1e-12));
    CHECK(rate->merit == approx(best_rate).epsilon(1e-12));
    CHECK(key->tried < 600);  // of 1024
    if (rate->merit >= 0) CHECK(rate->delivery.mean_fidelity() >= wanted);
    CHECK(most_pairs{wanted}(*delivery_of(rate->protocol, last), last) == approx(rate->merit).epsilon(1e-12));
  }
}

TEST_CASE("analyze: the best cut-offs, published values", "[analyze]") {
  // The tests and the tutorial of the code of Li, Coopmans and Elkouss 2021, whose search is a random one
  // (github.com/BoxiLi/repeater-cut-off-optimization); all with the entropy in nats.
  const auto one = best_cutoffs({.1, .5, .99, 30, {swapping}}, 1000, most_nats{});
  CHECK(cutoffs_of(*one) == std::vector<std::uint64_t>{6});
  const auto long_one = best_cutoffs({.01, .5, .98, 300, {swapping}}, 2999, most_nats{});
  CHECK(cutoffs_of(*long_one) == std::vector<std::uint64_t>{64});
  CHECK(long_one->merit == approx(0.0012975790943441814).epsilon(1e-7));
  const auto two = best_cutoffs({.2, .6, .95, 300, {swapping, swapping}}, 999, most_nats{});
  CHECK(cutoffs_of(*two) == std::vector<std::uint64_t>{18, 30});
  const auto same = best_cutoffs({.1, .8, .99, 400, {swapping, swapping}}, 1999, most_nats{}, true);
  CHECK(cutoffs_of(*same) == std::vector<std::uint64_t>{45, 45});
  // Eight segments: their search ends where no neighbour is better, ours too.
  const nested_protocol eight{.2, .5, .98, 200, {swapping, swapping, swapping}};
  const auto best = best_cutoffs(eight, 999, most_nats{});
  const auto uniform = best_cutoffs(eight, 999, most_nats{}, true);
  CHECK(uniform->merit > 0);
  CHECK(best->merit > uniform->merit * 1.05);
  const auto cutoffs = cutoffs_of(*best);
  for (std::size_t level = 0; level < 3; ++level) {
    for (const int by : {-1, 1}) {
      auto next = cutoffs;
      next[level] += static_cast<std::uint64_t>(by);
      CHECK(most_nats{}(*delivery_of(eight.with_cutoffs(next), 999), 999) <= best->merit);
    }
  }
}

TEST_CASE("analyze: cut-offs where none helps, and where nothing helps", "[analyze]") {
  // Perfect memories: waiting costs nothing, a cut-off only time.
  const auto patient = best_cutoffs({.link_success = 0.3, .swap_success = 0.9, .levels = {swapping, swapping}}, 400);
  for (const nesting_level& level : patient->protocol.levels) CHECK(level.cutoff.value_or(400) > 30);
  CHECK(patient->delivery.key_rate(patient->delivery.restarted_mean(400)) ==
        approx(delivery_of({0.3, 0.9, 1, 1e300, {swapping, swapping}}, 400)->key_rate()).epsilon(1e-6));
  // Links too poor for a key, whatever is done; the search says so and offers the best fidelity it met.
  const auto poor = best_cutoffs({0.3, 0.9, 0.5, 50, {swapping}}, 400);
  CHECK(poor->merit < 0);
  CHECK(poor->delivery.mean_fidelity() == approx((1 + 3 * 0.25) / 4).epsilon(1e-9));
  CHECK(poor->protocol.levels[0].cutoff == std::uint64_t{0});
  CHECK(best_cutoffs({0.3, 0.9, 0.5, 50, {swapping}}, 400, most_pairs{0.9})->merit < 0);
  CHECK(best_cutoffs({.levels = {}}, 400).error().what == "nested_protocol.levels");
  CHECK(best_cutoffs({.levels = {swapping}}, 1).error().what == "best_cutoffs: last");
  for (const double bad : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()})
    CHECK(best_cutoffs({.levels = {swapping}}, 9, most_pairs{bad}).error().what == "most_pairs.fidelity");
  CHECK(best_cutoffs({.link_success = 2, .levels = {swapping}}, 9).error().what == "nested_protocol.link_success");
}
