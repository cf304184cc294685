// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include <ebit/core/assert.hpp>

namespace ebit {

/// A vector whose capacity is part of its type: never allocates, copies as a value. Elements are
/// default-constructible.
template <class T, std::size_t Capacity>
class fixed_vector {
 public:
  constexpr fixed_vector() = default;

  [[nodiscard]] static constexpr std::size_t capacity() { return Capacity; }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  [[nodiscard]] constexpr bool full() const { return size_ == Capacity; }

  constexpr void push_back(const T& value) {
    EBIT_ASSERT(size_ < Capacity, "fixed_vector is full");
    items_[size_++] = value;
  }
  constexpr void pop_back() {
    EBIT_ASSERT(size_ > 0, "fixed_vector is empty");
    --size_;
  }
  /// Removes the element at `index`, keeping the order of the others.
  constexpr void erase_at(std::size_t index) {
    EBIT_ASSERT(index < size_, "fixed_vector: no such element");
    for (std::size_t i = index + 1; i < size_; ++i) items_[i - 1] = items_[i];
    --size_;
  }
  constexpr void clear() { size_ = 0; }

  [[nodiscard]] constexpr T& operator[](std::size_t i) {
    EBIT_ASSERT(i < size_, "fixed_vector: index out of range");
    return items_[i];
  }
  [[nodiscard]] constexpr const T& operator[](std::size_t i) const {
    EBIT_ASSERT(i < size_, "fixed_vector: index out of range");
    return items_[i];
  }
  [[nodiscard]] constexpr T& back() { return (*this)[size_ - 1]; }
  [[nodiscard]] constexpr T* begin() { return items_.data(); }
  [[nodiscard]] constexpr T* end() { return items_.data() + size_; }
  [[nodiscard]] constexpr const T* begin() const { return items_.data(); }
  [[nodiscard]] constexpr const T* end() const { return items_.data() + size_; }

  friend constexpr bool operator==(const fixed_vector& a, const fixed_vector& b) {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i < a.size_; ++i)
      if (!(a.items_[i] == b.items_[i])) return false;
    return true;
  }

 private:
  std::array<T, Capacity> items_{};
  std::size_t size_ = 0;
};

}  // namespace ebit
