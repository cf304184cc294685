// SPDX-License-Identifier: Apache-2.0
// Routing on a grid of 20 x 20 nodes with links of 20 km. Time is per call.
// Figures of other simulators are CPU figures of one core of a 2.5 GHz Cascade Lake.

#include <cstddef>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <ebit/link/budget.hpp>
#include <ebit/link/presets.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/sim/builders.hpp>

#include "opaque.hpp"

namespace {

using namespace ebit;
using ebit_bench::opaque;
using namespace ebit::literals;

/// The grid with equal hardware at all nodes.
route::network_map grid_map() {
  const link::hardware h = link::default_hardware();
  const sim::topology net = sim::grid(20, 20, {.length = 20_km});
  std::vector<route::edge> edges;
  for (const auto& e : net.links()) edges.push_back({e.a, e.b, link::budget_of(e.line, h, h), h.memories});
  return {std::vector<route::site>(net.size(), {h.gates, h.gate_time, h.bell_measurement_success}), std::move(edges)};
}

/// Five to the right and five down: ten hops.
constexpr route::demand ten_hops{.from = node_id{0}, .to = node_id{105}, .pairs = 1, .min_fidelity = 0.6};

model_of<default_profile> model() { return make_model<default_profile>(options<default_profile>{}); }

route::walk ten_hop_walk(const route::network_map& map) {
  return route::shortest_path(map, ten_hops.from, ten_hops.to, [](const route::edge&) { return 1.0; });
}

// No goal set: Dijkstra from corner to corner by delay, the whole grid settled; compared with
// cheapest_path, which searches six times, over ten hops.
void shortest_path(benchmark::State& state) {
  const route::network_map map = grid_map();
  std::size_t hops = 0;
  for (auto _ : state) {
    const route::walk w = route::shortest_path(map, node_id{0}, node_id{399},
                                               [](const route::edge& e) { return e.budget.delay.seconds(); });
    hops = w.hops();
    opaque(hops);
  }
  if (hops != 38) state.SkipWithError("not the shortest path");
  state.SetLabel("no goal set (a sixth of cheapest_path's searches)");
}
BENCHMARK(shortest_path)->Unit(benchmark::kMicrosecond);

// No goal set: the choice of a head with the model of the default profile; compared with SeQUeNCe's tables
// for a grid of 400 nodes, by hops alone: 86 s for 159,600 ordered pairs.
void cheapest_path(benchmark::State& state) {
  const route::network_map map = grid_map();
  const auto m = model();
  bool feasible = false;
  for (auto _ : state) {
    const route::answer a = route::cheapest_path::choose(map, ten_hops, m);
    feasible = a.circuit.feasible;
    opaque(feasible);
  }
  if (!feasible) state.SkipWithError("the demand cannot be served");
  state.SetLabel("no goal set (SeQUeNCe 540 us per pair of its tables, by hops alone)");
}
BENCHMARK(cheapest_path)->Unit(benchmark::kMicrosecond);

// No goal set: rate, fidelity and drives of one walk of ten hops; compared with cheapest_path, which evaluates up
// to six walks.
void evaluate(benchmark::State& state) {
  const route::network_map map = grid_map();
  const auto m = model();
  const route::walk w = ten_hop_walk(map);
  bool feasible = false;
  for (auto _ : state) {
    const route::evaluation e = m.evaluate(map, w, ten_hops);
    feasible = e.feasible;
    opaque(feasible);
  }
  if (!feasible || w.hops() != 10) state.SkipWithError("not ten hops that serve the demand");
  state.SetLabel("no goal set (part of cheapest_path)");
}
BENCHMARK(evaluate)->Unit(benchmark::kMicrosecond);

// No goal set: the mean time of the first pair over the same ten hops, summed to 1e-12; compared with evaluate.
void mean_latency(benchmark::State& state) {
  const route::network_map map = grid_map();
  const forecast f = model().evaluate(map, ten_hop_walk(map), ten_hops).expected;
  if (f.stages().size() != 10) state.SkipWithError("no forecast");
  for (auto _ : state) {
    duration mean = f.mean_latency();
    opaque(mean);
  }
  state.SetLabel("no goal set (evaluate)");
}
BENCHMARK(mean_latency)->Unit(benchmark::kMicrosecond);

}  // namespace
