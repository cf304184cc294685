// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <ebit/core/assert.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// What a device is doing. The names are those of Cisco's open hardware abstraction layer (outshift-open/quantum-hal,
/// v1: `SourceState`, `SwitchState`), in which a switch knows neither `locking` nor `busy`.
enum class device_phase : std::uint8_t {
  idle,          ///< powered, nothing runs
  initialising,  ///< safety checks, cooling, homing, self-test
  locking,       ///< lasers, cavities and clocks find their working points
  ready,
  busy,      ///< ready, and at work
  degraded,  ///< works, but something is out of tolerance
  fault,
  deinitialising  ///< orderly shutdown
};
inline constexpr std::size_t device_phases = 8;

/// Also of a value that is no phase: "unknown".
[[nodiscard]] constexpr const char* name_of(device_phase p) {
  switch (p) {
    case device_phase::idle: return "idle";
    case device_phase::initialising: return "initialising";
    case device_phase::locking: return "locking";
    case device_phase::ready: return "ready";
    case device_phase::busy: return "busy";
    case device_phase::degraded: return "degraded";
    case device_phase::fault: return "fault";
    case device_phase::deinitialising: return "deinitialising";
  }
  return "unknown";
}

/// Whether a device that is in the one phase may go straight to the other. A device at work is first stopped, then
/// locked anew or shut down; every device may break at any time; a broken one starts from the beginning.
[[nodiscard]] constexpr bool may_become(device_phase from, device_phase to) {
  using enum device_phase;
  switch (from) {
    case idle: return to == initialising || to == fault;
    case initialising: return to == locking || to == ready || to == fault || to == deinitialising;
    case locking: return to == ready || to == fault || to == deinitialising;
    case ready: return to == busy || to == locking || to == degraded || to == fault || to == deinitialising;
    case busy: return to == ready || to == degraded || to == fault;
    case degraded: return to == ready || to == busy || to == locking || to == fault || to == deinitialising;
    case fault: return to == initialising || to == deinitialising;
    case deinitialising: return to == idle || to == fault;
  }
  return false;
}

/// Whether time alone takes a device from one phase to the other: nobody can ask for it.
[[nodiscard]] constexpr bool becomes_by_itself(device_phase from, device_phase to) {
  using enum device_phase;
  return (from == initialising && (to == locking || to == ready)) || (from == locking && to == ready) ||
         (from == deinitialising && to == idle);
}

/// Why a device does not change its phase.
struct phase_refusal {
  device_phase from = device_phase::idle;
  device_phase wanted = device_phase::idle;

  /// For example: a device that is idle cannot become busy, only initialising or fault.
  [[nodiscard]] std::string message() const {
    std::string text = std::string{"a device that is "} + name_of(from);
    if (becomes_by_itself(from, wanted)) return text + " becomes " + name_of(wanted) + " by itself";
    text.append(" cannot become ").append(name_of(wanted));
    const char* separator = ", only ";
    for (std::size_t i = 0; i < device_phases; ++i) {
      const auto to = static_cast<device_phase>(i);
      if (!may_become(from, to)) continue;
      text.append(separator).append(name_of(to));
      separator = " or ";
    }
    return text;
  }
  friend bool operator==(const phase_refusal&, const phase_refusal&) = default;
};

/// How long the phases last that end by themselves. A device without one of them has 0 there.
struct lifecycle_times {
  duration initialising{};    ///< 0 or more, and an end
  duration locking{};         ///< likewise; of photon-pair sources minutes
  duration deinitialising{};  ///< likewise

  /// From idle, or from a fault, to ready.
  [[nodiscard]] constexpr duration until_ready() const { return initialising + locking; }
  [[nodiscard]] status validate() const {
    struct named {
      const char* what;
      duration span;
    };
    for (const auto& [what, span] :
         {named{"lifecycle_times.initialising", initialising}, named{"lifecycle_times.locking", locking},
          named{"lifecycle_times.deinitialising", deinitialising}})
      if (span < duration::zero() || span.is_never())
        return config_error{what, ebit::detail::duration_text(span), "0 s or more, and an end"};
    return success{};
  }
  friend constexpr bool operator==(const lifecycle_times&, const lifecycle_times&) = default;
};

/// The life of one device as a value: told what happens to it, it answers when it will be ready or why it will not
/// do it. `Time` is the clock that it is told on: `world_time` for what is true, `local_time` for what a node
/// believes. What it is told comes in order of time.
template <class Time>
class basic_lifecycle {
 public:
  using outcome = result<Time, phase_refusal>;

  /// Idle since `since`.
  constexpr explicit basic_lifecycle(const lifecycle_times& times = {}, Time since = Time{})
      : times_{times}, since_{since} {}
  /// Ready since `since`.
  [[nodiscard]] static constexpr basic_lifecycle running(const lifecycle_times& times, Time since = Time{}) {
    basic_lifecycle life{times, since};
    life.phase_ = device_phase::ready;
    return life;
  }

  /// What it does at `t`, if nothing else is told to it. Not before the last thing that was told.
  [[nodiscard]] constexpr device_phase at(Time t) const {
    EBIT_ASSERT(t >= since_, "a device is asked about a time before what it was last told");
    return unfolded(t).phase;
  }
  /// Ready, busy or degraded: it does its work.
  [[nodiscard]] constexpr bool works(Time t) const {
    const device_phase p = at(t);
    return p == device_phase::ready || p == device_phase::busy || p == device_phase::degraded;
  }
  /// When it works, if nothing else happens; never for one that is idle, broken or being shut down.
  [[nodiscard]] constexpr Time working_from() const {
    switch (phase_) {
      case device_phase::initialising: return since_ + times_.until_ready();
      case device_phase::locking: return since_ + times_.locking;
      case device_phase::ready:
      case device_phase::busy:
      case device_phase::degraded: return since_;
      default: return Time::never();
    }
  }
  [[nodiscard]] constexpr const lifecycle_times& times() const { return times_; }
  /// When it was last told something that it did.
  [[nodiscard]] constexpr Time told() const { return since_; }
  /// Since when it is in the phase that it has at `t`.
  [[nodiscard]] constexpr Time since(Time t) const { return unfolded(t).from; }

  /// Starts it up; the answer is when it is ready.
  outcome initialise(Time t) { return become(t, device_phase::initialising); }
  /// Locks it anew, as drifting devices ask for now and then; the answer is when it is ready.
  outcome relock(Time t) { return become(t, device_phase::locking); }
  /// It begins, or ends, to work. A degraded one stays so.
  outcome begin(Time t) { return at(t) == device_phase::degraded ? outcome{t} : become(t, device_phase::busy); }
  outcome end(Time t) {
    switch (at(t)) {
      case device_phase::busy: return become(t, device_phase::ready);
      case device_phase::degraded: return t;
      default: return phase_refusal{at(t), device_phase::ready};
    }
  }
  /// Something leaves its tolerance. A degraded one stays so.
  outcome degrade(Time t) { return at(t) == device_phase::degraded ? outcome{t} : become(t, device_phase::degraded); }
  /// All is within tolerance again, by itself or by tuning; `working` tells whether it is at work. Of one that is
  /// ready or busy nothing is wanted.
  outcome restore(Time t, bool working = false) {
    switch (at(t)) {
      case device_phase::ready:
      case device_phase::busy: return t;
      case device_phase::degraded: return become(t, working ? device_phase::busy : device_phase::ready);
      default: return phase_refusal{at(t), device_phase::ready};
    }
  }
  /// It breaks. A broken one stays so.
  outcome fail(Time t) { return at(t) == device_phase::fault ? outcome{t} : become(t, device_phase::fault); }
  /// Brings it back: a degraded device locks anew, a broken one starts from the beginning; of one that works or is
  /// about to nothing is wanted. The answer is when it works.
  outcome recover(Time t) {
    switch (at(t)) {
      case device_phase::degraded: return become(t, device_phase::locking);
      case device_phase::fault: return become(t, device_phase::initialising);
      case device_phase::ready:
      case device_phase::busy: return t;
      case device_phase::initialising:
      case device_phase::locking: return working_from();
      default: return phase_refusal{at(t), device_phase::ready};
    }
  }
  /// Shuts it down in order; the answer is when it is idle.
  outcome deinitialise(Time t) { return become(t, device_phase::deinitialising); }

  friend constexpr bool operator==(const basic_lifecycle&, const basic_lifecycle&) = default;

 private:
  struct moment {
    device_phase phase;
    Time from;
  };

  [[nodiscard]] constexpr moment unfolded(Time t) const {
    moment now{phase_, since_};
    if (now.phase == device_phase::initialising && t >= now.from + times_.initialising)
      now = {device_phase::locking, now.from + times_.initialising};
    if (now.phase == device_phase::locking && t >= now.from + times_.locking)
      now = {device_phase::ready, now.from + times_.locking};
    if (now.phase == device_phase::deinitialising && t >= now.from + times_.deinitialising)
      now = {device_phase::idle, now.from + times_.deinitialising};
    return now;
  }
  outcome become(Time t, device_phase next) {
    const device_phase now = at(t);
    if (!may_become(now, next) || becomes_by_itself(now, next)) return phase_refusal{now, next};
    phase_ = next;
    since_ = t;
    switch (next) {
      case device_phase::initialising:
      case device_phase::locking: return working_from();
      case device_phase::deinitialising: return t + times_.deinitialising;
      default: return t;
    }
  }

  lifecycle_times times_;
  Time since_;
  device_phase phase_ = device_phase::idle;
};

using device_lifecycle = basic_lifecycle<world_time>;

}  // namespace ebit::link
