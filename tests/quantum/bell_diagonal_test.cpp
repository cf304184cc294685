// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/bell_diagonal.hpp>

#include <cmath>
#include <type_traits>

#include <ebit/quantum/concepts.hpp>

#include <support/catch.hpp>
#include "referee.hpp"

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20240501;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

static_assert(ensemble_state<bell_diagonal>);
static_assert(std::is_trivially_copyable_v<bell_diagonal> && sizeof(bell_diagonal) == 32);
// Usable at compile time; the value is that of Deutsch et al. 1996 for F = 0.8.
constexpr auto once =
    bell_diagonal::distil_branch(bell_diagonal::werner(0.8), bell_diagonal::werner(0.8),
                                 {bell_permutation::half_x_rotation(), bell_permutation::half_x_rotation()}, false);
static_assert(once.probability > 0.768888888 && once.probability < 0.768888889);
static_assert(bell_diagonal::pure(bell_index::psi_minus).fidelity(bell_index::psi_minus) == 1);

double total(const bell_diagonal& s) {
  double sum = 0;
  for (const double p : s.probabilities()) sum += p;
  return sum;
}

}  // namespace

TEST_CASE("bell_diagonal: correlators and labels are those of the density matrix", "[quantum]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 1000; ++i) {
    const bell_diagonal s = referee::any_bell_diagonal(stream);
    const auto rho = density_matrix<2>::from(s);
    for (std::uint8_t label = 0; label < 4; ++label)
      worst = std::max(worst, std::abs(rho.fidelity(bell_index{label}) - s.fidelity(bell_index{label})));
    const pauli_frame frame{referee::any_label(stream)};
    auto moved = rho;
    worst = std::max(worst, referee::distance(moved.correct(frame, 1), density_matrix<2>::from(s.corrected(frame))));
    worst = std::max(worst, referee::distance(bell_diagonal::from_correlators(s.xx(), s.yy(), s.zz()), s));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-14);
}

TEST_CASE("bell_diagonal: rotations are local gates", "[quantum]") {
  auto stream = fresh(2);
  double worst = 0;
  for (std::uint32_t k = 0; k < 6; ++k)
    for (int i = 0; i < 50; ++i) {
      const bell_diagonal s = referee::any_bell_diagonal(stream);
      auto rho = density_matrix<2>::from(s);
      referee::rotate(rho, bell_permutation::element(k));
      worst =
          std::max(worst, referee::distance(rho, density_matrix<2>::from(s.rotated(bell_permutation::element(k)))));
    }
  CAPTURE(seed);
  CHECK(worst < 1e-14);
}

TEST_CASE("bell_diagonal: every branch of a swap agrees with the density matrix", "[quantum]") {
  auto stream = fresh(3);
  double worst = 0;
  for (int i = 0; i < 1500; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const bell_index outcome = referee::any_label(stream);
    const auto fast = bell_diagonal::swap_branch(a, b, outcome, noise);
    worst = std::max(worst, referee::distance(fast, referee::swap(density_matrix<2>::from(a),
                                                                  density_matrix<2>::from(b), outcome, noise)));
    worst = std::max(worst, std::abs(total(fast.state) - 1));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("bell_diagonal: every branch of every distillation agrees with the density matrix", "[quantum]") {
  auto stream = fresh(4);
  double worst = 0;
  for (int i = 0; i < 1500; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
    const gate_noise noise = referee::any_gate_noise(stream);
    const auto rho = density_matrix<2>::from(a), sigma = density_matrix<2>::from(b);
    double sum = 0;
    for (const bool parity : {false, true}) {
      const auto fast = bell_diagonal::distil_branch(a, b, recipe, parity, noise);
      worst = std::max(worst, referee::distance(fast, referee::distil_parity(rho, sigma, recipe, parity, noise)));
      sum += fast.probability;
      CHECK(fast.probability >= 0);
    }
    worst = std::max(worst, std::abs(sum - 1));
    // One bit alone says nothing.
    worst = std::max(worst, std::abs(referee::distil(rho, sigma, recipe, true, false, noise).trace() -
                                     referee::distil(rho, sigma, recipe, false, true, noise).trace()));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("bell_diagonal: ages by the twirled memory channel, a semigroup", "[quantum]") {
  auto stream = fresh(5);
  double worst = 0, semigroup = 0;
  for (int i = 0; i < 1500; ++i) {
    const bell_diagonal s = referee::any_bell_diagonal(stream);
    const memory_noise memory = referee::any_memory_noise(stream);
    REQUIRE(memory.validate());
    const duration t = referee::any_time(stream), u = referee::any_time(stream);
    const std::size_t qubit = sample::below(stream, 2);
    const bell_diagonal fast = s.aged(qubit == 0 ? half::a : half::b, t, memory);
    worst = std::max(worst, referee::distance(density_matrix<2>::from(fast),
                                              referee::aged_twirled(density_matrix<2>::from(s), t, memory, qubit)));
    semigroup = std::max(semigroup, referee::distance(fast.aged(half::a, u, memory), s.aged(half::b, t + u, memory)));
    worst = std::max(worst, std::abs(total(fast) - 1));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
  CHECK(semigroup < 1e-12);
  CHECK(bell_diagonal{}.aged(half::a, duration::never(), {}) == bell_diagonal{});
}

TEST_CASE("bell_diagonal: symmetries and fixed points", "[quantum]") {
  auto stream = fresh(6);
  const bell_diagonal white = bell_diagonal::white();
  for (int i = 0; i < 500; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
    // A swap does not care which pair is called left; white noise stays white noise; a perfect pair changes nothing.
    CHECK(referee::distance(bell_diagonal::joined(a, b, noise), bell_diagonal::joined(b, a, noise)) < 1e-15);
    CHECK(referee::distance(bell_diagonal::joined(a, white, noise), white) < 1e-15);
    CHECK(bell_diagonal::joined(a, bell_diagonal{}) == a);
    CHECK(referee::distance(bell_diagonal::distil_branch(white, white, recipe, false, noise).state, white) < 1e-15);
    CHECK(bell_diagonal::distil_branch({}, {}, recipe, false).state == bell_diagonal{});
    CHECK(bell_diagonal::distil_branch({}, {}, recipe, true).probability == 0);
    // The twirl keeps the fidelity and is the mean of the six rotations.
    double mean[4] = {};
    for (std::uint32_t k = 0; k < 6; ++k)
      for (std::size_t j = 0; j < 4; ++j) mean[j] += a.rotated(bell_permutation::element(k)).probabilities()[j] / 6;
    CHECK(referee::distance(a.twirled(), bell_diagonal{mean[0], mean[1], mean[2], mean[3]}) < 1e-15);
  }
}

TEST_CASE("bell_diagonal: drawn outcomes have the frequencies of the branches", "[quantum]") {
  auto stream = fresh(7);
  const bell_diagonal a{0.6, 0.2, 0.15, 0.05}, b{0.5, 0.1, 0.1, 0.3};
  const gate_noise noise{.two_qubit = 0.05, .one_qubit = 0.02, .read_out = 0.03};
  const distil_recipe recipe{bell_permutation::half_x_rotation(), bell_permutation::half_x_rotation()};
  constexpr int runs = 40000;
  int outcomes[4] = {}, bits[4] = {}, seen[3][4] = {};
  for (int i = 0; i < runs; ++i) {
    const auto joined = bell_diagonal::swap(a, b, noise, stream);
    ++outcomes[static_cast<int>(joined.outcome)];
    CHECK(joined.state == bell_diagonal::swap_branch(a, b, joined.outcome, noise).state);
    const auto kept = bell_diagonal::distil(a, b, recipe, noise, stream);
    ++bits[2 * kept.first + kept.second];
    CHECK(kept.state == bell_diagonal::distil_branch(a, b, recipe, kept.first != kept.second, noise).state);
    for (int axis = 0; axis < 3; ++axis) {
      const auto read = a.measure(static_cast<basis>(axis), static_cast<basis>(axis), 0.1, stream);
      ++seen[axis][2 * read.a + read.b];
    }
  }
  const auto five_sigma = [](double p) { return 5 * std::sqrt(runs * p * (1 - p)); };
  const double even = bell_diagonal::distil_branch(a, b, recipe, false, noise).probability;
  const double correlators[3] = {a.xx(), a.yy(), a.zz()};
  CAPTURE(seed);
  for (int i = 0; i < 4; ++i) {
    CHECK(std::abs(outcomes[i] - runs * 0.25) < five_sigma(0.25));
    const double p = (i == 0 || i == 3 ? even : 1 - even) / 2;
    CHECK(std::abs(bits[i] - runs * p) < five_sigma(p));
    for (int axis = 0; axis < 3; ++axis) {
      const double q = (1 + (i == 0 || i == 3 ? 0.64 : -0.64) * correlators[axis]) / 4;
      CHECK(std::abs(seen[axis][i] - runs * q) < five_sigma(q));
    }
  }
}
