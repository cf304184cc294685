// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/link/budget.hpp>

namespace ebit::route {

/// What is known of one node: how well it handles its qubits.
struct site {
  gate_noise gates;
  duration gate_time;
  double bell_measurement_success = 1;
};

/// What is known of one link. Its index in the map is the value of its `path_id`.
struct edge {
  node_id a;
  node_id b;
  link::budget budget;
  std::uint16_t slots = 1;  ///< memories at either end, the smaller number

  [[nodiscard]] node_id other(node_id end) const { return end == a ? b : a; }
};

/// A node's belief about the network, or a planner's: nodes 0…n−1 and the links between them. Not the truth, a value.
class network_map {
 public:
  network_map() = default;
  network_map(std::vector<site> sites, std::vector<edge> edges) : sites_{std::move(sites)}, edges_{std::move(edges)} {
    offsets_.assign(sites_.size() + 1, 0);
    for (const edge& e : edges_) {
      EBIT_ASSERT(e.a.value() < sites_.size() && e.b.value() < sites_.size(), "a link ends at an unknown node");
      ++offsets_[e.a.value() + 1];
      ++offsets_[e.b.value() + 1];
    }
    for (std::size_t i = 1; i < offsets_.size(); ++i) offsets_[i] += offsets_[i - 1];
    incident_.resize(edges_.size() * 2);
    std::vector<std::uint32_t> next(offsets_.begin(), offsets_.end() - 1);
    for (std::uint32_t i = 0; i < edges_.size(); ++i) {
      incident_[next[edges_[i].a.value()]++] = i;
      incident_[next[edges_[i].b.value()]++] = i;
    }
  }

  [[nodiscard]] std::size_t nodes() const { return sites_.size(); }
  [[nodiscard]] const site& at(node_id n) const { return sites_[n.value()]; }
  [[nodiscard]] const std::vector<edge>& edges() const { return edges_; }
  [[nodiscard]] bool knows(path_id path) const { return path.valid() && path.value() < edges_.size(); }
  [[nodiscard]] const edge& along(path_id path) const { return edges_[path.value()]; }
  /// Indices of the links that end at `n`, in ascending order.
  [[nodiscard]] std::span<const std::uint32_t> incident(node_id n) const {
    return std::span{incident_}.subspan(offsets_[n.value()], offsets_[n.value() + 1] - offsets_[n.value()]);
  }

 private:
  std::vector<site> sites_;
  std::vector<edge> edges_;
  std::vector<std::uint32_t> offsets_;
  std::vector<std::uint32_t> incident_;
};

/// A walk through the map: `links[i]` joins `nodes[i]` and `nodes[i + 1]`.
struct walk {
  std::vector<node_id> nodes;
  std::vector<path_id> links;

  [[nodiscard]] std::size_t hops() const { return links.size(); }
  friend bool operator==(const walk&, const walk&) = default;
};

}  // namespace ebit::route
