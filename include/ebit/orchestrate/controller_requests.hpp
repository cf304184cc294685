// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/math.hpp>
#include <ebit/orchestrate/controller.hpp>

// Requests: how they come, are judged, and go.
namespace ebit::orchestrate {

/// Whether waiting is of no use.
[[nodiscard]] constexpr bool never_possible(shortage why) {
  return why == shortage::invalid || why == shortage::unknown_endpoint || why == shortage::no_path ||
         why == shortage::communication_qubit || why == shortage::fidelity || why == shortage::queue;
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
verdict controller<Router, Forecaster>::take(const wire::ask& a, const event::received& e, context& ctx, Sink& sink) {
  const std::uint32_t head = e.content.from.value();
  if (a.incarnation != agents_[head].incarnation) {
    if (is_older(head, a.incarnation)) return verdict::settled;
    if (agents_[head].is_known) {
      restarted(head, a.incarnation, ctx, sink);
      courier_.send(e.content.from, took_over(), ctx.now, sink);
    } else {
      begin_incarnation(element_id{head}, a.incarnation, ctx.now);
    }
  }
  if (a.term != 0 && a.term != term_) return verdict::settled;
  const bool is_again = a.term != 0 && survey_.covers(head, a.ticket);
  if (is_again) {
    if (!survey_.hear_ask(head, a.ticket)) return verdict::settled;  // a copy
  } else if (survey_.knows_ask(head, a.ticket)) {
    return verdict::settled;
  } else {
    switch (tickets_[head].state(a.ticket)) {
      case route::heard::early: return verdict::early;
      case route::heard::known: return verdict::settled;
      case route::heard::news: tickets_[head].hear(a.ticket); break;
    }
  }
  ++counts_.asked;
  wire::ask wanted = a;
  wanted.time_left -= e.flight;
  std::uint32_t element = none;
  const ruling r = rule(wanted, head, element, ctx.now);
  standing_request entry;
  entry.request = a.request;
  entry.head = head;
  entry.peer = a.peer.value();
  entry.ticket = a.ticket;
  // What another controller has promised is kept, if that can be.
  const bool is_promised = is_again && (a.flags & wire::ask::accepted) != 0 && !never_possible(r.why);
  if (r.why != shortage::none && !is_promised) {
    ++counts_.refused[static_cast<std::size_t>(r.why)];
    answer(entry, verdict_on_request::refused, r.why, r.value, element, r.wait, 0, ctx, sink);
    return verdict::settled;
  }
  const offer way = best_offer(head, entry.peer, a.min_fidelity);
  const light_forecast& best = way.expected;
  entry.incarnation = a.incarnation;
  entry.tenant = a.tenant;
  entry.priority = a.priority;
  entry.flags = static_cast<std::uint8_t>(a.flags & ~unsigned{wire::ask::accepted});
  entry.left = a.pairs;
  entry.min_fidelity = a.min_fidelity;
  entry.kind = way.station;
  entry.pair_time = best.rate > 0 ? duration::seconds(seen_.slowdown() / best.rate) : how_.longest_lease;
  entry.deadline = ctx.now + wanted.time_left;
  entry.arrived = ctx.now;
  entry.cost = cost_of_next(entry);
  const std::uint32_t slot = book_.add(entry);
  for (const std::uint32_t end : {head, entry.peer})  // whoever waited for it may have been given up already
    if (const local_time at = give_up_at(end); !at.is_never())
      element_alarms_.set(greatest(at, ctx.now + how_.give_up_after), end);
  tenants_.enters(entry.tenant);
  ++counts_.accepted;
  if (!is_promised)
    answer(entry, verdict_on_request::accepted, shortage::none, r.value, none, r.wait, best.fidelity, ctx, sink);
  if (is_again && is_surveying()) return verdict::settled;  // it may have a light path, as the survey will show
  if (is_again && goes_on(slot)) return verdict::settled;
  book_.wait(slot);
  if (is_surveying()) return verdict::settled;
  if (is_ready(slot, ctx.now)) {
    attempt(slot, ctx, sink);
  } else {
    if (!may_start(entry, ctx.now)) {
      book_.stick(slot);
      retry_at_ = least(retry_at_, ctx.now + how_.retry, tenants_.may_start_at(entry.tenant, ctx.now));
    }
    preempt(slot, 1, ctx, sink);
  }
  return verdict::settled;
}

/// What a request lacks, or what it can expect. `element` is where it is short.
template <router Router, light_forecaster Forecaster>
ruling controller<Router, Forecaster>::rule(const wire::ask& a, std::uint32_t head, std::uint32_t& element,
                                            local_time now) {
  const auto refuse = [](shortage why, double value = 0) { return ruling{why, value, {}, {}}; };
  if (!a.peer.valid() || !is_endpoint(a.peer) || a.peer.value() == head) return refuse(shortage::unknown_endpoint);
  constexpr unsigned flags = wire::ask::atomic | wire::ask::consecutive | wire::ask::stock | wire::ask::accepted;
  if (a.pairs == 0 || a.ticket == 0 || a.priority > 7 || (a.flags & ~flags) != 0 || !tenants_.knows(a.tenant))
    return refuse(shortage::invalid);
  const std::uint32_t tail = a.peer.value();
  for (const std::uint32_t end : {head, tail}) {
    if (state_.health_of(element_id{end}) != health::failed) continue;
    element = end;
    return refuse(shortage::endpoint_fault);
  }
  const bool is_stock = (a.flags & wire::ask::stock) != 0;
  if (!(is_stock ? tenants_.may_stock_wait(a.tenant) : tenants_.may_wait(a.tenant)))
    return refuse(shortage::quota, tenants_.terms(a.tenant).most_waiting);
  if (book_.size() >= book_.capacity() / (is_stock ? 2 : 1)) return refuse(shortage::queue, book_.capacity());
  const offer best = best_offer(head, tail, a.min_fidelity);
  if (best.why == shortage::no_path) return refuse(shortage::no_path);
  const std::uint32_t most_leases = tenants_.terms(a.tenant).most_leases;
  if (!best.parts.empty() && light_paths(best.parts) + (is_stock ? 1U : 0U) > most_leases)
    return refuse(shortage::quota, most_leases);
  prospect ahead;
  ahead.wait_head = greatest(wait_at(head, a.tenant, now), until_ready(head));
  ahead.wait_tail = greatest(wait_at(tail, a.tenant, now), until_ready(tail));
  ahead.wait_analyser = wait_for_analyser(best, head, tail, a);
  ahead.set_up = greatest(flight_to(head), flight_to(tail)) + how_.guard + how_.set_up;
  ahead.slowdown = seen_.slowdown();
  std::uint32_t memories = least(forecaster_.memories(head), forecaster_.memories(tail));
  std::uint32_t narrowest = forecaster_.memories(head) <= memories ? head : tail;
  for (std::size_t i = 0; i + 1 < best.parts.size(); ++i) {  // a walk's relays
    const std::uint32_t relay = best.parts[i].to;
    if (forecaster_.memories(relay) < memories) memories = forecaster_.memories(narrowest = relay);
    ahead.wait_tail = greatest(ahead.wait_tail, wait_at(relay, a.tenant, now), until_ready(relay));
    ahead.set_up = greatest(ahead.set_up, flight_to(relay) + how_.guard + how_.set_up);
  }
  ahead.set_up += best.parts.empty() ? fabric_->analyser_models()[best.station].set_up : set_up_at(best.parts);
  if (best.parts.size() > 1) ahead.set_up += length_of(best.parts) * 4;
  const ruling r = judge(a, best.expected, memories, ahead);
  if (r.why == shortage::communication_qubit) element = narrowest;
  if (r.why == shortage::time) element = ahead.wait_head >= ahead.wait_tail ? head : tail;
  return r;
}

/// On the fabric as it was built, by sound units, whatever works now: no parts if a single light path does.
template <router Router, light_forecaster Forecaster>
auto controller<Router, Forecaster>::best_offer(std::uint32_t head, std::uint32_t tail, double min_fidelity)
    -> offer {
  const bool can_meet = best_way(head, tail).exists;
  return by_any_kind([&](std::uint32_t kind) {
    offer best;
    if (!can_meet) {
      best = find_walk(built_, head, tail, kind);
      if (best.parts.empty())
        best.why = shortage::no_path;  // whatever its parts lack of a fabric that is empty
      else
        best.expected = forecaster_.forecast(best.parts, min_fidelity);
    } else if (const known_way& known = best_way(head, tail, kind); known.exists) {
      best.expected = forecaster_.forecast(known.outline(), head, tail, min_fidelity);
      best.station = known.station;
    } else {
      best.why = shortage::no_path;
    }
    if (best.why == shortage::none) best.why = best.expected.why;
    return best;
  });
}

/// Until a port of the endpoint is free for one more request of the tenant: what is on the ports has to end, and what
/// waits before it to pass.
template <router Router, light_forecaster Forecaster>
duration controller<Router, Forecaster>::wait_at(std::uint32_t endpoint, std::uint16_t tenant, local_time now) const {
  const std::int64_t ports = fabric_->at(element_id{endpoint}).ports;
  const duration waiting = book_.load_before(endpoint, tenant, tenants_) / 2;
  if (waiting == duration::zero() && free_ports(endpoint) > 0) return duration::zero();
  duration running;
  for (const std::uint32_t s : leases_.at(endpoint)) {
    if (leases_[s].is_stock()) continue;  // gives way
    const local_time over = leases_[s].granted + leases_[s].cost / 2;
    if (over > now) running += over - now;
  }
  return (running + waiting) / ports;
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::answer(const standing_request& r, verdict_on_request outcome, shortage why,
                                            double value, std::uint32_t element, duration wait, double fidelity,
                                            context& ctx, Sink& sink) {
  wire::answered body;
  body.value = value;
  body.request = r.request;
  body.ticket = r.ticket;
  body.element = element;
  body.term = term_;
  body.outcome = static_cast<std::uint8_t>(outcome);
  body.short_of = static_cast<std::uint8_t>(why);
  body.wait = wait;
  body.fidelity = fidelity;
  courier_.send(node_id{r.head}, body, ctx.now, sink);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::take(const wire::cancel& c, const event::received& e, context& ctx, Sink& sink) {
  const std::uint32_t head = e.content.from.value();
  const std::uint32_t slot = book_.find(head, c.ticket);
  if (slot == request_book::none) {
    // It may have overtaken what it calls off.
    if (c.incarnation == agents_[head].incarnation) tickets_[head].hear(c.ticket);
    return;
  }
  if (book_[slot].incarnation != c.incarnation) return;
  ++counts_.cancelled;
  stop_request(slot, ending::cancelled, ctx, sink);
}

/// Its light paths are withdrawn, and it leaves once its head has said what came of them.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::stop_request(std::uint32_t slot, ending why, context& ctx, Sink& sink) {
  standing_request& r = book_[slot];
  r.is_complete = true;
  if (r.state == standing_request::phase::waiting) book_.leave(slot);
  if (r.leases == 0) {
    erase_request(slot);
    return;
  }
  const std::uint64_t number = r.number;
  const std::vector<std::uint32_t> held = leases_.at(r.head);
  for (const std::uint32_t s : held)
    if (leases_[s].entry == slot && book_[slot].number == number)
      end_lease(s, why, duration::zero(), none, ctx, sink);
}

/// Its head has said what came of all its light paths.
template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::settle_request(std::uint32_t slot) {
  standing_request& r = book_[slot];
  if (r.leases > 0 || r.state == standing_request::phase::waiting) return;
  if (r.is_complete || r.left == 0) {
    erase_request(slot);
    return;
  }
  r.cost = cost_of_next(r);
  book_.wait(slot);
  freed(r.head);
  freed(r.peer);
}

template <router Router, light_forecaster Forecaster>
void controller<Router, Forecaster>::erase_request(std::uint32_t slot) {
  const standing_request& r = book_[slot];
  for (const std::uint32_t s : leases_.at(r.head))
    if (leases_[s].entry == slot) leases_[s].entry = lease::none;
  tenants_.leaves(r.tenant);
  book_.erase(slot);
}

/// Time of ports that its next light path is reckoned to take.
template <router Router, light_forecaster Forecaster>
duration controller<Router, Forecaster>::cost_of_next(const standing_request& r) const {
  const duration analyser = fabric_->analyser_models()[r.kind].set_up;
  const duration whole = r.pair_time * std::int64_t{r.left} + how_.set_up;
  const bool is_capped = (r.flags & wire::ask::consecutive) == 0;
  return ((is_capped ? least(whole, how_.longest_lease) : whole) + analyser) * 2;
}

/// How long the slowest of its analysers sets itself up.
template <router Router, light_forecaster Forecaster>
duration controller<Router, Forecaster>::set_up_at(const std::vector<walk_part>& parts) const {
  duration longest;
  for (const walk_part& p : parts)
    if (p.is_light()) longest = greatest(longest, fabric_->model_of_analyser(p.way.analyser).set_up);
  return longest;
}

/// How long a light path is lent for that many pairs: the mean time and four standard deviations of what is a sum of
/// as many exponential times, so that a lease rarely ends too early (one of 150 for one pair, of 1,000 for ten); no
/// longer than a turn, unless the request must not be interrupted; besides, while its `analyser` sets itself up.
/// A walk, along which light takes `walk`, is set up and cleared away by words that go along all of it, and begins anew
/// with no pair on any of its parts: its turn is long enough for some pairs.
template <router Router, light_forecaster Forecaster>
duration controller<Router, Forecaster>::length_for(std::uint32_t pairs, duration pair_time, bool is_whole,
                                                    duration walk, duration analyser) const {
  const double n = pairs;
  const duration words = how_.set_up + walk * 10;
  const duration long_enough = duration::seconds(pair_time.seconds() * (n + 4 * math::sqrt(n))) + words;
  if (is_whole) return least(long_enough + analyser, 200_s);
  const duration turn =
      walk > duration::zero() ? greatest(how_.longest_lease, pair_time * 4 + words, words * 4) : how_.longest_lease;
  return least(least(long_enough, turn) + analyser, 200_s);
}

}  // namespace ebit::orchestrate
