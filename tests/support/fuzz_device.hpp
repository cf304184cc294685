// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/link/wire.hpp>

namespace ebit_test {

using namespace ebit;

/// The device of one node that is told anything at all: it performs nothing, but watches what is asked of it. The
/// first promise that the node breaks is kept in `broken`.
class fuzz_device {
 public:
  enum class operation_kind : std::uint8_t { batch, bell, distil, measure, deliver };
  struct operation {
    operation_id id;
    operation_kind kind = operation_kind::batch;
    std::uint32_t first = 0;  ///< slot, or the first of a batch
    std::uint32_t second = 0;
    std::uint32_t modes = 0;
    bool stopped = false;
  };

  explicit fuzz_device(std::vector<std::uint32_t> slots_per_port) : ports_{std::move(slots_per_port)} {
    for (const std::uint32_t n : ports_) size_ += n;
    start_again();
  }

  const char* broken = nullptr;

  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] const std::vector<operation>& running() const { return running_; }
  /// The last operation numbers issued, running or not.
  [[nodiscard]] operation_id issued(std::size_t k) const { return issued_[k % issued_.size()]; }
  [[nodiscard]] const message& sent(std::size_t k) const { return sent_[k % sent_.size()]; }

  /// The node has lost its memory, and so has the device.
  void start_again() {
    slots_.assign(size_, slot{});
    running_.clear();
    delivered_.clear();
  }

  // What the device is about to tell the node.

  void begin_call() { actions_ = 0; }
  void will_herald(slot_id s) {
    if (s.value() < size_) heralded_ = s.value();
  }
  /// `measured`: the qubits have been read.
  void will_read(operation_id id) {
    if (operation* o = find(id);
        o != nullptr && o->kind != operation_kind::batch && o->kind != operation_kind::deliver)
      end(*o);
  }
  void will_end(operation_id id) {
    if (operation* o = find(id); o != nullptr) end(*o);
  }

  /// After the call: the node's table and what it has told the device have to agree.
  template <class Table>
  void end_call(const Table& table) {
    for (std::uint32_t s = 0; s < size_; ++s) {
      const bool held = table[s].held_by != owner::nobody;
      if (s == heralded_) slots_[s].held = held || slots_[s].held;
      if (slots_[s].held != held) fail(held ? "a half is held in a slot that was freed" : "a slot was not freed");
    }
    heralded_ = none;
    const conservation& n = table.counts();
    if (n.acquired != n.delivered + n.consumed + n.discarded + table.held()) fail("halves are not conserved");
    if (table.has_work()) fail("work is left over");
  }

  // What the node asks for.

  void operator()(const action::attempt& a) {
    count();
    begin({a.operation, operation_kind::batch, a.first_slot.value(), 0, a.modes, false});
    if (a.modes == 0 || !in_one_port(a.first_slot.value(), a.modes)) return fail("a batch reaches beyond its port");
    if (a.period <= duration::zero()) fail("attempts without a period");
    if (!(a.bright_state >= 0 && a.bright_state <= 1)) fail("a bright-state population out of range");
    for (const operation& o : running_)
      if (o.kind == operation_kind::batch && o.id != a.operation && o.first < a.first_slot.value() + a.modes &&
          a.first_slot.value() < o.first + o.modes)
        fail("two batches share a slot");
  }
  void operator()(const action::stop& a) {
    count();
    operation* o = find(a.operation);
    if (o == nullptr || o->kind != operation_kind::batch) return fail("a batch that does not run is stopped");
    if (o->stopped) fail("a batch is stopped twice");
    o->stopped = true;
  }
  void operator()(const action::bell_measure& a) {
    count();
    operate(a.upstream);
    operate(a.downstream);
    begin({a.operation, operation_kind::bell, a.upstream.value(), a.downstream.value(), 0, false});
  }
  void operator()(const action::distil& a) {
    count();
    operate(a.keep);
    operate(a.sacrifice);
    begin({a.operation, operation_kind::distil, a.keep.value(), a.sacrifice.value(), 0, false});
  }
  void operator()(const action::measure& a) {
    count();
    operate(a.slot);
    begin({a.operation, operation_kind::measure, a.slot.value(), a.slot.value(), 0, false});
  }
  void operator()(const action::deliver& a) {
    count();
    operate(a.slot);
    begin({a.operation, operation_kind::deliver, a.slot.value(), a.slot.value(), 0, false});
    if (!(a.estimated_fidelity >= 0 && a.estimated_fidelity <= 1)) fail("an estimate out of range");
    ++delivered_[{a.request, a.circuit, a.name}];
  }
  void operator()(const action::revoke& a) {
    count();
    const auto found = delivered_.find({a.request, a.circuit, a.name});
    if (found == delivered_.end() || found->second == 0) return fail("what was not delivered is revoked");
    --found->second;
  }
  void operator()(const action::free& a) {
    count();
    if (a.slot.value() >= size_) return fail("a slot out of range is freed");
    slot& s = slots_[a.slot.value()];
    if (!s.held && a.slot.value() != heralded_) fail("a slot is freed twice");
    if (s.operating) fail("a slot is freed while something is done to it");
    s.held = false;
    if (a.slot.value() == heralded_) heralded_ = none;
  }
  void operator()(const action::send& a) {
    count();
    if (!a.content.to.valid()) fail("a message to nobody");
    if (a.content.size > message::capacity) fail("a message of too many bytes");
    sent_[sent_next_++ % sent_.size()] = a.content;
  }
  void operator()(const action::report& a) {
    count();
    if (!a.request.valid()) fail("a report on no request");
  }
  void operator()(const action::calibrate&) { count(); }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::size_t most_actions = 4'096;  // in one call

  struct slot {
    bool held = false;
    bool operating = false;
  };

  void fail(const char* what) {
    if (broken == nullptr) broken = what;
  }
  void count() {
    if (++actions_ > most_actions) fail("one event sets off actions without end");
  }
  [[nodiscard]] operation* find(operation_id id) {
    for (operation& o : running_)
      if (o.id == id) return &o;
    return nullptr;
  }
  [[nodiscard]] bool in_one_port(std::uint32_t first, std::uint32_t count) const {
    std::uint32_t begin = 0;
    for (const std::uint32_t n : ports_) {
      if (first >= begin && first < begin + n) return count <= begin + n - first;
      begin += n;
    }
    return false;
  }
  void operate(slot_id id) {
    if (id.value() >= size_) return fail("an operation on a slot out of range");
    slot& s = slots_[id.value()];
    if (id.value() == heralded_) {
      s.held = true;
      heralded_ = none;
    }
    if (!s.held) fail("an operation on a slot that is free");
    if (s.operating) fail("two operations on one slot at once");
    s.operating = true;
  }
  void begin(const operation& o) {
    if (!o.id.valid() || find(o.id) != nullptr) fail("an operation number is used twice at once");
    if (running_.size() > 4 * size_ + 64) fail("operations without end");
    running_.push_back(o);
    issued_[issued_next_++ % issued_.size()] = o.id;
  }
  void end(operation& o) {
    if (o.kind != operation_kind::batch) slots_[o.first].operating = slots_[o.second].operating = false;
    o = running_.back();
    running_.pop_back();
  }

  std::vector<std::uint32_t> ports_;
  std::uint32_t size_ = 0;
  std::vector<slot> slots_;
  std::uint32_t heralded_ = none;
  std::vector<operation> running_;
  std::array<operation_id, 16> issued_{};
  std::size_t issued_next_ = 0;
  std::array<message, 16> sent_{};
  std::size_t sent_next_ = 0;
  std::map<std::tuple<request_id, circuit_id, pair_id>, int> delivered_;
  std::size_t actions_ = 0;
};

}  // namespace ebit_test
