// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/core/ids.hpp>
#include <ebit/core/result.hpp>
#include <ebit/purify/concepts.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/purify/where.hpp>
#include <ebit/quantum/concepts.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::purify {

/// One-way signalling on links: the upstream end sends its read-out and goes on at once; the downstream end decides,
/// and says so only if the pair is to be discarded. Half the messages, and no wait at one end. On the link that ends at
/// the tail both ends tell each other as usual, since the head could not know of a failure in time. `Step` is the
/// policy whose recipe and map are used.
template <purify_policy Step = dejmps>
struct one_way {
  static constexpr bool signals_one_way = true;
  static constexpr keep_rule keeps = keep_rule_of<Step>;
  static constexpr bool coherent = purify::coherent<Step>;
  static constexpr bool pumps = purify::pumps<Step>;
  std::uint8_t rounds = 1;
  where at = where::link;

  [[nodiscard]] constexpr distil_recipe recipe(const pair_id& keep, const pair_id& sacrifice) const {
    return Step{}.recipe(keep, sacrifice);
  }

  /// One round, for pairs whose frames are Φ+: the kept branch.
  template <ensemble_state State>
    requires requires(const Step& step, const State& s, const gate_noise& g) { step.apply(s, s, g); }
  [[nodiscard]] constexpr branch<State> apply(const State& keep, const State& sacrifice,
                                              const gate_noise& noise = {}) const {
    return Step{}.apply(keep, sacrifice, noise);
  }

  [[nodiscard]] status validate() const {
    if (at != where::link) return config_error{"one_way.at", "end_to_end", "link"};
    if (rounds > 1) return config_error{"one_way.rounds", std::to_string(rounds), "0 to 1"};
    return success{};
  }

  friend constexpr bool operator==(const one_way&, const one_way&) = default;
};
static_assert(purify_policy<one_way<>> && is_one_way<one_way<>>);

}  // namespace ebit::purify
