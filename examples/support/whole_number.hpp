// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ebit/core/result.hpp>
#include <ebit/sim/text.hpp>

namespace support {

/// Reads the value of the option `name`: a whole number from `low` to `high`. Other text is refused and `into` kept.
template <class Number>
[[nodiscard]] ebit::status whole_number(std::string_view name, std::string_view text, std::int64_t low,
                                        std::int64_t high, Number& into) {
  const std::optional<std::int64_t> value = ebit::sim::detail::parse_integer(text);
  if (!value || *value < low || *value > high)
    return ebit::config_error{std::string{name}, ebit::sim::detail::quoted(text),
                              "a whole number, " + std::to_string(low) + " to " + std::to_string(high)};
  into = static_cast<Number>(*value);
  return ebit::success{};
}

}  // namespace support
