// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include <ebit/core/math.hpp>
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
    const auto consider = [&](walk w) {
      if (!w.links.empty() && std::find(candidates.begin(), candidates.end(), w) == candidates.end())
        candidates.push_back(std::move(w));
    };
    consider(shortest_path(map, d.from, d.to, [](const edge&) { return 1.0; }));
    consider(shortest_path(map, d.from, d.to, [](const edge& e) { return e.budget.delay.seconds(); }));
    answer best;
    if (candidates.empty()) {
      best.circuit.why = refusal::unreachable;
      return best;
    }
    const double hops = static_cast<double>(candidates.back().hops());
    for (const double share :
         {0.0, 0.5, 1.0, 2.0}) {  // of the infidelity that an even split over the hops would allow
      const double each = share == 0 ? 0.5 : std::max(0.5, 1 - share * (1 - d.min_fidelity) / hops);
      consider(shortest_path(map, d.from, d.to, [&](const edge& e) { return model.link_seconds(map, e, each); }));
    }
    for (walk& w : candidates) {
      evaluation e = model.evaluate(map, w, d);
      if (best.path.links.empty() || better(e, best.circuit)) {
        best.path = std::move(w);
        best.circuit = std::move(e);
      }
    }
    return best;
  }
  friend constexpr bool operator==(const cheapest_path&, const cheapest_path&) = default;

 private:
  /// Feasible before infeasible, then by rate; of two infeasible the one that comes nearer to the fidelity.
  [[nodiscard]] static bool better(const evaluation& a, const evaluation& b) {
    if (a.feasible != b.feasible) return a.feasible;
    return a.feasible ? a.expected.rate() > b.expected.rate() : a.expected.fidelity() > b.expected.fidelity();
  }
};
static_assert(route_policy<cheapest_path>);

}  // namespace ebit::route
