// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "../support/catch.hpp"
#include "diary.hpp"

using namespace ebit;
using namespace ebit_test;
using kind = scheduled_fault::kind;

namespace {

/// A schedule of `count` faults of all kinds on a chain within the first 100 ms.
[[nodiscard]] std::vector<scheduled_fault> any_faults(std::uint64_t seed, std::uint32_t nodes, std::size_t count) {
  random_stream draw{seed, random_purpose::user, 1};
  const auto up_to = [&draw](duration most) {
    return duration::picoseconds(
        static_cast<std::int64_t>(sample::below(draw, static_cast<std::uint64_t>(most.picoseconds()))));
  };
  std::vector<scheduled_fault> out;
  for (std::size_t i = 0; i < count; ++i) {
    scheduled_fault f;
    f.what = static_cast<kind>(sample::below(draw, 6));
    f.at = up_to(100_ms);
    if (f.is_window()) f.lasts = 1_ns + up_to(8_ms);
    if (f.what == kind::link_down)
      f.path = path_id{static_cast<std::uint32_t>(sample::below(draw, nodes - 1))};
    else
      f.node = node_id{static_cast<std::uint32_t>(sample::below(draw, nodes))};
    if (f.what == kind::clock_step) f.step = up_to(20_ms) - 10_ms - 1_ps;
    if (f.what == kind::device_faults) f.probability = 0.3;
    if (f.what == kind::slow_device) f.factor = 10;
    out.push_back(f);
  }
  return out;
}

}  // namespace

TEST_CASE("sim.recovery: whatever breaks down, every operation ends once and every qubit is accounted for") {
  constexpr std::uint32_t nodes = 4;
  for (std::uint64_t seed = 201; seed < 225; ++seed) {
    INFO("seed " << seed);
    std::vector<scheduled_fault> schedule = any_faults(seed, nodes, 12);
    for (std::uint32_t n = 0; n < nodes; ++n)
      schedule.push_back({.what = kind::crash, .at = 150_ms, .lasts = 1_ms, .node = node_id{n}});
    auto sim = chain_under<deutsch>(schedule, seed, nodes, 400, {.purify = {.rounds = 1}});
    run(sim, world_time{150_ms}, [&] {
      if (sim.is_up(sim.last_node())) return;
      if (held_by(sim, sim.last_node()) != 0) FAIL("a node that is down holds a qubit");
    });
    CHECK(sim.tap().wrong == "");
    CHECK(sim.truth().ledger().empty_operations == 0);
    CHECK(sim.truth().records() == 0);  // with every node everything is gone
  }
}

TEST_CASE("sim.recovery: after a crash of a node in the middle, or of an end, the request is completed") {
  for (const std::uint32_t node : {0U, 1U, 2U}) {
    INFO("node " << node << ", seed 231");
    auto sim = chain_under({{.what = kind::crash, .at = 10_ms, .lasts = 5_ms, .node = node_id{node}}}, 231, 3, 100);
    run(sim, world_time{10_ms});
    const sim::request_record& r = sim.requests()[0];
    REQUIRE(r.at_head.size() < 100);
    run(sim, world_time{10_s});
    CHECK(sim.next_time().is_never());
    CHECK((r.finished && r.outcome == request_outcome::delivered && r.left() == 0));
    CHECK(r.deliveries.size() + 3 >= 100);  // what was being delivered when an end crashed has no partner
    CHECK(r.restarts() == (node == 0 ? 1 : 0));
    CHECK(sim.tap().wrong == "");
  }
}
