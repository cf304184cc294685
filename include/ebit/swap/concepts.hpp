// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>

#include <ebit/core/time.hpp>

namespace ebit::swap {

/// Where a node stands in a circuit: `position` 0 is the head, `hops` the tail.
struct place {
  std::uint16_t position = 0;
  std::uint16_t hops = 0;
};

/// How many links the two segments that end at the node cover.
struct spans {
  std::uint16_t upstream = 1;
  std::uint16_t downstream = 1;
};

/// A swapping policy decides, from what the node knows, whether two segments are to be joined now or kept; and how
/// long after its birth a half that a node between the ends has not joined is given up (`cutoff`, never = not at
/// all). `waits_for_spans` says whether a decision can depend on the spans, and so on news from other nodes: the
/// model of the policy needs to know.
template <class Policy>
concept swap_policy = std::semiregular<Policy> && requires(const Policy& policy, place at, spans s) {
  { policy.may_swap(at, s) } -> std::same_as<bool>;
  { Policy::waits_for_spans } -> std::convertible_to<bool>;
  { policy.cutoff } -> std::same_as<const duration&>;
};

}  // namespace ebit::swap
