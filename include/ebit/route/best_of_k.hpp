// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/route/best_of.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/k_shortest_paths.hpp>

namespace ebit::route {

/// As `cheapest_path`, but of the `walks` shortest by each measure instead of the shortest alone. End-to-end rate at a
/// fidelity is monotone along a walk, yet the part of the best walk need not be best (Caleffi, IEEE Access 5, 22299
/// (2017)): no sum of link costs finds it for certain, looking at more walks in full does so ever more often. With
/// `walks` large enough it is the best of all.
struct best_of_k {
  std::uint16_t walks = 4;  ///< by each measure, at least 1

  [[nodiscard]] answer choose(const network_map& map, const demand& d, const circuit_forecaster auto& model) const {
    std::vector<walk> candidates;
    const auto add = [&](const auto& cost) {
      for (ranked_walk& w : k_shortest_paths(map, d.from, d.to, walks, cost)) consider(candidates, std::move(w.path));
    };
    add([](const edge&) { return 1.0; });
    if (!candidates.empty()) {
      add([](const edge& e) { return e.budget.delay.seconds(); });
      for (const double each : link_fidelities(d, candidates.front().hops()))
        add([&](const edge& e) { return model.link_seconds(map, e, each); });
    }
    return best_of(std::move(candidates), map, d, model);
  }
  friend constexpr bool operator==(const best_of_k&, const best_of_k&) = default;
};
static_assert(route_policy<best_of_k>);

}  // namespace ebit::route
