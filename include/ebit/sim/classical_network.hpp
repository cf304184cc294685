// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <queue>
#include <utility>
#include <vector>

#include <ebit/core/time.hpp>
#include <ebit/route/graph.hpp>

namespace ebit::sim {

/// How long a message takes from node to node: the shortest way along the links, at the speed of light in them. Rows
/// are worked out when a node first sends and then kept.
class classical_network {
 public:
  struct classical_link {
    node_id a;
    node_id b;
    duration delay;
  };

  classical_network() = default;
  /// Messages go along the links of the map, and along `others` too.
  explicit classical_network(const route::network_map& map, const std::vector<classical_link>& others = {})
      : first_(map.nodes() + 1), rows_(map.nodes()) {
    const auto each = [&](const auto& act) {
      for (const route::edge& e : map.edges()) act(e.a.value(), e.b.value(), e.budget.delay);
      for (const classical_link& l : others) act(l.a.value(), l.b.value(), l.delay);
    };
    each([this](std::uint32_t a, std::uint32_t b, duration) { ++first_[a + 1], ++first_[b + 1]; });
    for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
    ways_.resize(first_.back());
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    each([&](std::uint32_t a, std::uint32_t b, duration delay) {
      ways_[next[a]++] = {b, delay};
      ways_[next[b]++] = {a, delay};
    });
  }

  /// `never` where there is no way.
  [[nodiscard]] duration delay(node_id from, node_id to) {
    std::vector<duration>& row = rows_[from.value()];
    if (row.empty()) row = distances(from);
    return row[to.value()];
  }

 private:
  struct way {
    std::uint32_t to = 0;
    duration delay;
  };

  [[nodiscard]] std::vector<duration> distances(node_id from) const {
    using entry = std::pair<duration, std::uint32_t>;
    std::vector<duration> row(rows_.size(), duration::never());
    std::priority_queue<entry, std::vector<entry>, std::greater<entry>> open;
    row[from.value()] = duration::zero();
    open.push({duration::zero(), from.value()});
    while (!open.empty()) {
      const auto [so_far, at] = open.top();
      open.pop();
      if (so_far > row[at]) continue;
      for (std::uint32_t i = first_[at]; i < first_[at + 1]; ++i) {
        const duration total = so_far + ways_[i].delay;
        if (total >= row[ways_[i].to]) continue;
        row[ways_[i].to] = total;
        open.push({total, ways_[i].to});
      }
    }
    return row;
  }

  std::vector<std::uint32_t> first_;  ///< of each node's ways, and where the last one's end
  std::vector<way> ways_;
  std::vector<std::vector<duration>> rows_;
};

}  // namespace ebit::sim
