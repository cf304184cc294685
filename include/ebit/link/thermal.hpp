// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/units.hpp>

namespace ebit::link {

/// The mean number of thermal photons of a mode of frequency `f` > 0 at temperature `kelvin` ≥ 0, 1/(exp(hf/kT) − 1)
/// (Bose and Einstein; exact constants of the SI of 2019). 5 GHz: 0.1 at 100 mK, 8e-3 at 50 mK, 6e-6 at 20 mK.
[[nodiscard]] constexpr double thermal_occupancy(rate f, double kelvin) {
  EBIT_ASSERT(f.base() > 0 && kelvin >= 0, "thermal_occupancy: frequency not above 0 or temperature below 0");
  if (kelvin == 0) return 0;
  const double ratio = 6.62607015e-34 * f.base() / (1.380649e-23 * kelvin);
  return ratio > 700 ? 0.0 : 1 / math::expm1(ratio);
}

}  // namespace ebit::link
