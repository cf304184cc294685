// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric_state.hpp>
#include <ebit/orchestrate/flat_index.hpp>
#include <ebit/orchestrate/light_path.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// A light path that was given to a request for a while.
struct lease {
  enum class phase : std::uint8_t {
    unused,
    logging,  ///< written down at the controllers that stand by before anybody is told
    live,     ///< granted
    ending    ///< withdrawn, or released by one end
  };

  static constexpr std::uint32_t none = ~0U;

  phase state = phase::unused;
  path_id path;
  request_id request;          ///< of the head
  std::uint32_t ticket = 0;    ///< of the head
  std::uint32_t entry = none;  ///< in the request book, as long as it stands there
  std::uint32_t head = 0;
  std::uint32_t tail = 0;
  std::uint32_t walk = none;  ///< that it is a part of; its head is then the end nearer to the request's
  std::uint8_t role_head = wire::grant::head;
  std::uint8_t role_tail = wire::grant::tail;
  std::uint16_t tenant = 0;
  std::uint8_t flags = 0;  ///< of `wire::ask`
  bool holds = false;      ///< its fibres and its analyser are reserved
  bool head_released = false;
  bool tail_released = false;
  bool is_charged = false;       ///< to its tenant
  bool is_reminded = false;      ///< its ends were told twice that it is over
  bool is_restated = false;      ///< its forecast has changed since it was granted
  std::uint8_t recorded_by = 0;  ///< controllers that stand by and have written it down, by bits
  std::uint16_t plans = 0;       ///< orders to switches that are not answered yet
  std::uint32_t pairs = 0;       ///< granted
  std::uint32_t counted = 0;     ///< pairs that its request was already told to lack no more
  double rate = 0;               ///< forecast
  double fidelity = 0;           ///< forecast
  double min_fidelity = 0;
  duration cost;    ///< reckoned, of two ports
  duration length;  ///< of the lease
  local_time granted;
  local_time begins;  ///< light
  local_time ends;
  local_time alarm = local_time::never();
  light_path way;

  [[nodiscard]] bool is_stock() const { return (flags & wire::ask::stock) != 0; }
  [[nodiscard]] bool is_over() const { return head_released && tail_released; }
};

/// The leases of a controller. Slots are used again; names of paths never.
class lease_table {
 public:
  static constexpr std::uint32_t none = lease::none;

  lease_table() = default;
  explicit lease_table(std::uint32_t endpoints) : at_(endpoints) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  /// One more than the greatest slot in use at any time.
  [[nodiscard]] std::uint32_t slots() const { return static_cast<std::uint32_t>(leases_.size()); }
  [[nodiscard]] bool is_used(std::uint32_t slot) const { return leases_[slot].state != lease::phase::unused; }
  [[nodiscard]] lease& operator[](std::uint32_t slot) { return leases_[slot]; }
  [[nodiscard]] const lease& operator[](std::uint32_t slot) const { return leases_[slot]; }
  [[nodiscard]] std::uint32_t find(path_id path) const { return by_path_.find(path.value()); }
  /// Those that begin or end at an endpoint, in no particular order.
  [[nodiscard]] const std::vector<std::uint32_t>& at(std::uint32_t endpoint) const { return at_[endpoint]; }
  /// How a reservation is marked in `fabric_state`.
  [[nodiscard]] static lease_id mark(std::uint32_t slot) { return lease_id{slot}; }

  std::uint32_t open(path_id path, std::uint32_t head, std::uint32_t tail, lease::phase state) {
    EBIT_ASSERT(state != lease::phase::unused, "lease_table: a lease without a phase");
    std::uint32_t slot = 0;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(leases_.size());
      leases_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
      leases_[slot] = lease{};
    }
    lease& l = leases_[slot];
    l.state = state;
    l.path = path;
    l.head = head;
    l.tail = tail;
    by_path_.set(path.value(), slot);
    at_[head].push_back(slot);
    at_[tail].push_back(slot);
    ++size_;
    return slot;
  }
  void close(std::uint32_t slot) {
    lease& l = leases_[slot];
    EBIT_ASSERT(l.state != lease::phase::unused && !l.holds, "lease_table: a lease that is closed, or holds a way");
    by_path_.erase(l.path.value());
    drop(at_[l.head], slot);
    drop(at_[l.tail], slot);
    l.state = lease::phase::unused;
    free_.push_back(slot);
    --size_;
  }

 private:
  static void drop(std::vector<std::uint32_t>& from, std::uint32_t slot) {
    for (std::uint32_t& s : from)
      if (s == slot) {
        s = from.back();
        from.pop_back();
        return;
      }
  }

  std::vector<lease> leases_;
  std::vector<std::uint32_t> free_;
  std::vector<std::vector<std::uint32_t>> at_;
  flat_index by_path_;
  std::size_t size_ = 0;
};

}  // namespace ebit::orchestrate
