// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <ebit/core/result.hpp>

// Scenarios as one line of text: words of the form key=value, and numbers between colons.
namespace ebit_test {

/// `N` if there is none of that name.
template <std::size_t N>
[[nodiscard]] std::size_t index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  std::size_t i = 0;
  while (i < N && names[i] != name) ++i;
  return i;
}
template <std::size_t N>
[[nodiscard]] std::string list_of(const std::array<std::string_view, N>& names) {
  std::string list;
  for (const std::string_view name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

template <class Number>
[[nodiscard]] bool read(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}
/// Numbers between colons, all of them.
[[nodiscard]] inline bool read_all(std::string_view text, std::span<std::int64_t> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t end = text.find(':');
    if ((end == std::string_view::npos) != (i + 1 == values.size())) return false;
    if (!read(text.substr(0, end), values[i]) || values[i] > 4'294'967'295 || values[i] < -2'147'483'648)
      return false;
    if (end != std::string_view::npos) text.remove_prefix(end + 1);
  }
  return true;
}
[[nodiscard]] inline std::uint32_t whole(std::int64_t value) { return static_cast<std::uint32_t>(value); }

/// What `read_all` reads back.
[[nodiscard]] inline std::string colons(std::initializer_list<std::int64_t> values) {
  std::string text;
  for (const std::int64_t v : values) text += (text.empty() ? "" : ":") + std::to_string(v);
  return text;
}

/// `read(word)` for every word between blanks, up to the first that is wrong.
template <class Read>
[[nodiscard]] ebit::status read_words(const std::string& text, const Read& read) {
  for (std::size_t at = text.find_first_not_of(' '); at != std::string::npos; at = text.find_first_not_of(' ', at)) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (const ebit::status ok = read(std::string_view{text}.substr(at, end - at)); !ok) return ok;
    at = end;
  }
  return ebit::success{};
}

}  // namespace ebit_test
