// SPDX-License-Identifier: Apache-2.0
// What a link can do, and the table of halves. Time is per call.

#include <cstdint>

#include <benchmark/benchmark.h>

#include <ebit/link/budget.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/presets.hpp>

#include "engine_fixture.hpp"
#include "opaque.hpp"

namespace {

using namespace ebit_bench;

// No goal set: once per link when a network is built; compared with its two powers of ten and an exponential
// (core_bench).
void budget_of(benchmark::State& state) {
  const link::hardware here = link::default_hardware();
  link::fibre line{.length = 20_km};
  for (auto _ : state) {
    opaque(line);
    link::budget b = link::budget_of(line, here, here);
    opaque(b);
  }
  state.SetLabel("no goal set (three exponentials of core_bench)");
}
BENCHMARK(budget_of);

// No goal set: the half that a message names; compared with acquire_release. Argument: slots of the circuit on
// that side.
void find_half(benchmark::State& state) {
  const auto width = static_cast<std::uint16_t>(state.range(0));
  middle_node node{width};
  for (std::uint64_t n = 0; n < width; ++n) (void)node.fill(side::upstream, n, owner::swap);
  std::uint64_t sequence = 0;
  for (auto _ : state) {
    std::uint32_t slot = node.table.find_half(node.circuit_here(), side::upstream, 40, sequence);
    opaque(slot);
    if (++sequence == width) sequence = 0;
  }
  if (node.table.find_half(node.circuit_here(), side::upstream, 40, 0) != 0)
    state.SkipWithError("the half was not found");
  state.SetLabel("no goal set (does not grow with the slots)");
}
BENCHMARK(find_half)->Arg(1)->Arg(16)->Arg(128);

// No goal set: a half enters and leaves the table, blanking its row; compared with find_half.
void acquire_release(benchmark::State& state) {
  segments table{node_id{1}, 16};
  std::uint32_t slot = 0;
  for (auto _ : state) {
    opaque(table.acquire(slot));
    table.release(slot, segments::fate_of_half::discarded);
    slot = (slot + 1) & 15;
  }
  state.SetLabel("no goal set (part of herald_event)");
}
BENCHMARK(acquire_release);

}  // namespace
