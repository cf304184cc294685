// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// How long who is cut off is waited for: what starts up by itself has the time for that before patience runs.
namespace ebit::orchestrate {

/// How long an endpoint takes to get ready, if its unit does not work; nobody has said when it began to.
template <router Router, light_forecaster Forecaster>
duration controller<Router, Forecaster>::until_ready([[maybe_unused]] std::uint32_t endpoint) const {
  if constexpr (requires { forecaster_.hardware_of(endpoint); }) {
    const element_id e{endpoint};
    for (const span_id s : fabric_->incident(e))
      if ((told_of_ports_[news_offsets_[endpoint] + fabric_->along(s).port_at(e)] & port_broken) == 0)
        return duration::zero();
    return forecaster_.hardware_of(endpoint).life.until_ready();
  } else {
    return duration::zero();
  }
}

/// Something at this fibre broke or was mended: its endpoint may be cut off, or have a port again.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::reach_changed(span_id s, local_time now) {
  const span& fibre = fabric_->along(s);
  for (const element_id e : {fibre.a, fibre.b}) {
    if (fabric_->at(e).kind != element_kind::endpoint) continue;
    bool is_reached = false;
    for (const span_id each : fabric_->incident(e)) is_reached = is_reached || sound_.is_usable(each);
    agent& a = agents_[e.value()];
    const duration start_up = until_ready(e.value());
    if (start_up == duration::zero())
      a.ready_at = local_time::never();
    else if (a.ready_at.is_never())
      a.ready_at = now + start_up;
    if (is_reached) {
      a.cut_off_since = local_time::never();
      freed(e.value());
      continue;
    }
    if (a.cut_off_since.is_never()) {
      a.cut_off_since = now;
      book_.drop_holds(e.value());
    }
    if (const local_time due = give_up_at(e.value()); due > now) element_alarms_.set(due, e.value());
  }
}

/// When who waits for an endpoint need not wait any more: its unit and the switches that it is at are given the time
/// that they take to start up. Never, while it has a sound port.
template <router Router, light_forecaster Forecaster>
local_time controller<Router, Forecaster>::give_up_at(std::uint32_t endpoint) const {
  const agent& a = agents_[endpoint];
  if (a.cut_off_since.is_never()) return local_time::never();
  local_time ready = a.cut_off_since;
  if (!a.ready_at.is_never()) ready = greatest(ready, a.ready_at);
  for (const socket& s : fabric_->onward(element_id{endpoint}))
    if (const local_time at = agents_[s.peer.value()].ready_at; !at.is_never()) ready = greatest(ready, at);
  return ready + how_.give_up_after;
}

/// The same for a request whose ends no sound way joins as of now: what may start up on its way is given the time for
/// that, switches and, of a walk, relays.
template <router Router, light_forecaster Forecaster>
local_time controller<Router, Forecaster>::give_up_at(const standing_request& r, local_time now) {
  const bool is_walk = !best_way(r.head, r.peer).exists;
  local_time ready = now;
  for (std::size_t e = is_walk ? 0 : endpoints_; e < agents_.size(); ++e)
    if (!agents_[e].ready_at.is_never()) ready = greatest(ready, agents_[e].ready_at);
  return ready + how_.give_up_after;
}

}  // namespace ebit::orchestrate
