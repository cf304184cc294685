// SPDX-License-Identifier: Apache-2.0
// Models of heralding and the link protocol. Time is per call or per event.

#include <cstdint>

#include <benchmark/benchmark.h>

#include <ebit/herald/double_click.hpp>
#include <ebit/herald/single_click.hpp>

#include "engine_fixture.hpp"
#include "opaque.hpp"

namespace {

using namespace ebit_bench;

herald::interference light() {
  return {.efficiency_a = 0.1,
          .efficiency_b = 0.05,
          .visibility = 0.95,
          .dark_probability = 1e-6,
          .phase_noise = 0.1,
          .phase = 0};
}

// No goal set: probability and state of one attempt; compared with double_click_model.
void single_click_model(benchmark::State& state) {
  herald::interference l = light();
  for (auto _ : state) {
    opaque(l);
    herald::attempt_model m = herald::single_click{}.model(l, 0.1, 0.05);
    opaque(m);
  }
  state.SetLabel("no goal set (double_click_model)");
}
BENCHMARK(single_click_model);

// No goal set: the search for the drive of a wanted fidelity, once per link and circuit; compared with
// single_click_model.
void single_click_choose(benchmark::State& state) {
  herald::interference l = light();
  for (auto _ : state) {
    opaque(l);
    auto drive = herald::single_click{}.choose(l, 0.85);
    opaque(drive);
  }
  if (!herald::single_click{}.choose(l, 0.85)) state.SkipWithError("no drive reaches the fidelity");
  state.SetLabel("no goal set (some 350 single_click_model with an exponential each)");
}
BENCHMARK(single_click_choose);

// No goal set: probability and state of one attempt; compared with single_click_model.
void double_click_model(benchmark::State& state) {
  herald::interference l = light();
  for (auto _ : state) {
    opaque(l);
    herald::attempt_model m = herald::double_click{}.model(l);
    opaque(m);
  }
  state.SetLabel("no goal set (single_click_model)");
}
BENCHMARK(double_click_model);

// Goal 50 ns: a herald becomes a half in the table; giving it up again is included. Compared with acquire_release
// of link_bench.
void herald_event(benchmark::State& state) {
  middle_node node{4};
  std::uint64_t sequence = 0;
  for (auto _ : state) {
    const event::heralded e = node.herald(side::downstream, sequence++);
    bool taken{node.link.handle(node.table, e, node.actions)};
    opaque(taken);
    node.table.release(e.slot.value(), segments::fate_of_half::discarded);
  }
  if (node.table.counts().acquired != sequence) state.SkipWithError("a herald was not taken");
  state.SetLabel("goal <= 50 ns (acquire_release of link_bench)");
}
BENCHMARK(herald_event);

}  // namespace
