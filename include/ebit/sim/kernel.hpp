// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/time.hpp>

namespace ebit::sim {

/// A discrete-event queue on integer time. Order is total: (time, destination, source, per-source sequence), so that
/// a run does not depend on the order in which events of one instant were posted. A 4-ary heap of 24-byte keys;
/// payloads stay where they are. No allocation once the queue has been as long as it gets.
template <class Payload>
class kernel {
 public:
  struct key {
    world_time time;
    std::uint64_t route = 0;  ///< destination << 32 | source
    std::uint32_t sequence = 0;
    std::uint32_t payload = 0;
  };

  [[nodiscard]] world_time now() const { return now_; }
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  [[nodiscard]] std::uint64_t executed() const { return executed_; }
  [[nodiscard]] world_time next_time() const { return heap_.empty() ? world_time::never() : heap_.front().time; }

  void reserve(std::size_t events) {
    heap_.reserve(events);
    payloads_.reserve(events);
    vacant_.reserve(events);
  }

  /// Nothing happens at `never`; an event for that time is dropped.
  void post(world_time when, std::uint32_t destination, std::uint32_t source, std::uint32_t sequence,
            const Payload& what) {
    EBIT_ASSERT(when >= now_, "an event was posted into the past");
    if (when.is_never()) return;
    std::uint32_t index = 0;
    if (vacant_.empty()) {
      index = static_cast<std::uint32_t>(payloads_.size());
      payloads_.push_back(what);
    } else {
      index = vacant_.back();
      vacant_.pop_back();
      payloads_[index] = what;
    }
    heap_.push_back({when, std::uint64_t{destination} << 32 | source, sequence, index});
    rise(heap_.size() - 1);
  }

  /// Takes the next event out and advances the time to it.
  [[nodiscard]] Payload pop() {
    EBIT_ASSERT(!heap_.empty(), "the event queue is empty");
    const key first = heap_.front();
    heap_.front() = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sink(0);
    now_ = first.time;
    ++executed_;
    vacant_.push_back(first.payload);
    return payloads_[first.payload];
  }

  /// Moves the clock forward to `when`, which no pending event may precede.
  void advance(world_time when) {
    EBIT_ASSERT(when >= now_ && when <= next_time(), "the clock would pass an event");
    now_ = when;
  }

 private:
  [[nodiscard]] static bool before(const key& a, const key& b) {
    if (a.time != b.time) return a.time < b.time;
    if (a.route != b.route) return a.route < b.route;
    return static_cast<std::int32_t>(a.sequence - b.sequence) < 0;
  }
  void rise(std::size_t i) {
    const key moving = heap_[i];
    while (i > 0) {
      const std::size_t parent = (i - 1) / 4;
      if (!before(moving, heap_[parent])) break;
      heap_[i] = heap_[parent];
      i = parent;
    }
    heap_[i] = moving;
  }
  void sink(std::size_t i) {
    const key moving = heap_[i];
    const std::size_t n = heap_.size();
    for (;;) {
      const std::size_t first = 4 * i + 1;
      if (first >= n) break;
      std::size_t best = first;
      const std::size_t end = first + 4 < n ? first + 4 : n;
      for (std::size_t child = first + 1; child < end; ++child)
        if (before(heap_[child], heap_[best])) best = child;
      if (!before(heap_[best], moving)) break;
      heap_[i] = heap_[best];
      i = best;
    }
    heap_[i] = moving;
  }

  std::vector<key> heap_;
  std::vector<Payload> payloads_;
  std::vector<std::uint32_t> vacant_;
  world_time now_;
  std::uint64_t executed_ = 0;
};

}  // namespace ebit::sim
