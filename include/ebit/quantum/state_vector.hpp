// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/quantum/density_matrix.hpp>
#include <ebit/quantum/gates.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/pauli_string.hpp>

namespace ebit {

/// A pure state of a small cluster of qubits, amplitude by amplitude: any gate, noise as sampled Paulis, so that one
/// object is one trajectory. Qubit 0 is the most significant bit of a basis index, as for density_matrix. Projections
/// leave the state unnormalised: `norm()` is the probability of everything that was projected.
template <std::size_t Qubits>
  requires(Qubits >= 1 && Qubits <= 12)
class state_vector {
 public:
  static constexpr std::size_t dimension = std::size_t{1} << Qubits;
  using fewer = state_vector<(Qubits > 1 ? Qubits - 1 : 1)>;

  /// |0…0⟩.
  state_vector() { amplitudes_[0] = {1, 0}; }
  /// These amplitudes as they are.
  explicit state_vector(const std::array<amplitude, dimension>& amplitudes) : amplitudes_{amplitudes} {}
  [[nodiscard]] static state_vector bell(bell_index label)
    requires(Qubits == 2)
  {
    state_vector out;
    out.apply(gates::hadamard, 0).cnot(0, 1).correct(pauli_frame{label}, 1);
    return out;
  }

  [[nodiscard]] amplitude operator[](std::size_t index) const {
    EBIT_ASSERT(index < dimension, "state_vector: no such amplitude");
    return amplitudes_[index];
  }
  [[nodiscard]] const std::array<amplitude, dimension>& amplitudes() const { return amplitudes_; }
  /// ⟨ψ|ψ⟩.
  [[nodiscard]] double norm() const {
    double sum = 0;
    for (const amplitude a : amplitudes_) sum += a.re * a.re + a.im * a.im;
    return sum;
  }
  [[nodiscard]] state_vector normalised() const {
    const double total = norm();
    EBIT_ASSERT(total > 0, "state_vector: an impossible state has no normalisation");
    const double factor = 1 / math::sqrt(total);
    state_vector out = *this;
    for (amplitude& a : out.amplitudes_) a = factor * a;
    return out;
  }

  // ---- gates ----
  state_vector& apply(const single_qubit_gate& u, std::size_t qubit) {
    const std::size_t bit = mask(qubit);
    for (std::size_t i = 0; i < dimension; ++i) {
      if ((i & bit) != 0) continue;
      const amplitude low = amplitudes_[i], high = amplitudes_[i | bit];
      amplitudes_[i] = u[0][0] * low + u[0][1] * high;
      amplitudes_[i | bit] = u[1][0] * low + u[1][1] * high;
    }
    return *this;
  }
  state_vector& cnot(std::size_t control, std::size_t target) {
    const std::size_t c = mask(control), t = mask(target);
    require_two(control, target);
    for (std::size_t i = 0; i < dimension; ++i)
      if ((i & c) != 0 && (i & t) == 0) std::swap(amplitudes_[i], amplitudes_[i | t]);
    return *this;
  }
  state_vector& cz(std::size_t first, std::size_t second) {
    const std::size_t both = mask(first) | mask(second);
    require_two(first, second);
    for (std::size_t i = 0; i < dimension; ++i)
      if ((i & both) == both) amplitudes_[i] = -1 * amplitudes_[i];
    return *this;
  }
  state_vector& swap(std::size_t first, std::size_t second) {
    const std::size_t a = mask(first), b = mask(second);
    require_two(first, second);
    for (std::size_t i = 0; i < dimension; ++i)
      if ((i & a) != 0 && (i & b) == 0) std::swap(amplitudes_[i], amplitudes_[i ^ a ^ b]);
    return *this;
  }
  /// The Pauli `frame`, X^x Z^z.
  state_vector& correct(pauli_frame frame, std::size_t qubit) {
    if (frame.z()) apply(gates::pauli_z, qubit);
    if (frame.x()) apply(gates::pauli_x, qubit);
    return *this;
  }
  state_vector& apply(const pauli_string& string) {
    EBIT_ASSERT(string.qubits() == Qubits, "state_vector: the string has another number of qubits");
    for (std::size_t q = 0; q < Qubits; ++q) {
      const pauli_frame letter = string.letter(q);
      if (letter.x() && letter.z())
        apply(gates::pauli_y, q);
      else
        correct(letter, q);
    }
    constexpr amplitude factors[4] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    for (amplitude& a : amplitudes_) a = factors[string.power()] * a;
    return *this;
  }

  // ---- noise ----
  /// White noise with probability `p`: one of the four Paulis, all equally likely. Draws nothing if `p` is 0.
  state_vector& white_noise(double p, std::size_t qubit, random_stream& stream) {
    if (!(p > 0 && sample::bernoulli(stream, p))) return *this;
    return correct(pauli_frame{static_cast<bell_index>(stream.next_u32() & 3U)}, qubit);
  }
  /// The same on two qubits at once: one of the 16 products.
  state_vector& white_noise(double p, std::size_t first, std::size_t second, random_stream& stream) {
    if (!(p > 0 && sample::bernoulli(stream, p))) return *this;
    const std::uint32_t paulis = stream.next_u32();
    correct(pauli_frame{static_cast<bell_index>(paulis & 3U)}, first);
    return correct(pauli_frame{static_cast<bell_index>(paulis >> 2 & 3U)}, second);
  }

  // ---- measurement ----
  /// The unnormalised branch in which Z of `qubit` is `bit`.
  [[nodiscard]] state_vector projected(std::size_t qubit, bool bit) const {
    const std::size_t m = mask(qubit);
    state_vector out = *this;
    for (std::size_t i = 0; i < dimension; ++i)
      if (((i & m) != 0) != bit) out.amplitudes_[i] = {};
    return out;
  }
  /// Measures Z of a normalised state and leaves it normalised; `true` is the eigenvalue −1.
  bool measure(std::size_t qubit, random_stream& stream) {
    const double p = projected(qubit, true).norm();
    const bool bit = sample::bernoulli(stream, detail::rounded_probability(p));
    *this = projected(qubit, bit).normalised();
    return bit;
  }
  /// Measures the qubit and makes it |0⟩.
  state_vector& reset(std::size_t qubit, random_stream& stream) {
    const bool one = measure(qubit, stream);
    return one ? apply(gates::pauli_x, qubit) : *this;
  }
  /// The other qubits, in order, of a state in which `qubit` is |bit⟩ (the part with the other value is dropped).
  [[nodiscard]] fewer without(std::size_t qubit, bool bit) const
    requires(Qubits >= 2)
  {
    const std::size_t m = mask(qubit), low = m - 1;
    std::array<amplitude, dimension / 2> left{};
    for (std::size_t i = 0; i < dimension / 2; ++i)
      left[i] = amplitudes_[((i & ~low) << 1) | (bit ? m : 0) | (i & low)];
    return fewer{left};
  }

  // ---- what the state is ----
  /// |⟨other|ψ⟩|².
  [[nodiscard]] double fidelity(const state_vector& other) const {
    amplitude sum;
    for (std::size_t i = 0; i < dimension; ++i) sum += conjugate(other.amplitudes_[i]) * amplitudes_[i];
    return sum.re * sum.re + sum.im * sum.im;
  }
  /// ⟨ψ|P|ψ⟩ of a Hermitian Pauli string.
  [[nodiscard]] double expectation(const pauli_string& observable) const {
    EBIT_ASSERT(observable.hermitian(), "state_vector: an observable is Hermitian");
    state_vector turned = *this;
    turned.apply(observable);
    double sum = 0;
    for (std::size_t i = 0; i < dimension; ++i) sum += (conjugate(amplitudes_[i]) * turned.amplitudes_[i]).re;
    return sum;
  }
  /// The density matrix of the named qubits, in the order given; the others are traced out.
  template <std::size_t Kept>
    requires(Kept <= Qubits)
  [[nodiscard]] density_matrix<Kept> reduced(const std::array<std::size_t, Kept>& kept) const {
    std::size_t inside = 0;
    for (const std::size_t q : kept) {
      EBIT_ASSERT((inside & mask(q)) == 0, "state_vector: a subset names each qubit once");
      inside |= mask(q);
    }
    density_matrix<Kept> sum = density_matrix<Kept>{}.scaled(0);
    for (std::size_t rest = 0; rest < dimension; ++rest) {  // the values of the other qubits
      if ((rest & inside) != 0) continue;
      std::array<amplitude, (std::size_t{1} << Kept)> part{};
      for (std::size_t i = 0; i < part.size(); ++i) {
        std::size_t index = rest;
        for (std::size_t k = 0; k < Kept; ++k)
          if ((i >> (Kept - 1 - k) & 1U) != 0) index |= mask(kept[k]);
        part[i] = amplitudes_[index];
      }
      sum = sum + density_matrix<Kept>::pure(part);
    }
    return sum;
  }

  friend bool operator==(const state_vector&, const state_vector&) = default;

 private:
  [[nodiscard]] static std::size_t mask(std::size_t qubit) {
    EBIT_ASSERT(qubit < Qubits, "state_vector: no such qubit");
    return std::size_t{1} << (Qubits - 1 - qubit);
  }
  static void require_two(std::size_t a, std::size_t b) {
    EBIT_ASSERT(a != b, "state_vector: two different qubits are needed");
  }

  std::array<amplitude, dimension> amplitudes_{};
};

/// The qubits of `a`, then those of `b`.
template <std::size_t A, std::size_t B>
[[nodiscard]] state_vector<A + B> tensor(const state_vector<A>& a, const state_vector<B>& b) {
  std::array<amplitude, (std::size_t{1} << (A + B))> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = a[i >> B] * b[i & (b.dimension - 1)];
  return state_vector<A + B>{out};
}

}  // namespace ebit
