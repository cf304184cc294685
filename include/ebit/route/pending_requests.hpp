// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/random.hpp>
#include <ebit/route/concepts.hpp>

namespace ebit::route {

/// A request that its head has accepted and not yet served, with what was decided for it.
struct pending_request {
  event::request ask;
  answer found;
  circuit_id circuit;  ///< none while it waits for room
  circuit_id refused;  ///< the last one that a node refused; none: this node itself has no room
  std::vector<bool> is_ready;
  std::uint16_t ready = 0;
  duration lead;  ///< from the last answer to the start of the links
  std::uint32_t tries = 0;
  local_time retry_at = local_time::never();
};

class pending_requests {
 public:
  pending_request& add(const event::request& ask, answer found) {
    requests_.emplace_back();
    requests_.back().ask = ask;
    requests_.back().found = std::move(found);
    return requests_.back();
  }
  void remove(const pending_request& served) { requests_.erase(requests_.begin() + (&served - requests_.data())); }

  [[nodiscard]] const pending_request* find(request_id id) const {
    for (const pending_request& p : requests_)
      if (p.ask.id == id) return &p;
    return nullptr;
  }
  [[nodiscard]] pending_request* served_by(circuit_id id) {
    for (pending_request& p : requests_)
      if (p.circuit == id) return &p;
    return nullptr;
  }
  [[nodiscard]] auto begin() { return requests_.begin(); }
  [[nodiscard]] auto end() { return requests_.end(); }

 private:
  std::vector<pending_request> requests_;
};

/// A head that this node had no room for.
struct waiter {
  circuit_id circuit;
  node_id head;
  request_id request;
};

/// Who is to be told when slots become free. A request waits once, under the name of the last circuit that was
/// refused here; when the line is full a head finds out by its own clock.
class waiting_line {
 public:
  void join(const waiter& w) {
    for (waiter& known : line_) {
      if (known.head != w.head || known.request != w.request) continue;
      known = w;
      return;
    }
    if (!line_.full()) line_.push_back(w);
  }
  void clear() { line_.clear(); }
  [[nodiscard]] const waiter* begin() const { return line_.begin(); }
  [[nodiscard]] const waiter* end() const { return line_.end(); }

 private:
  fixed_vector<waiter, 64> line_;
};

/// Two heads that refuse each other would try again at the same instant, for ever. So each waits a while of its own,
/// out of a range that doubles with every refusal (as on a shared cable: Metcalfe and Boggs 1976).
[[nodiscard]] inline duration backoff(const network_map& map, node_id self, const pending_request& p) {
  duration way = duration::zero();
  for (const path_id link : p.found.path.links) way += map.along(link).budget.delay;
  const std::uint32_t doublings = least(p.tries, 8U);
  const std::uint64_t chance = mix(mix(self.value(), p.ask.id.value()), p.tries) >> (63 - doublings) >> 1;
  return way * 2 * static_cast<std::int64_t>(chance);
}

}  // namespace ebit::route
