// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "node_bench.hpp"

namespace ebit_test {

inline constexpr std::uint32_t far_epoch = 77;

[[nodiscard]] inline options<default_profile> stack_of(std::uint8_t width, bool assured = false) {
  options<default_profile> o;
  o.route.width = width;
  if (assured) o.link.retransmit_after = 5_us;
  return o;
}
[[nodiscard]] inline event::request wanting(std::uint32_t pairs, request_kind kind = request_kind::keep) {
  event::request e;
  e.id = request_id{3};
  e.peer = node_id{2};
  e.pairs = pairs;
  e.kind = kind;
  e.purpose = 0x1234;
  return e;
}

/// An end of a chain of two links, its circuit started. Every pair of the circuit is whole by the word of node 1.
struct end_bench : node_bench<> {
  using node_bench<>::node_bench;

  static end_bench head(const event::request& e, std::uint8_t width = 1, bool assured = false) {
    end_bench b{2, 0, stack_of(width, assured)};
    b.tell(e);
    b.circuit = b.device.sent<wire::install>().at(0).circuit;
    b.hear(1, wire::ready{1});
    b.hear(2, wire::ready{2});
    b.made = b.batch(side::downstream);
    return b;
  }
  static end_bench tail(std::uint32_t pairs, std::uint8_t width = 1, std::uint8_t flags = 0, bool assured = false,
                        duration cutoff = duration::never()) {
    end_bench b{2, 2, stack_of(width, assured)};
    b.hear(0, wire::install{.cutoff = cutoff,
                            .purpose = 0x1234,
                            .link_fidelity = 0.9F,
                            .estimate = 0.9F,
                            .upstream = path_id{1},
                            .downstream = path_id::none(),
                            .tail = node_id{2},
                            .request = request_id{3},
                            .pairs = pairs,
                            .position = 2,
                            .hops = 2,
                            .width = width,
                            .flags = flags});
    b.start(width);
    b.made = b.batch(side::upstream);
    return b;
  }

  action::attempt made;

  void begin(std::uint64_t cycle, std::uint16_t mode = 0, bell_index state = bell_index::phi_plus) {
    herald(made, cycle, state, mode);
  }
  /// Word of the swap that makes the pair whole; the pair's other half is the `cycle`-th at the other end.
  void track(std::uint64_t cycle, std::uint16_t mode = 0, bell_index frame = bell_index::phi_plus) {
    const bool is_head = position == 0;
    wire::swapped m;
    m.half_sequence = cycle * made.modes + mode;
    m.peer_sequence = 1000 + m.half_sequence;
    m.half_epoch = made.epoch;
    m.peer_epoch = far_epoch;
    m.peer_path = path_id{is_head ? 1U : 0U};
    m.peer = node_id{is_head ? 2U : 0U};
    m.from = 1;
    m.to = is_head ? 2 : 0;
    m.facing = static_cast<std::uint8_t>(is_head ? side::downstream : side::upstream);
    m.frame = static_cast<std::uint8_t>(frame);
    hear(1, m);
  }
  void pair(std::uint64_t cycle, std::uint16_t mode = 0) {
    begin(cycle, mode);
    track(cycle, mode);
  }
  /// The head's word on the pair of `track(cycle, mode)`, as it comes to the tail.
  [[nodiscard]] wire::delivered word(std::uint64_t cycle, std::uint16_t mode = 0,
                                     bell_index frame = bell_index::phi_plus) const {
    wire::delivered m;
    m.half_sequence = cycle * made.modes + mode;
    m.half_epoch = made.epoch;
    m.name_sequence = 1000 + m.half_sequence;
    m.name_epoch = far_epoch;
    m.name_path = path_id{0};
    m.request = request_id{3};
    m.purpose = 0x1234;
    m.frame = static_cast<std::uint8_t>(frame);
    m.asked_by = node_id{0};
    return m;
  }
  [[nodiscard]] std::vector<action::deliver> handed() const { return device.all<action::deliver>(); }
  [[nodiscard]] action::measure reading() const {
    const auto all = device.all<action::measure>();
    EBIT_ASSERT(!all.empty(), "nothing is being measured");
    return all.back();
  }
  void read(const action::measure& m, bool bit) {
    tell(event::measured{m.operation, static_cast<std::uint8_t>(bit)});
    tell(event::done{m.operation});
  }
  [[nodiscard]] bool is_balanced() const {
    const conservation c = counts();
    return c.acquired == c.delivered + c.consumed + c.discarded + node.table().held();
  }
  [[nodiscard]] std::vector<action::report> reports() const { return device.all<action::report>(); }
};

}  // namespace ebit_test
