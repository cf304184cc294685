// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <ebit/route/link_state.hpp>

// The part of `link_state` that tells neighbours.
namespace ebit::route {

template <class Sink>
void link_state::say(own& mine, local_time now, Sink& sink) {
  link_state_entry& e = db_.at(mine.place);
  if (e.sequence == 0 || e.withdrawn || e.state != mine.wanted) ++changes_;
  e.state = mine.wanted;
  e.incarnation = incarnation_;
  e.sequence = ++sequence_;
  e.said = now;
  e.hops = 0;
  mine.due = now + how_.refresh_after;
  watch(mine.due);
  pass_on(mine.place, node_id::none(), now, sink);
}

/// The latest version of an entry goes to all neighbours but the one it came from.
template <class Sink>
void link_state::pass_on(std::uint32_t place, node_id from, local_time now, Sink& sink) {
  const link_state_entry& e = db_.at(place);
  const bool further = goes_further(e);
  for (link_state_neighbour& n : neighbours_) {
    if (n.silent) {
      // The one entry that sounds it out is always the latest.
      if (link_state_neighbour::letter* l = n.sent(place)) send(n, *l, now, sink);
    } else if (n.node == e.origin && n.node != from) {
      // It knows, unless this is what it said in another life.
      const bool knows = n.is_met && n.life == e.incarnation;
      if (!knows || n.wants(place) || n.sent(place) != nullptr) offer(n, place, now, sink);
    } else if (!further || n.node == from) {
      n.settle(place);
      fill(n, now, sink);
    } else {
      offer(n, place, now, sink);
    }
  }
}

template <class Sink>
void link_state::offer(link_state_neighbour& n, std::uint32_t place, local_time now, Sink& sink) {
  if (link_state_neighbour::letter* l = n.sent(place)) {
    l->copies = 1;
    return send(n, *l, now, sink);
  }
  n.want(place);
  fill(n, now, sink);
}

template <class Sink>
void link_state::fill(link_state_neighbour& n, local_time now, Sink& sink) {
  if (n.under_way.empty()) n.unanswered_since = local_time::never();
  while (!n.under_way.full() && n.waiting_count > 0) {
    n.under_way.push_back({.place = n.take(), .tag = 0, .due = {}, .copies = 1});
    send(n, n.under_way.back(), now, sink);
  }
}

/// A copy of the latest version of what the letter is about.
template <class Sink>
void link_state::send(link_state_neighbour& n, link_state_neighbour::letter& l, local_time now, Sink& sink) {
  const link_state_entry& e = db_.at(l.place);
  wire::advertisement m;
  m.age = greatest(duration::zero(), now - e.said);
  m.origin = e.origin;
  m.link = e.link;
  m.peer = e.peer;
  m.incarnation = e.incarnation;
  m.sequence = e.sequence;
  m.yield = e.state.yield;
  m.purity = e.state.purity;
  m.free_slots = e.state.free_slots;
  m.hops = how_.radius == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(e.hops + 1);
  m.flags = static_cast<std::uint8_t>((e.state.up ? m.is_up : 0) | (e.withdrawn ? m.is_withdrawn : 0));
  m.life = incarnation_;
  l.tag = wire::tag_of(m);
  const int doublings = least(l.copies - 1, 6);
  l.due = now + n.round_trip + how_.retransmit_after * (std::int64_t{1} << doublings);
  watch(l.due);
  if (n.unanswered_since.is_never()) n.unanswered_since = now;
  ++sent_;
  sink(action::send{message::pack(self_, n.node, circuit_id::none(), m)});
}

template <class Sink>
void link_state::tell_all(link_state_neighbour& n, local_time now, Sink& sink) {
  n.silent = false;
  n.unanswered_since = local_time::never();
  n.settle_all();
  for (std::uint32_t p = 0; p < db_.places(); ++p)
    if (db_.holds(p) && goes_further(db_.at(p))) n.want(p);
  fill(n, now, sink);
}

inline void link_state::receipt(link_state_neighbour& n, const wire::advertisement& m, local_time now) {
  if (n.receipts.empty()) {
    n.receipts_due = now + how_.retransmit_after / 4;
    watch(n.receipts_due);
  }
  n.receipts.push_back({m.origin, m.link, wire::tag_of(m)});
}

template <class Sink>
void link_state::give_receipts(link_state_neighbour& n, Sink& sink) {
  wire::advertised m;
  for (std::size_t i = 0; i < n.receipts.size(); ++i) m.receipts[i] = n.receipts[i];
  m.life = incarnation_;
  n.receipts.clear();
  n.receipts_due = local_time::never();
  ++sent_;
  sink(action::send{message::pack(self_, n.node, circuit_id::none(), m)});
}

}  // namespace ebit::route
