// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include <ebit/core/detail/double_double.hpp>

namespace ebit::math::detail {

/// x = quadrant·π/2 + angle (mod 2π), |angle| ≤ π/4.
struct reduced_angle {
  double_double angle;
  unsigned quadrant;
};

/// Reduction with as many bits of 2/π as the exponent asks for (Payne and Hanek, SIGNUM Newsl. 18, 19, 1983): the
/// product is kept modulo 4 in 192 bits, 190 of them behind the point. x ≥ 2^−10, finite.
[[nodiscard]] constexpr reduced_angle reduce_far(double x) {
  // clang-format off
  constexpr std::uint64_t two_over_pi[] = {
      0,                   0xa2f9836e4e441529U, 0xfc2757d1f534ddc0U, 0xdb6295993c439041U, 0xfe5163abdebbc561U,
      0xb7246e3a424dd2e0U, 0x06492eea09d1921cU, 0xfe1deb1cb129a73eU, 0xe88235f52ebb4484U, 0xe99c7026b45f7e41U,
      0x3991d639835339f4U, 0x9c845f8bbdf9283bU, 0x1ff897ffde05980fU, 0xef2f118b5a0a6d1fU, 0x6d367ecf27cb09b7U,
      0x4f463f669e5fea2dU, 0x7527bac7ebe5f17bU, 0x3d0739f78a5292eaU, 0x6bfb5fb11f8d5d08U, 0x56033046fc7b6babU};
  // clang-format on
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t mantissa = (bits & 0xfffffffffffffU) | 0x10000000000000U;
  const int exponent = static_cast<int>(bits >> 52) - 1075;  // x = mantissa·2^exponent
  // Bits of 2/π above the weight 2^(1 − exponent) contribute multiples of 4; the table starts with 64 zeros.
  const auto first = static_cast<unsigned>(exponent - 2 + 64);
  const auto word = [&](unsigned i) {
    const unsigned at = first / 64 + i, shift = first % 64;
    const std::uint64_t high = two_over_pi[at];
    return shift == 0 ? high : high << shift | two_over_pi[at + 1] >> (64 - shift);
  };
  const uint128 p0 = static_cast<uint128>(word(2)) * mantissa;
  const uint128 p1 = static_cast<uint128>(word(1)) * mantissa + (p0 >> 64);
  const std::uint64_t top = word(0) * mantissa + static_cast<std::uint64_t>(p1 >> 64);
  std::uint64_t limb[3] = {top, static_cast<std::uint64_t>(p1), static_cast<std::uint64_t>(p0)};
  const auto shift_left = [&limb](unsigned n) {  // 0 < n < 64
    limb[0] = limb[0] << n | limb[1] >> (64 - n);
    limb[1] = limb[1] << n | limb[2] >> (64 - n);
    limb[2] <<= n;
  };
  auto quadrant = static_cast<unsigned>(limb[0] >> 62);
  shift_left(2);
  const bool beyond = limb[0] >> 63 != 0;  // above one half: count from the next quadrant, downwards
  if (beyond) {
    quadrant += 1;
    for (std::uint64_t& l : limb) l = ~l;
  }
  int weight = 0;
  if (limb[0] == 0) {
    limb[0] = limb[1];
    limb[1] = limb[2];
    limb[2] = 0;
    weight = -64;
  }
  if (const auto zeros = static_cast<unsigned>(std::countl_zero(limb[0])); zeros > 0 && zeros < 64) {
    shift_left(zeros);
    weight -= static_cast<int>(zeros);
  }
  const double head = static_cast<double>(limb[0] >> 11) * 0x1p-53;
  const std::uint64_t rest = limb[0] << 53 | limb[1] >> 11;
  const double_double fraction = quick_two_sum(head, static_cast<double>(rest) * 0x1p-117);
  const double unit = power_of_two(weight);
  const double_double angle = double_double{fraction.hi * unit, fraction.lo * unit} * half_pi;
  return {beyond ? -angle : angle, quadrant & 3};
}

/// Cody and Waite's reduction in three parts while the products with the first two are exact, else `reduce_far`; also
/// for those few x so near a multiple of π/2 that three parts would leave too few bits. x ≥ 0, finite.
[[nodiscard]] constexpr reduced_angle reduce_angle(double x) {
  if (x <= 0x1.921fb54442d18p-1) return {{x, 0.0}, 0};
  if (x < 1.6e6) {
    constexpr double part1 = 0x1.921fb54400000p+0, part2 = 0x1.0b4611a600000p-34, part3 = 0x1.3198a2e037073p-69;
    const double k = nearest(mul(x, 0x1.45f306dc9c883p-1));
    const double_double near = two_sum(x - mul(k, part1), -mul(k, part2));
    const double_double angle = two_sum(near.hi, near.lo - mul(k, part3));
    if (absolute(angle.hi) > 0x1p-25) return {angle, static_cast<unsigned>(static_cast<std::uint64_t>(k) & 3)};
  }
  return reduce_far(x);
}

/// sin and cos of |x| ≤ π/4 and a bit more, to about 2^−56: Taylor series to x^17 and x^18.
[[nodiscard]] constexpr double_double sin_kernel(double_double x) {
  const double z = mul(x.hi, x.hi);
  const double series = horner(z, -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800,
                               -1.0 / 1307674368000, 1.0 / 355687428096000);
  return quick_two_sum(x.hi, mul(mul(x.hi, z), series) + mul(x.lo, 1.0 - 0.5 * z));
}
[[nodiscard]] constexpr double_double cos_kernel(double_double x) {
  const double_double z = two_product(x.hi, x.hi);
  const double series = horner(z.hi, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600,
                               -1.0 / 87178291200, 1.0 / 20922789888000, -1.0 / 6402373705728000);
  const double_double head = quick_two_sum(1.0, -0.5 * z.hi);
  const double tail = mul(mul(z.hi, z.hi), series) - (0.5 * z.lo + mul(x.hi, x.lo));
  return quick_two_sum(head.hi, head.lo + tail);
}

/// The angle of the point (x, y), 0 ≤ y, 0 ≤ x, to about 2^−60; the larger of the two lies in [½, 2] and the other
/// is 0 or above 2^−70. The ratio is taken relative to the nearest eighth, whose angle is tabulated.
[[nodiscard]] constexpr double_double angle_of(double_double y, double_double x) {
  constexpr double_double eighths[] = {
      {0.0, 0.0},
      {0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
      {0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
      {0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
      {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
      {0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
      {0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
      {0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
      {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55},
  };
  const bool steep = y.hi > x.hi;
  if (steep) {
    const double_double other = x;
    x = y;
    y = other;
  }
  const auto j = static_cast<std::size_t>(mul(8.0, y.hi / x.hi) + 0.5);
  const double c = static_cast<double>(j) / 8.0;
  const double_double d = (y + double_double{-c, 0.0} * x) / (x + double_double{c, 0.0} * y);
  const double z = mul(d.hi, d.hi);
  const double series = horner(z, -1.0 / 3, 1.0 / 5, -1.0 / 7, 1.0 / 9, -1.0 / 11, 1.0 / 13, -1.0 / 15);
  const double_double angle = eighths[j] + quick_two_sum(d.hi, d.lo + mul(mul(d.hi, z), series));
  return steep ? half_pi + -angle : angle;
}

}  // namespace ebit::math::detail
