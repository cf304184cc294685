// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>

#include <unistd.h>

namespace service {

/// One line on standard error that is written over and over; nothing if that is not a terminal.
class progress {
 public:
  progress() : shown_{isatty(2) == 1}, last_{std::chrono::steady_clock::now()} {}
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  ~progress() {
    if (written_) std::fprintf(stderr, "\r\033[K");
  }

  /// True at most ten times a second.
  [[nodiscard]] bool due() {
    if (!shown_) return false;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100)) return false;
    last_ = now;
    return true;
  }
  void show(std::size_t finished, std::size_t requests, std::size_t pairs, double simulated_seconds) {
    written_ = true;
    std::fprintf(stderr, "\r\033[K%zu of %zu requests, %zu pairs, %.3g s simulated", finished, requests, pairs,
                 simulated_seconds);
    std::fflush(stderr);
  }

 private:
  bool shown_;
  bool written_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace service
