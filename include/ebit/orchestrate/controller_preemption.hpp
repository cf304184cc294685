// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// What is kept for stock gives way to a request, where that helps.
namespace ebit::orchestrate {

/// For a request that lacks something: ends the leases for stock that are in its way, if it had one without them and,
/// where it is the only one that waits, has none as soon as everything is free that is about to be. `paths`: light
/// paths that it needs at a time.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::preempt(std::uint32_t slot, std::uint32_t paths, context& ctx, Sink& sink) {
  const standing_request& r = book_[slot];
  if (stock_leases_ == 0 || r.is_stock()) return;
  bool gives_way = false;
  for (std::uint32_t s = 0; s < leases_.slots(); ++s) gives_way = gives_way || is_giving_way(s);
  if (!gives_way) return;  // all has been ended already
  if (!tenants_.may_hold(r.tenant, paths)) {
    // What he has made for stock himself counts against his light paths.
    for (std::uint32_t s = 0; s < leases_.slots(); ++s) {
      if (!is_giving_way(s) || leases_[s].tenant != r.tenant) continue;
      end_lease(s, ending::preempted, duration::zero(), none, ctx, sink);
      return;
    }
    return;
  }
  if (!tenants_.may_start(r.tenant, ctx.now, paths) || !could_get_ports(r)) return;
  const offer there = find_without(r, true);
  if (there.why != shortage::none) return;
  // What is about to be free is its own only where no other waits.
  const bool is_alone = book_.waiting_at(r.head) <= 1 && book_.waiting_at(r.peer) <= 1;
  if (is_alone && find_without(r, false).why == shortage::none) return;
  take_from_stock(there.parts, ctx, sink);
}

/// Whether it is for stock, and nobody has ended it yet.
template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::is_giving_way(std::uint32_t lease_slot) const {
  if (!leases_.is_used(lease_slot)) return false;
  const lease& l = leases_[lease_slot];
  return l.state == lease::phase::live && l.is_stock();
}

/// Whether either end has a port that is free, about to be free, or used for stock.
template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::could_get_ports(const standing_request& r) const {
  for (const std::uint32_t end : {r.head, r.peer}) {
    bool has_one = free_ports(end) > 0;
    for (const std::uint32_t s : leases_.at(end))
      has_one = has_one || is_giving_way(s) || leases_[s].state == lease::phase::ending;
    if (!has_one) return false;
  }
  return true;
}

/// A way once everything that has ended is given back, and all that is for stock if `without_stock`.
template <router Router, light_forecaster Forecaster>
auto controller<Router, Forecaster>::find_without(const standing_request& r, bool without_stock) -> offer {
  trial_ = state_;
  trial_spares_stock_ = !without_stock;
  for (std::uint32_t s = 0; s < leases_.slots(); ++s) {
    if (!leases_.is_used(s) || !leases_[s].holds) continue;
    if (leases_[s].state == lease::phase::ending || (without_stock && is_giving_way(s)))
      trial_.release(*fabric_, leases_[s].way, lease_table::mark(s));
  }
  ++counts_.searches;
  return find_way(trial_, r.head, r.peer, r.min_fidelity, failed_parts_ > 0);
}

template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::is_trunk_free(const fabric_state& state, std::uint32_t trunk) const {
  const bool looks_at_use = &state == &state_ || &state == &trial_;
  if (!looks_at_use || walks_.is_free(trunk)) return true;
  if (&state == &state_) return false;
  for (const granted_walk::part& p : walks_[walks_.user(trunk)].parts) {
    if (p.lease == granted_walk::none) continue;
    return leases_[p.lease].state == lease::phase::ending || (!trial_spares_stock_ && is_giving_way(p.lease));
  }
  return true;  // all its leases are closed
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::take_from_stock(const std::vector<walk_part>& parts, context& ctx, Sink& sink) {
  const auto take = [&](std::uint32_t s) {
    if (is_giving_way(s)) end_lease(s, ending::preempted, duration::zero(), none, ctx, sink);
  };
  for (const walk_part& p : parts) {
    if (!p.is_light()) {
      if (walks_.is_free(p.trunk)) continue;
      for (const granted_walk::part& of : walks_[walks_.user(p.trunk)].parts)
        if (of.lease != granted_walk::none) take(of.lease);
      continue;
    }
    for (const arm* side : {&p.way.a, &p.way.b})
      for (const span_id s : side->spans)
        if (state_.user(s).valid()) take(state_.user(s).value());
  }
}

}  // namespace ebit::orchestrate
