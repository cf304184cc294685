// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <utility>

#include <ebit/backend/actions.hpp>
#include <ebit/link/circuits.hpp>
#include <ebit/route/forecast.hpp>
#include <ebit/route/graph.hpp>

namespace ebit {

namespace route {

/// What an application asks of the network.
struct demand {
  node_id from;
  node_id to;
  std::uint32_t pairs = 1;
  double min_fidelity = 0;  ///< 0 to 1
};

/// What a circuit along a given walk would give.
struct evaluation {
  bool feasible = false;
  circuit_plan plan;
  forecast expected;
  refusal why = refusal::none;
  std::uint16_t hop = 0;
  double value = 0;
};

/// The decision of a route policy.
struct answer {
  walk path;
  evaluation circuit;
};

/// The part of a circuit model that route policies use: seconds per pair of a single link driven to a given fidelity,
/// and the full evaluation of a walk.
template <class Model>
concept circuit_forecaster =
    requires(const Model& model, const network_map& map, const edge& e, const walk& w, const demand& d) {
      { model.link_seconds(map, e, 0.5) } -> std::convertible_to<double>;
      { model.evaluate(map, w, d) } -> std::same_as<evaluation>;
    };

/// A model that promises everything: the archetype, and a stand-in for tests of route policies alone.
struct generous_model {
  [[nodiscard]] static double link_seconds(const network_map&, const edge&, double) { return 1; }
  [[nodiscard]] static evaluation evaluate(const network_map&, const walk&, const demand&) {
    evaluation all;
    all.feasible = true;
    return all;
  }
};
static_assert(circuit_forecaster<generous_model>);

/// A route policy picks a walk for a demand, by what the forecasts of the circuit's model say.
template <class Policy>
concept route_policy = std::semiregular<Policy> && requires(const Policy& policy, const network_map& map,
                                                            const demand& d, const generous_model& model) {
  { policy.choose(map, d, model) } -> std::same_as<answer>;
};

/// A walk that a circuit of the same head has slots on, or waits for.
struct walk_in_use {
  const walk* path = nullptr;
  std::uint16_t slots = 1;  ///< of each of its links
};

/// A route policy that also regards which walks its head uses already: the engine then tells it of them, those of
/// requests that wait for room included.
template <class Policy>
concept regards_circuits =
    route_policy<Policy> && requires(const Policy& policy, const network_map& map, const demand& d,
                                     const generous_model& model, std::span<const walk_in_use> in_use) {
      { policy.choose(map, d, model, in_use) } -> std::same_as<answer>;
    };

/// A route policy with a part of its own in every node, which watches the node's links and hears of others
/// (`link_state_routing`). Nodes of other policies have nothing of the kind.
template <class Policy>
concept watches_links = route_policy<Policy> && requires { typename Policy::watch; };

namespace detail {

struct no_watch {};
template <class Policy>
struct watch_of {
  using type = no_watch;
};
template <watches_links Policy>
struct watch_of<Policy> {
  using type = typename Policy::watch;
};

}  // namespace detail

}  // namespace route
}  // namespace ebit
