// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/math.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/gates.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit {

/// The density matrix of `Qubits` qubits: every state and every map without approximation, slowly. The referee of the
/// fast representations. Qubit 0 is the most significant bit of a basis index; a pair has half a at qubit 0, half b
/// at qubit 1. Projections leave the state unnormalised, so that its trace is the probability of everything that was
/// projected.
template <std::size_t Qubits>
  requires(Qubits >= 1 && Qubits <= 6)
class density_matrix {
 public:
  static constexpr std::size_t dimension = std::size_t{1} << Qubits;
  using fewer = density_matrix<(Qubits > 1 ? Qubits - 1 : 1)>;

  /// |0…0⟩.
  density_matrix() { at(0, 0) = {1, 0}; }
  /// The projector on a vector of amplitudes, which is taken as it is.
  [[nodiscard]] static density_matrix pure(const std::array<amplitude, dimension>& vector) {
    density_matrix out;
    for (std::size_t i = 0; i < dimension; ++i)
      for (std::size_t j = 0; j < dimension; ++j) out.at(i, j) = vector[i] * conjugate(vector[j]);
    return out;
  }
  [[nodiscard]] static density_matrix from(const x_state& state)
    requires(Qubits == 2)
  {
    const x_elements e = state.elements();
    density_matrix out;
    out.at(0, 0) = {e.p00, 0};
    out.at(1, 1) = {e.p01, 0};
    out.at(2, 2) = {e.p10, 0};
    out.at(3, 3) = {e.p11, 0};
    out.at(0, 3) = {e.re_00_11, e.im_00_11};
    out.at(1, 2) = {e.re_01_10, e.im_01_10};
    out.at(3, 0) = conjugate(out.at(0, 3));
    out.at(2, 1) = conjugate(out.at(1, 2));
    return out;
  }
  [[nodiscard]] static density_matrix from(const bell_diagonal& state)
    requires(Qubits == 2)
  {
    return from(x_state{state});
  }

  [[nodiscard]] amplitude operator()(std::size_t row, std::size_t column) const {
    EBIT_ASSERT(row < dimension && column < dimension, "density_matrix: no such element");
    return elements_[row * dimension + column];
  }
  [[nodiscard]] double trace() const {
    double sum = 0;
    for (std::size_t i = 0; i < dimension; ++i) sum += (*this)(i, i).re;
    return sum;
  }
  /// Everything times `factor`, e.g. 1/trace().
  [[nodiscard]] density_matrix scaled(double factor) const {
    density_matrix out = *this;
    for (amplitude& e : out.elements_) e = factor * e;
    return out;
  }
  [[nodiscard]] density_matrix normalised() const {
    EBIT_ASSERT(trace() > 0, "density_matrix: an impossible state has no normalisation");
    return scaled(1 / trace());
  }
  friend density_matrix operator+(density_matrix a, const density_matrix& b) {
    for (std::size_t i = 0; i < a.elements_.size(); ++i) a.elements_[i] += b.elements_[i];
    return a;
  }
  /// ⟨v|ρ|v⟩.
  [[nodiscard]] double fidelity(const std::array<amplitude, dimension>& v) const {
    double sum = 0;
    for (std::size_t i = 0; i < dimension; ++i)
      for (std::size_t j = 0; j < dimension; ++j) sum += (conjugate(v[i]) * (*this)(i, j) * v[j]).re;
    return sum;
  }
  [[nodiscard]] double fidelity(bell_index label) const
    requires(Qubits == 2)
  {
    const double r = gates::half_root;
    const pauli_frame f{label};
    const double sign = f.z() ? -r : r;
    return fidelity(f.x() ? std::array<amplitude, 4>{{{0, 0}, {r, 0}, {sign, 0}, {0, 0}}}
                          : std::array<amplitude, 4>{{{r, 0}, {0, 0}, {0, 0}, {sign, 0}}});
  }

  // ---- unitary gates ----
  density_matrix& apply(const single_qubit_gate& u, std::size_t qubit) {
    const std::size_t bit = mask(qubit);
    for (std::size_t i = 0; i < dimension; ++i) {
      if ((i & bit) != 0) continue;
      for (std::size_t j = 0; j < dimension; ++j) {  // ρ → uρ
        const amplitude low = at(i, j), high = at(i | bit, j);
        at(i, j) = u[0][0] * low + u[0][1] * high;
        at(i | bit, j) = u[1][0] * low + u[1][1] * high;
      }
    }
    for (std::size_t j = 0; j < dimension; ++j) {
      if ((j & bit) != 0) continue;
      for (std::size_t i = 0; i < dimension; ++i) {  // ρ → ρu†
        const amplitude low = at(i, j), high = at(i, j | bit);
        at(i, j) = conjugate(u[0][0]) * low + conjugate(u[0][1]) * high;
        at(i, j | bit) = conjugate(u[1][0]) * low + conjugate(u[1][1]) * high;
      }
    }
    return *this;
  }
  density_matrix& cnot(std::size_t control, std::size_t target) {
    EBIT_ASSERT(control != target, "density_matrix: a qubit cannot control itself");
    const std::size_t c = mask(control), t = mask(target);
    const density_matrix before = *this;
    const auto moved = [c, t](std::size_t i) { return (i & c) != 0 ? i ^ t : i; };
    for (std::size_t i = 0; i < dimension; ++i)
      for (std::size_t j = 0; j < dimension; ++j) at(moved(i), moved(j)) = before(i, j);
    return *this;
  }
  density_matrix& correct(pauli_frame frame, std::size_t qubit) {
    if (frame.z()) apply(gates::pauli_z, qubit);
    if (frame.x()) apply(gates::pauli_x, qubit);
    return *this;
  }

  // ---- channels ----
  /// ρ → (1−p)ρ + p·Tr_q(ρ)⊗1/2.
  density_matrix& white_noise(double p, std::size_t qubit) { return *this = scaled(1 - p) + erased(qubit).scaled(p); }
  /// The same on two qubits at once.
  density_matrix& white_noise(double p, std::size_t first, std::size_t second) {
    return *this = scaled(1 - p) + erased(first).erased(second).scaled(p);
  }
  /// Decay of |1⟩ to |0⟩ with probability `gamma`.
  density_matrix& damp(double gamma, std::size_t qubit) {
    const single_qubit_gate stay{{{{{1, 0}, {0, 0}}}, {{{0, 0}, {math::sqrt(1 - gamma), 0}}}}};
    const single_qubit_gate decay{{{{{0, 0}, {math::sqrt(gamma), 0}}}, {{{0, 0}, {0, 0}}}}};
    density_matrix fallen = *this;
    fallen.apply(decay, qubit);
    apply(stay, qubit);
    return *this = *this + fallen;
  }
  /// Z with probability `p`.
  density_matrix& dephase(double p, std::size_t qubit) {
    density_matrix flipped = *this;
    flipped.apply(gates::pauli_z, qubit);
    return *this = scaled(1 - p) + flipped.scaled(p);
  }
  /// An idle memory: amplitude damping, then the dephasing that is left to reach t2.
  density_matrix& age(duration elapsed, const memory_noise& memory, std::size_t qubit) {
    const memory_decay decay = memory.over(elapsed);
    damp(1 - decay.population, qubit);
    if (!(decay.population > 0)) return *this;
    return dephase((1 - decay.coherence / math::sqrt(decay.population)) / 2, qubit);
  }

  // ---- measurement ----
  /// The unnormalised state in which `qubit` reads `bit` in Z; a report is flipped with probability `read_out`.
  [[nodiscard]] density_matrix projected(std::size_t qubit, bool bit, double read_out = 0) const {
    const std::size_t m = mask(qubit);
    density_matrix out = *this;
    for (std::size_t i = 0; i < dimension; ++i)
      for (std::size_t j = 0; j < dimension; ++j) {
        const bool row = (i & m) != 0, column = (j & m) != 0;
        out.at(i, j) = row != column ? amplitude{} : (row == bit ? 1 - read_out : read_out) * out.at(i, j);
      }
    return out;
  }
  /// The other qubits, in order.
  [[nodiscard]] fewer without(std::size_t qubit) const
    requires(Qubits >= 2)
  {
    const std::size_t bit = mask(qubit), low = bit - 1;
    const auto widen = [low](std::size_t i) { return ((i & ~low) << 1) | (i & low); };
    fewer out;
    for (std::size_t i = 0; i < dimension / 2; ++i)
      for (std::size_t j = 0; j < dimension / 2; ++j)
        out.at(i, j) = at(widen(i), widen(j)) + at(widen(i) | bit, widen(j) | bit);
    return out;
  }
  /// Bell measurement of two qubits (CNOT first → second with `noise`, Hadamard on first, both read), unnormalised;
  /// the measured qubits stay, in a product state with the rest.
  [[nodiscard]] density_matrix bell_projected(std::size_t first, std::size_t second, bell_index outcome,
                                              const gate_noise& noise = {}) const {
    density_matrix out = *this;
    out.cnot(first, second).white_noise(noise.two_qubit, first, second);
    out.apply(gates::hadamard, first).white_noise(noise.one_qubit, first);
    if (noise.bell_phase > 0) {  // the phase bit is flipped before it is read
      density_matrix flipped = out;
      flipped.apply(gates::pauli_x, first);
      out = out.scaled(1 - noise.bell_phase) + flipped.scaled(noise.bell_phase);
    }
    const pauli_frame m{outcome};
    return out.projected(first, m.z(), noise.read_out).projected(second, m.x(), noise.read_out);
  }

 private:
  template <std::size_t Others>
    requires(Others >= 1 && Others <= 6)
  friend class density_matrix;
  template <std::size_t A, std::size_t B>
  friend density_matrix<A + B> tensor(const density_matrix<A>& a, const density_matrix<B>& b);

  [[nodiscard]] static std::size_t mask(std::size_t qubit) {
    EBIT_ASSERT(qubit < Qubits, "density_matrix: no such qubit");
    return std::size_t{1} << (Qubits - 1 - qubit);
  }
  [[nodiscard]] amplitude& at(std::size_t row, std::size_t column) { return elements_[row * dimension + column]; }
  [[nodiscard]] const amplitude& at(std::size_t row, std::size_t column) const {
    return elements_[row * dimension + column];
  }
  /// `qubit` replaced by white noise.
  [[nodiscard]] density_matrix erased(std::size_t qubit) const {
    const std::size_t bit = mask(qubit);
    density_matrix out = *this;
    for (std::size_t i = 0; i < dimension; ++i)
      for (std::size_t j = 0; j < dimension; ++j)
        out.at(i, j) = (i & bit) != (j & bit) ? amplitude{} : 0.5 * (at(i, j) + at(i ^ bit, j ^ bit));
    return out;
  }

  std::array<amplitude, dimension * dimension> elements_{};
};

/// The qubits of `a`, then those of `b`.
template <std::size_t A, std::size_t B>
[[nodiscard]] density_matrix<A + B> tensor(const density_matrix<A>& a, const density_matrix<B>& b) {
  density_matrix<A + B> out;
  for (std::size_t i = 0; i < out.dimension; ++i)
    for (std::size_t j = 0; j < out.dimension; ++j)
      out.at(i, j) = a(i >> B, j >> B) * b(i & (b.dimension - 1), j & (b.dimension - 1));
  return out;
}

}  // namespace ebit
