// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/orchestrate/fabric.hpp>

/// Figures of a fabric as a network of fibres, by which topologies are compared: distances, paths side by side,
/// bisection. Walks here go along fibres through switches and endpoints, never through analysers, whichever ports
/// a switch can join.
namespace ebit::orchestrate {

/// Fibres from an endpoint to each element at least; none for what cannot be reached.
[[nodiscard]] inline std::vector<std::optional<std::uint32_t>> distances_from(const fabric& in, element_id from) {
  std::vector<std::optional<std::uint32_t>> far(in.elements().size());
  std::vector<element_id> queue{from};
  far[from.value()] = 0;
  for (std::size_t i = 0; i < queue.size(); ++i)
    for (const socket& s : in.sockets(queue[i])) {
      if (far[s.peer.value()] || in.at(s.peer).kind == element_kind::analyser) continue;
      far[s.peer.value()] = *far[queue[i].value()] + 1;
      queue.push_back(s.peer);
    }
  return far;
}

/// Fibres between two endpoints at most, on shortest walks; none if some cannot be reached from others.
[[nodiscard]] inline std::optional<std::uint32_t> diameter(const fabric& in) {
  std::uint32_t longest = 0;
  for (const element_id a : in.endpoints()) {
    const auto far = distances_from(in, a);
    for (const element_id b : in.endpoints()) {
      if (!far[b.value()]) return std::nullopt;
      if (*far[b.value()] > longest) longest = *far[b.value()];
    }
  }
  return longest;
}

/// How many shortest walks there are between two endpoints, fibres side by side being different ones.
[[nodiscard]] inline std::uint64_t shortest_walks(const fabric& in, element_id a, element_id b) {
  const auto far = distances_from(in, a);
  if (!far[b.value()]) return 0;
  std::vector<std::uint64_t> count(in.elements().size());
  count[a.value()] = 1;
  std::vector<element_id> layer{a};
  for (std::uint32_t d = 0; d < *far[b.value()]; ++d) {
    std::vector<element_id> next;
    for (const element_id e : layer)
      for (const socket& s : in.sockets(e)) {
        if (far[s.peer.value()] != d + 1) continue;
        if (count[s.peer.value()] == 0) next.push_back(s.peer);
        count[s.peer.value()] += count[e.value()];
      }
    layer = std::move(next);
  }
  return count[b.value()];
}

/// How many walks from these endpoints to those there can be at once if no two use the same fibre: a maximum flow
/// (Ford and Fulkerson 1956; shortest augmenting walks after Edmonds and Karp 1972), which equals the smallest number
/// of fibres that part them.
[[nodiscard]] inline std::uint64_t walks_at_once(const fabric& in, std::span<const element_id> from,
                                                 std::span<const element_id> to) {
  enum class use : std::uint8_t { none, towards_b, towards_a };
  std::vector<use> used(in.spans().size(), use::none);
  std::vector<bool> is_goal(in.elements().size());
  for (const element_id e : to) is_goal[e.value()] = true;
  std::vector<std::uint32_t> seen(in.elements().size(), 0);
  std::vector<span_id> came(in.elements().size());
  std::vector<element_id> queue;
  for (std::uint32_t round = 1;; ++round) {
    queue.assign(from.begin(), from.end());
    for (const element_id e : from) {
      EBIT_ASSERT(!is_goal[e.value()], "walks_at_once: an endpoint on both sides");
      seen[e.value()] = round;
      came[e.value()] = span_id::none();
    }
    element_id goal;
    for (std::size_t i = 0; i < queue.size() && !goal.valid(); ++i)
      for (const socket& s : in.sockets(queue[i])) {
        const use onward = in.along(s.along).a == queue[i] ? use::towards_b : use::towards_a;
        if (seen[s.peer.value()] == round || used[s.along.value()] == onward) continue;
        if (in.at(s.peer).kind == element_kind::analyser) continue;
        seen[s.peer.value()] = round;
        came[s.peer.value()] = s.along;
        queue.push_back(s.peer);
        if (!is_goal[s.peer.value()]) continue;
        goal = s.peer;
        break;
      }
    if (!goal.valid()) return round - 1;
    for (element_id e = goal; came[e.value()].valid();) {
      const span& fibre = in.along(came[e.value()]);
      use& u = used[came[e.value()].value()];
      u = u != use::none ? use::none : fibre.b == e ? use::towards_b : use::towards_a;
      e = fibre.other(e);
    }
  }
}

[[nodiscard]] inline std::uint64_t walks_at_once(const fabric& in, element_id a, element_id b) {
  return walks_at_once(in, std::span{&a, 1}, std::span{&b, 1});
}

/// The fibres that part the first half of the endpoints from the second, at least: the bisection, where the fabric's
/// halves are these.
[[nodiscard]] inline std::uint64_t bisection(const fabric& in) {
  const std::size_t half = in.endpoints().size() / 2;
  return walks_at_once(in, in.endpoints().first(half), in.endpoints().subspan(half));
}

}  // namespace ebit::orchestrate
