// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <ebit/backend/concepts.hpp>
#include <ebit/backend/difference.hpp>
#include <ebit/backend/traced.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/random.hpp>
#include <ebit/link/segments.hpp>

namespace ebit::backend {

/// A backend that keeps a recording of all that passes: `record()`.
template <class Inner>
using recording_device = traced<Inner, recording>;

/// Where a replayed node first did something else than the recorded one.
struct divergence {
  std::size_t index = 0;                       ///< of the entry of the recording that should have come
  local_time when;                             ///< on the node's clock
  std::optional<recording::entry> expected{};  ///< none: the recording was at its end
  std::optional<action::any> came{};           ///< none: nothing came in its place

  [[nodiscard]] std::string text() const {
    const std::string wanted = expected ? line(expected->when, expected->what) : "the end of the recording";
    std::string got = came ? std::visit([&](const auto& a) { return line_of(when, a); }, *came) : "nothing";
    const std::string fields = differing_fields();
    if (!fields.empty() || got == wanted) got += " with other values";
    if (!fields.empty()) got += ": " + fields;
    return "entry " + std::to_string(index) + ": expected " + wanted + ", came " + got;
  }

 private:
  /// Field by field, where an action of the same kind has come.
  [[nodiscard]] std::string differing_fields() const {
    const action::any* const wanted = expected ? std::get_if<action::any>(&expected->what) : nullptr;
    return wanted != nullptr && came ? difference_of(*wanted, *came) : std::string{};
  }
  [[nodiscard]] static std::string line(local_time at, const event::any& e) {
    return std::visit([&](const auto& one) { return line_of(at, one); }, e);
  }
  [[nodiscard]] static std::string line(local_time at, const action::any& a) {
    return std::visit([&](const auto& one) { return line_of(at, one); }, a);
  }
  [[nodiscard]] static std::string line(local_time at, const recording::deadline& d) { return line_of(at, d); }
  [[nodiscard]] static std::string line(local_time at, const decltype(recording::entry::what)& what) {
    return std::visit([&](const auto& one) { return line(at, one); }, what);
  }
};

/// Plays a recording back: tells the same events at the same times, and compares every action with the recorded one.
/// An event is told only when all actions before it have come. With the first action that is another one, comes at
/// another time or does not come, it has diverged, and tells nothing more.
///
/// Under a driver that calls in the order in which the recorded one did, `drive` in place of `drive`, a node that
/// depends on its events alone does not diverge; `replay` needs no such driver.
///
/// It performs nothing, so it can claim whatever the recorded backend offered: `Offers`.
template <backend::capabilities Offers>
class basic_recorded {
 public:
  static constexpr backend::capabilities capabilities = Offers;

  explicit basic_recorded(recording told, backend::limits limits = {})
      : told_{std::move(told)}, limits_{std::move(limits)} {
    if (!told_.entries.empty()) now_ = told_.entries.front().when;
  }

  [[nodiscard]] const std::optional<divergence>& diverged() const { return diverged_; }
  /// All of the recording has come.
  [[nodiscard]] bool finished() const { return !diverged_ && next_ == told_.entries.size(); }
  /// What should come next; null at the end, and after a divergence.
  [[nodiscard]] const recording::entry* next() const {
    return diverged_ || next_ == told_.entries.size() ? nullptr : &told_.entries[next_];
  }
  [[nodiscard]] const recording& told() const { return told_; }

  [[nodiscard]] local_time now() const { return now_; }
  [[nodiscard]] backend::limits limits() const { return limits_; }

  template <class Action>
    requires std::constructible_from<action::any, const Action&>
  void perform(const Action& wanted) {
    if (diverged_) return;
    const recording::entry* const e = next();
    const action::any* const expected = e == nullptr ? nullptr : std::get_if<action::any>(&e->what);
    if (expected != nullptr && e->when == now_ && *expected == action::any{wanted}) {
      ++next_;
      idle_ = 0;
    } else {
      diverge(action::any{wanted});
    }
  }
  template <class Handler>
  bool poll(Handler&& handler) {
    const recording::entry* e = next();
    // Deadlines that the driver did not find worth a call.
    while (e != nullptr && e->when <= now_ && std::holds_alternative<recording::deadline>(e->what)) {
      ++next_;
      e = next();
    }
    if (e == nullptr || e->when > now_ || !std::holds_alternative<event::any>(e->what)) return false;
    const event::any what = std::get<event::any>(e->what);
    ++next_;
    idle_ = 0;
    std::visit(handler, what);
    return true;
  }
  /// The clock shows `when`: unlike `wait` also where it was set back.
  void set(local_time when) { now_ = when; }
  void expiring() {
    const recording::entry* const e = next();
    if (e != nullptr && e->when == now_ && std::holds_alternative<recording::deadline>(e->what)) ++next_;
  }
  /// To the next entry. Time does not go past an action that has not come; who waits for it again and again has
  /// diverged.
  void wait(local_time until) {
    const recording::entry* const e = next();
    const local_time target = e == nullptr ? until : least(until, e->when);
    if (target > now_) {
      now_ = target;
    } else if (e != nullptr && until > now_ && std::holds_alternative<action::any>(e->what) && ++idle_ > patience) {
      diverge(std::nullopt);
    }
  }
  /// The action that should come now does not.
  void miss() {
    if (!diverged_) diverge(std::nullopt);
  }

 private:
  static constexpr int patience = 1'000;

  void diverge(std::optional<action::any> came) {
    const recording::entry* const e = next();
    diverged_ = divergence{next_, now_, e == nullptr ? std::nullopt : std::optional{*e}, std::move(came)};
  }

  recording told_;
  backend::limits limits_;
  std::size_t next_ = 0;
  local_time now_;
  int idle_ = 0;
  std::optional<divergence> diverged_;
};

using recorded = basic_recorded<capabilities::everything()>;
static_assert(event_source<recorded> && waits<recorded>);

/// Tells `node`, which has to be as the recorded one was at the start, all that the recording tells, deadlines
/// included, and compares what it does. Returns where it diverged; without a divergence the node ends in the state in
/// which the recorded one was left. `random` is what the recorded node drew from.
template <class Node>
[[nodiscard]] std::optional<divergence> replay(Node& node, recording told, random_stream random = {}) {
  recorded device{std::move(told)};
  const sink<recorded> actions{device};
  while (const recording::entry* const e = device.next()) {
    if (std::holds_alternative<action::any>(e->what)) {
      device.miss();
      break;
    }
    device.set(e->when);
    context ctx{device.now(), random};
    if (std::holds_alternative<recording::deadline>(e->what)) {
      device.expiring();
      node.expire(ctx, actions);
    } else {
      device.poll([&](const auto& what) { node.handle(what, ctx, actions); });
    }
  }
  return device.diverged();
}

}  // namespace ebit::backend
