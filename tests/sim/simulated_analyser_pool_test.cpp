// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <optional>
#include <vector>

#include <ebit/backend/device_operations.hpp>
#include <ebit/sim/simulated_analyser_pool.hpp>

#include <support/catch.hpp>
#include <support/device_log.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::all_of;
using ebit_test::approx;
using ebit_test::ending_of;
using ebit_test::run;
using link::device_phase;
using sim::simulated_analyser_pool;

namespace {

constexpr local_time at(duration d) { return local_time{d}; }
constexpr operation_id op(std::uint32_t n) { return operation_id{n}; }
constexpr port_id nr(std::uint32_t n) { return port_id{n}; }

const link::analyser_pool three{.each = {.set_up = 10_us},
                                .analysers = 3,
                                .times = {.initialising = 60_s, .locking = 30_s, .deinitialising = 5_s}};

simulated_analyser_pool ready(const sim::device_faults& faults = {}) {
  simulated_analyser_pool p{three, faults, 2};
  REQUIRE(backend::bring_up(p, op(999)) == failure::none);
  REQUIRE(p.now() == at(90_s));
  run(p, at(100_s));
  return p;
}

}  // namespace

TEST_CASE("simulated analyser pool: users take turns", "[sim]") {
  simulated_analyser_pool p = ready();
  CHECK(p.phase() == device_phase::ready);
  CHECK(backend::occupy_analyser(p, op(1), nr(1), 70) == failure::none);
  CHECK(p.phase() == device_phase::busy);
  CHECK(backend::occupy_analyser(p, op(2), nr(1), 71) == failure::unavailable);
  CHECK(p.last_refusal()->message() == "analyser 1 is in use");
  CHECK(backend::occupy_analyser(p, op(3), nr(3), 71) == failure::unavailable);
  CHECK(backend::occupy_analyser(p, op(4), port_id::none(), 71) == failure::unavailable);
  CHECK(backend::shut_down(p, op(5)) == failure::unavailable);
  p.perform(command::release{op(6), at(110_s), nr(1)});  // announced
  p.perform(command::occupy{op(7), at(110_s), nr(1), 71});
  p.perform(command::occupy{op(8), at(110_s) + 10_us, nr(1), 71});
  const auto told = run(p, at(120_s));
  CHECK(ending_of(told, op(6)).is(failure::none, at(110_s)));
  CHECK(ending_of(told, op(7)).is(failure::unavailable, at(110_s)));  // it sets itself up
  CHECK(ending_of(told, op(8)).is(failure::none, at(110_s) + 10_us));
  CHECK(p.state().user(1) == std::optional<std::uint32_t>{71});
  CHECK(p.state().busy_time(at(120_s)) == approx(20 - 10e-6));
  CHECK(backend::release_analyser(p, op(9), nr(1)) == failure::none);
  CHECK(backend::release_analyser(p, op(10), nr(7)) == failure::unavailable);
  CHECK(backend::shut_down(p, op(11)) == failure::none);
  CHECK(p.phase() == device_phase::idle);
  CHECK(backend::occupy_analyser(p, op(12), nr(1), 70) == failure::unavailable);
  CHECK_FALSE(p.last_refusal());
}

TEST_CASE("simulated analyser pool: one that breaks is told by its number", "[sim]") {
  simulated_analyser_pool p = ready();
  REQUIRE(backend::occupy_analyser(p, op(1), nr(2), 70) == failure::none);
  p.fail_analyser(nr(2), at(101_s), 5_s);
  auto told = run(p, at(102_s));
  CHECK(all_of<event::device_state>(told) == std::vector<event::device_state>{{nr(2), event::health::fault}});
  CHECK(p.phase() == device_phase::degraded);
  CHECK_FALSE(p.state().user(2));
  CHECK(backend::occupy_analyser(p, op(2), nr(2), 70) == failure::unavailable);
  CHECK(backend::occupy_analyser(p, op(3), nr(0), 70) == failure::none);
  CHECK(backend::bring_back(p, op(4)) == failure::none);  // what is not mended stays broken
  CHECK(p.state().broken(2));
  told = run(p, at(107_s));
  CHECK(all_of<event::device_state>(told).back() == event::device_state{nr(2), event::health::ready});
  CHECK(backend::occupy_analyser(p, op(5), nr(2), 70) == failure::none);
}

TEST_CASE("simulated analyser pool: when it breaks as a whole everybody loses", "[sim]") {
  simulated_analyser_pool p = ready();
  REQUIRE(backend::occupy_analyser(p, op(1), nr(0), 70) == failure::none);
  REQUIRE(backend::occupy_analyser(p, op(2), nr(1), 71) == failure::none);
  p.fail(at(150_s), 10_s);
  run(p, at(151_s));
  CHECK(p.phase() == device_phase::fault);
  CHECK(p.state().in_use() == 0);
  CHECK(p.state().interrupted() == 2);
  CHECK(backend::bring_back(p, op(3)) == failure::unavailable);
  run(p, at(160_s));
  CHECK(backend::bring_back(p, op(4)) == failure::none);
  CHECK(p.now() == at(250_s));
  run(p, at(251_s));
  CHECK(backend::occupy_analyser(p, op(5), nr(0), 70) == failure::none);
}

TEST_CASE("simulated analyser pool: operations that fail break an analyser until it recovers", "[sim]") {
  simulated_analyser_pool p = ready({.operation_fails = 1});
  CHECK(backend::occupy_analyser(p, op(1), nr(0), 70) == failure::fault);
  CHECK(p.state().broken(0));
  CHECK(backend::bring_back(p, op(2)) == failure::none);
  CHECK_FALSE(p.state().broken(0));
}
