// SPDX-License-Identifier: Apache-2.0
// How the light paths of a data centre grow with its n endpoints, from 128 to 1,024: time is that of a whole routing
// round, in which a third of the endpoints get light paths, found by the adaptive router and reserved one after the
// other; `bytes` is all that routing keeps (fabric, state, losses, measurements, and the memory of the searches).
// Counters `exponent_…` are the x of n^x that fits all sizes so far.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/router.hpp>

#include "growth.hpp"
#include "live_bytes.hpp"

namespace {

using namespace ebit;
using namespace ebit::orchestrate;

fabric_options lossy() {
  fabric_options o;
  o.switches = {{.ports = 4, .insertion_loss = decibels(1)}};
  return o;
}

fabric tree_of(std::uint32_t endpoints) { return fat_tree_for(endpoints, lossy()); }
fabric clos_of(std::uint32_t endpoints) { return clos_for(endpoints, lossy()); }
fabric q_fly_of(std::uint32_t endpoints) { return q_fly_for(endpoints, lossy()); }
fabric star_of(std::uint32_t endpoints) { return star(endpoints, lossy()); }

struct desk {
  explicit desk(fabric of) : in{std::move(of)}, built{in}, now{in}, seen{in, {}}, losses{in} {}
  [[nodiscard]] routing with() { return {in, built, now, seen, losses, finder}; }

  fabric in;
  fabric_state built, now;
  measurements seen;
  least_loss losses;
  path_finder finder;
};

// Goal: near-linear, that is an exponent of at most 1.2 for time and for bytes (1 is linear, n log n 1.17), and at
// 1,024 endpoints 10 ms for the round and 4 MiB. Each light path is between two endpoints that have none.
// `exponent_path` is that of one light path. Where others use the machine, count instructions (docs/data_centre.md).
template <fabric (*Make)(std::uint32_t)>
void route_and_reserve(benchmark::State& state) {
  static ebit_bench::growth grows;
  const auto endpoints = static_cast<std::uint32_t>(state.range(0));
  const std::size_t before = ebit_bench::live_bytes;
  desk d{Make(endpoints)};
  if (!d.in.validate()) {
    state.SkipWithError("no fabric");
    return;
  }
  random_stream stream{1, random_purpose::user, 1};
  std::vector<bool> is_used(endpoints);
  std::vector<light_path> ways;
  std::size_t found = 0, asked = 0, bytes = 0;
  double fastest = 1e9;
  for (auto _ : state) {
    std::size_t tried = 0;
    double spent = 0;
    while (tried < std::max(endpoints / 6, 1U)) {
      const auto a = static_cast<std::uint32_t>(sample::below(stream, endpoints));
      const auto b = static_cast<std::uint32_t>(sample::below(stream, endpoints));
      if (a == b || is_used[a] || is_used[b]) continue;
      const lease_id lease{static_cast<std::uint32_t>(tried++)};
      const double began = ebit_bench::thread_seconds();
      auto way = adaptive{}.route(d.with(), {element_id{a}}, {element_id{b}});
      const bool is_held = way && d.now.reserve(d.in, *way, lease);
      if (is_held) d.seen.occupy(*way);
      spent += ebit_bench::thread_seconds() - began;
      is_used[a] = is_used[b] = true;
      if (is_held) ways.push_back(std::move(*way));
    }
    asked += tried;
    found += ways.size();
    bytes = std::max(bytes, ebit_bench::live_bytes - before);
    state.SetIterationTime(spent);
    fastest = std::min(fastest, spent);
    for (const light_path& w : ways) {
      d.now.release(d.in, w, d.now.user(w.a.spans.front()));
      d.seen.vacate(w);
    }
    ways.clear();
    is_used.assign(endpoints, false);
  }
  if (found == 0) state.SkipWithError("no light path");
  state.counters["found"] = static_cast<double>(found) / static_cast<double>(asked);
  state.counters["bytes"] = static_cast<double>(bytes);
  grows.print(state, "time", endpoints, fastest);
  grows.print(state, "bytes", endpoints, static_cast<double>(bytes));
  const double each = fastest / static_cast<double>(std::max(endpoints / 6, 1U));
  grows.print(state, "path", endpoints, each);
  state.counters["us_per_path"] = each * 1e6;
  state.SetLabel("goal: exponents <= 1.2; 10 ms, 4 MiB at 1,024");
}
void sizes(benchmark::internal::Benchmark* b) {
  b->RangeMultiplier(2)->Range(128, 1'024)->UseManualTime()->Iterations(9)->Unit(benchmark::kMicrosecond);
}
BENCHMARK_TEMPLATE(route_and_reserve, tree_of)->Apply(sizes);
BENCHMARK_TEMPLATE(route_and_reserve, clos_of)->Apply(sizes);
BENCHMARK_TEMPLATE(route_and_reserve, q_fly_of)->Apply(sizes);
BENCHMARK_TEMPLATE(route_and_reserve, star_of)->Apply(sizes);

}  // namespace
