// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/analyze/queueing.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/bell_state_analyser.hpp>

namespace ebit::analyze {

/// How long a Bell-state analyser is taken up by one light path: `set_up` of the analyser, `other` (a switch that
/// moves, the light on its way there and the news back), and one attempt every `period` (no shorter than the analyser
/// bears) until `pairs` of them have heralded, each with probability `success` in (0, 1]: a sum of geometric times.
[[nodiscard]] constexpr random_time lease_of(const link::bell_state_analyser& analyser, duration period,
                                             double success, std::uint32_t pairs, duration other = {}) {
  EBIT_ASSERT(success > 0 && success <= 1 && pairs > 0, "lease_of: no success, or no pairs");
  const double each = greatest(period, analyser.shortest_period()).seconds();
  const double fixed = (analyser.set_up + other).seconds(), n = static_cast<double>(pairs);
  const double mean = fixed + each * n / success;
  const double variance = each * each * n * (1 - success) / (success * success);
  return success == 1 ? random_time::constant(mean) : random_time::general(mean, variance / (mean * mean));
}

/// The line at a pool of `analysers` of them that leases are asked of at random, `per_second` on average.
[[nodiscard]] constexpr queue pool_of(std::uint32_t analysers, double per_second, const random_time& lease) {
  return queue::poissonian(analysers, per_second, lease);
}

}  // namespace ebit::analyze
