// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/node/node.hpp>
#include <ebit/route/fewest_hops.hpp>

namespace ebit::testing {

/// A chain whose nodes run the ordinary node code in the slotted world of the analytic literature (Iñesta et al.
/// 2023, npj Quantum Inf. 9, 46; Brand, Coopmans and Elkouss 2020): messages take no time; in each slot every link
/// with two free memories succeeds with probability p; all heralds come before any swap outcome; then the end-to-end
/// check; then what is too old is dropped. A chain of one memory per node and side; empty slots are skipped.
template <swap::swap_policy Swap>
class slotted {
 public:
  static constexpr duration slot = duration::picoseconds(1'000'000);

  struct parameters {
    std::uint16_t links = 1;
    double p = 1;  ///< success of an attempt, above 0
    double swap_success = 1;
    Swap swap{};  ///< its cut-off counts in `slot`s
    /// Memories freed by a swap stay idle until the segment above them is gone (the nested chain of Briegel et al.
    /// 1998); otherwise they attempt again underneath it.
    bool idle_underneath = false;
    /// Five nodes: when all three middle nodes could join in one slot, the central one has to wait for the next.
    bool central_waits = false;
  };

  explicit slotted(const parameters& wanted) : wanted_{wanted}, links_(wanted.links) {
    std::vector<route::edge> edges;
    for (std::uint32_t k = 0; k < wanted.links; ++k) {
      link::budget b;
      b.attempt_time = slot;
      edges.push_back({node_id{k}, node_id{k + 1}, b, 1});
    }
    const auto map = shared_constant<route::network_map>{
        route::network_map{std::vector<route::site>(wanted.links + 1U), std::move(edges)}};
    options<stack> o;
    o.swap = wanted.swap;
    for (std::uint32_t n = 0; n <= wanted.links; ++n) {
      const bool middle = n > 0 && n < wanted.links;
      nodes_.emplace_back(node_config{node_id{n}, std::vector<std::uint32_t>(middle ? 2 : 1, 1), map}, o);
    }
    for (std::uint32_t k = 0; k < wanted.links; ++k) {
      tell(k, event::path_up{port_id{k == 0 ? 0U : 1U}, path_id{k}, node_id{k + 1}, {}, {}, {}});
      tell(k + 1, event::path_up{port_id{0}, path_id{k}, node_id{k}, {}, {}, {}});
    }
    tell(0, event::request{request_id{0}, node_id{wanted.links}, 1'000'000'000, 0});
    drain();
  }

  /// The number of slots until the first end-to-end pair. Every sample starts from the same empty chain, with its own
  /// draws.
  [[nodiscard]] std::uint64_t sample(std::uint64_t seed, std::uint64_t index) const {
    slotted run = *this;
    run.draws_ = random_stream{seed, random_purpose::herald, index};
    return run.run_to_delivery();
  }

 private:
  struct stack {
    using link = ebit::link::ideal;
    using herald = ebit::herald::certain;
    using purify = ebit::purify::none;
    using swap = Swap;
    using route = ebit::route::fewest_hops;
  };
  struct link_state {
    std::array<bool, 2> open{};
    std::array<bool, 2> free{true, true};
    std::array<operation_id, 2> operation{};
    std::array<slot_id, 2> slots{};
    bool drawn = false;
    std::uint64_t succeeds = 0;  ///< in which slot
    std::uint64_t made = 0;
  };
  struct measurement {
    std::uint32_t node = 0;
    operation_id operation;
  };
  struct sink {
    slotted& self;
    std::uint32_t node;
    void operator()(const action::send& a) const { self.messages_.push_back(a.content); }
    void operator()(const action::attempt& a) const {
      link_state& l = self.links_[a.path.value()];
      const std::size_t end = a.path.value() == node ? 0 : 1;
      l.open[end] = true;
      l.operation[end] = a.operation;
      l.slots[end] = a.first_slot;
    }
    void operator()(const action::free& a) const {
      const bool downstream = node == 0 || a.slot.value() == 1;
      self.links_[downstream ? node : node - 1].free[downstream ? 0 : 1] = true;
    }
    void operator()(const action::bell_measure& a) const { self.measurements_.push_back({node, a.operation}); }
    void operator()(const action::deliver&) const { self.delivered_ = self.delivered_ || node == 0; }
    void operator()(const auto&) const {}
  };

  [[nodiscard]] local_time now() const { return local_time{slot * static_cast<std::int64_t>(time_)}; }

  template <class Event>
  void tell(std::uint32_t n, const Event& e) {
    random_stream unused;
    context ctx{now(), unused};
    nodes_[n].handle(e, ctx, sink{*this, n});
  }

  void drain() {
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      const message m = messages_[i];
      tell(m.to.value(), event::received{m, {}});
    }
    messages_.clear();
  }

  [[nodiscard]] std::uint64_t run_to_delivery() {
    while (!delivered_) {
      foresee();
      time_ = next_slot();
      herald();
      drain();
      const std::vector<measurement> held = hold_central();
      while (!measurements_.empty()) {
        for (const measurement& m : std::exchange(measurements_, {})) {
          if (wanted_.swap_success < 1 && !sample::bernoulli(draws_, wanted_.swap_success)) {
            tell(m.node, event::failed{m.operation, failure::inconclusive});
          } else {
            tell(m.node, event::measured{m.operation, static_cast<std::uint8_t>(draws_.next_u32() & 3U)});
          }
          drain();
        }
      }
      if (delivered_) break;
      for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
        if (nodes_[n].next_deadline() > now()) continue;
        random_stream unused;
        context ctx{now(), unused};
        nodes_[n].expire(ctx, sink{*this, n});
      }
      drain();
      // What was held back begins again, for the next slot, with what is left.
      for (const measurement& m : held) tell(m.node, event::failed{m.operation, failure::unavailable});
      drain();
    }
    return time_;
  }

  /// Draws the next success of every link that attempts from the next slot on.
  void foresee() {
    for (std::uint32_t k = 0; k < links_.size(); ++k) {
      link_state& l = links_[k];
      if (l.drawn || !l.free[0] || !l.free[1] || (wanted_.idle_underneath && covered(k))) continue;
      l.succeeds = time_ + sample::geometric(draws_, wanted_.p);
      l.drawn = true;
    }
  }

  /// Whether a segment of more than one link lies over link `k`.
  [[nodiscard]] bool covered(std::uint32_t k) const {
    for (std::uint32_t n = 0; n <= k; ++n) {
      const segments& table = nodes_[n].table();
      const segment& row = table[n == 0 ? 0 : 1];
      if (row.held_by != owner::nobody && row.facing == side::downstream && row.reach > k) return true;
    }
    return false;
  }

  [[nodiscard]] std::uint64_t next_slot() const {
    if (!measurements_.empty()) return time_ + 1;
    std::uint64_t next = ~std::uint64_t{0};
    for (const link_state& l : links_)
      if (l.drawn && l.succeeds < next) next = l.succeeds;
    for (const auto& n : nodes_) {
      if (n.next_deadline().is_never()) continue;
      const auto due = static_cast<std::uint64_t>(n.next_deadline().since_epoch() / slot);
      if (due > time_ && due < next) next = due;
    }
    EBIT_ASSERT(next != ~std::uint64_t{0}, "the chain is at rest without a pair");
    return next;
  }

  void herald() {
    for (std::uint32_t k = 0; k < links_.size(); ++k) {
      link_state& l = links_[k];
      if (!l.drawn || l.succeeds != time_) continue;
      l.drawn = false;
      l.free = {false, false};
      ++l.made;
      for (std::uint32_t end = 0; end < 2; ++end)
        tell(k + end, event::heralded{l.operation[end], l.slots[end], l.made, bell_index::psi_plus, now()});
    }
  }

  [[nodiscard]] std::vector<measurement> hold_central() {
    std::vector<measurement> held;
    if (!wanted_.central_waits || measurements_.size() + 2 < nodes_.size()) return held;
    for (std::size_t i = 0; i < measurements_.size() && held.empty(); ++i) {
      if (measurements_[i].node * 2 != wanted_.links) continue;
      held.push_back(measurements_[i]);
      measurements_.erase(measurements_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return held;
  }

  parameters wanted_;
  std::vector<basic_node<stack>> nodes_;
  std::vector<link_state> links_;
  std::vector<message> messages_;
  std::vector<measurement> measurements_;
  random_stream draws_;
  std::uint64_t time_ = 0;
  bool delivered_ = false;
};

}  // namespace ebit::testing
