// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/detail/exponential.hpp>

namespace ebit::math::detail {

/// erf x for |x| ≤ 0.84: x + x·P(x²), P interpolating erf(√z)/√z − 1 at the Chebyshev points of [0, 0.72].
[[nodiscard]] constexpr double erf_near(double x) {
  const double z = mul(x, x);
  const double series =
      horner(z, 0x1.06eba8214db69p-3, -0x1.812746b0379e7p-2, 0x1.ce2f21a042bdcp-4, -0x1.b82ce312888bcp-6,
             0x1.565bcd0e600e4p-8, -0x1.c02db3fd3654ap-11, 0x1.f9a32665b493fp-14, -0x1.f4d2495c03916p-17,
             0x1.b9e522f91e41dp-20, -0x1.5f5ab484cb7bap-23, 0x1.faafd62c39b32p-27, -0x1.4397b3e7c1984p-30,
             0x1.29a056e9a44b8p-34);
  return x + mul(x, series);
}

/// erfc x for 0.45 ≤ x ≤ 28 as e^(−x²)·G(t)/(1 + 2x), t = (x − 3.5)/(x + 3.5): G varies between 1 and 1.3 only
/// (the form of Shepherd and Laframboise, Math. Comp. 36, 249, 1981; interpolated at the Chebyshev points).
[[nodiscard]] constexpr double erfc_far(double x) {
  const double t = (x - 3.5) / (x + 3.5);
  const double series =
      horner(t, -0x1.1ebd220ea593cp-3, -0x1.59e2c284b1165p-7, 0x1.8f702ec6b3457p-4, -0x1.d76830c3536bap-4,
             0x1.686106046bf6dp-4, -0x1.8ff5ef76c12f2p-5, 0x1.38ec6671eba95p-6, -0x1.143c4cae5b846p-8,
             -0x1.3cf36b80bcfbap-12, 0x1.27e666a954361p-11, -0x1.fda8dbe984542p-14, -0x1.66e2b7d9b48c9p-15,
             0x1.970635f9e1d37p-16, 0x1.389f2cba91a79p-19, -0x1.ffd48eb1a7f7dp-19, -0x1.8c8a7685a6cc4p-25,
             0x1.41772aab35581p-21, -0x1.749b1c74ccc11p-28, -0x1.8ac2ef2e76d8dp-24, -0x1.58aecbed74284p-30,
             0x1.585be923ae558p-27, 0x1.39ef1bb692e2bp-31);
  const double_double shape = double_double{0x1.3e0a99a0ee914p+0, 0.0} + double_double{mul(t, series), 0.0};
  const scaled_exponential e = exp_extended(-two_product(x, x));
  const double_double value = e.mantissa * shape / two_sum(1.0, 2.0 * x);
  return scale_mantissa(value.hi, e.k);
}

}  // namespace ebit::math::detail
