// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/bell.hpp>
#include <ebit/quantum/bell_diagonal.hpp>

/// What a search for schedules remembers, and what it forgets.
namespace ebit::detail {

/// The candidate `index` among those with so many raw pairs.
struct schedule_reference {
  std::uint32_t pairs = 0, index = 0;
};

/// A schedule by its last step and the candidates that this step takes.
struct schedule_candidate {
  enum class kind : std::uint8_t { raw, rotated, twirled, triple };

  bell_diagonal state;
  std::array<double, 4> key{};  ///< the state up to what later rotations undo for free, its fidelity first
  double expected = 1;          ///< raw pairs
  kind made_by = kind::raw;
  std::array<bell_permutation, 3> rotations{};
  std::array<schedule_reference, 3> of{};
};

/// Better first: higher fidelity, then cheaper. States closer than 1e-12 are the same but for rounding.
[[nodiscard]] inline bool comes_before(const schedule_candidate& a, const schedule_candidate& b) {
  for (std::size_t i = 0; i < 4; ++i) {
    const auto x = static_cast<std::int64_t>(a.key[i] * 1e12 + 0.5),
               y = static_cast<std::int64_t>(b.key[i] * 1e12 + 0.5);
    if (x != y) return x > y;
  }
  return a.expected < b.expected;
}

[[nodiscard]] inline bool no_better_than(const schedule_candidate& b, const schedule_candidate& a) {
  for (std::size_t i = 0; i < 4; ++i)
    if (a.key[i] - b.key[i] > 3e-12 || b.key[i] - a.key[i] > 3e-12) return false;
  return a.expected <= b.expected;
}

/// The fidelity of two such pairs, distilled without noise so that the two larger errors are seen.
[[nodiscard]] inline double promise(const schedule_candidate& c) {
  const double f = c.key[0], rest = *std::min_element(c.key.begin() + 1, c.key.end());
  const double same = f + rest;
  return (f * f + rest * rest) / (same * same + (1 - same) * (1 - same));
}

/// Drops candidates that another equals at no higher cost, and if there are still more than `width` leaves those that
/// look best: half of the room for what nothing beats in both fidelity and cost, evenly, half for the most promising.
/// Sorts them. Returns whether no state was lost.
[[nodiscard]] inline bool forget_worst(std::vector<schedule_candidate>& made, std::size_t width) {
  std::sort(made.begin(), made.end(), comes_before);
  made.erase(
      std::unique(made.begin(), made.end(),
                  [](const schedule_candidate& a, const schedule_candidate& b) { return no_better_than(b, a); }),
      made.end());
  if (made.size() <= width) return true;
  std::vector<bool> stays(made.size(), false);
  std::size_t room = width;
  const auto take = [&](std::size_t i) {
    if (stays[i] || room == 0) return;
    stays[i] = true;
    --room;
  };
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < made.size(); ++i)
    if (front.empty() || made[i].expected < made[front.back()].expected) front.push_back(i);
  const std::size_t half_room = (room + 1) / 2;
  for (std::size_t k = 0; k < half_room; ++k) take(front[k * front.size() / half_room]);
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < made.size(); ++i) order.emplace_back(-promise(made[i]), i);
  std::sort(order.begin(), order.end());
  for (const auto& [unused, i] : order) take(i);
  std::vector<schedule_candidate> left;
  for (std::size_t i = 0; i < made.size(); ++i)
    if (stays[i]) left.push_back(made[i]);
  made = std::move(left);
  return false;
}

}  // namespace ebit::detail
