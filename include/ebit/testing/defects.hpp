// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ebit::testing {

/// One way of not keeping a backend's contract. Where it is not said otherwise it happens once.
enum class defect : std::uint8_t {
  none,
  invalid_limits,        ///< a negative shortest period
  changing_limits,       ///< another gate time from the third question on
  understated_times,     ///< operations take longer than limits() says
  names_foreign_slot,    ///< erased{slot 99}
  clock_back,            ///< now() goes back
  stands_still,          ///< wait returns at once, always
  oversleeps,            ///< wait goes on for 5 µs after an event was due, always
  poll_says_true,        ///< poll returns true without an event
  poll_tells_two,        ///< poll tells two events, whenever there are
  repeats_event,         ///< a done twice in a row
  negative_delay,        ///< in path_up
  forgets_batch,         ///< a batch that was stopped never ends
  forgets_failure,       ///< the end of an operation on an empty slot is not told
  ends_twice,            ///< a done again, after another event
  unknown_operation,     ///< done of an operation nobody asked for
  tells_during_call,     ///< whenever an action is performed while an event is told
  done_before_measured,  ///< always
  too_many_bits,         ///< of a Bell measurement
  acts_early,            ///< measurements happen when they are asked for, always
  gives_no_reason,       ///< failed{none}
  empty_gate_succeeds,   ///< gates on empty slots end in done, always
  unavailable_loses,     ///< Bell measurements that cannot begin lose their qubits, always
  late_herald,           ///< a herald after the end of its batch
  foreign_slot,          ///< a herald of a slot two behind the true one
  wrong_sequence,        ///< off by one mode
  heralds_held_slot,     ///< a herald of a photon emitted while the slot held a qubit
  born_in_future,
  born_before_start,
  understated_light,  ///< heralds come sooner than the path's delays allow; at both ends
  loses_herald,       ///< and frees the slot by itself
  keeps_slot,         ///< slot 0 is not used again when it is freed, in the first batch
  slow_reuse,         ///< slots are used again three cycles after they are freed, always
  dead_second_epoch,  ///< batches after the first never meet the other end's
  stops_early,        ///< at once, not at the time of the stop; always
  batch_fails,        ///< failed{stopped} ends a batch that was stopped, always
  stops_late,         ///< 40 cycles after the time of the stop, always; at both ends
  negative_flight,
  garbles_message,
  echoes_message,  ///< the sender hears its own message
  invents_message,
  loses_message,
  doubles_message,
  fails_gates,      ///< always
  wrong_state,      ///< Φ− for Φ+ and Ψ− for Ψ+ are announced, always; at both ends
  swapped_bits,     ///< a Bell measurement reports (z, x), always
  inverted_gate,    ///< H in place of X, always
  inverted_bit,     ///< half a distillation reports the opposite bit, always
  reads_y_as_x,     ///< always
  drops_recipe,     ///< distils without the rotations of the recipe, always
  fewer_rotations,  ///< of the six rotations, turns 4 as 5, always
  joins_nothing,    ///< a Bell measurement of qubits at two ports ends in done and leaves them, always
  slow_read_out     ///< the end of read-outs is told 2 ms later, always
};

}  // namespace ebit::testing
