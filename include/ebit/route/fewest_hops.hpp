// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/route/concepts.hpp>
#include <ebit/route/shortest_path.hpp>

namespace ebit::route {

/// The walk with the fewest links, whatever they are like. Fast, and blind to rate and fidelity.
struct fewest_hops {
  [[nodiscard]] static answer choose(const network_map& map, const demand& d, const circuit_forecaster auto& model) {
    answer out;
    out.path = shortest_path(map, d.from, d.to, [](const edge&) { return 1.0; });
    if (out.path.links.empty()) {
      out.circuit.why = refusal::unreachable;
      return out;
    }
    out.circuit = model.evaluate(map, out.path, d);
    return out;
  }
  friend constexpr bool operator==(const fewest_hops&, const fewest_hops&) = default;
};
static_assert(route_policy<fewest_hops>);

}  // namespace ebit::route
