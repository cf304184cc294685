// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/route/graph.hpp>
#include <ebit/route/shortest_path.hpp>
#include <ebit/route/width_throughput.hpp>

namespace ebit::route {

/// A network in rounds, as Q-CAST sees it: in each round every slot of every link tries once, then nodes swap. What is
/// taken for one walk is not there for the next. Of a copy, so that a plan can be made and thrown away.
struct round_resources {
  static constexpr std::uint32_t plenty = ~std::uint32_t{0};

  std::vector<double> success;          ///< of one slot of each link in a round, 0 to 1
  std::vector<std::uint16_t> slots;     ///< of each link that are free; each takes a memory at either end
  std::vector<std::uint32_t> memories;  ///< of each node that are free, for all its links together; or `plenty`
  std::vector<double> swap;             ///< probability that a Bell measurement of each node succeeds, 0 to 1

  /// What the map says: slots per link, Bell measurements per node, no further limit on memories; nothing succeeds yet.
  [[nodiscard]] static round_resources of(const network_map& map) {
    round_resources all;
    all.success.assign(map.edges().size(), 0.0);
    for (const edge& e : map.edges()) all.slots.push_back(e.slots);
    all.memories.assign(map.nodes(), plenty);
    for (std::uint32_t n = 0; n < map.nodes(); ++n) all.swap.push_back(map.at(node_id{n}).bell_measurement_success);
    return all;
  }
  /// Whether a walk so wide can pass through a node that is not its end, or end there.
  [[nodiscard]] bool has_room(node_id n, std::uint16_t width, bool is_end) const {
    return memories[n.value()] >= std::uint32_t{width} * (is_end ? 1U : 2U);
  }
  /// So many slots of each link of a walk, and their memories, are given away; they must be there.
  void take(const walk& w, std::uint16_t width) {
    for (std::size_t i = 0; i < w.hops(); ++i) {
      std::uint16_t& left = slots[w.links[i].value()];
      EBIT_ASSERT(left >= width, "round_resources: slots that are not there");
      left = static_cast<std::uint16_t>(left - width);
      for (const node_id n : {w.nodes[i], w.nodes[i + 1]}) {
        std::uint32_t& memory = memories[n.value()];
        if (memory == plenty) continue;
        EBIT_ASSERT(memory >= width, "round_resources: memories that are not there");
        memory -= width;
      }
    }
  }
};

/// A walk that uses `width` slots of each of its links, and the mean number of pairs it gives in a round.
struct wide_route {
  walk path;
  std::uint16_t width = 0;
  double throughput = 0;

  friend bool operator==(const wide_route&, const wide_route&) = default;
};

/// What a walk of that width gives; 0 if its links do not have as many slots or its nodes as many memories.
[[nodiscard]] inline double throughput_of(const round_resources& of, const walk& w, std::uint16_t width) {
  width_throughput sum{width};
  for (std::size_t i = 0; i < w.hops(); ++i) {
    if (of.slots[w.links[i].value()] < width || !of.has_room(w.nodes[i], width, i == 0)) return 0;
    sum.extend(of.success[w.links[i].value()], i == 0 ? 1.0 : of.swap[w.nodes[i].value()]);
  }
  return w.hops() > 0 && of.has_room(w.nodes.back(), width, true) ? sum.mean() : 0;
}

namespace detail {

/// Dijkstra's search with the expected throughput in the place of the distance, at one width; nothing that gives no
/// more than `floor`.
[[nodiscard]] inline wide_route best_of_width(const network_map& map, const round_resources& of, node_id from,
                                              node_id to, std::uint16_t width, std::size_t most_hops, double floor) {
  struct label {
    width_throughput sum;
    double value = 0;
    std::uint32_t hops = 0;
    std::uint32_t through = 0;
    bool settled = false;
  };
  struct entry {
    double value;
    std::uint32_t hops;
    std::uint32_t node;
    [[nodiscard]] bool operator<(const entry& o) const {  // a heap keeps the largest on top
      if (value != o.value) return value < o.value;
      if (hops != o.hops) return hops > o.hops;
      return node > o.node;
    }
  };
  wide_route found;
  if (!of.has_room(from, width, true) || !of.has_room(to, width, true)) return found;
  std::vector<label> labels(map.nodes(), label{width_throughput{width}});
  std::vector<entry> heap{{labels[from.value()].sum.mean(), 0, from.value()}};
  labels[from.value()].value = heap.front().value;
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end());
    const entry top = heap.back();
    heap.pop_back();
    if (labels[top.node].settled) continue;
    labels[top.node].settled = true;
    const node_id at{top.node};
    if (at == to) break;
    if (top.hops >= most_hops || (at != from && !of.has_room(at, width, false))) continue;
    for (const std::uint32_t index : map.incident(at)) {
      label& there = labels[map.along(path_id{index}).other(at).value()];
      if (there.settled || of.slots[index] < width) continue;
      width_throughput sum = labels[top.node].sum;
      sum.extend(of.success[index], at == from ? 1.0 : of.swap[top.node]);
      const double value = sum.mean();
      const bool better = value > there.value || (value == there.value && top.hops + 1 < there.hops);
      if (!(value > floor) || !better) continue;
      const std::uint32_t next = map.along(path_id{index}).other(at).value();
      there = {std::move(sum), value, top.hops + 1, index, false};
      heap.push_back({value, there.hops, next});
      std::push_heap(heap.begin(), heap.end());
    }
  }
  if (from == to || !labels[to.value()].settled) return found;
  found.path = walk_back(map, from, to, [&](node_id at) { return labels[at.value()].through; });
  found.width = width;
  found.throughput = labels[to.value()].value;
  return found;
}

}  // namespace detail

/// The walk of the greatest expected throughput at any width up to `most_width`, by the extended Dijkstra search of
/// Q-CAST, once for each width, from the widest on; of equals the wider. The search keeps the best beginning at each
/// node, which mostly but not always begins the best walk. An empty walk (width 0) means that there is none.
[[nodiscard]] inline wide_route best_wide_route(const network_map& map, const round_resources& of, node_id from,
                                                node_id to, std::uint16_t most_width, std::size_t most_hops) {
  EBIT_ASSERT(from.value() < map.nodes() && to.value() < map.nodes(), "a walk between unknown nodes");
  EBIT_ASSERT(of.success.size() == map.edges().size() && of.slots.size() == map.edges().size() &&
                  of.memories.size() == map.nodes() && of.swap.size() == map.nodes(),
              "round_resources: of another map");
  const auto widest_at = [&](node_id n) {
    std::uint16_t most = 0;
    for (const std::uint32_t index : map.incident(n)) most = greatest(most, of.slots[index]);
    return most;
  };
  wide_route best;
  const std::uint16_t most = least(most_width, widest_at(from), widest_at(to));
  for (std::uint16_t width = most; width > 0; --width) {
    // No beginning gives less than the whole.
    wide_route found = detail::best_of_width(map, of, from, to, width, most_hops, best.throughput);
    if (found.width > 0) best = std::move(found);
  }
  return best;
}

}  // namespace ebit::route
