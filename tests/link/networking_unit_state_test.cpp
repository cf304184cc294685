// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <queue>
#include <string>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/link/networking_unit_state.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using link::device_phase;
using link::networking_unit_state;
using link::unit_obstacle;

namespace {

constexpr world_time at(duration d) { return world_time{d}; }

const link::networking_unit unit{.ports = 2,
                                 .communication_qubits = 4,
                                 .buffer_qubits = 2,
                                 .move_time = 1_us,
                                 .times = {.initialising = 10_s, .locking = 5_s, .deinitialising = 2_s},
                                 .relock_every = 100_s};

networking_unit_state ready() {
  networking_unit_state s{unit};
  REQUIRE(s.initialise(at(0_s)));
  REQUIRE(s.phase(at(15_s)) == device_phase::ready);
  return s;
}

}  // namespace

TEST_CASE("networking unit state: it serves when it works, and is busy while it is used", "[link]") {
  networking_unit_state s{unit};
  CHECK(s.claim(0, at(0_s)).error().message() == "the unit does not work but is idle");
  CHECK(*s.initialise(at(1_s)) == at(16_s));
  CHECK(s.claim(0, at(15_s)).error().doing == device_phase::locking);
  CHECK(*s.claim(0, at(16_s)) == 0);
  CHECK(s.phase(at(16_s)) == device_phase::busy);
  CHECK(*s.claim(1, at(16_s)) == 2);
  CHECK(*s.claim(0, at(16_s)) == 1);
  CHECK(s.claim(0, at(16_s)).error().message() == "all communication qubits are in use");
  CHECK(s.claim(2, at(16_s)).error().why == unit_obstacle::no_such_qubit);
  CHECK(s.claimed() == 3);
  for (const std::uint16_t q : {std::uint16_t{0}, std::uint16_t{1}, std::uint16_t{2}}) {
    CHECK(s.phase(at(17_s)) == device_phase::busy);
    CHECK(*s.release(q, at(17_s)) == q);
  }
  CHECK(s.phase(at(17_s)) == device_phase::ready);
  CHECK(s.release(0, at(17_s)).error().message() == "nothing is held there");
  CHECK(s.release(9, at(17_s)).error().why == unit_obstacle::no_such_qubit);
}

TEST_CASE("networking unit state: halves move into buffer qubits", "[link]") {
  networking_unit_state s = ready();
  REQUIRE(s.claim(0, at(20_s)));
  CHECK(*s.store(0, at(20_s)) == 0);
  CHECK(s.phase(at(20_s)) == device_phase::ready);  // what is buffered does not keep it busy
  CHECK(s.holds(0));
  CHECK(s.buffered() == 1);
  CHECK(*s.claim(0, at(20_s)) == 1);  // qubit 0 is still moving
  CHECK_FALSE(s.claim(0, at(20_s) + 1_us - 1_ps));
  CHECK(*s.claim(0, at(20_s) + 1_us) == 0);
  CHECK(*s.store(1, at(21_s)) == 1);
  CHECK(s.store(0, at(21_s)).error().message() == "all buffer qubits are in use");
  CHECK(s.claimed() == 1);
  CHECK(*s.take(0, at(22_s)) == 0);
  CHECK(s.take(0, at(22_s)).error().why == unit_obstacle::empty);
  CHECK(s.take(2, at(22_s)).error().why == unit_obstacle::no_such_qubit);
  CHECK(*s.store(0, at(22_s)) == 0);
  CHECK(s.store(0, at(22_s)).error().why == unit_obstacle::empty);
  CHECK(s.store(4, at(22_s)).error().why == unit_obstacle::no_such_qubit);
}

TEST_CASE("networking unit state: halves move back, to and from where they are told", "[link]") {
  networking_unit_state s = ready();
  CHECK(*s.claim_qubit(3, at(20_s)) == 3);
  CHECK(s.claim_qubit(3, at(20_s)).error().why == unit_obstacle::no_communication_qubit);
  CHECK(s.claim_qubit(4, at(20_s)).error().why == unit_obstacle::no_such_qubit);
  CHECK(*s.store_in(1, 3, at(20_s)) == 1);
  CHECK_FALSE(s.uses(3));
  CHECK(s.store_in(1, 3, at(20_s)).error().why == unit_obstacle::empty);
  REQUIRE(s.claim_qubit(2, at(20_s)));
  CHECK(s.store_in(1, 2, at(20_s)).error().why == unit_obstacle::no_buffer_qubit);
  CHECK(s.store_in(2, 2, at(20_s)).error().why == unit_obstacle::no_such_qubit);
  CHECK(s.fetch(0, 0, at(21_s)).error().why == unit_obstacle::empty);
  CHECK(s.fetch(2, 0, at(21_s)).error().why == unit_obstacle::no_such_qubit);
  CHECK(s.fetch(1, 2, at(21_s)).error().why == unit_obstacle::no_communication_qubit);
  CHECK(*s.fetch(1, 0, at(21_s)) == 0);
  CHECK(s.uses(0));
  CHECK_FALSE(s.holds(1));
  CHECK(s.store_in(1, 2, at(21_s)).error().why == unit_obstacle::no_buffer_qubit);  // still on its way out
  CHECK(*s.store_in(1, 2, at(21_s) + 1_us) == 1);
}

TEST_CASE("networking unit state: drifts ask for locking anew, not while it is at work", "[link]") {
  networking_unit_state s = ready();
  CHECK(s.relock_due() == at(115_s));
  REQUIRE(s.claim(0, at(110_s)));
  REQUIRE(s.store(0, at(111_s)));
  REQUIRE(s.claim(0, at(112_s)));
  CHECK(s.relock(at(115_s)).error().message().find("busy cannot become locking") != std::string::npos);
  REQUIRE(s.release(0, at(116_s)));
  CHECK(*s.relock(at(116_s)) == at(121_s));
  CHECK(s.holds(0));  // buffers outlive it
  CHECK_FALSE(s.claim(0, at(120_s)));
  CHECK(s.claim(0, at(121_s)));
  CHECK(s.relock_due() == at(221_s));
  CHECK(*s.recover(at(122_s)) == at(122_s));
  CHECK(s.relock_due() == at(221_s));
}

TEST_CASE("networking unit state: degradation, faults, shutdown", "[link]") {
  networking_unit_state s = ready();
  REQUIRE(s.claim(0, at(20_s)));
  SECTION("degraded it works on, and is what it was when restored") {
    REQUIRE(s.degrade(at(21_s)));
    CHECK(s.phase(at(21_s)) == device_phase::degraded);
    CHECK(s.claim(0, at(21_s)));
    CHECK_FALSE(s.relock(at(22_s)));
    REQUIRE(s.release(1, at(22_s)));
    CHECK(s.phase(at(22_s)) == device_phase::degraded);
    REQUIRE(s.restore(at(23_s)));
    CHECK(s.phase(at(23_s)) == device_phase::busy);
    REQUIRE(s.release(0, at(24_s)));
    CHECK(s.phase(at(24_s)) == device_phase::ready);
  }
  SECTION("recovery costs what the communication qubits are at") {
    REQUIRE(s.store(0, at(21_s)));
    REQUIRE(s.claim(1, at(21_s)));
    REQUIRE(s.degrade(at(22_s)));
    CHECK(*s.recover(at(22_s)) == at(27_s));
    CHECK(s.claimed() == 0);
    CHECK(s.holds(0));
    CHECK(s.claim(1, at(27_s)));
  }
  SECTION("a fault costs everything") {
    REQUIRE(s.store(0, at(21_s)));
    REQUIRE(s.claim(1, at(21_s)));
    CHECK(s.fail(at(22_s)) == 2);
    CHECK(s.claimed() + s.buffered() == 0);
    CHECK(s.claim(0, at(23_s)).error().message() == "the unit does not work but is fault");
    CHECK(s.relock_due().is_never());
    CHECK(*s.recover(at(30_s)) == at(45_s));
    CHECK(s.claim(0, at(45_s)));
  }
  SECTION("it is shut down when it does not work any more") {
    CHECK_FALSE(s.deinitialise(at(21_s)));
    REQUIRE(s.release(0, at(21_s)));
    CHECK(*s.deinitialise(at(21_s)) == at(23_s));
    CHECK(s.phase(at(23_s)) == device_phase::idle);
    CHECK(s.relock_due().is_never());
  }
}

TEST_CASE("networking unit state: more demands than qubits queue and are all served", "[link]") {
  networking_unit_state s = ready();
  random_stream random{5, random_purpose::demand, 0};
  std::queue<int> waiting;
  std::vector<std::uint16_t> in_use;
  int served = 0, asked = 0;
  world_time t = at(20_s);
  while (served < 1000) {
    t += 1_us;
    if (asked < 1000) waiting.push(asked++);  // one per step, more than four qubits can serve at once
    while (!waiting.empty()) {
      const auto q = s.claim(waiting.front() % 2 == 0 ? std::uint16_t{0} : std::uint16_t{1}, t);
      if (!q) {
        REQUIRE(q.error().why == unit_obstacle::no_communication_qubit);
        break;
      }
      waiting.pop();
      in_use.push_back(*q);
    }
    if (!in_use.empty() && random.next_u32() % 2 == 0) {
      REQUIRE(s.release(in_use.front(), t));
      in_use.erase(in_use.begin());
      ++served;
    }
    REQUIRE(s.claimed() == in_use.size());
  }
  CHECK(waiting.empty());
  CHECK(s.phase(t) == device_phase::ready);
}
