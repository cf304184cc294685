// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <string>

#include <ebit/swap/as_soon_as_possible.hpp>
#include <ebit/swap/nested.hpp>
#include <ebit/testing/slotted.hpp>

#include "golden_reader.hpp"

using namespace ebit;
using golden::row;

namespace {

// Means of simulated samples against exact numbers: 5 standard errors leave 6·10⁻⁷ per row to chance, and the seed is
// fixed.
constexpr double allowed_errors = 5;
constexpr std::uint64_t seed = 20260101;

template <class Swap>
void check_mean(const row& at, const typename testing::slotted<Swap>::parameters& chain, double expected,
                int samples) {
  const testing::slotted<Swap> harness{chain};
  double sum = 0, squares = 0;
  for (int i = 0; i < samples; ++i) {
    const auto slots = static_cast<double>(harness.sample(seed, static_cast<std::uint64_t>(i)));
    sum += slots;
    squares += slots * slots;
  }
  const double mean = sum / samples;
  const double error = std::sqrt(std::max(0.0, squares / samples - mean * mean) / samples);
  if (std::abs(mean - expected) > allowed_errors * error + 1e-12)
    FAIL_CHECK(at.where() << ": simulated " << mean << " +- " << error << " slots, exact " << expected << ", seed "
                          << seed);
  else
    SUCCEED();
}

}  // namespace

TEST_CASE("golden: swap_asap.csv by the nodes themselves in slots", "[golden]") {
  golden::for_each_row("swap_asap.csv", [](const row& at) {
    using asap = swap::as_soon_as_possible;
    testing::slotted<asap>::parameters chain;
    chain.links = static_cast<std::uint16_t>(at.integer("segments"));
    chain.p = at["p"];
    chain.swap_success = at["ps"];
    chain.central_waits = at.text("policy") == "nested";
    if (at.integer("tcut") >= 0) chain.swap.cutoff = testing::slotted<asap>::slot * at.integer("tcut");
    check_mean<asap>(at, chain, at["E_slots"], 4000);
  });
}

TEST_CASE("golden: waiting_time_chain.csv by the nodes themselves in slots", "[golden]") {
  golden::for_each_row("waiting_time_chain.csv", [](const row& at) {
    testing::slotted<swap::nested>::parameters chain;
    chain.links = static_cast<std::uint16_t>(at.integer("segments"));
    chain.p = at["p"];
    chain.swap_success = at["q"];
    chain.idle_underneath = true;
    check_mean<swap::nested>(at, chain, at["E_T"], chain.links > 8 ? 500 : 1500);
  });
}
