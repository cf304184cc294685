// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/testing/simulated_pair_world.hpp>

// How the world of two simulated devices lets pairs be heralded.
namespace ebit::testing::detail {

inline std::size_t simulated_pair_world::session_for(const action::attempt& a) {
  std::size_t vacant = sessions_.size();
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    if (!sessions_[i].used())
      vacant = least(vacant, i);
    else if (sessions_[i].epoch == a.epoch && sessions_[i].circuit == a.circuit)
      return i;
  }
  if (vacant == sessions_.size()) sessions_.emplace_back();
  return vacant;
}

inline void simulated_pair_world::start(std::uint32_t end, const action::attempt& a) {
  bool fits = a.modes > 0 && a.period >= options.shortest_period && a.path.value() < options.ports &&
              a.first_slot.value() / options.slots == a.path.value() &&
              a.first_slot.value() % options.slots + a.modes <= options.slots;
  for (std::uint32_t m = 0; fits && m < a.modes; ++m) {
    const slot_state* s = find(end, slot_id{a.first_slot.value() + m});
    fits = s != nullptr && !s->in_batch && !s->holds;
  }
  if (!fits) return tell(end, event::failed{a.operation, failure::unavailable});
  const std::size_t index = session_for(a);
  sim::heralding_session& s = sessions_[index];
  if (!s.used()) {
    sim::heralding_session::mode fresh;  // heralds called off may still be in the queue: counts go on
    for (const auto& m : s.modes) fresh.draws = greatest(fresh.draws, m.draws);
    s = sim::heralding_session{};
    s.circuit = a.circuit;
    s.epoch = a.epoch;
    s.period = a.period;
    s.spacing = a.spacing;
    s.modes.assign(a.modes, fresh);
    s.set_success(options.success);
  }
  sim::heralding_session::end& here = s.ends[end];
  here.open = true;
  here.operation = a.operation;
  here.first_cycle = a.first_cycle;
  here.cycle_zero = global(end, a.at) - a.period * static_cast<std::int64_t>(a.first_cycle);
  here.first_slot = a.first_slot.value();
  here.to_station = arm(end);
  here.closes = world_time::never();
  for (std::uint32_t m = 0; m < a.modes; ++m) {
    slot_state& slot = ends[end].slots[a.first_slot.value() + m];
    slot.in_batch = slot.armed = true;
    slot.session = index;
    slot.mode = m;
  }
  if (!s.both_open()) return;
  if (!s.agree(duration::picoseconds(1'000)) || s.period != a.period || s.modes.size() != a.modes) {
    for (std::uint32_t e = 0; e < 2; ++e) close(e, index, failure::mismatch);
    return;
  }
  for (std::size_t m = 0; m < a.modes; ++m) foresee(index, m);
}

inline void simulated_pair_world::stop(std::uint32_t end, const action::stop& a) {
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    const sim::heralding_session::end& here = sessions_[i].ends[end];
    if (!here.open || here.operation != a.operation) continue;
    sessions_[i].close(end, global(end, a.at));
    task t;
    t.what = task::kind::batch_end;
    t.end = end;
    t.session = i;
    t.operation = a.operation;
    post(global(end, a.at) + here.to_station * 2, std::move(t));
  }
}

inline void simulated_pair_world::foresee(std::size_t session, std::size_t m) {
  sim::heralding_session& s = sessions_[session];
  if (!s.draw(m, heralds_)) return;
  for (std::uint32_t e = 0; e < 2; ++e) {
    task t;
    t.what = task::kind::herald;
    t.end = e;
    t.session = session;
    t.mode = m;
    t.draws = s.modes[m].draws;
    post(s.news(e, m), std::move(t));
  }
}

inline void simulated_pair_world::reveal(const task& t) {
  sim::heralding_session& s = sessions_[t.session];
  if (t.mode >= s.modes.size()) return;
  sim::heralding_session::mode& m = s.modes[t.mode];
  if (!m.drawn || m.draws != t.draws) return;
  const auto slot_at = [&](std::size_t e) {
    return slot_id{s.ends[e].first_slot + static_cast<std::uint32_t>(t.mode)};
  };
  if (!m.born) {
    m.born = true;
    const std::size_t a = qubit(0, slot_at(0)), b = qubit(1, slot_at(1));
    truth.reset(a, draws).reset(b, draws).h(a).cnot(a, b);
    const auto error = static_cast<bell_index>(sample::index_of(draws, options.state.probabilities()));
    truth.correct(pauli_frame{m.announced} ^ pauli_frame{error}, b);
  }
  m.free[t.end] = false;
  m.next_cycle = m.cycle + 1;
  m.told[t.end] = true;
  if (m.is_over()) m.drawn = false;
  slot_state& slot = *find(t.end, slot_at(t.end));
  slot.holds = true;
  slot.armed = false;
  tell(t.end, event::heralded{s.ends[t.end].operation, slot_at(t.end), s.sequence(t.mode), m.announced,
                              local(t.end, m.emitted[t.end])});
}

inline void simulated_pair_world::end_batch(const task& t) {
  const sim::heralding_session::end& here = sessions_[t.session].ends[t.end];
  if (here.open && here.operation == t.operation) close(t.end, t.session, failure::none);
}

inline void simulated_pair_world::close(std::uint32_t end, std::size_t session, failure why) {
  sim::heralding_session::end& here = sessions_[session].ends[end];
  here.open = false;
  for (std::size_t m = 0; m < sessions_[session].modes.size(); ++m) {
    slot_state& slot = ends[end].slots[here.first_slot + m];
    slot.in_batch = slot.armed = false;
  }
  if (why == failure::none)
    tell(end, event::done{here.operation});
  else
    tell(end, event::failed{here.operation, why});
}

/// Whatever the slot held is given up.
inline void simulated_pair_world::release(std::uint32_t end, slot_id slot) {
  slot_state* s = find(end, slot);
  if (s == nullptr) return;
  if (s->holds) truth.reset(qubit(end, slot), draws);
  s->holds = false;
  if (!s->in_batch || s->armed) return;
  s->armed = true;
  sim::heralding_session::mode& m = sessions_[s->session].modes[s->mode];
  m.free[end] = true;
  m.free_from[end] = now;
  foresee(s->session, s->mode);
}

}  // namespace ebit::testing::detail
