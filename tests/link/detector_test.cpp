// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/link/detector.hpp>

#include "../support/catch.hpp"

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;

TEST_CASE("link: dark counts in a window", "[link]") {
  CHECK(link::dark_count_probability(20_Hz, 25_ns) == approx(5e-7).epsilon(1e-6));
  CHECK(link::dark_count_probability(hertz(1e-9), 1_ns) == approx(1e-18).epsilon(1e-12));
  CHECK(link::dark_count_probability(hertz(0), 1_s) == 0);
  CHECK(link::dark_count_probability(100_MHz, 1_s) == 1);
}

TEST_CASE("link: dead time", "[link]") {
  CHECK(link::counted_if_not_paralysable(10_MHz, 100_ns).base() == approx(5e6));
  CHECK(link::counted_if_not_paralysable(hertz(1e15), 100_ns).base() == approx(1e7).epsilon(1e-6));
  CHECK(link::counted_if_paralysable(10_MHz, 100_ns).base() == approx(1e7 / std::exp(1.0)));
  // A paralysable detector is fastest at one photon per dead time, and never faster than the other kind.
  for (const double r : {1e5, 9e6, 1.1e7, 1e8}) {
    CHECK(link::counted_if_paralysable(hertz(r), 100_ns) < link::counted_if_paralysable(10_MHz, 100_ns));
    CHECK(link::counted_if_paralysable(hertz(r), 100_ns) < link::counted_if_not_paralysable(hertz(r), 100_ns));
  }
}

TEST_CASE("link: clicks of a threshold detector", "[link]") {
  CHECK(link::click_probability(0, 0.7, 0.01) == approx(0.01).epsilon(1e-14));
  CHECK(link::click_probability(1, 0.7) == approx(0.7).epsilon(1e-14));
  CHECK(link::click_probability(3, 0.7, 0.01) == approx(1 - 0.99 * 0.027).epsilon(1e-14));
  CHECK(link::click_probability(2, 1) == 1);
  CHECK(link::click_probability(0, 1) == 0);
}
