// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/orchestrate/remote_pair_limits.hpp>

#include "support/output_file.hpp"
#include "transducer_table/options.hpp"

/// The rows, for people and for programs.
namespace transducers {

struct table_row {
  std::size_t way = 0;  ///< which of the table's
  std::string device;
  ebit::orchestrate::pair_scheme scheme;
  std::optional<ebit::orchestrate::pair_limits> found;
  std::string refused;  ///< why there is nothing
};

struct table {
  std::vector<way> ways;
  std::vector<table_row> rows;  ///< by way, then device, then scheme
};

/// A device that the models cannot describe makes a row that says so; a wrong question makes no table.
[[nodiscard]] inline ebit::result<table> table_of(const options& o) {
  auto ways = o.ways();
  if (!ways) return ways.error();
  table out{std::move(*ways), {}};
  for (std::size_t w = 0; w < out.ways.size(); ++w)
    for (const auto& device : o.devices) {
      const ebit::orchestrate::pair_design design{device.value, out.ways[w].seen_by(o.behind(device.name)),
                                                  out.ways[w].path};
      if (auto ok = design.node.validate(); !ok) return ok.error();
      for (const auto scheme : ebit::orchestrate::pair_schemes) {
        auto found = limits_of(design, scheme, o.question);
        if (found)
          out.rows.push_back({w, std::string{device.name}, scheme, *found, {}});
        else
          out.rows.push_back({w, std::string{device.name}, scheme, std::nullopt, found.error().message()});
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

/// The cells of a row that was found.
struct cells {
  std::string fidelity, of_fidelity, rate, of_rate;
  bool is_bounded = false;  ///< of two fidelities the first is a bound

  explicit cells(const ebit::orchestrate::pair_limits& f)
      : is_bounded{f.best.fidelity_upper > f.best.fidelity + 1e-4} {
    const auto with = [](std::string_view parameter, double value, int digits) {
      return std::string{or_none(parameter)} + " (" + number(value, digits) + ")";
    };
    char text[40];
    std::snprintf(text, sizeof text, is_bounded ? "%.4f to %.4f" : "%.5f", f.best.fidelity, f.best.fidelity_upper);
    fidelity = text;
    of_fidelity = with(f.of_fidelity.parameter, f.of_fidelity.best_fidelity, 5);
    rate = number(f.fastest.pairs_per_second, 4);
    of_rate = with(f.of_rate.parameter, f.of_rate.pairs_per_second, 4);
  }
};

[[nodiscard]] inline std::string text_of(const options& o, const way& w) {
  std::string out = o.fabrics.empty() ? std::string{"two ends "}
                                      : w.name + " of " + std::to_string(o.qpus) + " QPUs with switches " +
                                            std::string{o.optics.name} + ", two of them ";
  out += number(w.metres, 6) + " m apart, " + number(w.decibels, 4) + " dB from end to end";
  if (w.switches > 0) out += " in " + std::to_string(w.switches) + " crossings of switches";
  return out;
}

inline void print_table(const options& o, const table& t) {
  bool waits = false;
  std::size_t shown = t.ways.size();
  for (const table_row& r : t.rows) {
    if (r.way != shown) {
      shown = r.way;
      std::printf("%s%s, %s clocks; parameters improved by a factor of %s\n\n", r.way == 0 ? "" : "\n",
                  text_of(o, t.ways[r.way]).c_str(), std::string{o.clock.name}.c_str(),
                  number(o.question.factor, 6).c_str());
      std::printf("%-23s %-14s %-17s %-31s %-10s %s\n", "transducer", "scheme", "fidelity", "limited by (then)",
                  "pairs/s", "limited by (then)");
    }
    std::printf("%-23s %-14s ", r.device.c_str(), std::string{name_of(r.scheme)}.c_str());
    if (!r.found) {
      std::printf("%s\n", r.refused.c_str());
      continue;
    }
    const cells c{*r.found};
    waits = waits || c.is_bounded;
    std::printf("%-17s %-31s %-10s %s\n", c.fidelity.c_str(), c.of_fidelity.c_str(), c.rate.c_str(),
                c.of_rate.c_str());
  }
  std::printf("\nfidelity: the best there is; pairs/s: of ");
  if (o.question.fidelity > 0)
    std::printf("a fidelity of %s, or the best, if that is less\n", number(o.question.fidelity, 6).c_str());
  else
    std::printf("%s of it\n", number(o.question.share_of_best, 4).c_str());
  if (waits)
    std::printf("of two fidelities the first is a bound with, the second one without the wait for the second pair\n");
}

/// The same as one table for a document.
inline void write_markdown(const support::output_file& out, const options& o, const table& t) {
  out("| way | transducer | scheme | fidelity | limited by (then) | pairs/s | limited by (then) |\n"
      "| --- | --- | --- | ---: | --- | ---: | --- |\n");
  std::size_t shown = t.ways.size();
  std::string device;
  for (const table_row& r : t.rows) {
    std::string line = "| ";
    if (r.way != shown) line += text_of(o, t.ways[r.way]);
    line += " | ";
    if (r.way != shown || r.device != device) line += r.device;
    shown = r.way;
    device = r.device;
    line += " | " + std::string{name_of(r.scheme)} + " | ";
    if (r.found) {
      const cells c{*r.found};
      line += c.fidelity + " | " + c.of_fidelity + " | " + c.rate + " | " + c.of_rate + " |\n";
    } else {
      line += "| " + r.refused + " | | |\n";
    }
    out(line);
  }
}

[[nodiscard]] inline std::string in_quotes(std::string_view text) {
  std::string out{'"'};
  for (const char c : text) out += c == '"' ? std::string{"\"\""} : std::string{c};
  return out + '"';
}

inline void write_csv(const support::output_file& out, const options& o, const table& t) {
  std::string header =
      "way,transducer,scheme,length_m,loss_db,factor,best_fidelity,best_fidelity_upper,fidelity_limited_by,"
      "best_fidelity_if_improved,fidelity_of_rate,pairs_per_s,rate_limited_by,pairs_per_s_if_improved,refused";
  for (const auto& p : ebit::orchestrate::pair_parameters()) {
    std::string name{p.name};
    for (char& c : name) c = c == ' ' ? '_' : c;
    header += ",fidelity:" + name + ",pairs_per_s:" + name;
  }
  out(header + '\n');
  for (const table_row& r : t.rows) {
    const way& w = t.ways[r.way];
    std::string line = w.name + ',' + r.device + ',' + std::string{name_of(r.scheme)} + ',' + number(w.metres, 9) +
                       ',' + number(w.decibels, 9) + ',' + number(o.question.factor, 9);
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
