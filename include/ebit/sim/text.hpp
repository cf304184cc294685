// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <charconv>
#include <clocale>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <version>

#include <ebit/core/result.hpp>

/// What the readers of text files share: whole files with a limit, numbers that do not depend on the locale, and
/// texts fit for one-line messages.
namespace ebit::sim::detail {

/// Any text as one printable line of about `longest` bytes at most, for messages: control characters become \xHH,
/// what is too long ends in "...".
[[nodiscard]] inline std::string printable(std::string_view text, std::size_t longest = 60) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // Half a UTF-8 character would print as garbage, so the cut is made before a first byte.
    const bool continues = (byte & 0xC0U) == 0x80U;
    if (out.size() >= longest && !(continues && out.size() < longest + 3)) return out + "...";
    if (byte >= 0x20 && byte != 0x7F) {
      out += c;
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02X", static_cast<unsigned>(byte));
      out += escaped;
    }
  }
  return out;
}

[[nodiscard]] inline std::string quoted(std::string_view text) { return '"' + printable(text) + '"'; }

/// ASCII letters in lower case; other bytes as they are.
[[nodiscard]] inline std::string lower_case(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// How many bytes at the start of `text` make one well-formed UTF-8 character (RFC 3629); 0 if none do.
[[nodiscard]] constexpr std::size_t utf8_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto continues = [&byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) >= 0x90;
    return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

/// A whole number in decimal with an optional sign; none if `text` is anything else or does not fit.
[[nodiscard]] inline std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && is_digit(text[1])) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// Whether `text` is [sign] digits [. digits] [e [sign] digits], with at least one digit before the exponent.
[[nodiscard]] constexpr bool is_decimal(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t first = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - first;
  };
  const auto sign = [&] {
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  };
  sign();
  std::size_t mantissa = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    mantissa += digits();
  }
  if (mantissa == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    sign();
    if (digits() == 0) return false;
  }
  return i == text.size();
}

/// The double nearest to a decimal number, whatever the locale; too large gives infinity, too small zero. The words
/// nan, inf and infinity, with or without sign and in any case, give just that. None if `text` is anything else.
[[nodiscard]] inline std::optional<double> parse_real(std::string_view text) {
  if (!is_decimal(text)) {
    const bool has_sign = !text.empty() && (text[0] == '+' || text[0] == '-');
    const std::string word = lower_case(text.substr(has_sign ? 1 : 0));
    if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (word != "inf" && word != "infinity") return std::nullopt;
    const double infinite = std::numeric_limits<double>::infinity();
    return has_sign && text[0] == '-' ? -infinite : infinite;
  }
  if (text[0] == '+') text.remove_prefix(1);
#if defined(__cpp_lib_to_chars)
  double value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc{}) return value;
#endif
  // For libraries without from_chars(double), and for what is out of range, where from_chars does not tell large from
  // small. strtod rounds correctly but follows the locale, so it is given the decimal point it expects.
  std::string copy{text};
  if (const std::size_t point = copy.find('.'); point != std::string::npos)
    copy.replace(point, 1, std::localeconv()->decimal_point);
  return std::strtod(copy.c_str(), nullptr);
}

struct file_text {
  std::string text;
  bool cut = false;  ///< the file goes on beyond the limit
};

/// The first `limit` bytes of a file. An error says in `what` why it cannot be read, and in `where` which file it is;
/// nothing was given but its name, so `given` is empty.
[[nodiscard]] inline result<file_text> read_text(const std::string& path, std::size_t limit) {
  const auto refuse = [&path](int reason) {
    return config_error{reason == ENOENT ? "no such file" : std::strerror(reason), "", "a file that can be read",
                        printable(path, 400)};
  };
  errno = 0;
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) return refuse(errno);
  file_text content;
  constexpr std::size_t chunk = std::size_t{1} << 16;
  while (content.text.size() <= limit) {
    const std::size_t before = content.text.size();
    content.text.resize(before + chunk);
    const std::size_t count = std::fread(content.text.data() + before, 1, chunk, file);
    content.text.resize(before + count);
    if (count < chunk) break;
  }
  const bool failed = std::ferror(file) != 0;  // a directory, for one
  const int reason = errno;
  std::fclose(file);
  if (failed) return refuse(reason);
  content.cut = content.text.size() > limit;
  if (content.cut) content.text.resize(limit);
  return content;
}

/// "file:line", how errors and warnings say where.
[[nodiscard]] inline std::string place(std::string_view file, std::size_t line) {
  return printable(file, 400) + ":" + std::to_string(line);
}

}  // namespace ebit::sim::detail
