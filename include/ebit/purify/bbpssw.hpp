// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebit/core/ids.hpp>
#include <ebit/core/random.hpp>
#include <ebit/purify/where.hpp>
#include <ebit/quantum/concepts.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::purify {

/// Two-to-one distillation of twirled pairs (Bennett, Brassard, Popescu, Schumacher, Smolin and Wootters 1996): each
/// pair is rotated by a random one of the six bilateral rotations, which makes it a Werner state on average; then
/// CNOT from the kept to the sacrificed pair, read in Z, keep on equal bits (after their frames).
///
/// The rotations come from the identities of the two pairs, so both ends choose alike without a message.
struct bbpssw {
  std::uint8_t rounds = 1;
  where at = where::link;

  [[nodiscard]] constexpr distil_recipe recipe(const pair_id& keep, const pair_id& sacrifice) const {
    const std::uint64_t key = mix(hash(keep), hash(sacrifice));
    return {rotation(mix(key, 1)), rotation(mix(key, 2))};
  }

  /// The kept branch averaged over the rotations, before the twirl of the next round: the new state and the
  /// probability to keep it. Fidelities are with Φ+, the frame already applied.
  template <ensemble_state State>
    requires(State::exact.any_rotation)
  [[nodiscard]] constexpr branch<State> apply(const State& keep, const State& sacrifice,
                                              const gate_noise& noise = {}) const {
    gate_noise rest = noise;
    rest.one_qubit = 0;  // already in the twirl
    return State::distil_branch(twirled(keep, noise.one_qubit), twirled(sacrifice, noise.one_qubit), {}, false, rest);
  }

  friend constexpr bool operator==(const bbpssw&, const bbpssw&) = default;

 private:
  [[nodiscard]] static constexpr std::uint64_t hash(const pair_id& id) {
    return mix(mix(id.path.value(), id.epoch), id.sequence);
  }
  [[nodiscard]] static constexpr bell_permutation rotation(std::uint64_t key) {
    return bell_permutation::element(static_cast<std::uint32_t>((key >> 32) % 6));
  }
  /// The average over the six rotations; all but the identity bring the noise of one gate per half.
  template <class State>
  [[nodiscard]] static constexpr State twirled(const State& state, double one_qubit) {
    const double noisy = one_qubit * (2 - one_qubit);
    if constexpr (State::exact.bell_diagonal) {
      const std::array<double, 4>& p = state.probabilities();
      const std::array<double, 4> w = state.twirled().probabilities();
      std::array<double, 4> mean{};
      for (std::size_t i = 0; i < 4; ++i) mean[i] = (1 - noisy) * w[i] + noisy * (p[i] + 1.25) / 6;
      return State{mean[0], mean[1], mean[2], mean[3]};
    } else {  // already a Werner state, which rotations leave as it is
      return state.whitened(noisy * 5 / 6);
    }
  }
};

}  // namespace ebit::purify
