// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/qnu_agent.hpp>

// What a QNU does on its controller's orders, and when the time of a light path comes or goes.
namespace ebit::orchestrate {

namespace detail {

[[nodiscard]] constexpr refusal refusal_for(shortage s) {
  switch (s) {
    case shortage::none: return refusal::none;
    case shortage::invalid: return refusal::invalid;
    case shortage::unknown_endpoint: return refusal::unknown_node;
    case shortage::no_path: return refusal::unreachable;
    case shortage::port: return refusal::port;
    case shortage::communication_qubit: return refusal::memory;
    case shortage::span: return refusal::fibre;
    case shortage::analyser: return refusal::analyser;
    case shortage::fidelity: return refusal::fidelity;
    case shortage::time: return refusal::too_slow;
    case shortage::quota: return refusal::quota;
    case shortage::queue: return refusal::queue_full;
    case shortage::endpoint_fault: return refusal::out_of_order;
  }
  return refusal::invalid;
}

}  // namespace detail

template <class Tell, class Sink>
verdict qnu_agent::deal(const message& m, duration flight, context& ctx, Tell& tell, Sink& sink) {
  switch (m.type) {
    case wire::grant::type:
      if (m.holds<wire::grant>()) obey(m.unpack<wire::grant>(), m.from, flight, ctx, sink);
      break;
    case wire::withdraw::type:
      if (m.holds<wire::withdraw>()) obey(m.unpack<wire::withdraw>(), m.from, flight, ctx, tell, sink);
      break;
    case wire::leg::type:
      if (m.holds<wire::leg>()) learn(m.unpack<wire::leg>(), ctx, tell);
      break;
    case wire::answered::type:
      if (m.holds<wire::answered>()) hear(m.unpack<wire::answered>(), sink);
      break;
    case wire::took_over::type:
      if (m.holds<wire::took_over>()) serve(m.from, m.unpack<wire::took_over>(), ctx, sink);
      break;
    default: break;
  }
  return verdict::settled;
}

template <class Sink>
void qnu_agent::obey(const wire::grant& m, node_id from, duration flight, context& ctx, Sink& sink) {
  if (!office_.obeys(m, from, courier_, ctx.now, sink)) return;
  if (m.port >= latest_.size() || !m.path.valid() || m.role > (wire::grant::roles | wire::grant::stock) ||
      m.legs == 0)
    return;
  heed(m, from);
  path_id& latest = latest_[m.port];
  if (latest.valid() && m.path <= latest) return;  // a copy, or overtaken by a later one
  latest = m.path;
  qnu_lease l;
  l.path = m.path;
  l.peer = m.peer;
  l.request = m.request;
  l.port = m.port;
  l.pairs = m.pairs;
  l.role = m.role & wire::grant::roles;
  l.is_head = l.role == wire::grant::head;
  l.is_stock = (m.role & wire::grant::stock) != 0;
  l.legs = m.legs;
  l.starts = ctx.now - flight + m.starts_in;
  l.ends = l.starts + duration{m.lease};
  const auto arm = duration::picoseconds(std::int64_t{m.station});
  l.light = {port_id{m.port}, m.path,          m.peer,          arm * 2,          arm,     arm,
             m.transmittance, m.transmittance, m.fidelity_here, m.fidelity_there, m.stray, m.analyser};
  // One that it replaces ends when this one starts.
  for (qnu_lease& other : leases_) {
    if (other.port != l.port || other.state == qnu_lease::phase::closing) continue;
    const duration clearing = other.is_head ? other.length() * 4 : duration::zero();
    other.withdrawn_at = least(other.withdrawn_at, l.starts - clearing);
    other.why = ending::replaced;
  }
  leases_.push_back(l);
  for (std::size_t i = 0; i < early_.size();) {
    if (early_[i].walk != l.path) {
      ++i;
      continue;
    }
    note_leg(leases_.back(), early_[i]);
    early_.erase_at(i);
  }
}

/// Whoever gives an order under a greater term is in office.
template <class Order>
void qnu_agent::heed(const Order& m, node_id from) {
  if (m.term <= office_.term) return;
  office_ = {m.term, m.life};
  controller_ = from;
}

inline void qnu_agent::note_leg(qnu_lease& l, const wire::leg& m) {
  for (const wire::leg& known : l.onward)
    if (known.position == m.position) return;
  l.onward.push_back(m);
}

template <class Tell>
void qnu_agent::learn(const wire::leg& m, context& ctx, Tell& tell) {
  if (m.term < office_.term || m.position == 0) return;
  qnu_lease* l = lease_on(m.walk);
  if (l == nullptr) {  // its grant was overtaken, or it is over
    if (early_.full()) early_.erase_at(0);
    early_.push_back(m);
    return;
  }
  if (l->knows_walk()) return;
  note_leg(*l, m);
  if (l->state == qnu_lease::phase::lit && l->knows_walk()) go_on(l->path, ctx, tell);
}

template <class Tell, class Sink>
void qnu_agent::obey(const wire::withdraw& m, node_id from, duration flight, context& ctx, Tell& tell, Sink& sink) {
  if (!is_ending(m.why) || !office_.obeys(m, from, courier_, ctx.now, sink)) return;
  heed(m, from);
  const auto why = static_cast<ending>(m.why);
  if (qnu_lease* l = lease_on(m.path); l != nullptr) {
    local_time at = ctx.now - flight + m.ends_in;
    if (l->awaits_last_words(why, greatest(ctx.now, at))) at = greatest(ctx.now, at) + l->length() * 4;
    l->withdrawn_at = least(l->withdrawn_at, at);
    if (l->state != qnu_lease::phase::closing) l->why = why;
    if (l->withdrawn_at <= ctx.now && l->state != qnu_lease::phase::closing) end(*l, l->why, ctx, tell);
    return;
  }
  // Released already, or never granted: then its grant must not be obeyed any more.
  if (m.port >= latest_.size() || !m.path.valid()) return;
  if (path_id& latest = latest_[m.port]; !latest.valid() || latest < m.path) latest = m.path;
  qnu_lease nothing;
  nothing.path = m.path;
  nothing.port = m.port;
  nothing.why = why;
  release(nothing, ctx, sink);
}

template <class Sink>
void qnu_agent::hear(const wire::answered& m, Sink& sink) {
  if (m.term < office_.term) return;
  qnu_request* r = find(m.request);
  if (r == nullptr || r->ticket != m.ticket) return;
  switch (static_cast<verdict_on_request>(m.outcome)) {
    case verdict_on_request::accepted:
      if (std::exchange(r->is_accepted, true)) return;
      sink(action::report{m.request, request_outcome::accepted, refusal::none, 0, 1, m.value});
      return;
    case verdict_on_request::refused:
    case verdict_on_request::given_up:
      sink(action::report{m.request, request_outcome::refused, detail::refusal_for(static_cast<shortage>(m.short_of)),
                          0, 1, m.value, m.element});
      break;
    case verdict_on_request::expired:
      sink(action::report{m.request, request_outcome::expired, refusal::none, 0, 1,
                          static_cast<double>(r->delivered)});
      break;
    default: return;
  }
  erase(*r);
}

/// Tells a controller that is new in office, or that has missed the answer, what is held here, what is still wanted
/// and what is out of order.
template <class Sink>
void qnu_agent::serve(node_id from, const wire::took_over& m, context& ctx, Sink& sink) {
  if ((m.term == office_.term && from != controller_) || !office_.obeys(m, from, courier_, ctx.now, sink)) return;
  heed(m, from);
  health_.repeat([&](const wire::health_news& n) { courier_.send(from, n, ctx.now, sink); });
  wire::surveyed all;
  for (const path_id p : latest_)
    if (p.valid() && (!all.latest.valid() || all.latest < p)) all.latest = p;
  all.next_ticket = next_ticket_;
  all.term = office_.term;
  all.incarnation = config_.incarnation;
  for (qnu_lease& l : leases_) {
    if (l.told_in != office_.term) {
      l.counted = l.delivered;
      l.told_in = office_.term;
    }
    wire::holding held;
    held.path = l.path;
    held.request = l.request;
    held.peer = l.peer;
    held.delivered = l.counted;
    held.port = l.port;
    held.term = office_.term;
    held.role = l.role;
    courier_.send(controller_, held, ctx.now, sink);
    ++all.leases;
  }
  for (const wire::released& over : told_) courier_.send(controller_, over, ctx.now, sink);
  for (qnu_request& r : requests_) {
    if (r.ticket == 0) continue;
    if (r.left() == 0 && r.told_in != office_.term) {  // all but reported
      r.asked = r.told = 0;
      continue;
    }
    ask(r, office_.term, ctx, sink);
    ++all.asks;
  }
  courier_.send(controller_, all, ctx.now, sink);
}

template <class Tell>
void qnu_agent::begin(qnu_lease& l, context& ctx, Tell& tell) {
  l.state = qnu_lease::phase::lit;
  const path_id path = l.path;
  tell(l.light);
  if (const qnu_lease* now = lease_on(path); now != nullptr && now->knows_walk()) go_on(path, ctx, tell);
}

template <class Tell>
void qnu_agent::go_on(path_id path, context& ctx, Tell& tell) {
  if (const qnu_lease* l = lease_on(path); l->legs > 1) {
    route::made_walk walk{path, {}};
    for (std::uint8_t i = 1; i < l->legs; ++i)
      for (const wire::leg& m : l->onward) {
        if (m.position != i) continue;
        const duration arm = duration{m.delay} / 2;
        walk.onward.push_back(
            {m.path,
             m.from,
             m.to,
             {m.transmittance, m.transmittance, arm, arm, m.fidelity_from, m.fidelity_to, m.stray, m.analyser},
             m.links,
             m.descends != 0});
      }
    tell(walk);
  }
  const qnu_lease* now = lease_on(path);
  qnu_request* r = now != nullptr && now->is_head ? find(now->request) : nullptr;
  // A request that the stack still has goes on over the new path by itself.
  if (r != nullptr && !r->is_in_stack) put(*r, *now, now->pairs, ctx, tell);
  if (now != nullptr && now->is_head && r == nullptr) lease_on(path)->is_finished = true;  // nobody wants it any more
}

/// The stack is to be done, and to have cleared away, before the light goes.
template <class Tell>
void qnu_agent::put(qnu_request& r, const qnu_lease& l, std::uint32_t pairs, context& ctx, Tell& tell) {
  event::request part = r.what;
  part.pairs = least(pairs, r.left());
  const duration clearing = l.length() * 4;
  part.time_limit = least(l.ends - clearing, r.expires) - ctx.now;
  const path_id path = l.path;
  if (part.pairs == 0 || part.time_limit <= duration::zero()) {
    if (qnu_lease* mine = lease_on(path); mine != nullptr) mine->is_finished = true;
    return;
  }
  r.is_in_stack = true;
  tell(part);
}

/// A request whose light path is over does not wait in the stack, where it would take the next one to that peer from
/// whom that is for; unless it goes on over another one of its own.
template <class Tell>
void qnu_agent::call_off(request_id id, Tell& tell) {
  if (!id.valid()) return;
  for (const qnu_lease& l : leases_)
    if (l.is_head && l.request == id && l.state == qnu_lease::phase::lit) return;
  tell.cancel(id);
}

template <class Tell>
void qnu_agent::end(qnu_lease& l, ending why, context& ctx, Tell& tell) {
  const bool was_lit = l.state == qnu_lease::phase::lit;
  l.state = qnu_lease::phase::closing;
  l.why = why;
  l.stop_counting(ctx.now);
  const request_id request = l.is_head ? l.request : request_id::none();
  if (was_lit) tell(event::path_down{port_id{l.port}, l.path});
  // Halves that are being read are waited for (`settle`).
  const qnu_request* r = find(request);
  if (r == nullptr || r->what.kind == request_kind::keep) call_off(request, tell);
}

template <class Sink>
void qnu_agent::release(const qnu_lease& l, context& ctx, Sink& sink) {
  wire::released body;
  body.attempts = l.attempts;
  body.path = l.path;
  body.delivered = l.delivered;
  body.heralds = l.heralds;
  body.request = l.request;
  body.busy = l.busy;
  body.test_fidelity = l.test_fidelity;
  body.tests = l.tests;
  body.port = l.port;
  body.incarnation = config_.incarnation;
  body.why = static_cast<std::uint8_t>(l.why);
  body.role = l.role;
  if (told_.full()) told_.erase_at(0);
  told_.push_back(body);
  courier_.send(controller_, body, ctx.now, sink);
}

}  // namespace ebit::orchestrate
