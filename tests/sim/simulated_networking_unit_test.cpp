// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <vector>

#include <ebit/backend/device_operations.hpp>
#include <ebit/link/networking_unit_presets.hpp>
#include <ebit/sim/simulated_networking_unit.hpp>

#include <support/catch.hpp>
#include <support/device_log.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::all_of;
using ebit_test::approx;
using ebit_test::ending_of;
using ebit_test::run;
using link::device_phase;
using sim::simulated_networking_unit;

namespace {

constexpr local_time at(duration d) { return local_time{d}; }
constexpr operation_id op(std::uint32_t n) { return operation_id{n}; }
constexpr slot_id slot(std::uint32_t n) { return slot_id{n}; }

/// Slots 0 to 3 are communication qubits, 4 and 5 buffers.
const link::networking_unit model{.photonics = link::transducer{.efficiency = 0.4},
                                  .ports = 2,
                                  .communication_qubits = 4,
                                  .buffer_qubits = 2,
                                  .move_time = 1_us,
                                  .times = {.initialising = 10_s, .locking = 5_s, .deinitialising = 2_s},
                                  .relock_every = 100_s,
                                  .degraded_efficiency = 0.5};

simulated_networking_unit ready(const sim::device_faults& faults = {}) {
  simulated_networking_unit u{model, faults, 9};
  REQUIRE(backend::bring_up(u, op(999)) == failure::none);
  REQUIRE(u.now() == at(15_s));
  run(u, at(20_s));
  return u;
}

}  // namespace

TEST_CASE("simulated networking unit: it goes through its life in its own time", "[sim]") {
  simulated_networking_unit u{model};
  CHECK(u.phase() == device_phase::idle);
  u.perform(command::initialise{op(1), at(1_s)});
  run(u, at(2_s));
  CHECK(u.phase() == device_phase::initialising);
  run(u, at(11_s));
  CHECK(u.phase() == device_phase::locking);
  const auto told = run(u, at(16_s));
  CHECK(ending_of(told, op(1)).is(failure::none, at(16_s)));
  CHECK(all_of<event::device_state>(told).size() == 1);
  CHECK(u.phase() == device_phase::ready);
  CHECK(backend::claim_qubit(u, op(2), slot(3)) == failure::none);
  CHECK(u.phase() == device_phase::busy);
  CHECK(backend::claim_qubit(u, op(3), slot(3)) == failure::unavailable);
  CHECK(backend::claim_qubit(u, op(4), slot(4)) == failure::unavailable);  // a buffer
  CHECK(backend::shut_down(u, op(5)) == failure::unavailable);
  u.perform(action::free{slot(3)});
  CHECK(u.phase() == device_phase::ready);
  CHECK(backend::shut_down(u, op(6)) == failure::none);
  CHECK(u.phase() == device_phase::idle);
}

TEST_CASE("simulated networking unit: halves are moved to buffers and back", "[sim]") {
  simulated_networking_unit u = ready();
  REQUIRE(backend::claim_qubit(u, op(1), slot(0)) == failure::none);
  u.perform(action::move{op(2), u.now(), slot(0), slot(5)});
  u.perform(action::move{op(3), u.now(), slot(1), slot(4)});  // nothing in there
  u.perform(action::move{op(4), u.now(), slot(0), slot(1)});  // not from one kind to the other
  u.perform(action::move{op(5), u.now(), slot(5), slot(6)});
  const auto told = run(u, at(21_s));
  CHECK(ending_of(told, op(2)).is(failure::none, at(20_s) + 1_us));
  for (const std::uint32_t refused : {3U, 4U, 5U}) CHECK(ending_of(told, op(refused)).why == failure::unavailable);
  CHECK(u.state().holds(1));
  CHECK(u.phase() == device_phase::ready);
  CHECK(backend::move_half(u, op(6), slot(5), slot(2)) == failure::none);
  CHECK(u.state().uses(2));
  CHECK_FALSE(u.state().holds(1));
  u.perform(action::move{op(7), u.now(), slot(2), slot(4)});
  run(u, u.now());
  u.perform(action::free{slot(4)});  // given up on its way
  CHECK(ending_of(run(u, at(22_s)), op(7)).why == failure::stopped);
}

TEST_CASE("simulated networking unit: it asks for locking anew when it has drifted", "[sim]") {
  simulated_networking_unit u = ready();
  REQUIRE(backend::claim_qubit(u, op(1), slot(0)) == failure::none);
  const auto told = run(u, at(116_s));
  REQUIRE(all_of<event::calibration_needed>(told).size() == 1);
  CHECK(told.back().at == at(115_s));
  CHECK(backend::relock(u, op(2)) == failure::unavailable);  // at work
  u.perform(action::free{slot(0)});
  CHECK(backend::relock(u, op(3)) == failure::none);
  CHECK(u.now() == at(121_s));
  CHECK(all_of<event::calibration_needed>(run(u, at(222_s))).size() == 1);
  CHECK(backend::bring_back(u, op(4)) == failure::none);  // of one that works nothing is wanted
  CHECK(all_of<event::calibration_needed>(run(u, at(1000_s))).empty());
}

TEST_CASE("simulated networking unit: degradation, faults and what they cost", "[sim]") {
  simulated_networking_unit u = ready();
  REQUIRE(backend::claim_qubit(u, op(1), slot(0)) == failure::none);
  REQUIRE(backend::move_half(u, op(2), slot(0), slot(4)) == failure::none);
  REQUIRE(backend::claim_qubit(u, op(3), slot(1)) == failure::none);
  SECTION("out of tolerance it gives less light, and locking puts it right") {
    CHECK(u.installed_in({}).emission_efficiency == approx(0.4));
    u.degrade(at(30_s));
    const auto told = run(u, at(31_s));
    CHECK(all_of<event::device_state>(told).back().state == event::health::degraded);
    CHECK(u.phase() == device_phase::degraded);
    CHECK(u.installed_in({}).emission_efficiency == approx(0.2));
    CHECK(backend::claim_qubit(u, op(4), slot(0)) == failure::none);
    u.perform(command::recover{op(5), at(40_s)});
    const auto later = run(u, at(50_s));
    CHECK(ending_of(later, op(5)).is(failure::none, at(45_s)));
    CHECK(all_of<event::erased>(later) == std::vector<event::erased>{{slot(0)}, {slot(1)}});
    CHECK(u.state().holds(0));
    CHECK(u.installed_in({}).emission_efficiency == approx(0.4));
  }
  SECTION("a fault loses all that it holds, also on its way") {
    u.perform(action::move{op(6), at(30_s), slot(1), slot(5)});
    u.fail(at(30_s) + 500_ns, 60_s);
    const auto told = run(u, at(31_s));
    CHECK(ending_of(told, op(6)).is(failure::fault, at(30_s) + 500_ns));
    CHECK(all_of<event::erased>(told) == std::vector<event::erased>{{slot(4)}, {slot(5)}});
    CHECK(all_of<event::device_state>(told).back().state == event::health::fault);
    CHECK(backend::claim_qubit(u, op(7), slot(0)) == failure::unavailable);
    CHECK(backend::bring_back(u, op(8)) == failure::unavailable);
    run(u, at(91_s));
    CHECK(backend::bring_back(u, op(9)) == failure::none);
    CHECK(u.now() == at(106_s));
    CHECK(backend::claim_qubit(u, op(10), slot(0)) == failure::none);
  }
  SECTION("a fault while it locks ends that") {
    u.perform(action::free{slot(1)});
    u.perform(action::calibrate{op(6), at(30_s), port_id::none()});
    u.fail(at(32_s), 0_s);
    CHECK(ending_of(run(u, at(40_s)), op(6)).is(failure::fault, at(32_s)));
  }
}

TEST_CASE("simulated networking unit: operations that fail", "[sim]") {
  simulated_networking_unit u = ready({.operation_fails = 1});
  CHECK(backend::claim_qubit(u, op(1), slot(0)) == failure::fault);
  CHECK_FALSE(u.state().uses(0));
  const simulated_networking_unit copy = u;
  CHECK(copy == u);
}

TEST_CASE("simulated networking unit: the published ones start up", "[sim]") {
  for (const link::networking_unit_preset& p : link::networking_unit_presets()) {
    INFO(p.name);
    simulated_networking_unit u{p.value};
    CHECK(backend::bring_up(u, op(1)) == failure::none);
    CHECK(u.now().since_epoch() == p.value.times.until_ready());
  }
  // One whose converter is known at compile time.
  sim::basic_simulated_networking_unit<link::emitter> atom{{.photonics = link::emitter{.collection = 0.3}}};
  CHECK(backend::bring_up(atom, op(1)) == failure::none);
}
