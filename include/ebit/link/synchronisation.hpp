// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/choreography.hpp>
#include <ebit/link/clock_profiles.hpp>
#include <ebit/link/timing_budget.hpp>

namespace ebit::link {

/// How good the clocks of a choreography's two ends have to be for a wanted visibility, everything else being as it
/// is. Of clocks at both ends the relative error counts, that of one against the other.
struct synchronisation_need {
  double wanted = 0;
  double visibility = 0;        ///< as things are
  double mismatch_allowed = 0;  ///< s, always the same: what the photons alone bear
  double clocks_now = 0;        ///< s rms, relative
  double clocks_allowed = 0;    ///< s rms, relative and Gaussian; 0: not even perfect clocks are enough
  /// Between synchronisations of the clocks there are, at most; 0: however often, it is not enough.
  duration synchronised_every{};
  /// The line without which the visibility is highest, nothing if no line lowers it, ...
  std::optional<timing_line> limiting;
  double without_it = 0;  ///< ... and the visibility without it
  /// The poorest of the known ways to keep a clock that is enough at both ends; empty if none is.
  std::string_view enough;

  [[nodiscard]] bool met() const { return visibility >= wanted; }
};

namespace detail {

/// The visibility with some lines left out or changed: `keep(line)` is the error to count for it.
template <class Keep>
[[nodiscard]] double visibility_if(const choreography& plan, const Keep& keep) {
  std::vector<timing_line> all = plan.lines();
  for (timing_line& l : all) l.error = keep(l);
  return plan.photon.visibility(relative_arrival(all, plan.signs));
}

/// The largest number from 0 to `high` at which a condition holds that holds below it and fails above: bisection to
/// the last bit or nearly.
template <class Holds>
[[nodiscard]] double largest(double high, const Holds& holds) {
  if (holds(high)) return high;
  double low = 0;
  for (int i = 0; i < 200; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    (holds(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace detail

/// `wanted` is above 0, up to 1.
[[nodiscard]] inline synchronisation_need synchronisation_for(const choreography& plan, double wanted) {
  EBIT_ASSERT(wanted > 0 && wanted <= 1, "synchronisation_for: a visibility is above 0, up to 1");
  const auto clock_of = [](const timing_line& l) { return is_clock(l.source); };
  synchronisation_need out;
  out.wanted = wanted;
  const std::vector<timing_line> lines = plan.lines();
  out.visibility = plan.photon.visibility(relative_arrival(lines, plan.signs));
  out.mismatch_allowed = plan.photon.mismatch_for(wanted);

  std::vector<timing_line> clocks, others;
  for (const timing_line& l : lines) (clock_of(l) ? clocks : others).push_back(l);
  out.clocks_now = relative_arrival(clocks, plan.signs).rms();
  const timing_error rest = relative_arrival(others, plan.signs);
  const auto bears = [&](double jitter) {
    return plan.photon.visibility(rest + timing_error{.jitter = jitter}) >= wanted;
  };
  if (bears(0)) out.clocks_allowed = detail::largest(1e3 * plan.photon.width, bears);

  // A drift is worth what it grows to in the time it has.
  bool drifts = false;
  for (const timing_line& l : clocks) drifts = drifts || (l.lowers_visibility() && l.error.swing != 0);
  const auto every = [&](double seconds) {
    return detail::visibility_if(plan, [&](const timing_line& l) {
             if (l.source != timing_source::clock_drift) return l.error;
             const timed_end& e = l.place == timing_place::arm_b ? plan.b : plan.a;
             return timing_error{.swing = e.keeps.drift * seconds};
           }) >= wanted;
  };
  if (!every(0))
    out.synchronised_every = duration::zero();
  else if (!drifts)
    out.synchronised_every = duration::never();
  else
    out.synchronised_every =
        duration::picoseconds(static_cast<std::int64_t>(1e12 * detail::largest(1e6, every)));  // rounded down

  for (std::size_t skipped = 0; skipped < lines.size(); ++skipped) {
    if (!lines[skipped].lowers_visibility() || lines[skipped].error == timing_error{}) continue;
    std::vector<timing_line> all = lines;
    all[skipped].error = {};
    const double without = plan.photon.visibility(relative_arrival(all, plan.signs));
    if (without > out.visibility && without > out.without_it) {
      out.without_it = without;
      out.limiting = lines[skipped];
    }
  }

  for (const clock_profile& p : clock_profiles()) {
    choreography with = plan;
    with.a.keeps = with.b.keeps = p.value;
    if (with.photon.visibility(relative_arrival(with.lines(), plan.signs)) >= wanted) out.enough = p.name;
  }
  return out;
}

}  // namespace ebit::link
