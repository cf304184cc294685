// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ebit {

/// The four Bell states in the order Φ+, Φ−, Ψ+, Ψ−; the index bits are (x, z): the Pauli X^x Z^z on the second qubit
/// turns Φ+ into it.
enum class bell_index : std::uint8_t { phi_plus = 0, phi_minus = 1, psi_plus = 2, psi_minus = 3 };

/// A Pauli X^x Z^z up to phase, known classically: the correction that a pair still needs to be Φ+.
class pauli_frame {
 public:
  constexpr pauli_frame() = default;
  constexpr pauli_frame(bool x, bool z) : bits_{static_cast<std::uint8_t>((x ? 2 : 0) | (z ? 1 : 0))} {}
  constexpr explicit pauli_frame(bell_index index) : bits_{static_cast<std::uint8_t>(index)} {}

  [[nodiscard]] constexpr bool x() const { return (bits_ & 2) != 0; }
  [[nodiscard]] constexpr bool z() const { return (bits_ & 1) != 0; }
  [[nodiscard]] constexpr std::uint8_t bits() const { return bits_; }
  [[nodiscard]] constexpr bell_index index() const { return static_cast<bell_index>(bits_); }

  friend constexpr bool operator==(pauli_frame, pauli_frame) = default;
  /// Frames compose by XOR: a swap of pairs with frames a and b and outcome m leaves the frame a ^ b ^ m.
  friend constexpr pauli_frame operator^(pauli_frame a, pauli_frame b) {
    return pauli_frame{static_cast<bell_index>(a.bits_ ^ b.bits_)};
  }
  constexpr pauli_frame& operator^=(pauli_frame other) { return *this = *this ^ other; }

 private:
  std::uint8_t bits_ = 0;
};

/// A bilateral Clifford acts on Bell labels as an invertible 2×2 matrix over GF(2); the six of them permute the three
/// labels other than Φ+. Twirling (all six alike) and the rotation of DEJMPS are instances.
class bell_permutation {
 public:
  constexpr bell_permutation() = default;

  [[nodiscard]] static constexpr bell_permutation identity() { return bell_permutation{0}; }
  /// Alice Rx(+π/2), Bob Rx(−π/2): exchanges Φ− and Ψ−.
  [[nodiscard]] static constexpr bell_permutation half_x_rotation() { return bell_permutation{2}; }
  /// The element `k` mod 6 of the group, in a fixed order starting with the identity.
  [[nodiscard]] static constexpr bell_permutation element(std::uint32_t k) {
    return bell_permutation{static_cast<std::uint8_t>(k % 6)};
  }

  [[nodiscard]] constexpr bell_index operator()(bell_index label) const {
    return static_cast<bell_index>(table[element_][static_cast<std::uint8_t>(label)]);
  }
  [[nodiscard]] constexpr pauli_frame operator()(pauli_frame frame) const {
    return pauli_frame{(*this)(frame.index())};
  }
  [[nodiscard]] constexpr std::uint8_t element() const { return element_; }

  friend constexpr bool operator==(bell_permutation, bell_permutation) = default;

 private:
  constexpr explicit bell_permutation(std::uint8_t element) : element_{element} {}

  // Images of (Φ+, Φ−, Ψ+, Ψ−): every permutation of the last three is linear over GF(2).
  static constexpr std::uint8_t table[6][4] = {{0, 1, 2, 3}, {0, 1, 3, 2}, {0, 3, 2, 1},
                                               {0, 2, 1, 3}, {0, 2, 3, 1}, {0, 3, 1, 2}};
  std::uint8_t element_ = 0;
};

}  // namespace ebit
