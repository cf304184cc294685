// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ebit/core/fixed_vector.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/route/request_queue.hpp>

namespace ebit::route {

/// A queued request as one end writes of it to the other.
[[nodiscard]] inline wire::enqueue written(const queued_request& entry, std::uint32_t ticket, local_time now) {
  wire::enqueue m;
  m.time_left = entry.expires - now;
  m.purpose = entry.purpose;
  m.request = entry.request;
  m.asked_by = entry.asked_by;
  m.number = entry.number;
  m.ticket = ticket;
  m.pairs = entry.pairs;
  m.min_fidelity = entry.min_fidelity;
  m.priority = entry.priority;
  m.weight = entry.weight;
  m.kind = static_cast<std::uint8_t>(entry.kind);
  m.bases = static_cast<std::uint8_t>(entry.bases);
  m.flags = static_cast<std::uint8_t>((entry.atomic ? wire::enqueue::atomic : 0) |
                                      (entry.consecutive ? wire::enqueue::consecutive : 0));
  return m;
}
/// And as the other reads it; what it says need not be `valid()`.
[[nodiscard]] inline queued_request read(const wire::enqueue& m, local_time now) {
  queued_request entry;
  entry.number = m.number;
  entry.request = m.request;
  entry.asked_by = m.asked_by;
  entry.pairs = m.pairs;
  entry.kind = static_cast<request_kind>(m.kind);
  entry.bases = static_cast<basis_choice>(m.bases);
  entry.priority = m.priority;
  entry.weight = m.weight;
  entry.purpose = m.purpose;
  entry.atomic = (m.flags & wire::enqueue::atomic) != 0;
  entry.consecutive = (m.flags & wire::enqueue::consecutive) != 0;
  entry.min_fidelity = m.min_fidelity;
  entry.expires = now + m.time_left;
  return entry;
}
/// What is left of a request, to be asked for anew.
[[nodiscard]] inline event::request remainder(const queued_request& entry, local_time now) {
  event::request again;
  again.id = entry.request;
  again.pairs = entry.pairs - entry.handed;
  again.min_fidelity = entry.min_fidelity;
  again.kind = entry.kind;
  again.bases = entry.bases;
  again.priority = entry.priority;
  again.weight = entry.weight;
  again.purpose = entry.purpose;
  again.atomic = entry.atomic;
  again.consecutive = entry.consecutive;
  again.time_limit = entry.expires - now;
  return again;
}

/// A tail's copy of the queue of a shared circuit, and the questions it has asked the head.
struct tail_queue {
  struct question {
    queued_request entry;
    std::uint32_t ticket = 0;
  };
  circuit_id circuit;
  node_id head;
  double estimate = 0;
  bool measures = false;
  request_queue queue;
  fixed_vector<question, 8> asked;

  /// A request that a pair is for. Pairs may come before the word that theirs has entered.
  [[nodiscard]] queued_request* find(request_id request, node_id asked_by) {
    if (queued_request* entry = queue.find(request, asked_by); entry != nullptr) return entry;
    for (question& q : asked)
      if (q.entry.is(request, asked_by)) return &q.entry;
    return nullptr;
  }
};

/// A request of an application at the tail of a circuit that has ended, for which halves are being read still.
struct last_read_outs {
  circuit_id circuit;
  node_id head;
  queued_request entry;
  std::uint32_t left = 0;
};

class tail_queues {
 public:
  tail_queue& open(circuit_id circuit) {
    all_.emplace_back();
    all_.back().circuit = circuit;
    return all_.back();
  }
  [[nodiscard]] tail_queue* find(circuit_id circuit) {
    for (tail_queue& q : all_)
      if (q.circuit == circuit) return &q;
    return nullptr;
  }
  /// Whether a request of an application at `asked_by` is being served on one of them, or asked for.
  [[nodiscard]] bool knows(request_id request, node_id asked_by) {
    for (tail_queue& q : all_)
      if (q.find(request, asked_by) != nullptr) return true;
    return false;
  }
  /// One that leads to `head`, promises that fidelity and can be asked.
  [[nodiscard]] tail_queue* to(node_id head, double min_fidelity, bool measured) {
    for (tail_queue& q : all_)
      if (q.head == head && q.estimate >= min_fidelity && !q.asked.full() && (q.measures || !measured)) return &q;
    return nullptr;
  }
  void remove(const tail_queue& over) { all_.erase(all_.begin() + (&over - all_.data())); }

 private:
  std::vector<tail_queue> all_;
};

}  // namespace ebit::route
