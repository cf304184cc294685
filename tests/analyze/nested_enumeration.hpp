// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// Nested protocols on Werner states once more, by definition: every pair of arrival times is visited, and repetition
/// is unrolled attempt by attempt. O(N²) per level, no transform, no running sum.
namespace ebit_test {

struct enumerated {
  std::vector<double> mass;      ///< P(T = t)
  std::vector<double> weighted;  ///< P(T = t) E[w | T = t]
};

inline enumerated enumerated_link(double p, double w, std::size_t size) {
  enumerated out{std::vector<double>(size), std::vector<double>(size)};
  for (std::size_t t = 1; t < size; ++t) {
    out.mass[t] = p * std::pow(1 - p, static_cast<double>(t - 1));
    out.weighted[t] = w * out.mass[t];
  }
  return out;
}

/// `distil`: BBPSSW, else a swap. A partner that comes after all enumerated times is too late if the other one's
/// waiting ends among them.
inline enumerated enumerated_joining(const enumerated& a, const enumerated& b, bool distil,
                                     std::optional<std::uint64_t> cutoff, double swap_success, double coherence) {
  const std::size_t size = a.mass.size();
  enumerated once{std::vector<double>(size), std::vector<double>(size)};
  std::vector<double> again(size);
  double later_a = 1, later_b = 1;
  for (std::size_t i = 0; i < size; ++i) later_a -= a.mass[i], later_b -= b.mass[i];
  for (std::size_t i = 0; cutoff && i + *cutoff < size; ++i)
    again[i + *cutoff] += a.mass[i] * std::max(0.0, later_b) + b.mass[i] * std::max(0.0, later_a);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      const double p = a.mass[i] * b.mass[j];
      if (!(p > 0)) continue;
      const std::size_t apart = i > j ? i - j : j - i, later = std::max(i, j);
      if (cutoff && apart > *cutoff) {
        const std::size_t given_up = std::min(i, j) + static_cast<std::size_t>(*cutoff);
        if (given_up < size) again[given_up] += p;
        continue;
      }
      const double left = std::exp(-static_cast<double>(apart) / coherence);
      const double w1 = a.weighted[i] / a.mass[i] * (i < j ? left : 1);
      const double w2 = b.weighted[j] / b.mass[j] * (j < i ? left : 1);
      const double works = distil ? (1 + w1 * w2) / 2 : swap_success;
      once.mass[later] += p * works;
      once.weighted[later] += p * works * (distil ? (w1 + w2 + 4 * w1 * w2) / (6 * works) : w1 * w2);
      again[later] += p * (1 - works);
    }
  }
  for (std::size_t t = 0; t < size; ++t) {
    for (std::size_t s = 1; s <= t; ++s) {
      once.mass[t] += again[s] * once.mass[t - s];
      once.weighted[t] += again[s] * once.weighted[t - s];
    }
  }
  return once;
}

}  // namespace ebit_test
