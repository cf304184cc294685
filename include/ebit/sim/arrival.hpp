// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include <ebit/core/time.hpp>

namespace ebit::sim {

/// A photon that a node means to emit at `meant`.
struct timed_photon {
  std::uint32_t node = 0;
  std::uint32_t slot = 0;  ///< in the whole network's count: each has an emitter of its own
  world_time meant;
};

/// How well two photons came, apart from what their path and the hardware make of them, and what came besides.
struct arrival {
  double visibility = 1;                 ///< factor on that of the one with the other, 0 to 1
  std::array<double, 2> accepted{1, 1};  ///< if detected, it is reported within the window; 0 to 1
  double stray = 0;                      ///< photons of other paths that reach the analyser, per second
  bool blinds = true;                    ///< these, and dark counts, find detectors blind and blind them
};

}  // namespace ebit::sim
