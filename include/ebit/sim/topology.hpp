// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/result.hpp>
#include <ebit/link/concepts.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/sim/geography.hpp>
#include <ebit/sim/name_lookup.hpp>

namespace ebit::sim {

/// A network as data: named nodes joined by undirected physical links, several between one pair if need be. Node ids
/// count from 0 in the order of adding, and so do links. Building never fails: what is wrong is kept and told by
/// `validate()`, which every first use calls. `Link` is the link policy of the profiles that run on it; for links of
/// several kinds it is `link::any_of<…>`.
template <link::physical_link Link>
class basic_topology {
 public:
  /// A circuit is named by 20 bits of its head node, so there are no more nodes than that.
  static constexpr std::size_t max_nodes = std::size_t{1} << 20;

  struct vertex {
    std::string label{};                            ///< empty: the node's number becomes its label
    std::optional<geographic_position> position{};  ///< unknown unless given
    std::string city{};                             ///< many nodes may share one
    std::string country{};
    std::uint32_t namesake = 0;  ///< how many earlier nodes have the same label; set by `add_node`

    friend bool operator==(const vertex&, const vertex&) = default;
  };

  struct edge {
    node_id a;
    node_id b;
    Link line;
    std::uint32_t parallel = 0;  ///< how many earlier links join the same two nodes; set by `add_link`

    friend bool operator==(const edge&, const edge&) = default;
  };

  node_id add_node(vertex v) {
    const node_id id = node(nodes_.size());
    if (v.label.empty()) v.label = std::to_string(nodes_.size());
    v.namesake = labels_[v.label]++;
    nodes_.push_back(std::move(v));
    return id;
  }
  node_id add_node(std::string label = {}) { return add_node(vertex{.label = std::move(label)}); }

  /// Returns the link's number.
  std::size_t add_link(node_id a, node_id b, const Link& line) {
    const std::uint32_t parallel = pairs_[a < b ? std::pair{a, b} : std::pair{b, a}]++;
    links_.push_back({a, b, line, parallel});
    return links_.size() - 1;
  }

  /// Makes `validate()` fail with `error`: how a builder says that it was given something impossible. The first one
  /// stays.
  void reject(config_error error) {
    if (!rejected_) rejected_ = std::move(error);
  }

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] const std::vector<vertex>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<edge>& links() const { return links_; }
  [[nodiscard]] bool contains(node_id id) const { return id.valid() && id.value() < nodes_.size(); }
  [[nodiscard]] const vertex& at(node_id id) const {
    EBIT_ASSERT(contains(id), "topology: no such node");
    return nodes_[id.value()];
  }

  /// The id of node number `index`. Whether there is one is checked where the id is used.
  [[nodiscard]] node_id node(std::size_t index) const {
    return index < max_nodes ? node_id{static_cast<node_id::value_type>(index)} : node_id::none();
  }
  /// The node of that name; see `find`.
  [[nodiscard]] result<node_id> node(std::string_view name) const { return find(name); }

  /// The one node whose label is `name`, else whose city is, else either regardless of the case of ASCII letters.
  /// Several are never guessed among: the error lists them. None: the error lists up to three near names.
  [[nodiscard]] result<node_id> find(std::string_view name) const {
    std::vector<node_id> matches = matching([&](const vertex& v) { return v.label == name; });
    if (matches.empty()) matches = matching([&](const vertex& v) { return !v.city.empty() && v.city == name; });
    if (matches.empty()) {
      const std::string lower = detail::lower_case(name);
      matches = matching([&](const vertex& v) {
        return detail::lower_case(v.label) == lower || (!v.city.empty() && detail::lower_case(v.city) == lower);
      });
    }
    if (matches.size() == 1) return matches.front();
    return matches.empty() ? unknown(name) : ambiguous(name, matches);
  }

  /// "Asd001b (Amsterdam CS)", or the label alone where city is unknown or the same.
  [[nodiscard]] std::string describe(node_id id) const {
    const vertex& v = at(id);
    std::string text = detail::printable(v.label);
    if (!v.city.empty() && v.city != v.label) text += " (" + detail::printable(v.city) + ")";
    return text;
  }

  /// Keys for random streams: made from names, so that adding a node or a link changes no other key.
  [[nodiscard]] std::uint64_t stable_key(node_id id) const { return mix(stable_hash(at(id).label), at(id).namesake); }
  [[nodiscard]] std::uint64_t stable_key(const edge& e) const {
    const std::uint64_t a = stable_key(e.a);
    const std::uint64_t b = stable_key(e.b);
    return mix(a < b ? mix(a, b) : mix(b, a), e.parallel);
  }

  /// The sets of nodes that can reach one another, each in rising order, ordered by their first node. Links to nodes
  /// that do not exist join nothing.
  [[nodiscard]] std::vector<std::vector<node_id>> components() const {
    std::vector<std::uint32_t> parent(nodes_.size());
    for (std::uint32_t i = 0; i < parent.size(); ++i) parent[i] = i;
    const auto root = [&parent](std::uint32_t i) {
      while (parent[i] != i) i = parent[i] = parent[parent[i]];
      return i;
    };
    for (const edge& e : links_) {
      if (!contains(e.a) || !contains(e.b)) continue;
      const std::uint32_t a = root(e.a.value());
      const std::uint32_t b = root(e.b.value());
      if (a != b) parent[a < b ? b : a] = a < b ? a : b;
    }
    std::vector<std::vector<node_id>> sets;
    std::vector<std::size_t> set_of(nodes_.size());
    for (std::uint32_t i = 0; i < parent.size(); ++i) {
      const std::uint32_t r = root(i);
      if (r == i) {  // the smallest of its set, so it comes first
        set_of[i] = sets.size();
        sets.emplace_back();
      }
      sets[set_of[r]].emplace_back(i);
    }
    return sets;
  }

  /// Whether the network can be used: 1 to `max_nodes` nodes, positions on Earth, links between two different nodes
  /// that exist, lines within their ranges.
  [[nodiscard]] status validate() const {
    if (rejected_) return *rejected_;
    if (nodes_.empty() || nodes_.size() > max_nodes)
      return config_error{"topology.size", std::to_string(nodes_.size()),
                          "1 to " + std::to_string(max_nodes) + " nodes"};
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].position && !nodes_[i].position->valid())
        return config_error{"node " + describe(node(i)) + " position",
                            "[" + std::to_string(nodes_[i].position->longitude) + ", " +
                                std::to_string(nodes_[i].position->latitude) + "]",
                            "longitude -180 to 180, latitude -90 to 90"};
    }
    for (std::size_t i = 0; i < links_.size(); ++i) {
      const edge& e = links_[i];
      const std::string name = "link " + std::to_string(i);
      for (const node_id end : {e.a, e.b}) {
        if (!contains(end))
          return config_error{name, "node " + (end.valid() ? std::to_string(end.value()) : std::string{"none"}),
                              "nodes 0 to " + std::to_string(nodes_.size() - 1)};
      }
      if (e.a == e.b) return config_error{name, "both ends at " + describe(e.a), "two different nodes"};
      if (const status line = e.line.validate(); !line) {
        config_error error = line.error();
        error.what = name + " " + describe(e.a) + " - " + describe(e.b) + ": " + error.what;
        return error;
      }
    }
    return success{};
  }

  friend bool operator==(const basic_topology&, const basic_topology&) = default;

 private:
  template <class Predicate>
  [[nodiscard]] std::vector<node_id> matching(Predicate matches) const {
    std::vector<node_id> found;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (matches(nodes_[i])) found.push_back(node(i));
    return found;
  }

  [[nodiscard]] config_error ambiguous(std::string_view name, const std::vector<node_id>& matches) const {
    constexpr std::size_t most = 64;
    std::string list = "one of the " + std::to_string(matches.size()) + " nodes it may mean: ";
    for (std::size_t i = 0; i < matches.size() && i < most; ++i) list += (i ? ", " : "") + describe(matches[i]);
    if (matches.size() > most) list += " and " + std::to_string(matches.size() - most) + " more";
    return {"ambiguous node name", detail::quoted(name), list};
  }

  [[nodiscard]] config_error unknown(std::string_view name) const {
    std::vector<std::string> known;
    for (const vertex& v : nodes_) {
      known.push_back(v.label);
      known.push_back(v.city);
    }
    std::string list;
    for (const std::string& near : detail::nearest_names(name, known))
      list += (list.empty() ? "" : ", ") + detail::quoted(near);
    return {"unknown node name", detail::quoted(name),
            "the label or city of a node" + (list.empty() ? list : ", nearest: " + list)};
  }

  std::vector<vertex> nodes_;
  std::vector<edge> links_;
  std::map<std::string, std::uint32_t> labels_;                 // how often each label occurs
  std::map<std::pair<node_id, node_id>, std::uint32_t> pairs_;  // how many links join each pair
  std::optional<config_error> rejected_;
};

/// A network of fibres.
using topology = basic_topology<link::fibre>;

}  // namespace ebit::sim
