// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/route/q_cast_path.hpp>

namespace ebit::route {

/// How far Q-CAST goes. The defaults are those of its authors' evaluation, but for the width.
struct q_cast_limits {
  std::uint16_t most_width = 16;    ///< of a walk, at least 1
  std::uint16_t most_hops = 15;     ///< of a walk, at least 1
  std::uint16_t recovery_span = 3;  ///< a detour bridges up to so many links of its walk; 0: none are reserved
  std::uint16_t most_walks = 200;   ///< in a round, detours not counted
  double least_throughput = 1e-9;   ///< walks that give less are not worth a slot; above 0

  friend bool operator==(const q_cast_limits&, const q_cast_limits&) = default;
};

/// Two nodes that want pairs with each other.
struct node_pair {
  node_id from;
  node_id to;
};

/// A way around a stretch of a walk, from its node number `first` to its node number `last`.
struct recovery_route {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  wide_route way;
};

/// What a round is to do for one of the requests.
struct q_cast_route {
  std::size_t request = 0;  ///< which of them
  wide_route major;
  std::vector<recovery_route> detours;
};

/// The plan of a round for requests that contend for slots: of all requests' best walks the one of the greatest
/// expected throughput is given its slots, again and again until none is left that gives anything; then, with what
/// remains, detours around one to `recovery_span` links of each walk, in the order in which the walks were picked
/// (Q-CAST: Shi and Qian, SIGCOMM 2020, with the numbers of their published simulator). A request can get several
/// walks. Of equal walks the earlier request's goes first. Where theirs takes the greatest width at which there is any
/// walk, this takes the width at which the walk gives most.
[[nodiscard]] inline std::vector<q_cast_route> plan_round(const network_map& map, round_resources of,
                                                          std::span<const node_pair> requests,
                                                          const q_cast_limits& limits = {}) {
  EBIT_ASSERT(limits.most_width > 0 && limits.most_hops > 0 && limits.least_throughput > 0,
              "q_cast_limits: out of range");
  std::vector<q_cast_route> plan;
  const auto best_between = [&](node_id from, node_id to) {
    return best_wide_route(map, of, from, to, limits.most_width, limits.most_hops);
  };
  std::vector<wide_route> best(requests.size());
  const auto still_fits = [&](const wide_route& r) {
    return r.width > 0 && throughput_of(of, r.path, r.width) > 0;  // what others took can only close walks
  };
  for (std::size_t i = 0; i < requests.size(); ++i) best[i] = best_between(requests[i].from, requests[i].to);
  while (plan.size() < limits.most_walks) {
    std::size_t pick = requests.size();
    double most = limits.least_throughput;
    for (std::size_t i = 0; i < requests.size(); ++i)
      if (best[i].throughput > most) pick = i, most = best[i].throughput;
    if (pick == requests.size()) break;
    of.take(best[pick].path, best[pick].width);
    plan.push_back({pick, best[pick], {}});
    for (std::size_t i = 0; i < requests.size(); ++i)
      if (best[i].width > 0 && !still_fits(best[i])) best[i] = best_between(requests[i].from, requests[i].to);
  }
  for (q_cast_route& route : plan)
    for (std::size_t span = 1; span <= limits.recovery_span; ++span)
      for (std::size_t first = 0; first + span <= route.major.path.hops(); ++first) {
        const std::vector<node_id>& nodes = route.major.path.nodes;
        wide_route way = best_between(nodes[first], nodes[first + span]);
        if (!(way.throughput > limits.least_throughput)) continue;
        of.take(way.path, way.width);
        route.detours.push_back(
            {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(first + span), std::move(way)});
      }
  return plan;
}

/// How many slots of each link of a walk have made a pair in a round, and of each link of each of its detours.
struct round_outcome {
  std::vector<std::uint16_t> major;
  std::vector<std::vector<std::uint16_t>> detours;
};

/// The end-to-end walks that can be joined out of what a round has made, at most as many as the walk is wide: one
/// after the other, each over the fewest links that are left, straight on where the walk itself is as short. What the
/// nodes need to know for that are the outcomes of links up to `recovery_span` away.
[[nodiscard]] inline std::vector<walk> joinable(const q_cast_route& route, round_outcome made) {
  const walk& major = route.major.path;
  EBIT_ASSERT(made.major.size() == major.hops() && made.detours.size() == route.detours.size(),
              "round_outcome: of another walk");
  const std::size_t hops = major.hops();
  constexpr std::uint32_t far = ~std::uint32_t{0};
  constexpr std::size_t straight = ~std::size_t{0};
  std::vector<walk> all;
  while (all.size() < route.major.width) {
    std::vector<std::uint32_t> links(hops + 1, far);  // to each node of the walk, all steps lead forwards
    std::vector<std::size_t> step(hops + 1, straight);
    links[0] = 0;
    for (std::size_t at = 0; at < hops; ++at) {
      if (links[at] == far) continue;
      if (made.major[at] > 0 && links[at] + 1 <= links[at + 1])
        links[at + 1] = links[at] + 1, step[at + 1] = straight;
      for (std::size_t d = 0; d < route.detours.size(); ++d) {
        const recovery_route& r = route.detours[d];
        if (r.first != at) continue;
        bool whole = true;
        for (const std::uint16_t pairs : made.detours[d]) whole = whole && pairs > 0;
        const auto total = static_cast<std::uint32_t>(links[at] + r.way.path.hops());
        if (whole && total < links[r.last]) links[r.last] = total, step[r.last] = d;
      }
    }
    if (links[hops] == far) break;
    std::vector<std::size_t> steps;
    for (std::size_t at = hops; at > 0; at = step[at] == straight ? at - 1 : route.detours[step[at]].first)
      steps.push_back(at);
    walk w{{major.nodes.front()}, {}};
    for (std::size_t i = steps.size(); i-- > 0;) {
      const std::size_t to = steps[i], d = step[to];
      if (d == straight) {
        --made.major[to - 1];
        w.nodes.push_back(major.nodes[to]);
        w.links.push_back(major.links[to - 1]);
        continue;
      }
      for (std::uint16_t& pairs : made.detours[d]) --pairs;
      const walk& way = route.detours[d].way.path;
      w.nodes.insert(w.nodes.end(), way.nodes.begin() + 1, way.nodes.end());
      w.links.insert(w.links.end(), way.links.begin(), way.links.end());
    }
    all.push_back(std::move(w));
  }
  return all;
}

}  // namespace ebit::route
