// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <ebit/ebit.hpp>

using namespace ebit;

namespace {

/// Detects phase errors first: Hadamards at both ends, then CNOT. On pairs dominated by phase noise better than bit
/// detection.
struct phase_first {
  std::uint8_t rounds = 1;
  purify::where at = purify::where::link;

  [[nodiscard]] static distil_recipe recipe(const pair_id&, const pair_id&) {
    return {bell_permutation::element(3), bell_permutation::element(3)};
  }
};
struct stack : default_profile {
  using purify = phase_first;
};

}  // namespace

TEST_CASE("plugins: a custom purification policy distils as its recipe says") {
  link::hardware noisy;
  noisy.visibility = 0.7;  // of photons: a phase error on the pair
  noisy.memories = 2;
  const auto fibre = sim::chain(2, {.length = 1_km});
  sim::network<stack> sim{fibre, {.seed = 5, .hardware = noisy}};
  sim::network<> plain{fibre, {.seed = 5, .hardware = noisy}};
  const auto distilled = sim.request({.from = node_id{0}, .to = node_id{1}, .pairs = 200, .min_fidelity = 0.5});
  const auto raw = plain.request({.from = node_id{0}, .to = node_id{1}, .pairs = 200, .min_fidelity = 0.5});
  sim.run(), plain.run();
  CHECK(distilled->delivered() == 200);
  CHECK(sim.truth().ledger().mismatched == 0);
  const double q = 1 - raw->fidelity(), both_right = (1 - q) * (1 - q);
  CHECK(distilled->fidelity() == ebit_test::approx(both_right / (both_right + q * q)).epsilon(1e-6));
}
