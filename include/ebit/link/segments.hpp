// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/bell.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/circuits.hpp>

namespace ebit {

/// Who may act on a half. Each half has exactly one owner at any time.
enum class owner : std::uint8_t { nobody, link, purify, swap, route, app };

/// One held half: this node's end of a segment. The row's index is its slot.
struct segment {
  enum class phase : std::uint8_t { resting, operating, awaiting_result };

  owner held_by = owner::nobody;
  phase state = phase::resting;
  side facing = side::upstream;
  std::uint8_t rounds = 0;     ///< distillation rounds done at the present span
  std::uint8_t operation = 0;  ///< counts the operations on this slot, so that a late answer is told from a new one
  pauli_frame frame;
  std::uint16_t circuit = circuit_table::none;
  std::uint16_t reach = 0;  ///< position along the circuit of the node that holds the other half
  node_id peer;             ///< that node
  pair_id local;            ///< the link pair this half was born in: its name here
  pair_id remote;           ///< the link pair the other half was born in: its name there
  local_time born;          ///< emission of the segment's oldest qubit
  local_time deadline = local_time::never();
  request_id request;  ///< that it has been bound to
  node_id asked_by;    ///< where that request comes from
  std::uint16_t purpose = 0;
  std::uint8_t does = 0;      ///< what becomes of it: a `wire::disposal` and a basis
  std::uint32_t partner = 0;  ///< the other slot of a running operation
  std::uint32_t spent = 0;    ///< tag of the sacrifice of the running or last distillation
  std::uint32_t spent_before = 0;
  std::uint32_t peer_spent = 0;  ///< tag of the sacrifice whose read-out the peer sent
  bool parity = false;           ///< of error-free read-outs, as the frames predict it
  bool own_bit = false;
  bool peer_bit = false;
  bool peer_bit_known = false;
  bool leads = false;
  bool undecided = false;  ///< distilled here, but the other end's read-out is not known
  bool begun = false;      ///< the running operation is named after this row
  bool lost = false;       ///< the other end is known to be gone; to be given up when the running operation ends
};

/// What a half's end has come to. acquired = delivered + consumed + discarded + held, always.
struct conservation {
  std::uint64_t acquired = 0;
  std::uint64_t delivered = 0;
  std::uint64_t consumed = 0;
  std::uint64_t discarded = 0;
};

/// The layers in the order in which what one event sets off is worked through.
enum class layer : std::uint8_t { link, purify, swap, route };

/// The one table of halves of a node, with the circuits they belong to and the list of rows whose owner has to look
/// at them.
class segments {
 public:
  /// A short stand-in for a pair's identity, never 0.
  [[nodiscard]] static std::uint32_t tag(std::uint32_t epoch, std::uint64_t sequence) {
    return static_cast<std::uint32_t>(mix(epoch, sequence)) | 1U;
  }

  struct work_item {
    layer of = layer::link;
    std::uint32_t slot = 0;
  };

  struct row_range {
    segment* first = nullptr;
    segment* last = nullptr;
    [[nodiscard]] segment* begin() const { return first; }
    [[nodiscard]] segment* end() const { return last; }
  };

  segments() = default;
  segments(node_id self, std::uint32_t slots) : self_{self}, size_{slots}, rows_(slots), reserved_(slots, 0) {
    work_.reserve(std::size_t{slots} + 64);
  }

  [[nodiscard]] node_id self() const { return self_; }
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] segment& operator[](std::uint32_t slot) { return rows_[slot]; }
  [[nodiscard]] const segment& operator[](std::uint32_t slot) const { return rows_[slot]; }
  [[nodiscard]] std::uint32_t slot_of(const segment& row) const {
    return static_cast<std::uint32_t>(&row - rows_.data());
  }
  /// The rows of one link of a circuit.
  [[nodiscard]] row_range rows(const circuit::hop& hop) {
    segment* const first = rows_.data() + hop.first_slot;
    return {first, first + hop.width};
  }
  [[nodiscard]] const conservation& counts() const { return counts_; }
  [[nodiscard]] std::uint64_t held() const {
    std::uint64_t n = 0;
    for (const segment& row : rows_) n += row.held_by != owner::nobody ? 1 : 0;
    return n;
  }

  circuit_table circuits;

  /// A half enters the table and gets its first owner.
  segment& acquire(std::uint32_t slot, owner first = owner::link) {
    segment& row = rows_[slot];
    EBIT_ASSERT(row.held_by == owner::nobody, "a slot was heralded while it held a half");
    const std::uint8_t operation = row.operation;
    static constexpr segment blank{};
    row = blank;
    row.operation = operation;
    row.held_by = first;
    ++counts_.acquired;
    return row;
  }

  /// The only way a half changes hands; puts it on the new owner's work list.
  void transfer(std::uint32_t slot, owner from, owner to) {
    hand_over(rows_[slot], from, to);
    switch (to) {
      case owner::purify: push(layer::purify, slot); break;
      case owner::swap: push(layer::swap, slot); break;
      case owner::route: push(layer::route, slot); break;
      default: break;
    }
  }
  /// The same for a caller that has the new owner work on it at once.
  static void hand_over(segment& row, owner from, owner to) {
    EBIT_ASSERT(row.held_by == from, "a half was taken from an owner that does not have it");
    row.held_by = to;
    row.state = segment::phase::resting;
  }

  enum class fate_of_half : std::uint8_t { delivered, consumed, discarded };

  /// The half leaves the table.
  void release(std::uint32_t slot, fate_of_half how) { release(rows_[slot], how); }
  void release(segment& row, fate_of_half how) {
    EBIT_ASSERT(row.held_by != owner::nobody, "a half was released twice");
    row.held_by = owner::nobody;
    row.state = segment::phase::resting;
    row.begun = false;
    row.deadline = local_time::never();
    switch (how) {
      case fate_of_half::delivered: ++counts_.delivered; break;
      case fate_of_half::consumed: ++counts_.consumed; break;
      case fate_of_half::discarded: ++counts_.discarded; break;
    }
  }

  /// Operation numbers name the slot they act on, so that an answer finds its row in one step.
  [[nodiscard]] operation_id begin_operation(std::uint32_t slot) { return begin_operation(rows_[slot], slot); }
  [[nodiscard]] static operation_id begin_operation(segment& row, std::uint32_t slot) {
    row.state = segment::phase::operating;
    row.begun = true;
    return operation_id{(slot << 8) | ++row.operation};
  }
  /// The slot an answer belongs to, or `size()` if it is stale.
  [[nodiscard]] std::uint32_t slot_of(operation_id id) const {
    const std::uint32_t slot = id.value() >> 8;
    if (slot >= size_ || rows_[slot].operation != (id.value() & 0xff) || !rows_[slot].begun) return size();
    return slot;
  }

  [[nodiscard]] bool has_work() const { return !work_.empty(); }
  void push(layer of, std::uint32_t slot) { work_.push_back({of, slot}); }
  /// The first in line of the halves on one side of a circuit that wait to be distilled may find another mate now.
  void reconsider(const circuit::hop& hop) {
    std::uint32_t first = size_;
    for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s) {
      const segment& row = rows_[s];
      if (row.held_by != owner::purify || row.state != segment::phase::resting || row.rounds > 0) continue;
      if (first == size_ || row.local.sequence < rows_[first].local.sequence) first = s;
    }
    if (first != size_) push(layer::purify, first);
  }
  /// The next item in layer order, oldest first within a layer.
  [[nodiscard]] bool pop(work_item& item) {
    if (work_.empty()) return false;
    if (work_.size() == 1) {
      item = work_.back();
      work_.clear();
      return true;
    }
    std::size_t best = 0;
    for (std::size_t i = 1; i < work_.size(); ++i)
      if (work_[i].of < work_[best].of) best = i;
    item = work_[best];
    work_.erase(work_.begin() + static_cast<std::ptrdiff_t>(best));
    return true;
  }

  /// Earliest deadline that may be due; it can be early, never late.
  [[nodiscard]] local_time next_deadline() const { return earliest_; }
  void set_deadline(std::uint32_t slot, local_time when) {
    rows_[slot].deadline = when;
    if (when < earliest_) earliest_ = when;
  }
  void watch(local_time when) {
    if (when < earliest_) earliest_ = when;
  }
  void recompute_deadline() {
    earliest_ = local_time::never();
    for (const segment& row : rows_)
      if (row.held_by != owner::nobody && row.deadline < earliest_) earliest_ = row.deadline;
    for (std::uint16_t i = 0; i < circuits.size(); ++i)
      if (circuits.alive(i) && circuits[i].close_at < earliest_) earliest_ = circuits[i].close_at;
  }

  /// How long an answer takes at most, on a circuit or (for messages of none) from anywhere this node has heard of.
  [[nodiscard]] duration round_trip(circuit_id id) const {
    const std::uint16_t index = circuits.find(id);
    return (index == circuit_table::none ? farthest_ : circuits[index].length) * 2;
  }
  /// How many times longer than on a channel without losses a message may be under way, in terms of what has happened
  /// to the half it is about meanwhile.
  [[nodiscard]] std::size_t memory_of_fates() const { return is_assured_ ? 16 : 1; }
  void assure() { is_assured_ = true; }
  void reaches(duration way) {
    if (way > farthest_) farthest_ = way;
  }

  // Slots are reserved for circuits in contiguous runs.
  [[nodiscard]] bool is_reserved(std::uint32_t slot) const { return reserved_[slot] != 0; }
  void reserve(std::uint32_t first, std::uint32_t count, bool taken) {
    for (std::uint32_t s = first; s < first + count; ++s) reserved_[s] = taken ? 1 : 0;
  }

  /// The slot of a half named by a peer, or `size()` when it is not (or no longer) held here.
  [[nodiscard]] std::uint32_t find_half(const circuit& c, side facing, std::uint32_t epoch,
                                        std::uint64_t sequence) const {
    const circuit::hop& hop = c.link(facing);
    if (hop.width == 0 || hop.epoch != epoch) return size();
    const std::uint32_t slot = hop.first_slot + static_cast<std::uint32_t>(sequence % hop.width);
    const segment& row = rows_[slot];
    const bool held = row.held_by != owner::nobody && row.local.sequence == sequence && row.local.epoch == epoch;
    return held ? slot : size();
  }

 private:
  node_id self_;
  std::uint32_t size_ = 0;
  std::vector<segment> rows_;
  std::vector<std::uint8_t> reserved_;
  std::vector<work_item> work_;  ///< seldom more than a few, but every half may have to be looked at again
  local_time earliest_ = local_time::never();
  duration farthest_;
  bool is_assured_ = false;
  conservation counts_;
};

/// Whether a message could be acted on, or must wait for one that was sent before it but has not arrived.
enum class verdict : std::uint8_t { settled, early };

/// What a node may know of the outside when it handles an event: its own clock and its own random stream.
struct context {
  local_time now;
  random_stream& random;
};

}  // namespace ebit
