// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/route/max_flow.hpp>
#include <ebit/sim/demand.hpp>

namespace comparison {

/// What nobody can exceed: a planner that knows all requests in advance, needs no time to switch, splits its time over
/// any number of partners, and finds fibres free wherever it wants. Endpoint a has ports × span of time, a pair with b
/// takes `pair_time` at both and at one analyser. The most pairs that the endpoints can have is a fractional matching
/// with capacities, half the largest flow through its bipartite double cover; the analysers may bear less.
[[nodiscard]] inline double most_pairs(const ebit::orchestrate::fabric& in,
                                       const std::vector<ebit::sim::timed_request>& requests, ebit::duration span,
                                       double pair_time) {
  const auto n = static_cast<std::uint32_t>(in.endpoints().size());
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> wanted;
  for (const ebit::sim::timed_request& r : requests) {
    const std::uint32_t a = r.wanted.from.value(), b = r.wanted.to.value();
    wanted[a < b ? std::pair{a, b} : std::pair{b, a}] += r.wanted.pairs;
  }
  ebit::route::flow_network<double> net{2 * std::size_t{n} + 2};
  const std::uint32_t source = 2 * n, sink = 2 * n + 1;
  for (std::uint32_t i = 0; i < n; ++i) {
    const double most = in.elements()[i].ports * span.seconds() / pair_time;
    net.add_arc(source, i, most);
    net.add_arc(n + i, sink, most);
  }
  for (const auto& [ends, pairs] : wanted) {
    net.add_arc(ends.first, n + ends.second, pairs);
    net.add_arc(ends.second, n + ends.first, pairs);
  }
  const double analysers = static_cast<double>(in.analysers().size()) * span.seconds() / pair_time;
  return ebit::least(net.push(source, sink) / 2, analysers);
}

}  // namespace comparison
