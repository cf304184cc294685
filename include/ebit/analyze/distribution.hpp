// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <ebit/analyze/power_series.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>

namespace ebit::analyze {

/// What is known of a number: it is not below `lower` and not above `upper` (which may be infinite).
struct interval {
  double lower = 0;
  double upper = 0;

  [[nodiscard]] constexpr double width() const { return upper - lower; }
  [[nodiscard]] constexpr bool contains(double value) const { return lower <= value && value <= upper; }
};

/// How long something takes, counted in whole attempts: the probabilities of 0, 1, …, `last()`, and the mass that is
/// not represented.
///
/// All missing mass lies beyond `horizon()`; up to there the values are exact, after it they are lower bounds.
/// Missing mass of 1e-13 or less counts as rounding, which the transforms bring anyway, and limits nothing. A
/// distribution that knows itself to be *new better than used*, P(T > s + t) ≤ P(T > s) P(T > t), gives a finite
/// upper bound to its mean. Geometric times are, and maxima, minima, sums and repetition until success keep it
/// (Coopmans, Brand and Elkouss, Phys. Rev. A 105, 012608 (2022)).
class distribution {
 public:
  /// Certainly zero.
  distribution() : distribution{{1.0}, 0.0, true} {}

  /// values[t] = P(T = t); they are not negative and their sum is at most 1 (to 1e-9). What is missing lies beyond.
  [[nodiscard]] static distribution from_values(std::vector<double> values, bool new_better_than_used = false) {
    for (const double v : values) EBIT_ASSERT(v >= 0, "distribution: a probability is negative or not a number");
    const double rest = one_minus_sum(values);
    EBIT_ASSERT(!values.empty() && rest >= -1e-9, "distribution: the probabilities add up to more than 1");
    return distribution{std::move(values), std::max(0.0, rest), new_better_than_used};
  }
  /// Certainly `t` attempts.
  [[nodiscard]] static distribution certain(std::size_t t) {
    std::vector<double> values(t + 1, 0.0);
    values[t] = 1;
    return distribution{std::move(values), 0.0, true};
  }
  /// The number of attempts up to and including the first success: P(T = t) = p (1 − p)^(t−1), t ≥ 1; p in (0, 1].
  [[nodiscard]] static distribution geometric(double p, std::size_t last) {
    EBIT_ASSERT(p > 0 && p <= 1, "distribution: a success probability is not in (0, 1]");
    std::vector<double> values(last + 1, 0.0);
    if (p == 1) {
      if (last > 0) values[1] = 1;
      return distribution{std::move(values), last > 0 ? 0.0 : 1.0, true};
    }
    const double log_failure = math::log1p(-p);
    for (std::size_t t = 1; t <= last; ++t) values[t] = p * math::exp(static_cast<double>(t - 1) * log_failure);
    return distribution{std::move(values), math::exp(static_cast<double>(last) * log_failure), true};
  }

  [[nodiscard]] std::size_t last() const { return values_.size() - 1; }
  [[nodiscard]] std::size_t horizon() const { return horizon_; }
  [[nodiscard]] double missing() const { return missing_; }
  [[nodiscard]] bool new_better_than_used() const { return new_better_than_used_; }
  [[nodiscard]] const std::vector<double>& values() const { return values_; }
  /// P(T = t); 0 beyond `last()`, where nothing is known.
  [[nodiscard]] double probability(std::size_t t) const { return t < values_.size() ? values_[t] : 0.0; }
  /// P(T ≤ t), never above the truth and never below it by more than `missing()`.
  [[nodiscard]] double cumulative(std::size_t t) const {
    double sum = 0;
    for (std::size_t i = 0; i <= std::min(t, last()); ++i) sum += values_[i];
    return sum;
  }

  /// The smallest t with P(T ≤ t) ≥ `level`, in (0, 1]; nothing if it lies beyond the horizon.
  [[nodiscard]] std::optional<std::size_t> quantile(double level) const {
    EBIT_ASSERT(level > 0 && level <= 1, "distribution: a quantile's level is not in (0, 1]");
    double sum = 0;
    for (std::size_t t = 0; t <= horizon_; ++t) {
      sum += values_[t];
      if (sum >= level) return t;
    }
    return std::nullopt;
  }

  /// The mean, as far as the missing mass lets it be known. Below: the missing mass arrives right after the horizon
  /// H. Above, if new better than used: Σ_{t<H} P(T > t) / P(T ≤ H), which is also the estimate (1 − c)/c · H + Σ t
  /// p_t / c used by Li, Coopmans and Elkouss (IEEE Trans. Quantum Eng. 2, 2021) for a covered mass c; otherwise
  /// infinite unless nothing is missing.
  [[nodiscard]] interval mean() const {
    double head = 0, covered = 0, all = 0;
    for (std::size_t t = 0; t < values_.size(); ++t) {
      all += static_cast<double>(t) * values_[t];
      if (t > horizon_) continue;
      head += static_cast<double>(t) * values_[t];
      covered += values_[t];
    }
    const double h = static_cast<double>(horizon_), beyond = std::max(0.0, 1 - covered);
    const double lower = all + missing_ * (h + 1);
    if (missing_ == 0) return {lower, lower};
    if (!new_better_than_used_ || !(covered > 0)) return {lower, std::numeric_limits<double>::infinity()};
    return {lower, std::max(lower, (head + h * beyond) / covered)};
  }
  /// Mean and variance of the represented mass alone, as if nothing were missing.
  [[nodiscard]] double conditional_mean() const { return moment(1, 0) / moment(0, 0); }
  [[nodiscard]] double conditional_variance() const { return moment(2, conditional_mean()) / moment(0, 0); }
  [[nodiscard]] double conditional_deviation() const { return math::sqrt(conditional_variance()); }

  /// The later of two independent times.
  friend distribution later_of(const distribution& a, const distribution& b) {
    std::vector<double> values(std::max(a.values_.size(), b.values_.size()));
    double sum_a = 0, sum_b = 0;
    for (std::size_t t = 0; t < values.size(); ++t) {
      const double pa = a.probability(t), pb = b.probability(t);
      sum_b += pb;
      values[t] = pa * sum_b + sum_a * pb;  // no differences: the tail keeps its digits
      sum_a += pa;
    }
    const double missing = a.missing_ + b.missing_ - a.missing_ * b.missing_;
    return distribution{std::move(values), missing, a.new_better_than_used_ && b.new_better_than_used_,
                        std::min(a.limit(), b.limit())};
  }
  /// The latest of `count` ≥ 1 independent times like this one.
  [[nodiscard]] distribution latest_of(std::uint64_t count) const {
    EBIT_ASSERT(count > 0, "distribution: the latest of none");
    // Squares and, where the binary digits of `count` say so, once more: from the highest digit down.
    distribution out = *this;
    for (int digit = static_cast<int>(std::bit_width(count)) - 2; digit >= 0; --digit) {
      out = later_of(out, out);
      if ((count >> digit & 1) != 0) out = later_of(out, *this);
    }
    return out;
  }
  /// The earlier of two independent times.
  friend distribution earlier_of(const distribution& a, const distribution& b) {
    const std::size_t size = std::min(a.values_.size(), b.values_.size());
    std::vector<double> values(size);
    double after_a = a.missing_, after_b = b.missing_;
    for (std::size_t t = size; t < a.values_.size(); ++t) after_a += a.values_[t];
    for (std::size_t t = size; t < b.values_.size(); ++t) after_b += b.values_[t];
    const double missing = after_a * after_b;
    for (std::size_t t = size; t-- > 0;) {
      values[t] = a.values_[t] * (after_b + b.values_[t]) + after_a * b.values_[t];
      after_a += a.values_[t];
      after_b += b.values_[t];
    }
    return distribution{std::move(values), missing, a.new_better_than_used_ && b.new_better_than_used_,
                        std::min(a.limit(), b.limit())};
  }
  /// One after the other, represented up to `last`.
  friend distribution sum_of(const distribution& a, const distribution& b, std::size_t last) {
    const detail::convolver series{2 * std::bit_ceil(last + 1)};
    return from_series(series.product(a.values_, b.values_, last + 1), std::min(a.limit(), b.limit()),
                       a.new_better_than_used_ && b.new_better_than_used_);
  }
  /// Repeated afresh until a trial at the end of each round succeeds, with probability `q` in (0, 1]; represented up
  /// to `last`. Solves T = q M + (1 − q) M ∗ T exactly as a power series.
  [[nodiscard]] distribution until_success(double q, std::size_t last) const {
    EBIT_ASSERT(q > 0 && q <= 1, "distribution: a success probability is not in (0, 1]");
    EBIT_ASSERT(q == 1 || values_[0] < 1, "distribution: rounds of no duration");
    if (q == 1 && last == this->last()) return *this;
    const detail::convolver series{2 * std::bit_ceil(last + 1)};
    std::vector<double> failing(last + 1, 0.0);
    for (std::size_t t = 0; t < std::min(failing.size(), values_.size()); ++t) failing[t] = -(1 - q) * values_[t];
    failing[0] += 1;
    std::vector<double> values = series.product(series.reciprocal(failing, last + 1), values_, last + 1);
    for (double& v : values) v *= q;
    return from_series(std::move(values), limit(), new_better_than_used_);
  }

 private:
  static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

  distribution(std::vector<double> values, double missing, bool nbu, std::size_t limit = no_limit)
      : values_{std::move(values)},
        horizon_{std::min(limit, values_.size() - 1)},
        missing_{missing},
        new_better_than_used_{nbu} {}

  /// A transform's rounding leaves values of about ±1e-19 where zeros belong; those below zero are made zero.
  [[nodiscard]] static distribution from_series(std::vector<double> values, std::size_t limit, bool nbu) {
    for (double& v : values) v = std::max(v, 0.0);
    const double rest = one_minus_sum(values);
    return distribution{std::move(values), std::max(0.0, rest), nbu, limit};
  }
  /// Compensated: a million small values would otherwise cost three digits of a small remainder.
  [[nodiscard]] static double one_minus_sum(const std::vector<double>& values) {
    double rest = 1, lost = 0;
    for (const double v : values) {
      const double next = rest - v;
      lost += (rest - next) - v;  // |v| ≤ 1, and rest stays the larger until nothing but rounding is left
      rest = next;
    }
    return rest + lost;
  }
  /// Up to where results made from this one are exact: everywhere if nothing is missing.
  [[nodiscard]] std::size_t limit() const { return missing_ <= 1e-13 ? no_limit : horizon_; }
  [[nodiscard]] double moment(int order, double centre) const {
    double sum = 0;
    for (std::size_t t = 0; t < values_.size(); ++t) {
      const double x = static_cast<double>(t) - centre;
      sum += (order == 0 ? 1.0 : order == 1 ? x : x * x) * values_[t];
    }
    return sum;
  }

  std::vector<double> values_;
  std::size_t horizon_;
  double missing_;
  bool new_better_than_used_;
};

}  // namespace ebit::analyze
