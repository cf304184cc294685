// SPDX-License-Identifier: Apache-2.0
#include <ebit/app/remote_cnot.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <ebit/core/probability.hpp>
#include <ebit/quantum/density_matrix.hpp>
#include <ebit/quantum/state_vector.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using app::remote_cnot;

namespace {

constexpr std::uint64_t seed = 20240514;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

gate_noise any_noise(random_stream& stream) {
  gate_noise noise = referee::any_gate_noise(stream);
  noise.bell_phase = referee::any_bit(stream) ? 0 : 0.5 * sample::uniform(stream);
  return noise;
}

const density_matrix<2> phi_plus = density_matrix<2>::from(bell_diagonal{});

/// The protocol on halves of two perfect pairs: qubits (reference of the control, control, reference of the target,
/// target, A, B). What remains is (reference, control, reference, target).
density_matrix<4> cat(const bell_diagonal& pair, const gate_noise& noise) {
  density_matrix<6> all = tensor(tensor(phi_plus, phi_plus), density_matrix<2>::from(pair));
  all.cnot(1, 4).white_noise(noise.two_qubit, 1, 4);
  auto sum = all.scaled(0);
  for (const bool a : {false, true}) {
    auto told = all.projected(4, a, noise.read_out);
    told.correct(pauli_frame{a, false}, 5);
    told.cnot(5, 3).white_noise(noise.two_qubit, 5, 3);
    told.apply(gates::hadamard, 5).white_noise(noise.one_qubit, 5);
    for (const bool b : {false, true}) {
      auto back = told.projected(5, b, noise.read_out);
      sum = sum + back.correct(pauli_frame{false, b}, 1);
    }
  }
  return sum.without(5).without(4);
}
/// As `cat`; what remains is (reference of the control, reference of the target, target, B).
density_matrix<4> teleport(const bell_diagonal& pair, const gate_noise& noise) {
  const density_matrix<6> all = tensor(tensor(phi_plus, phi_plus), density_matrix<2>::from(pair));
  auto sum = all.scaled(0);
  for (std::uint8_t m = 0; m < 4; ++m) {
    auto told = all.bell_projected(1, 4, bell_index{m}, noise);
    told.correct(pauli_frame{bell_index{m}}, 5).cnot(5, 3);
    sum = sum + told.white_noise(noise.two_qubit, 5, 3);
  }
  return sum.without(4).without(1);
}

/// The probabilities of all 16 errors, by the overlap with the perfect gate followed by each.
double distance(remote_cnot kind, const bell_diagonal& pair, const gate_noise& noise) {
  const bool stays = kind == remote_cnot::cat;
  const density_matrix<4> rho = stays ? cat(pair, noise) : teleport(pair, noise);
  const std::size_t reference = 0, control = stays ? 1 : 3, other = stays ? 2 : 1, target = stays ? 3 : 2;
  state_vector<4> perfect;
  perfect.apply(gates::hadamard, reference).cnot(reference, control);
  perfect.apply(gates::hadamard, other).cnot(other, target).cnot(control, target);
  const app::two_qubit_errors errors = errors_of(kind, pair, noise);
  double worst = 0;
  for (std::uint8_t a = 0; a < 4; ++a)
    for (std::uint8_t b = 0; b < 4; ++b) {
      const pauli_frame on_control{bell_index{a}}, on_target{bell_index{b}};
      auto wrong = perfect;
      wrong.correct(on_control, control).correct(on_target, target);
      worst = std::max(worst, std::abs(rho.fidelity(wrong.amplitudes()) - errors.probability(on_control, on_target)));
    }
  return worst;
}

}  // namespace

TEST_CASE("remote_cnot: all 16 errors are those of density matrices of six qubits, for any pair and noise", "[app]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 40; ++i) {
    const bell_diagonal pair = referee::any_bell_diagonal(stream);
    const gate_noise noise = any_noise(stream);
    for (const remote_cnot kind : {remote_cnot::cat, remote_cnot::teleport})
      worst = std::max(worst, distance(kind, pair, noise));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("remote_cnot: closed forms of the fidelity, totals and limits", "[app]") {
  auto stream = fresh(2);
  for (int i = 0; i < 200; ++i) {
    const bell_diagonal pair = referee::any_bell_diagonal(stream);
    gate_noise noise = any_noise(stream);
    for (const remote_cnot kind : {remote_cnot::cat, remote_cnot::teleport}) {
      const app::two_qubit_errors errors = errors_of(kind, pair, noise);
      double sum = 0;
      for (std::uint8_t a = 0; a < 4; ++a)
        for (std::uint8_t b = 0; b < 4; ++b) {
          const double p = errors.probability(pauli_frame{bell_index{a}}, pauli_frame{bell_index{b}});
          CHECK(is_probability(p));
          sum += p;
        }
      CHECK(std::abs(sum - 1) < 1e-14);
      CHECK(std::abs(errors.average_fidelity() - (4 * errors.process_fidelity() + 1) / 5) < 1e-15);
    }
    noise.one_qubit = noise.bell_phase = 0;
    const double e = noise.read_out, p = noise.two_qubit;
    const auto seen = xor_convolve(pair.probabilities(), {(1 - e) * (1 - e), e * (1 - e), e * (1 - e), e * e})[0];
    const double twice = (1 - p) * (1 - p) * seen + p * p / 16;
    CHECK(std::abs(errors_of(remote_cnot::cat, pair, noise).process_fidelity() - twice - p * (1 - p) / 4) < 1e-14);
    CHECK(std::abs(errors_of(remote_cnot::teleport, pair, noise).process_fidelity() - twice - 5 * p * (1 - p) / 16) <
          1e-14);
    // With perfect local operations a label is an error: Z on the control, X on the target (and on a moved control).
    const pauli_frame none{}, x{true, false}, z{false, true}, y{true, true};
    const auto ideal = errors_of(remote_cnot::cat, pair), moved = errors_of(remote_cnot::teleport, pair);
    CHECK(ideal.probability(none, none) == pair.fidelity(bell_index::phi_plus));
    CHECK(ideal.probability(z, none) == pair.fidelity(bell_index::phi_minus));
    CHECK(ideal.probability(none, x) == pair.fidelity(bell_index::psi_plus));
    CHECK(ideal.probability(z, x) == pair.fidelity(bell_index::psi_minus));
    CHECK(moved.probability(x, x) == pair.fidelity(bell_index::psi_plus));
    CHECK(moved.probability(y, x) == pair.fidelity(bell_index::psi_minus));
  }
  for (const remote_cnot kind : {remote_cnot::cat, remote_cnot::teleport}) {
    CHECK(errors_of(kind, bell_diagonal{}) == app::two_qubit_errors{});
    CHECK(std::abs(errors_of(kind, bell_diagonal{}, {.two_qubit = 1}).process_fidelity() - 1.0 / 16) < 1e-15);
  }
}
