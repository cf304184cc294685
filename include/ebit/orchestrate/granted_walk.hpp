// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/time.hpp>

namespace ebit::orchestrate {

/// A walk of several parts that was given to a request: its leases begin together, and end together.
struct granted_walk {
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  struct part {
    std::uint32_t from = 0;  ///< endpoints
    std::uint32_t to = 0;
    std::uint32_t trunk = none;
    std::uint32_t lease = none;  ///< of a light path: the slot of its lease, until that is closed
  };
  std::vector<part> parts;  ///< from the head on
  duration length;          ///< of light, from end to end
  std::uint32_t open = 0;   ///< leases that are not closed
};

/// The walks of a controller, and which of them uses a trunk. Slots are used again.
class walk_table {
 public:
  static constexpr std::uint32_t none = granted_walk::none;

  walk_table() = default;
  explicit walk_table(std::size_t trunks) : trunks_(trunks, none) {}

  [[nodiscard]] const granted_walk& operator[](std::uint32_t slot) const { return walks_[slot]; }
  [[nodiscard]] bool is_free(std::uint32_t trunk) const { return trunks_[trunk] == none; }
  /// The walk that uses a trunk, or none.
  [[nodiscard]] std::uint32_t user(std::uint32_t trunk) const { return trunks_[trunk]; }
  /// Whether nothing is in use.
  [[nodiscard]] bool is_empty() const {
    for (const std::uint32_t user : trunks_)
      if (user != none) return false;
    return free_.size() == walks_.size();
  }

  /// Its trunks have to be free, and are its own from now on.
  std::uint32_t open(std::vector<granted_walk::part> parts, duration length) {
    std::uint32_t slot = static_cast<std::uint32_t>(walks_.size());
    if (free_.empty()) {
      walks_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    granted_walk& w = walks_[slot];
    w.parts = std::move(parts);
    w.length = length;
    w.open = 0;
    for (const granted_walk::part& p : w.parts) {
      if (p.trunk != none) trunks_[p.trunk] = slot;
      if (p.lease != none) ++w.open;
    }
    return slot;
  }
  /// Others may use its trunks.
  void release_trunks(std::uint32_t slot) {
    for (std::uint32_t& user : trunks_)
      if (user == slot) user = none;
  }
  /// One of its leases is closed; with the last one the walk is gone.
  void close(std::uint32_t slot, std::uint32_t lease) {
    granted_walk& w = walks_[slot];
    for (granted_walk::part& p : w.parts)
      if (p.lease == lease) {
        p.lease = none;
        --w.open;
      }
    if (w.open > 0) return;
    release_trunks(slot);
    free_.push_back(slot);
  }

 private:
  std::vector<granted_walk> walks_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> trunks_;  // user of each
};

}  // namespace ebit::orchestrate
