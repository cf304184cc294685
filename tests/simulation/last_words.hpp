// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <string>

namespace ebit_test {

/// While it lives, a broken assertion of this thread tells by which command it is broken again before the program ends.
class last_words {
 public:
  explicit last_words(const std::string& command) : before_{std::signal(SIGABRT, speak)} {
    const std::string text = "\nin " + command + "\n";
    size = std::min(text.size(), words.size());
    std::copy_n(text.begin(), size, words.begin());
  }
  last_words(const last_words&) = delete;
  last_words& operator=(const last_words&) = delete;
  ~last_words() { std::signal(SIGABRT, before_); }

 private:
  static void speak(int) {
    const auto written = write(STDERR_FILENO, words.data(), size);
    std::signal(SIGABRT, SIG_DFL);
    _exit(written < 0 ? 2 : 1);
  }
  static inline thread_local std::array<char, 8'192> words{};
  static inline thread_local std::size_t size = 0;
  void (*before_)(int);
};

}  // namespace ebit_test
