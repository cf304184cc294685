// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

#include <ebit/config.hpp>

namespace ebit {

/// A span of time in whole picoseconds, ±106 days. Arithmetic saturates; `never()` is the largest value and absorbs
/// whatever is added to it, so "no deadline" needs no special case.
class duration {
 public:
  constexpr duration() = default;

  [[nodiscard]] static constexpr duration picoseconds(std::int64_t count) { return duration{count}; }
  /// Rounds to the nearest picosecond; beyond the range it saturates. NaN becomes the
  /// most negative time there is, which every check of a range refuses.
  [[nodiscard]] static constexpr duration seconds(double value) {
    const double scaled = value * 1e12;
    if (scaled >= 9.2e18) return never();
    if (!(scaled >= -9.2e18)) return duration{-limit};
    return duration{static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5)};
  }
  [[nodiscard]] static constexpr duration never() { return duration{limit}; }
  [[nodiscard]] static constexpr duration zero() { return duration{0}; }

  [[nodiscard]] constexpr std::int64_t picoseconds() const { return count_; }
  [[nodiscard]] constexpr double seconds() const { return static_cast<double>(count_) / 1e12; }
  [[nodiscard]] constexpr bool is_never() const { return count_ == limit; }

  friend constexpr auto operator<=>(duration, duration) = default;

  friend constexpr duration operator+(duration a, duration b) { return duration{saturating_add(a.count_, b.count_)}; }
  friend constexpr duration operator-(duration a) { return duration{a.count_ == limit ? -limit : -a.count_}; }
  friend constexpr duration operator-(duration a, duration b) { return a + -b; }
  /// Saturates like the other operations.
  friend constexpr duration operator*(duration a, std::int64_t k) {
    if (a.is_never()) return k > 0 ? never() : k == 0 ? zero() : -never();
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a.count_, k, &product)) return (a.count_ > 0) == (k > 0) ? never() : duration{-limit};
    return duration{product < -limit ? -limit : product};
  }
  friend constexpr duration operator*(std::int64_t k, duration a) { return a * k; }
  friend constexpr duration operator/(duration a, std::int64_t k) {
    return a.is_never() ? a : duration{a.count_ / k};
  }
  friend constexpr std::int64_t operator/(duration a, duration b) { return a.count_ / b.count_; }
  constexpr duration& operator+=(duration other) { return *this = *this + other; }
  constexpr duration& operator-=(duration other) { return *this = *this - other; }

 private:
  static constexpr std::int64_t limit = INT64_MAX;

  constexpr explicit duration(std::int64_t count) : count_{count} {}

  static constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) {
    if (a == limit || b == limit) return limit;
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) return a > 0 ? limit : -limit;
    return sum < -limit ? -limit : sum;
  }

  std::int64_t count_ = 0;
};

/// An instant on the clock named by `Clock`. Instants of different clocks do not mix: subtracting, comparing or
/// assigning across clocks does not compile.
template <class Clock>
class time_point {
 public:
  constexpr time_point() = default;
  constexpr explicit time_point(duration since_epoch) : since_epoch_{since_epoch} {}

  [[nodiscard]] static constexpr time_point never() { return time_point{duration::never()}; }
  [[nodiscard]] constexpr duration since_epoch() const { return since_epoch_; }
  [[nodiscard]] constexpr bool is_never() const { return since_epoch_.is_never(); }

  friend constexpr auto operator<=>(time_point, time_point) = default;
  friend constexpr time_point operator+(time_point t, duration d) { return time_point{t.since_epoch_ + d}; }
  friend constexpr time_point operator-(time_point t, duration d) { return time_point{t.since_epoch_ - d}; }
  friend constexpr duration operator-(time_point a, time_point b) { return a.since_epoch_ - b.since_epoch_; }
  constexpr time_point& operator+=(duration d) { return *this = *this + d; }

 private:
  duration since_epoch_;
};

/// Global time of the simulated world. Nodes never see it.
using world_time = time_point<struct world_clock>;
/// A node's own clock: the only time a node may read.
using local_time = time_point<struct local_clock>;
/// A time stamp made by a device (time tagger, controller), convertible by its driver alone.
using hardware_tag = time_point<struct hardware_clock>;

inline namespace literals {

// clang-format off
constexpr duration operator""_ps(unsigned long long n) { return duration::picoseconds(static_cast<std::int64_t>(n)); }
constexpr duration operator""_ns(unsigned long long n) { return duration::picoseconds(1) * static_cast<std::int64_t>(n) * 1'000; }
constexpr duration operator""_us(unsigned long long n) { return duration::picoseconds(1) * static_cast<std::int64_t>(n) * 1'000'000; }
constexpr duration operator""_ms(unsigned long long n) { return duration::picoseconds(1) * static_cast<std::int64_t>(n) * 1'000'000'000; }
constexpr duration operator""_s(unsigned long long n) { return duration::picoseconds(1) * static_cast<std::int64_t>(n) * 1'000'000'000'000; }
constexpr duration operator""_ns(long double x) { return duration::seconds(static_cast<double>(x) * 1e-9); }
constexpr duration operator""_us(long double x) { return duration::seconds(static_cast<double>(x) * 1e-6); }
constexpr duration operator""_ms(long double x) { return duration::seconds(static_cast<double>(x) * 1e-3); }
constexpr duration operator""_s(long double x) { return duration::seconds(static_cast<double>(x)); }
// clang-format on

}  // namespace literals
}  // namespace ebit
