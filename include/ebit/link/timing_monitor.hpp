// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/link/choreography.hpp>
#include <ebit/link/drift_detector.hpp>
#include <ebit/link/timing_budget.hpp>
#include <ebit/link/wave_packet.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::link {

/// What a timing monitor is to notice, and how rarely it may be wrong.
struct timing_alarm {
  double noticed = 1e-9;  ///< s, either way: a further offset of an end that is to be noticed soonest; above 0
  double tests_between_false_alarms = 1e5;  ///< at least so many on average, 10 to 5·10¹¹

  friend constexpr bool operator==(const timing_alarm&, const timing_alarm&) = default;
};

/// Tells from the reported arrivals of one end's photons, as the tests of a choreography show them, that they come
/// earlier or later than the budget allows. There are two tests of each arrival, whether it is suspiciously late and
/// whether it is suspiciously early; the limits are where a photon tells most (Kullback and Leibler, Ann. Math. Stat.
/// 22, 79 (1951)) between the worst that the budget allows on that side and the least that the offset to be noticed
/// can make of it. Failures are counted as in `drift_detector`, one for each side with half of the false alarms.
///
/// Photons that are late for the station are late for the other end's photons too, if those are not: of two ends whose
/// monitors are silent the photons meet.
class timing_monitor {
 public:
  /// Refused where the offset is too small to be told from what the budget allows.
  [[nodiscard]] static result<timing_monitor> make(const choreography& plan, half which, const timing_alarm& alarm) {
    if (auto ok = plan.validate(); !ok) return ok.error();
    if (!(alarm.noticed > 0 && alarm.noticed <= 1))
      return config_error{"timing_alarm.noticed", ebit::detail::number_text(alarm.noticed) + " s",
                          "above 0 s, to 1 s"};
    const timing_budget budget = plan.budget();
    const arrivals at{plan.photon, which == half::a ? budget.late_a : budget.late_b, plan.signs};
    const auto late = side::make(at, alarm, false), early = side::make(at, alarm, true);
    if (!late) return late.error();
    if (!early) return early.error();
    return timing_monitor{at, *late, *early};
  }

  /// A photon was reported that many seconds after its nominal arrival. Whether there is an alarm, which stays until
  /// `reset`.
  constexpr bool record(double after) {
    if (alarmed()) return true;
    const bool late = late_.alarm.record(after <= late_.limit), early = early_.alarm.record(after >= early_.limit);
    return late || early;
  }
  [[nodiscard]] constexpr bool alarmed() const { return late_.alarm.alarmed() || early_.alarm.alarmed(); }
  constexpr void reset() {
    late_.alarm.reset();
    early_.alarm.reset();
  }

  /// Arrivals from `earliest` to `latest`, s after the nominal one, raise no suspicion. (For a decay the two may be in
  /// the opposite order: where nothing comes before the front, a photon soon after it says that the front is early.)
  [[nodiscard]] constexpr double earliest() const { return early_.limit; }
  [[nodiscard]] constexpr double latest() const { return late_.limit; }
  /// How many photons it takes on average from a fresh start to an alarm, at most, if all come `offset` ≠ 0 seconds
  /// later than the budget has it: those that the side concerned takes by itself.
  [[nodiscard]] double mean_tests_to_alarm(double offset) const {
    const side& s = offset < 0 ? early_ : late_;
    return s.alarm.mean_tests_to_alarm(at_.beyond(s.limit, offset < 0, offset, at_.foretold));
  }

  friend constexpr bool operator==(const timing_monitor&, const timing_monitor&) = default;

 private:
  /// What the budget foretells of the arrivals.
  struct arrivals {
    wave_packet photon;
    timing_error foretold;
    error_signs signs = error_signs::unknown;

    /// The probability of an arrival after the limit, or before it.
    [[nodiscard]] double beyond(double limit, bool before, double offset, timing_error e) const {
      e.offset += offset;
      const double arrived = photon.arrived_by(limit, e);
      return before ? arrived : 1 - arrived;
    }
    /// The constant errors as far on one side as they may be; `foretold` has them late if their signs are unknown.
    [[nodiscard]] timing_error on_side(bool early) const {
      return signs == error_signs::unknown && early ? -foretold : foretold;
    }
    friend constexpr bool operator==(const arrivals&, const arrivals&) = default;
  };

  struct side {
    double limit = 0;
    drift_detector alarm;

    [[nodiscard]] static result<side> make(const arrivals& at, const timing_alarm& alarm, bool early) {
      const double shift = early ? -alarm.noticed : alarm.noticed;
      const double reach = at.foretold.bound(6) + alarm.noticed + 10 * at.photon.width;
      double limit = 0, expected = 0, raised = 0, most = 0;
      constexpr int points = 2'000;
      for (int i = 0; i <= points; ++i) {
        const double x = reach * (2.0 * i / points - 1);
        const double well = at.beyond(x, early, 0, at.on_side(early));
        // What fails nearly always is noticed at once, also by a count that is set for less.
        const double ill = least(at.beyond(x, early, shift, at.on_side(!early)), 0.95);
        if (!(well >= 0.005 && well <= 0.5 && ill > well)) continue;
        const double told = ill * math::log(ill / well) + (1 - ill) * math::log((1 - ill) / (1 - well));
        if (told <= most) continue;
        most = told;
        limit = x;
        expected = well;
        raised = ill;
      }
      const config_error lost{"timing_alarm.noticed", ebit::detail::number_text(alarm.noticed) + " s",
                              "far enough beyond the budget to be told from it"};
      if (!(most > 0)) return lost;
      const auto made = drift_detector::make({expected, raised, 2 * alarm.tests_between_false_alarms});
      if (!made && made.error().what != "drift_settings.raised") return made.error();
      return made ? result<side>{side{limit, *made}} : result<side>{lost};
    }
    friend constexpr bool operator==(const side&, const side&) = default;
  };

  timing_monitor(const arrivals& at, const side& late, const side& early) : at_{at}, late_{late}, early_{early} {}

  arrivals at_;
  side late_, early_;
};

}  // namespace ebit::link
