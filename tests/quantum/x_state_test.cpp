// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/x_state.hpp>

#include <cmath>
#include <type_traits>

#include <ebit/quantum/concepts.hpp>

#include <support/catch.hpp>
#include "referee.hpp"

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20240502;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

static_assert(ensemble_state<x_state>);
static_assert(std::is_trivially_copyable_v<x_state> && sizeof(x_state) == 56);
static_assert(x_state{}.fidelity(bell_index::phi_plus) == 1);

}  // namespace

TEST_CASE("x_state: a draw is the branch of its outcome", "[quantum]") {
  auto stream = fresh(1);
  for (int i = 0; i < 1000; ++i) {
    const x_state a = referee::any_x_state(stream), b = referee::any_x_state(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const auto joined = x_state::swap(a, b, noise, stream);
    CHECK(joined.state == x_state::swap_branch(a, b, joined.outcome, noise).state);
    const auto kept = x_state::distil(a, b, {}, noise, stream);
    CHECK(kept.state == x_state::distil_outcome(a, b, {}, kept.first, kept.second, noise).state);
  }
}

TEST_CASE("x_state: the Pauli twirl is the mean over Paulis on both halves", "[quantum]") {
  auto stream = fresh(2);
  double worst = 0;
  for (int i = 0; i < 500; ++i) {
    const x_state s = referee::any_x_state(stream);
    auto mean = density_matrix<2>::from(s).scaled(0);
    for (std::uint8_t label = 0; label < 4; ++label) {
      auto one = density_matrix<2>::from(s);
      const pauli_frame frame{bell_index{label}};
      mean = mean + one.correct(frame, 0).correct(frame, 1).scaled(0.25);
    }
    worst = std::max(worst, referee::distance(mean, density_matrix<2>::from(s.twirled())));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-14);
}

TEST_CASE("x_state: extreme photon loss distillation removes the loss and a common phase", "[quantum]") {
  // Campbell and Benjamin 2008: (1-q)|Ψ(φ)⟩⟨Ψ(φ)| + q|11⟩⟨11| twice, keeping both bits set.
  for (const double phase : {0.0, 0.7, 2.5}) {
    const double q = 0.3, c = (1 - q) / 2;
    const x_state lossy = x_state::from_elements({0, c, c, q, 0, 0, c * std::cos(phase), -c * std::sin(phase)});
    const auto kept = x_state::distil_outcome(lossy, lossy, {}, true, true);
    CHECK(std::abs(kept.probability - (1 - q) * (1 - q) / 2) < 1e-15);
    CHECK(std::abs(kept.state.fidelity(bell_index::psi_plus) - 1) < 1e-12);
  }
}
