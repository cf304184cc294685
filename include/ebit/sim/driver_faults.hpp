// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/sim/driver.hpp>

// How the driver lets nodes, links and devices break down as planned. Every event of the schedule touches one node; a
// link has one at each of its ends.
namespace ebit::sim {

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::post_schedule() {
  for (std::uint32_t i = 0; i < faults_.schedule.size(); ++i) {
    const scheduled_fault& f = faults_.schedule[i];
    network_event e;
    e.what = network_event::kind::fault;
    e.index = i;
    const std::uint8_t ends = f.what == scheduled_fault::kind::link_down ? 2 : 1;
    for (std::uint8_t end = 0; end < ends; ++end) {
      e.end = end;
      e.node = f.is_of_link() ? paths_[f.path.value()].node[end] : f.node.value();
      e.mode = 0;
      post(world_time{f.at}, e.node, from_device, e);
      e.mode = 1;
      if (f.is_window()) post(world_time{f.at + f.lasts}, e.node, from_device, e);
    }
  }
  if constexpr (Fabric::switches) {
    for (std::uint32_t i = 0; i < fabric_.faults().size(); ++i) {
      const auto& f = fabric_.faults()[i];
      network_event e;
      e.what = network_event::kind::fault;
      e.index = i;
      e.other = of_fabric;
      e.node = f.fibre.valid() ? fabric_.layout().along(f.fibre).a.value() : f.element.value();
      post(world_time{f.at}, e.node, from_device, e);
      e.mode = 1;
      post(world_time{f.at + f.lasts}, e.node, from_device, e);
    }
  }
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::strike(const network_event& e) {
  if constexpr (Fabric::switches) {
    if (e.other == of_fabric) {
      strike_fabric(e);
      return;
    }
  }
  const scheduled_fault& f = faults_.schedule[e.index];
  const bool begins = e.mode == 0;
  switch (f.what) {
    case scheduled_fault::kind::crash: begins ? crash(e.node) : restart(e.node); break;
    case scheduled_fault::kind::link_down:
      begins ? darken(f.path.value(), e.end) : lighten(f.path.value(), e.end);
      break;
    case scheduled_fault::kind::clock_step: set_clock(e.node, f.step); break;
    case scheduled_fault::kind::device_faults:
    case scheduled_fault::kind::slow_device: wear(e.node); break;
    case scheduled_fault::kind::erasure: erase(e.node); break;
    case scheduled_fault::kind::link_dimmed: dim(f.path.value()); break;
  }
}

/// The node stops where it is. What it has set going and what it holds is lost; what comes for it finds nobody.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::crash(std::uint32_t n) {
  node_state& s = state_[n];
  if (!s.is_up) return;
  s.is_up = false;
  ++s.life;
  s.armed = local_time::never();
  for_paths_of(n, [&](std::uint32_t path) {
    for (heralding_session& session : paths_[path].sessions)
      if (const std::size_t end = paths_[path].node[0] == n ? 0 : 1; session.ends[end].open)
        session.abandon(end, kernel_.now());
  });
  if constexpr (Fabric::switches)
    for (const std::uint32_t path : s.made) note_light(n, paths_[path].port[paths_[path].node[0] == n ? 0 : 1]);
  for (std::uint32_t slot = s.first_slot; slot < slots_end(n); ++slot) {
    if (world_.holds(slot)) note(trace_event::kind::discarded, n, slot, slot);
    world_.lose(slot);
    slots_[slot].session = none;
    slots_[slot].known = slots_[slot].busy = slots_[slot].erased = false;
  }
  // What ran it is gone, so the unit stops, and has to be started up again.
  if constexpr (Fabric::switches)
    if (has_unit(n)) on_unit(n, [&](auto& units) { units.man(n, false, kernel_.now()); });
  ++configs_[n].incarnation;
  nodes_[n] = fabric_.make_node(configs_[n], stack_);
  if constexpr (Tap::enabled && requires { tap_.on_fresh_node(node_id{n}); }) tap_.on_fresh_node(node_id{n});
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::restart(std::uint32_t n) {
  for (const scheduled_fault& f : faults_.schedule)
    if (f.what == scheduled_fault::kind::crash && f.node.value() == n && f.is_active(kernel_.now())) return;
  if constexpr (Fabric::switches)
    if (has_unit(n)) on_unit(n, [&](auto& units) { units.man(n, true, kernel_.now()); });
  state_[n].is_up = true;
  for (const std::uint32_t path : map_->incident(node_id{n}))
    if (const std::uint32_t end = paths_[path].node[0] == n ? 0 : 1; paths_[path].dark[end] == 0)
      tell_path_up(path, end);
  if constexpr (Fabric::switches) tell_state(n);
  put_again(n);
}

/// From now on no photon arrives. Those that have met are still heralded; with the last word of that the batch ends.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::darken(std::uint32_t path, std::uint32_t end) {
  path_state& p = paths_[path];
  if (p.dark[end]++ != 0) return;
  for (std::uint32_t i = 0; i < p.sessions.size(); ++i) {
    const heralding_session::end& here = p.sessions[i].ends[end];
    if (!here.open) continue;
    p.sessions[i].close(end, kernel_.now() - here.to_station);
    finish_batch(path, i, end, kernel_.now() + here.to_station, failure::fault);
  }
  if (is_up(p.node[end])) tell(p.node[end], event::path_down{port_id{p.port[end]}, path_id{path}});
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::lighten(std::uint32_t path, std::uint32_t end) {
  path_state& p = paths_[path];
  if (--p.dark[end] == 0 && is_up(p.node[end])) tell_path_up(path, end);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::tell_path_up(std::uint32_t path, std::uint32_t end) {
  const path_state& p = paths_[path];
  const link::budget& b = physics(p);
  const std::array<duration, 2> station{b.station_a, b.station_b};
  tell(p.node[end], event::path_up{port_id{p.port[end]}, path_id{path}, node_id{p.node[1 - end]}, b.delay,
                                   station[end], station[1 - end]});
}

/// Works out how many heralds of a link come at present.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::dim(std::uint32_t path) {
  double comes = 1;
  for (const scheduled_fault& f : faults_.schedule)
    if (f.what == scheduled_fault::kind::link_dimmed && f.path.value() == path && f.is_active(kernel_.now()))
      comes *= 1 - f.probability;
  paths_[path].dimmed = 1 - comes;
}

/// Decides once for both ends.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
bool driver<Profile, State, Trace, Tap, Fabric>::is_dimmed_away(const path_state& p, const heralding_session& s,
                                                                std::uint32_t m) const {
  if (!(p.dimmed > 0)) return false;
  random_stream draw = p.noise;
  draw.at(s.epoch, s.sequence(m));
  draw.skip_to(of_doubts + 8);
  return sample::bernoulli(draw, p.dimmed);
}

/// What the node waits for is due at the same local times as before, which are others of the world.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::set_clock(std::uint32_t n, duration step) {
  state_[n].clock_offset += step;
  state_[n].armed = local_time::never();
  settle(n);
}

/// Of the qubits that the node knows of one is drawn.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::erase(std::uint32_t n) {
  const std::uint32_t first = state_[n].first_slot;
  const auto is_held = [this](std::uint32_t slot) {
    return slots_[slot].known && world_.holds(slot) && !world_.reading(slot).measured;
  };
  std::uint64_t held = 0;
  for (std::uint32_t slot = first; slot < slots_end(n); ++slot) held += is_held(slot) ? 1U : 0U;
  if (held == 0) return;
  std::uint32_t slot = first;
  for (std::uint64_t left = sample::below(state_[n].faults, held);; ++slot)
    if (is_held(slot) && left-- == 0) break;
  slots_[slot].known = false;
  slots_[slot].erased = true;
  if (!slots_[slot].busy) {  // else it goes with the operation, which will fail
    note(trace_event::kind::discarded, n, slot, slot);
    world_.drop(slot);
  }
  tell(n, event::erased{slot_id{slot - first}});
}

/// Works out how the device of a node does at present.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::wear(std::uint32_t n) {
  double works = 1, slower = 1;
  for (const scheduled_fault& f : faults_.schedule) {
    if (f.node.value() != n || !f.is_active(kernel_.now())) continue;
    if (f.what == scheduled_fault::kind::device_faults) works *= 1 - f.probability;
    if (f.what == scheduled_fault::kind::slow_device) slower *= f.factor;
  }
  state_[n].failing = 1 - works;
  state_[n].slower = slower;
}

/// How long an operation that begins now takes, and in `e` whether it will fail.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
duration driver<Profile, State, Trace, Tap, Fabric>::worn(std::uint32_t n, network_event& e, duration takes) {
  node_state& s = state_[n];
  slots_[e.index].busy = slots_[e.other].busy = true;
  if (s.failing > 0 && sample::bernoulli(s.faults, s.failing)) e.mode = static_cast<std::uint32_t>(failure::fault);
  return s.slower > 1 ? duration::seconds(takes.seconds() * s.slower) : takes;
}

/// The end of an operation that fails: nothing is left of what it was done on.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
auto driver<Profile, State, Trace, Tap, Fabric>::broken(const network_event& e) -> completion {
  for (const std::uint32_t slot : {e.index, e.other}) {
    if (world_.holds(slot)) note(trace_event::kind::discarded, e.node, slot, slot);
    world_.drop(slot);
    slots_[slot].known = slots_[slot].erased = false;
  }
  return {e.operation, failure::fault, false, 0};
}

}  // namespace ebit::sim
