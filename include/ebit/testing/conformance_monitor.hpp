// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/capabilities.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/testing/conformance_report.hpp>

namespace ebit::testing {

/// Watches what passes between one backend and whoever drives it, and checks the rules that can be seen there.
class conformance_monitor {
 public:
  struct operation {
    local_time issued;
    local_time at;                           ///< not to happen before
    duration takes = duration::never();      ///< at most, by limits()
    std::uint8_t bits = 0;                   ///< that it reads out
    std::optional<action::attempt> batch{};  ///< if it is one
    local_time stops = local_time::never();  ///< the batch emits no more after this
    bool measured = false;
    bool ended = false;
    failure why = failure::none;
    std::uint8_t value = 0;  ///< of the read-out
    bool given_up = false;   ///< its missing end has been counted
    slot_id slot{};          ///< if it is of one
  };
  struct herald {
    operation_id operation;
    slot_id slot;
    std::uint64_t sequence = 0;
    bell_index state = bell_index::phi_plus;
    local_time freed;  ///< when the slot was freed before it
  };
  struct slot_state {
    bool held = false;
    local_time freed = local_time{-duration::never()};
    operation_id batch;
    std::uint64_t sequence = 0;
    bell_index state = bell_index::phi_plus;
  };

  /// `promptness`: how late an event may be told, `never` if that is not checked.
  conformance_monitor(conformance_report& report, char end, const backend::limits& limits, duration promptness)
      : report_{&report}, end_{end}, limits_{limits}, promptness_{promptness} {
    for (const std::uint32_t count : limits_.slots_per_port) slots_.resize(slots_.size() + count);
  }

  void expect_promptness(duration most) { promptness_ = most; }
  [[nodiscard]] char end() const { return end_; }
  [[nodiscard]] const backend::limits& limits() const { return limits_; }
  /// The path at the lowest port that has one.
  [[nodiscard]] const event::path_up* path() const { return paths_.empty() ? nullptr : &paths_.begin()->second; }
  /// By port.
  [[nodiscard]] const std::map<port_id, event::path_up>& paths() const { return paths_; }
  void assume(const event::path_up& path) { paths_.insert_or_assign(path.port, path); }
  [[nodiscard]] const std::vector<herald>& heralds() const { return heralds_; }
  [[nodiscard]] const slot_state& slot(slot_id id) const { return slots_[id.value()]; }
  [[nodiscard]] const operation* find(operation_id id) const {
    const auto it = operations_.find(id);
    return it == operations_.end() ? nullptr : &it->second;
  }
  [[nodiscard]] bool outstanding() const { return outstanding_ > 0; }
  [[nodiscard]] bool performing() const { return performing_; }

  template <class Seen>
  void check(conformance_rule rule, bool holds, local_time when, const Seen& seen) {
    report_->check(rule, holds, end_, when, seen);
  }

  /// Before and after the call that performs an action.
  template <class Action>
  void begin(local_time now, const Action& a) {
    performing_ = true;
    note(now, a);
  }
  void end(local_time now) {
    if (outstanding_ > 0) check(conformance_rule::operation_not_during_call, true, now, [] { return ""; });
    performing_ = false;
  }

  template <class Event>
  void told(local_time now, const Event& e) {
    if (performing_)
      check(conformance_rule::operation_not_during_call, false, now,
            [] { return "an event while an action was performed"; });
    if constexpr (tells_of_operation<Event>) {
      const bool again = last_ && *last_ == event::any{e};
      check(conformance_rule::poll_once, !again, now,
            [&] { return "the same event twice of operation " + name(e.operation); });
      if (again) return;
    }
    last_ = event::any{e};
    hear(now, e);
  }

  /// What has not ended by now never will.
  void settle(local_time now) {
    for (auto& [id, o] : operations_) {
      if (o.ended || o.given_up) continue;
      o.given_up = true;
      --outstanding_;
      check(conformance_rule::operation_ends_once, false, now, [&] { return "no end of operation " + name(id); });
    }
  }

 private:
  static constexpr duration rounding = 1_ns;  ///< between a device's own time stamps and the clock

  template <class Event>
  static constexpr bool tells_of_operation = requires(const Event& e) { e.operation; };

  [[nodiscard]] static std::string name(operation_id id) {
    return id.valid() ? std::to_string(id.value()) : std::string{"none"};
  }

  template <class Action>
  void note(local_time now, const Action& a) {
    if constexpr (std::is_same_v<Action, action::stop>) {
      if (const auto it = operations_.find(a.operation); it != operations_.end() && a.at < it->second.stops)
        it->second.stops = a.at;
    } else if constexpr (std::is_same_v<Action, action::free>) {
      if (a.slot.value() >= slots_.size() || !slots_[a.slot.value()].held) return;
      slots_[a.slot.value()].held = false;
      slots_[a.slot.value()].freed = now;
    } else if constexpr (requires { a.operation; }) {
      operation o;
      o.issued = now;
      o.at = now;
      if constexpr (requires { a.at; }) o.at = a.at < now ? now : a.at;
      if constexpr (requires { a.slot; }) o.slot = a.slot;
      if constexpr (std::is_same_v<Action, action::gate>) o.takes = limits_.gate_time;
      if constexpr (std::is_same_v<Action, action::measure> || std::is_same_v<Action, action::distil>) o.bits = 1;
      if constexpr (std::is_same_v<Action, action::bell_measure>) o.bits = 2;
      if (o.bits > 0) o.takes = limits_.operation_time;
      if constexpr (std::is_same_v<Action, action::attempt>) o.batch = a;
      operations_.insert_or_assign(a.operation, o);
      ++outstanding_;
    }
  }

  /// The operation that an event names, if it may.
  [[nodiscard]] operation* known(local_time now, operation_id id) {
    const auto it = operations_.find(id);
    check(conformance_rule::operation_known, it != operations_.end(), now,
          [&] { return "an event of operation " + name(id); });
    return it == operations_.end() ? nullptr : &it->second;
  }
  void not_early(local_time now, operation_id id, const operation& o) {
    check(conformance_rule::operation_not_early, now >= o.at, now,
          [&] { return "an event of operation " + name(id); });
  }
  [[nodiscard]] operation* ending(local_time now, operation_id id) {
    operation* const o = known(now, id);
    if (o == nullptr) return nullptr;
    check(conformance_rule::operation_ends_once, !o->ended, now,
          [&] { return "a second end of operation " + name(id); });
    if (o->ended) return nullptr;
    o->ended = true;
    if (!o->given_up) --outstanding_;
    return o;
  }
  void in_time(local_time now, local_time due, const char* what) {
    if (promptness_.is_never() || due.is_never()) return;
    check(conformance_rule::event_in_time, now - due <= promptness_, now, [&] { return what; });
  }

  void hear(local_time now, const event::done& e) {
    operation* const o = ending(now, e.operation);
    if (o == nullptr) return;
    if (!o->batch) not_early(now, e.operation, *o);
    if (o->bits > 0)
      check(conformance_rule::operation_measured_first, o->measured, now,
            [&] { return "done without a read-out, of operation " + name(e.operation); });
    if (o->batch) {
      check(conformance_rule::stop_done, now >= o->stops, now,
            [&] { return "done of a batch before its stop, operation " + name(e.operation); });
    } else if (!promptness_.is_never() && !o->takes.is_never()) {
      check(conformance_rule::limits_time, now - o->at <= o->takes + promptness_, now,
            [&] { return "operation " + name(e.operation) + " took longer"; });
    }
  }
  void hear(local_time now, const event::failed& e) {
    operation* const o = ending(now, e.operation);
    if (o == nullptr) return;
    o->why = e.why;
    check(conformance_rule::operation_says_why, e.why != failure::none, now,
          [&] { return "failed{none} of operation " + name(e.operation); });
    if (o->batch)
      check(conformance_rule::stop_done, o->stops.is_never(), now,
            [&] { return "failed of a batch that was stopped, operation " + name(e.operation); });
    if (o->why == failure::none) o->why = failure::fault;
  }
  void hear(local_time now, const event::measured& e) {
    operation* const o = known(now, e.operation);
    if (o == nullptr) return;
    not_early(now, e.operation, *o);
    check(conformance_rule::operation_measured_first, !o->ended && !o->measured && o->bits > 0, now,
          [&] { return "a read-out that should not come, of operation " + name(e.operation); });
    check(conformance_rule::operation_bits, o->bits == 0 || e.bits >> o->bits == 0, now,
          [&] { return "read-out " + std::to_string(e.bits) + " of operation " + name(e.operation); });
    o->measured = true;
    o->value = e.bits;
  }
  void hear(local_time now, const event::heralded& e);
  void hear(local_time now, const event::path_up& e) {
    names(now, e.port);
    const bool good = e.delay >= duration::zero() && e.station_here >= duration::zero() &&
                      e.station_there >= duration::zero() && !e.delay.is_never();
    check(conformance_rule::path_agreed, good, now, [] { return "a delay that is negative or has no end"; });
    assume(e);
  }
  void hear(local_time now, const event::path_down& e) { names(now, e.port); }
  void hear(local_time now, const event::erased& e) { names(now, e.slot); }
  void hear(local_time now, const event::calibration_needed& e) { names(now, e.port); }
  void hear(local_time now, const event::device_state& e) { names(now, e.port); }
  void hear(local_time now, const event::received& e) {
    check(conformance_rule::message_flight, e.flight >= duration::zero(), now,
          [&] { return "a flight of " + std::to_string(e.flight.picoseconds()) + " ps"; });
  }
  void hear(local_time, const event::request&) {}

  void names(local_time now, port_id port) {
    check(conformance_rule::limits_named, port.value() < limits_.slots_per_port.size(), now,
          [&] { return "port " + std::to_string(port.value()); });
  }
  void names(local_time now, slot_id slot) {
    check(conformance_rule::limits_named, slot.value() < slots_.size(), now,
          [&] { return "slot " + std::to_string(slot.value()); });
  }

  conformance_report* report_;
  char end_;
  backend::limits limits_;
  duration promptness_;
  std::map<port_id, event::path_up> paths_;
  std::map<operation_id, operation> operations_;
  std::vector<slot_state> slots_;
  std::vector<herald> heralds_;
  std::optional<event::any> last_;
  std::uint64_t outstanding_ = 0;
  bool performing_ = false;
};

inline void conformance_monitor::hear(local_time now, const event::heralded& e) {
  names(now, e.slot);
  const operation* const o = known(now, e.operation);
  if (o == nullptr) return;
  const auto seen = [&] {
    return "slot " + std::to_string(e.slot.value()) + ", sequence " + std::to_string(e.sequence) + " of operation " +
           name(e.operation);
  };
  check(conformance_rule::herald_running_batch, o->batch && !o->ended, now, seen);
  if (!o->batch || o->ended) return;
  const action::attempt& b = *o->batch;
  const bool inside = e.slot >= b.first_slot && e.slot.value() - b.first_slot.value() < b.modes;
  check(conformance_rule::herald_slot, inside, now, seen);
  if (!inside || e.slot.value() >= slots_.size()) return;

  const std::uint32_t mode = e.slot.value() - b.first_slot.value();
  const std::uint64_t cycle = e.sequence / b.modes;
  slot_state& s = slots_[e.slot.value()];
  const bool grows = s.batch != e.operation || e.sequence > s.sequence;
  check(conformance_rule::herald_sequence, e.sequence % b.modes == mode && cycle >= b.first_cycle && grows, now,
        seen);
  check(conformance_rule::herald_slot_free, !s.held && e.born >= s.freed - rounding, now, seen);
  // On the grid of the batch's emissions, to half a period.
  const local_time emitted = b.at + b.period * static_cast<std::int64_t>(cycle - b.first_cycle) +
                             b.spacing * static_cast<std::int64_t>(mode);
  const duration off = e.born > emitted ? e.born - emitted : emitted - e.born;
  const bool on_grid = e.born <= now + rounding && e.born >= b.at - rounding && off <= b.period / 2;
  check(conformance_rule::herald_born, on_grid, now, seen);
  check(conformance_rule::stop_no_emission, e.born <= o->stops + rounding, now, seen);
  for (const auto& [port, path] : paths_) {
    if (path.path != b.path) continue;
    const local_time due = e.born + path.station_here * 2;
    check(conformance_rule::herald_causal, now >= due - rounding, now, seen);
    in_time(now, due, "a herald");
  }
  heralds_.push_back({e.operation, e.slot, e.sequence, e.state, s.freed});
  s = {true, s.freed, e.operation, e.sequence, e.state};
}

}  // namespace ebit::testing
