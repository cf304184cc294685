// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/result.hpp>
#include <ebit/route/best_of.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/disjoint_paths.hpp>
#include <ebit/route/max_flow.hpp>
#include <ebit/route/shortest_path.hpp>
#include <ebit/route/slots_left.hpp>
#include <ebit/route/widest_path.hpp>

namespace ebit::route {

/// A part of a request: so many of its pairs over this walk.
struct share {
  walk path;
  evaluation circuit;
  std::uint32_t pairs = 0;
};

/// A route policy that can split a request over several walks.
template <class Policy>
concept splits_requests = route_policy<Policy> && requires(const Policy& policy, const network_map& map,
                                                           const demand& d, const generous_model& model) {
  { policy.split(map, d, model) } -> std::same_as<std::vector<share>>;
};

/// `pairs` in proportion to weights, whose sum is above 0, by largest remainders; of equal ones the first.
[[nodiscard]] inline std::vector<std::uint32_t> in_proportion(std::uint32_t pairs,
                                                              const std::vector<double>& weights) {
  double sum = 0;
  for (const double w : weights) sum += w;
  EBIT_ASSERT(sum > 0, "in_proportion: nothing to go by");
  std::vector<std::uint32_t> parts;
  std::vector<std::pair<double, std::size_t>> rests;
  std::uint32_t given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double exact = weights[i] / sum * static_cast<double>(pairs);
    parts.push_back(std::min(static_cast<std::uint32_t>(exact), pairs - given));
    given += parts.back();
    rests.emplace_back(-(exact - static_cast<double>(parts.back())), i);
  }
  std::sort(rests.begin(), rests.end());
  for (std::size_t i = 0; given < pairs; i = i + 1 < rests.size() ? i + 1 : 0, ++given) ++parts[rests[i].second];
  return parts;
}

/// Several walks at once. Out of walks that share no link (the cheapest sets of two, three and more at several link
/// fidelities) and of those that carry the largest flow of expected link rates, it takes the set of the highest total
/// rate among those whose circuits find slots on every link at the same time, each of which reaches the fidelity by
/// itself. The largest flow bounds what any set can give (the min-cut: Pirandola, Commun. Phys. 2, 51 (2019)).
///
/// A circuit serves one walk. So a large request is put as several, one for each part of `split`
/// (`sim::network::request_parts`), and the head gives each the best walk of the set that it does not use already.
struct multipath {
  std::uint16_t most_walks = 4;  ///< 1 to 8

  [[nodiscard]] status validate() const {
    if (most_walks >= 1 && most_walks <= 8) return success{};
    return config_error{"multipath.most_walks", std::to_string(most_walks), "1 to 8"};
  }

  /// The parts, the fastest first; pairs in proportion to forecast rates, so that all are over at about the same time.
  /// None if no walk serves the demand, or none fast enough.
  [[nodiscard]] std::vector<share> split(const network_map& map, const demand& d,
                                         const circuit_forecaster auto& model) const {
    std::vector<share> parts = best_set(map, d, model);
    if (parts.empty()) return parts;
    std::vector<double> rates;
    for (const share& s : parts) rates.push_back(s.circuit.expected.rate());
    const std::vector<std::uint32_t> pairs = in_proportion(d.pairs, rates);
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].pairs = pairs[i];
    std::erase_if(parts, [](const share& s) { return s.pairs == 0; });
    for (share& s : parts) {
      s.circuit = model.evaluate(map, s.path, {d.from, d.to, s.pairs, d.min_fidelity});
      if (!s.circuit.feasible) return {};  // too slow even in parts
    }
    return parts;
  }

  [[nodiscard]] answer choose(const network_map& map, const demand& d, const circuit_forecaster auto& model,
                              std::span<const walk_in_use> in_use = {}) const {
    std::vector<share> parts = best_set(map, d, model);
    if (parts.empty()) return best_of(candidates(map, d, model), map, d, model);  // which says why
    const auto users = [&](const share& s) {
      return std::count_if(in_use.begin(), in_use.end(), [&](const walk_in_use& u) { return *u.path == s.path; });
    };
    const auto pick = std::min_element(parts.begin(), parts.end(),
                                       [&](const share& a, const share& b) { return users(a) < users(b); });
    answer out{std::move(pick->path), {}};
    out.circuit = model.evaluate(map, out.path, d);
    return out;
  }
  friend constexpr bool operator==(const multipath&, const multipath&) = default;

 private:
  [[nodiscard]] std::vector<walk> candidates(const network_map& map, const demand& d,
                                             const circuit_forecaster auto& model) const {
    std::vector<walk> all;
    consider(all, shortest_path(map, d.from, d.to, [](const edge&) { return 1.0; }));
    if (all.empty()) return all;
    for (const double fidelity : link_fidelities(d, all.front().hops())) {
      const auto seconds = [&](const edge& e) {  // what takes for ever is closed
        const double each = model.link_seconds(map, e, fidelity);
        return each < 1e299 ? each : std::numeric_limits<double>::infinity();
      };
      for (std::size_t k = 1; k <= most_walks; ++k) {
        std::vector<ranked_walk> set = disjoint_paths(map, d.from, d.to, k, disjoint::links, seconds);
        const bool fewer = set.size() < k;
        for (ranked_walk& w : set) consider(all, std::move(w.path));
        if (fewer) break;
      }
      for (walk& w : of_largest_flow(map, d, seconds)) consider(all, std::move(w));
    }
    return all;
  }

  /// The largest flow of rates, taken apart into walks; the widest first.
  template <class Seconds>
  [[nodiscard]] std::vector<walk> of_largest_flow(const network_map& map, const demand& d,
                                                  const Seconds& seconds) const {
    auto flow = max_flow(map, d.from, d.to, [&](const edge& e) {
      const double each = seconds(e);
      return each > 0 ? 1 / each : 0.0;
    });
    std::vector<walk> all;
    while (all.size() < most_walks) {
      const auto there_is = [&](const edge& e, node_id leaving) {
        const double along = flow.along[static_cast<std::size_t>(&e - map.edges().data())];
        return leaving == e.a ? along : -along;
      };
      wide_walk w = widest_path(map, d.from, d.to, there_is);
      if (!(w.width > 1e-9 * flow.value)) break;
      for (std::size_t i = 0; i < w.path.hops(); ++i) {
        const path_id l = w.path.links[i];
        flow.along[l.value()] -= map.along(l).a == w.path.nodes[i] ? w.width : -w.width;
      }
      all.push_back(std::move(w.path));
    }
    return all;
  }

  /// The set of the highest total rate, its fastest walk first; `pairs` are not yet given out.
  [[nodiscard]] std::vector<share> best_set(const network_map& map, const demand& d,
                                            const circuit_forecaster auto& model) const {
    std::vector<share> all;
    for (walk& w : candidates(map, d, model)) {
      evaluation e = model.evaluate(map, w, {d.from, d.to, 1, d.min_fidelity});
      if (e.feasible) all.push_back({std::move(w), std::move(e), 0});
    }
    std::sort(all.begin(), all.end(), [](const share& a, const share& b) {
      return ranked_walk{a.path, -a.circuit.expected.rate()}.comes_before({b.path, -b.circuit.expected.rate()});
    });
    selection best, now;
    extend(map, all, 0, now, best);
    std::vector<share> chosen;
    for (const std::size_t i : best.members) chosen.push_back(std::move(all[i]));
    return chosen;
  }

  struct selection {
    std::vector<std::size_t> members;
    double rate = 0;
  };
  /// All sets that go together, from the fastest walks on, but for those that cannot become better than `best`.
  void extend(const network_map& map, const std::vector<share>& all, std::size_t next, selection& now,
              selection& best) const {
    if (now.rate > best.rate) best = now;
    for (std::size_t i = next; i < all.size() && now.members.size() < most_walks; ++i) {
      const double each = all[i].circuit.expected.rate();
      const auto places = static_cast<double>(most_walks - now.members.size());
      if (now.rate + each * places <= best.rate) return;
      if (!finds_slots(map, all, now, all[i])) continue;
      const double before = now.rate;
      now.members.push_back(i);
      now.rate += each;
      extend(map, all, i + 1, now, best);
      now.members.pop_back();
      now.rate = before;
    }
  }
  [[nodiscard]] static bool finds_slots(const network_map& map, const std::vector<share>& all, const selection& with,
                                        const share& one) {
    std::vector<walk_in_use> in_use;
    for (const std::size_t i : with.members) in_use.push_back({&all[i].path, all[i].circuit.plan.width});
    return std::all_of(one.path.links.begin(), one.path.links.end(),
                       [&](path_id link) { return slots_left(map, link, in_use) >= one.circuit.plan.width; });
  }
};
static_assert(route_policy<multipath> && regards_circuits<multipath> && splits_requests<multipath>);

}  // namespace ebit::route
