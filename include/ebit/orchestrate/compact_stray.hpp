// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>

namespace ebit::wire {

/// Light of others (`link::lit_path::stray`) in 1/200 dB from −260 dB to just below 60 dB, which are 10⁶ photons;
/// rounded up, by less than 0.12 %, so that what is told is never less than what there may be. What is weaker than
/// −260 dB is told as that.
class compact_stray {
 public:
  constexpr compact_stray() = default;  ///< no light
  /// `stray`: 0 or more, below 0.998 · 10⁶.
  compact_stray(double stray)  // NOLINT(google-explicit-constructor): a field that reads as a number
      : code_{from(stray)} {}
  operator double() const { return value(code_); }  // NOLINT(google-explicit-constructor)

  /// Of a field that came from elsewhere: whether it is one.
  [[nodiscard]] constexpr bool is_valid() const { return code_ <= last; }
  friend constexpr bool operator==(const compact_stray&, const compact_stray&) = default;

 private:
  static constexpr std::uint16_t last = 64'000;
  static constexpr std::int32_t one = 52'001;  ///< code of 0 dB

  [[nodiscard]] static double value(std::uint16_t code) {
    return code == 0 ? 0 : math::pow(10, static_cast<double>(std::int32_t{code} - one) / 2'000);
  }
  [[nodiscard]] static std::uint16_t from(double stray) {
    EBIT_ASSERT(stray >= 0 && stray <= value(last), "compact_stray: light that no fabric leaks");
    if (stray <= value(1)) return stray > 0 ? 1 : 0;
    const double steps = math::log(stray) * 868.588963806503655;  // 2,000 / ln 10
    auto code = static_cast<std::uint16_t>(steps + one);
    while (value(code) < stray) ++code;
    return code;
  }

  std::uint16_t code_ = 0;
};

}  // namespace ebit::wire
