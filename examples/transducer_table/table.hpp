// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/orchestrate/remote_pair_limits.hpp>

#include "support/output_file.hpp"
#include "transducer_table/options.hpp"

/// The rows, for people and for programs.
namespace transducers {

struct table_row {
  std::string device;
  ebit::orchestrate::pair_scheme scheme;
  std::optional<ebit::orchestrate::pair_limits> found;
  std::string refused;  ///< why there is nothing
};

/// A device that the models cannot describe makes a row that says so; a wrong question makes no table.
[[nodiscard]] inline ebit::result<std::vector<table_row>> rows_of(const options& o) {
  std::vector<table_row> out;
  for (const auto& device : o.devices) {
    const ebit::orchestrate::pair_design design{device.value, o.behind(device.name), o.path()};
    if (auto ok = design.node.validate(); !ok) return ok.error();
    for (const auto scheme : ebit::orchestrate::pair_schemes) {
      auto found = limits_of(design, scheme, o.question);
      if (found)
        out.push_back({std::string{device.name}, scheme, *found, {}});
      else
        out.push_back({std::string{device.name}, scheme, std::nullopt, found.error().message()});
    }
  }
  return out;
}

[[nodiscard]] inline std::string number(double value, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}
[[nodiscard]] inline std::string_view or_none(std::string_view parameter) {
  return parameter.empty() ? "none of them" : parameter;
}

inline void print_table(const options& o, const std::vector<table_row>& rows) {
  std::printf("two ends %s m apart, %s dB from end to end, %s clocks; parameters improved by a factor of %s\n\n",
              number(o.fibre.length.base(), 6).c_str(), number(o.fibre.total_loss().base(), 4).c_str(),
              std::string{o.clock.name}.c_str(), number(o.question.factor, 6).c_str());
  std::printf("%-23s %-14s %-17s %-31s %-10s %s\n", "transducer", "scheme", "fidelity", "limited by (then)",
              "pairs/s", "limited by (then)");
  bool waits = false;
  for (const table_row& r : rows) {
    std::printf("%-23s %-14s ", r.device.c_str(), std::string{name_of(r.scheme)}.c_str());
    if (!r.found) {
      std::printf("%s\n", r.refused.c_str());
      continue;
    }
    const auto& f = *r.found;
    const bool bounded = f.best.fidelity_upper > f.best.fidelity + 1e-4;
    waits = waits || bounded;
    const auto with = [](std::string_view parameter, double value, int digits) {
      return std::string{or_none(parameter)} + " (" + number(value, digits) + ")";
    };
    char fidelity[40];
    std::snprintf(fidelity, sizeof fidelity, bounded ? "%.4f to %.4f" : "%.5f", f.best.fidelity,
                  f.best.fidelity_upper);
    std::printf("%-17s %-31s %-10s %s\n", fidelity,
                with(f.of_fidelity.parameter, f.of_fidelity.best_fidelity, 5).c_str(),
                number(f.fastest.pairs_per_second, 4).c_str(),
                with(f.of_rate.parameter, f.of_rate.pairs_per_second, 4).c_str());
  }
  std::printf("\nfidelity: the best there is; pairs/s: of ");
  if (o.question.fidelity > 0)
    std::printf("a fidelity of %s, or the best, if that is less\n", number(o.question.fidelity, 6).c_str());
  else
    std::printf("%s of it\n", number(o.question.share_of_best, 4).c_str());
  if (waits)
    std::printf("of two fidelities the first is a bound with, the second one without the wait for the second pair\n");
}

[[nodiscard]] inline std::string in_quotes(std::string_view text) {
  std::string out{'"'};
  for (const char c : text) out += c == '"' ? std::string{"\"\""} : std::string{c};
  return out + '"';
}

inline void write_csv(const support::output_file& out, const options& o, const std::vector<table_row>& rows) {
  std::string header =
      "transducer,scheme,length_m,loss_db,factor,best_fidelity,best_fidelity_upper,fidelity_limited_by,"
      "best_fidelity_if_improved,fidelity_of_rate,pairs_per_s,rate_limited_by,pairs_per_s_if_improved,refused";
  for (const auto& p : ebit::orchestrate::pair_parameters()) {
    std::string name{p.name};
    for (char& c : name) c = c == ' ' ? '_' : c;
    header += ",fidelity:" + name + ",pairs_per_s:" + name;
  }
  out(header + '\n');
  for (const table_row& r : rows) {
    std::string line = r.device + ',' + std::string{name_of(r.scheme)} + ',' + number(o.fibre.length.base(), 9) +
                       ',' + number(o.fibre.total_loss().base(), 9) + ',' + number(o.question.factor, 9);
    const auto add = [&line](double value) { line += ',' + number(value, 9); };
    if (!r.found) {
      line += ",,,,,,,,," + in_quotes(r.refused);
      for (std::size_t i = 0; i < ebit::orchestrate::pair_parameters().size(); ++i) line += ",,";
    } else {
      const auto& f = *r.found;
      add(f.best.fidelity);
      add(f.best.fidelity_upper);
      line += ',' + std::string{f.of_fidelity.parameter};
      add(f.of_fidelity.best_fidelity);
      add(f.fastest.fidelity);
      add(f.fastest.pairs_per_second);
      line += ',' + std::string{f.of_rate.parameter};
      add(f.of_rate.pairs_per_second);
      line += ',';
      for (const auto& s : f.all) {
        add(s.best_fidelity);
        add(s.pairs_per_second);
      }
    }
    out(line + '\n');
  }
}

}  // namespace transducers
