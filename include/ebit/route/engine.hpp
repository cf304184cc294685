// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <utility>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/herald/engine.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/link_model.hpp>
#include <ebit/route/pending_requests.hpp>
#include <ebit/route/reservations.hpp>

namespace ebit {

/// Virtual circuits: installed, used and torn down by messages between nodes (after Kozlowski, Dahlberg and Wehner
/// 2020, arXiv:2010.02575). The head chooses a walk, asks every node on it to reserve slots, starts all links at one
/// instant, delivers, and tears the circuit down when the request is served. A node without free slots refuses; the
/// head then gives everything back and tries again when that node says it has room, so that nothing is held while
/// waiting.
template <class Policy, class Model>
class route_engine {
 public:
  route_engine() = default;
  route_engine(const Policy& policy, Model model, shared_constant<route::network_map> map)
      : policy_{policy}, model_{std::move(model)}, map_{std::move(map)} {}

  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] const route::answer* answer_to(request_id id) const {
    const pending* p = requests_.find(id);
    return p == nullptr ? nullptr : &p->found;
  }
  [[nodiscard]] circuit_id circuit_of(request_id id) const {
    const pending* p = requests_.find(id);
    return p == nullptr ? circuit_id::none() : p->circuit;
  }

  template <class Sink>
  void handle(segments& table, link_engine& link, const event::request& e, Sink& sink) {
    const route::demand wanted{table.self(), e.peer, e.pairs, e.min_fidelity};
    if (const refusal why = check(wanted); why != refusal::none) {
      sink(action::report{e.id, request_outcome::refused, why, 0, 0, 0});
      return;
    }
    route::answer found = policy_.choose(*map_, wanted, model_);
    const route::evaluation& c = found.circuit;
    const auto hops = static_cast<std::uint16_t>(found.path.hops());
    if (!c.feasible) {
      sink(action::report{e.id, request_outcome::refused, c.why, c.hop, hops, c.value});
      return;
    }
    pending& p = requests_.add(e, std::move(found));
    sink(action::report{e.id, request_outcome::accepted, refusal::none, 0, hops, p.found.circuit.expected.rate()});
    install(table, link, p, sink);
  }

  template <class Sink>
  void handle(segments& table, link_engine& link, circuit_id id, node_id head, const wire::install& m,
              duration flight, Sink& sink) {
    if (table.circuits.find(id) != circuit_table::none || is_forgotten(id)) return;
    circuit c;
    c.id = id;
    c.head = head;
    c.tail = m.tail;
    c.request = m.request;
    c.position = m.position;
    c.hops = m.hops;
    c.wanted = m.pairs;
    c.estimate = static_cast<double>(m.estimate);
    c.end_to_end = flight;
    c.plan = {m.width, m.link_rounds, m.end_rounds, static_cast<double>(m.link_fidelity), m.cutoff};
    for (const auto& [path, hop] :
         {std::pair{m.upstream, m.position - 1}, std::pair{m.downstream, int{m.position}}}) {
      if (!path.valid() || route::fits(table, link, path, m.width)) continue;
      waiting_.join({id, head, m.request});
      const wire::refused no{static_cast<std::uint16_t>(hop), 0, table.self()};
      sink(action::send{message::pack(table.self(), head, id, no)});
      return;
    }
    route::enter(table, link, c, m.upstream, m.downstream);
    sink(action::send{message::pack(table.self(), head, id, wire::ready{m.position})});
  }

  template <class Sink>
  void handle(segments& table, link_engine& link, std::uint16_t index, const wire::ready& m, duration flight,
              context& ctx, Sink& sink) {
    circuit& c = table.circuits[index];
    pending* p = requests_.served_by(c.id);
    if (p == nullptr || c.state != circuit::phase::installed || m.position == 0 || m.position > c.hops) return;
    if (p->is_ready[m.position]) return;
    p->is_ready[m.position] = true;
    ++p->ready;
    if (m.position == c.hops) c.end_to_end = flight;
    // Every node has to have the word before it can tell its downstream neighbour.
    duration lead = flight;
    if (m.position < c.hops) lead += map_->along(p->found.path.links[m.position]).budget.delay;
    p->lead = greatest(p->lead, lead);
    if (p->ready < c.hops) return;
    c.state = circuit::phase::active;
    for (std::uint16_t i = 1; i < c.hops; ++i)
      sink(action::send{message::pack(table.self(), p->found.path.nodes[i], c.id, wire::go{p->lead})});
    start(table, link, index, ctx.now + p->lead, ctx, sink);
  }

  template <class Sink>
  void handle(segments& table, link_engine& link, std::uint16_t index, const wire::go& m, duration flight,
              context& ctx, Sink& sink) {
    circuit& c = table.circuits[index];
    if (c.state == circuit::phase::closing || c.link(side::downstream).open) return;
    c.state = circuit::phase::active;
    start(table, link, index, ctx.now - flight + m.starts_in, ctx, sink);
  }

  template <class Sink>
  void handle(segments& table, link_engine& link, std::uint16_t index, const wire::refused&, context& ctx,
              Sink& sink) {
    circuit& c = table.circuits[index];
    pending* p = requests_.served_by(c.id);
    if (p == nullptr || c.state != circuit::phase::installed) return;
    tell_all(table, *p, c.id, wire::torn_down{0}, sink);
    p->refused = std::exchange(p->circuit, circuit_id::none());
    ++p->tries;
    // The word that there is room comes by itself; the clock only guards against its loss.
    p->retry_at = ctx.now + duration::picoseconds(1'000'000'000'000) * (std::int64_t{1} << least(p->tries, 12U));
    table.watch(p->retry_at);
    close(table, link, index, ctx, sink);
  }

  void handle(segments& table, circuit_id refused, const wire::available&, context& ctx) {
    for (pending& p : requests_) {
      if (p.circuit.valid() || p.refused != refused) continue;
      p.retry_at = least(p.retry_at, ctx.now + route::backoff(*map_, table.self(), p));
      table.watch(p.retry_at);
    }
  }

  template <class Sink>
  void handle(segments& table, link_engine& link, std::uint16_t index, const wire::torn_down& m, context& ctx,
              Sink& sink) {
    circuit& c = table.circuits[index];
    if (c.state == circuit::phase::closing) return;
    if (c.position == c.hops && c.delivered < m.delivered) {
      // Words about the last pairs are still on their way; it closes with the last of them, or when they must have
      // come.
      c.close_at = ctx.now + c.end_to_end * 4 + duration::picoseconds(1);
      c.head_delivered = m.delivered;
      table.watch(c.close_at);
      return;
    }
    close(table, link, index, ctx, sink);
  }

  template <class Sink>
  verdict handle(segments& table, circuit& c, const wire::delivered& m, Sink& sink) {
    const std::uint32_t slot = table.find_half(c, side::upstream, m.half_epoch, m.half_sequence);
    if (slot == table.size() || table[slot].held_by == owner::app) return verdict::settled;
    if (table[slot].held_by != owner::route) return verdict::early;
    deliver(table, c, slot, sink);
    return verdict::settled;
  }

  /// A whole segment has been given to this layer.
  template <class Sink>
  void work(segments& table, link_engine& link, std::uint32_t slot, context& ctx, Sink& sink) {
    segment& row = table[slot];
    if (row.held_by != owner::route) return;
    const std::uint16_t index = row.circuit;
    circuit& c = table.circuits[index];
    if (c.delivered >= c.wanted) return;
    if (c.position != 0) {
      // One link: both ends see the same pairs in the same order. Longer: the last ones wait for the head's word.
      if (c.hops == 1 || c.delivered + c.plan.width < c.wanted) deliver(table, c, slot, sink);
      return;
    }
    if (c.hops > 1)
      sink(action::send{
          message::pack(table.self(), c.tail, c.id, wire::delivered{row.remote.sequence, row.remote.epoch})});
    deliver(table, c, slot, sink);
    if (c.delivered < c.wanted) return;
    pending* p = requests_.served_by(c.id);
    EBIT_ASSERT(p != nullptr, "a circuit without its request");
    tell_all(table, *p, c.id, wire::torn_down{c.delivered}, sink);
    sink(action::report{p->ask.id, request_outcome::delivered, refusal::none, 0, c.hops, 0});
    requests_.remove(*p);
    close(table, link, index, ctx, sink);
  }

  /// A circuit that is over: an `install` for it that is still under way, or comes twice, must not open it again.
  void forget(circuit_id id) {
    if (is_forgotten(id)) return;
    forgotten_[forgotten_next_] = id;
    forgotten_next_ = (forgotten_next_ + 1) % forgotten_.size();
  }

  /// Something of a closing circuit has ended; when nothing is left its slots go back.
  template <class Sink>
  EBIT_ALWAYS_INLINE void settle(segments& table, link_engine& link, std::uint16_t index, Sink& sink) {
    if (table.circuits[index].state == circuit::phase::closing) [[unlikely]]
      give_back(table, link, index, sink);
  }
  template <class Sink>
  void give_back(segments& table, link_engine& link, std::uint16_t index, Sink& sink) {
    const circuit_id ended = table.circuits[index].id;
    if (!link_engine::release(table, index)) return;
    forget(ended);
    for (const route::waiter& w : waiting_)
      sink(action::send{message::pack(table.self(), w.head, w.circuit, wire::available{})});
    waiting_.clear();
    for (pending& p : requests_)
      if (!p.circuit.valid() && !p.refused.valid()) install(table, link, p, sink);
  }

  template <class Sink>
  void expire(segments& table, link_engine& link, context& ctx, Sink& sink) {
    for (std::uint16_t i = 0; i < table.circuits.size(); ++i)
      if (table.circuits.alive(i) && table.circuits[i].close_at <= ctx.now) close(table, link, i, ctx, sink);
    for (pending& p : requests_)
      if (!p.circuit.valid() && p.retry_at <= ctx.now) install(table, link, p, sink);
    for (const pending& p : requests_)
      if (!p.circuit.valid()) table.watch(p.retry_at);
  }

 private:
  using pending = route::pending_request;

  [[nodiscard]] bool is_forgotten(circuit_id id) const {
    for (const circuit_id known : forgotten_)
      if (known == id) return true;
    return false;
  }

  [[nodiscard]] refusal check(const route::demand& d) const {
    if (!(d.min_fidelity >= 0 && d.min_fidelity <= 1) || d.pairs == 0) return refusal::invalid;
    if (!d.to.valid() || d.to.value() >= map_->nodes()) return refusal::unknown_node;
    return d.from == d.to ? refusal::same_node : refusal::none;
  }

  template <class Sink>
  void install(segments& table, link_engine& link, pending& p, Sink& sink) {
    const route::walk& w = p.found.path;
    const circuit_plan& plan = p.found.circuit.plan;
    if (!route::fits(table, link, w.links.front(), plan.width)) {
      p.refused = circuit_id::none();  // a circuit of this node holds the slots; its end is the sign to try again
      p.retry_at = local_time::never();
      return;
    }
    p.circuit = circuit_id{table.self().value() << 12 | (opened_++ & 0xfffU)};
    p.is_ready.assign(w.nodes.size(), false);
    p.ready = 0;
    p.lead = map_->along(w.links.front()).budget.delay;
    p.retry_at = local_time::never();
    circuit c;
    c.id = p.circuit;
    c.head = table.self();
    c.tail = w.nodes.back();
    c.request = p.ask.id;
    c.hops = static_cast<std::uint16_t>(w.hops());
    c.plan = plan;
    c.wanted = p.ask.pairs;
    c.estimate = p.found.circuit.expected.fidelity();
    route::enter(table, link, c, path_id::none(), w.links.front());
    for (std::uint16_t i = 1; i <= c.hops; ++i) {
      const wire::install body{.cutoff = plan.cutoff,
                               .link_fidelity = static_cast<float>(plan.link_fidelity),
                               .estimate = static_cast<float>(c.estimate),
                               .upstream = w.links[i - 1U],
                               .downstream = i < c.hops ? w.links[i] : path_id::none(),
                               .tail = c.tail,
                               .request = c.request,
                               .pairs = c.wanted,
                               .position = i,
                               .hops = c.hops,
                               .width = plan.width,
                               .link_rounds = plan.link_rounds,
                               .end_rounds = plan.end_rounds};
      sink(action::send{message::pack(table.self(), w.nodes[i], c.id, body)});
    }
  }

  /// Drives the downstream link of this node as its budget and the plan say.
  template <class Sink>
  void start(segments& table, link_engine& link, std::uint16_t index, local_time when, context& ctx, Sink& sink) {
    const circuit& c = table.circuits[index];
    const circuit::hop& hop = c.link(side::downstream);
    const route::edge& e = map_->along(link.ports()[hop.port].path);
    const auto drive = route::drive_for(model_.herald(), e.budget, c.plan.link_fidelity);
    if (!drive) return;
    const bool forward = e.a == table.self();
    link.open(table, index, when,
              {.period = e.budget.period(hop.width),
               .spacing = e.budget.attempt_time,
               .bright_upstream = forward ? drive->bright_state_a : drive->bright_state_b,
               .bright_downstream = forward ? drive->bright_state_b : drive->bright_state_a},
              ctx, sink);
  }

  template <class Sink>
  static void deliver(segments& table, circuit& c, std::uint32_t slot, Sink& sink) {
    ++c.delivered;
    table.transfer(slot, owner::route, owner::app);
    const segment& row = table[slot];
    fate taken;
    taken.sequence = row.local.sequence;
    taken.epoch = row.local.epoch;
    taken.what = fate::kind::settled;
    c.link(row.facing).fates.record(taken);
    if (c.head_delivered != 0 && c.delivered >= c.head_delivered) {
      c.close_at = row.born;  // in the past: at once
      table.watch(c.close_at);
    }
    sink(action::deliver{.operation = table.begin_operation(slot),
                         .slot = slot_id{slot},
                         .request = c.request,
                         .circuit = c.id,
                         .peer = row.peer,
                         .name = row.facing == side::downstream ? row.local : row.remote,
                         .frame = row.frame,
                         .born = row.born,
                         .estimated_fidelity = c.estimate});
  }

  template <class Body, class Sink>
  static void tell_all(const segments& table, const pending& p, circuit_id id, const Body& body, Sink& sink) {
    const std::vector<node_id>& nodes = p.found.path.nodes;
    for (std::size_t i = 1; i < nodes.size(); ++i)
      sink(action::send{message::pack(table.self(), nodes[i], id, body)});
  }

  /// Stops the links and gives up every half that no operation and no application holds.
  template <class Sink>
  void close(segments& table, link_engine& link, std::uint16_t index, context& ctx, Sink& sink) {
    circuit& c = table.circuits[index];
    c.state = circuit::phase::closing;
    c.close_at = local_time::never();
    route::drop_halves(table, c, sink);
    for (const side s : {side::upstream, side::downstream}) link.close(table, index, s, ctx, sink);
    settle(table, link, index, sink);
  }

  [[no_unique_address]] Policy policy_{};
  Model model_{};
  shared_constant<route::network_map> map_;
  route::pending_requests requests_;
  route::waiting_line waiting_;
  std::array<circuit_id, 32> forgotten_{};
  std::size_t forgotten_next_ = 0;
  std::uint32_t opened_ = 0;
};

}  // namespace ebit
