// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/bell_batch.hpp>

#include <vector>

#include <support/catch.hpp>
#include "referee.hpp"

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20240521;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

std::vector<bell_diagonal> any_states(std::size_t count, random_stream& stream) {
  std::vector<bell_diagonal> all;
  while (all.size() < count) all.push_back(referee::any_bell_diagonal(stream));
  return all;
}
gate_noise any_noise(random_stream& stream) {
  gate_noise noise = referee::any_gate_noise(stream);
  if (referee::any_bit(stream)) noise.bell_phase = 0.5 * sample::uniform(stream);
  return noise;
}

/// Odd ones, and those around the size of a group.
constexpr std::size_t sizes[] = {1, 2, 3, 7, 8, 9, 16, 31, 101};

/// Every pair is what `expected` makes of it, to the last bit.
template <class Function>
bool equals(const bell_batch& batch, Function&& expected) {
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (!(batch[i] == expected(i))) return false;
  return true;
}

}  // namespace

TEST_CASE("bell_batch: states go in and come out", "[quantum]") {
  auto stream = fresh(1);
  CAPTURE(seed);
  for (const std::size_t size : sizes) {
    const auto states = any_states(size, stream);
    bell_batch batch{states};
    CHECK(batch.size() == size);
    CHECK(batch.states() == states);
    const bell_diagonal other = referee::any_bell_diagonal(stream);
    batch.set(size - 1, other);
    CHECK(equals(batch, [&](std::size_t i) { return i + 1 == size ? other : states[i]; }));
    for (std::uint8_t label = 0; label < 4; ++label)
      CHECK(batch.fidelity(size - 1, bell_index{label}) == other.fidelity(bell_index{label}));
    CHECK(equals(bell_batch(size, other), [&](std::size_t) { return other; }));
  }
  CHECK(bell_batch{}.empty());
  CHECK(bell_batch(3) == bell_batch(3, bell_diagonal::pure(bell_index::phi_plus)));
}

TEST_CASE("bell_batch: swaps pair by pair with the bits of bell_diagonal, also in place", "[quantum]") {
  auto stream = fresh(2);
  CAPTURE(seed);
  for (const std::size_t size : sizes)
    for (int run = 0; run < 20; ++run) {
      const auto a = any_states(size, stream), b = any_states(size, stream);
      const gate_noise noise = run == 0 ? gate_noise{} : any_noise(stream);
      const auto expected = [&](std::size_t i) { return bell_diagonal::joined(a[i], b[i], noise); };
      const bell_batch left{a}, right{b};
      bell_batch out(size, bell_diagonal::white());
      out.join(left, right, noise);
      CHECK(equals(out, expected));
      bell_batch onto_left = left, onto_right = right;
      onto_left.join(onto_left, right, noise);
      onto_right.join(left, onto_right, noise);
      CHECK(onto_left == onto_right);
      CHECK(equals(onto_left, expected));
    }
}

TEST_CASE("bell_batch: distils with every recipe and parity with the bits of bell_diagonal", "[quantum]") {
  auto stream = fresh(3);
  CAPTURE(seed);
  for (std::uint32_t k = 0; k < 36; ++k)
    for (const bool parity : {false, true})
      for (const std::size_t size : sizes) {
        const distil_recipe recipe{bell_permutation::element(k / 6), bell_permutation::element(k % 6)};
        const gate_noise noise = sample::below(stream, 4) == 0 ? gate_noise{} : any_noise(stream);
        const auto a = any_states(size, stream), b = any_states(size, stream);
        const bell_batch keep{a}, sacrifice{b};
        bell_batch out(size);
        // One more at the end, to see that it is left alone.
        std::vector<double> probabilities(size + 1, -1);
        out.distil(keep, sacrifice, recipe, parity, noise, std::span{probabilities}.first(size));
        bool same = probabilities[size] == -1;
        for (std::size_t i = 0; i < size; ++i) {
          const auto expected = bell_diagonal::distil_branch(a[i], b[i], recipe, parity, noise);
          same = same && out[i] == expected.state && probabilities[i] == expected.probability;
        }
        CAPTURE(k, parity, size);
        CHECK(same);
        bell_batch in_place = sacrifice;
        in_place.distil(keep, in_place, recipe, parity, noise, std::span{probabilities}.first(size));
        CHECK(in_place == out);
      }
}

TEST_CASE("bell_batch: a branch that cannot happen has probability 0 and no NaN", "[quantum]") {
  const bell_batch perfect(5);
  bell_batch out(5);
  std::vector<double> probabilities(5);
  out.distil(perfect, perfect, {}, true, {}, probabilities);
  CHECK(probabilities == std::vector<double>(5, 0.0));
  CHECK(equals(out, [](std::size_t) { return bell_diagonal::distil_branch({}, {}, {}, true).state; }));
  CHECK(out.fidelity(4, bell_index::phi_plus) == 0);
  // All noise there is: white, whatever was put in.
  out.distil(perfect, perfect, {bell_permutation::element(2), {}}, false, {.two_qubit = 1, .one_qubit = 1},
             probabilities);
  CHECK(probabilities == std::vector<double>(5, 0.5));
  CHECK(equals(out, [](std::size_t) { return bell_diagonal::white(); }));
}

TEST_CASE("bell_batch: ages, whitens, corrects and rotates with the bits of bell_diagonal", "[quantum]") {
  auto stream = fresh(4);
  CAPTURE(seed);
  for (const std::size_t size : sizes)
    for (int run = 0; run < 12; ++run) {
      const auto states = any_states(size, stream);
      const memory_noise memory = referee::any_memory_noise(stream);
      const duration elapsed = referee::any_time(stream);
      const double p = sample::uniform(stream);
      const pauli_frame frame{referee::any_label(stream)};
      const bell_permutation rotation = referee::any_rotation(stream);
      std::vector<memory_decay> decays;
      while (decays.size() < size) decays.push_back(memory.over(referee::any_time(stream)));

      bell_batch aged{states}, aged_each{states}, whitened{states}, corrected{states}, rotated{states};
      aged.age(half::a, elapsed, memory);
      aged_each.age(decays);
      whitened.whiten(p);
      corrected.correct(frame);
      rotated.rotate(rotation);
      CHECK(equals(aged, [&](std::size_t i) { return states[i].aged(half::a, elapsed, memory); }));
      CHECK(equals(aged_each, [&](std::size_t i) { return states[i].aged(decays[i]); }));
      CHECK(equals(whitened, [&](std::size_t i) { return states[i].whitened(p); }));
      CHECK(equals(corrected, [&](std::size_t i) { return states[i].corrected(frame); }));
      CHECK(equals(rotated, [&](std::size_t i) { return states[i].rotated(rotation); }));
    }
}
