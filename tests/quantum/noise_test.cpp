// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/noise.hpp>

#include <cmath>
#include <limits>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;

TEST_CASE("gate noise: probabilities are checked and named", "[quantum]") {
  CHECK(gate_noise{}.validate());
  CHECK(gate_noise{.two_qubit = 1, .one_qubit = 1, .read_out = 1, .bell_phase = 1}.validate());
  const auto checked = gate_noise{.one_qubit = 1.5}.validate();
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message() == "gate_noise.one_qubit: given 1.5, allowed 0 to 1");
  CHECK_FALSE(gate_noise{.two_qubit = -1e-9}.validate());
  const auto phase = gate_noise{.bell_phase = -0.1}.validate();
  REQUIRE_FALSE(phase);
  CHECK(phase.error().message() == "gate_noise.bell_phase: given -0.1, allowed 0 to 1");
  CHECK_FALSE(gate_noise{.read_out = std::numeric_limits<double>::quiet_NaN()}.validate());
}

TEST_CASE("memory noise: T2 is at most twice T1", "[quantum]") {
  CHECK(memory_noise{}.validate());
  CHECK(memory_noise{.t2 = 1_s}.validate());
  CHECK(memory_noise{.t1 = 1_s, .t2 = 2_s}.validate());
  const auto checked = memory_noise{.t1 = 1_s, .t2 = 2001_ms}.validate();
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message() == "memory_noise.t2: given 2.001 s, allowed more than 0 s, at most 2 t1 = 2 s");
  CHECK_FALSE(memory_noise{.t1 = 1_s}.validate());
  CHECK_FALSE(memory_noise{.t1 = duration::zero(), .t2 = duration::zero()}.validate());
  CHECK_FALSE(memory_noise{.t2 = -1_s}.validate());
}

TEST_CASE("memory noise: decay over a time", "[quantum]") {
  const memory_noise memory{.t1 = 3_s, .t2 = 2_s};
  const memory_decay decay = memory.over(1_s);
  CHECK(std::abs(decay.coherence - std::exp(-0.5)) < 1e-15);
  CHECK(std::abs(decay.population - std::exp(-1.0 / 3)) < 1e-15);
  CHECK(memory.over(duration::zero()) == memory_decay{});
  CHECK(memory.over(duration::never()) == memory_decay{0, 0});
  CHECK(memory_noise{}.over(duration::never()) == memory_decay{});
}
