// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <vector>

#include <ebit/link/encoding.hpp>
#include <ebit/link/optical_switch.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::optical_switch;
using link::routing_case;
using link::switch_kind;

TEST_CASE("optical switch: which ports can be joined", "[link]") {
  const optical_switch any{.ports = 4};
  const optical_switch sided{.kind = switch_kind::two_sided, .ports = 6};
  const optical_switch element{.kind = switch_kind::two_by_two, .ports = 4};
  REQUIRE(any.validate());
  REQUIRE(sided.validate());
  REQUIRE(element.validate());
  int joined = 0;
  for (std::uint16_t a = 0; a < 6; ++a)
    for (std::uint16_t b = 0; b < 6; ++b) {
      CHECK(any.joins(a, b) == (a != b && a < 4 && b < 4));
      CHECK(sided.joins(a, b) == ((a < 3) != (b < 3)));
      CHECK(element.joins(a, b) == (a < 4 && b < 4 && (a < 2) != (b < 2)));
      joined += sided.joins(a, b) ? 1 : 0;
    }
  CHECK(joined == 18);
  CHECK(optical_switch::case_of(0, 2) == routing_case::bar);
  CHECK(optical_switch::case_of(3, 1) == routing_case::bar);
  CHECK(optical_switch::case_of(0, 3) == routing_case::cross);
  CHECK(optical_switch::case_of(2, 1) == routing_case::cross);
}

TEST_CASE("optical switch: the loss of a path is that of its parts, or the measured one", "[link]") {
  // A 3 x 3 crossbar: from one element, 2 to 0, to five.
  const optical_switch bar{
      .kind = switch_kind::two_sided, .ports = 6, .insertion_loss = 1.5_dB, .loss_per_crossing = 0.25_dB};
  CHECK(bar.crossings_of(2, 3) == 1);
  CHECK(bar.crossings_of(0, 5) == 5);
  CHECK(bar.crossings_of(5, 0) == 5);
  CHECK(bar.crossings_of(1, 4) == 3);
  CHECK(bar.insertion_loss_of(0, 5).base() == approx(1.5 + 5 * 0.25));
  CHECK(bar.insertion_loss_of(3, 2).base() == approx(1.75));
  CHECK(bar.transmittance(3, 2) == approx(0.66834391756861));
  const optical_switch mirrors{.ports = 8, .insertion_loss = 1_dB, .loss_per_crossing = 0.1_dB};
  CHECK(mirrors.insertion_loss_of(0, 7).base() == approx(1.1));

  optical_switch measured{.ports = 3};
  const auto n = 9_dB;  // of a port with itself: means nothing
  measured.path_losses = {n, 1_dB, 2_dB, 1_dB, n, 3_dB, 2_dB, 3_dB, n};
  REQUIRE(measured.validate());
  CHECK(measured.insertion_loss_of(0, 2) == 2_dB);
  CHECK(measured.insertion_loss_of(2, 1) == 3_dB);
}

TEST_CASE("optical switch: what it does to photons that pass, and to those of others", "[link]") {
  optical_switch s{.crosstalk = 50_dB, .fidelity = 0.96};
  CHECK(s.leakage() == approx(1e-5));
  CHECK(s.leaked(hertz(1e6)).base() == approx(10));
  // As an encoding converter of the same price.
  const link::converter same;
  CHECK(s.noise() == approx(same.noise()));
  link::hardware h;
  CHECK(s.installed_in(h).emission_fidelity == approx(0.96));
  CHECK(s.installed_in(h, 5).emission_fidelity == approx(0.8200).epsilon(1e-3));
  CHECK(s.installed_in(h, 7).emission_fidelity == approx(0.7610).epsilon(1e-4));
  s.fidelity = 1;
  CHECK(s.installed_in(h, 9).emission_fidelity == 1);
  CHECK(optical_switch{.homing_time = 3_s, .parking_time = 1_s}.lifecycle() ==
        link::lifecycle_times{.initialising = 3_s, .locking = {}, .deinitialising = 1_s});
}

TEST_CASE("optical switch: values out of range are refused by name", "[link]") {
  const auto refused = [](const optical_switch& s) {
    const auto ok = s.validate();
    REQUIRE_FALSE(ok);
    return ok.error().what;
  };
  CHECK(refused({.kind = static_cast<switch_kind>(3)}) == "optical_switch.kind");
  CHECK(refused({.ports = 1}) == "optical_switch.ports");
  CHECK(refused({.kind = switch_kind::two_by_two, .ports = 2}) == "optical_switch.ports");
  CHECK(refused({.kind = switch_kind::two_sided, .ports = 5}) == "optical_switch.ports");
  CHECK(refused({.insertion_loss = -1.0 * 1_dB}) == "optical_switch.insertion_loss");
  CHECK(refused({.loss_per_crossing = 101_dB}) == "optical_switch.loss_per_crossing");
  CHECK(refused({.crosstalk = -1.0 * 1_dB}) == "optical_switch.crosstalk");
  CHECK(refused({.reconfiguration_time = 2_s}) == "optical_switch.reconfiguration_time");
  CHECK(refused({.reconfiguration_time = duration::never()}) == "optical_switch.reconfiguration_time");
  CHECK(refused({.homing_time = duration::never()}) == "optical_switch.homing_time");
  CHECK(refused({.parking_time = -1_ps}) == "optical_switch.parking_time");
  CHECK(refused({.fidelity = 0.2}) == "optical_switch.fidelity");
  CHECK(refused({.power = -1}) == "optical_switch.power");
  CHECK(refused({.ports = 3, .path_losses = {1_dB}}) == "optical_switch.path_losses");
  CHECK(refused({.ports = 2, .path_losses = {0_dB, 1_dB, 2_dB, 0_dB}}) == "optical_switch.path_losses[0][1]");
  CHECK(refused({.ports = 2, .path_losses = {0_dB, -1.0 * 1_dB, -1.0 * 1_dB, 0_dB}}) ==
        "optical_switch.path_losses[0][1]");
  for (const duration fast : {0_ps, 1_ns, 10_ms, 1_s}) CHECK(optical_switch{.reconfiguration_time = fast}.validate());
}
