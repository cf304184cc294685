// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/sim/driver.hpp>

// How the driver lets pairs be heralded: what the sessions foresee is revealed to each end when its news arrives.
namespace ebit::sim {

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::foresee(std::uint32_t path, std::uint32_t session, std::uint32_t m) {
  heralding_session& s = paths_[path].sessions[session];
  if (!s.draw(m, paths_[path].heralds)) return;
  for (std::uint32_t end = 0; end < 2; ++end) {
    network_event e;
    e.what = network_event::kind::herald;
    e.node = paths_[path].node[end];
    e.index = path;
    e.other = session;
    e.mode = m;
    e.end = static_cast<std::uint8_t>(end);
    e.draws = s.modes[m].draws;
    post(s.news(end, m), e.node, from_device, e);
  }
}

template <profile Profile, pair_state State, class Trace>
State driver<Profile, State, Trace>::newborn(path_state& p, const heralding_session& s, std::uint32_t m,
                                             random_stream& draw) {
  const heralding_session::mode& mode = s.modes[m];
  if constexpr (!State::exact.phase) {
    State state = State::from(s.state, draw);
    state.correct(pauli_frame{mode.announced});
    return state;
  } else {
    const link::budget& b = map_->edges()[static_cast<std::size_t>(&p - paths_.data())].budget;
    x_state pair = s.announced;
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

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::reveal(const network_event& e) {
  heralding_session& s = paths_[e.index].sessions[e.other];
  if (e.mode >= s.modes.size()) return;
  heralding_session::mode& mode = s.modes[e.mode];
  if (!mode.drawn || mode.draws != e.draws) return;
  const world_time born = mode.emitted[e.end];
  const std::uint32_t slot = s.ends[e.end].first_slot + e.mode;
  if (mode.revealed == 0) {
    const std::uint32_t there = s.ends[1 - e.end].first_slot + e.mode;
    const world_time born_there = mode.emitted[1U - e.end];
    random_stream draw = paths_[e.index].noise;
    draw.at(s.epoch, s.sequence(e.mode));
    const State state = newborn(paths_[e.index], s, e.mode, draw);
    if (e.end == 0)
      world_.create(state, slot, born, there, born_there);
    else
      world_.create(state, there, born_there, slot, born);
  }
  mode.free[e.end] = false;
  mode.next_cycle = mode.cycle + 1;
  if (++mode.revealed == 2) mode.drawn = false;
  const event::heralded told{s.ends[e.end].operation, slot_id{slot - state_[e.node].first_slot}, s.sequence(e.mode),
                             mode.announced, local(e.node, born)};
  slots_[slot].born = {path_id{e.index}, s.epoch, told.sequence};
  slots_[slot].acts = 0;
  note(trace_event::kind::heralded, e.node, slot, slot);
  tell(e.node, told);
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::finish_batch(std::uint32_t path, std::uint32_t session, std::size_t end,
                                                 world_time when) {
  network_event e;
  e.what = network_event::kind::batch_end;
  e.node = paths_[path].node[end];
  e.index = path;
  e.other = session;
  e.end = static_cast<std::uint8_t>(end);
  e.operation = paths_[path].sessions[session].ends[end].operation;
  post(when, e.node, from_device, e);
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::end_batch(const network_event& e) {
  heralding_session::end& here = paths_[e.index].sessions[e.other].ends[e.end];
  if (!here.open || here.operation != e.operation) return;
  here.open = false;
  for (std::uint32_t m = 0; m < paths_[e.index].sessions[e.other].modes.size(); ++m)
    slots_[here.first_slot + m].session = none;
  tell(e.node, event::done{e.operation});
}

template <profile Profile, pair_state State, class Trace>
std::vector<std::uint32_t> driver<Profile, State, Trace>::paths_of(std::uint32_t n) const {
  const auto incident = map_->incident(node_id{n});
  return {incident.begin(), incident.end()};
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::note_start(std::uint32_t n, const action::attempt& a) {
  for (request_record& r : requests_) {
    if (r.asked.from.value() != n || r.finished || !r.started.is_never()) continue;
    if (nodes_[n].circuit_of(request_id{static_cast<std::uint32_t>(&r - requests_.data())}) == a.circuit)
      r.started = global(n, a.at);
  }
}

}  // namespace ebit::sim
