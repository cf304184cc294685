// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <ebit/route/concepts.hpp>

namespace ebit::route {

/// Whether one circuit is to be preferred: feasible before infeasible, then by rate; of two infeasible the one that
/// comes nearer to the fidelity.
[[nodiscard]] inline bool is_better(const evaluation& a, const evaluation& b) {
  if (a.feasible != b.feasible) return a.feasible;
  return a.feasible ? a.expected.rate() > b.expected.rate() : a.expected.fidelity() > b.expected.fidelity();
}

/// Adds a walk to those that are to be evaluated, unless it is empty or among them.
inline void consider(std::vector<walk>& candidates, walk w) {
  if (!w.links.empty() && std::find(candidates.begin(), candidates.end(), w) == candidates.end())
    candidates.push_back(std::move(w));
}

/// The candidate whose full evaluation is best, of equals the first. Without candidates: `refusal::unreachable`.
[[nodiscard]] answer best_of(std::vector<walk> candidates, const network_map& map, const demand& d,
                             const circuit_forecaster auto& model) {
  answer best;
  if (candidates.empty()) best.circuit.why = refusal::unreachable;
  for (walk& w : candidates) {
    evaluation e = model.evaluate(map, w, d);
    if (!best.path.links.empty() && !is_better(e, best.circuit)) continue;
    best.path = std::move(w);
    best.circuit = std::move(e);
  }
  return best;
}

/// Fidelities at which links are priced when a walk of so many hops is sought: 1/2, and those that leave each link
/// this share of the infidelity that an even split over the hops would allow.
[[nodiscard]] inline std::vector<double> link_fidelities(const demand& d, std::size_t hops) {
  std::vector<double> all{0.5};
  for (const double share : {0.5, 1.0, 2.0})
    all.push_back(std::max(0.5, 1 - share * (1 - d.min_fidelity) / static_cast<double>(hops)));
  return all;
}

}  // namespace ebit::route
