// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/backend/concepts.hpp>
#include <ebit/core/fixed_vector.hpp>

namespace ebit::backend {

/// Derives Bell measurements and distillation from gates and read-outs, so that a device with these alone, such as an
/// ion trap, serves every profile. Gates of one operation are asked for one after the other, each when the one before
/// is done; the node is told of the whole only. Operation numbers with bit 30 set (and bit 31 not) are the adaptor's
/// own.
template <class Inner>
  requires gates<Inner> && measures<Inner>
class from_gates {
 public:
  static constexpr backend::capabilities capabilities =
      Inner::capabilities | backend::capabilities{.bell_measures = true, .distils = true};

  explicit from_gates(Inner inner) : inner_{std::move(inner)} {}

  [[nodiscard]] Inner& inner() { return inner_; }
  [[nodiscard]] const Inner& inner() const { return inner_; }

  [[nodiscard]] local_time now() const { return inner_.now(); }
  [[nodiscard]] backend::limits limits() const {
    backend::limits derived = inner_.limits();
    derived.operation_time = derived.gate_time * static_cast<std::int64_t>(most_steps) + derived.operation_time * 2;
    return derived;
  }

  template <class Action>
    requires performs<Inner, Action>
  void perform(const Action& wanted) {
    inner_.perform(wanted);
  }
  /// CNOT upstream → downstream, Hadamard upstream, both read: upstream gives z, downstream x.
  void perform(const action::bell_measure& a) {
    program p{a.operation, {}, {}, 0, 0};
    p.gate(action::gate_kind::cnot, a.upstream, a.downstream);
    p.gate(action::gate_kind::h, a.upstream, a.upstream);
    p.read(a.upstream, 0);
    p.read(a.downstream, 1);
    begin(p, a.at);
  }
  void perform(const action::distil& a) {
    program p{a.operation, {}, {}, 0, 0};
    rotate(p, a.recipe.keep, a.keep, a.end);
    rotate(p, a.recipe.sacrifice, a.sacrifice, a.end);
    p.gate(action::gate_kind::cnot, a.keep, a.sacrifice);
    p.read(a.sacrifice, 0);
    begin(p, a.at);
  }

  template <class Handler>
  bool poll(Handler&& handler) {
    for (;;) {
      if (!finished_.empty()) {
        const ending last = finished_.front();
        if (last.why == failure::none && !last.told_bits) {
          finished_.front().told_bits = true;
          handler(event::measured{last.operation, last.bits});
          return true;
        }
        finished_.erase(finished_.begin());
        if (last.why == failure::none)
          handler(event::done{last.operation});
        else
          handler(event::failed{last.operation, last.why});
        return true;
      }
      bool told = false;
      const bool any = inner_.poll([&](const auto& e) {
        if (swallowed(e)) return;
        told = true;
        handler(e);
      });
      if (told) return true;
      if (!any && finished_.empty()) return false;
    }
  }
  void wait(local_time until)
    requires waits<Inner>
  {
    inner_.wait(until);
  }

 private:
  static constexpr std::size_t most_steps = 12;
  static constexpr std::uint32_t own = 0x40000000U;

  struct step {
    bool reads = false;
    std::uint8_t bit = 0;  ///< where the read-out goes
    action::gate_kind kind = action::gate_kind::x;
    slot_id control;
    slot_id target;
  };
  struct program {
    operation_id operation;
    operation_id running;
    fixed_vector<step, most_steps> steps;
    std::size_t next;
    std::uint8_t bits;

    void gate(action::gate_kind kind, slot_id control, slot_id target) {
      steps.push_back({false, 0, kind, control, target});
    }
    void read(slot_id slot, std::uint8_t bit) { steps.push_back({true, bit, {}, slot, slot}); }
  };
  struct ending {
    operation_id operation;
    failure why = failure::none;
    std::uint8_t bits = 0;
    bool told_bits = false;
  };

  /// The Clifford that permutes the Bell labels as `rotation` says when the two ends apply it and its complex
  /// conjugate.
  static void rotate(program& p, bell_permutation rotation, slot_id slot, half end) {
    using action::gate_kind;
    const auto hadamard = [&] { p.gate(gate_kind::h, slot, slot); };
    const auto quarter = [&] {  // S at one end, S† = S Z at the other
      if (end == half::b) p.gate(gate_kind::z, slot, slot);
      p.gate(gate_kind::s, slot, slot);
    };
    switch (rotation.element()) {
      case 0: break;
      case 1: quarter(); break;
      case 2: hadamard(), quarter(), hadamard(); break;
      case 3: hadamard(); break;
      case 4: quarter(), hadamard(); break;
      default: hadamard(), quarter(); break;
    }
  }

  void begin(program& p, local_time at) {
    issue(p, at);
    running_.push_back(p);
  }
  void issue(program& p, local_time at) {
    const step& s = p.steps[p.next];
    p.running = operation_id{own | (issued_++ & (own - 1))};
    if (s.reads)
      inner_.perform(action::measure{p.running, at, s.target, basis::z});
    else
      inner_.perform(action::gate{p.running, at, s.kind, s.control, s.target});
  }

  template <class Event>
  [[nodiscard]] bool swallowed(const Event&) {
    return false;
  }
  [[nodiscard]] bool swallowed(const event::measured& e) {
    program* p = find(e.operation);
    if (p != nullptr) p->bits = static_cast<std::uint8_t>(p->bits | (e.bits & 1U) << p->steps[p->next].bit);
    return is_own(e.operation);
  }
  [[nodiscard]] bool swallowed(const event::done& e) {
    program* p = find(e.operation);
    if (p != nullptr) {
      if (++p->next < p->steps.size())
        issue(*p, inner_.now());
      else
        end(*p, failure::none);
    }
    return is_own(e.operation);
  }
  [[nodiscard]] bool swallowed(const event::failed& e) {
    program* p = find(e.operation);
    if (p != nullptr) end(*p, e.why);
    return is_own(e.operation);
  }

  [[nodiscard]] static bool is_own(operation_id id) { return id.valid() && (id.value() & ~(own - 1)) == own; }
  [[nodiscard]] program* find(operation_id id) {
    if (!is_own(id)) return nullptr;
    for (program& p : running_)
      if (p.running == id) return &p;
    return nullptr;
  }
  void end(program& p, failure why) {
    finished_.push_back({p.operation, why, p.bits, false});
    running_.erase(running_.begin() + (&p - running_.data()));
  }

  Inner inner_;
  std::vector<program> running_;
  std::vector<ending> finished_;
  std::uint32_t issued_ = 0;
};

}  // namespace ebit::backend
