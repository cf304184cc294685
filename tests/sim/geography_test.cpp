// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <ebit/sim/geography.hpp>

#include <support/catch.hpp>

using ebit::sim::geographic_position;
using ebit::sim::great_circle;

TEST_CASE("sim.geography: great-circle distances") {
  const geographic_position amsterdam{4.9041, 52.3676};
  const geographic_position paris{2.3522, 48.8566};
  // 430 km by any atlas; city centres are a matter of taste, hence 2 km.
  CHECK_THAT(ebit::in_kilometres(great_circle(amsterdam, paris)), ebit_test::within_abs(430.0, 2.0));
  CHECK(great_circle(amsterdam, paris) == great_circle(paris, amsterdam));
  CHECK(great_circle(paris, paris).base() == 0);

  // A quarter, a half and a degree of a great circle, from the radius alone; asin at its edge costs half the digits.
  const double quarter = 6371.0088 * 3.14159265358979323846 / 2;
  CHECK(ebit::in_kilometres(great_circle({0, 0}, {90, 0})) == ebit_test::approx(quarter).epsilon(1e-14));
  CHECK(ebit::in_kilometres(great_circle({10, 0}, {77, 90})) == ebit_test::approx(quarter).epsilon(1e-14));
  CHECK(ebit::in_kilometres(great_circle({0, 0}, {180, 0})) == ebit_test::approx(2 * quarter).epsilon(1e-7));
  CHECK(ebit::in_kilometres(great_circle({179.5, 0}, {-179.5, 0})) == ebit_test::approx(quarter / 90).epsilon(1e-12));
}

TEST_CASE("sim.geography: positions on Earth") {
  CHECK(geographic_position{180, -90}.valid());
  CHECK_FALSE(geographic_position{180.1, 0}.valid());
  CHECK_FALSE(geographic_position{0, 91}.valid());
  CHECK_FALSE(geographic_position{std::numeric_limits<double>::quiet_NaN(), 0}.valid());
}
