// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <string>
#include <utility>
#include <vector>

#include <ebit/ebit.hpp>

#include "alone.hpp"
#include "books.hpp"
#include "bug.hpp"
#include "profiles.hpp"
#include "run.hpp"

namespace ebit_test {

/// Any of the orders of joining, chosen when a run begins, so that one type of network serves them all.
struct any_order {
  static constexpr bool waits_for_spans = true;
  ebit::duration cutoff = ebit::duration::never();
  scenario::order joins = scenario::order::at_once;

  [[nodiscard]] constexpr bool may_swap(ebit::swap::place at, ebit::swap::spans s) const {
    switch (joins) {
      case scenario::order::at_once: return ebit::swap::as_soon_as_possible{}.may_swap(at, s);
      case scenario::order::nested: return ebit::swap::nested{}.may_swap(at, s);
      case scenario::order::sequential: return ebit::swap::sequential{}.may_swap(at, s);
    }
    return false;
  }
  friend constexpr bool operator==(const any_order&, const any_order&) = default;
};

/// The usual paths. A bug may have its way in what a node makes of them.
struct any_path : ebit::route::cheapest_path {
  bug* planted = nullptr;

  [[nodiscard]] ebit::route::answer choose(const ebit::route::network_map& map, const ebit::route::demand& d,
                                           const ebit::route::circuit_forecaster auto& model) const {
    ebit::route::answer found = cheapest_path::choose(map, d, model);
    if (planted != nullptr) planted->chooses(found);
    return found;
  }
  friend constexpr bool operator==(const any_path&, const any_path&) = default;
};

/// Lets the watch see everything, after the bug has had its way. The tapes hold what the nodes were told and did.
struct watching_tap {
  static constexpr bool enabled = true;
  using clock = ebit::world_time (*)(const void*);

  class books* books = nullptr;
  bug* planted = nullptr;
  tapes* recorder = nullptr;
  const void* network = nullptr;
  clock now = nullptr;

  template <class Context>
  void on_call(ebit::node_id at, const Context& ctx, bool expires) {
    if (recorder != nullptr) recorder->on_call(at, ctx, expires);
  }
  void on_fresh_node(ebit::node_id at) {
    if (recorder != nullptr) recorder->on_fresh_node(at);
  }
  template <class Action, class Perform>
  bool on_action(ebit::node_id at, Action& a, Perform&& perform) {
    turn();
    if (recorder != nullptr) recorder->on_action(at, a);
    if constexpr (requires(bug& b, const bug::further& f) { b.does(at, a, f); })
      if (planted != nullptr) {
        const auto further = [&](const auto& extra) {
          books->eyes.act(at.value(), extra);
          perform(extra);
        };
        if (!planted->does(at, a, {further, further, further})) return false;
      }
    books->eyes.act(at.value(), a);
    return true;
  }
  template <class Event>
  bool on_event(ebit::node_id at, Event& e) {
    turn();
    books->hears(at.value());
    books->eyes.hear(at.value(), e);
    if constexpr (requires(bug& b) { b.hears(at, e); })
      if (planted != nullptr && !planted->hears(at, e)) return false;
    if (recorder != nullptr) recorder->on_event(at, e);
    return true;
  }

 private:
  void turn() {
    if (network != nullptr) books->turn(now(network));
  }
};

}  // namespace ebit_test
