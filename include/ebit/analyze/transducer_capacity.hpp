// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/analyze/bounds.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/transducer.hpp>

namespace ebit::analyze {

// What can be sent through a transducer that converts directly, without heralding (Wang and Jiang, arXiv:2203.00012).
// Qubits need an efficiency above one half or help from two-way messages, and in any case less than one added photon.

/// The conversion as a channel. The efficiency must be below 1.
[[nodiscard]] inline thermal_loss channel_of(const link::transducer& device) {
  return thermal_loss::from_added_noise(device.efficiency, device.own_noise());
}

/// Uses of the channel per second: one mode per second and hertz of bandwidth, a flat band assumed, while it runs.
[[nodiscard]] inline rate modes_per_second(const link::transducer& device) {
  return hertz(device.bandwidth.base() * device.running_fraction());
}

/// No protocol without a repeater gets more ebits per second through it, with any two-way help. At low efficiency
/// this is (1 − N + N ln N)/ln 2 times the throughput, for N < 1 added photons.
[[nodiscard]] inline rate ebit_rate_bound(const link::transducer& device) {
  return modes_per_second(device) * channel_of(device).two_way_upper_bound();
}
/// Qubits per second that can certainly be sent through it one way, without help.
[[nodiscard]] inline rate qubit_rate_achievable(const link::transducer& device) {
  return modes_per_second(device) * channel_of(device).quantum_lower_bound();
}

}  // namespace ebit::analyze
