// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/bell.hpp>

namespace ebit {

/// The two qubits of a pair; each end holds one.
enum class half : std::uint8_t { a, b };

/// What a qubit is measured in.
enum class basis : std::uint8_t { x, y, z };

/// Whether the bits differ that the two ends of the Bell state `frame` read in one basis. Of Φ+ they are equal in X
/// and in Z and differ in Y, of which half b would see the complex conjugate; a Pauli of the frame flips the other
/// two axes.
[[nodiscard]] constexpr bool predicted_parity(pauli_frame frame, basis in) {
  switch (in) {
    case basis::x: return frame.z();
    case basis::y: return frame.x() == frame.z();
    case basis::z: return frame.x();
  }
  return false;
}

/// The bits reported by the two ends of a measured pair; `true` is the eigenvalue −1.
struct measured_bits {
  bool a = false;
  bool b = false;

  friend constexpr bool operator==(measured_bits, measured_bits) = default;
};

/// One step of two-to-one distillation: both ends rotate each pair (each rotation other than the identity is one
/// one-qubit gate per half), apply CNOT from `keep` to `sacrifice`, and read the sacrificed qubits in Z.
struct distil_recipe {
  bell_permutation keep{};
  bell_permutation sacrifice{};

  friend constexpr bool operator==(const distil_recipe&, const distil_recipe&) = default;
};

/// One outcome of an operation, normalised, and how probable it is. With probability 0 the state means nothing.
template <class State>
struct branch {
  State state{};
  double probability = 0;
};

/// After a Bell measurement: the joined pair in actual Bell labels, and the outcome as reported (read-out errors
/// included).
template <class State>
struct swapped {
  State state{};
  bell_index outcome = bell_index::phi_plus;
};

/// After a distillation step: the kept pair in actual Bell labels, and the bits reported at half a and half b.
template <class State>
struct distilled {
  State state{};
  bool first = false;
  bool second = false;
};

/// After the second end's act of a distillation step: the kept pair in actual Bell labels, and the bit reported at
/// that end.
template <class State>
struct local_distilled {
  State state{};
  bool bit = false;
};

/// Which maps a representation follows without approximation, averaged over its own random draws.
struct exactness {
  bool bell_diagonal = false;      ///< holds any Bell-diagonal state
  bool pauli_ageing = false;       ///< memories that only dephase (others: see amplitude_damping)
  bool amplitude_damping = false;  ///< T1 untwirled, with its drift towards |0⟩; else Pauli-twirled
  bool phase = false;              ///< rotations about Z by any angle
  bool swap = false;               ///< noisy Bell measurement
  bool distil = false;             ///< noisy bilateral CNOT and Z read-out
  bool any_rotation = false;       ///< all six bilateral rotations before it (DEJMPS, twirls)
  bool trajectory = false;         ///< one sample of the state, not the state

  friend constexpr bool operator==(const exactness&, const exactness&) = default;
};

}  // namespace ebit
