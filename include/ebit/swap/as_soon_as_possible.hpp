// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/swap/concepts.hpp>

namespace ebit::swap {

/// Joins any two segments as soon as both are there. Fastest when Bell measurements always succeed; with
/// probabilistic ones `nested` is faster (Coopmans et al. 2021, Commun. Phys. 4, 164).
struct as_soon_as_possible {
  static constexpr bool waits_for_spans = false;
  duration cutoff = duration::never();

  [[nodiscard]] static constexpr bool may_swap(place, spans) { return true; }
  friend constexpr bool operator==(const as_soon_as_possible&, const as_soon_as_possible&) = default;
};
static_assert(swap_policy<as_soon_as_possible>);

}  // namespace ebit::swap
