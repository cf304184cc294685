// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/herald/engine.hpp>
#include <ebit/link/segments.hpp>

/// One engine at a time on a node's table, without the other layers.
namespace ebit_bench {

using namespace ebit;
using namespace ebit::literals;

/// Takes every action, so that nothing of it is optimised away, and keeps the numbers that the benchmark has to
/// answer.
struct sink {
  std::array<operation_id, 2> batches{};  ///< in the order in which they were opened
  std::uint8_t opened = 0;
  operation_id last;

  template <class Action>
  void operator()(const Action& wanted) {
    asm volatile("" : : "m"(wanted));
  }
  void operator()(const action::attempt& wanted) { batches[opened++ & 1U] = wanted.operation; }
  void operator()(const action::bell_measure& wanted) { last = wanted.operation; }
  void operator()(const action::distil& wanted) { last = wanted.operation; }
};

/// The second node of a circuit of three hops, with the attempts on both of its links running. Slots 0 to width -
/// 1 face upstream, the next as many downstream.
struct middle_node {
  std::uint16_t width;
  segments table;
  link_engine link;
  std::uint16_t index = 0;
  random_stream random{1, random_purpose::user, 1};
  context ctx{local_time{} + 1_s, random};
  sink actions;

  explicit middle_node(std::uint16_t slots, std::uint8_t link_rounds = 0)
      : width{slots}, table{node_id{1}, 2U * slots}, link{ports(slots)} {
    for (std::uint32_t p = 0; p < 2; ++p)
      link.handle(table, event::path_up{port_id{p}, path_id{p}, node_id{2 * p}, 10_us, 5_us, 5_us}, actions);
    index = table.circuits.open(circuit_id{7});
    circuit& c = table.circuits[index];
    c.position = 1;
    c.hops = 3;
    c.plan.width = static_cast<std::uint8_t>(slots);
    c.plan.link_rounds = link_rounds;
    c.state = circuit::phase::active;
    link.reserve(table, c, side::upstream, 0, 0);
    link.reserve(table, c, side::downstream, 1, slots);
    const wire::link_started announcement{
        .epoch = 40, .modes = slots, .period = 10_us, .spacing = 1_us, .starts_in = 20_us};
    link.handle(table, index, announcement, 10_us, ctx, actions);
    link.open(table, index, ctx.now + 20_us, {.period = 10_us, .spacing = 1_us}, ctx, actions);
  }
  middle_node(const middle_node&) = delete;  // `ctx` refers to `random`
  middle_node& operator=(const middle_node&) = delete;

  [[nodiscard]] circuit& circuit_here() { return table.circuits[index]; }
  [[nodiscard]] std::uint32_t first_slot(side s) const { return s == side::upstream ? 0U : width; }
  /// The herald of attempt `sequence` on one side.
  [[nodiscard]] event::heralded herald(side s, std::uint64_t sequence) const {
    const slot_id slot{first_slot(s) + static_cast<std::uint32_t>(sequence % width)};
    return {actions.batches[static_cast<std::size_t>(s)], slot, sequence, bell_index::phi_plus, ctx.now};
  }
  /// A half is in the table and belongs to a layer, as after a herald.
  [[nodiscard]] std::uint32_t fill(side s, std::uint64_t sequence, owner to) {
    const event::heralded e = herald(s, sequence);
    (void)link.handle(table, e, actions);
    segments::hand_over(table[e.slot.value()], owner::link, to);
    return e.slot.value();
  }

 private:
  [[nodiscard]] static std::vector<port> ports(std::uint16_t slots) {
    std::vector<port> both(2);
    both[1].first_slot = slots;
    both[0].slots = both[1].slots = slots;
    return both;
  }
};

}  // namespace ebit_bench
