// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// Leases: how a light path is lit, told, ended and given back.
namespace ebit::orchestrate {

/// Reserves the way and begins a lease for a request of the book, or one for each light path of a walk; the first of
/// them. `replaces`: a lease that goes on until this one has light, or `lease::none`. `waits`: until those that stand by
/// have written it down.
template <router Router, light_forecaster Forecaster>
template <class Sink>
std::uint32_t controller<Router, Forecaster>::begin(std::uint32_t entry, std::vector<walk_part> parts,
                                                    const light_forecast& expected, std::uint32_t replaces,
                                                    bool waits, context& ctx, Sink& sink) {
  standing_request& r = book_[entry];
  const bool logs = waits && must_log();
  const bool is_walk = parts.size() > 1;
  r.pair_time = duration::seconds(seen_.slowdown() / expected.rate);
  const duration walk_length = is_walk ? length_of(parts) : duration::zero();
  const duration length = length_for(least(r.left, std::uint32_t{65'535}), r.pair_time,
                                     (r.flags & wire::ask::consecutive) != 0, walk_length);
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
  r.cut_off_since = local_time::never();
  ++r.leases;
  for (const std::uint32_t slot : legs_of(first)) {
    if (must_log()) log_to_all(leases_[slot], ctx, sink);
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
  const bool fits = state_.reserve(*fabric_, part.way, lease_table::mark(slot));
  EBIT_ASSERT(fits, "controller: a router chose a way that is not free");
  l.holds = true;
  seen_.occupy(part.way);
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
  l.is_charged = true;
  tenants_.starts(l.tenant, l.cost, now);
  if (l.is_stock()) ++stock_leases_;
  ++counts_.leases;
  return slot;
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
  const link::lit_path balanced = l.way.balanced();
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
  body.port = here.port;
  body.term = term_;
  body.role = to_head ? l.role_head : l.role_tail;
  if (body.role == wire::grant::head && l.walk != lease::none)
    body.legs = static_cast<std::uint8_t>(walks_[l.walk].parts.size());
  body.flags = l.flags & wire::ask::stock;
  courier_.send(node_id{to_head ? l.head : l.tail}, body, ctx.now, sink);
}

template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::set_alarm(std::uint32_t slot, local_time at) {
  leases_[slot].alarm = at;
  lease_alarms_.set(at, slot);
}

/// Withdraws a light path from both ends, `in` so long from now, and all others of its walk. Where nothing is broken the
/// last words of a walk's head get to its tail first.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::end_lease(std::uint32_t slot, ending why, duration in, std::uint32_t cause,
                                               context& ctx, Sink& sink) {
  const std::uint32_t walk = leases_[slot].walk;
  if (walk != lease::none && why != ending::fault) in = greatest(in, walks_[walk].length * 4);
  for (const std::uint32_t s : legs_of(slot))
    if (leases_.is_used(s) && leases_[s].walk == walk) end_leg(s, why, in, cause, ctx, sink);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::end_leg(std::uint32_t slot, ending why, duration in, std::uint32_t cause,
                                             context& ctx, Sink& sink) {
  lease& l = leases_[slot];
  if (l.state == lease::phase::ending) return;
  const bool is_granted = l.state == lease::phase::live;
  l.state = lease::phase::ending;
  ++counts_.ended[static_cast<std::size_t>(why)];
  if (!is_granted) {  // nobody knows of it
    l.tail_released = true;
    head_is_done(slot, 0, false, ctx, sink);
    return;
  }
  if (!l.head_released) withdraw_from(l, l.head, why, in, cause, ctx, sink);
  if (!l.tail_released) withdraw_from(l, l.tail, why, in, cause, ctx, sink);
  set_alarm(slot, ctx.now + in + how_.release_grace + courier_.patience());
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::withdraw_from(const lease& l, std::uint32_t endpoint, ending why, duration in,
                                                   std::uint32_t cause, context& ctx, Sink& sink) {
  wire::withdraw body;
  body.ends_in = in;
  body.path = l.path;
  body.cause = cause;
  body.port = endpoint == l.head ? l.way.a.port : l.way.b.port;
  body.term = term_;
  body.why = static_cast<std::uint8_t>(why);
  courier_.send(node_id{endpoint}, body, ctx.now, sink);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::take(const wire::released& r, const event::received& e, context& ctx,
                                          Sink& sink) {
  const std::uint32_t slot = leases_.find(r.path);
  if (slot == lease::none) return;
  lease& l = leases_[slot];
  const std::uint32_t from = e.content.from.value();
  if ((from != l.head || l.head_released) && (from != l.tail || l.tail_released)) return;
  const bool is_first = l.state == lease::phase::live;
  if (is_first) {
    l.state = lease::phase::ending;
    ++counts_.ended[r.why < counts_.ended.size() ? r.why : 0];
    const auto why = static_cast<ending>(r.why);
    // The last words of a walk's head have to get to its tail first.
    const duration in = l.walk == lease::none || why == ending::fault ? duration::zero() : walks_[l.walk].length * 4;
    set_alarm(slot, ctx.now + in + how_.release_grace + courier_.patience());
    // The other end knows when the lease is over, but not that this one has done before.
    if (ctx.now + in < l.ends) withdraw_from(l, from == l.head ? l.tail : l.head, why, in, none, ctx, sink);
    for (const std::uint32_t s : legs_of(slot))
      if (leases_[s].state == lease::phase::live) end_leg(s, why, in, none, ctx, sink);
  }
  if (from == l.tail) {
    l.tail_released = true;
    if (l.is_over()) close(slot, ctx, sink);
    return;
  }
  measure(l, r, ctx.now);
  head_is_done(slot, r.delivered - least(r.delivered, l.counted), r.why == static_cast<std::uint8_t>(ending::served),
               ctx, sink);
  reconsider_worse(ctx, sink);
}

/// The head has said what came of it, or never will.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::head_is_done(std::uint32_t slot, std::uint32_t delivered, bool complete,
                                                  context& ctx, Sink& sink) {
  lease& l = leases_[slot];
  l.head_released = true;
  const std::uint32_t entry = l.entry;
  l.entry = lease::none;
  if (l.is_over()) close(slot, ctx, sink);
  if (entry == lease::none) return;
  standing_request& r = book_[entry];
  r.left -= least(delivered, r.left);
  --r.leases;
  if ((complete || r.left == 0) && !r.is_complete) {
    ++counts_.served;
    r.is_complete = true;
    if (r.leases > 0) {
      stop_request(entry, ending::served, ctx, sink);
      return;
    }
  }
  if (r.leases == 0 && r.state == standing_request::phase::running) r.state = standing_request::phase::settling;
  settle_request(entry);
}

template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::measure(const lease& l, const wire::released& r, local_time now) {
  // Of light that something broken has kept back nobody knows for how long; the sound parts are not to blame.
  const bool is_fault = !l.holds || r.why == static_cast<std::uint8_t>(ending::fault);
  if (l.way.a.spans.empty() || is_fault) return;
  if (l.walk != lease::none) return;  // a walk's pairs tell nothing of one of its paths
  measurement m;
  m.heralds = r.delivered;
  m.expected_heralds = l.rate * static_cast<duration>(r.busy).seconds();
  m.tests = r.tests;
  m.fidelity = r.test_fidelity;
  m.expected_fidelity = l.fidelity;
  if (static_cast<duration>(r.busy).is_never()) return;
  seen_.learn(l.way, m, now);
}

/// Both ends have let go: everything is free again.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::close(std::uint32_t slot, context& ctx, Sink& sink) {
  give_back(slot);
  lease& l = leases_[slot];
  if (l.is_charged) tenants_.ends(l.tenant, l.cost, (ctx.now - l.granted) * 2, ctx.now);
  if (l.is_stock()) --stock_leases_;
  for (const standby& s : others_)
    if (s.is_present && s.at != id()) courier_.send(s.at, wire::log_end{l.path, term_, 0}, ctx.now, sink);
  freed(l.head);
  freed(l.tail);
  if (l.walk != lease::none) {
    walks_.close(l.walk, slot);
    retry_at_ = least(retry_at_, ctx.now);  // who waits for its relays waits elsewhere
  }
  leases_.close(slot);
}

template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::give_back(std::uint32_t slot) {
  lease& l = leases_[slot];
  if (!l.holds) return;
  state_.release(*fabric_, l.way, lease_table::mark(slot));
  seen_.vacate(l.way);
  l.holds = false;
}

/// What should have happened to a lease by now, and has not.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::lease_due(std::uint32_t slot, context& ctx, Sink& sink) {
  if (!leases_.is_used(slot) || leases_[slot].alarm > ctx.now) return;
  lease& l = leases_[slot];
  switch (l.state) {
    case lease::phase::unused: return;
    case lease::phase::logging:  // whoever has not written it down by now is not there
      for (std::size_t i = 0; i < others_.size(); ++i)
        if ((std::uint32_t{l.recorded_by} >> i & 1U) == 0) others_[i].is_present = false;
      launch(slot, lease::none, ctx, sink);
      return;
    case lease::phase::live: end_lease(slot, ending::lease_over, duration::zero(), none, ctx, sink); return;
    case lease::phase::ending: break;
  }
  // It was reminded, and is silent: its own port is not to be used, the rest is. Its light ends with its lease.
  if (!l.is_reminded) {
    l.is_reminded = true;
    if (!l.head_released) withdraw_from(l, l.head, ending::lease_over, duration::zero(), none, ctx, sink);
    if (!l.tail_released) withdraw_from(l, l.tail, ending::lease_over, duration::zero(), none, ctx, sink);
    set_alarm(slot, ctx.now + how_.release_grace + courier_.patience());
    return;
  }
  if (!l.head_released) suspect(l.head, ctx.now);
  if (!l.tail_released) suspect(l.tail, ctx.now);
  l.tail_released = true;
  if (l.head_released)
    close(slot, ctx, sink);
  else
    head_is_done(slot, 0, false, ctx, sink);
}

}  // namespace ebit::orchestrate
