// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::wire {

/// A duration in six bytes: picoseconds up to 281 s (longer ones are `never`).
class compact_duration {
 public:
  constexpr compact_duration() = default;
  constexpr compact_duration(duration d) {  // NOLINT(google-explicit-constructor): a field that reads as a duration
    const auto count = static_cast<std::uint64_t>(d < duration::zero() ? 0 : d.picoseconds());
    const std::uint64_t kept = d.is_never() || count >= none ? none : count;
    for (std::size_t i = 0; i < 3; ++i) parts_[i] = static_cast<std::uint16_t>(kept >> (16 * i));
  }
  constexpr operator duration() const {  // NOLINT(google-explicit-constructor)
    const std::uint64_t count = parts_[0] | std::uint64_t{parts_[1]} << 16 | std::uint64_t{parts_[2]} << 32;
    return count == none ? duration::never() : duration::picoseconds(static_cast<std::int64_t>(count));
  }
  friend constexpr bool operator==(const compact_duration&, const compact_duration&) = default;

 private:
  static constexpr std::uint64_t none = (std::uint64_t{1} << 48) - 1;
  std::array<std::uint16_t, 3> parts_{};
};

/// A number from 0 to 1 in two bytes.
class compact_fraction {
 public:
  constexpr compact_fraction() = default;
  constexpr compact_fraction(double x)  // NOLINT(google-explicit-constructor)
      : value_{static_cast<std::uint16_t>(!(x > 0) ? 0
                                          : x >= 1 ? 65'535
                                                   : x * 65'535 + 0.5)} {}
  constexpr operator double() const { return value_ / 65'535.0; }  // NOLINT(google-explicit-constructor)
  friend constexpr bool operator==(const compact_fraction&, const compact_fraction&) = default;

 private:
  std::uint16_t value_ = 0;
};

/// Any layer, where the classical channel loses messages: the one whose content has this tag (`wire::tag_of`) has
/// arrived.
struct acknowledged {
  static constexpr std::uint8_t type = 0x01;
  std::uint32_t tag = 0;
};

/// Link layer, to the other end of a path: this node runs under a new incarnation and remembers nothing of before.
/// Without a path, to all that may be on a circuit whose head it was.
struct hello {
  static constexpr std::uint8_t type = 0x0f;
  path_id path;
  std::uint32_t incarnation = 0;
};

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
  std::uint64_t own_sequence = 0;  ///< with its epoch names the kept half at the sender
  std::uint32_t keep_epoch = 0;
  std::uint32_t sacrifice_epoch = 0;
  std::uint32_t own_epoch = 0;
  std::uint8_t facing = 0;  ///< side of the receiver's halves
  std::uint8_t bit = 0;
  std::uint8_t leads = 0;
  std::uint8_t round = 0;  ///< of the pair that is kept, before this one
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
  compact_duration cutoff{};
  std::uint16_t purpose = 0;
  float link_fidelity = 0;
  compact_fraction estimate{};  ///< the head's forecast of what it will deliver
  std::uint16_t reserved = 0;
  path_id upstream;
  path_id downstream;
  node_id tail;
  request_id request;
  std::uint32_t pairs = 0;
  std::uint32_t length_ns = 0;  ///< of the whole circuit, one way, rounded up
  std::uint16_t position = 0;
  std::uint16_t hops = 0;
  std::uint8_t width = 1;
  std::uint8_t link_rounds = 0;
  std::uint8_t end_rounds = 0;
  std::uint8_t flags = 0;  ///< `word_decides`
  /// What becomes of a pair is the head's to say, pair by pair: the tail waits for its word.
  static constexpr std::uint8_t word_decides = 1;
  /// Its pairs, or some of them, are measured at the ends.
  static constexpr std::uint8_t measures = 2;
  static constexpr std::uint8_t is_shared = 4;
};
static_assert(sizeof(install) == 48);

/// Node to head: reserved and waiting.
struct ready {
  static constexpr std::uint8_t type = 0x41;
  std::uint16_t position = 0;
};

/// Node to head: no slots left on the link at `hop` (counted from the head), or the device here cannot do what the
/// circuit is for; nothing is reserved here.
struct refused {
  static constexpr std::uint8_t type = 0x42;
  std::uint16_t hop = 0;
  std::uint16_t unsupported = 0;
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

/// What becomes of a pair that has reached both ends of its circuit; the head decides.
enum class disposal : std::uint8_t {
  keep,     ///< both ends get a qubit
  measure,  ///< both ends get an outcome
  prepare,  ///< the head gets an outcome, the tail a qubit
  test,     ///< both ends measure, and the head learns how good pairs are
  receive   ///< the head gets a qubit, the tail an outcome
};
/// Bits 0, 1 and 4: the disposal; bits 2 and 3: the basis.
[[nodiscard]] constexpr std::uint8_t disposal_byte(disposal what, basis in) {
  const auto n = static_cast<unsigned>(what);
  return static_cast<std::uint8_t>((n & 3) | static_cast<unsigned>(in) << 2 | (n & 4) << 2);
}
[[nodiscard]] constexpr disposal disposal_of(std::uint8_t byte) {
  return static_cast<disposal>((byte & 3) | (byte >> 2 & 4));
}
[[nodiscard]] constexpr basis basis_of(std::uint8_t byte) { return static_cast<basis>(byte >> 2 & 3); }
/// Whether an end measures such a pair, rather than keeping its qubit.
[[nodiscard]] constexpr bool is_measured_at(bool head, disposal what) {
  if (what == disposal::prepare) return head;
  if (what == disposal::receive) return !head;
  return what != disposal::keep;
}

/// Head to tail: this pair is delivered here, to this request. A tail that has not heard everything itself may rely
/// on it; where the channel loses messages, or requests share the circuit, it waits for it.
struct delivered {
  static constexpr std::uint8_t type = 0x46;
  std::uint64_t half_sequence = 0;
  std::uint64_t name_sequence = 0;
  std::uint32_t half_epoch = 0;
  std::uint32_t name_epoch = 0;
  path_id name_path{};
  request_id request{};
  std::uint16_t purpose = 0;
  std::uint8_t frame = 0;
  std::uint8_t does = 0;        ///< `disposal_byte`
  node_id asked_by{};           ///< whose application the request is from
  compact_fraction estimate{};  ///< of the fidelity, as the head knows it by now
  std::uint16_t alarms = 0;     ///< drift alarms on this circuit until now, at most 65,535 of them
  std::uint8_t reserved[4] = {};
};
static_assert(sizeof(delivered) == 48);

/// Any node of a circuit to its neighbours on it, and to a sender that speaks of a circuit unknown here: it is broken.
struct broken {
  static constexpr std::uint8_t type = 0x47;
  std::uint8_t facing = 0;  ///< side of the receiver from which the word comes
  std::uint8_t reserved[3] = {};
};

/// Tail to head: what a test pair read here.
struct tested {
  static constexpr std::uint8_t type = 0x48;
  std::uint64_t name_sequence = 0;
  std::uint32_t name_epoch = 0;
  path_id name_path{};
  std::uint8_t bit = 0;  ///< as it was read; the basis follows from the name, and the head knows the frame
  std::uint8_t reserved[7] = {};
};

/// Between the ends of a shared circuit. From the head: this request is in the queue under `number`. From the tail:
/// my application wants this; answered by the same with a number, or by `not_enqueued`.
struct enqueue {
  static constexpr std::uint8_t type = 0x49;
  compact_duration time_left;
  std::uint16_t purpose = 0;
  request_id request{};
  node_id asked_by{};
  std::uint32_t number = 0;  ///< 0: not yet in the queue
  std::uint32_t ticket = 0;  ///< of the tail's question
  std::uint32_t pairs = 0;
  compact_fraction min_fidelity{};
  std::uint8_t priority = 0;
  std::uint8_t weight = 1;
  std::uint8_t kind = 0;
  std::uint8_t bases = 0;
  std::uint8_t flags = 0;  ///< `atomic`, `consecutive`
  std::uint8_t reserved = 0;
  static constexpr std::uint8_t atomic = 1;
  static constexpr std::uint8_t consecutive = 2;
};

/// Head to tail: your request is not in the queue.
struct not_enqueued {
  static constexpr std::uint8_t type = 0x4a;
  request_id request{};
  std::uint32_t ticket = 0;
  std::uint8_t why = 0;  ///< a `refusal`; none: its time is up
  std::uint8_t reserved[3] = {};
};

/// Head to tail: the request has left the queue.
struct dequeued {
  static constexpr std::uint8_t type = 0x4b;
  std::uint32_t number = 0;
  std::uint8_t outcome = 0;  ///< a `request_outcome`
  std::uint8_t why = 0;      ///< a `refusal`
  std::uint8_t reserved[2] = {};
  std::uint32_t words = 0;  ///< how many `delivered` were sent for it
};

}  // namespace ebit::wire
