// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/expiry_queue.hpp>
#include <ebit/orchestrate/standing_request.hpp>
#include <ebit/orchestrate/stuck_ring.hpp>
#include <ebit/orchestrate/tenants.hpp>

namespace ebit::orchestrate {

/// The requests at a controller, those that wait in order at both their endpoints: so that what becomes free is
/// offered to a few of the right ones, and nobody looks through all of them.
///
/// Within a tenant the greater priority goes first, then the earlier deadline, then the order of arrival; between
/// tenants the lesser virtual finish (`tenants`). What is for stock goes last. A request needs a port at both ends at
/// the same time, so one between two busy endpoints could be overtaken for ever: once it was passed over
/// `most_passed` times, the port that becomes free is held for it until the other end has one too. No ring of holds
/// can close, since a port that becomes free goes first to a request for which the other end is held.
class request_book {
 public:
  static constexpr std::uint32_t none = ~0U;
  static constexpr std::size_t most_candidates = 8;
  using candidates = fixed_vector<std::uint32_t, most_candidates>;

  request_book() = default;
  request_book(std::uint32_t endpoints, std::uint32_t capacity, std::uint32_t most_passed)
      : most_passed_{most_passed}, capacity_{capacity}, places_(endpoints) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
  [[nodiscard]] standing_request& operator[](std::uint32_t slot) { return slots_[slot].entry; }
  [[nodiscard]] const standing_request& operator[](std::uint32_t slot) const { return slots_[slot].entry; }
  /// Requests of `head` that stand here.
  [[nodiscard]] const std::vector<std::uint32_t>& of(std::uint32_t head) const { return places_[head].owned; }
  [[nodiscard]] std::uint32_t find(std::uint32_t head, std::uint32_t ticket) const {
    for (const std::uint32_t s : places_[head].owned)
      if (slots_[s].entry.ticket == ticket) return s;
    return none;
  }
  /// Requests that wait at an endpoint.
  [[nodiscard]] std::size_t waiting_at(std::uint32_t endpoint) const { return places_[endpoint].waiting; }
  /// Time of ports, two for each, that waits before a new request of the tenant there: what he has there himself,
  /// stretched by what the others get meanwhile, and no more than what all have.
  [[nodiscard]] duration load_before(std::uint32_t endpoint, std::uint16_t tenant, const tenants& shares) const {
    std::int64_t weights = shares.terms(tenant).weight;
    duration own, all;
    for (const lane& l : places_[endpoint].lanes) {
      all += l.load;
      if (l.tenant == tenant)
        own = l.load;
      else if (l.load > duration::zero())
        weights += shares.terms(l.tenant).weight;
    }
    return least(own * weights / std::int64_t{shares.terms(tenant).weight}, all);
  }
  /// The same of all that waits and whose best way leads to analysers of this kind.
  [[nodiscard]] duration load_of_kind(std::size_t kind) const {
    return kind < loads_.size() ? loads_[kind] : duration::zero();
  }

  /// Enters a request, not yet waiting; `none` if the book is full.
  std::uint32_t add(standing_request entry) {
    if (size_ == capacity_) return none;
    std::uint32_t slot = 0;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(slots_.size());
      slots_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    ++size_;
    entry.number = ++entered_;
    entry.state = standing_request::phase::settling;
    entry.is_stuck = false;
    entry.leases = 0;
    slots_[slot].entry = entry;
    slots_[slot].is_used = true;
    places_[entry.head].owned.push_back(slot);
    if (!entry.deadline.is_never()) expiries_.add({entry.deadline, entry.number, slot});
    return slot;
  }
  void erase(std::uint32_t slot) {
    leave(slot);
    standing_request& entry = slots_[slot].entry;
    std::vector<std::uint32_t>& owned = places_[entry.head].owned;
    owned.erase(std::find(owned.begin(), owned.end(), slot));
    slots_[slot].is_used = false;
    entry.is_stuck = false;
    free_.push_back(slot);
    --size_;
  }

  /// It wants a light path from now on, at its place in the order.
  void wait(std::uint32_t slot) {
    standing_request& entry = slots_[slot].entry;
    EBIT_ASSERT(entry.state != standing_request::phase::waiting, "request_book: waits already");
    entry.state = standing_request::phase::waiting;
    for (const auto& [at, other] : {std::pair{entry.head, entry.peer}, std::pair{entry.peer, entry.head}}) {
      place& p = places_[at];
      lane& l = lane_of(p, entry.tenant);
      l.queue.insert(position(l.queue, slot), {slot, other});
      l.load += load_of(entry);
      ++p.waiting;
    }
    if (loads_.size() <= entry.kind) loads_.resize(entry.kind + std::size_t{1});
    loads_[entry.kind] += load_of(entry);
  }
  /// It does not any more, and nothing is held for it.
  void leave(std::uint32_t slot, standing_request::phase to = standing_request::phase::settling) {
    standing_request& entry = slots_[slot].entry;
    if (entry.state == standing_request::phase::waiting) {
      for (const std::uint32_t at : {entry.head, entry.peer}) {
        place& p = places_[at];
        lane& l = lane_of(p, entry.tenant);
        l.queue.erase(position(l.queue, slot));
        l.load -= load_of(entry);
        --p.waiting;
        if (p.held_for == slot) p.held_for = none;
      }
      loads_[entry.kind] -= load_of(entry);
    }
    entry.state = to;
    entry.is_stuck = false;
    entry.passed = 0;
  }

  /// Both its ends are free and nothing joins them: to be tried again when something else becomes free.
  void stick(std::uint32_t slot) {
    standing_request& entry = slots_[slot].entry;
    for (const std::uint32_t at : {entry.head, entry.peer})
      if (places_[at].held_for == slot) places_[at].held_for = none;
    if (entry.is_stuck) return;
    entry.is_stuck = true;
    stuck_.add({slot, entry.number});
  }
  [[nodiscard]] bool has_stuck() const { return !stuck_.empty(); }
  /// The next in turn of those, which leaves their ring; `none` at its end.
  [[nodiscard]] std::uint32_t next_stuck() {
    while (!stuck_.empty()) {
      const stuck_ring::item s = stuck_.take();
      standing_request& entry = slots_[s.slot].entry;
      if (!slots_[s.slot].is_used || entry.number != s.number || !entry.is_stuck) continue;
      entry.is_stuck = false;
      return s.slot;
    }
    return none;
  }

  /// Calls `each(slot)` for the requests that wait at an endpoint; it must not change the book.
  template <class Each>
  void on_waiting(std::uint32_t endpoint, Each&& each) const {
    for (const lane& l : places_[endpoint].lanes)
      for (const item& i : l.queue) each(i.slot);
  }

  /// Ports at `endpoint` that the request may have, of `free` ones there.
  [[nodiscard]] std::uint32_t open_to(std::uint32_t slot, std::uint32_t endpoint, std::uint32_t free) const {
    const std::uint32_t held = places_[endpoint].held_for;
    return held == none || held == slot || free == 0 ? free : free - 1;
  }
  [[nodiscard]] std::uint32_t held_for(std::uint32_t endpoint) const { return places_[endpoint].held_for; }
  /// Nothing is held at or for an endpoint that is out of order.
  void drop_holds(std::uint32_t endpoint) {
    for (place& p : places_) {
      if (p.held_for == none) continue;
      const standing_request& entry = slots_[p.held_for].entry;
      if (entry.head == endpoint || entry.peer == endpoint) p.held_for = none;
    }
  }

  /// A port at `endpoint` is free: who is to be tried, the first in order first. `free_ports(e)` counts them at any
  /// endpoint. Being passed over counts where `counts` is set.
  template <class FreePorts>
  [[nodiscard]] candidates offer(std::uint32_t endpoint, const tenants& shares, local_time now,
                                 const FreePorts& free_ports, bool counts = true) {
    candidates found;
    place& p = places_[endpoint];
    std::uint32_t passed_over = none;
    for (lane& l : p.lanes) {
      if (l.queue.empty() || !shares.may_start(l.tenant, now)) continue;
      std::size_t taken = 0;
      for (std::size_t i = 0; i < l.queue.size() && i < most_looks && taken < most_per_lane; ++i) {
        const item& it = l.queue[i];
        if (open_to(it.slot, it.other, free_ports(it.other)) > 0) {
          insert(found, it.slot, shares);
          ++taken;
        } else if (i == 0 && (passed_over == none || goes_before(it.slot, passed_over, shares))) {
          passed_over = it.slot;
        }
      }
    }
    if (passed_over == none || !counts) return found;
    const bool is_first = found.empty() || goes_before(passed_over, found[0], shares);
    if (!is_first) return found;
    standing_request& entry = slots_[passed_over].entry;
    if (++entry.passed > most_passed_ && p.held_for == none && !entry.is_stock()) p.held_for = passed_over;
    return found;
  }
  /// Whether `a` is to be served before `b`.
  [[nodiscard]] bool goes_before(std::uint32_t a, std::uint32_t b, const tenants& shares) const {
    const standing_request &x = slots_[a].entry, &y = slots_[b].entry;
    const bool held_x = is_held(a), held_y = is_held(b);
    if (held_x != held_y) return held_x;
    if (x.is_stock() != y.is_stock()) return y.is_stock();
    if (x.tenant == y.tenant) return before(a, b);
    const std::uint64_t fx = shares.finish_of(x.tenant, x.cost), fy = shares.finish_of(y.tenant, y.cost);
    if (fx != fy) return tenants::goes_before(fx, fy);
    return x.number < y.number;
  }

  [[nodiscard]] local_time next_expiry() const { return expiries_.next(); }
  /// A request whose deadline has passed, each once; `none` if there is no further one.
  [[nodiscard]] std::uint32_t expired(local_time now) {
    while (!expiries_.next().is_never() && expiries_.next() <= now) {
      const expiry e = expiries_.take();
      if (slots_[e.slot].is_used && slots_[e.slot].entry.number == e.number) return e.slot;
    }
    return none;
  }

 private:
  /// So many requests of a tenant are looked at, and so many of them offered, each time.
  static constexpr std::size_t most_looks = 64;
  static constexpr std::size_t most_per_lane = 3;

  struct item {
    std::uint32_t slot;
    std::uint32_t other;
  };
  struct lane {
    std::uint16_t tenant = 0;
    std::vector<item> queue;
    duration load;
  };
  struct place {
    std::vector<lane> lanes;
    std::vector<std::uint32_t> owned;
    std::uint32_t held_for = none;
    std::uint32_t waiting = 0;
  };
  struct cell {
    standing_request entry;
    bool is_used = false;
  };
  /// What others have to wait for: not for stock, which gives way.
  [[nodiscard]] static duration load_of(const standing_request& entry) {
    return entry.is_stock() ? duration::zero() : entry.cost;
  }
  [[nodiscard]] static lane& lane_of(place& p, std::uint16_t tenant) {
    for (lane& l : p.lanes)
      if (l.tenant == tenant) return l;
    p.lanes.push_back({tenant, {}, {}});
    return p.lanes.back();
  }
  /// Within a tenant.
  [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const {
    const standing_request &x = slots_[a].entry, &y = slots_[b].entry;
    if (x.is_stock() != y.is_stock()) return y.is_stock();
    if (x.priority != y.priority) return x.priority > y.priority;
    if (x.deadline != y.deadline) return x.deadline < y.deadline;
    return x.number < y.number;
  }
  [[nodiscard]] std::vector<item>::iterator position(std::vector<item>& queue, std::uint32_t slot) const {
    return std::lower_bound(queue.begin(), queue.end(), slot,
                            [this](const item& i, std::uint32_t s) { return before(i.slot, s); });
  }
  [[nodiscard]] bool is_held(std::uint32_t slot) const {
    const standing_request& entry = slots_[slot].entry;
    return places_[entry.head].held_for == slot || places_[entry.peer].held_for == slot;
  }
  void insert(candidates& found, std::uint32_t slot, const tenants& shares) const {
    if (found.full()) {
      if (!goes_before(slot, found.back(), shares)) return;
      found.pop_back();
    }
    found.push_back(slot);
    for (std::size_t i = found.size() - 1; i > 0 && goes_before(found[i], found[i - 1], shares); --i)
      std::swap(found[i], found[i - 1]);
  }

  std::uint32_t most_passed_ = 8;
  std::uint32_t capacity_ = 0;
  std::uint32_t size_ = 0;
  std::uint64_t entered_ = 0;
  std::vector<duration> loads_;  // by kind of analysers
  std::vector<cell> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<place> places_;
  stuck_ring stuck_;
  expiry_queue expiries_;
};

}  // namespace ebit::orchestrate
