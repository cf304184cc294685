// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <ebit/core/time.hpp>

namespace ebit::orchestrate {

/// When the time of a request is up.
struct expiry {
  local_time at;
  std::uint64_t number = 0;  ///< of the request, in the order of arrival
  std::uint32_t slot = 0;    ///< where it stood; another may stand there by then
};

/// Times at which requests expire, the earliest first, of those alike the one that came first.
class expiry_queue {
 public:
  [[nodiscard]] local_time next() const { return heap_.empty() ? local_time::never() : heap_.front().at; }
  void add(const expiry& e) {
    heap_.push_back(e);
    std::push_heap(heap_.begin(), heap_.end(), later{});
  }
  /// The first; there has to be one.
  expiry take() {
    const expiry first = heap_.front();
    std::pop_heap(heap_.begin(), heap_.end(), later{});
    heap_.pop_back();
    return first;
  }

 private:
  struct later {
    bool operator()(const expiry& a, const expiry& b) const {
      return a.at != b.at ? a.at > b.at : a.number > b.number;
    }
  };

  std::vector<expiry> heap_;
};

}  // namespace ebit::orchestrate
