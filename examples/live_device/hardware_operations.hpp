// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "live_device/hardware.hpp"

// What is done to qubits, and the messages.
namespace live {

inline void hardware::advance(ebit::world_time now) {
  while (!kernel_.empty() && kernel_.next_time() <= now) {
    const pending e = kernel_.pop();
    if (e.what == pending::kind::message) {
      host_->tell(ebit::node_id{e.node},
                  ebit::event::received{letters_.take(e.slot), e.flight + (now - kernel_.now())});
      continue;
    }
    if (e.what == pending::kind::packet) {
      host_->pass_on(ebit::node_id{e.node}, packets_[e.slot], e.flight + (now - kernel_.now()));
      no_packets_.push_back(e.slot);
      continue;
    }
    if (e.life != nodes_[e.node].life) continue;
    switch (e.what) {
      case pending::kind::message:
      case pending::kind::packet: break;
      case pending::kind::herald: reveal(e); break;
      case pending::kind::batch_end: end_batch(e); break;
      case pending::kind::bell_measurement:
      case pending::kind::distillation:
      case pending::kind::measurement: complete(e); break;
    }
  }
  kernel_.advance(now);
}

/// Told when it arrives, however late the device or the node come to it: a message's flight lasts until then.
inline void hardware::act(ebit::node_id n, const ebit::action::send& a, ebit::world_time when) {
  ++messages_;
  const ebit::node_id to = a.content.to;
  if (a.content.from != n || !to.valid() || to.value() >= nodes_.size()) return;
  const ebit::duration delay = classical_.delay(n, to);
  if (delay.is_never()) return;
  const ebit::world_time arrives = std::max(when + delay, host_->now());
  post(arrives, {.node = to.value(), .slot = letters_.put(a.content), .flight = arrives - when});
}

inline void hardware::carry(ebit::node_id n, ebit::node_id to, std::span<const std::byte> packet,
                            ebit::world_time when) {
  ++messages_;
  if (!to.valid() || to.value() >= nodes_.size()) return;
  const ebit::duration delay = classical_.delay(n, to);
  if (delay.is_never()) return;
  const ebit::world_time arrives = std::max(when + delay, host_->now());
  const auto post_copy = [&](std::uint64_t changed_bit) {
    if (no_packets_.empty()) {
      no_packets_.push_back(static_cast<std::uint32_t>(packets_.size()));
      packets_.emplace_back();
    }
    const std::uint32_t place = no_packets_.back();
    no_packets_.pop_back();
    packets_[place].assign(packet.begin(), packet.end());
    if (changed_bit < 8 * packet.size()) packets_[place][changed_bit / 8] ^= std::byte{1} << (changed_bit % 8);
    post(arrives, {.what = pending::kind::packet, .node = to.value(), .slot = place, .flight = arrives - when});
  };
  constexpr std::uint64_t none_of_them = ~std::uint64_t{0};
  post_copy(none_of_them);
  if (tampering_ == 0 || packet.empty() || ebit::sample::below(draw(), tampering_) != 0) return;
  post_copy(ebit::sample::below(draw(), 2) == 0 ? none_of_them : ebit::sample::below(draw(), 8 * packet.size()));
}

inline void hardware::operate(ebit::node_id n, pending e, ebit::local_time at) {
  const std::uint32_t slot = slot_of(n, e.slot);
  const bool is_pair = e.what != pending::kind::measurement;
  const std::uint32_t other = is_pair ? slot_of(n, e.other) : slot;
  if (slot == none || other == none || (is_pair && slot == other) || at.is_never()) {
    host_->tell(n, ebit::event::failed{e.operation, ebit::failure::unavailable});
    return;
  }
  e.node = n.value();
  e.slot = slot;
  e.other = other;
  post(std::max(host_->global(n, at), host_->now()) + map_.at(n).gate_time, e);
}

inline void hardware::complete(const pending& e) {
  const ebit::node_id n{e.node};
  const ebit::route::site& site = map_.at(n);
  if (!world_.holds(e.slot) || !world_.holds(e.other)) {
    world_.drop(e.slot);
    world_.drop(e.other);
    host_->tell(n, ebit::event::failed{e.operation, ebit::failure::fault});
    return;
  }
  std::uint8_t bits = 0;
  if (e.what == pending::kind::bell_measurement) {
    const ebit::bell_index outcome = world_.bell_measure(e.slot, e.other, kernel_.now(), site.gates, draw());
    if (site.bell_measurement_success < 1 && !ebit::sample::bernoulli(draw(), site.bell_measurement_success)) {
      host_->tell(n, ebit::event::failed{e.operation, ebit::failure::inconclusive});
      return;
    }
    bits = static_cast<std::uint8_t>(outcome);
  } else if (e.what == pending::kind::distillation) {
    const bool bit =
        world_.distil(e.slot, e.other, e.recipe, static_cast<ebit::half>(e.end), kernel_.now(), site.gates, draw());
    bits = bit ? 1 : 0;
  } else {
    bits = world_.measure(e.slot, static_cast<ebit::basis>(e.end), kernel_.now(), site.gates, draw()) ? 1 : 0;
  }
  host_->tell(n, ebit::event::measured{e.operation, bits});
  host_->tell(n, ebit::event::done{e.operation});
}

inline void hardware::act(ebit::node_id n, const ebit::action::free& a, ebit::world_time when) {
  const std::uint32_t slot = slot_of(n, a.slot.value());
  if (slot == none) return;
  world_.drop(slot);
  const slot_state& s = slots_[slot];
  if (s.session == none) return;
  auto& mode = paths_[s.path].sessions[s.session].modes[s.mode];
  mode.free[s.end] = true;
  mode.free_from[s.end] = std::max(when, host_->now());
  foresee(s.path, s.session, s.mode);
}

inline void hardware::act(ebit::node_id n, const ebit::action::deliver& a, ebit::world_time) {
  const std::uint32_t slot = slot_of(n, a.slot.value());
  if (slot == none || !world_.holds(slot)) {
    host_->tell(n, ebit::event::failed{a.operation, ebit::failure::fault});
    return;
  }
  (*log_)({.what = log_entry::kind::delivered,
           .node = n.value(),
           .name = a.name,
           .frame = static_cast<std::uint32_t>(a.frame.index())});
  ebit::sim::delivered_pair pair;
  if (world_.take(slot, a.request.value(), a.name, a.frame, host_->now(), draw(), pair)) {
    ++delivered_;
    fidelities_ += pair.fidelity;
    (*log_)({.what = log_entry::kind::complete,
             .node = n.value(),
             .name = a.name,
             .value = pair.fidelity,
             .count = pair.consistent && pair.as_predicted ? 1U : 0U});
  }
  host_->tell(n, ebit::event::done{a.operation});
}

}  // namespace live
