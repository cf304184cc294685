// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include <ebit/core/ids.hpp>
#include <ebit/purify/keep_rule.hpp>
#include <ebit/purify/none.hpp>
#include <ebit/purify/where.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::purify {

/// A purification policy: how many rounds, on which segments, and by which recipe. `recipe` depends on the identities
/// of the pairs alone, so that both ends find the same one without a message.
template <class Policy>
concept purify_policy =
    std::semiregular<Policy> && requires(const Policy& policy, const pair_id& keep, const pair_id& sacrifice) {
      { policy.rounds } -> std::convertible_to<std::uint8_t>;
      { policy.at } -> std::convertible_to<where>;
      { policy.recipe(keep, sacrifice) } -> std::same_as<distil_recipe>;
    };
static_assert(purify_policy<none>);

/// Whether the type alone says that there are no rounds: what comes in goes through at no cost.
template <class Policy>
concept never_distils = purify_policy<Policy> && requires { typename std::enable_if_t<(Policy::rounds == 0)>; };
static_assert(never_distils<none>);

/// Which read-outs keep a pair: a policy may say so by a member `keeps`; the parity that the frames predict
/// otherwise.
template <class Policy>
inline constexpr keep_rule keep_rule_of = [] {
  if constexpr (requires { Policy::keeps; })
    return keep_rule{Policy::keeps};
  else
    return keep_rule::parity;
}();

/// Whether read-outs keep a pair whose frames predict that they differ or not.
template <class Policy>
[[nodiscard]] constexpr bool keeps_pair(bool here, bool there, bool predicts_difference) {
  return keep_rule_of<Policy> == keep_rule::parity ? (here != there) == predicts_difference
                                                   : here && there && !predicts_difference;
}

/// Whether a kept pair meets a fresh one in every round (`static constexpr bool pumps = true`), not one of its own
/// kind.
template <class Policy>
inline constexpr bool pumps = requires { requires Policy::pumps; };

/// Whether pairs are joined onward before the other end's read-out is known (`static constexpr bool swaps_undecided =
/// true`).
template <class Policy>
inline constexpr bool is_optimistic = requires { requires Policy::swaps_undecided; };

/// Whether only the upstream end of a link sends its read-out (`static constexpr bool signals_one_way = true`).
template <class Policy>
inline constexpr bool is_one_way = requires { requires Policy::signals_one_way; };

/// Whether a policy lives on what a Pauli twirl destroys (`static constexpr bool coherent = true`).
template <class Policy>
inline constexpr bool coherent = requires { requires Policy::coherent; };

/// The model of a policy: the kept branch, averaged over its recipes, for pairs whose frames are Φ+.
template <class Policy>
[[nodiscard]] branch<bell_diagonal> model(const Policy& policy, const bell_diagonal& keep,
                                          const bell_diagonal& sacrifice, const gate_noise& noise) {
  if constexpr (requires { policy.apply(keep, sacrifice, noise); }) {
    return policy.apply(keep, sacrifice, noise);
  } else {
    return bell_diagonal::distil_branch(keep, sacrifice, policy.recipe({}, {}), false, noise);
  }
}

}  // namespace ebit::purify
