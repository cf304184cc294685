// SPDX-License-Identifier: Apache-2.0
#include <ebit/purify/epl.hpp>

#include <cmath>
#include <string>

#include <ebit/purify/concepts.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

constexpr std::uint64_t seed = 20260101;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

static_assert(purify::purify_policy<purify::epl> &&
              purify::keep_rule_of<purify::epl> == purify::keep_rule::both_set && purify::coherent<purify::epl> &&
              !purify::pumps<purify::epl>);

/// (1 − q)|Ψ(φ)⟩⟨Ψ(φ)| + q|11⟩⟨11|, its coherence down to `c`.
x_state lossy(double q, double phase, double c = 1) {
  const double p = (1 - q) / 2;
  return x_state::from_elements({0, p, p, q, 0, 0, c * p * std::cos(phase), -c * p * std::sin(phase)});
}
referee::pair kept_by_gates(const referee::pair& keep, const referee::pair& spent, const gate_noise& noise) {
  return referee::distil(keep, spent, purify::epl{}.recipe({}, {}), true, true, noise);
}

}  // namespace

TEST_CASE("epl: agrees with gates on density matrices for any X states", "[purify]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 1000; ++i) {
    const x_state a = referee::any_x_state(stream), b = referee::any_x_state(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    worst = std::max(worst, referee::distance(purify::epl{}.apply(a, b, noise),
                                              kept_by_gates(referee::pair::from(a), referee::pair::from(b), noise)));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("epl: loss and a common phase leave nothing behind; unequal ones what the closed form says", "[purify]") {
  auto stream = fresh(2);
  for (int i = 0; i < 300; ++i) {
    const double q = 0.95 * sample::uniform(stream), r = 0.95 * sample::uniform(stream);
    const double phase = 6 * sample::uniform(stream), other = 6 * sample::uniform(stream);
    const double c = sample::uniform(stream), d = sample::uniform(stream);
    CAPTURE(seed, q, r, phase, other, c, d);
    const auto common = purify::epl{}.apply(lossy(q, phase), lossy(q, phase));
    CHECK(std::abs(common.probability - (1 - q) * (1 - q) / 2) < 1e-13);
    CHECK(std::abs(common.state.fidelity(bell_index::psi_plus) - 1) < 1e-12);
    const auto unequal = purify::epl{}.apply(lossy(q, phase), lossy(r, other));
    CHECK(std::abs(unequal.probability - (1 - q) * (1 - r) / 2) < 1e-13);
    CHECK(std::abs(unequal.state.fidelity(bell_index::psi_plus) - (1 + std::cos(phase - other)) / 2) < 1e-12);
    const auto blurred = purify::epl{}.apply(lossy(q, phase, c), lossy(r, phase, d));
    CHECK(std::abs(blurred.state.fidelity(bell_index::psi_plus) - (1 + c * d) / 2) < 1e-12);
    // Ψ+ with Ψ− gives Ψ−, as frames add; a parity alone would keep the |11⟩ part.
    const auto mixed = purify::epl{}.apply(lossy(q, phase), lossy(q, phase).corrected(pauli_frame{false, true}));
    CHECK(std::abs(mixed.state.fidelity(bell_index::psi_minus) - 1) < 1e-12);
    const auto parity = x_state::distil_branch(lossy(0.3, phase), lossy(0.3, phase), {}, false);
    CHECK(parity.state.fidelity(bell_index::psi_plus) < 0.9);
  }
}

TEST_CASE("epl: of pairs that wait in memories with finite T1 and drift in phase, as the density matrix says",
          "[purify]") {
  auto stream = fresh(3);
  double worst = 0;
  bool higher = false;
  for (int i = 0; i < 300; ++i) {
    const memory_noise memory = referee::any_memory_noise(stream);
    const duration first = referee::any_time(stream), second = referee::any_time(stream);
    const double q = sample::uniform(stream), shared = 6 * sample::uniform(stream);
    const double drift = 0.3 * sample::uniform(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    // The kept pair waits while the second is made; then both wait. The phase sits on half a of each.
    x_state keep = lossy(q, shared).phased(half::a, drift), spent = lossy(q, shared);
    keep = keep.aged(half::a, first, memory).aged(half::b, first, memory);
    for (x_state* s : {&keep, &spent}) *s = s->aged(half::a, second, memory).aged(half::b, second, memory);
    referee::pair keep_m = referee::pair::from(lossy(q, shared)), spent_m = keep_m;
    keep_m.apply(gates::phase(drift), 0);
    keep_m.age(first, memory, 0).age(first, memory, 1);
    for (referee::pair* m : {&keep_m, &spent_m}) m->age(second, memory, 0).age(second, memory, 1);
    const auto kept = purify::epl{}.apply(keep, spent, noise);
    worst = std::max(worst, referee::distance(kept, kept_by_gates(keep_m, spent_m, noise)));
    // The twirl of the same pairs, distilled by parity, is no substitute.
    const auto twirled = bell_diagonal::distil_branch(keep.twirled(), spent.twirled(), {}, false, noise);
    higher = higher || kept.state.fidelity(bell_index::psi_plus) > twirled.state.fidelity(bell_index::psi_plus) + 0.2;
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
  CHECK(higher);
}

TEST_CASE("epl: on Bell-diagonal pairs it keeps half of what a parity keeps", "[purify]") {
  auto stream = fresh(4);
  double worst = 0;
  for (int i = 0; i < 500; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    worst = std::max(worst, referee::distance(purify::epl{}.apply(a, b, noise),
                                              kept_by_gates(referee::pair::from(a), referee::pair::from(b), noise)));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("epl: has no rounds or one", "[purify]") {
  CHECK(purify::epl{.rounds = 0}.validate());
  CHECK(purify::epl{}.validate());
  const status two = purify::epl{.rounds = 2}.validate();
  REQUIRE(!two);
  CHECK(two.error() == config_error{"epl.rounds", "2", "0 or 1"});
}
