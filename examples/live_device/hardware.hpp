// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ebit/adapt/live_device_host.hpp>
#include <ebit/core/random.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/route/graph.hpp>
#include <ebit/sim/classical_network.hpp>
#include <ebit/sim/heralding.hpp>
#include <ebit/sim/kernel.hpp>
#include <ebit/sim/letters.hpp>
#include <ebit/sim/world.hpp>

#include "live_device/delivery_log.hpp"
#include "live_device/incarnations.hpp"
#include "live_device/scenario.hpp"

namespace live {

/// The emulated hardware of a whole network: memories, links with their stations, and the classical channel between
/// the nodes. It keeps time with its own clock; nodes come and go.
class hardware {
 public:
  using truth = ebit::sim::world<ebit::bell_diagonal>;
  static constexpr ebit::backend::capabilities offers{.heralds = true,
                                                      .measures = true,
                                                      .bell_measures = true,
                                                      .distils = true,
                                                      .messages = true,
                                                      .delivers = true,
                                                      .emits = ebit::backend::emission::every_slot,
                                                      .interacts_within_port = true,
                                                      .interacts_across_ports = true};

  hardware(ebit::adapt::live_host& host, const scenario& s, incarnations& lives, delivery_log& log,
           std::uint64_t session)
      : host_{&host}, lives_{&lives}, log_{&log}, map_{s.map()}, classical_{map_}, tampering_{s.tampering} {
    const ebit::link::hardware h = s.hardware();
    shortest_period_ = h.attempt_time;
    for (std::uint32_t n = 0; n < map_.nodes(); ++n) {
      nodes_.push_back(
          {.first_slot = static_cast<std::uint32_t>(slots_.size()),
           .slots_per_port = std::vector<std::uint32_t>(map_.incident(ebit::node_id{n}).size(), h.memories)});
      slots_.resize(slots_.size() + h.memories * map_.incident(ebit::node_id{n}).size());
    }
    world_ = truth{std::vector<ebit::memory_noise>(slots_.size(), h.memory)};
    // Every session of the device has draws of its own.
    draws_ = ebit::random_stream{ebit::mix(s.seed, session), ebit::random_purpose::outcome, 0};
    for (std::uint32_t i = 0; i < map_.edges().size(); ++i) {
      const ebit::route::edge& e = map_.edges()[i];
      paths_.push_back({.node = {e.a.value(), e.b.value()},
                        .heralds = {ebit::mix(s.seed, session), ebit::random_purpose::herald, i}});
    }
  }

  [[nodiscard]] ebit::world_time next_time() const { return kernel_.next_time(); }
  [[nodiscard]] const ebit::sim::world_ledger& ledger() const { return world_.ledger(); }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }
  [[nodiscard]] double fidelity() const {
    return delivered_ == 0 ? 0 : fidelities_ / static_cast<double>(delivered_);
  }

  // What the host calls.

  [[nodiscard]] ebit::result<ebit::adapt::live::welcome> admit(const ebit::adapt::live::hello& said);
  void joined(ebit::node_id n);
  void left(ebit::node_id n);
  void advance(ebit::world_time now);

  void act(ebit::node_id n, const ebit::action::attempt& a, ebit::world_time when);
  void act(ebit::node_id n, const ebit::action::stop& a, ebit::world_time when);
  void act(ebit::node_id n, const ebit::action::free& a, ebit::world_time when);
  void act(ebit::node_id n, const ebit::action::bell_measure& a, ebit::world_time) {
    operate(n,
            {.what = pending::kind::bell_measurement,
             .slot = a.upstream.value(),
             .other = a.downstream.value(),
             .operation = a.operation},
            a.at);
  }
  void act(ebit::node_id n, const ebit::action::distil& a, ebit::world_time) {
    operate(n,
            {.what = pending::kind::distillation,
             .end = static_cast<std::uint8_t>(a.end),
             .recipe = a.recipe,
             .slot = a.keep.value(),
             .other = a.sacrifice.value(),
             .operation = a.operation},
            a.at);
  }
  void act(ebit::node_id n, const ebit::action::measure& a, ebit::world_time) {
    operate(n,
            {.what = pending::kind::measurement,
             .end = static_cast<std::uint8_t>(a.in),
             .slot = a.slot.value(),
             .operation = a.operation},
            a.at);
  }
  void act(ebit::node_id n, const ebit::action::send& a, ebit::world_time when);
  /// A sealed message, which says nothing to the device; it may forge another one.
  void carry(ebit::node_id n, ebit::node_id to, std::span<const std::byte> packet, ebit::world_time when);
  void act(ebit::node_id n, const ebit::action::deliver& a, ebit::world_time when);
  void act(ebit::node_id n, const ebit::action::revoke& a, ebit::world_time) {
    (*log_)({.what = log_entry::kind::revoked, .node = n.value(), .name = a.name});
  }
  void act(ebit::node_id, const ebit::action::report&, ebit::world_time) {}
  void act(ebit::node_id n, const ebit::action::calibrate& a, ebit::world_time) {
    host_->tell(n, ebit::event::done{a.operation});
  }
  /// Of the rest this device can do nothing.
  template <class Action>
  void act(ebit::node_id n, const Action& a, ebit::world_time) {
    host_->tell(n, ebit::event::failed{a.operation, ebit::failure::unavailable});
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  struct pending {
    enum class kind : std::uint8_t {
      message,
      packet,
      herald,
      batch_end,
      bell_measurement,
      distillation,
      measurement
    };
    kind what = kind::message;
    std::uint8_t end = 0;  ///< of the path; half of a recipe; basis of a measurement
    ebit::distil_recipe recipe{};
    std::uint32_t node = 0;
    std::uint32_t slot = 0;   ///< path of a herald or batch; letter or packet
    std::uint32_t other = 0;  ///< its session
    std::uint32_t mode = 0;   ///< of a herald; why a batch fails
    std::uint32_t draws = 0;
    std::uint32_t life = 0;  ///< of the node
    ebit::operation_id operation{};
    ebit::duration flight{};
  };
  struct node_state {
    std::uint32_t first_slot = 0;
    std::vector<std::uint32_t> slots_per_port{};
    std::uint32_t life = 0;  ///< what was begun in an earlier one is nobody's
    [[nodiscard]] std::uint32_t slots() const {
      return static_cast<std::uint32_t>(slots_per_port.size()) * (slots_per_port.empty() ? 0 : slots_per_port[0]);
    }
  };
  struct slot_state {
    std::uint32_t path = 0;
    std::uint32_t session = none;
    std::uint32_t mode = 0;
    std::uint32_t end = 0;
  };
  struct path_state {
    std::array<std::uint32_t, 2> node{};
    ebit::random_stream heralds;
    std::vector<ebit::sim::heralding_session> sessions{};
  };

  void post(ebit::world_time when, pending e) {
    e.life = nodes_[e.node].life;
    kernel_.post(std::max(when, kernel_.now()), e.node, 0, posted_++, e);
  }
  /// The slot in the whole network's count, or `none`.
  [[nodiscard]] std::uint32_t slot_of(ebit::node_id n, std::uint32_t slot) const {
    const node_state& s = nodes_[n.value()];
    return slot < s.slots() ? s.first_slot + slot : none;
  }
  [[nodiscard]] std::size_t end_of(std::uint32_t path, ebit::node_id n) const {
    return paths_[path].node[0] == n.value() ? 0 : 1;
  }
  [[nodiscard]] ebit::random_stream& draw() {
    draws_.at(0, ++drawn_);
    return draws_;
  }

  void operate(ebit::node_id n, pending e, ebit::local_time at);
  void complete(const pending& e);
  void foresee(std::uint32_t path, std::uint32_t session, std::uint32_t mode);
  void reveal(const pending& e);
  void finish(std::uint32_t path, std::uint32_t session, std::size_t end, ebit::world_time when, ebit::failure why);
  void end_batch(const pending& e);

  ebit::adapt::live_host* host_;
  incarnations* lives_;
  delivery_log* log_;
  ebit::route::network_map map_;
  ebit::sim::classical_network classical_;
  ebit::sim::kernel<pending> kernel_;
  ebit::sim::letters letters_;
  std::vector<std::vector<std::byte>> packets_;  ///< under way
  std::vector<std::uint32_t> no_packets_;        ///< places there that are vacant
  std::uint32_t tampering_ = 0;
  truth world_;
  std::vector<node_state> nodes_;
  std::vector<slot_state> slots_;
  std::vector<path_state> paths_;
  ebit::random_stream draws_;
  ebit::duration shortest_period_;
  std::uint64_t drawn_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t delivered_ = 0;
  double fidelities_ = 0;
  std::uint32_t posted_ = 0;
};

}  // namespace live

#include "live_device/hardware_heralding.hpp"
#include "live_device/hardware_operations.hpp"
