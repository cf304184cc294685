// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <ebit/backend/concepts.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/testing/conformance_monitor.hpp>

namespace ebit::testing {

/// What the suite cannot ask the devices. Times are on the devices' own clocks.
struct conformance_plan {
  duration budget = 1_s;     ///< the most that is waited for what should come, such as the next pair
  std::uint32_t pairs = 40;  ///< that a scenario makes; the statistics of pairs need 24 or more
  duration period{};         ///< of attempts; 0: as short as limits() and the way to the station allow
  duration spacing{};        ///< between the modes of a cycle
  /// How far ahead batches start; they stop half as far ahead. 0: four ways along the link and eight periods, which
  /// is too little where actions take their time to reach the device.
  duration lead{};
  std::uint16_t modes = 0;  ///< slots of a batch, at most; 0: what the port has, up to 4
  double bright_state = 0.5;
  duration slice{};  ///< the longest single wait; 0: a thousandth of `budget`
  /// How late an event may be told after it was due, on the device's clock, and so how much longer than limits() says
  /// an operation may seem to take. Not given: 0 if the clock turns out to stand still between waits, and to stop at
  /// the picosecond that a wait was for, as that of an emulator does. A clock that runs by itself shows how late the
  /// program was scheduled besides what the device did, which only who knows the machine can tell apart: give what it
  /// may be late at worst, such as 1_ms. Without it, or with `never`, rules about lateness are not asked for.
  std::optional<duration> promptness{};
  /// Where every attempt heralds: within how many cycles a freed slot has to. 0: attempts may fail, not checked.
  std::uint64_t reuse_cycles = 0;
  bool lossless = true;  ///< the classical channel neither loses nor doubles messages
  /// The second device's clock minus the first one's; measured with messages if it is not given.
  std::optional<duration> clock_offset{};
  node_id self{0};  ///< the first device's node, if no `path_up` at the other end names it
  /// What to take for the `path_up` of the two ends if the devices tell none.
  std::array<std::optional<event::path_up>, 2> paths{};
  /// Rules that may go unseen although the devices claim what they are about, because this pair of devices cannot show
  /// it: `pair_swapped_across` where they are joined by one link alone. Whatever does come up is checked.
  conformance_rule_set excused{};
};

namespace detail {

/// Drives one device and checks what every call shows.
template <backend::event_source Backend>
  requires backend::waits<Backend>
class conformance_end {
 public:
  conformance_end(Backend& device, conformance_report& report, char name)
      : device_{&device}, watch_{report, name, device.limits(), duration::never()}, latest_{device.now()} {
    const status ok = watch_.limits().validate();
    watch_.check(conformance_rule::limits_valid, ok.has_value(), latest_,
                 [&] { return ok.error().what + " is " + ok.error().given; });
  }

  /// How late an event may be told: rules about it are checked from now on.
  void expect_promptness(duration most) {
    promptness_ = most;
    watch_.expect_promptness(most);
  }
  [[nodiscard]] const conformance_monitor& watch() const { return watch_; }
  [[nodiscard]] conformance_monitor& watch() { return watch_; }

  [[nodiscard]] local_time now() {
    const local_time shown = device_->now();
    watch_.check(conformance_rule::clock_monotone, shown >= latest_, shown,
                 [&] { return "back by " + std::to_string((latest_ - shown).picoseconds()) + " ps"; });
    return latest_ = greatest(latest_, shown);
  }
  template <class Action>
  void perform(const Action& wanted) {
    if constexpr (backend::performs<Backend, Action>) {
      watch_.begin(now(), wanted);
      device_->perform(wanted);
      watch_.end(now());
    } else {
      EBIT_ASSERT(false, "the suite asked for an action that the backend lacks");
    }
  }
  /// Tells `react` the next event; one that comes during a call is checked and not passed on.
  template <class React>
  bool poll(React&& react) {
    int told = 0;
    const bool said = device_->poll([&](const auto& e) {
      const bool nested = watch_.performing();
      watch_.told(now(), e);
      if (nested) return;
      ++told;
      react(e);
    });
    watch_.check(conformance_rule::poll_one, told == (said ? 1 : 0), latest_, [&] {
      return std::string{said ? "true" : "false"} + " with " + std::to_string(told) + " events told";
    });
    return told > 0;
  }
  void wait(local_time until) {
    const local_time before = now();
    device_->wait(until);
    const local_time after = now();
    if (!promptness_.is_never())
      watch_.check(conformance_rule::wait_until, after <= greatest(until, before) + promptness_, after,
                   [&] { return "later by " + std::to_string((after - until).picoseconds()) + " ps"; });
  }
  /// Whether the clock stands still while nobody waits, and stops where it is told to. What is due meanwhile ends a wait
  /// early, and tells nothing.
  [[nodiscard]] bool clock_waits() {
    bool told = false;
    for (std::int64_t k = 1; k <= 8; ++k) {
      const local_time before = now();
      const local_time until = before + duration::picoseconds(1'000'003 * k);
      if (now() != before) return false;
      device_->wait(until);
      const local_time after = now();
      if (after > until || now() != after) return false;
      told = told || after == until;
    }
    return told;
  }
  void limits_again() {
    const backend::limits one = device_->limits();
    const backend::limits& other = watch_.limits();
    const bool same = one.slots_per_port == other.slots_per_port && one.shortest_period == other.shortest_period &&
                      one.gate_time == other.gate_time && one.operation_time == other.operation_time;
    watch_.check(conformance_rule::limits_valid, same, latest_, [] { return "other limits than at the start"; });
  }

 private:
  Backend* device_;
  conformance_monitor watch_;
  local_time latest_;
  duration promptness_ = duration::never();
};

/// One device, or two that are joined by a link, and what the suite does to them all.
template <class Backend>
class conformance_rig {
 public:
  using end_type = conformance_end<Backend>;

  conformance_rig(const conformance_plan& p, conformance_report& r, Backend& a, Backend* b) : plan{p}, report{&r} {
    ends_[0].emplace(a, r, 'a');
    if (b != nullptr) ends_[1].emplace(*b, r, 'b');
    slice_ = p.slice > duration::zero() ? p.slice : greatest(p.budget / 1000, duration::picoseconds(1));
  }

  conformance_plan plan;
  conformance_report* report;
  duration offset{};  ///< the second clock minus the first

  [[nodiscard]] std::size_t size() const { return ends_[1] ? 2 : 1; }
  [[nodiscard]] end_type& end(std::size_t e) { return *ends_[e]; }
  [[nodiscard]] const conformance_monitor& watch(std::size_t e) const { return ends_[e]->watch(); }
  [[nodiscard]] operation_id fresh_operation() { return operation_id{++operations_}; }
  [[nodiscard]] std::uint32_t fresh_epoch() { return ++epochs_; }
  [[nodiscard]] node_id node(std::size_t e) const {
    if (e == 0) return size() == 2 && way(1) != nullptr ? way(1)->peer : plan.self;
    return way(0) != nullptr ? way(0)->peer : node_id{plan.self.value() + 1};
  }

  /// The path that joins the devices, or the next one of those that do, at another port; null if there is none.
  [[nodiscard]] const event::path_up* way(std::size_t e, std::uint32_t which = 0) const {
    if (size() == 2) {
      std::uint32_t seen = 0;
      for (const auto& [port, here] : watch(0).paths())
        for (const auto& [far_port, there] : watch(1).paths())
          if (here.path == there.path && seen++ == which) return e == 0 ? &here : &there;
    }
    return which == 0 ? watch(e).path() : nullptr;
  }

  /// Asks for an operation; returns its number.
  template <class Action>
  operation_id ask(std::size_t e, Action wanted, local_time at) {
    wanted.operation = fresh_operation();
    if constexpr (requires { wanted.at; }) wanted.at = at;
    ends_[e]->perform(wanted);
    return wanted.operation;
  }
  template <class Action>
  operation_id ask(std::size_t e, const Action& wanted) {
    return ask(e, wanted, ends_[e]->now());
  }
  [[nodiscard]] bool ended(std::size_t e, operation_id id) const {
    const conformance_monitor::operation* const o = watch(e).find(id);
    return o == nullptr || o->ended;
  }
  /// Ended, and well.
  [[nodiscard]] bool well(std::size_t e, operation_id id) const {
    const conformance_monitor::operation* const o = watch(e).find(id);
    return o != nullptr && o->ended && o->why == failure::none;
  }
  [[nodiscard]] std::uint8_t value(std::size_t e, operation_id id) const { return watch(e).find(id)->value; }

  /// Drives all devices until `until()` holds, or for `plan.budget`. `react(end, event)` may perform actions.
  template <class Until, class React>
  bool pump(const Until& until, const React& react) {
    std::array<local_time, 2> last{};
    for (std::size_t e = 0; e < size(); ++e) last[e] = end(e).now() + plan.budget;
    for (std::uint32_t idle = 0;;) {
      bool told = false;
      for (std::size_t e = 0; e < size(); ++e)
        while (end(e).poll([&](const auto& what) { react(e, what); })) told = true;
      if (until()) return true;
      if (told) continue;
      bool over = true, moved = false;
      for (std::size_t e = 0; e < size(); ++e) {
        const local_time before = end(e).now();
        if (before >= last[e]) continue;
        over = false;
        end(e).wait(least(last[e], before + slice_));
        moved = moved || end(e).now() > before;
      }
      if (over) return false;
      idle = moved ? 0 : idle + 1;
      const bool stuck = idle > 10'000;
      end(0).watch().check(conformance_rule::wait_until, !stuck, end(0).now(),
                           [] { return "a clock that stands still while it waits"; });
      if (stuck) return false;
    }
  }
  template <class Until>
  bool pump(const Until& until) {
    return pump(until, [this](std::size_t e, const auto& what) { this->keep_house(e, what); });
  }
  /// Until every operation has ended; what has not by then breaks a rule.
  void settle() {
    pump([this] { return !ends_[0]->watch().outstanding() && !(ends_[1] && ends_[1]->watch().outstanding()); });
    for (std::size_t e = 0; e < size(); ++e) end(e).watch().settle(end(e).now());
  }
  void free(std::size_t e, slot_id slot) {
    if constexpr (backend::performs<Backend, action::free>) end(e).perform(action::free{slot});
  }
  /// What a node does whatever else it is about.
  template <class Event>
  void keep_house(std::size_t e, const Event& what) {
    if constexpr (std::is_same_v<Event, event::calibration_needed> && backend::performs<Backend, action::calibrate>)
      ask(e, action::calibrate{{}, {}, what.port});
    if constexpr (std::is_same_v<Event, event::erased>) free(e, what.slot);
  }

 private:
  std::array<std::optional<end_type>, 2> ends_;
  duration slice_;
  std::uint32_t operations_ = 0;
  std::uint32_t epochs_ = 0;
};

}  // namespace detail
}  // namespace ebit::testing
