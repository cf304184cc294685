// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/swap/concepts.hpp>

namespace ebit::swap {

/// One node after the other from the head: a node joins when its upstream segment reaches the head.
struct sequential {
  static constexpr bool waits_for_spans = true;
  duration cutoff = duration::never();

  [[nodiscard]] static constexpr bool may_swap(place at, spans s) {
    return s.upstream == at.position && s.downstream == 1;
  }
  friend constexpr bool operator==(const sequential&, const sequential&) = default;
};
static_assert(swap_policy<sequential>);

}  // namespace ebit::swap
