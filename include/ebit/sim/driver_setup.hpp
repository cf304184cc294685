// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/sim/driver.hpp>

// How the driver comes to have nodes, paths and streams of draws.
namespace ebit::sim {

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::add_node(std::uint64_t key, const node_config& config,
                                                          const options<Profile>& stack, const memory_noise& memory,
                                                          duration clock_offset) {
  const auto n = static_cast<std::uint32_t>(nodes_.size());
  node_state s;
  s.first_slot = static_cast<std::uint32_t>(slots_.size());
  s.key = key;
  s.clock_offset = clock_offset;
  s.random = random_stream{seed_, random_purpose::user, key};
  s.faults = random_stream{seed_, random_purpose::fault, key};
  for (std::uint32_t p = 0; p < config.slots_per_port.size(); ++p) {
    slot_state fresh;
    fresh.node = n;
    fresh.port = p;
    slots_.resize(slots_.size() + config.slots_per_port[p], fresh);
  }
  memories_.resize(slots_.size(), memory);
  if (config.buffer_slots > 0) {
    slot_state fresh;
    fresh.node = n;
    fresh.port = none;
    slots_.resize(slots_.size() + config.buffer_slots, fresh);
    memories_.resize(slots_.size(), map_->equipment_at(node_id{n})->buffer.memory);
  }
  state_.push_back(s);
  nodes_.push_back(fabric_.make_node(config, stack));
  if (faults_.schedule.empty()) return;
  configs_.push_back(config);
  stack_ = stack;
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::add_path(std::uint64_t key, std::uint32_t port_a,
                                                          std::uint32_t port_b) {
  const route::edge& e = map_->edges()[paths_.size()];
  path_state& p = paths_.emplace_back();
  p.node = {e.a.value(), e.b.value()};
  p.port = {port_a, port_b};
  p.id = path_id{static_cast<std::uint32_t>(paths_.size() - 1)};
  p.key = key;
  key_streams(p);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::start() {
  world_ = world<State>{memories_};
  letters_.reserve(2 * slots_.size() + 256);
  // Two heralds per pair of slots, and messages: enough for steady state.
  kernel_.reserve(4 * slots_.size() + 4 * faults_.schedule.size() + 256);
  for (std::uint32_t i = 0; i < paths_.size(); ++i)
    for (std::uint32_t end = 0; end < 2; ++end) tell_path_up(i, end);
  post_schedule();
  if constexpr (Fabric::switches)
    if (fabric_.starts_cold()) start_cold();
  // Agents of a fabric have something to do before anything happens.
  if constexpr (Fabric::switches)
    for (std::uint32_t n = 0; n < nodes_.size(); ++n) settle(n);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::reseed(std::uint64_t seed) {
  seed_ = seed;
  for (node_state& s : state_) {
    s.random = random_stream{seed_, random_purpose::user, s.key};
    s.faults = random_stream{seed_, random_purpose::fault, s.key};
  }
  for (path_state& p : paths_) key_streams(p);
  if constexpr (Fabric::switches) fabric_.clocks().reseed(seed_);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::key_streams(path_state& p) const {
  p.heralds = random_stream{seed_, random_purpose::herald, p.key};
  p.noise = random_stream{seed_, random_purpose::noise, p.key};
  for (std::size_t end = 0; end < 2; ++end)
    p.outcomes[end] = random_stream{seed_, random_purpose::outcome, mix(state_[p.node[end]].key, p.key)};
  p.phases = random_stream{seed_, random_purpose::noise, mix(p.key, 1)};
}

}  // namespace ebit::sim
