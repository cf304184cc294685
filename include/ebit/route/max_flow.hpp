// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/route/graph.hpp>

namespace ebit::route {

/// What flows and capacities are counted in: pairs, slots or fibres (integers), or rates (real numbers).
template <class T>
concept flow_amount = std::signed_integral<T> || std::floating_point<T>;

/// Places 0…n−1 joined by arcs of limited capacity, and the largest flow through them by Dinic's algorithm (1970):
/// O(places² · arcs) whatever the capacities are, mostly near-linear. With real capacities it ends as well, because
/// the arc that limits an augmentation is left with exactly nothing; flows then are right to within rounding.
template <flow_amount Amount>
class flow_network {
 public:
  explicit flow_network(std::size_t places = 0) : first_(places, none) {}

  /// A capacity that limits nothing.
  [[nodiscard]] static constexpr Amount unlimited() {
    if constexpr (std::floating_point<Amount>)
      return std::numeric_limits<Amount>::infinity();
    else
      return std::numeric_limits<Amount>::max() / 4;  // four of them can be added
  }

  [[nodiscard]] std::size_t places() const { return first_.size(); }
  [[nodiscard]] std::size_t arcs() const { return flow_.size(); }
  std::uint32_t add_place() {
    first_.push_back(none);
    return static_cast<std::uint32_t>(first_.size() - 1);
  }
  /// Returns the arc's number, counted from 0. Capacities are from 0 to `unlimited()`; with one `back`wards the arc
  /// can be used in either direction, and what goes both ways cancels.
  std::uint32_t add_arc(std::uint32_t from, std::uint32_t to, Amount capacity, Amount back = 0) {
    EBIT_ASSERT(from < places() && to < places(), "an arc between unknown places");
    EBIT_ASSERT(capacity >= 0 && capacity <= unlimited() && back >= 0 && back <= unlimited(), "capacity of an arc");
    half_arcs_.push_back({to, first_[from], capacity});
    first_[from] = static_cast<std::uint32_t>(half_arcs_.size() - 1);
    half_arcs_.push_back({from, first_[to], back});
    first_[to] = static_cast<std::uint32_t>(half_arcs_.size() - 1);
    flow_.push_back(0);
    return static_cast<std::uint32_t>(flow_.size() - 1);
  }

  /// Adds to the flow there is the largest further one from `source` to `sink`, but no more than `limit`, and returns
  /// by how much it grew. `unlimited()` if nothing limits it: then there is no largest, and flows mean nothing.
  Amount push(std::uint32_t source, std::uint32_t sink, Amount limit = unlimited()) {
    EBIT_ASSERT(source < places() && sink < places() && source != sink, "a flow between unknown places");
    Amount total = 0;
    while (total < limit && measure(source, sink)) {
      next_ = first_;
      for (;;) {
        const Amount more = augment(source, sink, limit == unlimited() ? limit : limit - total);
        if (more == 0) break;
        if (more == unlimited()) return more;
        total += more;
        if (total >= limit) break;
      }
    }
    return total;
  }

  /// Net flow along the arc, negative if it goes backwards.
  [[nodiscard]] Amount flow(std::uint32_t arc) const { return flow_[arc]; }
  /// What could still be added along the arc, and against it.
  [[nodiscard]] Amount spare(std::uint32_t arc) const { return half_arcs_[2 * std::size_t{arc}].spare; }
  [[nodiscard]] Amount spare_back(std::uint32_t arc) const { return half_arcs_[2 * std::size_t{arc} + 1].spare; }

  /// The places that more could still flow to. After `push` without limit, the arcs that lead out of them are a cut
  /// of least capacity (Ford and Fulkerson 1956), the one nearest to the source.
  [[nodiscard]] std::vector<bool> source_side(std::uint32_t source) const {
    std::vector<bool> reached(places(), false);
    std::vector<std::uint32_t> queue{source};
    reached[source] = true;
    for (std::size_t i = 0; i < queue.size(); ++i)
      for (std::uint32_t h = first_[queue[i]]; h != none; h = half_arcs_[h].next)
        if (half_arcs_[h].spare > 0 && !reached[half_arcs_[h].to]) {
          reached[half_arcs_[h].to] = true;
          queue.push_back(half_arcs_[h].to);
        }
    return reached;
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  /// Arc i is the two halves 2i and 2i + 1; those that leave one place are a list.
  struct half_arc {
    std::uint32_t to;
    std::uint32_t next;
    Amount spare;
  };

  /// How many arcs each place is away from the source; false if the sink is out of reach.
  bool measure(std::uint32_t source, std::uint32_t sink) {
    level_.assign(places(), none);
    queue_.assign(1, source);
    level_[source] = 0;
    for (std::size_t i = 0; i < queue_.size() && level_[sink] == none; ++i)
      for (std::uint32_t h = first_[queue_[i]]; h != none; h = half_arcs_[h].next) {
        const half_arc& a = half_arcs_[h];
        if (!(a.spare > 0) || level_[a.to] != none) continue;
        level_[a.to] = level_[queue_[i]] + 1;
        queue_.push_back(a.to);
      }
    return level_[sink] != none;
  }

  /// One more path on which the distance rises by one with every arc; how much was sent along it, 0 if there is none.
  Amount augment(std::uint32_t source, std::uint32_t sink, Amount limit) {
    path_.clear();
    std::uint32_t at = source;
    while (at != sink) {
      std::uint32_t& h = next_[at];
      while (h != none && !(half_arcs_[h].spare > 0 && level_[half_arcs_[h].to] == level_[at] + 1))
        h = half_arcs_[h].next;
      if (h != none) {
        path_.push_back(h);
        at = half_arcs_[h].to;
        continue;
      }
      if (path_.empty()) return 0;
      at = half_arcs_[path_.back() ^ 1U].to;  // a dead end
      path_.pop_back();
      next_[at] = half_arcs_[next_[at]].next;
    }
    Amount most = limit;
    for (const std::uint32_t h : path_) most = least(most, half_arcs_[h].spare);
    if (most == unlimited()) return most;
    for (const std::uint32_t h : path_) {
      change(half_arcs_[h].spare, -most);
      change(half_arcs_[h ^ 1U].spare, most);
      flow_[h / 2] += (h & 1U) == 0 ? most : -most;
    }
    return most;
  }

  /// What is unlimited stays so.
  static void change(Amount& spare, Amount by) {
    if (spare < unlimited()) spare += by;
  }

  std::vector<std::uint32_t> first_;  ///< half arc that leaves each place
  std::vector<half_arc> half_arcs_;
  std::vector<Amount> flow_;
  std::vector<std::uint32_t> level_, next_, queue_, path_;
};

/// The largest flow between two nodes of a map, and what limits it.
template <flow_amount Amount>
struct map_flow {
  Amount value = 0;
  std::vector<Amount> along;  ///< by link, positive from its end A to its end B
  std::vector<bool> near;     ///< nodes on the source's side of the cut
  std::vector<path_id> cut;   ///< links between the sides; their capacities add up to `value`
};

/// The largest flow from one node to another, where a link carries `capacity(edge)` in all, whichever way; 0, less or
/// NaN closes it. With capacities in pairs per second this is the most that any multipath routing of one demand can
/// deliver if swaps lose nothing (the network's min-cut: Pirandola, Commun. Phys. 2, 51 (2019)).
template <class CapacityOf>
[[nodiscard]] auto max_flow(const network_map& map, node_id from, node_id to, const CapacityOf& capacity) {
  using amount = decltype(capacity(map.along(path_id{0})));
  const auto links = static_cast<std::uint32_t>(map.edges().size());
  flow_network<amount> net{map.nodes()};
  for (std::uint32_t i = 0; i < links; ++i) {
    const edge& e = map.along(path_id{i});
    const amount most = capacity(e);
    const amount open = most > 0 ? most : amount{0};
    net.add_arc(e.a.value(), e.b.value(), open, open);
  }
  map_flow<amount> found;
  found.value = net.push(from.value(), to.value());
  found.near = net.source_side(from.value());
  for (std::uint32_t i = 0; i < links; ++i) {
    found.along.push_back(net.flow(i));
    const edge& e = map.along(path_id{i});
    if (found.near[e.a.value()] != found.near[e.b.value()]) found.cut.emplace_back(i);
  }
  return found;
}

}  // namespace ebit::route
