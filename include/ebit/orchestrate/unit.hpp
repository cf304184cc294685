// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <variant>

#include <ebit/orchestrate/controller.hpp>
#include <ebit/orchestrate/endpoint.hpp>
#include <ebit/orchestrate/switch_agent.hpp>

namespace ebit::orchestrate {

/// Whatever has an address in a data centre: an endpoint, the agent of a switch or of an analyser, a controller, or a
/// repeater on the way to another data centre, which is an ordinary node.
/// One type, so that a driver holds them side by side; each is told what concerns it.
template <profile Profile, router Router, light_forecaster Forecaster, stock_policy Stock = no_stock>
class unit {
 public:
  using endpoint_type = endpoint<Profile, Stock>;
  using controller_type = controller<Router, Forecaster>;

  unit() = default;
  explicit unit(endpoint_type e) : is_{std::move(e)} {}
  explicit unit(switch_agent a) : is_{std::move(a)} {}
  explicit unit(controller_type c) : is_{std::move(c)} {}
  explicit unit(basic_node<Profile> n) : is_{std::move(n)} {}

  [[nodiscard]] const endpoint_type* as_endpoint() const { return std::get_if<endpoint_type>(&is_); }
  [[nodiscard]] const switch_agent* as_agent() const { return std::get_if<switch_agent>(&is_); }
  [[nodiscard]] const controller_type* as_controller() const { return std::get_if<controller_type>(&is_); }
  [[nodiscard]] const basic_node<Profile>* as_repeater() const { return std::get_if<basic_node<Profile>>(&is_); }

  [[nodiscard]] local_time next_deadline() const {
    return std::visit([](const auto& one) { return one.next_deadline(); }, is_);
  }
  template <class Event, class Sink>
  void handle(const Event& e, context& ctx, Sink&& to) {
    std::visit(
        [&](auto& one) {
          if constexpr (requires { one.handle(e, ctx, to); }) one.handle(e, ctx, to);
        },
        is_);
  }
  template <class Sink>
  void expire(context& ctx, Sink&& to) {
    std::visit([&](auto& one) { one.expire(ctx, to); }, is_);
  }

  [[nodiscard]] const route::answer* answer_to(request_id id) const {
    return as_endpoint() == nullptr ? nullptr : as_endpoint()->answer_to(id);
  }
  [[nodiscard]] circuit_id circuit_of(request_id id) const {
    return as_endpoint() == nullptr ? circuit_id::none() : as_endpoint()->circuit_of(id);
  }

 private:
  std::variant<endpoint_type, switch_agent, controller_type, basic_node<Profile>> is_;
};

}  // namespace ebit::orchestrate
