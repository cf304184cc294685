// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// Another way for a lease: where its own has broken, or there is a better one.
namespace ebit::orchestrate {

/// Something on the way of a lease is out of order: what is left of its request goes on at once over another way, if
/// there is one, else it waits in its place for the next.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::interrupt(std::uint32_t slot, element_id cause, context& ctx, Sink& sink) {
  if (!leases_.is_used(slot) || leases_[slot].state == lease::phase::ending) return;
  std::uint32_t entry = lease::none;
  for (const std::uint32_t s : legs_of(slot)) {
    give_back(s);
    if (leases_[s].entry != lease::none) entry = leases_[s].entry;
  }
  const lease& l = leases_[slot];
  if (l.walk != lease::none) walks_.release_trunks(l.walk);
  if (entry != lease::none && !book_[entry].is_complete && l.state == lease::phase::live) {
    ++counts_.searches;
    const standing_request& r = book_[entry];
    offer found = find_way(state_, r.head, r.peer, r.min_fidelity, true);
    const auto before = static_cast<std::uint32_t>(legs_of(slot).size()), paths = light_paths(found.parts);
    // What it had is his until both ends have let go.
    if (found.why == shortage::none && (paths <= before || tenants_.may_hold(r.tenant, paths - before))) {
      ++counts_.rerouted;
      begin(entry, std::move(found.parts), found.expected, lease::none, false, ctx, sink);
    }
  }
  end_lease(slot, ending::fault, duration::zero(), cause.value(), ctx, sink);
}

/// Of the free light paths that serve a request the one that costs the router least: the cheapest of all may lead to an
/// analyser that is too poor.
template <router Router, light_forecaster Forecaster>
auto controller<Router, Forecaster>::cheapest_way(std::uint32_t head, std::uint32_t tail, double min_fidelity)
    -> offer {
  offer best;
  best.why = shortage::no_path;
  double least_cost = 0;
  const auto look = [&](std::uint32_t kind) {
    ++counts_.searches;
    std::optional<light_path> way =
        policy_.route(with(state_, kind), terminal{element_id{head}}, terminal{element_id{tail}});
    if (!way || !is_short_enough(*way)) return;
    const light_forecast expected = foretell(*way, head, tail, min_fidelity);
    const double cost = policy_.cost(with(state_), *way);
    if (!expected.is_feasible() || (best.why == shortage::none && !(cost < least_cost))) return;
    best = {};
    best.expected = expected;
    best.parts.resize(1);
    best.parts[0] = {head, tail, walk_part::none, std::move(*way)};
    least_cost = cost;
  };
  look(any_kind);
  if (best.why == shortage::none) return best;
  for (std::uint32_t kind = 0; kind < losses_by_kind_.size(); ++kind)
    if (best_way(head, tail, kind).exists) look(kind);
  return best;
}

/// Whether a lease would do better over another way; then it is moved: the new way is reserved beside the old one and
/// lit before that goes dark. Where the endpoints have no port to spare the old one ends when the new one is all but
/// made. A walk stays where it is.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::reconsider(std::uint32_t slot, context& ctx, Sink& sink) {
  if (!leases_.is_used(slot) || leases_[slot].state != lease::phase::live || !leases_[slot].holds) return;
  const lease& l = leases_[slot];
  if (l.walk != lease::none) return;
  const std::uint32_t entry = l.entry;
  if (entry == lease::none || book_[entry].is_complete || l.begins > ctx.now) return;
  const double now = policy_.cost(with(state_), l.way);
  if (!policy_.moves(now, 0)) return;
  const auto is_better = [&](const offer& other) {
    return other.why == shortage::none && policy_.moves(now, policy_.cost(with(state_), other.parts[0].way));
  };
  offer found = cheapest_way(l.head, l.tail, l.min_fidelity);
  if (!is_better(found)) {
    give_back(slot);
    found = cheapest_way(l.head, l.tail, l.min_fidelity);
    if (!is_better(found)) {
      const bool fits = hold(slot);
      EBIT_ASSERT(fits || !state_.fits(l.way), "controller: a way that was given back cannot be had again");
      return;
    }
  }
  ++counts_.moved;
  const std::uint32_t heir = begin(entry, std::move(found.parts), found.expected, slot, false, ctx, sink);
  end_lease(slot, ending::moved, leases_[heir].begins - ctx.now, none, ctx, sink);
}

template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::reconsider_worse(context& ctx, Sink& sink) {
  std::vector<lease_id> users;
  seen_.take_worse(
      [&](span_id s) {
        if (state_.user(s).valid()) users.push_back(state_.user(s));
      },
      [&](element_id e) {
        for (const lease_id l : state_.users(*fabric_, e)) users.push_back(l);
      });
  for (const lease_id l : users) reconsider(l.value(), ctx, sink);
}

}  // namespace ebit::orchestrate
