// SPDX-License-Identifier: Apache-2.0
// What a link can do, and the table of halves. Time is per call.

#include <cstdint>

#include <benchmark/benchmark.h>

#include <ebit/link/budget.hpp>
#include <ebit/link/drift_detector.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/fidelity_estimate.hpp>
#include <ebit/link/presets.hpp>
#include <ebit/link/test_rounds.hpp>

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

// Goal: 5 ns, a tenth of an event, since every pair is asked. Whether a pair is a test, and in which basis.
void choose_test(benchmark::State& state) {
  pair_id name{path_id{3}, 7, 0};
  for (auto _ : state) {
    ++name.sequence;
    bool tested = link::test_rounds::is_test(name, 20);
    basis in = link::test_rounds::basis_for(name, basis_choice::xyz);
    opaque(tested);
    opaque(in);
  }
  state.SetLabel("goal: 5 ns");
}
BENCHMARK(choose_test);

// Goal: 10 ns. What a test pair has shown is entered in the estimate and in the watch for drift.
void record_test(benchmark::State& state) {
  link::fidelity_estimate estimate;
  link::drift_detector drift = link::drift_detector::make({0.05, 0.2, 1e6}).value();
  std::uint64_t n = 0;
  for (auto _ : state) {
    const bool agreed = ++n % 20 != 0;
    estimate.record(static_cast<basis>(n & 1), agreed);
    bool alarm = drift.record(agreed);
    opaque(alarm);
  }
  if (drift.alarmed()) state.SkipWithError("one test in 20 fails as it should");
  state.SetLabel("goal: 10 ns");
}
BENCHMARK(record_test);

link::fidelity_estimate some_tests(std::uint64_t tests) {
  link::fidelity_estimate e;
  for (std::uint64_t n = 0; n < tests; ++n) e.record(static_cast<basis>(n % 3), n % 15 != 0);
  return e;
}

// No goal set: a decision after a test; compared with its two logarithms and an exponential (core_bench). Argument:
// tests so far.
void decide_on_fidelity(benchmark::State& state) {
  const link::fidelity_estimate e = some_tests(static_cast<std::uint64_t>(state.range(0)));
  double least = 0.9;
  for (auto _ : state) {
    opaque(least);
    bool violated = e.violates(least);
    bool settled = e.sufficient_for(least);
    opaque(violated);
    opaque(settled);
  }
  state.SetLabel("no goal set (core_bench's elementary functions)");
}
BENCHMARK(decide_on_fidelity)->Arg(10)->Arg(10'000);

// No goal set: on request of an application; compared with decide_on_fidelity, of which it takes some hundred.
void fidelity_interval(benchmark::State& state) {
  const link::fidelity_estimate e = some_tests(static_cast<std::uint64_t>(state.range(0)));
  for (auto _ : state) {
    link::fidelity_interval i = e.interval();
    opaque(i);
  }
  state.SetLabel("no goal set (decide_on_fidelity)");
}
BENCHMARK(fidelity_interval)->Arg(100)->Arg(10'000)->Unit(benchmark::kMicrosecond);

// No goal set: once per circuit, the exact mean run lengths of a few hundred thresholds; compared with
// fidelity_interval.
void tune_drift_detector(benchmark::State& state) {
  double expected = 0.05;
  for (auto _ : state) {
    opaque(expected);
    auto d = link::drift_detector::make({expected, 0.1, 1e6});
    opaque(d);
  }
  state.SetLabel("no goal set (fidelity_interval)");
}
BENCHMARK(tune_drift_detector)->Unit(benchmark::kMicrosecond);

}  // namespace
