// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>

#include <ebit/core/bell.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit {

class bell_diagonal;

/// A representation of one entangled pair. Labels are actual Bell labels, never relative to a Pauli frame; in `swap`
/// the halves left.b and right.a are measured and left.a, right.b remain. Operations that have outcomes draw them
/// from the stream; a representation that needs no draw leaves the stream as it was.
template <class State>
concept pair_state = std::copyable<State> && std::default_initializable<State> && std::equality_comparable<State> &&
                     requires(State state, const State& other, half which, duration elapsed,
                              const memory_noise& memory, const gate_noise& gates, const distil_recipe& recipe,
                              const bell_diagonal& diagonal, random_stream& stream) {
                       { State::exact } -> std::convertible_to<exactness>;
                       { State::from(diagonal, stream) } -> std::same_as<State>;
                       { other.fidelity(bell_index::phi_plus) } -> std::same_as<double>;
                       { state.age(which, elapsed, memory, stream) } -> std::same_as<void>;
                       { state.correct(pauli_frame{}) } -> std::same_as<void>;
                       { State::swap(other, other, gates, stream) } -> std::same_as<swapped<State>>;
                       { State::distil(other, other, recipe, gates, stream) } -> std::same_as<distilled<State>>;
                       { other.measure(basis::x, basis::z, double{}, stream) } -> std::same_as<measured_bits>;
                     };

/// A pair state that is the whole ensemble, so that every operation also has a form without randomness.
template <class State>
concept ensemble_state = pair_state<State> && !State::exact.trajectory &&
                         requires(const State& state, half which, duration elapsed, const memory_noise& memory,
                                  const gate_noise& gates, const distil_recipe& recipe) {
                           { state.aged(which, elapsed, memory) } -> std::same_as<State>;
                           {
                             State::swap_branch(state, state, bell_index::phi_plus, gates)
                           } -> std::same_as<branch<State>>;
                           {
                             State::distil_branch(state, state, recipe, false, gates)
                           } -> std::same_as<branch<State>>;
                         };

}  // namespace ebit
