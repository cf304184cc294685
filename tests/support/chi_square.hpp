// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>

namespace ebit_test {

/// Pearson's test of counts against their means, over any number of experiments of `trials` each. Classes with a mean
/// below 8 make up one class of their experiment.
class chi_square {
 public:
  template <class Counts, class Probabilities>
  void add(const Counts& counts, const Probabilities& probabilities, double trials) {
    double rare_mean = 0, rare_count = 0;
    std::size_t used = 0;
    const auto compare = [&](double count, double mean) {
      sum_ += (count - mean) * (count - mean) / mean;
      ++used;
    };
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const double mean = trials * probabilities[i], count = static_cast<double>(counts[i]);
      if (mean < 8) {
        rare_mean += mean;
        rare_count += count;
      } else {
        compare(count, mean);
      }
    }
    if (rare_mean > 1e-3)
      compare(rare_count, rare_mean);
    else if (rare_count > 0)
      sum_ = HUGE_VAL;  // the impossible happened
    degrees_ += static_cast<double>(used) - 1;
  }
  [[nodiscard]] double degrees() const { return degrees_; }
  /// Nearly standard normal (Wilson and Hilferty 1931): beyond 5 with a chance of 3·10⁻⁷ if the means are right.
  [[nodiscard]] double excess() const {
    const double spread = 2 / (9 * degrees_);
    return (std::cbrt(sum_ / degrees_) - (1 - spread)) / std::sqrt(spread);
  }

 private:
  double sum_ = 0;
  double degrees_ = 0;
};

}  // namespace ebit_test
