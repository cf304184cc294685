// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include <ebit/route/concepts.hpp>

namespace ebit::route {

/// Slots of a link of the start that the head's own circuits leave.
[[nodiscard]] inline std::uint16_t slots_left(const network_map& map, path_id link,
                                              std::span<const walk_in_use> in_use) {
  std::uint32_t taken = 0;
  for (const walk_in_use& u : in_use)
    for (const path_id each : u.path->links) taken += each == link ? u.slots : 0U;
  const std::uint32_t all = map.along(link).slots;
  return static_cast<std::uint16_t>(taken < all ? all - taken : 0);
}

}  // namespace ebit::route
