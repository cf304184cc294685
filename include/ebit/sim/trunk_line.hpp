// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ebit/core/units.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/orchestrate/data_centres.hpp>
#include <ebit/orchestrate/walk_part.hpp>
#include <ebit/route/graph.hpp>
#include <ebit/route/link_model.hpp>

namespace ebit::sim {

/// A trunk of a simulated data centre: endpoints that it ends at, and nodes on it.
struct trunk_line {
  orchestrate::element_id a;
  orchestrate::element_id b;
  ebit::length length{};
  std::uint16_t repeaters = 0;
};

[[nodiscard]] inline std::vector<trunk_line> trunk_lines(const orchestrate::data_centres& joined) {
  std::vector<trunk_line> lines;
  if (!joined.validate()) return lines;
  for (const orchestrate::trunk& t : joined.trunks())
    lines.push_back({joined.endpoint(t.a), joined.endpoint(t.b), t.length, t.repeaters});
  return lines;
}

/// Trunks laid: the links of the map, the run of each trunk, and at which ports their ends are, counted at each node
/// from those that lead along trunks.
struct laid_trunks {
  struct ends {
    std::uint32_t at_a = 0;
    std::uint32_t at_b = 0;
  };
  std::vector<route::edge> edges;
  std::vector<ends> ports;  ///< of each link
  std::vector<orchestrate::trunk_run> runs;
  std::vector<std::uint32_t> used;  ///< such ports of each endpoint
  std::uint32_t repeaters = 0;
};

/// `hardware_of(endpoint)`: what stands at an endpoint's end of a trunk. The repeaters are the nodes from `first` on.
template <class Herald, class HardwareOf>
[[nodiscard]] laid_trunks lay(const std::vector<trunk_line>& lines, std::size_t endpoints, std::uint32_t first,
                              const link::fibre& fibre, const link::hardware& repeater,
                              const HardwareOf& hardware_of) {
  laid_trunks out;
  out.used.assign(endpoints, 0);
  for (const trunk_line& t : lines) {
    orchestrate::trunk_run run{t.a,
                               t.b,
                               path_id{static_cast<std::uint32_t>(out.edges.size())},
                               static_cast<std::uint16_t>(t.repeaters + 1),
                               {}};
    link::fibre span = fibre;
    span.length = t.length / static_cast<double>(t.repeaters + 1);
    node_id at{t.a.value()};
    for (std::uint32_t i = 0; i <= t.repeaters; ++i) {
      const bool begins = i == 0, ends = i == t.repeaters;
      const node_id next{ends ? t.b.value() : first + out.repeaters++};
      const link::hardware &here = begins ? hardware_of(t.a.value()) : repeater,
                           &there = ends ? hardware_of(t.b.value()) : repeater;
      const link::budget b = route::budget_for<Herald>(span, here, there);
      out.edges.push_back({at, next, b, least(here.memories, there.memories)});
      // A repeater's first port looks back, its second one on.
      out.ports.push_back({begins ? out.used[t.a.value()]++ : 1U, ends ? out.used[t.b.value()]++ : 0U});
      run.delay += b.delay;
      at = next;
    }
    out.runs.push_back(run);
  }
  return out;
}

}  // namespace ebit::sim
