// SPDX-License-Identifier: Apache-2.0
// Light paths through the fabrics of data centres. Time is per call. Where a fabric is in use, a third of the endpoints
// are at the ends of light paths, between pairs drawn at random.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/path_finder.hpp>
#include <ebit/orchestrate/planar_pool.hpp>
#include <ebit/orchestrate/router.hpp>

#include "opaque.hpp"

namespace {

using namespace ebit;
using namespace ebit::orchestrate;
using ebit_bench::opaque;

fabric_options lossy(link::switch_kind kind = link::switch_kind::any_to_any) {
  fabric_options o;
  o.switches = {{.kind = kind, .ports = 4, .insertion_loss = decibels(1)}};
  return o;
}

fabric tree_of(std::uint32_t endpoints) { return fat_tree_for(endpoints, lossy()); }
fabric clos_of(std::uint32_t endpoints) { return clos_for(endpoints, lossy()); }
fabric two_sided_clos_of(std::uint32_t endpoints) { return clos_for(endpoints, lossy(link::switch_kind::two_sided)); }
fabric star_of(std::uint32_t endpoints) { return star(endpoints, lossy()); }
fabric bcube_of(std::uint32_t endpoints) { return bcube_for(endpoints, 1, lossy()); }
fabric q_fly_of(std::uint32_t endpoints) { return q_fly_for(endpoints, lossy()); }
fabric planar_of(std::uint32_t endpoints) { return planar_pool(endpoints, lossy(link::switch_kind::two_by_two)); }

/// Two endpoints, each time others.
class any_two {
 public:
  explicit any_two(const fabric& in) : in_{&in} {}
  void draw() {
    from.endpoint = some();
    do to.endpoint = some();
    while (to.endpoint == from.endpoint);
  }
  /// Two that have no light path yet.
  void draw(const fabric_state& state) {
    do draw();
    while (!state.users(*in_, from.endpoint).empty() || !state.users(*in_, to.endpoint).empty());
  }
  terminal from, to;

 private:
  [[nodiscard]] element_id some() {
    return element_id{static_cast<std::uint32_t>(sample::below(stream_, in_->endpoints().size()))};
  }

  const fabric* in_;
  random_stream stream_{1, random_purpose::user, 1};
};

/// A fabric of which a third of the endpoints are at the ends of leases, and those.
struct in_use {
  explicit in_use(const fabric& in) : state{in} {
    path_finder finder;
    const least_loss cost{in};
    any_two pair{in};
    for (std::uint32_t i = 0; leases.size() < in.endpoints().size() / 6 && i < 10'000; ++i) {
      pair.draw();
      auto found = finder.find(in, state, pair.from, pair.to, cost);
      if (!found || !state.reserve(in, *found, lease_id{i})) continue;
      leases.push_back(std::move(*found));
      numbers.push_back(lease_id{i});
    }
  }
  fabric_state state;
  std::vector<light_path> leases;
  std::vector<lease_id> numbers;
};

/// Many, drawn before the time is taken.
std::vector<any_two> free_pairs(const fabric& in, const fabric_state& state) {
  any_two pair{in};
  std::vector<any_two> all;
  while (all.size() < 1'000) {
    pair.draw(state);
    all.push_back(pair);
  }
  return all;
}

// Goal 20 us on a fat tree of 1,024 endpoints: the light path of least loss between two endpoints, each time others.
// Arguments: endpoints; whether the fabric is in use.
template <fabric (*Make)(std::uint32_t)>
void find_path(benchmark::State& state) {
  const fabric in = Make(static_cast<std::uint32_t>(state.range(0)));
  const fabric_state now = state.range(1) != 0 ? in_use{in}.state : fabric_state{in};
  const least_loss cost{in};
  path_finder finder;
  const std::vector<any_two> pairs = free_pairs(in, now);
  std::uint64_t found = 0, searches = 0;
  for (auto _ : state) {
    const any_two& pair = pairs[searches % pairs.size()];
    const auto path = finder.find(in, now, pair.from, pair.to, cost);
    bool is_there = path.has_value();
    opaque(is_there);
    found += is_there;
    ++searches;
  }
  if (!in.validate() || found == 0) state.SkipWithError("no fabric, or no path");
  state.counters["found"] = static_cast<double>(found) / static_cast<double>(searches);
  state.SetLabel("goal <= 20 us (fat tree, 1,024)");
}
BENCHMARK_TEMPLATE(find_path, tree_of)->ArgsProduct({{512, 1'024}, {0, 1}})->Unit(benchmark::kMicrosecond);
BENCHMARK_TEMPLATE(find_path, clos_of)->ArgsProduct({{512, 1'024}, {0, 1}})->Unit(benchmark::kMicrosecond);
BENCHMARK_TEMPLATE(find_path, two_sided_clos_of)->ArgsProduct({{512, 1'024}, {0, 1}})->Unit(benchmark::kMicrosecond);

// Goal 1 s: a fabric of so many endpoints, checked, and what its searches need to know of it.
template <fabric (*Make)(std::uint32_t)>
void build(benchmark::State& state) {
  std::size_t devices = 0;
  for (auto _ : state) {
    const fabric in = Make(static_cast<std::uint32_t>(state.range(0)));
    if (!in.validate()) state.SkipWithError("no fabric");
    const fabric_state idle{in};
    const least_loss cost{in};
    double least = cost.least_step();
    opaque(least);
    devices = in.elements().size();
  }
  state.counters["devices"] = static_cast<double>(devices);
  state.SetLabel("goal <= 1 s");
}
BENCHMARK_TEMPLATE(build, star_of)->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(build, clos_of)->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(build, tree_of)->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(build, bcube_of)->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(build, q_fly_of)->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(build, planar_of)->Arg(512)->Unit(benchmark::kMillisecond);

/// What a router looks at.
struct desk {
  explicit desk(const fabric& of) : in{of}, built{of}, now{of}, seen{of, {}}, losses{of} {}
  [[nodiscard]] routing with() { return {in, built, now.state, seen, losses, finder}; }

  const fabric& in;
  fabric_state built;
  in_use now;
  measurements seen;
  least_loss losses;
  path_finder finder;
};

// No goal set: what a router makes of the same question, in use; compared with find_path.
template <class Policy, fabric (*Make)(std::uint32_t)>
void decide(benchmark::State& state) {
  const fabric in = Make(static_cast<std::uint32_t>(state.range(0)));
  desk d{in};
  const std::vector<any_two> pairs = free_pairs(in, d.now.state);
  std::uint64_t found = 0, asked = 0;
  for (auto _ : state) {
    const any_two& pair = pairs[asked++ % pairs.size()];
    bool is_there = Policy{}.route(d.with(), pair.from, pair.to).has_value();
    opaque(is_there);
    found += is_there;
  }
  if (found == 0 && asked > 100) state.SkipWithError("no path");
  state.counters["found"] = static_cast<double>(found) / static_cast<double>(asked);
  state.SetLabel("no goal set (find_path, in use)");
}
BENCHMARK_TEMPLATE(decide, adaptive, tree_of)->Arg(512)->Arg(1'024)->Unit(benchmark::kMicrosecond);
BENCHMARK_TEMPLATE(decide, adaptive, clos_of)->Arg(512)->Unit(benchmark::kMicrosecond);
BENCHMARK_TEMPLATE(decide, static_shortest, tree_of)->Arg(512)->Arg(1'024)->Unit(benchmark::kMicrosecond);

// Goal 1 ms: of the switches that no endpoint is at, the one that most light paths cross fails; all of those are given
// back and other ways are found and taken for those that there is one for. Paths per failure are printed.
template <fabric (*Make)(std::uint32_t)>
void switch_failure(benchmark::State& state) {
  const fabric in = Make(static_cast<std::uint32_t>(state.range(0)));
  desk d{in};
  element_id worst;
  std::size_t most = 0;
  for (const element_id e : in.switches())
    if (in.at(e).tier > 1)
      if (const std::size_t paths = d.now.state.users(in, e).size(); paths > most) most = paths, worst = e;
  if (most == 0) {
    state.SkipWithError("no light path");
    return;
  }
  const fabric_state before = d.now.state;
  std::size_t hit = 0, found = 0;
  for (auto _ : state) {
    d.now.state.mark(in, worst, health::failed);
    hit = found = 0;
    const std::vector<lease_id> concerned = d.now.state.users(in, worst);
    for (std::size_t i = 0; i < d.now.leases.size(); ++i) {
      if (!std::binary_search(concerned.begin(), concerned.end(), d.now.numbers[i])) continue;
      ++hit;
      const light_path& old = d.now.leases[i];
      d.now.state.release(in, old, d.now.numbers[i]);
      const auto way = adaptive{}.route(d.with(), {old.a.endpoint, old.a.port}, {old.b.endpoint, old.b.port});
      if (way && d.now.state.reserve(in, *way, d.now.numbers[i])) ++found;
    }
    opaque(found);
    state.PauseTiming();
    d.now.state = before;
    state.ResumeTiming();
  }
  state.counters["paths"] = static_cast<double>(hit);
  state.counters["rerouted"] = static_cast<double>(found);
  state.SetLabel("goal <= 1 ms");
}
BENCHMARK_TEMPLATE(switch_failure, tree_of)->Arg(512)->Arg(1'024)->Unit(benchmark::kMicrosecond);
BENCHMARK_TEMPLATE(switch_failure, clos_of)->Arg(512)->Arg(1'024)->Unit(benchmark::kMicrosecond);

}  // namespace
