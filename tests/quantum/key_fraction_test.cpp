// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <ebit/quantum/key_fraction.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using ebit_test::approx;
using ebit_test::within_abs;

namespace {

constexpr std::uint64_t seed = 1984'0001;

/// How often both ends read different bits of the density matrix, each after the gate that takes its basis to Z.
template <class Rotate>
double disagreement(density_matrix<2> pair, Rotate rotate) {
  rotate(pair);
  double unlike = 0;
  for (const bool bit : {false, true}) unlike += pair.projected(0, bit, 0).projected(1, !bit, 0).trace();
  return unlike;
}
double entropy(double q) { return q > 0 && q < 1 ? -q * std::log2(q) : 0; }

}  // namespace

TEST_CASE("quantum/key_fraction: errors are those of measured density matrices") {
  random_stream s{seed, random_purpose::user, 1};
  INFO("seed " << seed);
  for (int i = 0; i < 200; ++i) {
    const bell_diagonal pair = referee::any_bell_diagonal(s);
    const auto rho = density_matrix<2>::from(pair);
    const error_rates e = errors_of(pair);
    const auto as_it_is = [](density_matrix<2>&) {};
    const auto x_to_z = [](density_matrix<2>& r) { r.apply(gates::hadamard, 0).apply(gates::hadamard, 1); };
    const auto y_to_z = [](density_matrix<2>& r) {
      r.apply(gates::rotate_x(referee::quarter_turn), 0).apply(gates::rotate_x(referee::quarter_turn), 1);
    };
    CHECK_THAT(e.z, within_abs(disagreement(rho, as_it_is), 1e-12));
    CHECK_THAT(e.x, within_abs(disagreement(rho, x_to_z), 1e-12));
    CHECK_THAT(1 - e.y, within_abs(disagreement(rho, y_to_z), 1e-12));  // Φ+ is anticorrelated in Y
    const auto& c = pair.probabilities();
    const double bb84 = 1 - entropy(e.x) - entropy(1 - e.x) - entropy(e.z) - entropy(1 - e.z);
    CHECK_THAT(bb84_balance(e), within_abs(bb84, 1e-12));
    const double hashing = 1 - entropy(c[0]) - entropy(c[1]) - entropy(c[2]) - entropy(c[3]);
    CHECK_THAT(hashing_balance(pair), within_abs(hashing, 1e-12));
    // A third basis can only help.
    CHECK(six_state_key_fraction(pair) >= bb84_key_fraction(pair) - 1e-12);
    CHECK(bb84_key_fraction(pair) == std::max(0.0, bb84_balance(e)));
  }
}

TEST_CASE("quantum/key_fraction: whole key, no key and rounding at the ends") {
  CHECK(bb84_key_fraction(bell_diagonal{}) == 1);
  CHECK(six_state_key_fraction(bell_diagonal{}) == 1);
  CHECK(bb84_key_fraction(bell_diagonal::white()) == 0);
  CHECK(six_state_key_fraction(bell_diagonal::white()) == 0);
  CHECK(bb84_balance({1 + 1e-15, 0, -1e-15}) == approx(1));
  CHECK(bb84_key_fraction(bell_diagonal::werner(0.9)) == approx(0.293281330).epsilon(1e-8));
  CHECK(six_state_key_fraction(bell_diagonal::werner(0.9)) == approx(0.372508156).epsilon(1e-8));
}
