// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include <ebit/core/math.hpp>

namespace ebit {

/// A complex number; <complex> would bring in the stream headers.
struct amplitude {
  double re = 0;
  double im = 0;

  friend constexpr bool operator==(const amplitude&, const amplitude&) = default;
  friend constexpr amplitude operator+(amplitude a, amplitude b) { return {a.re + b.re, a.im + b.im}; }
  friend constexpr amplitude operator*(amplitude a, amplitude b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }
  friend constexpr amplitude operator*(double k, amplitude a) { return {k * a.re, k * a.im}; }
  constexpr amplitude& operator+=(amplitude other) { return *this = *this + other; }
};
[[nodiscard]] constexpr amplitude conjugate(amplitude a) { return {a.re, -a.im}; }

/// A 2×2 matrix: {row 0, row 1}.
using single_qubit_gate = std::array<std::array<amplitude, 2>, 2>;

/// Gates by name; angles in radians.
namespace gates {

inline constexpr single_qubit_gate pauli_x{{{{{0, 0}, {1, 0}}}, {{{1, 0}, {0, 0}}}}};
inline constexpr single_qubit_gate pauli_y{{{{{0, 0}, {0, -1}}}, {{{0, 1}, {0, 0}}}}};
inline constexpr single_qubit_gate pauli_z{{{{{1, 0}, {0, 0}}}, {{{0, 0}, {-1, 0}}}}};
inline constexpr double half_root = 0.70710678118654752440;
inline constexpr single_qubit_gate hadamard{
    {{{{half_root, 0}, {half_root, 0}}}, {{{half_root, 0}, {-half_root, 0}}}}};
/// diag(1, i) and its inverse.
inline constexpr single_qubit_gate s_gate{{{{{1, 0}, {0, 0}}}, {{{0, 0}, {0, 1}}}}};
inline constexpr single_qubit_gate s_dagger_gate{{{{{1, 0}, {0, 0}}}, {{{0, 0}, {0, -1}}}}};

/// exp(−i·angle·X/2).
[[nodiscard]] inline single_qubit_gate rotate_x(double angle) {
  const double c = math::cos(angle / 2), s = math::sin(angle / 2);
  return {{{{{c, 0}, {0, -s}}}, {{{0, -s}, {c, 0}}}}};
}
/// diag(1, e^(i·angle)).
[[nodiscard]] inline single_qubit_gate phase(double angle) {
  return {{{{{1, 0}, {0, 0}}}, {{{0, 0}, {math::cos(angle), math::sin(angle)}}}}};
}

}  // namespace gates

}  // namespace ebit
