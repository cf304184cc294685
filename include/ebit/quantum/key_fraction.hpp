// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/probability.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit {

/// How often the two ends disagree when both measure in the same basis (Φ+ expected; the Y bits of one end inverted).
struct error_rates {
  double x = 0;
  double y = 0;
  double z = 0;
};
[[nodiscard]] constexpr error_rates errors_of(const bell_diagonal& pair) {
  const auto& c = pair.probabilities();
  return {c[1] + c[3], c[1] + c[2], c[2] + c[3]};
}

/// A key fraction before it is cut at zero: secret bits per pair measured in matching bases, asymptotically.
/// Negative: no key. Entanglement-based BB84 (BBM92) with one-way error correction: 1 − h(e_x) − f h(e_z),
/// `inefficiency` f ≥ 1, 1 for the Shannon limit, about 1.16 in practice (Shor and Preskill 2000).
[[nodiscard]] constexpr double bb84_balance(const error_rates& e, double inefficiency = 1) {
  EBIT_ASSERT(inefficiency >= 1, "bb84_balance: an error correction is better than the Shannon limit");
  return 1 - binary_entropy(detail::rounded_probability(e.x)) -
         inefficiency * binary_entropy(detail::rounded_probability(e.z));
}
/// 1 − H(c), the yield of one-way hashing and the key fraction of the six-state protocol (Bennett et al. 1996; Lo
/// 2001).
[[nodiscard]] constexpr double hashing_balance(const bell_diagonal& pair) {
  double bits = 1;
  for (const double c : pair.probabilities()) bits -= entropy_term(detail::rounded_probability(c));
  return bits;
}

[[nodiscard]] constexpr double bb84_key_fraction(const bell_diagonal& pair, double inefficiency = 1) {
  const double balance = bb84_balance(errors_of(pair), inefficiency);
  return balance > 0 ? balance : 0;
}
[[nodiscard]] constexpr double six_state_key_fraction(const bell_diagonal& pair) {
  const double balance = hashing_balance(pair);
  return balance > 0 ? balance : 0;
}

}  // namespace ebit
