// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>

namespace ebit::testing {

/// What a backend owes a node. `id_of` is the name by which reports know a rule, `text_of` what it says.
enum class conformance_rule : std::uint8_t {
  limits_valid,
  limits_named,
  limits_time,
  clock_monotone,
  wait_until,
  event_in_time,
  poll_one,
  poll_once,
  path_agreed,
  operation_ends_once,
  operation_known,
  operation_not_during_call,
  operation_measured_first,
  operation_bits,
  operation_not_early,
  operation_says_why,
  operation_empty_fails,
  operation_unavailable_keeps,
  herald_running_batch,
  herald_slot,
  herald_sequence,
  herald_slot_free,
  herald_born,
  herald_causal,
  herald_both_ends,
  herald_reuse,
  herald_next_cycle,
  herald_second_epoch,
  stop_done,
  stop_no_emission,
  message_flight,
  message_unchanged,
  message_addressed,
  message_invented,
  message_arrives,
  message_once,
  capability_heralds,
  capability_measures,
  capability_gates,
  capability_bell_measures,
  capability_distils,
  capability_switches,
  capability_messages,
  capability_delivers,
  qubit_local,
  qubit_moved,
  pair_correlated,
  pair_bases,
  pair_gates,
  pair_swapped,
  pair_swapped_across,
  pair_distilled,
  pair_rotated
};

namespace detail {

struct conformance_entry {
  conformance_rule rule;
  const char* id;
  const char* text;
};

using enum conformance_rule;
inline constexpr conformance_entry conformance_rules[] = {
    {limits_valid, "limits.valid", "limits() are in range and stay the same"},
    {limits_named, "limits.named", "slots and ports that events name are within limits()"},
    {limits_time, "limits.time",
     "a gate, a read-out, a Bell measurement and half a distillation end within limits()"},
    {clock_monotone, "clock.monotone", "now() never goes back"},
    {wait_until, "wait.until", "wait(until) returns when the clock shows `until`, and time goes on while it waits"},
    {event_in_time, "event.in_time", "no event is told later than it was due"},
    {poll_one, "poll.one", "poll calls its handler once if it returns true, and not at all if it returns false"},
    {poll_once, "poll.once", "an event is told once"},
    {path_agreed, "path.agreed", "both ends are told the same path, with the same delays, none of them negative"},
    {operation_ends_once, "operation.ends_once",
     "an action with an operation number ends in exactly one done or failed"},
    {operation_known, "operation.known", "no event names an operation that was never asked for"},
    {operation_not_during_call, "operation.not_during_call",
     "nothing is told during the call that performs an action"},
    {operation_measured_first, "operation.measured_first", "what reads out tells measured, once, before its done"},
    {operation_bits, "operation.bits", "a read-out has the bits of its action: two of a Bell measurement, else one"},
    {operation_not_early, "operation.not_early", "nothing ends before the time at which it was to happen"},
    {operation_says_why, "operation.says_why", "failed gives a reason"},
    {operation_empty_fails, "operation.empty_fails", "an operation on an empty slot ends in failed"},
    {operation_unavailable_keeps, "operation.unavailable_keeps",
     "failed{unavailable} leaves the qubits as they were"},
    {herald_running_batch, "herald.running_batch", "a herald names a batch that is running"},
    {herald_slot, "herald.slot", "the slot of a herald is one of its batch"},
    {herald_sequence, "herald.sequence", "the sequence is cycle × modes + the slot's mode, and grows in every slot"},
    {herald_slot_free, "herald.slot_free", "a slot heralds again only with a photon emitted after it was freed"},
    {herald_born, "herald.born",
     "born is when the photon of that cycle was emitted: from the batch's start, not later "
     "than now"},
    {herald_causal, "herald.causal", "a herald is told when light can have been at the station and back, not before"},
    {herald_both_ends, "herald.both_ends", "both ends hear of the same sequences and states"},
    {herald_reuse, "herald.reuse", "a slot that is freed heralds again"},
    {herald_next_cycle, "herald.next_cycle", "a slot that is freed emits again from the next cycle"},
    {herald_second_epoch, "herald.second_epoch", "another batch with a new epoch heralds in the same slots"},
    {stop_done, "stop.done", "a batch runs until stopped, and then ends in done"},
    {stop_no_emission, "stop.no_emission", "nothing is emitted after the time of a stop"},
    {message_flight, "message.flight", "the flight of a message is not negative"},
    {message_unchanged, "message.unchanged", "a message arrives with the content it was sent with"},
    {message_addressed, "message.addressed", "a message arrives at the node to which it was sent"},
    {message_invented, "message.invented", "a message that arrives was sent"},
    {message_arrives, "message.arrives", "a message that was sent arrives"},
    {message_once, "message.once", "a message arrives once"},
    {capability_heralds, "capability.heralds", "what claims to herald does so"},
    {capability_measures, "capability.measures", "what claims to measure does so"},
    {capability_gates, "capability.gates", "what claims gates performs them"},
    {capability_bell_measures, "capability.bell_measures", "what claims Bell measurements performs them"},
    {capability_distils, "capability.distils", "what claims to distil does so"},
    {capability_switches, "capability.switches", "what claims to switch does so"},
    {capability_messages, "capability.messages", "what claims to carry messages does so"},
    {capability_delivers, "capability.delivers", "what claims to deliver does so"},
    {qubit_local, "qubit.local", "an initialised qubit reads 0, and 1 after X"},
    {qubit_moved, "qubit.moved", "a qubit that was moved is in its new slot, and in the old one there is none"},
    {pair_correlated, "pair.correlated", "read-outs of a pair in X, Y and Z agree as the announced state says"},
    {pair_bases, "pair.bases", "read-outs of a pair in two different bases have nothing to do with each other"},
    {pair_gates, "pair.gates", "X, H and CNOT change a pair as they should"},
    {pair_swapped, "pair.swapped",
     "after a Bell measurement the outer qubits agree as states and outcome (x, z) say"},
    {pair_swapped_across, "pair.swapped_across", "so they do after a Bell measurement of qubits at two ports"},
    {pair_distilled, "pair.distilled",
     "both ends' read-outs of a distillation, and what is kept, agree as they should"},
    {pair_rotated, "pair.rotated", "so they do when the recipe turns the pairs before, as DEJMPS and BBPSSW do"},
};

inline constexpr std::size_t conformance_rule_count = std::size(conformance_rules);
static_assert([] {
  for (std::size_t i = 0; i < conformance_rule_count; ++i)
    if (static_cast<std::size_t>(conformance_rules[i].rule) != i) return false;
  return static_cast<std::size_t>(pair_rotated) + 1 == conformance_rule_count;
}());

}  // namespace detail

/// Some of the rules.
class conformance_rule_set {
 public:
  constexpr conformance_rule_set() = default;
  constexpr conformance_rule_set(std::initializer_list<conformance_rule> rules) {
    for (const conformance_rule r : rules) has_[static_cast<std::size_t>(r)] = true;
  }
  [[nodiscard]] constexpr bool contains(conformance_rule r) const { return has_[static_cast<std::size_t>(r)]; }

 private:
  std::array<bool, detail::conformance_rule_count> has_{};
};

[[nodiscard]] constexpr const char* id_of(conformance_rule rule) {
  return detail::conformance_rules[static_cast<std::size_t>(rule)].id;
}
[[nodiscard]] constexpr const char* text_of(conformance_rule rule) {
  return detail::conformance_rules[static_cast<std::size_t>(rule)].text;
}

}  // namespace ebit::testing
