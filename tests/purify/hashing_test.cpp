// SPDX-License-Identifier: Apache-2.0
#include <ebit/purify/hashing.hpp>

#include <cmath>

#include <ebit/purify/dejmps.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20260104;

/// The logarithm of the number of typical error strings per pair, counted: multinomial coefficients of `n` pairs.
double entropy_by_counting(const bell_diagonal& pair, double n) {
  double bits = std::lgamma(n + 1);
  for (const double p : pair.probabilities()) bits -= std::lgamma(n * p + 1);
  return bits / (n * std::log(2.0));
}

}  // namespace

TEST_CASE("hashing: the bound is one minus the entropy of the error strings, counted", "[purify]") {
  random_stream stream{seed, random_purpose::user, 1};
  CAPTURE(seed);
  for (int i = 0; i < 100; ++i) {
    const bell_diagonal pair = referee::any_bell_diagonal(stream);
    const double bound = purify::hashing_bound(pair);
    CHECK(std::abs(bound - (1 - entropy_by_counting(pair, 1e7))) < 1e-4);
    CHECK((bound >= -1 - 1e-12 && bound <= 1));
    CHECK(purify::hashing_yield(pair) == (bound > 0 ? bound : 0));
    for (std::uint8_t f = 0; f < 4; ++f)
      CHECK(std::abs(purify::hashing_bound(pair.corrected(pauli_frame{bell_index{f}})) - bound) < 1e-14);
  }
  CHECK(purify::hashing_bound({}) == 1);
  CHECK(purify::hashing_bound(bell_diagonal::white()) == -1);
  CHECK(purify::hashing_yield(bell_diagonal{0.5, 0.5, 0, 0}) == 0);
}

TEST_CASE("hashing: Werner pairs are hashed above 0.810710375", "[purify]") {
  CHECK(std::abs(purify::hashing_threshold() - 0.810710375) < 1e-9);
  CHECK(purify::hashing_yield(bell_diagonal::werner(purify::hashing_threshold() - 1e-6)) == 0);
  CHECK(purify::hashing_yield(bell_diagonal::werner(purify::hashing_threshold() + 1e-6)) > 0);
}

TEST_CASE("hashing: rounds before it save what is too noisy, and waste what is not", "[purify]") {
  const auto yield = [](double fidelity, std::uint8_t rounds) {
    return purify::hashing_yield(purify::dejmps{.rounds = rounds}, bell_diagonal::werner(fidelity));
  };
  CHECK(yield(0.7, 0) == 0);
  CHECK(yield(0.7, 1) == 0);
  CHECK(yield(0.7, 2) > 0.015);
  CHECK(yield(0.7, 3) > yield(0.7, 2));
  CHECK(yield(0.7, 6) < yield(0.7, 3) / 4);  // perfect or not, each round takes half of the pairs at least
  CHECK(yield(0.98, 0) > yield(0.98, 1));
  CHECK(yield(0.98, 0) == purify::hashing_yield(bell_diagonal::werner(0.98)));
}
