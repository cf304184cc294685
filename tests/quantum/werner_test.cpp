// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/werner.hpp>

#include <cmath>
#include <type_traits>

#include <ebit/quantum/concepts.hpp>

#include <support/catch.hpp>
#include "referee.hpp"

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20240504;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

static_assert(ensemble_state<werner> && std::is_trivially_copyable_v<werner>);

werner any_werner(random_stream& stream) {
  const double fidelity = sample::uniform(stream);
  return werner::of_fidelity(fidelity, referee::any_label(stream));
}

}  // namespace

TEST_CASE("werner: is a bell_diagonal, twirled", "[quantum]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 2000; ++i) {
    const werner a = any_werner(stream), b = any_werner(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const bell_index m = referee::any_label(stream);
    const auto joined = werner::swap_branch(a, b, m, noise);
    const auto exact = bell_diagonal::swap_branch(a.diagonal(), b.diagonal(), m, noise);
    worst = std::max(worst, referee::distance(joined.state.diagonal(), exact.state.twirled(joined.state.label())));

    const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
    const bool parity = referee::any_bit(stream);
    const auto kept = werner::distil_branch(a, b, recipe, parity, noise);
    const auto full = bell_diagonal::distil_branch(a.diagonal(), b.diagonal(), recipe, parity, noise);
    worst = std::max(worst, std::abs(kept.probability - full.probability));
    worst = std::max(worst, referee::distance(kept.state.diagonal(), full.state.twirled(kept.state.label())));

    const bell_diagonal any = referee::any_bell_diagonal(stream);
    const werner from = werner::from(any, stream);
    CHECK(from.label() == any.likeliest());
    worst = std::max(worst, referee::distance(from.diagonal(), any.twirled(any.likeliest())));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("werner: exact without the twirl where it says so", "[quantum]") {
  auto stream = fresh(2);
  double worst = 0;
  for (int i = 0; i < 1000; ++i) {
    const werner a = any_werner(stream), b = any_werner(stream);
    const gate_noise white{.two_qubit = sample::uniform(stream)};
    const bell_index m = referee::any_label(stream);
    worst =
        std::max(worst, referee::distance(werner::swap_branch(a, b, m, white).state.diagonal(),
                                          bell_diagonal::swap_branch(a.diagonal(), b.diagonal(), m, white).state));
    const duration t = referee::any_time(stream), constant = referee::any_time(stream);
    const memory_noise memory{.t1 = constant, .t2 = constant};
    worst = std::max(worst,
                     referee::distance(a.aged(half::a, t, memory).diagonal(), a.diagonal().aged(half::a, t, memory)));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("werner: ageing is a semigroup and never too optimistic", "[quantum]") {
  auto stream = fresh(3);
  for (int i = 0; i < 2000; ++i) {
    const werner a = werner::of_fidelity(0.25 + 0.75 * sample::uniform(stream), referee::any_label(stream));
    const memory_noise memory = referee::any_memory_noise(stream);
    const duration t = referee::any_time(stream), u = referee::any_time(stream);
    const werner fast = a.aged(half::a, t, memory);
    CHECK(std::abs(fast.aged(half::b, u, memory).w() - a.aged(half::a, t + u, memory).w()) < 1e-12);
    CHECK(fast.fidelity(a.label()) <= a.diagonal().aged(half::a, t, memory).fidelity(a.label()) + 1e-12);
    // At first it is the exact rate: the difference is of second order in the time.
    const duration soon = memory.t2 / 100000;
    const double exact = a.diagonal().aged(half::a, soon, memory).fidelity(a.label());
    CHECK(std::abs(a.aged(half::a, soon, memory).fidelity(a.label()) - exact) < 1e-9);
  }
}
