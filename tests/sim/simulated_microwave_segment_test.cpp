// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include <ebit/backend/device_operations.hpp>
#include <ebit/link/microwave_presets.hpp>
#include <ebit/sim/simulated_microwave_segment.hpp>

#include <support/catch.hpp>
#include <support/device_log.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::all_of;
using ebit_test::approx;
using ebit_test::ending_of;
using ebit_test::run;
using sim::simulated_microwave_segment;

namespace {

constexpr local_time at(duration d) { return local_time{d}; }
constexpr operation_id op(std::uint32_t n) { return operation_id{n}; }
constexpr slot_id slot(std::uint32_t n) { return slot_id{n}; }
constexpr port_id end_a{0}, end_b{1};

/// Half b of Φ+.
link::stationary_qubit half_of_a_pair() { return {x_state{bell_diagonal::pure(bell_index::phi_plus)}, half::b, 1}; }
double fidelity(const simulated_microwave_segment& s, slot_id where) {
  const auto held = s.held(where);
  REQUIRE(held);
  return held->pair.fidelity(bell_index::phi_plus);
}

}  // namespace

TEST_CASE("simulated microwave segment: a caught qubit is as good as the line's closed form says", "[sim]") {
  for (const link::microwave_preset& p : link::microwave_presets()) {
    INFO(p.name);
    simulated_microwave_segment s{p.value};
    s.put(slot(3), half_of_a_pair());
    s.perform(action::transfer{op(1), at(1_us), slot(3), end_b});
    s.perform(action::absorb{op(2), at(1_us), slot(8), end_b});
    const auto told = run(s, at(10_us));
    CHECK(ending_of(told, op(1)).is(failure::none, at(1_us)));
    CHECK(ending_of(told, op(2)).is(failure::none, at(1_us) + p.value.delay()));
    CHECK_FALSE(s.held(slot(3)));
    CHECK(fidelity(s, slot(8)) == approx(p.value.pair_fidelity()).epsilon(1e-12));
  }
}

TEST_CASE("simulated microwave segment: a coupler that is shut catches nothing", "[sim]") {
  const link::microwave_line cable{.length = 30_m};  // 150 ns
  REQUIRE(cable.delay() == 150_ns);
  simulated_microwave_segment s{cable, {}, 100_ns};
  const auto send = [&](std::uint32_t n, duration sent, duration opened) {
    s.put(slot(0), half_of_a_pair());
    s.perform(action::transfer{op(n), at(sent), slot(0), end_a});
    s.perform(action::absorb{op(n + 1), at(opened), slot(1), end_a});
    return ending_of(run(s, at(sent + 5_us)), op(n + 1));
  };
  CHECK(send(10, 10_us, 10_us + 60_ns).is(failure::none, at(10_us + 150_ns)));
  CHECK(send(20, 20_us, 20_us + 40_ns).is(failure::inconclusive, at(20_us + 140_ns)));   // shut too early
  CHECK(send(30, 30_us, 30_us + 160_ns).is(failure::inconclusive, at(30_us + 260_ns)));  // opened too late
  CHECK(send(40, 40_us, 40_us + 150_ns).why == failure::none);
  s.perform(action::absorb{op(1), at(60_us), slot(1), end_a});
  s.perform(action::absorb{op(2), at(60_us), slot(2), end_a});    // it is open already
  s.perform(action::transfer{op(3), at(60_us), slot(7), end_b});  // nothing in there
  s.put(slot(6), half_of_a_pair());
  s.perform(action::transfer{op(4), at(61_us), slot(6), port_id{2}});
  s.perform(action::absorb{op(5), at(61_us), slot(2), {}});
  const auto told = run(s, at(70_us));
  CHECK(ending_of(told, op(1)).why == failure::inconclusive);
  for (const std::uint32_t refused : {2U, 3U, 4U, 5U})
    CHECK(ending_of(told, op(refused)).why == failure::unavailable);
}

TEST_CASE("simulated microwave segment: loss of a coded qubit is noticed as often as it should", "[sim]") {
  const link::microwave_line lossy{.length = 1_m, .couplers = 3.0102999566_dB};
  const link::port<link::carrier::microwave> end{.efficiency = 0.9};
  simulated_microwave_segment s{lossy, {end, end}, 1_us, {}, 6};
  int caught = 0;
  const int runs = 4000;
  for (int i = 0; i < runs; ++i) {
    const auto n = static_cast<std::uint32_t>(i);
    s.put(slot(0), half_of_a_pair(), link::encoding::time_bin);
    s.perform(action::transfer{op(2 * n), s.now(), slot(0), end_b});
    const failure why = backend::catch_qubit(s, op(2 * n + 1), slot(1), end_b);
    if (why == failure::none) {
      ++caught;
      REQUIRE(fidelity(s, slot(1)) == approx(1));
    } else {
      REQUIRE(why == failure::inconclusive);
    }
  }
  const double wanted = 0.9 * lossy.transmittance() * 0.9;
  CHECK(caught == approx(runs * wanted).margin(4 * std::sqrt(runs * wanted * (1 - wanted))));
}

TEST_CASE("simulated microwave segment: faults", "[sim]") {
  const link::microwave_line cable{.length = 30_m};
  simulated_microwave_segment s{cable};
  s.put(slot(0), half_of_a_pair());
  s.perform(action::transfer{op(1), at(10_us), slot(0), end_b});
  s.perform(action::absorb{op(2), at(10_us), slot(1), end_b});
  s.fail(at(10_us) + 50_ns, 10_us);
  auto told = run(s, at(12_us));
  CHECK(ending_of(told, op(1)).why == failure::none);
  CHECK(ending_of(told, op(2)).why == failure::inconclusive);
  CHECK(all_of<event::device_state>(told).back().state == event::health::fault);
  CHECK(s.broken());
  s.put(slot(0), half_of_a_pair());
  CHECK(backend::send_qubit(s, op(3), slot(0), end_b) == failure::none);
  CHECK(backend::catch_qubit(s, op(4), slot(1), end_b) == failure::inconclusive);
  told = run(s, at(30_us));
  CHECK(all_of<event::device_state>(told).back().state == event::health::ready);
  s.put(slot(0), half_of_a_pair());
  CHECK(backend::send_qubit(s, op(5), slot(0), end_b) == failure::none);
  CHECK(backend::catch_qubit(s, op(6), slot(1), end_b) == failure::none);
  simulated_microwave_segment bad{cable, {}, 1_us, {.operation_fails = 1}};
  bad.put(slot(0), half_of_a_pair());
  CHECK(backend::send_qubit(bad, op(1), slot(0), end_b) == failure::fault);
  CHECK_FALSE(bad.held(slot(0)));
}
