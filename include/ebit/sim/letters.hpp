// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ebit/backend/message.hpp>

namespace ebit::sim {

/// The messages under way, so that what waits in the kernel stays small. A number names a message until it is taken
/// out and may then name another. No allocation once as many were under way as ever will be.
class letters {
 public:
  [[nodiscard]] std::uint32_t put(const message& content) {
    if (vacant_.empty()) {
      contents_.push_back(content);
      return static_cast<std::uint32_t>(contents_.size() - 1);
    }
    const std::uint32_t number = vacant_.back();
    vacant_.pop_back();
    contents_[number] = content;
    return number;
  }
  [[nodiscard]] message take(std::uint32_t number) {
    vacant_.push_back(number);
    return contents_[number];
  }
  void reserve(std::size_t count) {
    contents_.reserve(count);
    vacant_.reserve(count);
  }

 private:
  std::vector<message> contents_;
  std::vector<std::uint32_t> vacant_;
};

}  // namespace ebit::sim
