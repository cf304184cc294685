// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>

namespace ebit::wire {

/// Link layer, upstream to downstream end: from `starts_in` after this was sent, attempts run under `epoch`.
struct link_started {
  static constexpr std::uint8_t type = 0x10;
  std::uint32_t epoch = 0;
  std::uint16_t modes = 1;
  std::uint16_t reserved = 0;
  duration period;
  duration spacing;
  duration starts_in;
  double bright_upstream = 0;
  double bright_downstream = 0;
};

/// Names a half at the node that receives the message.
struct half_name {
  std::uint64_t sequence = 0;
  std::uint32_t epoch = 0;
};

/// Purification layer: my read-out of the distillation of `sacrifice` into `keep`. With `leads` set the sender chose
/// the two pairs and the receiver has yet to act.
struct distilled {
  static constexpr std::uint8_t type = 0x20;
  std::uint64_t keep_sequence = 0;
  std::uint64_t sacrifice_sequence = 0;
  std::uint32_t keep_epoch = 0;
  std::uint32_t sacrifice_epoch = 0;
  std::uint8_t facing = 0;  ///< side of the receiver's halves
  std::uint8_t bit = 0;
  std::uint8_t leads = 0;
  std::uint8_t reserved[5] = {};
};

/// Swapping layer: the far end of your half has moved from position `from` to `to`, where node `peer` holds
/// `peer_half`.
struct swapped {
  static constexpr std::uint8_t type = 0x30;
  std::uint64_t half_sequence = 0;
  std::uint64_t peer_sequence = 0;
  duration age;  ///< of the joined segment's oldest qubit, when this was sent
  std::uint32_t half_epoch = 0;
  std::uint32_t peer_epoch = 0;
  path_id peer_path;
  node_id peer;
  std::uint16_t from = 0;
  std::uint16_t to = 0;
  std::uint8_t facing = 0;
  std::uint8_t frame = 0;  ///< to be added to the half's own
  std::uint8_t reserved[2] = {};
};
static_assert(sizeof(swapped) == 48);

/// Swapping layer: the pair of your half is lost.
struct expired {
  static constexpr std::uint8_t type = 0x31;
  std::uint64_t half_sequence = 0;
  std::uint32_t half_epoch = 0;
  std::uint8_t facing = 0;
  std::uint8_t reserved[3] = {};
};

/// Network layer, head to every node of a circuit: you are at `position`; reserve `width` slots on each of your
/// links.
struct install {
  static constexpr std::uint8_t type = 0x40;
  duration cutoff;
  float link_fidelity = 0;
  float estimate = 0;  ///< the head's forecast of what it will deliver
  path_id upstream;
  path_id downstream;
  node_id tail;
  request_id request;
  std::uint32_t pairs = 0;
  std::uint16_t position = 0;
  std::uint16_t hops = 0;
  std::uint8_t width = 1;
  std::uint8_t link_rounds = 0;
  std::uint8_t end_rounds = 0;
  std::uint8_t reserved = 0;
};
static_assert(sizeof(install) == 48);

/// Node to head: reserved and waiting.
struct ready {
  static constexpr std::uint8_t type = 0x41;
  std::uint16_t position = 0;
};

/// Node to head: no slots left on the link at `hop` (counted from the head); nothing is reserved here.
struct refused {
  static constexpr std::uint8_t type = 0x42;
  std::uint16_t hop = 0;
  std::uint16_t reserved = 0;
  node_id full;
};

/// Head to every node but the tail: attempts start `starts_in` after this was sent.
struct go {
  static constexpr std::uint8_t type = 0x43;
  duration starts_in;
};

/// Head to every node: the circuit has served its request (or is given up).
struct torn_down {
  static constexpr std::uint8_t type = 0x44;
  std::uint32_t delivered = 0;
};

/// Node to a head it had refused: slots have become free.
struct available {
  static constexpr std::uint8_t type = 0x45;
};

/// Head to tail, for circuits of more than one hop: this half is delivered. The tail waits for that word with the
/// last `width` pairs of a request, so that both ends deliver the same pairs.
struct delivered {
  static constexpr std::uint8_t type = 0x46;
  std::uint64_t half_sequence = 0;
  std::uint32_t half_epoch = 0;
};

}  // namespace ebit::wire
