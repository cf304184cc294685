// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/state_vector.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <support/catch.hpp>
#include "referee.hpp"

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20240512;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }
std::size_t any_of(std::size_t n, random_stream& stream) {
  return static_cast<std::size_t>(sample::below(stream, n));
}

template <std::size_t N>
double distance(const density_matrix<N>& a, const density_matrix<N>& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.dimension; ++i)
    for (std::size_t j = 0; j < a.dimension; ++j)
      worst = std::max({worst, std::abs(a(i, j).re - b(i, j).re), std::abs(a(i, j).im - b(i, j).im)});
  return worst;
}

/// Gates that reach every state.
template <std::size_t N>
void step(state_vector<N>& pure, density_matrix<N>& mixed, random_stream& stream) {
  const std::size_t a = any_of(N, stream), b = (a + 1 + any_of(N - 1, stream)) % N;
  const double angle = 6.3 * sample::uniform(stream);
  const std::uint64_t kind = sample::below(stream, 6);
  switch (kind) {
    case 0: pure.apply(gates::rotate_x(angle), a), mixed.apply(gates::rotate_x(angle), a); break;
    case 1: pure.apply(gates::phase(angle), a), mixed.apply(gates::phase(angle), a); break;
    case 2: pure.cnot(a, b), mixed.cnot(a, b); break;
    case 3: {
      pure.cz(a, b);
      mixed.apply(gates::hadamard, b).cnot(a, b).apply(gates::hadamard, b);
      break;
    }
    case 4: pure.swap(a, b), mixed.cnot(a, b).cnot(b, a).cnot(a, b); break;
    default: {
      const pauli_frame frame{referee::any_label(stream)};
      pure.correct(frame, a), mixed.correct(frame, a);
    }
  }
}

}  // namespace

TEST_CASE("state_vector: gates, branches, reduced states and expectations are those of the density matrix",
          "[quantum]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 60; ++i) {
    state_vector<4> pure;
    density_matrix<4> mixed;
    for (int k = 0; k < 60; ++k) step(pure, mixed, stream);
    const std::size_t q = any_of(4, stream);
    const bool bit = referee::any_bit(stream);
    const auto branch = pure.projected(q, bit);
    worst = std::max(
        {worst, distance(density_matrix<4>::pure(pure.amplitudes()), mixed),
         distance(density_matrix<4>::pure(branch.amplitudes()), mixed.projected(q, bit)),
         std::abs(branch.norm() - mixed.projected(q, bit).trace()),
         distance(density_matrix<3>::pure(branch.without(q, bit).amplitudes()), mixed.projected(q, bit).without(q))});
    // Traced out in place, and with the two kept ones exchanged.
    worst = std::max({worst, distance(pure.reduced<2>({1, 3}), mixed.without(2).without(0)),
                      distance(pure.reduced<4>({0, 1, 2, 3}), mixed)});
    auto exchanged = pure;
    exchanged.swap(1, 3);
    worst = std::max(worst, distance(pure.reduced<2>({3, 1}), exchanged.reduced<2>({1, 3})));
    // <P> = Tr(ρP) by a gate-wise application of P to the density matrix' purification: P|v> once more.
    pauli_string what{4};
    for (std::size_t k = 0; k < 4; ++k) what.set(k, pauli_frame{referee::any_label(stream)});
    double mean = 0;
    for (std::size_t r = 0; r < 16; ++r) {
      state_vector<4> basis{};
      for (std::size_t k = 0; k < 4; ++k)
        if ((r >> (3 - k) & 1U) != 0) basis.apply(gates::pauli_x, k);
      basis.apply(what);  // the column P|r>
      for (std::size_t c = 0; c < 16; ++c) mean += (mixed(r, c) * basis[c]).re;
    }
    worst = std::max(worst, std::abs(mean - pure.expectation(what)));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("state_vector: fidelity, tensor products and Bell states", "[quantum]") {
  auto stream = fresh(2);
  for (std::uint8_t i = 0; i < 4; ++i) {
    const auto bell = state_vector<2>::bell(bell_index{i});
    for (std::uint8_t j = 0; j < 4; ++j) {
      CHECK(std::abs(bell.fidelity(state_vector<2>::bell(bell_index{j})) - (i == j ? 1 : 0)) < 1e-15);
      // Joined by the Bell measurement of the inner halves, projector by projector.
      const auto both = tensor(bell, state_vector<2>::bell(bell_index{j}));
      auto measured = both;
      measured.cnot(1, 2).apply(gates::hadamard, 1);
      const bool z = referee::any_bit(stream), x = referee::any_bit(stream);
      const auto joined = measured.projected(1, z).projected(2, x).without(2, x).without(1, z);
      const bell_index label = (pauli_frame{bell_index{i}} ^ pauli_frame{bell_index{j}} ^ pauli_frame{x, z}).index();
      CHECK(std::abs(joined.norm() - 0.25) < 1e-15);
      CHECK(std::abs(joined.normalised().fidelity(state_vector<2>::bell(label)) - 1) < 1e-15);
    }
  }
}

TEST_CASE("state_vector: drawn outcomes and sampled noise have the probabilities of the density matrix",
          "[quantum]") {
  auto stream = fresh(3);
  const double angle = 1.1, p = 0.3;
  density_matrix<2> mixed;
  mixed.apply(gates::rotate_x(angle), 0).cnot(0, 1).white_noise(p, 0, 1).white_noise(p, 1);
  constexpr int runs = 40000;
  std::array<int, 4> counts{};
  int ones = 0;
  for (int i = 0; i < runs; ++i) {
    state_vector<2> one;
    one.apply(gates::rotate_x(angle), 0).cnot(0, 1).white_noise(p, 0, 1, stream).white_noise(p, 1, stream);
    const bool first = one.measure(0, stream);
    const bool second = one.measure(1, stream);
    CHECK(std::abs(one.norm() - 1) < 1e-14);
    ++counts[(first ? 2U : 0U) + (second ? 1U : 0U)];
    one.reset(0, stream);
    ones += one.projected(0, true).norm() > 1e-9 ? 1 : 0;
  }
  CHECK(ones == 0);
  for (std::size_t i = 0; i < 4; ++i) {
    const double expected = mixed(i, i).re;
    CAPTURE(seed, i, counts[i], expected * runs);
    CHECK(std::abs(counts[i] - expected * runs) < 4.5 * std::sqrt(expected * (1 - expected) * runs));
  }
}
