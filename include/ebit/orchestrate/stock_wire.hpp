// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/wire.hpp>

// What two QNUs say to each other about the pairs they keep in stock. The QNU that asked for a pair to be made owns it:
// it alone decides for which request the pair is used. Bodies of types 0x66 and 0x67 begin with a duration that counts
// from the sending (`wire::counts_from_sending`).
namespace ebit::wire {

/// Owner to the other end: the pair is for this request. The owner has handed out its half already, and takes that
/// back if the answer is no. `number` 0: a request at the owner; else one of the receiver's, who had borrowed.
/// Said again while either half is still being taken, so that the other end goes on remembering the pair.
struct claim {
  static constexpr std::uint8_t type = 0x66;
  duration good_for;  ///< as long as the pair is good enough for the request
  pair_id name{};
  request_id request{};
  std::uint32_t number = 0;
  std::uint16_t purpose = 0;
  compact_fraction fidelity{};  ///< forecast, when this arrives
  std::uint32_t again = 0;      ///< 0, 1, 2, …: so often it was said before
};
static_assert(sizeof(claim) == 40);

/// To the owner: my half is in its buffer, where it was moved `moved_in` after this was sent (that is, before).
struct stored {
  static constexpr std::uint8_t type = 0x67;
  duration moved_in;
  pair_id name{};
  std::uint16_t incarnation = 0;  ///< of the sender
  std::uint8_t reserved[6] = {};
};
static_assert(sizeof(stored) == 32);

/// To the owner: what has become of my half.
struct claim_answered {
  static constexpr std::uint8_t type = 0x78;
  enum fate : std::uint8_t {
    gone,   ///< it was not there for the request
    taken,  ///< the application has it
    given   ///< it is handed over; the application has yet to take it, or to say that it cannot
  };
  pair_id name{};
  request_id request{};
  std::uint32_t again = 0;  ///< of the latest claim
  std::uint16_t incarnation = 0;
  std::uint8_t half = gone;  ///< a `fate`
  std::uint8_t reserved[5] = {};
};
static_assert(sizeof(claim_answered) == 32);

/// Either end to the other: my half of the pair is gone, or of no use any more.
struct unstocked {
  static constexpr std::uint8_t type = 0x79;
  pair_id name{};
  std::uint16_t incarnation = 0;
  std::uint8_t had_no_room = 0;
  std::uint8_t reserved[5] = {};
};
static_assert(sizeof(unstocked) == 24);

/// To the owner of pairs: an application here wants up to so many of those we share.
struct borrow {
  static constexpr std::uint8_t type = 0x7a;
  request_id request{};
  std::uint32_t number = 0;  ///< 1, 2, 3, … at this QNU since it started
  std::uint32_t pairs = 0;
  std::uint16_t tenant = 0;
  std::uint16_t purpose = 0;
  std::uint16_t incarnation = 0;
  compact_fraction min_fidelity{};
};
static_assert(sizeof(borrow) == 20);

/// Owner to the borrower: you get so many; a `claim` says which, for each.
struct lent {
  static constexpr std::uint8_t type = 0x7b;
  std::uint32_t number = 0;
  std::uint32_t pairs = 0;
};

}  // namespace ebit::wire
