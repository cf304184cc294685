// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <ebit/backend/recorded.hpp>
#include <ebit/backend/recording_tap.hpp>
#include <ebit/core/random.hpp>
#include <ebit/node/node.hpp>

namespace ebit_test {

/// All that nodes can know, life by life: what each was told and when, what it asked for, and what it drew from.
class tapes {
 public:
  template <class Context>
  void on_call(ebit::node_id at, const Context& ctx, bool expires) {
    passed_.on_call(at, ctx, expires);
    std::vector<ebit::random_stream>& known = streams_[at];
    while (known.size() < passed_.lives(at)) known.push_back(ctx.random);
  }
  template <class Event>
  void on_event(ebit::node_id at, Event& told) {
    passed_.on_event(at, told);
  }
  template <class Action>
  void on_action(ebit::node_id at, Action& wanted) {
    passed_.on_action(at, wanted, [](const auto&) {});
  }
  void on_fresh_node(ebit::node_id at) { passed_.on_fresh_node(at); }

  [[nodiscard]] std::size_t lives(ebit::node_id of) const { return passed_.lives(of); }
  [[nodiscard]] const ebit::backend::recording& passed(ebit::node_id at, std::size_t life) const {
    return passed_.of(at, life);
  }
  /// As it was when the life began; of one in which nothing was told, none.
  [[nodiscard]] ebit::random_stream stream(ebit::node_id at, std::size_t life) const {
    const auto known = streams_.find(at);
    return known == streams_.end() || life >= known->second.size() ? ebit::random_stream{} : known->second[life];
  }

 private:
  ebit::backend::recording_tap passed_;
  std::map<ebit::node_id, std::vector<ebit::random_stream>> streams_;
};

/// What nodes did alone.
struct solo {
  std::string broken{};      ///< empty, or how one of them went another way
  std::uint64_t lives = 0;   ///< that were run again
  std::uint64_t events = 0;  ///< that were told again, deadlines included
};

/// Runs every life of every node of `sim` again, one after the other, from `fresh(node, incarnation)` on and with
/// nothing but what is on the tapes. A node that knew more than it was told, by whatever way, does something else now
/// that the others are gone and the truth is what it was at the end.
template <class Network, class Fresh>
[[nodiscard]] solo each_alone(const Network& sim, const tapes& all, const Fresh& fresh) {
  solo done;
  for (std::uint32_t n = 0; n < sim.size(); ++n) {
    const ebit::node_id id{n};
    for (std::size_t life = 0; life < all.lives(id); ++life) {
      const ebit::backend::recording& told = all.passed(id, life);
      ++done.lives;
      for (const auto& e : told.entries) done.events += std::holds_alternative<ebit::action::any>(e.what) ? 0U : 1U;
      const std::string again = life == 0 ? "" : ", restart " + std::to_string(life) + ",";
      const std::string who = "alone: node " + std::to_string(n) + again;
      auto node = fresh(id, static_cast<std::uint32_t>(life));
      if (const auto other = ebit::backend::replay(node, told, all.stream(id, life))) {
        done.broken = who + " does something else than it did among others: " + other->text();
        return done;
      }
      if (life + 1 < all.lives(id)) continue;
      const auto &then = sim.node(id).table().counts(), &now = node.table().counts();
      if (then.acquired != now.acquired || then.delivered != now.delivered || then.consumed != now.consumed ||
          then.discarded != now.discarded || sim.node(id).next_deadline() != node.next_deadline() ||
          sim.node(id).ignored_messages() != node.ignored_messages()) {
        done.broken = who + " ends in another state than it did among others";
        return done;
      }
    }
  }
  return done;
}

}  // namespace ebit_test
