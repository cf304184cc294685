// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <vector>

#include <ebit/backend/device_operations.hpp>
#include <ebit/link/optical_switch_presets.hpp>
#include <ebit/sim/simulated_switch.hpp>

#include <support/catch.hpp>
#include <support/device_log.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::all_of;
using ebit_test::ending_of;
using ebit_test::run;
using link::device_phase;
using sim::simulated_switch;

namespace {

constexpr local_time at(duration d) { return local_time{d}; }
constexpr operation_id op(std::uint32_t n) { return operation_id{n}; }
constexpr port_id port(std::uint32_t n) { return port_id{n}; }

const link::optical_switch mirrors{.ports = 8, .reconfiguration_time = 1_ms, .homing_time = 2_s, .parking_time = 1_s};

simulated_switch ready(const link::optical_switch& model = mirrors, const sim::device_faults& faults = {},
                       std::uint64_t seed = 0) {
  simulated_switch s{model, faults, seed};
  s.perform(command::initialise{op(999), at(0_s)});
  REQUIRE(ending_of(run(s, at(3_s)), op(999)).is(failure::none, at(model.homing_time)));
  REQUIRE(s.phase() == device_phase::ready);
  return s;
}

}  // namespace

TEST_CASE("simulated switch: an operation is done when light passes", "[sim]") {
  simulated_switch s = ready();
  s.perform(action::connect{op(1), at(3_s), port(0), port(5)});
  s.perform(action::connect{op(2), at(4_s), port(1), port(2)});  // announced
  s.perform(action::connect{op(3), at(3_s), port(5), port(6)});
  s.perform(action::connect{op(4), at(3_s), port(5), port(8)});
  CHECK(s.last_refusal()->why == link::switch_obstacle::no_such_port);
  const auto told = run(s, at(5_s));
  CHECK(ending_of(told, op(1)).is(failure::none, at(3_s) + 1_ms));
  CHECK(ending_of(told, op(2)).is(failure::none, at(4_s) + 1_ms));
  CHECK(ending_of(told, op(3)).is(failure::unavailable, at(3_s)));
  CHECK(ending_of(told, op(4)).is(failure::unavailable, at(3_s)));
  CHECK_FALSE(s.passes(port(0), port(5), at(3_s) + 1_ms - 1_ps));
  CHECK(s.passes(port(0), port(5), at(3_s) + 1_ms));
  CHECK_FALSE(s.passes(port(0), port(9), at(4_s)));

  s.perform(action::clear{op(5), at(6_s), port(5)});
  CHECK(ending_of(run(s, at(7_s)), op(5)).is(failure::none, at(6_s)));
  CHECK(s.passes(port(0), port(5), at(6_s) - 1_ps));
  CHECK_FALSE(s.passes(port(0), port(5), at(6_s)));
  s.perform(action::clear{op(6), at(6_s), port(9)});
  CHECK(ending_of(run(s, at(7_s)), op(6)).why == failure::unavailable);
}

TEST_CASE("simulated switch: a move that is called off ends as stopped", "[sim]") {
  simulated_switch s = ready();
  s.perform(action::connect{op(1), at(3_s), port(0), port(5)});
  s.perform(action::clear{op(2), at(3_s) + 500_us, port(0)});
  const auto told = run(s, at(4_s));
  CHECK(ending_of(told, op(1)).is(failure::stopped, at(3_s) + 500_us));
  CHECK(ending_of(told, op(2)).is(failure::none, at(3_s) + 500_us));
  CHECK(s.state().light_after(0, 5, at(0_s)).empty());
}

TEST_CASE("simulated switch: commands wait for it to be homed", "[sim]") {
  simulated_switch s{mirrors};
  CHECK(s.phase() == device_phase::idle);
  s.perform(action::connect{op(1), at(0_s), port(0), port(1)});
  s.perform(command::initialise{op(2), at(1_s)});
  s.perform(command::initialise{op(3), at(2_s)});  // it is at it
  const auto told = run(s, at(2_s));
  CHECK(ending_of(told, op(1)).is(failure::unavailable, at(0_s)));
  CHECK(ending_of(told, op(2)).at.is_never());
  CHECK(ending_of(told, op(3)).is(failure::unavailable, at(2_s)));
  s.perform(action::connect{op(4), at(2_s), port(0), port(1)});
  s.perform(action::connect{op(5), at(4_s), port(2), port(3)});
  const auto later = run(s, at(5_s));
  CHECK(ending_of(later, op(2)).is(failure::none, at(3_s)));
  CHECK(ending_of(later, op(4)).why == failure::unavailable);
  CHECK(ending_of(later, op(5)).is(failure::none, at(4_s) + 1_ms));
  CHECK(all_of<event::device_state>(later) ==
        std::vector<event::device_state>{{port_id::none(), event::health::ready}});
  s.perform(command::deinitialise{op(6), at(6_s)});
  CHECK(ending_of(run(s, at(8_s)), op(6)).is(failure::none, at(7_s)));
  CHECK(s.phase() == device_phase::idle);
  CHECK_FALSE(s.passes(port(2), port(3), at(7_s)));
}

TEST_CASE("simulated switch: a fault ends what is under way, and recovery waits for the repair", "[sim]") {
  simulated_switch s = ready();
  s.perform(action::connect{op(1), at(3_s), port(0), port(1)});
  s.perform(action::connect{op(2), at(5_s), port(2), port(3)});
  s.fail(at(5_s) + 400_us, 10_s);
  auto told = run(s, at(6_s));
  CHECK(ending_of(told, op(1)).why == failure::none);
  CHECK(ending_of(told, op(2)).is(failure::fault, at(5_s) + 400_us));
  CHECK(all_of<event::device_state>(told).back() == event::device_state{port_id::none(), event::health::fault});
  CHECK(s.phase() == device_phase::fault);
  CHECK(s.passes(port(0), port(1), at(5_s)));
  CHECK_FALSE(s.passes(port(0), port(1), at(6_s)));
  CHECK(backend::bring_back(s, op(3)) == failure::unavailable);
  run(s, at(16_s));
  CHECK(backend::bring_back(s, op(4)) == failure::none);
  CHECK(s.now() == at(18_s));
  CHECK(backend::join_ports(s, op(5), port(0), port(1)) == failure::none);
  CHECK(s.passes(port(0), port(1), s.now()));

  SECTION("a fault while it homes ends that") {
    s.fail(s.now(), 1_s);
    run(s, at(20_s));
    s.perform(command::recover{op(6), at(20_s)});
    s.fail(at(21_s), 0_s);
    CHECK(ending_of(run(s, at(30_s)), op(6)).is(failure::fault, at(21_s)));
  }
}

TEST_CASE("simulated switch: a broken port", "[sim]") {
  simulated_switch s = ready();
  s.perform(action::connect{op(1), at(3_s), port(0), port(1)});
  s.perform(action::connect{op(2), at(3_s), port(2), port(3)});
  s.fail_port(port(1), at(3_s) + 100_us, 5_s);
  const auto told = run(s, at(4_s));
  CHECK(ending_of(told, op(1)).is(failure::fault, at(3_s) + 100_us));
  CHECK(ending_of(told, op(2)).why == failure::none);
  CHECK(s.phase() == device_phase::degraded);
  CHECK(all_of<event::device_state>(told).back() == event::device_state{port(1), event::health::fault});
  CHECK(backend::join_ports(s, op(3), port(1), port(4)) == failure::unavailable);
  CHECK(s.last_refusal()->message() == "port 1 is at fault");
  CHECK(backend::join_ports(s, op(4), port(0), port(4)) == failure::none);
  CHECK(all_of<event::device_state>(run(s, at(9_s))).back() == event::device_state{port(1), event::health::ready});
  CHECK(backend::join_ports(s, op(5), port(1), port(5)) == failure::none);
}

TEST_CASE("simulated switch: a port that sticks is reported if it is sensed, and else stays dark in silence",
          "[sim]") {
  for (const bool senses : {true, false}) {
    link::optical_switch model = mirrors;
    model.senses_position = senses;
    simulated_switch s = ready(model);
    REQUIRE(backend::join_ports(s, op(1), port(0), port(1)) == failure::none);
    s.stick_port(port(0), s.now());
    run(s, s.now());
    CHECK(s.passes(port(0), port(1), s.now()));
    REQUIRE(backend::part_port(s, op(2), port(0)) == failure::none);
    CHECK(backend::join_ports(s, op(3), port(0), port(4)) == (senses ? failure::fault : failure::none));
    CHECK_FALSE(s.passes(port(0), port(4), s.now()));
    // Homing frees it.
    const local_time before = s.now();
    CHECK(backend::bring_back(s, op(4)) == failure::none);
    CHECK(s.now() - before == 2_s);
    CHECK(backend::join_ports(s, op(5), port(0), port(4)) == failure::none);
    CHECK(s.passes(port(0), port(4), s.now()));
  }
}

TEST_CASE("simulated switch: operations that fail at random leave dark ports behind", "[sim]") {
  simulated_switch s = ready(mirrors, {.operation_fails = 0.2}, 5);
  int failed = 0;
  for (std::uint32_t i = 0; i < 400; ++i) {
    const failure why = backend::join_ports(s, op(i), port(i % 4), port(4 + i % 4));
    if (why == failure::none) {
      CHECK(s.passes(port(i % 4), port(4 + i % 4), s.now()));
    } else {
      REQUIRE(why == failure::fault);
      ++failed;
      REQUIRE(backend::bring_back(s, op(1000 + i)) == failure::none);
    }
    REQUIRE(backend::part_port(s, op(2000 + i), port(i % 4)) == failure::none);
  }
  CHECK(failed > 50);
  CHECK(failed < 110);
}

TEST_CASE("simulated switch: faults that come by themselves come as often as they should", "[sim]") {
  simulated_switch s{mirrors, {.between_faults = 100_s, .repair = 10_s}, 3};
  int faults = 0;
  for (const auto& e : all_of<event::device_state>(run(s, at(200'000_s)))) faults += e.state == event::health::fault;
  // One per 110 s on average.
  CHECK(faults > 1650);
  CHECK(faults < 1990);
  simulated_switch same{mirrors, {.between_faults = 100_s, .repair = 10_s}, 3};
  simulated_switch other{mirrors, {.between_faults = 100_s, .repair = 10_s}, 4};
  CHECK(run(same, at(200'000_s)).size() == static_cast<std::size_t>(faults));
  int others = 0;
  for (const auto& e : all_of<event::device_state>(run(other, at(200'000_s))))
    others += e.state == event::health::fault;
  CHECK(others != faults);
}

TEST_CASE("simulated switch: every published switch makes a path in its own time", "[sim]") {
  for (const link::optical_switch_preset& p : link::optical_switch_presets()) {
    INFO(p.name);
    simulated_switch s{p.value};
    REQUIRE(backend::bring_up(s, op(1)) == failure::none);
    const local_time before = s.now();
    const auto last = port(p.value.ports - 1U);
    REQUIRE(backend::join_ports(s, op(2), port(0), last) == failure::none);
    CHECK(s.now() - before == p.value.reconfiguration_time);
    CHECK(s.passes(port(0), last, s.now()));
    const simulated_switch copy = s;
    CHECK(copy == s);
  }
}
