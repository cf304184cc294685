// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/link/segments.hpp>
#include <ebit/purify/concepts.hpp>

/// Which two of a node's halves are distilled with each other: functions of what both ends of a link see alike.
namespace ebit::purify {

/// Whether a row waits for a mate like `other` that has been through `rounds`.
[[nodiscard]] inline bool can_join(const segment& row, const segment& other, std::uint8_t rounds) {
  return row.held_by == owner::purify && row.state == segment::phase::resting && row.rounds == rounds &&
         row.reach == other.reach && row.circuit == other.circuit;
}

/// When pumping: one pair of a side is kept and takes up the others, the first by identity first. A new one is
/// begun only when there is none, so that both ends pick the same pairs however their news of the rounds differ in
/// time.
[[nodiscard]] inline std::uint32_t find_pumped(const segments& table, const circuit& c, std::uint32_t slot) {
  const circuit::hop& hop = c.link(table[slot].facing);
  std::uint32_t pumped = table.size(), first = table.size(), second = table.size();
  for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s) {
    const segment& row = table[s];
    if (row.held_by != owner::purify || row.circuit != table[slot].circuit || row.reach != table[slot].reach)
      continue;
    if (row.rounds > 0 || row.state != segment::phase::resting) {
      if (row.state != segment::phase::resting) return table.size();
      pumped = s;
    } else if (first == table.size() || row.local.sequence < table[first].local.sequence) {
      second = first;
      first = s;
    } else if (second == table.size() || row.local.sequence < table[second].local.sequence) {
      second = s;
    }
  }
  if (pumped != table.size()) return slot == pumped ? first : slot == first ? pumped : table.size();
  return slot == first ? second : slot == second ? first : table.size();
}

/// The row this one is to be distilled with: same circuit, side, span and number of rounds; of several the first by
/// identity, which both ends of a link see alike.
template <class Policy>
[[nodiscard]] std::uint32_t find_mate(const segments& table, const circuit& c, std::uint32_t slot) {
  if constexpr (pumps<Policy>) return find_pumped(table, c, slot);
  const segment& row = table[slot];
  const circuit::hop& hop = c.link(row.facing);
  std::uint32_t best = table.size();
  for (std::uint32_t s = hop.first_slot; s < hop.first_slot + hop.width; ++s) {
    const segment& other = table[s];
    if (s == slot || !can_join(other, row, row.rounds)) continue;
    if (best == table.size() || other.local.sequence < table[best].local.sequence) best = s;
  }
  return best;
}

}  // namespace ebit::purify
