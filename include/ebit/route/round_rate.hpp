// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/time.hpp>
#include <ebit/route/forecast.hpp>

namespace ebit::route {

/// Mean seconds to make one pair of keep.size() rounds with `slots` slots that all attempt unless they hold a pair:
/// the two inputs of a round one after the other, the second with a slot less. What the engine overlaps beyond that
/// makes it faster. `raw(s)` is the mean time to the next undistilled pair with s slots. When `pumping`, the second
/// input is always such a pair.
template <class Raw>
[[nodiscard]] double recurrence(const Raw& raw, duration exchange, std::span<const double> keep, int slots,
                                bool pumping = false) {
  if (slots < 1) slots = 1;
  if (keep.empty()) return raw(static_cast<double>(slots));
  const std::span<const double> rest = keep.first(keep.size() - 1);
  const double first = recurrence(raw, exchange, rest, slots, pumping);
  const double second = recurrence(raw, exchange, pumping ? rest.first(0) : rest, slots - 1, pumping);
  return (first + second + exchange.seconds()) / keep.back();
}

/// Rounds per second of one mode when all stages start together: 1 / (mean of the maximum + one cycle). The mean is
/// the integral of the survival function, summed from above on a geometric grid, so it is never too small. With a
/// cut-off, rounds that are not over by then fail and block their slots for at most another cut-off and the news of
/// it.
[[nodiscard]] inline double restart_rate(const std::vector<delivery_stage>& stages, duration cycle, duration cutoff) {
  duration at = duration::zero();
  for (const delivery_stage& s : stages) at = greatest(at, s.offset);
  if (at.is_never() || at >= cutoff) return 0;
  const duration news = at * 2;
  const auto missing_at = [&](duration t) {
    double done = 1;
    for (const delivery_stage& s : stages) done *= s.finished_by(t);
    return 1 - done;
  };
  double mean = at.seconds(), missing = 1;
  duration step = cycle;
  for (int i = 0; i < 4096 && at < cutoff; ++i) {
    missing = missing_at(at);
    if (missing < 1e-9) break;
    step = least(step, cutoff - at);
    mean += missing * step.seconds();
    at += step;
    step = greatest(step, duration::picoseconds(at.picoseconds() / 24));
  }
  if (cutoff.is_never()) return 1 / (mean + cycle.seconds());
  const double failed = missing_at(cutoff);
  return (1 - failed) / (mean + cycle.seconds() + failed * (cutoff + news).seconds());
}

}  // namespace ebit::route
