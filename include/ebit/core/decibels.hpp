// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/math.hpp>
#include <ebit/core/units.hpp>

namespace ebit {

/// The loss of what lets that share of light through, 0 to 1: −10 log₁₀(share) dB; infinite for 0.
[[nodiscard]] constexpr loss loss_of_share(double share) {
  return decibels(-10 * math::log(share) / 2.302585092994045684);
}

}  // namespace ebit
