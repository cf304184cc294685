// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/sim/driver.hpp>

// How the driver performs what nodes ask for, on the world, the links and the classical network.
namespace ebit::sim {

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::perform(std::uint32_t n, const action::send& a) {
  ++messages_;
  const duration delay = classical_.delay(*map_, a.content.from, a.content.to);
  network_event e;
  e.what = network_event::kind::message;
  e.node = a.content.to.value();
  e.flight = delay;
  if (delay.is_never()) return;
  if (!faults_.any()) {
    e.index = letters_.put(a.content);
    post(kernel_.now() + delay, e.node, n + 1, e);
    return;
  }
  random_stream& draw = state_[n].faults;
  int copies = sample::bernoulli(draw, faults_.loss) ? 0 : 1;
  if (sample::bernoulli(draw, faults_.duplication)) ++copies;
  for (; copies > 0; --copies) {
    const double late = sample::uniform(draw);
    e.flight = delay + duration::seconds(late * faults_.jitter.seconds());
    e.index = letters_.put(a.content);
    post(kernel_.now() + e.flight, e.node, n + 1, e);
  }
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::perform(std::uint32_t n, const action::attempt& a) {
  path_state& p = paths_[a.path.value()];
  const std::size_t end = p.node[0] == n ? 0 : 1;
  const std::size_t index = session_for(p, a);
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
  const link::budget& b = map_->edges()[a.path.value()].budget;
  heralding_session::end& here = s.ends[end];
  here.open = true;
  here.operation = a.operation;
  here.first_cycle = a.first_cycle;
  here.cycle_zero = global(n, a.at) - a.period * static_cast<std::int64_t>(a.first_cycle);
  here.first_slot = state_[n].first_slot + a.first_slot.value();
  here.to_station = end == 0 ? b.station_a : b.station_b;
  here.bright_state = a.bright_state;
  here.closes = world_time::never();
  for (std::uint32_t m = 0; m < a.modes; ++m) {
    slot_state& slot = slots_[here.first_slot + m];
    slot.path = a.path.value();
    slot.session = static_cast<std::uint32_t>(index);
    slot.mode = m;
    slot.end = static_cast<std::uint32_t>(end);
  }
  note_start(n, a);
  if (!s.both_open()) return;
  if (!s.agree(duration::picoseconds(1'000)) || s.period != a.period || s.modes.size() != a.modes) {
    for (std::size_t e = 0; e < 2; ++e)
      finish_batch(a.path.value(), static_cast<std::uint32_t>(index), e, kernel_.now());
    return;
  }
  const route::link_model physics = route::model_of(herald_, b, {s.ends[0].bright_state, s.ends[1].bright_state});
  s.set_success(physics.success_probability);
  s.state = physics.state;
  s.announced = physics.announced;
  for (std::uint32_t m = 0; m < a.modes; ++m) foresee(a.path.value(), static_cast<std::uint32_t>(index), m);
}

template <profile Profile, pair_state State, class Trace>
std::size_t driver<Profile, State, Trace>::session_for(path_state& p, const action::attempt& a) {
  std::size_t vacant = p.sessions.size();
  for (std::size_t i = 0; i < p.sessions.size(); ++i) {
    if (!p.sessions[i].used())
      vacant = i < vacant ? i : vacant;
    else if (p.sessions[i].epoch == a.epoch && p.sessions[i].circuit == a.circuit)
      return i;
  }
  if (vacant == p.sessions.size()) p.sessions.emplace_back();
  return vacant;
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::perform(std::uint32_t n, const action::stop& a) {
  for (const std::uint32_t path : paths_of(n)) {
    std::vector<heralding_session>& sessions = paths_[path].sessions;
    for (std::uint32_t i = 0; i < sessions.size(); ++i) {
      const std::size_t end = paths_[path].node[0] == n ? 0 : 1;
      heralding_session::end& here = sessions[i].ends[end];
      if (!here.open || here.operation != a.operation) continue;
      sessions[i].close(end, global(n, a.at));
      finish_batch(path, i, end, global(n, a.at) + here.to_station * 2);
    }
  }
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::perform(std::uint32_t n, const action::bell_measure& a) {
  network_event e;
  e.what = network_event::kind::bell_measurement;
  e.node = n;
  e.index = state_[n].first_slot + a.upstream.value();
  e.other = state_[n].first_slot + a.downstream.value();
  e.operation = a.operation;
  operate(n, e);
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::perform(std::uint32_t n, const action::distil& a) {
  network_event e;
  e.what = network_event::kind::distillation;
  e.node = n;
  e.index = state_[n].first_slot + a.keep.value();
  e.other = state_[n].first_slot + a.sacrifice.value();
  e.operation = a.operation;
  e.recipe = a.recipe;
  e.end = static_cast<std::uint8_t>(a.end);
  operate(n, e);
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::operate(std::uint32_t n, const network_event& e) {
  const duration takes = map_->at(node_id{n}).gate_time;
  if (takes > duration::zero()) {
    post(kernel_.now() + takes, n, from_device, e);
  } else if (e.what == network_event::kind::bell_measurement) {
    completed_.push_back(measured(e));
  } else {
    completed_.push_back(distilled(e));
  }
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::bell_measure(const network_event& e) {
  completed_.push_back(measured(e));
  settle(e.node);
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::distil(const network_event& e) {
  completed_.push_back(distilled(e));
  settle(e.node);
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::key_streams(path_state& p) const {
  p.heralds = random_stream{seed_, random_purpose::herald, p.key};
  p.noise = random_stream{seed_, random_purpose::noise, p.key};
  for (std::size_t end = 0; end < 2; ++end)
    p.outcomes[end] = random_stream{seed_, random_purpose::outcome, mix(state_[p.node[end]].key, p.key)};
  p.phases = random_stream{seed_, random_purpose::noise, mix(p.key, 1)};
}

template <profile Profile, pair_state State, class Trace>
random_stream driver<Profile, State, Trace>::draws_of(std::uint32_t slot) {
  constexpr std::uint64_t words_per_act = 32;
  slot_state& s = slots_[slot];
  random_stream draw = paths_[s.path].outcomes[s.end];
  draw.at(s.born.epoch, s.born.sequence);
  draw.skip_to(words_per_act * s.acts++);
  return draw;
}

template <profile Profile, pair_state State, class Trace>
auto driver<Profile, State, Trace>::measured(const network_event& e) -> completion {
  const route::site& site = map_->at(node_id{e.node});
  random_stream draw = draws_of(e.index);
  note(trace_event::kind::swapped, e.node, e.index, e.other);
  const bell_index outcome = world_.bell_measure(e.index, e.other, kernel_.now(), site.gates, draw);
  if (site.bell_measurement_success < 1 && !sample::bernoulli(draw, site.bell_measurement_success))
    return {e.operation, failure::inconclusive, false, 0};
  return {e.operation, failure::none, true, static_cast<std::uint8_t>(outcome)};
}

template <profile Profile, pair_state State, class Trace>
auto driver<Profile, State, Trace>::distilled(const network_event& e) -> completion {
  random_stream draw = draws_of(e.index);
  note(trace_event::kind::distilled, e.node, e.index, e.other);
  const std::uint32_t far = world_.partner(e.index);
  gate_noise noise = map_->at(node_id{e.node}).gates;
  if (far != world<State>::nothing) noise = route::noisier(noise, map_->at(node_id{slots_[far].node}).gates);
  const bool bit = world_.distil(e.index, e.other, e.recipe, static_cast<half>(e.end), kernel_.now(), noise, draw);
  return {e.operation, failure::none, true, static_cast<std::uint8_t>(bit)};
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::perform(std::uint32_t n, const action::free& a) {
  const std::uint32_t slot = state_[n].first_slot + a.slot.value();
  if (world_.holds(slot)) {
    note(trace_event::kind::discarded, n, slot, slot);
    world_.drop(slot);
  }
  slot_state& s = slots_[slot];
  if (s.session == none) return;
  heralding_session::mode& mode = paths_[s.path].sessions[s.session].modes[s.mode];
  mode.free[s.end] = true;
  mode.free_from[s.end] = kernel_.now();
  foresee(s.path, s.session, s.mode);
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::perform(std::uint32_t n, const action::deliver& a) {
  const std::uint32_t slot = state_[n].first_slot + a.slot.value();
  note(trace_event::kind::delivered, n, slot, slot, a.request);
  request_record& r = requests_[a.request.value()];
  if (r.asked.from.value() == n) r.at_head.push_back(kernel_.now());
  random_stream draw = draws_of(slot);
  delivered_pair pair;
  if (world_.take(slot, a.request.value(), a.name, a.frame, kernel_.now(), draw, pair)) r.deliveries.push_back(pair);
  completed_.push_back({a.operation, failure::none, false, 0});
}

template <profile Profile, pair_state State, class Trace>
void driver<Profile, State, Trace>::perform(std::uint32_t n, const action::report& a) {
  request_record& r = requests_[a.request.value()];
  r.answered = true;
  r.outcome = a.outcome;
  r.why = a.why;
  r.hop = a.hop;
  r.hops = a.hops;
  r.value = a.value;
  r.finished = a.outcome != request_outcome::accepted;
  if (const route::answer* planned = nodes_[n].answer_to(a.request);
      planned != nullptr && r.planned.path.links.empty())
    r.planned = *planned;
}

}  // namespace ebit::sim
