// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdio>

#include <unistd.h>

namespace support {

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
  void show(const char* text) {
    written_ = true;
    std::fprintf(stderr, "\r\033[K%s", text);
    std::fflush(stderr);
  }

 private:
  bool shown_;
  bool written_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace support
