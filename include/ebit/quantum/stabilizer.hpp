// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/pauli_string.hpp>
#include <ebit/quantum/tableau.hpp>

namespace ebit {

/// What a measurement gave, and whether the state left no choice. `bit` true is the eigenvalue −1.
struct reading {
  bool bit = false;
  bool deterministic = false;

  friend constexpr bool operator==(reading, reading) = default;
};

/// A pure state of any number of qubits that Clifford gates make from |0…0⟩, as a tableau of Aaronson and Gottesman,
/// Phys. Rev. A 70, 052328 (2004), quant-ph/0406196. Noise is sampled: one object is one trajectory. Gates take
/// O(n/64) steps, measurements O(n²/64); nothing allocates but the constructor and the questions at the end.
class stabilizer {
 public:
  /// |0…0⟩ of at least one qubit.
  explicit stabilizer(std::size_t qubits) : rows_{qubits} {}

  /// |0…0⟩ again.
  void clear() { rows_.clear(); }
  [[nodiscard]] std::size_t qubits() const { return rows_.qubits(); }

  // ---- gates ----
  stabilizer& h(std::size_t q) { return rows_.h(q), *this; }
  /// diag(1, i).
  stabilizer& s(std::size_t q) { return rows_.s(q), *this; }
  stabilizer& s_dagger(std::size_t q) { return rows_.s_dagger(q), *this; }
  stabilizer& x(std::size_t q) { return correct({true, false}, q); }
  stabilizer& y(std::size_t q) { return correct({true, true}, q); }
  stabilizer& z(std::size_t q) { return correct({false, true}, q); }
  /// The Pauli `frame`.
  stabilizer& correct(pauli_frame frame, std::size_t q) { return rows_.correct(frame, q), *this; }
  stabilizer& cnot(std::size_t control, std::size_t target) { return rows_.cnot(control, target), *this; }
  stabilizer& cz(std::size_t first, std::size_t second) { return rows_.cz(first, second), *this; }
  stabilizer& swap(std::size_t first, std::size_t second) { return rows_.swap(first, second), *this; }

  // ---- noise ----
  /// White noise with probability `p`: one of the four Paulis, all equally likely. Draws nothing if `p` is 0.
  stabilizer& white_noise(double p, std::size_t q, random_stream& stream) {
    if (!happens(p, stream)) return *this;
    return correct(pauli_frame{static_cast<bell_index>(stream.next_u32() & 3U)}, q);
  }
  /// The same on two qubits at once: one of the 16 products.
  stabilizer& white_noise(double p, std::size_t first, std::size_t second, random_stream& stream) {
    if (!happens(p, stream)) return *this;
    const std::uint32_t paulis = stream.next_u32();
    correct(pauli_frame{static_cast<bell_index>(paulis & 3U)}, first);
    return correct(pauli_frame{static_cast<bell_index>(paulis >> 2 & 3U)}, second);
  }

  // ---- measurement ----
  /// Measures Z; an outcome that is free is drawn.
  reading measure(std::size_t q, random_stream& stream) {
    const std::optional<std::size_t> row = rows_.first_stabilizer(rows_.anticommuting_with_z(q));
    if (!row) return {certain_bit(q), true};
    const bool bit = (stream.next_u32() & 1U) != 0;
    rows_.collapse_z(q, *row, bit);
    return {bit, false};
  }
  /// Goes to the branch in which Z of `q` reads `bit` and returns its probability: 1, ½, or 0 with the state
  /// unchanged.
  double project(std::size_t q, bool bit) {
    const std::optional<std::size_t> row = rows_.first_stabilizer(rows_.anticommuting_with_z(q));
    if (!row) return certain_bit(q) == bit ? 1 : 0;
    rows_.collapse_z(q, *row, bit);
    return 0.5;
  }
  /// Measures a Hermitian Pauli string.
  reading measure(const pauli_string& observable, random_stream& stream) {
    const word* const rows = rows_.anticommuting(observable);
    const std::optional<std::size_t> row = rows_.first_stabilizer(rows);
    if (!row) return {certain_sign(observable, rows), true};
    const bool bit = (stream.next_u32() & 1U) != 0;
    rows_.collapse(rows, *row, observable, bit);
    return {bit, false};
  }
  double project(const pauli_string& observable, bool bit) {
    const word* const rows = rows_.anticommuting(observable);
    const std::optional<std::size_t> row = rows_.first_stabilizer(rows);
    if (!row) return certain_sign(observable, rows) == bit ? 1 : 0;
    rows_.collapse(rows, *row, observable, bit);
    return 0.5;
  }
  /// The expectation value of a Hermitian Pauli string, which is −1, 0 or 1.
  [[nodiscard]] int expectation(const pauli_string& observable) const {
    std::vector<word> rows;
    rows_.anticommuting(observable, rows);
    if (rows_.first_stabilizer(rows.data())) return 0;
    return certain_sign(observable, rows.data()) ? -1 : 1;
  }
  /// Measures the qubit and makes it |0⟩.
  stabilizer& reset(std::size_t q, random_stream& stream) {
    const bool one = measure(q, stream).bit;
    return one ? x(q) : *this;
  }
  /// Bell measurement as of density_matrix: CNOT first → second, Hadamard on first, both read; with noise, and the
  /// outcome as reported.
  bell_index bell_measure(std::size_t first, std::size_t second, const gate_noise& noise, random_stream& stream) {
    cnot(first, second).white_noise(noise.two_qubit, first, second, stream);
    h(first).white_noise(noise.one_qubit, first, stream);
    if (happens(noise.bell_phase, stream)) x(first);
    bool z_bit = measure(first, stream).bit;
    z_bit ^= happens(noise.read_out, stream);
    bool x_bit = measure(second, stream).bit;
    x_bit ^= happens(noise.read_out, stream);
    return pauli_frame{x_bit, z_bit}.index();
  }

  // ---- what the state is ----
  /// Which Bell state two qubits are in, if they are in one.
  [[nodiscard]] std::optional<bell_index> bell_label(std::size_t first, std::size_t second) const {
    EBIT_ASSERT(first != second, "stabilizer: two different qubits are needed");
    pauli_string xx{qubits()}, zz{qubits()};
    for (const std::size_t q : {first, second}) {
      xx.set(q, {true, false});
      zz.set(q, {false, true});
    }
    const int x_parity = expectation(xx), z_parity = expectation(zz);
    if (x_parity == 0 || z_parity == 0) return std::nullopt;
    return pauli_frame{z_parity < 0, x_parity < 0}.index();
  }
  /// Generator `i` of the stabilizer as it happens to be kept.
  [[nodiscard]] pauli_string generator(std::size_t i) const { return rows_.generator(i); }
  /// The stabilizers that act on the qubits of `subset` alone, written on these qubits in this order: independent
  /// generators in reduced row echelon form, x before z of each qubit. The same for equal reduced states; of all
  /// qubits it names the state.
  [[nodiscard]] std::vector<pauli_string> canonical(const std::vector<std::size_t>& subset) const {
    std::vector<bool> inside(qubits());
    for (const std::size_t q : subset) {
      EBIT_ASSERT(q < qubits() && !inside[q], "stabilizer: a subset names qubits, each once");
      inside[q] = true;
    }
    std::vector<std::size_t> outside;
    outside.reserve(qubits());
    for (std::size_t q = 0; q < qubits(); ++q)
      if (!inside[q]) outside.push_back(q);
    std::vector<pauli_string> rows;
    rows.reserve(qubits());
    for (std::size_t i = 0; i < qubits(); ++i) rows.push_back(generator(i));
    const pauli_echelon split = echelon_form(std::move(rows), outside);
    std::vector<pauli_string> local;
    std::vector<std::size_t> order;
    order.reserve(subset.size());
    for (std::size_t j = 0; j < subset.size(); ++j) order.push_back(j);
    for (std::size_t r = split.rank; r < split.rows.size(); ++r) {
      pauli_string row{subset.size()};
      for (std::size_t j = 0; j < subset.size(); ++j) row.set(j, split.rows[r].letter(subset[j]));
      if (split.rows[r].sign() < 0) row.negate();
      local.push_back(std::move(row));
    }
    return echelon_form(std::move(local), order).rows;
  }
  /// Of all qubits.
  [[nodiscard]] std::vector<pauli_string> canonical() const {
    std::vector<std::size_t> all;
    all.reserve(qubits());
    for (std::size_t q = 0; q < qubits(); ++q) all.push_back(q);
    return canonical(all);
  }
  /// The entropy of the qubits of `subset`, in bits: their entanglement with the rest.
  [[nodiscard]] std::size_t entropy(const std::vector<std::size_t>& subset) const {
    return subset.size() - canonical(subset).size();
  }
  /// The same state up to a global phase, whatever generators it is kept by.
  friend bool operator==(const stabilizer& a, const stabilizer& b) {
    return a.qubits() == b.qubits() && a.canonical() == b.canonical();
  }

 private:
  using word = detail::tableau::word;

  [[nodiscard]] static bool happens(double p, random_stream& stream) { return p > 0 && sample::bernoulli(stream, p); }
  [[nodiscard]] bool certain_bit(std::size_t q) const {
    return (rows_.power_of_product(rows_.anticommuting_with_z(q)) & 2U) != 0;
  }
  /// Whether a string that commutes with the whole stabilizer has the value −1; `rows` do not commute with it.
  [[nodiscard]] bool certain_sign(const pauli_string& observable, const word* rows) const {
    unsigned s = observable.power();
    for (std::size_t q = 0; q < qubits(); ++q) s += observable.x(q) && observable.z(q) ? 1U : 0U;
    return ((rows_.power_of_product(rows) - s) & 2U) != 0;
  }

  detail::tableau rows_;
};

}  // namespace ebit
