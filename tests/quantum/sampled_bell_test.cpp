// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/sampled_bell.hpp>

#include <array>
#include <cmath>
#include <type_traits>

#include <ebit/quantum/concepts.hpp>

#include <support/catch.hpp>
#include "referee.hpp"

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20240503;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

static_assert(pair_state<sampled_bell> && !ensemble_state<sampled_bell>);
static_assert(std::is_trivially_copyable_v<sampled_bell> && sizeof(sampled_bell) == 1);

constexpr int runs = 40000;

/// Five standard deviations of a count of `runs` trials.
bool fits(int count, double p) { return std::abs(count - runs * p) <= 5 * std::sqrt(runs * p * (1 - p)) + 1e-6; }

const bell_diagonal first{0.6, 0.2, 0.15, 0.05}, second{0.5, 0.1, 0.1, 0.3};
const gate_noise noise{.two_qubit = 0.05, .one_qubit = 0.1, .read_out = 0.03};

}  // namespace

TEST_CASE("sampled_bell: draws and ages with the statistics of bell_diagonal", "[quantum]") {
  auto stream = fresh(1);
  const memory_noise memory{.t1 = duration::seconds(2), .t2 = duration::seconds(1)};
  std::array<int, 4> drawn{}, aged{};
  for (int i = 0; i < runs; ++i) {
    sampled_bell s = sampled_bell::from(first, stream);
    ++drawn[static_cast<std::size_t>(s.label())];
    s.age(half::a, duration::seconds(0.4), memory, stream);
    ++aged[static_cast<std::size_t>(s.label())];
  }
  CAPTURE(seed);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(fits(drawn[i], first.probabilities()[i]));
    CHECK(fits(aged[i], first.aged(half::a, duration::seconds(0.4), memory).probabilities()[i]));
  }
}

TEST_CASE("sampled_bell: swaps with the joint statistics of bell_diagonal", "[quantum]") {
  auto stream = fresh(2);
  std::array<std::array<int, 4>, 4> seen{};
  for (int i = 0; i < runs; ++i) {
    const sampled_bell a = sampled_bell::from(first, stream), b = sampled_bell::from(second, stream);
    const auto joined = sampled_bell::swap(a, b, noise, stream);
    ++seen[static_cast<std::size_t>(joined.outcome)][static_cast<std::size_t>(joined.state.label())];
  }
  CAPTURE(seed);
  for (std::uint8_t m = 0; m < 4; ++m) {
    const auto expected = bell_diagonal::swap_branch(first, second, bell_index{m}, noise);
    for (std::size_t i = 0; i < 4; ++i)
      CHECK(fits(seen[m][i], expected.probability * expected.state.probabilities()[i]));
  }
}

TEST_CASE("sampled_bell: distils with the joint statistics of bell_diagonal", "[quantum]") {
  auto stream = fresh(3);
  const distil_recipe recipes[] = {{},
                                   {bell_permutation::half_x_rotation(), bell_permutation::half_x_rotation()},
                                   {bell_permutation::element(4), {}}};
  CAPTURE(seed);
  for (const distil_recipe& recipe : recipes) {
    std::array<std::array<int, 4>, 4> seen{};
    for (int i = 0; i < runs; ++i) {
      const sampled_bell a = sampled_bell::from(first, stream), b = sampled_bell::from(second, stream);
      const auto kept = sampled_bell::distil(a, b, recipe, noise, stream);
      ++seen[2U * kept.first + kept.second][static_cast<std::size_t>(kept.state.label())];
    }
    for (std::size_t bits = 0; bits < 4; ++bits) {
      const auto expected = bell_diagonal::distil_branch(first, second, recipe, bits == 1 || bits == 2, noise);
      for (std::size_t i = 0; i < 4; ++i)
        CHECK(fits(seen[bits][i], expected.probability / 2 * expected.state.probabilities()[i]));
    }
  }
}

TEST_CASE("sampled_bell: without noise a trajectory follows the labels exactly", "[quantum]") {
  auto stream = fresh(4);
  for (int i = 0; i < 1000; ++i) {
    const sampled_bell a{referee::any_label(stream)}, b{referee::any_label(stream)};
    const auto joined = sampled_bell::swap(a, b, {}, stream);
    CHECK(joined.state.fidelity(
              (pauli_frame{a.label()} ^ pauli_frame{b.label()} ^ pauli_frame{joined.outcome}).index()) == 1);
    const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
    const auto kept = sampled_bell::distil(a, b, recipe, {}, stream);
    const auto expected = bell_diagonal::distil_branch(bell_diagonal::pure(a.label()), bell_diagonal::pure(b.label()),
                                                       recipe, kept.first != kept.second);
    CHECK(expected.probability == 1);
    CHECK(expected.state.fidelity(kept.state.label()) == 1);
    for (const basis axis : {basis::x, basis::y, basis::z}) {
      const auto read = a.measure(axis, axis, 0, stream);
      const pauli_frame f{a.label()};
      const bool differ = axis == basis::x ? f.z() : axis == basis::z ? f.x() : f.x() == f.z();
      CHECK((read.a != read.b) == differ);
    }
  }
}
