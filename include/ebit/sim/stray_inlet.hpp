// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ebit::sim {

/// Where light of other paths gets into a light path.
struct stray_inlet {
  std::uint32_t at = 0;  ///< a switch
  double passes = 0;     ///< of each photon of another path that enters it, so much reaches the analyser
};

}  // namespace ebit::sim
