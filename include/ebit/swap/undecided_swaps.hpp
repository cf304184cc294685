// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>

namespace ebit::swap {

/// A Bell measurement of which the far ends have not been told, because a pair that went into it was distilled and the
/// other end's read-out of that is not known yet.
struct undecided_swap {
  circuit_id circuit;
  std::array<segment, 2> joined;  ///< as they were: the one that faced upstream first
  std::uint8_t bits = 0;
  local_time deadline = local_time::never();

  [[nodiscard]] bool is_decided() const { return !joined[0].undecided && !joined[1].undecided; }
};

/// Those of one node; as many as it has slots, in no particular order.
class undecided_swaps {
 public:
  /// Forgets those of circuits that have ended, of which nobody waits for word.
  void prune(const circuit_table& circuits) {
    for (std::size_t i = all_.size(); i-- > 0;) {
      const circuit& c = circuits[all_[i].joined[0].circuit];
      if (c.id != all_[i].circuit || c.state != circuit::phase::active) remove(i);
    }
  }
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  void add(const undecided_swap& s, std::size_t slots) {
    if (all_.capacity() < slots) all_.reserve(slots);
    all_.push_back(s);
  }
  /// The one into which the half that `m` names as kept went while it was undecided, or `size()`.
  [[nodiscard]] std::size_t find(std::uint16_t circuit, const wire::distilled& m) const {
    std::size_t i = 0;
    for (; i < all_.size(); ++i) {
      const segment& row = all_[i].joined[m.facing & 1U];
      if (row.circuit == circuit && row.undecided && row.local.sequence == m.keep_sequence &&
          row.local.epoch == m.keep_epoch)
        break;
    }
    return i;
  }
  [[nodiscard]] undecided_swap& operator[](std::size_t i) { return all_[i]; }
  void remove(std::size_t i) {
    all_[i] = all_.back();
    all_.pop_back();
  }
  [[nodiscard]] local_time next_deadline() const {
    local_time first = local_time::never();
    for (const undecided_swap& s : all_)
      if (s.deadline < first) first = s.deadline;
    return first;
  }

 private:
  std::vector<undecided_swap> all_;
};

}  // namespace ebit::swap
