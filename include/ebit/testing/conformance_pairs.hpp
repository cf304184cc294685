// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include <ebit/core/math.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/testing/conformance_batch.hpp>
#include <ebit/testing/conformance_counts.hpp>

namespace ebit::testing::detail {

/// What is done with pairs once they are there, and whether they then are what they should be. Rounds of one kind
/// share a batch.
template <class Backend>
class conformance_pairs {
 public:
  explicit conformance_pairs(conformance_rig<Backend>& rig) : rig_{&rig}, counts_{rig} {}

  void run() {
    using enum conformance_rule;
    constexpr backend::capabilities can = Backend::capabilities;
    if constexpr (backend::measures<Backend>) {
      rounds(1, capability_measures, pair_correlated, [this](batch& b, std::uint32_t k) { measure_one(b, k); });
      read_apart(basis::x, basis::y);
      read_apart(basis::y, basis::z);
      read_apart(basis::z, basis::x);
    }
    if constexpr (backend::gates<Backend>)
      rounds(1, capability_gates, pair_gates, [this](batch& b, std::uint32_t k) { turn_one(b, k); });
    if constexpr (backend::gates<Backend> && can.interacts_within_port)
      rounds(2, capability_gates, pair_gates, [this](batch& b, std::uint32_t k) { join_two(b, k); });
    if constexpr (backend::bell_measures<Backend> && can.interacts_within_port)
      for (std::size_t e = 0; e < rig_->size(); ++e)
        rounds(2, capability_bell_measures, pair_swapped,
               [this, e](batch& b, std::uint32_t k) { swap(e, {&b, 0}, {&b, 1}, k); });
    if constexpr (backend::bell_measures<Backend> && can.interacts_across_ports) swap_across();
    if constexpr (backend::distils<Backend> && can.interacts_within_port) {
      rounds(2, capability_distils, pair_distilled,
             [this](batch& b, std::uint32_t k) { distil(b, {}, k, kinds{0}, kinds{1 + k % 3}); });
      distil_rotated();
    }
    if constexpr (backend::delivers<Backend>)
      rounds(1, capability_delivers, capability_delivers, [this](batch& b, std::uint32_t k) { deliver(b, k); });
  }

 private:
  using batch = conformance_batch<Backend>;
  using ids = std::array<operation_id, 2>;
  using counts = conformance_counts<Backend>;
  using kinds = typename counts::kinds;
  using tally = typename counts::tally;
  static constexpr std::uint32_t elements = counts::elements;
  /// A pair in a batch.
  struct held {
    batch* of;
    std::uint32_t mode;
  };

  void begin(conformance_rule capability, const batch& b) {
    capability_ = capability;
    counts_.clear();
    ahead_ = b.period();
  }
  /// Does `act` with `plan.pairs` × `times` sets of pairs in the first slots of a batch.
  template <class Act>
  void repeat(std::uint32_t slots, conformance_rule capability, const Act& act, std::uint32_t times = 1) {
    batch b{*rig_};
    counts_.clear();
    if (b.modes() < slots)
      return rig_->report->skip_because(capability, conformance_skip::unseen, "needs two slots at a port");
    begin(capability, b);
    b.open();
    for (std::uint32_t k = 0; k < rig_->plan.pairs * times && b.hold(slots); ++k) {
      act(b, k);
      b.free_all();
    }
    b.close();
  }
  template <class Act>
  void rounds(std::uint32_t slots, conformance_rule capability, conformance_rule physics, const Act& act) {
    repeat(slots, capability, act);
    if (physics != capability) counts_.judge(physics);
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
  /// Reads the qubits in a slot at both ends; `frame` says whether they should agree.
  void read(batch& b, std::uint32_t mode, basis in, pauli_frame frame, const kinds& counted) {
    if constexpr (backend::measures<Backend>) {
      ids asked;
      if (!at_all(asked, [&](std::size_t e) { return action::measure{{}, {}, b.slot(e, mode), in}; })) return;
      if (rig_->size() == 1) return;
      counts_.count(rig_->value(0, asked[0]) != rig_->value(1, asked[1]), predicted_parity(frame, in), counted);
    }
  }
  [[nodiscard]] static basis turn(std::uint32_t k) { return std::array{basis::z, basis::x, basis::y}[k % 3]; }

  void measure_one(batch& b, std::uint32_t k) { read(b, 0, turn(k), b.frame(0), kinds{k % 3}); }

  /// One end reads in one basis and the other in another, now this way round and now that: the bits agree by chance
  /// alone, in whichever of the two bases they are compared. Read-outs in one basis instead agree always, or never,
  /// and pass twice in a hundred times if 40 pairs are wrong once in twenty; honest ones fail once in 10^5.
  void read_apart(basis one, basis other) {
    repeat(1, conformance_rule::capability_measures, [&](batch& b, std::uint32_t k) {
      ids asked;
      const auto in = [&](std::size_t e) { return (e == 0) == (k % 2 == 0) ? one : other; };
      if (!at_all(asked, [&](std::size_t e) { return action::measure{{}, {}, b.slot(e, 0), in(e)}; })) return;
      if (rig_->size() == 1) return;
      const bool differ = rig_->value(0, asked[0]) != rig_->value(1, asked[1]);
      counts_.count(differ, predicted_parity(b.frame(0), one), kinds{0});
      counts_.count(differ, predicted_parity(b.frame(0), other), kinds{1});
    });
    if (!counts_.enough(conformance_rule::pair_bases, counts_[0].all, 24)) return;
    for (std::size_t kind = 0; kind < 2; ++kind) {
      const tally& t = counts_[kind];
      const double off = t.agreed - t.all / 2.0;
      counts_.check(conformance_rule::pair_bases, off * off < 5.0 * t.all, [&] {
        return std::string{"read in "} + name(one) + " and " + name(other) + ": " + std::to_string(t.agreed) +
               " of " + std::to_string(t.all) + " as if in " + name(kind == 0 ? one : other) + " alone";
      });
    }
  }
  [[nodiscard]] static const char* name(basis in) { return in == basis::x ? "X" : in == basis::y ? "Y" : "Z"; }

  /// X at one end, or H at both.
  void turn_one(batch& b, std::uint32_t k) {
    using action::gate_kind;
    const pauli_frame f = b.frame(0);
    ids asked;
    if (k % 2 == 0) {
      const std::size_t e = rig_->size() == 1 ? 0 : k / 2 % 2;
      if (finish(e, rig_->ask(e, action::gate{{}, {}, gate_kind::x, b.slot(e, 0), b.slot(e, 0)})))
        read(b, 0, basis::z, f ^ pauli_frame{true, false}, kinds{k % 4});
    } else if (at_all(asked, [&](std::size_t e) {
                 return action::gate{{}, {}, gate_kind::h, b.slot(e, 0), b.slot(e, 0)};
               })) {
      read(b, 0, k % 4 == 1 ? basis::x : basis::z, pauli_frame{f.z(), f.x()}, kinds{k % 4});
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
      read(b, 1, basis::z, pauli_frame{f.x() != g.x(), g.z()}, kinds{0});
    else
      read(b, 0, basis::x, pauli_frame{f.x(), f.z() != g.z()}, kinds{1});
  }
  /// One end joins two pairs: the qubits at the other are a pair then.
  void swap(std::size_t here, held one, held other, std::uint32_t k) {
    const std::size_t there = 1 - here;
    const pauli_frame f = one.of->frame(one.mode) ^ other.of->frame(other.mode);
    const operation_id joined =
        rig_->ask(here, action::bell_measure{{}, {}, one.of->slot(here, one.mode), other.of->slot(here, other.mode)});
    if (!finish(here, joined) || rig_->size() == 1) return;
    const auto outcome = static_cast<bell_index>(rig_->value(here, joined) & 3U);
    const pauli_frame left = f ^ pauli_frame { outcome };
    if constexpr (backend::measures<Backend>) {
      ids bits;
      bits[0] = rig_->ask(there, action::measure{{}, {}, one.of->slot(there, one.mode), turn(k)});
      bits[1] = rig_->ask(there, action::measure{{}, {}, other.of->slot(there, other.mode), turn(k)});
      rig_->pump([&] { return rig_->ended(there, bits[0]) && rig_->ended(there, bits[1]); });
      if (rig_->well(there, bits[0]) && rig_->well(there, bits[1]))
        counts_.count(rig_->value(there, bits[0]) != rig_->value(there, bits[1]), predicted_parity(left, turn(k)),
                      kinds{static_cast<std::size_t>(outcome)});
    }
  }
  /// The same with the two pairs at different ports, which takes two paths between the devices.
  void swap_across() {
    if (rig_->size() == 1) return;
    if (rig_->way(0, 1) == nullptr) {
      const char* const why =
          "needs two ports at each device, and a path that joins the first ones and one that joins the others";
      rig_->report->skip_because(conformance_rule::pair_swapped_across, conformance_skip::unseen, why);
      if (!Backend::capabilities.interacts_within_port)
        rig_->report->skip_because(conformance_rule::capability_bell_measures, conformance_skip::unseen, why);
      return;
    }
    for (std::size_t e = 0; e < 2; ++e) {
      batch one{*rig_, 0}, other{*rig_, 1};
      begin(conformance_rule::capability_bell_measures, one);
      one.open();
      other.open();
      for (std::uint32_t k = 0; k < rig_->plan.pairs && one.hold(1) && other.hold(1); ++k) {
        if (k % 2 == 0)
          swap(e, {&one, 0}, {&other, 0}, k);
        else
          swap(e, {&other, 0}, {&one, 0}, k);
        one.free_all();
        other.free_all();
      }
      one.stop();
      other.stop();
      one.close();
      other.close();
      counts_.judge(conformance_rule::pair_swapped_across);
    }
  }

  /// `parity` and `kept`: under what to count the comparison of the bits, and the read-outs of the pair that is left.
  void distil(batch& b, const distil_recipe& recipe, std::uint32_t k, const kinds& parity, const kinds& kept) {
    const pauli_frame f = recipe.keep(b.frame(0)), g = recipe.sacrifice(b.frame(1));
    const std::size_t upstream = k / 3 % 2;
    ids asked;
    if (!at_all(asked, [&](std::size_t e) {
          return action::distil{{}, {}, b.slot(e, 0), b.slot(e, 1), recipe, e == upstream ? half::a : half::b};
        }))
      return;
    if (rig_->size() == 2)
      counts_.count(rig_->value(0, asked[0]) != rig_->value(1, asked[1]), f.x() != g.x(), parity);
    read(b, 0, turn(k + k / 6), pauli_frame{f.x(), f.z() != g.z()}, kept);
  }
  /// By the recipe of DEJMPS, and by those of BBPSSW, which are any two of the six rotations. Every rotation has its own
  /// count, of the kept pair and of the sacrificed one.
  void distil_rotated() {
    using enum conformance_rule;
    repeat(2, capability_distils, [this](batch& b, std::uint32_t k) {
      distil(b, purify::dejmps{}.recipe({}, {}), k, kinds{0}, kinds{1 + k % 3});
    });
    counts_.judge(pair_rotated);
    const auto any_two = [this](batch& b, std::uint32_t k) {
      const std::uint32_t i = k % elements, j = k / elements % elements;
      const kinds both{i, elements + j};
      distil(b, {bell_permutation::element(i), bell_permutation::element(j)}, k, both, both);
    };
    repeat(2, capability_distils, any_two, 2);
    counts_.judge(pair_rotated);
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const tally& t = counts_[i];
      counts_.check(pair_rotated, t.all < 20 || t.agreed > t.all / 2.0 + 0.75 * math::sqrt(t.all), [&] {
        return counts::text(t) + " with rotation " + std::to_string(i % elements) + " of the " +
               (i < elements ? "kept" : "sacrificed") + " pair";
      });
    }
  }
  void deliver(batch& b, std::uint32_t) {
    const pair_id name{rig_->way(0) != nullptr ? rig_->way(0)->path : path_id{0}, 0, b.sequence(0)};
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
  counts counts_;
  duration ahead_{};
};

}  // namespace ebit::testing::detail
