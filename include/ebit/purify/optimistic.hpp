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

/// Does not wait for the other end's read-out (the blind mode of Hartmann, Kraus, Briegel and Dür, PRA 75, 032310
/// (2007)): a node between the ends joins a pair onward as soon as its own half of the last round on the link is read.
/// The pair is then undecided. The far ends are told of the Bell measurement only once the read-outs of both sides are
/// known, so that nothing is ever delivered on trust; if one of them fails, both far ends are told that their pairs are
/// lost. Memories are free a light time earlier; a failure costs the pair joined to it as well. `Step` is the policy
/// whose recipe and map every round uses.
template <purify_policy Step = dejmps>
struct optimistic {
  static constexpr bool swaps_undecided = true;
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
    if (at != where::link)
      return config_error{"optimistic.at", "end_to_end", "link: nothing is joined after the ends"};
    return success{};
  }

  friend constexpr bool operator==(const optimistic&, const optimistic&) = default;
};
static_assert(purify_policy<optimistic<>> && is_optimistic<optimistic<>>);

}  // namespace ebit::purify
