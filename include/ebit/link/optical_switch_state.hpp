// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/device_lifecycle.hpp>
#include <ebit/link/optical_switch.hpp>
#include <ebit/link/switch_beams.hpp>
#include <ebit/link/switch_optics.hpp>
#include <ebit/link/switch_refusal.hpp>

namespace ebit::link {

/// What an optical switch does in the course of time, as a value. Commands name the time at which they take effect,
/// which may lie ahead: an announced move. A path is promised to whoever asked first (`connect`) until it is cleared;
/// whether light gets through at a given time is another question (`passes`), which also has an answer for times
/// past, so that a photon is judged by when *it* was there.
///
/// `Time` is the clock of whoever keeps it: `world_time` for what is true, `local_time` for what an agent believes.
/// Commands to one port, and those to the switch, come in order of time.
///
/// A 2×2 element has one moving part and always passes light one way or the other, in bar position after homing.
template <class Time>
class basic_switch_state {
 public:
  using outcome = result<Time, switch_refusal>;
  using start = typename basic_lifecycle<Time>::outcome;

  /// Switched off until `home`.
  explicit basic_switch_state(const optical_switch& model)
      : life_{model.lifecycle()}, optics_{model}, promises_(model.ports), kind_{model.kind} {
    EBIT_ASSERT(model.validate().has_value(), "an optical switch out of range");
  }
  /// Homed and ready since `since`.
  [[nodiscard]] static basic_switch_state homed(const optical_switch& model, Time since = Time{}) {
    basic_switch_state s{model};
    s.life_ = basic_lifecycle<Time>::running(model.lifecycle(), since);
    s.optics_.rest(since);
    return s;
  }

  [[nodiscard]] std::uint16_t ports() const { return static_cast<std::uint16_t>(promises_.size()); }
  /// What the switch does at `t`, which is not before the last thing that was told to the switch as a whole. With a
  /// broken port it is degraded.
  [[nodiscard]] device_phase phase(Time t) const {
    const device_phase p = life_.at(t);
    if (p != device_phase::ready) return p;
    for (std::uint16_t each = 0; each < ports(); ++each)
      if (optics_.broken(each)) return device_phase::degraded;
    return p;
  }
  /// From when it takes commands, if nothing else happens to it; never if it is off or at fault.
  [[nodiscard]] Time ready_from() const { return life_.working_from(); }

  // Paths.

  /// Promises the path between two ports from `at` on. The answer is when light passes: at once where it does
  /// already, else after the reconfiguration time; or why not.
  outcome connect(std::uint16_t in, std::uint16_t out, Time at) {
    if (auto ok = may_connect(in, out, at); !ok) return ok;
    const Time settled = optics_.join(in, out, at);
    promises_[in] = {out, at, settled, Time::never()};
    promises_[out] = {in, at, settled, Time::never()};
    return settled;
  }
  /// Whether two ports are joined to each other at `at`, or being joined.
  [[nodiscard]] bool is_joined(std::uint16_t in, std::uint16_t out, Time at) const { return partner(in, at) == out; }
  /// `connect`, but ports that are joined to each other already stay as they are, with the light in them: the answer is
  /// when light passes, `at` at the earliest.
  outcome keep_or_connect(std::uint16_t in, std::uint16_t out, Time at) {
    if (!is_joined(in, out, at)) return connect(in, out, at);
    return greatest(at, light_after(in, out, at).from);
  }
  /// What `connect` would refuse, without doing it; else `at`.
  [[nodiscard]] outcome may_connect(std::uint16_t in, std::uint16_t out, Time at) const {
    if (in >= ports()) return switch_refusal{switch_obstacle::no_such_port, in, out};
    if (out >= ports()) return switch_refusal{switch_obstacle::no_such_port, out, in};
    if (!can_join(in, out)) return switch_refusal{switch_obstacle::cannot_join, in, out};
    if (at < life_.working_from())
      return switch_refusal{switch_obstacle::not_ready, in, out, life_.at(greatest(at, life_.told()))};
    for (const std::uint16_t p : {in, out}) {
      const engagement& e = promises_[p];
      if (optics_.broken(p)) return switch_refusal{switch_obstacle::port_fault, p, in == p ? out : in};
      if (!e.lasts_beyond(at)) continue;
      const auto why = at < e.from      ? switch_obstacle::overtaken
                       : at < e.settled ? switch_obstacle::moving
                                        : switch_obstacle::port_in_use;
      return switch_refusal{why, p, e.partner};
    }
    return at;
  }
  /// Gives up the newest path of port `p` at `at`; it and its partner can be joined anew from then on. A path that
  /// would begin only then or later is called off; one before it, whose end was announced already, keeps that end. Of
  /// a port that is joined to nothing nothing is wanted.
  void clear(std::uint16_t p, Time at) {
    EBIT_ASSERT(p < ports(), "a switch has no such port");
    if (!promises_[p].lasts_beyond(at)) return;
    const std::uint16_t other = promises_[p].partner;
    promises_[p].end(at);
    if (promises_[other].partner == p) promises_[other].end(at);
    optics_.part(p, other, at, others_need_the_turn(p, other, at));
  }
  /// What port `p` is joined to at `at`, settled or not, by the newest promise.
  [[nodiscard]] std::optional<std::uint16_t> partner(std::uint16_t p, Time at) const {
    EBIT_ASSERT(p < ports(), "a switch has no such port");
    const engagement& e = promises_[p];
    if (!e.lasts_beyond(at) || at < e.from) return std::nullopt;
    return e.partner;
  }
  /// Whether the path that was promised to port `p` is being made at `at`.
  [[nodiscard]] bool moving(std::uint16_t p, Time at) const {
    return partner(p, at).has_value() && at < promises_[p].settled;
  }

  // Light.

  /// Whether light that is at the switch at `t` gets from one port to the other.
  [[nodiscard]] bool passes(std::uint16_t in, std::uint16_t out, Time t) const {
    return in < ports() && out < ports() && optics_.light(in).reaches(out, t);
  }
  /// The first stretch of time with light between the two ports that ends after `t`, by all that is known now. It may
  /// have begun before `t`, and its end is never if none is known. Empty if there is none.
  [[nodiscard]] light_span<Time> light_after(std::uint16_t in, std::uint16_t out, Time t) const {
    EBIT_ASSERT(in < ports() && out < ports(), "a switch has no such port");
    return optics_.light(in).after(out, t);
  }
  /// Forgets light that ended at `before` or earlier, about which nobody will ask any more. Without it the past grows
  /// with every command; with it, once in a while, nothing is allocated in the long run.
  void forget(Time before) {
    for (std::uint16_t p = 0; p < ports(); ++p) optics_.forget(p, before);
  }
  /// The same of port `p` alone.
  void forget(std::uint16_t p, Time before) {
    EBIT_ASSERT(p < ports(), "a switch has no such port");
    optics_.forget(p, before);
  }
  /// How many stretches of light it remembers or foresees, at all ports.
  [[nodiscard]] std::size_t remembered() const {
    std::size_t sum = 0;
    for (std::uint16_t p = 0; p < ports(); ++p) sum += optics_.light(p).size();
    return sum;
  }

  // What happens to the switch.

  /// Starts it: it homes, and then takes commands. The answer is when. Refused to one that is neither off nor broken.
  start home(Time at) { return restarted(life_.initialise(at)); }
  /// After a fault, homes; the answer is when it takes commands. Of one that does nothing is wanted.
  start recover(Time at) {
    const bool broken = life_.at(at) == device_phase::fault;
    return broken ? restarted(life_.recover(at)) : life_.recover(at);
  }
  /// It breaks: no light from `at` on, and nothing is promised any more.
  void fail(Time at) {
    (void)life_.fail(at);
    forsake(at);
  }
  /// Shuts it down in order; the answer is when it is idle.
  start shut_down(Time at) {
    const start answer = life_.deinitialise(at);
    if (answer) forsake(at);
    return answer;
  }

  /// One port breaks: it gives up its path at `at` and passes no light. The answer is the port that it was joined to,
  /// or promised to.
  std::optional<std::uint16_t> fail_port(std::uint16_t p, Time at) {
    EBIT_ASSERT(p < ports(), "a switch has no such port");
    const engagement lost = promises_[p];
    clear(p, at);
    optics_.break_port(p, at);
    if (!lost.lasts_beyond(at)) return std::nullopt;
    return lost.partner;
  }
  /// The moving part of port `p` sticks as it stands at `at`: light that passes goes on, a path that is being made
  /// stays dark, and no command moves it until it is mended. The switch takes commands as before; whether it knows
  /// better is `optical_switch::senses_position`. The four ports of a 2×2 element share their moving part.
  void stick_port(std::uint16_t p, Time at) {
    EBIT_ASSERT(p < ports(), "a switch has no such port");
    optics_.stick(p, at);
  }
  /// Whether the moving part of port `p` sticks.
  [[nodiscard]] bool sticks(std::uint16_t p) const { return p < ports() && optics_.stuck(p); }
  [[nodiscard]] bool broken(std::uint16_t p) const { return p < ports() && optics_.broken(p); }
  /// Mends port `p`, whatever it suffers from; it gives up its path at `at`, if it had one.
  void repair_port(std::uint16_t p, Time at) {
    EBIT_ASSERT(p < ports(), "a switch has no such port");
    clear(p, at);
    optics_.mend(p, at);
  }

  friend bool operator==(const basic_switch_state&, const basic_switch_state&) = default;

 private:
  /// A path that was promised: from `from` on, with light from `settled`, until `until`.
  struct engagement {
    std::uint16_t partner = switch_refusal::none;
    Time from{};
    Time settled{};
    Time until{};

    [[nodiscard]] bool lasts_beyond(Time at) const { return partner != switch_refusal::none && until > at; }
    void end(Time at) {
      if (until > at) until = at;
    }
    friend bool operator==(const engagement&, const engagement&) = default;
  };

  [[nodiscard]] bool can_join(std::uint16_t in, std::uint16_t out) const {
    const auto left = static_cast<std::uint16_t>(promises_.size() / 2);
    return in != out && (kind_ == switch_kind::any_to_any || (in < left) != (out < left));
  }
  /// Whether the other two ports of a 2×2 element were promised what `p` and `other` do not want any more.
  [[nodiscard]] bool others_need_the_turn(std::uint16_t p, std::uint16_t other, Time at) const {
    if (kind_ != switch_kind::two_by_two) return false;
    for (std::uint16_t each = 0; each < ports(); ++each) {
      if (each == p || each == other || !promises_[each].lasts_beyond(at)) continue;
      return optical_switch::case_of(each, promises_[each].partner) == optical_switch::case_of(p, other) &&
             promises_[each].settled > at;
    }
    return false;
  }
  void forsake(Time at) {
    for (engagement& e : promises_) e = {};
    optics_.halt(at);
  }
  start restarted(const start& answer) {
    if (answer) optics_.rest(*answer);
    return answer;
  }

  basic_lifecycle<Time> life_;
  basic_switch_optics<Time> optics_;
  std::vector<engagement> promises_;
  switch_kind kind_;
};

/// What is true of a switch.
using switch_state = basic_switch_state<world_time>;

}  // namespace ebit::link
