// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/backend/concepts.hpp>
#include <ebit/core/extremes.hpp>

namespace ebit::testing {

/// A backend in the hands of a test: the test pushes events and moves the clock, and reads which actions the node
/// asked for. It completes nothing by itself.
class manual_device {
 public:
  static constexpr backend::capabilities capabilities = backend::capabilities::everything();

  manual_device() = default;
  explicit manual_device(std::vector<std::uint32_t> slots_per_port) {
    limits_.slots_per_port = std::move(slots_per_port);
  }

  // What a driver uses.

  [[nodiscard]] local_time now() const { return now_; }
  [[nodiscard]] backend::limits limits() const { return limits_; }
  template <class Action>
    requires std::constructible_from<action::any, const Action&>
  void perform(const Action& wanted) {
    performed_.push_back(action::any{wanted});
  }
  template <class Handler>
  bool poll(Handler&& handler) {
    const auto due = earliest();
    if (due == pending_.end() || due->at > now_) return false;
    const event::any what = due->what;
    pending_.erase(due);
    std::visit(handler, what);
    return true;
  }
  /// Moves the clock to the next event, at most to `until`.
  void wait(local_time until) {
    const auto due = earliest();
    const local_time next = due == pending_.end() ? until : least(until, due->at);
    if (next > now_) now_ = next;
  }

  // What a test uses.

  void advance(duration span) { now_ += span; }
  /// The event is due now, or at `at`; events due at one time come in the order in which they were pushed.
  template <class Event>
    requires std::constructible_from<event::any, const Event&>
  void push(const Event& e) {
    push(now_, e);
  }
  template <class Event>
    requires std::constructible_from<event::any, const Event&>
  void push(local_time at, const Event& e) {
    pending_.push_back({at, event::any{e}});
  }

  /// All actions since the last `clear`, in order.
  [[nodiscard]] const std::vector<action::any>& performed() const { return performed_; }
  /// Those of one type.
  template <class Action>
  [[nodiscard]] std::vector<Action> all() const {
    std::vector<Action> found;
    for (const action::any& a : performed_)
      if (const Action* one = std::get_if<Action>(&a); one != nullptr) found.push_back(*one);
    return found;
  }
  /// The messages sent whose body is a `Body`.
  template <message_body Body>
  [[nodiscard]] std::vector<message> sent() const {
    std::vector<message> found;
    for (const action::send& s : all<action::send>())
      if (s.content.template holds<Body>()) found.push_back(s.content);
    return found;
  }
  void clear() { performed_.clear(); }

 private:
  struct pending {
    local_time at;
    event::any what;
  };
  [[nodiscard]] std::vector<pending>::iterator earliest() {
    auto first = pending_.begin();
    for (auto it = first; it != pending_.end(); ++it)
      if (it->at < first->at) first = it;
    return first;
  }

  local_time now_;
  backend::limits limits_;
  std::vector<pending> pending_;
  std::vector<action::any> performed_;
};

static_assert(backend::event_source<manual_device> && backend::waits<manual_device>);

}  // namespace ebit::testing
