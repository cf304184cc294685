// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <ebit/ebit.hpp>

using namespace ebit;

namespace {

/// Odd nodes join at once; even ones wait until both their neighbours have joined.
struct odd_first {
  static constexpr bool waits_for_spans = true;
  duration cutoff = duration::never();

  [[nodiscard]] static bool may_swap(swap::place at, swap::spans s) {
    if (at.position % 2 == 1) return s.upstream == 1 && s.downstream == 1;
    return s.upstream > 1 && (s.downstream > 1 || at.position + 1 == at.hops);
  }
};
struct stack : default_profile {
  using swap = odd_first;
};

}  // namespace

TEST_CASE("plugins: a custom swap policy decides when a chain joins") {
  sim::network<stack> sim{sim::chain(5, {.length = 10_km}), {.seed = 4}};
  sim::network<> greedy{sim::chain(5, {.length = 10_km}), {.seed = 4}};
  const auto ordered = sim.request({.from = node_id{0}, .to = node_id{4}, .pairs = 100, .min_fidelity = 0.5});
  const auto soonest = greedy.request({.from = node_id{0}, .to = node_id{4}, .pairs = 100, .min_fidelity = 0.5});
  sim.run(), greedy.run();
  CHECK(ordered->delivered() == 100);
  CHECK(sim.truth().ledger().disagreements == 0);
  CHECK(ordered->rate() < soonest->rate());  // waiting costs time
}
