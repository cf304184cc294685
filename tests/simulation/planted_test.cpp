// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "../support/catch.hpp"
#include "planting.hpp"
#include "run.hpp"
#include "scenario.hpp"

using namespace ebit_test;

TEST_CASE("planted") {
  const std::size_t quickly = caught_quickly(planted_bugs(), [](std::uint64_t seed, bug* planted) {
    return run(scenario_of(seed), {.at_most = 50'000}, planted).broken;
  });
  CHECK(planted_bugs().size() >= 20);
  CHECK(2 * quickly > planted_bugs().size());
}
