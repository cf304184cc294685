// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/ids.hpp>
#include <ebit/purify/where.hpp>
#include <ebit/quantum/concepts.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::purify {

/// Two-to-one distillation without twirling (Deutsch, Ekert, Jozsa, Macchiavello, Popescu and Sanpera 1996): Alice
/// turns her qubits by Rx(+π/2), Bob his by Rx(−π/2), both apply CNOT from the kept to the sacrificed pair, read it
/// in Z and keep on equal bits (after their frames). Converges to fidelity 1 for every Bell-diagonal state above one
/// half.
struct dejmps {
  std::uint8_t rounds = 1;
  where at = where::link;

  /// The same for every pair, and so at both ends.
  [[nodiscard]] constexpr distil_recipe recipe(const pair_id& /*keep*/, const pair_id& /*sacrifice*/) const {
    return {bell_permutation::half_x_rotation(), bell_permutation::half_x_rotation()};
  }

  /// The kept branch for pairs whose frames are Φ+: the new state and the probability to keep it.
  template <ensemble_state State>
    requires(State::exact.any_rotation)
  [[nodiscard]] constexpr branch<State> apply(const State& keep, const State& sacrifice,
                                              const gate_noise& noise = {}) const {
    return State::distil_branch(keep, sacrifice, recipe({}, {}), false, noise);
  }

  friend constexpr bool operator==(const dejmps&, const dejmps&) = default;
};

}  // namespace ebit::purify
