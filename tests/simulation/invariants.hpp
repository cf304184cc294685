// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <ebit/ebit.hpp>

#include "scenario.hpp"
#include "watch.hpp"

namespace ebit_test {

/// Whether a node's books balance; empty if they do.
template <class Network>
[[nodiscard]] std::string broken_books(const Network& sim, std::uint32_t n) {
  using namespace ebit;
  const segments& table = sim.node(node_id{n}).table();
  const conservation& c = table.counts();
  const auto where = [n] { return "conservation: node " + std::to_string(n) + ", "; };
  std::uint64_t held = 0;
  for (std::uint32_t s = 0; s < table.size(); ++s) {
    if (table[s].held_by == owner::nobody) continue;
    ++held;
    if (!table.is_reserved(s)) return where() + "a half is held in a slot that no circuit reserved";
  }
  if (c.acquired != c.delivered + c.consumed + c.discarded + held)
    return where() + "acquired != delivered + consumed + discarded + held";
  // Every reserved slot belongs to one side of one circuit.
  std::uint32_t reserved = 0, given = 0;
  for (std::uint32_t s = 0; s < table.size(); ++s) reserved += table.is_reserved(s) ? 1U : 0U;
  for (std::uint16_t i = 0; i < table.circuits.size(); ++i) {
    if (!table.circuits.alive(i)) continue;
    for (const circuit::hop& hop : table.circuits[i].links) {
      given += hop.width;
      for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s)
        if (!table.is_reserved(s)) return where() + "a circuit uses a slot that is not reserved";
    }
  }
  if (reserved != given) return where() + "slots are reserved for no circuit, or for two";
  return {};
}

/// What must hold for a simulated network after every event, whatever goes wrong; empty if it does.
template <class Network>
[[nodiscard]] std::string broken_invariant(const Network& sim) {
  using namespace ebit;
  for (std::uint32_t n = 0; n < sim.size(); ++n) {
    if (std::string wrong = broken_books(sim, n); !wrong.empty()) return wrong;
    const segments& table = sim.node(node_id{n}).table();
    for (std::uint32_t s = 0; s < table.size(); ++s)
      if (table[s].held_by != owner::nobody && !sim.truth().holds(sim.first_slot(node_id{n}) + s))
        return "conservation: node " + std::to_string(n) + ", a half is held that does not exist";
  }
  if (sim.truth().ledger().disagreements != 0) return "two deliveries of one pair differ in name or frame";
  if (sim.truth().ledger().empty_operations != 0) return "an operation was done on a slot that held nothing";
  return {};
}

/// Whether the node's rows are what the watch saw come and go, and in time.
template <class Network>
[[nodiscard]] std::string broken_at(const Network& sim, std::uint32_t n, watch& eyes) {
  using namespace ebit;
  if (std::string wrong = broken_books(sim, n); !wrong.empty()) return wrong;
  const segments& table = sim.node(node_id{n}).table();
  const auto where = [n](std::uint32_t s) {
    return "node " + std::to_string(n) + ", slot " + std::to_string(s) + " ";
  };
  for (std::uint32_t s = 0; s < table.size(); ++s) {
    const segment& row = table[s];
    const watch::slot_book& seen = eyes.slot(n, s);
    const bool held = row.held_by != owner::nobody;
    if (held != (seen.state != watch::keeping::empty))
      return "slots: " + where(s) + (held ? "is held but was freed" : "is not held and was not freed");
    if (!held) continue;
    if (row.local != seen.name) return "names: " + where(s) + "is called by another name than it was heralded under";
    const circuit& c = table.circuits[row.circuit];
    if (!table.circuits.alive(row.circuit) || c.id != seen.circuit)
      return "circuits: " + where(s) + "belongs to another circuit than its batch";
    const circuit::hop& hop = c.link(row.facing);
    if (s - hop.first_slot >= hop.width) return "circuits: " + where(s) + "is not one of its circuit's slots";
    const local_time due = row.deadline < c.deadline(seen.born) ? row.deadline : c.deadline(seen.born);
    if (due >= eyes.local(n)) continue;
    const std::string late = std::to_string((eyes.local(n) - due).picoseconds()) + " ps past its deadline";
    if (seen.state == watch::keeping::busy && seen.began == eyes.now)
      return "used late: " + where(s) + "is used " + late;
    const bool waits = row.held_by == owner::swap || row.held_by == owner::purify;
    if (waits && row.state != segment::phase::operating && eyes.is_late(n, s))
      return "deadlines: " + where(s) + "is held " + late;
  }
  return {};
}

[[nodiscard]] inline std::string broken_ledger(const ebit::sim::world_ledger& l, const scenario& s) {
  if (l.disagreements != 0) return "ledger: two deliveries of one pair differ in name or frame";
  if (l.empty_operations != 0 && !s.has(scenario::fault::kind::crash) && !s.has(scenario::fault::kind::erasure))
    return "ledger: an operation was done on a slot that held nothing";
  if (s.faultless() && l.orphaned != 0) return "ledger: a half was orphaned without a fault";
  // Halves on a link are given up when their own end has held them for so long, which the other end hears later.
  if (s.faultless() && s.cutoff == 0 && l.mismatched != 0)
    return "ledger: the ends of a distillation chose differently without a fault";
  return {};
}

/// Two halves of which both ends know that they belong together have frames that agree with each other and with the
/// truth, unless one end has gone on with a distillation that the other knows nothing of. For hardware without noise.
template <class Network, class Down>
[[nodiscard]] std::string broken_belief(const Network& sim, const Down& is_down) {
  using namespace ebit;
  std::vector<std::uint32_t> node_of;
  for (std::uint32_t n = 0; n < sim.size(); ++n)
    node_of.resize(node_of.size() + sim.node(node_id{n}).table().size(), n);
  for (std::uint32_t n = 0; n < sim.size(); ++n) {
    if (is_down(n)) continue;
    const segments& table = sim.node(node_id{n}).table();
    for (std::uint32_t s = 0; s < table.size(); ++s) {
      const segment& row = table[s];
      if (row.held_by == owner::nobody || row.state != segment::phase::resting || row.lost) continue;
      const std::uint32_t slot = sim.first_slot(node_id{n}) + s, far = sim.truth().partner(slot);
      if (!sim.truth().holds(slot) || far >= node_of.size() || is_down(node_of[far])) continue;
      const segments& there = sim.node(node_id{node_of[far]}).table();
      const segment& other = there[far - sim.first_slot(node_id{node_of[far]})];
      if (other.held_by == owner::nobody || other.state != segment::phase::resting || other.lost) continue;
      if (row.undecided || other.undecided) continue;
      if (row.remote != other.local || other.remote != row.local || row.rounds != other.rounds) continue;
      const std::string which = "node " + std::to_string(n) + ", slot " + std::to_string(s) + " and node " +
                                std::to_string(node_of[far]) + " know of each other";
      if (row.peer.value() != node_of[far]) return "names: " + which + " but not where";
      if (row.frame != other.frame) return "frames: " + which + " and have different frames";
    }
  }
  return {};
}

/// What must hold in addition when a run has come to rest: nothing is held, reserved or alive.
template <class Network>
[[nodiscard]] std::string not_at_rest(const Network& sim) {
  using namespace ebit;
  for (std::uint32_t n = 0; n < sim.size(); ++n) {
    const segments& table = sim.node(node_id{n}).table();
    const std::string where = "left over: node " + std::to_string(n) + ", ";
    if (table.held() != 0) return where + "halves are held";
    for (std::uint32_t s = 0; s < table.size(); ++s) {
      if (table.is_reserved(s)) return where + "slots are reserved";
      if (sim.truth().holds(sim.first_slot(node_id{n}) + s)) return where + "the world holds a qubit";
    }
    for (std::uint16_t i = 0; i < table.circuits.size(); ++i)
      if (table.circuits.alive(i)) return where + "a circuit is alive";
  }
  return {};
}

/// What nodes still hold, in words: for whoever looks into why.
template <class Network>
[[nodiscard]] std::string what_is_held(const Network& sim) {
  using namespace ebit;
  static constexpr const char* owners[] = {"nobody", "link", "purify", "swap", "route", "app"};
  static constexpr const char* phases[] = {"rests", "operates", "awaits"};
  std::string text;
  for (std::uint32_t n = 0; n < sim.size(); ++n) {
    const segments& table = sim.node(node_id{n}).table();
    for (std::uint32_t s = 0; s < table.size() && text.size() < 2'000; ++s) {
      const segment& row = table[s];
      if (row.held_by == owner::nobody) continue;
      text += "\n  node " + std::to_string(n) + " slot " + std::to_string(s) + ": " +
              owners[static_cast<std::size_t>(row.held_by)] + " " + phases[static_cast<std::size_t>(row.state)] +
              ", path " + std::to_string(row.local.path.value()) + " pair " + std::to_string(row.local.epoch) + "/" +
              std::to_string(row.local.sequence) + ", far end " + std::to_string(row.remote.epoch) + "/" +
              std::to_string(row.remote.sequence) + " at node " + std::to_string(row.peer.value()) + ", round " +
              std::to_string(row.rounds);
    }
  }
  return text;
}

/// The same of a run without faults, in which also no half was ever orphaned.
template <class Network>
[[nodiscard]] std::string left_over(const Network& sim) {
  if (std::string wrong = not_at_rest(sim); !wrong.empty()) return wrong;
  if (sim.truth().ledger().orphaned != 0) return "left over: halves were orphaned";
  if (sim.truth().ledger().mismatched != 0) return "left over: the ends of a distillation chose differently";
  return {};
}

/// Where nothing goes wrong, every message arrives, every batch ends because it is stopped, and no more is sent than
/// the protocols call for.
[[nodiscard]] inline std::string broken_without_faults(const watch::counts& c, const scenario& s) {
  namespace wire = ebit::wire;
  std::uint64_t all = 0;
  for (const std::uint64_t n : c.sent) all += n;
  if (all != c.received) return "messages: " + std::to_string(all - c.received) + " never arrived";
  if (c.ended != 0) return "batches: a batch ended by itself";
  if (c.failed != 0 && s.swap_failures == 0) return "operations: an operation failed";
  bool limited = false;
  for (const scenario::demand& d : s.demands) limited |= d.limit != 0;
  if (c.revoked != 0 && !limited) return "revoked: without a fault";
  const auto sent = [&c](std::uint8_t type) { return c.sent[type]; };
  const auto wrong = [](const char* what, std::uint64_t times, std::uint64_t least, std::uint64_t most) {
    return std::string{"messages: "} + what + " sent " + std::to_string(times) + " times, called for " +
           std::to_string(least) + (least == most ? "" : " to " + std::to_string(most));
  };
  // Nothing is told of an operation whose circuit or pair was given up while it ran.
  const auto least_of = [&](std::uint64_t operations) {
    return s.cutoff != 0 ? 0 : operations - std::min(operations, c.late);
  };
  const bool undecided = s.kind == scenario::stack::optimistic, one_way = s.kind == scenario::stack::one_way;
  const bool loses = s.cutoff != 0 || limited || s.swap_failures != 0 || undecided || one_way;
  struct rule {
    const char* what;
    std::uint64_t sent, least, most;
  };
  const std::uint64_t installs = sent(wire::install::type), goes = sent(wire::go::type);
  const rule rules[] = {
      // One for each node of a circuit but its head, one answer each, and one when it is over.
      {"install", installs, c.hops, c.hops},
      // Where messages are acknowledged, who refuses may ask the heads of circuits that hold its slots.
      {"ready and refused", sent(wire::ready::type) + sent(wire::refused::type), c.hops,
       c.hops + (s.retransmit != 0 ? 2U * s.memories * sent(wire::refused::type) : 0U)},
      {"torn_down", sent(wire::torn_down::type), c.hops, c.hops},
      // To every node between the ends, when all are ready; then one for each link, where both ends attempt.
      {"go", goes, limited ? 0 : c.inner, c.inner},
      {"link_started", 2 * sent(wire::link_started::type), c.attempts, limited ? 2 * c.attempts : c.attempts},
      {"available", sent(wire::available::type), 0, sent(wire::refused::type)},
      // Two for each Bell measurement, to either far end; again for whom they do not find there any more. Of those of
      // undecided pairs there is none if the pairs turn out bad.
      {"swapped", sent(wire::swapped::type), undecided ? 0 : 2 * least_of(c.joined) + c.onward,
       2 * c.joined + c.onward + c.in_time},
      // One for each end's half, unless only one end speaks.
      {"distilled", sent(wire::distilled::type), least_of(c.distilled) / (one_way ? 2 : 1), c.distilled},
      {"delivered", sent(wire::delivered::type), 0, c.delivered + 2 * sent(wire::tested::type)},
      {"expired", sent(wire::expired::type), 0, loses ? all : 0},
      {"words about the queue",
       sent(wire::enqueue::type) + sent(wire::not_enqueued::type) + sent(wire::dequeued::type), 0,
       s.shared != 0 ? all : 0},
      {"tested", sent(wire::tested::type), 0, s.tests != 0 ? all : 0},
      {"acknowledged", sent(wire::acknowledged::type), 0, s.retransmit != 0 ? all : 0},
      {"hello", sent(wire::hello::type), 0, 0},
      // Of a circuit that ends while it starts: its end overtakes the word of a neighbour's start.
      {"broken", sent(wire::broken::type), 0, limited ? sent(wire::link_started::type) : 0},
  };
  std::uint64_t known = 0;
  for (const rule& r : rules) {
    if (r.sent < r.least || r.sent > r.most) return wrong(r.what, r.sent, r.least, r.most);
    known += r.sent;
  }
  known -= sent(wire::link_started::type);  // counted twice above
  if (known != all) return wrong("other types", all - known, 0, 0);
  return {};
}

}  // namespace ebit_test
