// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/route/explored_map.hpp>
#include <ebit/route/graph.hpp>

namespace ebit::route {

namespace detail {

/// The walk that a search has found, from the end: `through(node)` is the number of the link by which it came there.
template <class Through>
[[nodiscard]] walk walk_back(const network_map& map, node_id from, node_id to, const Through& through) {
  walk found;
  for (node_id at = to; at != from;) {
    const path_id link{through(at)};
    found.nodes.push_back(at);
    found.links.push_back(link);
    at = map.along(link).other(at);
  }
  found.nodes.push_back(from);
  std::reverse(found.nodes.begin(), found.nodes.end());
  std::reverse(found.links.begin(), found.links.end());
  return found;
}

/// Dijkstra's search from both ends, until no better way can be found between what they know; then the one from the
/// beginning goes on, but only to where a walk can still be as good as that. What it finds is what it would find alone,
/// to the last bit: only nodes that are on no walk as good, by more than sums of costs are rounded, are left out.
template <class Cost>
class two_sided_search {
 public:
  two_sided_search(const network_map& map, node_id from, node_id to, const Cost& cost)
      : explored_{map, cost}, from_{explored_.place_of(from)}, to_{explored_.place_of(to)}, labels_(2) {
    labels_[from_].cost = 0;
    labels_[to_].ahead = 0;
    forward_.push_back({0, 0, from.value(), from_});
    backward_.push_back({0, 0, to.value(), to_});
  }

  [[nodiscard]] walk find() {
    while (!forward_.empty() && !backward_.empty() && forward_.front().cost + backward_.front().cost < joined_)
      forward_.size() <= backward_.size() ? advance(infinite) : measure();
    if (joined_ == infinite) return {};
    // Nothing that has not been measured is nearer to the end than this.
    if (!backward_.empty()) farther_ = backward_.front().cost;
    constexpr double rounding = 1 + 1e-9;
    while (!labels_[to_].settled) {
      EBIT_ASSERT(!forward_.empty(), "two_sided_search: a walk that got lost");
      advance(joined_ * rounding);
    }
    walk found;
    for (std::uint32_t at = to_; at != from_; at = labels_[at].before) {
      found.nodes.push_back(explored_.node(at));
      found.links.emplace_back(labels_[at].through);
    }
    found.nodes.push_back(explored_.node(from_));
    std::reverse(found.nodes.begin(), found.nodes.end());
    std::reverse(found.links.begin(), found.links.end());
    return found;
  }

 private:
  static constexpr double infinite = std::numeric_limits<double>::infinity();

  struct label {
    double cost = infinite;   ///< from the beginning; final once `settled`
    double ahead = infinite;  ///< to the end; final once `measured`
    std::uint32_t hops = 0;
    std::uint32_t through = 0;
    std::uint32_t before = 0;
    bool settled = false;
    bool measured = false;
  };
  struct entry {
    double cost;
    std::uint32_t hops;
    std::uint32_t node;
    std::uint32_t place;
    [[nodiscard]] bool operator<(const entry& o) const {  // a heap keeps the largest on top
      if (cost != o.cost) return cost > o.cost;
      if (hops != o.hops) return hops > o.hops;
      return node > o.node;
    }
  };

  [[nodiscard]] static entry pop(std::vector<entry>& heap) {
    std::pop_heap(heap.begin(), heap.end());
    const entry top = heap.back();
    heap.pop_back();
    return top;
  }
  static void push(std::vector<entry>& heap, const entry& e) {
    heap.push_back(e);
    std::push_heap(heap.begin(), heap.end());
  }
  [[nodiscard]] bool is_hopeless(double cost, const label& there, double limit) const {
    return cost + (there.measured ? there.ahead : farther_) > limit;
  }

  /// One node more from the beginning; nodes on walks that cost more than `limit` are left out.
  void advance(double limit) {
    const entry top = pop(forward_);
    if (labels_[top.place].settled || is_hopeless(top.cost, labels_[top.place], limit)) return;
    labels_[top.place].settled = true;
    if (top.place == to_) return;
    const auto arcs = explored_.around(top.place);
    labels_.resize(explored_.size());
    for (const auto& arc : arcs) {
      label& there = labels_[arc.to];
      const double total = top.cost + arc.cost;
      const std::uint32_t hops = top.hops + 1;
      if (there.settled || total > there.cost || (total == there.cost && hops >= there.hops)) continue;
      if (is_hopeless(total, there, limit)) continue;
      there.cost = total;
      there.hops = hops;
      there.through = arc.link;
      there.before = top.place;
      joined_ = least(joined_, total + there.ahead);
      push(forward_, {total, hops, explored_.node(arc.to).value(), arc.to});
    }
  }
  /// One node more from the end.
  void measure() {
    const entry top = pop(backward_);
    if (labels_[top.place].measured) return;
    labels_[top.place].measured = true;
    const auto arcs = explored_.around(top.place);
    labels_.resize(explored_.size());
    for (const auto& arc : arcs) {
      label& there = labels_[arc.to];
      const double total = top.cost + arc.cost;
      if (there.measured || !(total < there.ahead)) continue;
      there.ahead = total;
      joined_ = least(joined_, total + there.cost);
      push(backward_, {total, top.hops + 1, explored_.node(arc.to).value(), arc.to});
    }
  }

  explored_map<Cost> explored_;
  std::uint32_t from_, to_;  // places
  std::vector<label> labels_;
  std::vector<entry> forward_, backward_;
  double joined_ = infinite;  // the least cost of a walk that is known
  double farther_ = 0;
};

}  // namespace detail

/// The walk of least cost (Dijkstra 1959; searched from both ends, Pohl 1971). `cost(edge)` ≥ 0 is asked at most once
/// for each link, and mostly only of links nearer to either end than half the walk's cost; an infinite or NaN cost
/// closes the link. Of equal costs the walk with fewer hops wins, then the one that reaches the smaller node ids first:
/// the result does not depend on the order of links. An empty walk means that there is none.
template <class Cost>
[[nodiscard]] walk shortest_path(const network_map& map, node_id from, node_id to, const Cost& cost) {
  if (from == to) return {};
  return detail::two_sided_search<Cost>{map, from, to, cost}.find();
}

}  // namespace ebit::route
