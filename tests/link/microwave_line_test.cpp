// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <set>
#include <string_view>

#include <ebit/link/microwave_line.hpp>
#include <ebit/link/microwave_presets.hpp>

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

TEST_CASE("link: a warm microwave line adds noise", "[link]") {
  link::microwave_line line{.couplers = decibels(-10 * std::log10(0.6))};
  double last = line.pair_fidelity();
  CHECK(last == approx(link::pitch_and_catch_pair_fidelity(0.6)).epsilon(1e-14));
  CHECK(line.transfer_fidelity() == approx(link::pitch_and_catch_transfer_fidelity(0.6)).epsilon(1e-14));
  for (const double occupancy : {1e-3, 0.01, 0.1, 1.0, 10.0}) {
    line.occupancy = occupancy;
    const double fidelity = line.pair_fidelity();
    CHECK(fidelity < last);
    last = fidelity;
  }
  // n̄ (1 − η) ≥ η: no entanglement is left.
  line.occupancy = 1.5;
  CHECK(line.sent({}).suffered.entanglement_breaking());
  CHECK(line.pair_fidelity() <= 0.5);
  // Without loss there is nothing to be warmed by.
  CHECK(link::microwave_line{.occupancy = 5}.pair_fidelity() == 1);
}

TEST_CASE("link: published microwave links give their fidelities", "[link]") {
  std::set<std::string_view> names;
  for (const link::microwave_preset& p : link::microwave_presets()) {
    INFO(p.name);
    CHECK(names.insert(p.name).second);
    CHECK(p.value.validate());
    CHECK_FALSE(p.source.empty());
    CHECK_FALSE(p.confidence.empty());
    CHECK_FALSE(p.assumed.empty());
    CHECK_FALSE((p.published.empty() && p.from_memory.empty()));
  }
  const auto line = [](std::string_view name) { return link::find_microwave_preset(name)->value; };
  CHECK(line("module_cable_2024").pair_fidelity() == approx(0.99).margin(1e-4));
  CHECK(line("l_coupler").pair_fidelity() == approx(0.965).margin(1e-4));
  CHECK(line("zurich_metre_2018").pair_fidelity() == approx(0.789).margin(1e-4));
  CHECK(line("zurich_5m_2020").pair_fidelity() == approx(0.795).margin(1e-4));
  CHECK(line("zurich_30m_2023").pair_fidelity() == approx(0.804).margin(1e-4));
  CHECK(line("yale_lossy_2025").transmittance() == approx(0.02).epsilon(1e-4));
  // One loss explains two measured numbers.
  CHECK(line("zurich_metre_2018").pair_fidelity() == approx(0.80).margin(0.015));
  CHECK(line("zurich_5m_2020").transfer_fidelity() == approx(0.858).margin(0.01));
  const auto none = link::find_microwave_preset("tomorrow");
  REQUIRE_FALSE(none);
  for (const auto name : names) CHECK(none.error().allowed.find(name) != std::string::npos);
}

TEST_CASE("link: a microwave line names what is wrong with it", "[link]") {
  const auto wrong = [](const link::microwave_line& line) { return line.validate().error().what; };
  CHECK(wrong({.length = metres(-1)}) == "microwave_line.length");
  CHECK(wrong({.loss_per_length = decibels_per_kilometre(-1)}) == "microwave_line.loss_per_length");
  CHECK(wrong({.couplers = decibels(-1)}) == "microwave_line.couplers");
  CHECK(wrong({.group_velocity = metres_per_second(4e8)}) == "microwave_line.group_velocity");
  CHECK(wrong({.station_position = 1.5}) == "microwave_line.station_position");
  CHECK(wrong({.occupancy = -0.1}) == "microwave_line.occupancy");
  CHECK(wrong({.occupancy = std::nan("")}) == "microwave_line.occupancy");
}
