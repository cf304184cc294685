// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <ebit/core/time.hpp>
#include <ebit/swap/concepts.hpp>

namespace ebit::route {

/// What the swap schedule of a chain needs to know. `links[k]` joins nodes k and k + 1.
struct schedule_input {
  struct link {
    duration
        news_upstream;  ///< from the start of a link's cycle 0 to its herald at node k (after distillation, if any)
    duration news_downstream;  ///< and at node k + 1
    duration delay;            ///< of a message along the link
  };
  std::vector<link> links;
  std::vector<duration> gate_times;  ///< of the Bell measurement at each node, ends included but unused
};

/// When the ends know of their pair: at the latest over all links k of (time of link k's success in its own cycle 0)
/// + offset[k]. Times of swaps are maxima of link times plus constants, so this holds exactly for every order of
/// swaps.
struct schedule_offsets {
  std::vector<duration> head;
  std::vector<duration> tail;
};

template <swap::swap_policy Policy>
[[nodiscard]] schedule_offsets swap_offsets(const Policy& policy, const schedule_input& in) {
  const std::size_t n = in.links.size();
  using vector = std::vector<duration>;  // per link; below zero: does not depend on that link
  const duration nothing = duration::picoseconds(-1);
  const auto later = [&](vector a, const vector& b, duration shift) {
    for (std::size_t k = 0; k < n; ++k)
      if (b[k] >= duration::zero()) a[k] = std::max(a[k], b[k] + shift);
    return a;
  };
  const auto distance = [&](std::size_t i, std::size_t j) {
    duration sum = duration::zero();
    for (std::size_t k = std::min(i, j); k < std::max(i, j); ++k) sum += in.links[k].delay;
    return sum;
  };
  struct piece {
    std::size_t from, to;
    vector left, right;  // what its ends know, and when
  };
  std::vector<piece> pieces;
  for (std::size_t k = 0; k < n; ++k) {
    piece p{k, k + 1, vector(n, nothing), vector(n, nothing)};
    p.left[k] = in.links[k].news_upstream;
    p.right[k] = in.links[k].news_downstream;
    pieces.push_back(std::move(p));
  }
  while (pieces.size() > 1) {
    std::size_t at = 0;
    for (; at + 1 < pieces.size(); ++at) {
      const piece& l = pieces[at];
      const piece& r = pieces[at + 1];
      const swap::place here{static_cast<std::uint16_t>(l.to), static_cast<std::uint16_t>(n)};
      if (policy.may_swap(here,
                          {static_cast<std::uint16_t>(l.to - l.from), static_cast<std::uint16_t>(r.to - r.from)}))
        break;
    }
    if (at + 1 == pieces.size())
      return {vector(n, duration::never()), vector(n, duration::never())};  // it never ends
    piece& l = pieces[at];
    const piece& r = pieces[at + 1];
    const std::size_t node = l.to;
    vector both(n, nothing);
    if (Policy::waits_for_spans) {
      both = later(later(both, l.right, in.gate_times[node]), r.left, in.gate_times[node]);
    } else {
      both[node - 1] = in.links[node - 1].news_downstream + in.gate_times[node];
      both[node] = in.links[node].news_upstream + in.gate_times[node];
    }
    // What was on its way to the node goes on to the far ends; that matters to policies that do not wait for it.
    const duration back = distance(node, l.from), on = distance(node, r.to);
    piece joined{l.from, r.to, later(later(l.left, both, back), r.left, back),
                 later(later(r.right, both, on), l.right, on)};
    l = std::move(joined);
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  return {pieces[0].left, pieces[0].right};
}

}  // namespace ebit::route
