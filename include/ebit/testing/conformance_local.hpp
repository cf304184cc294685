// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/core/math.hpp>
#include <ebit/testing/conformance_rig.hpp>

namespace ebit::testing::detail {

/// What a device that can initialise qubits shows without a partner: its operations on qubits in |0⟩.
template <class Backend>
class conformance_local {
 public:
  explicit conformance_local(conformance_rig<Backend>& rig) : rig_{&rig} {}

  void run() {
    using enum conformance_rule;
    if constexpr (!backend::performs<Backend, action::initialise>) {
      return;
    } else {
      for (std::size_t e = 0; e < rig_->size(); ++e) {
        const auto& slots = rig_->watch(e).limits().slots_per_port;
        const bool two = Backend::capabilities.interacts_within_port && !slots.empty() && slots[0] > 1;
        if constexpr (backend::measures<Backend>) {
          read_many(e);
          if (two)
            move_many(e);
          else
            rig_->report->skip_because(qubit_moved, conformance_skip::unseen, "needs two slots at port 0");
        }
        if constexpr (backend::bell_measures<Backend>)
          if (two) join(e, action::bell_measure{{}, {}, first, second}, capability_bell_measures);
        if constexpr (backend::distils<Backend>)
          if (two) join(e, action::distil{{}, {}, first, second, {}, half::a}, capability_distils);
      }
    }
  }

 private:
  static constexpr slot_id first{0};
  static constexpr slot_id second{1};
  static constexpr std::uint32_t tries = 24;

  template <class Action>
  [[nodiscard]] bool done(std::size_t e, const Action& wanted, operation_id* asked = nullptr) {
    const operation_id id = rig_->ask(e, wanted);
    if (asked != nullptr) *asked = id;
    rig_->pump([&] { return rig_->ended(e, id); });
    return rig_->well(e, id);
  }
  void claim(std::size_t e, conformance_rule rule, bool well) {
    rig_->end(e).watch().check(rule, well, rig_->end(e).now(),
                               [] { return "an operation on initialised qubits failed"; });
  }
  void judge(std::size_t e, conformance_rule rule, std::uint32_t right) {
    rig_->end(e).watch().check(rule, right > tries / 2 + 1.5 * math::sqrt(tries), rig_->end(e).now(),
                               [&] { return std::to_string(right) + " of " + std::to_string(tries) + " read-outs"; });
  }
  /// |0⟩, or |1⟩ where the device has gates.
  [[nodiscard]] bool prepare(std::size_t e, bool one) {
    if (!done(e, action::initialise{{}, {}, first})) return false;
    if constexpr (backend::gates<Backend>) {
      if (!one) return true;
      const bool well = done(e, action::gate{{}, {}, action::gate_kind::x, first, first});
      claim(e, conformance_rule::capability_gates, well);
      return well;
    }
    return !one;
  }

  void read_many(std::size_t e) {
    std::uint32_t right = 0;
    for (std::uint32_t k = 0; k < tries; ++k) {
      const bool one = backend::gates<Backend> && k % 2 == 1;
      operation_id asked;
      if (prepare(e, one)) {
        const bool well = done(e, action::measure{{}, {}, first, basis::z}, &asked);
        claim(e, conformance_rule::capability_measures, well);
        right += well && (rig_->value(e, asked) == 1) == one ? 1U : 0U;
      }
      rig_->free(e, first);
    }
    judge(e, conformance_rule::qubit_local, right);
  }
  void move_many(std::size_t e) {
    if constexpr (backend::performs<Backend, action::move>) {
      std::uint32_t right = 0;
      for (std::uint32_t k = 0; k < tries; ++k) {
        const bool one = backend::gates<Backend> && k % 2 == 1;
        operation_id asked;
        if (prepare(e, one) && done(e, action::move{{}, {}, first, second})) {
          const bool left = done(e, action::measure{{}, {}, first, basis::z});
          rig_->end(e).watch().check(conformance_rule::operation_empty_fails, !left, rig_->end(e).now(),
                                     [] { return "a read-out of the slot from which a qubit was moved"; });
          const bool well = done(e, action::measure{{}, {}, second, basis::z}, &asked);
          right += !left && well && (rig_->value(e, asked) == 1) == one ? 1U : 0U;
        }
        rig_->free(e, first);
        rig_->free(e, second);
      }
      judge(e, conformance_rule::qubit_moved, right);
    }
  }
  template <class Action>
  void join(std::size_t e, const Action& wanted, conformance_rule capability) {
    if (done(e, action::initialise{{}, {}, first}) && done(e, action::initialise{{}, {}, second}))
      claim(e, capability, done(e, wanted));
    rig_->free(e, first);
    rig_->free(e, second);
  }

  conformance_rig<Backend>* rig_;
};

}  // namespace ebit::testing::detail
