// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/time.hpp>
#include <ebit/route/link_state_wire.hpp>

namespace ebit::route {

/// What a node says of its end of a link, or of itself.
struct end_state {
  float yield = 1;               ///< pairs heralded per pair forecast
  float purity = 1;              ///< Werner parameter per that forecast
  std::uint16_t free_slots = 0;  ///< memories that are free for the link, or at all
  bool up = true;

  friend bool operator==(const end_state&, const end_state&) = default;
};

/// The latest that was heard of one end of a link (or of a node: `link` is none).
struct link_state_entry {
  node_id origin;
  path_id link;
  node_id peer;
  std::uint32_t incarnation = 0;
  std::uint32_t sequence = 0;
  end_state state;
  local_time said;  ///< when the origin said it, by this node's clock
  std::uint8_t hops = 0;
  bool withdrawn = false;
  std::uint32_t next_of_origin = ~std::uint32_t{0};
};

namespace detail {

/// Finds places in a table by a hash of what stands there: open addressing with linear probing, at most two thirds
/// full. `hash_at(place)` is that of an entry of the table.
class flat_index {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  template <class Is>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, Is&& is) const {
    if (cells_.empty()) return none;
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      if (cells_[at] == none || is(cells_[at])) return cells_[at];
    }
  }
  template <class HashAt>
  void insert(std::uint64_t hash, std::uint32_t place, HashAt&& hash_at) {
    if (3 * (used_ + 1) > 2 * cells_.size()) {
      std::vector<std::uint32_t> before(cells_.empty() ? 16 : cells_.size() * 2, none);
      before.swap(cells_);
      for (const std::uint32_t p : before)
        if (p != none) put(hash_at(p), p);
    }
    put(hash, place);
    ++used_;
  }
  template <class HashAt>
  void erase(std::uint64_t hash, std::uint32_t place, HashAt&& hash_at) {
    std::size_t hole = hash & mask();
    while (cells_[hole] != place) hole = (hole + 1) & mask();
    for (std::size_t at = (hole + 1) & mask(); cells_[at] != none; at = (at + 1) & mask()) {
      const std::size_t home = hash_at(cells_[at]) & mask();
      // Whoever has its home at or before the hole moves into it.
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      cells_[hole] = cells_[at];
      hole = at;
    }
    cells_[hole] = none;
    --used_;
  }
  [[nodiscard]] std::size_t bytes() const { return cells_.capacity() * sizeof(std::uint32_t); }

 private:
  [[nodiscard]] std::size_t mask() const { return cells_.size() - 1; }
  void put(std::uint64_t hash, std::uint32_t place) {
    std::size_t at = hash & mask();
    while (cells_[at] != none) at = (at + 1) & mask();
    cells_[at] = place;
  }

  std::vector<std::uint32_t> cells_;
  std::size_t used_ = 0;
};

}  // namespace detail

/// All that a node has heard of the links of a network: per end of a link the latest version, per origin the latest
/// incarnation, before which nothing it said counts. Places of entries stay the same while they live.
class link_state_database {
 public:
  static constexpr std::uint32_t none = detail::flat_index::none;

  /// Of two numbers that wrap around, whether the first is the later one.
  [[nodiscard]] static bool is_later(std::uint32_t a, std::uint32_t b) {
    return static_cast<std::int32_t>(a - b) > 0;
  }

  [[nodiscard]] std::size_t size() const { return live_; }
  /// One more than the last place, for `at`; places of entries that are gone have no valid origin.
  [[nodiscard]] std::uint32_t places() const { return static_cast<std::uint32_t>(entries_.size()); }
  [[nodiscard]] const link_state_entry& at(std::uint32_t place) const { return entries_[place]; }
  [[nodiscard]] link_state_entry& at(std::uint32_t place) { return entries_[place]; }
  [[nodiscard]] bool holds(std::uint32_t place) const { return entries_[place].origin.valid(); }

  [[nodiscard]] std::uint32_t find(node_id origin, path_id link) const {
    return index_.find(hash_of(origin, link),
                       [&](std::uint32_t p) { return entries_[p].origin == origin && entries_[p].link == link; });
  }
  /// The first of what an origin has said; the others by `next_of_origin`. `none` if nothing is known of it.
  [[nodiscard]] std::uint32_t first_of(node_id origin) const {
    const std::uint32_t o = find_origin(origin);
    return o == none ? none : origins_[o].first;
  }
  /// Whether something is known of the origin, and if so, its incarnation.
  [[nodiscard]] bool incarnation_of(node_id origin, std::uint32_t& incarnation) const {
    const std::uint32_t o = find_origin(origin);
    if (o == none) return false;
    incarnation = origins_[o].incarnation;
    return true;
  }

  /// A place for what is not there yet.
  std::uint32_t add(node_id origin, path_id link, std::uint32_t incarnation) {
    std::uint32_t place = free_;
    if (place == none) {
      place = places();
      entries_.emplace_back();
    } else {
      free_ = entries_[place].next_of_origin;
    }
    std::uint32_t o = find_origin(origin);
    if (o == none) o = add_origin(origin, incarnation);
    link_state_entry& e = entries_[place];
    e = link_state_entry{};
    e.origin = origin;
    e.link = link;
    e.incarnation = incarnation;
    e.next_of_origin = origins_[o].first;
    origins_[o].first = place;
    index_.insert(hash_of(origin, link), place, [this](std::uint32_t p) { return hash_at(p); });
    ++live_;
    return place;
  }
  void remove(std::uint32_t place) {
    const node_id origin = entries_[place].origin;
    index_.erase(hash_at(place), place, [this](std::uint32_t p) { return hash_at(p); });
    const std::uint32_t o = find_origin(origin);
    std::uint32_t* to_it = &origins_[o].first;
    while (*to_it != place) to_it = &entries_[*to_it].next_of_origin;
    *to_it = entries_[place].next_of_origin;
    if (origins_[o].first == none) remove_origin(o);
    entries_[place] = link_state_entry{};
    entries_[place].next_of_origin = free_;
    free_ = place;
    --live_;
  }
  void renew(node_id origin, std::uint32_t incarnation) {
    const std::uint32_t o = find_origin(origin);
    if (o != none) origins_[o].incarnation = incarnation;
  }

  /// The same for equal databases, whatever the order in which they were filled: of all that was said, not of when
  /// it was heard.
  [[nodiscard]] std::uint64_t digest() const {
    std::uint64_t sum = 0;
    for (const link_state_entry& e : entries_) {
      if (!e.origin.valid()) continue;
      std::uint64_t x = mix(hash_of(e.origin, e.link), std::uint64_t{e.incarnation} << 32 | e.sequence);
      x = mix(x, e.peer.value());
      if (!e.withdrawn) {
        x = mix(x, std::uint64_t{std::bit_cast<std::uint32_t>(e.state.yield)} << 32 |
                       std::bit_cast<std::uint32_t>(e.state.purity));
        x = mix(x, std::uint64_t{e.state.free_slots} << 1 | (e.state.up ? 1U : 0U));
      }
      sum += mix(x, e.withdrawn ? 1U : 0U);
    }
    return sum;
  }
  [[nodiscard]] std::size_t bytes() const {
    return entries_.capacity() * sizeof(link_state_entry) + origins_.capacity() * sizeof(origin_state) +
           index_.bytes() + by_origin_.bytes();
  }

 private:
  struct origin_state {
    node_id origin;
    std::uint32_t incarnation = 0;
    std::uint32_t first = none;
  };

  [[nodiscard]] static std::uint64_t hash_of(node_id origin, path_id link) {
    return mix(origin.value(), link.value());
  }
  [[nodiscard]] std::uint64_t hash_at(std::uint32_t place) const {
    return hash_of(entries_[place].origin, entries_[place].link);
  }
  [[nodiscard]] std::uint32_t find_origin(node_id origin) const {
    return by_origin_.find(mix(origin.value(), 0), [&](std::uint32_t o) { return origins_[o].origin == origin; });
  }
  [[nodiscard]] std::uint64_t hash_of_origin(std::uint32_t o) const { return mix(origins_[o].origin.value(), 0); }
  std::uint32_t add_origin(node_id origin, std::uint32_t incarnation) {
    const auto o = static_cast<std::uint32_t>(origins_.size());
    origins_.push_back({origin, incarnation, none});
    by_origin_.insert(hash_of_origin(o), o, [this](std::uint32_t p) { return hash_of_origin(p); });
    return o;
  }
  /// The last one takes its place.
  void remove_origin(std::uint32_t o) {
    const auto hash_at = [this](std::uint32_t p) { return hash_of_origin(p); };
    const auto last = static_cast<std::uint32_t>(origins_.size() - 1);
    by_origin_.erase(hash_of_origin(o), o, hash_at);
    if (o != last) {
      by_origin_.erase(hash_of_origin(last), last, hash_at);
      origins_[o] = origins_[last];
      by_origin_.insert(hash_of_origin(o), o, hash_at);
    }
    origins_.pop_back();
  }

  std::vector<link_state_entry> entries_;
  std::vector<origin_state> origins_;
  detail::flat_index index_, by_origin_;
  std::uint32_t free_ = none;
  std::size_t live_ = 0;
};

}  // namespace ebit::route
