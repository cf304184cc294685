// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/route/engine.hpp>

// Circuits in use: what becomes of their pairs.
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

}  // namespace ebit
