// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include <ebit/backend/recording.hpp>
#include <ebit/core/ids.hpp>

namespace ebit::backend {

/// Records simulated nodes, as a tap of the network (`sim/tap.hpp`), so that each can be run again alone: what a node
/// did then followed from what it was told. All nodes, or the chosen ones.
class recording_tap {
 public:
  static constexpr bool enabled = true;

  recording_tap() = default;
  explicit recording_tap(std::vector<node_id> chosen) : chosen_{std::move(chosen)} {}

  /// How many times the node was there: one more than it broke down.
  [[nodiscard]] std::size_t lives(node_id node) const {
    const auto it = nodes_.find(node);
    return it == nodes_.end() ? 0 : it->second.lives.size();
  }
  /// What passed at a node, by default since it last started; of a node that is not recorded, nothing.
  [[nodiscard]] const recording& of(node_id node) const {
    return lives(node) == 0 ? empty() : nodes_.find(node)->second.lives.back();
  }
  [[nodiscard]] const recording& of(node_id node, std::size_t life) const {
    return life < lives(node) ? nodes_.find(node)->second.lives[life] : empty();
  }

  // What the driver calls.

  template <class Context>
  void on_call(node_id node, const Context& ctx, bool expires) {
    if (!records(node)) return;
    tape& t = of_node(node);
    t.now = ctx.now;
    if (expires) t.lives.back().expire(ctx.now);
  }
  template <class Event>
  bool on_event(node_id node, Event& e) {
    if (!records(node)) return true;
    tape& t = of_node(node);
    t.lives.back()(t.now, e);
    return true;
  }
  template <class Action, class Perform>
  bool on_action(node_id node, Action& a, Perform&&) {
    if (!records(node)) return true;
    tape& t = of_node(node);
    t.lives.back()(t.now, a);
    return true;
  }
  void on_fresh_node(node_id node) {
    if (records(node)) of_node(node).lives.emplace_back();
  }

 private:
  struct tape {
    std::vector<recording> lives{1};
    local_time now;
  };
  [[nodiscard]] static const recording& empty() {
    static const recording none;
    return none;
  }
  [[nodiscard]] bool records(node_id node) const {
    if (chosen_.empty()) return true;
    for (const node_id one : chosen_)
      if (one == node) return true;
    return false;
  }
  [[nodiscard]] tape& of_node(node_id node) { return nodes_[node]; }

  std::vector<node_id> chosen_;
  std::map<node_id, tape> nodes_;
};

}  // namespace ebit::backend
