// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/route/explored_map.hpp>
#include <ebit/route/graph.hpp>

namespace ebit::route::detail {

/// How far nodes are from the end of a walk, found out as far as that is asked: at first both ends look about them by
/// Dijkstra's algorithm until what they see meets. From then on the end looks farther along walks to the beginning in
/// the order of what these cost at least (A* backwards, as in Silver's reverse resumable search, AIIDE 2005), one node
/// at a time. So what is looked at is about both ends and about the walks between them that are asked for.
template <class Cost>
class distances_ahead {
 public:
  static constexpr double infinite = std::numeric_limits<double>::infinity();

  distances_ahead(const network_map& map, node_id from, node_id to, const Cost& cost)
      : explored_{map, cost}, from_{explored_.place_of(from)}, to_{explored_.place_of(to)}, labels_(2) {
    meet();
  }

  [[nodiscard]] explored_map<Cost>& explored() { return explored_; }
  [[nodiscard]] const explored_map<Cost>& explored() const { return explored_; }
  /// The end's place.
  [[nodiscard]] std::uint32_t to() const { return to_; }
  /// Whether there is a walk between the two.
  [[nodiscard]] bool is_joined() const { return joined_ < infinite; }

  [[nodiscard]] bool is_known(std::uint32_t place) const {
    return place < labels_.size() && labels_[place].measured;
  }
  /// Cost and hops from a place that is known.
  [[nodiscard]] double ahead(std::uint32_t place) const { return labels_[place].ahead; }
  [[nodiscard]] std::uint32_t hops_ahead(std::uint32_t place) const { return labels_[place].hops; }
  /// What it costs at least from a place that is not known; infinite if no way leads from there.
  [[nodiscard]] double least_ahead(std::uint32_t place) const {
    constexpr double rounding = 1 - 1e-9;
    if (backward_.empty()) return infinite;
    return greatest(farther_, backward_.front().through * rounding - least_behind(place));
  }
  /// Measures one place more, or finds that one was measured before; there must be places that are not known.
  void look_farther() {
    std::pop_heap(backward_.begin(), backward_.end());
    const entry top = backward_.back();
    backward_.pop_back();
    if (labels_[top.place].measured) return;
    labels_[top.place].measured = true;
    const auto arcs = explored_.around(top.place);
    labels_.resize(explored_.size());
    for (const auto& arc : arcs) {
      label& there = labels_[arc.to];
      const double total = top.cost + arc.cost;
      const std::uint32_t hops = top.hops + 1;
      if (there.measured || !(total < infinite)) continue;
      if (total > there.ahead || (total == there.ahead && hops >= there.hops)) continue;
      there.ahead = total;
      there.hops = hops;
      joined_ = least(joined_, total + there.behind);
      push(backward_, {total + (has_met_ ? least_behind(arc.to) : 0), total, hops,
                       explored_.node(arc.to).value(), arc.to});
    }
  }

 private:
  struct label {
    double ahead = infinite;   ///< to the end; final once `measured`
    double behind = infinite;  ///< from the beginning; final once `passed`
    std::uint32_t hops = 0;    ///< to the end
    bool measured = false;
    bool passed = false;
  };
  struct entry {
    double through;  ///< the least cost of a walk that goes there, as far as that is known
    double cost;
    std::uint32_t hops;
    std::uint32_t node;
    std::uint32_t place;
    [[nodiscard]] bool operator<(const entry& o) const {  // a heap keeps the largest on top
      if (through != o.through) return through > o.through;
      if (cost != o.cost) return cost > o.cost;
      if (hops != o.hops) return hops > o.hops;
      return node > o.node;
    }
  };

  static void push(std::vector<entry>& heap, const entry& e) {
    heap.push_back(e);
    std::push_heap(heap.begin(), heap.end());
  }
  [[nodiscard]] double least_behind(std::uint32_t place) const {
    return place < labels_.size() && labels_[place].passed ? labels_[place].behind : passed_to_;
  }

  void meet() {
    std::vector<entry> forward{{0, 0, 0, explored_.node(from_).value(), from_}};
    backward_.push_back({0, 0, 0, explored_.node(to_).value(), to_});
    labels_[from_].behind = 0;
    labels_[to_].ahead = 0;
    while (!forward.empty() && !backward_.empty() && forward.front().cost + backward_.front().cost < joined_)
      forward.size() <= backward_.size() ? pass(forward) : look_farther();
    if (!backward_.empty()) farther_ = backward_.front().cost;
    if (!forward.empty()) passed_to_ = forward.front().cost;
    has_met_ = true;
    for (entry& e : backward_) e.through = e.cost + least_behind(e.place);
    std::make_heap(backward_.begin(), backward_.end());
  }
  void pass(std::vector<entry>& forward) {
    std::pop_heap(forward.begin(), forward.end());
    const entry top = forward.back();
    forward.pop_back();
    if (labels_[top.place].passed) return;
    labels_[top.place].passed = true;
    passed_to_ = top.cost;
    const auto arcs = explored_.around(top.place);
    labels_.resize(explored_.size());
    for (const auto& arc : arcs) {
      label& there = labels_[arc.to];
      const double total = top.cost + arc.cost;
      if (there.passed || !(total < there.behind)) continue;
      there.behind = total;
      joined_ = least(joined_, total + there.ahead);
      push(forward, {total, total, top.hops + 1, explored_.node(arc.to).value(), arc.to});
    }
  }

  explored_map<Cost> explored_;
  std::uint32_t from_, to_;  // places
  std::vector<label> labels_;
  std::vector<entry> backward_;
  bool has_met_ = false;
  double joined_ = infinite;  // the least cost of a walk that is known
  double passed_to_ = 0;      // from the beginning, the least of nodes that were not passed
  double farther_ = 0;        // from the end, of those that had not been measured when both met
};

}  // namespace ebit::route::detail
