// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/route/distances_ahead.hpp>
#include <ebit/route/explored_map.hpp>
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
/// 1968) under the distances to the end without these bans, which are never too long, and which are only found out
/// where a node would be the next. So a search looks at, and asks the cost of, what is about the walks, however large
/// the map is.
template <class Cost>
class spur_search {
 public:
  static constexpr double infinite = std::numeric_limits<double>::infinity();

  spur_search(const network_map& map, node_id from, node_id to, const Cost& cost) : distances_{map, from, to, cost} {}

  /// The best way on from `prefix`, whose last node is the spur; its links are those of `root`, the first `hops`.
  /// Nothing (false) if there is none, or none that costs at most `limit`.
  [[nodiscard]] bool find(const walk& root, std::size_t hops, const std::vector<path_id>& banned, double limit,
                          ranked_walk& found) {
    ++search_;
    double cost = 0;
    for (std::size_t i = 0; i < hops; ++i) {
      const std::uint32_t behind = explored().place_of(root.nodes[i]);
      touch(behind).settled = true;  // no way leads through it
      cost += explored().cost_of(behind, root.links[i]);
    }
    const std::uint32_t spur = explored().place_of(root.nodes[hops]);
    label& first = touch(spur);
    first.cost = cost;
    first.hops = static_cast<std::uint32_t>(hops);
    heap_.clear();
    if (distances_.is_joined()) push(spur);
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end());
      const entry top = heap_.back();
      heap_.pop_back();
      if (top.total > limit) return false;
      const std::uint32_t at = top.place;
      if (labels_[at].settled) continue;
      if (!top.is_known) {
        look_on(at, heap_.empty() ? limit : least(limit, heap_.front().total));
        continue;
      }
      labels_[at].settled = true;
      if (at == distances_.to()) {
        trace(root, hops, spur, found);
        return true;
      }
      const double cost_here = labels_[at].cost;
      const std::uint32_t hops_there = labels_[at].hops + 1;
      for (const auto& arc : explored().around(at)) {
        if (at == spur && std::find(banned.begin(), banned.end(), path_id{arc.link}) != banned.end()) continue;
        label& there = touch(arc.to);
        if (there.settled) continue;
        const double total = cost_here + arc.cost;
        if (!better(total, hops_there, at, arc.link, there, spur)) continue;
        there.cost = total;
        there.hops = hops_there;
        there.through = arc.link;
        there.before = at;
        push(arc.to);
      }
    }
    return false;
  }

 private:
  struct label {
    std::uint32_t search = 0;  ///< the one that all this is of
    std::uint32_t hops = 0;
    double cost = infinite;
    std::uint32_t through = 0;
    std::uint32_t before = 0;  ///< a place
    bool settled = false;
  };
  struct entry {
    double total;  ///< cost so far and ahead; at least so much unless that `is_known`
    std::uint32_t all_hops;
    std::uint32_t hops;
    std::uint32_t node;
    std::uint32_t place;
    bool is_known;
    /// A heap keeps the largest on top. Of equals the one with fewer hops behind it comes first: so all equally good
    /// ways to a node are known before it is settled.
    [[nodiscard]] bool operator<(const entry& o) const {
      if (total != o.total) return total > o.total;
      if (all_hops != o.all_hops) return all_hops > o.all_hops;
      if (hops != o.hops) return hops > o.hops;
      return node > o.node;
    }
  };

  [[nodiscard]] explored_map<Cost>& explored() { return distances_.explored(); }
  [[nodiscard]] const explored_map<Cost>& explored() const { return distances_.explored(); }

  /// References to other labels may end with that.
  label& touch(std::uint32_t place) {
    if (place >= labels_.size()) labels_.resize(explored().size());
    label& l = labels_[place];
    if (l.search != search_) l = {.search = search_};
    return l;
  }
  void push(std::uint32_t place) {
    const label& l = labels_[place];
    const bool is_known = distances_.is_known(place);
    const double total = l.cost + (is_known ? distances_.ahead(place) : distances_.least_ahead(place));
    if (!(total < infinite)) return;
    heap_.push_back({total, is_known ? l.hops + distances_.hops_ahead(place) : 0, l.hops,
                     explored().node(place).value(), place, is_known});
    std::push_heap(heap_.begin(), heap_.end());
  }
  /// Finds out how far a place is from the end, or that ways over it cost more than `next`.
  void look_on(std::uint32_t place, double next) {
    while (!distances_.is_known(place) && distances_.least_ahead(place) < infinite &&
           labels_[place].cost + distances_.least_ahead(place) <= next)
      distances_.look_farther();
    push(place);
  }

  /// Whether a way that comes from `at` over `link` is better than the one known; of equal cost and hops the one whose
  /// nodes are smaller, where they first differ.
  [[nodiscard]] bool better(double cost, std::uint32_t hops, std::uint32_t at, std::uint32_t link, const label& known,
                            std::uint32_t spur) const {
    if (cost != known.cost) return cost < known.cost;
    if (hops != known.hops) return hops < known.hops;
    if (at == known.before) return link < known.through;
    std::uint32_t mine = at, its = known.before;
    while (mine != spur && its != spur) {
      const std::uint32_t mine_before = labels_[mine].before, its_before = labels_[its].before;
      if (mine_before == its_before) break;
      mine = mine_before;
      its = its_before;
    }
    return explored().node(mine) < explored().node(its);
  }

  void trace(const walk& root, std::size_t hops, std::uint32_t spur, ranked_walk& found) const {
    const label& last = labels_[distances_.to()];
    found.cost = last.cost;
    found.path.nodes.assign(root.nodes.begin(), root.nodes.begin() + static_cast<std::ptrdiff_t>(hops) + 1);
    found.path.links.assign(root.links.begin(), root.links.begin() + static_cast<std::ptrdiff_t>(hops));
    found.path.nodes.resize(last.hops + 1);
    found.path.links.resize(last.hops);
    std::uint32_t at = distances_.to();
    for (std::size_t i = last.hops; at != spur; --i) {
      found.path.nodes[i] = explored().node(at);
      found.path.links[i - 1] = path_id{labels_[at].through};
      at = labels_[at].before;
    }
  }

  distances_ahead<Cost> distances_;
  std::vector<label> labels_;  // by place
  std::vector<entry> heap_;
  std::uint32_t search_ = 0;
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
