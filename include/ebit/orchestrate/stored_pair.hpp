// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/bell.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/quantum/bell_diagonal.hpp>

namespace ebit::orchestrate {

/// A pair in stock, as one of its ends knows it.
struct stored_pair {
  enum class phase : std::uint8_t {
    awaited,  ///< the other end has its half in the buffer, this end has yet to be told of its own
    moving,   ///< on its way to the buffer
    kept,     ///< there
    handed    ///< to an application; not known yet to have been taken at both ends
  };
  static constexpr std::uint32_t no_slot = ~std::uint32_t{0};

  pair_id name;
  node_id peer;
  circuit_id circuit;
  phase state = phase::awaited;
  bool is_own = false;          ///< this end asked for it, so it decides what becomes of it
  bool is_unwanted = false;     ///< to be given up as soon as it has arrived in the buffer
  bool is_settled = false;      ///< handed out: at its owner, the other end has said so; there, its owner is silent
  bool is_taken_there = false;  ///< by the application at the other end
  bool is_heard = false;        ///< the other end has answered the latest claim, or has been answered
  std::uint16_t tenant = 0;
  std::uint16_t incarnation_there = 0;
  std::uint32_t slot = no_slot;  ///< in the buffer
  operation_id left_by;          ///< of the stack, to which the half's move is its delivery
  pauli_frame frame;
  local_time born;
  double floor = 0;          ///< a lesser fidelity is of no use
  bell_diagonal state_then;  ///< relative to the announced Bell state, when both halves left the stack
  local_time then;
  local_time moved;                              ///< this half, into the buffer
  local_time moved_there = local_time::never();  ///< the other half; never: not that this end knows
  duration flight;                               ///< of a message from there
  local_time due = local_time::never();          ///< when something is to be done about it
  request_id request;                            ///< that it was handed to
  std::uint32_t number = 0;                      ///< of the loan, if it was one
  std::uint32_t again = 0;                       ///< so often the claim was repeated
  std::uint16_t purpose = 0;                     ///< of that request
  local_time handed_at;                          ///< to the request, by its owner
  local_time good_until;                         ///< for the request
  bool is_for_here = false;                      ///< the request is of this end

  /// Handed out, and taken at both ends as far as this one has to know.
  [[nodiscard]] bool is_over() const { return slot == no_slot && (is_own ? is_taken_there : is_settled); }
  [[nodiscard]] bool is_available() const { return state == phase::kept && is_own && !moved_there.is_never(); }

  /// What the pair is when one half has been kept until `here_until`, the other until `there_until`: each aged where it
  /// was made, then suffered the move, then aged in the buffer.
  [[nodiscard]] double fidelity_at(local_time here_until, local_time there_until, const link::hardware& here,
                                   const link::hardware& there) const {
    const auto kept_in = [this](const bell_diagonal& pair, const link::hardware& h, local_time arrived,
                                local_time until) {
      const duration before = arrived > then ? arrived - then : duration::zero();
      const duration after = until > arrived ? until - arrived : duration::zero();
      return pair.aged(h.memory.over(before)).whitened(h.buffer.move_noise).aged(h.buffer.memory.over(after));
    };
    return kept_in(kept_in(state_then, here, moved, here_until), there, moved_there, there_until)
        .fidelity(bell_index::phi_plus);
  }

  /// How long from `now` on, and at most for `longest`, the fidelity at the other end, which hears of things `flight`
  /// later, is not below `wanted`; negative if it is now.
  [[nodiscard]] duration good_for(double wanted, local_time now, duration longest, const link::hardware& here,
                                  const link::hardware& there) const {
    const auto serves = [&](duration later) {
      return fidelity_at(now + later, now + later + flight, here, there) >= wanted;
    };
    if (!serves(duration::zero())) return duration::picoseconds(-1);
    if (serves(longest)) return longest;
    duration good = duration::zero(), bad = longest;
    while (bad - good > duration::picoseconds(1'000)) {
      const duration middle = good + (bad - good) / 2;
      (serves(middle) ? good : bad) = middle;
    }
    return good;
  }
};

}  // namespace ebit::orchestrate
