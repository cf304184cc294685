// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include <ebit/config.hpp>
#include <ebit/quantum/noise.hpp>

/// Swap and distillation of Bell-diagonal pairs as arithmetic on their four probabilities, written once for one pair
/// (`Number` = double) and for several side by side (a vector of doubles): so both give the same bits. Only sums and
/// products of numbers ≥ 0 and, in a mixture, a − p(a − b): no digits cancel and nothing becomes negative.
namespace ebit::detail {

template <class Number>
using bell_weights = std::array<Number, 4>;

/// The Pauli twirl of a memory channel: probabilities of no error, Z, X and XZ.
[[nodiscard]] constexpr bell_weights<double> pauli_errors(memory_decay decay) {
  const double both = (1 + decay.population) / 4, coherence = decay.coherence / 2;
  const double flip = (1 - decay.population) / 4;
  return {both + coherence, both - coherence, flip, flip};
}

/// What gate noise does to a joined pair: errors of the bits x and z, then white noise.
struct swap_coefficients {
  bool ideal = true;
  double x_error = 0;
  double stay = 1, move = 0;  ///< z right and wrong, each times the weight that white noise leaves
  double white = 0;

  constexpr explicit swap_coefficients(const gate_noise& noise) : ideal{noise == gate_noise{}} {
    x_error = noise.read_out;
    // The Hadamard before the read-out of left.b randomises that bit with probability one_qubit.
    const double read_z = noise.read_out + noise.one_qubit * (0.5 - noise.read_out);
    const double z_error = read_z + noise.bell_phase * (1 - 2 * read_z);
    stay = (1 - noise.two_qubit) * (1 - z_error);
    move = (1 - noise.two_qubit) * z_error;
    white = noise.two_qubit / 4;
  }
};

/// Convolution over Z2×Z2.
template <class Number, class Other>
[[nodiscard]] EBIT_ALWAYS_INLINE constexpr bell_weights<Number> convolved(const bell_weights<Number>& p,
                                                                          const bell_weights<Other>& q) {
  return {(p[0] * q[0] + p[1] * q[1]) + (p[2] * q[2] + p[3] * q[3]),
          (p[0] * q[1] + p[1] * q[0]) + (p[2] * q[3] + p[3] * q[2]),
          (p[0] * q[2] + p[1] * q[3]) + (p[2] * q[0] + p[3] * q[1]),
          (p[0] * q[3] + p[1] * q[2]) + (p[2] * q[1] + p[3] * q[0])};
}

/// The noise of a swap on the convolution of its two pairs.
template <class Number>
[[nodiscard]] EBIT_ALWAYS_INLINE constexpr bell_weights<Number> with_swap_noise(const bell_weights<Number>& q,
                                                                                const swap_coefficients& c) {
  const Number moved = c.x_error * (q[0] - q[2]), moved_too = c.x_error * (q[1] - q[3]);
  const Number x0 = q[0] - moved, x1 = q[1] - moved_too, x2 = q[2] + moved, x3 = q[3] + moved_too;
  return {c.stay * x0 + (c.move * x1 + c.white), c.stay * x1 + (c.move * x0 + c.white),
          c.stay * x2 + (c.move * x3 + c.white), c.stay * x3 + (c.move * x2 + c.white)};
}

/// What gate noise does in a distillation step. `whitened_keep`, `whitened_sacrifice`: white noise of the rotations.
struct distil_coefficients {
  bool ideal = true;
  /// The sacrifice is to be given with x flipped: for reports of odd parity.
  bool flipped = false;
  /// The sacrifice as a kept pair that is not white meets it: the weight of "as it is" beyond that of "x flipped",
  /// that of "either", and its white part. All carry what white noise leaves of the kept pair and of the CNOTs.
  double as_is = 1, either = 0, white_sacrifice = 0;
  /// As a white kept pair meets it; `white` includes "either" and the white part of the CNOTs.
  double as_is_of_white = 0, white = 0;

  constexpr distil_coefficients(const gate_noise& noise, bool parity, double whitened_keep, double whitened_sacrifice)
      : ideal{noise == gate_noise{}} {
    const double survive = (1 - noise.two_qubit) * (1 - noise.two_qubit);
    const double misread = 2 * noise.read_out * (1 - noise.read_out);  // one of the two reports; at most ½
    const double good_keep = survive * (1 - whitened_keep), bad_keep = survive * (whitened_keep / 4);
    const double good_sacrifice = 1 - whitened_sacrifice, bad_sacrifice = whitened_sacrifice / 4;
    flipped = parity;
    as_is = good_keep * good_sacrifice * (1 - 2 * misread);
    either = good_keep * good_sacrifice * misread;
    white_sacrifice = good_keep * bad_sacrifice;
    as_is_of_white = bad_keep * good_sacrifice * (1 - 2 * misread);
    white = bad_keep * (good_sacrifice * misread + 2 * bad_sacrifice) + (1 - survive) / 8;
  }
};

/// The kept pair, unnormalised, of two pairs whose probabilities add up to 1. The bilateral CNOT adds x of `k` to x
/// of `s` and z of `s` to z of `k`; one flipped report exchanges the parities; noise on a CNOT leaves nothing.
template <class Number>
[[nodiscard]] EBIT_ALWAYS_INLINE constexpr bell_weights<Number> noisily_distilled(const bell_weights<Number>& k,
                                                                                  const bell_weights<Number>& s,
                                                                                  const distil_coefficients& c) {
  const Number blurred0 = c.either * (s[0] + s[2]) + c.white_sacrifice;
  const Number blurred1 = c.either * (s[1] + s[3]) + c.white_sacrifice;
  // The sacrifice as seen by a kept pair with x = 0 and with x = 1.
  const Number u0 = c.as_is * s[0] + blurred0, u1 = c.as_is * s[1] + blurred1;
  const Number v0 = c.as_is * s[2] + blurred0, v1 = c.as_is * s[3] + blurred1;
  const Number u = c.as_is_of_white * (s[0] + s[1]) + c.white, v = c.as_is_of_white * (s[2] + s[3]) + c.white;
  return {(k[0] * u0 + k[1] * u1) + u, (k[0] * u1 + k[1] * u0) + u, (k[2] * v0 + k[3] * v1) + v,
          (k[2] * v1 + k[3] * v0) + v};
}
/// The same without noise.
template <class Number>
[[nodiscard]] EBIT_ALWAYS_INLINE constexpr bell_weights<Number> ideally_distilled(const bell_weights<Number>& k,
                                                                                  const bell_weights<Number>& s) {
  return {k[0] * s[0] + k[1] * s[1], k[0] * s[1] + k[1] * s[0], k[2] * s[2] + k[3] * s[3], k[2] * s[3] + k[3] * s[2]};
}

template <class Number>
struct weighed {
  bell_weights<Number> share;
  Number weight;
};

/// Divides by the sum. Where the sum is 0 so are all shares: 2^−1000 changes no sum that can occur and forbids 0 / 0.
template <class Number>
[[nodiscard]] EBIT_ALWAYS_INLINE constexpr weighed<Number> normalised(const bell_weights<Number>& q) {
  const Number weight = (q[0] + q[1]) + (q[2] + q[3]);
  const Number scale = 1.0 / (weight + 0x1p-1000);
  return {{scale * q[0], scale * q[1], scale * q[2], scale * q[3]}, weight};
}

}  // namespace ebit::detail
