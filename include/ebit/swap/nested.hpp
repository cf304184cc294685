// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>

#include <ebit/swap/concepts.hpp>

namespace ebit::swap {

/// Doubling order (Briegel, Dür, Cirac and Zoller 1998): node i, with 2^k the largest power of two that divides i,
/// joins two segments of 2^k links. Chains of other lengths end in a shorter segment downstream.
struct nested {
  static constexpr bool waits_for_spans = true;
  duration cutoff = duration::never();

  [[nodiscard]] static constexpr bool may_swap(place at, spans s) {
    const int block = 1 << std::countr_zero(static_cast<unsigned>(at.position));
    return s.upstream == block && s.downstream == std::min(block, at.hops - at.position);
  }
  friend constexpr bool operator==(const nested&, const nested&) = default;
};
static_assert(swap_policy<nested>);

}  // namespace ebit::swap
