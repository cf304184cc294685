// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>

#include <ebit/config.hpp>

namespace ebit {

/// Prints what the programmer broke and ends the program. Replace it by defining EBIT_ASSERTION_FAILED before
/// including.
[[noreturn]] inline void assertion_failed(const char* expression, const char* message, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: ebit: %s (%s)\n", file, line, message, expression);
  std::abort();
}

}  // namespace ebit

#ifndef EBIT_ASSERTION_FAILED
#define EBIT_ASSERTION_FAILED(expression, message) ::ebit::assertion_failed(expression, message, __FILE__, __LINE__)
#endif

/// Checked in every build: a broken contract never continues. `condition` must be cheap.
#define EBIT_ASSERT(condition, message)           \
  do {                                            \
    if (!(condition)) [[unlikely]]                \
      EBIT_ASSERTION_FAILED(#condition, message); \
  } while (false)
