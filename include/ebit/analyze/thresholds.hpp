// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/analyze/key_rate.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/purify/hashing.hpp>

namespace ebit::analyze {

/// Where a function that has opposite signs at `low` < `high` crosses zero, to the last bit or nearly: bisection, at
/// most 200 calls. A crossing that jumps is found too.
template <class Function>
[[nodiscard]] constexpr double crossing(double low, double high, const Function& function) {
  const bool rising = function(low) < 0;
  EBIT_ASSERT(rising == !(function(high) < 0), "crossing: the function has the same sign at both ends");
  for (int i = 0; i < 200; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    ((function(middle) < 0) == rising ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

/// The largest equal error rate in X and Z that leaves BB84 a key: 11.0 % (Shor and Preskill 2000).
[[nodiscard]] constexpr double bb84_threshold_error() {
  return crossing(0.0, 0.5, [](double e) { return bb84_balance({e, e, e}); });
}
/// The lowest fidelity of a Werner state with a BB84 key.
[[nodiscard]] constexpr double bb84_threshold_fidelity() { return 1 - 1.5 * bb84_threshold_error(); }
/// The lowest fidelity of a Werner state that can be hashed or give a six-state key (one way).
[[nodiscard]] constexpr double hashing_threshold_fidelity() { return purify::hashing_threshold(); }
/// The error rate of that state in each of the three bases.
[[nodiscard]] constexpr double six_state_threshold_error() { return (1 - hashing_threshold_fidelity()) * 2 / 3; }
/// The lowest fidelity of a pair with phase flips alone that can be hashed: any above 1/2.
[[nodiscard]] constexpr double hashing_threshold_phase_flip() { return 0.5; }
/// The lowest fidelity of a Werner state that violates the CHSH inequality: w = 1/√2.
[[nodiscard]] constexpr double chsh_threshold_fidelity() { return (1 + 3 / math::sqrt(2.0)) / 4; }
/// The largest error rate with a device-independent key if S = 2√2 (1 − 2Q) (Acín et al. 2007).
[[nodiscard]] constexpr double device_independent_threshold_error() {
  return crossing(0.0, 0.25,
                  [](double q) { return device_independent_balance(q, 2 * math::sqrt(2.0) * (1 - 2 * q)); });
}
/// A Werner state is entangled above this fidelity.
[[nodiscard]] constexpr double entanglement_threshold_fidelity() { return 0.5; }
/// The mean fidelity of the best transfer of a qubit by measurement and message alone.
[[nodiscard]] constexpr double classical_transfer_fidelity() { return 2.0 / 3; }

}  // namespace ebit::analyze
