// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/link/optical_switch_state.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using link::device_phase;
using link::optical_switch;
using link::switch_kind;
using link::switch_obstacle;
using link::switch_state;

namespace {

constexpr world_time at(duration d) { return world_time{d}; }

const optical_switch mirrors{.ports = 8, .reconfiguration_time = 1_ms, .homing_time = 2_s, .parking_time = 1_s};

switch_obstacle why(const switch_state::outcome& refused) {
  REQUIRE_FALSE(refused);
  return refused.error().why;
}

}  // namespace

TEST_CASE("switch state: no light while it moves, and light both ways once it stands", "[link]") {
  switch_state s = switch_state::homed(mirrors);
  const auto settled = s.connect(1, 5, at(10_ms));
  REQUIRE(settled);
  CHECK(*settled == at(11_ms));
  CHECK_FALSE(s.passes(1, 5, at(10_ms)));
  CHECK(s.moving(1, at(10_ms)));
  CHECK(s.moving(5, at(11_ms) - 1_ps));
  CHECK_FALSE(s.passes(1, 5, at(11_ms) - 1_ps));
  CHECK(s.passes(1, 5, at(11_ms)));
  CHECK(s.passes(5, 1, at(11_ms)));
  CHECK_FALSE(s.moving(1, at(11_ms)));
  CHECK_FALSE(s.passes(1, 4, at(11_ms)));
  CHECK_FALSE(s.passes(0, 5, at(11_ms)));
  CHECK_FALSE(s.passes(1, 9, at(11_ms)));
  CHECK(s.partner(1, at(10_ms)) == std::optional<std::uint16_t>{5});
  CHECK_FALSE(s.partner(1, at(9_ms)));

  s.clear(5, at(20_ms));
  CHECK(s.passes(1, 5, at(20_ms) - 1_ps));
  CHECK_FALSE(s.passes(1, 5, at(20_ms)));
  CHECK_FALSE(s.partner(1, at(20_ms)));
  REQUIRE(s.connect(1, 6, at(20_ms)));
  // The past is still known: each photon is judged by when it was there.
  CHECK(s.passes(1, 5, at(15_ms)));
  CHECK_FALSE(s.passes(1, 6, at(15_ms)));
  CHECK(s.passes(1, 6, at(21_ms)));
  s.forget(at(20_ms));
  CHECK_FALSE(s.passes(1, 5, at(15_ms)));
}

TEST_CASE("switch state: a refusal says which port and why", "[link]") {
  switch_state s = switch_state::homed(mirrors);
  CHECK(why(s.connect(1, 8, at(0_s))) == switch_obstacle::no_such_port);
  CHECK(s.connect(1, 8, at(0_s)).error().message() == "there is no port 8");
  CHECK(why(s.connect(1, 1, at(0_s))) == switch_obstacle::cannot_join);
  REQUIRE(s.connect(1, 5, at(1_ms)));
  CHECK(why(s.connect(5, 6, at(1_ms))) == switch_obstacle::moving);
  CHECK(s.connect(6, 5, at(1_ms)).error().message() == "port 5 is moving to port 1");
  CHECK(why(s.connect(1, 6, at(2_ms))) == switch_obstacle::port_in_use);
  CHECK(s.connect(1, 6, at(2_ms)).error().message() == "port 1 is in use, joined to port 5");
  CHECK(why(s.connect(1, 5, at(2_ms))) == switch_obstacle::port_in_use);

  REQUIRE(s.connect(2, 3, at(50_ms)));  // announced
  CHECK(why(s.connect(2, 4, at(3_ms))) == switch_obstacle::overtaken);
  CHECK(s.connect(2, 4, at(3_ms)).error().message() == "port 2 has a later move to port 3 announced already");

  CHECK_FALSE(s.fail_port(7, at(4_ms)));
  CHECK(why(s.connect(6, 7, at(4_ms))) == switch_obstacle::port_fault);
  CHECK(s.connect(6, 7, at(4_ms)).error().message() == "port 7 is at fault");
  CHECK(s.phase(at(4_ms)) == device_phase::degraded);

  const optical_switch sided{.kind = switch_kind::two_sided, .ports = 4};
  switch_state two = switch_state::homed(sided);
  CHECK(why(two.connect(0, 1, at(0_s))) == switch_obstacle::cannot_join);
  CHECK(two.connect(0, 1, at(0_s)).error().message() == "port 0 cannot be joined to port 1");
  CHECK(two.connect(0, 3, at(0_s)));

  switch_state off{mirrors};
  CHECK(why(off.connect(0, 1, at(0_s))) == switch_obstacle::not_ready);
  CHECK(off.connect(0, 1, at(0_s)).error().message() == "the switch is not ready but idle");
  for (unsigned w = 0; w <= static_cast<unsigned>(switch_obstacle::overtaken); ++w)
    CHECK(std::string{link::name_of(static_cast<switch_obstacle>(w))} != "unknown");
}

TEST_CASE("switch state: announced moves are done when their time has come", "[link]") {
  switch_state s = switch_state::homed(mirrors);
  REQUIRE(s.connect(0, 1, at(0_s)));
  s.clear(0, at(100_ms));  // announced
  CHECK(s.passes(0, 1, at(99_ms)));
  CHECK(why(s.connect(0, 2, at(99_ms))) == switch_obstacle::port_in_use);
  REQUIRE(s.connect(0, 2, at(100_ms)));
  REQUIRE(s.connect(1, 3, at(150_ms)));
  CHECK(s.passes(0, 1, at(99_ms)));
  CHECK(s.light_after(0, 1, at(0_s)) == link::light_span<world_time>{at(1_ms), at(100_ms)});
  CHECK(s.light_after(0, 1, at(100_ms)).empty());
  CHECK(s.light_after(2, 0, at(0_s)) == link::light_span<world_time>{at(101_ms), world_time::never()});
  CHECK(s.light_after(3, 1, at(0_s)).from == at(151_ms));

  SECTION("a move that lies ahead can be called off, and changes nothing of what is") {
    s.clear(2, at(50_ms));
    CHECK(s.passes(0, 1, at(99_ms)));
    CHECK_FALSE(s.passes(0, 2, at(101_ms)));
    CHECK(s.light_after(0, 2, at(0_s)).empty());
    CHECK(s.connect(2, 4, at(60_ms)));
  }
  SECTION("the same path twice: the first light that is not over") {
    s.clear(2, at(200_ms));
    REQUIRE(s.connect(0, 2, at(300_ms)));
    CHECK(s.light_after(0, 2, at(0_s)) == link::light_span<world_time>{at(101_ms), at(200_ms)});
    CHECK(s.light_after(0, 2, at(200_ms)).from == at(301_ms));
    s.clear(0, at(400_ms));
    REQUIRE(s.connect(0, 2, at(350_ms)).has_value() == false);
  }
  SECTION("a path that ends while it is being made never had light") {
    s.clear(0, at(100_ms) + 500_us);
    CHECK(s.light_after(0, 2, at(0_s)).empty());
    CHECK(s.connect(0, 2, at(100_ms) + 500_us));
  }
}

TEST_CASE("switch state: a path given up early leaves alone what one of its ports is promised to next", "[link]") {
  switch_state s = switch_state::homed(mirrors);
  REQUIRE(s.connect(0, 1, at(0_s)));
  s.clear(0, at(100_ms));
  REQUIRE(s.connect(0, 2, at(100_ms)));
  s.clear(1, at(50_ms));
  CHECK_FALSE(s.passes(0, 1, at(50_ms)));
  CHECK_FALSE(s.passes(1, 0, at(50_ms)));
  CHECK(s.partner(0, at(150_ms)) == std::optional<std::uint16_t>{2});
  CHECK(s.passes(0, 2, at(101_ms)));
}

TEST_CASE("switch state: homing, faults and shutdown", "[link]") {
  switch_state s{mirrors};
  CHECK(s.phase(at(0_s)) == device_phase::idle);
  CHECK_FALSE(s.shut_down(at(0_s)));
  const auto ready = s.home(at(1_s));
  REQUIRE(ready);
  CHECK(*ready == at(3_s));
  CHECK(s.ready_from() == at(3_s));
  CHECK(s.phase(at(2_s)) == device_phase::initialising);
  CHECK(s.connect(0, 1, at(3_s) - 1_ps).error().message() == "the switch is not ready but initialising");
  REQUIRE(s.connect(0, 1, at(3_s)));  // may be announced while it homes
  REQUIRE(s.connect(2, 3, at(4_s)));
  CHECK_FALSE(s.home(at(5_s)));

  s.fail(at(6_s));
  CHECK(s.phase(at(6_s)) == device_phase::fault);
  CHECK(s.passes(0, 1, at(6_s) - 1_ps));
  CHECK_FALSE(s.passes(0, 1, at(6_s)));
  CHECK_FALSE(s.partner(2, at(6_s)));
  CHECK(s.connect(4, 5, at(6_s)).error().message() == "the switch is not ready but fault");
  const auto again = s.recover(at(10_s));
  REQUIRE(again);
  CHECK(*again == at(12_s));
  CHECK_FALSE(s.passes(0, 1, at(13_s)));
  REQUIRE(s.connect(0, 1, at(12_s)));
  CHECK(*s.recover(at(12_s)) == at(12_s));
  CHECK(s.passes(0, 1, at(13_s)));
  const auto off = s.shut_down(at(20_s));
  REQUIRE(off);
  CHECK(*off == at(21_s));
  CHECK_FALSE(s.passes(0, 1, at(20_s)));
  CHECK(s.phase(at(21_s)) == device_phase::idle);
}

TEST_CASE("switch state: a broken port ends its path and no other", "[link]") {
  switch_state s = switch_state::homed(mirrors);
  REQUIRE(s.connect(0, 1, at(0_s)));
  REQUIRE(s.connect(2, 3, at(0_s)));
  CHECK(s.fail_port(1, at(5_ms)) == std::optional<std::uint16_t>{0});
  CHECK(s.passes(0, 1, at(5_ms) - 1_ps));
  CHECK_FALSE(s.passes(0, 1, at(5_ms)));
  CHECK(s.passes(2, 3, at(5_ms)));
  CHECK(s.broken(1));
  CHECK(s.phase(at(5_ms)) == device_phase::degraded);
  CHECK(s.connect(0, 4, at(5_ms)));
  s.repair_port(1, at(8_ms));
  CHECK(s.phase(at(8_ms)) == device_phase::ready);
  CHECK(s.connect(1, 5, at(8_ms)));
}

TEST_CASE("switch state: a port that sticks", "[link]") {
  switch_state s = switch_state::homed(mirrors);
  REQUIRE(s.connect(0, 1, at(0_s)));
  SECTION("where it stands it stays lit, and takes no other path although it is promised one") {
    s.stick_port(0, at(5_ms));
    CHECK(s.sticks(0));
    CHECK(s.passes(0, 1, at(6_ms)));
    s.clear(0, at(10_ms));  // the other end turns away
    CHECK_FALSE(s.passes(0, 1, at(10_ms)));
    REQUIRE(s.connect(0, 2, at(10_ms)));
    CHECK_FALSE(s.passes(0, 2, at(50_ms)));
    s.clear(0, at(60_ms));
    REQUIRE(s.connect(1, 0, at(60_ms)));  // back to where it points
    CHECK(s.passes(0, 1, at(61_ms)));
    s.stick_port(0, at(62_ms));  // not anew
    s.repair_port(0, at(70_ms));
    CHECK_FALSE(s.passes(0, 1, at(70_ms)));
    REQUIRE(s.connect(0, 2, at(70_ms)));
    CHECK(s.passes(0, 2, at(71_ms)));
  }
  SECTION("on its way it stays dark") {
    s.stick_port(1, at(500_us));
    CHECK_FALSE(s.passes(0, 1, at(5_ms)));
    CHECK_FALSE(s.passes(1, 0, at(5_ms)));
    CHECK(s.partner(0, at(5_ms)) == std::optional<std::uint16_t>{1});
  }
  SECTION("an announced move that it does not make") {
    s.clear(0, at(10_ms));
    REQUIRE(s.connect(0, 3, at(20_ms)));
    s.stick_port(0, at(5_ms));
    CHECK(s.passes(0, 1, at(9_ms)));
    CHECK_FALSE(s.passes(0, 1, at(10_ms)));
    CHECK_FALSE(s.passes(0, 3, at(30_ms)));
    CHECK_FALSE(s.passes(3, 0, at(30_ms)));
  }
}

namespace {

/// The same answers by brute force: what was asked, replayed for every question.
struct record {
  std::uint16_t in, out;
  world_time settled, until;
};

}  // namespace

TEST_CASE("switch state: light agrees with the list of what was commanded, for random commands", "[link]") {
  random_stream random{7, random_purpose::user, 0};
  const auto pick = [&](unsigned n) { return static_cast<unsigned>(random.next_u32() % n); };
  for (int run = 0; run < 30; ++run) {
    optical_switch model{.ports = 6, .reconfiguration_time = 7_us};
    switch_state s = switch_state::homed(model);
    std::vector<record> all;
    std::vector<duration> times;
    world_time now{};
    for (int step = 0; step < 200; ++step) {
      now += 1_us * static_cast<std::int64_t>(pick(9));
      const auto a = static_cast<std::uint16_t>(pick(6)), b = static_cast<std::uint16_t>(pick(6));
      const auto joined = [&](std::uint16_t p) {
        return std::find_if(all.begin(), all.end(),
                            [&](const record& r) { return (r.in == p || r.out == p) && r.until > now; });
      };
      if (pick(2) == 0) {
        const bool possible = a != b && joined(a) == all.end() && joined(b) == all.end();
        const auto answer = s.connect(a, b, now);
        REQUIRE(answer.has_value() == possible);
        if (possible) all.push_back({a, b, now + 7_us, world_time::never()});
      } else {
        if (const auto r = joined(a); r != all.end()) r->until = now;
        s.clear(a, now);
      }
      times.push_back(now.since_epoch());
    }
    for (const duration t : times)
      for (const duration shift : {-1_ps, 0_ps, 7_us - 1_ps, 7_us})
        for (std::uint16_t in = 0; in < 6; ++in)
          for (std::uint16_t out = 0; out < 6; ++out) {
            const world_time when{t + shift};
            bool lit = false;
            for (const record& r : all)
              lit = lit || (((r.in == in && r.out == out) || (r.in == out && r.out == in)) && when >= r.settled &&
                            when < r.until);
            if (s.passes(in, out, when) != lit) FAIL("light differs at " << when.since_epoch().picoseconds());
          }
    const switch_state copy = s;
    CHECK(copy == s);
  }
}

TEST_CASE("switch state: what is forgotten is the past alone", "[link]") {
  switch_state s = switch_state::homed({.ports = 2, .reconfiguration_time = 1_ns});
  world_time t{};
  for (int i = 0; i < 1000; ++i) {
    t += 100_ns;
    REQUIRE(s.connect(0, 1, t));
    s.clear(0, t + 50_ns);
  }
  CHECK(s.passes(0, 1, at(110_ns)));
  s.forget(t - 1_us);
  CHECK_FALSE(s.passes(0, 1, at(110_ns)));
  CHECK(s.passes(0, 1, t - 1_us + 10_ns));
  REQUIRE(s.connect(0, 1, t + 1_ms));
  s.forget(t + 1_s);
  CHECK(s.passes(0, 1, t + 2_ms));
}
