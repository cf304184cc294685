// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/quantum/adaptive_state.hpp>
#include <ebit/quantum/concepts.hpp>
#include <ebit/quantum/sampled_bell.hpp>
#include <ebit/quantum/two_qubit_state.hpp>
#include <ebit/quantum/werner.hpp>

#include "referee.hpp"

namespace referee {

// ---- what a representation says, as a density matrix ----
inline const std::array<std::array<pair, 4>, 4>& pauli_products() {
  static const auto products = [] {
    constexpr double r = gates::half_root;
    // The eigenvectors of X, Y and Z for +1 and for −1; those of Z serve the identity.
    constexpr std::array<std::array<std::array<amplitude, 2>, 2>, 4> vectors{
        {{{{{{1, 0}, {0, 0}}}, {{{0, 0}, {1, 0}}}}},
         {{{{{r, 0}, {r, 0}}}, {{{r, 0}, {-r, 0}}}}},
         {{{{{r, 0}, {0, r}}}, {{{r, 0}, {0, -r}}}}},
         {{{{{1, 0}, {0, 0}}}, {{{0, 0}, {1, 0}}}}}}};
    std::array<std::array<pair, 4>, 4> out;
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j) {
        out[i][j] = pair{}.scaled(0);
        for (std::size_t s = 0; s < 2; ++s)
          for (std::size_t t = 0; t < 2; ++t) {
            const auto &u = vectors[i][s], &v = vectors[j][t];
            const double sign = (i > 0 && s == 1 ? -1 : 1) * (j > 0 && t == 1 ? -1 : 1);
            out[i][j] = out[i][j] + pair::pure({u[0] * v[0], u[0] * v[1], u[1] * v[0], u[1] * v[1]}).scaled(sign);
          }
      }
    return out;
  }();
  return products;
}
inline pair dense(const two_qubit_state& state) {
  pair sum = pair{}.scaled(0);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) sum = sum + pauli_products()[i][j].scaled(state.correlators()[i][j] / 4);
  return sum;
}
inline pair dense(const bell_diagonal& state) { return pair::from(state); }
inline pair dense(const x_state& state) { return pair::from(state); }
inline pair dense(const werner& state) { return pair::from(state.diagonal()); }
inline pair dense(const sampled_bell& state) { return pair::from(bell_diagonal::pure(state.label())); }
inline pair dense(const adaptive_state& state) { return dense(state.general()); }

/// ⟨P⊗Q⟩ of a normalised state.
inline two_qubit_state::table correlators(const pair& state) {
  two_qubit_state::table out{};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j)
      for (std::size_t row = 0; row < 4; ++row)
        for (std::size_t column = 0; column < 4; ++column)
          out[i][j] += (pauli_products()[i][j](row, column) * state(column, row)).re;
  out[0][0] = 1;
  return out;
}

inline pair any_product(random_stream& stream) {
  pair product;
  for (std::size_t qubit = 0; qubit < 2; ++qubit) {
    product.apply(gates::rotate_x(4 * quarter_turn * sample::uniform(stream)), qubit);
    product.apply(gates::phase(4 * quarter_turn * sample::uniform(stream)), qubit);
  }
  return product;
}
/// Any state of two qubits: a mixture of one to four random vectors, or now and then a product of two.
inline pair any_pair(random_stream& stream) {
  const std::uint64_t rank = sample::below(stream, 5);
  if (rank == 0) return any_product(stream);
  pair sum = pair{}.scaled(0);
  for (std::uint64_t k = 0; k < rank; ++k) {
    std::array<amplitude, 4> vector{};
    for (amplitude& z : vector) {
      const double re = 2 * sample::uniform(stream) - 1;
      z = {re, 2 * sample::uniform(stream) - 1};
    }
    sum = sum + pair::pure(vector);
  }
  return sum.normalised();
}
inline two_qubit_state any_two_qubit_state(random_stream& stream) {
  return two_qubit_state{correlators(any_pair(stream))};
}

// ---- more maps ----
inline pair exchanged(const pair& state) {
  pair out = state;
  return out.cnot(0, 1).cnot(1, 0).cnot(0, 1);
}
/// Qubits keep.a, keep.b, sacrifice.a, sacrifice.b: everything that one end does, but for its read-out.
inline void act(density_matrix<4>& four, half end, const distil_recipe& recipe, const gate_noise& noise) {
  const std::size_t keep = end == half::a ? 0 : 1;
  rotate_half(four, keep, end, recipe.keep, noise);
  rotate_half(four, keep + 2, end, recipe.sacrifice, noise);
  four.cnot(keep, keep + 2).white_noise(noise.two_qubit, keep, keep + 2);
}
/// The chance that these bits are read in the two bases.
inline double chance(pair state, basis at_a, basis at_b, bool a, bool b, double read_out) {
  const auto turn = [&state](basis axis, std::size_t qubit) {
    if (axis == basis::y) state.apply(gates::phase(-quarter_turn), qubit);
    if (axis != basis::z) state.apply(gates::hadamard, qubit);
  };
  turn(at_a, 0);
  turn(at_b, 1);
  return state.projected(0, a, read_out).projected(1, b, read_out).trace();
}

/// A density matrix as a pair state: the slow truth, wherever a test runs the same thing on every representation.
class dense_pair {
 public:
  static constexpr exactness exact = two_qubit_state::exact;

  dense_pair() : dense_pair{bell_diagonal{}} {}
  explicit dense_pair(const bell_diagonal& state) : rho_{pair::from(state)} {}
  explicit dense_pair(const x_state& state) : rho_{pair::from(state)} {}
  explicit dense_pair(const pair& state) : rho_{state} {}
  static dense_pair from(const bell_diagonal& state, random_stream&) { return dense_pair{state}; }

  const pair& matrix() const { return rho_; }
  double fidelity(bell_index label) const { return rho_.fidelity(label); }
  dense_pair exchanged() const { return dense_pair{referee::exchanged(rho_)}; }
  void correct(pauli_frame frame) { rho_.correct(frame, 1); }
  dense_pair aged(half which, duration elapsed, const memory_noise& memory) const {
    dense_pair out = *this;
    out.rho_.age(elapsed, memory, which == half::a ? 0 : 1);
    return out;
  }
  void age(half which, duration elapsed, const memory_noise& memory, random_stream&) {
    *this = aged(which, elapsed, memory);
  }

  static branch<dense_pair> swap_branch(const dense_pair& l, const dense_pair& r, bell_index outcome,
                                        const gate_noise& noise = {}) {
    return normalised(referee::swap(l.rho_, r.rho_, outcome, noise));
  }
  /// Draws as the library's states do, so that both go the same way on the same seed.
  static swapped<dense_pair> swap(const dense_pair& l, const dense_pair& r, const gate_noise& noise,
                                  random_stream& stream) {
    std::array<branch<dense_pair>, 4> way;
    for (std::uint8_t m = 0; m < 4; ++m) way[m] = swap_branch(l, r, bell_index{m}, noise);
    const double clear = way[0].probability + way[1].probability, set = way[2].probability + way[3].probability;
    const bool x = sample::bernoulli(stream, bounded(set / (clear + set)));
    const bool z = sample::bernoulli(stream, bounded(x ? way[3].probability / set : way[1].probability / clear));
    const pauli_frame outcome{x, z};
    return {way[outcome.bits()].state, outcome.index()};
  }

  static branch<dense_pair> distil_outcome(const dense_pair& k, const dense_pair& s, const distil_recipe& recipe,
                                           bool first, bool second, const gate_noise& noise = {}) {
    return normalised(referee::distil(k.rho_, s.rho_, recipe, first, second, noise));
  }
  static branch<dense_pair> distil_branch(const dense_pair& k, const dense_pair& s, const distil_recipe& recipe,
                                          bool parity, const gate_noise& noise = {}) {
    return normalised(distil_parity(k.rho_, s.rho_, recipe, parity, noise));
  }
  static distilled<dense_pair> distil(const dense_pair& k, const dense_pair& s, const distil_recipe& recipe,
                                      const gate_noise& noise, random_stream& stream) {
    const bool first = distil_first(k, s, recipe, half::a, noise, stream);
    const auto rest = distil_second(k, s, recipe, half::a, first, noise, stream);
    return {rest.state, first, rest.bit};
  }
  static bool distil_first(const dense_pair& k, const dense_pair& s, const distil_recipe& recipe, half end,
                           const gate_noise& noise, random_stream& stream) {
    density_matrix<4> four = tensor(k.rho_, s.rho_);
    act(four, end, recipe, noise);  // nothing has happened at the other end
    return sample::bernoulli(stream, bounded(four.projected(end == half::a ? 2 : 3, true, noise.read_out).trace()));
  }
  static local_distilled<dense_pair> distil_second(const dense_pair& k, const dense_pair& s,
                                                   const distil_recipe& recipe, half first_end, bool first_bit,
                                                   const gate_noise& noise, random_stream& stream) {
    const auto given = [&](bool bit) {
      const bool at_a = first_end == half::a;
      return distil_outcome(k, s, recipe, at_a ? first_bit : bit, at_a ? bit : first_bit, noise);
    };
    const branch<dense_pair> set = given(true), clear = given(false);
    const bool bit = sample::bernoulli(stream, bounded(set.probability / (set.probability + clear.probability)));
    return {bit ? set.state : clear.state, bit};
  }

  double mean(half end, basis in) const {
    double sum = 0;
    for (const bool bit : {false, true})
      for (const bool other : {false, true}) {
        const bool a = end == half::a ? bit : other, b = end == half::a ? other : bit;
        sum += (bit ? -1 : 1) * chance(rho_, in, in, a, b, 0);
      }
    return sum;
  }
  double correlator(basis at_a, basis at_b) const {
    double sum = 0;
    for (const bool a : {false, true})
      for (const bool b : {false, true}) sum += (a != b ? -1 : 1) * chance(rho_, at_a, at_b, a, b, 0);
    return sum;
  }
  measured_bits measure(basis at_a, basis at_b, double read_out, random_stream& stream) const {
    double left = sample::uniform(stream);
    for (unsigned i = 0;; ++i) {
      const measured_bits bits{(i & 2) != 0, (i & 1) != 0};
      left -= chance(rho_, at_a, at_b, bits.a, bits.b, read_out);
      if (left < 0 || i == 3) return bits;
    }
  }

  friend bool operator==(const dense_pair& a, const dense_pair& b) { return distance(a.rho_, b.rho_) == 0; }

 private:
  static double bounded(double p) { return p < 0 ? 0 : p > 1 ? 1 : p; }
  static branch<dense_pair> normalised(const pair& unnormalised) {
    const double p = unnormalised.trace();
    return p > 0 ? branch<dense_pair>{dense_pair{unnormalised.scaled(1 / p)}, p} : branch<dense_pair>{};
  }

  pair rho_;
};
static_assert(ensemble_state<dense_pair> && tells_means<dense_pair> && distils_in_two_acts<dense_pair> &&
              sided_state<dense_pair>);
inline pair dense(const dense_pair& state) { return state.matrix(); }

}  // namespace referee
