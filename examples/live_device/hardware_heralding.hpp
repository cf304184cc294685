// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "live_device/hardware.hpp"

// Nodes that come and go, batches of attempts, and the pairs that they make.
namespace live {

inline ebit::result<ebit::adapt::live::welcome> hardware::admit(const ebit::adapt::live::hello& said) {
  if (!said.node.valid() || said.node.value() >= nodes_.size())
    return ebit::config_error{"node", said.node.valid() ? std::to_string(said.node.value()) : "none",
                              "0 to " + std::to_string(nodes_.size() - 1)};
  const node_state& s = nodes_[said.node.value()];
  ebit::adapt::live::welcome answer;
  const ebit::duration gate = map_.at(said.node).gate_time;
  answer.limits = {s.slots_per_port, shortest_period_, gate, gate};
  if (auto fits = answer.limits.check(said.slots_per_port, 0); !fits) return fits.error();
  if (said.slots_per_port != s.slots_per_port)
    return ebit::config_error{"slots per port", "another number than this device has", "all of them"};
  answer.incarnation = said.incarnation;
  if (said.incarnation == ebit::adapt::live::fresh_incarnation) {
    const auto fresh = lives_->next(said.node.value());
    if (!fresh) return fresh.error();
    answer.incarnation = *fresh;
  } else if (!lives_->is_newest(said.node.value(), said.incarnation)) {
    return ebit::config_error{"incarnation", std::to_string(said.incarnation), "the newest of this node"};
  }
  (*log_)({.what = log_entry::kind::joined, .node = said.node.value(), .count = answer.incarnation});
  return answer;
}

inline void hardware::joined(ebit::node_id n) {
  const auto incident = map_.incident(n);
  for (std::uint32_t port = 0; port < incident.size(); ++port) {
    const ebit::route::edge& e = map_.edges()[incident[port]];
    const std::array<ebit::duration, 2> station{e.budget.station_a, e.budget.station_b};
    const std::size_t end = end_of(incident[port], n);
    host_->tell(n, ebit::event::path_up{ebit::port_id{port}, ebit::path_id{incident[port]}, e.other(n),
                                        e.budget.delay, station[end], station[1 - end]});
  }
}

/// Its qubits are lost, its batches end; photons that it has sent fly on.
inline void hardware::left(ebit::node_id n) {
  (*log_)({.what = log_entry::kind::left, .node = n.value()});
  node_state& s = nodes_[n.value()];
  ++s.life;
  for (const std::uint32_t path : map_.incident(n))
    for (ebit::sim::heralding_session& session : paths_[path].sessions)
      if (const std::size_t end = end_of(path, n); session.ends[end].open) session.abandon(end, host_->now());
  for (std::uint32_t slot = s.first_slot; slot < s.first_slot + s.slots(); ++slot) {
    world_.lose(slot);
    slots_[slot].session = none;
  }
}

inline void hardware::act(ebit::node_id n, const ebit::action::attempt& a, ebit::world_time when) {
  const auto refuse = [&] { host_->tell(n, ebit::event::failed{a.operation, ebit::failure::unavailable}); };
  const node_state& s = nodes_[n.value()];
  const auto incident = map_.incident(n);
  if (!a.path.valid() || std::find(incident.begin(), incident.end(), a.path.value()) == incident.end() ||
      a.modes == 0 || a.period <= ebit::duration::zero() || a.at.is_never() || a.first_slot.value() >= s.slots() ||
      s.slots() - a.first_slot.value() < a.modes)
    return refuse();
  const std::uint32_t first = s.first_slot + a.first_slot.value();
  for (std::uint32_t m = 0; m < a.modes; ++m)
    if (slots_[first + m].session != none || world_.holds(first + m)) return refuse();

  path_state& p = paths_[a.path.value()];
  const std::size_t end = end_of(a.path.value(), n);
  std::uint32_t index = 0;
  std::uint32_t vacant = static_cast<std::uint32_t>(p.sessions.size());
  for (; index < p.sessions.size(); ++index) {
    if (!p.sessions[index].used())
      vacant = std::min(vacant, index);
    else if (p.sessions[index].epoch == a.epoch && p.sessions[index].circuit == a.circuit)
      break;
  }
  if (index == p.sessions.size()) {
    index = vacant;
    if (vacant == p.sessions.size()) p.sessions.emplace_back();
    ebit::sim::heralding_session& fresh = p.sessions[index];
    // Heralds of the session before that were called off may still wait in the kernel: counts go on.
    ebit::sim::heralding_session::mode mode;
    for (const auto& m : fresh.modes) mode.draws = std::max(mode.draws, m.draws);
    fresh = {};
    fresh.circuit = a.circuit;
    fresh.epoch = a.epoch;
    fresh.period = a.period;
    fresh.spacing = a.spacing;
    fresh.modes.assign(a.modes, mode);
  }
  ebit::sim::heralding_session& session = p.sessions[index];
  if (session.ends[end].open) return refuse();
  const ebit::link::budget& b = map_.edges()[a.path.value()].budget;
  const ebit::world_time at = host_->global(n, a.at);
  auto& here = session.ends[end];
  here = {};
  here.open = true;
  here.operation = a.operation;
  here.first_cycle = a.first_cycle;
  here.cycle_zero = at - a.period * static_cast<std::int64_t>(a.first_cycle);
  here.first_slot = first;
  here.to_station = end == 0 ? b.station_a : b.station_b;
  here.bright_state = a.bright_state;
  const bool alike = session.period == a.period && session.modes.size() == a.modes &&
                     (!session.both_open() || session.agree(ebit::duration::picoseconds(1'000)));
  for (std::uint32_t m = 0; m < a.modes && alike; ++m) {
    slots_[first + m] = {a.path.value(), index, m, static_cast<std::uint32_t>(end)};
    // The word of the batch has taken its time: what should have been emitted before it came was not.
    session.modes[m].free[end] = true;
    session.modes[m].free_from[end] = std::max(when, host_->now());
  }
  if (!alike) {
    for (std::size_t e = 0; e < 2; ++e)
      if (session.ends[e].open) finish(a.path.value(), index, e, host_->now(), ebit::failure::mismatch);
    return;
  }
  if (!session.both_open()) return;
  const ebit::route::link_model physics = ebit::route::model_of(
      ebit::default_profile::herald{}, b, {session.ends[0].bright_state, session.ends[1].bright_state});
  session.set_success(physics.success_probability);
  session.state = physics.state;
  for (std::uint32_t m = 0; m < a.modes; ++m) foresee(a.path.value(), index, m);
}

inline void hardware::act(ebit::node_id n, const ebit::action::stop& a, ebit::world_time) {
  for (const std::uint32_t path : map_.incident(n)) {
    for (std::uint32_t i = 0; i < paths_[path].sessions.size(); ++i) {
      ebit::sim::heralding_session& session = paths_[path].sessions[i];
      const std::size_t end = end_of(path, n);
      if (!session.ends[end].open || session.ends[end].operation != a.operation) continue;
      const ebit::world_time at = std::max(host_->global(n, a.at), host_->now());
      session.close(end, at);
      finish(path, i, end, at + session.ends[end].to_station * 2, ebit::failure::none);
    }
  }
}

inline void hardware::foresee(std::uint32_t path, std::uint32_t session, std::uint32_t mode) {
  ebit::sim::heralding_session& s = paths_[path].sessions[session];
  if (!s.draw(mode, paths_[path].heralds)) return;
  for (std::uint8_t end = 0; end < 2; ++end)
    post(s.news(end, mode), {.what = pending::kind::herald,
                             .end = end,
                             .node = paths_[path].node[end],
                             .slot = path,
                             .other = session,
                             .mode = mode,
                             .draws = s.modes[mode].draws});
}

inline void hardware::reveal(const pending& e) {
  ebit::sim::heralding_session& s = paths_[e.slot].sessions[e.other];
  if (e.mode >= s.modes.size()) return;
  auto& mode = s.modes[e.mode];
  if (!mode.drawn || mode.draws != e.draws) return;
  if (!mode.born) {
    std::array<std::uint32_t, 2> at{};
    for (std::size_t end = 0; end < 2; ++end)
      at[end] = mode.lost[end] ? truth::nothing : s.ends[end].first_slot + e.mode;
    ebit::bell_diagonal state = ebit::bell_diagonal::from(s.state, draw());
    state.correct(ebit::pauli_frame{mode.announced});
    world_.create(state, at[0], mode.emitted[0], at[1], mode.emitted[1]);
    mode.born = true;
  }
  mode.free[e.end] = false;
  mode.next_cycle = mode.cycle + 1;
  mode.told[e.end] = true;
  if (mode.is_over()) mode.drawn = false;
  const ebit::node_id n{e.node};
  const std::uint32_t slot = s.ends[e.end].first_slot + e.mode - nodes_[e.node].first_slot;
  host_->tell(n, ebit::event::heralded{s.ends[e.end].operation, ebit::slot_id{slot}, s.sequence(e.mode),
                                       mode.announced, host_->local(n, mode.emitted[e.end])});
}

inline void hardware::finish(std::uint32_t path, std::uint32_t session, std::size_t end, ebit::world_time when,
                             ebit::failure why) {
  post(when, {.what = pending::kind::batch_end,
              .end = static_cast<std::uint8_t>(end),
              .node = paths_[path].node[end],
              .slot = path,
              .other = session,
              .mode = static_cast<std::uint32_t>(why),
              .operation = paths_[path].sessions[session].ends[end].operation});
}

inline void hardware::end_batch(const pending& e) {
  ebit::sim::heralding_session& s = paths_[e.slot].sessions[e.other];
  auto& here = s.ends[e.end];
  if (!here.open || here.operation != e.operation) return;
  here.open = false;
  for (std::uint32_t m = 0; m < s.modes.size(); ++m) {
    slot_state& slot = slots_[here.first_slot + m];
    if (slot.session == e.other && slot.path == e.slot) slot.session = none;
  }
  if (const auto why = static_cast<ebit::failure>(e.mode); why != ebit::failure::none)
    host_->tell(ebit::node_id{e.node}, ebit::event::failed{e.operation, why});
  else
    host_->tell(ebit::node_id{e.node}, ebit::event::done{e.operation});
}

}  // namespace live
