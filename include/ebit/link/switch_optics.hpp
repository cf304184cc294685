// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/optical_switch.hpp>
#include <ebit/link/switch_beams.hpp>

namespace ebit::link {

/// Where the light of a switch goes in the course of time: what its moving parts do when they are commanded, stick or
/// break. Whom a path was promised to is `basic_switch_state`'s. Port numbers are in range; commands to one moving
/// part come in order of time, and may lie ahead.
///
/// With mirrors every port has a moving part of its own. A 2×2 element has one for its four ports.
template <class Time>
class basic_switch_optics {
 public:
  explicit basic_switch_optics(const optical_switch& model)
      : reconfiguration_time_{model.reconfiguration_time},
        ports_(model.ports),
        one_element_{model.kind == switch_kind::two_by_two} {}

  [[nodiscard]] std::uint16_t ports() const { return static_cast<std::uint16_t>(ports_.size()); }
  [[nodiscard]] const switch_beams<Time>& light(std::uint16_t p) const { return ports_[p].light; }
  [[nodiscard]] bool stuck(std::uint16_t p) const { return ports_[p].stuck; }
  [[nodiscard]] bool broken(std::uint16_t p) const { return ports_[p].broken; }

  void forget(std::uint16_t p, Time before) { ports_[p].light.forget(before); }
  /// Off, or broken, from `at` on.
  void halt(Time at) {
    darken(at);
    homed_ = Time::never();
  }
  /// Homed at `at`: mirrors point nowhere, an element stands in bar position.
  void rest(Time at) {
    position_ = routing_case::bar;
    homed_ = turned_ = settled_ = at;
    if (one_element_) light_up(at);
  }
  /// Turns two ports to each other at `at`; the answer is when they ought to stand.
  Time join(std::uint16_t in, std::uint16_t out, Time at) {
    if (one_element_) {
      if (const routing_case wanted = optical_switch::case_of(in, out); wanted != position_) turn(wanted, at);
      return greatest(at, settled_);
    }
    const Time settled = at + reconfiguration_time_;
    port &here = ports_[in], &there = ports_[out];
    if ((here.stuck && here.points_to != out) || (there.stuck && there.points_to != in)) return settled;
    here.light.begin(out, settled);
    there.light.begin(in, settled);
    return settled;
  }
  /// Two joined ports are not wanted any more from `at` on: mirrors turn away. An element stays as it is, but does
  /// not make a turn that lies ahead unless `turn_needed`.
  void part(std::uint16_t in, std::uint16_t out, Time at, bool turn_needed) {
    if (!one_element_) {
      ports_[in].light.end_with(out, at);
      ports_[out].light.end_with(in, at);
    } else if (at < turned_ && at >= homed_ && !turn_needed) {
      call_off(at);
      turned_ = settled_ = at;
    }
  }

  void break_port(std::uint16_t p, Time at) {
    for (port& each : ports_) each.light.end_with(p, at);
    ports_[p].light.end(at);
    ports_[p].broken = true;
  }
  /// The moving part of `p` stays as it stands at `at`; one that moves then stays dark.
  void stick(std::uint16_t p, Time at) {
    if (ports_[p].stuck) return;
    if (!one_element_) {
      ports_[p].stuck = true;
      ports_[p].points_to = ports_[p].light.partner_at(at).value_or(nowhere);
      ports_[p].light.drop_later(at, [&](std::uint16_t other) { ports_[other].light.drop_later_with(p, at); });
      return;
    }
    if (at >= homed_ && at < turned_) {
      const routing_case believed = position_;
      call_off(at);
      position_ = believed;
    } else if (at < settled_) {
      darken(at);
    }
    for (port& each : ports_) each.stuck = true;
  }
  /// Mends `p` at `at`. An element that stuck is turned anew to where it was last commanded.
  void mend(std::uint16_t p, Time at) {
    const bool was_stuck = ports_[p].stuck, was_broken = ports_[p].broken;
    ports_[p].stuck = ports_[p].broken = false;
    ports_[p].points_to = nowhere;
    if (!one_element_) return;
    for (port& each : ports_) each.stuck = false;
    if (homed_.is_never()) return;
    if (was_stuck && at >= homed_)
      turn(position_, at);
    else if (was_stuck)
      light_up(homed_);
    else if (was_broken)
      light_up(p, greatest(at, settled_));
  }

  friend bool operator==(const basic_switch_optics&, const basic_switch_optics&) = default;

 private:
  static constexpr std::uint16_t nowhere = 0xffff;
  struct port {
    switch_beams<Time> light;
    std::uint16_t points_to = nowhere;  ///< while it sticks
    bool stuck = false;
    bool broken = false;
    friend bool operator==(const port&, const port&) = default;
  };

  void darken(Time at) {
    for (port& p : ports_) p.light.end(at);
  }
  void turn(routing_case wanted, Time at) {
    position_ = wanted;
    turned_ = at;
    settled_ = at + reconfiguration_time_;
    if (ports_[0].stuck) return;
    darken(at);
    light_up(settled_);
  }
  /// The turn that lies ahead of `at` does not come about.
  void call_off(Time at) {
    position_ = position_ == routing_case::bar ? routing_case::cross : routing_case::bar;
    if (ports_[0].stuck) return;
    for (port& each : ports_) each.light.drop_later(at, [](std::uint16_t) {});
    light_up(turned_);
  }
  void light_up(Time from) {
    light_up(0, from);
    light_up(1, from);
  }
  void light_up(std::uint16_t p, Time from) {
    const unsigned crossed = position_ == routing_case::cross ? 3U : 2U;
    const auto other = static_cast<std::uint16_t>(p ^ crossed);
    if (ports_[p].broken || ports_[other].broken || ports_[p].stuck) return;
    ports_[p].light.begin(other, from);
    ports_[other].light.begin(p, from);
  }

  duration reconfiguration_time_;
  std::vector<port> ports_;
  Time homed_ = Time::never();
  Time turned_{};   ///< of an element: when its last turn begins
  Time settled_{};  ///< and when it stands
  routing_case position_ = routing_case::bar;
  bool one_element_ = false;
};

}  // namespace ebit::link
