// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// What a controller that takes office asks of all endpoints before it grants anything: which light paths they hold
/// and what they still want. It is over when each has said so and all it announced has come, or its time is up.
class survey {
 public:
  /// A light path as its ends report it.
  struct found_path {
    path_id path;
    request_id request;
    std::uint32_t head = 0;
    std::uint32_t tail = 0;
    std::uint16_t port_head = 0;
    std::uint16_t port_tail = 0;
    std::uint32_t delivered = 0;  ///< at its head, when that said so
    bool by_head = false;
    bool by_tail = false;
    bool is_part = false;     ///< of a walk
    bool is_relayed = false;  ///< its head is not the request's
  };

  survey() = default;
  explicit survey(std::uint32_t endpoints) : said_(endpoints) {}

  [[nodiscard]] bool is_over() const { return missing_ == 0; }
  [[nodiscard]] local_time deadline() const { return deadline_; }
  [[nodiscard]] const std::vector<found_path>& paths() const { return paths_; }
  /// The greatest name of a path that anybody has heard of; none if there is none.
  [[nodiscard]] path_id latest() const { return latest_; }
  [[nodiscard]] bool has_answered(std::uint32_t endpoint) const { return said_[endpoint].is_over; }

  void begin(local_time until) {
    for (answer& a : said_) a = {};
    paths_.clear();
    latest_ = path_id::none();
    missing_ = said_.size();
    deadline_ = until;
  }
  /// Nobody is waited for any more.
  void end() {
    missing_ = 0;
    deadline_ = local_time::never();
  }

  void hear(std::uint32_t endpoint, const wire::holding& h) {
    note(h.path);
    const bool is_head = wire::grant::is_upstream(h.role);
    found_path* found = nullptr;
    for (found_path& p : paths_)
      if (p.path == h.path) found = &p;
    if (found == nullptr) {
      found_path fresh;
      fresh.path = h.path;
      fresh.request = h.request;
      fresh.head = is_head ? endpoint : h.peer.value();
      fresh.tail = is_head ? h.peer.value() : endpoint;
      paths_.push_back(fresh);
      found = &paths_.back();
    }
    if (endpoint != (is_head ? found->head : found->tail)) return;  // two that contradict each other
    found->is_part = found->is_part || h.role > wire::grant::head;
    found->is_relayed = found->is_relayed || h.role == wire::grant::relay_to_tail;
    bool& by = is_head ? found->by_head : found->by_tail;
    if (by) return;
    by = true;
    (is_head ? found->port_head : found->port_tail) = h.port;
    if (is_head) found->delivered = h.delivered;
    ++said_[endpoint].leases;
    settle(endpoint);
  }
  /// A request that this endpoint asks again, heard for the first time.
  void hear_ask(std::uint32_t endpoint) {
    ++said_[endpoint].asks;
    settle(endpoint);
  }
  /// Whether it is the first time that this endpoint sums up.
  bool hear(std::uint32_t endpoint, const wire::surveyed& s) {
    answer& a = said_[endpoint];
    if (a.has_summed_up) return false;
    if (s.latest.valid()) note(s.latest);
    a.has_summed_up = true;
    a.leases_wanted = s.leases;
    a.asks_wanted = s.asks;
    settle(endpoint);
    return true;
  }

 private:
  struct answer {
    bool has_summed_up = false;
    bool is_over = false;
    std::uint32_t leases_wanted = 0, asks_wanted = 0;
    std::uint32_t leases = 0, asks = 0;
  };

  void note(path_id path) {
    if (!latest_.valid() || path > latest_) latest_ = path;
  }
  void settle(std::uint32_t endpoint) {
    answer& a = said_[endpoint];
    if (a.is_over || !a.has_summed_up || a.leases < a.leases_wanted || a.asks < a.asks_wanted) return;
    a.is_over = true;
    if (missing_ > 0) --missing_;
  }

  std::vector<answer> said_;
  std::vector<found_path> paths_;
  std::size_t missing_ = 0;
  path_id latest_;
  local_time deadline_ = local_time::never();
};

}  // namespace ebit::orchestrate
