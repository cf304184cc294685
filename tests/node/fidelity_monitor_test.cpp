// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/link/test_rounds.hpp>
#include <ebit/node/fidelity_monitor.hpp>

using namespace ebit;

namespace {

[[nodiscard]] pair_id name(std::uint64_t sequence) { return {path_id{2}, 5, sequence}; }

/// One test pair of a circuit that is expected to give 0.95.
void test(fidelity_monitor& m, circuit_id of, std::uint64_t sequence, bool agrees, double needed) {
  const basis in = link::test_rounds::basis_for(name(sequence), basis_choice::xyz);
  m.own({of, name(sequence), in, true, 0.95, needed});
  wire::tested word;
  word.name_sequence = sequence, word.name_epoch = 5, word.name_path = path_id{2};
  word.bit = agrees ? 1 : 0;
  m.peer(of, 0.95, needed, 0, word);
}

}  // namespace

TEST_CASE("node.fidelity_monitor: each circuit is known by its own tests, from the first on") {
  fidelity_monitor m;
  CHECK((m.of(circuit_id{1}) == nullptr && !m.falls_short(circuit_id{1})));
  for (std::uint64_t s = 0; s < 60; ++s) test(m, circuit_id{1}, s, true, 0.9);
  for (std::uint64_t s = 0; s < 60; ++s) test(m, circuit_id{2}, s, s % 2 == 0, 0.9);
  REQUIRE((m.of(circuit_id{1}) != nullptr && m.of(circuit_id{2}) != nullptr));
  CHECK((m.of(circuit_id{1})->estimate().value() == 1 && m.of(circuit_id{1})->estimate().tests() == 60));
  CHECK(m.of(circuit_id{2})->estimate().value() < 0.5);
  CHECK((!m.falls_short(circuit_id{1}) && m.falls_short(circuit_id{2})));
}

TEST_CASE("node.fidelity_monitor: the tail's word may come first") {
  fidelity_monitor m;
  wire::tested word;
  word.name_sequence = 7, word.name_epoch = 5, word.name_path = path_id{2}, word.bit = 1;
  m.peer(circuit_id{1}, 0.95, 0.9, 0, word);
  CHECK(m.of(circuit_id{1})->estimate().tests() == 0);
  m.own({circuit_id{1}, name(7), basis::z, true, 0.95, 0.9});
  CHECK((m.of(circuit_id{1})->estimate().tests() == 1 && m.of(circuit_id{1})->estimate().failures() == 0));
}

TEST_CASE("node.fidelity_monitor: only what is needed now can be fallen short of") {
  // Every fifth test fails: a fidelity of 0.7.
  fidelity_monitor m;
  for (std::uint64_t s = 0; s < 50; ++s) test(m, circuit_id{1}, s, s % 5 != 0, 0);
  CHECK_FALSE(m.falls_short(circuit_id{1}));
  test(m, circuit_id{1}, 50, true, 0.95);  // a request has joined that needs more
  CHECK(m.falls_short(circuit_id{1}));
  test(m, circuit_id{1}, 51, true, 0.6);  // and has left
  CHECK_FALSE(m.falls_short(circuit_id{1}));
}

TEST_CASE("node.fidelity_monitor: good circuits are rarely refused, however often one looks; bad ones are") {
  int refused = 0, spared = 0;
  for (std::uint64_t run = 0; run < 200; ++run) {
    random_stream draw{561, random_purpose::user, run};
    for (const double fails : {0.066, 0.2}) {  // fidelities 0.901 and 0.7; needed: 0.9
      fidelity_monitor m;
      bool is_short = false;
      for (std::uint64_t s = 0; s < 400; ++s) {
        test(m, circuit_id{1}, s, !sample::bernoulli(draw, fails), 0.9);
        is_short = is_short || m.falls_short(circuit_id{1});
      }
      if (fails < 0.1 && is_short) ++refused;
      if (fails > 0.1 && !is_short) ++spared;
    }
  }
  INFO("seed 561: " << refused << " refused, " << spared << " spared, of 200 each");
  CHECK(refused <= 10);
  CHECK(spared == 0);
}

TEST_CASE("node.fidelity_monitor: circuits come and go, and the first makes room for the last") {
  constexpr auto most = static_cast<std::uint32_t>(fidelity_monitor::most);
  fidelity_monitor m;
  for (std::uint32_t c = 0; c < 1000; ++c) {
    test(m, circuit_id{c}, 1, true, 0.5);
    CHECK(m.of(circuit_id{c})->estimate().tests() == 1);
    if (c >= most) CHECK(m.of(circuit_id{c - most}) == nullptr);
    if (c > 0) CHECK(m.of(circuit_id{c - 1}) != nullptr);
  }
}

TEST_CASE("node.fidelity_monitor: what is known of a path is of all circuits over it, alarms or not") {
  fidelity_monitor m;
  CHECK(m.over(path_id{2}).tests() == 0);
  // Good until it is not: the estimate of the circuit begins anew.
  for (std::uint64_t s = 0; s < 200; ++s) test(m, circuit_id{1}, s, s < 100, 0);
  REQUIRE((m.of(circuit_id{1})->alarms() > 0 && m.of(circuit_id{1})->estimate().tests() < 110));
  CHECK((m.over(path_id{2}).tests() == 200 && m.over(path_id{2}).failures() == 100));
  for (std::uint64_t s = 0; s < 40; ++s) test(m, circuit_id{2}, s, s % 2 == 0, 0);
  CHECK((m.over(path_id{2}).tests() == 240 && m.over(path_id{2}).failures() == 120));
  CHECK(m.over(path_id{2}).value() == 0.25);
  CHECK(m.over(path_id{3}).tests() == 0);
  // Pairs over another path.
  const pair_id there{path_id{3}, 5, 1};
  m.own({circuit_id{3}, there, basis::z, true, 0.95, 0});
  wire::tested word;
  word.name_sequence = 1, word.name_epoch = 5, word.name_path = path_id{3}, word.bit = 1;
  m.peer(circuit_id{3}, 0.95, 0, 0, word);
  CHECK((m.over(path_id{3}).tests() == 1 && m.over(path_id{3}).failures() == 0 && m.over(path_id{2}).tests() == 240));
}
