// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include <ebit/backend/device_operations.hpp>
#include <ebit/sim/simulated_qpu.hpp>

#include <support/catch.hpp>
#include <support/device_log.hpp>

using namespace ebit;
using namespace ebit::literals;
using action::gate_kind;
using ebit_test::all_of;
using ebit_test::approx;
using ebit_test::ending_of;
using ebit_test::run;
using sim::simulated_qpu;

namespace {

constexpr local_time at(duration d) { return local_time{d}; }
constexpr operation_id op(std::uint32_t n) { return operation_id{n}; }
constexpr slot_id slot(std::uint32_t n) { return slot_id{n}; }

const link::qpu small{.data_qubits = 2,
                      .communication_qubits = 1,
                      .buffer_qubits = 1,
                      .one_qubit_time = 10_ns,
                      .two_qubit_time = 40_ns,
                      .read_out_time = 500_ns,
                      .reset_time = 1_us};

/// Φ+ of slots 0 and 1.
void entangle(simulated_qpu& p) {
  REQUIRE(backend::apply_gate(p, op(100), gate_kind::h, slot_id::none(), slot(0)) == failure::none);
  REQUIRE(backend::apply_gate(p, op(101), gate_kind::cnot, slot(0), slot(1)) == failure::none);
}

}  // namespace

TEST_CASE("simulated qpu: gates take their time and do what they should", "[sim]") {
  simulated_qpu p{small};
  entangle(p);
  CHECK(p.now() == at(50_ns));
  CHECK(p.bell_label(slot(0), slot(1)) == std::optional{bell_index::phi_plus});
  CHECK(backend::apply_gate(p, op(1), gate_kind::z, {}, slot(1)) == failure::none);
  CHECK(p.bell_label(slot(0), slot(1)) == std::optional{bell_index::phi_minus});
  CHECK(backend::apply_gate(p, op(2), gate_kind::x, {}, slot(1)) == failure::none);
  CHECK(p.bell_label(slot(0), slot(1)) == std::optional{bell_index::psi_minus});
  // A half moves to a buffer and back.
  CHECK(backend::carry_out(p, action::move{op(3), p.now(), slot(1), slot(3)}) == failure::none);
  CHECK(p.bell_label(slot(0), slot(3)) == std::optional{bell_index::psi_minus});
  // Outcomes of a pair in its correlated bases: Ψ− is opposite in all three.
  for (const basis b : {basis::x, basis::y, basis::z}) {
    simulated_qpu copy = p;
    const auto here = backend::read_qubit(copy, op(4), slot(0), b),
               there = backend::read_qubit(copy, op(5), slot(3), b);
    CHECK(here.first == failure::none);
    CHECK(here.second != there.second);
    CHECK(backend::read_qubit(copy, op(6), slot(0), b).second == here.second);  // it stays as it was read
    CHECK(copy.now() - p.now() == 1500_ns);
  }
  CHECK(backend::apply_gate(p, op(7), gate_kind::s, {}, slot(0)) == failure::none);
  CHECK(backend::apply_gate(p, op(8), gate_kind::cz, slot(0), slot(2)) == failure::none);
  CHECK(backend::carry_out(p, action::initialise{op(9), p.now(), slot(0)}) == failure::none);
  CHECK_FALSE(backend::read_qubit(p, op(10), slot(0), basis::z).second);
}

TEST_CASE("simulated qpu: a qubit takes one operation at a time, and has to be there", "[sim]") {
  simulated_qpu p{small};
  p.perform(action::gate{op(1), at(0_s), gate_kind::cnot, slot(0), slot(1)});
  p.perform(action::gate{op(2), at(10_ns), gate_kind::x, {}, slot(1)});
  p.perform(action::gate{op(3), at(10_ns), gate_kind::x, {}, slot(2)});
  p.perform(action::gate{op(4), at(40_ns), gate_kind::x, {}, slot(1)});
  p.perform(action::gate{op(5), at(1_us), gate_kind::cz, slot(0), slot(0)});
  p.perform(action::gate{op(6), at(1_us), gate_kind::cnot, {}, slot(0)});
  p.perform(action::measure{op(7), at(1_us), slot(4), basis::z});
  p.perform(action::move{op(8), at(1_us), slot(0), {}});
  const auto told = run(p, at(2_us));
  CHECK(ending_of(told, op(1)).is(failure::none, at(40_ns)));
  CHECK(ending_of(told, op(2)).is(failure::unavailable, at(10_ns)));
  CHECK(ending_of(told, op(3)).is(failure::none, at(20_ns)));
  CHECK(ending_of(told, op(4)).is(failure::none, at(50_ns)));
  for (const std::uint32_t wrong : {5U, 6U, 7U, 8U}) CHECK(ending_of(told, op(wrong)).why == failure::unavailable);
}

TEST_CASE("simulated qpu: noise of gates, read-outs and memories is that of the model", "[sim]") {
  const int runs = 4000;
  const auto share_right = [&](const link::qpu& model, duration wait) {
    int right = 0;
    for (int i = 0; i < runs; ++i) {
      simulated_qpu p{model, {}, 17, static_cast<std::uint64_t>(i)};
      entangle(p);
      run(p, p.now() + wait);
      const bool a = backend::read_qubit(p, op(1), slot(0), basis::z).second;
      right += backend::read_qubit(p, op(2), slot(1), basis::z).second == a ? 1 : 0;
    }
    return static_cast<double>(right) / runs;
  };
  const auto within = [&](double seen, double wanted) {
    CHECK(seen == ebit_test::approx(wanted).margin(4 * std::sqrt(wanted * (1 - wanted) / runs)));
  };
  link::qpu gates = small;
  gates.gates.two_qubit = 0.2;  // half of the white noise spoils ZZ
  within(share_right(gates, 0_s), 0.9);
  link::qpu reading = small;
  reading.gates.read_out = 0.1;
  within(share_right(reading, 0_s), 0.9 * 0.9 + 0.1 * 0.1);
  link::qpu memory = small;
  memory.data_memory = {1_ms, 1_ms};
  // Either half is flipped with probability (1 - exp(-t/T1))/2 by the twirled channel.
  const double flip = (1 - std::exp(-0.5)) / 2;
  within(share_right(memory, 500_us), (1 - flip) * (1 - flip) + flip * flip);
}

TEST_CASE("simulated qpu: faults cost the qubits, and are told", "[sim]") {
  simulated_qpu p{small};
  entangle(p);
  p.perform(action::measure{op(1), at(1_us), slot(0), basis::z});
  p.fail(at(1_us) + 100_ns, 1_ms);
  p.perform(action::gate{op(2), at(500_us), gate_kind::x, {}, slot(0)});
  const auto told = run(p, at(900_us));
  CHECK(p.broken());
  CHECK(ending_of(told, op(1)).why == failure::fault);
  CHECK(ending_of(told, op(2)).why == failure::unavailable);
  CHECK(all_of<event::erased>(told).size() == 4);
  CHECK(all_of<event::measured>(told).empty());
  const auto later = run(p, at(2_ms));
  CHECK(all_of<event::device_state>(later).back().state == event::health::ready);
  CHECK_FALSE(p.broken());
  CHECK(backend::apply_gate(p, op(3), gate_kind::x, {}, slot(0)) == failure::none);

  simulated_qpu bad{small, {.operation_fails = 1}};
  CHECK(backend::apply_gate(bad, op(1), gate_kind::x, {}, slot(0)) == failure::fault);
  simulated_qpu tired{small, {.between_faults = 1_s, .repair = 10_ms}, 2};
  CHECK_FALSE(all_of<event::device_state>(run(tired, at(20_s))).empty());
}
