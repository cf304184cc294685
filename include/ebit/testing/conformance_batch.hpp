// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/testing/conformance_rig.hpp>

namespace ebit::testing::detail {

/// A batch of attempts at all ends of one of the ways that join them, from its start to its end, with an epoch of its
/// own.
template <class Backend>
class conformance_batch {
 public:
  using rig_type = conformance_rig<Backend>;

  explicit conformance_batch(rig_type& rig, std::uint32_t which = 0) : rig_{&rig}, which_{which} {
    duration arms{}, way{}, shortest{};
    std::uint32_t most = 0xffff;
    for (std::size_t e = 0; e < rig.size(); ++e) {
      const conformance_monitor& watch = rig.watch(e);
      const event::path_up* const path = rig.way(e, which);
      const std::uint32_t port = path != nullptr ? path->port.value() : 0;
      const auto& slots = watch.limits().slots_per_port;
      std::uint32_t first = 0;
      for (std::uint32_t p = 0; p < port && p < slots.size(); ++p) first += slots[p];
      first_[e] = slot_id{first};
      most = std::min(most, port < slots.size() ? slots[port] : 0);
      shortest = greatest(shortest, watch.limits().shortest_period);
      if (path == nullptr) continue;
      arms = greatest(arms, path->station_here);
      way = greatest(way, path->delay);
    }
    if (Backend::capabilities.emits != backend::emission::every_slot) most = std::min(most, 1U);
    const conformance_plan& plan = rig.plan;
    modes_ = static_cast<std::uint16_t>(std::min<std::uint32_t>(most, plan.modes > 0 ? plan.modes : 4));
    period_ = plan.period > duration::zero() ? plan.period : greatest(shortest, arms * 2, 1_ns);
    lead_ = plan.lead > duration::zero() ? plan.lead : way * 4 + period_ * 8;
  }

  [[nodiscard]] std::uint16_t modes() const { return modes_; }
  [[nodiscard]] duration period() const { return period_; }
  [[nodiscard]] slot_id slot(std::size_t e, std::uint32_t mode) const { return slot_id{first_[e].value() + mode}; }
  [[nodiscard]] operation_id operation(std::size_t e) const { return operation_[e]; }
  [[nodiscard]] bool running() const {
    for (std::size_t e = 0; e < rig_->size(); ++e)
      if (rig_->ended(e, operation_[e])) return false;
    return true;
  }

  /// All ends start so that their photons meet.
  void open() {
    const auto at = alike(lead_);
    action::attempt wanted;
    wanted.path = rig_->way(0, which_) != nullptr ? rig_->way(0, which_)->path : path_id{0};
    wanted.epoch = rig_->fresh_epoch();
    wanted.circuit = circuit_id{rig_->node(0).value() << 12 | (wanted.epoch & 0xfffU)};
    wanted.period = period_;
    wanted.spacing = rig_->plan.spacing;
    wanted.modes = modes_;
    wanted.bright_state = rig_->plan.bright_state;
    for (std::size_t e = 0; e < rig_->size(); ++e) {
      seen_[e] = rig_->watch(e).heralds().size();
      wanted.first_slot = first_[e];
      operation_[e] = rig_->ask(e, wanted, at[e]);
    }
  }

  /// Waits until the first `wanted` slots hold pairs at all ends, with the same sequences at both; what comes into
  /// the others is freed at once.
  [[nodiscard]] bool hold(std::uint32_t wanted) {
    return rig_->pump(
               [&] {
                 for (std::uint32_t m = 0; m < wanted; ++m)
                   if (!agreed(m)) return !running();
                 return true;
               },
               [&](std::size_t e, const auto& what) {
                 rig_->keep_house(e, what);
                 if constexpr (std::is_same_v<std::remove_cvref_t<decltype(what)>, event::heralded>)
                   if (what.slot >= slot(e, wanted) && what.slot < slot(e, modes_)) rig_->free(e, what.slot);
               }) &&
           running();
  }
  [[nodiscard]] pauli_frame frame(std::uint32_t mode) const {
    return pauli_frame{rig_->watch(0).slot(slot(0, mode)).state};
  }
  [[nodiscard]] std::uint64_t sequence(std::uint32_t mode) const {
    return rig_->watch(0).slot(slot(0, mode)).sequence;
  }
  void free_all() {
    for (std::size_t e = 0; e < rig_->size(); ++e)
      for (std::uint32_t m = 0; m < modes_; ++m)
        if (rig_->watch(e).slot(slot(e, m)).held) rig_->free(e, slot(e, m));
  }

  /// Stops at all ends at once, if it has not been stopped.
  void stop() {
    if (std::exchange(stopped_, true)) return;
    const auto at = alike(lead_ / 2);
    for (std::size_t e = 0; e < rig_->size(); ++e)
      if (!rig_->ended(e, operation_[e])) rig_->end(e).perform(action::stop{operation_[e], at[e]});
  }
  /// Stops and waits for the end of this and of all else that runs; `react` sees what still arrives.
  template <class React>
  void close(const React& react) {
    stop();
    rig_->pump(
        [this] {
          for (std::size_t e = 0; e < rig_->size(); ++e)
            if (!rig_->ended(e, operation_[e])) return false;
          return true;
        },
        react);
    rig_->settle();
    compare();
  }
  void close() {
    close([this](std::size_t e, const auto& what) { rig_->keep_house(e, what); });
    free_all();
  }

  /// The heralds of one end, in order.
  [[nodiscard]] std::vector<conformance_monitor::herald> heralds(std::size_t e) const {
    std::vector<conformance_monitor::herald> mine;
    for (std::size_t i = seen_[e]; i < rig_->watch(e).heralds().size(); ++i)
      if (rig_->watch(e).heralds()[i].operation == operation_[e]) mine.push_back(rig_->watch(e).heralds()[i]);
    return mine;
  }
  /// The first cycle in which the slot of `h` at end `e` could emit again.
  [[nodiscard]] std::uint64_t first_after_free(std::size_t e, const conformance_monitor::herald& h) const {
    const std::uint32_t mode = h.slot.value() - first_[e].value();
    const local_time zero = rig_->watch(e).find(operation_[e])->at + rig_->plan.spacing * std::int64_t{mode};
    if (h.freed <= zero) return 0;
    return static_cast<std::uint64_t>((h.freed - zero + period_ - duration::picoseconds(1)) / period_);
  }

 private:
  /// A time `ahead`, at which photons have to be emitted to meet at the station.
  [[nodiscard]] std::array<local_time, 2> alike(duration ahead) {
    std::array<local_time, 2> at{};
    at[0] = rig_->end(0).now() + ahead;
    if (rig_->size() == 1) return at;
    at[1] = at[0] + rig_->offset;
    const event::path_up *const here = rig_->way(0, which_), *const there = rig_->way(1, which_);
    if (here != nullptr && there != nullptr) at[1] += here->station_here - there->station_here;
    return at;
  }
  [[nodiscard]] bool agreed(std::uint32_t mode) {
    const auto& a = rig_->watch(0).slot(slot(0, mode));
    if (!a.held || a.batch != operation_[0] || rig_->size() == 1) return a.held && a.batch == operation_[0];
    const auto& b = rig_->watch(1).slot(slot(1, mode));
    if (!b.held || b.batch != operation_[1]) return false;
    if (a.sequence == b.sequence) return true;
    rig_->free(a.sequence < b.sequence ? 0 : 1, slot(a.sequence < b.sequence ? 0 : 1, mode));
    return false;
  }
  void compare() {
    if (rig_->size() == 1) return;
    std::array<std::vector<conformance_monitor::herald>, 2> all{heralds(0), heralds(1)};
    for (auto& one : all)
      std::sort(one.begin(), one.end(), [](const auto& l, const auto& r) { return l.sequence < r.sequence; });
    for (std::size_t i = 0; i < std::max(all[0].size(), all[1].size()); ++i) {
      const bool both = i < all[0].size() && i < all[1].size();
      const bool same = both && all[0][i].sequence == all[1][i].sequence && all[0][i].state == all[1][i].state;
      rig_->end(0).watch().check(conformance_rule::herald_both_ends, same, rig_->end(0).now(), [&] {
        const auto text = [&](std::size_t e) {
          return i >= all[e].size() ? std::string{"nothing"}
                                    : "sequence " + std::to_string(all[e][i].sequence) + " in state " +
                                          std::to_string(static_cast<int>(all[e][i].state));
        };
        return text(0) + " at a, " + text(1) + " at b";
      });
      if (!same) return;
    }
  }

  rig_type* rig_;
  std::uint32_t which_;
  std::array<slot_id, 2> first_{};
  std::array<operation_id, 2> operation_{};
  std::array<std::size_t, 2> seen_{};
  std::uint16_t modes_ = 0;
  bool stopped_ = false;
  duration period_{};
  duration lead_{};
};

}  // namespace ebit::testing::detail
