// SPDX-License-Identifier: Apache-2.0
// The whole stack: chains of links of 20 km with ten memories per port, one request between the ends, from
// building the network to the last delivery. items_per_second is pairs per second. The workloads of the peers are
// in bench/versus; their figures are CPU figures of one core of a 2.5 GHz Cascade Lake.

#include <cstdint>

#include <benchmark/benchmark.h>

#include <ebit/ebit.hpp>

namespace {

using namespace ebit::literals;

struct nested : ebit::default_profile {
  using swap = ebit::swap::nested;
};
struct distilled : nested {
  using purify = ebit::purify::dejmps;
};

/// Pairs asked for are fewer on longer chains: each iteration takes about as long.
template <class Profile>
void run_chain(benchmark::State& state, double emission_fidelity) {
  const auto nodes = static_cast<std::uint32_t>(state.range(0));
  const std::uint32_t pairs = 16'000 / (nodes - 1);
  ebit::link::hardware hardware;
  hardware.detector_efficiency = 0.9;
  hardware.emission_fidelity = emission_fidelity;
  hardware.memories = 10;
  const ebit::sim::topology net = ebit::sim::chain(nodes, ebit::link::fibre{.length = 20_km});
  std::uint64_t events = 0;
  for (auto _ : state) {
    ebit::sim::network<Profile> sim{net, {.seed = 1, .hardware = hardware}};
    const auto asked = sim.request({.from = net.node(0), .to = net.node(nodes - 1), .pairs = pairs});
    events += sim.run();
    if (!asked || asked->delivered() != pairs) {
      state.SkipWithError("not all pairs were delivered");
      break;
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * pairs);
  state.counters["events_per_s"] = benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
}

// Goal for 65 nodes 5,000 pairs/s; compared with QuISP, SimQN and SeQUeNCe. Argument: nodes.
void chain(benchmark::State& state) {
  run_chain<nested>(state, 1);
  state.SetLabel(state.range(0) == 3   ? "no goal set (QuISP 5,920/s, SimQN 3,250/s, SeQUeNCe 103/s)"
                 : state.range(0) == 9 ? "no goal set (SimQN 904/s, QuISP 685/s, SeQUeNCe 18/s)"
                                       : "goal >= 5,000/s (SimQN 92/s, QuISP 15.5/s, SeQUeNCe 0.80/s)");
}
BENCHMARK(chain)->Arg(3)->Arg(9)->Arg(65)->Unit(benchmark::kMillisecond);

// No goal set: links of fidelity 0.95 distilled once by DEJMPS; compared with SeQUeNCe's chain_purified. Argument:
// nodes.
void chain_with_dejmps(benchmark::State& state) {
  run_chain<distilled>(state, 0.975);
  state.SetLabel("no goal set (SeQUeNCe 8.1/s with BBPSSW from 0.9; chain/9 is without)");
}
BENCHMARK(chain_with_dejmps)->Arg(9)->Unit(benchmark::kMillisecond);

}  // namespace
