// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>

namespace ebit {

/// The side of a circuit a half faces, seen from the node that holds it.
enum class side : std::uint8_t { upstream = 0, downstream = 1 };

[[nodiscard]] constexpr side opposite(side s) { return static_cast<side>(static_cast<unsigned>(s) ^ 1U); }

/// What became of a half that this node no longer holds: needed for messages that were already on their way to it.
struct fate {
  enum class kind : std::uint8_t { discarded, swapped, settled };
  std::uint64_t sequence = 0;
  std::uint64_t onward_sequence = 0;  ///< with its epoch names the half there
  std::uint32_t epoch = 0;
  std::uint32_t onward_epoch = 0;
  node_id onward;  ///< holder of the other end of the segment it was swapped into
  kind what = kind::discarded;
};
static_assert(sizeof(fate) == 32);

/// A small ring of fates, newest first. Sized when a circuit is installed, never in steady state.
class fate_ring {
 public:
  void reset(std::size_t capacity) {
    ring_.assign(capacity, fate{});
    next_ = 0;
    is_full_ = false;
  }
  void record(const fate& f) {
    ring_[next_] = f;
    if (++next_ < ring_.size()) return;
    next_ = 0;
    is_full_ = true;
  }
  [[nodiscard]] const fate* find(std::uint32_t epoch, std::uint64_t sequence) const {
    std::size_t at = next_;
    for (std::size_t left = is_full_ ? ring_.size() : next_; left > 0; --left) {
      at = at == 0 ? ring_.size() - 1 : at - 1;
      if (ring_[at].sequence == sequence && ring_[at].epoch == epoch) return &ring_[at];
    }
    return nullptr;
  }

 private:
  std::vector<fate> ring_;
  std::uint32_t next_ = 0;
  bool is_full_ = false;
};

/// How a circuit treats its segments: distillation rounds on each link and between the ends, and how long an
/// unswapped half may wait.
struct circuit_plan {
  std::uint8_t width = 1;  ///< slots per link
  std::uint8_t link_rounds = 0;
  std::uint8_t end_rounds = 0;
  double link_fidelity = 0;  ///< the fidelity every link's herald has to reach before distillation
  duration cutoff = duration::never();
};

/// One node's view of a virtual circuit that passes through it.
struct circuit {
  enum class phase : std::uint8_t { vacant, installed, active, closing };

  /// The link on one side: a run of slots reserved on a port, and the batch of attempts that uses them.
  struct hop {
    std::uint16_t port = 0;
    std::uint16_t width = 0;  ///< 0: no link on this side
    std::uint32_t first_slot = 0;
    path_id path;  ///< behind the port; the circuit breaks before the port gets another one
    std::uint32_t epoch = 0;
    node_id peer;  ///< at the other end of the path
    std::uint8_t nonce = 0;
    bool open = false;           ///< attempts are being made
    bool ending = false;         ///< and have been told to stop
    std::uint64_t heralded = 0;  ///< one more than the latest attempt heralded here
    fate_ring fates;
  };

  circuit_id id;
  node_id head;
  node_id tail;
  request_id request;
  phase state = phase::vacant;
  std::uint16_t position = 0;
  std::uint16_t hops = 0;
  circuit_plan plan;
  std::uint32_t wanted = 0;
  std::uint32_t delivered = 0;
  std::uint32_t head_delivered = 0;  ///< once the head has torn the circuit down: how many it delivered
  local_time close_at = local_time::never();
  local_time asked;  ///< when its head was answered, or asked whether it is there
  double estimate = 0;  ///< of the fidelity of its pairs: the forecast, then what tests have shown
  duration end_to_end;  ///< message delay between head and tail, known at these two
  duration length;      ///< of the circuit, one way along its links
  std::uint16_t purpose = 0;
  std::uint16_t test_interval = 0;  ///< at the head: one pair in so many is tested; 0: none
  std::uint16_t alarms = 0;         ///< how often tests have shown pairs to become worse
  bool is_shared = false;           ///< by several requests
  bool word_decides = false;        ///< the tail waits for the head's word on every pair
  bool is_broken = false;           ///< it ended before its time
  std::array<hop, 2> links;

  /// Whether the head says of every pair what becomes of it. On a single link that does not distil there is no need:
  /// both ends hear of the same pairs in the same order.
  [[nodiscard]] bool head_speaks() const {
    return hops > 1 || word_decides || plan.link_rounds > 0 || plan.end_rounds > 0;
  }
  /// Whether the other end may count on a half that is given up since the circuit ends: one that broke where neither
  /// end says what it delivers.
  [[nodiscard]] bool owes_word() const { return is_broken && !head_speaks(); }
  [[nodiscard]] bool at_end() const { return position == 0 || position == hops; }
  /// When a half of a segment whose oldest qubit was emitted at `born` is given up. An end waits longer than the
  /// nodes between: they join or discard within the cut-off, then it takes the news at most twice the length of the
  /// circuit to come, and every round of distillation between the ends as much again. The tail waits longer than the
  /// head, which decides: word of it comes in any case.
  [[nodiscard]] local_time deadline(local_time born) const {
    if (plan.cutoff.is_never()) return local_time::never();
    if (!at_end()) return born + plan.cutoff;
    const local_time head_gives_up = born + plan.cutoff * 2 + end_to_end * (2 + 2 * std::int64_t{plan.end_rounds});
    return position == 0 ? head_gives_up
                         : head_gives_up + plan.cutoff * 2 + end_to_end * (2 + 2 * std::int64_t{plan.end_rounds});
  }
  /// Whether word of a half has come before its herald, which may be as long under way.
  [[nodiscard]] bool is_yet_to_come(side s, std::uint32_t epoch, std::uint64_t sequence) const {
    const hop& h = link(s);
    return h.open && h.epoch == epoch && sequence >= h.heralded;
  }
  [[nodiscard]] hop& link(side s) { return links[static_cast<std::size_t>(s)]; }
  [[nodiscard]] const hop& link(side s) const { return links[static_cast<std::size_t>(s)]; }
};

/// The circuits of one node. Indices stay valid while a circuit lives; vacant entries are used again.
class circuit_table {
 public:
  static constexpr std::uint16_t none = 0xffff;

  [[nodiscard]] std::uint16_t find(circuit_id id) const {
    if (last_ < size_ && entries_[last_].id == id && alive(last_)) return last_;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].id == id && alive(i)) return last_ = static_cast<std::uint16_t>(i);
    }
    return none;
  }
  [[nodiscard]] std::uint16_t open(circuit_id id) {
    std::size_t i = 0;
    while (i < entries_.size() && alive(i)) ++i;
    EBIT_ASSERT(i < none, "more circuits than a node can index");
    if (i == entries_.size()) {
      entries_.emplace_back();
      ++size_;
    }
    entries_[i] = circuit{};
    entries_[i].id = id;
    entries_[i].state = circuit::phase::installed;
    return static_cast<std::uint16_t>(i);
  }
  [[nodiscard]] circuit& operator[](std::uint16_t i) { return entries_[i]; }
  [[nodiscard]] const circuit& operator[](std::uint16_t i) const { return entries_[i]; }
  [[nodiscard]] std::uint16_t size() const { return size_; }
  [[nodiscard]] bool alive(std::size_t i) const { return entries_[i].state != circuit::phase::vacant; }

 private:
  std::vector<circuit> entries_;
  std::uint16_t size_ = 0;
  mutable std::uint16_t last_ = 0;
};

}  // namespace ebit
