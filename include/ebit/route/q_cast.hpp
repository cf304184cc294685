// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/route/best_of.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/q_cast_path.hpp>
#include <ebit/route/shortest_path.hpp>
#include <ebit/route/slots_left.hpp>

namespace ebit::route {

/// Q-CAST's choice of a walk (Shi and Qian, SIGCOMM 2020) as a route policy: the walk and width of the greatest
/// expected throughput, among links driven to each of several fidelities, judged in full by the model. It prefers
/// walks with many slots where one that is shorter but narrow would wait long for its worst link. Slots that the
/// head's own circuits use are no longer there. A round of requests of many heads is planned by `plan_round`.
///
/// The links of this stack attempt without rounds; a slot of a link then succeeds within a round of length T with
/// 1 − e^(−T/t), where t is its mean time to a pair.
struct q_cast {
  /// Zero: each of the lengths at which a slot of the quickest and of the median link succeeds with 0.6, which is the
  /// mean of the authors' networks.
  duration round = duration::zero();
  std::uint16_t most_width = 16;  ///< at least 1
  std::uint16_t most_hops = 15;   ///< at least 1

  [[nodiscard]] status validate() const {
    if (round < duration::zero())
      return config_error{"q_cast.round", ebit::detail::duration_text(round), "0 s (chosen) or more"};
    if (most_width == 0) return config_error{"q_cast.most_width", "0", "1 or more"};
    if (most_hops == 0) return config_error{"q_cast.most_hops", "0", "1 or more"};
    return success{};
  }

  [[nodiscard]] answer choose(const network_map& map, const demand& d, const circuit_forecaster auto& model,
                              std::span<const walk_in_use> in_use = {}) const {
    round_resources of = round_resources::of(map);
    std::vector<walk> candidates;
    for (const double fidelity : link_fidelities(d, most_links(map, d))) {
      const std::vector<double> seconds = seconds_per_slot(map, fidelity, model);
      for (const double length : round_lengths(seconds)) {
        for (std::size_t i = 0; i < seconds.size(); ++i)
          of.success[i] = seconds[i] < 0 ? 0 : seconds[i] == 0 ? 1 : -math::expm1(-length / seconds[i]);
        round_resources left = of;
        for (std::uint32_t i = 0; i < left.slots.size(); ++i) left.slots[i] = slots_left(map, path_id{i}, in_use);
        wide_route found = best_wide_route(map, left, d.from, d.to, most_width, most_hops);
        // Where the head's own circuits hold every way, it queues for the best there is.
        if (found.width == 0) found = best_wide_route(map, of, d.from, d.to, most_width, most_hops);
        consider(candidates, std::move(found.path));
      }
    }
    return best_of(std::move(candidates), map, d, model);
  }
  friend constexpr bool operator==(const q_cast&, const q_cast&) = default;

 private:
  /// Over how many links the wanted fidelity is shared out.
  [[nodiscard]] static std::size_t most_links(const network_map& map, const demand& d) {
    return greatest(std::size_t{1}, shortest_path(map, d.from, d.to, [](const edge&) { return 1.0; }).hops());
  }
  /// The mean time of a slot of each link to a pair when it is driven to that fidelity; below zero where it cannot be.
  [[nodiscard]] static std::vector<double> seconds_per_slot(const network_map& map, double fidelity,
                                                            const circuit_forecaster auto& model) {
    std::vector<double> seconds;
    for (const edge& e : map.edges()) {
      const double all_slots = model.link_seconds(map, e, fidelity);
      const bool works = all_slots >= 0 && all_slots < 1e299;
      seconds.push_back(works ? all_slots * e.slots : -1);
    }
    return seconds;
  }
  [[nodiscard]] std::vector<double> round_lengths(const std::vector<double>& seconds) const {
    if (round > duration::zero()) return {round.seconds()};
    std::vector<double> open;
    for (const double s : seconds)
      if (s >= 0) open.push_back(s);
    if (open.empty()) return {};
    std::sort(open.begin(), open.end());
    const double odds = -math::log(0.4);
    return {open.front() * odds, open[open.size() / 2] * odds};
  }
};
static_assert(route_policy<q_cast> && regards_circuits<q_cast>);

}  // namespace ebit::route
