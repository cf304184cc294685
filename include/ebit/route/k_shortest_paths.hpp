// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/route/graph.hpp>

namespace ebit::route {

/// A walk and the sum of its links' costs, added from its first link to its last.
struct ranked_walk {
  walk path;
  double cost = 0;

  /// The one order of walks between two nodes: by cost, then fewer hops, then the smaller node numbers, then the
  /// smaller link numbers, from the first on.
  [[nodiscard]] bool comes_before(const ranked_walk& o) const {
    if (cost != o.cost) return cost < o.cost;
    if (path.hops() != o.path.hops()) return path.hops() < o.path.hops();
    if (path.nodes != o.path.nodes) return path.nodes < o.path.nodes;
    return path.links < o.path.links;
  }
  friend bool operator==(const ranked_walk&, const ranked_walk&) = default;
};

namespace detail {

/// The best walk that begins with a given prefix and leaves it by none of some links: A* (Hart, Nilsson and Raphael
/// 1968) under the distances to the end without these bans, which are never too long. They are measured no farther than
/// the walks' beginning: what lies beyond is at least as far from the end as that. So a search looks at, and asks the
/// cost of, what is about the walks, however large the map is.
template <class Cost>
class spur_search {
 public:
  static constexpr double infinite = std::numeric_limits<double>::infinity();

  spur_search(const network_map& map, node_id from, node_id to, const Cost& cost)
      : map_{&map}, to_{to}, cost_{&cost}, steps_(map.edges().size(), unasked), place_(map.nodes(), 0) {
    measure(from);
  }

  /// The best way on from `prefix`, whose last node is the spur; its links are those of `root`, the first `hops`.
  /// Nothing (false) if there is none, or none that costs at most `limit`.
  [[nodiscard]] bool find(const walk& root, std::size_t hops, const std::vector<path_id>& banned, double limit,
                          ranked_walk& found) {
    ++search_;
    double cost = 0;
    for (std::size_t i = 0; i < hops; ++i) {
      touch(root.nodes[i]).settled = true;  // no way leads through what is behind
      cost += step(root.links[i].value());
    }
    const node_id spur = root.nodes[hops];
    label& first = touch(spur);
    first.cost = cost;
    first.hops = static_cast<std::uint32_t>(hops);
    heap_.clear();
    if (is_joined_) push(spur, first);
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end());
      const entry top = heap_.back();
      heap_.pop_back();
      if (top.total > limit) return false;
      const node_id at{top.node};
      label& here = label_at(at);
      if (here.settled) continue;
      here.settled = true;
      const double cost_here = here.cost;
      const std::uint32_t hops_there = here.hops + 1;
      if (at == to_) {
        trace(root, hops, spur, found);
        return true;
      }
      for (const std::uint32_t index : map_->incident(at)) {
        if (step(index) == infinite) continue;
        if (at == spur && std::find(banned.begin(), banned.end(), path_id{index}) != banned.end()) continue;
        const node_id next = map_->along(path_id{index}).other(at);
        label& there = touch(next);
        if (there.settled) continue;
        const double total = cost_here + step(index);
        if (!better(total, hops_there, at, index, there, spur)) continue;
        there.cost = total;
        there.hops = hops_there;
        there.through = index;
        there.before = at;
        push(next, there);
      }
    }
    return false;
  }

 private:
  static constexpr double unasked = -1;

  struct label {
    double ahead = infinite;  ///< to the end, without bans; final once `measured`
    std::uint32_t hops_ahead = 0;
    bool measured = false;
    std::uint32_t search = 0;  ///< the one that the rest is of
    double cost = infinite;
    std::uint32_t hops = 0;
    std::uint32_t through = 0;
    node_id before;
    bool settled = false;
  };
  struct entry {
    double total;  ///< cost so far and ahead
    std::uint32_t all_hops;
    std::uint32_t hops;
    std::uint32_t node;
    /// A heap keeps the largest on top. Of equals the one with fewer hops behind it comes first: so all equally good
    /// ways to a node are known before it is settled.
    [[nodiscard]] bool operator<(const entry& o) const {
      if (total != o.total) return total > o.total;
      if (all_hops != o.all_hops) return all_hops > o.all_hops;
      if (hops != o.hops) return hops > o.hops;
      return node > o.node;
    }
  };

  /// Makes a new one if need be; references to others end with that.
  label& label_at(node_id n) {
    std::uint32_t& place = place_[n.value()];
    if (place == 0) {
      labels_.emplace_back();
      place = static_cast<std::uint32_t>(labels_.size());
    }
    return labels_[place - 1];
  }
  [[nodiscard]] const label& of(node_id n) const { return labels_[place_[n.value()] - 1]; }
  label& touch(node_id n) {
    label& l = label_at(n);
    if (l.search != search_) {
      l.search = search_;
      l.cost = infinite;
      l.settled = false;
    }
    return l;
  }
  void push(node_id n, const label& l) {
    heap_.push_back({l.cost + (l.measured ? l.ahead : farthest_),
                     l.hops + (l.measured ? l.hops_ahead : farthest_hops_), l.hops, n.value()});
    std::push_heap(heap_.begin(), heap_.end());
  }
  [[nodiscard]] double step(std::uint32_t link) {
    double& known = steps_[link];
    if (known == unasked) {
      const double asked = (*cost_)(map_->along(path_id{link}));
      known = asked >= 0 && asked < infinite ? asked : infinite;
    }
    return known;
  }

  /// Whether a way that comes from `at` over link `index` is better than the one known; of equal cost and hops the
  /// one whose nodes are smaller, where they first differ.
  [[nodiscard]] bool better(double cost, std::uint32_t hops, node_id at, std::uint32_t index, const label& known,
                            node_id spur) const {
    if (cost != known.cost) return cost < known.cost;
    if (hops != known.hops) return hops < known.hops;
    if (at == known.before) return index < known.through;
    node_id mine = at, its = known.before;
    while (mine != spur && its != spur) {
      const node_id mine_before = of(mine).before, its_before = of(its).before;
      if (mine_before == its_before) break;
      mine = mine_before;
      its = its_before;
    }
    return mine < its;
  }

  void trace(const walk& root, std::size_t hops, node_id spur, ranked_walk& found) const {
    const label& last = of(to_);
    found.cost = last.cost;
    found.path.nodes.assign(root.nodes.begin(), root.nodes.begin() + static_cast<std::ptrdiff_t>(hops) + 1);
    found.path.links.assign(root.links.begin(), root.links.begin() + static_cast<std::ptrdiff_t>(hops));
    found.path.nodes.resize(last.hops + 1);
    found.path.links.resize(last.hops);
    node_id at = to_;
    for (std::size_t i = last.hops; at != spur; --i) {
      found.path.nodes[i] = at;
      found.path.links[i - 1] = path_id{of(at).through};
      at = of(at).before;
    }
  }

  /// Dijkstra's algorithm from the end, as far as to `from`.
  void measure(node_id from) {
    label_at(to_).ahead = 0;
    heap_.push_back({0, 0, 0, to_.value()});
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end());
      const entry top = heap_.back();
      heap_.pop_back();
      label& here = label_at(node_id{top.node});
      if (here.measured) continue;
      here.measured = true;
      if (top.node == from.value()) {
        is_joined_ = true;
        farthest_ = top.total;
        farthest_hops_ = top.all_hops;
        return;
      }
      for (const std::uint32_t index : map_->incident(node_id{top.node})) {
        const node_id next = map_->along(path_id{index}).other(node_id{top.node});
        label& there = label_at(next);
        if (there.measured) continue;
        const double total = top.total + step(index);
        const std::uint32_t hops = top.all_hops + 1;
        if (!(total < infinite)) continue;
        if (total > there.ahead || (total == there.ahead && hops >= there.hops_ahead)) continue;
        there.ahead = total;
        there.hops_ahead = hops;
        heap_.push_back({total, hops, 0, next.value()});
        std::push_heap(heap_.begin(), heap_.end());
      }
    }
  }

  const network_map* map_;
  node_id to_;
  const Cost* cost_;
  std::vector<double> steps_;         // `unasked`, or what a link costs
  std::vector<std::uint32_t> place_;  // of a node in `labels_`, from 1 on; 0: it was not met
  std::vector<label> labels_;
  std::vector<entry> heap_;
  std::uint32_t search_ = 0;
  bool is_joined_ = false;  // the ends are
  double farthest_ = 0;     // of the nodes that were measured, and so the least of the others
  std::uint32_t farthest_hops_ = 0;
};

}  // namespace detail

/// The `k` walks of least cost that pass no node twice, in the order of `ranked_walk::comes_before`; fewer if there
/// are no more (Yen, Management Science 17, 712 (1971), with the partition of Lawler 1972). Links that join the same
/// two nodes make different walks. `cost(edge)` ≥ 0 is asked at most once for each link, and mostly only of links about
/// the walks; an infinite or NaN cost closes one. The order is exact where sums of costs are; walks whose costs differ
/// by less than the rounding of their sums come in an order that is the same in every run. Time O(k · hops · search),
/// and a search mostly looks at little more than the walk it finds.
template <class Cost>
[[nodiscard]] std::vector<ranked_walk> k_shortest_paths(const network_map& map, node_id from, node_id to,
                                                        std::size_t k, const Cost& cost) {
  EBIT_ASSERT(from.value() < map.nodes() && to.value() < map.nodes(), "a walk between unknown nodes");
  struct candidate {
    ranked_walk found;
    std::size_t prefix = 0;       ///< hops it has in common with all walks it is the best of
    std::vector<path_id> banned;  ///< none of these leaves the prefix
  };
  std::vector<ranked_walk> best;
  if (k == 0 || from == to) return best;
  constexpr double infinite = std::numeric_limits<double>::infinity();
  detail::spur_search<Cost> search{map, from, to, cost};
  std::vector<candidate> open(1);  // from the worst to the best, no more than are still wanted
  if (!search.find({{from}, {}}, 0, {}, infinite, open.front().found)) return best;
  while (!open.empty()) {
    const candidate next = std::move(open.back());
    open.pop_back();
    const std::size_t wanted = k - best.size() - 1;
    for (std::size_t hop = next.prefix; wanted > 0 && hop < next.found.path.hops(); ++hop) {
      // What `next` was the best of falls apart by where a walk leaves it.
      candidate c;
      c.prefix = hop;
      if (hop == next.prefix) c.banned = next.banned;
      c.banned.push_back(next.found.path.links[hop]);
      const bool full = open.size() >= wanted;
      constexpr double rounding = 1 + 1e-12;
      const double limit = full ? open.front().found.cost * rounding : infinite;
      if (!search.find(next.found.path, hop, c.banned, limit, c.found)) continue;
      const auto place = std::upper_bound(open.begin(), open.end(), c, [](const candidate& a, const candidate& b) {
        return b.found.comes_before(a.found);
      });
      if (full && place == open.begin()) continue;
      open.insert(place, std::move(c));
      if (full) open.erase(open.begin());
    }
    best.push_back(next.found);
  }
  return best;
}

}  // namespace ebit::route
