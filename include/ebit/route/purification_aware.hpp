// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/result.hpp>
#include <ebit/route/best_of.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/k_shortest_paths.hpp>

namespace ebit::route {

/// A model that can be asked what a walk gives with another number of distillation rounds.
template <class Model>
concept purification_forecaster =
    circuit_forecaster<Model> &&
    requires(const Model& model, const network_map& map, const walk& w, const demand& d, std::uint8_t rounds) {
      { model.evaluate(map, w, d, rounds) } -> std::same_as<evaluation>;
    };

/// Walk, distillation rounds and drive of the links chosen together. A walk that is too noisy as it is may, distilled,
/// be faster than a clean detour; and links that are distilled may be driven harder. Walks are the `walks` shortest by
/// hops, by delay, and by the time per pair at link fidelities from 1/2 up to what an even split of the infidelity
/// leaves, so that there are some for every number of rounds; each is evaluated in full with 0 to `most_rounds`, the
/// fastest that reaches the fidelity is taken. The circuit's plan carries the rounds to the nodes, whatever number
/// their profile's purification policy has. With a model that knows of no rounds it is `best_of_k` with more
/// fidelities.
struct purification_aware {
  std::uint8_t most_rounds = 3;  ///< 0 to 8; what the purification policy or the slots do not allow is left out
  std::uint16_t walks = 3;       ///< by each measure, at least 1

  [[nodiscard]] status validate() const {
    if (most_rounds > 8) return config_error{"purification_aware.most_rounds", std::to_string(most_rounds), "0 to 8"};
    if (walks == 0) return config_error{"purification_aware.walks", "0", "1 or more"};
    return success{};
  }

  [[nodiscard]] answer choose(const network_map& map, const demand& d, const circuit_forecaster auto& model) const {
    std::vector<walk> candidates;
    const auto add = [&](const auto& cost) {
      for (ranked_walk& w : k_shortest_paths(map, d.from, d.to, walks, cost)) consider(candidates, std::move(w.path));
    };
    add([](const edge&) { return 1.0; });
    if (!candidates.empty()) {
      const double hops = static_cast<double>(candidates.front().hops());
      add([](const edge& e) { return e.budget.delay.seconds(); });
      for (const double share : {0.5, 1.0, 2.0, 4.0, 8.0, 16.0})
        add([&](const edge& e) {
          return model.link_seconds(map, e, greatest(0.5, 1 - share * (1 - d.min_fidelity) / hops));
        });
    }
    if constexpr (!purification_forecaster<std::remove_cvref_t<decltype(model)>>) {
      return best_of(std::move(candidates), map, d, model);
    } else {
      answer best;
      if (candidates.empty()) best.circuit.why = refusal::unreachable;
      for (const walk& w : candidates)
        for (std::uint8_t rounds = 0; rounds <= most_rounds; ++rounds) {
          evaluation e = model.evaluate(map, w, d, rounds);
          if (best.path.links.empty() || is_better(e, best.circuit)) best = {w, std::move(e)};
        }
      return best;
    }
  }
  friend constexpr bool operator==(const purification_aware&, const purification_aware&) = default;
};
static_assert(route_policy<purification_aware>);

}  // namespace ebit::route
