// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include <ebit/link/optical_switch_state.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using link::optical_switch;
using link::switch_kind;
using link::switch_obstacle;
using link::switch_state;

namespace {

constexpr world_time at(duration d) { return world_time{d}; }

const optical_switch element{.kind = switch_kind::two_by_two, .ports = 4, .reconfiguration_time = 1_ns};

switch_obstacle why(const switch_state::outcome& refused) {
  REQUIRE_FALSE(refused);
  return refused.error().why;
}

}  // namespace

TEST_CASE("switch optics: a 2x2 element has one moving part", "[link]") {
  switch_state s = switch_state::homed(element, at(1_us));
  CHECK_FALSE(s.passes(0, 2, at(0_s)));
  CHECK(s.passes(0, 2, at(1_us)));  // bar after homing, asked for or not
  CHECK(s.passes(3, 1, at(1_us)));
  CHECK(*s.connect(0, 2, at(2_us)) == at(2_us));
  // The other bar path is there too; a cross path is not to be had.
  CHECK(why(s.connect(0, 3, at(2_us))) == switch_obstacle::port_in_use);
  CHECK(why(s.connect(1, 2, at(2_us))) == switch_obstacle::port_in_use);
  CHECK(*s.connect(3, 1, at(2_us)) == at(2_us));
  s.clear(0, at(3_us));
  s.clear(1, at(3_us));
  CHECK(s.passes(0, 2, at(4_us)));  // nobody's, but lit
  CHECK(*s.connect(1, 2, at(5_us)) == at(5_us) + 1_ns);
  CHECK_FALSE(s.passes(0, 2, at(5_us)));
  CHECK_FALSE(s.passes(1, 3, at(5_us)));
  CHECK_FALSE(s.passes(1, 2, at(5_us) + 999_ps));
  CHECK(s.passes(1, 2, at(5_us) + 1_ns));
  CHECK(s.passes(0, 3, at(5_us) + 1_ns));
  CHECK(*s.connect(0, 3, at(6_us)) == at(6_us));
  CHECK(s.passes(0, 2, at(4_us)));  // then

  SECTION("a path asked for during the turn waits for the same end of it") {
    s.clear(0, at(7_us));
    s.clear(1, at(7_us));
    REQUIRE(s.connect(0, 2, at(8_us)));
    CHECK(*s.connect(1, 3, at(8_us) + 400_ps) == at(8_us) + 1_ns);
  }
  SECTION("a turn that nobody wants any more is not made") {
    s.clear(0, at(7_us));
    s.clear(1, at(7_us));
    REQUIRE(s.connect(0, 2, at(9_us)));  // announced
    CHECK(s.light_after(1, 2, at(8_us)).until == at(9_us));
    s.clear(0, at(8_us));
    CHECK(s.light_after(1, 2, at(8_us)).until.is_never());
    CHECK(*s.connect(0, 3, at(9_us)) == at(9_us));
  }
  SECTION("but one that the other path needs is") {
    s.clear(0, at(7_us));
    s.clear(1, at(7_us));
    REQUIRE(s.connect(0, 2, at(9_us)));
    REQUIRE(s.connect(1, 3, at(9_us)));
    s.clear(0, at(8_us));
    CHECK(s.passes(1, 3, at(9_us) + 1_ns));
  }
}

TEST_CASE("switch optics: a 2x2 element that sticks or breaks", "[link]") {
  switch_state s = switch_state::homed(element);
  SECTION("in a position") {
    s.stick_port(3, at(1_us));
    CHECK(s.sticks(0));
    REQUIRE(s.connect(0, 3, at(2_us)));
    CHECK_FALSE(s.passes(0, 3, at(3_us)));
    CHECK(s.passes(0, 2, at(3_us)));  // still in bar
    s.repair_port(1, at(4_us));
    CHECK_FALSE(s.sticks(3));
    CHECK_FALSE(s.passes(0, 3, at(4_us)));
    CHECK(s.passes(0, 3, at(4_us) + 1_ns));  // where it was told to go
    CHECK(s.passes(0, 2, at(3_us)));
  }
  SECTION("on its way") {
    REQUIRE(s.connect(0, 3, at(2_us)));
    s.stick_port(0, at(2_us) + 500_ps);
    CHECK_FALSE(s.passes(0, 2, at(5_us)));
    CHECK_FALSE(s.passes(0, 3, at(5_us)));
  }
  SECTION("before an announced turn") {
    REQUIRE(s.connect(0, 3, at(9_us)));
    s.stick_port(0, at(2_us));
    CHECK(s.passes(0, 2, at(10_us)));
    CHECK_FALSE(s.passes(0, 3, at(10_us)));
  }
  SECTION("one broken fibre leaves the other pair, in either position") {
    REQUIRE(s.connect(1, 3, at(0_s)));
    CHECK_FALSE(s.fail_port(0, at(1_us)));
    CHECK_FALSE(s.passes(0, 2, at(1_us)));
    CHECK_FALSE(s.passes(2, 0, at(1_us)));
    CHECK(s.passes(1, 3, at(2_us)));
    s.clear(1, at(3_us));
    REQUIRE(s.connect(1, 2, at(3_us)));
    CHECK(s.passes(1, 2, at(4_us)));
    CHECK_FALSE(s.passes(0, 3, at(4_us)));
    s.repair_port(0, at(5_us));
    CHECK(s.passes(0, 3, at(5_us)));
    CHECK(s.passes(1, 2, at(5_us)));
  }
  SECTION("while it homes") {
    s.fail(at(1_us));
    CHECK_FALSE(s.passes(0, 2, at(1_us)));
    s.stick_port(0, at(2_us));
    s.repair_port(0, at(3_us));  // of one that is off: no light from that
    CHECK_FALSE(s.passes(0, 2, at(4_us)));
    optical_switch slow = element;
    slow.homing_time = 1_us;
    switch_state t{slow};
    REQUIRE(t.home(at(0_s)));
    t.stick_port(0, at(500_ns));
    CHECK_FALSE(t.passes(0, 2, at(2_us)));
    t.repair_port(0, at(600_ns));
    CHECK_FALSE(t.passes(0, 2, at(999_ns)));
    CHECK(t.passes(0, 2, at(1_us)));
  }
}
