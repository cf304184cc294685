// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>

namespace ebit::adapt::live {

/// The operations that have not ended. Found by hashing, so that thousands cost no more each than one.
class open_operations {
 public:
  [[nodiscard]] std::size_t size() const { return used_; }

  void add(operation_id id) {
    if (2 * (used_ + 1) > places_.size()) grow();
    place& free = places_[search(id.value())];
    if (free.taken) return;
    free = {id.value(), true, next_++};
    ++used_;
  }
  /// False if it was not open.
  bool remove(operation_id id) {
    if (used_ == 0) return false;
    std::size_t hole = search(id.value());
    if (!places_[hole].taken) return false;
    // What could no longer be found from its home across the hole moves into it.
    for (std::size_t at = after(hole); places_[at].taken; at = after(at)) {
      const std::size_t home = home_of(places_[at].id);
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      places_[hole] = places_[at];
      hole = at;
    }
    places_[hole].taken = false;
    --used_;
    return true;
  }
  /// Takes all out, the oldest first.
  [[nodiscard]] std::vector<operation_id> take_all() {
    std::vector<place> open;
    for (place& p : places_) {
      if (p.taken) open.push_back(p);
      p.taken = false;
    }
    used_ = 0;
    std::sort(open.begin(), open.end(), [](const place& a, const place& b) { return a.began < b.began; });
    std::vector<operation_id> ids;
    for (const place& p : open) ids.emplace_back(p.id);
    return ids;
  }

 private:
  struct place {
    std::uint32_t id = 0;
    bool taken = false;
    std::uint64_t began = 0;
  };

  [[nodiscard]] std::size_t mask() const { return places_.size() - 1; }
  [[nodiscard]] std::size_t after(std::size_t i) const { return (i + 1) & mask(); }
  [[nodiscard]] std::size_t home_of(std::uint32_t id) const { return (id * 2'654'435'761U >> 7) & mask(); }
  [[nodiscard]] std::size_t search(std::uint32_t id) const {
    std::size_t at = home_of(id);
    while (places_[at].taken && places_[at].id != id) at = after(at);
    return at;
  }
  void grow() {
    std::vector<place> old(places_.empty() ? 64 : 2 * places_.size());
    old.swap(places_);
    for (const place& p : old)
      if (p.taken) places_[search(p.id)] = p;
  }

  std::vector<place> places_;
  std::size_t used_ = 0;
  std::uint64_t next_ = 0;
};

/// What a node relies on its device for: operations that have to end, slots that hold a half, paths that are up. When
/// the device is lost, so is all of it, and the node is told.
class reliance {
 public:
  explicit reliance(std::size_t slots = 0) : holds_(slots, false) {}

  template <class Action>
  void performed(const Action& a) {
    // `stop` names a batch that is open already.
    if constexpr (requires { a.operation; } && !std::is_same_v<Action, action::stop>)
      open_.add(a.operation);
    else if constexpr (std::is_same_v<Action, action::free>)
      hold(a.slot, false);
  }
  /// False if the event ends an operation that has ended already, and must not be told.
  template <class Event>
  [[nodiscard]] bool told(const Event& e) {
    if constexpr (std::is_same_v<Event, event::done> || std::is_same_v<Event, event::failed>)
      return open_.remove(e.operation);
    else if constexpr (std::is_same_v<Event, event::heralded>)
      hold(e.slot, true);
    else if constexpr (std::is_same_v<Event, event::erased>)
      hold(e.slot, false);
    else if constexpr (std::is_same_v<Event, event::path_up>)
      set_up(e, true);
    else if constexpr (std::is_same_v<Event, event::path_down>)
      set_up(e, false);
    return true;
  }

  /// Tells all that is lost with the device: each open operation has failed, each held slot is erased, each path is
  /// down.
  template <class Tell>
  void lose(Tell&& tell) {
    for (const operation_id id : open_.take_all()) tell(event::failed{id, failure::fault});
    for (std::uint32_t slot = 0; slot < holds_.size(); ++slot) {
      if (holds_[slot]) tell(event::erased{slot_id{slot}, false});
      holds_[slot] = false;
    }
    for (const event::path_down& path : up_) tell(path);
    up_.clear();
  }
  [[nodiscard]] std::size_t open() const { return open_.size(); }

 private:
  void hold(slot_id slot, bool holds) {
    if (slot.value() < holds_.size()) holds_[slot.value()] = holds;
  }
  template <class Event>
  void set_up(const Event& e, bool is_up) {
    std::erase_if(up_, [&e](const event::path_down& known) { return known.port == e.port; });
    if (is_up) up_.push_back({e.port, e.path});
  }

  open_operations open_;
  std::vector<bool> holds_;
  std::vector<event::path_down> up_;
};

}  // namespace ebit::adapt::live
