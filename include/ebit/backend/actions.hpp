// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>

#include <ebit/backend/message.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit {

/// How a request stands, as reported to the application.
enum class request_outcome : std::uint8_t {
  accepted,
  delivered,
  refused,
  expired,  ///< its time limit passed before the last pair
  drifted   ///< it is served on, but by tests its pairs have become worse; value: the fidelity to expect from now on
};

/// Whether nothing follows of a request that is reported so.
[[nodiscard]] constexpr bool ends(request_outcome how) {
  return how != request_outcome::accepted && how != request_outcome::drifted;
}

/// Why a request was refused; `hop` and `value` of the report say where and how much could be had.
enum class refusal : std::uint8_t {
  none,
  same_node,     ///< source and destination are one
  unknown_node,  ///< the destination is not on the map
  unreachable,   ///< no walk joins them
  never_joins,   ///< the swap policy never joins a chain of so many links; value: their number
  fidelity,      ///< even the best drive of the links falls short; value: the best fidelity, hop: the worst link
  waiting,       ///< memories lose the fidelity while they wait; value: what remains, hop: the slowest link
  too_slow,      ///< it would take longer than allowed; value: pairs per second, hop: the slowest link
  memory,        ///< the plan needs more slots than a link has; value: slots there, hop: that link
  queue_full,    ///< too many requests wait already; value: how many may
  unsupported,   ///< the device or the peer cannot do what the request's kind needs
  invalid,       ///< the request itself is out of range
  // What a fabric that is shared may be short of; `element` of the report says where.
  port,         ///< the endpoint has no port that is free and works
  fibre,        ///< all ways between the two are in use or broken
  analyser,     ///< all Bell-state analysers within reach are in use or out of order
  quota,        ///< the tenant has had its share; value: what it is allowed
  out_of_order  ///< the endpoint, or all of a kind of device that is needed
};

/// What a node can ask for. The set is closed; `any` is its sum type for recordings. Every action with an operation
/// number ends in exactly one `done` or `failed`, never during the call that issued it; `at` is when it is to happen.
/// Slots are numbered through the ports of a device, one port after another as in `limits().slots_per_port`.
namespace action {

/// Opens a batch of heralding attempts: at `at` and every `period` after it, all free slots of the batch emit (slot
/// of mode m is `first_slot` + m, offset by m × `spacing`), cycles counted from `first_cycle`. The batch runs until
/// stopped; a heralded slot pauses until freed. Both ends must announce the same path, epoch and circuit.
struct attempt {
  operation_id operation;
  local_time at;
  path_id path;
  circuit_id circuit;
  std::uint32_t epoch = 0;
  std::uint64_t first_cycle = 0;
  duration period;
  duration spacing;
  slot_id first_slot;
  std::uint16_t modes = 1;
  double bright_state = 0.5;
  friend bool operator==(const attempt&, const attempt&) = default;
};

/// Ends the batch `operation`: no emission after `at`. Heralds already under way still arrive; then comes the batch's
/// `done`.
struct stop {
  operation_id operation;
  local_time at;
  friend bool operator==(const stop&, const stop&) = default;
};

struct initialise {
  operation_id operation;
  local_time at;
  slot_id slot;
  friend bool operator==(const initialise&, const initialise&) = default;
};

/// Moves a qubit between slots, communication to storage or back.
struct move {
  operation_id operation;
  local_time at;
  slot_id from;
  slot_id to;
  friend bool operator==(const move&, const move&) = default;
};

/// A complete Bell measurement of two local qubits; read-out is (x, z).
struct bell_measure {
  operation_id operation;
  local_time at;
  slot_id upstream;
  slot_id downstream;
  friend bool operator==(const bell_measure&, const bell_measure&) = default;
};

/// This end's half of a distillation: local Cliffords of the recipe, CNOT keep → sacrifice, read `sacrifice` in Z.
/// The end named `half::a` (the upstream one) rotates by the recipe's Clifford, the other by its complex conjugate.
struct distil {
  operation_id operation;
  local_time at;
  slot_id keep;
  slot_id sacrifice;
  distil_recipe recipe;
  half end = half::a;
  friend bool operator==(const distil&, const distil&) = default;
};

enum class gate_kind : std::uint8_t { x, z, h, s, cnot, cz };

struct gate {
  operation_id operation;
  local_time at;
  gate_kind kind = gate_kind::x;
  slot_id control;
  slot_id target;
  friend bool operator==(const gate&, const gate&) = default;
};

struct measure {
  operation_id operation;
  local_time at;
  slot_id slot;
  basis in = basis::z;
  friend bool operator==(const measure&, const measure&) = default;
};

/// Reads photons or qubits of a batch at once instead of storing them; the basis of attempt k is bit pair k of
/// `schedule`.
struct measure_directly {
  operation_id operation;
  local_time at;
  operation_id batch;
  std::uint64_t schedule = 0;
  friend bool operator==(const measure_directly&, const measure_directly&) = default;
};

/// Emits the slot's qubit towards the port without a herald.
struct transfer {
  operation_id operation;
  local_time at;
  slot_id slot;
  port_id port;
  friend bool operator==(const transfer&, const transfer&) = default;
};

/// Takes an arriving flying qubit into the slot.
struct absorb {
  operation_id operation;
  local_time at;
  slot_id slot;
  port_id port;
  friend bool operator==(const absorb&, const absorb&) = default;
};

/// Applies the Pauli of a frame.
struct correct {
  operation_id operation;
  local_time at;
  slot_id slot;
  pauli_frame frame;
  friend bool operator==(const correct&, const correct&) = default;
};

/// The slot holds nothing of worth any more; a running batch that contains it uses it again from its next cycle.
struct free {
  slot_id slot;
  friend bool operator==(const free&, const free&) = default;
};

struct calibrate {
  operation_id operation;
  local_time at;
  port_id port;
  friend bool operator==(const calibrate&, const calibrate&) = default;
};

/// For backends that switch: joins two ports of the switch, or clears one. Ports that are joined to each other already
/// stay as they are, with the light in them.
struct connect {
  operation_id operation;
  local_time at;
  port_id in;
  port_id out;
  friend bool operator==(const connect&, const connect&) = default;
};

struct clear {
  operation_id operation;
  local_time at;
  port_id port;
  friend bool operator==(const clear&, const clear&) = default;
};

struct send {
  message content;
  friend bool operator==(const send&, const send&) = default;
};

/// Hands a half to the application; `done` says the application has taken it out of the slot. `name` is the
/// upstream-most link pair of the segment, alike at both ends; `frame` is what the pair still needs to be Φ+. Of a
/// measured half the application gets `bit`, read in `measured_in` and not yet corrected by the frame.
///
/// `estimated_fidelity` is the forecast of the circuit's set-up, or, once test rounds have shown enough, their point
/// estimate (`route::test_results::believed`), as the head knew it when it gave the pair to the request.
struct deliver {
  operation_id operation;
  slot_id slot;
  request_id request;
  circuit_id circuit;
  node_id peer;
  pair_id name;
  pauli_frame frame;
  local_time born;
  double estimated_fidelity = 0;
  std::uint16_t purpose = 0;
  bool is_measured = false;
  basis measured_in = basis::z;
  bool bit = false;
  friend bool operator==(const deliver&, const deliver&) = default;
};

/// The pair delivered as `name` has lost its other end: what the application holds of it is of no use.
struct revoke {
  request_id request;
  circuit_id circuit;
  pair_id name;
  friend bool operator==(const revoke&, const revoke&) = default;
};

/// Tells the application how its request stands: `accepted` and then, unless its node restarts, one of the outcomes
/// that end it, with `drifted` in between as often as tests raise an alarm. `value` is what can be reached where the
/// reason names a limit, and the forecast rate where the request is accepted.
struct report {
  request_id request;
  request_outcome outcome = request_outcome::accepted;
  refusal why = refusal::none;
  std::uint16_t hop = 0;  ///< the hop at fault, counted from the head, where the reason names one
  std::uint16_t hops = 0;
  double value = 0;
  std::uint32_t element = ~std::uint32_t{0};  ///< of a fabric, where the reason names one
  friend bool operator==(const report&, const report&) = default;
};

using any = std::variant<attempt, stop, initialise, move, bell_measure, distil, gate, measure, measure_directly,
                         transfer, absorb, correct, free, calibrate, connect, clear, send, deliver, revoke, report>;

}  // namespace action
}  // namespace ebit
