// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <ebit/ebit.hpp>

using namespace ebit;

namespace {

/// A source in the middle that sends half a pair to either end; nothing about its drive is to be chosen.
struct midpoint_source {
  double source_fidelity = 0.97;

  [[nodiscard]] herald::attempt_model model(const herald::interference& light, const herald::setting&) const {
    return {light.efficiency_a * light.efficiency_b,
            x_state{bell_diagonal::werner(source_fidelity, bell_index::psi_plus)}};
  }
  [[nodiscard]] double best_fidelity(const herald::interference&) const { return source_fidelity; }
  [[nodiscard]] std::optional<herald::setting> choose(const herald::interference&, double wanted) const {
    if (wanted > source_fidelity) return std::nullopt;
    return herald::setting{};
  }
};
struct stack : default_profile {
  using herald = midpoint_source;
};

}  // namespace

TEST_CASE("plugins: a custom herald policy delivers its own pairs") {
  sim::network<stack> sim{sim::chain(3, {.length = 10_km}),
                          {.seed = 3, .herald = {.source_fidelity = 0.95}, .hardware = {}}};
  const auto served = sim.request({.from = node_id{0}, .to = node_id{2}, .pairs = 50, .min_fidelity = 0.8});
  const auto refused = sim.request({.from = node_id{0}, .to = node_id{1}, .pairs = 1, .min_fidelity = 0.96});
  sim.run();
  CHECK(served->delivered() == 50);
  CHECK(served->fidelity() == ebit_test::approx(0.95 * 0.95 + 0.05 * 0.05 / 3).epsilon(1e-6));
  CHECK(refused->record().why == refusal::fidelity);
}
