// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <ebit/analyze/bounds.hpp>

#include "../support/catch.hpp"

using namespace ebit::analyze;
using ebit::decibels;
using ebit_test::approx;

TEST_CASE("analyze: repeaterless bounds", "[analyze]") {
  CHECK(repeaterless_bound(0.5) == approx(1).epsilon(1e-15));
  CHECK(repeaterless_bound(decibels(20)) == approx(0.014499569695115091).epsilon(1e-13));
  CHECK(repeaterless_bound(1e-12) == approx(1e-12 / std::log(2.0)).epsilon(1e-11));
  CHECK(std::isinf(repeaterless_bound(1.0)));
  CHECK(std::isinf(repeaterless_bound(decibels(0))));
  // The two ways of computing meet where they change over, and the looser bound is looser.
  for (const double db : {0.001, 0.5, 2.999, 3.001, 10.0, 60.0}) {
    const double eta = std::pow(10, -db / 10);
    CHECK(repeaterless_bound(decibels(db)) == approx(repeaterless_bound(eta)).epsilon(1e-11));
    CHECK(squashed_entanglement_bound(decibels(db)) == approx(std::log2((1 + eta) / (1 - eta))).epsilon(1e-9));
    CHECK(squashed_entanglement_bound(eta) > repeaterless_bound(eta));
    CHECK(repeater_bound(decibels(db), 0) == repeaterless_bound(decibels(db)));
    CHECK(repeater_bound(decibels(db), 1) == approx(repeaterless_bound(std::sqrt(eta))).epsilon(1e-11));
  }
}

TEST_CASE("analyze: thermal loss channels", "[analyze]") {
  CHECK(thermal_entropy(0) == 0);
  CHECK(thermal_entropy(1) == approx(2));
  CHECK(thermal_entropy(1e9) == approx(std::log2(1e9) + 1 / std::log(2.0)).epsilon(1e-9));
  const thermal_loss pure{0.3, 0};
  CHECK(pure.two_way_upper_bound() == approx(repeaterless_bound(0.3)).epsilon(1e-14));
  CHECK(pure.quantum_lower_bound() == 0);
  CHECK(thermal_loss{0.8, 0}.quantum_lower_bound() == approx(2).epsilon(1e-14));
  // One added photon breaks entanglement, whatever the transmittance.
  for (const double eta : {0.01, 0.3, 0.5, 0.97}) {
    CHECK(thermal_loss::from_added_noise(eta, 1).entanglement_breaking());
    CHECK(thermal_loss::from_added_noise(eta, 1).two_way_upper_bound() == 0);
    CHECK_FALSE(thermal_loss::from_added_noise(eta, 0.999).entanglement_breaking());
    CHECK(thermal_loss::from_added_noise(eta, 0.25).added_noise() == approx(0.25).epsilon(1e-14));
    CHECK(thermal_loss::from_added_noise(eta, 0.3).quantum_lower_bound() <=
          thermal_loss::from_added_noise(eta, 0.3).two_way_upper_bound());
  }
}
