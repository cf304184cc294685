// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/testing/conformance_batch.hpp>
#include <ebit/testing/conformance_claims.hpp>
#include <ebit/testing/conformance_local.hpp>
#include <ebit/testing/conformance_messages.hpp>
#include <ebit/testing/conformance_pairs.hpp>

namespace ebit::testing::detail {

/// The scenarios, one after the other, on one rig.
template <class Backend>
class conformance_suite {
 public:
  explicit conformance_suite(conformance_rig<Backend>& rig) : rig_{&rig} {}

  void run() {
    note_claims();
    learn_promptness();
    wait_for_the_past();
    learn_paths();
    conformance_messages<Backend>{*rig_}.run();
    if (rig_->plan.clock_offset) rig_->offset = *rig_->plan.clock_offset;
    ask_of_empty_slots();
    switch_ports();
    conformance_local<Backend>{*rig_}.run();
    if constexpr (backend::heralds<Backend>) {
      if (herald()) {
        herald_again();
        conformance_pairs<Backend>{*rig_}.run();
        ask_what_cannot_be();
      }
    } else if constexpr (Backend::capabilities.heralds) {
      skip_heralds("no batch could be asked for: see capability.heralds");
    }
    for (std::size_t e = 0; e < rig_->size(); ++e) rig_->end(e).limits_again();
  }

 private:
  using batch = conformance_batch<Backend>;

  /// What is claimed and cannot be asked for breaks the rule of that capability; what is not claimed or not asked for
  /// is noted before all else.
  void note_claims() {
    conformance_report& report = *rig_->report;
    report.excuse(rig_->plan.excused);
    const auto gaps = gaps_of<Backend>();
    for (const conformance_gap& gap : gaps)
      rig_->end(0).watch().check(gap.rule, false, rig_->end(0).now(), [&] { return gap.text; });
    skip_unclaimed<Backend>(report);
    skip_unasked(report, rig_->plan, rig_->size());
  }
  /// Why nothing comes up that needs pairs.
  void skip_heralds(const char* why) {
    for (const conformance_entry& e : conformance_rules)
      if (!std::string_view{e.id}.starts_with("message."))
        rig_->report->skip_because(e.rule, conformance_skip::unseen, why);
  }

  void learn_promptness() {
    std::optional<duration> most = rig_->plan.promptness;
    if (!most) {
      rig_->pump([] { return true; });  // what is due already would end a wait
      bool stands = true;
      for (std::size_t e = 0; e < rig_->size(); ++e) stands = stands && rig_->end(e).clock_waits();
      most = stands ? duration::zero() : duration::never();
    }
    for (std::size_t e = 0; e < rig_->size(); ++e) rig_->end(e).expect_promptness(*most);
    if (!most->is_never()) return;
    for (const conformance_rule rule : {conformance_rule::limits_time, conformance_rule::event_in_time})
      rig_->report->skip_because(rule, conformance_skip::not_asked,
                                 rig_->plan.promptness
                                     ? "plan.promptness is never"
                                     : "the device's clock runs by itself, and plan.promptness is not given");
  }

  void wait_for_the_past() {
    for (std::size_t e = 0; e < rig_->size(); ++e) {
      rig_->end(e).wait(rig_->end(e).now());
      rig_->end(e).wait(rig_->end(e).now() - rig_->plan.budget);
    }
  }

  void learn_paths() {
    const auto known = [this] {
      return rig_->watch(0).path() != nullptr && (rig_->size() == 1 || rig_->watch(1).path() != nullptr);
    };
    for (std::size_t e = 0; e < rig_->size(); ++e)
      if (rig_->plan.paths[e]) rig_->end(e).watch().assume(*rig_->plan.paths[e]);
    rig_->pump(known);
    if (rig_->size() == 1 || !known()) return;
    if (Backend::capabilities.interacts_across_ports && ports(0) > 1 && ports(1) > 1)
      rig_->pump([this] { return rig_->way(0, 1) != nullptr; });
    for (std::uint32_t which = 0; which < 2; ++which) {
      if (rig_->way(0, which) == nullptr) return;
      const event::path_up &a = *rig_->way(0, which), &b = *rig_->way(1, which);
      const bool agreed = a.path == b.path && a.delay == b.delay && a.station_here == b.station_there &&
                          a.station_there == b.station_here && a.peer != b.peer;
      rig_->end(0).watch().check(conformance_rule::path_agreed, agreed, rig_->end(0).now(),
                                 [] { return "path_up of the two ends do not match"; });
    }
  }
  [[nodiscard]] std::size_t ports(std::size_t e) const { return rig_->watch(e).limits().slots_per_port.size(); }

  /// Operations on slots that hold nothing fail, at once or when their time comes.
  void ask_of_empty_slots() {
    std::vector<std::pair<std::size_t, operation_id>> asked;
    for (std::size_t e = 0; e < rig_->size(); ++e) {
      const auto& slots = rig_->watch(e).limits().slots_per_port;
      const bool within = Backend::capabilities.interacts_within_port && !slots.empty() && slots[0] > 1;
      const bool across = Backend::capabilities.interacts_across_ports && slots.size() > 1;
      const slot_id first{0}, second{within ? 1 : across ? slots[0] : 0};
      const local_time soon = rig_->end(e).now() + rig_->plan.budget / 100;
      const auto ask = [&](const auto& a, local_time at) { asked.emplace_back(e, rig_->ask(e, a, at)); };
      if constexpr (backend::measures<Backend>) {
        ask(action::measure{{}, {}, first, basis::z}, soon);
        ask(action::measure{{}, {}, first, basis::x}, rig_->end(e).now());
      }
      if constexpr (backend::gates<Backend>) ask(action::gate{{}, {}, action::gate_kind::x, first, first}, soon);
      if constexpr (backend::bell_measures<Backend>)
        if (within || across) ask(action::bell_measure{{}, {}, first, second}, soon);
      if constexpr (backend::distils<Backend> && Backend::capabilities.interacts_within_port)
        if (within) ask(action::distil{{}, {}, first, second, {}, half::a}, soon);
    }
    rig_->settle();
    for (const auto& [e, id] : asked) {
      const operation_id which = id;
      if (rig_->ended(e, id))
        rig_->end(e).watch().check(conformance_rule::operation_empty_fails, !rig_->well(e, id), rig_->end(e).now(),
                                   [&] { return "done of operation " + std::to_string(which.value()); });
    }
  }

  void switch_ports() {
    if constexpr (backend::switches<Backend>) {
      for (std::size_t e = 0; e < rig_->size(); ++e) {
        if (rig_->watch(e).limits().slots_per_port.size() < 2)
          return rig_->report->skip_because(conformance_rule::capability_switches, conformance_skip::unseen,
                                            "needs two ports");
        for (int step = 0; step < 2; ++step) {
          const operation_id id = step == 0 ? rig_->ask(e, action::connect{{}, {}, port_id{0}, port_id{1}})
                                            : rig_->ask(e, action::clear{{}, {}, port_id{0}});
          rig_->settle();
          rig_->end(e).watch().check(conformance_rule::capability_switches, rig_->well(e, id), rig_->end(e).now(),
                                     [] { return "joining or clearing ports was not done"; });
        }
      }
    }
  }

  /// Pairs in all slots, each read or freed by both ends while they are told of it. False if none came.
  bool herald() {
    batch b{*rig_};
    if (b.modes() == 0) return skip_heralds("no slots at the port"), false;
    b.open();
    const auto use = [&](std::size_t e, const auto& what) {
      rig_->keep_house(e, what);
      using type = std::remove_cvref_t<decltype(what)>;
      if constexpr (std::is_same_v<type, event::heralded>) {
        if constexpr (backend::measures<Backend>)
          rig_->ask(e, action::measure{{}, {}, what.slot, what.sequence % 2 == 0 ? basis::z : basis::x});
        else
          rig_->free(e, what.slot);
      } else if constexpr (std::is_same_v<type, event::done> || std::is_same_v<type, event::failed>) {
        for (std::uint32_t m = 0; m < b.modes(); ++m)
          if (slot_of(e, what.operation) == b.slot(e, m)) rig_->free(e, b.slot(e, m));
      }
    };
    rig_->pump([&] { return !b.running() || enough(b); }, use);
    const bool ran = b.running();
    b.close(use);
    b.free_all();
    const bool any = !b.heralds(0).empty();
    if (rig_->size() == 1 && !any) return false;
    rig_->end(0).watch().check(conformance_rule::capability_heralds, ran && any, rig_->end(0).now(),
                               [&] { return ran ? "no herald came" : "the batch ended by itself"; });
    for (std::size_t e = 0; e < rig_->size() && any; ++e) check_reuse(b, e);
    if (any) check_next_cycle(b);
    return any;
  }
  [[nodiscard]] bool enough(const batch& b) const {
    for (std::size_t e = 0; e < rig_->size(); ++e) {
      const auto heralds = b.heralds(e);
      if (heralds.size() < rig_->plan.pairs) return false;
      for (std::uint32_t m = 0; m < b.modes(); ++m)
        if (count(heralds, b.slot(e, m)) < 2) return false;
    }
    return true;
  }
  [[nodiscard]] static std::size_t count(const std::vector<conformance_monitor::herald>& heralds, slot_id slot) {
    std::size_t n = 0;
    for (const auto& h : heralds) n += h.slot == slot ? 1U : 0U;
    return n;
  }
  void check_reuse(const batch& b, std::size_t e) {
    const auto heralds = b.heralds(e);
    for (std::uint32_t m = 0; m < b.modes(); ++m) {
      const std::size_t n = count(heralds, b.slot(e, m));
      if (n > 0)
        rig_->end(e).watch().check(conformance_rule::herald_reuse, n > 1, rig_->end(e).now(), [&] {
          return "slot " + std::to_string(b.slot(e, m).value()) + " heralded once of " +
                 std::to_string(heralds.size());
        });
    }
  }
  /// Where attempts are certain, a slot heralds in the first cycles after both ends have freed it.
  void check_next_cycle(const batch& b) {
    if (rig_->plan.reuse_cycles == 0 || rig_->size() == 1) return;
    for (const auto& here : b.heralds(0))
      for (const auto& there : b.heralds(1)) {
        if (here.sequence != there.sequence) continue;
        const std::uint64_t from = greatest(b.first_after_free(0, here), b.first_after_free(1, there));
        const std::uint64_t cycle = here.sequence / b.modes();
        rig_->end(0).watch().check(
            conformance_rule::herald_next_cycle, cycle < from + rig_->plan.reuse_cycles, rig_->end(0).now(),
            [&] { return "cycle " + std::to_string(cycle) + ", free from " + std::to_string(from); });
      }
  }
  /// The slot that a running read-out is of.
  [[nodiscard]] slot_id slot_of(std::size_t e, operation_id id) const {
    const conformance_monitor::operation* const o = rig_->watch(e).find(id);
    return o == nullptr ? slot_id{} : o->slot;
  }

  void herald_again() {
    batch b{*rig_};
    b.open();
    const bool came = b.hold(1);
    rig_->end(0).watch().check(conformance_rule::herald_second_epoch, came, rig_->end(0).now(),
                               [] { return "no pair at both ends in the second batch"; });
    b.close();
  }

  /// What the device says it could not begin leaves the qubits: a Bell measurement of a pair's half and nothing.
  void ask_what_cannot_be() {
    if constexpr (backend::measures<Backend> && backend::bell_measures<Backend> &&
                  Backend::capabilities.interacts_within_port) {
      batch b{*rig_};
      if (b.modes() < 2)
        return rig_->report->skip_because(conformance_rule::operation_unavailable_keeps, conformance_skip::unseen,
                                          "needs two slots at a port");
      b.open();
      const bool came = b.hold(1);
      b.close([this](std::size_t e, const auto& what) { rig_->keep_house(e, what); });
      for (std::size_t e = 0; came && e < rig_->size(); ++e) {
        const slot_id held = b.slot(e, 0), empty = b.slot(e, 1);
        if (rig_->watch(e).slot(empty).held) rig_->free(e, empty);
        const operation_id id = rig_->ask(e, action::bell_measure{{}, {}, held, empty});
        rig_->settle();
        const auto* const o = rig_->watch(e).find(id);
        rig_->end(e).watch().check(conformance_rule::operation_empty_fails, !rig_->well(e, id), rig_->end(e).now(),
                                   [] { return "done of a Bell measurement with an empty slot"; });
        if (!o->ended || o->why != failure::unavailable) {
          rig_->report->skip_because(conformance_rule::operation_unavailable_keeps, conformance_skip::not_claimed,
                                     "no Bell measurement that could not begin failed as unavailable");
          continue;
        }
        const operation_id again = rig_->ask(e, action::measure{{}, {}, held, basis::z});
        rig_->settle();
        rig_->end(e).watch().check(conformance_rule::operation_unavailable_keeps, rig_->well(e, again),
                                   rig_->end(e).now(), [] { return "the qubit could not be read afterwards"; });
      }
      b.free_all();
    }
  }

  conformance_rig<Backend>* rig_;
};

}  // namespace ebit::testing::detail
