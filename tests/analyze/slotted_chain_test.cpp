// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <ebit/analyze/absorbing_chain.hpp>
#include <ebit/analyze/slotted_chain.hpp>
#include <ebit/analyze/waiting_time.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

#include "../support/catch.hpp"

using namespace ebit::analyze;
using ebit_test::approx;

TEST_CASE("analyze: an absorbing chain keeps its digits", "[analyze]") {
  // A walk on 0..n that steps up with probability p, else falls back to 0: E = (p^-n − 1)/(1 − p).
  const std::size_t n = 20;
  const double p = 0.01;
  absorbing_chain walk{n};
  for (std::size_t i = 0; i < n; ++i) {
    walk.add(i, 0, 1 - p);
    i + 1 < n ? walk.add(i, i + 1, p) : walk.add_exit(i, p);
  }
  CHECK(walk.expected_steps()[0] == approx((std::pow(p, -20.0) - 1) / (1 - p)).epsilon(1e-13));
  absorbing_chain trap{3};
  trap.add(0, 1, 0.5);
  trap.add_exit(0, 0.5);
  trap.add(1, 1, 1);
  trap.add_exit(2, 1);
  const auto steps = trap.expected_steps();
  CHECK(std::isinf(steps[0]));
  CHECK(std::isinf(steps[1]));
  CHECK(steps[2] == 1);
}

TEST_CASE("analyze: slotted chains of two and three nodes have closed forms", "[analyze]") {
  for (const double p : {0.9, 0.5, 0.04}) {
    CHECK(expected_slots({.nodes = 2, .link_success = p})->mean_slots == approx(1 / p).epsilon(1e-13));
    // Iñesta et al. 2023, eq. for a cut-off of two slots.
    const double by_hand =
        (2 * p * p * p - 6 * p * p + 4 * p + 1) / (2 * std::pow(p, 4) - 6 * std::pow(p, 3) + 5 * p * p);
    CHECK(expected_slots({.nodes = 3, .link_success = p, .cutoff = 2})->mean_slots == approx(by_hand).epsilon(1e-12));
    for (const std::uint32_t cutoff : {1U, 3U, 17U}) {
      const slotted_chain chain{.nodes = 3, .link_success = p, .swap_success = 0.4, .cutoff = cutoff};
      CHECK(expected_slots(chain)->mean_slots == approx(cutoff_pair(p, 0.4, cutoff).mean).epsilon(1e-12));
    }
  }
  CHECK(expected_slots({.nodes = 3, .link_success = 0.5, .cutoff = 2})->mean_slots == approx(2.8).epsilon(1e-14));
}

TEST_CASE("analyze: slotted chains of five nodes, published values", "[analyze]") {
  // Iñesta, Vardoyan, Scavuzzo and Wehner, npj Quantum Information 9, 46 (2023): p = 0.9, cut-off 2;
  // theirs for uncertain swaps stop at 5e-8, where their iteration did.
  slotted_chain chain{.nodes = 5, .link_success = 0.9, .swap_success = 1, .cutoff = 2};
  CHECK(expected_slots(chain)->mean_slots == approx(1.388770307).epsilon(1e-9));
  CHECK(expected_slots(chain, swap_nested_of_five{})->mean_slots == approx(2.071074465).epsilon(1e-9));
  chain.swap_success = 0.5;
  CHECK(expected_slots(chain)->mean_slots == approx(9.3469042).epsilon(1e-7));
  CHECK(expected_slots(chain, swap_nested_of_five{})->mean_slots == approx(8.3437809).epsilon(1e-7));
}

TEST_CASE("analyze: certain swaps without a cut-off wait for the slowest segment", "[analyze]") {
  for (const std::uint32_t nodes : {3U, 5U, 8U})
    CHECK(expected_slots({.nodes = nodes, .link_success = 0.2})->mean_slots ==
          approx(mean_of_maximum(nodes - 1, 0.2)).epsilon(1e-12));
  CHECK(expected_slots({.nodes = 8})->mean_slots == 1);
  // All swaps of a group fail together: 4 segments cost 1/q^3 rounds when generation is certain.
  CHECK(expected_slots({.nodes = 5, .swap_success = 0.5})->mean_slots == approx(8).epsilon(1e-13));
}

TEST_CASE("analyze: uncertain swaps at once are slower than nested ones", "[analyze]") {
  const double at_once = expected_slots({.nodes = 5, .link_success = 0.1, .swap_success = 0.5})->mean_slots;
  CHECK(at_once == approx(102.245630384).epsilon(1e-10));
  CHECK(nested_chain(0.1, 0.5, 2).mean == approx(84.8175804097).epsilon(1e-10));
}

TEST_CASE("analyze: a slotted chain agrees with playing it", "[analyze]") {
  // Four nodes written out by hand: links 01, 12, 23, and the joined 02, 13.
  constexpr double p = 0.4, ps = 0.7;
  constexpr int cutoff = 3, none = -1;
  ebit::random_stream draw{17, ebit::random_purpose::user, 1};
  const auto happens = [&draw](double probability) { return ebit::sample::bernoulli(draw, probability); };
  double slots = 0, squares = 0;
  constexpr int runs = 60'000;
  for (int run = 0; run < runs; ++run) {
    int age[3] = {none, none, none}, left = none, right = none;  // left: 02, right: 13
    int slot = 0;
    for (bool done = false; !done;) {
      ++slot;
      if (left == none && right == none && age[1] == none && happens(p)) age[1] = 0;
      if (left == none && age[0] == none && right == none && happens(p)) age[0] = 0;
      if (right == none && age[2] == none && left == none && happens(p)) age[2] = 0;
      if (left != none && age[2] == none && happens(p)) age[2] = 0;
      if (right != none && age[0] == none && happens(p)) age[0] = 0;
      if (left != none && age[2] != none) {
        done = happens(ps);
        left = age[2] = none;
      } else if (right != none && age[0] != none) {
        done = happens(ps);
        right = age[0] = none;
      } else if (age[0] != none && age[1] != none && age[2] != none) {
        done = happens(ps * ps);
        age[0] = age[1] = age[2] = none;
      } else if (age[0] != none && age[1] != none) {
        left = happens(ps) ? std::max(age[0], age[1]) : none;
        age[0] = age[1] = none;
      } else if (age[1] != none && age[2] != none) {
        right = happens(ps) ? std::max(age[1], age[2]) : none;
        age[1] = age[2] = none;
      }
      for (int* a : {&age[0], &age[1], &age[2], &left, &right})
        if (*a != none) *a = *a >= cutoff ? none : *a + 1;
    }
    slots += slot;
    squares += static_cast<double>(slot) * slot;
  }
  const double mean = slots / runs, deviation = std::sqrt((squares / runs - mean * mean) / runs);
  const double exact =
      expected_slots({.nodes = 4, .link_success = p, .swap_success = ps, .cutoff = cutoff})->mean_slots;
  INFO("played " << mean << " ± " << deviation << ", exact " << exact);
  CHECK(std::abs(mean - exact) < 3.5 * deviation);
  CHECK(deviation < 0.01 * exact);
}

TEST_CASE("analyze: slotted chains refuse what they cannot do", "[analyze]") {
  CHECK(expected_slots({.nodes = 1}).error().what == "slotted_chain.nodes");
  CHECK(expected_slots({.nodes = 9}).error().what == "slotted_chain.nodes");
  CHECK(expected_slots({.nodes = 3, .link_success = 0}).error().what == "slotted_chain.link_success");
  CHECK(expected_slots({.nodes = 3, .swap_success = 1.5}).error().what == "slotted_chain.swap_success");
  CHECK(expected_slots({.nodes = 3, .cutoff = 0}).error().what == "slotted_chain.cutoff");
  CHECK(expected_slots({.nodes = 6, .link_success = 0.1, .cutoff = 30}, swap_at_once{}, 1000).error().what ==
        "slotted_chain: states");
}
