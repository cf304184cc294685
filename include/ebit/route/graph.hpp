// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/link/budget.hpp>

namespace ebit::route {

/// What is known of one node: how well it handles its qubits.
struct site {
  gate_noise gates;
  duration gate_time;
  double bell_measurement_success = 1;
  static constexpr std::uint16_t no_equipment = 0xffff;
  std::uint16_t equipment = no_equipment;  ///< index into the map's kinds of hardware, for links that are made later
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
/// Links are there from the start, and copies share them; what a switched fabric lights between two nodes comes and
/// goes, and is kept by each copy for itself.
class network_map {
 public:
  network_map() = default;
  /// `equipment`: kinds of hardware that sites refer to, for links that are made later: as analysers of the first kind
  /// see them, then all of them as those of the second do, up to as many kinds as there are `stations`.
  network_map(std::vector<site> sites, std::vector<edge> edges, std::vector<link::hardware> equipment = {},
              std::size_t stations = 1) {
    EBIT_ASSERT(stations > 0 && equipment.size() % stations == 0, "equipment is not known for all kinds of stations");
    tables t{std::move(sites), std::move(edges), std::move(equipment), {}, {}, 0};
    t.kinds = t.equipment.size() / stations;
    t.offsets.assign(t.sites.size() + 1, 0);
    for (const edge& e : t.edges) {
      EBIT_ASSERT(e.a.value() < t.sites.size() && e.b.value() < t.sites.size(), "a link ends at an unknown node");
      ++t.offsets[e.a.value() + 1];
      ++t.offsets[e.b.value() + 1];
    }
    for (std::size_t i = 1; i < t.offsets.size(); ++i) t.offsets[i] += t.offsets[i - 1];
    t.incident.resize(t.edges.size() * 2);
    std::vector<std::uint32_t> next(t.offsets.begin(), t.offsets.end() - 1);
    for (std::uint32_t i = 0; i < t.edges.size(); ++i) {
      t.incident[next[t.edges[i].a.value()]++] = i;
      t.incident[next[t.edges[i].b.value()]++] = i;
    }
    for (const site& s : t.sites)
      EBIT_ASSERT(s.equipment == site::no_equipment || s.equipment < t.kinds, "a site of unknown equipment");
    fixed_ = shared_constant<tables>{std::move(t)};
  }

  [[nodiscard]] std::size_t nodes() const { return fixed_ ? fixed_->sites.size() : 0; }
  [[nodiscard]] const site& at(node_id n) const { return fixed_->sites[n.value()]; }
  /// The links that are there from the start.
  [[nodiscard]] const std::vector<edge>& edges() const { return fixed_->edges; }
  [[nodiscard]] bool knows(path_id path) const {
    return path.valid() && ((fixed_ && path.value() < fixed_->edges.size()) || find(path) != nullptr);
  }
  [[nodiscard]] const edge& along(path_id path) const {
    if (path.value() < fixed_->edges.size()) return fixed_->edges[path.value()];
    const made* m = find(path);
    EBIT_ASSERT(m != nullptr, "a path that is not on the map");
    return m->link;
  }
  [[nodiscard]] bool is_made(path_id path) const { return path.valid() && path.value() >= edges().size(); }
  /// Indices of the links that end at `n`, in ascending order.
  [[nodiscard]] std::span<const std::uint32_t> incident(node_id n) const {
    const tables& t = *fixed_;
    return std::span{t.incident}.subspan(t.offsets[n.value()], t.offsets[n.value() + 1] - t.offsets[n.value()]);
  }

  /// What stands at a node, as an analyser of that kind sees it, or null if the map does not say.
  [[nodiscard]] const link::hardware* equipment_at(node_id n, std::size_t station = 0) const {
    if (!n.valid() || n.value() >= nodes() || at(n).equipment == site::no_equipment) return nullptr;
    const std::size_t index = fixed_->kinds * station + at(n).equipment;
    return index < fixed_->equipment.size() ? &fixed_->equipment[index] : nullptr;
  }

  /// Enters a link that has been made under a name that no link of the start has; a link of that name is replaced.
  void make(path_id path, const edge& link) {
    EBIT_ASSERT(path.valid() && path.value() >= edges().size(), "a link of the start cannot be made");
    for (made& m : made_)
      if (m.path == path) {
        m.link = link;
        return;
      }
    made_.push_back({path, link});
  }
  void unmake(path_id path) {
    for (std::size_t i = 0; i < made_.size(); ++i)
      if (made_[i].path == path) {
        made_[i] = made_.back();
        made_.pop_back();
        return;
      }
  }

 private:
  struct tables {
    std::vector<site> sites;
    std::vector<edge> edges;
    std::vector<link::hardware> equipment;
    std::vector<std::uint32_t> offsets;
    std::vector<std::uint32_t> incident;
    std::size_t kinds = 0;  ///< of equipment, for each kind of station
  };
  struct made {
    path_id path;
    edge link;
  };

  [[nodiscard]] const made* find(path_id path) const {
    for (const made& m : made_)
      if (m.path == path) return &m;
    return nullptr;
  }

  shared_constant<tables> fixed_;
  std::vector<made> made_;
};

/// The other nodes that links of the start lead to from there, directly or over others.
[[nodiscard]] inline std::vector<node_id> reachable(const network_map& map, node_id from) {
  std::vector<node_id> found;
  if (from.value() >= map.nodes()) return found;
  std::vector<bool> is_known(map.nodes());
  is_known[from.value()] = true;
  found.push_back(from);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const node_id here = found[i];
    for (const std::uint32_t e : map.incident(here)) {
      const node_id there = map.edges()[e].other(here);
      if (is_known[there.value()]) continue;
      is_known[there.value()] = true;
      found.push_back(there);
    }
  }
  found.erase(found.begin());
  return found;
}

/// The other nodes at which links of the start end: over those, walks may lead from wherever a fabric makes paths.
[[nodiscard]] inline std::vector<node_id> linked(const network_map& map, node_id self) {
  std::vector<node_id> found;
  for (std::uint32_t n = 0; n < map.nodes(); ++n)
    if (node_id{n} != self && !map.incident(node_id{n}).empty()) found.push_back(node_id{n});
  return found;
}

/// A walk through the map: `links[i]` joins `nodes[i]` and `nodes[i + 1]`.
struct walk {
  std::vector<node_id> nodes;
  std::vector<path_id> links;

  [[nodiscard]] std::size_t hops() const { return links.size(); }
  friend bool operator==(const walk&, const walk&) = default;
};

}  // namespace ebit::route
