// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <ctime>
#include <map>
#include <string>

#include <benchmark/benchmark.h>

namespace ebit_bench {

/// Seconds that this thread has run: other programs do not count.
inline double thread_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// How what was measured grows with the size n, over all sizes so far: the exponent x of n^x, by least squares of the
/// logarithms. n log n is n^1.17 from 128 to 1,024 and n^1.14 from 512 to 4,096.
class growth {
 public:
  /// Notes the value at this size, and prints the exponent from three sizes on.
  void print(benchmark::State& state, const std::string& what, std::int64_t size, double value) {
    auto& all = values_[what];
    all[size] = value;
    if (all.size() < 3) return;
    double x = 0, y = 0;
    const auto n = static_cast<double>(all.size());
    for (const auto& [at, v] : all) {
      x += std::log(static_cast<double>(at)) / n;
      y += std::log(v) / n;
    }
    double xx = 0, xy = 0;
    for (const auto& [at, v] : all) {
      const double from_mean = std::log(static_cast<double>(at)) - x;
      xx += from_mean * from_mean;
      xy += from_mean * (std::log(v) - y);
    }
    state.counters["exponent_" + what] = xy / xx;
  }

 private:
  std::map<std::string, std::map<std::int64_t, double>> values_;
};

}  // namespace ebit_bench
