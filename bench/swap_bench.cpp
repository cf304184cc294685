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

}  // namespace
