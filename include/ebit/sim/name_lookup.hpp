// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebit/sim/text.hpp>

namespace ebit::sim::detail {

/// The least number of inserted, deleted or replaced bytes that turns `a` into `b` (Levenshtein 1966).
[[nodiscard]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      const std::size_t inserted = (row[j] < diagonal ? row[j] : diagonal) + 1;  // or deleted
      row[j + 1] = replaced < inserted ? replaced : inserted;
    }
  }
  return row[b.size()];
}

/// Up to three of `known`, the nearest to `wanted` first: whatever begins with it, then by edit distance, letters'
/// case aside; nothing that differs in more than half its bytes.
[[nodiscard]] inline std::vector<std::string> nearest_names(std::string_view wanted,
                                                            const std::vector<std::string>& known) {
  constexpr std::size_t longest = 100;  // bounds the work: names are short, garbage is not
  const std::string target = lower_case(wanted.substr(0, longest));
  std::set<std::pair<std::size_t, std::string>> ranked;
  for (const std::string& name : known) {
    const std::string candidate = lower_case(std::string_view{name}.substr(0, longest));
    if (candidate.empty()) continue;
    const bool begins = !target.empty() && candidate.starts_with(target);
    const std::size_t distance = begins ? 0 : edit_distance(target, candidate);
    const std::size_t size = target.size() > candidate.size() ? target.size() : candidate.size();
    if (2 * distance <= size) ranked.emplace(distance, name);
    if (ranked.size() > 3) ranked.erase(--ranked.end());
  }
  std::vector<std::string> nearest;
  for (const auto& entry : ranked) nearest.push_back(entry.second);
  return nearest;
}

}  // namespace ebit::sim::detail
