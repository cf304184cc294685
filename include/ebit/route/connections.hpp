// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/result.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/request_queue.hpp>
#include <ebit/route/scheduler.hpp>

namespace ebit::route {

/// How requests that share a circuit take turns.
using service_order = std::variant<first_come_first_served, strict_priority, weighted_fair, weighted_classes>;

/// How the network layer serves its requests.
struct service_options {
  bool shared = false;              ///< requests between the same two nodes may share a circuit
  service_order order{};            ///< of those that do
  std::uint16_t test_interval = 0;  ///< one pair in so many, 2 or more, is measured to check the fidelity; 0: none
  std::uint64_t test_key = 0;       ///< secret of a head, by which it chooses tests and bases (`link::test_rounds`)

  [[nodiscard]] status validate() const {
    if (test_interval == 1)  // nothing would ever be delivered
      return config_error{"route.service.test_interval", "1", "0 (none), or 2 to 65535"};
    return success{};
  }
};

/// Whether `pairs` finished pairs can be in memory at the same time: while the last one is being made, with one more
/// slot for each round of its distillation, the others wait.
[[nodiscard]] inline bool holds_at_once(const circuit_plan& plan, std::uint32_t pairs) {
  return pairs <= plan.width && pairs + plan.link_rounds + plan.end_rounds <= plan.width;
}

/// What a head keeps of its circuit to a peer, one circuit at a time: the walk that was decided on, and the requests
/// it serves. It outlives circuits that break.
struct connection {
  node_id peer;
  answer found;
  circuit_id circuit;  ///< none while it waits for room
  circuit_id refused;  ///< the last one that a node refused; none: this node itself has no room
  circuit_id broken;   ///< the last one, if it broke
  bool is_shared = false;
  bool measures = false;  ///< some of its pairs
  request_queue queue;
  std::vector<bool> is_ready;
  std::uint16_t ready = 0;
  duration lead;  ///< from the last answer to the start of the links
  std::uint32_t tries = 0;
  std::uint32_t moves = 0;  ///< because of poor pairs, since tests last settled that they are good enough
  local_time retry_at = local_time::never();
  bool is_decided = false;  ///< the walk, just now: it is not sought once more before a circuit is opened on it
  bool has_room = false;    ///< what is in the circuit's way is out of it, says a node before it says what that is

  [[nodiscard]] std::uint32_t left() const {
    std::uint32_t sum = 0;
    for (const queued_request& entry : queue) sum += entry.pairs - entry.served;
    return sum;
  }
  [[nodiscard]] double min_fidelity() const {
    double most = 0;
    for (const queued_request& entry : queue) most = greatest(most, entry.min_fidelity);
    return most;
  }
};

class connections {
 public:
  connection& add(node_id peer, answer found, bool is_shared) {
    connection& k = all_.emplace_back();
    k.peer = peer;
    k.found = std::move(found);
    k.is_shared = is_shared;
    return k;
  }
  void remove(const connection& over) { all_.erase(all_.begin() + (&over - all_.data())); }

  /// The one that serves a request of an application at `asked_by`, or null.
  [[nodiscard]] const connection* find(request_id id, node_id asked_by) const {
    for (const connection& k : all_)
      if (k.queue.find(id, asked_by) != nullptr) return &k;
    return nullptr;
  }
  [[nodiscard]] connection* served_by(circuit_id id) {
    return const_cast<connection*>(std::as_const(*this).served_by(id));
  }
  [[nodiscard]] const connection* served_by(circuit_id id) const {
    for (const connection& k : all_)
      if (k.circuit == id) return &k;
    return nullptr;
  }
  /// One that a further request to `peer` may share: it has room, and its circuit promises at least that fidelity.
  [[nodiscard]] connection* shared_with(node_id peer, double min_fidelity, bool measured) {
    for (connection& k : all_)
      if (k.is_shared && k.peer == peer && !k.queue.full() && (k.measures || !measured) &&
          k.found.circuit.expected.fidelity() >= min_fidelity)
        return &k;
    return nullptr;
  }
  /// Those that wait to open a circuit over a walk through `n` need not wait longer. False if there are none.
  bool hurry(node_id n, local_time now) {
    bool any = false;
    for (connection& k : all_) {
      if (k.circuit.valid()) continue;
      for (const node_id on_the_way : k.found.path.nodes)
        if (on_the_way == n) k.retry_at = now, any = true;
    }
    return any;
  }
  /// One with a request whose time limit has passed, or null.
  [[nodiscard]] connection* due(local_time now) {
    for (connection& k : all_)
      if (k.queue.expired(now) != nullptr) return &k;
    return nullptr;
  }
  /// The walks that are used or waited for, but for that of `except`.
  [[nodiscard]] std::vector<walk_in_use> in_use(const connection* except) const {
    std::vector<walk_in_use> all;
    for (const connection& k : all_)
      if (&k != except) all.push_back({&k.found.path, k.found.circuit.plan.width});
    return all;
  }
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] connection& operator[](std::size_t i) { return all_[i]; }
  [[nodiscard]] auto begin() { return all_.begin(); }
  [[nodiscard]] auto end() { return all_.end(); }

 private:
  std::vector<connection> all_;
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
  [[nodiscard]] bool knows(circuit_id circuit) const {
    for (const waiter& w : line_)
      if (w.circuit == circuit) return true;
    return false;
  }
  void clear() { line_.clear(); }
  [[nodiscard]] const waiter* begin() const { return line_.begin(); }
  [[nodiscard]] const waiter* end() const { return line_.end(); }

 private:
  fixed_vector<waiter, 64> line_;
};

/// Two heads that refuse each other would try again at the same instant, for ever. So each waits a while of its own,
/// out of a range that doubles with every refusal (as on a shared cable: Metcalfe and Boggs 1976).
[[nodiscard]] inline duration backoff(const network_map& map, node_id self, const connection& k) {
  duration way = duration::zero();
  for (const path_id link : k.found.path.links)
    if (map.knows(link)) way += map.along(link).budget.delay;  // one that a fabric made may be gone
  const std::uint32_t doublings = least(k.tries, 8U);
  const std::uint32_t first = k.queue.empty() ? 0 : k.queue[0].request.value();
  const std::uint64_t chance = mix(mix(self.value(), first), k.tries) >> (63 - doublings) >> 1;
  return way * 2 * static_cast<std::int64_t>(chance);
}

}  // namespace ebit::route
