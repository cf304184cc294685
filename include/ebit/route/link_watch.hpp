// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/herald/engine.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/route/believed_links.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/hysteresis.hpp>
#include <ebit/route/link_state.hpp>
#include <ebit/route/measured_metrics.hpp>
#include <ebit/route/measured_model.hpp>
#include <ebit/route/slot_exposure.hpp>

namespace ebit::route {

/// The values of `link_state_routing` that a node's own part needs.
struct link_watch_options {
  link_state_options advertise{};
  belief_options belief{};
  duration look_every = duration::seconds(1);
  bool measured = true;
};

/// What a node knows of links: it watches its own, says of them what is news, and hears of all others.
class link_watch {
 public:
  link_watch() = default;
  link_watch(node_id self, std::uint32_t slots, std::uint32_t incarnation, const link_watch_options& how)
      : state_{self, incarnation, how.advertise}, measured_{how.belief}, how_{how}, exposed_(slots) {}

  [[nodiscard]] const link_state& state() const { return state_; }
  [[nodiscard]] const measured_metrics& measured() const { return measured_; }
  [[nodiscard]] believed_links links(const network_map& map) const { return {state_, measured_, map, how_.measured}; }
  template <circuit_forecaster Model>
  [[nodiscard]] measured_model<Model, believed_links> seen(const Model& model, const believed_links& links,
                                                           local_time now) const {
    return {model, links, now};
  }
  [[nodiscard]] local_time next_deadline() const { return least(state_.next_deadline(), look_at_); }
  [[nodiscard]] bool looks_at(local_time now) const { return look_at_ <= now; }
  /// Whether more is known than when this was last asked.
  [[nodiscard]] bool has_changed() { return std::exchange(changes_, state_.changes()) != state_.changes(); }

  // What nodes say.

  /// A link of the start has come up at the port, or gone down.
  template <class Sink>
  void note(const network_map& map, const port& p, local_time now, Sink& sink) {
    if (!map.knows(p.path) || map.is_made(p.path)) return;
    begin(map, now, sink);
    own_link* l = find(p.path);
    if (l == nullptr) l = &own_.emplace_back(own_link{p.path, p.peer, p.slots, false});
    if (!l->is_up && p.up) measured_.forget(p.path);
    l->is_up = p.up;
    tell(*l, now, sink);
  }
  /// The node at the other end of the link has started again: what was seen of it before says nothing any more.
  void renewed(path_id path) { measured_.forget(path); }
  /// Deals with a message if it is one of this protocol; whether it is.
  template <class Sink>
  bool handle(const network_map& map, const message& m, duration flight, local_time now, Sink& sink) {
    if (!m.holds<wire::advertisement>() && !m.holds<wire::advertised>()) return false;
    begin(map, now, sink);
    return state_.handle(m, flight, now, sink);
  }
  template <class Sink>
  void expire(local_time now, Sink& sink) {
    state_.expire(now, sink);
  }
  /// Weighs what has been seen since the last look, and says what is news. `in_use`: there is more to be looked at.
  template <class Sink>
  void look(bool in_use, local_time now, Sink& sink) {
    look_at_ = local_time::never();
    bool goes_on = in_use;
    for (exposure& e : exposed_) {
      weigh(e, now);
      goes_on = goes_on || e.counts;
    }
    for (const own_link& l : own_) {
      tell(l, now, sink);
      const link_condition c = measured_.condition(l.path, now);
      goes_on = goes_on || c.yield < 0.999 || c.yield > 1.001 || c.purity < 0.999;  // it fades
    }
    if (goes_on) look_again(now);
  }
  void look_again(local_time now) { look_at_ = least(look_at_, now + how_.look_every); }

  // What the node's own links do.

  /// Attempts are announced on one of them, by either end.
  void announced(const wire::link_started& m) { announced_ = m; }
  [[nodiscard]] const wire::link_started& announcement() const { return announced_; }
  /// They begin; each of its modes heralds with probability `success` in a cycle.
  void begins(const action::attempt& a, double success, duration lag, local_time now) {
    for (std::uint32_t m = 0; m < a.modes && a.first_slot.value() + m < exposed_.size(); ++m)
      exposed_[a.first_slot.value() + m] = {.path = a.path,
                                            .operation = a.operation,
                                            .cycle_zero = a.at - a.period * static_cast<std::int64_t>(a.first_cycle),
                                            .period = a.period,
                                            .lag = lag,
                                            .success = success,
                                            .modes = a.modes,
                                            .from = a.first_cycle,
                                            .counts = success > 0};
    look_again(now);
  }
  void ends(operation_id batch, local_time now) {
    for (exposure& e : exposed_) {
      if (e.operation != batch) continue;
      weigh(e, now);
      e.success = 0;
      e.counts = false;
    }
  }
  void heralded(std::uint32_t slot, std::uint64_t sequence, local_time now) {
    if (slot >= exposed_.size()) return;
    exposure& e = exposed_[slot];
    const std::uint64_t cycle = sequence / e.modes;
    if (std::exchange(e.counts, false) && cycle >= e.from)
      measured_.heralded(e.path, 1, static_cast<double>(cycle + 1 - e.from) * e.success, now);
  }
  /// The slot is free from now on. Of the other end's it is known that it is by `from`, or nothing is known.
  void freed(std::uint32_t slot, bool is_known, local_time from) {
    if (slot >= exposed_.size() || !(exposed_[slot].success > 0)) return;
    exposed_[slot].counts = is_known;
    if (is_known) exposed_[slot].from = exposed_[slot].first_cycle_from(from);
  }
  /// The same is learnt later.
  void freed_there(std::uint32_t slot, local_time now) {
    if (slot < exposed_.size() && !exposed_[slot].counts) freed(slot, true, now);
  }
  /// While a Bell measurement's halves are taken out of the table.
  void swaps(bool now) { swaps_ = now; }
  [[nodiscard]] bool swaps() const { return swaps_; }

  // Circuits whose head this node is.

  struct circuit_watch {
    circuit_id circuit;
    std::uint64_t tests = 0, failures = 0;  ///< since it began or raised its last alarm
    std::uint32_t alarms = 0;
    std::vector<link_share> walk;  ///< as forecast; empty before the first test
    double forecast_fidelity = 1;
    hysteresis better;
  };
  [[nodiscard]] circuit_watch& of(circuit_id circuit) {
    for (circuit_watch& c : circuits_)
      if (c.circuit == circuit) return c;
    circuit_watch& fresh = circuits_.emplace_back();
    fresh.circuit = circuit;
    return fresh;
  }
  /// So many tests were made by now. One that raises an alarm has failed, and the count begins anew; as it does when
  /// whoever counts has forgotten the circuit meanwhile.
  void weigh(circuit_watch& c, std::uint64_t tests, std::uint64_t failures, std::uint32_t alarms, local_time now) {
    if (alarms < c.alarms || (alarms == c.alarms && tests < c.tests)) c.tests = c.failures = 0, c.alarms = alarms;
    const bool is_alarm = alarms != c.alarms;
    const std::uint64_t more = is_alarm ? 1 : tests - c.tests, failed = is_alarm ? 1 : failures - c.failures;
    c.tests = tests, c.failures = failures, c.alarms = alarms;
    if (more == 0) return;
    measured_.tested(c.walk, more, failed, c.forecast_fidelity, now);
    look_again(now);
  }
  /// Whether another walk has been better for long enough.
  [[nodiscard]] hysteresis& steadiness(circuit_id circuit) { return of(circuit).better; }
  /// Forgets circuits that are over.
  template <class IsInUse>
  void forget_all_but(const IsInUse& is_in_use) {
    for (std::size_t i = circuits_.size(); i-- > 0;) {
      if (is_in_use(circuits_[i].circuit)) continue;
      circuits_[i] = circuits_.back();
      circuits_.pop_back();
    }
  }

 private:
  struct own_link {
    path_id path;
    node_id peer;
    std::uint32_t slots = 0;
    bool is_up = false;
  };

  /// Neighbours are those to whom links of the start lead, whether these are up or not.
  template <class Sink>
  void begin(const network_map& map, local_time now, Sink& sink) {
    if (std::exchange(has_begun_, true)) return;
    state_.start(static_cast<std::uint16_t>(least(exposed_.size(), std::size_t{0xffff})), now, sink);
    const auto incident = map.incident(state_.self());
    for (std::size_t i = 0; i < incident.size(); ++i) {
      const edge& e = map.along(path_id{incident[i]});
      bool is_known = false;
      for (std::size_t k = 0; k < i; ++k)
        is_known = is_known || map.along(path_id{incident[k]}).other(state_.self()) == e.other(state_.self());
      if (!is_known) state_.neighbour_up(e.other(state_.self()), e.budget.delay * 2, now, sink);
    }
  }
  template <class Sink>
  void tell(const own_link& l, local_time now, Sink& sink) {
    link_condition c;
    if (how_.measured) c = measured_.condition(l.path, now);
    const end_state s{static_cast<float>(c.yield), static_cast<float>(least(1.0, c.purity)),
                      static_cast<std::uint16_t>(least(l.slots, std::uint32_t{0xffff})), l.is_up};
    state_.report(l.path, l.peer, s, now, sink);
  }
  /// What is known by now of an exposure that goes on: nothing came.
  void weigh(exposure& e, local_time now) {
    if (!e.counts) return;
    const std::uint64_t end = e.end_of_known(now);
    if (end <= e.from) return;
    measured_.heralded(e.path, 0, static_cast<double>(end - e.from) * e.success, now);
    e.from = end;
  }
  [[nodiscard]] own_link* find(path_id path) {
    for (own_link& l : own_)
      if (l.path == path) return &l;
    return nullptr;
  }

  link_state state_;
  measured_metrics measured_;
  link_watch_options how_;
  std::vector<exposure> exposed_;  ///< by slot
  std::vector<own_link> own_;
  std::vector<circuit_watch> circuits_;
  wire::link_started announced_{};
  local_time look_at_ = local_time::never();
  std::uint64_t changes_ = 0;
  bool has_begun_ = false;
  bool swaps_ = false;
};

}  // namespace ebit::route
