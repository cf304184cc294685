// SPDX-License-Identifier: Apache-2.0
// Operations on pairs. "alone": independent operations, one after the other, time is the throughput of a core;
// "dependent": each takes the result of the one before, time is the latency; "batch": many pairs together; "block":
// many trajectories together. Figures of other simulators are CPU figures of one core of a 2.5 GHz Cascade Lake.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include <ebit/purify/dejmps.hpp>
#include <ebit/quantum/bell_batch.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/density_matrix.hpp>
#include <ebit/quantum/sampled_bell.hpp>
#include <ebit/quantum/sampled_bell_block.hpp>

#include "opaque.hpp"

namespace {

using namespace ebit;
using ebit_bench::opaque;
using namespace ebit::literals;

constexpr gate_noise noisy{.two_qubit = 0.01, .one_qubit = 0.001, .read_out = 0.005};

bell_diagonal any_state(random_stream& draw) { return bell_diagonal::werner(0.5 + 0.5 * sample::uniform(draw)); }

std::vector<bell_diagonal> states(std::size_t count) {
  random_stream draw{1, random_purpose::user, count};
  std::vector<bell_diagonal> all;
  while (all.size() < count) all.push_back(any_state(draw));
  return all;
}

/// Two operands out of 256, a result that is used.
template <class Function>
void alone(benchmark::State& state, Function&& f) {
  const std::vector<bell_diagonal> s = states(256);
  std::size_t i = 0;
  for (auto _ : state) {
    auto out = f(s[i & 255], s[(i + 1) & 255]);
    opaque(out);
    ++i;
  }
}
constexpr distil_recipe recipe = purify::dejmps{}.recipe({}, {});

// Goal 6 ns: the state after a noisy swap; compared with SimQN's 6.9 us.
void swap_alone(benchmark::State& state) {
  alone(state, [](const bell_diagonal& a, const bell_diagonal& b) { return bell_diagonal::joined(a, b, noisy); });
  state.SetLabel("goal <= 6 ns (SimQN 6,900 ns)");
}
BENCHMARK(swap_alone);

// Goal 6 ns: one ideal DEJMPS step, kept branch and probability; compared with SimQN's 6.3 us per round.
void distil_alone(benchmark::State& state) {
  alone(state, [](const bell_diagonal& a, const bell_diagonal& b) {
    return bell_diagonal::distil_branch(a, b, recipe, false);
  });
  state.SetLabel("goal <= 6 ns (SimQN 6,300 ns)");
}
BENCHMARK(distil_alone);

// Goal 6 ns: the same with noisy gates, known to the compiler; compared with distil_alone.
void distil_alone_noisy(benchmark::State& state) {
  alone(state, [](const bell_diagonal& a, const bell_diagonal& b) {
    return bell_diagonal::distil_branch(a, b, recipe, false, noisy);
  });
  state.SetLabel("goal <= 6 ns (distil_alone)");
}
BENCHMARK(distil_alone_noisy);

// No goal set: the same with noise and recipe that are known when it runs only, as in a network of unlike nodes;
// compared with distil_alone_noisy.
void distil_alone_unforeseen(benchmark::State& state) {
  gate_noise noise = noisy;
  distil_recipe turned = recipe;
  alone(state, [&](const bell_diagonal& a, const bell_diagonal& b) {
    opaque(noise);
    opaque(turned);
    return bell_diagonal::distil_branch(a, b, turned, false, noise);
  });
  state.SetLabel("no goal set (distil_alone_noisy)");
}
BENCHMARK(distil_alone_unforeseen);

// No goal set: the latency of a step, its division included; compared with distil_alone.
void distil_dependent(benchmark::State& state) {
  bell_diagonal fresh = bell_diagonal::werner(0.9);
  opaque(fresh);
  bell_diagonal kept = fresh;
  for (auto _ : state) {
    kept = bell_diagonal::distil_branch(kept, fresh, recipe, false).state;
    opaque(kept);
  }
  state.SetLabel("no goal set (distil_alone; this is the latency)");
}
BENCHMARK(distil_dependent);

/// An operation on batches of so many pairs as the argument says (256 stay in the first-level cache, 4096 in the
/// second), noise known when it runs only. Time is per pair.
template <class Function>
void batches(benchmark::State& state, gate_noise noise, Function&& f) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const bell_batch left{states(count)}, right{states(count)};
  bell_batch out(count);
  std::vector<double> probabilities(count);
  opaque(noise);
  while (state.KeepRunningBatch(state.range(0))) {
    f(out, left, right, noise, probabilities);
    benchmark::ClobberMemory();
  }
}
void distil_batches(benchmark::State& state, const gate_noise& noise) {
  distil_recipe turned = recipe;
  opaque(turned);
  batches(state, noise,
          [turned](bell_batch& out, const bell_batch& keep, const bell_batch& sacrifice, const gate_noise& gates,
                   std::vector<double>& probabilities) {
            out.distil(keep, sacrifice, turned, false, gates, probabilities);
          });
}

// Goal 2.5 ns per pair: ideal DEJMPS, kept states and probabilities; compared with distil_alone.
void distil_batch(benchmark::State& state) {
  distil_batches(state, {});
  state.SetLabel("goal <= 2.5 ns per pair at -O3 (distil_alone)");
}
BENCHMARK(distil_batch)->Arg(256)->Arg(4096);

// Goal 3 ns per pair: the same with noisy gates; compared with distil_alone_noisy.
void distil_batch_noisy(benchmark::State& state) {
  distil_batches(state, noisy);
  state.SetLabel("goal <= 3 ns per pair at -O3 (distil_alone_noisy)");
}
BENCHMARK(distil_batch_noisy)->Arg(256)->Arg(4096);

// Goal 2.5 ns per pair: noisy swaps; compared with swap_alone.
void swap_batch(benchmark::State& state) {
  batches(state, noisy,
          [](bell_batch& out, const bell_batch& left, const bell_batch& right, const gate_noise& gates,
             std::vector<double>&) { out.join(left, right, gates); });
  state.SetLabel("goal <= 2.5 ns per pair at -O3 (swap_alone)");
}
BENCHMARK(swap_batch)->Arg(256)->Arg(4096);

/// Depolarising 0.01 on each creation and swap gate, read-out errors 0.01.
const bell_diagonal created = bell_diagonal{}.whitened(0.01 * 16 / 15);
constexpr gate_noise gates{.two_qubit = 0.01 * 16 / 15, .read_out = 0.01};

/// So many Bell pairs as the argument says, created, joined by noisy swaps with feedback, and measured by a noisy
/// Bell measurement (a swap with a perfect pair).
template <class State, class Frames, class Errors>
void chain(benchmark::State& state, std::int64_t lanes, Errors&& errors) {
  random_stream draw{1, random_purpose::outcome, 64};
  std::uint64_t wrong = 0;
  while (state.KeepRunningBatch(lanes)) {
    State joined = State::from(created, draw);
    Frames frame{};
    for (std::int64_t i = 1; i <= state.range(0); ++i) {
      const State fresh = i < state.range(0) ? State::from(created, draw) : State{};
      const auto next = State::swap(joined, fresh, gates, draw);
      joined = next.state;
      frame ^= Frames{next.outcome};
    }
    joined.correct(frame);
    wrong += errors(joined);
    opaque(wrong);
  }
  state.counters["errors"] = static_cast<double>(wrong) / static_cast<double>(state.iterations());
}

// No goal set: one shot of a sampled chain, trajectory by trajectory; compared with chain_of_blocks.
void chain_of_singles(benchmark::State& state) {
  chain<sampled_bell, pauli_frame>(
      state, 1, [](const sampled_bell& end) { return end.label() == bell_index::phi_plus ? 0U : 1U; });
  state.SetLabel("no goal set (chain_of_blocks)");
}
BENCHMARK(chain_of_singles)->Arg(2)->Arg(64);

// Goal 500 ns per shot for 64 pairs: 512 trajectories at a time; compared with Stim's bulk sampler, 193 ns for 64
// pairs and 68 ns for 2. Time is per shot.
void chain_of_blocks(benchmark::State& state) {
  using block = sampled_bell_block;
  chain<block, block::frames>(state, block::lanes,
                              [](const block& end) { return block::lanes - end.count(bell_index::phi_plus); });
  state.SetLabel("goal <= 500 ns per shot for 64 pairs (Stim 193 ns, 68 ns for 2)");
}
BENCHMARK(chain_of_blocks)->Arg(2)->Arg(64);

/// One noisy operation on blocks. Time is per lane.
template <class Function>
void lanes(benchmark::State& state, Function&& f) {
  using block = sampled_bell_block;
  random_stream draw{1, random_purpose::outcome, 65};
  block a = block::from(created, draw), b = block::from(created, draw);
  while (state.KeepRunningBatch(block::lanes)) {
    opaque(a);
    auto out = f(a, b, draw);
    opaque(out);
  }
}

// Goal 3 ns per lane: a noisy swap of sampled pairs; compared with Stim's 3.1 ns per swap of its chain.
void swap_block(benchmark::State& state) {
  lanes(state, [](const auto& a, const auto& b, random_stream& draw) {
    return sampled_bell_block::swap(a, b, gates, draw);
  });
  state.SetLabel("goal <= 3 ns per lane (Stim 3.1 ns)");
}
BENCHMARK(swap_block);

// No goal set: a noisy step of DEJMPS on sampled pairs; compared with swap_block.
void distil_block(benchmark::State& state) {
  lanes(state, [](const auto& a, const auto& b, random_stream& draw) {
    return sampled_bell_block::distil(a, b, recipe, noisy, draw);
  });
  state.SetLabel("no goal set (swap_block)");
}
BENCHMARK(distil_block);

// No goal set: one half waits, two exponentials included; compared with twice core's exp.
void age(benchmark::State& state) {
  memory_noise memory{.t1 = 10_s, .t2 = 1_s};
  opaque(memory);
  duration elapsed = 1_ms;
  alone(state, [&](const bell_diagonal& a, const bell_diagonal&) {
    elapsed += 1_ns;
    return a.aged(half::a, elapsed, memory);
  });
  state.SetLabel("no goal set (twice exp of core_bench)");
}
BENCHMARK(age);

// No goal set: the noisy swap on density matrices of four qubits, as the tests check it; compared with swap_alone.
void referee_swap(benchmark::State& state) {
  const auto left = density_matrix<2>::from(bell_diagonal::werner(0.9));
  const auto right = density_matrix<2>::from(bell_diagonal::werner(0.8));
  for (auto _ : state) {
    auto out = tensor(left, right).bell_projected(1, 2, bell_index::phi_plus, noisy).without(2).without(1);
    opaque(out);
  }
  state.SetLabel("no goal set (swap_alone, exact and fast)");
}
BENCHMARK(referee_swap);

}  // namespace
