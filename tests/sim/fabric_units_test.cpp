// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <numeric>
#include <vector>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/sim/fabric_units.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using link::device_phase;
using sim::fabric_units;
using trouble = fabric_units::trouble;

namespace {

constexpr world_time at(duration d) { return world_time{d}; }

link::hardware hardware() {
  link::hardware h;
  h.memories = 2;
  h.life = {.initialising = 20_us, .locking = 10_us, .deinitialising = 5_us};
  h.degraded_efficiency = 0.5;
  h.degraded_noise = 0.1;
  return h;
}
fabric_units units(bool running) {
  return {orchestrate::star(2), {hardware()}, std::vector<std::uint16_t>(2, 0), running};
}
duration in(const sim::time_in_phases& spent, device_phase p) { return spent[static_cast<std::size_t>(p)]; }

}  // namespace

TEST_CASE("sim.fabric_units: a unit that is switched on starts up and locks before it takes attempts") {
  fabric_units u = units(false);
  CHECK((u.phase(0, at(0_us)) == device_phase::idle && !u.now(0).works));
  u.start(0, at(0_us));
  CHECK(u.phase(0, at(19_us)) == device_phase::initialising);
  CHECK(u.phase(0, at(20_us)) == device_phase::locking);
  CHECK(u.next(0) == at(30_us));
  u.advance(0, at(25_us));
  CHECK_FALSE(u.claim(0, 0, 2, at(25_us)));
  CHECK(u.now(0).health == event::health::fault);
  u.advance(0, at(30_us));
  CHECK(u.now(0) == fabric_units::condition{});
  CHECK(u.claim(0, 0, 2, at(31_us)));
  CHECK(u.phase(0, at(32_us)) == device_phase::busy);
  CHECK_FALSE(u.claim(0, 1, 1, at(32_us)));  // in use
  u.release(0, 0, 2, at(35_us));
  CHECK(u.phase(0, at(35_us)) == device_phase::ready);
  const sim::time_in_phases spent = u.spent(0, at(40_us));
  CHECK(in(spent, device_phase::initialising) == 20_us);
  CHECK(in(spent, device_phase::locking) == 10_us);
  CHECK(in(spent, device_phase::busy) == 4_us);
  CHECK(in(spent, device_phase::ready) == 6_us);
  CHECK(u.phase(1, at(40_us)) == device_phase::idle);
}

TEST_CASE("sim.fabric_units: a unit is back when the last of its faults is over, and whoever runs it is there") {
  fabric_units u = units(true);
  REQUIRE(u.now(0).works);
  REQUIRE(u.claim(0, 0, 2, at(1_us)));
  u.begins(0, trouble::fault, 100_us, at(10_us));
  u.begins(0, trouble::fault, 200_us, at(50_us));
  CHECK((u.phase(0, at(60_us)) == device_phase::fault && u.at(0).state().claimed() == 0));
  u.ends(0, trouble::fault, at(110_us));
  CHECK(u.phase(0, at(200_us)) == device_phase::fault);
  u.man(0, false, at(240_us));
  u.ends(0, trouble::fault, at(250_us));
  CHECK(u.phase(0, at(260_us)) == device_phase::fault);
  u.man(0, true, at(300_us));
  CHECK(u.phase(0, at(300_us)) == device_phase::initialising);
  u.begins(0, trouble::fault, 10_us, at(325_us));  // as it locks
  u.ends(0, trouble::fault, at(335_us));
  u.advance(0, at(330_us + 40_us));
  CHECK(u.now(0).works);
  const sim::time_in_phases spent = u.spent(0, at(400_us));
  CHECK(in(spent, device_phase::fault) == 300_us);
  CHECK(in(spent, device_phase::initialising) == 40_us);
  CHECK(in(spent, device_phase::locking) == 15_us);
  CHECK(std::accumulate(spent.begin(), spent.end(), duration::zero()) == 400_us);
}

TEST_CASE(
    "sim.fabric_units: out of tolerance it works on, with less and worse light, and is so again after a fault") {
  fabric_units u = units(true);
  REQUIRE(u.claim(0, 0, 1, at(1_us)));
  u.begins(0, trouble::drift, 500_us, at(10_us));
  CHECK(u.now(0) == fabric_units::condition{event::health::degraded, true, true});
  CHECK((u.efficiency(0) == 0.5 && u.noise(0) == 0.1 && u.efficiency(1) == 1 && u.noise(1) == 0));
  CHECK(u.claim(0, 1, 1, at(11_us)));
  u.begins(0, trouble::fault, 10_us, at(20_us));
  CHECK(u.efficiency(0) == 1);
  u.ends(0, trouble::fault, at(30_us));
  u.advance(0, at(60_us));
  CHECK(u.now(0).is_degraded);
  REQUIRE(u.claim(0, 0, 1, at(61_us)));
  u.ends(0, trouble::drift, at(510_us));
  CHECK(u.phase(0, at(510_us)) == device_phase::busy);
}

TEST_CASE("sim.fabric_units: a shutdown lets attempts end, and a unit is started up again when it is over") {
  fabric_units u = units(true);
  REQUIRE(u.claim(0, 0, 2, at(1_us)));
  u.begins(0, trouble::shutdown, 100_us, at(10_us));
  CHECK(u.now(0) == fabric_units::condition{event::health::leaving, true, false});
  CHECK(u.phase(0, at(15_us)) == device_phase::busy);
  u.release(0, 0, 2, at(20_us));
  CHECK(u.phase(0, at(20_us)) == device_phase::deinitialising);
  CHECK(u.now(0).health == event::health::fault);
  CHECK(u.phase(0, at(25_us)) == device_phase::idle);
  u.advance(0, at(25_us));
  u.ends(0, trouble::shutdown, at(110_us));
  CHECK(u.phase(0, at(110_us)) == device_phase::initialising);
  u.advance(0, at(140_us));
  CHECK(u.now(0) == fabric_units::condition{});
  // One that is over before the attempts are: it never was idle.
  REQUIRE(u.claim(0, 0, 1, at(150_us)));
  u.begins(0, trouble::shutdown, 10_us, at(160_us));
  CHECK_FALSE(u.claim(0, 1, 1, at(161_us)));  // else attempts that take turns would put it off for ever
  CHECK(u.at(0).state().claimed() == 1);
  u.ends(0, trouble::shutdown, at(170_us));
  CHECK((u.phase(0, at(170_us)) == device_phase::busy && u.claim(0, 1, 1, at(171_us))));
  u.release(0, 0, 2, at(180_us));
  CHECK(u.now(0) == fabric_units::condition{});
  // One that is over before the unit is idle: it has to get there first.
  u.begins(0, trouble::shutdown, 2_us, at(200_us));
  u.ends(0, trouble::shutdown, at(202_us));
  CHECK(u.phase(0, at(204_us)) == device_phase::deinitialising);
  u.advance(0, u.next(0));
  CHECK(u.phase(0, at(205_us)) == device_phase::initialising);
}

TEST_CASE("sim.fabric_units: a fault ends all claims, however short it is; none is taken before the unit has started") {
  fabric_units u = units(true);
  REQUIRE(u.claim(0, 0, 2, at(1_us)));
  u.begins(0, trouble::fault, 1_us, at(10_us));
  u.ends(0, trouble::fault, at(11_us));
  CHECK((u.phase(0, at(11_us)) == device_phase::initialising && u.at(0).state().claimed() == 0));
  CHECK_FALSE(u.claim(0, 0, 1, at(40_us)));
  u.release(0, 0, 2, at(40_us));  // what the fault broke off ends late
  CHECK(u.next(0) == at(41_us));
  CHECK(u.claim(0, 0, 2, at(41_us)));
  CHECK(u.at(0).state().claimed() == 2);
  // Shut down as it starts up, and for less time than that takes.
  u.begins(0, trouble::fault, 1_us, at(50_us));
  u.ends(0, trouble::fault, at(51_us));
  u.begins(0, trouble::shutdown, 2_us, at(60_us));
  CHECK(u.phase(0, at(60_us)) == device_phase::deinitialising);
  CHECK_FALSE(u.claim(0, 0, 1, at(61_us)));
  u.ends(0, trouble::shutdown, at(62_us));
  u.advance(0, at(65_us));
  CHECK(u.phase(0, at(65_us)) == device_phase::initialising);
  CHECK(u.claim(0, 0, 2, at(95_us)));
}

TEST_CASE("sim.fabric_units: that a unit has become ready is noted, also if a claim came at the very moment") {
  fabric_units u = units(false);
  u.start(0, at(0_us));
  CHECK_FALSE(u.note(0).after.works);
  REQUIRE(u.claim(0, 0, 1, at(30_us)));
  u.advance(0, at(30_us));
  const fabric_units::change seen = u.note(0);
  CHECK((!seen.before.works && seen.after.works));
  const fabric_units::change again = u.note(0);
  CHECK((again.before == fabric_units::condition{} && again.before == again.after));
}
