// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/time.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/purify/concepts.hpp>
#include <ebit/route/graph.hpp>
#include <ebit/route/link_model.hpp>
#include <ebit/route/swap_schedule.hpp>
#include <ebit/swap/concepts.hpp>

namespace ebit::route {

/// What of a circuit along a walk does not depend on how its links are driven.
struct circuit_frame {
  std::uint16_t width = 1;       ///< slots of each link
  std::uint16_t worst = 0;       ///< the hop that has the fewest, if they are too few
  bool short_of_memory = false;  ///< for the width that is asked for, or for the rounds of distillation
  std::vector<double> best;      ///< fidelity of each link that no drive exceeds
  schedule_offsets offsets;
  std::vector<bool> forward;  ///< the walk goes from the link's end A to its end B

  [[nodiscard]] double highest() const {
    double top = 0;
    for (const double b : best) top = std::max(top, b);
    return top;
  }
};

/// `width`: slots per link; 0: as many as the shortest link of the walk has. `link_rounds`: of distillation on each
/// link.
template <herald::herald_policy Herald, purify::purify_policy Purify, swap::swap_policy Swap>
[[nodiscard]] circuit_frame frame_of(const Herald& herald, const Purify& purify, const Swap& swap, std::uint8_t width,
                                     std::uint8_t link_rounds, const network_map& map, const walk& w) {
  circuit_frame f;
  schedule_input input;
  f.width = width == 0 ? 255 : width;
  for (std::size_t k = 0; k < w.hops(); ++k) {
    const edge& e = map.along(w.links[k]);
    if (e.slots < f.width && width == 0) f.width = e.slots;
    if (e.slots < f.width) f.short_of_memory = true, f.worst = static_cast<std::uint16_t>(k), f.width = e.slots;
  }
  // One slot for each level of a recurrence, two for pumping.
  const int needed = purify::pumps<Purify> ? (purify.rounds > 0 ? 2 : 1) : purify.rounds + 1;
  if (f.width < needed) f.short_of_memory = true;
  for (std::size_t k = 0; k < w.hops(); ++k) {
    const edge& e = map.along(w.links[k]);
    const link::budget& b = e.budget;
    f.forward.push_back(e.a == w.nodes[k]);
    f.best.push_back(best_fidelity(herald, b));
    const duration arm = std::max(b.station_a, b.station_b);
    const duration distil = link_rounds * (b.delay + std::max(map.at(e.a).gate_time, map.at(e.b).gate_time));
    const duration a = arm + b.station_a + distil, z = arm + b.station_b + distil;
    input.links.push_back({f.forward[k] ? a : z, f.forward[k] ? z : a, b.delay});
  }
  for (const node_id n : w.nodes) input.gate_times.push_back(map.at(n).gate_time);
  f.offsets = swap_offsets(swap, input);
  return f;
}

}  // namespace ebit::route
