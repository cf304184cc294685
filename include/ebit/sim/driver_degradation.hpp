// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/sim/driver.hpp>

// Switches, analysers and fibres of a switched fabric that get worse, and better again. Their light goes on.
namespace ebit::sim {

/// Emissions whose photons get to the part from now on are as it is now, of either end of a path; those before have
/// been decided. Where both photons pass it, but at different times, the first of them counts for both.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::degrade(const network_event& e) {
  const world_time now = kernel_.now();
  const auto& f = fabric_.faults()[e.index];
  auto& optics = fabric_.optics();
  std::vector<std::uint32_t> concerned;
  for (std::uint32_t n = 0; n < fabric_.layout().endpoints().size(); ++n)
    for (const std::uint32_t path : state_[n].made) {
      path_state& p = paths_[path];
      if (p.node[0] != n || !p.joined[1]) continue;
      duration way = duration::never();
      for (std::size_t end = 0; end < 2; ++end)
        if (const auto to_part = optics.way_to(p.node[end], p.port[end], f, now)) way = least(way, *to_part);
      if (way.is_never()) continue;
      concerned.push_back(path);
      for (heralding_session& s : p.sessions) {
        if (!s.used()) continue;
        for (std::size_t end = 0; end < 2; ++end) {
          s.darken(end, now - way, now);
          // Light that goes on is not locked anew.
          s.ends[end].mended = std::max(s.ends[end].mended, now - way - lock_time(p.line.station));
        }
      }
    }
  const auto word = [&] { return f.is_of_fibre() ? state_of_fibre(f.fibre) : state_of(e.node); };
  const event::health before = word();
  if (e.mode == 0)
    optics.strike(f, now);
  else
    (void)optics.mend(f, now);
  if (fabric_.stray().leaks()) fabric_.stray().reroute_all(optics, now);
  for (const std::uint32_t path : concerned) light(path);
  if (word() == before) return;
  if (!f.is_of_fibre()) {
    tell_if_up(e.node, event::device_state{port_id::none(), word()});
    return;
  }
  const auto& fibre = fabric_.layout().along(f.fibre);
  for (const auto end : {fibre.a, fibre.b})
    if (!has_unit(end.value())) tell_if_up(end.value(), fibre_up(end.value(), f.fibre));
}

/// What its agent is to know of a switch or an analyser.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
event::health driver<Profile, State, Trace, Tap, Fabric>::state_of(std::uint32_t n) const {
  using id = std::remove_cvref_t<decltype(fabric_.layout().endpoints().front())>;
  if (!works(n)) return event::health::fault;
  return fabric_.optics().wear_of(id{n}).is_sensed ? event::health::degraded : event::health::ready;
}
/// What the agents at its ends are to know of a fibre.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
template <class Span>
event::health driver<Profile, State, Trace, Tap, Fabric>::state_of_fibre(Span fibre) const {
  if (fabric_.optics().is_cut(fibre)) return event::health::fault;
  return fabric_.optics().wear_of(fibre).is_sensed ? event::health::degraded : event::health::ready;
}
/// That a fibre has light, as element `n` at one of its ends sees it: switches and analysers have monitors that tell
/// how much.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
template <class Span>
event::path_up driver<Profile, State, Trace, Tap, Fabric>::fibre_up(std::uint32_t n, Span fibre) const {
  const auto& along = fabric_.layout().along(fibre);
  const auto here = along.a.value() == n ? along.a : along.b;
  event::path_up up{port_id{along.port_at(here)}, path_id::none(), node_id{along.other(here).value()}, {}, {}, {}};
  if (const auto& worn = fabric_.optics().wear_of(fibre); worn.is_sensed && !has_unit(n)) {
    up.transmittance_here = worn.share();
    up.fidelity_here = 1 - worn.noise * 3 / 4;
  }
  return up;
}

}  // namespace ebit::sim
