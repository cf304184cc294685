// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/local_distillation.hpp>
#include <ebit/testing/archetypes.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include <support/calibration.hpp>
#include <support/catch.hpp>
#include "dense_pair.hpp"

using namespace ebit;
using ebit_test::calibration;
using referee::dense;

namespace {

constexpr std::uint64_t seed = 20240604;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

static_assert(distils_in_two_acts<x_state> && distils_in_two_acts<two_qubit_state> &&
              distils_in_two_acts<adaptive_state>);
static_assert(!distils_in_two_acts<bell_diagonal> && !distils_in_two_acts<sampled_bell> &&
              !distils_in_two_acts<werner>);
static_assert(sided_state<x_state> && !sided_state<bell_diagonal>);

template <class State>
State any(random_stream& stream) {
  if constexpr (std::same_as<State, x_state>)
    return referee::any_x_state(stream);
  else if constexpr (std::same_as<State, two_qubit_state>)
    return referee::any_two_qubit_state(stream);
  else if constexpr (std::same_as<State, bell_diagonal>)
    return referee::any_bell_diagonal(stream);
  else if constexpr (std::same_as<State, referee::dense_pair>)
    return referee::dense_pair{referee::any_pair(stream)};
  else
    return referee::any_bit(stream) ? State{referee::any_x_state(stream)} : State{referee::any_bell_diagonal(stream)};
}
/// bell_diagonal follows memories that only dephase without a twirl.
template <class State>
memory_noise any_memory(random_stream& stream) {
  memory_noise memory = referee::any_memory_noise(stream);
  if (!State::exact.amplitude_damping) memory.t1 = duration::never();
  return memory;
}

}  // namespace

TEMPLATE_TEST_CASE("local distillation: two acts at two times with idle memories between are the four-qubit circuit",
                   "[quantum]", bell_diagonal, x_state, two_qubit_state, adaptive_state) {
  auto stream = fresh(1);
  double worst = 0;
  std::array<calibration, 2> first_bits, second_bits;
  for (int i = 0; i < 4000; ++i) {
    const auto keep = any<TestType>(stream), sacrifice = any<TestType>(stream);
    const distil_recipe recipe = referee::any_recipe<TestType>(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const half early = referee::any_bit(stream) ? half::a : half::b, late = early == half::a ? half::b : half::a;
    const std::size_t e = early == half::a ? 0 : 1, l = 1 - e;
    const duration at_first = referee::any_time(stream), between = referee::any_time(stream);
    // Four memories: the kept and the sacrificed one at the early and at the late end.
    const memory_noise ke = any_memory<TestType>(stream), se = any_memory<TestType>(stream),
                       kl = any_memory<TestType>(stream), sl = any_memory<TestType>(stream);

    // As the library does it: from states of which each half has aged up to its own act.
    TestType k = keep, s = sacrifice;
    k.age(early, at_first, ke, stream);
    s.age(early, at_first, se, stream);
    const bool first = distil_first(k, s, recipe, early, noise, stream);
    k.age(late, at_first + between, kl, stream);
    s.age(late, at_first + between, sl, stream);
    auto kept = distil_second(k, s, recipe, early, first, noise, stream);
    kept.state.age(early, between, ke, stream);

    // As it happens: both ends idle, the early end acts, both idle, the late end acts.
    density_matrix<4> four = tensor(dense(keep), dense(sacrifice));
    for (const auto& [qubit, memory] : {std::pair{e, ke}, {e + 2, se}, {l, kl}, {l + 2, sl}})
      four.age(at_first, memory, qubit);
    referee::act(four, early, recipe, noise);
    const double p_first = four.projected(e + 2, true, noise.read_out).trace();
    first_bits[e].add(first, p_first);
    four = four.projected(e + 2, first, noise.read_out).normalised();
    for (const auto& [qubit, memory] : {std::pair{e, ke}, {l, kl}, {l + 2, sl}}) four.age(between, memory, qubit);
    referee::act(four, late, recipe, noise);
    second_bits[e].add(kept.bit, four.projected(l + 2, true, noise.read_out).trace());
    four = four.projected(l + 2, kept.bit, noise.read_out);
    worst = std::max(worst, referee::distance(dense(kept.state).scaled(four.trace()), four.without(3).without(2)));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
  for (const auto& bits : {first_bits, second_bits})
    for (const calibration& of_end : bits) CHECK(of_end.worst() < 5);
}

TEMPLATE_TEST_CASE("local distillation: the first bit does not know what happens at the other end", "[quantum]",
                   x_state, two_qubit_state, adaptive_state) {
  auto stream = fresh(2);
  int different = 0, ones = 0;
  for (int i = 0; i < 4000; ++i) {
    const auto keep = any<TestType>(stream), sacrifice = any<TestType>(stream);
    const distil_recipe recipe = referee::any_recipe<TestType>(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const half here = referee::any_bit(stream) ? half::a : half::b, there = here == half::a ? half::b : half::a;
    TestType k = keep, s = sacrifice;
    k.age(there, referee::any_time(stream), referee::any_memory_noise(stream), stream);
    s.age(there, referee::any_time(stream), referee::any_memory_noise(stream), stream);
    k = k.whitened(there, sample::uniform(stream));
    s = s.phased(there, sample::uniform(stream));
    // The very same draw, so that the probabilities differ by less than the draws could show otherwise.
    random_stream one = stream, other = stream;
    const bool bit = distil_first(keep, sacrifice, recipe, here, noise, one);
    different += bit != distil_first(k, s, recipe, here, noise, other);
    different += one != other;
    ones += bit;
    stream.next_u64();
  }
  CAPTURE(seed);
  CHECK(different == 0);
  CHECK((ones > 400 && ones < 3600));
}

TEST_CASE("local distillation: a biased half makes a biased first bit", "[quantum]") {
  // |01⟩ at both pairs: end a reads 0 ⊕ 0, end b reads 1 ⊕ 1; and |01⟩ with |11⟩: end a reads 0 ⊕ 1.
  auto stream = fresh(3);
  const x_state zero_one = x_state::from_elements({.p01 = 1}), one_one = x_state::from_elements({.p11 = 1});
  for (int i = 0; i < 100; ++i) {
    CHECK_FALSE(distil_first(zero_one, zero_one, {}, half::a, {}, stream));
    CHECK_FALSE(distil_second(zero_one, zero_one, {}, half::a, false, {}, stream).bit);
    CHECK(distil_first(zero_one, one_one, {}, half::a, {}, stream));
    const auto kept = distil_second(adaptive_state{zero_one}, adaptive_state{one_one}, {}, half::a, true, {}, stream);
    CHECK_FALSE(kept.bit);
    CHECK(kept.state == adaptive_state{zero_one});
    CHECK(distil_first(exchanged(zero_one), one_one, {}, half::b, {}, stream));
  }
}

TEST_CASE("local distillation: trajectories and Werner states take both acts from their own distillation",
          "[quantum]") {
  auto stream = fresh(4);
  calibration first_bits, labels, parities;
  double worst = 0;
  for (int i = 0; i < 20000; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const distil_recipe recipe = referee::any_recipe<bell_diagonal>(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const half early = referee::any_bit(stream) ? half::a : half::b;
    const auto k = sampled_bell::from(a, stream), s = sampled_bell::from(b, stream);
    const bool first = distil_first(k, s, recipe, early, noise, stream);
    const auto kept = distil_second(k, s, recipe, early, first, noise, stream);
    const auto expected = bell_diagonal::distil_branch(a, b, recipe, first != kept.bit, noise);
    first_bits.add(first, 0.5);
    parities.add(first != kept.bit, bell_diagonal::distil_branch(a, b, recipe, true, noise).probability);
    labels.add(kept.state.fidelity(bell_index::phi_plus) == 1, expected.state.fidelity(bell_index::phi_plus));

    const werner u = werner::from(a), v = werner::from(b);
    const bool bit = distil_first(u, v, recipe, early, noise, stream);
    const auto twirled = distil_second(u, v, recipe, early, bit, noise, stream);
    worst = std::max(worst, std::abs(twirled.state.w() -
                                     werner::distil_branch(u, v, recipe, bit != twirled.bit, noise).state.w()));
  }
  CAPTURE(seed);
  CHECK(first_bits.worst() < 5);
  CHECK(parities.worst() < 5);
  CHECK(labels.worst() < 5);
  CHECK(worst == 0);
}

TEST_CASE("local distillation: a state of somebody else's is asked for no more than its distillation", "[quantum]") {
  // Its bits are always equal, so the second end reports what the first did.
  using testing::archetype::perfect_pair;
  static_assert(pair_state<perfect_pair> && !distils_in_two_acts<perfect_pair> && !sided_state<perfect_pair>);
  auto stream = fresh(5);
  int ones = 0;
  for (int i = 0; i < 1000; ++i) {
    const bool first = distil_first(perfect_pair{}, perfect_pair{}, {}, half::b, {}, stream);
    CHECK(distil_second(exchanged(perfect_pair{}), perfect_pair{}, {}, half::b, first, {}, stream).bit == first);
    ones += first;
  }
  CHECK((ones > 400 && ones < 600));
}
