// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/ids.hpp>

namespace ebit::sim {

namespace detail {

/// Stands for what a driver gives to a tap: performs an action of any kind.
struct any_performer {
  template <class Action>
  void operator()(const Action&) const {}
};

}  // namespace detail

/// Stands between the nodes and their devices: sees every action and every event, may change it, and drops it by
/// answering false. `perform(extra)` performs a further action at that node, at once, and does not come by here
/// again. Who drops an action that has an operation number, or the end of one, leaves the node waiting for it.
///
/// Two more functions are called where a tap has them: `on_call(node_id, const context&, bool expires)` before a node
/// is told an event or, if `expires`, that a deadline has passed; `on_fresh_node(node_id)` when a node that broke down
/// is replaced by one that knows nothing.
///
/// A tap that is not `enabled` is free: the calls are not compiled, and its functions need not be there.
template <class Tap>
concept tap = std::copyable<Tap> && requires {
  { Tap::enabled } -> std::convertible_to<bool>;
} && (!Tap::enabled || requires(Tap& t, node_id at, action::send& wanted, event::received& told) {
                { t.on_action(at, wanted, detail::any_performer{}) } -> std::same_as<bool>;
                { t.on_event(at, told) } -> std::same_as<bool>;
              });

struct no_tap {
  static constexpr bool enabled = false;
};
static_assert(tap<no_tap>);

/// The smallest tap: everything passes as it is. Taps that look at some kinds only may derive from it, overload these
/// for them and bring the rest in by `using`.
struct open_tap {
  static constexpr bool enabled = true;
  template <class Action, class Perform>
  constexpr bool on_action(node_id, Action&, Perform&&) const {
    return true;
  }
  template <class Event>
  constexpr bool on_event(node_id, Event&) const {
    return true;
  }
};
static_assert(tap<open_tap>);

}  // namespace ebit::sim
