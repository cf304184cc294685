// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// What a controller that takes office asks of all endpoints before it grants anything: which light paths they hold
/// and what they still want. It is over when each has said so and all it announced has come, or its time is up. An
/// endpoint that was out of reach until then answers when it can.
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
  /// Whether it was asked and has not summed up, though the survey may be over: nothing is known of it.
  [[nodiscard]] bool awaits(std::uint32_t endpoint) const {
    return said_[endpoint].is_asked && !said_[endpoint].has_summed_up;
  }

  void begin(local_time until) {
    for (answer& a : said_) {
      a = {};
      a.is_asked = true;
    }
    paths_.clear();
    latest_ = path_id::none();
    missing_ = said_.size();
    deadline_ = until;
  }
  /// Nobody is waited for any more; who has not answered may still do so.
  void end() {
    missing_ = 0;
    deadline_ = local_time::never();
  }
  /// Nobody was asked.
  void forget() {
    for (answer& a : said_) a = {};
    end();
  }
  /// The endpoint has started again: it holds nothing of what it said. If it has not summed up it still has to.
  void restarts(std::uint32_t endpoint) {
    for (found_path& p : paths_) {
      if (p.head == endpoint) p.by_head = false;
      if (p.tail == endpoint) p.by_tail = false;
    }
    answer& a = said_[endpoint];
    const bool still = awaits(endpoint), was_over = a.is_over;
    a = {};
    a.is_asked = still;
    a.has_summed_up = !still;
    a.is_over = was_over;
    settle(endpoint);
  }

  /// Not of one that was never asked.
  void hear(std::uint32_t endpoint, const wire::holding& h) {
    if (!said_[endpoint].is_asked) return;
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
    // Asked twice it answers twice; what it still wants is as of the later answer, and so is what it has.
    if (is_head) found->delivered = greatest(found->delivered, h.delivered);
    bool& by = is_head ? found->by_head : found->by_tail;
    if (by) return;
    by = true;
    (is_head ? found->port_head : found->port_tail) = h.port;
    ++said_[endpoint].leases;
    settle(endpoint);
  }
  /// Whether a request that comes with the survey's term belongs to its answer: else it is one like any other.
  [[nodiscard]] bool covers(std::uint32_t endpoint, std::uint32_t ticket) const {
    const answer& a = said_[endpoint];
    return a.is_asked && (!a.has_summed_up || ticket < a.next_ticket);
  }
  /// Whether a request was heard of by the answer.
  [[nodiscard]] bool knows_ask(std::uint32_t endpoint, std::uint32_t ticket) const {
    for (const std::uint32_t t : said_[endpoint].asks)
      if (t == ticket) return true;
    return false;
  }
  /// A request that this endpoint asks again; whether it was not heard of yet.
  bool hear_ask(std::uint32_t endpoint, std::uint32_t ticket) {
    if (knows_ask(endpoint, ticket)) return false;
    said_[endpoint].asks.push_back(ticket);
    settle(endpoint);
    return true;
  }
  /// Whether it is the first time that this endpoint sums up, having been asked.
  bool hear(std::uint32_t endpoint, const wire::surveyed& s) {
    answer& a = said_[endpoint];
    if (!a.is_asked || a.has_summed_up) return false;
    if (s.latest.valid()) note(s.latest);
    a.has_summed_up = true;
    a.next_ticket = s.next_ticket;
    a.leases_wanted = s.leases;
    a.asks_wanted = s.asks;
    settle(endpoint);
    return true;
  }

 private:
  struct answer {
    bool is_asked = false;
    bool has_summed_up = false;
    bool is_over = false;
    std::uint32_t leases_wanted = 0, asks_wanted = 0;
    std::uint32_t next_ticket = 0;
    std::uint32_t leases = 0;
    std::vector<std::uint32_t> asks;  // tickets
  };

  void note(path_id path) {
    if (!latest_.valid() || path > latest_) latest_ = path;
  }
  void settle(std::uint32_t endpoint) {
    answer& a = said_[endpoint];
    if (a.is_over || !a.has_summed_up || a.leases < a.leases_wanted || a.asks.size() < a.asks_wanted) return;
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
