// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/density_matrix.hpp>

#include <cmath>

#include <support/catch.hpp>
#include "referee.hpp"

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20240505;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

}  // namespace

TEST_CASE("density_matrix: a Bell pair is made by the textbook circuit, and its label by a Pauli on half b",
          "[quantum]") {
  for (std::uint8_t label = 0; label < 4; ++label) {
    density_matrix<2> rho;
    rho.apply(gates::hadamard, 0).cnot(0, 1).correct(pauli_frame{bell_index{label}}, 1);
    for (std::uint8_t other = 0; other < 4; ++other)
      CHECK(std::abs(rho.fidelity(bell_index{other}) - (other == label ? 1 : 0)) < 1e-15);
    CHECK(referee::distance(rho, density_matrix<2>::from(bell_diagonal::pure(bell_index{label}))) < 1e-15);
  }
}

TEST_CASE("density_matrix: channels keep the trace and do what they are called", "[quantum]") {
  auto stream = fresh(1);
  for (int i = 0; i < 300; ++i) {
    const auto rho = density_matrix<2>::from(referee::any_x_state(stream));
    const double p = sample::uniform(stream);
    auto white = rho, both = rho, damped = rho, dephased = rho;
    CHECK(std::abs(white.white_noise(p, 0).trace() - 1) < 1e-14);
    CHECK(std::abs(both.white_noise(1, 0, 1)(2, 2).re - 0.25) < 1e-14);
    CHECK(std::abs(damped.damp(p, 1).trace() - 1) < 1e-14);
    // Populations of |·1⟩ fall by p, coherences by its root.
    CHECK(std::abs(damped(3, 3).re - (1 - p) * rho(3, 3).re) < 1e-14);
    CHECK(std::abs(damped(2, 2).re - rho(2, 2).re - p * rho(3, 3).re) < 1e-14);
    CHECK(std::abs(damped(0, 3).re - std::sqrt(1 - p) * rho(0, 3).re) < 1e-14);
    CHECK(std::abs(dephased.dephase(p, 0)(0, 3).im - (1 - 2 * p) * rho(0, 3).im) < 1e-14);
  }
}

TEST_CASE("density_matrix: ageing has the coherence and population it was asked for", "[quantum]") {
  const memory_noise memory{.t1 = duration::seconds(2), .t2 = duration::seconds(3)};
  const double r = gates::half_root;
  auto rho = density_matrix<1>::pure({{{r, 0}, {r, 0}}});
  rho.age(duration::seconds(1), memory, 0);
  CHECK(std::abs(rho(0, 1).re - 0.5 * std::exp(-1.0 / 3)) < 1e-15);
  CHECK(std::abs(rho(1, 1).re - 0.5 * std::exp(-0.5)) < 1e-15);
}

TEST_CASE("density_matrix: tensor and partial trace undo each other", "[quantum]") {
  auto stream = fresh(2);
  for (int i = 0; i < 100; ++i) {
    const auto a = density_matrix<2>::from(referee::any_x_state(stream));
    const auto b = density_matrix<2>::from(referee::any_x_state(stream));
    const auto four = tensor(a, b);
    CHECK(std::abs(four.trace() - 1) < 1e-14);
    CHECK(referee::distance(four.without(3).without(2), a) < 1e-15);
    CHECK(referee::distance(four.without(0).without(0), b) < 1e-15);
  }
}

TEST_CASE("density_matrix: outcomes of a measurement add up to the state without it", "[quantum]") {
  auto stream = fresh(3);
  for (int i = 0; i < 100; ++i) {
    const auto a = density_matrix<2>::from(referee::any_x_state(stream));
    const auto b = density_matrix<2>::from(referee::any_x_state(stream));
    const gate_noise noise = referee::any_gate_noise(stream);
    double sum = 0;
    for (std::uint8_t m = 0; m < 4; ++m) sum += referee::swap(a, b, bell_index{m}, noise).trace();
    CHECK(std::abs(sum - 1) < 1e-14);
    CHECK(std::abs(a.projected(0, false, 0.1).trace() + a.projected(0, true, 0.1).trace() - 1) < 1e-14);
  }
}
