// SPDX-License-Identifier: Apache-2.0
// A whole node between the ends of a circuit, its layers joined as they run. Time is per event.

#include <cstdint>

#include <benchmark/benchmark.h>

#include "../tests/support/node_bench.hpp"
#include "engine_fixture.hpp"

namespace {

using namespace ebit_bench;

// Goal 50 ns per event: two heralds and a read-out, that is one swap; compared with swap_event of swap_bench,
// which is the same without dispatch. Argument: slots per side.
void herald_and_swap(benchmark::State& state) {
  const auto width = static_cast<std::uint8_t>(state.range(0));
  ebit_test::node_bench<> bench{3, 1, {}, width};
  bench.install(width);
  bench.start(width);
  const action::attempt up = bench.batch(side::upstream), down = bench.batch(side::downstream);
  auto& node = bench.node;
  context ctx{bench.device.now(), bench.random};
  sink actions;
  std::uint64_t sequence = 0;
  while (state.KeepRunningBatch(3)) {
    const auto mode = static_cast<std::uint32_t>(sequence % width);
    for (const action::attempt* a : {&up, &down}) {
      const slot_id slot{a->first_slot.value() + mode};
      node.handle(event::heralded{a->operation, slot, sequence, bell_index::phi_plus, ctx.now}, ctx, actions);
    }
    node.handle(event::measured{actions.last, 1}, ctx, actions);
    ++sequence;
  }
  if (node.table().counts().consumed != 2 * sequence) state.SkipWithError("two halves were not joined");
  state.SetLabel("goal <= 50 ns per event (swap_event of swap_bench)");
}
BENCHMARK(herald_and_swap)->Arg(1)->Arg(10);

}  // namespace
