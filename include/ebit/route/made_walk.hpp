// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/route/graph.hpp>
#include <ebit/route/laid_walk.hpp>
#include <ebit/route/link_model.hpp>

namespace ebit::route {

/// A part of a walk that was made for a node and that the node does not touch: a light path between two others, or a
/// run of links that are on the map from the start.
struct made_leg {
  path_id path;  ///< of a run the link it begins with
  node_id from;  ///< the end nearer to the head
  node_id to;
  link::lit_path light;   ///< of a light path; its end a is `from`
  std::uint16_t run = 0;  ///< links, whose names follow each other; 0: a light path
  bool descends = false;  ///< the names of the run go down
};

/// A walk that a fabric has made for requests of this node: over a path that is up at one of its ports, and on. It
/// lasts as long as that path does.
struct made_walk {
  path_id first;
  std::vector<made_leg> onward;
};

/// A light path between two nodes as a link of the map, where it is known what stands at them: nothing otherwise, or
/// if no light gets through. That of the smaller name is its end A, `light`'s end a is `from`.
template <class Herald>
[[nodiscard]] std::optional<edge> lit_edge(const network_map& map, node_id from, node_id to,
                                           const link::lit_path& light, std::uint32_t slots) {
  const link::hardware *here = map.equipment_at(from, light.station), *there = map.equipment_at(to, light.station);
  if (here == nullptr || there == nullptr || from == to) return std::nullopt;
  const bool is_a = from < to;
  const link::lit_path line = is_a ? light : light.reversed();
  if (!line.validate() || line.transmittance_a == 0 || line.transmittance_b == 0) return std::nullopt;
  constexpr double photons = herald::photons_per_attempt<Herald>;
  const link::budget b = budget_for<Herald>(line, line.seen_through(half::a, is_a ? *here : *there, photons),
                                            line.seen_through(half::b, is_a ? *there : *here, photons));
  const auto least_slots = static_cast<std::uint16_t>(least(slots, std::uint32_t{there->memories}));
  return edge{is_a ? from : to, is_a ? to : from, b, least_slots};
}

/// Nothing if the legs do not follow each other, or the map cannot say what they are like.
template <class Herald>
[[nodiscard]] std::optional<laid_walk> lay(const network_map& map, node_id self, const made_walk& w) {
  if (!map.knows(w.first)) return std::nullopt;
  laid_walk out;
  out.way = {{self, map.along(w.first).other(self)}, {w.first}};
  for (const made_leg& leg : w.onward) {
    if (leg.from != out.way.nodes.back()) return std::nullopt;
    if (leg.run == 0) {
      const link::hardware* here = map.equipment_at(leg.from);
      if (here == nullptr || map.knows(leg.path)) return std::nullopt;
      const std::optional<edge> e = lit_edge<Herald>(map, leg.from, leg.to, leg.light, here->memories);
      if (!e) return std::nullopt;
      out.made.push_back({leg.path, *e});
      out.way.links.push_back(leg.path);
      out.way.nodes.push_back(leg.to);
      continue;
    }
    for (std::uint32_t i = 0; i < leg.run; ++i) {
      const path_id link{leg.descends ? leg.path.value() - i : leg.path.value() + i};
      if (!link.valid() || link.value() >= map.edges().size()) return std::nullopt;
      const edge& e = map.along(link);
      const node_id at = out.way.nodes.back();
      if (e.a != at && e.b != at) return std::nullopt;
      out.way.links.push_back(link);
      out.way.nodes.push_back(e.other(at));
    }
    if (out.way.nodes.back() != leg.to) return std::nullopt;
  }
  return out;
}

}  // namespace ebit::route
