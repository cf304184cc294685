// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>

namespace ebit::backend {

/// Which of a node's slots can be entangled with photons, from least to most; each value includes the ones before it.
enum class emission : std::uint8_t {
  none,
  one_per_node,  ///< a single communication qubit that all ports share
  one_per_port,  ///< a communication qubit at each port, storage beside it
  every_slot     ///< all slots of a port, within one cycle of a batch
};

/// What a backend offers, or what a stack needs of one: the kinds of actions and where they can act. Known at compile
/// time.
struct capabilities {
  bool heralds = false;        ///< batches of heralding attempts
  bool measures = false;       ///< one qubit in a basis
  bool gates = false;          ///< one- and two-qubit gates
  bool bell_measures = false;  ///< complete Bell measurements
  bool distils = false;        ///< one end's half of a distillation
  bool switches = false;       ///< joining of ports
  bool messages = false;       ///< classical messages to any node
  bool delivers = false;       ///< an application that takes pairs and reports
  emission emits = emission::none;
  bool interacts_within_port = false;   ///< any two slots of one port
  bool interacts_across_ports = false;  ///< any two slots of different ports

  [[nodiscard]] static constexpr capabilities everything() {
    return {true, true, true, true, true, true, true, true, emission::every_slot, true, true};
  }

  /// What serves every stack of the library and its requests: no plain gates and no switching.
  [[nodiscard]] static constexpr capabilities of_every_stack() {
    capabilities all = everything();
    all.gates = all.switches = false;
    return all;
  }

  /// What either has.
  friend constexpr capabilities operator|(const capabilities& a, const capabilities& b) {
    return {a.heralds || b.heralds,
            a.measures || b.measures,
            a.gates || b.gates,
            a.bell_measures || b.bell_measures,
            a.distils || b.distils,
            a.switches || b.switches,
            a.messages || b.messages,
            a.delivers || b.delivers,
            a.emits < b.emits ? b.emits : a.emits,
            a.interacts_within_port || b.interacts_within_port,
            a.interacts_across_ports || b.interacts_across_ports};
  }
  friend constexpr bool operator==(const capabilities&, const capabilities&) = default;

  /// Whether everything in `needs` is here.
  [[nodiscard]] constexpr bool cover(const capabilities& needs) const { return (*this | needs) == *this; }
};

namespace detail {

/// A policy may say what it needs (`static constexpr capabilities needs`); else its layer's usual needs count.
template <class Policy>
[[nodiscard]] constexpr capabilities needs_or(const capabilities& usual) {
  if constexpr (requires { Policy::needs; })
    return Policy::needs;
  else
    return usual;
}

/// A purification policy whose number of rounds is the constant 0 never distils.
template <class Policy>
[[nodiscard]] constexpr capabilities usual_of_purify() {
  if constexpr (requires { typename std::bool_constant<(Policy::rounds == 0)>; }) {
    if constexpr (Policy::rounds == 0) return {};
  }
  return {.distils = true, .interacts_within_port = true};
}

}  // namespace detail

/// What the stack of `Profile` needs of the device below it.
template <class Profile>
inline constexpr capabilities needs_of =
    detail::needs_or<typename Profile::herald>({.heralds = true, .emits = emission::every_slot}) |
    detail::needs_or<typename Profile::purify>(detail::usual_of_purify<typename Profile::purify>()) |
    detail::needs_or<typename Profile::swap>({.bell_measures = true, .interacts_across_ports = true}) |
    detail::needs_or<typename Profile::route>({.messages = true, .delivers = true});

/// What a backend can do that is known when it runs: how many there are of everything, and how long things take.
struct limits {
  /// Slots are numbered through the ports: those of port p come after all slots of the ports before it.
  std::vector<std::uint32_t> slots_per_port;
  duration shortest_period;  ///< between two attempts of one slot
  duration gate_time;        ///< of one gate, at most
  duration operation_time;   ///< of a Bell measurement, half a distillation or a read-out, at most

  [[nodiscard]] status validate() const {
    if (slots_per_port.empty()) return config_error{"limits.slots_per_port", "no ports", "1 port or more"};
    for (std::size_t p = 0; p < slots_per_port.size(); ++p)
      if (slots_per_port[p] == 0)
        return config_error{"limits.slots_per_port[" + std::to_string(p) + "]", "0", "1 slot or more"};
    for (const auto& [what, span] :
         {named{"limits.shortest_period", shortest_period}, named{"limits.gate_time", gate_time},
          named{"limits.operation_time", operation_time}}) {
      if (span < duration::zero() || span.is_never())
        return config_error{what, std::to_string(span.picoseconds()) + " ps", "0 ps or more, and an end"};
    }
    return success{};
  }

  /// Whether a node that is told to use `slots` at its ports, and distils every pair `rounds` times, fits this
  /// device.
  [[nodiscard]] status check(const std::vector<std::uint32_t>& slots, std::uint8_t rounds) const {
    if (auto ok = validate(); !ok) return ok;
    if (slots.size() > slots_per_port.size())
      return config_error{"node_config.slots_per_port", std::to_string(slots.size()) + " ports",
                          "0 to " + std::to_string(slots_per_port.size()) + " ports"};
    for (std::size_t p = 0; p < slots.size(); ++p) {
      if (slots[p] > slots_per_port[p])
        return config_error{"node_config.slots_per_port[" + std::to_string(p) + "]", std::to_string(slots[p]),
                            "0 to " + std::to_string(slots_per_port[p])};
    }
    // A recurrence of r rounds holds a pair at each of its levels and the one that comes in.
    std::uint32_t most = 0;
    for (const std::uint32_t count : slots) most = count > most ? count : most;
    if (rounds + 1U > most && rounds > 0)
      return config_error{
          "purify.rounds", std::to_string(rounds),
          "0 to " + std::to_string(most == 0 ? 0 : most - 1) + " with " + std::to_string(most) + " slots"};
    return success{};
  }

 private:
  struct named {
    const char* what;
    duration span;
  };
};

}  // namespace ebit::backend
