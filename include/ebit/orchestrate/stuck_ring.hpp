// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ebit::orchestrate {

/// Requests that wait for any change of the fabric, first in, first out. Their number tells a request from a later one
/// in the same slot.
class stuck_ring {
 public:
  struct item {
    std::uint32_t slot = 0;
    std::uint64_t number = 0;

    friend constexpr bool operator==(const item&, const item&) = default;
  };

  [[nodiscard]] bool empty() const { return begin_ == items_.size(); }
  void add(item i) { items_.push_back(i); }
  /// The one that has been in it longest, of at least one.
  [[nodiscard]] item take() {
    const item first = items_[begin_++];
    if (empty() || (begin_ > 1024 && begin_ * 2 > items_.size())) {
      items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(begin_));
      begin_ = 0;
    }
    return first;
  }

 private:
  std::vector<item> items_;
  std::size_t begin_ = 0;
};

}  // namespace ebit::orchestrate
