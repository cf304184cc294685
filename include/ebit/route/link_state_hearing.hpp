// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <ebit/route/link_state.hpp>

// The second half of `link_state`: what comes in, and what is due.
namespace ebit::route {

/// The rhythm in which a silent neighbour is sounded out is that of a letter with so many copies.
inline constexpr std::uint8_t sounding_copies = 7;

/// The neighbour from which a message comes, unless it is none (it tries again until that is mutual) or the message is
/// from before it started again: it has forgotten what that speaks of. One that was silent or begins a new life has
/// forgotten everything.
template <class Sink>
link_state_neighbour* link_state::meet(node_id from, std::uint32_t life, local_time now, Sink& sink) {
  const std::size_t i = place_of(from);
  if (i == neighbours_.size() || neighbours_[i].node != from) return nullptr;
  link_state_neighbour& n = neighbours_[i];
  n.unanswered_since = local_time::never();
  if (n.is_met && db_.is_later(n.life, life)) {
    if (const std::uint32_t place = db_.first_of(from); place != db_.none) {
      offer(n, place, now, sink);  // perhaps it does not know how often it has started
      return nullptr;
    }
  }
  const bool is_new = n.is_met && n.life != life;
  n.is_met = true;
  n.life = life;
  if (n.silent || is_new) tell_all(n, now, sink);
  return &n;
}

template <class Sink>
void link_state::hear(node_id from, const wire::advertisement& m, duration flight, local_time now, Sink& sink) {
  link_state_neighbour* teller = meet(from, m.life, now, sink);
  if (teller == nullptr) return;
  link_state_neighbour& n = *teller;
  const local_time said = now - m.age - flight;
  const bool too_far = how_.radius != 0 && m.hops > how_.radius;
  if (!m.origin.valid() || now - said >= how_.longest_age ||
      (m.origin == self_ ? hear_of_self(m, said, now, sink) : too_far)) {
    receipt(n, m, now);
    if (n.receipts.full()) give_receipts(n, sink);
    return;
  }
  std::uint32_t known = 0;
  if (db_.incarnation_of(m.origin, known)) {
    if (db_.is_later(known, m.incarnation)) {
      // From before a restart: anything of the present incarnation says so.
      offer(n, db_.first_of(m.origin), now, sink);
      receipt(n, m, now);
      if (n.receipts.full()) give_receipts(n, sink);
      return;
    }
    if (db_.is_later(m.incarnation, known)) begin_life(m.origin);
  }
  std::uint32_t place = db_.find(m.origin, m.link);
  if (place != db_.none && db_.is_later(db_.at(place).sequence, m.sequence)) {
    if (goes_further(db_.at(place)) || from == m.origin)
      offer(n, place, now, sink);  // its receipt is the newer version
    else
      receipt(n, m, now);
  } else if (place != db_.none && db_.at(place).sequence == m.sequence && m.hops >= db_.at(place).hops) {
    // It has what this node has. What is under way to it counts there as a receipt.
    const link_state_neighbour::letter* mine = n.sent(place);
    const bool has_answer = mine != nullptr && how_.radius == 0;
    // The same from its origin, but said later: it does not know that it has said this before.
    if (from == m.origin && is_another_life(said, db_.at(place).said)) return offer(n, place, now, sink);
    const bool is_nearer = how_.radius != 0 && db_.at(place).hops + 1 < m.hops - 1;
    if (!is_nearer) n.settle(place);
    if (!has_answer) receipt(n, m, now);
    fill(n, now, sink);
  } else {
    if (place == db_.none) place = db_.add(m.origin, m.link, m.incarnation);
    take(place, m, said);
    receipt(n, m, now);
    pass_on(place, from, now, sink);
  }
  if (n.receipts.full()) give_receipts(n, sink);
}

inline void link_state::take(std::uint32_t place, const wire::advertisement& m, local_time said) {
  link_state_entry& e = db_.at(place);
  const end_state state{m.yield, m.purity, m.free_slots, (m.flags & m.is_up) != 0};
  const bool withdrawn = (m.flags & m.is_withdrawn) != 0;
  if (e.sequence == 0 || e.state != state || e.withdrawn != withdrawn) ++changes_;
  e.peer = m.peer;
  e.incarnation = m.incarnation;
  e.sequence = m.sequence;
  e.state = state;
  e.withdrawn = withdrawn;
  e.said = said;
  e.hops = m.hops;
  watch_age(e);
}

/// Someone remembers what this node said. Whether there is no more to do about it: it is too new to be of this life,
/// so another one begins; or it was withdrawn and is forgotten.
template <class Sink>
bool link_state::hear_of_self(const wire::advertisement& m, local_time said, local_time now, Sink& sink) {
  const std::uint32_t place = db_.find(self_, m.link);
  bool impossible = db_.is_later(m.incarnation, incarnation_);
  if (m.incarnation == incarnation_) {
    if (place == db_.none) {
      if ((m.flags & m.is_withdrawn) != 0 && !db_.is_later(m.sequence, sequence_)) return true;
      impossible = true;
    } else {
      const link_state_entry& e = db_.at(place);
      const end_state state{m.yield, m.purity, m.free_slots, (m.flags & m.is_up) != 0};
      const bool same = e.state == state && e.withdrawn == ((m.flags & m.is_withdrawn) != 0);
      impossible = db_.is_later(m.sequence, e.sequence) ||
                   (m.sequence == e.sequence && (!same || is_another_life(e.said, said)));
    }
  }
  if (!impossible) return false;
  incarnation_ = m.incarnation + 1;
  db_.renew(self_, incarnation_);
  for (std::uint32_t p = db_.first_of(self_); p != db_.none;) {
    const std::uint32_t next = db_.at(p).next_of_origin;
    if (db_.at(p).withdrawn) forget(p);
    p = next;
  }
  for (own& o : own_) say(o, now, sink);
  return true;
}

/// A node has started again: nothing that it said before counts.
inline void link_state::begin_life(node_id origin) {
  for (std::uint32_t p = db_.first_of(origin); p != db_.none;) {
    const std::uint32_t next = db_.at(p).next_of_origin;
    forget(p);
    p = next;
  }
}

template <class Sink>
void link_state::hear(node_id from, const wire::advertised& m, local_time now, Sink& sink) {
  link_state_neighbour* giver = meet(from, m.life, now, sink);
  if (giver == nullptr) return;
  link_state_neighbour& n = *giver;
  for (const wire::advertised::receipt& r : m.receipts) {
    if (!r.origin.valid()) continue;
    const std::uint32_t place = db_.find(r.origin, r.link);
    if (place == db_.none) continue;
    const link_state_neighbour::letter* l = n.sent(place);
    if (l != nullptr && l->tag == r.tag) n.settle(place);
  }
  fill(n, now, sink);
}

template <class Sink>
void link_state::expire(local_time now, Sink& sink) {
  if (now < next_) return;
  next_ = local_time::never();
  if (oldest_due_ <= now) {
    oldest_due_ = local_time::never();
    for (std::uint32_t p = 0; p < db_.places(); ++p) {
      if (!db_.holds(p) || is_own(db_.at(p))) continue;
      if (now - db_.at(p).said >= how_.longest_age)
        forget(p);
      else
        watch_age(db_.at(p));
    }
    // Entries live up to a sixteenth longer, so that the search for old ones is rare.
    oldest_due_ = greatest(oldest_due_, now + how_.longest_age / 16);
    next_ = oldest_due_;
  }
  watch(oldest_due_);
  for (std::size_t i = 0; i < own_.size(); ++i) {
    if (own_[i].due <= now)
      say(own_[i], now, sink);
    else
      watch(own_[i].due);
  }
  for (link_state_neighbour& n : neighbours_) {
    if (n.receipts_due <= now)
      give_receipts(n, sink);
    else
      watch(n.receipts_due);
    const bool silent = !n.silent && !n.under_way.empty() && now - n.unanswered_since >= how_.silence_after;
    for (link_state_neighbour::letter& l : n.under_way) {
      if (l.due <= now) {
        if (l.copies < 255) ++l.copies;
        ++repeated_;
        send(n, l, now, sink);
      } else {
        watch(l.due);
      }
    }
    if (!silent) continue;
    n.settle_all();
    n.silent = true;
    const std::uint32_t myself = db_.find(self_, path_id::none());
    if (myself == db_.none) continue;
    n.under_way.push_back({.place = myself, .tag = 0, .due = {}, .copies = sounding_copies});
    send(n, n.under_way.back(), now, sink);
  }
}

}  // namespace ebit::route
