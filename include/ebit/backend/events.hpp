// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>

#include <ebit/backend/message.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>

namespace ebit {

/// Why a device operation ended without its result.
enum class failure : std::uint8_t {
  none,          ///< it did not fail
  inconclusive,  ///< a probabilistic Bell measurement gave no verdict; both qubits are gone
  mismatch,      ///< the heralding station was told different cycles or requests by the two ends
  unavailable,   ///< the device could not begin; the qubits are as they were
  stopped,       ///< the operation was stopped before it ended by itself
  fault          ///< the device broke
};

/// What an application wants done with its pairs.
enum class request_kind : std::uint8_t {
  keep,              ///< both ends get a qubit
  measure_directly,  ///< both ends get the outcome of a measurement, in bases that both choose alike
  prepare_state      ///< remote state preparation: the asking end gets an outcome, the other the qubit it projects
};

/// Out of which bases the two ends of a measured pair choose, alike and by the pair's name.
enum class basis_choice : std::uint8_t { z, xz, xyz };

/// What a node can be told. The set is closed; `any` is its sum type for recordings.
namespace event {

/// The station heralded a pair: cycle × modes + mode is `sequence`; `state` is the Bell state it announced; `born` is
/// when this end's own qubit was emitted, on this node's clock. An attempt batch gives any number of these, then one
/// `done`.
struct heralded {
  operation_id operation;
  slot_id slot;
  std::uint64_t sequence = 0;
  bell_index state = bell_index::phi_plus;
  local_time born;
  friend bool operator==(const heralded&, const heralded&) = default;
};

/// Ends an operation well. Comes after its `measured`, if there is one.
struct done {
  operation_id operation;
  friend bool operator==(const done&, const done&) = default;
};

/// Ends an operation without its result.
struct failed {
  operation_id operation;
  failure why = failure::none;
  friend bool operator==(const failed&, const failed&) = default;
};

/// The read-out of an operation: one bit for a measurement or half a distillation, two bits (x, z) for a Bell
/// measurement.
struct measured {
  operation_id operation;
  std::uint8_t bits = 0;
  friend bool operator==(const measured&, const measured&) = default;
};

/// The qubit in `slot` was lost (or left its computational space) and the device knows it.
struct erased {
  slot_id slot;
  bool leaked = false;
  friend bool operator==(const erased&, const erased&) = default;
};

struct calibration_needed {
  port_id port;
  friend bool operator==(const calibration_needed&, const calibration_needed&) = default;
};

/// A message from another node; `flight` is how long it travelled, as measured or calibrated by the driver.
struct received {
  message content;
  duration flight;
  friend bool operator==(const received&, const received&) = default;
};

/// An application at this node wants `pairs` pairs with `peer`, each with at least `min_fidelity` (the CREATE of
/// Dahlberg et al. 2019, arXiv:1903.09778).
struct request {
  request_id id;
  node_id peer;
  std::uint32_t pairs = 1;
  double min_fidelity = 0;
  request_kind kind = request_kind::keep;
  basis_choice bases = basis_choice::xyz;   ///< for kinds that measure
  std::uint8_t priority = 0;                ///< 0 to 7; a greater one goes first under strict priority
  std::uint8_t weight = 1;                  ///< 1 to 255: share under weighted fair service
  std::uint16_t purpose = 0;                ///< tells the applications at the two ends apart
  bool atomic = false;                      ///< all pairs are there at the same time, and handed over together
  bool consecutive = false;                 ///< once begun it is served without others in between
  duration time_limit = duration::never();  ///< no pair is given to it after that; one being read then still comes
  std::uint16_t tenant = 0;                 ///< on whose account a fabric that is shared serves it
  friend bool operator==(const request&, const request&) = default;
};

/// `port` is now connected to `peer` through `path`. Delays are one way; `station_here` is from this node to the
/// heralding station, `station_there` from the peer to it. Of a path that is not on the node's map, since a fabric has
/// just made it, the transmittances of its arms say what it loses; where they are not known they are 0, and the path is
/// of no use unless the map has it. Without a `path` it is the fibre at a port of a fabric that has light; where a
/// switch or an analyser senses that it is worse than its data sheet, `transmittance_here` and `fidelity_here` say what
/// is left.
struct path_up {
  port_id port;
  path_id path;
  node_id peer;
  duration delay;
  duration station_here;
  duration station_there;
  double transmittance_here = 0;   ///< from this node to the heralding station, 0 to 1
  double transmittance_there = 0;  ///< from the peer to it
  double fidelity_here = 1;        ///< of a perfect pair after its photon passed the arm from here, 1/4 to 1
  double fidelity_there = 1;       ///< and that from the peer
  double stray = 0;  ///< of each photon that every other endpoint sends, so many reach each detector there, at most
  std::uint16_t station = 0;  ///< of which of the fabric's kinds it is

  /// Of a fibre: whether it is worse than its data sheet says.
  [[nodiscard]] constexpr bool is_dim() const {
    return (transmittance_here > 0 && transmittance_here < 1) || fidelity_here < 1;
  }
  friend bool operator==(const path_up&, const path_up&) = default;
};

struct path_down {
  port_id port;
  path_id path;
  friend bool operator==(const path_down&, const path_down&) = default;
};

/// How a device is, or a port of it. That nothing new is begun at one that is leaving is up to whoever uses it: at its
/// own ports a node's `link_engine` and a simulated unit itself, in a fabric the controller that lends light paths.
enum class health : std::uint8_t {
  ready,
  degraded,
  fault,
  leaving  ///< works, but is about to be shut down in order: what runs goes on, nothing new is to be begun
};

struct device_state {
  port_id port;
  health state = health::ready;
  friend bool operator==(const device_state&, const device_state&) = default;
};

using any = std::variant<heralded, done, failed, measured, erased, calibration_needed, received, request, path_up,
                         path_down, device_state>;

}  // namespace event
}  // namespace ebit
