// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>

#include <ebit/core/time.hpp>

namespace ebit {

/// A physical quantity stored as one double in its base unit. Quantities of different dimension do not mix; the few
/// products that mean something are declared below, one by one.
template <class Dimension>
class quantity {
 public:
  constexpr quantity() = default;
  [[nodiscard]] static constexpr quantity in_base_unit(double value) { return quantity{value}; }
  [[nodiscard]] constexpr double base() const { return value_; }

  friend constexpr auto operator<=>(quantity, quantity) = default;
  friend constexpr quantity operator+(quantity a, quantity b) { return quantity{a.value_ + b.value_}; }
  friend constexpr quantity operator-(quantity a, quantity b) { return quantity{a.value_ - b.value_}; }
  friend constexpr quantity operator-(quantity a) { return quantity{-a.value_}; }
  friend constexpr quantity operator*(quantity a, double k) { return quantity{a.value_ * k}; }
  friend constexpr quantity operator*(double k, quantity a) { return quantity{a.value_ * k}; }
  friend constexpr quantity operator/(quantity a, double k) { return quantity{a.value_ / k}; }
  friend constexpr double operator/(quantity a, quantity b) { return a.value_ / b.value_; }
  constexpr quantity& operator+=(quantity other) { return *this = *this + other; }

 private:
  constexpr explicit quantity(double value) : value_{value} {}
  double value_ = 0;
};

using length = quantity<struct length_dimension>;            ///< base unit: metre
using loss = quantity<struct loss_dimension>;                ///< base unit: decibel
using attenuation = quantity<struct attenuation_dimension>;  ///< base unit: decibel per kilometre
using rate = quantity<struct rate_dimension>;                ///< base unit: hertz
using speed = quantity<struct speed_dimension>;              ///< base unit: metre per second

[[nodiscard]] constexpr length metres(double value) { return length::in_base_unit(value); }
[[nodiscard]] constexpr length kilometres(double value) { return length::in_base_unit(value * 1e3); }
[[nodiscard]] constexpr double in_kilometres(length l) { return l.base() / 1e3; }
[[nodiscard]] constexpr loss decibels(double value) { return loss::in_base_unit(value); }
[[nodiscard]] constexpr attenuation decibels_per_kilometre(double value) { return attenuation::in_base_unit(value); }
[[nodiscard]] constexpr rate hertz(double value) { return rate::in_base_unit(value); }
[[nodiscard]] constexpr speed metres_per_second(double value) { return speed::in_base_unit(value); }

[[nodiscard]] constexpr loss operator*(attenuation a, length l) { return decibels(a.base() * in_kilometres(l)); }
[[nodiscard]] constexpr loss operator*(length l, attenuation a) { return a * l; }
[[nodiscard]] constexpr duration operator/(length l, speed v) { return duration::seconds(l.base() / v.base()); }
/// The period of a repetition rate, to the nearest picosecond.
[[nodiscard]] constexpr duration period(rate r) { return duration::seconds(1.0 / r.base()); }

inline namespace literals {

// clang-format off
constexpr length operator""_m(long double x) { return metres(static_cast<double>(x)); }
constexpr length operator""_m(unsigned long long x) { return metres(static_cast<double>(x)); }
constexpr length operator""_km(long double x) { return kilometres(static_cast<double>(x)); }
constexpr length operator""_km(unsigned long long x) { return kilometres(static_cast<double>(x)); }
constexpr loss operator""_dB(long double x) { return decibels(static_cast<double>(x)); }
constexpr loss operator""_dB(unsigned long long x) { return decibels(static_cast<double>(x)); }
constexpr attenuation operator""_dB_per_km(long double x) { return decibels_per_kilometre(static_cast<double>(x)); }
constexpr rate operator""_Hz(long double x) { return hertz(static_cast<double>(x)); }
constexpr rate operator""_Hz(unsigned long long x) { return hertz(static_cast<double>(x)); }
constexpr rate operator""_kHz(long double x) { return hertz(static_cast<double>(x) * 1e3); }
constexpr rate operator""_kHz(unsigned long long x) { return hertz(static_cast<double>(x) * 1e3); }
constexpr rate operator""_MHz(long double x) { return hertz(static_cast<double>(x) * 1e6); }
constexpr rate operator""_MHz(unsigned long long x) { return hertz(static_cast<double>(x) * 1e6); }
// clang-format on

}  // namespace literals
}  // namespace ebit
