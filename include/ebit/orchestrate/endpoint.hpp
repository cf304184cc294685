// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/node/node.hpp>
#include <ebit/orchestrate/qnu_agent.hpp>

namespace ebit::orchestrate {

/// A quantum processor's place on the network: the ordinary stack, and the agent that gets light paths for it. What
/// applications ask goes to the agent; what it is granted, the stack uses as any other path.
template <profile Profile>
class endpoint {
 public:
  using profile_type = Profile;

  endpoint() = default;
  endpoint(const node_config& node, const options<Profile>& o, const qnu_agent_config& agent)
      : stack_{node, o}, agent_{agent, o.link} {
    for (std::uint32_t p = 0; p < node.slots_per_port.size(); ++p) {
      first_slot_.push_back(first_slot_.empty() ? 0 : first_slot_.back() + node.slots_per_port[p - 1]);
      last_slot_ = first_slot_.back() + node.slots_per_port[p];
    }
  }

  [[nodiscard]] const basic_node<Profile>& stack() const { return stack_; }
  [[nodiscard]] const qnu_agent& agent() const { return agent_; }
  [[nodiscard]] node_id id() const { return stack_.id(); }
  [[nodiscard]] const route::answer* answer_to(request_id id) const { return stack_.answer_to(id); }
  [[nodiscard]] circuit_id circuit_of(request_id id) const { return stack_.circuit_of(id); }

  [[nodiscard]] local_time next_deadline() const { return least(stack_.next_deadline(), agent_.next_deadline()); }

  template <class Sink>
  void handle(const event::received& e, context& ctx, Sink&& to) {
    const observed<std::remove_reference_t<Sink>> sink{to, agent_};
    if (qnu_agent::is_for(e.content)) {
      agent_.handle(e, ctx, teller(ctx, sink), to);
    } else {
      // Agent and stack share an address: either knows its own tags.
      if (e.content.holds<wire::acknowledged>()) agent_.handle(e, ctx, teller(ctx, sink), to);
      stack_.handle(e, ctx, sink);
    }
    settle(ctx, sink, to);
  }
  template <class Sink>
  void handle(const event::request& e, context& ctx, Sink&& to) {
    agent_.handle(e, ctx, to);
  }
  template <class Sink>
  void handle(const event::device_state& e, context& ctx, Sink&& to) {
    agent_.handle(e, ctx, to);
    pass(e, ctx, to);
  }
  /// Paths come by grants; what the fabric senses is whether there is light in the fibre at a port.
  template <class Sink>
  void handle(const event::path_up& e, context& ctx, Sink&& to) {
    agent_.sense(e.port, true, ctx, to);
  }
  template <class Sink>
  void handle(const event::path_down& e, context& ctx, Sink&& to) {
    agent_.sense(e.port, false, ctx, to);
  }
  template <class Sink>
  void handle(const event::heralded& e, context& ctx, Sink&& to) {
    agent_.note_herald(port_of(e.slot));
    pass(e, ctx, to);
  }
  template <class Event, class Sink>
  void handle(const Event& e, context& ctx, Sink&& to) {
    pass(e, ctx, to);
  }

  template <class Sink>
  void expire(context& ctx, Sink&& to) {
    const observed<std::remove_reference_t<Sink>> sink{to, agent_};
    if (stack_.next_deadline() <= ctx.now) stack_.expire(ctx, sink);
    agent_.expire(ctx, teller(ctx, sink), to);
    settle(ctx, sink, to);
  }

 private:
  /// Lets the stack's actions pass, but for its reports on the parts of requests that it serves, which are the
  /// agent's business.
  template <class Sink>
  class observed {
   public:
    observed(Sink& to, qnu_agent& agent) : to_{&to}, agent_{&agent} {}
    void operator()(const action::report& a) const { agent_->note(a); }
    template <class Action>
    void operator()(const Action& a) const {
      if constexpr (requires { agent_->note(a); }) agent_->note(a);
      (*to_)(a);
    }

   private:
    Sink* to_;
    qnu_agent* agent_;
  };

  template <class Observed>
  [[nodiscard]] auto teller(context& ctx, const Observed& sink) {
    return [this, &ctx, &sink](const auto& e) { stack_.handle(e, ctx, sink); };
  }
  template <class Event, class Sink>
  void pass(const Event& e, context& ctx, Sink& to) {
    const observed<Sink> sink{to, agent_};
    stack_.handle(e, ctx, sink);
    settle(ctx, sink, to);
  }
  template <class Observed, class Sink>
  void settle(context& ctx, const Observed& sink, Sink& to) {
    agent_.settle([this](std::uint32_t p) { return stack_.uses(port_id{p}); }, ctx, teller(ctx, sink), to);
  }
  [[nodiscard]] std::uint32_t port_of(slot_id slot) const {
    std::uint32_t p = 0;
    while (p + 1 < first_slot_.size() && first_slot_[p + 1] <= slot.value()) ++p;
    return slot.value() < last_slot_ ? p : ~std::uint32_t{0};
  }

  basic_node<Profile> stack_;
  qnu_agent agent_;
  std::vector<std::uint32_t> first_slot_;
  std::uint32_t last_slot_ = 0;
};

}  // namespace ebit::orchestrate
