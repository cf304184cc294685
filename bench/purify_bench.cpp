// SPDX-License-Identifier: Apache-2.0
// Purification: the maps and the protocol. Time is per map or per event.

#include <cstdint>

#include <benchmark/benchmark.h>

#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/concepts.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/purify/engine.hpp>
#include <ebit/quantum/bell_diagonal.hpp>

#include "engine_fixture.hpp"
#include "opaque.hpp"

namespace {

using namespace ebit_bench;

constexpr gate_noise noisy{.two_qubit = 0.01, .one_qubit = 0.001, .read_out = 0.005};

template <class Policy>
void apply(benchmark::State& state, const char* label) {
  bell_diagonal keep = bell_diagonal::werner(0.9), sacrifice = bell_diagonal::werner(0.8);
  for (auto _ : state) {
    opaque(keep);
    opaque(sacrifice);
    auto kept = Policy{}.apply(keep, sacrifice, noisy);
    opaque(kept);
  }
  state.SetLabel(label);
}

// Goal 6 ns: the policy's map with noisy gates; compared with distil_alone_noisy of quantum_bench.
void dejmps_apply(benchmark::State& state) {
  apply<purify::dejmps>(state, "goal <= 6 ns (distil_alone_noisy of quantum_bench)");
}
BENCHMARK(dejmps_apply);

// No goal set: the same averaged over the twirls; compared with dejmps_apply.
void bbpssw_apply(benchmark::State& state) { apply<purify::bbpssw>(state, "no goal set (dejmps_apply)"); }
BENCHMARK(bbpssw_apply);

/// Two heralds, the read-out and the other end's word: four events that distil two pairs of a link into one, which
/// is then given up. The two rows are filled as by the link layer, which is included.
template <class Policy>
void rounds(benchmark::State& state) {
  middle_node node{2, 1};
  purify_engine<Policy> engine{Policy{.rounds = 1}};
  const circuit& c = node.circuit_here();
  const std::uint32_t epoch = c.link(side::downstream).epoch;
  std::uint64_t sequence = 0, kept = 0;
  while (state.KeepRunningBatch(4)) {
    const std::uint64_t keep = sequence, spent = sequence + 1;
    sequence += 2;
    engine.work(node.table, node.fill(side::downstream, keep, owner::purify), node.ctx, node.actions);
    engine.work(node.table, node.fill(side::downstream, spent, owner::purify), node.ctx, node.actions);
    const std::uint32_t slot = node.table.slot_of(node.actions.last);
    engine.measured(node.table, slot, 0, node.ctx, node.actions);
    const wire::distilled word{.keep_sequence = keep,
                               .sacrifice_sequence = spent,
                               .keep_epoch = epoch,
                               .sacrifice_epoch = epoch,
                               .facing = static_cast<std::uint8_t>(side::downstream)};
    (void)engine.handle(node.table, c, node_id{2}, word, node.ctx, node.actions);
    segments::work_item next;
    kept += node.table.pop(next) ? 1U : 0U;
    node.table.release(slot, segments::fate_of_half::discarded);
  }
  if (kept * 2 != sequence) state.SkipWithError("a pair was not kept");
}

// Goal 50 ns per event: the protocol with DEJMPS; compared with swap_event of swap_bench.
void dejmps_event(benchmark::State& state) {
  rounds<purify::dejmps>(state);
  state.SetLabel("goal <= 50 ns per event (swap_event of swap_bench)");
}
BENCHMARK(dejmps_event);

}  // namespace
