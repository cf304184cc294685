// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/route/engine.hpp>

// How circuits come to be: requests, the walk and its reservation, the common start.
namespace ebit {

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::handle(segments& table, link_engine& link, const event::request& e, context& ctx,
                                         Sink& sink) {
  if (connections_.find(e.id, table.self()) != nullptr || tails_.knows(e.id, table.self())) return;  // asked already
  for (const route::last_read_outs& last : leaving_)
    if (last.entry.is(e.id, table.self())) return;
  if (const refusal why = check(e, table.self()); why != refusal::none) {
    sink(action::report{e.id, request_outcome::refused, why, 0, 0, 0});
    return;
  }
  if (service_.shared && join(table, e, ctx, sink)) return;
  route::answer found = choose(table, link, {table.self(), e.peer, e.pairs, e.min_fidelity}, nullptr, ctx.now);
  const route::evaluation& c = found.circuit;
  const auto hops = static_cast<std::uint16_t>(found.path.hops());
  if (!c.feasible) {
    sink(action::report{e.id, request_outcome::refused, c.why, c.hop, hops, c.value});
    return;
  }
  if (e.atomic && !route::holds_at_once(c.plan, e.pairs)) {
    sink(action::report{e.id, request_outcome::refused, refusal::memory, 0, hops, static_cast<double>(c.plan.width)});
    return;
  }
  connection& k = connections_.add(e.peer, std::move(found), service_.shared);
  k.measures = e.kind != request_kind::keep || (service_.test_interval > 0 && can_measure_);
  const route::queued_request* entry = k.queue.add(route::queued_request::of(e, table.self(), ctx.now));
  table.watch(entry->expires);
  sink(action::report{e.id, request_outcome::accepted, refusal::none, 0, hops, k.found.circuit.expected.rate()});
  install(table, link, k, sink);
}

template <class Policy, class Model>
bool route_engine<Policy, Model>::makes_sense(const wire::install& m) const {
  return m.width > 0 && m.position > 0 && m.position <= m.hops && m.hops < map_.nodes() && m.upstream.valid() &&
         m.downstream.valid() == (m.position < m.hops) && m.upstream != m.downstream && m.tail.valid() &&
         m.tail.value() < map_.nodes();
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::handle(segments& table, link_engine& link, circuit_id id, node_id head,
                                         const wire::install& m, duration flight, Sink& sink) {
  if (table.circuits.find(id) != circuit_table::none || !makes_sense(m)) return;
  if (head == table.self() || id.value() >> 12 != head.value()) return;  // a circuit is its head's to install
  if (is_forgotten(id)) {
    // A late copy, which changes nothing, or the head's numbers have come round: then it takes the next one.
    if (waiting_.knows(id)) return;
    const wire::refused no{static_cast<std::uint16_t>(m.position - 1), 0, table.self()};
    sink(action::send{message::pack(table.self(), head, id, no)});
    sink(action::send{message::pack(table.self(), head, id, wire::available{})});
    return;
  }
  circuit c;
  c.id = id;
  c.head = head;
  c.tail = m.tail;
  c.request = m.request;
  c.purpose = m.purpose;
  c.position = m.position;
  c.hops = m.hops;
  c.wanted = m.pairs;
  c.estimate = m.estimate;
  c.word_decides = (m.flags & wire::install::word_decides) != 0;
  c.is_shared = (m.flags & wire::install::is_shared) != 0;
  c.end_to_end = flight;
  c.length = duration::picoseconds(1'000) * std::int64_t{m.length_ns};
  c.plan = {m.width, m.link_rounds, m.end_rounds, static_cast<double>(m.link_fidelity), m.cutoff};
  for (const auto& [path, hop] : {std::pair{m.upstream, m.position - 1}, std::pair{m.downstream, int{m.position}}}) {
    if (!path.valid() || (map_.knows(path) && route::fits(table, link, path, m.width))) continue;
    waiting_.join({id, head, m.request});
    forget(id);
    const wire::refused no{static_cast<std::uint16_t>(hop), 0, table.self()};
    sink(action::send{message::pack(table.self(), head, id, no)});
    return;
  }
  if ((m.flags & wire::install::measures) != 0 && m.position == m.hops && !can_measure_) {
    sink(action::send{message::pack(table.self(), head, id, wire::refused{m.position, 1, table.self()})});
    return;
  }
  route::enter(table, link, c, m.upstream, m.downstream);
  if (c.is_shared && m.position == m.hops) {
    route::tail_queue& q = tails_.open(id);
    q.head = head;
    q.estimate = c.estimate;
    q.measures = (m.flags & wire::install::measures) != 0;
  }
  table.reaches(flight);
  sink(action::send{message::pack(table.self(), head, id, wire::ready{m.position})});
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::handle(segments& table, link_engine& link, std::uint16_t index,
                                         const wire::ready& m, duration flight, context& ctx, Sink& sink) {
  circuit& c = table.circuits[index];
  connection* k = connections_.served_by(c.id);
  if (k == nullptr || c.state != circuit::phase::installed || m.position == 0 || m.position > c.hops) return;
  if (k->is_ready[m.position]) return;
  k->is_ready[m.position] = true;
  ++k->ready;
  if (m.position == c.hops) c.end_to_end = flight;
  // Every node has to have the word before it can tell its downstream neighbour.
  duration lead = flight;
  if (m.position < c.hops) lead += map_.along(k->found.path.links[m.position]).budget.delay;
  k->lead = greatest(k->lead, lead);
  if (k->ready < c.hops) return;
  c.state = circuit::phase::active;
  k->tries = 0;
  for (std::uint16_t i = 1; i < c.hops; ++i)
    sink(action::send{message::pack(table.self(), k->found.path.nodes[i], c.id, wire::go{k->lead})});
  if (k->is_shared) {
    for (const route::queued_request& entry : k->queue)  // those of the tail have been answered
      if (entry.asked_by == table.self())
        sink(action::send{message::pack(table.self(), c.tail, c.id, route::written(entry, 0, ctx.now))});
  }
  start(table, link, index, ctx.now + k->lead, ctx, sink);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::handle(segments& table, link_engine& link, std::uint16_t index, const wire::go& m,
                                         duration flight, context& ctx, Sink& sink) {
  circuit& c = table.circuits[index];
  if (c.position == 0 || c.position == c.hops || c.link(side::downstream).open) return;
  c.state = circuit::phase::active;
  start(table, link, index, ctx.now - flight + m.starts_in, ctx, sink);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::handle(segments& table, link_engine& link, std::uint16_t index,
                                         const wire::refused& m, context& ctx, Sink& sink) {
  circuit& c = table.circuits[index];
  connection* k = connections_.served_by(c.id);
  if (k == nullptr || c.state != circuit::phase::installed) return;
  if (m.unsupported != 0) {
    for (std::size_t n = k->queue.size(); n > 0; --n)
      complete(table, link, *k, k->queue[0].number, request_outcome::refused, refusal::unsupported, 0, ctx, sink);
    return;
  }
  tell_all(table, *k, wire::torn_down{0}, sink);
  k->refused = std::exchange(k->circuit, circuit_id::none());
  if (outlasts_circuit(table, *k)) {
    retry_later(table, *k, ctx);
    if (k->has_room) k->retry_at = least(k->retry_at, ctx.now + route::backoff(map_, table.self(), *k));
    table.watch(k->retry_at);
  }
  close(table, link, index, ctx, sink);
}

template <class Policy, class Model>
void route_engine<Policy, Model>::handle(segments& table, circuit_id ended, const wire::available&, context& ctx) {
  if (!ended.valid()) return;
  for (connection& k : connections_) {
    if (k.circuit == ended) k.has_room = true;  // the refusal itself is still under way
    if (k.circuit.valid() || (k.refused != ended && k.broken != ended)) continue;
    // Nobody else wants what a circuit had that broke on a greeting.
    const duration wait = k.broken == ended ? duration::zero() : route::backoff(map_, table.self(), k);
    k.retry_at = least(k.retry_at, ctx.now + wait);
    table.watch(k.retry_at);
  }
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::use_room(segments& table, link_engine& link, Sink& sink) {
  for (const route::waiter& w : waiting_)
    sink(action::send{message::pack(table.self(), w.head, w.circuit, wire::available{})});
  waiting_.clear();
  for (connection& k : connections_) {
    if (k.circuit.valid() || k.refused.valid()) continue;
    // One that broke before it was ready, and not for the first time, waits for the clock: its slots were free at once.
    const bool waits = k.tries > 1 && !k.retry_at.is_never();
    if (waits && route::fits(table, link, k.found.path.links.front(), k.found.circuit.plan.width)) continue;
    install(table, link, k, sink);
  }
}

/// Where messages are lost halves may come to wait for each other for ever, since news that comes late changes what
/// nodes choose. So there halves are given up in the end even if the swap policy has no cut-off: after a hundred times
/// as long as a pair takes by the forecast, and as many round trips.
template <class Policy, class Model>
circuit_plan route_engine<Policy, Model>::plan_for(const connection& k) const {
  circuit_plan plan = k.found.circuit.plan;
  if (!how_.assured() || !plan.cutoff.is_never()) return plan;
  duration way = duration::zero();
  for (const path_id link_of : k.found.path.links) way += map_.along(link_of).budget.delay;
  const double pairs_per_second = k.found.circuit.expected.rate();
  plan.cutoff = (way * 2 + how_.retransmit_after) * 100;
  if (pairs_per_second > 0) plan.cutoff += duration::seconds(100 / pairs_per_second);
  return plan;
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::install(segments& table, link_engine& link, connection& k, Sink& sink) {
  k.queue.renumber();
  k.is_decided = false;
  const route::walk& w = k.found.path;
  if (!route::fits(table, link, w.links.front(), k.found.circuit.plan.width)) {
    // A circuit of this node holds the slots, or the path is down: the end of either is the sign to try again.
    k.refused = circuit_id::none();
    k.retry_at = local_time::never();
    return;
  }
  const circuit_plan plan = plan_for(k);
  do k.circuit = circuit_id{table.self().value() << 12 | (opened_++ & 0xfffU)};
  while (table.circuits.find(k.circuit) != circuit_table::none);  // an old one that is still in use
  k.is_ready.assign(w.nodes.size(), false);
  k.ready = 0;
  k.lead = map_.along(w.links.front()).budget.delay;
  k.broken = circuit_id::none();
  k.retry_at = local_time::never();
  k.has_room = false;
  circuit c;
  c.id = k.circuit;
  c.head = table.self();
  c.tail = w.nodes.back();
  c.request = k.queue[0].request;
  c.purpose = k.queue[0].purpose;
  c.hops = static_cast<std::uint16_t>(w.hops());
  c.plan = plan;
  c.wanted = k.is_shared ? ~std::uint32_t{0} : k.left();
  c.estimate = k.found.circuit.expected.fidelity();
  c.test_interval = k.measures && can_measure_ ? service_.test_interval : std::uint16_t{0};
  c.is_shared = k.is_shared;
  // The tail alone cannot know how a request with a time limit ends, either.
  // Nor, where halves expire, what becomes of a distillation with the head.
  const bool may_miss = !k.queue[0].expires.is_never() || (plan.end_rounds > 0 && !plan.cutoff.is_never());
  c.word_decides = k.is_shared || k.measures || k.queue[0].atomic || may_miss;
  for (const path_id link_of : w.links) c.length += map_.along(link_of).budget.delay;
  const auto flags = static_cast<std::uint8_t>((c.word_decides ? wire::install::word_decides : 0) |
                                               (k.measures ? wire::install::measures : 0) |
                                               (k.is_shared ? wire::install::is_shared : 0));
  const std::int64_t nanoseconds = c.length / duration::picoseconds(1'000) + 1;
  table.reaches(c.length);
  route::enter(table, link, c, path_id::none(), w.links.front());
  for (std::uint16_t i = 1; i <= c.hops; ++i) {
    const wire::install body{.cutoff = plan.cutoff,
                             .purpose = c.purpose,
                             .link_fidelity = static_cast<float>(plan.link_fidelity),
                             .estimate = c.estimate,
                             .upstream = w.links[i - 1U],
                             .downstream = i < c.hops ? w.links[i] : path_id::none(),
                             .tail = c.tail,
                             .request = c.request,
                             .pairs = c.wanted,
                             .length_ns = static_cast<std::uint32_t>(least(nanoseconds, std::int64_t{0xffffffff})),
                             .position = i,
                             .hops = c.hops,
                             .width = plan.width,
                             .link_rounds = plan.link_rounds,
                             .end_rounds = plan.end_rounds,
                             .flags = flags};
    sink(action::send{message::pack(table.self(), w.nodes[i], c.id, body)});
  }
}

/// Drives the downstream link of this node as its budget and the plan say.
template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::start(segments& table, link_engine& link, std::uint16_t index, local_time when,
                                        context& ctx, Sink& sink) {
  const circuit& c = table.circuits[index];
  const circuit::hop& hop = c.link(side::downstream);
  const path_id path = link.ports()[hop.port].path;
  if (!map_.knows(path)) {  // what the port is connected to is not on the map
    break_off(table, link, index, side::downstream, ctx, sink);
    return;
  }
  const route::edge& e = map_.along(path);
  const auto drive = [&] {
    if constexpr (watches)
      return model_.drive(as_measured(path, ctx.now), c.plan.link_fidelity);
    else
      return model_.drive(e, c.plan.link_fidelity);
  }();
  if (!drive) {
    break_off(table, link, index, side::downstream, ctx, sink);
    return;
  }
  const bool forward = e.a == table.self();
  link.open(table, index, when,
            {.period = e.budget.period(hop.width),
             .spacing = e.budget.attempt_time,
             .bright_upstream = forward ? drive->bright_state_a : drive->bright_state_b,
             .bright_downstream = forward ? drive->bright_state_b : drive->bright_state_a},
            ctx, sink);
}

}  // namespace ebit
