// SPDX-License-Identifier: Apache-2.0
// Whatever a representation draws comes as often as the density matrix says.
#include <array>
#include <cstdint>

#include <support/catch.hpp>
#include <support/chi_square.hpp>
#include "dense_pair.hpp"

using namespace ebit;
using referee::dense;

namespace {

constexpr std::uint64_t seed = 20240603;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }
/// Random states and noises, and draws for each.
constexpr int settings = 16, runs = 20000;
/// Of the 36 figures here, one is beyond this for one seed in 100,000.
constexpr double confidence = 5;

/// What states are drawn from, half of the time nearly pure: that shows best what noise does.
template <class State>
auto any_source(random_stream& stream) {
  const bool pure = referee::any_bit(stream);
  if constexpr (std::same_as<State, x_state>) {
    const x_state mixed = referee::any_x_state(stream);
    const double p = 0.1 + 0.8 * sample::uniform(stream);
    if (!pure) return mixed;
    return x_state::from_elements({.p01 = p, .p10 = 1 - p, .re_01_10 = 0.9 * std::sqrt(p * (1 - p))});
  } else if constexpr (std::same_as<State, two_qubit_state>) {
    const referee::pair mixed = referee::any_pair(stream), product = referee::any_product(stream);
    return two_qubit_state{referee::correlators(pure ? mixed.scaled(0.2) + product.scaled(0.8) : mixed)};
  } else {
    const bell_diagonal s = referee::any_bell_diagonal(stream);
    return pure ? bell_diagonal::pure(s.likeliest()).whitened(0.2 * sample::uniform(stream)) : s;
  }
}
template <class State, class Source>
State drawn(const Source& source, random_stream& stream) {
  if constexpr (std::same_as<State, Source>)
    return source;
  else
    return State::from(source, stream);
}
/// What the draws should agree with: a werner state is itself, the others are their source.
template <class State, class Source>
referee::pair ensemble(const Source& source) {
  if constexpr (std::same_as<State, werner>)
    return dense(werner::from(source));
  else
    return dense(source);
}

gate_noise any_noise(random_stream& stream) {
  gate_noise noise = referee::any_gate_noise(stream);
  noise.read_out *= 0.3;
  noise.bell_phase *= 0.4;
  return noise;
}

/// Counts of 4 outcomes; those of a trajectory by its label afterwards too.
template <class State>
class tally {
 public:
  void count(std::size_t outcome, const State& after) {
    if constexpr (State::exact.trajectory)
      ++counts_[4 * outcome + static_cast<std::size_t>(after.label())];
    else
      ++counts_[4 * outcome];
  }
  /// The unnormalised state of an outcome.
  void expect(std::size_t outcome, const referee::pair& state) {
    if constexpr (State::exact.trajectory)
      for (std::uint8_t label = 0; label < 4; ++label)
        chances_[4U * outcome + label] = state.fidelity(bell_index{label});
    else
      chances_[4 * outcome] = state.trace();
  }
  void into(ebit_test::chi_square& sum) const { sum.add(counts_, chances_, runs); }

 private:
  std::array<unsigned, 16> counts_{};
  std::array<double, 16> chances_{};
};

}  // namespace

TEMPLATE_TEST_CASE("draws: swaps come out as often as they should", "[quantum]", bell_diagonal, x_state,
                   two_qubit_state, werner, sampled_bell) {
  auto stream = fresh(1);
  ebit_test::chi_square sum;
  for (int i = 0; i < settings; ++i) {
    const auto l = any_source<TestType>(stream), r = any_source<TestType>(stream);
    const gate_noise noise = any_noise(stream);
    tally<TestType> seen;
    for (int run = 0; run < runs; ++run) {
      const auto left = drawn<TestType>(l, stream), right = drawn<TestType>(r, stream);
      const auto out = TestType::swap(left, right, noise, stream);
      seen.count(static_cast<std::size_t>(out.outcome), out.state);
    }
    for (std::uint8_t m = 0; m < 4; ++m)
      seen.expect(m, referee::swap(ensemble<TestType>(l), ensemble<TestType>(r), bell_index{m}, noise));
    seen.into(sum);
  }
  CAPTURE(seed);
  CHECK(sum.degrees() >= 3 * settings);
  CHECK(sum.excess() < confidence);
}

TEMPLATE_TEST_CASE("draws: distillations come out as often as they should", "[quantum]", bell_diagonal, x_state,
                   two_qubit_state, werner, sampled_bell) {
  auto stream = fresh(2);
  ebit_test::chi_square sum;
  for (int i = 0; i < settings; ++i) {
    const auto k = any_source<TestType>(stream), s = any_source<TestType>(stream);
    const distil_recipe recipe = referee::any_recipe<TestType>(stream);
    const gate_noise noise = any_noise(stream);
    tally<TestType> seen;
    for (int run = 0; run < runs; ++run) {
      const auto keep = drawn<TestType>(k, stream), sacrifice = drawn<TestType>(s, stream);
      const auto out = TestType::distil(keep, sacrifice, recipe, noise, stream);
      seen.count(2U * out.first + out.second, out.state);
    }
    for (unsigned b = 0; b < 4; ++b)
      seen.expect(b, referee::distil(ensemble<TestType>(k), ensemble<TestType>(s), recipe, (b & 2) != 0, (b & 1) != 0,
                                     noise));
    seen.into(sum);
  }
  CAPTURE(seed);
  CHECK(sum.degrees() >= 2 * settings);
  CHECK(sum.excess() < confidence);
}

TEMPLATE_TEST_CASE("draws: measured bits come out as often as they should in all nine bases", "[quantum]",
                   bell_diagonal, x_state, two_qubit_state, werner, sampled_bell) {
  auto stream = fresh(3);
  ebit_test::chi_square sum;
  for (int i = 0; i < settings; ++i) {
    const auto s = any_source<TestType>(stream);
    const double read_out = 0.2 * sample::uniform(stream);
    for (const basis at_a : {basis::x, basis::y, basis::z})
      for (const basis at_b : {basis::x, basis::y, basis::z}) {
        std::array<unsigned, 4> counts{};
        std::array<double, 4> chances{};
        for (int run = 0; run < runs; ++run) {
          const measured_bits out = drawn<TestType>(s, stream).measure(at_a, at_b, read_out, stream);
          ++counts[2U * out.a + out.b];
        }
        for (unsigned b = 0; b < 4; ++b)
          chances[b] = referee::chance(ensemble<TestType>(s), at_a, at_b, (b & 2) != 0, (b & 1) != 0, read_out);
        sum.add(counts, chances, runs);
      }
  }
  CAPTURE(seed);
  CHECK(sum.degrees() >= 20 * settings);
  CHECK(sum.excess() < confidence);
}

TEST_CASE("draws: a trajectory is drawn from its ensemble and ages with it", "[quantum]") {
  auto stream = fresh(4);
  ebit_test::chi_square born, aged;
  for (int i = 0; i < settings; ++i) {
    const auto s = any_source<sampled_bell>(stream);
    const memory_noise memory = referee::any_memory_noise(stream);
    const duration elapsed = referee::any_time(stream) / 5;
    const bool at_a = referee::any_bit(stream);
    tally<sampled_bell> before, after;
    for (int run = 0; run < runs; ++run) {
      auto state = sampled_bell::from(s, stream);
      before.count(0, state);
      state.age(at_a ? half::a : half::b, elapsed, memory, stream);
      after.count(0, state);
    }
    before.expect(0, dense(s));
    after.expect(0, referee::aged_twirled(dense(s), elapsed, memory, at_a ? 0 : 1));
    before.into(born);
    after.into(aged);
  }
  CAPTURE(seed);
  CHECK(born.excess() < confidence);
  CHECK(aged.excess() < confidence);
}
