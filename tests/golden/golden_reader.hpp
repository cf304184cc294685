// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <support/catch.hpp>

/// Reads reference tables: lines starting with '#' describe the file, the next names the columns, then plain
/// comma-separated rows. Every mistake in a file fails the test and names file and line.
namespace golden {

/// The folder of the tables: the environment's EBIT_GOLDEN_DIR, else the one in the sources.
inline std::string directory() {
  const char* chosen = std::getenv("EBIT_GOLDEN_DIR");
  return chosen != nullptr && *chosen != '\0' ? chosen : EBIT_GOLDEN_DEFAULT_DIR;
}

inline std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> fields;
  for (;;) {
    const std::size_t comma = line.find(',');
    fields.emplace_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

class row {
 public:
  row(const std::vector<std::string>& columns, std::vector<std::string> fields, std::string where)
      : columns_{&columns}, fields_{std::move(fields)}, where_{std::move(where)} {}

  /// "file:line".
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] const std::string& text(std::string_view column) const {
    for (std::size_t i = 0; i < columns_->size(); ++i)
      if ((*columns_)[i] == column) return fields_[i];
    FAIL(where_ << ": there is no column " << std::string{column});
    std::abort();
  }
  /// A number; "nan" and "inf" are numbers too.
  [[nodiscard]] double operator[](std::string_view column) const {
    const std::string& field = text(column);
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc{} || end != field.data() + field.size())
      FAIL(where_ << ": column " << std::string{column} << ": not a number: '" << field << "'");
    return value;
  }
  [[nodiscard]] int integer(std::string_view column) const {
    const double value = (*this)[column];
    if (value != std::floor(value) || std::abs(value) > 1e9)
      FAIL(where_ << ": column " << std::string{column} << ": not an integer");
    return static_cast<int>(value);
  }

 private:
  const std::vector<std::string>* columns_;
  std::vector<std::string> fields_;
  std::string where_;
};

/// Fails, naming the row and column, unless |computed − column| ≤ absolute + relative·|column|.
inline void check(const row& at, std::string_view column, double computed, double absolute, double relative = 0) {
  const double expected = at[column];
  const double difference = std::abs(computed - expected);
  if (difference <= absolute + relative * std::abs(expected)) {
    SUCCEED();
    return;
  }
  char text[160];
  std::snprintf(text, sizeof text, "computed %.15g, expected %.15g, difference %.3g", computed, expected, difference);
  FAIL_CHECK(at.where() << ": " << std::string{column} << ": " << text);
}

/// Calls `check_row` for every row of `file` and says how many there were; an absent file is skipped, not passed.
template <class Check>
void for_each_row(const std::string& file, Check check_row) {
  std::ifstream in{directory() + "/" + file};
  if (!in) {
    std::printf("golden %s: absent, skipped\nEBIT_SKIPPED\n", file.c_str());
    return;
  }
  std::vector<std::string> columns;
  std::string line;
  int number = 0, rows = 0;
  while (std::getline(in, line)) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> fields = split(line);
    if (columns.empty()) {
      columns = std::move(fields);
      continue;
    }
    const std::string where = file + ":" + std::to_string(number);
    if (fields.size() != columns.size())
      FAIL(where << ": " << fields.size() << " fields for " << columns.size() << " columns");
    check_row(row{columns, std::move(fields), where});
    ++rows;
  }
  if (rows == 0) FAIL(file << ": no rows");
  std::printf("golden %s: %d rows checked\n", file.c_str(), rows);
}

}  // namespace golden
