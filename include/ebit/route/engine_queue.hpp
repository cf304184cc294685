// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/route/engine.hpp>

// Requests that share a circuit: in one queue, kept by its head and copied at its tail.
namespace ebit {

template <class Policy, class Model>
template <class Sink>
bool route_engine<Policy, Model>::join(segments& table, const event::request& e, context& ctx, Sink& sink) {
  const bool measured = e.kind != request_kind::keep;
  if (connection* k = connections_.shared_with(e.peer, e.min_fidelity, measured); k != nullptr) {
    if (e.atomic && !route::holds_at_once(k->found.circuit.plan, e.pairs)) return false;
    const route::queued_request* entry = k->queue.add(route::queued_request::of(e, table.self(), ctx.now));
    table.watch(entry->expires);
    const auto hops = static_cast<std::uint16_t>(k->found.path.hops());
    const double expected = k->found.circuit.expected.rate();
    sink(action::report{e.id, request_outcome::accepted, refusal::none, 0, hops, expected});
    const std::uint16_t index = table.circuits.find(k->circuit);
    if (index == circuit_table::none || table.circuits[index].state != circuit::phase::active) return true;
    sink(action::send{message::pack(table.self(), e.peer, k->circuit, route::written(*entry, 0, ctx.now))});
    reconsider(table, k->circuit);
    return true;
  }
  route::tail_queue* q = tails_.to(e.peer, e.min_fidelity, measured);
  if (q == nullptr) return false;
  const route::queued_request entry = route::queued_request::of(e, table.self(), ctx.now);
  const std::uint32_t ticket = q->queue.next_ticket();
  q->asked.push_back({entry, ticket});
  sink(action::send{message::pack(table.self(), q->head, q->circuit, route::written(entry, ticket, ctx.now))});
  return true;
}

template <class Policy, class Model>
template <class Sink>
verdict route_engine<Policy, Model>::handle(segments& table, std::uint16_t index, const wire::enqueue& m,
                                            context& ctx, Sink& sink) {
  circuit& c = table.circuits[index];
  route::queued_request entry = route::read(m, ctx.now);
  if (!entry.valid()) return verdict::settled;
  if (route::tail_queue* q = tails_.find(c.id); q != nullptr) {
    if (m.number == 0) return verdict::settled;
    const route::heard how = q->queue.insert_copy(entry);
    if (how == route::heard::early) return verdict::early;
    for (std::size_t i = 0; i < q->asked.size(); ++i) {
      if (q->asked[i].ticket != m.ticket || entry.asked_by != table.self()) continue;
      // Pairs may have been counted to the question, and to the entry if word of that came before the answer.
      if (route::queued_request* entered = q->queue.find(m.number); entered != nullptr) {
        entered->served = entered->handed += q->asked[i].entry.handed;
        entered->words += q->asked[i].entry.words;
      }
      q->asked.erase_at(i);
      sink(action::report{m.request, request_outcome::accepted, refusal::none, 0, c.hops, 0});
      break;
    }
    return verdict::settled;
  }
  connection* k = connections_.served_by(c.id);
  if (k == nullptr || !k->is_shared || m.number != 0 || m.asked_by != c.tail) return verdict::settled;
  const route::heard how = k->queue.ask(m.ticket);
  if (how == route::heard::early) return verdict::early;
  if (how == route::heard::known) return verdict::settled;
  refusal why = refusal::none;
  if (entry.kind != request_kind::keep && !k->measures) why = refusal::unsupported;
  if (entry.atomic && !route::holds_at_once(c.plan, entry.pairs)) why = refusal::memory;
  if (entry.min_fidelity > c.estimate) why = refusal::fidelity;
  const bool is_late = why == refusal::none && entry.expires <= ctx.now;
  const route::queued_request* entered = why == refusal::none && !is_late ? k->queue.add(entry) : nullptr;
  if (entered == nullptr) {
    if (why == refusal::none && !is_late) why = refusal::queue_full;
    const wire::not_enqueued no{m.request, m.ticket, static_cast<std::uint8_t>(why), {}};
    sink(action::send{message::pack(table.self(), c.tail, c.id, no)});
    return verdict::settled;
  }
  handover_.ask_again(entry.request, entry.asked_by);
  table.watch(entered->expires);
  sink(action::send{message::pack(table.self(), c.tail, c.id, route::written(*entered, m.ticket, ctx.now))});
  reconsider(table, c.id);
  return verdict::settled;
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::handle(circuit_id id, const wire::not_enqueued& m, Sink& sink) {
  route::tail_queue* q = tails_.find(id);
  if (q == nullptr) return;
  for (std::size_t i = 0; i < q->asked.size(); ++i) {
    if (q->asked[i].ticket != m.ticket) continue;
    q->asked.erase_at(i);
    const auto why = static_cast<refusal>(m.why);
    const auto how = why == refusal::none ? request_outcome::expired : request_outcome::refused;
    sink(action::report{m.request, how, why, 0, 0, 0});
    break;
  }
}

template <class Policy, class Model>
template <class Sink>
verdict route_engine<Policy, Model>::handle(segments& table, circuit_id id, const wire::dequeued& m, context& ctx,
                                            Sink& sink) {
  route::tail_queue* q = tails_.find(id);
  if (q == nullptr) return verdict::settled;
  // It may have overtaken the word that the request has entered: who asked for it hears that first.
  if (!q->asked.empty() && !q->queue.has_heard_of(m.number)) return verdict::early;
  if (const route::queued_request* entry = q->queue.find(m.number);
      entry != nullptr && entry->asked_by == table.self()) {
    const auto why = static_cast<refusal>(m.why);
    const auto outcome = static_cast<request_outcome>(m.outcome);
    // It may have overtaken words on the last pairs, too. Where one of them found no half, a pair is missing.
    const bool lacks = outcome == request_outcome::delivered && entry->handed < entry->pairs;
    if (lacks && entry->words < m.words) return verdict::early;
    if (lacks)
      end_at_tail(table, *entry, q->head, ctx, sink);
    else
      sink(action::report{entry->request, outcome, why, 0, 0, static_cast<double>(entry->handed)});
  }
  return q->queue.remove(m.number) == route::heard::early ? verdict::early : verdict::settled;
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::end_at_tail(segments& table, const route::queued_request& entry, node_id head,
                                              context& ctx, Sink& sink) {
  const bool is_served = entry.handed >= entry.pairs;
  if (is_served || entry.expires <= ctx.now) {
    const request_outcome how = is_served ? request_outcome::delivered : request_outcome::expired;
    sink(action::report{entry.request, how, refusal::none, 0, 0, static_cast<double>(entry.handed)});
    return;
  }
  again_.push_back(route::remainder(entry, ctx.now));
  again_.back().peer = head;
  table.watch(ctx.now);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::read_at_tail(segments& table, const circuit& c, const segment& row, bool good,
                                               context& ctx, Sink& sink) {
  count_at_tail(c, row.request, row.asked_by, good);
  for (std::size_t i = 0; i < leaving_.size(); ++i) {
    route::last_read_outs& last = leaving_[i];
    if (last.circuit != c.id || !last.entry.is(row.request, row.asked_by)) continue;
    last.entry.handed += good ? 1U : 0U;
    if (--last.left > 0) return;
    const route::last_read_outs over = last;
    leaving_.erase(leaving_.begin() + static_cast<std::ptrdiff_t>(i));
    end_at_tail(table, over.entry, over.head, ctx, sink);
    return;
  }
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::leave(segments& table, circuit_id id, context& ctx, Sink& sink) {
  route::tail_queue* q = tails_.find(id);
  if (q == nullptr) return;
  const std::uint16_t index = table.circuits.find(id);
  const circuit::hop& hop = table.circuits[index].link(side::upstream);
  const auto end = [&](const route::queued_request& entry) {
    if (entry.asked_by != table.self()) return;
    route::last_read_outs last{id, q->head, entry, 0};  // what is being read may be handed over still
    for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s) {
      const segment& row = table[s];
      if (row.held_by == owner::route && row.circuit == index && row.state == segment::phase::operating &&
          entry.is(row.request, row.asked_by))
        ++last.left;
    }
    if (last.left > 0)
      leaving_.push_back(last);
    else
      end_at_tail(table, entry, q->head, ctx, sink);
  };
  for (const route::queued_request& entry : q->queue) end(entry);
  for (const route::tail_queue::question& asked : q->asked) end(asked.entry);
  tails_.remove(*q);
}

template <class Policy, class Model>
void route_engine<Policy, Model>::reconsider(segments& table, circuit_id id) {
  const std::uint16_t index = table.circuits.find(id);
  if (index == circuit_table::none) return;
  const circuit::hop& hop = table.circuits[index].link(side::downstream);
  for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s)
    if (table[s].held_by == owner::route && table[s].circuit == index) table.push(layer::route, s);
}

template <class Policy, class Model>
std::uint32_t route_engine<Policy, Model>::waiting(const segments& table, std::uint16_t index) {
  const circuit::hop& hop = table.circuits[index].link(side::downstream);
  std::uint32_t n = 0;
  for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s) {
    const segment& row = table[s];
    if (row.held_by == owner::route && row.circuit == index && row.state == segment::phase::resting) ++n;
  }
  return n;
}

template <class Policy, class Model>
std::size_t route_engine<Policy, Model>::pick(const connection& k, std::uint32_t at_hand) const {
  // What is to be handed over as a whole has to be there as a whole.
  const auto may = [at_hand](const route::queued_request& entry) {
    return !entry.atomic || entry.pairs - entry.served <= at_hand;
  };
  return std::visit([&](const auto& order) { return order.pick(k.queue, may); }, service_.order);
}

}  // namespace ebit
