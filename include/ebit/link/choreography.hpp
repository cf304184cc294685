// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/clock.hpp>
#include <ebit/link/detector.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/link/timing_budget.hpp>
#include <ebit/link/wave_packet.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::link {

/// One end of a choreography and its arm. The default is ideal.
struct timed_end {
  clock keeps{};               ///< by which it emits
  double emitter_jitter = 0;   ///< s rms, from the clock's tick to the photon; 0 to 1
  length calibration_error{};  ///< the arm is that much longer than its schedule has it; −1 km to 1 km
  double temperature_rms = 0;  ///< K, of the fibre since its delay was measured; 0 to 100

  friend constexpr bool operator==(const timed_end&, const timed_end&) = default;
};

/// A switch on an arm and an instant that matters to the light that passes it.
struct passage {
  half arm = half::a;
  duration delay;  ///< from that end to the switch
  duration when;   ///< the switch is settled, or begins to move, by the clock of the fabric
};

/// When the two ends of a light path emit so that their photons meet at its analyser, cycle by cycle and mode by mode,
/// and how well they do. Instants are the network's time, which all clocks keep as well as they can, counted from
/// when the plan was made. Clocks that drift are synchronised together.
///
/// With a relative error t of arrival two photons overlap as in `wave_packet`; the budget states every line that adds
/// to t, and what the sum leaves of visibility and of clicks within the window. `synchronisation.hpp` answers how
/// good clocks have to be, `choreography_report.hpp` puts all that into words, `herald/in_time.hpp` says what pairs
/// are then worth, and `timing_monitor.hpp` notices a clock that is not as good as it should be.
struct choreography {
  lit_path path{};
  wave_packet photon{};
  timed_end a{};
  timed_end b{};
  clock station{};           ///< of the analyser: its windows open by it
  clock fabric{};            ///< of the switches: they settle and move by it
  detector detectors{};      ///< of the analyser; its window is that of a mode
  double tagger_jitter = 0;  ///< s rms, 0 to 1
  speed group_velocity = metres_per_second(2e8);
  /// Of an arm's delay, per kelvin: fibre in a loose tube (Bergman, Eng and Johnston, Electron. Lett. 19, 865 (1983)),
  /// 33 ps/(km K).
  double delay_per_kelvin = 6.7e-6;
  error_signs signs = error_signs::unknown;
  double deviations = 6;  ///< of Gaussian noise that guard bands allow for, 1 to 20; of six the tail is 2e-9

  duration start{};         ///< the first photons meet; see `earliest_start`
  duration period{};        ///< from one cycle to the next, at least `modes` × `mode_spacing`; above 0
  std::uint16_t modes = 1;  ///< photons per end and cycle, 1 or more
  duration mode_spacing{};  ///< from one mode to the next, the window or more; of a single mode it means nothing
  /// Every so many cycles only one end emits, in turn a and b, so that its arrivals are seen by themselves; 0: never.
  std::uint32_t test_every = 0;

  [[nodiscard]] const timed_end& end(half which) const { return which == half::a ? a : b; }

  /// The photons of a cycle and mode are to meet at the beam splitter.
  [[nodiscard]] constexpr duration meeting(std::uint64_t cycle, std::uint16_t mode) const {
    return start + period * static_cast<std::int64_t>(cycle) + mode_spacing * mode;
  }
  /// An end is to emit its photon of that cycle and mode.
  [[nodiscard]] constexpr duration emission(half from, std::uint64_t cycle, std::uint16_t mode) const {
    return meeting(cycle, mode) - path.arm_delay(from);
  }
  /// The end that emits alone in that cycle, if it is a test.
  [[nodiscard]] constexpr std::optional<half> tested(std::uint64_t cycle) const {
    if (test_every == 0 || (cycle + 1) % test_every != 0) return std::nullopt;
    return (cycle + 1) / test_every % 2 == 1 ? half::a : half::b;
  }

  /// Between two modes' photons: the spacing, or the period if there is one mode.
  [[nodiscard]] constexpr duration separation() const { return modes > 1 ? mode_spacing : period; }
  /// When a mode's window opens, in seconds after its photons are to arrive: half a window before the middle of a
  /// pulse; before the front of a decay by the larger bound of either arm, and by no more than half a window.
  [[nodiscard]] double opens() const {
    const double window = detectors.window.seconds();
    if (photon.form == wave_form::pulse) return -window / 2;
    const std::vector<timing_line> all = lines();
    const double early = greatest(late(all, half::a).bound(deviations), late(all, half::b).bound(deviations));
    return -least(early, window / 2);
  }

  /// Every line of the budget, arm a's first; those that are zero are there too.
  [[nodiscard]] std::vector<timing_line> lines() const {
    std::vector<timing_line> out;
    out.reserve(22);
    for (const half which : {half::a, half::b}) {
      const timed_end& e = end(which);
      const timing_place here = which == half::a ? timing_place::arm_a : timing_place::arm_b;
      out.push_back({timing_source::emitter_jitter, here, {.jitter = e.emitter_jitter}});
      add_clock(out, here, e.keeps);
      out.push_back(
          {timing_source::fibre_calibration, here, {.offset = e.calibration_error.base() / group_velocity.base()}});
      out.push_back({timing_source::fibre_temperature,
                     here,
                     {.jitter = path.arm_delay(which).seconds() * delay_per_kelvin * e.temperature_rms}});
    }
    add_clock(out, timing_place::station, station);
    out.push_back({timing_source::detector_jitter, timing_place::station, {.jitter = detectors.jitter.seconds()}});
    out.push_back({timing_source::tagger_jitter, timing_place::station, {.jitter = tagger_jitter}});
    const duration guard = greatest(settling_guard(out, half::a), settling_guard(out, half::b));
    out.push_back({timing_source::switch_settling, timing_place::fabric, {}, guard});
    return out;
  }

  [[nodiscard]] timing_budget budget() const {
    timing_budget out;
    out.lines = lines();
    out.apart = relative_arrival(out.lines, signs);
    out.late_a = late(out.lines, half::a);
    out.late_b = late(out.lines, half::b);
    out.visibility = photon.visibility(out.apart);
    out.overlap = photon.overlap(out.apart);
    const double open = opens(), close = open + detectors.window.seconds();
    out.acceptance_a = worst(out.late_a, open, close);
    out.acceptance_b = worst(out.late_b, open, close);
    out.separation = separation();
    const double apart = out.separation.seconds();
    for (const timing_error& l : {out.late_a, out.late_b}) {
      const double after = photon.accepted(open + apart, close + apart, l);
      const double before = photon.accepted(open - apart, close - apart, l);
      out.spill = greatest(out.spill, after + before);
    }
    const double errors = greatest(out.late_a.bound(deviations), out.late_b.bound(deviations));
    out.separation_needed = detectors.window + duration::seconds(errors);
    return out;
  }

  /// How long before its photon a switch has to be settled, and how long after it may move again: the bounds of that
  /// end's photons and of the fabric's clock, and the flank of the photon itself.
  [[nodiscard]] duration settling_guard(half arm) const { return settling_guard(lines(), arm); }

  /// The earliest `start` at which neither end emits before the plan is made and every photon finds the switches on
  /// its arm settled: for each passage, guard + what light takes from the switch to the analyser after `when`.
  [[nodiscard]] duration earliest_start(std::span<const passage> settled) const {
    const std::vector<timing_line> all = lines();
    duration at = duration::zero();
    for (const half which : {half::a, half::b}) at = greatest(at, path.arm_delay(which) + settling_guard(all, which));
    for (const passage& p : settled)
      at = greatest(at, p.when + settling_guard(all, p.arm) + path.arm_delay(p.arm) - p.delay);
    return at;
  }
  /// How many cycles are over before a switch begins to move, tails of photons included.
  [[nodiscard]] std::uint64_t cycles_until(std::span<const passage> moving) const {
    EBIT_ASSERT(period > duration::zero(), "choreography: the period is not above 0 s");
    const std::vector<timing_line> all = lines();
    duration last = duration::never();
    for (const passage& p : moving)
      last = least(last, p.when - settling_guard(all, p.arm) - tail() + path.arm_delay(p.arm) - p.delay);
    const duration room = last - meeting(0, static_cast<std::uint16_t>(modes - 1));
    return room < duration::zero() ? 0 : static_cast<std::uint64_t>(room / period) + 1;
  }

  /// Sets what the budget says of one end: `visibility` times the timing's (of two ends the lesser counts, so install
  /// it at both), the detectors with this arm's acceptance, no `timing_jitter` besides, `attempt_time` to no less than
  /// the mean time per mode, and `duty_cycle` less the tests.
  [[nodiscard]] hardware installed_in(hardware h, half which) const {
    const timing_budget sum = budget();
    const double visibility = h.visibility * sum.visibility;
    h = detectors.installed_in(h);
    h.detector_efficiency = detectors.efficiency * (which == half::a ? sum.acceptance_a : sum.acceptance_b);
    h.visibility = visibility;
    h.timing_jitter = duration::zero();
    h.attempt_time = greatest(h.attempt_time, period / modes);
    if (test_every > 0) h.duty_cycle *= 1 - 1.0 / test_every;
    return h;
  }

  [[nodiscard]] status validate() const;

  friend constexpr bool operator==(const choreography&, const choreography&) = default;

 private:
  static void add_clock(std::vector<timing_line>& out, timing_place here, const clock& c) {
    out.push_back({timing_source::clock_offset, here, {.offset = c.offset}});
    const double swing = c.drift == 0 ? 0 : c.drift * c.synchronised_every.seconds();
    out.push_back({timing_source::clock_drift, here, {.swing = swing}});
    out.push_back({timing_source::clock_jitter, here, {.jitter = c.jitter}});
    out.push_back({timing_source::clock_residual, here, {.jitter = c.residual}});
  }
  [[nodiscard]] timing_error late(const std::vector<timing_line>& all, half which) const {
    return detail::between(all, which == half::a ? timing_place::arm_a : timing_place::arm_b, timing_place::station,
                           signs);
  }
  /// What of a photon the window catches; if it may as well be early as late, the lesser.
  [[nodiscard]] double worst(const timing_error& l, double open, double close) const {
    const double share = photon.accepted(open, close, l);
    return signs == error_signs::known ? share : least(share, photon.accepted(open, close, -l));
  }
  [[nodiscard]] duration settling_guard(const std::vector<timing_line>& all, half arm) const {
    timing_error e;
    for (const timing_line& l : all)
      if (l.place == (arm == half::a ? timing_place::arm_a : timing_place::arm_b)) e = e + l.error.one_sided();
    const double flank = photon.form == wave_form::pulse ? photon.width : 0;
    const double noise = math::sqrt(e.jitter * e.jitter + flank * flank);
    const double moves =
        fabric.bound_after(fabric.drift == 0 ? duration::zero() : fabric.synchronised_every, deviations);
    return duration::seconds(e.offset + e.swing + deviations * noise + moves);
  }
  /// How long a photon goes on after its nominal arrival, beyond what its guard covers.
  [[nodiscard]] duration tail() const {
    if (photon.form == wave_form::pulse) return duration::zero();
    return duration::seconds(-photon.width * math::log(math::erfc(deviations / 1.41421356237309504880)));
  }
};

inline status choreography::validate() const {
  const auto refuse = [](const char* what, double value, const char* unit, const char* allowed) -> status {
    return config_error{what, ebit::detail::number_text(value) + unit, allowed};
  };
  const auto time = [](const char* what, duration given, const char* allowed) -> status {
    return config_error{what, ebit::detail::duration_text(given), allowed};
  };
  if (auto ok = path.validate(); !ok) return ok;
  if (auto ok = photon.validate(); !ok) return ok;
  if (auto ok = detectors.validate(); !ok) return ok;
  duration together = duration::never();
  for (const clock* c : {&a.keeps, &b.keeps, &station, &fabric}) {
    if (auto ok = c->validate(); !ok) return ok;
    if (c->drift == 0) continue;
    if (!together.is_never() && c->synchronised_every != together)
      return time("clock.synchronised_every", c->synchronised_every, "the same for all clocks that drift");
    together = c->synchronised_every;
  }
  for (const timed_end* e : {&a, &b}) {
    if (!(e->emitter_jitter >= 0 && e->emitter_jitter <= 1))
      return refuse("timed_end.emitter_jitter", e->emitter_jitter, " s", "0 s to 1 s");
    if (!(e->calibration_error.base() >= -1e3 && e->calibration_error.base() <= 1e3))
      return refuse("timed_end.calibration_error", e->calibration_error.base(), " m", "-1000 m to 1000 m");
    if (!(e->temperature_rms >= 0 && e->temperature_rms <= 100))
      return refuse("timed_end.temperature_rms", e->temperature_rms, " K", "0 K to 100 K");
  }
  if (!(tagger_jitter >= 0 && tagger_jitter <= 1))
    return refuse("choreography.tagger_jitter", tagger_jitter, " s", "0 s to 1 s");
  if (!(group_velocity.base() > 0 && group_velocity.base() <= 299'792'458.0))
    return refuse("choreography.group_velocity", group_velocity.base(), " m/s", "above 0, at most 299792458 m/s");
  if (!(delay_per_kelvin >= 0 && delay_per_kelvin <= 1e-3))
    return refuse("choreography.delay_per_kelvin", delay_per_kelvin, " /K", "0 to 1e-3 /K");
  if (signs != error_signs::unknown && signs != error_signs::known)
    return refuse("choreography.signs", static_cast<double>(signs), "", "unknown or known");
  if (!(deviations >= 1 && deviations <= 20)) return refuse("choreography.deviations", deviations, "", "1 to 20");
  if (modes == 0) return refuse("choreography.modes", 0, "", "1 to 65535");
  if (modes > 1 && mode_spacing < detectors.window)
    return time("choreography.mode_spacing", mode_spacing, "the detectors' window or more");
  const duration whole = modes > 1 ? mode_spacing * modes : detectors.window;
  if (period < whole || period.is_never())
    return time("choreography.period", period, "modes x mode_spacing or more, and no less than the window");
  if (start < greatest(path.arm_a, path.arm_b) || start.is_never())
    return time("choreography.start", start, "the delay of the longer arm or more");
  if (test_every == 1) return refuse("choreography.test_every", 1, "", "0 (never), or 2 or more");
  return success{};
}

}  // namespace ebit::link
