// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>

namespace ebit::route {

/// A half that this node has handed over.
struct recent_delivery {
  circuit_id circuit;
  request_id request;
  node_id asked_by;
  pair_id name;
  std::uint64_t sequence = 0;  ///< with `epoch` names the half at this end
  std::uint32_t epoch = 0;
  bool confirmed = false;  ///< the head has delivered the pair as well
  bool revoked = false;
  bool is_asked_again = false;  ///< the tail knows what has become of it, and asked anew for what it lacks
  local_time doubtful_from = local_time::never();  ///< without confirmation by then it is taken back
};

/// What a node has handed over of late, newest first: enough to answer for it after its circuit has closed.
class recent_deliveries {
 public:
  static constexpr std::size_t capacity = 256;

  recent_deliveries() : ring_(capacity) {}

  void record(const recent_delivery& d) {
    ring_[next_] = d;
    if (++next_ == capacity) next_ = 0;
    if (size_ < capacity) ++size_;
  }
  /// The half named `epoch`, `sequence` on that circuit, or null when it was never delivered or long ago.
  [[nodiscard]] recent_delivery* find(circuit_id circuit, std::uint32_t epoch, std::uint64_t sequence) {
    std::size_t at = next_;
    for (std::size_t left = size_; left > 0; --left) {
      at = (at == 0 ? capacity : at) - 1;
      recent_delivery& d = ring_[at];
      if (d.sequence == sequence && d.epoch == epoch && d.circuit == circuit) return &d;
    }
    return nullptr;
  }
  /// The circuit is broken: its halves that the head has not confirmed by `when` are to be taken back.
  void doubt(circuit_id circuit, local_time when) {
    for (std::size_t i = 0; i < size_; ++i) {
      recent_delivery& d = ring_[i];
      if (d.circuit != circuit || d.confirmed || d.revoked) continue;
      d.doubtful_from = when;
      if (when < next_deadline_) next_deadline_ = when;
    }
  }
  /// The tail of those circuits asks anew for what is left of the request.
  void ask_again(request_id request, node_id asked_by) {
    for (std::size_t i = 0; i < size_; ++i)
      if (ring_[i].request == request && ring_[i].asked_by == asked_by) ring_[i].is_asked_again = true;
  }
  [[nodiscard]] local_time next_deadline() const { return next_deadline_; }
  /// Calls `revoke` with every half whose time of doubt has come.
  template <class Revoke>
  void expire(local_time now, Revoke&& revoke) {
    if (now < next_deadline_) return;
    next_deadline_ = local_time::never();
    for (std::size_t i = 0; i < size_; ++i) {
      recent_delivery& d = ring_[i];
      if (d.confirmed || d.revoked || d.doubtful_from.is_never()) continue;
      if (d.doubtful_from <= now)
        revoke(d);
      else if (d.doubtful_from < next_deadline_)
        next_deadline_ = d.doubtful_from;
    }
  }

 private:
  std::vector<recent_delivery> ring_;
  std::size_t next_ = 0;
  std::size_t size_ = 0;
  local_time next_deadline_ = local_time::never();
};

}  // namespace ebit::route
