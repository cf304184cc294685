// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebit/analyze/absorbing_chain.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>

namespace ebit::analyze {

/// A homogeneous chain that works in time slots (Iñesta, Vardoyan, Scavuzzo and Wehner, npj Quantum Information 9, 46
/// (2023)). In each slot, in this order:
///  1. every segment whose two facing memories are free makes a pair with probability `link_success`, age 0; memories
///  that
///     a longer link has left behind are free, so pairs are also made underneath it;
///  2. the nodes chosen by the rule that hold two links swap them; k swaps joining neighbouring links succeed
///  together with
///     `swap_success`^k, else all their links are lost; the new link has the age of the oldest;
///  3. a link between the ends completes the delivery; otherwise links of age `cutoff` or more are discarded and all
///     others grow older by one slot.
struct slotted_chain {
  std::uint32_t nodes = 3;                ///< 2 to 8
  double link_success = 1;                ///< per segment and slot, in (0, 1]
  double swap_success = 1;                ///< in (0, 1]
  std::optional<std::uint32_t> cutoff{};  ///< slots, 1 to 60000; none: memories are perfect

  [[nodiscard]] status validate() const {
    if (nodes < 2 || nodes > 8) return config_error{"slotted_chain.nodes", std::to_string(nodes), "2 to 8"};
    if (!(link_success > 0 && link_success <= 1))
      return config_error{"slotted_chain.link_success", std::to_string(link_success), "more than 0, up to 1"};
    if (!(swap_success > 0 && swap_success <= 1))
      return config_error{"slotted_chain.swap_success", std::to_string(swap_success), "more than 0, up to 1"};
    if (cutoff && (*cutoff < 1 || *cutoff > 60'000))
      return config_error{"slotted_chain.cutoff", std::to_string(*cutoff) + " slots", "1 to 60000 slots, or none"};
    return success{};
  }
};

/// The links of a slotted chain. A link is named by its left node, which holds at most one to its right.
struct chain_links {
  std::array<std::uint8_t, 8> right_end{};  ///< of the link that starts at this node; 0: none
  std::array<std::uint16_t, 8> age{};       ///< in slots; 0 where there is none

  [[nodiscard]] bool starts_at(std::size_t node) const { return right_end[node] != 0; }
  [[nodiscard]] bool ends_at(std::size_t node) const {
    for (std::size_t left = 0; left < node; ++left)
      if (right_end[left] == node) return true;
    return false;
  }
  [[nodiscard]] bool can_swap(std::size_t node) const { return starts_at(node) && ends_at(node); }
  [[nodiscard]] std::uint32_t count() const {
    std::uint32_t links = 0;
    for (const std::uint8_t end : right_end) links += end != 0 ? 1 : 0;
    return links;
  }

  friend auto operator<=>(const chain_links&, const chain_links&) = default;
};

/// Which nodes of a slotted chain swap, as a set of bits; called with the links after step 1. Bits of nodes that do
/// not hold two links must be 0. Every node that can, does:
struct swap_at_once {
  [[nodiscard]] std::uint32_t operator()(const slotted_chain& chain, const chain_links& links) const {
    std::uint32_t nodes = 0;
    for (std::uint32_t node = 1; node + 1 < chain.nodes; ++node)
      if (links.can_swap(node)) nodes |= 1U << node;
    return nodes;
  }
};
/// As `swap_at_once`, but if all four elementary links of a five-node chain exist, the second and fourth node swap
/// and the middle one waits a slot (the nested policy of Iñesta et al. 2023).
struct swap_nested_of_five {
  [[nodiscard]] std::uint32_t operator()(const slotted_chain& chain, const chain_links& links) const {
    bool all = chain.nodes == 5;
    for (std::uint8_t node = 0; node < 4; ++node) all = all && links.right_end[node] == node + 1;
    return all ? 0b01010U : swap_at_once{}(chain, links);
  }
};

/// The exact mean time of a delivery that starts with empty memories.
struct slotted_time {
  double mean_slots = 0;        ///< the slot of the delivery included
  std::size_t states = 0;       ///< sets of links and ages between slots
  std::size_t transitions = 0;  ///< between them
};

namespace detail {

struct weighted_links {
  chain_links links;
  double probability = 0;
};

/// Step 1: every outcome of the generation.
[[nodiscard]] inline std::vector<weighted_links> generated(const slotted_chain& chain, const chain_links& links) {
  std::vector<weighted_links> out{{links, 1.0}};
  for (std::uint32_t node = 0; node + 1 < chain.nodes; ++node) {
    if (links.starts_at(node) || links.ends_at(node + 1)) continue;
    const std::size_t known = out.size();
    for (std::size_t i = 0; i < known; ++i) {
      weighted_links made = out[i];
      made.links.right_end[node] = static_cast<std::uint8_t>(node + 1);
      made.probability *= chain.link_success;
      if (chain.link_success < 1) {
        out[i].probability *= 1 - chain.link_success;
        out.push_back(made);
      } else {
        out[i] = made;
      }
    }
  }
  return out;
}

/// Step 2: every outcome of the swaps at `nodes`.
[[nodiscard]] inline std::vector<weighted_links> swapped(const slotted_chain& chain, const chain_links& links,
                                                         std::uint32_t nodes) {
  std::vector<weighted_links> out{{links, 1.0}};
  for (std::size_t first = 0; first < chain.nodes; ++first) {
    // A group starts with a link whose left end does not swap and goes on while right ends do.
    if (!links.starts_at(first) || (nodes >> first & 1) != 0) continue;
    std::size_t last = links.right_end[first];
    std::uint16_t age = links.age[first];
    std::uint32_t swaps = 0;
    for (; (nodes >> last & 1) != 0; last = links.right_end[last], ++swaps) age = std::max(age, links.age[last]);
    if (swaps == 0) continue;
    double works = 1;
    for (std::uint32_t i = 0; i < swaps; ++i) works *= chain.swap_success;
    const std::size_t known = out.size();
    for (std::size_t i = 0; i < known; ++i) {
      weighted_links lost = out[i];
      for (std::size_t node = first; node != last; node = links.right_end[node]) {
        lost.links.right_end[node] = 0;
        lost.links.age[node] = 0;
      }
      weighted_links joined = lost;
      joined.links.right_end[first] = static_cast<std::uint8_t>(last);
      joined.links.age[first] = age;
      joined.probability *= works;
      lost.probability *= 1 - works;
      out[i] = joined;
      if (works < 1) out.push_back(lost);
    }
  }
  return out;
}

/// Step 3: whether the ends are joined, else the links at the start of the next slot.
[[nodiscard]] inline bool delivered(const slotted_chain& chain, const chain_links& links) {
  return links.right_end[0] == chain.nodes - 1;
}
[[nodiscard]] inline chain_links grown_older(const slotted_chain& chain, chain_links links) {
  if (!chain.cutoff) return links;  // ages do not matter
  for (std::size_t node = 0; node < chain.nodes; ++node) {
    if (!links.starts_at(node)) continue;
    if (links.age[node] >= *chain.cutoff) {
      links.right_end[node] = 0;
      links.age[node] = 0;
    } else {
      ++links.age[node];
    }
  }
  return links;
}

/// Links between slots, numbered from 0 (none at all) as they are met.
class chain_states {
 public:
  chain_states() { (void)index_of({}); }
  [[nodiscard]] std::size_t index_of(const chain_links& links) {
    const auto [at, fresh] = index_.try_emplace(links, all_.size());
    if (fresh) all_.push_back(links);
    return at->second;
  }
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] const chain_links& operator[](std::size_t index) const { return all_[index]; }

  /// Ranks in a good order of elimination. From states without a fresh link, those without a fresh link are only
  /// reached with fewer or with older links: taken in that order they hardly lead to one another.
  [[nodiscard]] std::vector<std::size_t> ranks() const {
    std::vector<std::array<std::uint64_t, 4>> keys(size());
    for (std::size_t i = 0; i < size(); ++i) {
      std::uint64_t sum = 0;
      bool fresh = all_[i].count() == 0;
      for (std::size_t node = 0; node < 8; ++node) {
        sum += all_[i].age[node];
        fresh = fresh || (all_[i].starts_at(node) && all_[i].age[node] <= 1);
      }
      keys[i] = {fresh ? 1U : 0U, all_[i].count(), ~sum, i};
    }
    std::sort(keys.begin(), keys.end());
    std::vector<std::size_t> rank(size());
    for (std::size_t r = 0; r < size(); ++r) rank[static_cast<std::size_t>(keys[r][3])] = r;
    return rank;
  }

 private:
  std::map<chain_links, std::size_t> index_;
  std::vector<chain_links> all_;
};

}  // namespace detail

/// The mean number of slots until the ends of `chain` are joined under a swapping rule, exactly: an absorbing Markov
/// chain over the sets of links and their ages. States grow as cutoff^(links held at once); more than `max_states` is
/// an error.
template <class Rule = swap_at_once>
[[nodiscard]] result<slotted_time> expected_slots(const slotted_chain& chain, const Rule& rule = {},
                                                  std::size_t max_states = 200'000) {
  if (auto checked = chain.validate(); !checked) return checked.error();
  struct step {
    std::size_t from, to;
    double probability;
  };
  detail::chain_states states;
  std::vector<step> steps;
  std::vector<std::pair<std::size_t, double>> exits;
  for (std::size_t from = 0; from < states.size(); ++from) {
    if (states.size() > max_states)
      return config_error{"slotted_chain: states", "more than " + std::to_string(max_states),
                          "a shorter chain or cut-off"};
    for (const auto& [made, p_made] : detail::generated(chain, states[from])) {
      const std::uint32_t nodes = rule(chain, made);
      EBIT_ASSERT((nodes & ~swap_at_once{}(chain, made)) == 0,
                  "slotted_chain: the rule swaps where there are not two links");
      for (const auto& [left, p_left] : detail::swapped(chain, made, nodes)) {
        const double probability = p_made * p_left;
        if (detail::delivered(chain, left)) {
          exits.emplace_back(from, probability);
        } else {
          steps.push_back({from, states.index_of(detail::grown_older(chain, left)), probability});
        }
      }
    }
  }
  const std::vector<std::size_t> rank = states.ranks();
  absorbing_chain markov{states.size()};
  for (const step& s : steps) markov.add(rank[s.from], rank[s.to], s.probability);
  for (const auto& [from, probability] : exits) markov.add_exit(rank[from], probability);
  return slotted_time{markov.expected_steps()[rank[0]], states.size(), steps.size()};
}

}  // namespace ebit::analyze
