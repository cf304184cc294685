// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/werner.hpp>
#include <ebit/quantum/x_state.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20260105;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

double distance(const werner& one, const bell_diagonal& other) { return referee::distance(one.diagonal(), other); }

}  // namespace

TEST_CASE("purify.twirl: werner is bell_diagonal twirled after every operation", "[purify]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int run = 0; run < 200; ++run) {
    // A protocol of random operations, carried out on both; the referee twirls around the label it ought to have.
    const double f = 0.5 + 0.5 * sample::uniform(stream);
    const bell_index start = referee::any_label(stream);
    werner one = werner::of_fidelity(f, start);
    bell_diagonal other = bell_diagonal::werner(f, start);
    for (int step = 0; step < 12; ++step) {
      const gate_noise noise = referee::any_gate_noise(stream);
      const double g = 0.5 + 0.5 * sample::uniform(stream);
      const bell_index label = referee::any_label(stream);
      const werner partner = werner::of_fidelity(g, label);
      const bell_diagonal partner_diagonal = bell_diagonal::werner(g, label);
      switch (sample::below(stream, 4)) {
        case 0: {
          const bell_index outcome = referee::any_label(stream);
          one = werner::swap_branch(one, partner, outcome, noise).state;
          other = bell_diagonal::swap_branch(other, partner_diagonal, outcome, noise).state;
          break;
        }
        case 1: {
          const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
          const bool parity = referee::any_bit(stream);
          const auto kept = werner::distil_branch(one, partner, recipe, parity, noise);
          const auto exact = bell_diagonal::distil_branch(other, partner_diagonal, recipe, parity, noise);
          worst = std::max(worst, std::abs(kept.probability - exact.probability));
          one = kept.state;
          other = exact.state;
          break;
        }
        case 2: {
          one = one.whitened(noise.two_qubit);
          other = other.whitened(noise.two_qubit);
          break;
        }
        default: {
          // White decay; for others `werner` twirls all along, which the last test bounds.
          const duration t = referee::any_time(stream);
          const memory_noise memory{.t1 = duration::seconds(0.7), .t2 = duration::seconds(0.7)};
          one = one.aged(half::b, t, memory);
          other = other.aged(half::b, t, memory);
        }
      }
      other = other.twirled(one.label());
      worst = std::max(worst, distance(one, other));
    }
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("purify.twirl: two rounds of DEJMPS know whether they were twirled in between", "[purify]") {
  const auto two_rounds = [](auto pair, bool twirl) {
    for (int round = 0; round < 2; ++round) {
      pair = purify::dejmps{}.apply(pair, pair).state;
      if constexpr (requires { pair.twirled(); })
        if (twirl) pair = pair.twirled();
    }
    return pair.fidelity(bell_index::phi_plus);
  };
  const double untwirled = two_rounds(bell_diagonal::werner(0.8), false);
  const double twirled = two_rounds(bell_diagonal::werner(0.8), true);
  CHECK(std::abs(untwirled - 0.944) < 5e-4);
  CHECK(std::abs(twirled - 0.874) < 5e-4);
  CHECK(std::abs(two_rounds(werner::of_fidelity(0.8), false) - twirled) < 1e-14);
}

TEST_CASE("purify.twirl: bilateral CNOTs on X states keep the Bell fidelities of their twirl only when told so",
          "[purify]") {
  // A Bell-diagonal X state goes through parity distillation as bell_diagonal does; one with ⟨Z⟩ on either half may
  // not.
  auto stream = fresh(2);
  double same = 0, different = 0;
  for (int i = 0; i < 500; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const bool parity = referee::any_bit(stream);
    const auto as_x = x_state::distil_branch(x_state{a}, x_state{b}, {}, parity, noise);
    const auto as_bell = bell_diagonal::distil_branch(a, b, {}, parity, noise);
    same = std::max(same, std::abs(as_x.probability - as_bell.probability));
    if (as_bell.probability > 1e-6) same = std::max(same, referee::distance(as_x.state.twirled(), as_bell.state));
    // Averaged over both bits of a parity the local means do not matter to xx, yy and zz; for a single outcome they
    // do.
    const x_state c = referee::any_x_state(stream), d = referee::any_x_state(stream);
    const auto outcome = x_state::distil_outcome(c, d, {}, true, true, noise);
    const auto twirled = bell_diagonal::distil_branch(c.twirled(), d.twirled(), {}, false, noise);
    different = std::max(different, std::abs(outcome.probability - twirled.probability / 2));
  }
  CAPTURE(seed);
  CHECK(same < 1e-9);
  CHECK(different > 0.05);
}

TEST_CASE("purify.twirl: a memory with unequal times is never better than its twirl allows", "[purify]") {
  auto stream = fresh(3);
  for (int i = 0; i < 500; ++i) {
    const memory_noise memory = referee::any_memory_noise(stream);
    const duration t = referee::any_time(stream);
    const double f = 0.25 + 0.75 * sample::uniform(stream);
    CAPTURE(seed, i);
    CHECK(werner::of_fidelity(f).aged(half::a, t, memory).fidelity(bell_index::phi_plus) <=
          bell_diagonal::werner(f).aged(half::a, t, memory).twirled().fidelity(bell_index::phi_plus) + 1e-12);
  }
}
