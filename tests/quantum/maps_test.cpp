// SPDX-License-Identifier: Apache-2.0
// Every map of every ensemble representation against the density matrix, on random states with random noise.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include <ebit/quantum/local_distillation.hpp>

#include <support/catch.hpp>
#include <support/positive.hpp>
#include "dense_pair.hpp"

using namespace ebit;
using referee::dense;

namespace {

constexpr std::uint64_t seed = 20240601;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }
constexpr int trials = 10000;
constexpr double tolerance = 1e-12;

template <class State>
State any(random_stream& stream) {
  if constexpr (std::same_as<State, bell_diagonal>)
    return referee::any_bell_diagonal(stream);
  else if constexpr (std::same_as<State, x_state>)
    return referee::any_x_state(stream);
  else if constexpr (std::same_as<State, two_qubit_state>)
    return referee::any_two_qubit_state(stream);
  else if constexpr (std::same_as<State, werner>) {
    const double fidelity = sample::uniform(stream);
    return werner::of_fidelity(fidelity, referee::any_label(stream));
  } else {
    static_assert(std::same_as<State, adaptive_state>);
    switch (sample::below(stream, 3)) {
      case 0: return adaptive_state{referee::any_bell_diagonal(stream)};
      case 1: return adaptive_state{referee::any_x_state(stream)};
      default: return adaptive_state{referee::any_two_qubit_state(stream)};
    }
  }
}
constexpr half halves[2] = {half::a, half::b};
std::size_t qubit(half which) { return which == half::a ? 0 : 1; }

/// A state it is, too: trace 1 and no negative eigenvalue.
bool is_state(const referee::pair& rho) {
  ebit_test::hermitian_matrix m{4};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) m(i, j) = {rho(i, j).re, rho(i, j).im};
  return std::abs(rho.trace() - 1) < tolerance && ebit_test::is_positive(m, tolerance);
}

}  // namespace

TEMPLATE_TEST_CASE("maps: every map of one pair is that of the density matrix", "[quantum]", bell_diagonal, x_state,
                   two_qubit_state, adaptive_state) {
  auto stream = fresh(1);
  double worst = 0;
  bool states = true;
  const auto compare = [&](const TestType& fast, const referee::pair& slow) {
    worst = std::max(worst, referee::distance(dense(fast), slow));
    states = states && is_state(dense(fast));
  };
  for (int i = 0; i < trials; ++i) {
    const TestType s = any<TestType>(stream);
    const referee::pair rho = dense(s);
    for (std::uint8_t label = 0; label < 4; ++label) {
      worst = std::max(worst, std::abs(rho.fidelity(bell_index{label}) - s.fidelity(bell_index{label})));
      if constexpr (requires { s.likeliest(); })
        CHECK(s.fidelity(s.likeliest()) >= s.fidelity(bell_index{label}));
      else
        worst = std::max(worst, std::abs(s.twirled().fidelity(bell_index{label}) - s.fidelity(bell_index{label})));
    }
    compare(exchanged(s), referee::exchanged(rho));

    const pauli_frame frame{referee::any_label(stream)};
    const double p = sample::uniform(stream), angle = 8 * sample::uniform(stream) - 4;
    const memory_noise memory = referee::any_memory_noise(stream);
    const duration elapsed = referee::any_time(stream);
    for (const half which : halves) {
      auto white = rho, turned = rho, idle = rho, moved = rho;
      moved.correct(frame, qubit(which));
      if constexpr (requires { s.corrected(frame, which); })
        compare(s.corrected(frame, which), moved);
      else
        compare(s.corrected(frame), moved);
      white.white_noise(p, qubit(which));
      if constexpr (requires { s.whitened(which, p); })
        compare(s.whitened(which, p), white);
      else
        compare(s.whitened(p), white);
      if constexpr (TestType::exact.phase)
        compare(s.phased(which, angle), turned.apply(gates::phase(angle), qubit(which)));
      compare(s.aged(which, elapsed, memory), TestType::exact.amplitude_damping
                                                  ? idle.age(elapsed, memory, qubit(which))
                                                  : referee::aged_twirled(rho, elapsed, memory, qubit(which)));
    }
    if constexpr (std::same_as<TestType, bell_diagonal>) {
      const bell_permutation rotation = referee::any_rotation(stream);
      auto rotated = rho;
      referee::rotate(rotated, rotation);
      compare(s.rotated(rotation), rotated);
      compare(bell_diagonal::from_correlators(s.xx(), s.yy(), s.zz()), rho);
      auto twirled = rho.scaled(0);
      for (std::uint32_t k = 0; k < 6; ++k) {
        auto one = rho;
        referee::rotate(one, bell_permutation::element(k));
        twirled = twirled + one.scaled(1.0 / 6);
      }
      compare(s.twirled(), twirled);
    }
    if constexpr (std::same_as<TestType, x_state>) compare(x_state::from_elements(s.elements()), rho);
  }
  CAPTURE(seed);
  CHECK(worst < tolerance);
  CHECK(states);
}

TEMPLATE_TEST_CASE("maps: every outcome of a swap is that of the density matrix", "[quantum]", bell_diagonal, x_state,
                   two_qubit_state, adaptive_state) {
  auto stream = fresh(2);
  double worst = 0;
  for (int i = 0; i < trials; ++i) {
    const TestType l = any<TestType>(stream), r = any<TestType>(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const auto left = dense(l), right = dense(r);
    double sum = 0;
    for (std::uint8_t m = 0; m < 4; ++m) {
      const auto fast = TestType::swap_branch(l, r, bell_index{m}, noise);
      CHECK((fast.probability >= 0 && fast.probability <= 1));
      const auto slow = referee::swap(left, right, bell_index{m}, noise);
      worst = std::max({worst, std::abs(fast.probability - slow.trace()),
                        referee::distance(dense(fast.state).scaled(fast.probability), slow)});
      sum += fast.probability;
    }
    worst = std::max(worst, std::abs(sum - 1));
  }
  CAPTURE(seed);
  CHECK(worst < tolerance);
}

TEMPLATE_TEST_CASE("maps: every outcome of every distillation is that of the density matrix", "[quantum]",
                   bell_diagonal, x_state, two_qubit_state, adaptive_state) {
  auto stream = fresh(3);
  double worst = 0;
  for (int i = 0; i < trials; ++i) {
    const TestType k = any<TestType>(stream), s = any<TestType>(stream);
    const distil_recipe recipe = referee::any_recipe<TestType>(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const auto keep = dense(k), sacrifice = dense(s);
    double sum = 0;
    for (const bool parity : {false, true}) {
      auto both = keep.scaled(0);
      for (const bool first : {false, true}) {
        const auto slow = referee::distil(keep, sacrifice, recipe, first, first != parity, noise);
        both = both + slow;
        if constexpr (requires { TestType::distil_outcome(k, s, recipe, true, true, noise); }) {
          const auto fast = TestType::distil_outcome(k, s, recipe, first, first != parity, noise);
          CHECK((fast.probability >= 0 && fast.probability <= 1));
          worst = std::max({worst, std::abs(fast.probability - slow.trace()),
                            referee::distance(dense(fast.state).scaled(fast.probability), slow)});
        }
      }
      const auto fast = TestType::distil_branch(k, s, recipe, parity, noise);
      CHECK((fast.probability >= 0 && fast.probability <= 1));
      worst = std::max({worst, std::abs(fast.probability - both.trace()),
                        referee::distance(dense(fast.state).scaled(fast.probability), both)});
      sum += fast.probability;
    }
    worst = std::max(worst, std::abs(sum - 1));
  }
  CAPTURE(seed);
  CHECK(worst < tolerance);
}

TEST_CASE("maps: a werner state keeps the fidelity of the density matrix through swaps and distillations",
          "[quantum]") {
  auto stream = fresh(4);
  double worst = 0;
  for (int i = 0; i < trials; ++i) {
    const werner a = any<werner>(stream), b = any<werner>(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const bell_index m = referee::any_label(stream);
    const auto joined = werner::swap_branch(a, b, m, noise);
    const auto slow = referee::swap(dense(a), dense(b), m, noise);
    worst = std::max({worst, std::abs(joined.probability - slow.trace()),
                      std::abs(joined.probability * joined.state.fidelity(joined.state.label()) -
                               slow.fidelity(joined.state.label()))});
    const distil_recipe recipe = referee::any_recipe<werner>(stream);
    const bool parity = referee::any_bit(stream);
    const auto kept = werner::distil_branch(a, b, recipe, parity, noise);
    const auto full = referee::distil_parity(dense(a), dense(b), recipe, parity, noise);
    worst = std::max(
        {worst, std::abs(kept.probability - full.trace()),
         std::abs(kept.probability * kept.state.fidelity(kept.state.label()) - full.fidelity(kept.state.label()))});
    const double p = sample::uniform(stream);
    auto white = dense(a);
    worst = std::max(worst, referee::distance(dense(a.whitened(p)), white.white_noise(p, 0)));
    const pauli_frame frame{m};
    auto moved = dense(b);
    worst = std::max(worst, referee::distance(dense(b.corrected(frame)), moved.correct(frame, 0)));
  }
  CAPTURE(seed);
  CHECK(worst < tolerance);
}

TEMPLATE_TEST_CASE("maps: fixed points, symmetries, labels and time", "[quantum]", bell_diagonal, x_state,
                   two_qubit_state, adaptive_state, werner) {
  auto stream = fresh(5);
  random_stream unused;
  const TestType white = TestType::from(bell_diagonal::white(), unused), perfect;
  double worst = 0;
  const auto same = [&](const branch<TestType>& a, const branch<TestType>& b) {
    worst = std::max({worst, std::abs(a.probability - b.probability),
                      referee::distance(dense(a.state).scaled(a.probability), dense(b.state).scaled(b.probability))});
  };
  for (int i = 0; i < 2000; ++i) {
    const TestType a = any<TestType>(stream), b = any<TestType>(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const distil_recipe recipe = referee::any_recipe<TestType>(stream);
    const bell_index m = referee::any_label(stream);
    const pauli_frame f{referee::any_label(stream)}, g{referee::any_label(stream)};
    const bool parity = referee::any_bit(stream);

    // White pairs stay white; a perfect pair is neutral.
    same(TestType::swap_branch(white, white, m, noise), {white, 0.25});
    same(TestType::distil_branch(white, white, recipe, parity, noise), {white, 0.5});
    same(TestType::swap_branch(a, perfect, bell_index::phi_plus), {a, 0.25});
    same(TestType::swap_branch(perfect, b, bell_index::phi_plus), {b, 0.25});
    same(TestType::distil_branch(perfect, perfect, recipe, false), {perfect, 1});
    CHECK(TestType::distil_branch(perfect, perfect, recipe, true).probability == 0);
    // A swap seen in a mirror is the swap of the mirrored pairs.
    const auto joined = TestType::swap_branch(a, b, m, noise);
    same({exchanged(joined.state), joined.probability}, TestType::swap_branch(exchanged(b), exchanged(a), m, noise));
    // A Pauli on a measured half shows in the outcome, on a far half in the state; a distillation carries frames on.
    const auto turned = [](TestType state, pauli_frame frame) {
      state.correct(frame);
      return state;
    };
    same(TestType::swap_branch(turned(a, f), b, (f ^ pauli_frame{m}).index(), noise), joined);
    same(TestType::swap_branch(a, turned(b, g), m, noise), {turned(joined.state, g), joined.probability});
    const pauli_frame k = recipe.keep(f), s = recipe.sacrifice(g);
    const auto kept = TestType::distil_branch(a, b, recipe, parity, noise);
    same(TestType::distil_branch(turned(a, f), turned(b, g), recipe, parity != (k.x() != s.x()), noise),
         {turned(kept.state, pauli_frame{k.x(), k.z() != s.z()}), kept.probability});
    // Ageing is a semigroup in time, and what happens to one half does not care about the other.
    const memory_noise memory = referee::any_memory_noise(stream), other = referee::any_memory_noise(stream);
    const duration t = referee::any_time(stream), u = referee::any_time(stream);
    same({a.aged(half::a, t, memory).aged(half::a, u, memory), 1}, {a.aged(half::a, t + u, memory), 1});
    same({a.aged(half::a, t, memory).aged(half::b, u, other), 1},
         {a.aged(half::b, u, other).aged(half::a, t, memory), 1});
    same({exchanged(a.aged(half::a, t, memory)), 1}, {exchanged(a).aged(half::b, t, memory), 1});
    CHECK(a.aged(half::b, duration::zero(), {}) == a);
  }
  CAPTURE(seed);
  CHECK(worst < tolerance);
}

TEST_CASE("maps: memories that relax end in the ground state", "[quantum]") {
  const memory_noise memory{.t1 = duration::seconds(1), .t2 = duration::seconds(1)};
  auto stream = fresh(6);
  const duration for_ever = duration::never();
  for (int i = 0; i < 100; ++i) {
    const auto x = any<x_state>(stream).aged(half::a, for_ever, memory).aged(half::b, for_ever, memory);
    CHECK(x.elements().p00 == 1);
    const auto any_state =
        any<adaptive_state>(stream).aged(half::b, for_ever, memory).aged(half::a, for_ever, memory);
    CHECK(referee::distance(dense(any_state), density_matrix<2>{}) == 0);
    CHECK(referee::distance(any<bell_diagonal>(stream).aged(half::a, for_ever, memory), bell_diagonal::white()) <
          1e-15);
  }
}
