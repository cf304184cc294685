// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/node/node.hpp>
#include <ebit/orchestrate/pair_stock.hpp>
#include <ebit/orchestrate/qnu_agent.hpp>

namespace ebit::orchestrate {

/// A quantum processor's place on the network: the ordinary stack, and the agent that gets light paths for it. What
/// applications ask goes to the agent; what it is granted, the stack uses as any other path. With a stock policy,
/// pairs are made before they are asked for and kept in the processor's buffer.
/// Ports beyond those of the agent have nothing to do with the fabric: a gateway's, where the fibres to other data
/// centres end.
template <profile Profile, stock_policy Stock = no_stock>
class endpoint {
 public:
  using profile_type = Profile;
  using stock_type = pair_stock<Stock>;
  static constexpr bool keeps_stock = Stock::keeps;

  endpoint() = default;
  endpoint(const node_config& node, const options<Profile>& o, const qnu_agent_config& agent,
           const Stock& policy = {}, const stock_options& how = {})
      : stack_{node, o}, agent_{agent, o.link}, fabric_ports_{agent.ports} {
    if constexpr (keeps_stock)
      stock_ = stock_type{
          {agent.self, node.slots(), node.buffer_slots, agent.incarnation, node.map, agent.round_trip, how},
          policy,
          o.link};
    for (std::uint32_t p = 0; p < node.slots_per_port.size(); ++p) {
      first_slot_.push_back(first_slot_.empty() ? 0 : first_slot_.back() + node.slots_per_port[p - 1]);
      last_slot_ = first_slot_.back() + node.slots_per_port[p];
    }
  }

  [[nodiscard]] const basic_node<Profile>& stack() const { return stack_; }
  [[nodiscard]] const qnu_agent& agent() const { return agent_; }
  [[nodiscard]] const stock_type& stock() const
    requires(keeps_stock)
  {
    return stock_;
  }
  [[nodiscard]] node_id id() const { return stack_.id(); }
  [[nodiscard]] const route::answer* answer_to(request_id id) const { return stack_.answer_to(id); }
  [[nodiscard]] circuit_id circuit_of(request_id id) const { return stack_.circuit_of(id); }

  [[nodiscard]] local_time next_deadline() const {
    const local_time first = least(stack_.next_deadline(), agent_.next_deadline());
    if constexpr (keeps_stock) return least(first, stock_.next_deadline());
    return first;
  }

  template <class Sink>
  void handle(const event::received& e, context& ctx, Sink&& to) {
    const stack_sink sink{to, *this, ctx};
    const agent_sink out{to, *this, ctx};
    if (is_for_stock(e.content)) {
      if constexpr (keeps_stock) stock_.handle(e, agent_, ctx, out);
    } else if (qnu_agent::is_for(e.content)) {
      agent_.handle(e, ctx, teller(ctx, sink), out);
    } else {
      // Agent, stock and stack share an address: each knows its own tags.
      if (e.content.holds<wire::acknowledged>()) {
        agent_.handle(e, ctx, teller(ctx, sink), out);
        if constexpr (keeps_stock) stock_.handle(e, agent_, ctx, out);
      }
      stack_.handle(e, ctx, sink);
    }
    settle(ctx, sink, out);
  }
  template <class Sink>
  void handle(const event::request& e, context& ctx, Sink&& to) {
    if constexpr (keeps_stock) {
      const stack_sink sink{to, *this, ctx};
      const agent_sink out{to, *this, ctx};
      if (orchestrate::is_for_stock(e.id)) {
        to(action::report{e.id, request_outcome::refused, refusal::invalid, 0, 0, 0});
        return;
      }
      agent_.handle(e, ctx, out, [&](const qnu_request&) {
        const auto served = stock_.serve(e, ctx, out);
        return qnu_agent::from_stock{served.delivered, served.open};
      });
      settle(ctx, sink, out);
    } else {
      agent_.handle(e, ctx, to);
    }
  }
  template <class Sink>
  void handle(const event::device_state& e, context& ctx, Sink&& to) {
    if (!is_beyond_fabric(e.port)) agent_.handle(e, ctx, to);
    pass(e, ctx, to);
  }
  /// Paths come by grants; what the fabric senses is whether there is light in the fibre at a port.
  template <class Sink>
  void handle(const event::path_up& e, context& ctx, Sink&& to) {
    if (is_beyond_fabric(e.port))
      pass(e, ctx, to);
    else
      agent_.sense(e.port, true, ctx, to);
  }
  template <class Sink>
  void handle(const event::path_down& e, context& ctx, Sink&& to) {
    if (is_beyond_fabric(e.port))
      pass(e, ctx, to);
    else
      agent_.sense(e.port, false, ctx, to);
  }
  template <class Sink>
  void handle(const event::heralded& e, context& ctx, Sink&& to) {
    agent_.note_herald(port_of(e.slot));
    pass(e, ctx, to);
  }
  // What happens in the buffer is the stock's business.
  template <class Sink>
  void handle(const event::done& e, context& ctx, Sink&& to) {
    if (!ended_in_stock(e.operation, true, ctx, to)) pass(e, ctx, to);
  }
  template <class Sink>
  void handle(const event::failed& e, context& ctx, Sink&& to) {
    if (!ended_in_stock(e.operation, false, ctx, to)) pass(e, ctx, to);
  }
  template <class Sink>
  void handle(const event::erased& e, context& ctx, Sink&& to) {
    if constexpr (keeps_stock) {
      if (stock_.has(e.slot)) {
        stock_.erased(e.slot, ctx, to);
        settle(ctx, stack_sink{to, *this, ctx}, agent_sink{to, *this, ctx});
        return;
      }
    }
    pass(e, ctx, to);
  }
  template <class Event, class Sink>
  void handle(const Event& e, context& ctx, Sink&& to) {
    pass(e, ctx, to);
  }

  template <class Sink>
  void expire(context& ctx, Sink&& to) {
    const stack_sink sink{to, *this, ctx};
    const agent_sink out{to, *this, ctx};
    if (stack_.next_deadline() <= ctx.now) stack_.expire(ctx, sink);
    agent_.expire(ctx, teller(ctx, sink), out);
    if constexpr (keeps_stock) stock_.expire(agent_, ctx, out);
    settle(ctx, sink, out);
  }

 private:
  /// Lets the stack's actions pass, but for its reports on the parts of requests that it serves, which are the
  /// agent's business, and for what it delivers of requests for stock.
  template <class Sink>
  class stack_sink {
   public:
    stack_sink(Sink& to, endpoint& of, context& ctx) : to_{&to}, of_{&of}, ctx_{&ctx} {}
    void operator()(const action::report& a) const { of_->agent_.note(a); }
    void operator()(const action::deliver& a) const {
      of_->agent_.note(a);
      if constexpr (keeps_stock) {
        if (orchestrate::is_for_stock(a.request)) {
          const bool is_own = of_->agent_.is_own(a.circuit);
          of_->stock_.store(a, is_own, of_->state_of(a, is_own), *ctx_, *to_);
          return;
        }
      }
      (*to_)(a);
    }
    void operator()(const action::revoke& a) const {
      of_->agent_.note(a);
      if constexpr (keeps_stock) {
        if (orchestrate::is_for_stock(a.request)) {
          of_->stock_.lose(a.name, *ctx_, *to_);
          return;
        }
      }
      (*to_)(a);
    }
    template <class Action>
    void operator()(const Action& a) const {
      if constexpr (requires { of_->agent_.note(a); }) of_->agent_.note(a);
      (*to_)(a);
    }

   private:
    Sink* to_;
    endpoint* of_;
    context* ctx_;
  };
  template <class Sink>
  stack_sink(Sink&, endpoint&, context&) -> stack_sink<Sink>;

  /// Lets the agent's actions pass, but for its reports on requests for stock.
  template <class Sink>
  class agent_sink {
   public:
    agent_sink(Sink& to, endpoint& of, context& ctx) : to_{&to}, of_{&of}, ctx_{&ctx} {}
    void operator()(const action::report& a) const {
      if constexpr (keeps_stock) {
        if (orchestrate::is_for_stock(a.request)) {
          of_->stock_.hear(a, ctx_->now);
          return;
        }
      }
      (*to_)(a);
    }
    template <class Action>
    void operator()(const Action& a) const {
      (*to_)(a);
    }

   private:
    Sink* to_;
    endpoint* of_;
    context* ctx_;
  };
  template <class Sink>
  agent_sink(Sink&, endpoint&, context&) -> agent_sink<Sink>;

  [[nodiscard]] static bool is_for_stock(const message& m) { return keeps_stock && stock_type::is_for(m); }
  /// What the stack's forecast says of a pair that it delivers; of one that is not of this end's making, nothing more
  /// is needed than that it is there.
  [[nodiscard]] bell_diagonal state_of(const action::deliver& a, bool is_own) const {
    const route::answer* plan = is_own ? stack_.answer_to(a.request) : nullptr;
    return plan != nullptr ? plan->circuit.expected.state() : bell_diagonal::werner(a.estimated_fidelity);
  }

  /// Tells the stack what the agent has for it.
  template <class Observed>
  struct stack_teller {
    endpoint* of;
    context* ctx;
    const Observed* sink;
    template <class Event>
    void operator()(const Event& e) const {
      of->stack_.handle(e, *ctx, *sink);
    }
    void cancel(request_id id) const { of->stack_.cancel(id, *ctx, *sink); }
    [[nodiscard]] link::fidelity_estimate tested(path_id path) const { return of->stack_.tested_over(path); }
  };
  template <class Observed>
  [[nodiscard]] stack_teller<Observed> teller(context& ctx, const Observed& sink) {
    return {this, &ctx, &sink};
  }
  template <class Event, class Sink>
  void pass(const Event& e, context& ctx, Sink& to) {
    const stack_sink sink{to, *this, ctx};
    stack_.handle(e, ctx, sink);
    settle(ctx, sink, agent_sink{to, *this, ctx});
  }
  template <class Sink>
  [[nodiscard]] bool ended_in_stock(operation_id operation, bool is_done, context& ctx, Sink& to) {
    if constexpr (keeps_stock) {
      if (!link_engine::is_batch(operation) && stock_.has(operation)) {
        const agent_sink out{to, *this, ctx};
        stock_.ended(operation, is_done, agent_, ctx, out);
        settle(ctx, stack_sink{to, *this, ctx}, out);
        return true;
      }
    }
    return false;
  }
  template <class Observed, class Out>
  void settle(context& ctx, const Observed& sink, const Out& out) {
    if constexpr (keeps_stock) {
      while (stock_.has_reply()) {
        const typename stock_type::reply r = stock_.next_reply();
        if (r.is_taken)
          stack_.handle(event::done{r.operation}, ctx, sink);
        else
          stack_.handle(event::failed{r.operation, failure::fault}, ctx, sink);
      }
    }
    agent_.settle([this](std::uint32_t p) { return stack_.uses(port_id{p}); }, ctx, teller(ctx, sink), out);
    if constexpr (keeps_stock) {
      if (stock_.is_to_look(ctx.now) && agent_.is_idle())
        stock_.restock(ctx, out, [&](const event::request& e) { agent_.handle_stock(e, ctx, out); });
    }
  }
  [[nodiscard]] bool is_beyond_fabric(port_id p) const { return p.valid() && p.value() >= fabric_ports_; }
  [[nodiscard]] std::uint32_t port_of(slot_id slot) const {
    std::uint32_t p = 0;
    while (p + 1 < first_slot_.size() && first_slot_[p + 1] <= slot.value()) ++p;
    return slot.value() < last_slot_ ? p : ~std::uint32_t{0};
  }

  basic_node<Profile> stack_;
  qnu_agent agent_;
  [[no_unique_address]] std::conditional_t<keeps_stock, stock_type, no_stock> stock_;
  std::vector<std::uint32_t> first_slot_;
  std::uint32_t last_slot_ = 0;
  std::uint32_t fabric_ports_ = 0;
};

}  // namespace ebit::orchestrate
