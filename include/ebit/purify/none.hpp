// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/ids.hpp>
#include <ebit/purify/where.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::purify {

/// No purification: pairs are used as they are heralded.
struct none {
  static constexpr std::uint8_t rounds = 0;
  static constexpr where at = where::link;

  /// Never asked for, since there are no rounds; there so that `none` has the same shape as the other policies.
  [[nodiscard]] constexpr distil_recipe recipe(const pair_id&, const pair_id&) const { return {}; }

  friend constexpr bool operator==(const none&, const none&) = default;
};

}  // namespace ebit::purify
