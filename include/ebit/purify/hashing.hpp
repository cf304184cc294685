// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/purify/pumping.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/key_fraction.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::purify {

/// One-way hashing of many equal Bell-diagonal pairs (Bennett, DiVincenzo, Smolin and Wootters, PRA 54, 3824 (1996),
/// arXiv:quant-ph/9604024): perfect pairs per pair, 1 − H with Shannon's entropy H of the four probabilities in bits,
/// in the limit of infinitely many pairs and with perfect gates. Below zero hashing yields nothing; from −1 to 1.
[[nodiscard]] constexpr double hashing_bound(const bell_diagonal& pair) { return hashing_balance(pair); }

/// What hashing really yields: the bound, or nothing.
[[nodiscard]] constexpr double hashing_yield(const bell_diagonal& pair) {
  const double bound = hashing_bound(pair);
  return bound > 0 ? bound : 0;
}

/// Perfect pairs per raw pair if all rounds of `policy` come before hashing: what recurrence is for where the pairs
/// are too noisy to be hashed at once. Without rounds the yield of the raw pairs.
template <class Policy>
[[nodiscard]] constexpr double hashing_yield(const Policy& policy, const bell_diagonal& raw,
                                             const gate_noise& noise = {}) {
  const rounds_outcome<bell_diagonal> left = after_rounds(policy, raw, noise);
  return hashing_yield(left.state) / left.expected_pairs;
}

/// The fidelity of Werner pairs above which they can be hashed, 0.810710375…: where the bound is zero, by bisection
/// to the last bit.
[[nodiscard]] constexpr double hashing_threshold() {
  double low = 0.5, high = 1;
  for (int i = 0; i < 100; ++i) {
    const double middle = low + (high - low) / 2;
    (hashing_bound(bell_diagonal::werner(middle)) > 0 ? high : low) = middle;
  }
  return high;
}

}  // namespace ebit::purify
