// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <ebit/route/graph.hpp>

namespace ebit::route::detail {

/// What a search has seen of a map: the nodes it met, which have places 0, 1, … in the order in which they were met,
/// and the open links at those around which it looked. It takes time and memory for what was seen, however large the
/// map is. `cost(edge)` ≥ 0 is asked at most once for each link; an infinite, negative or NaN cost closes it.
template <class Cost>
class explored_map {
 public:
  struct arc {
    double cost;
    std::uint32_t link;
    std::uint32_t to;  ///< a place
  };

  /// Both have to outlive this.
  explored_map(const network_map& map, const Cost& cost) : map_{&map}, cost_{&cost}, table_(64, 0) {}

  [[nodiscard]] std::size_t size() const { return met_.size(); }
  [[nodiscard]] node_id node(std::uint32_t place) const { return met_[place].node; }

  /// The place of a node, a new one if it was not met.
  std::uint32_t place_of(node_id n) {
    std::size_t at = start_of(n);
    while (table_[at] != 0) {
      if (met_[table_[at] - 1].node == n) return table_[at] - 1;
      at = (at + 1) & (table_.size() - 1);
    }
    met_.push_back({n, unseen, unseen});
    table_[at] = static_cast<std::uint32_t>(met_.size());
    if (2 * met_.size() > table_.size()) grow();
    return static_cast<std::uint32_t>(met_.size() - 1);
  }

  /// The open links at a node to others, by number; valid until it is called for another place.
  [[nodiscard]] std::span<const arc> around(std::uint32_t place) {
    if (met_[place].first == unseen) look_around(place);
    return std::span{arcs_}.subspan(met_[place].first, met_[place].end - met_[place].first);
  }
  /// What an open link at that node costs.
  [[nodiscard]] double cost_of(std::uint32_t place, path_id link) {
    for (const arc& a : around(place))
      if (a.link == link.value()) return a.cost;
    return std::numeric_limits<double>::infinity();
  }

 private:
  static constexpr std::uint32_t unseen = ~std::uint32_t{0};

  struct met {
    node_id node;
    std::uint32_t first;  ///< of its arcs, or `unseen`
    std::uint32_t end;
  };

  /// Fibonacci hashing (Knuth, vol. 3, section 6.4): neighbours have numbers that are near or a row apart.
  [[nodiscard]] std::size_t start_of(node_id n) const {
    return static_cast<std::size_t>((n.value() * std::uint64_t{0x9e3779b97f4a7c15}) >> 32) & (table_.size() - 1);
  }

  void grow() {
    table_.assign(4 * table_.size(), 0);
    for (std::uint32_t p = 0; p < met_.size(); ++p) {
      std::size_t at = start_of(met_[p].node);
      while (table_[at] != 0) at = (at + 1) & (table_.size() - 1);
      table_[at] = p + 1;
    }
  }

  void look_around(std::uint32_t place) {
    const node_id here = met_[place].node;
    const auto first = static_cast<std::uint32_t>(arcs_.size());
    for (const std::uint32_t link : map_->incident(here)) {
      const edge& e = map_->along(path_id{link});
      const node_id other = e.other(here);
      if (other == here) continue;
      const std::uint32_t to = place_of(other);
      const double cost = met_[to].first == unseen ? (*cost_)(e) : cost_of(to, path_id{link});
      if (cost >= 0 && cost < std::numeric_limits<double>::infinity()) arcs_.push_back({cost, link, to});
    }
    met_[place].first = first;
    met_[place].end = static_cast<std::uint32_t>(arcs_.size());
  }

  const network_map* map_;
  const Cost* cost_;
  std::vector<std::uint32_t> table_;  // by hash: a place + 1, or 0
  std::vector<met> met_;
  std::vector<arc> arcs_;
};

}  // namespace ebit::route::detail
