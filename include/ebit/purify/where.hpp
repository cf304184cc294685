// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ebit::purify {

/// Which segments a purification policy works on: elementary links before they are swapped, or whole circuits after.
enum class where : std::uint8_t { link, end_to_end };

}  // namespace ebit::purify
