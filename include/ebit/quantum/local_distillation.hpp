// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/random.hpp>
#include <ebit/quantum/concepts.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

/// A distillation step is two local acts at two times: each end rotates its two qubits, applies its CNOT and reads
/// its sacrificed one. What happens at one end commutes with everything at the other, its ageing included, so the
/// step is computed when the second end acts, from each half as it was when its own end acted: halves `first_end`
/// aged up to the first act, the others up to the second, and the kept half of `first_end` ages on afterwards. Half a
/// of `keep` and half a of `sacrifice` are at the same node, else take `exchanged` of one. Both acts use one recipe
/// and one noise.
namespace ebit {

/// The bit reported by the end that acts first, drawn from its marginal: it depends on the qubits at that end alone,
/// so nothing is told faster than light. A fair coin for states whose halves are white.
template <pair_state State>
[[nodiscard]] bool distil_first(const State& keep, const State& sacrifice, const distil_recipe& recipe, half end,
                                const gate_noise& noise, random_stream& stream) {
  if constexpr (distils_in_two_acts<State>) {
    return State::distil_first(keep, sacrifice, recipe, end, noise, stream);
  } else {
    static_assert(!State::exact.amplitude_damping && !State::exact.phase,
                  "a state whose single bits are not uniform needs distil_first and distil_second");
    return (stream.next_u32() & 1U) != 0;
  }
}

/// The end that acts second: its reported bit and the kept pair, conditioned on the bit reported first. A first bit
/// that these pairs cannot have given is a programmer's error.
template <pair_state State>
[[nodiscard]] local_distilled<State> distil_second(const State& keep, const State& sacrifice,
                                                   const distil_recipe& recipe, half first_end, bool first_bit,
                                                   const gate_noise& noise, random_stream& stream) {
  if constexpr (distils_in_two_acts<State>) {
    return State::distil_second(keep, sacrifice, recipe, first_end, first_bit, noise, stream);
  } else {
    static_assert(!State::exact.amplitude_damping && !State::exact.phase,
                  "a state whose single bits are not uniform needs distil_first and distil_second");
    // Of uniform bits the parity alone is tied to the state.
    const distilled<State> both = State::distil(keep, sacrifice, recipe, noise, stream);
    return {both.state, first_bit != (both.first != both.second)};
  }
}

}  // namespace ebit
