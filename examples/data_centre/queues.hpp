// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/analyze/analyser_leases.hpp>
#include <ebit/analyze/queueing.hpp>

#include "data_centre/run.hpp"

/// The line at the analysers: what was seen, and what queueing theory says of one pool of as many.
namespace centre {

struct analyser_line {
  bool is_known = false;
  bool is_seen = false;  ///< there were light paths to speak of
  ebit::analyze::queue model;
  double waiting = 0;  ///< s: mean time that requests waited for an analyser, both their ends being free, as seen
  double busy = 0;     ///< share of the time that an analyser was lent, as seen
  double working = 0;  ///< and that attempts ran at it
};

/// Over the second half of the run, so that what was empty at the start has filled. By Little's law (1961) the mean
/// wait is the mean number of those that wait over how many come per second.
[[nodiscard]] inline analyser_line line_of(const scene& s, const outcome& out) {
  analyser_line a;
  const ebit::world_time from{s.span / 2}, end{s.span};
  const double seconds = (end - from).seconds();
  ebit::analyze::measured_times lent;
  std::uint64_t leases = 0;
  for (const lease_record& l : out.leases) {
    if (l.granted >= from) ++leases;
    if (l.is_over() && l.over() >= from) lent.add((l.over() - l.granted).seconds());
  }
  double waiting = 0, in_use = 0;
  std::uint64_t looks = 0;
  for (const sample& each : out.use.all()) {
    if (each.at < from) continue;
    waiting += each.waiting[static_cast<std::size_t>(lack::analyser)];
    in_use += each.analysers;
    ++looks;
  }
  const auto analysers = static_cast<std::uint32_t>(s.layout.analysers().size());
  double worked = 0;
  for (const lease_record& l : out.leases)
    if (!l.head_released.is_never()) worked += l.busy.seconds();
  a.working = worked / s.span.seconds() / analysers;
  if (looks > 0) a.busy = in_use / static_cast<double>(looks) / analysers;
  a.is_seen = leases >= 2 && lent.count() >= 2 && looks > 0;
  if (!a.is_seen) return a;
  const double per_second = static_cast<double>(leases) / seconds;
  a.waiting = waiting / static_cast<double>(looks) / per_second;
  a.model = ebit::analyze::pool_of(analysers, per_second, lent.time());
  a.is_known = a.model.validate().has_value();
  return a;
}

}  // namespace centre
