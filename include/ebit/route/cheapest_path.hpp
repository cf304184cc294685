// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include <ebit/route/best_of.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/shortest_path.hpp>

namespace ebit::route {

/// The walk on which the forecast promises the highest rate at the wanted fidelity. Seconds per pair at a fidelity is
/// a link cost that adds up well (Van Meter et al. 2013, arXiv:1206.5655), but the fidelity every link has to have
/// depends on how many there are; so walks are sought at several link fidelities, and by delay and by hops, and each
/// is evaluated in full.
struct cheapest_path {
  [[nodiscard]] static answer choose(const network_map& map, const demand& d, const circuit_forecaster auto& model) {
    std::vector<walk> candidates;
    consider(candidates, shortest_path(map, d.from, d.to, [](const edge&) { return 1.0; }));
    consider(candidates, shortest_path(map, d.from, d.to, [](const edge& e) { return e.budget.delay.seconds(); }));
    if (!candidates.empty())
      for (const double each : link_fidelities(d, candidates.back().hops()))
        consider(candidates,
                 shortest_path(map, d.from, d.to, [&](const edge& e) { return model.link_seconds(map, e, each); }));
    return best_of(std::move(candidates), map, d, model);
  }
  friend constexpr bool operator==(const cheapest_path&, const cheapest_path&) = default;
};
static_assert(route_policy<cheapest_path>);

}  // namespace ebit::route
