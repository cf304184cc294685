// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/time.hpp>

namespace ebit::orchestrate {

/// Deadlines of one kind of things. They are never called off: whoever is woken looks whether he still has something
/// to do.
class alarms {
 public:
  [[nodiscard]] local_time next() const { return heap_.empty() ? local_time::never() : heap_.front().at; }
  void set(local_time at, std::uint32_t key) {
    if (at.is_never()) return;
    heap_.push_back({at, ++count_, key});
    std::push_heap(heap_.begin(), heap_.end(), later{});
  }
  /// The key of one that is due, which is taken out; of those due at one time the one set first.
  [[nodiscard]] bool due(local_time now, std::uint32_t& key) {
    if (heap_.empty() || heap_.front().at > now) return false;
    key = heap_.front().key;
    std::pop_heap(heap_.begin(), heap_.end(), later{});
    heap_.pop_back();
    return true;
  }
  void clear() { heap_.clear(); }

 private:
  struct item {
    local_time at;
    std::uint64_t order;
    std::uint32_t key;
  };
  struct later {
    bool operator()(const item& a, const item& b) const { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  };

  std::vector<item> heap_;
  std::uint64_t count_ = 0;
};

}  // namespace ebit::orchestrate
