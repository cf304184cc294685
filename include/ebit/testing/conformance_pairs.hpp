// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include <ebit/core/math.hpp>
#include <ebit/testing/conformance_batch.hpp>

namespace ebit::testing::detail {

/// What is done with pairs once they are there, and whether they then are what they should be. Rounds of one kind
/// share a batch.
template <class Backend>
class conformance_pairs {
 public:
  explicit conformance_pairs(conformance_rig<Backend>& rig) : rig_{&rig} {}

  void run() {
    using enum conformance_rule;
    constexpr backend::capabilities can = Backend::capabilities;
    if constexpr (backend::measures<Backend>)
      rounds(1, capability_measures, pair_correlated, [this](batch& b, std::uint32_t k) { measure_one(b, k); });
    if constexpr (backend::gates<Backend>)
      rounds(1, capability_gates, pair_gates, [this](batch& b, std::uint32_t k) { turn_one(b, k); });
    if constexpr (backend::gates<Backend> && can.interacts_within_port)
      rounds(2, capability_gates, pair_gates, [this](batch& b, std::uint32_t k) { join_two(b, k); });
    if constexpr (backend::bell_measures<Backend> && can.interacts_within_port)
      for (std::size_t e = 0; e < rig_->size(); ++e)
        rounds(2, capability_bell_measures, pair_swapped, [this, e](batch& b, std::uint32_t k) { swap(b, e, k); });
    if constexpr (backend::distils<Backend> && can.interacts_within_port)
      rounds(2, capability_distils, pair_distilled, [this](batch& b, std::uint32_t k) { distil(b, k); });
    if constexpr (backend::delivers<Backend>)
      rounds(1, capability_delivers, capability_delivers, [this](batch& b, std::uint32_t k) { deliver(b, k); });
  }

 private:
  using batch = conformance_batch<Backend>;
  using ids = std::array<operation_id, 2>;

  /// How many read-outs of how many agreed with what was expected.
  struct tally {
    std::uint32_t agreed = 0;
    std::uint32_t all = 0;
  };

  template <class Act>
  void rounds(std::uint32_t slots, conformance_rule capability, conformance_rule physics, const Act& act) {
    batch b{*rig_};
    if (b.modes() < slots) return rig_->report->skip_because(capability, "needs two slots at a port");
    capability_ = capability;
    counts_ = {};
    ahead_ = b.period();
    b.open();
    for (std::uint32_t k = 0; k < rig_->plan.pairs && b.hold(slots); ++k) {
      act(b, k);
      b.free_all();
    }
    b.close();
    if (physics == capability) return;
    judge(physics);
  }
  /// Of random bits fewer than one set in 500 passes; read-outs that are wrong once in ten do. No kind of round, told
  /// apart by basis or outcome, may be wrong more often than right.
  void judge(conformance_rule physics) {
    if (rig_->size() == 1) return rig_->report->skip_because(physics, "needs two ends");
    tally sum;
    for (const tally& t : counts_) sum = {sum.agreed + t.agreed, sum.all + t.all};
    if (sum.all < 16) return rig_->report->skip_because(physics, "fewer than 16 read-outs of pairs");
    rig_->end(0).watch().check(physics, sum.agreed > sum.all / 2.0 + 1.5 * math::sqrt(sum.all), rig_->end(0).now(),
                               [&] { return text(sum); });
    for (const tally& t : counts_)
      rig_->end(0).watch().check(physics, t.all < 6 || 2 * t.agreed >= t.all, rig_->end(0).now(),
                                 [&] { return text(t) + " of one kind"; });
  }
  [[nodiscard]] static std::string text(const tally& t) {
    return std::to_string(t.agreed) + " of " + std::to_string(t.all) + " read-outs as expected";
  }

  /// Asks the same of every end, waits, and checks that it was done.
  template <class Make>
  [[nodiscard]] bool at_all(ids& asked, const Make& make) {
    for (std::size_t e = 0; e < rig_->size(); ++e) asked[e] = rig_->ask(e, make(e), rig_->end(e).now() + ahead_);
    bool all = true;
    for (std::size_t e = 0; e < rig_->size(); ++e) all = finish(e, asked[e]) && all;
    return all;
  }
  [[nodiscard]] bool finish(std::size_t e, operation_id asked) {
    rig_->pump([&] { return rig_->ended(e, asked); });
    const bool well = rig_->well(e, asked);
    // A Bell measurement may give no verdict.
    const bool may = rig_->ended(e, asked) && rig_->watch(e).find(asked)->why == failure::inconclusive;
    rig_->end(e).watch().check(capability_, well || may, rig_->end(e).now(),
                               [&] { return "operation " + std::to_string(asked.value()) + " was not done"; });
    return well;
  }
  /// Reads the qubits in a slot at both ends in Z or X; `frame` says whether they should agree.
  void read(batch& b, std::uint32_t mode, bool in_x, pauli_frame frame, std::size_t kind) {
    if constexpr (backend::measures<Backend>) {
      ids asked;
      if (!at_all(asked, [&](std::size_t e) {
            return action::measure{{}, {}, b.slot(e, mode), in_x ? basis::x : basis::z};
          }))
        return;
      if (rig_->size() == 1) return;
      count(rig_->value(0, asked[0]) != rig_->value(1, asked[1]), in_x ? frame.z() : frame.x(), kind);
    }
  }
  void count(bool seen, bool expected, std::size_t kind) {
    ++counts_[kind].all;
    counts_[kind].agreed += seen == expected ? 1U : 0U;
  }

  void measure_one(batch& b, std::uint32_t k) { read(b, 0, k % 2 == 1, b.frame(0), k % 2); }

  /// X at one end, or H at both.
  void turn_one(batch& b, std::uint32_t k) {
    using action::gate_kind;
    const pauli_frame f = b.frame(0);
    ids asked;
    if (k % 2 == 0) {
      const std::size_t e = rig_->size() == 1 ? 0 : k / 2 % 2;
      if (finish(e, rig_->ask(e, action::gate{{}, {}, gate_kind::x, b.slot(e, 0), b.slot(e, 0)})))
        read(b, 0, false, f ^ pauli_frame{true, false}, k % 4);
    } else if (at_all(asked, [&](std::size_t e) {
                 return action::gate{{}, {}, gate_kind::h, b.slot(e, 0), b.slot(e, 0)};
               })) {
      read(b, 0, k % 4 == 1, pauli_frame{f.z(), f.x()}, k % 4);
    }
  }
  /// CNOT at both ends, from the first pair to the second.
  void join_two(batch& b, std::uint32_t k) {
    const pauli_frame f = b.frame(0), g = b.frame(1);
    ids asked;
    if (!at_all(asked, [&](std::size_t e) {
          return action::gate{{}, {}, action::gate_kind::cnot, b.slot(e, 0), b.slot(e, 1)};
        }))
      return;
    if (k % 2 == 0)
      read(b, 1, false, pauli_frame{f.x() != g.x(), g.z()}, 0);
    else
      read(b, 0, true, pauli_frame{f.x(), f.z() != g.z()}, 1);
  }
  /// One end joins two pairs: the qubits at the other are a pair then.
  void swap(batch& b, std::size_t here, std::uint32_t k) {
    const std::size_t there = 1 - here;
    const pauli_frame f = b.frame(0) ^ b.frame(1);
    const operation_id joined = rig_->ask(here, action::bell_measure{{}, {}, b.slot(here, 0), b.slot(here, 1)});
    if (!finish(here, joined) || rig_->size() == 1) return;
    const auto outcome = static_cast<bell_index>(rig_->value(here, joined) & 3U);
    const pauli_frame left = f ^ pauli_frame { outcome };
    if constexpr (backend::measures<Backend>) {
      ids bits;
      for (std::uint32_t m = 0; m < 2; ++m)
        bits[m] = rig_->ask(there, action::measure{{}, {}, b.slot(there, m), k % 2 == 1 ? basis::x : basis::z});
      rig_->pump([&] { return rig_->ended(there, bits[0]) && rig_->ended(there, bits[1]); });
      if (rig_->well(there, bits[0]) && rig_->well(there, bits[1]))
        count(rig_->value(there, bits[0]) != rig_->value(there, bits[1]), k % 2 == 1 ? left.z() : left.x(),
              static_cast<std::size_t>(outcome));
    }
  }
  void distil(batch& b, std::uint32_t k) {
    const pauli_frame f = b.frame(0), g = b.frame(1);
    ids asked;
    if (!at_all(asked, [&](std::size_t e) {
          return action::distil{{}, {}, b.slot(e, 0), b.slot(e, 1), {}, e == 0 ? half::a : half::b};
        }))
      return;
    if (rig_->size() == 2) count(rig_->value(0, asked[0]) != rig_->value(1, asked[1]), f.x() != g.x(), 0);
    read(b, 0, k % 2 == 1, pauli_frame{f.x(), f.z() != g.z()}, 1 + k % 2);
  }
  void deliver(batch& b, std::uint32_t) {
    const pair_id name{rig_->watch(0).path() ? rig_->watch(0).path()->path : path_id{0}, 0, b.sequence(0)};
    ids asked;
    static_cast<void>(at_all(asked, [&](std::size_t e) {
      action::deliver d;
      d.slot = b.slot(e, 0);
      d.request = request_id{0};
      d.circuit = circuit_id{0};
      d.peer = rig_->node(1 - e);
      d.name = name;
      d.frame = b.frame(0);
      return d;
    }));
  }

  conformance_rig<Backend>* rig_;
  conformance_rule capability_ = conformance_rule::capability_measures;
  std::array<tally, 4> counts_{};
  duration ahead_{};
};

}  // namespace ebit::testing::detail
