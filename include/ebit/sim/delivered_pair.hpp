// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include <ebit/core/time.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::sim {

/// What an application gets of its half: the qubit, or the bit that was reported when it was measured.
struct delivered_end {
  bool measured = false;
  basis in = basis::z;  ///< of a measured half
  bool bit = false;     ///< as reported, with the errors of the read-out and without the frame

  friend constexpr bool operator==(const delivered_end&, const delivered_end&) = default;
};

/// A pair both of whose ends have been delivered, with the truth about it.
struct delivered_pair {
  std::uint32_t request = 0;
  world_time first;   ///< when the first end was delivered
  world_time second;  ///< and the second
  /// Of two qubits: of the pair, with the Bell state that the frame names. Of one, the other having been measured: of
  /// that qubit, with the state that the reported bit and the frame predict. Of none: of the pair as its halves were
  /// when each was measured.
  double fidelity = 0;
  bool consistent = true;               ///< both ends gave the pair the same name and the same frame
  std::array<delivered_end, 2> ends{};  ///< the end delivered first, then the second
  bool as_predicted = true;             ///< unless both ends were measured in one basis and the frame is belied

  /// Whether the two bits are correlated, so that `as_predicted` says something.
  [[nodiscard]] constexpr bool comparable() const {
    return ends[0].measured && ends[1].measured && ends[0].in == ends[1].in;
  }
};

/// What happened to halves that were not delivered in pairs; all zero but `created` and `delivered` in a run without
/// faults.
struct world_ledger {
  std::uint64_t created = 0;
  std::uint64_t delivered = 0;         ///< pairs
  std::uint64_t orphaned = 0;          ///< halves delivered whose partner was not
  std::uint64_t disagreements = 0;     ///< pairs whose two deliveries differ in name or frame
  std::uint64_t mismatched = 0;        ///< distillations whose two ends did not choose the same pairs or recipe
  std::uint64_t empty_operations = 0;  ///< operations on slots that held nothing, or a half that was measured before
  std::uint64_t crashed = 0;           ///< halves lost with their node
};

}  // namespace ebit::sim
