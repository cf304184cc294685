// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

/// Counts against probabilities, for tests of what is drawn at random.
namespace ebit_test {

/// Counts of the outcomes of one experiment and their probabilities.
class tally {
 public:
  void add(std::size_t cell, std::size_t count, double probability) {
    if (cell >= seen_.size()) seen_.resize(cell + 1), expected_.resize(cell + 1);
    seen_[cell] += static_cast<double>(count);
    expected_[cell] = probability;
  }
  /// The chi-square statistic as so many standard deviations of a normal variate (Wilson and Hilferty 1931). What
  /// cannot happen and did is infinitely many. Cells of few expected counts are taken together.
  [[nodiscard]] double deviation() const {
    double total = 0, rare_seen = 0, rare_expected = 0, chi = 0, cells = 0;
    for (const double n : seen_) total += n;
    const auto one = [&](double n, double e) {
      chi += (n - e) * (n - e) / e;
      ++cells;
    };
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      const double e = total * expected_[i];
      if (e < 1e-6 && seen_[i] > 0) return std::numeric_limits<double>::infinity();
      if (e >= 10)
        one(seen_[i], e);
      else
        rare_seen += seen_[i], rare_expected += e;
    }
    if (rare_expected >= 1) one(rare_seen, rare_expected);
    if (cells < 2) return 0;
    const double k = 2.0 / (9 * (cells - 1));
    return (std::cbrt(chi / (cells - 1)) - (1 - k)) / std::sqrt(k);
  }

 private:
  std::vector<double> seen_, expected_;
};

/// Deviations that one check in 3·10⁶ exceeds by chance; some 4000 checks together, one in 800 seeds.
inline constexpr double confident = 5;

}  // namespace ebit_test
