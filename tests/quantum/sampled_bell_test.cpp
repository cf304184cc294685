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

}  // namespace

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
