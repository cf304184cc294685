// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>

#include "design_explorer/sweep.hpp"
#include "support/output_file.hpp"

/// What is found as a table for people and as a file for programs.
namespace explorer {

inline void write_csv(const support::output_file& out, const sweep_result& r) {
  std::string header = std::string{r.x.what.name};
  if (r.y) header += ',' + std::string{r.y->what.name};
  out(header + ",scheme,pairs_per_s,fidelity,best_fidelity,key_per_s,rate_is_exact\n");
  for (const point& p : r.points) {
    for (std::size_t s = 0; s < scheme_count; ++s) {
      std::string row = number(p.x, 9);
      if (r.y) row += ',' + number(p.y, 9);
      row += ',' + std::string{schemes[s].name} + ',' + number(p.of[s].pairs_per_s, 9) + ',' +
             number(p.of[s].fidelity, 9) + ',' + number(p.of[s].best_fidelity, 9) + ',' +
             number(p.of[s].key_per_s, 9) + (p.of[s].exact ? ",1\n" : ",0\n");
      out(row);
    }
  }
}

/// Which scheme is best where: the share of the designs, and how far along each axis.
inline void print_winners(const sweep_result& r, figure f) {
  std::printf("\nMost %s\n  %-20s %8s  %-28s %s\n", std::string{name_of(f)}.c_str(), "scheme", "designs",
              with_unit(r.x.what.name, r.x.what.unit).c_str(),
              r.y ? with_unit(r.y->what.name, r.y->what.unit).c_str() : "");
  for (std::size_t s = 0; s <= scheme_count; ++s) {
    std::size_t count = 0;
    double x_low = 0, x_high = 0, y_low = 0, y_high = 0;
    for (const point& p : r.points) {
      if (p.winner(f) != s) continue;
      x_low = count == 0 || p.x < x_low ? p.x : x_low;
      x_high = count == 0 || p.x > x_high ? p.x : x_high;
      y_low = count == 0 || p.y < y_low ? p.y : y_low;
      y_high = count == 0 || p.y > y_high ? p.y : y_high;
      ++count;
    }
    if (count == 0) continue;
    const std::string x_range = number(x_low, 3) + " to " + number(x_high, 3);
    const std::string y_range = r.y ? number(y_low, 3) + " to " + number(y_high, 3) : "";
    std::printf("  %-20s %7.1f%%  %-28s %s\n", s < scheme_count ? std::string{schemes[s].name}.c_str() : "none",
                100.0 * static_cast<double>(count) / static_cast<double>(r.points.size()), x_range.c_str(),
                y_range.c_str());
  }
}

/// Every scheme along a single axis.
inline void print_table(const sweep_result& r, figure f) {
  std::printf("\n%s\n  %-18s", std::string{name_of(f)}.c_str(), with_unit(r.x.what.name, r.x.what.unit).c_str());
  for (const scheme& s : schemes) std::printf(" %19s", std::string{s.name}.c_str());
  std::printf("\n");
  for (const point& p : r.points) {
    std::printf("  %-18s", number(p.x, 4).c_str());
    const std::size_t best = p.winner(f);
    for (std::size_t s = 0; s < scheme_count; ++s)
      std::printf(" %18s%c", number(p.value(s, f), 4).c_str(), s == best ? '*' : ' ');
    std::printf("\n");
  }
}

}  // namespace explorer
