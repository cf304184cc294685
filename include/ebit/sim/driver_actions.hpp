// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include <ebit/backend/codec_messages.hpp>
#include <ebit/sim/driver.hpp>

// How the driver performs what nodes ask for, on the world, the links and the classical network.
namespace ebit::sim {

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::send& a) {
  ++messages_;
  if (a.content.to.value() >= nodes_.size()) return;  // nobody there
  const duration delay = classical_.delay(node_id{n}, a.content.to);
  if (delay.is_never()) return;
  message content = a.content;
  if (coded_ && !through_bytes(content)) return;
  network_event e;
  e.what = network_event::kind::message;
  e.node = content.to.value();
  e.flight = delay;
  if (!faults_.any()) {
    e.index = letters_.put(content);
    post(kernel_.now() + delay, e.node, n + 1, e);
    return;
  }
  random_stream& draw = state_[n].faults;
  int copies = sample::bernoulli(draw, faults_.loss) ? 0 : 1;
  if (sample::bernoulli(draw, faults_.duplication)) ++copies;
  for (; copies > 0; --copies) {
    const double late = sample::uniform(draw);
    e.flight = delay + duration::seconds(late * faults_.jitter.seconds());
    e.index = letters_.put(content);
    post(kernel_.now() + e.flight, e.node, n + 1, e);
  }
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
bool driver<Profile, State, Trace, Tap, Fabric>::through_bytes(message& content) {
  std::array<std::byte, codec::largest_message> bytes{};
  const std::size_t size = codec::encode(content, bytes);
  const codec::decoded<message> arrived = codec::decode_message({bytes.data(), size});
  EBIT_ASSERT(is_tapped || arrived, "a node sent a message that has no byte form");  // a tap may forge one
  content = arrived.value;
  return arrived.error == codec::fault::none;
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::receive(const network_event& e) {
  const message content = letters_.take(e.index);
  if (state_[e.node].is_up) tell(e.node, event::received{content, e.flight});
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::bell_measure& a) {
  network_event e;
  e.what = network_event::kind::bell_measurement;
  e.node = n;
  e.index = state_[n].first_slot + a.upstream.value();
  e.other = state_[n].first_slot + a.downstream.value();
  e.operation = a.operation;
  operate(n, e);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::distil& a) {
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

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::measure& a) {
  network_event e;
  e.what = network_event::kind::measurement;
  e.node = n;
  e.index = e.other = state_[n].first_slot + a.slot.value();
  e.operation = a.operation;
  e.end = static_cast<std::uint8_t>(a.in);
  operate(n, e);
}

/// To a slot that is free, at a node whose equipment is known.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::move& a) {
  const link::hardware* here = map_->equipment_at(node_id{n});
  const std::uint32_t slots = slots_end(n) - state_[n].first_slot;
  network_event e;
  e.what = network_event::kind::move;
  e.node = n;
  e.index = state_[n].first_slot + a.from.value();
  e.other = state_[n].first_slot + a.to.value();
  e.operation = a.operation;
  if (here == nullptr || a.from.value() >= slots || a.to.value() >= slots || world_.holds(e.other)) {
    completed_.push_back({a.operation, failure::unavailable, false, 0});
    return;
  }
  operate(n, e, here->buffer.move_time);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::operate(std::uint32_t n, network_event e, duration takes) {
  if (!faults_.schedule.empty()) takes = worn(n, e, takes);
  if (takes > duration::zero())
    post(kernel_.now() + takes, n, from_device, e);
  else
    completed_.push_back(complete(e));
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
auto driver<Profile, State, Trace, Tap, Fabric>::complete(const network_event& e) -> completion {
  slots_[e.index].busy = slots_[e.other].busy = false;
  if (static_cast<failure>(e.mode) != failure::none || slots_[e.index].erased || slots_[e.other].erased) [[unlikely]]
    return broken(e);
  if (e.what == network_event::kind::bell_measurement) return measured(e);
  if (e.what == network_event::kind::move) return moved(e);
  return e.what == network_event::kind::distillation ? distilled(e) : read(e);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
random_stream driver<Profile, State, Trace, Tap, Fabric>::draws_of(std::uint32_t slot) {
  constexpr std::uint64_t words_per_act = 32;
  slot_state& s = slots_[slot];
  random_stream draw = paths_[s.path].outcomes[s.end];
  draw.at(s.born.epoch, s.born.sequence);
  draw.skip_to(words_per_act * s.acts++);
  return draw;
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
auto driver<Profile, State, Trace, Tap, Fabric>::measured(const network_event& e) -> completion {
  const route::site& site = map_->at(node_id{e.node});
  random_stream draw = draws_of(e.index);
  note(trace_event::kind::swapped, e.node, e.index, e.other);
  const bell_index outcome = world_.bell_measure(e.index, e.other, kernel_.now(), site.gates, draw);
  if (site.bell_measurement_success < 1 && !sample::bernoulli(draw, site.bell_measurement_success))
    return {e.operation, failure::inconclusive, false, 0};
  return {e.operation, failure::none, true, static_cast<std::uint8_t>(outcome)};
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
auto driver<Profile, State, Trace, Tap, Fabric>::distilled(const network_event& e) -> completion {
  random_stream draw = draws_of(e.index);
  note(trace_event::kind::distilled, e.node, e.index, e.other);
  const std::uint32_t far = world_.partner(e.index);
  gate_noise noise = map_->at(node_id{e.node}).gates;
  if (far != world<State>::nothing) noise = route::noisier(noise, map_->at(node_id{slots_[far].node}).gates);
  const bool bit = world_.distil(e.index, e.other, e.recipe, static_cast<half>(e.end), kernel_.now(), noise, draw);
  return {e.operation, failure::none, true, static_cast<std::uint8_t>(bit)};
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
auto driver<Profile, State, Trace, Tap, Fabric>::read(const network_event& e) -> completion {
  random_stream draw = draws_of(e.index);
  const gate_noise& noise = map_->at(node_id{e.node}).gates;
  const bool bit = world_.measure(e.index, static_cast<basis>(e.end), kernel_.now(), noise, draw);
  return {e.operation, failure::none, true, static_cast<std::uint8_t>(bit)};
}

/// What happens to the half later is drawn as it would be where it was.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
auto driver<Profile, State, Trace, Tap, Fabric>::moved(const network_event& e) -> completion {
  random_stream draw = draws_of(e.index);
  note(trace_event::kind::moved, e.node, e.index, e.other);
  world_.move(e.index, e.other, kernel_.now(), map_->equipment_at(node_id{e.node})->buffer.move_noise, draw);
  slot_state &from = slots_[e.index], &to = slots_[e.other];
  to.path = from.path;
  to.end = from.end;
  to.acts = from.acts;
  to.born = from.born;
  to.known = std::exchange(from.known, false);
  to.erased = false;
  return {e.operation, failure::none, false, 0};
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::free& a) {
  const std::uint32_t slot = state_[n].first_slot + a.slot.value();
  if (world_.holds(slot)) {
    note(trace_event::kind::discarded, n, slot, slot);
    world_.drop(slot);
  }
  slot_state& s = slots_[slot];
  s.known = s.erased = false;
  if (s.session == none) return;
  heralding_session::mode& mode = paths_[s.path].sessions[s.session].modes[s.mode];
  mode.free[s.end] = true;
  mode.free_from[s.end] = kernel_.now();
  foresee(s.path, s.session, s.mode);
}

}  // namespace ebit::sim
