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

/// A pair state that is asked for each end's act of a distillation on its own (see local_distillation.hpp). One whose
/// single bits are not always uniform has to be such a state; for the others the acts follow from `distil`.
template <class State>
concept distils_in_two_acts = pair_state<State> && requires(const State& pair, const distil_recipe& recipe, half end,
                                                            const gate_noise& gates, random_stream& stream) {
  { State::distil_first(pair, pair, recipe, end, gates, stream) } -> std::same_as<bool>;
  { State::distil_second(pair, pair, recipe, end, true, gates, stream) } -> std::same_as<local_distilled<State>>;
};

/// A pair state that tells the expectation value of each half and of their product, and every branch of its
/// operations (see local_measurement.hpp). One whose single bits are not always uniform has to be such a state; for
/// the others its Bell fidelities say it all.
template <class State>
concept tells_means = ensemble_state<State> && requires(const State& pair, half end, basis in,
                                                        const distil_recipe& recipe, const gate_noise& gates) {
  { pair.mean(end, in) } -> std::same_as<double>;
  { pair.correlator(in, in) } -> std::same_as<double>;
  { State::distil_outcome(pair, pair, recipe, true, true, gates) } -> std::same_as<branch<State>>;
};

/// A pair state that is not symmetric in its halves: `exchanged()` is the same pair with a called b and b called a.
template <class State>
concept sided_state = pair_state<State> && requires(const State& pair) {
  { pair.exchanged() } -> std::same_as<State>;
};

/// The same pair with its halves exchanged. Bell states are symmetric up to a phase: only states that hold more
/// change.
template <pair_state State>
[[nodiscard]] constexpr State exchanged(const State& pair) {
  if constexpr (sided_state<State>) {
    return pair.exchanged();
  } else {
    static_assert(!State::exact.amplitude_damping && !State::exact.phase,
                  "a state that is not Bell-diagonal needs exchanged()");
    return pair;
  }
}

}  // namespace ebit
