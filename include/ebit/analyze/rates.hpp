// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/probability.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>

namespace ebit::analyze {

/// One round of `modes` ≥ 1 parallel attempts (in time, frequency or space), each successful with probability `p`.
struct multiplexed_round {
  double p = 0;
  std::uint64_t modes = 1;

  /// At least one success: 1 − (1 − p)^M, exact also for tiny p.
  [[nodiscard]] double success() const { return complement_power(p, static_cast<double>(modes)); }
  /// Mean number of rounds until the first success.
  [[nodiscard]] double mean_rounds() const { return 1 / success(); }
  /// Mean number of successes per round.
  [[nodiscard]] double mean_pairs() const { return p * static_cast<double>(modes); }
};

/// The rate recursion of Caleffi (IEEE Access 5, 22299 (2017)) for linear-optics links with photonic Bell
/// measurements.
///
/// It composes *mean* times: a route needs the larger mean of its two halves, T = (max(T_left, T_right) + τ_a +
/// T_c)/ν_a. The mean of the larger time is up to 3/2 of that per level (`mean_of_maximum`, `nested_chain`), so this
/// rate is optimistic; it is kept for comparison with routing papers that use it.
struct caleffi_model {
  double emission = 0.53;           ///< p_ht: atom and telecom photon in one attempt
  double herald_efficiency = 0.8;   ///< ν_h
  double telecom_efficiency = 0.8;  ///< ν_t
  double optical_bsm = 0.39;        ///< ν_o: of the photonic Bell measurement of a link (of which half is lost)
  double atomic_bsm = 0.39;         ///< ν_a: of a swap
  length attenuation_length = kilometres(22);
  speed light = metres_per_second(2e8);
  duration pulse = duration::picoseconds(5'900'000);            ///< τ_p
  duration herald = duration::picoseconds(20'000'000);          ///< τ_h
  duration telecom = duration::picoseconds(10'000'000);         ///< τ_t
  duration optical = duration::picoseconds(10'000'000);         ///< τ_o
  duration atomic = duration::picoseconds(10'000'000);          ///< τ_a
  duration detector_dead = duration::picoseconds(100'000'000);  ///< τ_d: waited after a failure

  /// One attempt over a fibre of length d: ν_o (p_ht ν_h ν_t)² exp(−d/l₀)/2.
  [[nodiscard]] double link_probability(length d) const {
    const double photon = emission * herald_efficiency * telecom_efficiency;
    return optical_bsm * photon * photon * math::exp(-(d / attenuation_length)) / 2;
  }
  /// The mean time of one link, in seconds: ((1−p) T_f + p T_s)/p.
  [[nodiscard]] double link_time(length d) const {
    const double p = link_probability(d), flight = d.base() / light.base();
    const double answered = std::max(herald.seconds(), telecom.seconds() + optical.seconds() + flight);
    const double succeeded = pulse.seconds() + answered;
    const double failed = pulse.seconds() + std::max(answered, detector_dead.seconds());
    return ((1 - p) * failed + p * succeeded) / p;
  }
  /// The "mean" time of a route of links, in seconds; split in the middle, the shorter part left.
  [[nodiscard]] double route_time(std::span<const length> hops) const {
    EBIT_ASSERT(!hops.empty(), "caleffi_model: a route without links");
    if (hops.size() == 1) return link_time(hops[0]);
    const std::span<const length> left = hops.first(hops.size() / 2), right = hops.subspan(hops.size() / 2);
    const double classical = std::max(total(left), total(right)) / (2 * light.base());
    return (std::max(route_time(left), route_time(right)) + atomic.seconds() + classical) / atomic_bsm;
  }
  /// Pairs per second end to end, as this model has it.
  [[nodiscard]] double route_rate(std::span<const length> hops) const { return 1 / route_time(hops); }

 private:
  [[nodiscard]] static double total(std::span<const length> hops) {
    double sum = 0;
    for (const length hop : hops) sum += hop.base();
    return sum;
  }
};

/// The expected throughput of a path of width W (Shi and Qian, SIGCOMM 2020, the metric of Q-CAST): each hop tries W
/// links at once with its own success probability, the narrowest hop limits, and each of the h − 1 swaps succeeds
/// with probability q: q^(h−1) E[min_k Binomial(W, p_k)]. In pairs per slot; `width` up to 10000.
[[nodiscard]] inline double expected_throughput(std::span<const double> hop_success, std::uint32_t width,
                                                double swap_success) {
  EBIT_ASSERT(!hop_success.empty() && width > 0 && width <= 10'000, "expected_throughput: no hops or no such width");
  EBIT_ASSERT(swap_success >= 0 && swap_success <= 1, "expected_throughput: a probability is not in [0, 1]");
  // E[min] = Σ_{i≥1} Π_k P(Bin(W, p_k) ≥ i).
  std::vector<double> all_reach(width + 1, 1.0), binomial;
  for (const double p : hop_success) {
    EBIT_ASSERT(p >= 0 && p <= 1, "expected_throughput: a probability is not in [0, 1]");
    binomial.assign(width + 1, 0.0);
    binomial[0] = 1;
    for (std::size_t tried = 1; tried <= width; ++tried) {
      for (std::size_t i = tried; i > 0; --i) binomial[i] = binomial[i] * (1 - p) + binomial[i - 1] * p;
      binomial[0] *= 1 - p;
    }
    double reach = 0;
    for (std::size_t i = width; i > 0; --i) {
      reach += binomial[i];
      all_reach[i] *= reach;
    }
  }
  double sum = 0;
  for (std::size_t i = width; i > 0; --i) sum += all_reach[i];
  double swaps = 1;
  for (std::size_t k = 1; k < hop_success.size(); ++k) swaps *= swap_success;
  return swaps * sum;
}

}  // namespace ebit::analyze
