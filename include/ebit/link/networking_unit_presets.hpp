// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/named_preset.hpp>
#include <ebit/link/networking_unit.hpp>
#include <ebit/link/transducer_presets.hpp>

/// Networking units as named values. None is published as a whole: the transducers are
/// (`link/transducer_presets.hpp`), and what surrounds them is assumed and says so.
namespace ebit::link {

/// One unit. The texts together name every value that differs from the default.
using networking_unit_preset = named_preset<networking_unit>;

namespace detail {

/// Superconducting qubits behind a transducer of today.
[[nodiscard]] inline networking_unit_preset transducer_unit_today() {
  return {.name = "transducer_unit_today",
          .source = "link_today_2025 of the transducers (Dirnegger et al., arXiv:2503.10842)",
          .confidence = "the transducer's; the rest assumed",
          .published = "what is published of the transducer",
          .assumed =
              "communication and buffer qubits with T1 and T2 300 us, move 200 ns with noise 0.01; start-up 60 s "
              "and 30 s of locking, shutdown 10 s, locked anew for 30 s every 20 min; degraded at half the "
              "efficiency",
          .value = {.photonics = link_today_2025().value,
                    .communication_memory = {duration::seconds(300e-6), duration::seconds(300e-6)},
                    .buffer_memory = {duration::seconds(300e-6), duration::seconds(300e-6)},
                    .move_time = duration::picoseconds(200'000),
                    .move_noise = 0.01,
                    .times = {.initialising = duration::seconds(60),
                              .locking = duration::seconds(30),
                              .deinitialising = duration::seconds(10)},
                    .relock_every = duration::seconds(1200),
                    .degraded_efficiency = 0.5}};
}

/// The same behind the transducer that is aimed at.
[[nodiscard]] inline networking_unit_preset transducer_unit_target() {
  return {.name = "transducer_unit_target",
          .source = "link_target_2025 of the transducers (Dirnegger et al., arXiv:2503.10842)",
          .confidence = "the transducer's; the rest assumed",
          .published = "what is published of the transducer",
          .assumed =
              "16 communication qubits with T1 and T2 1 ms, 10 buffer qubits with T1 10 ms and T2 10 ms, move "
              "100 ns with noise 0.001; start-up 10 s and 1 s of locking, shutdown 1 s, locked anew for 1 s "
              "every 10 min; degraded at half the efficiency",
          .value = {.photonics = link_target_2025().value,
                    .communication_qubits = 16,
                    .communication_memory = {duration::seconds(1e-3), duration::seconds(1e-3)},
                    .buffer_memory = {duration::seconds(10e-3), duration::seconds(10e-3)},
                    .move_time = duration::picoseconds(100'000),
                    .move_noise = 0.001,
                    .times = {.initialising = duration::seconds(10),
                              .locking = duration::seconds(1),
                              .deinitialising = duration::seconds(1)},
                    .relock_every = duration::seconds(600),
                    .degraded_efficiency = 0.5}};
}

}  // namespace detail

/// All sets.
[[nodiscard]] inline std::vector<networking_unit_preset> networking_unit_presets() {
  return {detail::transducer_unit_today(), detail::transducer_unit_target()};
}

/// The set of that name; the error lists the names there are.
[[nodiscard]] inline result<networking_unit_preset> find_networking_unit_preset(std::string_view name) {
  return detail::find_named("networking_unit", networking_unit_presets(), name);
}

}  // namespace ebit::link
