// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/bell_arithmetic.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit {

/// A mixture of the four Bell states: their probabilities in the order Φ+, Φ−, Ψ+, Ψ−.
///
/// Exact for Pauli noise, swaps and every bilateral-CNOT distillation. Ages by the Pauli twirl of the memory channel,
/// so finite T1 loses the drift towards |0⟩ (use `x_state` for that). Bits of the two ends are uniform one by one, so
/// outcomes carry information only jointly.
class bell_diagonal {
 public:
  static constexpr exactness exact{
      .bell_diagonal = true, .pauli_ageing = true, .swap = true, .distil = true, .any_rotation = true};

  /// Φ+, perfect.
  constexpr bell_diagonal() = default;
  /// Probabilities, which must be non-negative and add up to 1 (to 1e-9).
  constexpr bell_diagonal(double phi_plus, double phi_minus, double psi_plus, double psi_minus)
      : p_{phi_plus, phi_minus, psi_plus, psi_minus} {
    EBIT_ASSERT(phi_plus > -1e-9 && phi_minus > -1e-9 && psi_plus > -1e-9 && psi_minus > -1e-9,
                "bell_diagonal: a probability is negative or not a number");
    [[maybe_unused]] const double excess = phi_plus + phi_minus + psi_plus + psi_minus - 1;
    EBIT_ASSERT(excess < 1e-9 && excess > -1e-9, "bell_diagonal: the probabilities do not add up to 1");
  }

  /// The Werner state of the given fidelity with `label`: the rest is shared equally.
  [[nodiscard]] static constexpr bell_diagonal werner(double fidelity, bell_index label = bell_index::phi_plus) {
    const double rest = (1 - fidelity) / 3;
    return bell_diagonal{fidelity, rest, rest, rest}.corrected(pauli_frame{label});
  }
  [[nodiscard]] static constexpr bell_diagonal pure(bell_index label) {
    return bell_diagonal{}.corrected(pauli_frame{label});
  }
  [[nodiscard]] static constexpr bell_diagonal white() { return bell_diagonal{0.25, 0.25, 0.25, 0.25}; }
  /// From ⟨XX⟩, ⟨YY⟩, ⟨ZZ⟩, each in [−1, 1] and jointly a state.
  [[nodiscard]] static constexpr bell_diagonal from_correlators(double xx, double yy, double zz) {
    return bell_diagonal{(1 + xx - yy + zz) / 4, (1 - xx + yy + zz) / 4, (1 + xx + yy - zz) / 4,
                         (1 - xx - yy - zz) / 4};
  }
  [[nodiscard]] static constexpr bell_diagonal from(const bell_diagonal& state, random_stream&) { return state; }

  [[nodiscard]] constexpr double fidelity(bell_index label) const { return p_[static_cast<std::size_t>(label)]; }
  [[nodiscard]] constexpr const std::array<double, 4>& probabilities() const { return p_; }
  [[nodiscard]] constexpr double xx() const { return p_[0] - p_[1] + p_[2] - p_[3]; }
  [[nodiscard]] constexpr double yy() const { return -p_[0] + p_[1] + p_[2] - p_[3]; }
  [[nodiscard]] constexpr double zz() const { return p_[0] + p_[1] - p_[2] - p_[3]; }
  /// The likeliest Bell state; of equals the first.
  [[nodiscard]] constexpr bell_index likeliest() const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < 4; ++i) best = p_[i] > p_[best] ? i : best;
    return static_cast<bell_index>(best);
  }

  /// The Pauli `frame` applied to one half (either: the states are the same).
  [[nodiscard]] constexpr bell_diagonal corrected(pauli_frame frame) const {
    const std::size_t f = frame.bits();
    return unchecked(p_[f], p_[1 ^ f], p_[2 ^ f], p_[3 ^ f]);
  }
  constexpr void correct(pauli_frame frame) { *this = corrected(frame); }
  /// A bilateral rotation without noise.
  [[nodiscard]] constexpr bell_diagonal rotated(bell_permutation rotation) const { return rotated(rotation, 0); }
  /// The average over all bilateral rotations that keep `label`: the Werner state of the same fidelity.
  [[nodiscard]] constexpr bell_diagonal twirled(bell_index label = bell_index::phi_plus) const {
    const double f = fidelity(label);
    const double rest = (p_[0] + p_[1] + p_[2] + p_[3] - f) / 3;
    return unchecked(f, rest, rest, rest).corrected(pauli_frame{label});
  }
  /// White noise with probability `p` on either half: the two halves are alike.
  [[nodiscard]] constexpr bell_diagonal whitened(double p) const {
    const double keep = 1 - p, add = p / 4;
    return unchecked(keep * p_[0] + add, keep * p_[1] + add, keep * p_[2] + add, keep * p_[3] + add);
  }

  /// One half idle in a memory: the Pauli twirl of amplitude damping and dephasing. A semigroup in time.
  [[nodiscard]] constexpr bell_diagonal aged(memory_decay decay) const {
    return bell_diagonal{detail::convolved(p_, detail::pauli_errors(decay))};
  }
  [[nodiscard]] bell_diagonal aged(half, duration elapsed, const memory_noise& memory) const {
    return aged(memory.over(elapsed));
  }
  void age(half, duration elapsed, const memory_noise& memory, random_stream&) { *this = aged(memory.over(elapsed)); }

  /// The joined pair relative to the reported outcome, averaged over outcomes, which are equally likely: convolution
  /// over Z2×Z2 with the read-out errors, then white noise (Briegel, Dür, Cirac and Zoller 1998, there for Werner
  /// states).
  [[nodiscard]] static constexpr bell_diagonal joined(const bell_diagonal& left, const bell_diagonal& right,
                                                      const gate_noise& noise = {}) {
    const detail::swap_coefficients c{noise};
    const detail::bell_weights<double> ideal = detail::convolved(left.p_, right.p_);
    return bell_diagonal{c.ideal ? ideal : detail::with_swap_noise(ideal, c)};
  }
  [[nodiscard]] static constexpr branch<bell_diagonal> swap_branch(const bell_diagonal& left,
                                                                   const bell_diagonal& right, bell_index outcome,
                                                                   const gate_noise& noise = {}) {
    return {joined(left, right, noise).corrected(pauli_frame{outcome}), 0.25};
  }
  [[nodiscard]] static constexpr swapped<bell_diagonal> swap(const bell_diagonal& left, const bell_diagonal& right,
                                                             const gate_noise& noise, random_stream& stream) {
    const auto outcome = static_cast<bell_index>(stream.next_u32() & 3U);
    return {joined(left, right, noise).corrected(pauli_frame{outcome}), outcome};
  }

  /// The branch whose reported bits have the given parity (false: equal); both bit pairs of a parity are equally
  /// likely. Maps of Bennett et al. 1996 and Deutsch et al. 1996, noise as in Dür et al. 1999.
  [[nodiscard]] EBIT_ALWAYS_INLINE static constexpr branch<bell_diagonal> distil_branch(
      const bell_diagonal& keep, const bell_diagonal& sacrifice, const distil_recipe& recipe, bool parity,
      const gate_noise& noise = {}) {
    const detail::distil_coefficients c{noise, parity, whitening(recipe.keep, noise),
                                        whitening(recipe.sacrifice, noise)};
    const bell_diagonal k = keep.rotated(recipe.keep, 0), s = sacrifice.rotated(recipe.sacrifice, c.flipped ? 2 : 0);
    const auto made = [](const detail::weighed<double>& kept) -> branch<bell_diagonal> {
      return {bell_diagonal{kept.share}, kept.weight};
    };
    if (!c.ideal) return made(detail::normalised(detail::noisily_distilled(k.p_, s.p_, c)));
    return made(detail::normalised(detail::ideally_distilled(k.p_, s.p_)));
  }
  [[nodiscard]] static distilled<bell_diagonal> distil(const bell_diagonal& keep, const bell_diagonal& sacrifice,
                                                       const distil_recipe& recipe, const gate_noise& noise,
                                                       random_stream& stream) {
    const double see = (1 - 2 * noise.read_out) * (1 - noise.two_qubit);
    const double k = (1 - whitening(recipe.keep, noise)) * keep.rotated(recipe.keep).zz();
    const double s = (1 - whitening(recipe.sacrifice, noise)) * sacrifice.rotated(recipe.sacrifice).zz();
    const bool parity = sample::bernoulli(stream, detail::rounded_probability((1 - see * see * k * s) / 2));
    const bool first = (stream.next_u32() & 1U) != 0;
    return {distil_branch(keep, sacrifice, recipe, parity, noise).state, first, first != parity};
  }

  /// Reads both halves; each reported bit is flipped with probability `read_out`.
  [[nodiscard]] measured_bits measure(basis at_a, basis at_b, double read_out, random_stream& stream) const {
    const double correlator = at_a != at_b ? 0 : at_a == basis::x ? xx() : at_a == basis::y ? yy() : zz();
    const double seen = (1 - 2 * read_out) * (1 - 2 * read_out) * correlator;
    const bool differ = sample::bernoulli(stream, detail::rounded_probability((1 - seen) / 2));
    const bool first = (stream.next_u32() & 1U) != 0;
    return {first, first != differ};
  }

  friend constexpr bool operator==(const bell_diagonal&, const bell_diagonal&) = default;

 private:
  friend class bell_batch;
  constexpr explicit bell_diagonal(const std::array<double, 4>& p) : p_{p} {}
  [[nodiscard]] static constexpr bell_diagonal unchecked(double p0, double p1, double p2, double p3) {
    return bell_diagonal{std::array<double, 4>{p0, p1, p2, p3}};
  }
  [[nodiscard]] static constexpr std::size_t image(bell_permutation rotation, std::size_t label) {
    return static_cast<std::size_t>(rotation(static_cast<bell_index>(label)));
  }
  /// Rotated, then the labels' bits `flip` flipped. Each place looks up where its value comes from: a value written
  /// to a looked-up place would have to be waited for.
  [[nodiscard]] constexpr bell_diagonal rotated(bell_permutation rotation, std::size_t flip) const {
    const std::uint32_t e = rotation.element();
    const bell_permutation back = bell_permutation::element(e == 4 ? 5 : e == 5 ? 4 : e);  // the others are exchanges
    return unchecked(p_[image(back, flip)], p_[image(back, 1 ^ flip)], p_[image(back, 2 ^ flip)],
                     p_[image(back, 3 ^ flip)]);
  }
  /// White noise of the gates of a rotation at both ends; the identity needs none.
  [[nodiscard]] static constexpr double whitening(bell_permutation rotation, const gate_noise& noise) {
    return rotation == bell_permutation::identity() ? 0 : noise.one_qubit * (2 - noise.one_qubit);
  }

  std::array<double, 4> p_{1, 0, 0, 0};
};

}  // namespace ebit
