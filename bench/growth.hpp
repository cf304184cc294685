// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ctime>
#include <map>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

namespace ebit_bench {

/// Seconds that this thread has run: other programs do not count.
inline double thread_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// What was measured of the same thing at half the size, so that the growth per doubling can be printed.
class growth {
 public:
  /// Notes the value at this size, and prints it over the one at half of it if that was measured before.
  void print(benchmark::State& state, const std::string& what, std::int64_t size, double value) {
    values_[{what, size}] = value;
    const auto half = values_.find({what, size / 2});
    if (half != values_.end() && half->second > 0) state.counters["x2_" + what] = value / half->second;
  }

 private:
  std::map<std::pair<std::string, std::int64_t>, double> values_;
};

}  // namespace ebit_bench
