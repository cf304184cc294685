// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// Orders to the switches of a light path.
namespace ebit::orchestrate {

/// Orders the joins of a light path that do not stand already; when all of them do and the analyser has set itself up
/// behind them. Of a path that replaces another,
/// the switches that the old one does not use are set first, so that the light of the old one is cut only when the
/// last move is all that the new one lacks (make before break).
template <router Router, light_forecaster Forecaster>
template <class Sink>
local_time controller<Router, Forecaster>::order_joins(std::uint32_t slot, std::uint32_t replaces, context& ctx,
                                                       Sink& sink) {
  local_time settled{};
  std::vector<crossing> apart, shared;
  const auto is_of_old = [&](const crossing& c) {
    if (replaces == lease::none) return false;
    for (const arm* side : {&leases_[replaces].way.a, &leases_[replaces].way.b})
      for (const crossing& old : side->crossings)
        if (old.at == c.at && (old.in == c.in || old.out == c.out || old.in == c.out || old.out == c.in)) return true;
    return false;
  };
  for (const arm* side : {&leases_[slot].way.a, &leases_[slot].way.b})
    for (const crossing& c : side->crossings) {
      if (joins_.stands(c.at, c.in, c.out)) {
        ++counts_.joins_spared;
        settled = greatest(settled, joins_.settled_at(c.at, c.in), joins_.settled_at(c.at, c.out));
      } else {
        (is_of_old(c) ? shared : apart).push_back(c);
      }
    }
  if (!apart.empty()) settled = greatest(settled, order_some(slot, apart, ctx.now, ctx, sink));
  if (!shared.empty()) settled = order_some(slot, shared, greatest(settled, ctx.now), ctx, sink);
  return greatest(ctx.now, settled + fabric_->model_of_analyser(leases_[slot].way.analyser).set_up);
}

/// Orders these joins, all at one time as soon as the last switch can have heard of it, and not before `earliest`.
template <router Router, light_forecaster Forecaster>
template <class Sink>
local_time controller<Router, Forecaster>::order_some(std::uint32_t slot, const std::vector<crossing>& joins,
                                                      local_time earliest, context& ctx, Sink& sink) {
  local_time moves = earliest;
  for (const crossing& c : joins) moves = greatest(moves, ctx.now + flight_to(c.at.value()));
  local_time settled = earliest;
  std::vector<bool> is_done(joins.size());
  for (std::size_t i = 0; i < joins.size(); ++i) {
    if (is_done[i]) continue;
    const element_id at = joins[i].at;
    const local_time there = moves + fabric_->model_of_switch(at).reconfiguration_time;
    settled = greatest(settled, there);
    wire::switch_plan plan;
    for (std::size_t k = i; k < joins.size() && plan.count < wire::switch_plan::most; ++k) {
      if (joins[k].at != at || is_done[k]) continue;
      is_done[k] = true;
      plan.joins[plan.count++] = {joins[k].in, joins[k].out};
      joins_.order(at, joins[k].in, joins[k].out, there);
    }
    plan.starts_in = moves - ctx.now;
    plan.number = ++next_plan_;
    plan.term = term_;
    plan.life = life_;
    ++counts_.plans;
    counts_.joins += plan.count;
    courier_.send(node_id{at.value()}, plan, ctx.now, sink);
    std::uint32_t place = static_cast<std::uint32_t>(plans_.size());
    if (free_plans_.empty()) {
      plans_.emplace_back();
    } else {
      place = free_plans_.back();
      free_plans_.pop_back();
    }
    const local_time due = there + flight_to(at.value()) + how_.plan_patience;
    plans_[place] = {plan.number, at, slot, leases_[slot].path, due, true};
    plan_index_.set(plan.number, place);
    plan_alarms_.set(due, plan.number);
    ++leases_[slot].plans;
  }
  return settled;
}

/// Whoever speaks for a switch has started again, and does not know what is joined there: what a light path needs of it
/// is ordered again. What stands goes on, and what does not is made anew.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::order_again(std::uint32_t slot, element_id at, context& ctx, Sink& sink) {
  if (!leases_.is_used(slot) || !leases_[slot].holds || leases_[slot].state != lease::phase::live) return;
  std::vector<crossing> joins;
  for (const arm* side : {&leases_[slot].way.a, &leases_[slot].way.b})
    for (const crossing& c : side->crossings)
      if (c.at == at) joins.push_back(c);
  order_some(slot, joins, ctx.now, ctx, sink);
}

}  // namespace ebit::orchestrate
