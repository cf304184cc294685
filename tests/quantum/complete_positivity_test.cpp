// SPDX-License-Identifier: Apache-2.0
// Maps that keep every random state a state might still spoil one that is entangled with something else. The Choi
// matrix tells: the map is completely positive if and only if that matrix has no negative eigenvalue.
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <support/catch.hpp>
#include <support/positive.hpp>
#include "dense_pair.hpp"

using namespace ebit;
using referee::dense;

namespace {

constexpr std::uint64_t seed = 20240602;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }
constexpr double slack = 1e-12;

bool is_positive(const referee::pair& rho) {
  ebit_test::hermitian_matrix m{4};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) m(i, j) = {rho(i, j).re, rho(i, j).im};
  return ebit_test::is_positive(m, slack);
}
/// How far the reduced state of one half is from white: 0 for the Choi matrix of a map of the other half that keeps
/// the trace.
double bias(const two_qubit_state& choi, half kept) {
  double worst = 0;
  for (std::size_t k = 1; k < 4; ++k)
    worst = std::max(worst, std::abs(kept == half::a ? choi.correlators()[k][0] : choi.correlators()[0][k]));
  return worst;
}

/// A linear map from operators on two pairs to operators on one, by what it makes of the products of Paulis: entry
/// [i][j][k][l] is for P_i⊗P_j on the first pair and P_k⊗P_l on the second.
using pair_map = std::array<std::array<std::array<std::array<two_qubit_state::table, 4>, 4>, 4>, 4>;

/// Found from what `outcome` makes of the 256 products of |0⟩, |1⟩, |+⟩ and |+i⟩: 1 = t0 + t1, X = 2t+ − t0 − t1, …
template <class Outcome>
pair_map linear_extension(Outcome&& outcome) {
  constexpr double bloch[4][4] = {{1, 0, 0, 1}, {1, 0, 0, -1}, {1, 1, 0, 0}, {1, 0, 1, 0}};
  constexpr double weights[4][4] = {{1, 1, 0, 0}, {-1, -1, 2, 0}, {-1, -1, 0, 2}, {1, -1, 0, 0}};
  const auto product = [&](std::size_t s, std::size_t t) {
    two_qubit_state::table c{};
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j) c[i][j] = bloch[s][i] * bloch[t][j];
    return two_qubit_state{c};
  };
  pair_map out{};
  for (std::size_t s = 0; s < 4; ++s)
    for (std::size_t t = 0; t < 4; ++t)
      for (std::size_t u = 0; u < 4; ++u)
        for (std::size_t v = 0; v < 4; ++v) {
          const branch<two_qubit_state> kept = outcome(product(s, t), product(u, v));
          for (std::size_t i = 0; i < 4; ++i)
            for (std::size_t j = 0; j < 4; ++j)
              for (std::size_t k = 0; k < 4; ++k)
                for (std::size_t l = 0; l < 4; ++l) {
                  const double w = weights[i][s] * weights[j][t] * weights[k][u] * weights[l][v];
                  if (w == 0) continue;
                  for (std::size_t a = 0; a < 4; ++a)
                    for (std::size_t b = 0; b < 4; ++b)
                      out[i][j][k][l][a][b] += w * kept.probability * kept.state.correlators()[a][b];
                }
        }
  return out;
}
ebit_test::hermitian_matrix choi(const pair_map& map) {
  ebit_test::hermitian_matrix out{64};
  for (unsigned i = 0; i < 4; ++i)
    for (unsigned j = 0; j < 4; ++j)
      for (unsigned k = 0; k < 4; ++k)
        for (unsigned l = 0; l < 4; ++l)
          for (unsigned a = 0; a < 4; ++a)
            for (unsigned b = 0; b < 4; ++b) {
              const int transposed = (i == 2) + (j == 2) + (k == 2) + (l == 2);
              const double c = map[i][j][k][l][a][b];
              if (c != 0) out.add_paulis((transposed % 2 == 1 ? -c : c) / 64, {i, j, k, l, a, b});
            }
  return out;
}

}  // namespace

TEST_CASE("complete positivity: the test tells a transposition from a channel", "[quantum]") {
  // Transposition keeps states states, and is not completely positive.
  const bloch_map transposition{{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, -1, 0}, {0, 0, 0, 1}}};
  CHECK_FALSE(is_positive(dense(two_qubit_state{}.transformed(half::a, transposition))));
  const bloch_map identity{{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}};
  CHECK(is_positive(dense(two_qubit_state{}.transformed(half::a, identity))));
  auto swapped_away = linear_extension([](const two_qubit_state& first, const two_qubit_state&) {
    return branch<two_qubit_state>{first.exchanged(), 1};
  });
  CHECK(ebit_test::is_positive(choi(swapped_away), slack));
  for (auto& i : swapped_away[2])
    for (auto& j : i)
      for (auto& table : j)
        for (auto& row : table)
          for (double& c : row) c = -c;
  CHECK_FALSE(ebit_test::is_positive(choi(swapped_away), slack));
}

TEMPLATE_TEST_CASE("complete positivity: maps of one half keep a perfect pair a state", "[quantum]", bell_diagonal,
                   x_state, two_qubit_state, adaptive_state, werner) {
  auto stream = fresh(1);
  bool positive = true;
  double worst = 0;
  const auto check = [&](const TestType& of_perfect_pair, half kept) {
    const referee::pair rho = dense(of_perfect_pair);
    positive = positive && is_positive(rho);
    worst = std::max({worst, std::abs(rho.trace() - 1), bias(two_qubit_state{referee::correlators(rho)}, kept)});
  };
  for (int i = 0; i < 2000; ++i) {
    const memory_noise memory = referee::any_memory_noise(stream);
    const duration elapsed = referee::any_time(stream);
    const double p = sample::uniform(stream), angle = 8 * sample::uniform(stream) - 4;
    const TestType perfect;
    for (const half which : {half::a, half::b}) {
      const half kept = which == half::a ? half::b : half::a;
      check(perfect.aged(which, elapsed, memory), kept);
      if constexpr (requires { perfect.whitened(which, p); })
        check(perfect.whitened(which, p), kept);
      else
        check(perfect.whitened(p), kept);
      if constexpr (TestType::exact.phase) check(perfect.phased(which, angle), kept);
    }
  }
  CAPTURE(seed);
  CHECK(positive);
  CHECK(worst < 1e-12);
}

TEMPLATE_TEST_CASE("complete positivity: swapping two perfect pairs shows the effect of each outcome", "[quantum]",
                   bell_diagonal, x_state, two_qubit_state, adaptive_state, werner) {
  // The far halves are what the measured ones were entangled with.
  auto stream = fresh(2);
  for (int i = 0; i < 500; ++i) {
    const gate_noise noise = referee::any_gate_noise(stream);
    auto sum = referee::pair{}.scaled(0);
    for (std::uint8_t m = 0; m < 4; ++m) {
      const auto out = TestType::swap_branch({}, {}, bell_index{m}, noise);
      CHECK(is_positive(dense(out.state).scaled(out.probability)));
      sum = sum + dense(out.state).scaled(out.probability);
    }
    CHECK(referee::distance(sum, referee::pair::from(bell_diagonal::white())) < 1e-12);
  }
}

TEST_CASE("complete positivity: every outcome of all 36 distillations, and their sum keeps the trace", "[quantum]") {
  auto stream = fresh(3);
  bool positive = true;
  double worst = 0;
  for (std::uint32_t r = 0; r < 36; ++r) {
    const distil_recipe recipe{bell_permutation::element(r % 6), bell_permutation::element(r / 6)};
    const gate_noise noise = r % 3 == 0 ? gate_noise{} : referee::any_gate_noise(stream);
    pair_map sum{};
    for (const bool first : {false, true})
      for (const bool second : {false, true}) {
        const pair_map map = linear_extension([&](const two_qubit_state& keep, const two_qubit_state& sacrifice) {
          return two_qubit_state::distil_outcome(keep, sacrifice, recipe, first, second, noise);
        });
        positive = positive && ebit_test::is_positive(choi(map), slack);
        for (std::size_t i = 0; i < 256; ++i)
          sum[i >> 6][i >> 4 & 3][i >> 2 & 3][i & 3][0][0] += map[i >> 6][i >> 4 & 3][i >> 2 & 3][i & 3][0][0];
      }
    for (std::size_t i = 0; i < 256; ++i)
      worst = std::max(worst, std::abs(sum[i >> 6][i >> 4 & 3][i >> 2 & 3][i & 3][0][0] - (i == 0 ? 16 : 0)));
  }
  CAPTURE(seed);
  CHECK(positive);
  CHECK(worst < 1e-12);
}

TEST_CASE("complete positivity: maps of labels are probabilities on every pair of labels", "[quantum]") {
  auto stream = fresh(4);
  for (int i = 0; i < 500; ++i) {
    const gate_noise noise = referee::any_gate_noise(stream);
    const distil_recipe recipe{referee::any_rotation(stream), referee::any_rotation(stream)};
    for (std::uint8_t k = 0; k < 4; ++k)
      for (std::uint8_t s = 0; s < 4; ++s) {
        const auto keep = bell_diagonal::pure(bell_index{k}), sacrifice = bell_diagonal::pure(bell_index{s});
        double sum = 0;
        for (const bool parity : {false, true}) {
          const auto out = bell_diagonal::distil_branch(keep, sacrifice, recipe, parity, noise);
          for (const double p : out.state.probabilities()) {
            CHECK(p >= 0);
            sum += out.probability * p;
          }
        }
        CHECK(std::abs(sum - 1) < 1e-12);
      }
  }
}
