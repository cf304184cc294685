// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>

#include <ebit/core/assert.hpp>

namespace ebit {

/// A value that many owners read and none changes: copies share it, so that a thousand nodes hold one map of their
/// network. Owners may live in different threads. Does what a shared_ptr to const does, at a tenth of what `<memory>`
/// costs to include.
template <class T>
class shared_constant {
 public:
  shared_constant() = default;
  explicit shared_constant(T value) : held_{new counted{std::move(value), 1}} {}
  shared_constant(const shared_constant& other) : held_{other.held_} {
    if (held_ != nullptr) __atomic_add_fetch(&held_->owners, 1, __ATOMIC_RELAXED);
  }
  shared_constant(shared_constant&& other) noexcept : held_{std::exchange(other.held_, nullptr)} {}
  shared_constant& operator=(shared_constant other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~shared_constant() {
    if (held_ != nullptr && __atomic_sub_fetch(&held_->owners, 1, __ATOMIC_ACQ_REL) == 0) delete held_;
  }

  [[nodiscard]] explicit operator bool() const { return held_ != nullptr; }
  [[nodiscard]] const T& operator*() const {
    EBIT_ASSERT(held_ != nullptr, "a shared constant that was never given a value");
    return held_->value;
  }
  [[nodiscard]] const T* operator->() const { return &**this; }

 private:
  struct counted {
    T value;
    std::size_t owners;
  };
  counted* held_ = nullptr;
};

}  // namespace ebit
