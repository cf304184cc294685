// SPDX-License-Identifier: Apache-2.0
// Operations on pairs. "alone": independent operations, one after the other, time is the throughput of a core;
// "dependent": each takes the result of the one before, time is the latency. Figures of other simulators are CPU
// figures of one core of a 2.5 GHz Cascade Lake.

#include <array>
#include <cstddef>
#include <vector>

#include <benchmark/benchmark.h>

#include <ebit/purify/dejmps.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/density_matrix.hpp>

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
template <class Function>
void array_of_4096(benchmark::State& state, Function&& f) {
  constexpr std::size_t count = 4096;
  const std::vector<bell_diagonal> left = states(count), right = states(count);
  std::vector<bell_diagonal> out(count);
  while (state.KeepRunningBatch(count)) {
    for (std::size_t i = 0; i < count; ++i) out[i] = f(left[i], right[i]);
    benchmark::ClobberMemory();
  }
}

constexpr distil_recipe recipe = purify::dejmps{}.recipe({}, {});

// No goal set: the state after a noisy swap; compared with swap in bench/versus (SimQN 6.9 us).
void swap_joined(benchmark::State& state) {
  alone(state, [](const bell_diagonal& a, const bell_diagonal& b) { return bell_diagonal::joined(a, b, noisy); });
  state.SetLabel("no goal set (SimQN 6,900 ns)");
}
BENCHMARK(swap_joined);

// Goal 6 ns: one ideal DEJMPS step, kept branch and probability; compared with SimQN's 6.3 us per round.
void distil_alone(benchmark::State& state) {
  alone(state, [](const bell_diagonal& a, const bell_diagonal& b) {
    return bell_diagonal::distil_branch(a, b, recipe, false);
  });
  state.SetLabel("goal <= 6 ns (SimQN 6,300 ns)");
}
BENCHMARK(distil_alone);

// No goal set: the same with noisy gates; compared with distil_alone.
void distil_alone_noisy(benchmark::State& state) {
  alone(state, [](const bell_diagonal& a, const bell_diagonal& b) {
    return bell_diagonal::distil_branch(a, b, recipe, false, noisy);
  });
  state.SetLabel("no goal set (distil_alone)");
}
BENCHMARK(distil_alone_noisy);

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

// Goal 2.5 ns per element at -O3: ideal DEJMPS over arrays of 4096 pairs; compared with distil_alone. Time is per
// element.
void distil_array(benchmark::State& state) {
  array_of_4096(state, [](const bell_diagonal& a, const bell_diagonal& b) {
    return bell_diagonal::distil_branch(a, b, recipe, false).state;
  });
  state.SetLabel("goal <= 2.5 ns per element at -O3 (distil_alone)");
}
BENCHMARK(distil_array);

// No goal set: noisy swaps over arrays of 4096 pairs; compared with swap_joined. Time is per element.
void swap_array(benchmark::State& state) {
  array_of_4096(state, [](const bell_diagonal& a, const bell_diagonal& b) {
    return bell_diagonal::joined(a, b, noisy);
  });
  state.SetLabel("no goal set (swap_joined)");
}
BENCHMARK(swap_array);

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

// No goal set: the noisy swap on density matrices of four qubits, as the tests check it; compared with swap_joined.
void referee_swap(benchmark::State& state) {
  const auto left = density_matrix<2>::from(bell_diagonal::werner(0.9));
  const auto right = density_matrix<2>::from(bell_diagonal::werner(0.8));
  for (auto _ : state) {
    auto out = tensor(left, right).bell_projected(1, 2, bell_index::phi_plus, noisy).without(2).without(1);
    opaque(out);
  }
  state.SetLabel("no goal set (swap_joined, exact and fast)");
}
BENCHMARK(referee_swap);

}  // namespace
