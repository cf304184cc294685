// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>

/// Draws from the distributions the library needs, the same on every machine. Each moves on the stream it is given.
namespace ebit::sample {

/// Uniform in (0, 1): the odd multiples of 2^−53, so that neither 0 nor 1 occurs.
[[nodiscard]] constexpr double uniform(random_stream& stream) {
  return static_cast<double>(stream.next_u64() >> 11 | 1U) * 0x1p-53;
}

/// True with probability p, exactly: as many random bits are compared with those of p as it takes, so that
/// p = 10^−30 is as good as p = ½. 0 ≤ p ≤ 1. One 64-bit word nearly always, also for p = 0 and p = 1.
[[nodiscard]] constexpr bool bernoulli(random_stream& stream, double p) {
  EBIT_ASSERT(p >= 0 && p <= 1, "bernoulli: no probability");
  double rest = p;
  for (;;) {
    const std::uint64_t word = stream.next_u64();
    if (rest >= 1) return true;
    rest *= 0x1p64;
    const auto whole = static_cast<std::uint64_t>(rest);
    if (word != whole) return word < whole;
    rest -= static_cast<double>(whole);
    if (rest == 0) return false;
  }
}

/// An exponential variate of mean 1, accurate at both ends: values down to 2^−65 and up to 45 occur with their right
/// frequencies. Inverse logarithm: one bit chooses the half, 63 bits the place in it.
[[nodiscard]] constexpr double standard_exponential(random_stream& stream) {
  const std::uint64_t word = stream.next_u64();
  const double u = static_cast<double>(word & ~(std::uint64_t{1} << 63)) * 0x1p-64 + 0x1p-65;  // in (0, ½]
  // −ln u or −ln(1 − u), without a branch that would be mispredicted half of the time.
  const auto upper = static_cast<double>(word >> 63);
  const double signed_u = std::bit_cast<double>(std::bit_cast<std::uint64_t>(u) | (word & std::uint64_t{1} << 63));
  return -math::detail::log_of(math::detail::two_sum(upper, signed_u));
}

/// Exponential with the given rate (mean 1/rate); rate ≥ 0, and rate 0 gives infinity.
[[nodiscard]] constexpr double exponential(random_stream& stream, double rate) {
  EBIT_ASSERT(rate >= 0, "exponential: the rate is negative");
  const double value = standard_exponential(stream);
  return rate > 0 ? value / rate : math::detail::infinity;
}

/// What `geometric` returns for "not in this universe's lifetime": success beyond so many trials, or p = 0.
inline constexpr std::uint64_t most_trials = std::uint64_t{1} << 62;

/// The number of trials up to and including the first success when each fails with probability e^(−hazard):
/// `hazard` = −ln(1 − p) ≥ 0. For callers that draw often with the same p.
[[nodiscard]] constexpr std::uint64_t geometric_of_hazard(random_stream& stream, double hazard) {
  EBIT_ASSERT(hazard >= 0, "geometric: the hazard is negative");
  const double value = standard_exponential(stream);
  if (hazard == 0) return most_trials;
  const double failures = value / hazard;
  return failures < 0x1p62 ? static_cast<std::uint64_t>(failures) + 1 : most_trials;
}

/// The number of trials up to and including the first success, each with probability p; at least 1, at most
/// `most_trials`. 0 ≤ p ≤ 1, right also for tiny p: P(more than n) = (1 − p)^n.
[[nodiscard]] constexpr std::uint64_t geometric(random_stream& stream, double p) {
  EBIT_ASSERT(p >= 0 && p <= 1, "geometric: no probability");
  return geometric_of_hazard(stream, -math::log1p(-p));
}

/// An integer in [0, n), each equally likely (Lemire, ACM TOMACS 29, 3, 2019); n ≥ 1.
[[nodiscard]] constexpr std::uint64_t below(random_stream& stream, std::uint64_t n) {
  EBIT_ASSERT(n > 0, "below: nothing to choose from");
  const std::uint64_t threshold = (0 - n) % n;
  for (;;) {
    const math::detail::uint128 product = static_cast<math::detail::uint128>(stream.next_u64()) * n;
    if (static_cast<std::uint64_t>(product) >= threshold) return static_cast<std::uint64_t>(product >> 64);
  }
}

/// An index drawn with probability proportional to its weight. Weights ≥ 0 with a positive, finite sum; an index of
/// weight 0 is never drawn.
template <std::size_t N>
[[nodiscard]] constexpr std::size_t index_of(random_stream& stream, const std::array<double, N>& weights) {
  double total = 0;
  for (const double w : weights) {
    EBIT_ASSERT(w >= 0, "index_of: a weight is negative");
    total += w;
  }
  EBIT_ASSERT(total > 0 && total < math::detail::infinity, "index_of: the weights have no proper sum");
  double place = math::detail::mul(uniform(stream), total);
  std::size_t last = 0;
  for (std::size_t i = 0; i < N; ++i) {
    if (weights[i] == 0) continue;
    if (place < weights[i]) return i;
    place -= weights[i];
    last = i;
  }
  return last;  // only by the rounding of the sum
}

/// A normal variate of mean 0 and deviation 1 (Box and Muller's cosine half; two uniforms, |value| < 9.5).
[[nodiscard]] constexpr double normal(random_stream& stream) {
  const double radius = math::sqrt(2.0 * standard_exponential(stream));
  const double turn = uniform(stream);
  return radius * math::cos(2.0 * math::detail::pi.hi * turn);
}

}  // namespace ebit::sample
