// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit {

/// One parameter w around a Bell state: ρ = w|label⟩⟨label| + (1−w)·1/4, fidelity (1+3w)/4.
///
/// Every operation is followed by a twirl back to this form, so fidelities are those of a protocol that twirls after
/// each step. Exact without that twirl only for: Werner input, swaps with white gate noise and perfect read-out,
/// memories with t1 = t2. Otherwise `bell_diagonal` is the exact type.
class werner {
 public:
  static constexpr exactness exact{.any_rotation = true};

  /// Φ+, perfect.
  constexpr werner() = default;
  /// `w` in [−1/3, 1].
  constexpr explicit werner(double w, bell_index label = bell_index::phi_plus) : w_{w}, label_{label} {
    EBIT_ASSERT(w > -1.0 / 3 - 1e-9 && w < 1 + 1e-9, "werner: w is outside [-1/3, 1]");
  }
  [[nodiscard]] static constexpr werner of_fidelity(double fidelity, bell_index label = bell_index::phi_plus) {
    return werner{(4 * fidelity - 1) / 3, label};
  }
  /// Twirls around the likeliest Bell state.
  [[nodiscard]] static constexpr werner from(const bell_diagonal& state) {
    return of_fidelity(state.fidelity(state.likeliest()), state.likeliest());
  }
  [[nodiscard]] static constexpr werner from(const bell_diagonal& state, random_stream&) { return from(state); }

  [[nodiscard]] constexpr double w() const { return w_; }
  [[nodiscard]] constexpr bell_index label() const { return label_; }
  [[nodiscard]] constexpr double fidelity(bell_index of) const {
    return of == label_ ? (1 + 3 * w_) / 4 : (1 - w_) / 4;
  }
  [[nodiscard]] constexpr bell_diagonal diagonal() const { return bell_diagonal::werner(fidelity(label_), label_); }

  [[nodiscard]] constexpr werner corrected(pauli_frame frame) const {
    return werner{w_, (pauli_frame{label_} ^ frame).index()};
  }
  constexpr void correct(pauli_frame frame) { *this = corrected(frame); }
  [[nodiscard]] constexpr werner whitened(double p) const { return werner{(1 - p) * w_, label_}; }

  /// w falls at the mean of the three correlators' rates, (2/T2 + 1/T1)/3: the twirl acts all along, which keeps
  /// ageing a semigroup and never overestimates the fidelity of the twirled exact state.
  [[nodiscard]] werner aged(half, duration elapsed, const memory_noise& memory) const {
    const memory_decay third = memory.over(elapsed);
    if (third.coherence == third.population) return werner{w_ * third.coherence, label_};
    return werner{w_ * math::pow(third.coherence * third.coherence * third.population, 1.0 / 3), label_};
  }
  void age(half which, duration elapsed, const memory_noise& memory, random_stream&) {
    *this = aged(which, elapsed, memory);
  }

  [[nodiscard]] static constexpr branch<werner> swap_branch(const werner& left, const werner& right,
                                                            bell_index outcome, const gate_noise& noise = {}) {
    const bell_diagonal joined = bell_diagonal::joined(left.centred(), right.centred(), noise);
    const pauli_frame label = pauli_frame{left.label_} ^ pauli_frame { right.label_ } ^ pauli_frame { outcome };
    return {of_fidelity(joined.fidelity(bell_index::phi_plus), label.index()), 0.25};
  }
  [[nodiscard]] static constexpr swapped<werner> swap(const werner& left, const werner& right,
                                                      const gate_noise& noise, random_stream& stream) {
    const auto outcome = static_cast<bell_index>(stream.next_u32() & 3U);
    return {swap_branch(left, right, outcome, noise).state, outcome};
  }

  [[nodiscard]] static constexpr branch<werner> distil_branch(const werner& keep, const werner& sacrifice,
                                                              const distil_recipe& recipe, bool parity,
                                                              const gate_noise& noise = {}) {
    const pauli_frame k = recipe.keep(pauli_frame{keep.label_}), s = recipe.sacrifice(pauli_frame{sacrifice.label_});
    const bool relative = parity != (k.x() != s.x());
    const auto kept = bell_diagonal::distil_branch(keep.centred(), sacrifice.centred(), recipe, relative, noise);
    const pauli_frame label{k.x(), k.z() != s.z()};
    if (!(kept.probability > 0)) return {};
    return {of_fidelity(kept.state.fidelity(bell_index::phi_plus), label.index()), kept.probability};
  }
  [[nodiscard]] static distilled<werner> distil(const werner& keep, const werner& sacrifice,
                                                const distil_recipe& recipe, const gate_noise& noise,
                                                random_stream& stream) {
    const branch<werner> odd = distil_branch(keep, sacrifice, recipe, true, noise);
    const bool parity = sample::bernoulli(stream, detail::rounded_probability(odd.probability));
    const bool first = (stream.next_u32() & 1U) != 0;
    const werner state = parity ? odd.state : distil_branch(keep, sacrifice, recipe, false, noise).state;
    return {state, first, first != parity};
  }

  [[nodiscard]] measured_bits measure(basis at_a, basis at_b, double read_out, random_stream& stream) const {
    return diagonal().measure(at_a, at_b, read_out, stream);
  }

  friend constexpr bool operator==(const werner&, const werner&) = default;

 private:
  /// The same state around Φ+.
  [[nodiscard]] constexpr bell_diagonal centred() const { return bell_diagonal::werner((1 + 3 * w_) / 4); }

  double w_ = 1;
  bell_index label_ = bell_index::phi_plus;
};

}  // namespace ebit
