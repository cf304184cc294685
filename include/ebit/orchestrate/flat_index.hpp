// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/random.hpp>

namespace ebit::orchestrate {

/// Finds a number by another one in about one step, without allocating in steady state: open addressing with linear
/// probing, at most half full, and no marks of what was erased (Knuth, volume 3, 6.4, algorithm R). It cannot be
/// iterated, so nothing depends on its order.
class flat_index {
 public:
  static constexpr std::uint32_t none = ~0U;

  flat_index() : cells_(16) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  /// The value of a key, or `none`.
  [[nodiscard]] std::uint32_t find(std::uint32_t key) const {
    for (std::size_t i = home(key);; i = next(i)) {
      if (cells_[i].value == none) return none;
      if (cells_[i].key == key) return cells_[i].value;
    }
  }
  /// Sets the value, not `none`, of a key.
  void set(std::uint32_t key, std::uint32_t value) {
    if ((size_ + 1) * 2 > cells_.size()) grow();
    std::size_t i = home(key);
    for (; cells_[i].value != none; i = next(i))
      if (cells_[i].key == key) {
        cells_[i].value = value;
        return;
      }
    cells_[i] = {key, value};
    ++size_;
  }
  void erase(std::uint32_t key) {
    std::size_t i = home(key);
    for (; cells_[i].value != none; i = next(i))
      if (cells_[i].key == key) break;
    if (cells_[i].value == none) return;
    --size_;
    // What follows moves up where its home allows it.
    for (std::size_t j = next(i); cells_[j].value != none; j = next(j)) {
      const std::size_t h = home(cells_[j].key);
      const bool stays = i <= j ? i < h && h <= j : i < h || h <= j;
      if (stays) continue;
      cells_[i] = cells_[j];
      i = j;
    }
    cells_[i] = {};
  }
  void clear() {
    for (cell& c : cells_) c = {};
    size_ = 0;
  }

 private:
  struct cell {
    std::uint32_t key = 0;
    std::uint32_t value = none;
  };

  [[nodiscard]] std::size_t home(std::uint32_t key) const { return mix(key, 0) & (cells_.size() - 1); }
  [[nodiscard]] std::size_t next(std::size_t i) const { return (i + 1) & (cells_.size() - 1); }
  void grow() {
    std::vector<cell> old(cells_.size() * 2);
    old.swap(cells_);
    size_ = 0;
    for (const cell& c : old)
      if (c.value != none) set(c.key, c.value);
  }

  std::vector<cell> cells_;
  std::size_t size_ = 0;
};

}  // namespace ebit::orchestrate
