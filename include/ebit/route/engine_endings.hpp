// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/route/engine.hpp>

// How circuits and requests end.
namespace ebit {

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
      k->broken = id;
      if (outlasts_circuit(table, *k)) {
        retry_later(table, *k, ctx);
        if (k->has_room) k->retry_at = ctx.now;
        table.watch(k->retry_at);
      }
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
void route_engine<Policy, Model>::break_port(segments& table, link_engine& link, std::size_t port, bool is_greeting,
                                             context& ctx, Sink& sink) {
  for (std::uint16_t i = 0; i < table.circuits.size(); ++i) {
    for (const side s : {side::upstream, side::downstream}) {
      if (!table.circuits.alive(i)) continue;
      const circuit::hop& hop = table.circuits[i].link(s);
      if (hop.width == 0 || hop.port != port) continue;
      if (!is_greeting) {
        break_off(table, link, i, s, ctx, sink);
        continue;
      }
      const wire::broken word{static_cast<std::uint8_t>(opposite(s)), {}};
      sink(action::send{message::pack(table.self(), link.ports()[port].peer, table.circuits[i].id, word)});
      break_on_greeting(table, link, i, s, ctx, sink);
    }
  }
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::break_on_greeting(segments& table, link_engine& link, std::uint16_t index, side at,
                                                    context& ctx, Sink& sink) {
  const circuit& c = table.circuits[index];
  const bool has_begun = c.state != circuit::phase::installed;
  const circuit_id id = c.id;
  const node_id head = c.head;
  break_off(table, link, index, at, ctx, sink);
  if (has_begun) return;
  if (head == table.self())
    handle(table, id, wire::available{}, ctx);
  else
    sink(action::send{message::pack(table.self(), head, id, wire::available{})});
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::break_unopened(segments& table, link_engine& link, std::size_t port, context& ctx,
                                                 Sink& sink) {
  for (std::uint16_t i = 0; i < table.circuits.size(); ++i) {
    for (const side s : {side::upstream, side::downstream}) {
      if (!table.circuits.alive(i)) continue;
      const circuit::hop& hop = table.circuits[i].link(s);
      if (hop.width != 0 && hop.port == port && !hop.open) break_off(table, link, i, s, ctx, sink);
    }
  }
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::break_headed(segments& table, link_engine& link, node_id head, context& ctx,
                                               Sink& sink) {
  for (std::uint16_t i = 0; i < table.circuits.size(); ++i)
    if (const circuit& c = table.circuits[i]; table.circuits.alive(i) && c.head == head && c.head_delivered == 0)
      break_on_greeting(table, link, i, side::upstream, ctx, sink);
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
