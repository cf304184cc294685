// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// Leases: how a light path is ended and given back.
namespace ebit::orchestrate {

/// Withdraws a light path from both ends, `in` so long from now, and all others of its walk. Where nothing is broken
/// the last words of a walk's head get to its tail first.
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
  withdraw(l.path, endpoint, endpoint == l.head ? l.way.a.port : l.way.b.port, why, in, cause, ctx, sink);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::withdraw(path_id path, std::uint32_t endpoint, std::uint16_t port, ending why,
                                              duration in, std::uint32_t cause, context& ctx, Sink& sink) {
  wire::withdraw body;
  body.ends_in = in;
  body.path = path;
  body.cause = cause;
  body.port = port;
  body.term = term_;
  body.life = life_;
  body.why = static_cast<std::uint8_t>(why);
  courier_.send(node_id{endpoint}, body, ctx.now, sink);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::take(const wire::released& r, const event::received& e, context& ctx,
                                          Sink& sink) {
  if (!is_ending(r.why)) {
    ++ignored_;
    return;
  }
  const std::uint32_t slot = leases_.find(r.path);
  if (slot == lease::none) return;
  lease& l = leases_[slot];
  const std::uint32_t from = e.content.from.value();
  if ((from != l.head || l.head_released) && (from != l.tail || l.tail_released)) return;
  const bool is_first = l.state == lease::phase::live;
  if (is_first) {
    l.state = lease::phase::ending;
    const auto why = static_cast<ending>(r.why);
    ++counts_.ended[static_cast<std::size_t>(why)];
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
  if (l.way.a.spans.empty() || is_fault || l.is_restated) return;
  if (l.walk != lease::none) return;  // a walk's pairs tell nothing of one of its paths
  measurement m;
  m.heralds = static_cast<double>(std::uint64_t{r.delivered} + r.tests);  // one that is tested is not delivered
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
  analyser_use& use = analysers_[l.way.station];
  if (l.is_stock())
    --use.by_stock;
  else
    use.cost -= l.cost;
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
