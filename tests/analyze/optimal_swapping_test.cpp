// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include <ebit/analyze/optimal_swapping.hpp>
#include <ebit/analyze/waiting_time.hpp>

#include "../support/catch.hpp"

using namespace ebit::analyze;
using ebit_test::approx;

TEST_CASE("analyze: the optimal swapping rule, published values", "[analyze]") {
  // Iñesta, Vardoyan, Scavuzzo and Wehner, npj Quantum Information 9, 46 (2023): five nodes, ps = 0.5, cut-off 2.
  const auto strong = optimal_swapping({.nodes = 5, .link_success = 0.9, .swap_success = 0.5, .cutoff = 2});
  const auto weak = optimal_swapping({.nodes = 5, .link_success = 0.5, .swap_success = 0.5, .cutoff = 2});
  CHECK(strong->mean_slots == approx(8.32).margin(0.005));
  CHECK(weak->mean_slots == approx(26.78).margin(0.005));
}

TEST_CASE("analyze: the optimal swapping rule is a rule", "[analyze]") {
  for (const std::uint32_t nodes : {3U, 4U, 5U}) {
    for (const double ps : {0.5, 1.0}) {
      const slotted_chain chain{.nodes = nodes, .link_success = 0.6, .swap_success = ps, .cutoff = 3};
      const auto best = optimal_swapping(chain);
      REQUIRE(best);
      CHECK(expected_slots(chain, *best)->mean_slots == approx(best->mean_slots).epsilon(1e-12));
      CHECK(best->mean_slots <= expected_slots(chain)->mean_slots * (1 + 1e-12));
      if (nodes == 5)
        CHECK(best->mean_slots <= expected_slots(chain, swap_nested_of_five{})->mean_slots * (1 + 1e-12));
      if (nodes == 3) CHECK(best->improvements == 0);
    }
  }
}

TEST_CASE("analyze: with perfect memories the optimum nests", "[analyze]") {
  const auto best = optimal_swapping({.nodes = 5, .link_success = 0.1, .swap_success = 0.5});
  // A nested swap one level up has to wait for the next slot here, each time.
  CHECK(best->mean_slots > nested_chain(0.1, 0.5, 2).mean);
  CHECK(best->mean_slots < nested_chain(0.1, 0.5, 2).mean + 2);
  CHECK(best->mean_slots < 0.9 * expected_slots({.nodes = 5, .link_success = 0.1, .swap_success = 0.5})->mean_slots);
  CHECK(optimal_swapping({.nodes = 1}).error().what == "slotted_chain.nodes");
  CHECK(optimal_swapping({.nodes = 5, .link_success = 0.1, .cutoff = 40}, 100).error().what ==
        "slotted_chain: states");
}
