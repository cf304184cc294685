// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include <ebit/backend/devices.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/random.hpp>
#include <ebit/link/qpu.hpp>
#include <ebit/quantum/bell_arithmetic.hpp>
#include <ebit/quantum/stabilizer.hpp>
#include <ebit/sim/device_faults.hpp>
#include <ebit/sim/device_timeline.hpp>

namespace ebit::sim {

/// A processor behind its driver: Clifford gates and read-out on a stabilizer tableau, one trajectory, with the gate
/// noise, the gate times and the T1 and T2 (Pauli-twirled) of its model. Slots are the data qubits, then the
/// communication qubits, then the buffer qubits; all start as |0⟩. A qubit takes one operation at a time.
class simulated_qpu {
 public:
  static constexpr backend::capabilities capabilities{.measures = true, .gates = true};

  explicit simulated_qpu(const link::qpu& model, const device_faults& faults = {}, std::uint64_t seed = 0,
                         std::uint64_t entity = 0)
      : model_{model},
        state_{static_cast<std::size_t>(model.qubits())},
        qubits_(static_cast<std::size_t>(model.qubits())),
        draws_{faults, seed, entity},
        noise_{seed, random_purpose::noise, entity},
        outcomes_{seed, random_purpose::outcome, entity} {
    EBIT_ASSERT(model.validate().has_value(), "a processor out of range");
    plan_fault(time_.now());
  }

  [[nodiscard]] const link::qpu& model() const { return model_; }
  [[nodiscard]] bool broken() const { return now() < mended_at_; }
  /// Which Bell state two qubits were in when last touched: the truth, which no driver tells.
  [[nodiscard]] std::optional<bell_index> bell_label(slot_id a, slot_id b) const {
    return state_.bell_label(a.value(), b.value());
  }

  // As a backend.

  [[nodiscard]] local_time now() const { return time_.now(); }
  template <class Handler>
  bool poll(Handler&& handler) {
    return time_.poll([this](const happening& h, local_time at) { happen(h, at); }, handler);
  }
  void wait(local_time until) { time_.wait(until); }

  void perform(const action::gate& a) { plan(a.at, {a}); }
  void perform(const action::measure& a) { plan(a.at, {a}); }
  void perform(const action::initialise& a) { plan(a.at, {a}); }
  void perform(const action::move& a) { plan(a.at, {a}); }

  /// It breaks at `at` and loses all its qubits; after `lasts` it works again.
  void fail(local_time at, duration lasts) { plan(at, {breakdown{lasts}}); }

  friend bool operator==(const simulated_qpu&, const simulated_qpu&) = default;

 private:
  struct breakdown {
    duration lasts{};  ///< never: drawn, as of faults that come by themselves
    friend bool operator==(const breakdown&, const breakdown&) = default;
  };
  struct mended {
    friend bool operator==(mended, mended) = default;
  };
  using operation = std::variant<action::gate, action::measure, action::initialise, action::move>;
  /// The end of an operation.
  struct completion {
    operation what;
    std::uint32_t life = 0;  ///< in which it began
    friend bool operator==(const completion&, const completion&) = default;
  };
  struct happening {
    std::variant<action::gate, action::measure, action::initialise, action::move, completion, breakdown, mended> is;
    friend bool operator==(const happening&, const happening&) = default;
  };
  struct qubit {
    local_time aged_to;
    local_time busy_until;
    friend bool operator==(const qubit&, const qubit&) = default;
  };

  /// The qubits that an operation is about.
  using slots = fixed_vector<slot_id, 2>;
  [[nodiscard]] static slots of(slot_id one) {
    slots s;
    s.push_back(one);
    return s;
  }
  [[nodiscard]] static slots of(slot_id one, slot_id other) {
    slots s = of(one);
    s.push_back(other);
    return s;
  }
  [[nodiscard]] static bool on_two(const action::gate& a) {
    return a.kind == action::gate_kind::cnot || a.kind == action::gate_kind::cz;
  }
  [[nodiscard]] static slots slots_of(const action::gate& a) {
    return on_two(a) ? of(a.control, a.target) : of(a.target);
  }
  [[nodiscard]] static slots slots_of(const action::measure& a) { return of(a.slot); }
  [[nodiscard]] static slots slots_of(const action::initialise& a) { return of(a.slot); }
  [[nodiscard]] static slots slots_of(const action::move& a) { return of(a.from, a.to); }
  [[nodiscard]] duration time_of(const action::gate& a) const {
    return on_two(a) ? model_.two_qubit_time : model_.one_qubit_time;
  }
  [[nodiscard]] duration time_of(const action::measure&) const { return model_.read_out_time; }
  [[nodiscard]] duration time_of(const action::initialise&) const { return model_.reset_time; }
  [[nodiscard]] duration time_of(const action::move&) const { return model_.two_qubit_time; }

  void plan(local_time at, const happening& h) { time_.plan(at, h); }
  void plan_fault(local_time whole_since) { plan(draws_.next_fault(whole_since), {breakdown{duration::never()}}); }
  void happen(const happening& h, local_time t) {
    std::visit([&](const auto& what) { act(what, t); }, h.is);
  }

  /// An operation begins: its qubits have to be there and idle.
  template <class Operation>
  void act(const Operation& a, local_time t) {
    const slots wanted = slots_of(a);
    bool possible = t >= mended_at_ && (wanted.size() == 1 || wanted[0] != wanted[1]);
    for (const slot_id s : wanted)
      possible = possible && s.valid() && s.value() < qubits_.size() && qubits_[s.value()].busy_until <= t;
    if (!possible) return time_.tell(event::failed{a.operation, failure::unavailable});
    const local_time end = t + time_of(a);
    for (const slot_id s : wanted) qubits_[s.value()].busy_until = end;
    plan(end, {completion{a, life_}});
  }
  void act(const completion& c, local_time t) {
    std::visit(
        [&](const auto& a) {
          if (c.life != life_) return time_.tell(event::failed{a.operation, failure::fault});
          const slots touched = slots_of(a);
          for (const slot_id s : touched) age(s.value(), t);
          if (draws_.operation_fails()) {
            time_.tell(event::failed{a.operation, failure::fault});
            for (const slot_id s : touched) lose(s.value());
            return;
          }
          apply(a);
          time_.tell(event::done{a.operation});
        },
        c.what);
  }
  void act(const breakdown& b, local_time t) {
    const bool by_itself = b.lasts.is_never();
    mended_at_ = greatest(mended_at_, t + (by_itself ? draws_.repair() : b.lasts));
    ++life_;
    time_.tell(event::device_state{port_id::none(), event::health::fault});
    for (std::size_t q = 0; q < qubits_.size(); ++q) {
      lose(q);
      qubits_[q] = {t, mended_at_};
    }
    plan(mended_at_, {mended{}});
    if (by_itself) plan_fault(mended_at_);
  }
  void act(const mended&, local_time t) {
    if (t >= mended_at_) time_.tell(event::device_state{port_id::none(), event::health::ready});
  }

  void apply(const action::gate& a) {
    const std::size_t target = a.target.value();
    switch (a.kind) {
      case action::gate_kind::x: state_.x(target); break;
      case action::gate_kind::z: state_.z(target); break;
      case action::gate_kind::h: state_.h(target); break;
      case action::gate_kind::s: state_.s(target); break;
      case action::gate_kind::cnot:
        state_.cnot(a.control.value(), target);
        state_.white_noise(model_.gates.two_qubit, a.control.value(), target, noise_);
        return;
      case action::gate_kind::cz:
        state_.cz(a.control.value(), target);
        state_.white_noise(model_.gates.two_qubit, a.control.value(), target, noise_);
        return;
    }
    state_.white_noise(model_.gates.one_qubit, target, noise_);
  }
  /// The qubit stays in the state that was read.
  void apply(const action::measure& a) {
    const std::size_t q = a.slot.value();
    if (a.in == basis::y) state_.s_dagger(q);
    if (a.in != basis::z) state_.h(q);
    bool bit = state_.measure(q, outcomes_).bit;
    if (a.in != basis::z) state_.h(q);
    if (a.in == basis::y) state_.s(q);
    if (model_.gates.read_out > 0) bit ^= sample::bernoulli(noise_, model_.gates.read_out);
    time_.tell(event::measured{a.operation, static_cast<std::uint8_t>(bit ? 1 : 0)});
  }
  void apply(const action::initialise& a) { state_.reset(a.slot.value(), outcomes_); }
  void apply(const action::move& a) {
    state_.swap(a.from.value(), a.to.value());
    state_.white_noise(model_.gates.two_qubit, a.from.value(), a.to.value(), noise_);
  }
  /// What was in the qubit is lost, and known to be.
  void lose(std::size_t q) {
    state_.reset(q, outcomes_);
    time_.tell(event::erased{slot_id{static_cast<std::uint32_t>(q)}});
  }
  void age(std::size_t q, local_time t) {
    const duration elapsed = t - qubits_[q].aged_to;
    qubits_[q].aged_to = t;
    if (elapsed == duration::zero() || model_.data_memory == memory_noise{}) return;
    const auto errors = ebit::detail::pauli_errors(model_.data_memory.over(elapsed));
    const auto which = static_cast<bell_index>(sample::index_of(noise_, errors));
    state_.correct(pauli_frame{which}, q);
  }

  link::qpu model_;
  device_timeline<happening> time_;
  stabilizer state_;
  std::vector<qubit> qubits_;
  fault_draws draws_;
  random_stream noise_;
  random_stream outcomes_;
  local_time mended_at_;
  std::uint32_t life_ = 0;
};
static_assert(backend::qpu_endpoint_device<simulated_qpu> && backend::waits<simulated_qpu>);

}  // namespace ebit::sim
