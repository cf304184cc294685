// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit {

/// What a map does to the expectation values (1, ⟨X⟩, ⟨Y⟩, ⟨Z⟩) of the one qubit it acts on: new = map · old. A map
/// that keeps the trace has the first row (1, 0, 0, 0).
using bloch_map = std::array<std::array<double, 4>, 4>;

/// Any state of a pair, entangled or not, as its sixteen correlators ⟨P⊗Q⟩ with P, Q of 1, X, Y, Z: the density
/// matrix in the Pauli basis, 4ρ = Σ ⟨P⊗Q⟩ P⊗Q. Exact for every map, those that leave the X states included; swaps
/// and distillation are sums over products of correlators (Heisenberg's picture), so no four-qubit matrix is ever
/// formed.
class two_qubit_state {
 public:
  using table = std::array<std::array<double, 4>, 4>;

  static constexpr exactness exact{.bell_diagonal = true,
                                   .pauli_ageing = true,
                                   .amplitude_damping = true,
                                   .phase = true,
                                   .swap = true,
                                   .distil = true,
                                   .any_rotation = true};

  /// Φ+, perfect.
  constexpr two_qubit_state() = default;
  constexpr explicit two_qubit_state(const bell_diagonal& state) : two_qubit_state{x_state{state}} {}
  constexpr explicit two_qubit_state(const x_state& state) {
    const x_correlators& c = state.correlators();
    r_ = {{{1, 0, 0, c.iz}, {0, c.xx, c.xy, 0}, {0, c.yx, c.yy, 0}, {c.zi, 0, 0, c.zz}}};
  }
  /// The row is the operator on half a, the column that on half b, each in the order 1, X, Y, Z; `correlators[0][0]`
  /// is 1. Whether they are jointly a state is the caller's responsibility.
  constexpr explicit two_qubit_state(const table& correlators) : r_{correlators} {
    EBIT_ASSERT(r_[0][0] == 1, "two_qubit_state: the state is not normalised");
    for ([[maybe_unused]] const auto& row : r_)
      for ([[maybe_unused]] const double c : row)
        EBIT_ASSERT(c > -1 - 1e-9 && c < 1 + 1e-9, "two_qubit_state: a correlator is outside [-1, 1]");
  }
  [[nodiscard]] static constexpr two_qubit_state from(const bell_diagonal& state, random_stream&) {
    return two_qubit_state{state};
  }

  [[nodiscard]] constexpr const table& correlators() const { return r_; }
  [[nodiscard]] constexpr double fidelity(bell_index label) const {
    const pauli_frame f{label};
    const double xx = f.z() ? -r_[1][1] : r_[1][1], zz = f.x() ? -r_[3][3] : r_[3][3];
    return (1 + xx + (f.x() != f.z() ? r_[2][2] : -r_[2][2]) + zz) / 4;
  }
  /// The Pauli twirl: both halves undergo the same random Pauli. Keeps the four Bell fidelities and nothing else.
  [[nodiscard]] constexpr bell_diagonal twirled() const {
    return bell_diagonal::from_correlators(r_[1][1], r_[2][2], r_[3][3]);
  }
  /// Half a called b and half b called a.
  [[nodiscard]] constexpr two_qubit_state exchanged() const {
    two_qubit_state out;
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j) out.r_[i][j] = r_[j][i];
    return out;
  }

  /// Any trace-keeping map of one half; that it is completely positive is the caller's responsibility.
  [[nodiscard]] constexpr two_qubit_state transformed(half which, const bloch_map& map) const {
    EBIT_ASSERT(map[0] == (std::array<double, 4>{1, 0, 0, 0}), "two_qubit_state: this map does not keep the trace");
    two_qubit_state out;
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k < 4; ++k) sum += which == half::a ? map[i][k] * r_[k][j] : map[j][k] * r_[i][k];
        out.r_[i][j] = sum;
      }
    return out;
  }
  /// The Pauli `frame` applied to one half.
  [[nodiscard]] constexpr two_qubit_state corrected(pauli_frame frame, half which = half::b) const {
    const double fx = frame.z() ? -1 : 1, fz = frame.x() ? -1 : 1;
    return transformed(which, diagonal(fx, fx * fz, fz));
  }
  constexpr void correct(pauli_frame frame) { *this = corrected(frame); }
  /// White noise with probability `p` on one half.
  [[nodiscard]] constexpr two_qubit_state whitened(half which, double p) const {
    return transformed(which, diagonal(1 - p, 1 - p, 1 - p));
  }
  /// |1⟩ of one half gains the phase e^(i·angle); radians.
  [[nodiscard]] two_qubit_state phased(half which, double angle) const {
    const double c = math::cos(angle), s = math::sin(angle);
    return transformed(which, {{{1, 0, 0, 0}, {0, c, -s, 0}, {0, s, c, 0}, {0, 0, 0, 1}}});
  }

  /// One half idle in a memory, exactly: ⟨Z⟩ relaxes towards 1, ⟨X⟩ and ⟨Y⟩ towards 0. A semigroup in time.
  [[nodiscard]] constexpr two_qubit_state aged(half which, memory_decay decay) const {
    bloch_map map = diagonal(decay.coherence, decay.coherence, decay.population);
    map[3][0] = 1 - decay.population;
    return transformed(which, map);
  }
  [[nodiscard]] two_qubit_state aged(half which, duration elapsed, const memory_noise& memory) const {
    return aged(which, memory.over(elapsed));
  }
  void age(half which, duration elapsed, const memory_noise& memory, random_stream&) {
    *this = aged(which, memory.over(elapsed));
  }

  /// Bell measurement by CNOT left.b → right.a, Hadamard on left.b and two read-outs; all noise scales the
  /// correlators of the measured qubits. Outcomes are not equally likely.
  [[nodiscard]] static constexpr branch<two_qubit_state> swap_branch(const two_qubit_state& left,
                                                                     const two_qubit_state& right, bell_index outcome,
                                                                     const gate_noise& noise = {}) {
    const std::array<double, 4> seen = bell_signs(outcome, noise);
    table out{};
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j)
        for (std::size_t k = 0; k < 4; ++k) out[i][j] += left.r_[i][k] * seen[k] * right.r_[k][j];
    return normalised(out);
  }
  [[nodiscard]] static swapped<two_qubit_state> swap(const two_qubit_state& left, const two_qubit_state& right,
                                                     const gate_noise& noise, random_stream& stream) {
    const auto mean = [&](std::size_t k) { return left.r_[0][k] * right.r_[k][0]; };
    const double bias = bell_signs(bell_index::phi_plus, noise)[3] * mean(3);
    const bool x = sample::bernoulli(stream, detail::rounded_probability((1 - bias) / 2));
    const std::array<double, 4> seen = bell_signs(pauli_frame{x, false}.index(), noise);
    const double given = (seen[1] * mean(1) + seen[2] * mean(2)) / (1 + seen[3] * mean(3));
    const bool z = sample::bernoulli(stream, detail::rounded_probability((1 - given) / 2));
    const bell_index outcome = pauli_frame{x, z}.index();
    return {swap_branch(left, right, outcome, noise).state, outcome};
  }

  /// The branch with exactly these reported bits.
  [[nodiscard]] static constexpr branch<two_qubit_state> distil_outcome(const two_qubit_state& keep,
                                                                        const two_qubit_state& sacrifice,
                                                                        const distil_recipe& recipe, bool first,
                                                                        bool second, const gate_noise& noise = {}) {
    return normalised(combined(keep.prepared(recipe.keep, noise), sacrifice.prepared(recipe.sacrifice, noise),
                               weights(first, second, noise), noise));
  }
  /// The branch whose reported bits have the given parity (false: equal).
  [[nodiscard]] static constexpr branch<two_qubit_state> distil_branch(const two_qubit_state& keep,
                                                                       const two_qubit_state& sacrifice,
                                                                       const distil_recipe& recipe, bool parity,
                                                                       const gate_noise& noise = {}) {
    const double see = 1 - 2 * noise.read_out;
    // What is odd in one bit alone cancels between the two outcomes.
    branch<two_qubit_state> both =
        normalised(combined(keep.prepared(recipe.keep, noise), sacrifice.prepared(recipe.sacrifice, noise),
                            {{{1, 0}, {0, parity ? -see * see : see * see}}}, noise));
    both.probability *= 2;
    return both;
  }
  [[nodiscard]] static distilled<two_qubit_state> distil(const two_qubit_state& keep,
                                                         const two_qubit_state& sacrifice,
                                                         const distil_recipe& recipe, const gate_noise& noise,
                                                         random_stream& stream) {
    const bool first = distil_first(keep, sacrifice, recipe, half::a, noise, stream);
    const auto rest = distil_second(keep, sacrifice, recipe, half::a, first, noise, stream);
    return {rest.state, first, rest.bit};
  }
  /// The two acts on their own, see local_distillation.hpp.
  [[nodiscard]] static bool distil_first(const two_qubit_state& keep, const two_qubit_state& sacrifice,
                                         const distil_recipe& recipe, half end, const gate_noise& noise,
                                         random_stream& stream) {
    const double k = keep.prepared(recipe.keep, noise).mean(end, basis::z);
    const double s = sacrifice.prepared(recipe.sacrifice, noise).mean(end, basis::z);
    const double mean = (1 - 2 * noise.read_out) * (1 - noise.two_qubit) * k * s;
    return sample::bernoulli(stream, detail::rounded_probability((1 - mean) / 2));
  }
  [[nodiscard]] static local_distilled<two_qubit_state> distil_second(const two_qubit_state& keep,
                                                                      const two_qubit_state& sacrifice,
                                                                      const distil_recipe& recipe, half first_end,
                                                                      bool first_bit, const gate_noise& noise,
                                                                      random_stream& stream) {
    const two_qubit_state k = keep.prepared(recipe.keep, noise), s = sacrifice.prepared(recipe.sacrifice, noise);
    const auto given = [&](bool bit) {
      const bool at_a = first_end == half::a;
      return combined(k, s, weights(at_a ? first_bit : bit, at_a ? bit : first_bit, noise), noise);
    };
    const table set = given(true), clear = given(false);
    const double either = set[0][0] + clear[0][0];
    EBIT_ASSERT(either > 0, "two_qubit_state: these pairs cannot have given the first bit");
    const bool bit = sample::bernoulli(stream, detail::rounded_probability(set[0][0] / either));
    return {normalised(bit ? set : clear).state, bit};
  }

  /// The expectation value of one half, and of the product of both.
  [[nodiscard]] constexpr double mean(half end, basis in) const {
    return end == half::a ? r_[row(in)][0] : r_[0][row(in)];
  }
  [[nodiscard]] constexpr double correlator(basis at_a, basis at_b) const { return r_[row(at_a)][row(at_b)]; }
  /// Reads both halves; each reported bit is flipped with probability `read_out`.
  [[nodiscard]] measured_bits measure(basis at_a, basis at_b, double read_out, random_stream& stream) const {
    return detail::read_both(*this, at_a, at_b, read_out, stream);
  }

  friend constexpr bool operator==(const two_qubit_state&, const two_qubit_state&) = default;

 private:
  [[nodiscard]] static constexpr bloch_map diagonal(double x, double y, double z) {
    return {{{1, 0, 0, 0}, {0, x, 0, 0}, {0, 0, y, 0}, {0, 0, 0, z}}};
  }
  [[nodiscard]] static constexpr std::size_t row(basis in) { return static_cast<std::size_t>(in) + 1; }
  /// From correlators that are each four times those of an unnormalised outcome.
  [[nodiscard]] static constexpr branch<two_qubit_state> normalised(const table& out) {
    const double norm = out[0][0];
    if (!(norm > 0)) return {};
    branch<two_qubit_state> kept{{}, norm / 4};
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j) kept.state.r_[i][j] = out[i][j] / norm;
    return kept;
  }
  /// What a reported outcome says about 1, XX, YY and ZZ of the measured qubits.
  [[nodiscard]] static constexpr std::array<double, 4> bell_signs(bell_index outcome, const gate_noise& noise) {
    const pauli_frame m{outcome};
    const double see = 1 - 2 * noise.read_out, keep = 1 - noise.two_qubit;
    const double x = (m.z() ? -see : see) * (1 - noise.one_qubit) * (1 - 2 * noise.bell_phase);
    const double z = m.x() ? -see : see;
    return {1, keep * x, -keep * x * z, keep * z};
  }

  /// One of the six rotations, a signed permutation of the axes: half b undergoes the complex conjugate of what half
  /// a does, so signs of terms from or to Y are opposite there. White noise on both halves.
  [[nodiscard]] constexpr two_qubit_state prepared(bell_permutation rotation, const gate_noise& noise) const {
    struct axis {
      std::size_t from;
      int sign;
    };
    constexpr axis axes[6][3] = {{{1, 1}, {2, 1}, {3, 1}},    // none
                                 {{2, -1}, {1, 1}, {3, 1}},   // S
                                 {{1, 1}, {3, -1}, {2, 1}},   // Rx(π/2)
                                 {{3, 1}, {2, -1}, {1, 1}},   // Hadamard
                                 {{3, 1}, {1, -1}, {2, -1}},  // S, then Hadamard
                                 {{2, 1}, {3, 1}, {1, 1}}};   // Hadamard, then S
    if (rotation == bell_permutation::identity()) return *this;
    std::array<std::size_t, 4> from{};
    std::array<double, 4> at_a{1}, at_b{1};
    for (std::size_t to = 1; to < 4; ++to) {
      const axis& source = axes[rotation.element()][to - 1];
      from[to] = source.from;
      at_a[to] = (1 - noise.one_qubit) * source.sign;
      at_b[to] = (source.from == 2) != (to == 2) ? -at_a[to] : at_a[to];
    }
    two_qubit_state out;
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j) out.r_[i][j] = at_a[i] * at_b[j] * r_[from[i]][from[j]];
    return out;
  }

  /// What reported bits say of 1 and Z read at the ends, a first.
  [[nodiscard]] static constexpr std::array<std::array<double, 2>, 2> weights(bool first, bool second,
                                                                              const gate_noise& noise) {
    const double see = 1 - 2 * noise.read_out, a = first ? -see : see, b = second ? -see : see;
    return {{{1, b}, {a, a * b}}};
  }
  /// Four times the unnormalised kept correlators. An end measures P on its kept qubit and, if `u` is set, Z on its
  /// sacrificed one: before its CNOT that was `pulled` back to one operator on each, which the CNOT's noise has
  /// shrunk. `weight` is what the reports say of the read operators (1 or Z at a, 1 or Z at b).
  [[nodiscard]] static constexpr table combined(const two_qubit_state& keep, const two_qubit_state& sacrifice,
                                                const std::array<std::array<double, 2>, 2>& weight,
                                                const gate_noise& noise) {
    struct pulled {
      std::size_t kept, sacrificed;
      int sign;
    };
    constexpr pulled back[2][4] = {{{0, 0, 1}, {1, 1, 1}, {2, 1, 1}, {3, 0, 1}},    // P⊗1: 11, XX, YX, Z1
                                   {{3, 3, 1}, {2, 2, -1}, {1, 2, 1}, {0, 3, 1}}};  // P⊗Z: ZZ, −YY, XY, 1Z
    const double n = 1 - noise.two_qubit;
    table out{};
    for (std::size_t u = 0; u < 2; ++u)
      for (std::size_t v = 0; v < 2; ++v) {
        if (weight[u][v] == 0) continue;
        for (std::size_t i = 0; i < 4; ++i) {
          const pulled& a = back[u][i];
          const double left = weight[u][v] * (i + u == 0 ? 1 : n) * a.sign;
          for (std::size_t j = 0; j < 4; ++j) {
            const pulled& b = back[v][j];
            const double both = left * ((j + v == 0 ? 1 : n) * b.sign);
            out[i][j] += both * (keep.r_[a.kept][b.kept] * sacrifice.r_[a.sacrificed][b.sacrificed]);
          }
        }
      }
    return out;
  }

  table r_{{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, -1, 0}, {0, 0, 0, 1}}};
};

}  // namespace ebit
