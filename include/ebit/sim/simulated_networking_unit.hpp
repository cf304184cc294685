// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/backend/devices.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/link/networking_unit.hpp>
#include <ebit/link/networking_unit_state.hpp>
#include <ebit/sim/device_faults.hpp>
#include <ebit/sim/device_life.hpp>
#include <ebit/sim/device_timeline.hpp>

namespace ebit::sim {

/// A networking unit behind its driver: its life, its communication and buffer qubits, moves between them, drifts
/// that ask for locking anew, and faults. Slots are the communication qubits, port by port, then the buffer qubits.
/// What a fault costs is told as `erased`. Attempts are not its own: a node's driver (`sim::network`) makes them.
template <link::installable Interface>
class basic_simulated_networking_unit {
 public:
  using model_type = link::basic_networking_unit<Interface>;
  using state_type = link::basic_networking_unit_state<local_time>;

  explicit basic_simulated_networking_unit(model_type model, const device_faults& faults = {}, std::uint64_t seed = 0,
                                           std::uint64_t entity = 0)
      : model_{std::move(model)}, state_{model_}, life_{faults, seed, entity} {
    life_.begin(time_);
  }

  /// One that was started up and locked before its clock began.
  [[nodiscard]] static basic_simulated_networking_unit running(model_type model, const device_faults& faults = {},
                                                               std::uint64_t seed = 0, std::uint64_t entity = 0) {
    basic_simulated_networking_unit u{std::move(model), faults, seed, entity};
    u.state_ = state_type::running(u.model_);
    u.expect_drift();
    return u;
  }

  [[nodiscard]] const model_type& model() const { return model_; }
  [[nodiscard]] link::device_phase phase() const { return state_.phase(now()); }
  [[nodiscard]] const state_type& state() const { return state_; }
  /// The hardware that links of this end see at present.
  [[nodiscard]] link::hardware installed_in(const link::hardware& h) const {
    return model_.installed_in(h, phase() == link::device_phase::degraded);
  }

  // As a backend.

  [[nodiscard]] local_time now() const { return time_.now(); }
  template <class Handler>
  bool poll(Handler&& handler) {
    return time_.poll([this](const happening& h, local_time at) { happen(h, at); }, handler);
  }
  void wait(local_time until) { time_.wait(until); }
  /// When something happens in it by itself; never if nothing does.
  [[nodiscard]] local_time next() const { return time_.next(); }

  void perform(const command::initialise& c) { life_.ask(time_, life_step::what::initialise, c.operation, c.at); }
  void perform(const command::deinitialise& c) { life_.ask(time_, life_step::what::deinitialise, c.operation, c.at); }
  void perform(const command::recover& c) { life_.ask(time_, life_step::what::recover, c.operation, c.at); }
  /// Claims a communication qubit at once, without an operation that could fail; false if it cannot be had.
  [[nodiscard]] bool claim(slot_id s) {
    return is_communication(s) && state_.claim_qubit(number(s), now()).has_value();
  }
  /// Claims a communication qubit.
  void perform(const action::initialise& a) { time_.plan(a.at, {a}); }
  /// Gives a qubit of either kind back, at once.
  void perform(const action::free& a) { give_back(a.slot); }
  /// Carries a half from one kind of qubit to the other.
  void perform(const action::move& a) { time_.plan(a.at, {a}); }
  /// Locks it anew; not while a communication qubit is in use.
  void perform(const action::calibrate& a) { time_.plan(a.at, {a}); }

  // Faults, at `at` or now if that is past.

  /// It breaks; nothing brings it back for `lasts`.
  void fail(local_time at, duration lasts) { life_.break_down(time_, at, lasts); }
  /// Something leaves its tolerance, until it locks anew or is restored.
  void degrade(local_time at) { time_.plan(at, {drift{drift::what::leaves}}); }
  /// All is within tolerance again by itself, whatever it is at.
  void restore(local_time at) { time_.plan(at, {drift{drift::what::returns}}); }

  friend bool operator==(const basic_simulated_networking_unit&, const basic_simulated_networking_unit&) = default;

 private:
  /// It has drifted so far that it asks for locking anew, or out of tolerance, or back.
  struct drift {
    enum class what : std::uint8_t { is_due, leaves, returns };
    what is = what::is_due;
    friend bool operator==(const drift&, const drift&) = default;
  };
  struct arrival {
    operation_id operation;
    friend bool operator==(const arrival&, const arrival&) = default;
  };
  struct happening {
    std::variant<life_step, action::initialise, action::move, action::calibrate, drift, arrival> is;
    friend bool operator==(const happening&, const happening&) = default;
  };
  template <class Happening>
  friend class device_life;

  [[nodiscard]] bool is_communication(slot_id s) const {
    return s.valid() && s.value() < model_.communication_qubits;
  }
  [[nodiscard]] bool is_buffer(slot_id s) const {
    return s.valid() && !is_communication(s) && s.value() - model_.communication_qubits < model_.buffer_qubits;
  }
  [[nodiscard]] std::uint16_t number(slot_id s) const {
    return static_cast<std::uint16_t>(is_communication(s) ? s.value() : s.value() - model_.communication_qubits);
  }
  [[nodiscard]] slot_id buffer_slot(std::uint16_t n) const {
    return slot_id{model_.communication_qubits + std::uint32_t{n}};
  }
  void refuse(operation_id operation) { time_.tell(event::failed{operation, failure::unavailable}); }
  void tell_health(event::health health) { time_.tell(event::device_state{port_id::none(), health}); }

  void give_back(slot_id s) {
    for (std::size_t i = moving_.size(); i-- > 0;) {
      if (moving_[i].to != s) continue;
      time_.tell(event::failed{moving_[i].operation, failure::stopped});
      moving_.erase(moving_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (is_communication(s)) (void)state_.release(number(s), now());
    if (is_buffer(s)) (void)state_.take(number(s), now());
  }

  void happen(const happening& h, local_time t) {
    std::visit([&](const auto& what) { act(what, t); }, h.is);
  }
  void act(const life_step& step, local_time t) { life_.happen(*this, time_, step, t); }
  void act(const action::initialise& a, local_time t) {
    if (!is_communication(a.slot) || !state_.claim_qubit(number(a.slot), t)) return refuse(a.operation);
    if (life_.draws().operation_fails()) {
      (void)state_.release(number(a.slot), t);
      return time_.tell(event::failed{a.operation, failure::fault});
    }
    time_.tell(event::done{a.operation});
  }
  void act(const action::move& a, local_time t) {
    const bool out = is_communication(a.from) && is_buffer(a.to), back = is_buffer(a.from) && is_communication(a.to);
    const bool moves = (out && state_.store_in(number(a.to), number(a.from), t)) ||
                       (back && state_.fetch(number(a.from), number(a.to), t));
    if (!moves) return refuse(a.operation);
    moving_.push_back({a.operation, a.to});
    time_.plan(t + model_.move_time, {arrival{a.operation}});
  }
  void act(const arrival& m, local_time) {
    for (std::size_t i = 0; i < moving_.size(); ++i) {
      if (moving_[i].operation != m.operation) continue;
      const slot_id to = moving_[i].to;
      moving_.erase(moving_.begin() + static_cast<std::ptrdiff_t>(i));
      if (!life_.draws().operation_fails()) return time_.tell(event::done{m.operation});
      give_back(to);
      time_.tell(event::failed{m.operation, failure::fault});
      time_.tell(event::erased{to});
      return;
    }
  }
  void act(const action::calibrate& a, local_time t) {
    const auto when = state_.relock(t);
    if (!when) return refuse(a.operation);
    life_.follow_up(time_, a.operation, *when);
  }
  void act(const drift& d, local_time t) {
    if (d.is == drift::what::leaves) {
      if (state_.degrade(t)) tell_health(event::health::degraded);
    } else if (d.is == drift::what::returns) {
      if (state_.phase(t) == link::device_phase::degraded && state_.restore(t)) tell_health(event::health::ready);
    } else if (t >= state_.relock_due()) {
      time_.tell(event::calibration_needed{port_id::none()});
    }
  }

  // What `device_life` asks for.

  typename state_type::outcome start(local_time t) { return state_.initialise(t); }
  typename state_type::outcome stop(local_time t) {
    const auto held = in_use();
    const auto when = state_.deinitialise(t);
    if (when) lose(held, failure::stopped);
    return when;
  }
  typename state_type::outcome bring_back(local_time t) {
    const auto held = in_use();
    const auto when = state_.recover(t);
    if (when) lose(held, failure::stopped);
    return when;
  }
  void arrived(local_time t) {
    if (!state_.works(t)) return;
    tell_health(event::health::ready);
    expect_drift();
  }
  void expect_drift() {
    if (state_.relock_due() == expected_drift_) return;
    expected_drift_ = state_.relock_due();
    time_.plan(expected_drift_, {drift{}});
  }
  void broke(local_time t) {
    const auto held = in_use();
    state_.fail(t);
    lose(held, failure::fault);
    tell_health(event::health::fault);
  }

  [[nodiscard]] std::vector<slot_id> in_use() const {
    std::vector<slot_id> all;
    for (std::uint16_t i = 0; i < model_.communication_qubits; ++i)
      if (state_.uses(i)) all.push_back(slot_id{i});
    for (std::uint16_t i = 0; i < model_.buffer_qubits; ++i)
      if (state_.holds(i)) all.push_back(buffer_slot(i));
    return all;
  }
  /// Tells of those that are not in use any more.
  void lose(const std::vector<slot_id>& held, failure why) {
    for (const slot_id s : held) {
      const bool still = is_communication(s) ? state_.uses(number(s)) : state_.holds(number(s));
      if (still) continue;
      for (std::size_t i = moving_.size(); i-- > 0;) {
        if (moving_[i].to != s) continue;
        time_.tell(event::failed{moving_[i].operation, why});
        moving_.erase(moving_.begin() + static_cast<std::ptrdiff_t>(i));
      }
      time_.tell(event::erased{s});
    }
  }

  struct moving_half {
    operation_id operation;
    slot_id to;
    friend bool operator==(const moving_half&, const moving_half&) = default;
  };

  model_type model_;
  device_timeline<happening> time_;
  state_type state_;
  device_life<happening> life_;
  std::vector<moving_half> moving_;
  local_time expected_drift_ = local_time::never();
};

using simulated_networking_unit = basic_simulated_networking_unit<link::photon_interface>;
static_assert(backend::networking_unit_device<simulated_networking_unit> &&
              backend::waits<simulated_networking_unit>);

}  // namespace ebit::sim
