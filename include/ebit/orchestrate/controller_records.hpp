// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/backend/events.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric_state.hpp>
#include <ebit/orchestrate/light_path.hpp>

/// What a controller notes of others.
namespace ebit::orchestrate::detail {

/// What is known of whoever speaks for an element.
struct agent_record {
  duration flight;  ///< of messages between it and here; until one was heard, by the fabric's lengths
  bool was_heard = false;
  bool is_suspected = false;   ///< it kept silent
  health told = health::good;  ///< of the whole element, as last heard
  std::uint16_t incarnation = 0;
  bool is_known = false;                           ///< its incarnation
  std::uint16_t faults = 0;                        ///< of the whole device, as counted there
  std::uint16_t asked_again = 0;                   ///< what it holds, since its answer did not come
  bool has_spoken = false;                         ///< since it was asked
  local_time cut_off_since = local_time::never();  ///< since when an endpoint has had no sound port
  /// By when an endpoint's unit, or a switch, that does not work is started up again if it starts up now.
  local_time ready_at = local_time::never();
};
/// What is wrong with a port, or the fibre in it; bits.
enum port_trouble : std::uint8_t {
  port_broken = 1,
  port_dark = 2,
  port_distrusted = 4,
  port_degraded = 8,
  port_dim = 16
};
/// An order to a switch that was not answered yet.
struct open_plan {
  std::uint32_t number = 0;
  element_id at;
  std::uint32_t lease = ~0U;
  path_id path;
  local_time due;
  bool is_open = false;
};
/// The best light path between two endpoints on the fabric as it was built, over analysers of one kind or of any,
/// without its course.
struct known_way {
  std::uint32_t head = ~0U;
  std::uint32_t tail = ~0U;
  std::uint32_t kind = ~0U;  ///< ~0: any
  double decibels = 0;
  duration delay;
  float fidelity_a = 1, fidelity_b = 1;
  float stray = 0;  ///< of both arms
  std::uint16_t station = 0;
  bool exists = false;

  /// As much of it as forecasts look at.
  [[nodiscard]] light_path outline() const {
    light_path way;
    way.a.total = way.b.total = ebit::decibels(decibels);
    way.a.delay = way.b.delay = delay;
    way.a.fidelity = fidelity_a;
    way.b.fidelity = fidelity_b;
    way.a.stray = stray;
    way.station = station;
    return way;
  }
};
/// The analysers of one kind that leases hold.
struct analyser_use {
  std::uint32_t installed = 0;
  std::uint32_t by_stock = 0;
  duration cost;  ///< reckoned, of two ports, of the leases that are not for stock
};
struct early_word {
  event::received what;
  local_time since;
};
struct standby {
  node_id at;
  local_time heard;
  bool is_present = false;
};

}  // namespace ebit::orchestrate::detail
