// SPDX-License-Identifier: Apache-2.0
// The controller of a data centre: what it computes for a request, and when a switch breaks. Time is of the thread in
// the controller alone.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/router.hpp>

#include "controller_fixture.hpp"

namespace {

using namespace ebit;
using namespace ebit::literals;
using namespace ebit::orchestrate;

fabric_options lossy() {
  fabric_options o;
  o.switches = {{.ports = 4, .insertion_loss = decibels(1)}};
  return o;
}

fabric tree_of(std::uint32_t endpoints) { return fat_tree_for(endpoints, lossy()); }
fabric clos_of(std::uint32_t endpoints) { return clos_for(endpoints, lossy()); }

/// Two endpoints, each time others.
class any_two {
 public:
  explicit any_two(const fabric& in) : in_{&in} {}
  void draw() {
    from = some();
    do to = some();
    while (to == from);
  }
  std::uint32_t from = 0, to = 0;

 private:
  [[nodiscard]] std::uint32_t some() {
    return static_cast<std::uint32_t>(sample::below(stream_, in_->endpoints().size()));
  }

  const fabric* in_;
  random_stream stream_{1, random_purpose::user, 1};
};

// No goal set: all that the controller of 512 endpoints does for one request, from the question to the release of its
// light path, per request; compared with decide of orchestrate_bench, of which it makes about two. Requests of one pair
// between random endpoints come at random times within so many microseconds (the argument), 512 of them.
template <fabric (*Make)(std::uint32_t)>
void request(benchmark::State& state) {
  constexpr std::uint32_t requests = 512;
  const fabric in = Make(512);
  ebit_bench::timed_controller<adaptive> plane{in, {}};
  any_two pair{in};
  random_stream stream{2, random_purpose::demand, 1};
  std::uint64_t asked = 0;
  const auto round = [&] {
    for (std::uint32_t i = 0; i < requests; ++i, ++asked) {
      pair.draw();
      const auto at = duration::picoseconds(static_cast<std::int64_t>(
          sample::below(stream, static_cast<std::uint64_t>(state.range(0)) * 1'000'000 + 1)));
      plane.ask_at(plane.now() + at, pair.from, pair.to, 1);
    }
    for (int i = 0; i < 400 && plane.office().counts().served < asked; ++i) plane.run(1_ms);
    plane.run(1_ms);
  };
  round();
  plane.spent = plane.longest = 0;
  for (auto _ : state) {
    const double before = plane.spent;
    round();
    state.SetIterationTime((plane.spent - before) / requests);
  }
  const controller_counts& counts = plane.office().counts();
  if (counts.served != asked) state.SkipWithError("not all were served");
  state.counters["searches"] = static_cast<double>(counts.searches) / static_cast<double>(asked);
  state.counters["longest_us"] = plane.longest * 1e6;
  state.SetLabel("no goal set (decide)");
}
void loads(benchmark::internal::Benchmark* b) {
  b->Arg(20'000)->Arg(1'000)->UseManualTime()->Iterations(4)->Unit(benchmark::kMicrosecond);
}
BENCHMARK_TEMPLATE(request, tree_of)->Apply(loads);
BENCHMARK_TEMPLATE(request, clos_of)->Apply(loads);

// Goal 1 ms: what the controller of so many endpoints computes when a switch is reported broken, of those that no
// endpoint is at the one that most light paths cross: it withdraws those paths, finds others, and orders and grants
// them. So many per cent of the endpoints (the second argument) are asked to be at the ends of leases; at 100 fibres
// between switches run short and requests wait. Time is that of the message that reports the fault and of all that the
// controller does in the millisecond after it, where it also tries again for those that wait.
template <fabric (*Make)(std::uint32_t)>
void switch_failure(benchmark::State& state) {
  const fabric in = Make(static_cast<std::uint32_t>(state.range(0)));
  controller_options how;
  how.longest_lease = 10_s;
  how.measure.doubt = 1e15;  // nobody makes pairs here, and no fibre is to be blamed for it
  ebit_bench::timed_controller<adaptive> plane{in, how};
  plane.holds = true;
  any_two pair{in};
  std::vector<bool> is_taken(in.endpoints().size());
  for (std::size_t leases = 0; leases < in.endpoints().size() * static_cast<std::size_t>(state.range(1)) / 200;) {
    pair.draw();
    const std::uint32_t a = pair.from, b = pair.to;
    if (is_taken[a] || is_taken[b]) continue;
    is_taken[a] = is_taken[b] = true;
    plane.ask_at(plane.now(), a, b, 60'000);
    ++leases;
  }
  plane.run(5_ms);
  std::size_t hit = 0;
  std::uint64_t failures = 0;
  double worst_failure = 0;
  const std::uint64_t moved_before = plane.office().counts().rerouted;
  std::uint64_t searches = 0;
  for (auto _ : state) {
    element_id worst;
    std::size_t most = 0;
    for (const element_id e : in.switches())
      if (in.at(e).tier > 1)
        if (const std::size_t n = plane.office().state().users(in, e).size(); n > most) most = n, worst = e;
    if (most == 0) {
      state.SkipWithError("no light path");
      break;
    }
    hit += most;
    ++failures;
    const double before = plane.spent;
    const std::uint64_t searches_before = plane.office().counts().searches;
    plane.sense(worst.value(), event::health::fault);
    plane.run(1_ms);
    searches += plane.office().counts().searches - searches_before;
    state.SetIterationTime(plane.spent - before);
    worst_failure = std::max(worst_failure, plane.spent - before);
    plane.sense(worst.value(), event::health::ready);
    plane.run(50_ms);
  }
  if (failures == 0) return;
  const auto mean = [&](std::uint64_t n) { return static_cast<double>(n) / static_cast<double>(failures); };
  state.counters["paths"] = mean(hit);
  state.counters["rerouted"] = mean(plane.office().counts().rerouted - moved_before);
  state.counters["searches"] = mean(searches);
  state.counters["longest_us"] = worst_failure * 1e6;
  state.SetLabel("goal <= 1 ms");
}
void sizes(benchmark::internal::Benchmark* b) {
  for (const std::int64_t endpoints : {512, 1'024})
    for (const std::int64_t share : {33, 100}) b->Args({endpoints, share});
  b->UseManualTime()->Iterations(10)->Unit(benchmark::kMicrosecond);
}
BENCHMARK_TEMPLATE(switch_failure, tree_of)->Apply(sizes);
BENCHMARK_TEMPLATE(switch_failure, clos_of)->Apply(sizes);

}  // namespace
