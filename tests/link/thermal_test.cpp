// SPDX-License-Identifier: Apache-2.0
#include <ebit/link/thermal.hpp>

#include "../support/catch.hpp"

using namespace ebit;
using ebit_test::approx;

TEST_CASE("link: thermal occupancy", "[link]") {
  CHECK(link::thermal_occupancy(hertz(5e9), 0.02) == approx(6.156e-6).epsilon(1e-3));
  CHECK(link::thermal_occupancy(hertz(5e9), 0.1) == approx(9.981e-2).epsilon(1e-3));
  CHECK(link::thermal_occupancy(hertz(5e9), 0) == 0);
  CHECK(link::thermal_occupancy(hertz(2e14), 0.02) == 0);
  // Warm: kT/hf − 1/2.
  CHECK(link::thermal_occupancy(hertz(1e6), 300) ==
        approx(300 * 1.380649e-23 / (6.62607015e-34 * 1e6) - 0.5).epsilon(1e-12));
}
