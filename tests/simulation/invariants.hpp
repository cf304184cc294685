// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/ebit.hpp>

namespace ebit_test {

/// What must hold for a simulated network after every event, whatever goes wrong; empty if it does.
template <class Network>
[[nodiscard]] std::string broken_invariant(const Network& sim) {
  using namespace ebit;
  for (std::uint32_t n = 0; n < sim.size(); ++n) {
    const segments& table = sim.node(node_id{n}).table();
    const conservation& c = table.counts();
    const std::string where = "node " + std::to_string(n) + ": ";
    if (c.acquired != c.delivered + c.consumed + c.discarded + table.held())
      return where + "acquired != delivered + consumed + discarded + held";
    for (std::uint32_t s = 0; s < table.size(); ++s) {
      if (table[s].held_by == owner::nobody) continue;
      if (!table.is_reserved(s)) return where + "a half is held in a slot that no circuit reserved";
      if (!sim.truth().holds(sim.first_slot(node_id{n}) + s)) return where + "a half is held that does not exist";
    }
  }
  if (sim.truth().ledger().disagreements != 0) return "two deliveries of one pair differ in name or frame";
  if (sim.truth().ledger().empty_operations != 0) return "an operation was done on a slot that held nothing";
  return {};
}

/// What must hold in addition when a run without faults has come to rest: nothing is left over.
template <class Network>
[[nodiscard]] std::string left_over(const Network& sim) {
  using namespace ebit;
  for (std::uint32_t n = 0; n < sim.size(); ++n) {
    const segments& table = sim.node(node_id{n}).table();
    const std::string where = "node " + std::to_string(n) + ": ";
    if (table.held() != 0) return where + "halves are held";
    for (std::uint32_t s = 0; s < table.size(); ++s) {
      if (table.is_reserved(s)) return where + "slots are reserved";
      if (sim.truth().holds(sim.first_slot(node_id{n}) + s)) return where + "the world holds a qubit";
    }
    for (std::uint16_t i = 0; i < table.circuits.size(); ++i)
      if (table.circuits.alive(i)) return where + "a circuit is alive";
  }
  if (sim.truth().ledger().orphaned != 0) return "halves were orphaned";
  if (sim.truth().ledger().mismatched != 0) return "the ends of a distillation chose differently";
  return {};
}

}  // namespace ebit_test
