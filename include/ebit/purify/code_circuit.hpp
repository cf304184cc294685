// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>

namespace ebit::purify {

/// Pauli letters of up to 32 qubits, or Bell labels of as many pairs: bit q of `x` and of `z` belong to qubit q.
struct label_bits {
  std::uint32_t x = 0;
  std::uint32_t z = 0;

  [[nodiscard]] constexpr pauli_frame at(std::size_t q) const { return {(x >> q & 1U) != 0, (z >> q & 1U) != 0}; }
  constexpr void set(std::size_t q, pauli_frame label) {
    const std::uint32_t bit = std::uint32_t{1} << q;
    x = label.x() ? x | bit : x & ~bit;
    z = label.z() ? z | bit : z & ~bit;
  }
  [[nodiscard]] constexpr bool commutes_with(label_bits other) const {
    return (std::popcount((x & other.z) ^ (z & other.x)) & 1) == 0;
  }
  [[nodiscard]] constexpr std::size_t weight() const { return static_cast<std::size_t>(std::popcount(x | z)); }

  constexpr label_bits& operator^=(label_bits other) {
    x ^= other.x;
    z ^= other.z;
    return *this;
  }
  friend constexpr bool operator==(label_bits, label_bits) = default;
};

/// One gate that both ends apply to their halves: CNOT from `control` to `target`, or, if these are the same, a
/// rotation of that qubit (the other end the complex conjugate, so that Φ+ stays).
struct code_gate {
  std::uint8_t control = 0;
  std::uint8_t target = 0;
  bell_permutation rotation{};

  [[nodiscard]] constexpr bool is_cnot() const { return control != target; }
  [[nodiscard]] constexpr std::uint32_t qubits() const {
    return std::uint32_t{1} << control | std::uint32_t{1} << target;
  }
  friend constexpr bool operator==(const code_gate&, const code_gate&) = default;
};

/// The circuit with which each end measures the stabilizer of a code on its halves of n pairs and undoes the
/// encoding: gates, then Z of the qubits in `read`, one for each generator; the pairs in `kept` go on.
///
/// It is found generator by generator: letters are rotated to be all Z (or all X), CNOTs gather them on one qubit.
/// A generator of weight w so costs at most w − 1 CNOTs; no attempt is made to find the shortest circuit.
struct code_circuit {
  std::vector<code_gate> gates;
  std::vector<std::uint8_t> read;
  std::vector<std::uint8_t> kept;

  /// For `generators` that commute and are independent, on `qubits` qubits.
  [[nodiscard]] static code_circuit measuring(std::vector<label_bits> generators, std::size_t qubits) {
    code_circuit out;
    std::uint32_t done = 0;
    for (std::size_t i = 0; i < generators.size(); ++i) {
      // Z of a qubit that is read is known already; X of it cannot occur, as the generators commute.
      label_bits g = generators[i];
      EBIT_ASSERT((g.x & done) == 0, "code_circuit: the generators do not commute");
      g.z &= ~done;
      EBIT_ASSERT(g.weight() > 0, "code_circuit: the generators are dependent");
      const auto pivot = static_cast<std::uint8_t>(std::bit_width(g.x | g.z) - 1);
      const std::size_t begin = out.gates.size();
      out.gather(g, pivot);
      for (std::size_t k = begin; k < out.gates.size(); ++k)
        for (label_bits& other : generators) advance(other, out.gates[k]);
      out.read.push_back(pivot);
      done |= std::uint32_t{1} << pivot;
    }
    for (std::size_t q = 0; q < qubits; ++q)
      if ((done >> q & 1U) == 0) out.kept.push_back(static_cast<std::uint8_t>(q));
    return out;
  }

  /// What labels, or errors before the circuit, have become after it.
  [[nodiscard]] label_bits after(label_bits labels) const {
    for (const code_gate& gate : gates) advance(labels, gate);
    return labels;
  }
  [[nodiscard]] std::size_t two_qubit_gates() const {
    std::size_t count = 0;
    for (const code_gate& gate : gates) count += gate.is_cnot() ? 1U : 0U;
    return count;
  }
  [[nodiscard]] std::size_t one_qubit_gates() const { return gates.size() - two_qubit_gates(); }

  /// One gate on labels: a bilateral CNOT adds x of the control to x of the target and z back.
  static constexpr void advance(label_bits& labels, const code_gate& gate) {
    if (gate.is_cnot()) {
      labels.x ^= (labels.x >> gate.control & 1U) << gate.target;
      labels.z ^= (labels.z >> gate.target & 1U) << gate.control;
    } else {
      labels.set(gate.target, gate.rotation(labels.at(gate.target)));
    }
  }
  /// A parity of label bits after the gate, as a parity of bits before it.
  static constexpr void retreat(label_bits& parity, const code_gate& gate) {
    if (gate.is_cnot()) {
      parity.x ^= (parity.x >> gate.target & 1U) << gate.control;
      parity.z ^= (parity.z >> gate.control & 1U) << gate.target;
      return;
    }
    const pauli_frame p = parity.at(gate.target);
    const auto odd = [p](pauli_frame image) { return (p.x() && image.x()) != (p.z() && image.z()); };
    parity.set(gate.target,
               {odd(gate.rotation(pauli_frame{true, false})), odd(gate.rotation(pauli_frame{false, true}))});
  }

 private:
  /// Gates that turn `g` into Z on `pivot`.
  void gather(label_bits g, std::uint8_t pivot) {
    const auto others_unlike = [&](pauli_frame letter) {
      std::size_t count = 0;
      for (std::size_t q = 0; q < 32; ++q) count += g.at(q) != pauli_frame{} && g.at(q) != letter ? 1U : 0U;
      return count;
    };
    constexpr pauli_frame letter_x{true, false}, letter_z{false, true};
    const bool as_x = others_unlike(letter_x) + 1 < others_unlike(letter_z);
    const pauli_frame wanted = as_x ? letter_x : letter_z;
    for (std::uint8_t q = 0; q < 32; ++q)
      if (g.at(q) != pauli_frame{} && g.at(q) != wanted) rotate(q, g.at(q), wanted);
    for (std::uint8_t q = 0; q < 32; ++q)
      if (q != pivot && g.at(q) != pauli_frame{})
        gates.push_back(as_x ? code_gate{pivot, q, {}} : code_gate{q, pivot, {}});
    if (as_x) rotate(pivot, letter_x, letter_z);
  }
  /// The rotation that exchanges two letters and keeps the third.
  void rotate(std::uint8_t q, pauli_frame from, pauli_frame to) {
    for (std::uint32_t k = 1; k < 6; ++k) {
      const bell_permutation rotation = bell_permutation::element(k);
      if (rotation(from) == to && rotation(to) == from) {
        gates.push_back({q, q, rotation});
        return;
      }
    }
    EBIT_ASSERT(false, "code_circuit: no such rotation");
  }
};

}  // namespace ebit::purify
