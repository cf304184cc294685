// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <utility>
#include <variant>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/local_distillation.hpp>
#include <ebit/quantum/local_measurement.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>
#include <ebit/quantum/two_qubit_state.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit {

/// How an `adaptive_state` holds a pair, from the cheapest to the most general.
enum class representation : std::uint8_t { bell_diagonal, x_state, two_qubit_state };

/// A pair in the cheapest representation that is exact for its history: Bell-diagonal until an operation needs more,
/// and only that pair is then promoted. Relaxation (a finite T1) and phases make an X state of a Bell-diagonal one; a
/// rotation of a distillation that turns the Z axis away makes a general state of an X state. Operations on two pairs
/// take place in the more general of their representations. A Pauli-only history never promotes.
///
/// Equality includes the representation.
class adaptive_state {
  template <class Function>
  [[nodiscard]] constexpr auto visit(Function&& function) const {
    return std::visit(std::forward<Function>(function), held_);
  }
  /// The state as an `S`, which must be at least as general as what it is held as.
  template <class S>
  [[nodiscard]] constexpr S as() const {
    return visit([](const auto& s) -> S {
      if constexpr (requires { S{s}; })
        return S{s};
      else
        EBIT_ASSERT(false, "adaptive_state: a more general state cannot be held in this representation");
    });
  }
  /// Calls `function` with both states in the more general of their representations.
  template <class Function>
  [[nodiscard]] static auto together(const adaptive_state& left, const adaptive_state& right, Function&& function) {
    switch (left.kind() > right.kind() ? left.kind() : right.kind()) {
      case representation::bell_diagonal: return function(left.as<bell_diagonal>(), right.as<bell_diagonal>());
      case representation::x_state: return function(left.as<x_state>(), right.as<x_state>());
      default: return function(left.general(), right.general());
    }
  }
  /// The same for a distillation: `function` also gets what is left of the recipe. A Bell-diagonal state that meets a
  /// more general one is rotated beforehand, which any rotation leaves as cheap as it was; an X state is promoted if
  /// its rotation turns the Z axis away.
  template <class Function>
  [[nodiscard]] static auto distilling(const adaptive_state& keep, const adaptive_state& sacrifice,
                                       const distil_recipe& recipe, const gate_noise& noise, Function&& function) {
    const auto call = [&](const adaptive_state& k, const adaptive_state& s, const distil_recipe& rest) {
      return together(k, s, [&](const auto& a, const auto& b) { return function(a, b, rest); });
    };
    if (keep.kind() == representation::bell_diagonal && sacrifice.kind() == representation::bell_diagonal)
      return call(keep, sacrifice, recipe);
    distil_recipe rest = recipe;
    const adaptive_state k = keep.readied(rest.keep, noise), s = sacrifice.readied(rest.sacrifice, noise);
    return call(k, s, rest);
  }
  [[nodiscard]] constexpr adaptive_state readied(bell_permutation& rotation, const gate_noise& noise) const {
    if (rotation == bell_permutation::identity()) return *this;
    if (const auto* d = std::get_if<bell_diagonal>(&held_)) {
      const bell_diagonal turned = d->rotated(rotation).whitened(noise.one_qubit * (2 - noise.one_qubit));
      rotation = bell_permutation::identity();
      return adaptive_state{turned};
    }
    const bool keeps_z = rotation(bell_index::phi_minus) == bell_index::phi_minus;
    return keeps_z ? *this : adaptive_state{general()};
  }

 public:
  static constexpr exactness exact = two_qubit_state::exact;

  /// Φ+, perfect.
  constexpr adaptive_state() = default;
  constexpr explicit adaptive_state(const bell_diagonal& state) : held_{state} {}
  constexpr explicit adaptive_state(const x_state& state) : held_{state} {}
  constexpr explicit adaptive_state(const two_qubit_state& state) : held_{state} {}
  [[nodiscard]] static constexpr adaptive_state from(const bell_diagonal& state) { return adaptive_state{state}; }
  [[nodiscard]] static constexpr adaptive_state from(const bell_diagonal& state, random_stream&) {
    return adaptive_state{state};
  }
  /// Held as Bell-diagonal if it is, but for rounding (10⁻¹⁵ of each correlator).
  [[nodiscard]] static constexpr adaptive_state from(const x_state& state) {
    constexpr double rounding = 1e-15;
    const x_correlators& c = state.correlators();
    for (const double beyond : {c.xy, c.yx, c.zi, c.iz})
      if (beyond > rounding || beyond < -rounding) return adaptive_state{state};
    return adaptive_state{state.twirled()};
  }

  [[nodiscard]] constexpr representation kind() const { return static_cast<representation>(held_.index()); }
  /// The same state, held at least as generally as `least`.
  [[nodiscard]] constexpr adaptive_state promoted(representation least) const {
    if (kind() >= least) return *this;
    if (least == representation::x_state) return adaptive_state{as<x_state>()};
    return adaptive_state{as<two_qubit_state>()};
  }
  /// The state in the most general representation.
  [[nodiscard]] constexpr two_qubit_state general() const { return as<two_qubit_state>(); }
  /// The Pauli twirl, which ends may do in their frames: Bell-diagonal again.
  [[nodiscard]] constexpr bell_diagonal twirled() const {
    return visit([](const auto& s) {
      if constexpr (requires { bell_diagonal{s}; })
        return bell_diagonal{s};
      else
        return s.twirled();
    });
  }
  [[nodiscard]] constexpr double fidelity(bell_index label) const {
    return visit([label](const auto& s) { return s.fidelity(label); });
  }

  /// Half a called b and half b called a.
  [[nodiscard]] constexpr adaptive_state exchanged() const {
    return visit([](const auto& s) { return adaptive_state{ebit::exchanged(s)}; });
  }
  /// The Pauli `frame` applied to one half.
  [[nodiscard]] constexpr adaptive_state corrected(pauli_frame frame, half which = half::b) const {
    return visit([&](const auto& s) {
      if constexpr (requires { s.corrected(frame, which); })
        return adaptive_state{s.corrected(frame, which)};
      else
        return adaptive_state{s.corrected(frame)};
    });
  }
  constexpr void correct(pauli_frame frame) { *this = corrected(frame); }
  /// White noise with probability `p` on one half.
  [[nodiscard]] constexpr adaptive_state whitened(half which, double p) const {
    return visit([&](const auto& s) {
      if constexpr (requires { s.whitened(which, p); })
        return adaptive_state{s.whitened(which, p)};
      else
        return adaptive_state{s.whitened(p)};
    });
  }
  /// |1⟩ of one half gains the phase e^(i·angle); radians. Promotes a Bell-diagonal state unless the angle is 0.
  [[nodiscard]] adaptive_state phased(half which, double angle) const {
    if (angle == 0) return *this;
    if (const auto* g = std::get_if<two_qubit_state>(&held_)) return adaptive_state{g->phased(which, angle)};
    return adaptive_state{as<x_state>().phased(which, angle)};
  }

  /// One half idle in a memory, exactly; promotes a Bell-diagonal state if it relaxes.
  [[nodiscard]] constexpr adaptive_state aged(half which, memory_decay decay) const {
    if (const auto* g = std::get_if<two_qubit_state>(&held_)) return adaptive_state{g->aged(which, decay)};
    if (const auto* d = std::get_if<bell_diagonal>(&held_); d != nullptr && decay.population == 1)
      return adaptive_state{d->aged(decay)};
    return adaptive_state{as<x_state>().aged(which, decay)};
  }
  [[nodiscard]] adaptive_state aged(half which, duration elapsed, const memory_noise& memory) const {
    return aged(which, memory.over(elapsed));
  }
  void age(half which, duration elapsed, const memory_noise& memory, random_stream&) {
    *this = aged(which, memory.over(elapsed));
  }

  /// Bell measurement of left.b and right.a. Outcomes are drawn alike in all representations (and so are first bits
  /// of distillations): which one a pair is in may be owed to what happened at its far half.
  [[nodiscard]] static branch<adaptive_state> swap_branch(const adaptive_state& left, const adaptive_state& right,
                                                          bell_index outcome, const gate_noise& noise = {}) {
    return together(left, right, [&]<class S>(const S& l, const S& r) {
      const branch<S> out = S::swap_branch(l, r, outcome, noise);
      return branch<adaptive_state>{adaptive_state{out.state}, out.probability};
    });
  }
  [[nodiscard]] static swapped<adaptive_state> swap(const adaptive_state& left, const adaptive_state& right,
                                                    const gate_noise& noise, random_stream& stream) {
    return together(left, right, [&]<class S>(const S& l, const S& r) {
      if constexpr (std::same_as<S, bell_diagonal>) {
        const bool x = sample::bernoulli(stream, 0.5);
        const bell_index outcome = pauli_frame{x, sample::bernoulli(stream, 0.5)}.index();
        return swapped<adaptive_state>{adaptive_state{S::swap_branch(l, r, outcome, noise).state}, outcome};
      } else {
        const swapped<S> out = S::swap(l, r, noise, stream);
        return swapped<adaptive_state>{adaptive_state{out.state}, out.outcome};
      }
    });
  }

  /// The branch with exactly these reported bits.
  [[nodiscard]] static branch<adaptive_state> distil_outcome(const adaptive_state& keep,
                                                             const adaptive_state& sacrifice,
                                                             const distil_recipe& recipe, bool first, bool second,
                                                             const gate_noise& noise = {}) {
    return distilling(keep, sacrifice, recipe, noise, [&]<class S>(const S& k, const S& s, distil_recipe rest) {
      if constexpr (std::same_as<S, bell_diagonal>) {
        const branch<S> out = S::distil_branch(k, s, rest, first != second, noise);
        return branch<adaptive_state>{adaptive_state{out.state}, out.probability / 2};
      } else {
        const branch<S> out = S::distil_outcome(k, s, rest, first, second, noise);
        return branch<adaptive_state>{adaptive_state{out.state}, out.probability};
      }
    });
  }
  /// The branch whose reported bits have the given parity (false: equal).
  [[nodiscard]] static branch<adaptive_state> distil_branch(const adaptive_state& keep,
                                                            const adaptive_state& sacrifice,
                                                            const distil_recipe& recipe, bool parity,
                                                            const gate_noise& noise = {}) {
    return distilling(keep, sacrifice, recipe, noise, [&]<class S>(const S& k, const S& s, distil_recipe rest) {
      const branch<S> out = S::distil_branch(k, s, rest, parity, noise);
      return branch<adaptive_state>{adaptive_state{out.state}, out.probability};
    });
  }
  [[nodiscard]] static distilled<adaptive_state> distil(const adaptive_state& keep, const adaptive_state& sacrifice,
                                                        const distil_recipe& recipe, const gate_noise& noise,
                                                        random_stream& stream) {
    return distilling(keep, sacrifice, recipe, noise, [&]<class S>(const S& k, const S& s, distil_recipe rest) {
      const distilled<S> out = S::distil(k, s, rest, noise, stream);
      return distilled<adaptive_state>{adaptive_state{out.state}, out.first, out.second};
    });
  }
  /// The two acts on their own, see local_distillation.hpp.
  [[nodiscard]] static bool distil_first(const adaptive_state& keep, const adaptive_state& sacrifice,
                                         const distil_recipe& recipe, half end, const gate_noise& noise,
                                         random_stream& stream) {
    return distilling(keep, sacrifice, recipe, noise, [&]<class S>(const S& k, const S& s, distil_recipe rest) {
      if constexpr (std::same_as<S, bell_diagonal>)
        return sample::bernoulli(stream, 0.5);
      else
        return S::distil_first(k, s, rest, end, noise, stream);
    });
  }
  [[nodiscard]] static local_distilled<adaptive_state> distil_second(const adaptive_state& keep,
                                                                     const adaptive_state& sacrifice,
                                                                     const distil_recipe& recipe, half first_end,
                                                                     bool first_bit, const gate_noise& noise,
                                                                     random_stream& stream) {
    return distilling(keep, sacrifice, recipe, noise, [&]<class S>(const S& k, const S& s, distil_recipe rest) {
      const local_distilled<S> out = ebit::distil_second(k, s, rest, first_end, first_bit, noise, stream);
      return local_distilled<adaptive_state>{adaptive_state{out.state}, out.bit};
    });
  }

  /// The expectation value of one half, and of the product of both.
  [[nodiscard]] constexpr double mean(half end, basis in) const {
    return visit([&](const auto& s) { return ebit::mean(s, end, in); });
  }
  [[nodiscard]] constexpr double correlator(basis at_a, basis at_b) const {
    return visit([&](const auto& s) { return ebit::correlator(s, at_a, at_b); });
  }
  /// Reads both halves; each reported bit is flipped with probability `read_out`.
  [[nodiscard]] measured_bits measure(basis at_a, basis at_b, double read_out, random_stream& stream) const {
    return visit([&](const auto& s) { return s.measure(at_a, at_b, read_out, stream); });
  }

  friend constexpr bool operator==(const adaptive_state&, const adaptive_state&) = default;

 private:
  std::variant<bell_diagonal, x_state, two_qubit_state> held_;
};

}  // namespace ebit
