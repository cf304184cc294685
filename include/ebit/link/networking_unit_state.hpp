// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/device_lifecycle.hpp>
#include <ebit/link/networking_unit.hpp>

namespace ebit::link {

/// Why a networking unit does not serve.
enum class unit_obstacle : std::uint8_t {
  not_working,             ///< idle, starting, locking, broken or being shut down
  no_communication_qubit,  ///< all are in use
  no_buffer_qubit,         ///< likewise
  no_such_qubit,
  empty  ///< nothing was claimed there
};

/// A refused demand on a networking unit.
struct unit_refusal {
  unit_obstacle why = unit_obstacle::not_working;
  device_phase doing = device_phase::ready;

  /// For example: all communication qubits are in use.
  [[nodiscard]] std::string message() const {
    switch (why) {
      case unit_obstacle::not_working: return std::string{"the unit does not work but is "} + name_of(doing);
      case unit_obstacle::no_communication_qubit: return "all communication qubits are in use";
      case unit_obstacle::no_buffer_qubit: return "all buffer qubits are in use";
      case unit_obstacle::no_such_qubit: return "the unit has no such qubit";
      case unit_obstacle::empty: return "nothing is held there";
    }
    return "unknown";
  }
  friend bool operator==(const unit_refusal&, const unit_refusal&) = default;
};

/// What a networking unit does in the course of time, and which of its qubits are in use, as a value. It is busy as
/// long as a communication qubit is claimed; buffered halves do not keep it from locking anew. Whatever it is told
/// comes in order of time. `Time` is the clock of whoever keeps it.
template <class Time>
class basic_networking_unit_state {
 public:
  using outcome = typename basic_lifecycle<Time>::outcome;
  using slot_outcome = result<std::uint16_t, unit_refusal>;

  template <installable Interface>
  explicit basic_networking_unit_state(const basic_networking_unit<Interface>& model, Time since = Time{})
      : life_{model.times, since},
        communication_(model.communication_qubits),
        buffer_(model.buffer_qubits),
        relock_every_{model.relock_every},
        move_time_{model.move_time},
        per_port_{model.communication_qubits_per_port()} {
    EBIT_ASSERT(model.validate().has_value(), "a networking unit out of range");
  }

  /// Ready since `since`: it was started up and locked before.
  template <installable Interface>
  [[nodiscard]] static basic_networking_unit_state running(const basic_networking_unit<Interface>& model,
                                                           Time since = Time{}) {
    basic_networking_unit_state s{model, since};
    s.life_ = basic_lifecycle<Time>::running(model.times, since);
    s.locked_at_ = since;
    return s;
  }

  [[nodiscard]] device_phase phase(Time t) const { return life_.at(t); }
  /// Since when it is in the phase that it has at `t`.
  [[nodiscard]] Time since(Time t) const { return life_.since(t); }
  [[nodiscard]] bool works(Time t) const { return life_.works(t); }
  [[nodiscard]] Time working_from() const { return life_.working_from(); }
  /// When it has to lock anew; never if it does not drift, or does not work.
  [[nodiscard]] Time relock_due() const {
    return relock_every_.is_never() ? Time::never() : locked_at_ + relock_every_;
  }

  // Life. Answers are as those of `basic_lifecycle`.

  outcome initialise(Time t) { return locked(life_.initialise(t)); }
  /// Refused while a communication qubit is in use.
  outcome relock(Time t) {
    if (claimed() > 0) return phase_refusal{device_phase::busy, device_phase::locking};
    return locked(life_.relock(t));
  }
  /// What it holds is lost.
  outcome deinitialise(Time t) {
    const outcome answer = life_.deinitialise(t);
    if (answer) {
      lose_all(t);
      locked_at_ = Time::never();
    }
    return answer;
  }
  outcome degrade(Time t) { return life_.degrade(t); }
  outcome restore(Time t) { return life_.restore(t, claimed() > 0); }
  /// Of a degraded unit, what its communication qubits are at is lost: it locks anew.
  outcome recover(Time t) {
    const device_phase before = life_.at(t);
    if (before == device_phase::degraded) lose(communication_, t);
    const outcome answer = life_.recover(t);
    return before == device_phase::degraded || before == device_phase::fault ? locked(answer) : answer;
  }
  /// It breaks, and all it holds is lost. The answer is how many qubits were in use.
  std::size_t fail(Time t) {
    (void)life_.fail(t);
    locked_at_ = Time::never();
    return lose_all(t);
  }

  // Qubits.

  /// Claims a communication qubit of `port` for attempts, and for the half they make; the answer is which. It is
  /// number `port` × qubits per port, or one of those after it.
  slot_outcome claim(std::uint16_t port, Time t) {
    const std::size_t first = std::size_t{port} * per_port_;
    if (first >= communication_.size()) return refused(unit_obstacle::no_such_qubit, t);
    if (!works(t)) return refused(unit_obstacle::not_working, t);
    for (std::size_t i = first; i < first + per_port_; ++i)
      if (communication_[i].vacant(t)) return claim_qubit(static_cast<std::uint16_t>(i), t);
    return refused(unit_obstacle::no_communication_qubit, t);
  }
  /// Claims that one.
  slot_outcome claim_qubit(std::uint16_t qubit, Time t) {
    if (qubit >= communication_.size()) return refused(unit_obstacle::no_such_qubit, t);
    if (!works(t)) return refused(unit_obstacle::not_working, t);
    if (!communication_[qubit].vacant(t)) return refused(unit_obstacle::no_communication_qubit, t);
    if (claimed() == 0) (void)life_.begin(t);
    communication_[qubit].used = true;
    return qubit;
  }
  /// Gives it back.
  slot_outcome release(std::uint16_t qubit, Time t) {
    if (qubit >= communication_.size()) return refused(unit_obstacle::no_such_qubit, t);
    if (!communication_[qubit].used) return refused(unit_obstacle::empty, t);
    vacate(qubit, t);
    return qubit;
  }
  /// Moves the half in a communication qubit to a buffer qubit, which it reaches after the move time; the answer is
  /// which. The communication qubit is free again then.
  slot_outcome store(std::uint16_t qubit, Time t) {
    for (std::size_t i = 0; i < buffer_.size(); ++i)
      if (buffer_[i].vacant(t)) return store_in(static_cast<std::uint16_t>(i), qubit, t);
    // What else is wrong counts first.
    const slot_outcome other = may_move(qubit, t);
    return other ? slot_outcome{refused(unit_obstacle::no_buffer_qubit, t)} : other;
  }
  /// The same to that buffer qubit.
  slot_outcome store_in(std::uint16_t buffer, std::uint16_t qubit, Time t) {
    if (const slot_outcome ok = may_move(qubit, t); !ok) return ok;
    if (buffer >= buffer_.size()) return refused(unit_obstacle::no_such_qubit, t);
    if (!buffer_[buffer].vacant(t)) return refused(unit_obstacle::no_buffer_qubit, t);
    buffer_[buffer].used = true;
    vacate(qubit, t);
    communication_[qubit].free_from = t + move_time_;
    return buffer;
  }
  /// Moves a half back from a buffer qubit to that communication qubit, which is claimed by it.
  slot_outcome fetch(std::uint16_t buffer, std::uint16_t qubit, Time t) {
    if (buffer >= buffer_.size()) return refused(unit_obstacle::no_such_qubit, t);
    if (!works(t)) return refused(unit_obstacle::not_working, t);
    if (!buffer_[buffer].used) return refused(unit_obstacle::empty, t);
    if (const slot_outcome ok = claim_qubit(qubit, t); !ok) return ok;
    buffer_[buffer] = {false, t + move_time_};
    return qubit;
  }
  /// The half in a buffer qubit is taken out, or given up.
  slot_outcome take(std::uint16_t buffer, Time t) {
    if (buffer >= buffer_.size()) return refused(unit_obstacle::no_such_qubit, t);
    if (!buffer_[buffer].used) return refused(unit_obstacle::empty, t);
    buffer_[buffer] = {false, t};
    return buffer;
  }

  [[nodiscard]] std::size_t claimed() const { return used(communication_); }
  [[nodiscard]] std::size_t buffered() const { return used(buffer_); }
  [[nodiscard]] bool uses(std::uint16_t qubit) const {
    return qubit < communication_.size() && communication_[qubit].used;
  }
  [[nodiscard]] bool holds(std::uint16_t buffer) const { return buffer < buffer_.size() && buffer_[buffer].used; }

  friend bool operator==(const basic_networking_unit_state&, const basic_networking_unit_state&) = default;

 private:
  struct place {
    bool used = false;
    Time free_from{};
    [[nodiscard]] bool vacant(Time t) const { return !used && t >= free_from; }
    friend bool operator==(const place&, const place&) = default;
  };

  [[nodiscard]] static std::size_t used(const std::vector<place>& all) {
    std::size_t count = 0;
    for (const place& q : all) count += q.used ? 1U : 0U;
    return count;
  }
  [[nodiscard]] slot_outcome may_move(std::uint16_t qubit, Time t) const {
    if (qubit >= communication_.size()) return refused(unit_obstacle::no_such_qubit, t);
    if (!works(t)) return refused(unit_obstacle::not_working, t);
    if (!communication_[qubit].used) return refused(unit_obstacle::empty, t);
    return qubit;
  }
  [[nodiscard]] unit_refusal refused(unit_obstacle why, Time t) const { return {why, life_.at(t)}; }
  outcome locked(const outcome& answer) {
    if (answer) locked_at_ = *answer;
    return answer;
  }
  void vacate(std::uint16_t which, Time t) {
    communication_[which] = {false, t};
    if (claimed() == 0 && works(t)) (void)life_.end(t);
  }
  static std::size_t lose(std::vector<place>& all, Time t) {
    const std::size_t lost = used(all);
    for (place& q : all) q = {false, t};
    return lost;
  }
  std::size_t lose_all(Time t) {
    const std::size_t lost = lose(communication_, t);
    return lost + lose(buffer_, t);
  }

  basic_lifecycle<Time> life_;
  std::vector<place> communication_;
  std::vector<place> buffer_;
  Time locked_at_ = Time::never();
  duration relock_every_;
  duration move_time_;
  std::uint16_t per_port_;
};

/// What is true of a unit.
using networking_unit_state = basic_networking_unit_state<world_time>;

}  // namespace ebit::link
