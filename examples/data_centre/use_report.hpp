// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>

#include "data_centre/numbers.hpp"
#include "data_centre/run.hpp"

/// How much of everything was in use, as it is printed.
namespace centre {

/// A class of things: how many there are, the share of them that was lent on average and when most were, and of what
/// time the one was that was lent most.
inline void print_use_row(const std::string& what, double count, double mean, double peak, double busiest) {
  if (count > 0)
    std::printf("           %-32s %7.0f %11s %11s %11s\n", what.c_str(), count, percent(mean / count).c_str(),
                percent(peak / count).c_str(), percent(busiest).c_str());
}

inline void print_use(const scene& s, const outcome& out) {
  const ebit::orchestrate::fabric& in = s.layout;
  std::printf("\nin use     %-32s %7s %11s %11s %11s\n", "", "number", "mean", "peak", "busiest");
  const auto row = [&](const char* what, auto elements, auto member, const auto& whole_of, double each) {
    double count = 0, busiest = 0, mean = 0, peak = 0;
    for (const auto e : elements) {
      count += whole_of(e) / each;
      busiest = std::max(busiest, out.use.ports_of(e) / whole_of(e));
    }
    for (const sample& one : out.use.all()) {
      mean += static_cast<double>(one.*member) / static_cast<double>(out.use.all().size());
      peak = std::max(peak, static_cast<double>(one.*member));
    }
    print_use_row(what, count, mean, peak, busiest);
  };
  const auto fibres_at = [&](auto e) { return static_cast<double>(in.incident(e).size()); };
  row("ports of endpoints", in.endpoints(), &sample::ports, [&](auto e) { return double{1} * in.at(e).ports; }, 1);
  for (const fibre_class& c : out.use.classes()) {
    double mean = 0, busiest = 0;
    for (const auto id : c.fibres) {
      mean += out.use.use_of(id);
      busiest = std::max(busiest, out.use.use_of(id));
    }
    const std::string low = c.low == 0 ? "endpoints" : "tier " + std::to_string(c.low);
    print_use_row("fibres, " + low + " to tier " + std::to_string(c.high), static_cast<double>(c.fibres.size()), mean,
                  c.peak, busiest);
  }
  row("ports of switches", in.switches(), &sample::switch_ports, fibres_at, 1);
  row("analysers", in.analysers(), &sample::analysers, fibres_at, 2);
  // Units are up and locked before the run begins.
  std::printf("units     ");
  const double whole = s.span.seconds() * static_cast<double>(in.endpoints().size());
  const char* separator = " ";
  for (std::size_t p = 0; p < out.units.size(); ++p) {
    if (out.units[p] == ebit::duration::zero()) continue;
    std::printf("%s%s %s", separator, name_of(static_cast<ebit::link::device_phase>(p)),
                percent(out.units[p].seconds() / whole).c_str());
    separator = ", ";
  }
  std::printf("\n");
}

}  // namespace centre
