// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/route/link_state_database.hpp>
#include <ebit/route/link_state_neighbour.hpp>
#include <ebit/route/link_state_wire.hpp>

namespace ebit::route {

/// How nodes keep each other informed of their links.
struct link_state_options {
  duration retransmit_after = duration::seconds(0.05);  ///< a copy without receipt: after the round trip and this
  duration refresh_after = duration::seconds(1'800);    ///< what has not changed for so long is said again
  duration longest_age = duration::seconds(3'600);      ///< what was said so long ago is forgotten; above the former
  duration least_interval = duration::seconds(0.1);     ///< between two advertisements of a link, unless it goes down
  float tell_yield = 0.1F;                              ///< a yield is news if it has changed by this part of it,
  float tell_purity = 0.01F;  ///< a purity if by this much; free slots if by half, or to or from none
  std::uint8_t radius = 0;    ///< news goes so many hops from its origin; 0: everywhere
  duration silence_after = duration::seconds(5);  ///< a neighbour that leaves all unanswered for so long is silent

  friend bool operator==(const link_state_options&, const link_state_options&) = default;
};

/// Link-state dissemination: every node says of its ends of links how they are, and passes on what others say, until
/// all know the same (after OSPF: Moy, RFC 2328, and the new routing algorithm of the ARPANET: McQuillan, Richer and
/// Rosen 1980). Neighbours are nodes with which this one exchanges messages, whether the links to them are up or not.
///
/// An advertisement is one end of one link, with the origin's incarnation and a sequence number: the later version
/// counts, a later incarnation makes all before it void. Each neighbour gets each version until it gives a receipt,
/// or sends the same itself; a window limits how many are under way. Who shows an old version is answered with the
/// newer one. A neighbour that starts again gets everything, and so does one
/// that was silent, to which this node until then only says, ever more rarely, that it is there. Withdrawn ends stay
/// known as withdrawn until all older versions are out of date, so that none comes back. So after the last change, and
/// once each neighbour hears the other again, all nodes that are joined hold the same, whatever messages were lost,
/// doubled, delayed or overtook each other.
class link_state {
 public:
  link_state() = default;
  /// `incarnation`: how many times the node has started again. If by mistake it is no greater than one that others
  /// remember, it is raised above that, unless that life had only just begun.
  link_state(node_id self, std::uint32_t incarnation, const link_state_options& how = {})
      : self_{self}, incarnation_{incarnation}, how_{how} {
    EBIT_ASSERT(how.refresh_after < how.longest_age, "link_state_options: what is not said again is forgotten");
  }

  /// Says that this node is there, and how many memories it has free. To be called first.
  template <class Sink>
  void start(std::uint16_t free_slots, local_time now, Sink& sink) {
    report(path_id::none(), node_id::none(), {.free_slots = free_slots}, now, sink);
  }

  /// From now on `node` is a neighbour, whose answer takes `round_trip`; it is told everything, also if it was one.
  template <class Sink>
  void neighbour_up(node_id node, duration round_trip, local_time now, Sink& sink) {
    std::size_t i = place_of(node);
    if (i == neighbours_.size() || neighbours_[i].node != node) {
      neighbours_.insert(neighbours_.begin() + static_cast<std::ptrdiff_t>(i), link_state_neighbour{});
      neighbours_[i].node = node;
    }
    neighbours_[i].round_trip = round_trip;
    tell_all(neighbours_[i], now, sink);
  }
  /// It is none any more; nothing is owed to it. What it said remains until it is too old.
  void neighbour_down(node_id node) {
    if (const std::size_t i = place_of(node); i < neighbours_.size() && neighbours_[i].node == node)
      neighbours_.erase(neighbours_.begin() + static_cast<std::ptrdiff_t>(i));
  }

  /// How this node's end of a link to `peer` is. Told if it is news: at once if the link has gone down, else when the
  /// last time was long enough ago.
  template <class Sink>
  void report(path_id link, node_id peer, const end_state& state, local_time now, Sink& sink) {
    own* mine = find_own(link);
    if (mine == nullptr) {
      const std::uint32_t place = db_.find(self_, link);
      mine = &own_.emplace_back();
      mine->place = place == db_.none ? db_.add(self_, link, incarnation_) : place;
      mine->link = link;
      mine->wanted = state;
      db_.at(mine->place).peer = peer;
      db_.at(mine->place).withdrawn = false;
      return say(*mine, now, sink);
    }
    mine->wanted = state;
    const link_state_entry& e = db_.at(mine->place);
    if (!is_news(e.state, state)) return;
    const bool at_once = (e.state.up && !state.up) || now - e.said >= how_.least_interval;
    if (at_once) return say(*mine, now, sink);
    mine->due = e.said + how_.least_interval;
    watch(mine->due);
  }
  /// This node has no end of that link any more.
  template <class Sink>
  void withdraw(path_id link, local_time now, Sink& sink) {
    own* mine = find_own(link);
    if (mine == nullptr) return;
    db_.at(mine->place).withdrawn = true;
    say(*mine, now, sink);
    watch_age(db_.at(mine->place));
    *mine = own_.back();
    own_.pop_back();
  }

  /// Deals with a message if it is one of this protocol; whether it is.
  template <class Sink>
  bool handle(const message& m, duration flight, local_time now, Sink& sink) {
    if (m.holds<wire::advertisement>())
      hear(m.from, m.unpack<wire::advertisement>(), flight, now, sink);
    else if (m.holds<wire::advertised>())
      hear(m.from, m.unpack<wire::advertised>(), now, sink);
    else
      return false;
    return true;
  }
  /// Does what is due; to call it early does no harm.
  template <class Sink>
  void expire(local_time now, Sink& sink);
  [[nodiscard]] local_time next_deadline() const { return next_; }

  /// What `origin` says of its end of `link` (of itself if that is none); null if it says nothing.
  [[nodiscard]] const end_state* of(node_id origin, path_id link) const {
    const std::uint32_t place = db_.find(origin, link);
    return place == db_.none || db_.at(place).withdrawn ? nullptr : &db_.at(place).state;
  }
  /// Whether a neighbour is one that does not answer.
  [[nodiscard]] bool is_silent(node_id node) const {
    const std::size_t i = place_of(node);
    return i < neighbours_.size() && neighbours_[i].node == node && neighbours_[i].silent;
  }
  /// Grows with every change of what is known.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  /// Nothing is under way from here, and nobody waits for a receipt of this node.
  [[nodiscard]] bool is_quiet() const {
    for (const link_state_neighbour& n : neighbours_)
      if (!n.silent && (n.waiting_count > 0 || !n.under_way.empty() || !n.receipts.empty())) return false;
    for (const own& o : own_)
      if (is_news(db_.at(o.place).state, o.wanted)) return false;
    return true;
  }
  [[nodiscard]] node_id self() const { return self_; }
  [[nodiscard]] const link_state_database& database() const { return db_; }
  [[nodiscard]] std::uint32_t incarnation() const { return incarnation_; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t repeated() const { return repeated_; }
  /// Of memory that this node's part of the protocol takes.
  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = sizeof(*this) + db_.bytes() + own_.capacity() * sizeof(own);
    sum += neighbours_.capacity() * sizeof(link_state_neighbour);
    for (const link_state_neighbour& n : neighbours_) sum += n.bytes();
    return sum;
  }

 private:
  /// An end of a link that is this node's own.
  struct own {
    std::uint32_t place = 0;
    path_id link;
    end_state wanted;  ///< as last reported
    local_time due;    ///< to be said again
  };

  [[nodiscard]] std::size_t place_of(node_id node) const {
    std::size_t low = 0, high = neighbours_.size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (neighbours_[middle].node < node)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }
  [[nodiscard]] own* find_own(path_id link) {
    for (own& o : own_)
      if (o.link == link) return &o;
    return nullptr;
  }
  [[nodiscard]] bool is_news(const end_state& before, const end_state& state) const {
    const auto apart = [](float a, float b, float by) { return a - b > by || b - a > by; };
    if (before.up != state.up) return true;
    if (apart(before.yield, state.yield, how_.tell_yield * before.yield)) return true;
    if (apart(before.purity, state.purity, how_.tell_purity)) return true;
    const std::uint32_t a = before.free_slots, b = state.free_slots;
    return a != b && (2 * a <= b || 2 * b <= a);
  }
  void watch(local_time due) { next_ = least(next_, due); }
  [[nodiscard]] bool goes_further(const link_state_entry& e) const {
    return how_.radius == 0 || e.hops < how_.radius;
  }

  // What goes out: route/link_state_telling.hpp.

  template <class Sink>
  void say(own& mine, local_time now, Sink& sink);
  template <class Sink>
  void pass_on(std::uint32_t place, node_id from, local_time now, Sink& sink);
  template <class Sink>
  void offer(link_state_neighbour& n, std::uint32_t place, local_time now, Sink& sink);
  template <class Sink>
  void fill(link_state_neighbour& n, local_time now, Sink& sink);
  template <class Sink>
  void send(link_state_neighbour& n, link_state_neighbour::letter& l, local_time now, Sink& sink);
  template <class Sink>
  void tell_all(link_state_neighbour& n, local_time now, Sink& sink);
  void receipt(link_state_neighbour& n, const wire::advertisement& m, local_time now);
  template <class Sink>
  void give_receipts(link_state_neighbour& n, Sink& sink);

  // What comes in, and what is due: route/link_state_hearing.hpp.

  template <class Sink>
  void hear(node_id from, const wire::advertisement& m, duration flight, local_time now, Sink& sink);
  template <class Sink>
  void hear(node_id from, const wire::advertised& m, local_time now, Sink& sink);
  template <class Sink>
  bool hear_of_self(const wire::advertisement& m, local_time said, local_time now, Sink& sink);
  /// Whether what was said `later` cannot be what was said `earlier`, by more than clocks and flights are unsure of.
  [[nodiscard]] bool is_another_life(local_time later, local_time earlier) const {
    return later - earlier > how_.retransmit_after * 4;
  }
  template <class Sink>
  link_state_neighbour* meet(node_id from, std::uint32_t life, local_time now, Sink& sink);
  void begin_life(node_id origin);
  void take(std::uint32_t place, const wire::advertisement& m, local_time said);
  void forget(std::uint32_t place) {
    for (link_state_neighbour& n : neighbours_) n.settle(place);
    if (!db_.at(place).withdrawn) ++changes_;
    db_.remove(place);
  }
  /// An own end is never too old, as long as it is not withdrawn.
  [[nodiscard]] bool is_own(const link_state_entry& e) const { return e.origin == self_ && !e.withdrawn; }
  void watch_age(const link_state_entry& e) {
    if (is_own(e)) return;
    oldest_due_ = least(oldest_due_, e.said + how_.longest_age);
    watch(oldest_due_);
  }

  node_id self_;
  std::uint32_t incarnation_ = 0;
  std::uint32_t sequence_ = 0;
  link_state_options how_;
  link_state_database db_;
  std::vector<link_state_neighbour> neighbours_;  ///< by node
  std::vector<own> own_;
  local_time next_ = local_time::never();
  local_time oldest_due_ = local_time::never();
  std::uint64_t changes_ = 0, sent_ = 0, repeated_ = 0;
};

}  // namespace ebit::route

#include <ebit/route/link_state_hearing.hpp>
#include <ebit/route/link_state_telling.hpp>
