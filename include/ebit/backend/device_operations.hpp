// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include <ebit/backend/devices.hpp>

/// Devices by hand, one operation at a time: for scripts, tests of a driver and bring-up. Each function asks and then
/// waits for the answer; whoever has more to do at a time performs commands and polls by itself.
namespace ebit::backend {

/// Performs `wanted` and tells how it ended; `failure::stopped` if the device's clock shows `patience` before that.
/// Events that belong to no operation, or to another one, go to `others`.
template <tells_events Device, class Wanted, class Handler>
  requires performs<Device, Wanted> && waits<Device>
failure carry_out(Device& device, const Wanted& wanted, local_time patience, Handler&& others) {
  bool ended = false;
  failure why = failure::none;
  device.perform(wanted);
  const auto hear = [&](const auto& e) {
    using heard = std::remove_cvref_t<decltype(e)>;
    if constexpr (std::is_same_v<heard, event::done> || std::is_same_v<heard, event::failed>) {
      if (e.operation == wanted.operation) {
        ended = true;
        if constexpr (std::is_same_v<heard, event::failed>) why = e.why;
        return;
      }
    }
    others(e);
  };
  for (;;) {
    while (!ended && device.poll(hear)) {
    }
    if (ended) return why;
    if (device.now() >= patience) return failure::stopped;
    device.wait(patience);
  }
}
template <tells_events Device, class Wanted>
  requires performs<Device, Wanted> && waits<Device>
failure carry_out(Device& device, const Wanted& wanted, local_time patience = local_time::never()) {
  return carry_out(device, wanted, patience, [](const auto&) {});
}

/// From idle to ready.
template <lifecycle_device Device>
failure bring_up(Device& device, operation_id operation) {
  return carry_out(device, command::initialise{operation, device.now()});
}
/// From degradation or a fault to ready.
template <lifecycle_device Device>
failure bring_back(Device& device, operation_id operation) {
  return carry_out(device, command::recover{operation, device.now()});
}
template <lifecycle_device Device>
failure shut_down(Device& device, operation_id operation) {
  return carry_out(device, command::deinitialise{operation, device.now()});
}

/// Light passes between the two ports when it returns, if it returns `failure::none`.
template <optical_switch_device Device>
failure join_ports(Device& device, operation_id operation, port_id in, port_id out) {
  return carry_out(device, action::connect{operation, device.now(), in, out});
}
template <optical_switch_device Device>
failure part_port(Device& device, operation_id operation, port_id port) {
  return carry_out(device, action::clear{operation, device.now(), port});
}

template <analyser_pool_device Device>
failure occupy_analyser(Device& device, operation_id operation, port_id analyser, std::uint32_t user) {
  return carry_out(device, command::occupy{operation, device.now(), analyser, user});
}
template <analyser_pool_device Device>
failure release_analyser(Device& device, operation_id operation, port_id analyser) {
  return carry_out(device, command::release{operation, device.now(), analyser});
}

/// Claims a communication qubit, which `action::free` gives back.
template <networking_unit_device Device>
failure claim_qubit(Device& device, operation_id operation, slot_id slot) {
  return carry_out(device, action::initialise{operation, device.now(), slot});
}
/// Carries a half from a communication to a buffer qubit, or back.
template <networking_unit_device Device>
failure move_half(Device& device, operation_id operation, slot_id from, slot_id to) {
  return carry_out(device, action::move{operation, device.now(), from, to});
}
/// Locks it anew.
template <networking_unit_device Device>
failure relock(Device& device, operation_id operation) {
  return carry_out(device, action::calibrate{operation, device.now(), port_id::none()});
}

template <qpu_endpoint_device Device>
failure apply_gate(Device& device, operation_id operation, action::gate_kind kind, slot_id control, slot_id target) {
  return carry_out(device, action::gate{operation, device.now(), kind, control, target});
}
/// The answer's second is the bit, if there was no failure.
template <qpu_endpoint_device Device>
std::pair<failure, bool> read_qubit(Device& device, operation_id operation, slot_id slot, basis in) {
  bool bit = false;
  const failure why =
      carry_out(device, action::measure{operation, device.now(), slot, in}, local_time::never(), [&](const auto& e) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(e)>, event::measured>)
          if (e.operation == operation) bit = (e.bits & 1U) != 0;
      });
  return {why, bit};
}

template <pair_source_device Device>
failure start_emission(Device& device, operation_id operation, std::uint32_t run) {
  return carry_out(device, command::start_emission{operation, device.now(), run});
}
template <pair_source_device Device>
failure stop_emission(Device& device, operation_id operation) {
  return carry_out(device, command::stop_emission{operation, device.now()});
}

/// Sends the qubit of a slot towards a port of the line.
template <microwave_segment_device Device>
failure send_qubit(Device& device, operation_id operation, slot_id slot, port_id port) {
  return carry_out(device, action::transfer{operation, device.now(), slot, port});
}
/// Catches there what arrives in time; inconclusive if nothing does.
template <microwave_segment_device Device>
failure catch_qubit(Device& device, operation_id operation, slot_id slot, port_id port) {
  return carry_out(device, action::absorb{operation, device.now(), slot, port});
}

}  // namespace ebit::backend
