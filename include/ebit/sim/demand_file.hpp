// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/sim/demand.hpp>
#include <ebit/sim/edge_list.hpp>
#include <ebit/sim/text.hpp>

namespace ebit::sim {

namespace detail {

/// One line of a demand file, field by field.
class demand_fields {
 public:
  demand_fields(std::string_view line, const number_lines& at) : rest_{line}, at_{&at} {}

  /// The next field; none, and an error, if there is no further one.
  [[nodiscard]] std::optional<std::string_view> next(const char* name) {
    if (is_over_) {
      error_ = at_->refuse(name, "nothing", "a field");
      return std::nullopt;
    }
    const std::size_t comma = rest_.find(',');
    std::string_view field = rest_.substr(0, comma);
    is_over_ = comma == std::string_view::npos;
    if (!is_over_) rest_.remove_prefix(comma + 1);
    while (!field.empty() && (field.front() == ' ' || field.front() == '\t')) field.remove_prefix(1);
    while (!field.empty() && (field.back() == ' ' || field.back() == '\t')) field.remove_suffix(1);
    return field;
  }
  /// A whole number from `least` to `most`; 0 after an error.
  [[nodiscard]] std::uint64_t whole(const char* name, std::uint64_t least, std::uint64_t most) {
    const auto field = error_ ? std::nullopt : next(name);
    if (!field) return 0;
    const auto value = parse_integer(*field);
    if (value && *value >= 0 && static_cast<std::uint64_t>(*value) >= least &&
        static_cast<std::uint64_t>(*value) <= most)
      return static_cast<std::uint64_t>(*value);
    error_ = at_->refuse(name, quoted(*field),
                         "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return 0;
  }
  /// A number from `least` to `most`; 0 after an error.
  [[nodiscard]] double real(const char* name, double least, double most) {
    const auto field = error_ ? std::nullopt : next(name);
    if (!field) return 0;
    const auto value = parse_real(*field);
    if (value && *value >= least && *value <= most) return *value;
    error_ = at_->refuse(name, quoted(*field),
                         ebit::detail::number_text(least) + " to " + ebit::detail::number_text(most));
    return 0;
  }
  [[nodiscard]] bool is_over() const { return is_over_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] const std::optional<config_error>& error() const { return error_; }

 private:
  std::string_view rest_;
  const number_lines* at_;
  bool is_over_ = false;
  std::optional<config_error> error_;
};

}  // namespace detail

/// Requests from a text: a line each of
///     at_us,from,to,pairs,min_fidelity,time_limit_us,tenant
/// where the last two may be left out (no limit, tenant 0). Times count from the start and do not decrease. That very
/// line may head the file; empty lines and lines that begin with '#' mean nothing. Errors name file, line and field.
[[nodiscard]] inline result<std::vector<timed_request>> parse_demand(std::string_view text, std::string_view file,
                                                                     std::size_t endpoints) {
  constexpr double longest_us = 9e12;  // a quarter of a year
  detail::number_lines lines{text, file};
  std::vector<timed_request> demand;
  while (lines.advance()) {
    if (demand.empty() && lines.current().starts_with("at_us")) continue;
    if (demand.size() == detail::max_list_records)
      return lines.refuse("requests", "more", "at most " + std::to_string(detail::max_list_records));
    detail::demand_fields fields{lines.current(), lines};
    timed_request r;
    r.at = duration::seconds(fields.real("at_us", 0, longest_us) * 1e-6);
    const std::uint64_t last = endpoints == 0 ? 0 : endpoints - 1;
    r.wanted.from = node_id{static_cast<std::uint32_t>(fields.whole("from", 0, last))};
    r.wanted.to = node_id{static_cast<std::uint32_t>(fields.whole("to", 0, last))};
    r.wanted.pairs = static_cast<std::uint32_t>(fields.whole("pairs", 1, 0xffffffffU));
    r.wanted.min_fidelity = fields.real("min_fidelity", 0, 1);
    if (!fields.error() && !fields.is_over()) {
      const double limit = fields.real("time_limit_us", 0, longest_us);
      if (!fields.error() && !(limit > 0)) return lines.refuse("time_limit_us", "0", "more than 0");
      r.wanted.time_limit = duration::seconds(limit * 1e-6);
    }
    if (!fields.error() && !fields.is_over())
      r.wanted.tenant = static_cast<std::uint16_t>(fields.whole("tenant", 0, 0xffff));
    if (fields.error()) return *fields.error();
    if (!fields.is_over()) return lines.refuse("fields", detail::quoted(fields.rest()), "at most 7 on a line");
    if (r.wanted.from == r.wanted.to)
      return lines.refuse("to", std::to_string(r.wanted.to.value()), "an endpoint other than `from`");
    if (!demand.empty() && r.at < demand.back().at)
      return lines.refuse("at_us", detail::quoted(lines.current().substr(0, lines.current().find(','))),
                          "no earlier than the line before");
    demand.push_back(r);
  }
  if (demand.empty()) return lines.refuse("demand", "no requests", "1 or more");
  return demand;
}

/// Reads requests from a file of at most 64 MiB; see `parse_demand`.
[[nodiscard]] inline result<std::vector<timed_request>> read_demand(const std::string& path, std::size_t endpoints) {
  const auto content = detail::read_text(path, detail::max_list_bytes);
  if (!content) return content.error();
  if (content->cut) return detail::too_long(path);
  return parse_demand(content->text, path, endpoints);
}

}  // namespace ebit::sim
