// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>

#include <ebit/route/avoiding.hpp>
#include <ebit/route/engine.hpp>
#include <ebit/route/link_model.hpp>
#include <ebit/route/measured_metrics.hpp>
#include <ebit/route/measured_model.hpp>
#include <ebit/route/test_results.hpp>

// What a node does whose route policy watches links: what it sees of its own, and circuits that go another way. Nothing
// of this is compiled for other policies.
namespace ebit {

template <class Policy, class Model>
void route_engine<Policy, Model>::see(segments& table, const action::attempt& a, local_time now) {
  const wire::link_started& m = watch_.announcement();
  const std::uint16_t index = table.circuits.find(a.circuit);
  if (!map_.knows(a.path) || map_.is_made(a.path) || index == circuit_table::none || m.epoch != a.epoch) return;
  const auto is_share = [](double x) { return x >= 0 && x <= 1; };
  if (!is_share(m.bright_upstream) || !is_share(m.bright_downstream)) return;  // a message may say anything
  const circuit& c = table.circuits[index];
  const route::edge& e = map_.along(a.path);
  const bool is_upstream = c.link(side::downstream).width != 0 && c.link(side::downstream).path == a.path;
  const bool forward = (e.a == table.self()) == is_upstream;
  const double success = route::model_of(model_.herald(), e.budget,
                                         {forward ? m.bright_upstream : m.bright_downstream,
                                          forward ? m.bright_downstream : m.bright_upstream})
                             .success_probability;
  watch_.begins(a, success, e.budget.delay * 2 + c.length, now);
  table.watch(watch_.next_deadline());
}

/// The row still says how far its half reached. If that is beyond the link, the neighbour has swapped; if it is not and
/// this node has, nobody knows when the neighbour will. Else both ends are done with the pair at about the same time.
template <class Policy, class Model>
void route_engine<Policy, Model>::see(segments& table, const action::free& a, local_time now) {
  if (a.slot.value() >= table.size()) return;
  const segment& row = table[a.slot.value()];
  if (row.circuit >= table.circuits.size()) return;
  const circuit& c = table.circuits[row.circuit];
  const path_id path = c.link(row.facing).path;
  if (!map_.knows(path)) return;
  const bool is_beyond = row.reach != c.position - 1 + 2 * static_cast<int>(row.facing);
  const route::edge& e = map_.along(path);
  const duration there = (e.budget.delay + map_.at(e.other(table.self())).gate_time) * 2;
  watch_.freed(a.slot.value(), is_beyond || !watch_.swaps(), is_beyond ? now : now + there);
}

/// News of a half that was swapped here and is gone: nobody knew then whether the neighbour still had the other one.
template <class Policy, class Model>
void route_engine<Policy, Model>::see_gone(const segments& table, const circuit& c, std::uint8_t facing,
                                           std::uint32_t epoch, std::uint64_t sequence, local_time now) {
  const circuit::hop& hop = c.link(static_cast<side>(facing & 1));
  if (hop.width == 0 || hop.epoch != epoch) return;
  const std::uint32_t slot = hop.first_slot + static_cast<std::uint32_t>(sequence % hop.width);
  const segment& row = table[slot];
  if (row.held_by != owner::nobody || row.local.sequence != sequence || row.local.epoch != epoch) return;
  watch_.freed_there(slot, now);
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::note_port(segments& table, const port& p, context& ctx, Sink& sink) {
  watch_.note(map_, p, ctx.now, sink);
  table.watch(watch_.next_deadline());
}

template <class Policy, class Model>
template <class Sink>
bool route_engine<Policy, Model>::hear(segments& table, link_engine& link, const message& m, duration flight,
                                       context& ctx, Sink& sink) {
  if (!watch_.handle(map_, m, flight, ctx.now, sink)) return false;
  if (watch_.has_changed()) {
    reroute(table, link, true, ctx, sink);
    if (connections_.size() > 0) watch_.look_again(ctx.now);
  }
  table.watch(watch_.next_deadline());
  return true;
}

template <class Policy, class Model>
void route_engine<Policy, Model>::weigh_tests(segments& table, circuit_id id, const route::test_results& shown,
                                              context& ctx) {
  connection* k = connections_.served_by(id);
  const std::uint16_t index = table.circuits.find(id);
  if (k == nullptr || index == circuit_table::none) return;
  if (shown.estimate().sufficient_for(k->min_fidelity())) k->moves = 0;
  auto& of = watch_.of(id);
  if (of.walk.empty()) {
    // What this walk promised without what had been measured, which adds white noise only; and what read-out errors
    // leave of a test's agreement.
    const auto links = watch_.links(map_);
    const route::evaluation& planned = k->found.circuit;
    const auto without = [](double fidelity, double purity) {
      return least(1.0, (4 * fidelity - 1) / 3 / greatest(purity, 1e-3));
    };
    double all = 1;
    for (const path_id path : k->found.path.links) {
      const double purity = links.condition(path, ctx.now).purity;
      all *= purity;
      const route::edge& e = map_.along(path);
      const auto drive = model_.drive(purified(e, purity), planned.plan.link_fidelity);
      const double alone =
          drive ? route::model_of(model_.herald(), e.budget, *drive).state.fidelity(bell_index::phi_plus) : 1;
      of.walk.push_back({path, alone});
    }
    const double seen = without(planned.expected.fidelity(), all) * (1 - 2 * least(0.499, read_out_flip(*k)));
    of.forecast_fidelity = (1 + 3 * seen) / 4;
  }
  watch_.weigh(of, shown.estimate().tests(), shown.estimate().failures(), shown.alarms(), ctx.now);
  table.watch(watch_.next_deadline());
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::look(segments& table, link_engine& link, context& ctx, Sink& sink) {
  watch_.expire(ctx.now, sink);
  if (watch_.looks_at(ctx.now)) {
    watch_.forget_all_but([this](circuit_id id) { return connections_.served_by(id) != nullptr; });
    watch_.look(connections_.size() > 0, ctx.now, sink);
    const auto links = watch_.links(map_);
    const auto model = watch_.seen(model_, links, ctx.now);
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      connection& k = connections_[i];
      const std::uint16_t index = table.circuits.find(k.circuit);
      if (!k.circuit.valid() || index == circuit_table::none || map_.is_made(k.found.path.links.front())) continue;
      if (table.circuits[index].state != circuit::phase::active) continue;
      const auto look = [&](const auto&... others) {
        return route::reconsider(policy_, map_, {table.self(), k.peer, k.left(), k.min_fidelity()}, model,
                                 k.found.path, watch_.steadiness(k.circuit), policy_.change, ctx.now, others...);
      };
      auto better = [&] {
        if constexpr (route::regards_circuits<Policy>)
          return look(connections_.in_use(&k));
        else
          return look();
      }();
      if (!better) continue;
      const std::size_t before = connections_.size();
      move(table, link, k, std::move(*better), ctx, sink);
      if (connections_.size() < before) --i;
    }
  }
  if (watch_.has_changed()) reroute(table, link, true, ctx, sink);
  table.watch(watch_.next_deadline());
}

template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::reroute(segments& table, link_engine& link, bool is_news, context& ctx,
                                          Sink& sink) {
  for (connection& k : connections_) {
    if (k.circuit.valid() || k.is_decided) continue;
    const bool is_other = find_other(table, link, k, ctx);
    // Where the old one is the best by what is new, it may be whole again; a node without room says so by itself.
    const bool again = is_news && !k.refused.valid() && watch_.links(map_).are_up(k.found.path.links);
    if (is_other || again) install(table, link, k, sink);
  }
}

template <class Policy, class Model>
bool route_engine<Policy, Model>::find_other(const segments& table, const link_engine& link, connection& k,
                                             const context& ctx) {
  if (map_.is_made(k.found.path.links.front())) return false;
  route::answer other = choose(table, link, {table.self(), k.peer, k.left(), k.min_fidelity()}, &k, ctx.now);
  if (!other.circuit.feasible || other.path == k.found.path) return false;
  k.found = std::move(other);
  k.tries = 0;
  return true;
}

template <class Policy, class Model>
template <class Sink>
bool route_engine<Policy, Model>::avoid(segments& table, link_engine& link, connection& k, context& ctx, Sink& sink) {
  if (map_.is_made(k.found.path.links.front()) || k.moves >= policy_.most_moves) return false;
  const auto links = watch_.links(map_);
  const auto model = watch_.seen(model_, links, ctx.now);
  const route::avoiding others{model, k.found.path};
  route::answer other = decide({table.self(), k.peer, k.left(), k.min_fidelity()}, others, &k);
  if (!other.circuit.feasible) return false;
  ++k.moves;
  move(table, link, k, std::move(other), ctx, sink);
  return true;
}

/// As where a circuit breaks at its head.
template <class Policy, class Model>
template <class Sink>
void route_engine<Policy, Model>::move(segments& table, link_engine& link, connection& k, route::answer to,
                                       context& ctx, Sink& sink) {
  const std::uint16_t index = table.circuits.find(k.circuit);
  circuit& c = table.circuits[index];
  c.is_broken = true;
  tell_all(table, k, wire::torn_down{c.delivered}, sink);
  k.circuit = k.refused = circuit_id::none();
  if (outlasts_circuit(table, k)) {
    k.found = std::move(to);
    k.tries = 0;
    k.is_decided = true;
    k.retry_at = ctx.now;
    table.watch(k.retry_at);
  }
  close(table, link, index, ctx, sink);
}

template <class Policy, class Model>
route::edge route_engine<Policy, Model>::as_measured(path_id path, local_time now) const {
  return purified(map_.along(path), watch_.links(map_).condition(path, now).purity);
}

}  // namespace ebit
