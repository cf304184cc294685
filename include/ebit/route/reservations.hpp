// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>

#include <ebit/backend/actions.hpp>
#include <ebit/herald/engine.hpp>
#include <ebit/link/expiry.hpp>
#include <ebit/link/segments.hpp>

namespace ebit::route {

/// Whether a port leads along `path` and has a run of `width` free slots.
[[nodiscard]] inline bool fits(const segments& table, const link_engine& link, path_id path, std::uint16_t width) {
  const std::size_t port = link.port_of(path);
  return port < link.ports().size() && link.find_run(table, port, width) != table.size();
}

/// Puts a circuit into the table and reserves its slots, for which there must be room.
inline std::uint16_t enter(segments& table, link_engine& link, circuit c, path_id upstream, path_id downstream) {
  const std::uint16_t index = table.circuits.open(c.id);
  c.state = circuit::phase::installed;
  table.circuits[index] = std::move(c);
  for (const auto& [path, s] : {std::pair{upstream, side::upstream}, std::pair{downstream, side::downstream}}) {
    if (!path.valid()) continue;
    const std::size_t port = link.port_of(path);
    circuit& entry = table.circuits[index];
    link.reserve(table, entry, s, port, link.find_run(table, port, entry.plan.width));
  }
  return index;
}

/// Gives up every half of a circuit that no operation and no application holds.
template <class Sink>
void drop_halves(segments& table, const circuit& c, Sink& sink) {
  for (const circuit::hop& hop : c.links) {
    for (std::uint32_t slot = hop.first_slot; slot < hop.first_slot + hop.width; ++slot) {
      segment& row = table[slot];
      if (row.held_by == owner::nobody || row.held_by == owner::app) continue;
      const bool is_read_out = row.state == segment::phase::operating && row.held_by == owner::route;
      if (c.owes_word() && !row.lost && !is_read_out) expire(table, row, sink);
      if (row.state == segment::phase::operating) {
        // One that is being read for its application is delivered: the other end counts on that.
        if (row.held_by != owner::route) row.lost = true;
        continue;
      }
      table.release(slot, segments::fate_of_half::discarded);
      sink(action::free{slot_id{slot}});
    }
  }
}

}  // namespace ebit::route
