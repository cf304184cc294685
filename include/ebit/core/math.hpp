// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/detail/double_double.hpp>
#include <ebit/core/detail/error_function.hpp>
#include <ebit/core/detail/exponential.hpp>
#include <ebit/core/detail/trigonometry.hpp>

/// Elementary functions whose results are the same bits on every machine and at every optimisation level: they
/// consist of + − × ÷ √, which IEEE 754 rounds in one way only, and of integer arithmetic. The functions of <cmath>
/// differ between libraries, and compilers fold them with other libraries still; state and output never use them.
///
/// Largest errors measured against 113-bit arithmetic, over the whole range of doubles (ulp): sqrt, log2, asin, acos,
/// atan, atan2 0.51; exp, pow, sin, cos 0.8; log, log1p, tan, erf 0.95; expm1 1.1; erfc 1.3. Special values (±0,
/// infinities, NaN, denormals) follow C23 Annex F; errno is not set, and round to nearest is assumed. All constexpr.
///
/// The one licence a compiler has is to fuse a·b + c into one rounding (g++ does so by default where the target has
/// the instruction: AArch64, or x86-64 with -march=haswell and later). These functions are written so that it cannot
/// do so inside them; code built upon them wants -ffp-contract=off, or plain x86-64, for the same bits everywhere.
namespace ebit::math {

/// √x, correctly rounded; NaN below zero.
[[nodiscard]] constexpr double sqrt(double x) { return detail::sqrt(x); }

/// e^x.
[[nodiscard]] constexpr double exp(double x) { return detail::exp_of({x, 0.0}); }

/// e^x − 1, accurate also for tiny x.
[[nodiscard]] constexpr double expm1(double x) {
  if (!(detail::absolute(x) >= 0x1p-54)) return x;  // also NaN and ±0
  if (x > 709.79) return detail::infinity;
  if (x < -40.0) return -1.0;
  const detail::reduced_exponential e = detail::reduce_exponential({x, 0.0});
  if (e.k == 0) return e.r + e.tail;
  // 2^k (1 + r + tail) − 1 = 2^k ((1 − 2^−k) + r + tail); beyond 2^64 the one is lost anyway.
  const double one = e.k < 64 ? 1.0 - detail::power_of_two(-e.k) : 1.0;
  const detail::double_double head = detail::two_sum(one, e.r);
  return detail::scale_mantissa(head.hi + (head.lo + e.tail), e.k);
}

/// The natural logarithm; −∞ at zero, NaN below.
[[nodiscard]] constexpr double log(double x) {
  if (!(x > 0)) return x == 0 ? -detail::infinity : detail::not_a_number;
  if (x == detail::infinity) return x;
  const detail::decomposition d = detail::decompose(x);
  return detail::log_reduced(d.mantissa - 1.0, d.k, 0.0);
}

/// ln(1 + x), accurate also for tiny x; −∞ at −1, NaN below.
[[nodiscard]] constexpr double log1p(double x) {
  if (!(x > -1)) return x == -1 ? -detail::infinity : detail::not_a_number;
  if (detail::absolute(x) < 0x1p-54 || x == detail::infinity) return x;
  if (x > -0.29 && x < 0.41) return detail::log_reduced(x, 0, 0.0);
  return detail::log_of(detail::two_sum(1.0, x));
}

/// The logarithm to base 2, exact at powers of two; −∞ at zero, NaN below.
[[nodiscard]] constexpr double log2(double x) {
  if (!(x > 0)) return x == 0 ? -detail::infinity : detail::not_a_number;
  if (x == detail::infinity) return x;
  const detail::decomposition d = detail::decompose(x);
  if (d.mantissa == 1.0) return d.k;
  const detail::double_double part = detail::log_extended({d.mantissa, 0}) * detail::inverse_ln2;
  return (detail::double_double{static_cast<double>(d.k), 0.0} + part).hi;
}

/// x^y with the special cases of C: pow(x, 0) and pow(1, y) are 1 whatever the other is; NaN for x < 0 and y not an
/// integer.
[[nodiscard]] constexpr double pow(double x, double y) {
  using detail::parity;
  if (y == 0 || x == 1) return 1.0;
  if (x != x || y != y) return detail::not_a_number;
  const double size = detail::absolute(x);
  if (detail::absolute(y) == detail::infinity) {
    if (size == 1) return 1.0;
    return (size > 1) == (y > 0) ? detail::infinity : 0.0;
  }
  const parity kind = detail::parity_of(y);
  if (x < 0 && size != detail::infinity && kind == parity::not_integer) return detail::not_a_number;
  double result = 1.0;
  if (size == 0 || size == detail::infinity) {
    result = (size == 0) == (y > 0) ? 0.0 : detail::infinity;
  } else if (size != 1) {
    result = detail::pow_positive(size, y);
  }
  return detail::negative(x) && kind == parity::odd ? -result : result;
}

/// sin x, x in radians; NaN for infinities. Accurate for every double.
[[nodiscard]] constexpr double sin(double x) {
  const double size = detail::absolute(x);
  if (!(size < detail::infinity)) return detail::not_a_number;
  if (size < 0x1p-27) return x;
  const detail::reduced_angle r = detail::reduce_angle(size);
  const double value = ((r.quadrant & 1) != 0 ? detail::cos_kernel(r.angle) : detail::sin_kernel(r.angle)).hi;
  return detail::negative(x) != ((r.quadrant & 2) != 0) ? -value : value;
}

/// cos x, x in radians; NaN for infinities. Accurate for every double.
[[nodiscard]] constexpr double cos(double x) {
  const double size = detail::absolute(x);
  if (!(size < detail::infinity)) return detail::not_a_number;
  if (size < 0x1p-27) return 1.0;
  const detail::reduced_angle r = detail::reduce_angle(size);
  const double value = ((r.quadrant & 1) != 0 ? detail::sin_kernel(r.angle) : detail::cos_kernel(r.angle)).hi;
  return r.quadrant == 1 || r.quadrant == 2 ? -value : value;
}

/// tan x, x in radians; NaN for infinities. Accurate for every double.
[[nodiscard]] constexpr double tan(double x) {
  const double size = detail::absolute(x);
  if (!(size < detail::infinity)) return detail::not_a_number;
  if (size < 0x1p-27) return x;
  const detail::reduced_angle r = detail::reduce_angle(size);
  const detail::double_double s = detail::sin_kernel(r.angle), c = detail::cos_kernel(r.angle);
  const double value = ((r.quadrant & 1) != 0 ? -(c / s) : s / c).hi;
  return detail::negative(x) ? -value : value;
}

/// The angle of the point (x, y) in (−π, π], or −π for y = −0 and x < 0.
[[nodiscard]] constexpr double atan2(double y, double x) {
  if (x != x || y != y) return detail::not_a_number;
  double ax = detail::absolute(x), ay = detail::absolute(y);
  if (ax == detail::infinity && ay == detail::infinity) ax = ay = 1.0;
  const bool behind = detail::negative(x);
  double angle = 0.0;
  if (ay == 0 || ax == detail::infinity) {
    angle = behind ? detail::pi.hi : 0.0;
  } else if (ax == 0 || ay == detail::infinity) {
    angle = detail::half_pi.hi;
  } else {
    // Both are multiplied by the power of two that brings the larger near 1, unless one is too small to matter.
    const int k = -detail::decompose(ax > ay ? ax : ay).k;
    const int gap = detail::decompose(ax).k - detail::decompose(ay).k;
    if (gap > 64) {
      angle = behind ? detail::pi.hi : ay / ax;
    } else if (gap < -64) {
      angle = detail::half_pi.hi;
    } else {
      const detail::double_double a = detail::angle_of({detail::scaled(ay, k), 0.0}, {detail::scaled(ax, k), 0.0});
      angle = (behind ? detail::pi + -a : a).hi;
    }
  }
  return detail::with_sign_of(y, angle);
}

/// arctan x in [−π/2, π/2].
[[nodiscard]] constexpr double atan(double x) {
  if (!(detail::absolute(x) >= 0x1p-27)) return x;  // also NaN and ±0
  return atan2(x, 1.0);
}

/// arcsin x in [−π/2, π/2]; NaN beyond ±1.
[[nodiscard]] constexpr double asin(double x);

/// arccos x in [0, π]; NaN beyond ±1.
[[nodiscard]] constexpr double acos(double x);

namespace detail {

/// √(1 − x²) for |x| ≤ 1, to about 100 bits.
[[nodiscard]] constexpr double_double other_leg(double x) {
  const double_double square = double_double{1.0, 0.0} + -two_product(x, x);
  if (square.hi <= 0) return {};
  const double root = sqrt(square.hi);
  const double_double back = two_product(root, root);
  return quick_two_sum(root, (((square.hi - back.hi) - back.lo) + square.lo) / (2.0 * root));
}

}  // namespace detail

constexpr double asin(double x) {
  const double size = detail::absolute(x);
  if (!(size <= 1)) return detail::not_a_number;
  if (size < 0x1p-27) return x;
  return detail::with_sign_of(x, detail::angle_of({size, 0.0}, detail::other_leg(x)).hi);
}

constexpr double acos(double x) {
  const double size = detail::absolute(x);
  if (!(size <= 1)) return detail::not_a_number;
  if (size < 0x1p-60) return detail::half_pi.hi;
  const detail::double_double angle = detail::angle_of(detail::other_leg(x), {size, 0.0});
  return (x < 0 ? detail::pi + -angle : angle).hi;
}

/// The error function 2/√π ∫₀ˣ e^(−t²) dt.
[[nodiscard]] constexpr double erf(double x) {
  const double size = detail::absolute(x);
  if (!(size > 0.84)) return detail::erf_near(x);  // also NaN
  return detail::with_sign_of(x, size > 6 ? 1.0 : 1.0 - detail::erfc_far(size));
}

/// 1 − erf x, accurate also where erf is near 1.
[[nodiscard]] constexpr double erfc(double x) {
  if (x != x) return x;
  if (x > 28) return 0.0;
  if (x > 0.45) return detail::erfc_far(x);
  if (x > -0.84) return 1.0 - detail::erf_near(x);
  return x < -6 ? 2.0 : 2.0 - detail::erfc_far(-x);
}

}  // namespace ebit::math
