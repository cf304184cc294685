// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/analyze/purification_limits.hpp>

#include "../support/catch.hpp"

using namespace ebit;
using namespace ebit::analyze;
using ebit_test::approx;
using ebit_test::within_abs;

TEST_CASE("analyze: purification gains between two fixed points", "[analyze]") {
  const gate_noise percent{.two_qubit = 0.01, .read_out = 0.01};
  const auto werner = bbpssw_range(percent), recurrence = dejmps_range(percent);
  REQUIRE(werner.has_value());
  REQUIRE(recurrence.has_value());
  CHECK_THAT(werner->lowest, within_abs(0.546859834, 1e-8));
  CHECK_THAT(werner->highest, within_abs(0.973756576, 1e-8));
  CHECK_THAT(recurrence->lowest, within_abs(0.52749, 1e-5));
  CHECK_THAT(recurrence->highest, within_abs(0.98596, 1e-5));
  CHECK(bbpssw_step{percent}(werner->highest) == approx(werner->highest).epsilon(1e-10));
  CHECK(dejmps_limit{percent}(0.9) == approx(recurrence->highest).epsilon(1e-12));
  CHECK(dejmps_limit{percent}(0.5) < 0.5);
}

TEST_CASE("analyze: purification without noise reaches one", "[analyze]") {
  CHECK_THAT(bbpssw_range({})->lowest, within_abs(0.5, 1e-9));
  CHECK(bbpssw_range({})->highest == 1);
  CHECK_THAT(dejmps_range({})->lowest, within_abs(0.5, 1e-9));
  CHECK(dejmps_range({})->highest == approx(1));
}

TEST_CASE("analyze: purification has a critical noise", "[analyze]") {
  CHECK_FALSE(bbpssw_range({.two_qubit = 0.04, .read_out = 0.04}).has_value());
  CHECK_FALSE(dejmps_range({.two_qubit = 0.06, .read_out = 0.06}).has_value());
  const auto both = [](double x) { return gate_noise{.two_qubit = x, .read_out = x}; };
  const auto gates = [](double x) { return gate_noise{.two_qubit = x}; };
  const auto reading = [](double x) { return gate_noise{.read_out = x}; };
  CHECK_THAT(critical_noise<bbpssw_step>(both), within_abs(0.0334, 1e-3));
  CHECK_THAT(critical_noise<bbpssw_step>(gates), within_abs(0.0513, 1e-3));
  CHECK_THAT(critical_noise<bbpssw_step>(reading), within_abs(0.146, 1e-3));
  CHECK_THAT(critical_noise<dejmps_limit>(both), within_abs(0.0522, 1e-3));
  CHECK_THAT(critical_noise<dejmps_limit>(gates), within_abs(0.0897, 1e-3));
  CHECK_THAT(critical_noise<dejmps_limit>(reading), within_abs(0.146, 1e-3));
}
