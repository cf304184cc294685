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

}  // namespace

TEST_CASE("bell_diagonal: a swap does not care which pair is called left, and one bit of a distillation says nothing",
          "[quantum]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 1000; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    worst =
        std::max(worst, referee::distance(bell_diagonal::joined(a, b, noise), bell_diagonal::joined(b, a, noise)));
    CHECK(bell_diagonal::joined(a, bell_diagonal{}) == a);
    const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
    const auto rho = density_matrix<2>::from(a), sigma = density_matrix<2>::from(b);
    worst = std::max(worst, std::abs(referee::distil(rho, sigma, recipe, true, false, noise).trace() -
                                     referee::distil(rho, sigma, recipe, false, true, noise).trace()));
    worst = std::max(worst, std::abs(referee::distil(rho, sigma, recipe, true, true, noise).trace() -
                                     referee::distil(rho, sigma, recipe, false, false, noise).trace()));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-14);
}

TEST_CASE("bell_diagonal: an ideal memory keeps a pair for ever", "[quantum]") {
  CHECK(bell_diagonal{}.aged(half::a, duration::never(), {}) == bell_diagonal{});
}

TEST_CASE("bell_diagonal: a draw is the branch of its outcome", "[quantum]") {
  auto stream = fresh(2);
  for (int i = 0; i < 1000; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
    const auto joined = bell_diagonal::swap(a, b, noise, stream);
    CHECK(joined.state == bell_diagonal::swap_branch(a, b, joined.outcome, noise).state);
    const auto kept = bell_diagonal::distil(a, b, recipe, noise, stream);
    CHECK(kept.state == bell_diagonal::distil_branch(a, b, recipe, kept.first != kept.second, noise).state);
  }
}
