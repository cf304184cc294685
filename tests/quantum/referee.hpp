// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/density_matrix.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>
#include <ebit/quantum/x_state.hpp>

/// Every operation on pairs, carried out gate by gate on density matrices, and random inputs for comparing with it.
namespace referee {

using namespace ebit;
using pair = density_matrix<2>;

inline constexpr double quarter_turn = 1.57079632679489661923;

/// One end's gates of a `rotation`, on any of the qubits: half b does the complex conjugate of what half a does.
template <std::size_t Qubits>
void rotate_half(density_matrix<Qubits>& state, std::size_t qubit, half end, bell_permutation rotation,
                 const gate_noise& noise = {}) {
  const double quarter = end == half::a ? quarter_turn : -quarter_turn;
  switch (rotation.element()) {
    case 0: return;
    case 1: state.apply(gates::phase(quarter), qubit); break;
    case 2: state.apply(gates::rotate_x(quarter), qubit); break;
    case 3: state.apply(gates::hadamard, qubit); break;
    case 4: state.apply(gates::phase(quarter), qubit).apply(gates::hadamard, qubit); break;
    default: state.apply(gates::hadamard, qubit).apply(gates::phase(quarter), qubit); break;
  }
  state.white_noise(noise.one_qubit, qubit);
}
/// The gates at the two ends that permute the Bell labels as `rotation` says.
inline void rotate(pair& state, bell_permutation rotation, const gate_noise& noise = {}) {
  rotate_half(state, 0, half::a, rotation, noise);
  rotate_half(state, 1, half::b, rotation, noise);
}

/// Unnormalised.
inline pair swap(const pair& left, const pair& right, bell_index outcome, const gate_noise& noise = {}) {
  return tensor(left, right).bell_projected(1, 2, outcome, noise).without(2).without(1);
}

/// Unnormalised.
inline pair distil(pair keep, pair sacrifice, const distil_recipe& recipe, bool first, bool second,
                   const gate_noise& noise = {}) {
  rotate(keep, recipe.keep, noise);
  rotate(sacrifice, recipe.sacrifice, noise);
  density_matrix<4> both = tensor(keep, sacrifice);
  both.cnot(0, 2).white_noise(noise.two_qubit, 0, 2);
  both.cnot(1, 3).white_noise(noise.two_qubit, 1, 3);
  return both.projected(2, first, noise.read_out).projected(3, second, noise.read_out).without(3).without(2);
}
inline pair distil_parity(const pair& keep, const pair& sacrifice, const distil_recipe& recipe, bool parity,
                          const gate_noise& noise = {}) {
  return distil(keep, sacrifice, recipe, false, parity, noise) +
         distil(keep, sacrifice, recipe, true, !parity, noise);
}

/// The Pauli twirl of the memory channel on one qubit: the mean over Paulis before and after it.
inline pair aged_twirled(const pair& state, duration elapsed, const memory_noise& memory, std::size_t qubit) {
  pair sum = state.scaled(0);
  for (std::uint8_t i = 0; i < 4; ++i) {
    const pauli_frame frame{static_cast<bell_index>(i)};
    pair one = state;
    sum = sum + one.correct(frame, qubit).age(elapsed, memory, qubit).correct(frame, qubit).scaled(0.25);
  }
  return sum;
}

/// The largest difference of any matrix element.
inline double distance(const pair& a, const pair& b) {
  double worst = 0;
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j)
      worst = std::max({worst, std::abs(a(i, j).re - b(i, j).re), std::abs(a(i, j).im - b(i, j).im)});
  return worst;
}
template <class State>
double distance(const branch<State>& fast, const pair& unnormalised) {
  return std::max(distance(pair::from(fast.state).scaled(fast.probability), unnormalised),
                  std::abs(fast.probability - unnormalised.trace()));
}
inline double distance(const bell_diagonal& a, const bell_diagonal& b) {
  double worst = 0;
  for (std::size_t i = 0; i < 4; ++i) worst = std::max(worst, std::abs(a.probabilities()[i] - b.probabilities()[i]));
  return worst;
}

inline bell_diagonal any_bell_diagonal(random_stream& stream) {
  double p[4];
  double sum = 0;
  for (double& x : p) {
    const bool absent = sample::below(stream, 8) == 0;
    x = absent ? 0 : sample::exponential(stream, 1);
    sum += x;
  }
  if (!(sum > 0)) return bell_diagonal{};
  return {p[0] / sum, p[1] / sum, p[2] / sum, p[3] / sum};
}
inline x_state any_x_state(random_stream& stream) {
  const auto p = any_bell_diagonal(stream).probabilities();
  const double even = sample::uniform(stream) * std::sqrt(p[0] * p[3]);
  const double odd = sample::uniform(stream) * std::sqrt(p[1] * p[2]);
  const double t = 4 * quarter_turn * sample::uniform(stream);
  const double u = 4 * quarter_turn * sample::uniform(stream);
  return x_state::from_elements(
      {p[0], p[1], p[2], p[3], even * std::cos(t), even * std::sin(t), odd * std::cos(u), odd * std::sin(u)});
}
inline gate_noise any_gate_noise(random_stream& stream) {
  gate_noise noise;
  for (double* p : {&noise.two_qubit, &noise.one_qubit, &noise.read_out, &noise.bell_phase}) {
    const bool absent = sample::below(stream, 4) == 0;
    *p = absent ? 0 : 0.5 * sample::uniform(stream);
  }
  return noise;
}
inline memory_noise any_memory_noise(random_stream& stream) {
  const double t1 = 0.05 + sample::uniform(stream);
  const double share = 0.01 + 0.99 * sample::uniform(stream);
  const memory_noise noise{.t1 = duration::seconds(t1), .t2 = duration::seconds(2 * t1 * share)};
  return sample::below(stream, 6) == 0 ? memory_noise{.t2 = noise.t2} : noise;
}
inline duration any_time(random_stream& stream) { return duration::seconds(sample::uniform(stream)); }
inline bell_index any_label(random_stream& stream) { return static_cast<bell_index>(sample::below(stream, 4)); }
inline bell_permutation any_rotation(random_stream& stream) {
  return bell_permutation::element(static_cast<std::uint32_t>(sample::below(stream, 6)));
}
inline bool any_bit(random_stream& stream) { return sample::below(stream, 2) == 1; }
/// The x_state knows two of the six rotations.
template <class State>
distil_recipe any_recipe(random_stream& stream) {
  const auto rotation = [&] {
    return std::same_as<State, x_state> ? bell_permutation::element(any_bit(stream) ? 1 : 0) : any_rotation(stream);
  };
  const bell_permutation keep = rotation();
  return {keep, rotation()};
}

}  // namespace referee
