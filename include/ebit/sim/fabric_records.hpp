// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <clocale>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <version>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/sim/edge_list.hpp>
#include <ebit/sim/text.hpp>

/// The lines of a fabric file: a kind of record, a name where that kind has one, and fields KEY=VALUE apart by blanks.
/// A list of the fields of a record, given to `record_reader` and to `record_writer`, describes both directions.
namespace ebit::sim::detail {

/// The shortest decimal that is read back as that very number, whatever the locale.
[[nodiscard]] inline std::string exact_text(double value) {
  char text[40];
#if defined(__cpp_lib_to_chars)
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
#else
  std::snprintf(text, sizeof text, "%.17g", value);
  std::string copy{text};
  const std::string point = std::localeconv()->decimal_point;
  if (const std::size_t at = copy.find(point); at != std::string::npos) copy.replace(at, point.size(), ".");
  return copy;
#endif
}

/// A word as it stands in a file: in quotes, with \" \\ \xHH, if it would not be read back as one word without.
[[nodiscard]] inline std::string word_text(std::string_view word) {
  const auto is_plain = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F && c != '"' && c != '=' && c != '\\';
  };
  bool is_bare = !word.empty();
  for (const char c : word) is_bare = is_bare && is_plain(c);
  if (is_bare) return std::string{word};
  std::string out = "\"";
  for (const char c : word) {
    if (c == ' ' || c == '=' || is_plain(c)) {
      out += c;
    } else if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += escaped;
    }
  }
  return out + '"';
}

/// Takes a word off the front of `rest`, up to a blank or one of `ends`; none if it has quotes that do not close, or an
/// escape that is none.
[[nodiscard]] inline std::optional<std::string> take_word(std::string_view& rest, std::string_view ends = {}) {
  std::string word;
  if (!rest.starts_with('"')) {
    std::size_t size = 0;
    while (size < rest.size() && rest[size] != ' ' && rest[size] != '\t' && ends.find(rest[size]) == ends.npos)
      ++size;
    word = rest.substr(0, size);
    rest.remove_prefix(size);
    return word;
  }
  const auto digit = [](char c) -> int {
    return is_digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  for (std::size_t i = 1; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '"') {
      rest.remove_prefix(i + 1);
      if (!rest.empty() && rest[0] != ' ' && rest[0] != '\t' && ends.find(rest[0]) == ends.npos) return std::nullopt;
      return word;
    }
    if (c != '\\') {
      word += c;
    } else if (i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\')) {
      word += rest[++i];
    } else if (i + 3 < rest.size() && rest[i + 1] == 'x' && digit(rest[i + 2]) >= 0 && digit(rest[i + 3]) >= 0) {
      word += static_cast<char>(static_cast<unsigned char>(digit(rest[i + 2]) * 16 + digit(rest[i + 3])));
      i += 3;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

/// What the choices of a field are called in a file, the first for the value 0, and so on.
using choices = std::initializer_list<const char*>;

/// Reads the fields of one line. After the first error nothing else is read; `finish` tells it.
class record_reader {
 public:
  /// `fields`: what follows the kind of record.
  record_reader(std::string_view fields, const number_lines& at) : at_{&at}, rest_{fields} { skip_blanks(); }

  /// The name of what the record is about; comes before all fields.
  [[nodiscard]] std::string name(const char* what) {
    std::string_view ahead = rest_;
    const auto word = take_word(ahead, "=");
    if (!word)
      return fail(what, detail::quoted(rest_), R"(a word, or text in quotes with \" \\ \xHH)"), std::string{};
    if (rest_.empty() || ahead.starts_with('='))
      return fail(what, rest_.empty() ? "nothing" : detail::quoted(rest_), "a name before the fields"), std::string{};
    rest_ = ahead;
    split();
    return *word;
  }
  /// In place of `name`, of records that have none.
  void no_name() { split(); }

  /// The text of a field; none if it is not there.
  [[nodiscard]] std::optional<std::string> text(const char* key) {
    known_ += (known_.empty() ? "" : ", ") + std::string{key};
    for (field& f : fields_) {
      if (f.key != key) continue;
      f.is_known = true;
      return f.value;
    }
    return std::nullopt;
  }
  /// The text of a field that has to be there; empty after an error.
  [[nodiscard]] std::string required(const char* key) {
    auto found = text(key);
    if (!found) fail(key, "nothing", "a field " + std::string{key} + "=...");
    return found ? *found : std::string{};
  }

  /// Whole numbers; what is not given stays as it is.
  template <class T>
  void whole(const char* key, T& value, std::uint64_t least, std::uint64_t most) {
    const auto given = text(key);
    if (!given) return;
    const auto number = parse_integer(*given);
    if (number && *number >= 0 && static_cast<std::uint64_t>(*number) >= least &&
        static_cast<std::uint64_t>(*number) <= most)
      value = static_cast<T>(*number);
    else
      fail(key, detail::quoted(*given),
           "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  template <class T>
  void whole(const char* key, T& value) {
    whole(key, value, 0, std::numeric_limits<T>::max());
  }
  void real(const char* key, double& value) {
    if (const auto given = text(key)) value = number(key, *given);
  }
  template <class Dimension>
  void real(const char* key, quantity<Dimension>& value) {
    if (const auto given = text(key)) value = quantity<Dimension>::in_base_unit(number(key, *given));
  }
  /// Numbers apart by commas.
  void list(const char* key, std::vector<loss>& values) {
    const auto given = text(key);
    if (!given) return;
    values.clear();
    for (std::string_view rest = *given; !error_;) {
      const std::size_t comma = rest.find(',');
      values.push_back(decibels(number(key, rest.substr(0, comma))));
      if (comma == rest.npos) return;
      rest.remove_prefix(comma + 1);
    }
  }
  /// A time in units of 10^digits ps, exact to the picosecond.
  void time(const char* key, duration& value, int digits) {
    const auto given = text(key);
    if (!given) return;
    double unit = 1;
    for (int i = 0; i < digits; ++i) unit *= 10;
    const double most = 9e18 / unit;  // a little less than `duration` holds
    const auto whole_units = parse_integer(given->substr(0, given->find('.')));
    const std::size_t point = given->find('.');
    const bool has_exponent = given->find_first_of("eE") != given->npos;
    const auto part = parse_real(point == given->npos || has_exponent ? "0" : "0" + given->substr(point));
    const auto all = parse_real(*given);
    if (!all || !(*all >= 0 && *all <= most)) {
      fail(key, detail::quoted(*given), "0 to " + ebit::detail::number_text(most));
    } else if (whole_units && part && !has_exponent) {
      value = duration::picoseconds(*whole_units * static_cast<std::int64_t>(unit) +
                                    static_cast<std::int64_t>(*part * unit + 0.5));
    } else {
      value = duration::picoseconds(static_cast<std::int64_t>(*all * unit + 0.5));
    }
  }
  template <class T>
  void choice(const char* key, T& value, choices names) {
    const auto given = text(key);
    if (!given) return;
    std::string allowed;
    std::size_t i = 0;
    for (const char* each : names) {
      if (*given == each) {
        value = static_cast<T>(i);
        return;
      }
      ++i;
      allowed += (i == 1 ? "" : i == names.size() ? " or " : ", ") + std::string{each};
    }
    fail(key, detail::quoted(*given), std::move(allowed));
  }

  void fail(std::string what, std::string given, std::string allowed) {
    if (!error_) error_ = at_->refuse(std::move(what), std::move(given), std::move(allowed));
  }
  /// The first error; a field that nobody asked for is one, and so is one given twice.
  [[nodiscard]] status finish() {
    for (const field& f : fields_)
      if (!f.is_known) fail("field", detail::quoted(f.key), known_);
    if (error_) return *error_;
    return success{};
  }

 private:
  struct field {
    std::string key, value;
    bool is_known = false;
  };

  void skip_blanks() {
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
  }
  void split() {
    for (skip_blanks(); !rest_.empty() && !error_; skip_blanks()) {
      const std::string_view whole = rest_;
      const auto key = take_word(rest_, "=");
      if (!key || key->empty() || !rest_.starts_with('=')) {
        fail("field", detail::quoted(whole.substr(0, whole.find_first_of(" \t"))), "KEY=VALUE");
        return;
      }
      rest_.remove_prefix(1);
      const auto value = take_word(rest_);
      for (const field& f : fields_)
        if (f.key == *key) fail(*key, "twice", "once");
      if (value)
        fields_.push_back({*key, *value});
      else
        fail(*key, detail::quoted(rest_), R"(a word, or text in quotes with \" \\ \xHH)");
    }
  }
  [[nodiscard]] double number(const char* key, std::string_view given) {
    const auto value = parse_real(given);
    if (!value) fail(key, detail::quoted(given), "a number");
    return value ? *value : 0;
  }

  const number_lines* at_;
  std::string_view rest_;
  std::vector<field> fields_;
  std::string known_;
  std::optional<config_error> error_;
};

/// Writes what `record_reader` reads.
class record_writer {
 public:
  explicit record_writer(std::string kind) : line_{std::move(kind)} {}

  void name(std::string_view word) { line_ += ' ' + word_text(word); }
  void text(const char* key, std::string_view value) { line_ += ' ' + std::string{key} + '=' + word_text(value); }
  template <class T>
  void whole(const char* key, const T& value) {
    text(key, std::to_string(value));
  }
  template <class T>
  void whole(const char* key, const T& value, std::uint64_t, std::uint64_t) {
    whole(key, value);
  }
  void real(const char* key, double value) { text(key, exact_text(value)); }
  template <class Dimension>
  void real(const char* key, quantity<Dimension> value) {
    real(key, value.base());
  }
  void list(const char* key, const std::vector<loss>& values) {
    std::string all;
    for (const loss& each : values) all += (all.empty() ? "" : ",") + exact_text(each.base());
    if (!all.empty()) text(key, all);
  }
  void time(const char* key, duration value, int digits) {
    std::string count = std::to_string(value.picoseconds());
    const auto places = static_cast<std::size_t>(digits);
    if (count.size() <= places) count.insert(0, places + 1 - count.size(), '0');
    std::string fraction = count.substr(count.size() - places);
    count.resize(count.size() - places);
    while (fraction.ends_with('0')) fraction.pop_back();
    text(key, fraction.empty() ? count : count + '.' + fraction);
  }
  template <class T>
  void choice(const char* key, const T& value, choices names) {
    const auto i = static_cast<std::size_t>(value);
    text(key, i < names.size() ? names.begin()[i] : "unknown");
  }
  [[nodiscard]] std::string line() && { return std::move(line_) + '\n'; }

 private:
  std::string line_;
};

}  // namespace ebit::sim::detail
