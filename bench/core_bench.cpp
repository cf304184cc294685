// SPDX-License-Identifier: Apache-2.0
// Random draws and the mathematics behind them, on one thread. Time is per draw or per call.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <benchmark/benchmark.h>

#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

#include "opaque.hpp"

namespace {

using namespace ebit;
using ebit_bench::opaque;

/// Arguments that the compiler cannot know, in (0, 1).
std::array<double, 256> arguments() {
  random_stream draw{1, random_purpose::user, 1};
  std::array<double, 256> x{};
  for (double& each : x) each = sample::uniform(draw);
  return x;
}

template <class Function>
void each_argument(benchmark::State& state, Function&& f) {
  const std::array<double, 256> x = arguments();
  std::size_t i = 0;
  for (auto _ : state) {
    double y = f(x[i++ & 255]);
    opaque(y);
  }
}

// No goal set: one 32-bit word; a block of philox serves four of them.
void philox_draw(benchmark::State& state) {
  random_stream draw{1, random_purpose::user, 2};
  for (auto _ : state) {
    std::uint32_t word = draw.next_u32();
    opaque(word);
  }
  state.SetLabel("no goal set (a quarter of philox_restart)");
}
BENCHMARK(philox_draw);

// No goal set: the first word after `at`, that is a whole block; compared with philox_draw.
void philox_restart(benchmark::State& state) {
  random_stream draw{1, random_purpose::user, 3};
  std::uint64_t attempt = 0;
  for (auto _ : state) {
    draw.at(0, ++attempt);
    std::uint32_t word = draw.next_u32();
    opaque(word);
  }
  state.SetLabel("no goal set (a whole block of ten rounds)");
}
BENCHMARK(philox_restart);

// No goal set: two words and a conversion; compared with twice philox_draw.
void uniform(benchmark::State& state) {
  random_stream draw{1, random_purpose::user, 4};
  for (auto _ : state) {
    double x = sample::uniform(draw);
    opaque(x);
  }
  state.SetLabel("no goal set (twice philox_draw)");
}
BENCHMARK(uniform);

// No goal set: one draw in place of 10,000 attempts, the logarithm of 1 - p included; compared with
// geometric_of_hazard.
void geometric(benchmark::State& state) {
  random_stream draw{1, random_purpose::user, 5};
  double p = 1e-4;
  for (auto _ : state) {
    opaque(p);
    std::uint64_t n = sample::geometric(draw, p);
    opaque(n);
  }
  state.SetLabel("no goal set (replaces 10,000 draws at p = 1e-4)");
}
BENCHMARK(geometric);

// No goal set: the same where the logarithm of 1 - p is known; compared with geometric.
void geometric_of_hazard(benchmark::State& state) {
  random_stream draw{1, random_purpose::user, 6};
  double hazard = -math::log1p(-1e-4);
  for (auto _ : state) {
    opaque(hazard);
    std::uint64_t n = sample::geometric_of_hazard(draw, hazard);
    opaque(n);
  }
  state.SetLabel("no goal set (geometric without its log1p)");
}
BENCHMARK(geometric_of_hazard);

// No goal set: the price of the same bits everywhere; compared with exp of the C library.
void exp(benchmark::State& state) {
  each_argument(state, [](double x) { return math::exp(x); });
  state.SetLabel("no goal set (exp_of_libm)");
}
BENCHMARK(exp);
void exp_of_libm(benchmark::State& state) {
  each_argument(state, [](double x) { return std::exp(x); });
  state.SetLabel("what exp is compared with");
}
BENCHMARK(exp_of_libm);

// No goal set: the price of the same bits everywhere; compared with log of the C library.
void log(benchmark::State& state) {
  each_argument(state, [](double x) { return math::log(x); });
  state.SetLabel("no goal set (log_of_libm)");
}
BENCHMARK(log);
void log_of_libm(benchmark::State& state) {
  each_argument(state, [](double x) { return std::log(x); });
  state.SetLabel("what log is compared with");
}
BENCHMARK(log_of_libm);

}  // namespace
