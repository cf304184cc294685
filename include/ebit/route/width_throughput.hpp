// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/binomial.hpp>

namespace ebit::route {

/// How many of `width` parallel slots can be joined from the first node of a walk to where it has come, in one round
/// in which every slot of every link tries once: the distribution of the least of the binomial counts of its links,
/// carried on link by link, P_k(i) = P_{k−1}(i) Pr[Q_k ≥ i] + Q_k(i) Pr[P_{k−1} > i] (Shi and Qian, SIGCOMM 2020,
/// section 4). The mean, times the probability that the swaps in between succeed, is their expected throughput of a
/// walk of that width. It falls with every link, but a better beginning need not make a better whole.
class width_throughput {
 public:
  /// At the first node, where nothing limits. `width` ≥ 1.
  explicit width_throughput(std::uint16_t width) : counts_(std::size_t{width} + 1, 0.0) {
    EBIT_ASSERT(width > 0, "width_throughput: a width of 0");
    counts_.back() = 1;
  }

  /// One link more, whose slots succeed with probability `link_success` each, behind a Bell measurement that succeeds
  /// with `swap_success` (1 before the first link). Both from 0 to 1.
  void extend(double link_success, double swap_success) {
    EBIT_ASSERT(link_success >= 0 && link_success <= 1 && swap_success >= 0 && swap_success <= 1,
                "width_throughput: a probability is not in [0, 1]");
    const std::uint64_t width = counts_.size() - 1;
    double more_before = 0, as_many_here = 0;
    mean_ = 0;
    for (std::uint64_t i = width; i > 0; --i) {
      const double here = binomial::mass(i, width, link_success), before = counts_[i];
      as_many_here += here;
      counts_[i] = before * as_many_here + here * more_before;
      more_before += before;
      mean_ += static_cast<double>(i) * counts_[i];
    }
    swaps_ *= swap_success;
  }

  [[nodiscard]] std::uint16_t width() const { return static_cast<std::uint16_t>(counts_.size() - 1); }
  /// Mean number of end-to-end pairs per round; the width itself before the first link.
  [[nodiscard]] double mean() const { return swaps_ * (mean_ < 0 ? static_cast<double>(width()) : mean_); }

 private:
  std::vector<double> counts_;  ///< by how many; that of none is not kept
  double swaps_ = 1;
  double mean_ = -1;
};

}  // namespace ebit::route
