// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/link/microwave_line.hpp>

#include "../support/catch.hpp"

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;

TEST_CASE("link: pitch and catch", "[link]") {
  CHECK(link::pitch_and_catch_pair_fidelity(1) == 1);
  CHECK(link::pitch_and_catch_pair_fidelity(0) == approx(0.25));
  CHECK(link::pitch_and_catch_transfer_fidelity(1) == approx(1));
  CHECK(link::pitch_and_catch_transfer_fidelity(0) == approx(0.5));
  // The average over states follows from the process: (2F + 1)/3 does, for every transmittance.
  for (const double eta : {0.02, 0.5, 0.775})
    CHECK(link::pitch_and_catch_transfer_fidelity(eta) ==
          approx((2 * link::pitch_and_catch_pair_fidelity(eta) + 1) / 3).epsilon(1e-14));
}

TEST_CASE("link: a microwave line has arms like any link", "[link]") {
  const link::microwave_line line{
      .length = 30_m, .loss_per_length = 1.0_dB_per_km, .couplers = 1_dB, .station_position = 0.25};
  CHECK(line.validate());
  CHECK(line.total_loss().base() == approx(1.03));
  CHECK(line.transmittance() == approx(std::pow(10, -0.103)).epsilon(1e-14));
  CHECK(line.arm_transmittance(half::a) * line.arm_transmittance(half::b) ==
        approx(line.transmittance()).epsilon(1e-14));
  CHECK(line.arm_transmittance(half::a) > line.arm_transmittance(half::b));
  CHECK(line.delay() == 150_ns);
  CHECK(line.arm_delay(half::a) + line.arm_delay(half::b) == line.delay());
  CHECK(line.pair_fidelity() == link::pitch_and_catch_pair_fidelity(line.transmittance()));
  CHECK(line.transfer_fidelity() > line.pair_fidelity());
}

TEST_CASE("link: a microwave line names what is wrong with it", "[link]") {
  const auto wrong = [](const link::microwave_line& line) { return line.validate().error().what; };
  CHECK(wrong({.length = metres(-1)}) == "microwave_line.length");
  CHECK(wrong({.loss_per_length = decibels_per_kilometre(-1)}) == "microwave_line.loss_per_length");
  CHECK(wrong({.couplers = decibels(-1)}) == "microwave_line.couplers");
  CHECK(wrong({.group_velocity = metres_per_second(4e8)}) == "microwave_line.group_velocity");
  CHECK(wrong({.station_position = 1.5}) == "microwave_line.station_position");
}
