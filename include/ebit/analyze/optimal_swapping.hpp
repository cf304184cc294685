// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <ebit/analyze/absorbing_chain.hpp>
#include <ebit/analyze/slotted_chain.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/result.hpp>

namespace ebit::analyze {

/// The best that any swapping rule can do which sees all links and their ages, and the rule itself.
struct optimal_slots {
  double mean_slots = 0;                        ///< of a delivery from empty memories
  std::map<chain_links, std::uint32_t> choice;  ///< nodes to swap, by the links after generation
  std::size_t improvements = 0;                 ///< rounds of policy iteration

  /// Usable as the rule of `expected_slots`.
  [[nodiscard]] std::uint32_t operator()(const slotted_chain&, const chain_links& links) const {
    const auto found = choice.find(links);
    EBIT_ASSERT(found != choice.end(), "optimal_slots: links that cannot come about in this chain");
    return found->second;
  }
};

namespace detail {

/// All decisions of a slotted chain: what may be met after generation, and where each choice of nodes leads.
class swapping_decisions {
 public:
  struct outcome {
    std::size_t next;  ///< state between slots
    double probability;
  };
  struct option {
    std::uint32_t nodes;
    std::vector<outcome> outcomes;  ///< without delivery
    double delivery = 0;
  };
  struct decision {
    chain_links links;
    std::vector<option> options;  ///< the first is to swap wherever possible
  };

  [[nodiscard]] static result<swapping_decisions> of(const slotted_chain& chain, std::size_t max_states) {
    swapping_decisions all;
    for (std::size_t from = 0; from < all.states.size(); ++from) {
      if (all.states.size() > max_states)
        return config_error{"slotted_chain: states", "more than " + std::to_string(max_states),
                            "a shorter chain or cut-off"};
      all.generates.emplace_back();
      for (const auto& [made, probability] : generated(chain, all.states[from])) {
        const auto [at, fresh] = all.index_.try_emplace(made, all.decisions.size());
        if (fresh) all.decide(chain, made);
        all.generates[from].push_back({at->second, probability});
      }
    }
    return all;
  }

  chain_states states;
  std::vector<std::vector<outcome>> generates;  ///< by state; `next` is a decision
  std::vector<decision> decisions;

 private:
  void decide(const slotted_chain& chain, const chain_links& links) {
    decision d{links, {}};
    const std::uint32_t able = swap_at_once{}(chain, links);
    for (std::uint32_t nodes = able;; nodes = (nodes - 1) & able) {
      option o{nodes, {}, 0};
      for (const auto& [left, probability] : swapped(chain, links, nodes)) {
        if (delivered(chain, left))
          o.delivery += probability;
        else
          o.outcomes.push_back({states.index_of(grown_older(chain, left)), probability});
      }
      d.options.push_back(std::move(o));
      if (nodes == 0) break;
    }
    decisions.push_back(std::move(d));
  }

  std::map<chain_links, std::size_t> index_;
};

}  // namespace detail

/// The least mean number of slots over all swapping rules, by policy iteration from `swap_at_once` (Iñesta et al.,
/// npj Quantum Information 9, 46 (2023)): solve the chain exactly under the present rule, then choose everywhere what
/// is best given these times, until nothing gets better.
[[nodiscard]] inline result<optimal_slots> optimal_swapping(const slotted_chain& chain,
                                                            std::size_t max_states = 50'000) {
  if (auto checked = chain.validate(); !checked) return checked.error();
  const auto explored = detail::swapping_decisions::of(chain, max_states);
  if (!explored) return explored.error();
  const detail::chain_states& states = explored->states;
  const auto& generates = explored->generates;
  const auto& decisions = explored->decisions;
  const std::vector<std::size_t> rank = states.ranks();
  std::vector<std::size_t> chosen(decisions.size(), 0);
  optimal_slots out;
  for (;;) {
    absorbing_chain markov{states.size()};
    for (std::size_t from = 0; from < states.size(); ++from) {
      for (const auto& made : generates[from]) {
        const auto& option = decisions[made.next].options[chosen[made.next]];
        for (const auto& o : option.outcomes) markov.add(rank[from], rank[o.next], made.probability * o.probability);
        markov.add_exit(rank[from], made.probability * option.delivery);
      }
    }
    const std::vector<double> slots = markov.expected_steps();
    const auto still = [&](const detail::swapping_decisions::option& option) {
      double sum = 0;
      for (const auto& o : option.outcomes) sum += o.probability * slots[rank[o.next]];
      return sum;
    };
    bool better = false;
    for (std::size_t d = 0; d < decisions.size(); ++d) {
      double least = still(decisions[d].options[chosen[d]]);
      for (std::size_t i = 0; i < decisions[d].options.size(); ++i) {
        const double value = still(decisions[d].options[i]);
        if (!(value < least * (1 - 1e-12))) continue;  // equal choices are not exchanged for ever
        least = value;
        chosen[d] = i;
        better = true;
      }
    }
    out.mean_slots = slots[rank[0]];
    if (!better) break;
    ++out.improvements;
  }
  for (std::size_t d = 0; d < decisions.size(); ++d)
    out.choice.emplace(decisions[d].links, decisions[d].options[chosen[d]].nodes);
  return out;
}

}  // namespace ebit::analyze
