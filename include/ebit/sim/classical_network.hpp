// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include <ebit/core/time.hpp>
#include <ebit/route/graph.hpp>

namespace ebit::sim {

/// How long a message takes from node to node: the shortest way along the links, at the speed of light in them. Rows
/// are worked out when a node first sends and then kept.
class classical_network {
 public:
  classical_network() = default;
  explicit classical_network(std::size_t nodes) : rows_(nodes) {}

  /// `never` where there is no way.
  [[nodiscard]] duration delay(const route::network_map& map, node_id from, node_id to) {
    std::vector<duration>& row = rows_[from.value()];
    if (row.empty()) row = distances(map, from);
    return row[to.value()];
  }

 private:
  [[nodiscard]] static std::vector<duration> distances(const route::network_map& map, node_id from) {
    using entry = std::pair<duration, std::uint32_t>;
    std::vector<duration> row(map.nodes(), duration::never());
    std::priority_queue<entry, std::vector<entry>, std::greater<entry>> open;
    row[from.value()] = duration::zero();
    open.push({duration::zero(), from.value()});
    while (!open.empty()) {
      const auto [so_far, at] = open.top();
      open.pop();
      if (so_far > row[at]) continue;
      for (const std::uint32_t index : map.incident(node_id{at})) {
        const route::edge& e = map.edges()[index];
        const std::uint32_t next = e.other(node_id{at}).value();
        const duration total = so_far + e.budget.delay;
        if (total >= row[next]) continue;
        row[next] = total;
        open.push({total, next});
      }
    }
    return row;
  }

  std::vector<std::vector<duration>> rows_;
};

}  // namespace ebit::sim
