// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/analyze/key_rate.hpp>
#include <ebit/analyze/thresholds.hpp>

#include "../support/catch.hpp"

using namespace ebit::analyze;
using ebit::bell_diagonal;
using ebit_test::approx;
using ebit_test::within_abs;

TEST_CASE("analyze: key fractions of perfect and useless pairs", "[analyze]") {
  CHECK(bb84_key_fraction(bell_diagonal{}) == 1);
  CHECK(six_state_key_fraction(bell_diagonal{}) == 1);
  CHECK(device_independent_key_fraction(bell_diagonal{}) == approx(1));
  CHECK(chsh_best(bell_diagonal{}) == approx(2 * std::sqrt(2.0)).epsilon(1e-15));
  CHECK(bb84_key_fraction(bell_diagonal::white()) == 0);
  CHECK(six_state_key_fraction(bell_diagonal::white()) == 0);
  CHECK(hashing_balance(bell_diagonal::white()) == approx(-1));
  CHECK(chsh_best(bell_diagonal::white()) == 0);
  CHECK(binary_entropy(0) == 0);
  CHECK(binary_entropy(1) == 0);
  CHECK(binary_entropy(0.5) == 1);
}

TEST_CASE("analyze: error rates name their bases", "[analyze]") {
  const error_rates e = errors_of(bell_diagonal{0.7, 0.2, 0.07, 0.03});
  CHECK(e.x == approx(0.23));  // phase flips
  CHECK(e.z == approx(0.10));  // bit flips
  CHECK(e.y == approx(0.27));
  // Errors in one basis alone: the six-state protocol has nothing to add to BB84.
  const bell_diagonal dephased{0.9, 0.1, 0, 0};
  CHECK(six_state_key_fraction(dephased) == approx(bb84_key_fraction(dephased)).epsilon(1e-14));
}

TEST_CASE("analyze: a real error correction costs key", "[analyze]") {
  const bell_diagonal pair = bell_diagonal::werner(0.95);
  const double h = binary_entropy(errors_of(pair).z);
  CHECK(bb84_key_fraction(pair, 1) - bb84_key_fraction(pair, 1.16) == approx(0.16 * h).epsilon(1e-12));
}

TEST_CASE("analyze: thresholds are where the balances vanish", "[analyze]") {
  const double e = bb84_threshold_error();
  CHECK_THAT(bb84_balance({e, e, e}), within_abs(0, 1e-14));
  CHECK(e == approx(0.110027864438).epsilon(1e-11));
  CHECK_THAT(bb84_balance(errors_of(bell_diagonal::werner(bb84_threshold_fidelity()))), within_abs(0, 1e-13));
  CHECK_THAT(hashing_balance(bell_diagonal::werner(hashing_threshold_fidelity())), within_abs(0, 1e-13));
  CHECK(chsh_best(bell_diagonal::werner(chsh_threshold_fidelity())) == approx(2).epsilon(1e-14));
  CHECK(chsh_threshold_fidelity() == approx(0.78033008589));
  CHECK(errors_of(bell_diagonal::werner(hashing_threshold_fidelity())).y == approx(six_state_threshold_error()));
  static_assert(entanglement_threshold_fidelity() < hashing_threshold_fidelity());
}
