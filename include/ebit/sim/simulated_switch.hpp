// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/backend/devices.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/link/optical_switch.hpp>
#include <ebit/link/optical_switch_state.hpp>
#include <ebit/sim/device_faults.hpp>
#include <ebit/sim/device_life.hpp>
#include <ebit/sim/device_timeline.hpp>

namespace ebit::sim {

/// An optical switch behind its driver: takes commands, announced or for now, moves as `link::basic_switch_state`
/// says, and tells what came of them. Faults are injected, or come by themselves. A port that sticks is noticed if
/// the model senses its positions; else `done` is told of a path that stays dark.
class simulated_switch {
 public:
  static constexpr backend::capabilities capabilities{.switches = true};
  using state_type = link::basic_switch_state<local_time>;

  explicit simulated_switch(link::optical_switch model, const device_faults& faults = {}, std::uint64_t seed = 0,
                            std::uint64_t entity = 0)
      : model_{std::move(model)}, state_{model_}, life_{faults, seed, entity} {
    life_.begin(time_);
  }

  [[nodiscard]] const link::optical_switch& model() const { return model_; }
  [[nodiscard]] link::device_phase phase() const { return state_.phase(now()); }
  [[nodiscard]] const state_type& state() const { return state_; }
  [[nodiscard]] bool passes(port_id in, port_id out, local_time t) const {
    const auto a = number(in), b = number(out);
    return a && b && state_.passes(*a, *b, t);
  }
  /// Why the last refused `connect` was: the words behind `failure::unavailable`.
  [[nodiscard]] const std::optional<link::switch_refusal>& last_refusal() const { return last_refusal_; }

  // As a backend.

  [[nodiscard]] local_time now() const { return time_.now(); }
  template <class Handler>
  bool poll(Handler&& handler) {
    return time_.poll([this](const happening& h, local_time at) { happen(h, at); }, handler);
  }
  void wait(local_time until) { time_.wait(until); }

  void perform(const command::initialise& c) { life_.ask(time_, life_step::what::initialise, c.operation, c.at); }
  void perform(const command::deinitialise& c) { life_.ask(time_, life_step::what::deinitialise, c.operation, c.at); }
  /// Homes a broken switch; of one that works, homes ports that stick, whose paths it gives up.
  void perform(const command::recover& c) { life_.ask(time_, life_step::what::recover, c.operation, c.at); }
  /// The path is promised at once, also for a time to come.
  void perform(const action::connect& c) {
    const local_time at = greatest(c.at, now());
    state_.forget(now() - remembered);
    const auto in = number(c.in), out = number(c.out);
    if (!in || !out) return refuse(c.operation, {link::switch_obstacle::no_such_port});
    const bool stands = state_.is_joined(*in, *out, at);
    const auto settled = state_.keep_or_connect(*in, *out, at);
    if (!settled) return refuse(c.operation, settled.error());
    if (!stands && life_.draws().operation_fails()) state_.stick_port(*in, at);
    moves_.push_back({c.operation, *in, *out, *settled});
    time_.plan(*settled, {settling{c.operation}});
  }
  void perform(const action::clear& c) {
    const local_time at = greatest(c.at, now());
    const auto port = number(c.port);
    if (!port) return refuse(c.operation, {link::switch_obstacle::no_such_port});
    state_.clear(*port, at);
    end_moves(failure::stopped, at,
              [&](const move& m) { return (m.in == *port || m.out == *port) && m.settled > at; });
    time_.tell(at, event::done{c.operation});
  }

  // Faults, at `at` or now if that is past.

  /// The switch breaks; nothing brings it back for `lasts`.
  void fail(local_time at, duration lasts) { life_.break_down(time_, at, lasts); }
  /// A port breaks, and is mended after `lasts`.
  void fail_port(port_id port, local_time at, duration lasts) {
    time_.plan(at, {port_fault{checked(port), port_fault::what::breaks, lasts}});
  }
  /// The moving part of a port sticks until the switch is told to recover.
  void stick_port(port_id port, local_time at) {
    time_.plan(at, {port_fault{checked(port), port_fault::what::sticks, {}}});
  }

  friend bool operator==(const simulated_switch&, const simulated_switch&) = default;

 private:
  /// How long light of the past is known.
  static constexpr duration remembered = duration::picoseconds(100'000'000'000);

  struct settling {
    operation_id operation;
    friend bool operator==(const settling&, const settling&) = default;
  };
  struct port_fault {
    enum class what : std::uint8_t { breaks, sticks, is_mended, is_homed };
    std::uint16_t port = 0;
    what is = what::breaks;
    duration lasts{};
    friend bool operator==(const port_fault&, const port_fault&) = default;
  };
  struct happening {
    std::variant<life_step, settling, port_fault> is;
    friend bool operator==(const happening&, const happening&) = default;
  };
  struct move {
    operation_id operation;
    std::uint16_t in = 0;
    std::uint16_t out = 0;
    local_time settled;
    friend bool operator==(const move&, const move&) = default;
  };
  friend class device_life<happening>;

  [[nodiscard]] std::optional<std::uint16_t> number(port_id port) const {
    if (!port.valid() || port.value() >= state_.ports()) return std::nullopt;
    return static_cast<std::uint16_t>(port.value());
  }
  [[nodiscard]] std::uint16_t checked(port_id port) const {
    const auto n = number(port);
    EBIT_ASSERT(n.has_value(), "a simulated switch has no such port");
    return *n;
  }
  void refuse(operation_id operation, const link::switch_refusal& why) {
    last_refusal_ = why;
    time_.tell(event::failed{operation, failure::unavailable});
  }
  void tell_health(port_id port, event::health health) { time_.tell(event::device_state{port, health}); }
  void tell_health(std::uint16_t port, event::health health) { tell_health(port_id{port}, health); }
  template <class Which>
  void end_moves(failure why, local_time at, Which&& which) {
    for (std::size_t i = moves_.size(); i-- > 0;) {
      if (!which(moves_[i])) continue;
      time_.tell(at, event::failed{moves_[i].operation, why});
      moves_.erase(moves_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void happen(const happening& h, local_time t) {
    if (const auto* step = std::get_if<life_step>(&h.is); step != nullptr)
      life_.happen(*this, time_, *step, t);
    else if (const auto* end = std::get_if<settling>(&h.is); end != nullptr)
      settle(end->operation);
    else
      strike(std::get<port_fault>(h.is), t);
  }
  void settle(operation_id operation) {
    for (std::size_t i = 0; i < moves_.size(); ++i) {
      if (moves_[i].operation != operation) continue;
      const move m = moves_[i];
      moves_.erase(moves_.begin() + static_cast<std::ptrdiff_t>(i));
      const bool dark = (state_.sticks(m.in) || state_.sticks(m.out)) && !state_.passes(m.in, m.out, m.settled);
      if (!dark || !model_.senses_position) return time_.tell(event::done{operation});
      time_.tell(event::failed{operation, failure::fault});
      tell_health(state_.sticks(m.in) ? m.in : m.out, event::health::degraded);
      return;
    }
  }
  void strike(const port_fault& f, local_time t) {
    switch (f.is) {
      case port_fault::what::breaks:
        state_.fail_port(f.port, t);
        end_moves(failure::fault, t, [&](const move& m) { return m.in == f.port || m.out == f.port; });
        tell_health(f.port, event::health::fault);
        time_.plan(t + f.lasts, {port_fault{f.port, port_fault::what::is_mended, {}}});
        break;
      case port_fault::what::sticks: state_.stick_port(f.port, t); break;
      case port_fault::what::is_mended:
      case port_fault::what::is_homed:
        if (f.is == port_fault::what::is_homed && !state_.sticks(f.port)) break;
        state_.repair_port(f.port, t);
        tell_health(f.port, event::health::ready);
        break;
    }
  }

  // What `device_life` asks for.

  state_type::start start(local_time t) { return state_.home(t); }
  state_type::start stop(local_time t) {
    const auto when = state_.shut_down(t);
    if (when) end_moves(failure::stopped, t, [](const move&) { return true; });
    return when;
  }
  state_type::start bring_back(local_time t) {
    auto when = state_.recover(t);
    if (!when || *when > t) return when;
    for (std::uint16_t p = 0; p < state_.ports(); ++p) {
      if (!state_.sticks(p)) continue;
      state_.clear(p, t);
      end_moves(failure::stopped, t, [&](const move& m) { return m.in == p || m.out == p; });
      time_.plan(t + model_.homing_time, {port_fault{p, port_fault::what::is_homed, {}}});
      when = t + model_.homing_time;
    }
    return when;
  }
  void arrived(local_time t) {
    if (state_.phase(t) == link::device_phase::ready) tell_health(port_id::none(), event::health::ready);
    if (state_.phase(t) == link::device_phase::degraded) tell_health(port_id::none(), event::health::degraded);
  }
  void broke(local_time t) {
    state_.fail(t);
    end_moves(failure::fault, t, [](const move&) { return true; });
    tell_health(port_id::none(), event::health::fault);
  }

  link::optical_switch model_;
  device_timeline<happening> time_;
  state_type state_;
  device_life<happening> life_;
  std::vector<move> moves_;
  std::optional<link::switch_refusal> last_refusal_;
};
static_assert(backend::optical_switch_device<simulated_switch> && backend::waits<simulated_switch>);

}  // namespace ebit::sim
