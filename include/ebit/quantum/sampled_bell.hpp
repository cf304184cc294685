// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/bell.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit {

/// One trajectory of a Bell-diagonal pair: which Bell state it is, in two bits. Every error is drawn. Averages over
/// many trajectories are those of `bell_diagonal`, with the same exact maps; a single fidelity is 0 or 1.
class sampled_bell {
 public:
  static constexpr exactness exact{.bell_diagonal = true,
                                   .pauli_ageing = true,
                                   .swap = true,
                                   .distil = true,
                                   .any_rotation = true,
                                   .trajectory = true};

  constexpr sampled_bell() = default;
  constexpr explicit sampled_bell(bell_index label) : label_{label} {}
  /// Draws the label.
  [[nodiscard]] static sampled_bell from(const bell_diagonal& state, random_stream& stream) {
    double left = sample::uniform(stream);
    unsigned label = 0;
    // The last label takes what rounding leaves over.
    for (; label < 3; ++label) {
      const double p = state.fidelity(static_cast<bell_index>(label));
      if (left < p) break;
      left -= p;
    }
    return sampled_bell{pauli_frame{static_cast<bell_index>(label)}};
  }

  [[nodiscard]] constexpr bell_index label() const { return label_.index(); }
  [[nodiscard]] constexpr double fidelity(bell_index of) const { return of == label_.index() ? 1 : 0; }

  constexpr void correct(pauli_frame frame) { label_ ^= frame; }

  /// Draws the Pauli error of the twirled memory channel.
  void age(half, duration elapsed, const memory_noise& memory, random_stream& stream) {
    const memory_decay decay = memory.over(elapsed);
    const double flip = (1 - decay.population) / 4;
    const double phase = (1 - 2 * decay.coherence + decay.population) / 4;
    const double u = sample::uniform(stream);
    if (u < 2 * flip)
      label_ ^= pauli_frame{true, u < flip};
    else if (u < 2 * flip + phase)
      label_ ^= pauli_frame{false, true};
  }

  [[nodiscard]] static swapped<sampled_bell> swap(const sampled_bell& left, const sampled_bell& right,
                                                  const gate_noise& noise, random_stream& stream) {
    const pauli_frame outcome = any_frame(stream);
    pauli_frame label = left.label_ ^ right.label_ ^ outcome;
    if (happens(noise.two_qubit, stream)) label = any_frame(stream);
    const bool x_error = happens(noise.read_out, stream);
    const double read_z = noise.read_out + noise.one_qubit * (0.5 - noise.read_out);
    const bool z_error = happens(read_z + noise.bell_phase * (1 - 2 * read_z), stream);
    return {sampled_bell{label}, (outcome ^ pauli_frame{x_error, z_error}).index()};
  }

  [[nodiscard]] static distilled<sampled_bell> distil(const sampled_bell& keep, const sampled_bell& sacrifice,
                                                      const distil_recipe& recipe, const gate_noise& noise,
                                                      random_stream& stream) {
    pauli_frame k = rotated(keep.label_, recipe.keep, noise.one_qubit, stream);
    pauli_frame s = rotated(sacrifice.label_, recipe.sacrifice, noise.one_qubit, stream);
    if (happens(noise.two_qubit * (2 - noise.two_qubit), stream)) {
      k = any_frame(stream);
      s = any_frame(stream);
    }
    const bool parity = k.x() != s.x();
    const bool bit = (stream.next_u32() & 1U) != 0;
    const bool error_a = happens(noise.read_out, stream);
    const bool error_b = happens(noise.read_out, stream);
    return {sampled_bell{pauli_frame{k.x(), k.z() != s.z()}}, bit != error_a, (bit != parity) != error_b};
  }

  [[nodiscard]] measured_bits measure(basis at_a, basis at_b, double read_out, random_stream& stream) const {
    return bell_diagonal::pure(label_.index()).measure(at_a, at_b, read_out, stream);
  }

  friend constexpr bool operator==(const sampled_bell&, const sampled_bell&) = default;

 private:
  constexpr explicit sampled_bell(pauli_frame label) : label_{label} {}

  [[nodiscard]] static bool happens(double p, random_stream& stream) { return p > 0 && sample::bernoulli(stream, p); }
  [[nodiscard]] static constexpr pauli_frame any_frame(random_stream& stream) {
    return pauli_frame{static_cast<bell_index>(stream.next_u32() & 3U)};
  }
  [[nodiscard]] static pauli_frame rotated(pauli_frame label, bell_permutation rotation, double one_qubit,
                                           random_stream& stream) {
    if (rotation == bell_permutation::identity()) return label;
    return happens(one_qubit * (2 - one_qubit), stream) ? any_frame(stream) : rotation(label);
  }

  pauli_frame label_;
};

}  // namespace ebit
