// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "../simulation/profiles.hpp"
#include "../support/catch.hpp"

namespace ebit_test {

using namespace ebit;

/// Writes down what nodes are told and do, with the time, which the test sets; and whether
/// every operation ends once, in the life of the node that began it.
struct diary {
  static constexpr bool enabled = true;
  struct told {
    world_time when;
    node_id at;
    event::any what;
  };
  struct done {
    world_time when;
    node_id at;
    action::any what;
  };

  world_time now;
  std::vector<told> events;
  std::vector<done> actions;
  std::map<std::pair<node_id, operation_id>, world_time> running;
  std::string wrong;

  template <class Action, class Perform>
  bool on_action(node_id at, Action& wanted, Perform&&) {
    actions.push_back({now, at, wanted});
    if constexpr (requires { wanted.operation; } && !std::is_same_v<Action, action::stop>)
      if (!running.emplace(std::pair{at, wanted.operation}, now).second) note(at, "an operation is begun twice");
    return true;
  }
  template <class Event>
  bool on_event(node_id at, Event& e) {
    events.push_back({now, at, e});
    if constexpr (requires { e.operation; }) {
      const std::pair key{at, e.operation};
      if (!running.contains(key)) note(at, "word of an operation that does not run");
      if constexpr (std::is_same_v<Event, event::done> || std::is_same_v<Event, event::failed>) running.erase(key);
    }
    return true;
  }
  void note(node_id at, const char* text) {
    if (wrong.empty()) wrong = "node " + std::to_string(at.value()) + ": " + text;
  }
  void forget(node_id at) {
    std::erase_if(running, [at](const auto& entry) { return entry.first.first == at; });
  }
  template <class Event>
  [[nodiscard]] std::vector<std::pair<world_time, Event>> told_to(node_id at) const {
    std::vector<std::pair<world_time, Event>> out;
    for (const told& t : events)
      if (const Event* e = std::get_if<Event>(&t.what); e != nullptr && t.at == at) out.push_back({t.when, *e});
    return out;
  }
  template <class Action>
  [[nodiscard]] std::vector<std::pair<world_time, Action>> asked_by(node_id at) const {
    std::vector<std::pair<world_time, Action>> out;
    for (const done& d : actions)
      if (const Action* a = std::get_if<Action>(&d.what); a != nullptr && d.at == at) out.push_back({d.when, *a});
    return out;
  }
};

template <class Profile = at_once>
using watched = sim::network<Profile, bell_diagonal, sim::no_trace, diary>;

/// A chain of `nodes`, 20 km apart, with 3 memories a port and operations of 3 µs, on which node 0 asks for pairs
/// with the last one.
template <class Profile = at_once>
[[nodiscard]] inline watched<Profile> chain_under(std::vector<scheduled_fault> schedule, std::uint64_t seed,
                                                  std::size_t nodes = 3, std::uint32_t pairs = 100'000,
                                                  sim::network_options<Profile> o = {}) {
  o.hardware = noisy_hardware(3);
  o.seed = seed;
  o.faults.schedule = std::move(schedule);
  o.swap.cutoff = 20_ms;
  watched<Profile> sim{chain_of(nodes), o};
  REQUIRE(sim.validate());
  REQUIRE(sim.request({.from = node_id{0}, .to = node_id{static_cast<std::uint32_t>(nodes - 1)}, .pairs = pairs}));
  return sim;
}

/// Steps through all events up to `end`, and lets the test look after each.
template <class Network, class Look>
void run(Network& sim, world_time end, Look&& look) {
  while (sim.next_time() <= end) {
    sim.tap().now = sim.next_time();
    std::vector<bool> up;
    for (std::uint32_t n = 0; n < sim.size(); ++n) up.push_back(sim.is_up(node_id{n}));
    sim.step();
    for (std::uint32_t n = 0; n < sim.size(); ++n)
      if (up[n] && !sim.is_up(node_id{n})) sim.tap().forget(node_id{n});
    look();
  }
}
template <class Network>
void run(Network& sim, world_time end) {
  run(sim, end, [] {});
}

template <class Network>
[[nodiscard]] std::uint32_t held_by(const Network& sim, node_id at) {
  std::uint32_t count = 0;
  for (std::uint32_t s = 0; s < sim.node(at).table().size(); ++s)
    count += sim.truth().holds(sim.first_slot(at) + s) ? 1U : 0U;
  return count;
}

}  // namespace ebit_test
