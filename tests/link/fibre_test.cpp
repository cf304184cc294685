// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <ebit/link/fibre.hpp>

#include <support/catch.hpp>

using namespace ebit::literals;
using ebit::half;
using ebit::link::fibre;

TEST_CASE("link.fibre: loss and delay of a plain fibre") {
  const fibre f{.length = 50_km};
  CHECK(f.total_loss().base() == ebit_test::approx(10.0).epsilon(1e-15));
  CHECK(f.transmittance() == ebit_test::approx(0.1).epsilon(1e-14));
  CHECK(f.arm_transmittance(half::a) == ebit_test::approx(0.31622776601683794).epsilon(1e-14));
  CHECK(f.arm_transmittance(half::b) == f.arm_transmittance(half::a));
  CHECK(f.delay() == 250_us);
  CHECK(f.arm_delay(half::a) == 125_us);
  CHECK(f.arm_delay(half::b) == 125_us);
  CHECK(f.validate());
}

TEST_CASE("link.fibre: is a constant expression") {
  constexpr fibre f{.length = 20_km, .station_position = 0.25};
  static_assert(f.delay() == 100_us);
  static_assert(f.arm_delay(half::a) == 25_us && f.arm_delay(half::b) == 75_us);
  static_assert(f.transmittance() > 0.39 && f.transmittance() < 0.4);  // 10^-0.4 = 0.398
}

TEST_CASE("link.fibre: connectors split over the arms in proportion to length") {
  const fibre f{.length = 10_km, .connectors = 2_dB, .station_position = 0.2};
  CHECK(f.total_loss().base() == ebit_test::approx(4.0));
  CHECK(f.arm_loss(half::a).base() == ebit_test::approx(0.8));
  CHECK(f.arm_loss(half::b).base() == ebit_test::approx(3.2));

  const fibre patch{.connectors = 2_dB, .station_position = 0.2};
  CHECK(patch.arm_loss(half::a).base() == 1.0);
  CHECK(patch.arm_loss(half::b).base() == 1.0);
  CHECK(patch.delay() == ebit::duration::zero());
}

TEST_CASE("link.fibre: the arms make up the whole wherever the station stands") {
  for (int percent = 0; percent <= 100; percent += 7) {
    const fibre f{.length = ebit::kilometres(33.333333), .connectors = 1.5_dB, .station_position = percent / 100.0};
    CHECK(f.arm_transmittance(half::a) * f.arm_transmittance(half::b) ==
          ebit_test::approx(f.transmittance()).epsilon(1e-13));
    CHECK(f.arm_delay(half::a) + f.arm_delay(half::b) == f.delay());
  }
}

TEST_CASE("link.fibre: what is out of range is named") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  struct row {
    fibre given;
    const char* message;
  };
  const row rows[] = {
      {{.length = ebit::kilometres(-3)}, "fibre.length: given -3 km, allowed 0 km to 40000 km"},
      {{.length = ebit::kilometres(nan)}, "fibre.length: given nan km, allowed 0 km to 40000 km"},
      {{.length = ebit::kilometres(infinity)}, "fibre.length: given inf km, allowed 0 km to 40000 km"},
      {{.loss_per_length = ebit::decibels_per_kilometre(-0.2)},
       "fibre.loss_per_length: given -0.2 dB/km, allowed 0 dB/km to 1000 dB/km"},
      {{.group_velocity = ebit::metres_per_second(0)},
       "fibre.group_velocity: given 0 m/s, allowed above 0 m/s, at most 299792458 m/s"},
      {{.group_velocity = ebit::metres_per_second(3e8)},
       "fibre.group_velocity: given 300000000 m/s, allowed above 0 m/s, at most 299792458 m/s"},
      {{.connectors = ebit::decibels(nan)}, "fibre.connectors: given nan dB, allowed 0 dB to 1000 dB"},
      {{.station_position = 1.5}, "fibre.station_position: given 1.5, allowed 0 to 1"},
  };
  for (const row& r : rows) {
    const ebit::status status = r.given.validate();
    REQUIRE(!status);
    CHECK(status.error().message() == r.message);
  }
  CHECK(fibre{}.validate());
}
