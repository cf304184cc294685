// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/local_measurement.hpp>
#include <ebit/testing/archetypes.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include <support/calibration.hpp>
#include <support/catch.hpp>
#include "dense_pair.hpp"

using namespace ebit;
using ebit_test::calibration;
using referee::dense;

namespace {

constexpr std::uint64_t seed = 20241121;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

constexpr std::array<basis, 3> bases{basis::x, basis::y, basis::z};

static_assert(tells_means<x_state> && tells_means<two_qubit_state> && tells_means<adaptive_state>);
static_assert(!tells_means<bell_diagonal> && !tells_means<sampled_bell> && !tells_means<werner>);

template <class State>
State any(random_stream& stream) {
  if constexpr (std::same_as<State, x_state>)
    return referee::any_x_state(stream);
  else if constexpr (std::same_as<State, two_qubit_state>)
    return referee::any_two_qubit_state(stream);
  else if constexpr (std::same_as<State, bell_diagonal>)
    return referee::any_bell_diagonal(stream);
  else if constexpr (std::same_as<State, werner>)
    return werner::from(referee::any_bell_diagonal(stream));
  else if constexpr (std::same_as<State, sampled_bell>)
    return sampled_bell{referee::any_label(stream)};
  else
    return referee::any_bit(stream) ? State{referee::any_x_state(stream)} : State{referee::any_bell_diagonal(stream)};
}
template <class State>
memory_noise any_memory(random_stream& stream) {
  memory_noise memory = referee::any_memory_noise(stream);
  if (!State::exact.amplitude_damping) memory.t1 = duration::never();
  return memory;
}
/// None, most of the time: what depends on two bits would hardly be seen otherwise.
gate_noise any_noise(random_stream& stream) {
  const gate_noise noise = referee::any_gate_noise(stream);
  return sample::below(stream, 4) == 0 ? noise : gate_noise{};
}
/// As pure as the representation allows, half of the time, for the same reason.
template <class State>
State likely_pure(random_stream& stream) {
  if (referee::any_bit(stream)) return any<State>(stream);
  const double p = sample::uniform(stream);
  if constexpr (State::exact.phase)
    return State{x_state::from_elements({.p00 = p, .p11 = 1 - p, .re_00_11 = std::sqrt(p * (1 - p))})};
  else
    return State{bell_diagonal::pure(referee::any_label(stream))};
}
basis any_basis(random_stream& stream) { return bases[sample::below(stream, 3)]; }
half any_half(random_stream& stream) { return referee::any_bit(stream) ? half::a : half::b; }

/// The unnormalised state in which `qubit` has read `bit` in `in`, with the qubit turned so that Z is what was read.
template <std::size_t Qubits>
density_matrix<Qubits> read(density_matrix<Qubits> state, std::size_t qubit, basis in, bool bit) {
  if (in == basis::y) state.apply(gates::phase(-referee::quarter_turn), qubit);
  if (in != basis::z) state.apply(gates::hadamard, qubit);
  return state.projected(qubit, bit);
}
template <std::size_t Qubits>
double chance_to_read(const density_matrix<Qubits>& state, std::size_t qubit, basis in, bool bit) {
  return read(state, qubit, in, bit).trace() / state.trace();
}
std::size_t qubit_of(half end) { return end == half::a ? 0 : 1; }

}  // namespace

TEST_CASE("local measurement: the frame predicts the parity of every Bell state in every basis", "[quantum]") {
  static_assert(!predicted_parity({}, basis::x) && predicted_parity({}, basis::y) && !predicted_parity({}, basis::z));
  for (std::uint8_t label = 0; label < 4; ++label)
    for (const basis in : bases) {
      const auto state = referee::pair::from(bell_diagonal::pure(bell_index{label}));
      const bool parity = predicted_parity(pauli_frame{bell_index{label}}, in);
      for (const bool bit : {false, true}) {
        CHECK(std::abs(referee::chance(state, in, in, bit, bit != parity, 0) - 0.5) < 1e-12);
        CHECK(referee::chance(state, in, in, bit, bit == parity, 0) < 1e-12);
      }
    }
}

TEMPLATE_TEST_CASE("local measurement: both orders of the ends have the joint distribution of the density matrix",
                   "[quantum]", bell_diagonal, werner, sampled_bell, x_state, two_qubit_state, adaptive_state,
                   referee::dense_pair) {
  auto stream = fresh(1);
  double worst = 0, signal = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto state = [&] {
      if constexpr (std::same_as<TestType, referee::dense_pair>)
        return TestType{referee::any_pair(stream)};
      else
        return any<TestType>(stream);
    }();
    const auto truth = dense(state);
    const basis at_a = any_basis(stream), at_b = any_basis(stream);
    for (const bool a : {false, true}) {
      double marginal = 0;
      for (const bool b : {false, true}) {
        const double joint = referee::chance(truth, at_a, at_b, a, b, 0);
        marginal += joint;
        worst = std::max(worst, std::abs(chance(state, {{true, at_a, a}, {true, at_b, b}}) - joint));
        const double first_a = chance_of(state, half::a, at_a, a, {}),
                     first_b = chance_of(state, half::b, at_b, b, {});
        // What is impossible has no sequel to ask for.
        if (first_a > 1e-9)
          worst =
              std::max(worst, std::abs(first_a * chance_of(state, half::b, at_b, b, {{true, at_a, a}, {}}) - joint));
        if (first_b > 1e-9)
          worst =
              std::max(worst, std::abs(first_b * chance_of(state, half::a, at_a, a, {{}, {true, at_b, b}}) - joint));
      }
      // Whatever the other end reads, and in which basis: the same at this end.
      signal = std::max(signal, std::abs(chance_of(state, half::a, at_a, a, {}) - marginal));
    }
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
  CHECK(signal < 1e-12);
}

TEMPLATE_TEST_CASE("local measurement: reading projects, idling goes on at the other end alone", "[quantum]",
                   bell_diagonal, x_state, two_qubit_state, adaptive_state) {
  auto stream = fresh(2);
  double worst = 0;
  for (int i = 0; i < 2000; ++i) {
    auto state = any<TestType>(stream);
    const half early = any_half(stream), late = other_half(early);
    const basis first = any_basis(stream), second = any_basis(stream);
    const memory_noise me = any_memory<TestType>(stream), ml = any_memory<TestType>(stream);
    const duration before = referee::any_time(stream), between = referee::any_time(stream);
    auto truth = dense(state);
    truth.age(before, me, qubit_of(early)).age(before, ml, qubit_of(late));
    state.age(early, before, me, stream);
    readings seen;
    const bool bit = measure_half(state, early, first, seen, stream);
    seen.at(early) = {true, first, bit};
    truth = read(truth, qubit_of(early), first, bit).normalised();
    truth.age(between, ml, qubit_of(late));
    state.age(late, before + between, ml, stream);
    // This is the fidelity of what is kept with the state that remote preparation was to make, too.
    for (const bool expected : {false, true})
      worst = std::max(worst, std::abs(chance_of(state, late, second, expected, seen) -
                                       chance_to_read(truth, qubit_of(late), second, expected)));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEMPLATE_TEST_CASE("local measurement: a swap before, between and after the readings at three nodes is exact",
                   "[quantum]", bell_diagonal, x_state, two_qubit_state, adaptive_state) {
  auto stream = fresh(3);
  double worst = 0;
  std::array<calibration, 3> outcome_x, outcome_z, bits;
  for (int i = 0; i < 12000; ++i) {
    const auto left = likely_pure<TestType>(stream), right = likely_pure<TestType>(stream);
    const gate_noise noise = any_noise(stream);
    const basis at_a = any_basis(stream), at_b = any_basis(stream);
    // Qubits left.a, left.b, right.a, right.b.
    density_matrix<4> four = tensor(dense(left), dense(right));
    readings seen;
    TestType joined;
    const std::size_t order = static_cast<std::size_t>(i % 3);  // how many readings before the swap
    const auto read_at = [&](half end, const TestType& of, half of_half, std::size_t qubit, basis in) {
      const readings none, &given = order == 0 || (order == 1 && end == half::b) ? seen : none;
      const double p = chance_to_read(four, qubit, in, true);
      worst = std::max(worst, std::abs(chance_of(of, of_half, in, true, given) - p));
      const bool bit = measure_half(of, of_half, in, given, stream);
      bits[order].add(bit, p);
      seen.at(end) = {true, in, bit};
      four = read(four, qubit, in, bit).normalised();
    };
    if (order >= 1) read_at(half::a, left, half::a, 0, at_a);
    if (order == 2) read_at(half::b, right, half::b, 3, at_b);
    std::array<double, 4> p{};
    for (std::size_t m = 0; m < 4; ++m) p[m] = four.bell_projected(1, 2, static_cast<bell_index>(m), noise).trace();
    const auto out = swap_given(left, right, seen, noise, stream);
    const pauli_frame m{out.outcome};
    outcome_x[order].add(m.x(), p[2] + p[3]);
    outcome_z[order].add(m.z(), m.x() ? p[3] / (p[2] + p[3]) : p[1] / (p[0] + p[1]));
    four = four.bell_projected(1, 2, out.outcome, noise).normalised();
    joined = out.state;
    if (order == 0) read_at(half::a, joined, half::a, 0, at_a);
    if (order <= 1) read_at(half::b, joined, half::b, 3, at_b);
  }
  CAPTURE(seed);
  CHECK(worst < 1e-11);  // of conditional probabilities: what they are conditioned on may be as small as 1 in 12000
  for (std::size_t order = 0; order < 3; ++order) {
    CAPTURE(order);
    CHECK(outcome_x[order].worst() < 5);
    CHECK(outcome_z[order].worst() < 5);
    CHECK(bits[order].worst() < 5);
  }
}

TEMPLATE_TEST_CASE("local measurement: a kept half read before the other end's act of the distillation is exact",
                   "[quantum]", bell_diagonal, x_state, two_qubit_state, adaptive_state) {
  auto stream = fresh(4);
  double worst = 0;
  std::array<calibration, 2> early_bits, second_bits;
  for (int i = 0; i < 10000; ++i) {
    const auto keep = likely_pure<TestType>(stream), sacrifice = likely_pure<TestType>(stream);
    const distil_recipe recipe = referee::any_recipe<TestType>(stream);
    const gate_noise noise = any_noise(stream);
    const half early = any_half(stream), late = other_half(early);
    const std::size_t e = qubit_of(early), l = 1 - e;
    const basis in = any_basis(stream), last = any_basis(stream);
    const early_reading how{{true, in, false}, referee::any_time(stream), any_memory<TestType>(stream)};

    density_matrix<4> four = tensor(dense(keep), dense(sacrifice));  // keep.a, keep.b, sacrifice.a, sacrifice.b
    const bool first = distil_first(keep, sacrifice, recipe, early, noise, stream);
    referee::act(four, early, recipe, noise);
    four = four.projected(e + 2, first, noise.read_out).normalised();
    four.age(how.waited, how.memory, e);
    early_reading read_early = how;
    read_early.read.bit = measure_kept_first(keep, sacrifice, recipe, early, first, how, noise, stream);
    early_bits[e].add(read_early.read.bit, chance_to_read(four, e, in, true));
    four = read(four, e, in, read_early.read.bit).normalised();
    const auto out = distil_second_given(keep, sacrifice, recipe, early, first, read_early, noise, stream);
    referee::act(four, late, recipe, noise);
    second_bits[e].add(out.bit, four.projected(l + 2, true, noise.read_out).trace());
    four = four.projected(l + 2, out.bit, noise.read_out).normalised();
    readings seen;
    seen.at(early) = read_early.read;
    worst =
        std::max(worst, std::abs(chance_of(out.state, late, last, true, seen) - chance_to_read(four, l, last, true)));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-11);
  for (const auto& by_end : {early_bits, second_bits})
    for (const calibration& c : by_end) CHECK(c.worst() < 5);
}

TEST_CASE("local measurement: trajectories swapped between read halves go as often each way as their ensemble",
          "[quantum]") {
  auto stream = fresh(5);
  calibration outcomes, labels;
  for (int i = 0; i < 40000; ++i) {
    const bell_diagonal a = referee::any_bell_diagonal(stream), b = referee::any_bell_diagonal(stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const basis in = any_basis(stream);
    const readings far{{true, in, referee::any_bit(stream)}, {true, in, referee::any_bit(stream)}};
    const auto l = sampled_bell::from(a, stream), r = sampled_bell::from(b, stream);
    const auto out = swap_given(l, r, far, noise, stream);
    // The labels explain what was read.
    if (predicted_parity(pauli_frame{out.state.label()}, in) != (far.a.bit != far.b.bit)) FAIL("a label is wrong");
    // P(m | bits) = P(bits | m): both are uniform.
    const auto likely = [&](std::uint8_t m) {
      return chance(bell_diagonal::swap_branch(a, b, bell_index{m}, noise).state, far);
    };
    outcomes.add(out.outcome == bell_index::psi_minus, likely(3));
    const auto joined = bell_diagonal::swap_branch(a, b, out.outcome, noise).state;
    // In Y: of the two labels with the parity that was read, the one with x set.
    if (in != basis::y) continue;
    const bool differ = far.a.bit != far.b.bit;
    const double plain = joined.fidelity(differ ? bell_index::phi_plus : bell_index::phi_minus);
    const double flipped = joined.fidelity(differ ? bell_index::psi_minus : bell_index::psi_plus);
    labels.add(pauli_frame{out.state.label()}.x(), flipped / (plain + flipped));
  }
  CAPTURE(seed);
  CHECK(outcomes.worst() < 5);
  CHECK(labels.worst() < 5);
}

TEST_CASE("local measurement: a state of somebody else's is asked for no more than its fidelities", "[quantum]") {
  using testing::archetype::perfect_pair;
  static_assert(pair_state<perfect_pair> && !tells_means<perfect_pair>);
  auto stream = fresh(6);
  int ones = 0;
  for (int i = 0; i < 1000; ++i) ones += measure_half(perfect_pair{}, half::b, basis::y, {}, stream);
  CHECK((ones > 400 && ones < 600));
}
