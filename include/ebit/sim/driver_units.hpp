// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include <ebit/sim/driver.hpp>

// The networking units of a switched fabric: what becomes of light and of attempts when they start up, lock, drift,
// break or are shut down. Photons that a unit has sent fly on, and what they herald is told.
namespace ebit::sim {

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
template <class Act>
void driver<Profile, State, Trace, Tap, Fabric>::on_unit(std::uint32_t n, const Act& act) {
  auto& units = fabric_.units();
  act(units);
  await_device(n, units.next(n));
  const auto [before, after] = units.note(n);
  if (after == before) return;
  if (after.works != before.works || after.is_degraded != before.is_degraded) {
    const world_time now = kernel_.now();
    for (const std::uint32_t path : state_[n].made) {
      const std::size_t end = paths_[path].node[0] == n ? 0 : 1;
      // Light that goes on, if worse or better, is not locked anew.
      const world_time mended = before.works ? now - lock_time(paths_[path].line.station) : now;
      for (heralding_session& s : paths_[path].sessions) {
        if (s.used()) s.darken(end, now, now);
        if (after.works) s.ends[end].mended = std::max(s.ends[end].mended, mended);
      }
    }
    fabric_.optics().set_source(n, after.works, units.efficiency(n), units.noise(n));
    for (std::uint32_t p = 0; p < fabric_.layout().elements()[n].ports; ++p) note_light(n, p);
    for (const std::uint32_t path : state_[n].made) light(path);
  }
  if (after.health != before.health && is_up(n)) tell_unit(n);
  if (before.works && !after.works) end_attempts(n);
}

/// With its claims a unit that has stopped has forgotten its attempts, and does not take them up again by itself. A
/// node that was told has stopped them already.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::end_attempts(std::uint32_t n) {
  const world_time now = kernel_.now();
  for (const std::uint32_t path : state_[n].made) {
    const std::size_t end = paths_[path].node[0] == n ? 0 : 1;
    for (std::uint32_t i = 0; i < paths_[path].sessions.size(); ++i) {
      heralding_session& s = paths_[path].sessions[i];
      if (!s.ends[end].open || s.ends[end].closes <= now) continue;
      s.close(end, now);
      finish_batch(path, i, end, now + s.ends[end].to_station * 2, failure::fault);
    }
  }
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::tell_unit(std::uint32_t n) {
  const event::health how = fabric_.units().now(n).health;
  for (std::uint32_t p = 0; p < fabric_.layout().elements()[n].ports; ++p)
    tell(n, event::device_state{port_id{p}, how});
}

/// A unit's next step is due when it says so, a switch takes commands when it has homed.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::await_device(std::uint32_t n, world_time when) {
  if (when.is_never()) return;
  network_event e;
  e.what = network_event::kind::device;
  e.node = n;
  post(std::max(kernel_.now(), when), n, from_device, e);
}

/// One that comes too early, or for what has changed since, does no harm.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::wake_device(std::uint32_t n) {
  const world_time now = kernel_.now();
  if (has_unit(n)) {
    on_unit(n, [&](auto& units) { units.advance(n, now); });
  } else if (works(n)) {
    tell_if_up(n, event::device_state{port_id::none(), state_of(n)});
  }
}

/// Units and switches are switched on; their agents hear that they do not work yet.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::start_cold() {
  const world_time now = kernel_.now();
  for (std::uint32_t n = 0; n < fabric_.layout().elements().size(); ++n) {
    if (has_unit(n)) {
      fabric_.optics().set_source(n, false, 1, 0);
      on_unit(n, [&](auto& units) { units.start(n, now); });
      if (!fabric_.units().now(n).works) tell_unit(n);
    } else if (fabric_.optics().is_switch(n) && fabric_.optics().at(n).ready_from() > now) {
      tell(n, event::device_state{port_id::none(), event::health::fault});
      await_device(n, fabric_.optics().at(n).ready_from());
    }
  }
}

/// The unit takes up attempts on a path of the fabric; false if it does not work, or is leaving.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
bool driver<Profile, State, Trace, Tap, Fabric>::claim_unit([[maybe_unused]] std::uint32_t n,
                                                            [[maybe_unused]] std::uint32_t path,
                                                            [[maybe_unused]] const action::attempt& a) {
  if constexpr (Fabric::switches) {
    if (!has_unit(n) || !is_made(path)) return true;
    return fabric_.units().claim(n, a.first_slot.value(), a.modes, kernel_.now());
  } else {
    return true;
  }
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::release_unit([[maybe_unused]] std::uint32_t n,
                                                              [[maybe_unused]] std::uint32_t path,
                                                              [[maybe_unused]] std::uint32_t first_slot,
                                                              [[maybe_unused]] std::uint32_t modes) {
  if constexpr (Fabric::switches) {
    if (!has_unit(n) || !is_made(path)) return;
    on_unit(n, [&](auto& units) { units.release(n, first_slot - state_[n].first_slot, modes, kernel_.now()); });
  }
}

}  // namespace ebit::sim
