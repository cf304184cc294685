// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/backend/concepts.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/testing/defects.hpp>

namespace ebit::testing {

/// A backend with one defect: what a suite must see. All else passes unchanged.
template <class Inner>
  requires backend::waits<Inner>
class broken_device {
 public:
  static constexpr backend::capabilities capabilities = Inner::capabilities;

  explicit broken_device(Inner inner, defect what = defect::none) : inner_{std::move(inner)}, what_{what} {}

  [[nodiscard]] local_time now() const {
    return what_ == defect::clock_back && ++asked_ == 200 ? inner_.now() - 1_us : inner_.now();
  }
  [[nodiscard]] backend::limits limits() const {
    backend::limits l = inner_.limits();
    if (is(defect::invalid_limits)) l.shortest_period = -1_ns;
    if (is(defect::changing_limits) && ++asked_ > 1) l.gate_time += 1_ns;
    if (is(defect::understated_times)) l.operation_time = l.operation_time / 2;
    return l;
  }

  template <class Action>
    requires backend::performs<Inner, Action>
  void perform(const Action& wanted) {
    if (is(defect::tells_during_call) && hears_ != nullptr)
      hears_(handler_, event::any{event::device_state{port_id{0}, event::health::ready}});
    Action a = wanted;
    if (alter(a)) inner_.perform(a);
  }

  template <class Handler>
  bool poll(Handler&& handler) {
    if (is(defect::poll_says_true) && ++polled_ == 50) return true;
    release_slots();
    while ((queue_.empty() || is(defect::poll_tells_two)) && fetch()) {
    }
    handler_ = const_cast<void*>(static_cast<const void*>(&handler));
    hears_ = [](void* h, const event::any& e) { std::visit(*static_cast<std::remove_reference_t<Handler>*>(h), e); };
    bool told = false;
    for (int most = is(defect::poll_tells_two) ? 2 : 1; most > 0 && !queue_.empty(); --most) {
      const event::any first = queue_.front();
      queue_.pop_front();
      std::visit(handler, first);
      told = true;
    }
    hears_ = nullptr;
    return told;
  }
  void wait(local_time until) {
    if (is(defect::stands_still) || !queue_.empty()) return;
    for (const delayed& d : late_) until = least(until, d.at);
    for (const delayed_free& d : frees_) until = least(until, d.at);
    inner_.wait(until);
    if (!is(defect::oversleeps)) return;
    while (fetch()) {
    }
    if (!queue_.empty()) inner_.wait(inner_.now() + 5_us);
  }

 private:
  struct delayed {
    local_time at;
    event::any what;
  };
  struct delayed_free {
    local_time at;
    slot_id slot;
  };

  [[nodiscard]] bool is(defect d) const { return what_ == d; }
  /// The first time it is asked, of this defect.
  [[nodiscard]] bool once(defect d) { return what_ == d && !std::exchange(happened_, true); }
  [[nodiscard]] bool batch(operation_id id) const {
    for (const action::attempt& a : batches_)
      if (a.operation == id) return true;
    return false;
  }
  void push(const event::any& e) { queue_.push_back(e); }
  [[nodiscard]] std::size_t port_of(slot_id slot) const {
    const backend::limits l = inner_.limits();
    std::size_t port = 0;
    for (std::uint32_t end = 0; port < l.slots_per_port.size(); ++port)
      if (slot.value() < (end += l.slots_per_port[port])) break;
    return port;
  }

  void release_slots() {
    for (std::size_t i = 0; i < frees_.size();) {
      if (frees_[i].at > inner_.now()) {
        ++i;
        continue;
      }
      inner_.perform(action::free{frees_[i].slot});
      frees_.erase(frees_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  bool fetch() {
    for (std::size_t i = 0; i < late_.size(); ++i) {
      if (late_[i].at > inner_.now()) continue;
      push(late_[i].what);
      late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    }
    return inner_.poll([this](const auto& e) {
      auto changed = e;
      this->tell(changed);
    });
  }

  // Actions on their way down; false keeps one back.

  template <class Action>
  bool alter(Action& a) {
    if constexpr (std::is_same_v<Action, action::attempt>) {
      if (is(defect::dead_second_epoch) && !batches_.empty()) a.circuit = circuit_id{a.circuit.value() + 1};
      batches_.push_back(a);
    } else if constexpr (std::is_same_v<Action, action::stop>) {
      happened_ = happened_ || is(defect::keeps_slot);
      if (is(defect::stops_early)) a.at = inner_.now();
      if (is(defect::stops_late)) a.at += batches_.back().period * 40;
    } else if constexpr (std::is_same_v<Action, action::free>) {
      if (is(defect::keeps_slot) && a.slot == slot_id{0} && !happened_ && !batches_.empty()) return false;
      if (is(defect::slow_reuse) && !batches_.empty()) {
        frees_.push_back({inner_.now() + batches_.back().period * 3, a.slot});
        return false;
      }
    } else if constexpr (std::is_same_v<Action, action::send>) {
      if (once(defect::echoes_message)) push(event::received{a.content, duration::zero()});
      if (once(defect::loses_message)) return false;
    } else if constexpr (std::is_same_v<Action, action::gate>) {
      gates_.push_back(a.operation);
      if (is(defect::fails_gates)) push(event::failed{a.operation, failure::fault});
      if (is(defect::fails_gates)) return false;
      if (is(defect::inverted_gate) && a.kind == action::gate_kind::x) a.kind = action::gate_kind::h;
    } else if constexpr (std::is_same_v<Action, action::bell_measure>) {
      joins_.push_back(a);
      if (is(defect::joins_nothing) && port_of(a.upstream) != port_of(a.downstream)) {
        push(event::measured{a.operation, 0});
        push(event::done{a.operation});
        return false;
      }
    } else if constexpr (std::is_same_v<Action, action::distil>) {
      distils_.push_back(a.operation);
      if (is(defect::drops_recipe)) a.recipe = {};
      if (is(defect::fewer_rotations))
        for (bell_permutation* const turn : {&a.recipe.keep, &a.recipe.sacrifice})
          if (turn->element() == 4) *turn = bell_permutation::element(5);
    } else if constexpr (std::is_same_v<Action, action::measure>) {
      if (is(defect::acts_early)) a.at = inner_.now();
      if (is(defect::reads_y_as_x) && a.in == basis::y) a.in = basis::x;
      reads_.push_back(a.operation);
    }
    return true;
  }

  // Events on their way up.

  void tell(event::path_up& e) {
    if (is(defect::negative_delay)) e.delay = -1_ns;
    if (is(defect::understated_light)) e.station_here += 5_us, e.station_there += 5_us;
    push(e);
    if (is(defect::names_foreign_slot)) push(event::erased{slot_id{99}, false});
    if (is(defect::unknown_operation)) push(event::done{operation_id{0x3ffffff0}});
    if (is(defect::invents_message)) {
      message m;
      m.type = 0xf0;
      late_.push_back({inner_.now() + 1_us, event::received{m, 1_us}});
    }
  }
  void tell(event::received& e) {
    if (once(defect::loses_message)) return;
    if (once(defect::negative_flight)) e.flight = -1_ns;
    if (once(defect::garbles_message)) e.content.body[40] ^= std::byte{1};
    push(e);
    if (once(defect::doubles_message)) push(e);
  }
  void tell(event::heralded& e) {
    const action::attempt& b = batches_.back();
    if (is(defect::wrong_state)) e.state = static_cast<bell_index>(static_cast<unsigned>(e.state) ^ 1U);
    if (e.slot == b.first_slot && once(defect::wrong_sequence)) ++e.sequence;
    if (once(defect::born_in_future)) e.born += 1_s;
    if (once(defect::born_before_start)) e.born = b.at - 1_s;
    if (once(defect::loses_herald)) return inner_.perform(action::free{e.slot});
    push(e);
    last_ = e;
    event::heralded other = e;
    other.slot = slot_id{e.slot.value() + 2};
    if (once(defect::foreign_slot)) push(other);
    other = e;
    other.sequence += b.modes;
    other.born += b.period;
    if (once(defect::heralds_held_slot)) late_.push_back({inner_.now() + b.period, other});
  }
  void tell(event::measured& e) {
    for (const action::bell_measure& a : joins_) {
      if (a.operation != e.operation) continue;
      if (once(defect::too_many_bits)) e.bits |= 4U;
      if (is(defect::swapped_bits)) e.bits = static_cast<std::uint8_t>(((e.bits & 1U) << 1) | (e.bits >> 1));
    }
    for (const operation_id id : distils_)
      if (id == e.operation && is(defect::inverted_bit)) e.bits ^= 1U;
    if (is(defect::done_before_measured))
      held_back_ = e;
    else
      push(e);
  }
  void tell(event::done& e) {
    if (batch(e.operation)) {
      if (once(defect::forgets_batch)) return;
      if (is(defect::batch_fails)) return push(event::failed{e.operation, failure::stopped});
    }
    for (const operation_id id : reads_)
      if (id == e.operation && is(defect::slow_read_out)) return late_.push_back({inner_.now() + 2_ms, e});
    push(e);
    if (held_back_) push(*std::exchange(held_back_, std::nullopt));
    if (once(defect::repeats_event)) push(e);
    if (batch(e.operation) && last_ && once(defect::late_herald)) push(*last_);
    if (again_) push(*std::exchange(again_, std::nullopt));
    if (once(defect::ends_twice)) again_ = e;
  }
  void tell(event::failed& e) {
    if (once(defect::forgets_failure)) return;
    if (once(defect::gives_no_reason)) e.why = failure::none;
    for (const operation_id id : gates_)
      if (id == e.operation && is(defect::empty_gate_succeeds)) return push(event::done{id});
    for (const action::bell_measure& a : joins_) {
      if (a.operation != e.operation || !is(defect::unavailable_loses)) continue;
      inner_.perform(action::free{a.upstream});
      inner_.perform(action::free{a.downstream});
    }
    push(e);
  }
  template <class Event>
  void tell(const Event& e) {
    push(e);
  }

  Inner inner_;
  defect what_;
  bool happened_ = false;
  mutable std::uint32_t asked_ = 0;
  std::uint32_t polled_ = 0;
  std::deque<event::any> queue_;
  std::vector<delayed> late_;
  std::vector<delayed_free> frees_;
  std::vector<action::attempt> batches_;
  std::vector<action::bell_measure> joins_;
  std::vector<operation_id> gates_;
  std::vector<operation_id> distils_;
  std::vector<operation_id> reads_;
  std::optional<event::heralded> last_;
  std::optional<event::measured> held_back_;
  std::optional<event::done> again_;
  void* handler_ = nullptr;
  void (*hears_)(void*, const event::any&) = nullptr;
};

}  // namespace ebit::testing
