// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/route/request_queue.hpp>

namespace ebit::route {

/// Every request may have the pair.
struct any_request {
  [[nodiscard]] constexpr bool operator()(const queued_request&) const { return true; }
};

/// Which of the requests that share a circuit gets its next pair. `pick(queue, may)` gives the index of the request,
/// or the queue's size if none wants the pair; `may(entry)` says which could use it. `serve(queue, index)` binds a
/// pair to the request picked: it counts it in `served` and turns the queue's clock. All state is the queue's, so a
/// policy may be exchanged between two pairs. If a pair is taken back, lower `served` by one.
///
/// All of them honour `consecutive`: a request begun with it gets every pair until it is done, and nobody does while
/// it cannot use what there is.
template <class Policy>
concept scheduler =
    std::semiregular<Policy> && std::equality_comparable<Policy> &&
    requires(const Policy& policy, const request_queue& read, request_queue& queue, any_request may, std::size_t i) {
      { policy.pick(read) } -> std::same_as<std::size_t>;
      { policy.pick(read, may) } -> std::same_as<std::size_t>;
      policy.serve(queue, i);
    };

namespace detail {

/// Virtual time that one pair takes at weight 1.
inline constexpr std::uint64_t pair_of_unit_weight = std::uint64_t{1} << 31;

/// Order on a clock that wraps around (as that of RFC 1982).
[[nodiscard]] constexpr bool is_before(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::int64_t>(a - b) < 0;
}

/// The request whose `key_of(entry)` goes before all others, of those that want a pair and may have it; of equals the
/// first to enter.
template <class Queue, class May, class KeyOf, class Before>
[[nodiscard]] constexpr std::size_t first_of(const Queue& queue, May may, KeyOf key_of, Before goes_before) {
  for (std::size_t i = 0; i < queue.size(); ++i)
    if (queue[i].holds_the_circuit()) return may(queue[i]) ? i : queue.size();
  std::size_t best = queue.size();
  decltype(key_of(queue[0])) best_key{};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    if (!queue[i].wants_more() || !may(queue[i])) continue;
    const auto key = key_of(queue[i]);
    if (best != queue.size() && !goes_before(key, best_key)) continue;
    best = i;
    best_key = key;
  }
  return best;
}

/// A place before all that share, the greater level first, or among them: level 0, the earliest finish first.
struct shared_key {
  std::uint32_t level = 0;
  std::uint64_t finish = 0;
};
[[nodiscard]] constexpr bool goes_before(const shared_key& a, const shared_key& b) {
  return a.level != b.level ? a.level > b.level : a.level == 0 && is_before(a.finish, b.finish);
}

}  // namespace detail

/// In the order of entry. An atomic request whose pairs are not all there is passed over: the next ones get them, and
/// while those want pairs all the time it may wait until they are served.
struct first_come_first_served {
  template <class Queue, class May = any_request>
  [[nodiscard]] constexpr std::size_t pick(const Queue& queue, May may = {}) const {
    return detail::first_of(queue, may, [](const queued_request&) { return 0; }, [](int, int) { return false; });
  }
  template <class Queue>
  constexpr void serve(Queue& queue, std::size_t index) const {
    ++queue[index].served;
  }
  friend constexpr bool operator==(first_come_first_served, first_come_first_served) = default;
};

/// The greatest priority first, within it in the order of entry. Lesser ones wait for ever if it comes to that.
struct strict_priority {
  template <class Queue, class May = any_request>
  [[nodiscard]] constexpr std::size_t pick(const Queue& queue, May may = {}) const {
    return detail::first_of(
        queue, may, [](const queued_request& entry) { return entry.priority; },
        [](std::uint8_t a, std::uint8_t b) { return a > b; });
  }
  template <class Queue>
  constexpr void serve(Queue& queue, std::size_t index) const {
    ++queue[index].served;
  }
  friend constexpr bool operator==(strict_priority, strict_priority) = default;
};

/// Requests share the circuit in proportion to their weights, each a flow of its own. Requests of priority
/// `strict_from` or more go before all others, the greatest first (8: there are none).
///
/// Fair queueing (Demers, Keshav, Shenker, SIGCOMM 1989) in its self-clocked form (Golestani, INFOCOM 1994): the k-th
/// pair of a request finishes at v + k/w, where v is the virtual time when it entered; the least goes next, and
/// virtual time is the finish of the last one. Of requests with weights u and w that want pairs all the while, which
/// get m and n of them, |m/u − n/w| ≤ 1/u + 1/w. None starves: one of weight w gets a pair at the latest after every
/// other, of weight u, has had u/w + 1. A service without interruption is outside this account. One that may not have
/// the pairs there are keeps its place, and catches up later.
struct weighted_fair {
  std::uint8_t strict_from = 8;

  template <class Queue, class May = any_request>
  [[nodiscard]] constexpr std::size_t pick(const Queue& queue, May may = {}) const {
    return detail::first_of(
        queue, may,
        [&](const queued_request& entry) {
          return is_strict(entry) ? detail::shared_key{.level = entry.priority + 1U}
                                  : detail::shared_key{.finish = finish_of(entry)};
        },
        detail::goes_before);
  }
  template <class Queue>
  constexpr void serve(Queue& queue, std::size_t index) const {
    queued_request& entry = queue[index];
    std::uint64_t& now = queue.clock().now;
    if (!is_strict(entry) && !entry.holds_the_circuit() && detail::is_before(now, finish_of(entry)))
      now = finish_of(entry);
    ++entry.served;
  }
  friend constexpr bool operator==(weighted_fair, weighted_fair) = default;

 private:
  [[nodiscard]] constexpr bool is_strict(const queued_request& entry) const { return entry.priority >= strict_from; }
  /// Of its next pair. Counted from the entry of the request, so that roundings do not add up.
  [[nodiscard]] static constexpr std::uint64_t finish_of(const queued_request& entry) {
    return entry.entered_at + (entry.served + std::uint64_t{1}) * detail::pair_of_unit_weight / entry.weight;
  }
};

/// Classes share the circuit in proportion to the weights given here, however many requests each has; the priority of
/// a request is its class, and within one the order is that of entry. A class of weight 0 goes before all others, the
/// greatest first. Dahlberg et al. 2019 (arXiv:1903.09778) so serve requests of the network layer strictly first and
/// let those that keep and those that measure share as 10 : 1 or 2 : 1. The same clock as `weighted_fair`, with
/// classes as flows.
struct weighted_classes {
  std::array<std::uint8_t, 8> weights{1, 1, 1, 1, 1, 1, 1, 1};  ///< by priority

  template <class Queue, class May = any_request>
  [[nodiscard]] constexpr std::size_t pick(const Queue& queue, May may = {}) const {
    return detail::first_of(
        queue, may,
        [&](const queued_request& entry) {
          return is_strict(entry) ? detail::shared_key{.level = entry.priority + 1U}
                                  : detail::shared_key{.finish = finish_of(queue, entry)};
        },
        detail::goes_before);
  }
  template <class Queue>
  constexpr void serve(Queue& queue, std::size_t index) const {
    queued_request& entry = queue[index];
    if (!is_strict(entry)) {
      const std::uint64_t finish = finish_of(queue, entry);
      service_clock& clock = queue.clock();
      if (!entry.holds_the_circuit() && detail::is_before(clock.now, finish)) clock.now = finish;
      clock.finished[entry.priority] = finish;
    }
    ++entry.served;
  }
  friend constexpr bool operator==(const weighted_classes&, const weighted_classes&) = default;

 private:
  [[nodiscard]] constexpr bool is_strict(const queued_request& entry) const { return weights[entry.priority] == 0; }
  /// Of the next pair of the entry's class: after the last one, or after the entry of the first that waits if the
  /// class was idle then.
  template <class Queue>
  [[nodiscard]] constexpr std::uint64_t finish_of(const Queue& queue, const queued_request& first) const {
    const std::uint64_t last = queue.clock().finished[first.priority];
    const std::uint64_t start = detail::is_before(last, first.entered_at) ? first.entered_at : last;
    return start + detail::pair_of_unit_weight / weights[first.priority];
  }
};

static_assert(scheduler<first_come_first_served> && scheduler<strict_priority> && scheduler<weighted_fair> &&
              scheduler<weighted_classes>);

}  // namespace ebit::route
