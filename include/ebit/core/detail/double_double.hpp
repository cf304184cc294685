// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include <ebit/config.hpp>

#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0
#error "ebit: double must be evaluated as double; on 32-bit x86 compile with -msse2 -mfpmath=sse"
#endif

namespace ebit::math::detail {

__extension__ typedef unsigned __int128 uint128;  // the keyword keeps -Wpedantic quiet

inline constexpr double infinity = __builtin_inf();
inline constexpr double not_a_number = __builtin_nan("");

/// A product that is rounded before it is added to anything, even where the compiler may fuse a·b + c: g++ does so by
/// default wherever the target has the instruction. Every product in these files that meets a sum goes through here.
EBIT_ALWAYS_INLINE constexpr double mul(double a, double b) {
#if defined(__clang__)
#pragma clang fp contract(off)
  return a * b;
#else
  return __builtin_assoc_barrier(a * b);
#endif
}

/// c0 + c1 x + c2 x² + …
EBIT_ALWAYS_INLINE constexpr double horner(double, double c) { return c; }
template <class... Coefficients>
EBIT_ALWAYS_INLINE constexpr double horner(double x, double c, Coefficients... more) {
  return c + mul(x, horner(x, more...));
}

[[nodiscard]] constexpr double absolute(double x) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~(std::uint64_t{1} << 63));
}
[[nodiscard]] constexpr bool negative(double x) { return (std::bit_cast<std::uint64_t>(x) >> 63) != 0; }
[[nodiscard]] constexpr double with_sign_of(double sign, double magnitude) {
  return negative(sign) ? -magnitude : magnitude;
}

/// 2^k for −1022 ≤ k ≤ 1023.
[[nodiscard]] constexpr double power_of_two(int k) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}
/// x·2^k, exact unless the result leaves the normal range; |k| ≤ 2044.
[[nodiscard]] constexpr double scaled(double x, int k) { return x * power_of_two(k / 2) * power_of_two(k - k / 2); }

/// The nearest integer, |x| ≤ 2^51, ties to even.
[[nodiscard]] constexpr double nearest(double x) { return (x + 0x1.8p52) - 0x1.8p52; }

/// The unevaluated sum hi + lo of two doubles, |lo| ≤ ulp(hi)/2: about 106 bits.
struct double_double {
  double hi = 0;
  double lo = 0;
};

/// Exact sum and product of two doubles (Møller and Knuth; Dekker and Veltkamp, Numer. Math. 18, 224, 1971). The
/// product wants |a|, |b| < 2^996 and a result above 2^−960.
[[nodiscard]] EBIT_ALWAYS_INLINE constexpr double_double two_sum(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}
/// The same for |a| ≥ |b| or a = 0.
[[nodiscard]] EBIT_ALWAYS_INLINE constexpr double_double quick_two_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}
[[nodiscard]] EBIT_ALWAYS_INLINE constexpr double_double two_product(double a, double b) {
  constexpr double splitter = 0x1p27 + 1;
  const double ta = mul(splitter, a), tb = mul(splitter, b);
  const double ah = ta - (ta - a), bh = tb - (tb - b);
  const double al = a - ah, bl = b - bh;
  const double product = mul(a, b);
  return {product, ((mul(ah, bh) - product) + mul(ah, bl) + mul(al, bh)) + mul(al, bl)};
}

[[nodiscard]] constexpr double_double operator-(double_double a) { return {-a.hi, -a.lo}; }
[[nodiscard]] constexpr double_double operator+(double_double a, double_double b) {
  const double_double s = two_sum(a.hi, b.hi);
  return quick_two_sum(s.hi, s.lo + (a.lo + b.lo));
}
[[nodiscard]] constexpr double_double operator*(double_double a, double_double b) {
  const double_double p = two_product(a.hi, b.hi);
  return quick_two_sum(p.hi, p.lo + (mul(a.hi, b.lo) + mul(a.lo, b.hi)));
}
[[nodiscard]] constexpr double_double operator/(double_double a, double_double b) {
  const double q = a.hi / b.hi;
  const double_double back = two_product(q, b.hi);
  return quick_two_sum(q, (((a.hi - back.hi) - back.lo) + (a.lo - mul(q, b.lo))) / b.hi);
}

inline constexpr double_double pi{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
inline constexpr double_double half_pi{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};

/// The correctly rounded root of a constant: the machine's instruction is not available during translation.
[[nodiscard]] constexpr double constant_sqrt(double x) {
  int exponent = 0;
  std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  if (bits >> 52 == 0) {
    bits = std::bit_cast<std::uint64_t>(x * 0x1p54);
    exponent = -54;
  }
  exponent += static_cast<int>(bits >> 52) - 1075;
  std::uint64_t mantissa = (bits & 0xfffffffffffffU) | 0x10000000000000U;
  if (exponent % 2 != 0) {
    mantissa <<= 1;
    --exponent;
  }
  // floor(√(mantissa·2^56)) has 55 bits; the last is set if something is left over, so that rounding to 53 is right.
  const uint128 radicand = static_cast<uint128>(mantissa) << 56;
  std::uint64_t root = 0;
  for (int bit = 55; bit >= 0; --bit) {
    const std::uint64_t trial = root | std::uint64_t{1} << bit;
    if (static_cast<uint128>(trial) * trial <= radicand) root = trial;
  }
  if (static_cast<uint128>(root) * root != radicand) root |= 1;
  return scaled(static_cast<double>(root), (exponent - 56) / 2);
}

[[nodiscard]] constexpr double sqrt(double x) {
  if (!(x >= 0)) return x == 0 ? x : not_a_number;
  if (__builtin_is_constant_evaluated()) return x == 0 || x == infinity ? x : constant_sqrt(x);
  return __builtin_sqrt(x);
}

}  // namespace ebit::math::detail
