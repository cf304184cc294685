// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <vector>

#include <ebit/quantum/adaptive_state.hpp>
#include <ebit/quantum/sampled_bell.hpp>
#include <ebit/sim/world.hpp>

#include "../quantum/dense_pair.hpp"
#include "../support/chi_square.hpp"

using namespace ebit;
using referee::dense;

namespace {

constexpr std::uint64_t seed = 20241122;
constexpr pair_id name{path_id{0}, 0, 0};
constexpr std::array<basis, 3> bases{basis::x, basis::y, basis::z};

[[nodiscard]] world_time at(double seconds) { return world_time{duration::seconds(seconds)}; }

/// Two pairs that are nothing special; those that can be are biased, with coherences that no Bell state has.
template <class State>
[[nodiscard]] std::array<bell_diagonal, 2> diagonals() {
  return {bell_diagonal{0.8, 0.12, 0.05, 0.03}, bell_diagonal{0.04, 0.1, 0.8, 0.06}};
}
[[nodiscard]] std::array<x_state, 2> biased() {
  return {
      x_state::from_elements({.p00 = 0.6, .p01 = 0.05, .p10 = 0.1, .p11 = 0.25, .re_00_11 = 0.3, .im_00_11 = 0.2}),
      x_state::from_elements({.p00 = 0.05, .p01 = 0.3, .p10 = 0.6, .p11 = 0.05, .re_01_10 = -0.3, .im_01_10 = 0.25})};
}
template <class State>
[[nodiscard]] State born(std::size_t which, random_stream& stream) {
  if constexpr (State::exact.phase)
    return State{biased()[which]};
  else
    return State::from(diagonals<State>()[which], stream);
}
template <class State>
[[nodiscard]] referee::pair born_dense(std::size_t which) {
  if constexpr (State::exact.phase)
    return dense(biased()[which]);
  else
    return dense(diagonals<State>()[which]);
}
template <class State>
[[nodiscard]] std::vector<memory_noise> memories() {
  const duration t1 = State::exact.amplitude_damping ? duration::seconds(0.02) : duration::never();
  return {{t1, duration::seconds(0.03)},
          {t1, duration::seconds(0.02)},
          {t1, duration::seconds(0.01)},
          {t1, duration::seconds(0.025)}};
}

/// The unnormalised state in which `qubit` has been reported to be `bit` in `in`.
template <std::size_t Qubits>
[[nodiscard]] density_matrix<Qubits> read(density_matrix<Qubits> state, std::size_t qubit, basis in, bool bit,
                                          double read_out) {
  if (in == basis::y) state.apply(gates::phase(-referee::quarter_turn), qubit);
  if (in != basis::z) state.apply(gates::hadamard, qubit);
  return state.projected(qubit, bit, read_out);
}

}  // namespace

TEMPLATE_TEST_CASE("sim.world: two readings and the swap between them, in any order, are the four-qubit circuit", "",
                   bell_diagonal, sampled_bell, x_state, adaptive_state) {
  const gate_noise noise{.two_qubit = 0.05, .one_qubit = 0.04, .read_out = 0.03, .bell_phase = 0.02};
  const std::array<double, 3> when{0.003, 0.004, 0.005};
  random_stream stream{seed, random_purpose::user, 1};
  std::uint64_t run = 0;
  ebit_test::chi_square sum;
  std::array<int, 3> order{0, 1, 2};  // what happens when: 0 and 1 the readings at the ends, 2 the swap
  do {
    for (const auto& [at_a, at_b] : {std::pair{basis::z, basis::z},
                                     {basis::x, basis::x},
                                     {basis::y, basis::y},
                                     {basis::x, basis::y},
                                     {basis::z, basis::x}}) {
      std::array<double, 3> instant{};
      for (std::size_t k = 0; k < 3; ++k) instant[static_cast<std::size_t>(order[k])] = when[k];
      const auto memory = memories<TestType>();
      std::array<int, 16> seen{};
      constexpr int runs = 8000;
      for (int i = 0; i < runs; ++i) {
        stream.at(0, run++);
        sim::world<TestType> world{memory};
        world.create(born<TestType>(0, stream), 0, at(0), 1, at(0));
        // The other way round, so that halves are exchanged in the joining.
        if (i % 2 == 0)
          world.create(born<TestType>(1, stream), 2, at(0), 3, at(0));
        else
          world.create(ebit::exchanged(born<TestType>(1, stream)), 3, at(0), 2, at(0));
        std::size_t cell = 0;
        for (const int what : order) {
          const world_time now = at(instant[static_cast<std::size_t>(what)]);
          if (what == 0 && world.measure(0, at_a, now, noise, stream)) cell |= 8;
          if (what == 1 && world.measure(3, at_b, now, noise, stream)) cell |= 4;
          if (what == 2) cell |= static_cast<std::size_t>(world.bell_measure(1, 2, now, noise, stream));
        }
        ++seen[cell];
      }
      density_matrix<4> four = tensor(born_dense<TestType>(0), born_dense<TestType>(1));
      const std::array<std::size_t, 4> act{0, 2, 2, 1};
      for (std::size_t q = 0; q < 4; ++q) four.age(at(instant[act[q]]).since_epoch(), memory[q], q);
      std::array<double, 16> expected{};
      for (std::size_t cell = 0; cell < 16; ++cell)
        expected[cell] =
            read(read(four, 0, at_a, (cell & 8) != 0, noise.read_out), 3, at_b, (cell & 4) != 0, noise.read_out)
                .bell_projected(1, 2, static_cast<bell_index>(cell & 3), noise)
                .trace();
      sum.add(seen, expected, runs);
    }
  } while (std::next_permutation(order.begin(), order.end()));
  CAPTURE(seed);
  REQUIRE(sum.degrees() > 300);
  CHECK(sum.excess() < 5);
}

TEMPLATE_TEST_CASE(
    "sim.world: each end distils and reads what is left, in any order of the ends, as the circuit says", "",
    bell_diagonal, sampled_bell, x_state, adaptive_state) {
  const gate_noise noise{.two_qubit = 0.04, .one_qubit = 0.03, .read_out = 0.03};
  // The x_state knows no rotation that turns the Z axis away.
  const distil_recipe recipe = std::same_as<TestType, x_state>
                                   ? distil_recipe{bell_permutation::element(1), {}}
                                   : distil_recipe{bell_permutation::half_x_rotation(), bell_permutation::element(4)};
  random_stream stream{seed, random_purpose::user, 2};
  std::uint64_t run = 0;
  ebit_test::chi_square sum;
  std::array<int, 4> order{0, 0, 1, 1};  // whose turn it is; each end distils, then reads
  do {
    for (const auto& [at_a, at_b] : {std::pair{basis::z, basis::z}, {basis::x, basis::x}, {basis::y, basis::y}}) {
      std::array<std::array<double, 2>, 2> instant{};
      const auto memory = memories<TestType>();  // slots 0, 1 at one end, 2, 3 at the other: kept, spent
      std::array<int, 16> seen{};
      constexpr int runs = 8000;
      for (int i = 0; i < runs; ++i) {
        stream.at(0, run++);
        sim::world<TestType> world{memory};
        world.create(born<TestType>(0, stream), 0, at(0), 2, at(0));
        if (i % 2 == 0)
          world.create(born<TestType>(1, stream), 1, at(0), 3, at(0));
        else
          world.create(ebit::exchanged(born<TestType>(1, stream)), 3, at(0), 1, at(0));
        std::size_t cell = 0;
        std::array<std::size_t, 2> done{};
        for (std::size_t k = 0; k < 4; ++k) {
          const auto end = static_cast<std::size_t>(order[k]);
          const auto slot = static_cast<std::uint32_t>(2 * end);
          const double when = 0.002 * static_cast<double>(k + 1);
          instant[end][done[end]] = when;
          const bool bit = done[end] == 0 ? world.distil(slot, slot + 1, recipe, end == 0 ? half::a : half::b,
                                                         at(when), noise, stream)
                                          : world.measure(slot, end == 0 ? at_a : at_b, at(when), noise, stream);
          if (bit) cell |= std::size_t{8} >> (2 * end + done[end]);
          ++done[end];
        }
        ++seen[cell];
        REQUIRE(world.ledger().mismatched == 0);
      }
      density_matrix<4> four = tensor(born_dense<TestType>(0), born_dense<TestType>(1));  // keep, then sacrifice
      for (std::size_t q = 0; q < 4; ++q)
        four.age(at(instant[q % 2][0]).since_epoch(), memory[2 * (q % 2) + q / 2], q);
      referee::act(four, half::a, recipe, noise);
      referee::act(four, half::b, recipe, noise);
      std::array<double, 16> expected{};
      for (std::size_t cell = 0; cell < 16; ++cell) {
        auto state = four.projected(2, (cell & 8) != 0, noise.read_out).projected(3, (cell & 2) != 0, noise.read_out);
        for (std::size_t q = 0; q < 2; ++q) state.age(at(instant[q][1]) - at(instant[q][0]), memory[2 * q], q);
        expected[cell] =
            read(read(state, 0, at_a, (cell & 4) != 0, noise.read_out), 1, at_b, (cell & 1) != 0, noise.read_out)
                .trace();
      }
      sum.add(seen, expected, runs);
    }
  } while (std::next_permutation(order.begin(), order.end()));
  CAPTURE(seed);
  REQUIRE(sum.degrees() > 200);
  CHECK(sum.excess() < 5);
}

TEMPLATE_TEST_CASE("sim.world: a qubit prepared from afar is as close to the predicted state as the matrix says", "",
                   bell_diagonal, x_state, adaptive_state, referee::dense_pair) {
  random_stream stream{seed, random_purpose::user, 3};
  const auto memory = memories<TestType>();
  double worst = 0;
  for (int i = 0; i < 600; ++i) {
    stream.at(0, static_cast<std::uint64_t>(i));
    const auto which = static_cast<std::size_t>(i % 2);
    const basis in = bases[sample::below(stream, 3)];
    const pauli_frame frame{referee::any_label(stream)};
    const double measured = 0.01 * sample::uniform(stream), kept = 0.01 * sample::uniform(stream);
    const bool kept_first = kept < measured, misread = referee::any_bit(stream);
    const std::uint32_t far = 2 * static_cast<std::uint32_t>(sample::below(stream, 2)), near = 2 - far;
    sim::world<TestType> world{memory};
    world.create(born<TestType>(which, stream), 0, at(0), 2, at(0));
    sim::delivered_pair pair;
    const gate_noise noise{.read_out = misread ? 1.0 : 0.0};
    bool bit = false;
    // The measured half is taken much later, which must not age it.
    if (kept_first) CHECK_FALSE(world.take(near, 7, name, frame, at(kept), stream, pair));
    bit = world.measure(far, in, at(measured), noise, stream);
    CHECK(world.reading(far) == sim::delivered_end{true, in, bit});
    if (kept_first) {
      REQUIRE(world.take(far, 7, name, frame, at(1), stream, pair));
    } else {
      CHECK_FALSE(world.take(far, 7, name, frame, at(measured), stream, pair));
      REQUIRE(world.take(near, 7, name, frame, at(kept), stream, pair));
    }
    referee::pair truth = born_dense<TestType>(which);
    truth.age(at(far == 0 ? measured : kept).since_epoch(), memory[0], 0);
    truth.age(at(far == 2 ? measured : kept).since_epoch(), memory[2], 1);
    const std::size_t qubit = far == 0 ? 0 : 1;
    truth = read(truth, qubit, in, bit, noise.read_out).normalised();
    // What the bit would leave of the Bell state that the frame names is an eigenstate.
    const auto ideal = read(referee::pair::from(bell_diagonal::pure(frame.index())), qubit, in, bit, 0).normalised();
    const bool wanted = read(ideal, 1 - qubit, in, true, 0).trace() > 0.5;
    const double fidelity = read(truth, 1 - qubit, in, wanted, 0).trace();
    worst = std::max(worst, std::abs(pair.fidelity - fidelity));
    CHECK(pair.consistent);
    CHECK(pair.request == 7);
    CHECK_FALSE(pair.comparable());
    CHECK(pair.ends[kept_first ? 1 : 0] == sim::delivered_end{true, in, bit});
    CHECK(pair.ends[kept_first ? 0 : 1] == sim::delivered_end{});
    CHECK(world.records() == 0);
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("sim.world: bits of both ends are as the frame predicts of every Bell state, unless misread") {
  random_stream stream{seed, random_purpose::user, 4};
  std::uint64_t run = 0;
  for (std::uint8_t label = 0; label < 4; ++label)
    for (std::uint8_t said = 0; said < 4; ++said)
      for (const basis a : bases)
        for (const basis b : bases)
          for (const double read_out : {0.0, 1.0}) {
            stream.at(0, run++);
            sim::world<adaptive_state> world{std::vector<memory_noise>(2, {.t2 = duration::seconds(1)})};
            world.create(adaptive_state{bell_diagonal::pure(bell_index{label})}, 0, at(0), 1, at(0));
            const bool first = world.measure(0, a, at(0), {}, stream);
            const bool second = world.measure(1, b, at(0), {.read_out = read_out}, stream);
            sim::delivered_pair pair;
            const pauli_frame frame{bell_index{said}};
            CHECK_FALSE(world.take(1, 0, name, frame, at(3), stream, pair));
            REQUIRE(world.take(0, 0, name, frame, at(4), stream, pair));
            CHECK(pair.ends[0] == sim::delivered_end{true, b, second});
            CHECK(pair.ends[1] == sim::delivered_end{true, a, first});
            CHECK(pair.comparable() == (a == b));
            const bool right = predicted_parity(frame, a) == predicted_parity(pauli_frame{bell_index{label}}, a);
            CHECK(pair.as_predicted == (a != b || right == (read_out == 0)));
            CHECK(pair.fidelity == (label == said ? 1 : 0));  // as it was read, before it could age
            CHECK(world.ledger().delivered == 1);
            CHECK(world.records() == 0);
          }
}
