// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "../support/catch.hpp"
#include "centre_run.hpp"
#include "planting.hpp"

using namespace ebit_test;

TEST_CASE("planted in data centres") {
  const std::size_t quickly = caught_quickly(planted_in_centres(), [](std::uint64_t seed, bug* planted) {
    return run(centre_scenario_of(seed), planted).broken;
  });
  CHECK(quickly == planted_in_centres().size());
}
