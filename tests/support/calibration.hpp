// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace ebit_test {

/// Whether events happen as often as they were said to, each with a chance of its own.
class calibration {
 public:
  void add(bool happened, double p) {
    trials_.push_back({p, happened ? 1 - p : -p});
    impossible_ = impossible_ || (happened ? !(p > 0) : !(p < 1));
  }
  /// Two figures, the larger: too often or too rarely on the whole, and likely events against unlikely ones. Each is
  /// standard normal if chances are right: beyond 5 with a chance of 6·10⁻⁷.
  [[nodiscard]] double worst() const {
    if (impossible_ || trials_.empty()) return HUGE_VAL;
    double mean = 0;
    for (const trial& t : trials_) mean += t.p / static_cast<double>(trials_.size());
    double total = 0, variance = 0, slope = 0, slope_variance = 0;
    for (const trial& t : trials_) {
      const double spread = std::max(0.0, t.p * (1 - t.p)), weight = t.p - mean;
      total += t.surprise;
      variance += spread;
      slope += weight * t.surprise;
      slope_variance += weight * weight * spread;
    }
    return std::max(deviation(total, variance), deviation(slope, slope_variance));
  }

 private:
  struct trial {
    double p;
    double surprise;
  };
  static double deviation(double sum, double variance) {
    return variance > 0 ? std::abs(sum) / std::sqrt(variance) : 0;
  }
  std::vector<trial> trials_;
  bool impossible_ = false;
};

}  // namespace ebit_test
