// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include <ebit/core/decibels.hpp>
#include <ebit/orchestrate/controller.hpp>

// Endpoints whose networking units work out of tolerance, or are about to be shut down.
namespace ebit::orchestrate {

/// All ports of an endpoint are served by one unit.
template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::is_degraded(std::uint32_t endpoint) const {
  if (degraded_ports_ == 0) return false;
  const element_id e{endpoint};
  if (fabric_->at(e).kind != element_kind::endpoint) return false;
  for (std::uint16_t p = 0; p < fabric_->at(e).ports; ++p)
    if (state_.health_of(*fabric_, e, p) == health::degraded) return true;
  return false;
}

/// The same path with what degraded units at its ends lose and spoil, by their data sheets, counted to its arms: so it
/// is forecast, balanced and told to the ends.
template <router Router, light_forecaster Forecaster>
light_path controller<Router, Forecaster>::weighed(const light_path& way, std::uint32_t head,
                                                   std::uint32_t tail) const {
  light_path worse = way;
  if constexpr (requires { forecaster_.hardware_of(head); }) {
    const auto weigh = [this](arm& side, std::uint32_t endpoint) {
      if (!is_degraded(endpoint)) return;
      const link::hardware& h = forecaster_.hardware_of(endpoint);
      side.total += loss_of_share(h.degraded_efficiency);
      side.fidelity = side.fidelity * (1 - h.degraded_noise) + h.degraded_noise / 4;
    };
    weigh(worse.a, head);
    weigh(worse.b, tail);
  }
  return worse;
}

/// The line of a lease, as its units are now.
template <router Router, light_forecaster Forecaster>
link::lit_path controller<Router, Forecaster>::balanced(const lease& of) const {
  if (!is_degraded(of.head) && !is_degraded(of.tail)) return of.way.balanced();
  return weighed(of.way, of.head, of.tail).balanced();
}

template <router Router, light_forecaster Forecaster>
light_forecast controller<Router, Forecaster>::foretell(const light_path& way, std::uint32_t head, std::uint32_t tail,
                                                        double min_fidelity) {
  if (!is_degraded(head) && !is_degraded(tail)) return forecaster_.forecast(way, head, tail, min_fidelity);
  return forecaster_.forecast(weighed(way, head, tail), head, tail, min_fidelity);
}

template <router Router, light_forecaster Forecaster>
light_forecast controller<Router, Forecaster>::foretell(const std::vector<walk_part>& parts, double min_fidelity) {
  const auto is_worse = [this](const walk_part& p) {
    return p.is_light() && (is_degraded(p.from) || is_degraded(p.to));
  };
  if (std::none_of(parts.begin(), parts.end(), is_worse)) return forecaster_.forecast(parts, min_fidelity);
  std::vector<walk_part> worse = parts;
  for (walk_part& p : worse)
    if (is_worse(p)) p.way = weighed(p.way, p.from, p.to);
  return forecaster_.forecast(worse, min_fidelity);
}

/// What a lease gives as its units are now: a walk's, what all of it gives.
template <router Router, light_forecaster Forecaster>
light_forecast controller<Router, Forecaster>::foretell(const lease& of) {
  if (of.walk == lease::none) return foretell(of.way, of.head, of.tail, of.min_fidelity);
  std::vector<walk_part> parts;
  for (const granted_walk::part& p : walks_[of.walk].parts) {
    parts.push_back({p.from, p.to, p.trunk == granted_walk::none ? walk_part::none : p.trunk, {}});
    if (p.lease != granted_walk::none) parts.back().way = leases_[p.lease].way;
  }
  return foretell(parts, of.min_fidelity);
}

/// The light paths of an endpoint whose unit has left its tolerance, or is back, give less or more than was forecast;
/// what they gave meanwhile is not held against their ways. One that gives less ends, since its ends would promise too
/// much: what is left of its request goes on over another one, granted as the units are now.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::restate(std::uint32_t endpoint, context& ctx, Sink& sink) {
  const std::vector<std::uint32_t> held = leases_.at(endpoint);
  for (const std::uint32_t slot : held) {
    if (!leases_.is_used(slot)) continue;
    const lease& l = leases_[slot];
    if (l.state == lease::phase::ending || l.way.a.spans.empty()) continue;
    const light_forecast now = foretell(l);
    if (now.rate == l.rate && now.fidelity == l.fidelity) continue;
    const bool is_less = !now.is_feasible() || now.rate < l.rate || now.fidelity < l.fidelity;
    for (const std::uint32_t s : legs_of(slot)) {
      leases_[s].rate = now.rate;
      leases_[s].fidelity = now.fidelity;
      leases_[s].is_restated = true;
    }
    if (is_less) dismiss(slot, element_id{endpoint}, ctx, sink);
  }
}

/// A light path of a unit that is about to be shut down, or out of tolerance, ends. The head stops first; the tail
/// keeps its halves until the head's last words have come. What is left of the request waits.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::dismiss(std::uint32_t slot, element_id cause, context& ctx, Sink& sink) {
  if (!leases_.is_used(slot) || leases_[slot].state == lease::phase::ending) return;
  lease& l = leases_[slot];
  if (l.walk != lease::none || l.state != lease::phase::live) {
    end_lease(slot, ending::lease_over, duration::zero(), cause.value(), ctx, sink);
    return;
  }
  const duration last_words = (flight_to(l.head) + flight_to(l.tail)) * 4;
  l.state = lease::phase::ending;
  ++counts_.ended[static_cast<std::size_t>(ending::lease_over)];
  if (!l.head_released) withdraw_from(l, l.head, ending::lease_over, duration::zero(), cause.value(), ctx, sink);
  if (!l.tail_released) withdraw_from(l, l.tail, ending::lease_over, last_words, cause.value(), ctx, sink);
  set_alarm(slot, ctx.now + last_words + how_.release_grace + courier_.patience());
}

}  // namespace ebit::orchestrate
