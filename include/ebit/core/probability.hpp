// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <ebit/core/math.hpp>

namespace ebit {

/// Whether 0 ≤ p ≤ 1; false for NaN.
[[nodiscard]] constexpr bool is_probability(double p) { return p >= 0 && p <= 1; }

/// Whether every entry is a probability and their sum differs from 1 by at most `tolerance`; false for NaN.
[[nodiscard]] constexpr bool is_distribution(std::span<const double> p, double tolerance = 1e-12) {
  double sum = 0;
  for (const double x : p) {
    if (!is_probability(x)) return false;
    sum += x;
  }
  return sum >= 1 - tolerance && sum <= 1 + tolerance;
}

/// The probability that at least one of n independent trials succeeds, 1 − (1 − p)^n, accurate for tiny p and huge
/// n. 0 ≤ p ≤ 1, n ≥ 0; n need not be an integer.
[[nodiscard]] constexpr double complement_power(double p, double n) {
  return n == 0 ? 0.0 : -math::expm1(n * math::log1p(-p));
}

/// The probability that exactly one of two independent events happens: two bit flips in a row, p + q − 2pq.
[[nodiscard]] constexpr double xor_probability(double p, double q) { return p * (1 - q) + q * (1 - p); }

/// −x log₂ x in bits, 0 at x = 0.
[[nodiscard]] constexpr double entropy_term(double x) { return x == 0 ? 0.0 : -x * math::log2(x); }

/// Shannon's entropy of a distribution in bits. Entries that are exactly 0 contribute nothing; NaN below zero.
[[nodiscard]] constexpr double shannon_entropy(std::span<const double> p) {
  double sum = 0;
  for (const double x : p) sum += entropy_term(x);
  return sum;
}

/// The binary entropy −p log₂ p − (1 − p) log₂ (1 − p) in bits, accurate also for tiny p; 0 ≤ p ≤ 1, else NaN.
[[nodiscard]] constexpr double binary_entropy(double p) {
  if (p == 0 || p == 1) return 0.0;
  return entropy_term(p) - (1 - p) * math::log1p(-p) * math::detail::inverse_ln2.hi;
}

/// The distribution of a ⊕ b for independent two-bit labels a ~ p, b ~ q: how Bell labels combine at an ideal swap,
/// and how Pauli channels compose.
[[nodiscard]] constexpr std::array<double, 4> xor_convolve(const std::array<double, 4>& p,
                                                           const std::array<double, 4>& q) {
  std::array<double, 4> r{};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) r[i ^ j] += p[i] * q[j];
  return r;
}

}  // namespace ebit
