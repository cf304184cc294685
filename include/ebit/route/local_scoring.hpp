// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/route/best_of.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/slots_left.hpp>

namespace ebit::route {

/// What a node knows of one of its own links at this moment: what it has measured itself, of which the older counts
/// less (`measured_metrics`), and what its neighbour there tells it of its memories.
struct link_sight {
  double pairs_per_second = 0;   ///< 0: closed
  double fidelity = 1;           ///< of its pairs; 1/4 or less: closed
  std::uint16_t free_slots = 1;  ///< at the end that has fewer; 0: closed
  std::uint16_t slots = 1;       ///< in all, at least `free_slots`
};

/// Whatever knows what nodes see. `see` is only asked of links that end at the node.
template <class View>
concept local_view = requires(const View& view, node_id at, path_id link) {
  { view.see(at, link) } -> std::same_as<link_sight>;
};

/// How many links each node is away from `to`, over all links of the map whatever their state; all ones where there is
/// no way. It changes with the map alone, and is what a node keeps for each destination.
[[nodiscard]] inline std::vector<std::uint32_t> ranks_towards(const network_map& map, node_id to) {
  EBIT_ASSERT(to.value() < map.nodes(), "a walk to an unknown node");
  std::vector<std::uint32_t> ranks(map.nodes(), ~std::uint32_t{0});
  std::vector<node_id> queue{to};
  ranks[to.value()] = 0;
  for (std::size_t i = 0; i < queue.size(); ++i)
    for (const std::uint32_t index : map.incident(queue[i])) {
      const node_id next = map.along(path_id{index}).other(queue[i]);
      if (ranks[next.value()] != ~std::uint32_t{0}) continue;
      ranks[next.value()] = ranks[queue[i].value()] + 1;
      queue.push_back(next);
    }
  return ranks;
}

namespace detail {

/// What a model says of single links that are driven to `fidelity`.
template <class Model>
struct link_sights {
  const network_map* map;
  const Model* model;
  std::span<const walk_in_use> in_use;
  double fidelity;

  [[nodiscard]] link_sight see(node_id at, path_id link) const {
    const edge& e = map->along(link);
    const double seconds = model->link_seconds(*map, e, fidelity);
    if (!(seconds >= 0 && seconds < 1e299)) return {};
    const node_id other = e.other(at);
    const evaluation alone = model->evaluate(*map, walk{{at, other}, {link}}, {at, other, 1, fidelity});
    link_sight s;
    s.pairs_per_second = seconds > 0 ? 1 / seconds : 1e300;
    s.fidelity = alone.feasible && alone.expected.fidelity() > 0 ? alone.expected.fidelity() : fidelity;
    s.slots = e.slots;
    s.free_slots = slots_left(*map, link, in_use);
    return s;
  }
};

}  // namespace detail

/// Each node on the way chooses the next link by itself, by what it sees of its own links at that moment; nobody
/// collects the state of the network, and nothing is out of date.
///
/// A link scores with its rate, the Werner parameter of its pairs and the share of its memories that is free, each as
/// a logarithm, so that scores add up along a walk as rates and fidelities multiply; every link more than the fewest
/// that are needed costs the price of one Bell measurement. These are the three things that RADAR-Q weighs against
/// each other at each node: path length with link fidelity, instantaneous availability of memory, and the number of
/// intermediate Bell measurements (Tian et al., arXiv:2603.27570, abstract and introduction). The form of the score
/// and its weights are this library's. So is what keeps walks from turning in circles: where RADAR-Q climbs a hierarchy
/// to the nearest common ancestor of the two ends, here each node knows how far it is from the destination, its rank,
/// as in a graph directed towards it (RPL: RFC 6550); a walk goes down in rank, but for `detour` links in all, never to
/// a node that is in its trail, and from a dead end back to where it can go on.
struct local_scoring {
  double rate_weight = 1;      ///< of ln(pairs per second), 0 or more
  double fidelity_weight = 1;  ///< of ln w, w = (4F − 1)/3
  double memory_weight = 1;    ///< of ln(free slots / slots)
  double swap_cost = 1;        ///< of each link beyond the fewest, in the same units
  std::uint16_t detour = 2;    ///< links more than the fewest that a walk may have

  [[nodiscard]] status validate() const {
    const auto check = [](const char* name, double value) -> status {
      if (value >= 0 && value <= 1e6) return success{};
      return config_error{name, ebit::detail::number_text(value), "0 to 1000000"};
    };
    if (auto ok = check("local_scoring.rate_weight", rate_weight); !ok) return ok;
    if (auto ok = check("local_scoring.fidelity_weight", fidelity_weight); !ok) return ok;
    if (auto ok = check("local_scoring.memory_weight", memory_weight); !ok) return ok;
    return check("local_scoring.swap_cost", swap_cost);
  }

  /// What a link that leads `extra` links off the shortest way scores; below every score if it is closed.
  [[nodiscard]] double score(const link_sight& s, std::uint32_t extra) const {
    const double werner = (4 * s.fidelity - 1) / 3;
    if (!(s.pairs_per_second > 0) || !(werner > 0) || s.free_slots == 0) return closed;
    return rate_weight * math::log(s.pairs_per_second) + fidelity_weight * math::log(werner) +
           memory_weight * math::log(static_cast<double>(s.free_slots) / static_cast<double>(s.slots)) -
           swap_cost * static_cast<double>(extra);
  }

  /// The walk that nodes find one after the other; empty if they get stuck. `ranks` are those towards `to`. Every link
  /// is tried at most once from either end for each number of extra links that are left.
  [[nodiscard]] walk find(const network_map& map, node_id from, node_id to, std::span<const std::uint32_t> ranks,
                          const local_view auto& view) const {
    EBIT_ASSERT(from.value() < map.nodes() && to.value() < map.nodes() && ranks.size() == map.nodes(),
                "a walk between unknown nodes, or ranks of another map");
    walk w{{from}, {}};
    if (from == to || ranks[from.value()] == ~std::uint32_t{0}) return {};
    std::vector<std::vector<choice>> open;                // at each node of the walk, the best last
    std::vector<std::uint32_t> hopeless(map.nodes(), 0);  // with fewer links left to spare than this
    open.push_back(choices_at(map, from, ranks, detour, view));
    std::vector<std::uint32_t> spare{detour};
    while (w.nodes.back() != to) {
      if (open.back().empty()) {  // back to the node before
        std::uint32_t& known = hopeless[w.nodes.back().value()];
        known = std::max(known, spare.back() + 1);
        open.pop_back();
        spare.pop_back();
        w.nodes.pop_back();
        if (w.nodes.empty()) return {};
        w.links.pop_back();
        continue;
      }
      const choice next = open.back().back();
      open.back().pop_back();
      const node_id there = map.along(next.link).other(w.nodes.back());
      const std::uint32_t left = spare.back() - next.extra;
      if (left < hopeless[there.value()] || std::find(w.nodes.begin(), w.nodes.end(), there) != w.nodes.end())
        continue;
      w.nodes.push_back(there);
      w.links.push_back(next.link);
      spare.push_back(left);
      open.push_back(there == to ? std::vector<choice>{} : choices_at(map, there, ranks, left, view));
    }
    return w;
  }

  /// As a route policy the head does the nodes' part, with what its model says of each link alone, measured or
  /// forecast, and the slots that its own circuits leave; links are seen at several fidelities, and of the walks that
  /// come of it the best is taken.
  [[nodiscard]] answer choose(const network_map& map, const demand& d, const circuit_forecaster auto& model,
                              std::span<const walk_in_use> in_use = {}) const {
    const std::vector<std::uint32_t> ranks = ranks_towards(map, d.to);
    std::vector<walk> candidates;
    if (ranks[d.from.value()] != ~std::uint32_t{0} && d.from != d.to)
      for (const double fidelity : link_fidelities(d, ranks[d.from.value()])) {
        const auto seen_with = [&](std::span<const walk_in_use> used) {
          return detail::link_sights<std::remove_cvref_t<decltype(model)>>{&map, &model, used, fidelity};
        };
        walk found = find(map, d.from, d.to, ranks, seen_with(in_use));
        // Where the head's own circuits hold every way, it queues for the best there is.
        if (found.links.empty()) found = find(map, d.from, d.to, ranks, seen_with({}));
        consider(candidates, std::move(found));
      }
    return best_of(std::move(candidates), map, d, model);
  }
  friend constexpr bool operator==(const local_scoring&, const local_scoring&) = default;

 private:
  static constexpr double closed = -1e300;

  struct choice {
    double score = 0;
    std::uint32_t extra = 0;
    path_id link;
  };
  /// The links that may come next, from the worst to the best; of equal scores the smaller link number.
  [[nodiscard]] std::vector<choice> choices_at(const network_map& map, node_id at,
                                               std::span<const std::uint32_t> ranks, std::uint32_t spare,
                                               const local_view auto& view) const {
    std::vector<choice> all;
    for (const std::uint32_t index : map.incident(at)) {
      const std::uint32_t next = map.along(path_id{index}).other(at).value();
      const std::uint32_t extra = ranks[next] + 1 - ranks[at.value()];
      if (extra > spare) continue;
      const double value = score(view.see(at, path_id{index}), extra);
      if (value > closed) all.push_back({value, extra, path_id{index}});
    }
    std::sort(all.begin(), all.end(), [](const choice& a, const choice& b) {
      return a.score != b.score ? a.score < b.score : a.link > b.link;
    });
    return all;
  }
};
static_assert(route_policy<local_scoring> && regards_circuits<local_scoring>);

}  // namespace ebit::route
