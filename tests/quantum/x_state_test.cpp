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

/// The rotations that keep the Z axis.
bell_permutation any_z_rotation(random_stream& stream) {
  return bell_permutation::element(static_cast<std::uint32_t>(sample::below(stream, 2)));
}
double distance(const x_state& a, const x_state& b) {
  return referee::distance(density_matrix<2>::from(a), density_matrix<2>::from(b));
}

}  // namespace

TEST_CASE("x_state: elements, fidelities, Paulis and phases are those of the density matrix", "[quantum]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 2000; ++i) {
    const x_state s = referee::any_x_state(stream);
    const auto rho = density_matrix<2>::from(s);
    worst = std::max(worst, distance(x_state::from_elements(s.elements()), s));
    for (std::uint8_t label = 0; label < 4; ++label) {
      worst = std::max(worst, std::abs(rho.fidelity(bell_index{label}) - s.fidelity(bell_index{label})));
      worst = std::max(worst, std::abs(s.twirled().fidelity(bell_index{label}) - s.fidelity(bell_index{label})));
    }
    for (const half which : {half::a, half::b}) {
      const std::size_t qubit = which == half::a ? 0 : 1;
      const pauli_frame frame{referee::any_label(stream)};
      auto corrected = rho, phased = rho;
      worst = std::max(worst, referee::distance(corrected.correct(frame, qubit),
                                                density_matrix<2>::from(s.corrected(frame, which))));
      const double angle = 8 * sample::uniform(stream) - 4;
      worst = std::max(worst, referee::distance(phased.apply(gates::phase(angle), qubit),
                                                density_matrix<2>::from(s.phased(which, angle))));
    }
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
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

TEST_CASE("x_state: ages exactly, a semigroup towards |00>", "[quantum]") {
  auto stream = fresh(3);
  double worst = 0, semigroup = 0;
  for (int i = 0; i < 2000; ++i) {
    const x_state s = referee::any_x_state(stream);
    const memory_noise memory = referee::any_memory_noise(stream);
    const duration t = referee::any_time(stream), u = referee::any_time(stream);
    for (const half which : {half::a, half::b}) {
      auto rho = density_matrix<2>::from(s);
      rho.age(t, memory, which == half::a ? 0 : 1);
      const x_state fast = s.aged(which, t, memory);
      worst = std::max(worst, referee::distance(rho, density_matrix<2>::from(fast)));
      semigroup = std::max(semigroup, distance(fast.aged(which, u, memory), s.aged(which, t + u, memory)));
    }
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
  CHECK(semigroup < 1e-12);
  const memory_noise memory{.t1 = duration::seconds(1), .t2 = duration::seconds(1)};
  const x_state dead = x_state{}.aged(half::a, duration::never(), memory).aged(half::b, duration::never(), memory);
  CHECK(dead.elements().p00 == 1);
}

TEST_CASE("x_state: every branch of a swap agrees with the density matrix", "[quantum]") {
  auto stream = fresh(4);
  double worst = 0;
  for (int i = 0; i < 1500; ++i) {
    const x_state a = referee::any_x_state(stream), b = referee::any_x_state(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    double sum = 0;
    for (std::uint8_t m = 0; m < 4; ++m) {
      const auto fast = x_state::swap_branch(a, b, bell_index{m}, noise);
      worst =
          std::max(worst, referee::distance(fast, referee::swap(density_matrix<2>::from(a),
                                                                density_matrix<2>::from(b), bell_index{m}, noise)));
      sum += fast.probability;
    }
    worst = std::max(worst, std::abs(sum - 1));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("x_state: every branch of a distillation agrees with the density matrix", "[quantum]") {
  auto stream = fresh(5);
  double worst = 0;
  for (int i = 0; i < 1500; ++i) {
    const x_state a = referee::any_x_state(stream), b = referee::any_x_state(stream);
    const distil_recipe recipe{any_z_rotation(stream), any_z_rotation(stream)};
    const gate_noise noise = referee::any_gate_noise(stream);
    const auto rho = density_matrix<2>::from(a), sigma = density_matrix<2>::from(b);
    for (const bool first : {false, true})
      for (const bool second : {false, true}) {
        const auto fast = x_state::distil_outcome(a, b, recipe, first, second, noise);
        worst = std::max(worst, referee::distance(fast, referee::distil(rho, sigma, recipe, first, second, noise)));
      }
    for (const bool parity : {false, true}) {
      const auto fast = x_state::distil_branch(a, b, recipe, parity, noise);
      worst = std::max(worst, referee::distance(fast, referee::distil_parity(rho, sigma, recipe, parity, noise)));
    }
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("x_state: agrees with bell_diagonal on all maps exact for both", "[quantum]") {
  auto stream = fresh(6);
  double worst = 0;
  for (int i = 0; i < 3000; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const x_state x{a}, y{b};
    const gate_noise noise = referee::any_gate_noise(stream);
    const bell_index outcome = referee::any_label(stream);
    const distil_recipe recipe{any_z_rotation(stream), any_z_rotation(stream)};
    const bool parity = referee::any_bit(stream);
    const memory_noise dephasing{.t2 = referee::any_time(stream)};
    const duration t = referee::any_time(stream);
    worst = std::max(worst, distance(x.aged(half::a, t, dephasing), x_state{a.aged(half::a, t, dephasing)}));
    const auto fast = bell_diagonal::swap_branch(a, b, outcome, noise);
    worst = std::max(worst, distance(x_state::swap_branch(x, y, outcome, noise).state, x_state{fast.state}));
    const auto kept = bell_diagonal::distil_branch(a, b, recipe, parity, noise);
    const auto other = x_state::distil_branch(x, y, recipe, parity, noise);
    worst = std::max(worst, std::abs(kept.probability - other.probability));
    if (kept.probability > 1e-3) worst = std::max(worst, distance(other.state, x_state{kept.state}));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("x_state: drawn outcomes have the frequencies of the branches", "[quantum]") {
  auto stream = fresh(7);
  const x_state a = x_state::from_elements({0.02, 0.5, 0.4, 0.08, 0.01, 0.02, 0.3, 0.1});
  const x_state b = x_state::from_elements({0.3, 0.1, 0.15, 0.45, 0.2, -0.1, 0.05, 0.1});
  const gate_noise noise{.two_qubit = 0.05, .one_qubit = 0.02, .read_out = 0.03};
  constexpr int runs = 40000;
  int outcomes[4] = {}, bits[4] = {};
  for (int i = 0; i < runs; ++i) {
    const auto joined = x_state::swap(a, b, noise, stream);
    ++outcomes[static_cast<int>(joined.outcome)];
    CHECK(joined.state == x_state::swap_branch(a, b, joined.outcome, noise).state);
    const auto kept = x_state::distil(a, b, {}, noise, stream);
    ++bits[2 * kept.first + kept.second];
    CHECK(kept.state == x_state::distil_outcome(a, b, {}, kept.first, kept.second, noise).state);
  }
  CAPTURE(seed);
  for (std::uint8_t i = 0; i < 4; ++i) {
    const double p = x_state::swap_branch(a, b, bell_index{i}, noise).probability;
    CHECK(std::abs(outcomes[i] - runs * p) < 5 * std::sqrt(runs * p * (1 - p)));
    const double q = x_state::distil_outcome(a, b, {}, (i & 2) != 0, (i & 1) != 0, noise).probability;
    CHECK(std::abs(bits[i] - runs * q) < 5 * std::sqrt(runs * q * (1 - q)));
  }
}

TEST_CASE("x_state: measured bits have the statistics of the density matrix in all nine bases", "[quantum]") {
  auto stream = fresh(8);
  const x_state s = x_state::from_elements({0.3, 0.1, 0.15, 0.45, 0.2, -0.1, 0.05, 0.1});
  constexpr int runs = 20000;
  constexpr double flip = 0.04;
  const auto turn = [](density_matrix<2>& rho, basis b, std::size_t qubit) {
    if (b == basis::y) rho.apply(gates::phase(-referee::quarter_turn), qubit);
    if (b != basis::z) rho.apply(gates::hadamard, qubit);
  };
  CAPTURE(seed);
  for (const basis at_a : {basis::x, basis::y, basis::z})
    for (const basis at_b : {basis::x, basis::y, basis::z}) {
      int seen[4] = {};
      for (int i = 0; i < runs; ++i) {
        const measured_bits read = s.measure(at_a, at_b, flip, stream);
        ++seen[2 * read.a + read.b];
      }
      auto rho = density_matrix<2>::from(s);
      turn(rho, at_a, 0);
      turn(rho, at_b, 1);
      for (int i = 0; i < 4; ++i) {
        const double p = rho.projected(0, (i & 2) != 0, flip).projected(1, (i & 1) != 0, flip).trace();
        CHECK(std::abs(seen[i] - runs * p) < 5 * std::sqrt(runs * p * (1 - p)));
      }
    }
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
