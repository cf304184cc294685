// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "network_service/refusals.hpp"
#include "network_service/run.hpp"

/// What is printed.
namespace service {

/// How many columns a UTF-8 text takes.
[[nodiscard]] inline std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// The cities along a path, each once where several nodes in a row are in one.
[[nodiscard]] inline std::string path_text(const ebit::sim::topology& net, const ebit::route::walk& path) {
  std::string text;
  std::string last;
  for (const ebit::node_id n : path.nodes) {
    const auto& v = net.at(n);
    const std::string city = ebit::sim::detail::printable(v.city.empty() ? v.label : v.city);
    if (city == last) continue;
    text += (text.empty() ? "" : " - ") + city;
    last = city;
  }
  return text;
}

[[nodiscard]] inline double kilometres_of(const ebit::sim::topology& net, const ebit::route::walk& path) {
  double sum = 0;
  for (const ebit::path_id p : path.links) sum += ebit::in_kilometres(net.links()[p.value()].line.length);
  return sum;
}

inline void print_header(const ebit::sim::topology& net, const options& o) {
  double length = 0;
  for (const auto& e : net.links()) length += ebit::in_kilometres(e.line.length);
  std::printf("network   %s: %zu nodes, %zu fibres, %.0f km\n",
              ebit::sim::detail::printable(o.network_file, 400).c_str(), net.size(), net.links().size(), length);
  std::printf("hardware  %.*s (%.*s)%s%s\n", static_cast<int>(o.hardware.name.size()), o.hardware.name.data(),
              static_cast<int>(o.hardware.source.size()), o.hardware.source.data(), o.changed.empty() ? "" : ", but ",
              o.changed.c_str());
  std::printf("stack     %.*s: %.*s; %s\n", static_cast<int>(o.profile.name.size()), o.profile.name.data(),
              static_cast<int>(o.profile.meaning.size()), o.profile.meaning.data(),
              o.hardware.scheme == ebit::link::click_scheme::single_click ? "one photon per herald"
                                                                          : "two photons per herald");
  std::printf("seed      %llu\n\n", static_cast<unsigned long long>(o.seed));
}

/// One line of figures and one with the path, or with the reason, for each request.
inline void print_report(const ebit::sim::topology& net, const options& o, const outcomes& all) {
  const fitting_click herald{o.hardware.scheme};
  std::vector<std::string> titles;
  std::size_t widest = 4;
  for (const outcome& out : all.requests) {
    titles.push_back(net.describe(out.record.asked.from) + " to " + net.describe(out.record.asked.to));
    widest = std::max(widest, columns(titles.back()));
  }
  std::printf("%4s  %-*s  %4s  %7s  %11s  %9s  %9s  %-15s  %8s  %9s  %9s\n", "", static_cast<int>(widest), "request",
              "hops", "km", "pairs", "pairs/s", "forecast", "fidelity", "forecast", "median", "95 %");
  std::size_t served = 0, refused = 0, pairs = 0;
  for (std::size_t i = 0; i < all.requests.size(); ++i) {
    const outcome& out = all.requests[i];
    const ebit::sim::request_record& r = out.record;
    const std::string pad(widest - columns(titles[i]), ' ');
    const std::string count = std::to_string(r.deliveries.size()) + '/' + std::to_string(r.asked.pairs);
    std::printf("%4zu  %s%s  %4zu  %7.1f  %11s", i + 1, titles[i].c_str(), pad.c_str(), out.planned.path.hops(),
                kilometres_of(net, out.planned.path), count.c_str());
    pairs += r.deliveries.size();
    if (r.refused()) {
      ++refused;
      std::printf("  refused\n      %s\n", refusal_text(net, all, herald, out).c_str());
      continue;
    }
    if (r.deliveries.size() >= r.asked.pairs && r.fidelity() >= r.asked.min_fidelity) ++served;
    char fidelity[48];
    std::snprintf(fidelity, sizeof fidelity, "%.4f +- %.4f", r.fidelity(), r.fidelity_error());
    std::printf("  %9.4g  %9.4g  %-15s  %8.4f  %9s  %9s\n      %s\n", r.rate(), r.expected().rate(), fidelity,
                r.expected().fidelity(), time_text(r.wait_quantile(0.5).seconds()).c_str(),
                time_text(r.wait_quantile(0.95).seconds()).c_str(), path_text(net, out.planned.path).c_str());
    for (const rerouting& other : out.other_ways)
      std::printf("      from %s on: %s\n", time_text(other.at.since_epoch().seconds()).c_str(),
                  path_text(net, other.path).c_str());
  }
  std::printf("\n%zu of %zu requests served with the fidelity asked, %zu refused; %zu pairs in %s, %llu events\n",
              served, all.requests.size(), refused, pairs, time_text(all.end.since_epoch().seconds()).c_str(),
              static_cast<unsigned long long>(all.events));
  std::printf(
      "Forecasts bound the mean from below (a few pairs may fall short by chance); median and 95 %% are of the time "
      "between one pair and the next.\n");
}

}  // namespace service
