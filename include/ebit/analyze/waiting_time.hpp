// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <ebit/analyze/distribution.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>

namespace ebit::analyze {

/// The mean number of attempts until all of `n` ≥ 1 independent links, tried in parallel with success probability `p`
/// in (0, 1] each, exist: Σ_{t≥0} 1 − (1 − (1−p)^t)^n. Relative error below 1e-12 for every n; the alternating sum
/// over binomial coefficients has no digit left beyond n ≈ 40.
[[nodiscard]] inline double mean_of_maximum(std::uint64_t n, double p) {
  EBIT_ASSERT(n > 0 && p > 0 && p <= 1, "mean_of_maximum: n is 0 or p is not in (0, 1]");
  if (n == 1 || p == 1) return 1 / p;
  const double decay = -math::log1p(-p), count = static_cast<double>(n);
  if (p < 1e-3) {
    // Euler–Maclaurin: H_n/decay + 1/2, and the first term of the boundary that differs from zero (n = 2 and 3).
    double harmonic = 0;
    if (n <= 1'000'000) {
      for (std::uint64_t k = n; k > 0; --k) harmonic += 1 / static_cast<double>(k);
    } else {
      harmonic = math::log(count) + 0.57721566490153286061 + 1 / (2 * count) - 1 / (12 * count * count);
    }
    const double third = n == 2 ? 6.0 : n == 3 ? -6.0 : 0.0;
    return harmonic / decay + 0.5 + third * decay * decay * decay / 720;
  }
  double sum = 1;
  for (double t = 1;; ++t) {
    const double still = math::exp(-decay * t);
    const double term = -math::expm1(count * math::log1p(-still));
    sum += term;
    if (term < 1e-18 * p) return sum;  // the rest is less than term/p
  }
}

/// The same as mean of the maximum of *means*: what one gets by composing mean times (Caleffi 2017 does). Too small
/// by up to a factor 3/2 per joining of two; see `mean_of_maximum`.
[[nodiscard]] constexpr double maximum_of_means(double mean_a, double mean_b) { return std::max(mean_a, mean_b); }

/// Delivery of a chain of 2^levels segments by nested swapping.
struct nested_chain_time {
  double mean = 0;       ///< attempts; by Wald's identity, not from the truncated distribution
  double deviation = 0;  ///< standard deviation, attempts; likewise
  distribution time;     ///< of the delivery, in attempts
};

/// A nested chain (Briegel, Dür, Cirac and Zoller 1998) of 2^`levels` segments: every segment succeeds with
/// probability `p` per attempt; when both halves of a span exist they are swapped, which succeeds with probability
/// `q`, and a failed swap starts both halves afresh. Perfect memories, no communication time. T_{k+1} = Σ_{i≤G}
/// max(T_k, T_k'), G geometric in q.
///
/// `tail` in (0, 0.1] is roughly the mass left out of the returned distribution; `time.missing()` says how much it
/// is. Levels up to 20; memory and time grow with the mean number of attempts, (3/(2q))^levels / p at most.
[[nodiscard]] inline nested_chain_time nested_chain(double p, double q, unsigned levels, double tail = 1e-12) {
  EBIT_ASSERT(p > 0 && p <= 1 && q > 0 && q <= 1, "nested_chain: a probability is not in (0, 1]");
  EBIT_ASSERT(levels <= 20 && tail > 0 && tail <= 0.1, "nested_chain: levels above 20 or tail not in (0, 0.1]");
  // Inner levels are carried so far that what they miss is below the rounding of the outer ones.
  const double inner = std::min(tail, 1e-16);
  const auto steps = [](double value) { return static_cast<std::size_t>(value) + 2; };
  const double geometric_steps = p == 1 ? 1.0 : math::log(inner) / math::log1p(-p);
  if (q == 1 || levels == 0) {
    // The maximum of 2^levels is missing at most 2^levels times the mass that one is missing.
    const double extra = p == 1 ? 0.0 : 0.69314718055994530942 * levels / -math::log1p(-p);
    distribution all =
        distribution::geometric(p, steps(geometric_steps + extra)).latest_of(std::uint64_t{1} << levels);
    const double mean = mean_of_maximum(std::uint64_t{1} << levels, p), deviation = all.conditional_deviation();
    return {mean, deviation, std::move(all)};
  }
  nested_chain_time out{1 / p, math::sqrt(1 - p) / p, distribution::geometric(p, steps(geometric_steps))};
  for (unsigned level = 1; level <= levels; ++level) {
    const distribution both = later_of(out.time, out.time);
    const double mean = both.conditional_mean(), variance = both.conditional_variance();
    out.mean = mean / q;
    out.deviation = math::sqrt(variance / q + (1 - q) / (q * q) * mean * mean);
    // New better than used, so the tail falls at least about as fast as that of a geometric time of the same mean. A
    // power of two costs no more than the lengths just below it.
    const double wanted = -math::log(level == levels ? tail : inner) * out.mean;
    out.time = both.until_success(q, std::bit_ceil(steps(wanted)) - 1);
  }
  return out;
}

/// Two segments joined by a swap, where a pair that waited `cutoff` attempts for the other is discarded.
struct cutoff_pair_time {
  double both_within_cutoff = 0;  ///< the probability that a round ends with two pairs to swap
  double mean = 0;                ///< attempts until the first successful swap
};

/// Two segments with success probability `p` per attempt; if the second pair does not come within `cutoff` attempts
/// of the first, the first is discarded and both start afresh; the swap succeeds with probability `q`. With T₁, T₂
/// geometric: P = P(|T₁ − T₂| ≤ τ) = 1 − 2(1−p)^(τ+1)/(2−p), E = [1 + 2(1−p)(1−(1−p)^τ)] / (p (2−p)) / (P q), by
/// Wald's identity. Equals `expected_slots` of a three-node chain with the same cut-off.
[[nodiscard]] inline cutoff_pair_time cutoff_pair(double p, double q, std::uint64_t cutoff) {
  EBIT_ASSERT(p > 0 && p <= 1 && q > 0 && q <= 1, "cutoff_pair: a probability is not in (0, 1]");
  const double waits = p == 1 ? (cutoff == 0 ? 1.0 : 0.0) : math::exp(static_cast<double>(cutoff) * math::log1p(-p));
  const double within = 1 - 2 * (1 - p) * waits / (2 - p);
  const double round = (1 + 2 * (1 - p) * (1 - waits)) / (p * (2 - p));
  return {within, round / (within * q)};
}

}  // namespace ebit::analyze
