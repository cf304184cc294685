// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit {

/// What goes wrong at one place, from `at` on (counted from the start of the run) until `at` + `lasts`. Windows may
/// overlap. Which values a kind looks at stands beside it; the others stay as they are by default.
struct scheduled_fault {
  enum class kind : std::uint8_t {
    crash,          ///< node, lasts: it is down, then starts again and remembers nothing; its qubits are lost
    link_down,      ///< path, lasts: no photon gets through; messages do
    clock_step,     ///< node, step: its clock jumps
    device_faults,  ///< node, lasts, probability: of each operation begun there to fail and lose its qubits
    slow_device,    ///< node, lasts, factor: its operations take that many times as long
    erasure,        ///< node: one qubit that it holds is lost, and the device knows; none held, none lost
    link_dimmed     ///< path, lasts, probability: of each herald there not to come; nobody is told
  };
  static constexpr double slowest = 1e6;

  kind what = kind::crash;
  duration at{};           ///< 0 s or more
  duration lasts{};        ///< more than 0 s, and not for ever
  node_id node{};          ///< where
  path_id path{};          ///< or where
  duration step{};         ///< of the clock; negative sets it back; up to 10⁶ s
  double probability = 0;  ///< 0 to 1
  double factor = 1;       ///< 1 to 10⁶

  [[nodiscard]] bool is_of_link() const { return what == kind::link_down || what == kind::link_dimmed; }
  /// Whether the fault takes time; the other kinds happen at once.
  [[nodiscard]] bool is_window() const { return what != kind::clock_step && what != kind::erasure; }
  [[nodiscard]] bool is_active(world_time now) const {
    const duration since = now.since_epoch() - at;
    return is_window() && since >= duration::zero() && since < lasts;
  }

  /// `name` is what the entry is called in errors; `nodes` and `paths` are how many there are.
  [[nodiscard]] status validate(const std::string& name, std::size_t nodes, std::size_t paths) const {
    if (what > kind::link_dimmed)
      return config_error{name + ".what", std::to_string(static_cast<unsigned>(what)), "one of the kinds"};
    if (auto ok = validate_place(name, nodes, paths); !ok) return ok;
    if (at < duration::zero() || at.is_never())
      return config_error{name + ".at", detail::duration_text(at), "0 s or more"};
    if (is_window() && (lasts <= duration::zero() || (at + lasts).is_never()))
      return config_error{name + ".lasts", detail::duration_text(lasts), "more than 0 s, and an end"};
    if (!is_window() && lasts != duration::zero())
      return config_error{name + ".lasts", detail::duration_text(lasts), "0 s: it happens at once"};
    constexpr duration farthest = duration::picoseconds(1'000'000'000'000) * 1'000'000;
    if (what == kind::clock_step && (step == duration::zero() || step > farthest || step < -farthest))
      return config_error{name + ".step", detail::duration_text(step), "-1000000 s to 1000000 s, not 0 s"};
    if (what != kind::clock_step && step != duration::zero())
      return config_error{name + ".step", detail::duration_text(step), "0 s: no clock is set"};
    const bool is_drawn = what == kind::device_faults || what == kind::link_dimmed;
    if (is_drawn && !(probability > 0 && probability <= 1))
      return config_error{name + ".probability", detail::number_text(probability), "more than 0, up to 1"};
    if (!is_drawn && probability != 0)
      return config_error{name + ".probability", detail::number_text(probability), "0: nothing is drawn"};
    if (what == kind::slow_device && !(factor > 1 && factor <= slowest))
      return config_error{name + ".factor", detail::number_text(factor), "more than 1, up to 1000000"};
    if (what != kind::slow_device && factor != 1)
      return config_error{name + ".factor", detail::number_text(factor), "1: nothing is slower"};
    return success{};
  }

  friend bool operator==(const scheduled_fault&, const scheduled_fault&) = default;

 private:
  [[nodiscard]] status validate_place(const std::string& name, std::size_t nodes, std::size_t paths) const {
    const bool at_node = !is_of_link();
    if (at_node && path.valid()) return config_error{name + ".path", std::to_string(path.value()), "none"};
    if (!at_node && node.valid()) return config_error{name + ".node", std::to_string(node.value()), "none"};
    const std::size_t count = at_node ? nodes : paths;
    const bool valid = at_node ? node.valid() : path.valid();
    const std::uint32_t given = at_node ? node.value() : path.value();
    if (valid && given < count) return success{};
    const std::string range = count == 0 ? "none: there are none" : "0 to " + std::to_string(count - 1);
    return config_error{name + (at_node ? ".node" : ".path"), valid ? std::to_string(given) : "none", range};
  }
};

/// What goes wrong: with messages all the time, and with nodes, links and devices at times that are planned. All
/// draws come from the stream of purpose `fault`, so a run without faults is the same run.
struct fault_plan {
  double loss = 0;         ///< probability that a message is lost, 0 to 1; a second copy of it may arrive still
  double duplication = 0;  ///< probability that a second copy is made, 0 to 1, whether or not the first is lost
  duration jitter{};       ///< it arrives up to this much later, evenly distributed; reorders messages
  std::vector<scheduled_fault> schedule{};  ///< in any order; of two at one time and place the first goes first

  /// Whether anything goes wrong with messages.
  [[nodiscard]] bool any() const { return loss > 0 || duplication > 0 || jitter > duration::zero(); }
  /// Of messages, without the schedule.
  [[nodiscard]] status validate() const {
    if (auto ok = detail::check_probability("fault_plan.loss", loss); !ok) return ok;
    if (auto ok = detail::check_probability("fault_plan.duplication", duplication); !ok) return ok;
    if (jitter < duration::zero() || jitter.is_never())
      return config_error{"fault_plan.jitter", detail::duration_text(jitter), "0 s or more"};
    return success{};
  }
  /// Of all, on a network of so many nodes and paths.
  [[nodiscard]] status validate(std::size_t nodes, std::size_t paths) const {
    if (auto ok = validate(); !ok) return ok;
    for (std::size_t i = 0; i < schedule.size(); ++i)
      if (auto ok = schedule[i].validate("fault_plan.schedule[" + std::to_string(i) + "]", nodes, paths); !ok)
        return ok;
    return success{};
  }
};

}  // namespace ebit
