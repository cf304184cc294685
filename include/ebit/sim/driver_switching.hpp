// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/link/device_lifecycle.hpp>
#include <ebit/link/lit_path.hpp>
#include <ebit/sim/driver.hpp>

// Paths that a switched fabric makes: which light gets through, and when. The nodes believe what their controller tells
// them; whether their photons meet is decided here, by where the switches really stand when the photons pass.
namespace ebit::sim {

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
std::uint32_t driver<Profile, State, Trace, Tap, Fabric>::path_of(std::uint32_t n, const action::attempt& a) {
  if (a.path.value() < map_->edges().size()) return a.path.value();
  if constexpr (Fabric::switches) return join_made(n, a);
  return none;
}

/// The two ends of a made path come one after the other, and know each other by its name.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
std::uint32_t driver<Profile, State, Trace, Tap, Fabric>::join_made(std::uint32_t n, const action::attempt& a) {
  for (std::size_t i = 0; i < state_[n].made.size();)
    if (!forget_unused(state_[n].made[i])) ++i;
  const std::uint32_t port = slots_[state_[n].first_slot + a.first_slot.value()].port;
  const auto known = made_.find(a.path.value());
  if (known == made_.end()) {
    std::uint32_t index = static_cast<std::uint32_t>(paths_.size());
    if (vacant_paths_.empty()) {
      paths_.emplace_back();
    } else {
      index = vacant_paths_.back();
      vacant_paths_.pop_back();
    }
    path_state& p = paths_[index];
    p.id = a.path;
    p.node = {n, none};
    p.port = {port, 0};
    p.joined = {true, false};
    p.dark = {};
    p.phase_at = world_time::never();
    p.heeded_from = {world_time::never(), world_time::never()};
    made_.emplace(a.path.value(), index);
    state_[n].made.push_back(index);
    return index;
  }
  path_state& p = paths_[known->second];
  for (std::size_t end = 0; end < 2; ++end)
    if (p.joined[end] && p.node[end] == n) return p.port[end] == port ? known->second : none;
  if (p.joined[1]) return none;  // a third one
  p.node[1] = n;
  p.port[1] = port;
  p.joined[1] = true;
  const std::uint64_t x = state_[p.node[0]].key, y = state_[n].key;
  p.key = mix(x < y ? mix(x, y) : mix(y, x), p.id.value());
  key_streams(p);
  state_[n].made.push_back(known->second);
  return known->second;
}

/// True if the path is gone: nobody attempts on it, nothing is under way, and no half that was born on it is held.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
bool driver<Profile, State, Trace, Tap, Fabric>::forget_unused(std::uint32_t path) {
  path_state& p = paths_[path];
  for (const heralding_session& s : p.sessions) {
    if (s.used()) return false;
    for (const heralding_session::mode& m : s.modes)
      if (m.drawn) return false;
  }
  for (std::size_t end = 0; end < 2; ++end) {
    if (!p.joined[end]) continue;
    for (std::uint32_t slot = state_[p.node[end]].first_slot; slot < slots_end(p.node[end]); ++slot)
      if (slots_[slot].path == path && world_.holds(slot)) return false;
  }
  for (std::size_t end = 0; end < 2; ++end) {
    if (!p.joined[end]) continue;
    std::vector<std::uint32_t>& of_node = state_[p.node[end]].made;
    of_node.erase(std::find(of_node.begin(), of_node.end(), path));
  }
  p.joined = {};
  p.made.clear();
  made_.erase(p.id.value());
  vacant_paths_.push_back(path);
  return true;
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::connect& a) {
  network_event e;
  e.what = network_event::kind::switching;
  e.node = n;
  e.operation = a.operation;
  e.index = a.in.value();
  e.other = a.out.value();
  // A switch moves when its own clock says so; the nominal time is what was announced.
  const world_time meant = std::max(kernel_.now(), global(n, a.at));
  world_time moves = meant;
  if constexpr (Fabric::switches)
    if (fabric_.clocks().run() && fabric_.optics().is_switch(n))
      moves = std::max(kernel_.now(), meant + duration::seconds(fabric_.clocks().error_of(n, meant)));
  e.flight = moves - meant;
  post(moves, n, from_device, e);
  if (moves <= meant) return;
  e.end = 2;
  post(meant, n, from_device, e);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::clear& a) {
  perform(n, action::connect{a.operation, a.at, a.port, port_id::none()});
}

/// A switch begins to move, or has come to rest, or is announced to begin.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::throw_switch(const network_event& e) {
  if (e.end == 1) {
    completed_.push_back({e.operation, static_cast<failure>(e.mode), false, 0});
    settle(e.node);
    return;
  }
  const world_time now = kernel_.now();
  if (!fabric_.optics().is_switch(e.node)) {
    completed_.push_back({e.operation, failure::unavailable, false, 0});
    settle(e.node);
    return;
  }
  // Whatever passed these ports passes no more; what is beyond the switch already flies on.
  fixed_vector<std::array<std::uint32_t, 2>, 16> touched;
  const bool stands = fabric_.optics().is_joined(e.node, e.index, e.other, now);
  const auto touch = [&](std::uint32_t n, std::uint32_t port, duration way) {
    if (!stands) darken_from(n, port, now - way);
    touched.push_back({n, port});
  };
  const auto touch_all = [&] {
    fabric_.optics().ports_concerned(e.node, e.index, e.other, now, [&](std::uint16_t port) {
      fabric_.optics().end_behind(e.node, port, now, touch);
    });
  };
  touch_all();
  if (e.end == 2) {
    if (stands) return;
    fabric_.optics().announce(e.node, e.index, e.other, now + fabric_.reconfiguration_time_of(e.node));
    for (const auto& [n, port] : touched) relight(n, port);
    return;
  }
  const auto moved = fabric_.optics().move(e.node, e.index, e.other, now, e.flight);
  if (!stands) touch_all();  // and what it is joined to now
  if (fabric_.stray().leaks())
    for (const auto& [n, port] : touched) fabric_.stray().reroute(fabric_.optics(), n, port, now);
  for (const auto& [n, port] : touched) relight(n, port);
  network_event rest = e;
  rest.end = 1;
  rest.mode = static_cast<std::uint32_t>(moved.why);
  post(now + moved.takes, e.node, from_device, rest);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::darken_from(std::uint32_t n, std::uint32_t port, world_time when) {
  for (const std::uint32_t path : state_[n].made) {
    const std::size_t end = paths_[path].node[0] == n ? 0 : 1;
    if (paths_[path].port[end] != port) continue;
    for (heralding_session& s : paths_[path].sessions)
      if (s.used()) s.darken(end, when, kernel_.now());
  }
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::relight(std::uint32_t n, std::uint32_t port) {
  for (const std::uint32_t path : state_[n].made)
    if (paths_[path].port[paths_[path].node[0] == n ? 0 : 1] == port) light(path);
}

/// Where the light of a path is to meet follows from what its switches were ordered to, and so do the clicks that its
/// station heeds; which photons get there follows from how the switches stand.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::light(std::uint32_t path) {
  path_state& p = paths_[path];
  if (!p.joined[0] || !p.joined[1]) return;
  const auto meeting = fabric_.optics().meeting(p.node[0], p.port[0], p.node[1], p.port[1], kernel_.now());
  if (meeting.is_ordered) {
    see(p, meeting);
    p.heeded_from = fabric_.vetoes() ? meeting.settled : std::array<world_time, 2>{};
  } else if (fabric_.vetoes()) {
    p.heeded_from = {world_time::never(), world_time::never()};
  }
  if (p.made.empty()) return;  // no station has ever been told of it
  const link::budget& b = p.made.front();
  const duration locks = lock_time(p.line.station);
  for (std::uint32_t i = 0; i < p.sessions.size(); ++i) {
    heralding_session& s = p.sessions[i];
    if (!s.used()) continue;
    for (std::size_t end = 0; end < 2; ++end) {
      heralding_session::end& here = s.ends[end];
      here.to_station = end == 0 ? b.station_a : b.station_b;
      here.lit_from = std::max(meeting.lit_from[end], here.mended) + locks;
      here.lit_until = meeting.lit_until[end];
      here.heeded_from = p.heeded_from[end];
      if (locks > duration::zero() && !here.lit_from.is_never())
        here.heeded_from = std::max(here.heeded_from, here.lit_from);
    }
    if (!meeting.station_works) {
      for (std::uint8_t lit = 0; lit <= heralding_session::both_lit; ++lit) s.set_success(lit, 0);
    } else if (s.both_open()) {
      begin(path, i);
    }
  }
}

/// The station sets itself up for who is new; one photon that heralds carries the phase of its arm, which has to be
/// found again: until then no clicks count.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
duration driver<Profile, State, Trace, Tap, Fabric>::lock_time(std::uint16_t station) const {
  return fabric_.station(station).set_up +
         (herald::one_photon<typename Profile::herald> ? fabric_.phase_lock_time() : duration::zero());
}

/// What a path is like, once its switches have been ordered to make it.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
template <class Encounter>
void driver<Profile, State, Trace, Tap, Fabric>::see(path_state& p, const Encounter& meeting) {
  const link::lit_path line = meeting.balanced;
  const auto seen = [&](half end, std::size_t at) {
    return line.seen_through(end, fabric_.hardware_at(p.node[at], line.station));
  };
  p.made.assign(1, route::budget_for<typename Profile::herald>(line, seen(half::a, 0), seen(half::b, 1)));
  p.line = line;
  p.analyser = meeting.analyser.value();
  p.inlets.clear();
  for (std::size_t end = 0; end < 2; ++end)
    fabric_.stray().add_inlets(
        fabric_.optics(), p.node[end], p.port[end],
        line.arm_transmittance(end == 0 ? half::a : half::b) / fabric_.units().efficiency(p.node[end]), kernel_.now(),
        p.inlets);
  p.most_stray = fabric_.stray().most(fabric_.layout(), p.inlets);
}

/// Something of the fabric breaks or is mended. Light that has passed it flies on; whoever speaks for it is told.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::strike_fabric(const network_event& e) {
  const world_time now = kernel_.now();
  const auto& f = fabric_.faults()[e.index];
  using kind = std::remove_cvref_t<decltype(f.what)>;
  if (f.is_of_unit(fabric_.layout())) {
    using trouble = std::remove_cvref_t<decltype(fabric_.units())>::trouble;
    const trouble what = f.what == kind::device  ? trouble::fault
                         : f.what == kind::drift ? trouble::drift
                                                 : trouble::shutdown;
    on_unit(e.node, [&](auto& units) {
      if (e.mode == 0)
        units.begins(e.node, what, f.lasts, now);
      else
        units.ends(e.node, what, now);
    });
    return;
  }
  if (f.what == kind::degraded) {
    degrade(e);
    return;
  }
  if (e.mode == fault_is_sensed) {
    if (now < world_time{f.at + f.lasts}) tell_of_fault(e, true, now);
    return;
  }
  const bool begins = e.mode == 0;
  const auto endpoints = static_cast<std::uint32_t>(fabric_.layout().endpoints().size());
  for (std::uint32_t n = 0; n < endpoints; ++n) {
    for (const std::uint32_t path : state_[n].made) {
      const std::uint32_t port = paths_[path].port[paths_[path].node[0] == n ? 0 : 1];
      const auto way = fabric_.optics().way_to(n, port, f, now);
      if (!way) continue;
      darken_from(n, port, now - *way);
      if (begins) continue;
      for (heralding_session& s : paths_[path].sessions) {
        // The unit, or something else on the way, may have been mended for later emissions only.
        world_time& mended = s.ends[paths_[path].node[0] == n ? 0 : 1].mended;
        mended = std::max(mended, now - *way);
      }
    }
  }
  world_time ready = now;
  if (begins)
    fabric_.optics().strike(f, now);
  else
    ready = fabric_.optics().mend(f, now);
  if (fabric_.stray().leaks()) fabric_.stray().reroute_all(fabric_.optics(), now);
  for (std::uint32_t n = 0; n < endpoints; ++n)
    for (const std::uint32_t path : state_[n].made)
      if (paths_[path].node[0] == n) light(path);
  if (begins && fabric_.sensing_time() > duration::zero()) {
    network_event sensed = e;
    sensed.mode = fault_is_sensed;
    post(now + fabric_.sensing_time(), e.node, from_device, sensed);
    return;
  }
  // A device that was mended before its fault was sensed knows that it starts again.
  if (!begins && f.what == kind::device && f.lasts <= fabric_.sensing_time())
    tell_if_up(e.node, event::device_state{port_id::none(), event::health::fault});
  if (!begins && fabric_.optics().lasts(f)) return;  // of two faults only one has ended
  tell_of_fault(e, begins, ready);
}

/// `ready`: when a device that was mended can be used.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::tell_of_fault(const network_event& e, bool begins, world_time ready) {
  const auto& f = fabric_.faults()[e.index];
  using kind = std::remove_cvref_t<decltype(f.what)>;
  const event::health how = begins ? event::health::fault : event::health::ready;
  if (f.is_of_fibre()) {
    const auto& fibre = fabric_.layout().along(f.fibre);
    for (const auto end : {fibre.a, fibre.b}) {
      const port_id at{fibre.port_at(end)};
      if (begins)
        tell_if_up(end.value(), event::path_down{at, path_id::none()});
      else
        tell_if_up(end.value(), fibre_up(end.value(), f.fibre));
    }
  } else if (f.what == kind::sticking_port) {
    const auto& model = fabric_.layout().model_of_switch(f.element);
    using design = std::remove_cvref_t<decltype(model.kind)>;
    if (begins && model.senses_position) tell_if_up(e.node, event::device_state{port_id{f.port}, how});
    // The ports of a 2×2 element move again together.
    for (std::uint16_t p = 0; p < model.ports && !begins; ++p)
      if (p == f.port || model.kind == design::two_by_two) tell_if_up(e.node, event::device_state{port_id{p}, how});
  } else if (ready > kernel_.now()) {
    await_device(e.node, ready);
  } else {
    tell_if_up(e.node, event::device_state{port_id::none(), state_of(e.node)});
  }
}

/// Whether an element of the fabric is not at fault, and homed if it is a switch.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
bool driver<Profile, State, Trace, Tap, Fabric>::works(std::uint32_t n) const {
  const auto& optics = fabric_.optics();
  if (optics.is_dead(n) || !optics.is_switch(n)) return !optics.is_dead(n);
  const link::device_phase phase = optics.at(n).phase(kernel_.now());
  return phase == link::device_phase::ready || phase == link::device_phase::degraded;
}

/// Whoever starts again at an address of the fabric learns from the device there how that is, and what of its fibres.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::tell_state(std::uint32_t n) {
  const auto& layout = fabric_.layout();
  if (n >= layout.elements().size()) return;
  const auto& optics = fabric_.optics();
  const std::remove_cvref_t<decltype(layout.endpoints().front())> id{n};
  const std::uint16_t ports = layout.at(id).ports;
  const bool is_switch = optics.is_switch(n);
  if (has_unit(n)) {
    tell_unit(n);
  } else {
    tell(n, event::device_state{port_id::none(), state_of(n)});
    if (is_switch && layout.model_of_switch(id).senses_position)
      for (std::uint16_t p = 0; p < ports; ++p)
        if (optics.at(n).sticks(p)) tell(n, event::device_state{port_id{p}, event::health::fault});
  }
  for (const auto fibre : layout.incident(id))
    if (optics.is_cut(fibre))
      tell(n, event::path_down{port_id{layout.along(fibre).port_at(id)}, path_id::none()});
    else if (const event::path_up up = fibre_up(n, fibre); up.is_dim())
      tell(n, up);
}

}  // namespace ebit::sim
