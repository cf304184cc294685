// SPDX-License-Identifier: Apache-2.0
// Routing on a grid of 20 x 20 nodes with links of 20 km. Time is per call.
// Figures of other simulators are CPU figures of one core of a 2.5 GHz Cascade Lake.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <ebit/link/budget.hpp>
#include <ebit/link/presets.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/route/best_of_k.hpp>
#include <ebit/route/disjoint_paths.hpp>
#include <ebit/route/handover.hpp>
#include <ebit/route/k_shortest_paths.hpp>
#include <ebit/route/link_state.hpp>
#include <ebit/route/local_scoring.hpp>
#include <ebit/route/max_flow.hpp>
#include <ebit/route/multipath.hpp>
#include <ebit/route/purification_aware.hpp>
#include <ebit/route/q_cast.hpp>
#include <ebit/route/q_cast_round.hpp>
#include <ebit/route/request_queue.hpp>
#include <ebit/route/scheduler.hpp>
#include <ebit/sim/builders.hpp>

#include "../tests/support/link_state_network.hpp"
#include "engine_fixture.hpp"
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

// No goal set: Dijkstra from both corners by delay, the whole grid settled; compared with
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

route::queued_request a_request(std::uint32_t number) {
  route::queued_request entry;
  entry.request = request_id{number};
  entry.asked_by = node_id{1};
  entry.pairs = ~std::uint32_t{0};
  entry.weight = static_cast<std::uint8_t>(1 + number % 7);
  return entry;
}

// Goal: part of the 50 ns that a route event may take, for the queue of one application. Which request gets the next
// pair. Argument: requests that share the circuit.
template <class Policy>
void pick_and_serve(benchmark::State& state) {
  route::request_queue queue;
  for (std::uint32_t n = 0; n < static_cast<std::uint32_t>(state.range(0)); ++n) queue.add(a_request(n));
  const Policy policy;
  for (auto _ : state) {
    std::size_t i = policy.pick(queue);
    opaque(i);
    policy.serve(queue, i);
  }
  state.SetLabel("goal: 50 ns with one request");
}
BENCHMARK_TEMPLATE(pick_and_serve, route::first_come_first_served)->Arg(1)->Arg(32);
BENCHMARK_TEMPLATE(pick_and_serve, route::strict_priority)->Arg(1)->Arg(32);
BENCHMARK_TEMPLATE(pick_and_serve, route::weighted_fair)->Arg(1)->Arg(32);
BENCHMARK_TEMPLATE(pick_and_serve, route::weighted_classes)->Arg(1)->Arg(32);

// No goal set: a request enters the tail's copy of a queue and leaves it, once per request and not per pair; compared
// with pick_and_serve. Argument: others in the queue.
void queue_copy(benchmark::State& state) {
  route::request_queue queue;
  std::uint32_t number = 0;
  const auto enter = [&] {
    route::queued_request entry = a_request(1);
    entry.number = ++number;
    return queue.insert_copy(entry);
  };
  for (std::int64_t n = 0; n < state.range(0); ++n) (void)enter();
  for (auto _ : state) {
    if (enter() != route::heard::news) state.SkipWithError("not entered");
    queue.remove(number);
    opaque(queue);
  }
  state.SetLabel("no goal set (pick_and_serve)");
}
BENCHMARK(queue_copy)->Arg(0)->Arg(31);

/// A whole half comes to the end of its circuit and is handed over: two events, and the herald that made it.
template <class HandOver>
void hand_over(benchmark::State& state, side s, std::uint16_t position, HandOver act) {
  ebit_bench::middle_node node{10};
  circuit& c = node.circuit_here();
  c.position = position;
  c.wanted = ~std::uint32_t{0};
  const std::uint32_t epoch = c.link(s).epoch;
  route::handover engine;
  std::uint64_t sequence = 0;
  while (state.KeepRunningBatch(2)) {
    const std::uint32_t slot = node.fill(s, sequence, owner::route);
    node.table[slot].peer = c.head;
    act(engine, node, c, slot, epoch, sequence);
    node.table.release(slot, segments::fate_of_half::delivered);
    ++sequence;
  }
  if (node.table.counts().delivered != sequence) state.SkipWithError("a half was not delivered");
  state.SetLabel("goal <= 50 ns per event (herald_event of herald_bench)");
}

// Goal 50 ns per event: the head binds a pair, tells the tail and delivers; compared with hear_word.
void say_word(benchmark::State& state) {
  hand_over(state, side::downstream, 0, [](auto& engine, auto& node, circuit& c, std::uint32_t slot, auto, auto) {
    engine.bind(node.table, c, slot, request_id{1}, node_id{0}, 0, 0, node.ctx, node.actions);
  });
}
BENCHMARK(say_word);

// Goal 50 ns per event: the tail hears the head's word and delivers; compared with say_word.
void hear_word(benchmark::State& state) {
  hand_over(state, side::upstream, 3,
            [](auto& engine, auto& node, circuit& c, std::uint32_t, std::uint32_t epoch, std::uint64_t sequence) {
              const wire::delivered word{.half_sequence = sequence,
                                         .name_sequence = sequence,
                                         .half_epoch = epoch,
                                         .name_epoch = 60,
                                         .name_path = path_id{7},
                                         .request = request_id{1}};
              (void)engine.heard(node.table, c, word, node.ctx, node.actions);
            });
}
BENCHMARK(hear_word);

// No goal set: the eight shortest walks over the grid by delay (Yen), corner to corner; compared with shortest_path.
void k_shortest_paths(benchmark::State& state) {
  const route::network_map map = grid_map();
  std::size_t walks = 0;
  for (auto _ : state) {
    walks = route::k_shortest_paths(map, node_id{0}, node_id{399}, 8, [](const route::edge& e) {
              return e.budget.delay.seconds();
            }).size();
    opaque(walks);
  }
  if (walks != 8) state.SkipWithError("not eight walks");
  state.SetLabel("no goal set (shortest_path)");
}
BENCHMARK(k_shortest_paths)->Unit(benchmark::kMicrosecond);

// No goal set: the largest flow over the grid from corner to corner and its cut; compared with shortest_path.
void max_flow(benchmark::State& state) {
  const route::network_map map = grid_map();
  int value = 0;
  for (auto _ : state) {
    value = route::max_flow(map, node_id{0}, node_id{399}, [](const route::edge&) { return 1; }).value;
    opaque(value);
  }
  if (value != 2) state.SkipWithError("not the largest flow");
  state.SetLabel("no goal set (shortest_path)");
}
BENCHMARK(max_flow)->Unit(benchmark::kMicrosecond);

/// The choice of one policy for ten hops; what it promises against the best of 64 walks by each measure.
template <class Policy>
void choose(benchmark::State& state) {
  const route::network_map map = grid_map();
  const auto m = model();
  const Policy policy{};
  double rate = 0;
  for (auto _ : state) {
    const route::answer a = policy.choose(map, ten_hops, m);
    rate = a.circuit.feasible ? a.circuit.expected.rate() : 0;
    opaque(rate);
  }
  if (!(rate > 0)) state.SkipWithError("the demand cannot be served");
  state.counters["rate"] = rate;
  state.SetLabel("no goal set (cheapest_path)");
}
// No goal set: as cheapest_path, of four walks by each measure.
BENCHMARK_TEMPLATE(choose, route::best_of_k)->Unit(benchmark::kMicrosecond);
// No goal set: a search for every width up to the slots of a link, at four link fidelities and two lengths of round.
BENCHMARK_TEMPLATE(choose, route::q_cast)->Unit(benchmark::kMicrosecond);
// No goal set: one to four disjoint walks and the largest flow, at four link fidelities, each walk in full.
BENCHMARK_TEMPLATE(choose, route::multipath)->Unit(benchmark::kMicrosecond);
// No goal set: three walks by each of eight measures.
BENCHMARK_TEMPLATE(choose, route::purification_aware)->Unit(benchmark::kMicrosecond);
// No goal set: what ten nodes decide in turn, at four link fidelities, with the model asked of each link alone.
BENCHMARK_TEMPLATE(choose, route::local_scoring)->Unit(benchmark::kMicrosecond);

// Goal: below shortest_path, which looks at the whole grid. From corner to corner by the scores of 39 nodes, that of
// each link written down.
void local_walk(benchmark::State& state) {
  struct known {
    [[nodiscard]] static route::link_sight see(node_id, path_id link) {
      return {1.0 + link.value() % 7, 0.9, static_cast<std::uint16_t>(1 + link.value() % 3), 4};
    }
  };
  const route::network_map map = grid_map();
  const std::vector<std::uint32_t> ranks = route::ranks_towards(map, node_id{399});
  std::size_t hops = 0;
  for (auto _ : state) {
    hops = route::local_scoring{.detour = 0}.find(map, node_id{0}, node_id{399}, ranks, known{}).hops();
    opaque(hops);
  }
  if (hops != 38) state.SkipWithError("not a walk downhill");
  state.SetLabel("goal: below shortest_path");
}
BENCHMARK(local_walk)->Unit(benchmark::kMicrosecond);

// No goal set: four walks without a common link from corner to corner; two there are. Compared with max_flow.
void disjoint_paths(benchmark::State& state) {
  const route::network_map map = grid_map();
  std::size_t walks = 0;
  for (auto _ : state) {
    walks = route::disjoint_paths(map, node_id{0}, node_id{399}, 4, route::disjoint::links, [](const route::edge& e) {
              return e.budget.delay.seconds();
            }).size();
    opaque(walks);
  }
  if (walks != 2) state.SkipWithError("not two walks");
  state.SetLabel("no goal set (max_flow)");
}
BENCHMARK(disjoint_paths)->Unit(benchmark::kMicrosecond);

// No goal set: the plan of a round of Q-CAST for ten requests on the grid, detours over up to three links included;
// `pairs` per round in the mean, detours not counted.
void plan_round(benchmark::State& state) {
  const route::network_map map = grid_map();
  route::round_resources of = route::round_resources::of(map);
  for (std::size_t i = 0; i < of.success.size(); ++i) of.success[i] = 0.5 + 0.02 * static_cast<double>(i % 11);
  for (double& q : of.swap) q = 0.9;
  for (std::uint32_t& m : of.memories) m = 12;
  std::vector<route::node_pair> requests;
  for (std::uint32_t i = 0; i < 10; ++i) requests.push_back({node_id{i * 37}, node_id{399 - i * 29}});
  double pairs = 0;
  for (auto _ : state) {
    pairs = 0;
    for (const route::q_cast_route& r : route::plan_round(map, of, requests)) pairs += r.major.throughput;
    opaque(pairs);
  }
  if (!(pairs > 0)) state.SkipWithError("no walks");
  state.counters["pairs"] = pairs;
  state.SetLabel("no goal set (ten searches by width)");
}
BENCHMARK(plan_round)->Unit(benchmark::kMillisecond);

/// A square grid of nodes that exchange advertisements; a message takes 100 us.
ebit_test::link_state_network square(std::int64_t nodes, std::uint8_t radius) {
  std::uint32_t side = 1;
  while (std::int64_t{side} * side < nodes) ++side;
  route::link_state_options how;
  how.radius = radius;
  ebit_test::link_state_network net{1, side * side, how};
  net.how_messages_fare.delay = 100_us;
  for (std::uint32_t n = 0; n < side * side; ++n) {
    if (n % side + 1 < side) net.join(n, n + 1);
    if (n + side < side * side) net.join(n, n + side);
  }
  return net;
}

// Goal: near-linear. One link in the middle of the grid goes down, and all nodes learn of it. Argument: nodes. Time is
// of all nodes together, `hops` how many message times it takes until the last one knows.
void link_state_change(benchmark::State& state) {
  auto net = square(state.range(0), 0);
  for (std::uint32_t n = 0; n < net.nodes(); ++n) net.meet(n);
  const std::uint32_t middle = net.nodes() / 2;
  net.report(middle, 0, middle + 1, {.up = true});
  if (!net.settle(net.now() + 2_s)) state.SkipWithError("not settled");
  const std::uint32_t last = net.nodes() - 1;
  bool up = true;
  double messages = 0, hops = 0;
  for (auto _ : state) {
    net.run(net.now() + 1_s);
    up = !up;
    const std::uint64_t before = net.messages();
    const duration began = net.now();
    net.report(middle, 0, middle + 1, {.up = up});
    const auto knows = [&](std::uint32_t n) {
      const route::end_state* s = net.at(n).of(node_id{middle}, path_id{0});
      return s != nullptr && s->up == up;
    };
    while (!knows(0) || !knows(last)) net.run(net.now() + 100_us);
    hops = static_cast<double>((net.now() - began) / 100_us);
    if (!net.settle(net.now() + 1_s)) state.SkipWithError("not settled");
    messages = static_cast<double>(net.messages() - before);
  }
  state.counters["hops"] = hops;
  state.counters["messages_per_node"] = messages / net.nodes();
  state.counters["bytes_per_node"] = static_cast<double>(net.at(middle).bytes());
  state.SetLabel("goal: near-linear");
}
BENCHMARK(link_state_change)->Arg(1'024)->Arg(4'096)->Arg(16'384)->Unit(benchmark::kMillisecond)->Iterations(3);

// Goal: near-linear. All nodes start at once and tell of themselves and their links those within three hops. Argument:
// nodes. Time is of all nodes together.
void link_state_start(benchmark::State& state) {
  double bytes = 0, messages = 0;
  for (auto _ : state) {
    auto net = square(state.range(0), 3);
    for (std::uint32_t n = 0; n < net.nodes(); ++n) {
      net.start(n);
      for (const std::uint32_t b : net.neighbours(n))
        net.report(n, n < b ? 2 * n + (b - n > 1) : 2 * b + (n - b > 1), b, {});
    }
    if (!net.settle(10_s)) state.SkipWithError("not settled");
    bytes = 0;
    for (std::uint32_t n = 0; n < net.nodes(); ++n) bytes += static_cast<double>(net.at(n).bytes());
    bytes /= net.nodes();
    messages = static_cast<double>(net.messages()) / net.nodes();
  }
  state.counters["bytes_per_node"] = bytes;
  state.counters["messages_per_node"] = messages;
  state.SetLabel("goal: near-linear");
}
BENCHMARK(link_state_start)->Arg(1'024)->Arg(4'096)->Arg(16'384)->Unit(benchmark::kMillisecond)->Iterations(1);

// Goal: near-linear. What one node holds that knows both ends of all links of a grid and all nodes. Argument: nodes.
void link_state_memory(benchmark::State& state) {
  const auto nodes = static_cast<std::uint32_t>(state.range(0));
  std::size_t bytes = 0;
  for (auto _ : state) {
    route::link_state_database db;
    for (std::uint32_t n = 0; n < nodes; ++n) {
      db.add(node_id{n}, path_id::none(), 0);
      for (std::uint32_t l = 0; l < 4; ++l) db.add(node_id{n}, path_id{2 * n + l}, 0);
    }
    bytes = db.bytes();
    opaque(bytes);
  }
  state.counters["bytes"] = static_cast<double>(bytes);
  state.SetLabel("goal: near-linear");
}
BENCHMARK(link_state_memory)->Arg(1'024)->Arg(4'096)->Arg(16'384)->Unit(benchmark::kMillisecond);

}  // namespace
