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
#include <ebit/quantum/x_correlators.hpp>

namespace ebit {

/// A two-qubit state whose density matrix has the shape of an X, kept as its correlators. Closed under amplitude
/// damping, dephasing, phase rotations, noisy swaps and noisy bilateral CNOTs, all exact: what single-click pairs,
/// finite T1 and extreme-photon-loss distillation need. Of the bilateral rotations it is closed only under those that
/// keep the Z axis (the identity and Φ fixed, Ψ+ ↔ Ψ−); for the others take `twirled()` first, or `adaptive_state`.
class x_state {
 public:
  static constexpr exactness exact{.bell_diagonal = true,
                                   .pauli_ageing = true,
                                   .amplitude_damping = true,
                                   .phase = true,
                                   .swap = true,
                                   .distil = true};

  /// Φ+, perfect.
  constexpr x_state() = default;
  constexpr explicit x_state(const x_correlators& c) : c_{c} {
    constexpr double tolerance = 1e-9;
    const x_elements e = elements();
    EBIT_ASSERT(e.p00 > -tolerance && e.p01 > -tolerance && e.p10 > -tolerance && e.p11 > -tolerance,
                "x_state: a population is negative or not a number");
    EBIT_ASSERT(e.re_00_11 * e.re_00_11 + e.im_00_11 * e.im_00_11 < e.p00 * e.p11 + tolerance &&
                    e.re_01_10 * e.re_01_10 + e.im_01_10 * e.im_01_10 < e.p01 * e.p10 + tolerance,
                "x_state: a coherence is larger than its populations allow");
  }
  constexpr explicit x_state(const bell_diagonal& state) : c_{.xx = state.xx(), .yy = state.yy(), .zz = state.zz()} {}
  /// Populations must add up to 1 (to 1e-9).
  [[nodiscard]] static constexpr x_state from_elements(const x_elements& e) {
    const double excess = e.p00 + e.p01 + e.p10 + e.p11 - 1;
    EBIT_ASSERT(excess < 1e-9 && excess > -1e-9, "x_state: the populations do not add up to 1");
    return x_state{x_correlators{.xx = 2 * (e.re_00_11 + e.re_01_10),
                                 .yy = 2 * (e.re_01_10 - e.re_00_11),
                                 .xy = 2 * (e.im_01_10 - e.im_00_11),
                                 .yx = -2 * (e.im_01_10 + e.im_00_11),
                                 .zz = e.p00 - e.p01 - e.p10 + e.p11,
                                 .zi = e.p00 + e.p01 - e.p10 - e.p11,
                                 .iz = e.p00 - e.p01 + e.p10 - e.p11}};
  }
  [[nodiscard]] static constexpr x_state from(const bell_diagonal& state, random_stream&) { return x_state{state}; }

  [[nodiscard]] constexpr const x_correlators& correlators() const { return c_; }
  [[nodiscard]] constexpr x_elements elements() const {
    return {.p00 = (1 + c_.zi + c_.iz + c_.zz) / 4,
            .p01 = (1 + c_.zi - c_.iz - c_.zz) / 4,
            .p10 = (1 - c_.zi + c_.iz - c_.zz) / 4,
            .p11 = (1 - c_.zi - c_.iz + c_.zz) / 4,
            .re_00_11 = (c_.xx - c_.yy) / 4,
            .im_00_11 = -(c_.xy + c_.yx) / 4,
            .re_01_10 = (c_.xx + c_.yy) / 4,
            .im_01_10 = (c_.xy - c_.yx) / 4};
  }
  [[nodiscard]] constexpr double fidelity(bell_index label) const {
    const pauli_frame f{label};
    const double xx = f.z() ? -c_.xx : c_.xx, zz = f.x() ? -c_.zz : c_.zz;
    const double yy = f.x() != f.z() ? c_.yy : -c_.yy;
    return (1 + xx + yy + zz) / 4;
  }
  /// The Pauli twirl: both halves undergo the same random Pauli. Keeps the four Bell fidelities and nothing else.
  [[nodiscard]] constexpr bell_diagonal twirled() const {
    return bell_diagonal::from_correlators(c_.xx, c_.yy, c_.zz);
  }

  /// The Pauli `frame` applied to one half.
  [[nodiscard]] constexpr x_state corrected(pauli_frame frame, half which = half::b) const {
    const double fx = frame.z() ? -1 : 1, fz = frame.x() ? -1 : 1, fy = fx * fz;
    const bool at_a = which == half::a;
    x_correlators c = c_;
    c.xx *= fx;
    c.yy *= fy;
    c.zz *= fz;
    c.xy *= at_a ? fx : fy;
    c.yx *= at_a ? fy : fx;
    (at_a ? c.zi : c.iz) *= fz;
    return unchecked(c);
  }
  constexpr void correct(pauli_frame frame) { *this = corrected(frame); }
  /// Half a called b and half b called a.
  [[nodiscard]] constexpr x_state exchanged() const {
    return unchecked({.xx = c_.xx, .yy = c_.yy, .xy = c_.yx, .yx = c_.xy, .zz = c_.zz, .zi = c_.iz, .iz = c_.zi});
  }

  /// White noise with probability `p` on one half.
  [[nodiscard]] constexpr x_state whitened(half which, double p) const {
    const double keep = 1 - p;
    x_correlators c{.xx = keep * c_.xx, .yy = keep * c_.yy, .xy = keep * c_.xy, .yx = keep * c_.yx};
    c.zz = keep * c_.zz;
    c.zi = which == half::a ? keep * c_.zi : c_.zi;
    c.iz = which == half::a ? c_.iz : keep * c_.iz;
    return unchecked(c);
  }

  /// |1⟩ of one half gains the phase e^(i·angle); radians.
  [[nodiscard]] x_state phased(half which, double angle) const {
    return turned(which, math::cos(angle), math::sin(angle));
  }

  /// One half idle in a memory, exactly: ⟨Z⟩ relaxes towards 1, ⟨X⟩ and ⟨Y⟩ towards 0. A semigroup in time.
  [[nodiscard]] constexpr x_state aged(half which, memory_decay decay) const {
    const double l = decay.coherence, z = decay.population;
    x_correlators c{.xx = l * c_.xx, .yy = l * c_.yy, .xy = l * c_.xy, .yx = l * c_.yx};
    const bool at_a = which == half::a;
    c.zz = z * c_.zz + (1 - z) * (at_a ? c_.iz : c_.zi);
    c.zi = at_a ? z * c_.zi + (1 - z) : c_.zi;
    c.iz = at_a ? c_.iz : z * c_.iz + (1 - z);
    return unchecked(c);
  }
  [[nodiscard]] x_state aged(half which, duration elapsed, const memory_noise& memory) const {
    return aged(which, memory.over(elapsed));
  }
  void age(half which, duration elapsed, const memory_noise& memory, random_stream&) {
    *this = aged(which, memory.over(elapsed));
  }

  /// Bell measurement by CNOT left.b → right.a, Hadamard on left.b and two read-outs; all noise scales the
  /// correlators of the measured qubits. Outcomes are not equally likely: x is biased by ⟨Z⟩ of both qubits.
  [[nodiscard]] static constexpr branch<x_state> swap_branch(const x_state& left, const x_state& right,
                                                             bell_index outcome, const gate_noise& noise = {}) {
    const x_correlators &l = left.c_, &r = right.c_;
    const pauli_frame m{outcome};
    const double see = 1 - 2 * noise.read_out, keep = 1 - noise.two_qubit;
    const double phase = see * (1 - noise.one_qubit) * (1 - 2 * noise.bell_phase);
    const double x_axis = (m.z() ? -1 : 1) * phase, z_axis = (m.x() ? -1 : 1) * see;
    const double bx = keep * x_axis, by = -keep * x_axis * z_axis, bz = keep * z_axis;
    return normalised({{.xx = bx * l.xx * r.xx + by * l.xy * r.yx,
                        .yy = bx * l.yx * r.xy + by * l.yy * r.yy,
                        .xy = bx * l.xx * r.xy + by * l.xy * r.yy,
                        .yx = bx * l.yx * r.xx + by * l.yy * r.yx,
                        .zz = l.zi * r.iz + bz * l.zz * r.zz,
                        .zi = l.zi + bz * l.zz * r.zi,
                        .iz = r.iz + bz * l.iz * r.zz},
                       1 + bz * l.iz * r.zi});
  }
  [[nodiscard]] static swapped<x_state> swap(const x_state& left, const x_state& right, const gate_noise& noise,
                                             random_stream& stream) {
    const double scale = (1 - 2 * noise.read_out) * (1 - noise.two_qubit);
    const double p_x = (1 - scale * left.c_.iz * right.c_.zi) / 2;
    const bool x = sample::bernoulli(stream, detail::rounded_probability(p_x));
    const bool z = sample::bernoulli(stream, 0.5);
    const bell_index outcome = pauli_frame{x, z}.index();
    return {swap_branch(left, right, outcome, noise).state, outcome};
  }

  /// The branch with exactly these reported bits. EPL (Campbell and Benjamin 2008) keeps the one with both set.
  /// The recipe's rotations must keep the Z axis, else it is a programmer's error.
  [[nodiscard]] static constexpr branch<x_state> distil_outcome(const x_state& keep, const x_state& sacrifice,
                                                                const distil_recipe& recipe, bool first, bool second,
                                                                const gate_noise& noise = {}) {
    const detail::x_distillation t = prepare_distil(keep, sacrifice, recipe, noise);
    return normalised(t.outcome(t.sign(first), t.sign(second)));
  }
  /// The branch whose reported bits have the given parity (false: equal).
  [[nodiscard]] static constexpr branch<x_state> distil_branch(const x_state& keep, const x_state& sacrifice,
                                                               const distil_recipe& recipe, bool parity,
                                                               const gate_noise& noise = {}) {
    const detail::x_distillation t = prepare_distil(keep, sacrifice, recipe, noise);
    branch<x_state> out = normalised(t.parity(t.see * t.sign(parity)));
    out.probability *= 2;
    return out;
  }
  [[nodiscard]] static distilled<x_state> distil(const x_state& keep, const x_state& sacrifice,
                                                 const distil_recipe& recipe, const gate_noise& noise,
                                                 random_stream& stream) {
    const bool first = distil_first(keep, sacrifice, recipe, half::a, noise, stream);
    const auto rest = distil_second(keep, sacrifice, recipe, half::a, first, noise, stream);
    return {rest.state, first, rest.bit};
  }
  /// The two acts on their own, see local_distillation.hpp.
  [[nodiscard]] static bool distil_first(const x_state& keep, const x_state& sacrifice, const distil_recipe& recipe,
                                         half end, const gate_noise& noise, random_stream& stream) {
    return prepare_distil(keep, sacrifice, recipe, noise).draw(end, stream);
  }
  [[nodiscard]] static local_distilled<x_state> distil_second(const x_state& keep, const x_state& sacrifice,
                                                              const distil_recipe& recipe, half first_end,
                                                              bool first_bit, const gate_noise& noise,
                                                              random_stream& stream) {
    const detail::x_distillation t = prepare_distil(keep, sacrifice, recipe, noise);
    const double f = t.sign(first_bit);
    const auto given = [&](double s) { return first_end == half::a ? t.outcome(f, s) : t.outcome(s, f); };
    const detail::x_outcome set = given(t.sign(true)), clear = given(t.sign(false));
    const double either = set.norm + clear.norm;
    EBIT_ASSERT(either > 0, "x_state: these pairs cannot have given the first bit");
    const bool bit = sample::bernoulli(stream, detail::rounded_probability(set.norm / either));
    return {normalised(bit ? set : clear).state, bit};
  }

  /// The expectation value of one half, and of the product of both, in [−1, 1].
  [[nodiscard]] constexpr double mean(half end, basis in) const {
    return in != basis::z ? 0 : end == half::a ? c_.zi : c_.iz;
  }
  [[nodiscard]] constexpr double correlator(basis at_a, basis at_b) const {
    if (at_a == basis::z || at_b == basis::z) return at_a == at_b ? c_.zz : 0;
    if (at_a == basis::x) return at_b == basis::x ? c_.xx : c_.xy;
    return at_b == basis::x ? c_.yx : c_.yy;
  }
  [[nodiscard]] measured_bits measure(basis at_a, basis at_b, double read_out, random_stream& stream) const {
    return detail::read_both(*this, at_a, at_b, read_out, stream);
  }

  friend constexpr bool operator==(const x_state&, const x_state&) = default;

 private:
  [[nodiscard]] static constexpr x_state unchecked(const x_correlators& c) {
    x_state out;
    out.c_ = c;
    return out;
  }
  [[nodiscard]] static constexpr branch<x_state> normalised(const detail::x_outcome& out) {
    const x_correlators& c = out.c;
    const double s = out.norm > 0 ? 1 / out.norm : 0;
    return {unchecked({s * c.xx, s * c.yy, s * c.xy, s * c.yx, s * c.zz, s * c.zi, s * c.iz}),
            out.norm > 0 ? out.norm / 4 : 0};
  }
  [[nodiscard]] static constexpr detail::x_distillation prepare_distil(const x_state& keep, const x_state& sacrifice,
                                                                       const distil_recipe& recipe,
                                                                       const gate_noise& noise) {
    return {keep.prepared(recipe.keep, noise.one_qubit).c_, sacrifice.prepared(recipe.sacrifice, noise.one_qubit).c_,
            1 - noise.two_qubit, 1 - 2 * noise.read_out};
  }
  [[nodiscard]] constexpr x_state prepared(bell_permutation rotation, double one_qubit) const {
    if (rotation == bell_permutation::identity()) return *this;
    EBIT_ASSERT(rotation(bell_index::phi_minus) == bell_index::phi_minus,
                "x_state: this rotation leaves the X states; twirl the state first or use adaptive_state");
    // A phase gate at half a, its inverse at half b, white noise on both.
    const double n = 1 - one_qubit, nn = n * n;
    return unchecked({.xx = -nn * c_.yy,
                      .yy = -nn * c_.xx,
                      .xy = nn * c_.yx,
                      .yx = nn * c_.xy,
                      .zz = nn * c_.zz,
                      .zi = n * c_.zi,
                      .iz = n * c_.iz});
  }
  [[nodiscard]] constexpr x_state turned(half which, double cos, double sin) const {
    x_correlators c = c_;
    if (which == half::a) {
      c.xx = cos * c_.xx - sin * c_.yx;
      c.yx = cos * c_.yx + sin * c_.xx;
      c.xy = cos * c_.xy - sin * c_.yy;
      c.yy = cos * c_.yy + sin * c_.xy;
    } else {
      c.xx = cos * c_.xx - sin * c_.xy;
      c.xy = cos * c_.xy + sin * c_.xx;
      c.yx = cos * c_.yx - sin * c_.yy;
      c.yy = cos * c_.yy + sin * c_.yx;
    }
    return unchecked(c);
  }

  x_correlators c_;
};

}  // namespace ebit
