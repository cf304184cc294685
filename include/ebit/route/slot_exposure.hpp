// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>

namespace ebit::route {

/// Cycles in which a slot was free at both ends of its link, as far as one end can know: what a herald is to be
/// measured against. Attempts have no memory, so it does not matter when one begins to count, as long as that does not
/// depend on what comes.
///
/// An end knows that the other's slot is free when it learns of what was done with the pair there. If it is the first
/// to swap it learns nothing, since word of the other's swap goes on to where its half leads by then: there the other
/// end is the one that knows, and counts. If both swap at about the same time, word of it crosses, and both know.
struct exposure {
  path_id path;
  operation_id operation;  ///< the batch of attempts
  local_time cycle_zero;   ///< when the first of all cycles began here
  duration period;
  duration lag;        ///< by when news of a cycle has come, or of its end's having stopped
  double success = 0;  ///< probability of a herald in a cycle by the forecast; 0: none is known
  std::uint32_t modes = 1;
  std::uint64_t from = 0;  ///< cycles before do not count
  bool counts = false;

  /// The first cycle that begins at `t` or later.
  [[nodiscard]] std::uint64_t first_cycle_from(local_time t) const {
    if (t <= cycle_zero) return 0;
    const duration since = t - cycle_zero;
    const std::int64_t whole = since / period;
    return static_cast<std::uint64_t>(whole) + (period * whole < since ? 1U : 0U);
  }
  /// One more than the last cycle of which everything is known.
  [[nodiscard]] std::uint64_t end_of_known(local_time now) const {
    const local_time t = now - lag;
    return t <= cycle_zero ? 0 : static_cast<std::uint64_t>((t - cycle_zero) / period);
  }
};

}  // namespace ebit::route
