// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

namespace versus {

/// CPU time of this process.
[[nodiscard]] inline double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Keeps a result alive, so that the work behind it is not optimised away.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

/// The CPU seconds of one call, the best of `repeats`: other work on the machine only ever adds.
template <class Function>
[[nodiscard]] double best_seconds(int repeats, Function&& work) {
  double best = 1e300;
  for (int i = 0; i < repeats; ++i) {
    const double start = cpu_seconds();
    work();
    best = std::min(best, cpu_seconds() - start);
  }
  return std::max(best, 1e-9);
}

/// Prints what was measured, as a table or as rows `workload,metric,value`, as soon as it is known.
class report {
 public:
  explicit report(bool csv) : csv_{csv} {
    if (csv_)
      std::printf("workload,metric,value\n");
    else
      std::printf("%-18s %-26s %14s   %s\n", "workload", "metric", "ebit", "others");
  }

  /// `others`: what other simulators reach, for the reader of the table.
  void add(const std::string& workload, const char* metric, double value, const char* others = "") {
    rows_.push_back({workload, metric, value});
    if (csv_)
      std::printf("%s,%s,%.6g\n", workload.c_str(), metric, value);
    else
      std::printf("%-18s %-26s %14.6g   %s\n", workload.c_str(), metric, value, others);
    std::fflush(stdout);
  }

  /// 0 if it was not measured.
  [[nodiscard]] double value(const std::string& workload, const std::string& metric) const {
    for (const row& r : rows_)
      if (r.workload == workload && r.metric == metric) return r.value;
    return 0;
  }

 private:
  struct row {
    std::string workload;
    std::string metric;
    double value;
  };
  bool csv_;
  std::vector<row> rows_;
};

}  // namespace versus
