// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include <ebit/backend/actions.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>

namespace ebit {

/// Passes a node's actions on, and shows the route layer those from which it learns when its links attempt.
template <class Sink, class RouteEngine>
class watching_sink {
 public:
  watching_sink(Sink& out, RouteEngine& route, segments& table, const context& ctx)
      : out_{&out}, route_{&route}, table_{&table}, ctx_{&ctx} {}

  template <class Action>
  void operator()(const Action& wanted) const {
    if constexpr (std::is_same_v<Action, action::attempt> || std::is_same_v<Action, action::free>)
      route_->see(*table_, wanted, ctx_->now);
    else if constexpr (std::is_same_v<Action, action::stop>)
      route_->watch().ends(wanted.operation, ctx_->now);
    else if constexpr (std::is_same_v<Action, action::send>)
      if (wanted.content.template holds<wire::link_started>())
        route_->watch().announced(wanted.content.template unpack<wire::link_started>());
    (*out_)(wanted);
  }

 private:
  Sink* out_;
  RouteEngine* route_;
  segments* table_;
  const context* ctx_;
};

}  // namespace ebit
