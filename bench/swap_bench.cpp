// SPDX-License-Identifier: Apache-2.0
// The swapping protocol at a node between the ends. Time is per event.

#include <cstdint>

#include <benchmark/benchmark.h>

#include <ebit/swap/as_soon_as_possible.hpp>
#include <ebit/swap/engine.hpp>
#include <ebit/swap/nested.hpp>

#include "engine_fixture.hpp"

namespace {

using namespace ebit_bench;

/// Two halves and the read-out: three events that join two pairs and tell both far ends. The two rows are filled
/// as by the link layer, which is included.
template <class Policy>
void swaps(benchmark::State& state) {
  const auto width = static_cast<std::uint16_t>(state.range(0));
  middle_node node{width};
  swap_engine<Policy> engine{Policy{}};
  std::uint64_t sequence = 0;
  while (state.KeepRunningBatch(3)) {
    engine.work(node.table, node.fill(side::upstream, sequence, owner::swap), node.ctx, node.actions);
    engine.work(node.table, node.fill(side::downstream, sequence, owner::swap), node.ctx, node.actions);
    engine.measured(node.table, node.table.slot_of(node.actions.last), 1, node.ctx, node.actions);
    ++sequence;
  }
  if (node.table.counts().consumed != 2 * sequence) state.SkipWithError("two halves were not joined");
}

// Goal 50 ns per event: swapping as soon as possible; compared with herald_event of herald_bench. Argument: slots
// per side.
void swap_event(benchmark::State& state) {
  swaps<swap::as_soon_as_possible>(state);
  state.SetLabel("goal <= 50 ns per event (herald_event of herald_bench)");
}
BENCHMARK(swap_event)->Arg(1)->Arg(10);

// Goal 50 ns per event: swapping in nested order, whose rule looks at both spans; compared with swap_event.
void nested_swap_event(benchmark::State& state) {
  swaps<swap::nested>(state);
  state.SetLabel("goal <= 50 ns per event (swap_event)");
}
BENCHMARK(nested_swap_event)->Arg(1)->Arg(10);

// Goal 50 ns per event: news of a swap elsewhere extends a half that waits; its herald, and giving it up again, are
// included. Compared with swap_event. Argument: slots per side.
void swapped_news(benchmark::State& state) {
  const auto width = static_cast<std::uint16_t>(state.range(0));
  middle_node node{width};
  swap_engine<swap::as_soon_as_possible> engine;
  const std::uint32_t epoch = node.circuit_here().link(side::downstream).epoch;
  const auto never_delivered = [](std::uint32_t, std::uint64_t) { return false; };
  std::uint64_t sequence = 0, extended = 0;
  while (state.KeepRunningBatch(2)) {
    const std::uint32_t slot = node.fill(side::downstream, sequence, owner::swap);
    const wire::swapped news{.half_sequence = sequence,
                             .peer_sequence = sequence,
                             .age = 10_us,
                             .half_epoch = epoch,
                             .peer_epoch = 60,
                             .peer_path = path_id{2},
                             .peer = node_id{3},
                             .from = 2,
                             .to = 3,
                             .facing = static_cast<std::uint8_t>(side::downstream),
                             .frame = 1};
    (void)engine.handle(node.table, node.circuit_here(), news, 10_us, node.ctx, node.actions, never_delivered);
    extended += node.table[slot].reach == 3 ? 1U : 0U;
    segments::work_item next;
    while (node.table.pop(next)) {
    }
    node.table.release(slot, segments::fate_of_half::discarded);
    ++sequence;
  }
  if (extended != sequence) state.SkipWithError("a half was not extended");
  state.SetLabel("goal <= 50 ns per event (swap_event)");
}
BENCHMARK(swapped_news)->Arg(1)->Arg(10);

}  // namespace
