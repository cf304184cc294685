// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/sim/driver.hpp>

// How the driver lets pairs be heralded: what the sessions foresee is revealed to each end when its news arrives.
namespace ebit::sim {

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::attempt& a) {
  const std::uint32_t path = path_of(n, a);
  if (path == none) {
    completed_.push_back({a.operation, failure::unavailable, false, 0});
    return;
  }
  path_state& p = paths_[path];
  const std::size_t end = p.node[0] == n ? 0 : 1;
  if (p.dark[end] != 0 || !claim_unit(n, path, a)) {
    const failure why = p.dark[end] != 0 ? failure::fault : failure::unavailable;
    completed_.push_back({a.operation, why, false, 0});
    return;
  }
  const std::size_t index = session_for(p, end, a);
  heralding_session& s = p.sessions[index];
  if (!s.used()) {
    // Heralds that the session before foresaw and called off may still be under way in the kernel: counts go on.
    heralding_session::mode fresh;
    for (const heralding_session::mode& m : s.modes) fresh.draws = std::max(fresh.draws, m.draws);
    s = heralding_session{};
    s.circuit = a.circuit;
    s.epoch = a.epoch;
    s.period = a.period;
    s.spacing = a.spacing;
    s.modes.assign(a.modes, fresh);
  }
  heralding_session::end& here = s.ends[end];
  here.open = true;
  here.operation = a.operation;
  here.first_cycle = a.first_cycle;
  here.cycle_zero = global(n, a.at) - a.period * static_cast<std::int64_t>(a.first_cycle);
  here.first_slot = state_[n].first_slot + a.first_slot.value();
  here.modes = a.modes;
  here.bright_state = a.bright_state;
  here.closes = here.lit_until = world_time::never();
  for (std::uint32_t m = 0; m < a.modes && m < s.modes.size(); ++m) {
    slot_state& slot = slots_[here.first_slot + m];
    slot.path = path;
    slot.session = static_cast<std::uint32_t>(index);
    slot.mode = m;
    slot.end = static_cast<std::uint32_t>(end);
    s.modes[m].free[end] = true;
    s.modes[m].free_from[end] = kernel_.now();
  }
  note_light(n, p.port[end]);
  note_start(n, a);
  if (s.both_open() && (s.period != a.period || s.modes.size() != a.modes)) {
    for (std::size_t e = 0; e < 2; ++e)
      finish_batch(path, static_cast<std::uint32_t>(index), e, kernel_.now(), failure::mismatch);
    return;
  }
  if constexpr (Fabric::switches) {
    if (is_made(path)) {
      here.lit_from = world_time::never();
      light(path);
      return;
    }
  }
  const link::budget& b = physics(p);
  here.to_station = end == 0 ? b.station_a : b.station_b;
  if (s.both_open()) begin(path, static_cast<std::uint32_t>(index));
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::begin(std::uint32_t path, std::uint32_t session) {
  heralding_session& s = paths_[path].sessions[session];
  if (!s.agree(duration::picoseconds(1'000))) {
    for (std::size_t e = 0; e < 2; ++e) finish_batch(path, session, e, kernel_.now(), failure::mismatch);
    return;
  }
  const path_state& p = paths_[path];
  const route::link_model model = model_at(physics(p), s);
  s.set_success(varies(p) ? most_probable(p, s, heralding_session::both_lit) : model.success_probability);
  s.state = model.state;
  s.announced = model.announced;
  if constexpr (Fabric::switches)
    for (std::uint8_t lit = 0; lit < heralding_session::both_lit && is_made(path) && s.may_be_dark(); ++lit)
      s.set_success(lit, most_probable(p, s, lit));
  for (std::uint32_t m = 0; m < s.modes.size(); ++m) foresee(path, session, m);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
std::size_t driver<Profile, State, Trace, Tap, Fabric>::session_for(path_state& p, std::size_t end,
                                                                    const action::attempt& a) {
  std::size_t vacant = p.sessions.size();
  for (std::size_t i = 0; i < p.sessions.size(); ++i) {
    if (!p.sessions[i].used())
      vacant = i < vacant ? i : vacant;
    else if (!p.sessions[i].ends[end].open && p.sessions[i].epoch == a.epoch && p.sessions[i].circuit == a.circuit)
      return i;
  }
  if (vacant == p.sessions.size()) p.sessions.emplace_back();
  return vacant;
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::stop& a) {
  for_paths_of(n, [&](std::uint32_t path) {
    std::vector<heralding_session>& sessions = paths_[path].sessions;
    for (std::uint32_t i = 0; i < sessions.size(); ++i) {
      const std::size_t end = paths_[path].node[0] == n ? 0 : 1;
      heralding_session::end& here = sessions[i].ends[end];
      if (!here.open || here.operation != a.operation) continue;
      sessions[i].close(end, global(n, a.at));
      finish_batch(path, i, end, global(n, a.at) + here.to_station * 2);
    }
  });
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::foresee(std::uint32_t path, std::uint32_t session, std::uint32_t m,
                                                         std::uint64_t earliest) {
  heralding_session& s = paths_[path].sessions[session];
  if (!s.draw(m, paths_[path].heralds, earliest)) return;
  if constexpr (Fabric::switches) s.modes[m].came = only(s.modes[m].lit, {});
  if (varies(paths_[path]) && !find_in_time(path, session, m)) return;
  for (std::uint32_t end = 0; end < 2; ++end) post_herald(path, session, m, end, s.news(end, m));
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::post_herald(std::uint32_t path, std::uint32_t session,
                                                             std::uint32_t m, std::uint32_t end, world_time when) {
  network_event e;
  e.what = network_event::kind::herald;
  e.node = paths_[path].node[end < 2 ? end : 0];
  e.index = path;
  e.other = session;
  e.mode = m;
  e.end = static_cast<std::uint8_t>(end);
  e.draws = paths_[path].sessions[session].modes[m].draws;
  post(when, e.node, from_device, e);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
State driver<Profile, State, Trace, Tap, Fabric>::newborn(path_state& p, const heralding_session& s, std::uint32_t m,
                                                          random_stream& draw) {
  const heralding_session::mode& mode = s.modes[m];
  const bool varied = varies(p) || mode.lit != heralding_session::both_lit;
  const link::budget seen = varied ? in_time(p, mode.came) : link::budget{};
  if constexpr (!State::exact.phase) {
    State state = State::from(varied ? model_at(seen, s).state : s.state, draw);
    state.correct(pauli_frame{mode.announced});
    return state;
  } else {
    const link::budget& b = varied ? seen : physics(p);
    x_state pair = varied ? model_at(seen, s).announced : s.announced;
    if (b.phase_noise > 0) {
      const link::ornstein_uhlenbeck drift{b.phase_noise, b.phase_correlation};
      const world_time met = mode.emitted[0] + s.ends[0].to_station;
      p.phases.at(s.epoch, s.sequence(m));
      // Heralds of one path are revealed in the order in which their photons met, but for those of one instant.
      const duration since = p.phase_at.is_never() || met < p.phase_at ? duration::zero() : met - p.phase_at;
      p.phase = p.phase_at.is_never() ? drift.at_start(p.phases) : drift.after(p.phase, since, p.phases);
      p.phase_at = met;
      pair = route::announced_at(herald_, b, {s.ends[0].bright_state, s.ends[1].bright_state}, p.phase);
    }
    if (mode.announced == bell_index::psi_minus) pair = pair.corrected(pauli_frame{false, true});
    if constexpr (requires { State::from(pair); })
      return State::from(pair);
    else
      return State{pair};
  }
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::reveal(const network_event& e) {
  heralding_session& s = paths_[e.index].sessions[e.other];
  if (e.mode >= s.modes.size()) return;
  heralding_session::mode& mode = s.modes[e.mode];
  if (!mode.drawn || mode.draws != e.draws) return;
  if (mode.looking) {
    mode.drawn = mode.looking = false;
    mode.next_cycle = mode.cycle + 1;
    foresee(e.index, e.other, e.mode);
    return;
  }
  if (!mode.born &&
      (is_dimmed_away(paths_[e.index], s, e.mode) || !heralds_in_stray_light(paths_[e.index], s, e.mode))) {
    mode.drawn = false;
    ++mode.draws;
    mode.next_cycle = mode.cycle + 1;
    foresee(e.index, e.other, e.mode);
    return;
  }
  const world_time born = mode.emitted[e.end];
  const std::uint32_t slot = s.ends[e.end].first_slot + e.mode;
  if (!mode.born) {
    std::array<std::uint32_t, 2> at{};
    for (std::size_t end = 0; end < 2; ++end)
      at[end] = mode.lost[end] ? world<State>::nothing : s.ends[end].first_slot + e.mode;
    random_stream draw = paths_[e.index].noise;
    draw.at(s.epoch, s.sequence(e.mode));
    const State state = newborn(paths_[e.index], s, e.mode, draw);
    world_.create(state, at[0], mode.emitted[0], at[1], mode.emitted[1]);
    mode.born = true;
    if (mode.lit != heralding_session::both_lit) ++false_heralds_;
  }
  mode.free[e.end] = false;
  mode.next_cycle = mode.cycle + 1;
  mode.told[e.end] = true;
  if (mode.is_over()) mode.drawn = false;
  const event::heralded told{s.ends[e.end].operation, slot_id{slot - state_[e.node].first_slot}, s.sequence(e.mode),
                             mode.announced, local(e.node, born)};
  slots_[slot].born = {paths_[e.index].id, s.epoch, told.sequence};
  slots_[slot].acts = 0;
  slots_[slot].known = true;
  slots_[slot].erased = false;
  note(trace_event::kind::heralded, e.node, slot, slot);
  tell(e.node, told);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::finish_batch(std::uint32_t path, std::uint32_t session,
                                                              std::size_t end, world_time when, failure why) {
  network_event e;
  e.what = network_event::kind::batch_end;
  e.node = paths_[path].node[end];
  e.index = path;
  e.other = session;
  e.end = static_cast<std::uint8_t>(end);
  e.mode = static_cast<std::uint32_t>(why);
  e.operation = paths_[path].sessions[session].ends[end].operation;
  post(when, e.node, from_device, e);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::end_batch(const network_event& e) {
  heralding_session& s = paths_[e.index].sessions[e.other];
  heralding_session::end& here = s.ends[e.end];
  if (!here.open || here.operation != e.operation) return;
  here.open = false;
  for (std::uint32_t m = 0; m < here.modes; ++m) {
    slot_state& slot = slots_[here.first_slot + m];
    if (slot.session == e.other && slot.path == e.index) slot.session = none;
  }
  const std::uint32_t first_slot = here.first_slot, modes = here.modes;
  note_light(e.node, paths_[e.index].port[e.end]);
  if constexpr (Fabric::switches)
    if (is_made(e.index)) forget_unused(e.index);
  release_unit(e.node, e.index, first_slot, modes);
  if (const auto why = static_cast<failure>(e.mode); why != failure::none)
    tell(e.node, event::failed{e.operation, why});
  else
    tell(e.node, event::done{e.operation});
}

}  // namespace ebit::sim
