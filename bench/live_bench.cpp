// SPDX-License-Identifier: Apache-2.0
// A live backend and its device's host, both in this thread, over a Unix socket. Time is per action or event.

#include <cstddef>
#include <cstdint>
#include <utility>

#include <benchmark/benchmark.h>

#include "../tests/adapt/live_support.hpp"

namespace {

using namespace ebit;

/// Answers every operation at once.
struct echo : ebit_test::note_taker {
  using ebit_test::note_taker::act;
  void act(node_id n, const action::bell_measure& a, world_time) {
    host.tell(n, event::measured{a.operation, 1});
    host.tell(n, event::done{a.operation});
  }
  void act(node_id, const action::free&, world_time) {}
  void serve() { host.serve(*this, host.now()); }
};

// Goal 10 us per action, that is 10^5 actions per second on one core; example live_device throughput measures the
// same with nodes at work. Argument: actions that travel together. Of two actions one is answered, by two events.
void actions_over_a_socket(benchmark::State& state) {
  const auto address = ebit_test::fresh_address();
  auto started = ebit_test::note_taker::start(address);
  if (!started) return state.SkipWithError("no socket");
  auto client = ebit_test::connect(*started, {.address = address, .node = node_id{0}, .slots_per_port = {3, 3}});
  if (!client) return state.SkipWithError("no connection");
  echo device{std::move(*started)};
  const auto together = static_cast<std::uint32_t>(state.range(0));
  while (client->poll([](const auto&) {})) {
  }
  const std::uint64_t before = client->events();
  std::uint32_t id = 0;
  while (state.KeepRunningBatch(together)) {
    for (std::uint32_t i = 0; i < together; i += 2) {
      client->perform(action::bell_measure{operation_id{++id & 0xffffU}, client->now(), slot_id{0}, slot_id{3}});
      client->perform(action::free{slot_id{0}});
    }
    const std::uint64_t wanted = before + 2 * std::uint64_t{id};
    while (client->events() < wanted) {
      while (client->poll([](const auto&) {})) {
      }
      device.serve();
    }
  }
  state.SetLabel("goal <= 10 us per action");
}
BENCHMARK(actions_over_a_socket)->Arg(2)->Arg(256);

}  // namespace
