// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include <ebit/backend/device_operations.hpp>
#include <ebit/sim/simulated_pair_source.hpp>

#include <support/catch.hpp>
#include <support/device_log.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::all_of;
using ebit_test::approx;
using ebit_test::ending_of;
using ebit_test::run;
using link::device_phase;
using sim::simulated_pair_source;

namespace {

constexpr local_time at(duration d) { return local_time{d}; }
constexpr operation_id op(std::uint32_t n) { return operation_id{n}; }

const link::lifecycle_times minutes{.initialising = 60_s, .locking = 240_s, .deinitialising = 30_s};
const link::pair_source weak{.mean_pairs = 0.02, .repetition = hertz(1e8), .channels = 3, .start_up = 2_s};

simulated_pair_source ready(const sim::device_faults& faults = {}) {
  simulated_pair_source s{weak, minutes, faults, 4, 5};
  REQUIRE(backend::bring_up(s, op(999)) == failure::none);
  REQUIRE(s.now() == at(300_s));
  run(s, at(300_s));
  return s;
}

}  // namespace

TEST_CASE("simulated pair source: bound to one run at a time", "[sim]") {
  simulated_pair_source s = ready();
  CHECK_FALSE(s.run());
  CHECK(s.next_filled_pulse(0, s.now()).is_never());
  CHECK(backend::stop_emission(s, op(1)) == failure::unavailable);
  CHECK(backend::start_emission(s, op(2), 7) == failure::none);
  CHECK(s.now() == at(302_s));  // the first pulse leaves
  CHECK(s.run() == std::optional<std::uint32_t>{7});
  CHECK(s.phase() == device_phase::busy);
  CHECK(s.emits(at(302_s)));
  CHECK(backend::start_emission(s, op(3), 8) == failure::unavailable);
  CHECK(backend::shut_down(s, op(4)) == failure::unavailable);
  CHECK(backend::stop_emission(s, op(5)) == failure::none);
  CHECK_FALSE(s.emits(s.now()));
  s.perform(command::start_emission{op(6), at(400_s), 9});
  s.perform(command::stop_emission{op(7), at(401_s)});  // before the first pulse
  const auto told = run(s, at(410_s));
  CHECK(ending_of(told, op(6)).is(failure::stopped, at(401_s)));
  CHECK(ending_of(told, op(7)).is(failure::none, at(401_s)));
  CHECK(backend::shut_down(s, op(8)) == failure::none);
  CHECK(backend::start_emission(s, op(9), 10) == failure::unavailable);
}

TEST_CASE("simulated pair source: pulses are filled as often as the model says, and the same ones for all who ask",
          "[sim]") {
  simulated_pair_source s = ready();
  REQUIRE(backend::start_emission(s, op(1), 7) == failure::none);
  const local_time begin = s.now();
  for (const std::uint32_t channel : {0U, 1U, 2U}) {
    int filled = 0;
    local_time t = begin;
    for (;;) {
      t = s.next_filled_pulse(channel, t);
      if (t >= begin + 1_ms) break;
      REQUIRE((t - begin).picoseconds() % 10'000 == 0);
      ++filled;
      if (filled % 50 == 0) CHECK(s.next_filled_pulse(channel, t - 3_ns) == t);
      t += 1_ps;
    }
    const double wanted = weak.filled_pulses().base() * 1e-3;
    CHECK(filled == approx(wanted).margin(4 * std::sqrt(wanted)));
  }
  CHECK(s.next_filled_pulse(0, begin) != s.next_filled_pulse(1, begin));
  CHECK(s.next_filled_pulse(0, at(0_s)) == s.next_filled_pulse(0, begin));
  // Asking anywhere first changes nothing.
  const local_time far = s.next_filled_pulse(0, begin + 1_s);
  const simulated_pair_source copy = s;
  local_time t = begin + 900_ms;
  while (t < begin + 1_s) t = copy.next_filled_pulse(0, t) + 1_ps;
  CHECK(copy.next_filled_pulse(0, t - 1_ps) == far);
  // Another run, other pulses.
  REQUIRE(backend::stop_emission(s, op(2)) == failure::none);
  REQUIRE(backend::start_emission(s, op(3), 8) == failure::none);
  CHECK(s.next_filled_pulse(0, s.now()) - s.now() != copy.next_filled_pulse(0, begin) - begin);
}

TEST_CASE("simulated pair source: degradation and faults", "[sim]") {
  simulated_pair_source s = ready();
  REQUIRE(backend::start_emission(s, op(1), 7) == failure::none);
  s.degrade(at(310_s));
  CHECK(all_of<event::device_state>(run(s, at(311_s))).back().state == event::health::degraded);
  CHECK(s.run());  // it goes on
  CHECK(backend::bring_back(s, op(2)) == failure::none);
  CHECK(s.now() == at(551_s));  // locked anew
  CHECK_FALSE(s.run());
  REQUIRE(backend::start_emission(s, op(3), 8) == failure::none);
  s.fail(at(600_s), 10_s);
  run(s, at(601_s));
  CHECK(s.phase() == device_phase::fault);
  CHECK_FALSE(s.run());
  CHECK(backend::bring_back(s, op(4)) == failure::unavailable);
  run(s, at(611_s));
  CHECK(backend::bring_back(s, op(5)) == failure::none);
  CHECK(s.now() == at(911_s));

  simulated_pair_source bad = ready({.operation_fails = 1});
  CHECK(backend::start_emission(bad, op(1), 7) == failure::fault);
  CHECK_FALSE(bad.run());
  CHECK(bad.phase() == device_phase::ready);
}
