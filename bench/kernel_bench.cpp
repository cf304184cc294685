// SPDX-License-Identifier: Apache-2.0
// The event queue under the hold model: pop one event, post one at an exponential distance, so that the queue
// keeps its length. Figures of OMNeT++ are CPU figures of one core of a 2.5 GHz Cascade Lake.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/sim/kernel.hpp>

namespace {

using namespace ebit;

// Goal: less than OMNeT++ at every length (259 ns at 1e3, 892 ns at 1e5, 1950 ns at 1e6). Argument: events in the
// queue.
void hold(benchmark::State& state) {
  const auto queued = static_cast<std::uint32_t>(state.range(0));
  sim::kernel<std::uint64_t> kernel;
  random_stream draw{1, random_purpose::user, queued};
  std::vector<duration> distances(1U << 16);
  for (duration& d : distances)
    d = duration::picoseconds(1 + static_cast<std::int64_t>(sample::exponential(draw, 1e-9)));
  std::uint32_t i = 0;
  const auto post = [&](std::uint64_t payload) {
    kernel.post(kernel.now() + distances[i & 0xffff], i & 1023, 0, i, payload);
    ++i;
  };
  while (kernel.size() < queued) post(i);
  for (std::uint32_t warm = 0; warm < queued; ++warm) post(kernel.pop());
  for (auto _ : state) post(kernel.pop());
  if (kernel.size() != queued) state.SkipWithError("the queue changed its length");
  state.SetLabel(queued == 1'000       ? "goal < 259 ns (OMNeT++ 259)"
                 : queued == 100'000   ? "goal < 892 ns (OMNeT++ 892)"
                 : queued == 1'000'000 ? "goal < 1950 ns (OMNeT++ 1950)"
                                       : "no goal set (OMNeT++ 259 at 1e3, 892 at 1e5)");
}
BENCHMARK(hold)->Arg(1'000)->Arg(10'000)->Arg(100'000)->Arg(1'000'000);

}  // namespace
