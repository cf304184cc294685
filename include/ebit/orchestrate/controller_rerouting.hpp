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
  const terminal head{element_id{l.head}}, tail{element_id{l.tail}};
  const auto better = [&](const std::optional<light_path>& way) {
    return way && is_short_enough(*way) && policy_.moves(now, policy_.cost(with(state_), *way));
  };
  ++counts_.searches;
  std::optional<light_path> way = policy_.route(with(state_), head, tail);
  if (!better(way)) {
    give_back(slot);
    ++counts_.searches;
    way = policy_.route(with(state_), head, tail);
    if (!better(way) || !foretell(*way, l.head, l.tail, l.min_fidelity).is_feasible()) {
      const bool fits = state_.reserve(*fabric_, l.way, lease_table::mark(slot));
      EBIT_ASSERT(fits || !state_.fits(l.way), "controller: a way that was given back cannot be had again");
      if (fits) {
        seen_.occupy(l.way);
        leases_[slot].holds = true;
      }
      return;
    }
  }
  const light_forecast expected = foretell(*way, l.head, l.tail, l.min_fidelity);
  if (!expected.is_feasible()) return;
  ++counts_.moved;
  std::vector<walk_part> parts(1);
  parts[0] = {l.head, l.tail, walk_part::none, std::move(*way)};
  const std::uint32_t heir = begin(entry, std::move(parts), expected, slot, false, ctx, sink);
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
