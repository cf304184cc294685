// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// A request that the controller has accepted and not yet served.
struct standing_request {
  enum class phase : std::uint8_t {
    waiting,  ///< for a light path
    running,  ///< on one
    settling  ///< its light path is over, and its head has yet to say what came of it
  };

  request_id request;
  std::uint32_t head = 0;  ///< the endpoint that asked
  std::uint32_t peer = 0;
  std::uint32_t ticket = 0;
  std::uint16_t incarnation = 0;  ///< of the head
  std::uint16_t tenant = 0;
  std::uint8_t priority = 0;
  std::uint8_t flags = 0;  ///< of `wire::ask`
  phase state = phase::waiting;
  bool is_stuck = false;     ///< both ends are free, and there is no way between them
  std::uint32_t left = 1;    ///< pairs, as far as is known here
  std::uint32_t passed = 0;  ///< times it was first in order at an endpoint, but the other one was busy
  std::uint16_t leases = 0;  ///< light paths of which its head has not said yet what came of them
  bool is_complete = false;  ///< its head has all it wants, or wants no more
  double min_fidelity = 0;   ///< 0 to 1
  std::uint16_t kind = 0;    ///< of the analysers that its best way leads to
  duration pair_time;        ///< forecast per pair
  duration cost;             ///< what its next light path is reckoned to take of two ports
  local_time deadline = local_time::never();
  local_time arrived;
  local_time give_up_at = local_time::never();  ///< if no healthy way joins its ends up to then
  std::uint64_t number = 0;                     ///< in the order of arrival

  [[nodiscard]] bool is_stock() const { return (flags & wire::ask::stock) != 0; }
};

}  // namespace ebit::orchestrate
