// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/core/ids.hpp>
#include <ebit/core/result.hpp>
#include <ebit/purify/keep_rule.hpp>
#include <ebit/purify/where.hpp>
#include <ebit/quantum/concepts.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::purify {

/// Distillation against extreme photon loss (Campbell and Benjamin, PRL 101, 130502 (2008); Nickerson, Fitzsimons and
/// Benjamin, PRX 4, 041041 (2014); carried out by Kalb et al., Science 356, 928 (2017)). Two pairs of single photon
/// detection, each (1 − q)|Ψ(φ)⟩⟨Ψ(φ)| + q|11⟩⟨11| with |Ψ(φ)⟩ = (|01⟩ + e^(iφ)|10⟩)/√2: bilateral CNOT from the kept
/// to the sacrificed pair, both read in Z, keep only if both bits are set. Then the kept pair and the spent one had
/// exactly one bright qubit each and on different sides: the |11⟩ parts are gone for every q, and the unknown phase
/// is common to both terms and drops out. Without other noise the pair is kept with probability (1 − q)²/2; two
/// phases that differ by Δφ leave (1 + cos Δφ)/2 of fidelity, coherences that are down to c each leave (1 + c²)/2.
///
/// A second round gains nothing of the kind: what is left has no |11⟩ part and no unknown phase. So there are 0
/// rounds or 1.
struct epl {
  static constexpr where at = where::link;  ///< the rule is not covariant under frames: both must be known to be Ψ±
  static constexpr keep_rule keeps = keep_rule::both_set;
  /// Lives on phases and on the |11⟩ part, which a Pauli twirl would destroy: needs a state like `x_state`.
  static constexpr bool coherent = true;
  std::uint8_t rounds = 1;  ///< 0 or 1

  [[nodiscard]] status validate() const {
    if (rounds <= 1) return success{};
    return config_error{"epl.rounds", std::to_string(rounds), "0 or 1"};
  }

  /// No rotations: the same for every pair, and so at both ends.
  [[nodiscard]] constexpr distil_recipe recipe(const pair_id& /*keep*/, const pair_id& /*sacrifice*/) const {
    return {};
  }

  /// The kept branch for pairs that are Ψ+ or Ψ− but for loss, phase and noise, in actual labels (two alike give Ψ+,
  /// unlike ones Ψ−), and its probability. Bell-diagonal states have already lost what the rule could gain over a
  /// parity.
  template <ensemble_state State>
    requires(State::exact.distil)
  [[nodiscard]] constexpr branch<State> apply(const State& keep, const State& sacrifice,
                                              const gate_noise& noise = {}) const {
    if constexpr (requires { State::distil_outcome(keep, sacrifice, recipe({}, {}), true, true, noise); }) {
      return State::distil_outcome(keep, sacrifice, recipe({}, {}), true, true, noise);
    } else {  // both outcomes of a parity are alike
      branch<State> equal = State::distil_branch(keep, sacrifice, recipe({}, {}), false, noise);
      equal.probability /= 2;
      return equal;
    }
  }

  friend constexpr bool operator==(const epl&, const epl&) = default;
};

}  // namespace ebit::purify
