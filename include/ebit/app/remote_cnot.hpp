// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include <ebit/app/teleportation.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::app {

/// How a CNOT is made between a control qubit C at one node and a target T at another. Each takes one pair (A at the
/// control's node, B at the target's) and one bit each way or two bits one way.
enum class remote_cnot : std::uint8_t {
  /// C stays (Eisert, Jacobs, Papadopoulos and Plenio, Phys. Rev. A 62, 052317 (2000), quant-ph/0005101;
  /// Yimsiriwattana and Lomonaco 2004, quant-ph/0402148): CNOT C → A, A is read, X on B; CNOT B → T; Hadamard on B, B
  /// is read, Z on C. More CNOTs with the same control can follow the first for the same pair.
  cat,
  /// C is teleported to B and stays there: Bell measurement of C and A, X and Z on B; CNOT B → T.
  teleport,
};

/// The Pauli errors of a two-qubit gate: which pair of Paulis follows the perfect gate with which probability.
class two_qubit_errors {
 public:
  /// A Pauli on either qubit.
  struct product {
    pauli_frame control, target;
  };

  /// No errors.
  constexpr two_qubit_errors() { p_[0] = 1; }
  /// `by_x` if the x bit of the label is set, `by_z` if its z bit is.
  [[nodiscard]] static constexpr two_qubit_errors of(const bell_diagonal& label, product by_x, product by_z) {
    const std::size_t x = index(by_x.control, by_x.target), z = index(by_z.control, by_z.target);
    const std::array<double, 4>& p = label.probabilities();
    two_qubit_errors out;
    out.p_ = {};
    out.p_[0] += p[0];
    out.p_[z] += p[1];
    out.p_[x] += p[2];
    out.p_[x ^ z] += p[3];
    return out;
  }

  /// Of `control` on the control qubit and `target` on the target qubit; both bits set is Y.
  [[nodiscard]] constexpr double probability(pauli_frame control, pauli_frame target) const {
    return p_[index(control, target)];
  }
  /// The fidelity of the process with the perfect gate.
  [[nodiscard]] constexpr double process_fidelity() const { return p_[0]; }
  /// Averaged over all pure states of both qubits: (4F + 1)/5.
  [[nodiscard]] constexpr double average_fidelity() const { return app::average_fidelity(p_[0], 4); }

  /// `what` happens in addition with probability `p`.
  constexpr two_qubit_errors& flip(product what, double p) {
    const std::size_t by = index(what.control, what.target);
    const std::array<double, 16> before = p_;
    for (std::size_t i = 0; i < 16; ++i) p_[i] = (1 - p) * before[i] + p * before[i ^ by];
    return *this;
  }
  /// With probability `p` every one of `products` happens or not, all combinations equally likely.
  constexpr two_qubit_errors& scramble(std::initializer_list<product> products, double p) {
    two_qubit_errors scrambled = *this;
    for (const product& one : products) scrambled.flip(one, 0.5);
    for (std::size_t i = 0; i < 16; ++i) p_[i] = (1 - p) * p_[i] + p * scrambled.p_[i];
    return *this;
  }

  friend constexpr bool operator==(const two_qubit_errors&, const two_qubit_errors&) = default;

 private:
  [[nodiscard]] static constexpr std::size_t index(pauli_frame control, pauli_frame target) {
    return std::size_t{control.bits()} * 4 + target.bits();
  }
  std::array<double, 16> p_{};
};

/// The errors of a CNOT between nodes by means of `pair` (its frame is Φ+) with local operations as noisy as `noise`
/// says: white noise after each of the two CNOTs and after the Hadamard, flipped read-outs; `bell_phase` where there
/// is a Bell measurement (`teleport`). The corrections are exact. All this is Pauli noise and followed exactly
/// through the circuit. For `cat`, F = (1−p)² (c ∗ m)[Φ+] + p(1−p)/4 + p²/16 with p = noise.two_qubit, c the pair and
/// m the distribution of wrong bits; for `teleport` the middle term is (5/16) p(1−p). With perfect local operations
/// both are as good as the pair.
[[nodiscard]] constexpr two_qubit_errors errors_of(remote_cnot kind, const bell_diagonal& pair,
                                                   const gate_noise& noise = {}) {
  constexpr pauli_frame none{}, x{true, false}, z{false, true};
  using product = two_qubit_errors::product;
  const bool cat = kind == remote_cnot::cat;
  // What becomes of X and of Z on B, and so of a wrong bit from A and from the other measured qubit: X goes through
  // the CNOT to T (and stays on B if that is the control), Z comes back to the control.
  const product by_x{cat ? none : x, x}, by_z{z, none};
  two_qubit_errors errors = two_qubit_errors::of(pair, by_x, by_z);
  // The first CNOT's noise: on A a wrong bit, on C an error that stays (cat), or a wrong bit too (teleport).
  if (cat)
    errors.scramble({{x, none}, {z, none}, by_x}, noise.two_qubit);
  else
    errors.scramble({by_z, by_x}, noise.two_qubit).flip(by_z, noise.bell_phase);
  errors.scramble({by_z}, noise.one_qubit);
  errors.flip(by_x, noise.read_out).flip(by_z, noise.read_out);
  // The second CNOT's: on T it stays; on B it stays (teleport), or its Z makes a wrong bit (cat).
  if (cat)
    errors.scramble({by_z, {none, x}, {none, z}}, noise.two_qubit);
  else
    errors.scramble({{x, none}, {z, none}, {none, x}, {none, z}}, noise.two_qubit);
  return errors;
}

}  // namespace ebit::app
