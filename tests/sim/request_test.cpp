// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "../support/catch.hpp"
#include "diary.hpp"

using namespace ebit;
using namespace ebit_test;
using kind = scheduled_fault::kind;

TEST_CASE("sim.request: everything an application can say reaches its node") {
  sim::network<at_once, bell_diagonal, sim::no_trace, diary> sim{chain_of(3), with<at_once>(quiet_hardware(3), 1)};
  REQUIRE(sim.request({.from = node_id{2},
                       .to = node_id{0},
                       .pairs = 17,
                       .min_fidelity = 0.75,
                       .kind = request_kind::measure_directly,
                       .bases = basis_choice::xz,
                       .purpose = 4711,
                       .priority = 7,
                       .weight = 200,
                       .atomic = true,
                       .consecutive = true,
                       .time_limit = 3_s}));
  run(sim, world_time{});
  const auto told = sim.tap().told_to<event::request>(node_id{2});
  REQUIRE(told.size() == 1);
  CHECK(told[0].second == event::request{request_id{0}, node_id{0}, 17, 0.75, request_kind::measure_directly,
                                         basis_choice::xz, 7, 200, 4711, true, true, 3_s});
}

TEST_CASE("sim.request: what is out of range is refused by name") {
  sim::network<at_once> sim{chain_of(2)};
  const sim::request_parameters good{.from = node_id{0}, .to = node_id{1}};
  const auto error = [&](auto change) {
    sim::request_parameters p = good;
    change(p);
    const auto asked = sim.request(p);
    REQUIRE_FALSE(asked);
    return asked.error().message();
  };
  CHECK(error([](auto& p) { p.priority = 8; }) == "request.priority: given 8, allowed 0 to 7");
  CHECK(error([](auto& p) { p.weight = 0; }) == "request.weight: given 0, allowed 1 to 255");
  CHECK(error([](auto& p) { p.time_limit = 0_s; }) == "request.time_limit: given 0 s, allowed more than 0 s");
  CHECK(error([](auto& p) { p.kind = static_cast<request_kind>(9); }) ==
        "request.kind: given 9, allowed one of the kinds");
  CHECK(error([](auto& p) { p.bases = static_cast<basis_choice>(3); }) ==
        "request.bases: given 3, allowed one of the choices");
}

TEST_CASE("sim.request: options that could only do harm are refused by name") {
  const auto error = [](auto change) {
    sim::network_options<at_once> o = with<at_once>(quiet_hardware(3), 1);
    change(o);
    return sim::network<at_once>{chain_of(2), o}.validate();
  };
  CHECK(error([](auto& o) { o.link.retransmit_after = 1_us, o.route.service.test_interval = 2; }));
  for (const duration none : {duration::zero(), duration::zero() - 1_us})
    CHECK(error([none](auto& o) { o.link.retransmit_after = none; }).error().what == "link.retransmit_after");
  CHECK(error([](auto& o) { o.route.service.test_interval = 1; }).error().message() ==
        "route.service.test_interval: given 1, allowed 0 (none), or 2 to 65535");
}

TEST_CASE("sim.request: what the asking node took back counts neither for the rate nor for the waits") {
  sim::request_record r;
  r.asked = {.from = node_id{0}, .to = node_id{1}, .pairs = 5};
  r.started = world_time{};
  const auto name = [](std::uint64_t n) { return pair_id{path_id{0}, 1, n}; };
  for (std::uint64_t n = 1; n <= 4; ++n) {
    r.at_head.push_back(world_time{duration::picoseconds(1'000'000'000) * static_cast<std::int64_t>(n)});
    r.names_at_head.push_back(name(n));
  }
  r.take_back(node_id{1}, name(2));  // the other end's
  CHECK((r.left() == 1 && r.waits().size() == 4 && std::abs(r.rate() - 1000) < 1e-6));
  r.take_back(node_id{0}, name(2));
  CHECK((r.left() == 2 && r.revoked.size() == 2));
  CHECK(r.waits() == std::vector<duration>{1_ms, 2_ms, 1_ms});
  CHECK(std::abs(r.rate() - 750) < 1e-6);
}

TEST_CASE("sim.request: a node that starts again is asked for what is left, and for what came while it was down") {
  const node_id head{0};
  auto sim = chain_under({{.what = kind::crash, .at = 10_ms, .lasts = 5_ms, .node = head}}, 151);
  run(sim, world_time{10_ms} - 1_ps);
  const std::size_t served = sim.requests()[0].at_head.size();
  REQUIRE(served > 0);
  run(sim, world_time{12_ms});
  sim.run_until(world_time{12_ms});
  REQUIRE(sim.request({.from = head, .to = node_id{1}, .pairs = 4, .time_limit = 1_s}));
  REQUIRE(sim.request({.from = head, .to = node_id{1}, .pairs = 4, .time_limit = 2_ms}));
  run(sim, world_time{15_ms});
  const auto told = sim.tap().told_to<event::request>(head);
  REQUIRE(told.size() == 3);
  CHECK((told[0].first == world_time{} && told[0].second.pairs == 100'000));
  CHECK(told[1].first == world_time{15_ms});
  CHECK((told[1].second.id == request_id{0} && told[1].second.pairs == 100'000 - served));
  CHECK(sim.requests()[0].restarts() == 1);
  CHECK((told[2].second.id == request_id{1} && told[2].second.time_limit == 997_ms));
  CHECK(sim.requests()[1].restarts() == 0);
  // The last one's time was over before its node came back.
  CHECK((sim.requests()[2].finished && sim.requests()[2].outcome == request_outcome::expired));
  CHECK(sim.requests()[2].deliveries.empty());
}

TEST_CASE("sim.request: a request made at the very instant of a crash is put once, after the restart") {
  const node_id tail{2};
  auto sim = chain_under({{.what = kind::erasure, .at = 1_ms, .node = node_id{0}},
                          {.what = kind::crash, .at = 1_ms, .lasts = 1_ms, .node = tail}},
                         152);
  run(sim, world_time{1_ms} - 1_ps);
  while (sim.now() < world_time{1_ms}) sim.step();  // of events at one time those at the first node come first
  REQUIRE(sim.is_up(tail));
  REQUIRE(sim.request({.from = tail, .to = node_id{1}, .pairs = 2}));
  run(sim, world_time{3_ms});
  const auto told = sim.tap().told_to<event::request>(tail);
  REQUIRE(told.size() == 1);
  CHECK(told[0].first == world_time{2_ms});
  CHECK(sim.requests()[1].times_put == 1);
}
