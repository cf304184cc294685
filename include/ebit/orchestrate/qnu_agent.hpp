// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/orchestrate/courier.hpp>
#include <ebit/orchestrate/health_reporter.hpp>
#include <ebit/orchestrate/known_office.hpp>
#include <ebit/orchestrate/qnu_lease.hpp>
#include <ebit/orchestrate/wire.hpp>
#include <ebit/route/made_walk.hpp>

namespace ebit::orchestrate {

/// What a QNU's agent is told once.
struct qnu_agent_config {
  node_id self;
  std::uint16_t ports = 1;
  std::vector<node_id> controllers;  ///< the first is in office at the start
  std::uint16_t incarnation = 0;
  duration round_trip = duration::picoseconds(10'000'000);  ///< to the controller, until one was measured
};

/// The QNU's side of the entanglement service: asks the controller for what applications here want, lets the stack use
/// the light paths that are granted, for as long as they are, and says when they are free again. The stack is told of
/// paths and requests by `tell(event)`, and by `tell.cancel(request)` that it is not to go on with one; what its test
/// rounds have shown of a path it is asked by `tell.tested(path)`; what it does is observed (`note`). An engine: a value
/// without I/O.
class qnu_agent {
 public:
  qnu_agent() = default;
  qnu_agent(const qnu_agent_config& config, const link_options& how)
      : config_{config},
        courier_{config.self, how, 256, config.round_trip},
        health_{config.self, config.incarnation},
        latest_(config.ports) {
    if (!config.controllers.empty()) controller_ = config.controllers.front();
  }

  [[nodiscard]] const std::vector<qnu_lease>& leases() const { return leases_; }
  [[nodiscard]] const std::vector<qnu_request>& requests() const { return requests_; }
  [[nodiscard]] node_id controller() const { return controller_; }
  [[nodiscard]] std::uint16_t term() const { return office_.term; }
  [[nodiscard]] local_time next_deadline() const;

  /// Whether a message is for the agent rather than for the stack.
  [[nodiscard]] static bool is_for(const message& m) { return m.type >= 0x60 && m.type < 0x80; }

  // What the agent is told.

  /// An application wants pairs.
  template <class Sink>
  void handle(const event::request& e, context& ctx, Sink& sink) {
    handle(e, ctx, sink, [](const qnu_request&) { return from_stock{}; });
  }
  /// What such a request got before the controller is asked.
  struct from_stock {
    std::uint32_t delivered = 0;
    std::uint32_t open = 0;  ///< answers to come; what is missing then is asked of the controller
  };
  /// `serve(request)`: what it gets from stock.
  template <class Sink, class Serve>
  void handle(const event::request& e, context& ctx, Sink& sink, Serve&& serve);
  /// Pairs are wanted that nobody has asked for yet.
  template <class Sink>
  void handle_stock(const event::request& e, context& ctx, Sink& sink);
  /// Whether nothing is being done here that somebody has asked for.
  [[nodiscard]] bool is_idle() const;
  /// How many pairs a request here still lacks.
  [[nodiscard]] std::uint32_t wants(request_id id) const;
  /// So many answers came to claims of a request on stock; it has got so many more pairs (fewer, if negative).
  template <class Sink>
  void settle_claims(request_id id, std::uint32_t closed, std::int32_t pairs, context& ctx, Sink& sink);
  template <class Tell, class Sink>
  void handle(const event::received& e, context& ctx, Tell&& tell, Sink& sink);
  /// How the hardware at a port is.
  template <class Sink>
  void handle(const event::device_state& e, context& ctx, Sink& sink);
  /// Whether light comes through the fibre at a port.
  template <class Sink>
  void sense(port_id at, bool is_light, context& ctx, Sink& sink) {
    report_health(at, is_light ? event::health::ready : event::health::fault, true, ctx, sink);
  }
  template <class Tell, class Sink>
  void expire(context& ctx, Tell&& tell, Sink& sink);

  /// Whether the circuit is one that this end opened, so that the request is one of its own.
  [[nodiscard]] bool is_own(circuit_id circuit) const { return circuit.value() >> 12 == config_.self.value(); }

  // What the stack does, as it passes by, and what follows from that: orchestrate/qnu_settling.hpp.

  void note(const action::report& a);
  void note(const action::deliver& a);
  void note(const action::revoke& a);
  void note(const action::attempt& a);
  void note(const action::stop& a);
  void note_herald(std::uint32_t port_index);
  /// Draws the conclusions. `uses(port)`: whether the stack still does.
  template <class Uses, class Tell, class Sink>
  void settle(const Uses& uses, context& ctx, Tell&& tell, Sink& sink);

 private:
  template <class Sink>
  void report_health(port_id at, event::health how, bool is_dark, context& ctx, Sink& sink);
  [[nodiscard]] qnu_lease* lease_on(path_id path);
  [[nodiscard]] qnu_request* find(request_id id);
  template <class Sink>
  void ask(qnu_request& r, std::uint16_t term, context& ctx, Sink& sink);
  template <class Sink>
  void refuse(const event::request& e, refusal why, double value, std::uint32_t element, Sink& sink) const {
    sink(action::report{e.id, request_outcome::refused, why, 0, 0, value, element});
  }
  void erase(const qnu_request& r) { requests_.erase(requests_.begin() + (&r - requests_.data())); }
  void erase(const qnu_lease& l) { leases_.erase(leases_.begin() + (&l - leases_.data())); }

  // Messages of the controller: orchestrate/qnu_orders.hpp.

  template <class Tell, class Sink>
  verdict deal(const message& m, duration flight, context& ctx, Tell& tell, Sink& sink);
  template <class Sink>
  void obey(const wire::grant& m, node_id from, duration flight, context& ctx, Sink& sink);
  template <class Tell, class Sink>
  void obey(const wire::withdraw& m, node_id from, duration flight, context& ctx, Tell& tell, Sink& sink);
  template <class Order>
  void heed(const Order& m, node_id from);
  static void note_leg(qnu_lease& l, const wire::leg& m);
  template <class Tell>
  void learn(const wire::leg& m, context& ctx, Tell& tell);
  template <class Sink>
  void hear(const wire::answered& m, Sink& sink);
  template <class Sink>
  void serve(node_id from, const wire::took_over& m, context& ctx, Sink& sink);
  /// The light comes: the stack is told, and asked for what the grant is for.
  template <class Tell>
  void begin(qnu_lease& l, context& ctx, Tell& tell);
  /// The light goes.
  template <class Tell>
  void end(qnu_lease& l, ending why, context& ctx, Tell& tell);
  /// The walk is complete, as far as is known here, and lit.
  template <class Tell>
  void go_on(path_id path, context& ctx, Tell& tell);
  template <class Tell>
  void put(qnu_request& r, const qnu_lease& l, std::uint32_t pairs, context& ctx, Tell& tell);
  template <class Sink>
  void release(const qnu_lease& l, context& ctx, Sink& sink);
  template <class Tell>
  void call_off(request_id id, Tell& tell);
  /// A lease of a request here is over: what its controller reckons with from now on.
  template <class Tell, class Sink>
  void account_for(qnu_request& r, const qnu_lease& over, context& ctx, Tell& tell, Sink& sink);
  [[nodiscard]] bool has_lease_for(request_id id) const;

  qnu_agent_config config_;
  courier courier_;
  health_reporter health_;
  node_id controller_;
  known_office office_;
  std::uint32_t next_ticket_ = 1;
  std::vector<path_id> latest_;            ///< the greatest name ever granted, by port
  fixed_vector<wire::leg, 16> early_;      ///< of walks whose grant is still under way
  fixed_vector<wire::released, 16> told_;  ///< the last ones, of which a new controller may not know
  std::vector<qnu_lease> leases_;
  std::vector<qnu_request> requests_;
};

inline qnu_lease* qnu_agent::lease_on(path_id path) {
  for (qnu_lease& l : leases_)
    if (l.path == path) return &l;
  return nullptr;
}
inline qnu_request* qnu_agent::find(request_id id) {
  for (qnu_request& r : requests_)
    if (r.what.id == id) return &r;
  return nullptr;
}
inline local_time qnu_agent::next_deadline() const {
  local_time first = courier_.next_deadline();
  for (const qnu_lease& l : leases_) first = least(first, l.next_deadline());
  // What the stack has it reports itself when its time is up.
  for (const qnu_request& r : requests_)
    if (!r.is_in_stack && !r.waits_for_claims()) first = least(first, r.expires);
  return first;
}

template <class Sink, class Serve>
void qnu_agent::handle(const event::request& e, context& ctx, Sink& sink, Serve&& serve) {
  if (find(e.id) != nullptr) return;  // asked already
  if (e.pairs == 0 || !(e.min_fidelity >= 0 && e.min_fidelity <= 1) || !e.id.valid() || e.priority > 7 ||
      e.time_limit <= duration::zero()) {
    refuse(e, refusal::invalid, 0, ~std::uint32_t{0}, sink);
    return;
  }
  if (!e.peer.valid() || e.peer == config_.self || !controller_.valid()) {
    refuse(e, e.peer == config_.self ? refusal::same_node : refusal::unknown_node, 0, ~std::uint32_t{0}, sink);
    return;
  }
  requests_.push_back({e, 0, 0, ctx.now + e.time_limit});
  const from_stock there = serve(requests_.back());
  requests_.back().delivered = there.delivered;
  requests_.back().open_claims = there.open;
  if (there.open == 0) ask(requests_.back(), 0, ctx, sink);
}

template <class Sink>
void qnu_agent::ask(qnu_request& r, std::uint16_t term, context& ctx, Sink& sink) {
  if (r.ticket == 0) r.ticket = next_ticket_++;
  // Asked for it twice in a term, it says the same twice: else the two would reckon the pairs between them twice.
  if (term == 0 || r.told_in != term) {
    r.asked = r.left();
    r.told = 0;
    r.is_unsure = false;
    r.told_in = term;
  }
  wire::ask body;
  body.time_left = r.expires.is_never() ? duration::never() : r.expires - ctx.now;
  body.request = r.what.id;
  body.peer = r.what.peer;
  body.ticket = r.ticket;
  body.pairs = r.asked;
  body.incarnation = config_.incarnation;
  body.tenant = r.what.tenant;
  body.purpose = r.what.purpose;
  body.min_fidelity = r.what.min_fidelity;
  body.priority = r.what.priority;
  body.kind = static_cast<std::uint8_t>(r.what.kind);
  body.bases = static_cast<std::uint8_t>(r.what.bases);
  body.flags = static_cast<std::uint8_t>(
      (r.what.atomic ? wire::ask::atomic : 0) | (r.what.consecutive ? wire::ask::consecutive : 0) |
      (r.is_stock ? wire::ask::stock : 0) | (term != 0 && r.is_accepted ? wire::ask::accepted : 0));
  body.term = term;
  courier_.send(controller_, body, ctx.now, sink);
}

template <class Sink>
void qnu_agent::handle(const event::device_state& e, context& ctx, Sink& sink) {
  report_health(e.port, e.state, false, ctx, sink);
}

template <class Sink>
void qnu_agent::report_health(port_id at, event::health how, bool is_dark, context& ctx, Sink& sink) {
  const wire::health_news news = health_.note(at, how, is_dark);
  for (const node_id to : config_.controllers) courier_.send(to, news, ctx.now, sink);
}

template <class Tell, class Sink>
void qnu_agent::handle(const event::received& e, context& ctx, Tell&& tell, Sink& sink) {
  courier_.receive(e, sink, [&](const message& m) { return deal(m, e.flight, ctx, tell, sink); });
}

template <class Tell, class Sink>
void qnu_agent::expire(context& ctx, Tell&& tell, Sink& sink) {
  for (std::size_t i = 0; i < leases_.size(); ++i) {
    qnu_lease& l = leases_[i];
    if (l.state == qnu_lease::phase::granted && l.starts <= ctx.now && l.withdrawn_at > ctx.now) begin(l, ctx, tell);
    if (leases_[i].state == qnu_lease::phase::closing) continue;
    if (leases_[i].withdrawn_at <= ctx.now)
      end(leases_[i], leases_[i].why, ctx, tell);
    else if (leases_[i].ends <= ctx.now)
      end(leases_[i], ending::lease_over, ctx, tell);
  }
  for (std::size_t i = 0; i < requests_.size();) {
    const qnu_request& r = requests_[i];
    if (r.expires > ctx.now || r.is_in_stack || r.waits_for_claims()) {
      ++i;
      continue;
    }
    const wire::cancel body{r.what.id, r.ticket, config_.incarnation, 0};
    if (r.ticket != 0) courier_.send(controller_, body, ctx.now, sink);
    sink(action::report{r.what.id, request_outcome::expired, refusal::none, 0, 0, static_cast<double>(r.delivered)});
    erase(r);
  }
  courier_.expire(ctx.now, sink);
}

}  // namespace ebit::orchestrate

#include <ebit/orchestrate/qnu_orders.hpp>
#include <ebit/orchestrate/qnu_settling.hpp>
#include <ebit/orchestrate/qnu_stock.hpp>
