// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

/// Numbers as text, and what is typical of many.
namespace centre {

[[nodiscard]] inline std::string rounded(double value, int digits = 4) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

/// A time in the unit in which it reads best.
[[nodiscard]] inline std::string time_text(double seconds) {
  const double size = seconds < 0 ? -seconds : seconds;
  if (!(size < 1e12)) return "never";
  if (size >= 1 || size == 0) return rounded(seconds) + " s";
  if (size >= 1e-3) return rounded(seconds * 1e3) + " ms";
  return size >= 1e-6 ? rounded(seconds * 1e6) + " us" : rounded(seconds * 1e9) + " ns";
}

[[nodiscard]] inline std::string percent(double share) {
  char text[40];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

/// "1 light path", "2 light paths".
[[nodiscard]] inline std::string count_of(std::size_t n, const char* what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

/// How times, or other numbers, are distributed.
class distribution {
 public:
  void add(double value) {
    values_.push_back(value);
    is_sorted_ = false;
  }
  [[nodiscard]] std::size_t count() const { return values_.size(); }
  [[nodiscard]] double mean() const {
    double sum = 0;
    for (const double v : values_) sum += v;
    return values_.empty() ? 0 : sum / static_cast<double>(values_.size());
  }
  /// Standard error of the mean.
  [[nodiscard]] double error() const {
    const auto n = static_cast<double>(values_.size());
    if (values_.size() < 2) return 0;
    const double m = mean();
    double sum = 0;
    for (const double v : values_) sum += (v - m) * (v - m);
    return std::sqrt(sum / (n - 1) / n);
  }
  /// The smallest value that a share `q` in (0, 1] does not exceed.
  [[nodiscard]] double quantile(double q) {
    if (values_.empty()) return 0;
    if (!is_sorted_) std::sort(values_.begin(), values_.end());
    is_sorted_ = true;
    const double rank = std::ceil(q * static_cast<double>(values_.size()));
    return values_[std::min(values_.size(), static_cast<std::size_t>(std::max(rank, 1.0))) - 1];
  }

 private:
  std::vector<double> values_;
  bool is_sorted_ = false;
};

}  // namespace centre
