// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/backend/actions.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>

namespace ebit {

/// How many links the segment of `row` covers.
[[nodiscard]] inline std::uint16_t span(const circuit& c, const segment& row) {
  return static_cast<std::uint16_t>(row.reach > c.position ? row.reach - c.position : c.position - row.reach);
}

/// Tells the holder of the other half of `row` that their pair is lost.
template <class Sink>
void expire(const segments& table, const segment& row, Sink& sink) {
  const wire::expired lost{
      row.remote.sequence, row.remote.epoch, static_cast<std::uint8_t>(opposite(row.facing)), {}};
  sink(action::send{message::pack(table.self(), row.peer, table.circuits[row.circuit].id, lost)});
}

}  // namespace ebit
