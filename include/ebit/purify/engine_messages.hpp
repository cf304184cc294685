// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/purify/engine.hpp>

// What the other end's read-out sets off, and what is done where the ends have not done the same.
namespace ebit {

template <class Policy>
template <class Sink>
verdict purify_engine<Policy>::handle(segments& table, const circuit& c, node_id from, const wire::distilled& m,
                                      context& ctx, Sink& sink) {
  const side facing = static_cast<side>(m.facing & 1);
  if (m.keep_sequence == m.sacrifice_sequence && m.keep_epoch == m.sacrifice_epoch) return verdict::settled;
  const std::uint32_t keep = table.find_half(c, facing, m.keep_epoch, m.keep_sequence);
  const std::uint32_t named = segments::tag(m.sacrifice_epoch, m.sacrifice_sequence);
  if constexpr (purify::is_optimistic<Policy>) {
    if (keep != table.size() && table[keep].held_by == owner::swap && table[keep].undecided) {
      settle(table, c, keep, m, sink);
      return verdict::settled;
    }
  }
  if (keep == table.size()) {
    say_gone(table, c, from, m, sink);
    return verdict::settled;
  }
  if (table[keep].held_by != owner::purify) {
    // News of where it reaches, without which it cannot be distilled with the head, may be on its way.
    const bool follows = table[keep].held_by == owner::swap && m.leads != 0 && facing == side::upstream;
    return follows ? verdict::early : verdict::settled;
  }
  segment& row = table[keep];
  if (named == row.spent_before || (named == row.spent && row.state == segment::phase::resting))
    return verdict::settled;  // a copy of what was acted on already
  if (m.round < row.rounds) return verdict::settled;
  // The peer is a round ahead: its word of this one is still under way.
  if (m.round > row.rounds) return verdict::early;
  const std::uint32_t sacrifice = table.find_half(c, facing, m.sacrifice_epoch, m.sacrifice_sequence);
  const bool has_begun = row.state != segment::phase::resting;
  if (m.leads != 0 && facing == side::upstream) {
    if (named == row.spent) return verdict::settled;
    if (sacrifice == table.size()) {
      if (!has_begun) {
        expire(table, row, sink);
        discard(table, keep, sink);
      }
      return verdict::settled;
    }
    if (!can_follow(c, row) || !can_follow(c, table[sacrifice])) return verdict::early;
    hear(row, m.bit != 0, named);
    start(table, keep, sacrifice, false, ctx, sink);
    return verdict::settled;
  }
  if (!has_begun && m.leads == 0) {
    // This end has not chosen yet. It does as the other did, if it can.
    const std::uint8_t rounds = purify::pumps<Policy> ? std::uint8_t{0} : row.rounds;
    const bool is_held = sacrifice != table.size();
    if (is_held && table[sacrifice].held_by == owner::purify && table[sacrifice].rounds < rounds)
      return verdict::early;
    const bool is_free = is_held && purify::can_join(table[sacrifice], row, rounds);
    const bool is_gone = !is_held && c.link(facing).fates.find(m.sacrifice_epoch, m.sacrifice_sequence) != nullptr;
    if (is_gone || (is_held && !is_free)) {
      give_up(table, c, facing, named, m.round, sink);
      give_up(table, c, facing, segments::tag(m.keep_epoch, m.keep_sequence), m.round, sink);
      return verdict::settled;
    }
    hear(row, m.bit != 0, named);
    if (is_free) start(table, keep, sacrifice, false, ctx, sink);
    return verdict::settled;
  }
  hear(row, m.bit != 0, named);
  if (row.state == segment::phase::awaiting_result) decide(table, keep, ctx, sink);
  return verdict::settled;
}

template <class Policy>
template <class Sink>
void purify_engine<Policy>::say_gone(segments& table, const circuit& c, node_id from, const wire::distilled& m,
                                     Sink& sink) {
  const side facing = static_cast<side>(m.facing & 1);
  give_up(table, c, facing, segments::tag(m.sacrifice_epoch, m.sacrifice_sequence), m.round, sink);
  const fate* known = c.link(facing).fates.find(m.keep_epoch, m.keep_sequence);
  if (known == nullptr || known->what != fate::kind::discarded || m.leads != 0) return;
  give_up(table, c, facing, segments::tag(m.keep_epoch, m.keep_sequence), m.round, sink);
  const wire::expired lost{m.own_sequence, m.own_epoch, static_cast<std::uint8_t>(opposite(facing)), {}};
  sink(action::send{message::pack(table.self(), from, c.id, lost)});
}

template <class Policy>
template <class Sink>
void purify_engine<Policy>::give_up(segments& table, const circuit& c, side facing, std::uint32_t named,
                                    std::uint8_t round, Sink& sink) {
  const circuit::hop& hop = c.link(facing);
  for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s) {
    segment& row = table[s];
    if (row.held_by != owner::purify) continue;
    const bool is_it = segments::tag(row.local.epoch, row.local.sequence) == named;
    const bool took_it = row.state == segment::phase::awaiting_result && row.spent == named && row.rounds == round;
    if (!is_it && !took_it) continue;
    if (!row.lost) expire(table, row, sink);
    if (row.state == segment::phase::operating)
      row.lost = true;
    else
      discard(table, s, sink);
  }
}

template <class Policy>
template <class Sink>
void purify_engine<Policy>::settle(segments& table, const circuit& c, std::uint32_t slot, const wire::distilled& m,
                                   Sink& sink) {
  segment& row = table[slot];
  if (m.round != row.rounds) return;
  const std::uint32_t named = segments::tag(m.sacrifice_epoch, m.sacrifice_sequence);
  if (named == row.spent && purify::keeps_pair<Policy>(row.own_bit, m.bit != 0, row.parity)) {
    row.undecided = false;
    ++row.rounds;
    if (row.state == segment::phase::resting) table.push(layer::swap, slot);
    return;
  }
  if (named != row.spent) {
    give_up(table, c, row.facing, named, m.round, sink);
    expire(table, row, sink);
  }
  if (row.state == segment::phase::operating)
    row.lost = true;
  else
    discard(table, slot, sink);
}

}  // namespace ebit
