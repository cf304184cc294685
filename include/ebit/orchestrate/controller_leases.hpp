// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// Leases: how a light path is lit, and told.
namespace ebit::orchestrate {

/// Reserves the way and begins a lease for a request of the book, or one for each light path of a walk; the first of
/// them. `replaces`: a lease that goes on until this one has light, or `lease::none`. `waits`: until those that stand
/// by have written it down.
template <router Router, light_forecaster Forecaster>
template <class Sink>
std::uint32_t controller<Router, Forecaster>::begin(std::uint32_t entry, std::vector<walk_part> parts,
                                                    const light_forecast& expected, std::uint32_t replaces,
                                                    bool waits, context& ctx, Sink& sink) {
  standing_request& r = book_[entry];
  const bool is_written = must_log(), logs = waits && is_written;
  const bool is_walk = parts.size() > 1;
  r.pair_time = duration::seconds(seen_.slowdown() / expected.rate);
  const duration walk_length = is_walk ? length_of(parts) : duration::zero();
  const duration length = length_for(least(r.left, std::uint32_t{65'535}), r.pair_time,
                                     (r.flags & wire::ask::consecutive) != 0, walk_length, set_up_at(parts));
  std::vector<granted_walk::part> granted;
  std::uint32_t first = lease::none;
  for (walk_part& p : parts) {
    const std::uint32_t slot =
        p.is_light() ? open_lease(entry, p, expected, length, first == lease::none, logs, ctx.now) : lease::none;
    if (first == lease::none) first = slot;
    if (is_walk) granted.push_back({p.from, p.to, p.trunk, slot});
  }
  if (is_walk) {
    ++counts_.walks;
    const std::uint32_t walk = walks_.open(std::move(granted), walk_length);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!parts[i].is_light()) continue;
      lease& l = leases_[walks_[walk].parts[i].lease];
      l.walk = walk;
      l.role_head = i == 0 ? wire::grant::head : wire::grant::relay_to_tail;
      l.role_tail = i + 1 == parts.size() ? wire::grant::tail : wire::grant::relay_from_head;
    }
  }
  if (r.state == standing_request::phase::waiting) book_.leave(entry, standing_request::phase::running);
  r.state = standing_request::phase::running;
  r.give_up_at = local_time::never();
  ++r.leases;
  for (const std::uint32_t slot : legs_of(first)) {
    if (is_written) log_to_all(leases_[slot], ctx, sink);
    if (logs) set_alarm(slot, ctx.now + how_.heartbeat * std::int64_t{how_.missed});
  }
  if (!logs) launch(first, replaces, ctx, sink);
  return first;
}

/// A lease of one light path, or of one that is a part of a walk.
template <router Router, light_forecaster Forecaster>
std::uint32_t controller<Router, Forecaster>::open_lease(std::uint32_t entry, walk_part& part,
                                                         const light_forecast& expected, duration length,
                                                         bool is_first, bool logs, local_time now) {
  const standing_request& r = book_[entry];
  const std::uint32_t slot =
      leases_.open(next_path(), part.from, part.to, logs ? lease::phase::logging : lease::phase::live);
  lease& l = leases_[slot];
  l.way = std::move(part.way);
  l.request = r.request;
  l.ticket = r.ticket;
  l.entry = is_first ? entry : lease::none;
  l.tenant = r.tenant;
  l.flags = r.flags;
  l.min_fidelity = r.min_fidelity;
  l.rate = expected.rate;
  l.fidelity = expected.fidelity;
  l.pairs = least(r.left, std::uint32_t{65'535});
  l.cost = cost_of_next(r);
  l.length = length;
  l.granted = l.begins = l.ends = now;
  const bool fits = hold(slot);
  EBIT_ASSERT(fits, "controller: a router chose a way that is not free");
  l.is_charged = true;
  tenants_.starts(l.tenant, l.cost, now);
  if (l.is_stock()) ++stock_leases_;
  ++counts_.leases;
  return slot;
}

/// Takes what the lease's way needs, or nothing: false if something of it is in use or broken. Its flags and its cost
/// have to stand.
template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::hold(std::uint32_t slot) {
  lease& l = leases_[slot];
  if (!state_.reserve(*fabric_, l.way, lease_table::mark(slot))) return false;
  seen_.occupy(l.way);
  analyser_use& use = analysers_[l.way.station];
  if (l.is_stock())
    ++use.by_stock;
  else
    use.cost += l.cost;
  l.holds = true;
  return true;
}

/// Tells the switches and both ends, with the time at which light goes through; of a walk all of them, with one time.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::launch(std::uint32_t slot, std::uint32_t replaces, context& ctx, Sink& sink) {
  const leg_list legs = legs_of(slot);
  local_time lit = ctx.now;
  duration farthest;
  for (const std::uint32_t s : legs) {
    leases_[s].state = lease::phase::live;
    lit = greatest(lit, order_joins(s, replaces, ctx, sink));
    farthest = greatest(farthest, flight_to(leases_[s].head), flight_to(leases_[s].tail));
  }
  for (const std::uint32_t s : legs) {
    lease& l = leases_[s];
    l.begins = greatest(lit, ctx.now + farthest) + how_.guard;
    l.ends = l.begins + l.length;
    send_grant(l, true, ctx, sink);
    send_grant(l, false, ctx, sink);
    set_alarm(s, l.ends + farthest + how_.release_grace);
  }
  send_legs(slot, ctx, sink);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::send_grant(const lease& l, bool to_head, context& ctx, Sink& sink) {
  const link::lit_path balanced = this->balanced(l);
  const arm& here = to_head ? l.way.a : l.way.b;
  wire::grant body;
  body.starts_in = l.begins - ctx.now;
  body.path = l.path;
  body.peer = node_id{to_head ? l.tail : l.head};
  body.request = l.request;
  body.station = static_cast<std::uint32_t>(balanced.arm_a.picoseconds());
  body.pairs = static_cast<std::uint16_t>(l.pairs);
  body.lease = l.length;
  body.transmittance = balanced.transmittance_a;
  body.fidelity_here = to_head ? balanced.fidelity_a : balanced.fidelity_b;
  body.fidelity_there = to_head ? balanced.fidelity_b : balanced.fidelity_a;
  body.stray = balanced.stray;
  body.analyser = static_cast<std::uint8_t>(balanced.station);
  body.port = here.port;
  body.term = term_;
  body.life = life_;
  body.role = to_head ? l.role_head : l.role_tail;
  if (body.role == wire::grant::head && l.walk != lease::none)
    body.legs = static_cast<std::uint8_t>(walks_[l.walk].parts.size());
  if ((l.flags & wire::ask::stock) != 0) body.role |= wire::grant::stock;
  courier_.send(node_id{to_head ? l.head : l.tail}, body, ctx.now, sink);
}

template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::set_alarm(std::uint32_t slot, local_time at) {
  leases_[slot].alarm = at;
  lease_alarms_.set(at, slot);
}

}  // namespace ebit::orchestrate
