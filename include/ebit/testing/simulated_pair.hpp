// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/backend/concepts.hpp>
#include <ebit/testing/simulated_pair_heralding.hpp>

namespace ebit::testing {

/// Two backends joined by a link, as `make` of the conformance suite gives them.
template <class Backend>
struct joined {
  Backend a;
  Backend b;
};

/// One of two simulated devices that are joined by a link at each port. It is driven as hardware is: polled, and waited
/// for; a reference for the contract of a backend. Node 0 is the first one, node 1 the second; path p joins their ports
/// p, and comes up at once. Any two slots of a device interact.
///
/// The two share one world, whose clock stands still but while either waits: `wait` returns at the first event of
/// either, as long as both are polled. A copy is another handle on the same device. Messages to other nodes than
/// these two are lost.
class simulated_device {
 public:
  static constexpr backend::capabilities capabilities =
      backend::capabilities::of_every_stack() | backend::capabilities{.gates = true};

  [[nodiscard]] static joined<simulated_device> make_pair(const simulated_pair_options& o = {}) {
    const auto world = std::make_shared<world_type>(o);
    return {simulated_device{world, 0}, simulated_device{world, 1}};
  }

  [[nodiscard]] local_time now() const { return world_->local(end_, world_->now); }
  [[nodiscard]] backend::limits limits() const {
    const simulated_pair_options& o = world_->options;
    return {std::vector<std::uint32_t>(o.ports, o.slots), o.shortest_period, o.gate_time, o.operation_time};
  }

  template <class Handler>
  bool poll(Handler&& handler) {
    world_->catch_up(begin());
    world_->ends[end_].attended = true;
    auto& inbox = world_->ends[end_].inbox;
    if (inbox.empty()) return false;
    const event::any first = inbox.front();
    inbox.pop_front();
    std::visit(handler, first);
    return true;
  }
  void wait(local_time until) { world_->advance(world_->global(end_, until), begin()); }

  void perform(const action::attempt& a) { world_->start(end_, a); }
  void perform(const action::stop& a) { world_->stop(end_, a); }
  void perform(const action::free& a) { world_->release(end_, a.slot); }
  void perform(const action::send& a) {
    const std::uint32_t to = a.content.to.value();
    if (to > 1) return;
    const duration flight = to == end_ ? duration::zero() : world_->options.delay;
    world_->post_news(world_->now + flight, to, event::received{a.content, flight});
  }
  /// The application takes the half out of its slot at once.
  void perform(const action::deliver& a) {
    slot_type* s = world_->find(end_, a.slot);
    const bool there = s != nullptr && s->holds && !s->busy;
    if (!a.is_measured && !there) {
      world_->tell(end_, event::failed{a.operation, failure::unavailable});
      return;
    }
    if (!a.is_measured) s->holds = false;
    world_->tell(end_, event::done{a.operation});
  }
  void perform(const action::revoke&) {}
  void perform(const action::report&) {}
  void perform(const action::initialise& a) { at(a.at, a); }
  void perform(const action::move& a) { at(a.at, a); }
  void perform(const action::correct& a) { at(a.at, a); }
  void perform(const action::bell_measure& a) { at(a.at, a); }
  void perform(const action::distil& a) { at(a.at, a); }
  void perform(const action::gate& a) { at(a.at, a); }
  void perform(const action::measure& a) { at(a.at, a); }
  /// There is nothing to calibrate.
  void perform(const action::calibrate& a) {
    world_->post_news(world_->global(end_, a.at), end_, event::done{a.operation});
  }

 private:
  using world_type = detail::simulated_pair_world;
  using slot_type = world_type::slot_state;

  simulated_device(std::shared_ptr<world_type> world, std::uint32_t end) : world_{std::move(world)}, end_{end} {}

  template <class Action>
  void at(local_time when, const Action& wanted) {
    world_type::task t;
    t.what = world_type::task::kind::begin;
    t.end = end_;
    t.operating = wanted;
    world_->post(world_->global(end_, when), std::move(t));
  }
  struct beginning {
    world_type* world;
    void operator()(std::uint32_t end, const action::any& wanted) const {
      const auto begin = [&](const auto& a) {
        if constexpr (requires { operate(*world, end, a); }) operate(*world, end, a);
      };
      std::visit(begin, wanted);
    }
  };
  [[nodiscard]] beginning begin() const { return {world_.get()}; }

  /// Holds the slots of an operation from its beginning until its end is told; false, and the operation fails, if
  /// they do not hold a qubit or are in use.
  [[nodiscard]] static bool take(world_type& w, std::uint32_t end, operation_id operation, slot_id first,
                                 slot_id second = {}) {
    const auto ready = [&](slot_id slot) {
      const slot_type* s = w.find(end, slot);
      return s != nullptr && s->holds && !s->busy;
    };
    if (!ready(first) || first == second || (second.valid() && !ready(second))) {
      w.tell(end, event::failed{operation, failure::unavailable});
      return false;
    }
    w.find(end, first)->busy = true;
    if (second.valid()) w.find(end, second)->busy = true;
    return true;
  }
  /// The operation ends after `takes`, with `bits` if it reads.
  static void finish(world_type& w, std::uint32_t end, duration takes, operation_id operation, int bits,
                     slot_id first, slot_id second = {}) {
    if (bits >= 0) w.post_news(w.now + takes, end, event::measured{operation, static_cast<std::uint8_t>(bits)});
    world_type::task t;
    t.end = end;
    t.news = event::done{operation};
    t.releases = true;
    t.slots = {first, second};
    w.post(w.now + takes, std::move(t));
  }
  [[nodiscard]] static bool read(world_type& w, std::size_t qubit) {
    const bool bit = w.truth.measure(qubit, w.draws).bit;
    return bit != (w.options.gates.read_out > 0 && sample::bernoulli(w.draws, w.options.gates.read_out));
  }
  static void white_noise(world_type& w, std::size_t qubit) {
    w.truth.white_noise(w.options.gates.one_qubit, qubit, w.draws);
  }

  static void operate(world_type& w, std::uint32_t end, const action::bell_measure& a) {
    if (!take(w, end, a.operation, a.upstream, a.downstream)) return;
    const bell_index outcome =
        w.truth.bell_measure(w.qubit(end, a.upstream), w.qubit(end, a.downstream), w.options.gates, w.draws);
    w.find(end, a.upstream)->holds = w.find(end, a.downstream)->holds = false;
    finish(w, end, w.options.operation_time, a.operation, static_cast<int>(outcome), a.upstream, a.downstream);
  }
  static void operate(world_type& w, std::uint32_t end, const action::distil& a) {
    if (!take(w, end, a.operation, a.keep, a.sacrifice)) return;
    const std::size_t keep = w.qubit(end, a.keep), sacrifice = w.qubit(end, a.sacrifice);
    rotate(w, a.recipe.keep, keep, a.end);
    rotate(w, a.recipe.sacrifice, sacrifice, a.end);
    w.truth.cnot(keep, sacrifice).white_noise(w.options.gates.two_qubit, keep, sacrifice, w.draws);
    const bool bit = read(w, sacrifice);
    w.find(end, a.sacrifice)->holds = false;
    finish(w, end, w.options.operation_time, a.operation, bit ? 1 : 0, a.keep, a.sacrifice);
  }
  static void operate(world_type& w, std::uint32_t end, const action::measure& a) {
    if (!take(w, end, a.operation, a.slot)) return;
    const std::size_t q = w.qubit(end, a.slot);
    if (a.in == basis::y) w.truth.s_dagger(q);
    if (a.in != basis::z) w.truth.h(q);
    const bool bit = read(w, q);
    w.find(end, a.slot)->holds = false;
    finish(w, end, w.options.operation_time, a.operation, bit ? 1 : 0, a.slot);
  }
  static void operate(world_type& w, std::uint32_t end, const action::gate& a) {
    const bool two = a.kind == action::gate_kind::cnot || a.kind == action::gate_kind::cz;
    if (!take(w, end, a.operation, a.target, two ? a.control : slot_id{})) return;
    const std::size_t target = w.qubit(end, a.target);
    switch (a.kind) {
      case action::gate_kind::x: w.truth.x(target); break;
      case action::gate_kind::z: w.truth.z(target); break;
      case action::gate_kind::h: w.truth.h(target); break;
      case action::gate_kind::s: w.truth.s(target); break;
      case action::gate_kind::cnot: w.truth.cnot(w.qubit(end, a.control), target); break;
      case action::gate_kind::cz: w.truth.cz(w.qubit(end, a.control), target); break;
    }
    if (two)
      w.truth.white_noise(w.options.gates.two_qubit, w.qubit(end, a.control), target, w.draws);
    else
      white_noise(w, target);
    finish(w, end, w.options.gate_time, a.operation, -1, a.target, two ? a.control : slot_id{});
  }
  static void operate(world_type& w, std::uint32_t end, const action::correct& a) {
    if (!take(w, end, a.operation, a.slot)) return;
    w.truth.correct(a.frame, w.qubit(end, a.slot));
    white_noise(w, w.qubit(end, a.slot));
    finish(w, end, w.options.gate_time, a.operation, -1, a.slot);
  }
  /// Into an empty slot that no batch uses.
  static void operate(world_type& w, std::uint32_t end, const action::move& a) {
    slot_type* into = w.find(end, a.to);
    const bool vacant = into != nullptr && !into->holds && !into->busy && !into->in_batch;
    if (!vacant) return w.tell(end, event::failed{a.operation, failure::unavailable});
    if (!take(w, end, a.operation, a.from)) return;
    const std::size_t from = w.qubit(end, a.from), to = w.qubit(end, a.to);
    w.truth.swap(from, to).reset(from, w.draws);
    white_noise(w, to);
    w.find(end, a.from)->holds = false;
    into->holds = into->busy = true;
    finish(w, end, w.options.gate_time, a.operation, -1, a.from, a.to);
  }
  static void operate(world_type& w, std::uint32_t end, const action::initialise& a) {
    slot_type* s = w.find(end, a.slot);
    if (s == nullptr || s->busy || s->armed) return w.tell(end, event::failed{a.operation, failure::unavailable});
    w.truth.reset(w.qubit(end, a.slot), w.draws);
    s->holds = s->busy = true;
    finish(w, end, w.options.gate_time, a.operation, -1, a.slot);
  }

  /// The Clifford that permutes Bell labels as `rotation` says when one end applies it and the other its conjugate.
  static void rotate(world_type& w, bell_permutation rotation, std::size_t q, half end) {
    const auto hadamard = [&] { w.truth.h(q); };
    const auto quarter = [&] { end == half::a ? w.truth.s(q) : w.truth.s_dagger(q); };
    switch (rotation.element()) {
      case 0: return;
      case 1: quarter(); break;
      case 2: hadamard(), quarter(), hadamard(); break;
      case 3: hadamard(); break;
      case 4: quarter(), hadamard(); break;
      default: hadamard(), quarter(); break;
    }
    white_noise(w, q);
  }

  std::shared_ptr<world_type> world_;
  std::uint32_t end_;
};
static_assert(backend::event_source<simulated_device> && backend::waits<simulated_device>);

}  // namespace ebit::testing
