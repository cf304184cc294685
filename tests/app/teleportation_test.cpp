// SPDX-License-Identifier: Apache-2.0
#include <ebit/app/teleportation.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <ebit/quantum/density_matrix.hpp>
#include <ebit/quantum/state_vector.hpp>
#include <ebit/quantum/werner.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20240515;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

gate_noise any_noise(random_stream& stream) {
  gate_noise noise = referee::any_gate_noise(stream);
  noise.bell_phase = referee::any_bit(stream) ? 0 : 0.5 * sample::uniform(stream);
  return noise;
}

/// A mixed state of two qubits without any symmetry: part of a random pure state of five.
density_matrix<2> any_pair(random_stream& stream) {
  std::array<amplitude, 32> v{};
  for (amplitude& a : v) {
    a.re = sample::normal(stream);
    a.im = sample::normal(stream);
  }
  return state_vector<5>{v}.normalised().reduced<2>({0, 1});
}

/// The fidelity with which |input⟩ arrives, gate by gate.
double sent(const std::array<amplitude, 2>& input, const density_matrix<2>& pair, const gate_noise& noise) {
  const auto all = tensor(density_matrix<1>::pure(input), pair);
  double sum = 0;
  for (std::uint8_t m = 0; m < 4; ++m) {
    auto received = all.bell_projected(0, 1, bell_index{m}, noise);
    sum += received.correct(pauli_frame{bell_index{m}}, 2).without(0).without(0).fidelity(input);
  }
  return sum;
}

constexpr double r = gates::half_root;
/// Eigenstates of X, Y and Z: their mean is the mean over all pure states (they form a 2-design).
const std::array<std::array<amplitude, 2>, 6> cardinal{{{{{r, 0}, {r, 0}}},
                                                        {{{r, 0}, {-r, 0}}},
                                                        {{{r, 0}, {0, r}}},
                                                        {{{r, 0}, {0, -r}}},
                                                        {{{1, 0}, {0, 0}}},
                                                        {{{0, 0}, {1, 0}}}}};

}  // namespace

TEST_CASE("teleportation: the average fidelity is that of gates on density matrices, for any pair and noise",
          "[app]") {
  auto stream = fresh(1);
  double worst = 0;
  for (int i = 0; i < 200; ++i) {
    const density_matrix<2> pair = any_pair(stream);
    const gate_noise noise = any_noise(stream);
    double mean = 0;
    for (const auto& input : cardinal) mean += sent(input, pair, noise) / 6;
    worst = std::max(worst, std::abs(app::teleportation_fidelity(pair, noise) - mean));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("teleportation: a Bell-diagonal pair treats the eigenstates of each Pauli as its errors say", "[app]") {
  auto stream = fresh(2);
  double worst = 0;
  for (int i = 0; i < 200; ++i) {
    const bell_diagonal pair = referee::any_bell_diagonal(stream);
    const gate_noise noise = any_noise(stream);
    for (std::size_t k = 0; k < 6; ++k) {
      const basis of = k < 2 ? basis::x : k < 4 ? basis::y : basis::z;
      worst = std::max(worst, std::abs(app::teleportation_fidelity_of(of, pair, noise) -
                                       sent(cardinal[k], density_matrix<2>::from(pair), noise)));
    }
    CHECK(app::teleportation_process_fidelity(pair) == pair.fidelity(bell_index::phi_plus));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("teleportation: a Werner pair of one half is as good as no entanglement, a perfect one is perfect",
          "[app]") {
  CHECK(std::abs(app::teleportation_fidelity(werner::of_fidelity(0.5)) - 2.0 / 3) < 1e-15);
  CHECK(app::teleportation_fidelity(bell_diagonal{}) == 1);
  CHECK(std::abs(app::teleportation_fidelity(bell_diagonal{}, {.two_qubit = 1}) - 0.5) < 1e-15);
  CHECK(std::abs(app::average_fidelity(0.9, 4) - 0.92) < 1e-15);
}
