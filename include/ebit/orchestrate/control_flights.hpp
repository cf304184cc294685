// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric.hpp>

namespace ebit::orchestrate {

/// How long light takes from one element of a fabric to every other, along whatever fibres are shortest together: how
/// long messages are under way that go along the fibres. By element; `never` where no fibre leads. (Dijkstra 1959.)
[[nodiscard]] inline std::vector<duration> control_flights(const fabric& in, element_id from) {
  std::vector<duration> found(in.elements().size(), duration::never());
  if (!in.knows(from)) return found;
  using entry = std::pair<duration, std::uint32_t>;
  std::vector<entry> open{{duration::zero(), from.value()}};  // a heap with the nearest on top
  const auto rise = [&open](std::size_t i) {
    for (; i > 0 && open[i] < open[(i - 1) / 2]; i = (i - 1) / 2) std::swap(open[i], open[(i - 1) / 2]);
  };
  const auto take_first = [&open] {
    const entry first = open.front();
    open.front() = open.back();
    open.pop_back();
    for (std::size_t i = 0, child = 1; child < open.size(); i = child, child = 2 * i + 1) {
      if (child + 1 < open.size() && open[child + 1] < open[child]) ++child;
      if (!(open[child] < open[i])) break;
      std::swap(open[i], open[child]);
    }
    return first;
  };
  found[from.value()] = duration::zero();
  while (!open.empty()) {
    const auto [so_far, at] = take_first();
    if (so_far > found[at]) continue;
    for (const span_id s : in.incident(element_id{at})) {
      const std::uint32_t next = in.along(s).other(element_id{at}).value();
      const duration total = so_far + in.delay_of(s);
      if (total >= found[next]) continue;
      found[next] = total;
      open.push_back({total, next});
      rise(open.size() - 1);
    }
  }
  return found;
}

}  // namespace ebit::orchestrate
