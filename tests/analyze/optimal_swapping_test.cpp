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
  // How much longer swap-asap takes, in per cent, for cut-offs of 2 to 6
  // (github.com/AlvaroGI/optimal-homogeneous-chain, experiment_optimal-vs-swapasap; their iteration ends at 1e-7).
  struct row {
    std::uint32_t nodes;
    double p, ps, advantage[5];
  };
  const row rows[] = {
      {4, 0.3, 1, {1.76465453, 1.39510113, 1.01950094, 0.738541448, 0.534596185}},
      {4, 0.3, 0.5, {1.74482685, 1.11918928, 0.674178587, 0.403858641, 0.267687109}},
      {5, 0.3, 1, {5.24772887, 3.94387718, 2.93955421, 2.11597502, 1.55931093}},
      {5, 0.3, 0.5, {5.94584895, 5.74647513, 5.77060981, 6.12083133, 6.79964543}},
  };
  for (const row& r : rows) {
    for (std::uint32_t cutoff = 2; cutoff <= 6; ++cutoff) {
      const slotted_chain chain{.nodes = r.nodes, .link_success = r.p, .swap_success = r.ps, .cutoff = cutoff};
      const double best = optimal_swapping(chain)->mean_slots, at_once = expected_slots(chain)->mean_slots;
      CHECK_THAT((at_once / best - 1) * 100, ebit_test::within_abs(r.advantage[cutoff - 2], 5e-6));
    }
  }
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
