// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/route/engine.hpp>

// Circuits in use: what becomes of their pairs, and how they end.
namespace ebit {

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::work(segments& table, link_engine& link, std::uint32_t slot, context& ctx,
                                       Sink& sink) {
  segment& row = table[slot];
  if (row.held_by != owner::route || row.state != segment::phase::resting) return;
  const std::uint16_t index = row.circuit;
  circuit& c = table.circuits[index];
  if (c.state == circuit::phase::closing) return;
  if (c.position != 0) {
    handover_.at_tail(table, c, slot, sink);
    return;
  }
  connection* k = connections_.served_by(c.id);
  if (k == nullptr) return;
  if (link::test_rounds::is_test(row.local, c.test_interval, service_.test_key)) {
    const basis in = link::test_rounds::basis_for(row.local, basis_choice::xyz, service_.test_key);
    const std::uint8_t does = wire::disposal_byte(wire::disposal::test, in);
    handover_.bind(table, c, slot, request_id::none(), table.self(), 0, does, ctx, sink);
    return;
  }
  const std::size_t chosen = pick(*k, k->queue[0].atomic || k->queue.size() > 1 ? waiting(table, index) : 1);
  if (chosen == k->queue.size()) return;
  route::queued_request& entry = k->queue[chosen];
  const auto bind = [&](std::uint32_t s) {
    std::visit([&](const auto& order) { order.serve(k->queue, chosen); }, service_.order);
    ++entry.words;
    const std::uint8_t does = disposal_for(entry, entry.asked_by == c.head, table[s].local);
    if (!wire::is_measured_at(true, wire::disposal_of(does))) ++entry.handed;
    handover_.bind(table, c, s, entry.request, entry.asked_by, entry.purpose, does, ctx, sink);
  };
  bind(slot);
  if (entry.atomic) {  // the others at the same time
    const circuit::hop& hop = c.link(side::downstream);
    for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width && entry.wants_more(); ++s) {
      const segment& other = table[s];
      if (other.held_by == owner::route && other.circuit == index && other.state == segment::phase::resting) bind(s);
    }
  }
  if (entry.handed == entry.pairs)
    complete(table, link, *k, entry.number, request_outcome::delivered, refusal::none,
             static_cast<double>(entry.pairs), ctx, sink);
}

template <class Policy, class Model>
std::uint8_t route_engine<Policy, Model>::disposal_for(const route::queued_request& entry, bool of_head,
                                                       const pair_id& name) const {
  if (entry.kind == request_kind::keep) return wire::disposal_byte(wire::disposal::keep, basis::x);
  const basis in = link::test_rounds::basis_for(name, entry.bases, service_.test_key);
  if (entry.kind == request_kind::measure_directly) return wire::disposal_byte(wire::disposal::measure, in);
  return wire::disposal_byte(of_head ? wire::disposal::prepare : wire::disposal::receive, in);
}

template <class Policy, class Model>
template <class Sink>
route::test_reading route_engine<Policy, Model>::measured(segments& table, link_engine& link, std::uint32_t slot,
                                                          bool bit, context& ctx, Sink& sink) {
  const segment row = table[slot];
  circuit& c = table.circuits[row.circuit];
  if (row.lost) {
    failed(table, slot, ctx, sink);
    return {};
  }
  handover_.measured(table, c, slot, bit, sink);
  if (c.position != 0) {
    read_at_tail(table, c, row, true, ctx, sink);
    return {};
  }
  if (wire::disposal_of(row.does) == wire::disposal::test) {
    const connection* k = connections_.served_by(c.id);
    if (k == nullptr) return {};
    const basis in = wire::basis_of(row.does);
    const bool read = bit != predicted_parity(row.frame, in);
    return {c.id, row.local, in, read, c.estimate, k->min_fidelity(), read_out_flip(*k)};
  }
  // The circuit may have broken while it was being read; then another one serves what is left of the request.
  for (connection& k : connections_) {
    for (std::size_t i = 0; i < k.queue.size(); ++i) {
      route::queued_request& entry = k.queue[i];
      if (!entry.is(row.request, row.asked_by) || entry.handed == entry.served) continue;
      if (++entry.handed == entry.pairs)
        complete(table, link, k, entry.number, request_outcome::delivered, refusal::none,
                 static_cast<double>(entry.pairs), ctx, sink);
      return {};
    }
  }
  return {};
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::failed(segments& table, std::uint32_t slot, context& ctx, Sink& sink) {
  const segment row = table[slot];
  circuit& c = table.circuits[row.circuit];
  if (!row.lost) ebit::expire(table, row, sink);
  if (c.position == 0) {
    for (connection& k : connections_)
      for (std::size_t i = 0; i < k.queue.size(); ++i)
        if (route::queued_request& entry = k.queue[i];
            entry.is(row.request, row.asked_by) && entry.served > entry.handed)
          --entry.served;
  } else {
    read_at_tail(table, c, row, false, ctx, sink);
  }
  route::handover::settle(table, c, slot, segments::fate_of_half::consumed, sink);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::handle_lost(segments& table, circuit_id id, const wire::expired& m, Sink& sink) {
  const route::recent_delivery* taken_back = handover_.lost(id, m.half_epoch, m.half_sequence, sink);
  if (taken_back == nullptr) return;
  if (const std::uint16_t index = table.circuits.find(id); index != circuit_table::none)
    if (circuit& c = table.circuits[index]; c.delivered > 0) --c.delivered;
  if (taken_back->is_asked_again) return;
  // Another pair takes its place, if the request is still being served.
  for (connection& k : connections_) {  // perhaps on another circuit by now
    for (std::size_t i = 0; i < k.queue.size(); ++i) {
      if (!k.queue[i].is(taken_back->request, taken_back->asked_by) || k.queue[i].handed == 0) continue;
      --k.queue[i].handed;
      --k.queue[i].served;
      break;
    }
  }
  if (route::tail_queue* q = tails_.find(id); q != nullptr) {
    if (route::queued_request* entry = q->find(taken_back->request, taken_back->asked_by);
        entry != nullptr && entry->handed > 0)
      entry->served = --entry->handed;
  }
}

template <class Policy, class Model>
template <class Sink>
verdict route_engine<Policy, Model>::handle(segments& table, circuit& c, const wire::delivered& m, context& ctx,
                                            Sink& sink) {
  if (c.position != 0) learn(table, c, m.estimate, m.alarms, sink);
  const std::uint32_t before = c.delivered, unmet = handover_.unmet();
  const verdict v = handover_.heard(table, c, m, ctx, sink);
  if (c.delivered != before || handover_.unmet() != unmet)
    count_at_tail(c, m.request, m.asked_by, c.delivered != before);
  return v;
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::handle(segments& table, link_engine& link, std::uint16_t index,
                                         const wire::torn_down& m, context& ctx, Sink& sink) {
  circuit& c = table.circuits[index];
  if (c.state == circuit::phase::closing || c.head_delivered != 0) return;
  if (c.position == c.hops) handover_.doubt(table, c, ctx);
  if (c.position == c.hops && c.delivered < m.delivered) {
    // Words about the last pairs are still on their way; it closes with the last of them, or when they must have
    // come.
    duration grace = c.end_to_end * 4 + duration::picoseconds(1);
    if (how_.assured()) grace += (c.length * 2 + how_.retransmit_after) * 64;
    c.close_at = ctx.now + grace;
    c.head_delivered = m.delivered;
    table.watch(c.close_at);
    return;
  }
  close(table, link, index, ctx, sink);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::handle(segments& table, link_engine& link, std::uint16_t index,
                                         const wire::broken& m, context& ctx, Sink& sink) {
  if (table.circuits[index].head_delivered != 0) return;  // it is served, and waits for the last words only
  break_off(table, link, index, static_cast<side>(m.facing & 1), ctx, sink);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::break_off(segments& table, link_engine& link, std::uint16_t index, side at,
                                            context& ctx, Sink& sink) {
  circuit& c = table.circuits[index];
  if (c.state == circuit::phase::closing) return;
  c.is_broken = true;
  const circuit_id id = c.id;
  if (c.position == 0) {
    if (connection* k = connections_.served_by(id); k != nullptr) {
      tell_all(table, *k, wire::torn_down{c.delivered}, sink);
      k->circuit = k->refused = circuit_id::none();
      if (outlasts_circuit(table, *k)) retry_later(table, *k, ctx);
    }
  } else {
    const circuit::hop& onward = c.link(opposite(at));
    if (onward.width != 0) {
      const wire::broken word{static_cast<std::uint8_t>(at), {}};
      sink(action::send{message::pack(table.self(), link.ports()[onward.port].peer, id, word)});
    }
    const wire::broken word{static_cast<std::uint8_t>(side::downstream), {}};
    sink(action::send{message::pack(table.self(), c.head, id, word)});
    handover_.doubt(table, c, ctx);
  }
  close(table, link, index, ctx, sink);
  if constexpr (watches) reroute(table, link, false, ctx, sink);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::break_port(segments& table, link_engine& link, std::size_t port, bool tell_peer,
                                             context& ctx, Sink& sink) {
  for (std::uint16_t i = 0; i < table.circuits.size(); ++i) {
    for (const side s : {side::upstream, side::downstream}) {
      if (!table.circuits.alive(i)) continue;
      const circuit::hop& hop = table.circuits[i].link(s);
      if (hop.width == 0 || hop.port != port) continue;
      const wire::broken word{static_cast<std::uint8_t>(opposite(s)), {}};
      if (tell_peer)
        sink(action::send{message::pack(table.self(), link.ports()[port].peer, table.circuits[i].id, word)});
      break_off(table, link, i, s, ctx, sink);
    }
  }
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::break_headed(segments& table, link_engine& link, node_id head, context& ctx,
                                               Sink& sink) {
  for (std::uint16_t i = 0; i < table.circuits.size(); ++i)
    if (const circuit& c = table.circuits[i]; table.circuits.alive(i) && c.head == head && c.head_delivered == 0)
      break_off(table, link, i, side::upstream, ctx, sink);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::give_back(segments& table, link_engine& link, std::uint16_t index, Sink& sink) {
  const circuit_id ended = table.circuits[index].id;
  if (!link_engine::release(table, index)) return;
  forget(ended);
  use_room(table, link, sink);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::close_due(segments& table, link_engine& link, context& ctx, Sink& sink) {
  for (std::uint16_t i = 0; i < table.circuits.size(); ++i) {
    const circuit& c = table.circuits[i];
    if (!table.circuits.alive(i) || c.close_at > ctx.now) continue;
    if (c.state == circuit::phase::installed && c.position != 0) {  // its head may wait for the word that was lost
      const wire::broken word{static_cast<std::uint8_t>(side::downstream), {}};
      sink(action::send{message::pack(table.self(), c.head, c.id, word)});
    }
    close(table, link, i, ctx, sink);
  }
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::expire(segments& table, link_engine& link, context& ctx, Sink& sink) {
  for (connection* k = connections_.due(ctx.now); k != nullptr; k = connections_.due(ctx.now)) {
    const route::queued_request& late = *k->queue.expired(ctx.now);
    complete(table, link, *k, late.number, request_outcome::expired, refusal::none, static_cast<double>(late.handed),
             ctx, sink);
  }
  for (connection& k : connections_) {
    if (k.circuit.valid() || k.retry_at > ctx.now) continue;
    if constexpr (watches)
      if (!k.is_decided) find_other(table, link, k, ctx);
    install(table, link, k, sink);
  }
  while (!again_.empty()) {
    const event::request e = again_.back();
    again_.pop_back();
    handle(table, link, e, ctx, sink);
  }
  for (const connection& k : connections_) {
    table.watch(k.queue.next_expiry());
    if (!k.circuit.valid()) table.watch(k.retry_at);
  }
  handover_.expire(table, ctx, sink);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::cancel(segments& table, link_engine& link, request_id id, context& ctx,
                                         Sink& sink) {
  for (connection& k : connections_) {
    const route::queued_request* entry = k.queue.find(id, table.self());
    if (entry == nullptr) continue;
    complete(table, link, k, entry->number, request_outcome::expired, refusal::none,
             static_cast<double>(entry->handed), ctx, sink);
    return;
  }
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::complete(segments& table, link_engine& link, connection& k, std::uint32_t number,
                                           request_outcome how, refusal why, double value, context& ctx, Sink& sink) {
  const circuit_id id = k.circuit;
  const std::uint16_t index = table.circuits.find(id);
  const auto hops = static_cast<std::uint16_t>(k.found.path.hops());
  if (const route::queued_request* entry = k.queue.find(number); entry != nullptr && entry->asked_by == table.self())
    sink(action::report{entry->request, how, why, 0, hops, value});
  if (k.is_shared && index != circuit_table::none) {
    const route::queued_request* entry = k.queue.find(number);
    const wire::dequeued word{number,
                              static_cast<std::uint8_t>(how),
                              static_cast<std::uint8_t>(why),
                              {},
                              entry == nullptr ? 0 : entry->words};
    sink(action::send{message::pack(table.self(), k.peer, id, word)});
  }
  k.queue.remove(number);
  if (!k.queue.empty()) return;
  if (index != circuit_table::none) tell_all(table, k, wire::torn_down{table.circuits[index].delivered}, sink);
  connections_.remove(k);
  if (index != circuit_table::none) close(table, link, index, ctx, sink);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::close(segments& table, link_engine& link, std::uint16_t index, context& ctx,
                                        Sink& sink) {
  circuit& c = table.circuits[index];
  c.state = circuit::phase::closing;
  c.close_at = local_time::never();
  if (c.is_shared && c.position == c.hops) leave(table, c.id, ctx, sink);
  route::drop_halves(table, c, sink);
  for (const side s : {side::upstream, side::downstream}) link.close(table, index, s, ctx, sink);
  settle(table, link, index, sink);
}

}  // namespace ebit
