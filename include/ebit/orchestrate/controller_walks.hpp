// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include <ebit/orchestrate/controller.hpp>

// Requests that no single light path can serve: the walks that do.
namespace ebit::orchestrate {

/// A way for a request on this belief of the fabric: a light path if there is one, else a walk, provided that the
/// fabric has no light path between the two at all, or `may_detour`: that something of it is broken.
template <router Router, light_forecaster Forecaster>
auto controller<Router, Forecaster>::find_way(fabric_state& state, std::uint32_t head, std::uint32_t tail,
                                              double min_fidelity, bool may_detour) -> offer {
  bool may_come = false;  // over analysers of another kind, which are in use or out of order
  offer found = by_any_kind([&](std::uint32_t kind) {
    offer way = find_way(state, head, tail, min_fidelity, may_detour, kind);
    const bool is_lacking = kind != any_kind && way.why != shortage::none && way.why != shortage::fidelity;
    may_come = may_come || (is_lacking && could_serve(kind, head, tail, min_fidelity));
    return way;
  });
  if (found.why == shortage::fidelity && may_come) {
    found.parts.clear();
    found.why = shortage::no_path;
  }
  return found;
}

template <router Router, light_forecaster Forecaster>
auto controller<Router, Forecaster>::find_way(fabric_state& state, std::uint32_t head, std::uint32_t tail,
                                              double min_fidelity, bool may_detour, std::uint32_t kind) -> offer {
  offer found;
  const bool can_meet = best_way(head, tail).exists;
  if (can_meet && kind != any_kind && !best_way(head, tail, kind).exists) {
    found.why = shortage::no_path;  // nor is there a walk: nothing is broken that it would go round
    return found;
  }
  const terminal from{element_id{head}}, to{element_id{tail}};
  if (can_meet) {
    std::optional<light_path> way = policy_.route(with(state, kind), from, to);
    if (way && is_short_enough(*way)) {
      found.expected = foretell(*way, head, tail, min_fidelity);
      found.parts.resize(1);
      found.parts[0] = {head, tail, walk_part::none, std::move(*way)};
    }
  }
  const bool is_cut_off =
      can_meet && found.parts.empty() && may_detour && !policy_.route(with(sound_, kind), from, to);
  if (!can_meet || is_cut_off) {
    found = find_walk(state, head, tail, kind);
    if (!found.parts.empty()) found.expected = foretell(found.parts, min_fidelity);
  }
  if (found.parts.empty())
    found.why = found.why == shortage::none ? shortage::no_path : found.why;
  else if (!found.expected.is_feasible())
    found.why = shortage::fidelity;
  return found;
}

/// The fewest light paths and trunks from one to the other, all of which can be had at the same time. Where a part of a
/// walk cannot be had, its relay is gone round, or the part of the fabric in which it was to meet.
template <router Router, light_forecaster Forecaster>
auto controller<Router, Forecaster>::find_walk(fabric_state& state, std::uint32_t head, std::uint32_t tail,
                                               std::uint32_t kind) -> offer {
  constexpr int most_tries = 4;
  const lease_id mark{none - 1};
  offer found;
  found.why = shortage::no_path;
  fixed_vector<std::uint32_t, most_tries> shunned, avoided;  // relays; parts of the fabric
  const auto is_in = [](const auto& list, std::uint32_t x) {
    return std::find(list.begin(), list.end(), x) != list.end();
  };
  bool shuns_degraded = true;  // as relays, as long as there are others
  const auto may_pass = [&](element_id e) {
    if (shuns_degraded && e.value() != head && e.value() != tail && is_degraded(e.value())) return false;
    if (is_in(shunned, e.value()) || state.health_of(e) == health::failed) return false;
    for (const span_id s : fabric_->incident(e))
      if (state.is_usable(s)) return true;
    return false;
  };
  const auto may_use = [&](std::uint32_t place, std::uint32_t trunk) {
    return !is_in(avoided, place) && (trunk == stopovers::light || is_trunk_free(state, trunk));
  };
  // Whatever is only in use will be free again: no detour round it. Round what is broken there is one.
  const std::size_t fewest = stopovers_
                                 .way(
                                     element_id{head}, element_id{tail}, [](element_id) { return true; },
                                     [](std::uint32_t, std::uint32_t) { return true; })
                                 .size();
  const std::size_t most = least(fewest + (failed_parts_ > 0 ? 2U : 0U), most_parts);
  for (int tries = 0; tries < most_tries; ++tries) {
    std::vector<stopovers::stop> stops = stopovers_.way(element_id{head}, element_id{tail}, may_pass, may_use);
    if (shuns_degraded && (stops.empty() || stops.size() > most)) {
      shuns_degraded = false;
      stops = stopovers_.way(element_id{head}, element_id{tail}, may_pass, may_use);
    }
    // A walk begins with a light path, which stands for all of it.
    if (stops.empty() || stops.size() > most || stops.front().trunk != stopovers::light) break;
    std::uint32_t at = head;
    bool is_whole = true;
    for (const stopovers::stop& next : stops) {
      walk_part part{at, next.at.value(), next.trunk == stopovers::light ? walk_part::none : next.trunk, {}};
      if (part.is_light()) {
        std::optional<light_path> way =
            policy_.route(with(state, kind), terminal{element_id{at}}, terminal{next.at});
        const bool can_be_lit = way && is_short_enough(*way);
        if (!can_be_lit || !state.reserve(*fabric_, *way, mark)) {
          is_whole = false;
          found.why = why_no_leg(state, at, next.at.value(), kind, found.element);
          if (found.why != shortage::port)
            avoided.push_back(next.place);
          else if (found.element != head && found.element != tail)
            shunned.push_back(found.element);
          else
            tries = most_tries;
          break;
        }
        part.way = std::move(*way);
      }
      found.parts.push_back(std::move(part));
      at = next.at.value();
    }
    for (const walk_part& p : found.parts)
      if (p.is_light()) state.release(*fabric_, p.way, mark);
    if (is_whole) {
      found.why = shortage::none;
      const auto light =
          std::find_if(found.parts.begin(), found.parts.end(), [](const walk_part& p) { return p.is_light(); });
      if (light != found.parts.end()) found.station = light->way.station;
      return found;
    }
    found.parts.clear();
  }
  return found;
}

template <router Router, light_forecaster Forecaster>
shortage controller<Router, Forecaster>::why_no_leg(const fabric_state& state, std::uint32_t from, std::uint32_t to,
                                                    std::uint32_t kind, std::uint32_t& element) {
  for (const std::uint32_t end : {from, to}) {
    bool has_port = false;
    for (const span_id s : fabric_->incident(element_id{end})) has_port = has_port || state.is_usable(s);
    if (has_port) continue;
    element = end;
    return shortage::port;
  }
  // A walk on the empty fabric is only planned: nobody is told, and what it has put down there is not for `best_way`.
  if (&state == &built_) return shortage::span;
  return span_or_analyser(state, [&](std::uint32_t each) {
    return (kind == any_kind || kind == each) && best_way(from, to, each).exists;
  });
}

/// The leases that live and end with this one, itself included, in the order of their walk.
template <router Router, light_forecaster Forecaster>
auto controller<Router, Forecaster>::legs_of(std::uint32_t slot) const -> leg_list {
  leg_list all;
  if (leases_[slot].walk == lease::none) {
    all.push_back(slot);
    return all;
  }
  for (const granted_walk::part& p : walks_[leases_[slot].walk].parts)
    if (p.lease != granted_walk::none) all.push_back(p.lease);
  return all;
}

template <router Router, light_forecaster Forecaster>
std::uint32_t controller<Router, Forecaster>::light_paths(const std::vector<walk_part>& parts) {
  std::uint32_t n = 0;
  for (const walk_part& p : parts) n += p.is_light() ? 1U : 0U;
  return n;
}

/// How long light takes from one end to the other.
template <router Router, light_forecaster Forecaster>
duration controller<Router, Forecaster>::length_of(const std::vector<walk_part>& parts) const {
  duration sum;
  for (const walk_part& p : parts) sum += p.is_light() ? p.way.balanced().delay() : how_.trunks[p.trunk].delay;
  return sum;
}

/// Tells the head of a walk what it cannot see of it.
template <router Router, light_forecaster Forecaster>
template <class Sink>
void controller<Router, Forecaster>::send_legs(std::uint32_t slot, context& ctx, Sink& sink) {
  if (leases_[slot].walk == lease::none) return;
  const std::vector<granted_walk::part>& parts = walks_[leases_[slot].walk].parts;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const granted_walk::part& p = parts[i];
    wire::leg body;
    body.walk = leases_[parts[0].lease].path;
    body.from = node_id{p.from};
    body.to = node_id{p.to};
    body.term = term_;
    body.position = static_cast<std::uint8_t>(i);
    if (p.trunk == granted_walk::none) {
      const lease& l = leases_[p.lease];
      const link::lit_path balanced = this->balanced(l);
      body.path = l.path;
      body.delay = balanced.delay();
      body.transmittance = balanced.transmittance_a;
      body.fidelity_from = balanced.fidelity_a;
      body.fidelity_to = balanced.fidelity_b;
      body.stray = balanced.stray;
      body.analyser = static_cast<std::uint8_t>(balanced.station);
    } else {
      const trunk_run& t = how_.trunks[p.trunk];
      const bool descends = element_id{p.from} != t.a;
      body.path = descends ? path_id{t.first.value() + t.links - 1U} : t.first;
      body.links = t.links;
      body.descends = descends ? 1 : 0;
      body.delay = t.delay;
    }
    courier_.send(node_id{parts[0].from}, body, ctx.now, sink);
  }
}

}  // namespace ebit::orchestrate
