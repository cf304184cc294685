// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>

/// What a device of a data centre can be asked beyond the actions of nodes (`backend/actions.hpp`). The set is
/// closed; `any` is its sum type for recordings. As with actions, every command ends in exactly one `event::done` or
/// `event::failed`, never during the call that issued it; `at` is when it is to happen, now if it lies in the past.
namespace ebit::command {

/// Starts the device up: done when it is ready.
struct initialise {
  operation_id operation;
  local_time at;
  friend bool operator==(const initialise&, const initialise&) = default;
};

/// Shuts it down in order: done when it is idle. What it holds is given up.
struct deinitialise {
  operation_id operation;
  local_time at;
  friend bool operator==(const deinitialise&, const deinitialise&) = default;
};

/// The device's own remedy for degradation and faults: done when it works again; unavailable as long as what broke is
/// not mended.
struct recover {
  operation_id operation;
  local_time at;
  friend bool operator==(const recover&, const recover&) = default;
};

/// Gives an analyser of a pool to a user (a lease).
struct occupy {
  operation_id operation;
  local_time at;
  port_id analyser;
  std::uint32_t user = 0;
  friend bool operator==(const occupy&, const occupy&) = default;
};

/// Takes it back.
struct release {
  operation_id operation;
  local_time at;
  port_id analyser;
  friend bool operator==(const release&, const release&) = default;
};

/// Binds a source of photon pairs to a run: done when the first pulse leaves.
struct start_emission {
  operation_id operation;
  local_time at;
  std::uint32_t run = 0;
  friend bool operator==(const start_emission&, const start_emission&) = default;
};

struct stop_emission {
  operation_id operation;
  local_time at;
  friend bool operator==(const stop_emission&, const stop_emission&) = default;
};

using any = std::variant<initialise, deinitialise, recover, occupy, release, start_emission, stop_emission>;

}  // namespace ebit::command
