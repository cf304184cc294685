// SPDX-License-Identifier: Apache-2.0
// A whole node between the ends of a circuit, its layers joined as they run. Time is per event.

#include <array>
#include <cstddef>
#include <cstdint>

#include <benchmark/benchmark.h>

#include "../tests/support/node_bench.hpp"
#include "engine_fixture.hpp"

namespace {

using namespace ebit_bench;

/// Takes a node's actions and remembers what has to be answered.
struct far_ends : sink {
  std::array<message, 4> sent{};
  std::size_t letters = 0;
  operation_id handed;

  using sink::operator();
  void operator()(const action::send& wanted) {
    if (wanted.content.type != wire::acknowledged::type) sent[letters++ & 3U] = wanted.content;
  }
  void operator()(const action::deliver& wanted) { handed = wanted.operation; }
};

/// A node of a chain of three links with all its attempts running, told one event after another.
struct running_node {
  ebit_test::node_bench<> bench;
  context ctx;
  far_ends actions;

  running_node(std::uint16_t at, std::uint8_t width, bool assured)
      : bench{3, at,
              assured ? options<default_profile>{.link = {.retransmit_after = 100_us}} : options<default_profile>{},
              width},
        ctx{local_time{}, bench.random} {
    bench.install(width, 0, 0, duration::never(), 2'000'000'000);
    bench.start(width);
    ctx.now = bench.device.now();
    for (const message& m : {message::pack(bench.node.id(), node_id{0}, bench.circuit, wire::ready{at})}) answer(m);
    if (at < 3) {
      for (const action::send& a : bench.device.template all<action::send>())
        if (a.content.type == wire::link_started::type) answer(a.content);
    }
  }
  template <class Event>
  void tell(const Event& e) {
    bench.node.handle(e, ctx, actions);
  }
  void herald(const action::attempt& a, std::uint32_t mode, std::uint64_t sequence) {
    const slot_id slot{a.first_slot.value() + mode};
    tell(event::heralded{a.operation, slot, sequence, bell_index::phi_plus, ctx.now});
  }
  template <message_body Body>
  void hear(std::uint32_t from, const Body& body) {
    tell(event::received{message::pack(node_id{from}, bench.node.id(), bench.circuit, body), 10_us});
  }
  /// The receiver of `m` acknowledges it.
  void answer(const message& m) {
    const wire::acknowledged body{wire::tag_of(m)};
    tell(event::received{message::pack(m.to, m.from, m.circuit, body), 10_us});
  }
};

/// Two heralds, the read-out and, where messages are acknowledged, the word of both far ends: one swap.
void swaps(benchmark::State& state, bool assured) {
  const auto width = static_cast<std::uint8_t>(state.range(0));
  running_node node{1, width, assured};
  const action::attempt up = node.bench.batch(side::upstream), down = node.bench.batch(side::downstream);
  std::uint64_t sequence = 0;
  while (state.KeepRunningBatch(assured ? 5 : 3)) {
    const auto mode = static_cast<std::uint32_t>(sequence % width);
    node.herald(up, mode, sequence);
    node.herald(down, mode, sequence);
    node.actions.letters = 0;
    node.tell(event::measured{node.actions.last, 1});
    for (std::size_t i = 0; assured && i < node.actions.letters; ++i) node.answer(node.actions.sent[i]);
    ++sequence;
  }
  if (node.bench.counts().consumed != 2 * sequence) state.SkipWithError("two halves were not joined");
  if (node.bench.node.unacknowledged().size() != 0) state.SkipWithError("a message was not acknowledged");
}

// Goal 50 ns per event: two heralds and a read-out, that is one swap; compared with swap_event of swap_bench,
// which is the same without dispatch. Argument: slots per side.
void herald_and_swap(benchmark::State& state) {
  swaps(state, false);
  state.SetLabel("goal <= 50 ns per event (swap_event of swap_bench)");
}
BENCHMARK(herald_and_swap)->Arg(1)->Arg(10);

// Goal 50 ns per event: the same with acknowledgements, which makes it five events: two messages are kept, named and
// struck off. The far ends' work of naming them is included; compared with herald_and_swap. Argument: slots per side.
void herald_and_swap_assured(benchmark::State& state) {
  swaps(state, true);
  state.SetLabel("goal <= 50 ns per event (herald_and_swap)");
}
BENCHMARK(herald_and_swap_assured)->Arg(1)->Arg(10);

/// What a tail is told of each pair: its herald, the news of two swaps, the head's word, and that its application has
/// taken it.
void deliveries(benchmark::State& state, bool assured) {
  const auto width = static_cast<std::uint8_t>(state.range(0));
  running_node node{3, width, assured};
  const action::attempt batch = node.bench.batch(side::upstream);
  std::uint64_t sequence = 0;
  while (state.KeepRunningBatch(5)) {
    node.herald(batch, static_cast<std::uint32_t>(sequence % width), sequence);
    for (const std::uint16_t from : {std::uint16_t{2}, std::uint16_t{1}}) {
      const auto to = static_cast<std::uint16_t>(from - 1);
      node.hear(from, wire::swapped{.half_sequence = sequence,
                                    .peer_sequence = sequence,
                                    .age = 10_us,
                                    .half_epoch = batch.epoch,
                                    .peer_epoch = 60,
                                    .peer_path = path_id{to},
                                    .peer = node_id{to},
                                    .from = from,
                                    .to = to});
    }
    node.hear(0, wire::delivered{.half_sequence = sequence,
                                 .name_sequence = sequence,
                                 .half_epoch = batch.epoch,
                                 .name_epoch = 60,
                                 .name_path = path_id{0},
                                 .request = request_id{3}});
    node.tell(event::done{node.actions.handed});
    ++sequence;
  }
  if (node.bench.counts().delivered != sequence) state.SkipWithError("a pair was not delivered");
}

// Goal 50 ns per event: all that a tail is told; compared with herald_and_swap. Argument: slots.
void deliver_at_tail(benchmark::State& state) {
  deliveries(state, false);
  state.SetLabel("goal <= 50 ns per event (herald_and_swap)");
}
BENCHMARK(deliver_at_tail)->Arg(1)->Arg(10);

// Goal 50 ns per event: the same where the tail acknowledges each message; compared with deliver_at_tail. Argument:
// slots.
void deliver_at_tail_assured(benchmark::State& state) {
  deliveries(state, true);
  state.SetLabel("goal <= 50 ns per event (deliver_at_tail)");
}
BENCHMARK(deliver_at_tail_assured)->Arg(1)->Arg(10);

}  // namespace
