// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

#include <ebit/backend/faults.hpp>
#include <ebit/core/time.hpp>
#include <ebit/sim/fabric_fault.hpp>
#include <ebit/sim/fabric_timing.hpp>

#include "centre_scenario.hpp"

// What a scenario's numbers are as options of a simulated data centre.
namespace ebit_test {

[[nodiscard]] inline ebit::duration us(std::int64_t microseconds) {
  return ebit::duration::picoseconds(microseconds * 1'000'000);
}

[[nodiscard]] ebit::fault_plan faults_of(const centre_scenario& s);
[[nodiscard]] std::vector<ebit::sim::fabric_fault> broken_of(const centre_scenario& s);
[[nodiscard]] ebit::sim::fabric_timing clocks_of(const centre_scenario& s);
/// At the slowest device, at most; what begins before it is mended ends later.
[[nodiscard]] ebit::duration longest_operation(const centre_scenario& s);

template <class Options>
[[nodiscard]] Options options_of(const centre_scenario& s) {
  using namespace ebit;
  Options o;
  o.seed = s.seed;
  if (s.retransmit != 0) o.link.retransmit_after = us(s.retransmit);
  o.hardware.emission_efficiency = 0.3;
  o.hardware.memories = static_cast<std::uint16_t>(s.memories);
  o.hardware.memory = {};
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = us(1);
  o.hardware.gate_time = duration::picoseconds(std::int64_t{s.gate_time} * 1000);
  o.hardware.life = {us(s.initialising), us(s.locking), us(s.deinitialising)};
  o.hardware.degraded_efficiency = 1 - s.degraded_loss / 1000.0;
  o.hardware.degraded_noise = s.degraded_noise / 1000.0;
  o.cold_start = s.cold != 0;
  o.hardware.buffer.qubits = static_cast<std::uint16_t>(s.buffer);
  o.hardware.buffer.memory = {us(s.coherence) * 2, us(s.coherence)};
  o.hardware.buffer.move_time = us(s.move_time);
  o.hardware.buffer.move_noise = s.move_noise / 1000.0;
  o.phase_lock_time = us(2);
  o.controllers = static_cast<std::uint8_t>(s.controllers);
  o.control.sharing.tenants.assign(s.tenants, {});
  if (s.keeps_clocks()) {
    o.timing = clocks_of(s);
    o.control.guard = us(1);
  }
  o.faults = faults_of(s);
  o.broken = broken_of(s);
  if constexpr (std::remove_cvref_t<decltype(o.stock)>::keeps) {
    o.stock.most = static_cast<std::uint16_t>(s.partners);
    o.stock.pairs = static_cast<std::uint16_t>(s.kept);
    o.stock.half_life = us(s.half_life);
    o.stocking.longest = us(s.longest);
    o.stocking.patience = us(s.patience);
    o.stocking.rest = us(s.rest);
  }
  o.coded = s.coded != 0;
  o.repeater = o.hardware;
  return o;
}

}  // namespace ebit_test
