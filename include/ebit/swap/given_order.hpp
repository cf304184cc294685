// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/swap/concepts.hpp>

namespace ebit::swap {

/// Any order of joining, by a rank for each position in the circuit: a node joins when both its segments reach over
/// all nodes of lower rank next to it, up to a node of higher rank or an end. Of equal ranks the one nearer the head
/// comes first, so that every assignment of ranks is a complete order and a chain always ends joined; nodes of whom
/// neither has to wait for the other join whenever they can. All ranks equal, or growing from the head, is
/// `sequential`; the number of times that two divides the position is `nested`.
struct given_order {
  static constexpr bool waits_for_spans = true;
  /// Links in the longest circuit that has an order. Longer ones never join, and are refused for that.
  static constexpr std::uint16_t max_hops = 64;

  std::array<std::uint8_t, max_hops> ranks{};  ///< by position, 1 to hops − 1; what an end has means nothing
  duration cutoff = duration::never();

  /// The order in which positions join, each of 1 to n named once for some n up to 63. In longer circuits the other
  /// nodes come after these, from the head on; in shorter ones those that are missing are passed over.
  [[nodiscard]] static result<given_order> joining(std::span<const std::uint16_t> positions) {
    given_order out;
    out.ranks.fill(max_hops);
    if (positions.size() >= max_hops)
      return config_error{"given_order.positions", std::to_string(positions.size()), "at most 63 positions"};
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const std::uint16_t at = positions[i];
      const std::string name = "given_order.positions[" + std::to_string(i) + "]";
      if (at < 1 || at > positions.size())
        return config_error{name, std::to_string(at), "1 to " + std::to_string(positions.size())};
      if (out.ranks[at] != max_hops) return config_error{name, std::to_string(at), "each position once"};
      out.ranks[at] = static_cast<std::uint8_t>(i);
    }
    return out;
  }
  [[nodiscard]] static result<given_order> joining(std::initializer_list<std::uint16_t> positions) {
    return joining(std::span<const std::uint16_t>{positions.begin(), positions.size()});
  }

  [[nodiscard]] constexpr bool may_swap(place at, spans s) const {
    if (at.hops > max_hops || at.position == 0 || at.position >= at.hops) return false;
    std::uint16_t up = 1, down = 1;
    while (up < at.position && before(static_cast<std::uint16_t>(at.position - up), at.position)) ++up;
    while (at.position + down < at.hops && before(static_cast<std::uint16_t>(at.position + down), at.position))
      ++down;
    return s.upstream == up && s.downstream == down;
  }

  friend constexpr bool operator==(const given_order&, const given_order&) = default;

 private:
  [[nodiscard]] constexpr bool before(std::uint16_t other, std::uint16_t self) const {
    return ranks[other] < ranks[self] || (ranks[other] == ranks[self] && other < self);
  }
};
static_assert(swap_policy<given_order>);

}  // namespace ebit::swap
