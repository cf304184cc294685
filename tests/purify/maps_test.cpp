// SPDX-License-Identifier: Apache-2.0
#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/purify/none.hpp>

#include <cmath>

#include <ebit/quantum/werner.hpp>
#include <ebit/quantum/x_state.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20240506;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

pair_id id(std::uint64_t sequence) { return {path_id{3}, 1, sequence}; }

// x_state is not closed under the rotation of DEJMPS nor under the twirl: asking for it does not compile.
template <class Policy, class State>
concept applies = requires(Policy policy, const State& state) { policy.apply(state, state); };
static_assert(applies<purify::dejmps, bell_diagonal> && applies<purify::bbpssw, bell_diagonal>);
static_assert(applies<purify::dejmps, werner> && applies<purify::bbpssw, werner>);
static_assert(!applies<purify::dejmps, x_state> && !applies<purify::bbpssw, x_state>);
static_assert(purify::none::rounds == 0);

}  // namespace

TEST_CASE("dejmps: agrees with gates on density matrices for any Bell-diagonal pairs", "[purify]") {
  auto stream = fresh(1);
  double worst = 0;
  const purify::dejmps policy;
  for (int i = 0; i < 1500; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    worst = std::max(worst,
                     referee::distance(policy.apply(a, b, noise),
                                       referee::distil_parity(density_matrix<2>::from(a), density_matrix<2>::from(b),
                                                              policy.recipe(id(1), id(2)), false, noise)));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("bbpssw: is the mean of its recipes over all rotations", "[purify]") {
  auto stream = fresh(2);
  double worst = 0;
  for (int i = 0; i < 300; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    double sum[4] = {};
    for (std::uint32_t k = 0; k < 36; ++k) {
      const distil_recipe recipe{bell_permutation::element(k / 6), bell_permutation::element(k % 6)};
      const auto one = bell_diagonal::distil_branch(a, b, recipe, false, noise);
      for (std::size_t j = 0; j < 4; ++j) sum[j] += one.probability * one.state.probabilities()[j] / 36;
    }
    const auto mean = purify::bbpssw{}.apply(a, b, noise);
    for (std::size_t j = 0; j < 4; ++j)
      worst = std::max(worst, std::abs(mean.probability * mean.state.probabilities()[j] - sum[j]));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("bbpssw: on Werner pairs it is the map of Bennett et al. 1996", "[purify]") {
  for (double f = 0.3; f < 1; f += 0.05)
    for (double g = 0.3; g < 1; g += 0.05) {
      const double p = f * g + f * (1 - g) / 3 + g * (1 - f) / 3 + 5 * (1 - f) * (1 - g) / 9;
      const double expected = (f * g + (1 - f) * (1 - g) / 9) / p;
      const auto exact = purify::bbpssw{}.apply(bell_diagonal::werner(f), bell_diagonal::werner(g));
      const auto tracked = purify::bbpssw{}.apply(werner::of_fidelity(f), werner::of_fidelity(g));
      CHECK(std::abs(exact.probability - p) < 1e-14);
      CHECK(std::abs(exact.state.fidelity(bell_index::phi_plus) - expected) < 1e-14);
      CHECK(std::abs(tracked.probability - p) < 1e-14);
      CHECK(std::abs(tracked.state.fidelity(bell_index::phi_plus) - expected) < 1e-14);
    }
}

TEST_CASE("bbpssw: its rotations are uniform, depend on both pairs and on nothing else", "[purify]") {
  int seen[36] = {};
  constexpr int runs = 36000;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const distil_recipe recipe = purify::bbpssw{}.recipe(id(2 * i), id(2 * i + 1));
    CHECK(recipe == purify::bbpssw{.rounds = 3}.recipe(id(2 * i), id(2 * i + 1)));
    ++seen[6 * recipe.keep.element() + recipe.sacrifice.element()];
  }
  double chi2 = 0;
  for (const int n : seen) chi2 += (n - 1000.0) * (n - 1000.0) / 1000;
  CHECK(chi2 < 35 + 5 * std::sqrt(70.0));
  int different = 0;
  for (std::uint64_t i = 0; i < 1000; ++i)
    different += purify::bbpssw{}.recipe(id(7), id(i)) != purify::bbpssw{}.recipe(id(7), id(i + 1));
  CHECK(different > 900);
}

TEST_CASE("purification: perfect pairs stay, white noise stays, Werner one half gains nothing", "[purify]") {
  const auto check = [](const auto& policy) {
    const auto perfect = policy.apply(bell_diagonal{}, bell_diagonal{});
    CHECK(std::abs(perfect.probability - 1) < 1e-15);
    CHECK(std::abs(perfect.state.fidelity(bell_index::phi_plus) - 1) < 1e-15);
    const auto white = policy.apply(bell_diagonal::white(), bell_diagonal::white());
    CHECK(std::abs(white.probability - 0.5) < 1e-15);
    CHECK(referee::distance(white.state, bell_diagonal::white()) < 1e-15);
    const auto none = policy.apply(bell_diagonal::werner(0.5), bell_diagonal::werner(0.5));
    CHECK(std::abs(none.state.fidelity(bell_index::phi_plus) - 0.5) < 1e-15);
    const auto some = policy.apply(bell_diagonal::werner(0.7), bell_diagonal::werner(0.7));
    CHECK(some.state.fidelity(bell_index::phi_plus) > 0.7);
  };
  check(purify::dejmps{});
  check(purify::bbpssw{});
}

TEST_CASE("purification: frames move with the recipe", "[purify]") {
  // Distilling framed pairs is distilling the unframed ones, up to the frame (x1, z1 + z2) and the parity of the x
  // bits.
  auto stream = fresh(3);
  for (int i = 0; i < 2000; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const pauli_frame f{referee::any_label(stream)}, g{referee::any_label(stream)};
    const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
    const gate_noise noise = referee::any_gate_noise(stream);
    const bool parity = referee::any_bit(stream);
    const auto plain = bell_diagonal::distil_branch(a, b, recipe, parity, noise);
    const pauli_frame k = recipe.keep(f), s = recipe.sacrifice(g);
    const auto framed =
        bell_diagonal::distil_branch(a.corrected(f), b.corrected(g), recipe, parity != (k.x() != s.x()), noise);
    CHECK(std::abs(plain.probability - framed.probability) < 1e-14);
    if (plain.probability > 1e-6)
      CHECK(referee::distance(plain.state.corrected(pauli_frame{k.x(), k.z() != s.z()}), framed.state) < 1e-12);
  }
}
