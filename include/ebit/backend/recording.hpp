// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <variant>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>

namespace ebit::backend {

/// All that passed between one node and its backend, in order, with the time on the node's clock. A node depends on
/// nothing else, so that a recording is enough to run it again (`recorded`, `replay`).
struct recording {
  /// The driver called `expire`, since a deadline had passed.
  struct deadline {
    friend bool operator==(const deadline&, const deadline&) = default;
  };
  struct entry {
    local_time when;
    std::variant<event::any, action::any, deadline> what;
    friend bool operator==(const entry&, const entry&) = default;
  };
  std::vector<entry> entries;

  template <class Event>
    requires std::constructible_from<event::any, const Event&>
  void operator()(local_time when, const Event& e) {
    entries.push_back({when, event::any{e}});
  }
  template <class Action>
    requires(std::constructible_from<action::any, const Action&> &&
             !std::constructible_from<event::any, const Action&>)
  void operator()(local_time when, const Action& a) {
    entries.push_back({when, action::any{a}});
  }
  void expire(local_time when) { entries.push_back({when, deadline{}}); }

  friend bool operator==(const recording&, const recording&) = default;
};

}  // namespace ebit::backend
