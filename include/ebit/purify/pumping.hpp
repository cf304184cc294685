// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include <ebit/core/ids.hpp>
#include <ebit/purify/concepts.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/purify/where.hpp>
#include <ebit/quantum/concepts.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::purify {

/// Entanglement pumping (Dür, Briegel, Cirac and Zoller, PRA 59, 169 (1999)): one pair is kept and meets a fresh raw
/// pair in every round, so that two qubits per end are enough for any number of rounds. A failure costs the kept pair
/// and all its rounds. The fidelity has a limit below 1 that depends on the raw pairs, even without noise. `Step` is
/// the policy whose recipe and map every round uses: DEJMPS or BBPSSW.
template <purify_policy Step = dejmps>
struct pumping {
  static constexpr bool pumps = true;
  std::uint8_t rounds = 1;
  where at = where::link;

  [[nodiscard]] constexpr distil_recipe recipe(const pair_id& keep, const pair_id& sacrifice) const {
    return Step{}.recipe(keep, sacrifice);
  }

  /// One round, for pairs whose frames are Φ+: the kept branch.
  template <ensemble_state State>
    requires requires(const Step& step, const State& s, const gate_noise& g) { step.apply(s, s, g); }
  [[nodiscard]] constexpr branch<State> apply(const State& keep, const State& fresh,
                                              const gate_noise& noise = {}) const {
    return Step{}.apply(keep, fresh, noise);
  }

  friend constexpr bool operator==(const pumping&, const pumping&) = default;
};
static_assert(purify_policy<pumping<>>);

/// What is left after all rounds of a policy on equal raw pairs.
template <class State>
struct rounds_outcome {
  State state{};
  double last_probability = 1;  ///< that the last round kept its pair, given that there were pairs for it
  double expected_pairs = 1;    ///< raw pairs per pair that is left; infinite if there never is one
};

/// All rounds of `policy` on equal raw pairs whose frames are Φ+. A policy that pumps takes a raw pair each round,
/// any other two pairs of the round before.
template <class Policy, ensemble_state State>
[[nodiscard]] constexpr rounds_outcome<State> after_rounds(const Policy& policy, const State& raw,
                                                           const gate_noise& noise = {}) {
  rounds_outcome<State> out{raw, 1, 1};
  for (int round = 0; round < policy.rounds; ++round) {
    const branch<State> kept = policy.apply(out.state, pumps<Policy> ? raw : out.state, noise);
    const double spent = out.expected_pairs + (pumps<Policy> ? 1 : out.expected_pairs);
    out = {kept.state, kept.probability,
           kept.probability > 0 ? spent / kept.probability : std::numeric_limits<double>::infinity()};
  }
  return out;
}

}  // namespace ebit::purify
