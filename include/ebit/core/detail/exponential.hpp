// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include <ebit/core/detail/double_double.hpp>

namespace ebit::math::detail {

// ln 2 in two parts; the first has 38 bits, so that its product with any exponent is exact.
inline constexpr double ln2_hi = 0x1.62e42fefa0000p-1;
inline constexpr double ln2_lo = 0x1.cf79abc9e3b3ap-40;
inline constexpr double_double inverse_ln2{0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};

/// e^x = 2^k (1 + r + tail) with |r| ≤ ln 2 / 2.
struct reduced_exponential {
  double r;
  double tail;
  int k;
};

/// Cody and Waite's reduction and the Taylor series to r^13 (remainder below 2^−58). |x.hi| ≤ 1000.
[[nodiscard]] constexpr reduced_exponential reduce_exponential(double_double x) {
  const double k = nearest(mul(x.hi, inverse_ln2.hi));
  const double_double r = two_sum(x.hi - mul(k, ln2_hi), x.lo - mul(k, ln2_lo));
  const double z = mul(r.hi, r.hi);
  const double even = horner(z, 1.0 / 2, 1.0 / 24, 1.0 / 720, 1.0 / 40320, 1.0 / 3628800, 1.0 / 479001600);
  const double odd = horner(z, 1.0 / 6, 1.0 / 120, 1.0 / 5040, 1.0 / 362880, 1.0 / 39916800, 1.0 / 6227020800);
  const double tail = mul(z, even + mul(r.hi, odd)) + (r.lo + mul(r.lo, r.hi));
  return {r.hi, tail, static_cast<int>(k)};
}

/// e^x = (hi + lo)·2^k to about 2^−57, hi + lo in [0.7, 1.42].
struct scaled_exponential {
  double_double mantissa;
  int k;
};
[[nodiscard]] constexpr scaled_exponential exp_extended(double_double x) {
  const reduced_exponential e = reduce_exponential(x);
  const double_double head = quick_two_sum(1.0, e.r);
  return {quick_two_sum(head.hi, head.lo + e.tail), e.k};
}

/// x·2^k rounded once but for the denormal range, where it is rounded twice.
[[nodiscard]] constexpr double scale_mantissa(double x, int k) {
  if (k >= -1021 && k <= 1023) [[likely]]
    return x * power_of_two(k);
  if (k > 1023) return k > 1025 ? infinity : x * 0x1p1023 * power_of_two(k - 1023);
  return k < -1100 ? 0.0 : x * power_of_two(k + 600) * 0x1p-600;
}

/// e^(hi + lo), for any value.
[[nodiscard]] constexpr double exp_of(double_double x) {
  if (x.hi != x.hi) return x.hi;
  if (x.hi > 709.79) return infinity;
  if (x.hi < -745.14) return 0.0;
  const scaled_exponential e = exp_extended(x);
  return scale_mantissa(e.mantissa.hi, e.k);
}

/// x = 2^k·m, m in [√½, √2), x positive and finite.
struct decomposition {
  double mantissa;
  int k;
};
[[nodiscard]] constexpr decomposition decompose(double x) {
  int k = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    k = -54;
  }
  constexpr std::uint64_t half_root = 0x3fe6a09e667f3bcdU;  // √½
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const std::int64_t shift = static_cast<std::int64_t>(bits - half_root) >> 52;
  k += static_cast<int>(shift);
  return {std::bit_cast<double>(bits - (static_cast<std::uint64_t>(shift) << 52)), k};
}

/// ln(2^k (1 + f)) + c for 1 + f in [√½, √2] and a tiny c. With s = f/(2+f): ln(1+f) = 2 atanh s
/// = f − (f²/2 − s (f²/2 + R)), R = 2s²/3 + 2s⁴/5 + …
[[nodiscard]] constexpr double log_reduced(double f, int k, double c) {
  const double s = f / (2.0 + f);
  const double z = mul(s, s);
  const double w = mul(z, z);
  const double odd = horner(w, 2.0 / 3, 2.0 / 7, 2.0 / 11, 2.0 / 15, 2.0 / 19);
  const double even = horner(w, 2.0 / 5, 2.0 / 9, 2.0 / 13, 2.0 / 17, 2.0 / 21);
  const double series = mul(z, odd + mul(z, even));
  const double half_square = 0.5 * mul(f, f);
  const double n = k;
  const double_double head = two_sum(mul(n, ln2_hi), f);
  return head.hi + (head.lo + ((mul(n, ln2_lo) + c) - (half_square - mul(s, half_square + series))));
}

/// ln(x.hi + x.lo) for a positive, finite x.
[[nodiscard]] constexpr double log_of(double_double x) {
  const decomposition d = decompose(x.hi);
  return log_reduced(d.mantissa - 1.0, d.k, x.lo / x.hi);
}

/// ln(2^k m) to about 2^−65 relative.
[[nodiscard]] constexpr double_double log_extended(decomposition x) {
  const double f = x.mantissa - 1.0;
  const double_double s = double_double{f, 0.0} / two_sum(2.0, f);
  const double_double z = s * s;
  const double tail = mul(z.hi, horner(z.hi, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17,
                                       1.0 / 19, 1.0 / 21, 1.0 / 23));
  constexpr double_double third{0x1.5555555555555p-2, 0x1.5555555555555p-56};
  const double_double series = s * (z * (third + double_double{tail, 0.0}));
  const double n = x.k;
  const double_double head = two_sum(mul(n, ln2_hi), 2.0 * s.hi);
  const double_double next = two_sum(head.hi, 2.0 * series.hi);
  return quick_two_sum(next.hi, next.lo + (head.lo + (2.0 * s.lo + 2.0 * series.lo + mul(n, ln2_lo))));
}

/// Whether a finite y is an integer, and whether it is an odd one.
enum class parity { not_integer, even, odd };
[[nodiscard]] constexpr parity parity_of(double y) {
  const double size = absolute(y);
  if (size >= 0x1p53) return parity::even;
  const auto whole = static_cast<std::uint64_t>(size);
  if (static_cast<double>(whole) != size) return parity::not_integer;
  return (whole & 1) != 0 ? parity::odd : parity::even;
}

/// x^y for positive finite x ≠ 1 and finite y ≠ 0.
[[nodiscard]] constexpr double pow_positive(double x, double y) {
  const double_double l = log_extended(decompose(x));
  const double estimate = mul(y, l.hi);
  if (estimate > 800) return infinity;
  if (estimate < -800) return 0.0;
  if (absolute(estimate) < 0x1p-60) return 1.0;
  const double_double p = two_product(y, l.hi);
  return exp_of(quick_two_sum(p.hi, p.lo + mul(y, l.lo)));
}

}  // namespace ebit::math::detail
