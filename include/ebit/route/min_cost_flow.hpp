// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/route/max_flow.hpp>

namespace ebit::route {

/// Places 0…n−1 joined by arcs that have a capacity and a price, and the cheapest flow of any size through them, by
/// augmenting along the cheapest way each time (Jewell 1958, Busacker and Gowen 1960; searched by Dijkstra's algorithm
/// on prices made non-negative by potentials, Edmonds and Karp 1972). The flow is the cheapest of its size after every
/// augmentation, to within the rounding of sums of prices. Time O(augmentations · arcs · log places).
template <flow_amount Amount>
class min_cost_flow {
 public:
  explicit min_cost_flow(std::size_t places) : first_(places, none), potential_(places, 0.0) {}

  [[nodiscard]] std::size_t places() const { return first_.size(); }
  /// Returns the arc's number, counted from 0. `cost` per unit of flow is finite and not below 0.
  std::uint32_t add_arc(std::uint32_t from, std::uint32_t to, Amount capacity, double cost) {
    EBIT_ASSERT(from < places() && to < places(), "an arc between unknown places");
    EBIT_ASSERT(capacity >= 0 && cost >= 0 && cost < infinite, "capacity and price of an arc");
    half_arcs_.push_back({to, first_[from], capacity, cost});
    first_[from] = static_cast<std::uint32_t>(half_arcs_.size() - 1);
    half_arcs_.push_back({from, first_[to], 0, -cost});
    first_[to] = static_cast<std::uint32_t>(half_arcs_.size() - 1);
    return static_cast<std::uint32_t>(half_arcs_.size() / 2 - 1);
  }

  /// Sends up to `limit` more along the cheapest way that is left, always between the same two places; how much that
  /// was, 0 if nothing more gets through.
  Amount augment(std::uint32_t source, std::uint32_t sink, Amount limit) {
    EBIT_ASSERT(source < places() && sink < places() && source != sink, "a flow between unknown places");
    if (!(limit > 0) || !search(source, sink)) return 0;
    Amount most = limit;
    for (std::uint32_t at = sink; at != source; at = half_arcs_[through_[at] ^ 1U].to)
      most = least(most, half_arcs_[through_[at]].spare);
    for (std::uint32_t at = sink; at != source; at = half_arcs_[through_[at] ^ 1U].to) {
      half_arcs_[through_[at]].spare -= most;
      half_arcs_[through_[at] ^ 1U].spare += most;
    }
    return most;
  }

  [[nodiscard]] Amount flow(std::uint32_t arc) const { return half_arcs_[2 * std::size_t{arc} + 1].spare; }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr double infinite = std::numeric_limits<double>::infinity();

  /// Arc i is the two halves 2i and 2i + 1; those that leave one place are a list.
  struct half_arc {
    std::uint32_t to;
    std::uint32_t next;
    Amount spare;
    double cost;
  };
  struct entry {
    double cost;
    std::uint32_t place;
    [[nodiscard]] bool operator<(const entry& o) const {  // a heap keeps the largest on top
      return cost != o.cost ? cost > o.cost : place > o.place;
    }
  };

  bool search(std::uint32_t source, std::uint32_t sink) {
    cost_.assign(places(), infinite);
    settled_.assign(places(), false);
    through_.assign(places(), none);
    heap_.assign(1, {0, source});
    cost_[source] = 0;
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end());
      const std::uint32_t at = heap_.back().place;
      heap_.pop_back();
      if (settled_[at]) continue;
      settled_[at] = true;
      for (std::uint32_t h = first_[at]; h != none; h = half_arcs_[h].next) {
        const half_arc& a = half_arcs_[h];
        if (!(a.spare > 0) || settled_[a.to]) continue;
        // Below zero by rounding alone.
        const double step = greatest(0.0, a.cost + potential_[at] - potential_[a.to]);
        if (!(cost_[at] + step < cost_[a.to])) continue;
        cost_[a.to] = cost_[at] + step;
        through_[a.to] = h;
        heap_.push_back({cost_[a.to], a.to});
        std::push_heap(heap_.begin(), heap_.end());
      }
    }
    if (!settled_[sink]) return false;
    for (std::size_t p = 0; p < places(); ++p)
      if (settled_[p]) potential_[p] += cost_[p];
    return true;
  }

  std::vector<std::uint32_t> first_;  ///< half arc that leaves each place
  std::vector<half_arc> half_arcs_;
  std::vector<double> potential_, cost_;
  std::vector<bool> settled_;
  std::vector<std::uint32_t> through_;
  std::vector<entry> heap_;
};

}  // namespace ebit::route
