// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>

namespace ebit::analyze {

/// A Markov chain in discrete time with some way out: how long until it is out?
///
/// Solved by state reduction (Grassmann, Taksar and Heyman 1985): states are eliminated one by one and only
/// non-negative numbers are added, multiplied and divided, so every digit survives however improbable the way out.
/// States are eliminated in the order of their indices; an order in which few early states lead to one another is
/// fast.
class absorbing_chain {
 public:
  explicit absorbing_chain(std::size_t states) : rows_(states), out_(states, 0.0) {}

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  /// Adds to the probability of going from `from` to `to` in one step. Each state's probabilities add up to 1 in the
  /// end.
  void add(std::size_t from, std::size_t to, double probability) {
    EBIT_ASSERT(from < size() && to < size() && probability >= 0, "absorbing_chain: no such state or probability");
    if (probability > 0) rows_[from].push_back({static_cast<std::uint32_t>(to), probability});
  }
  /// Adds to the probability of leaving the chain from `from` in one step.
  void add_exit(std::size_t from, double probability) {
    EBIT_ASSERT(from < size() && probability >= 0, "absorbing_chain: no such state or probability");
    out_[from] += probability;
  }

  /// The mean number of steps until out, the last included, from each state; infinite where there is no way out.
  [[nodiscard]] std::vector<double> expected_steps() const {
    const std::size_t n = size();
    std::vector<row> reduced(n);        // to later states only
    std::vector<double> steps(n, 0.0);  // spent before getting there
    std::vector<double> weight(n, 0.0);
    std::set<std::uint32_t> touched;
    for (std::size_t s = 0; s < n; ++s) {
      double out = out_[s];
      steps[s] = 1;
      const auto put = [&](const entry& e, double factor) {
        if (weight[e.to] == 0) touched.insert(e.to);
        weight[e.to] += factor * e.probability;
      };
      for (const entry& e : rows_[s]) put(e, 1);
      // Replace what leads to eliminated states; they lead to later ones only.
      while (!touched.empty() && *touched.begin() < s) {
        const std::size_t via = *touched.begin();
        touched.erase(touched.begin());
        const double w = std::exchange(weight[via], 0.0);
        steps[s] += w * steps[via];
        out += w * reduced[via].out;
        for (const entry& e : reduced[via].entries) put(e, w);
      }
      double away = out;
      for (const std::uint32_t to : touched)
        if (to != s) away += weight[to];
      for (const std::uint32_t to : touched) {
        const double w = std::exchange(weight[to], 0.0);
        if (to != s && w > 0) reduced[s].entries.push_back({to, w / away});
      }
      touched.clear();
      reduced[s].out = away > 0 ? out / away : 0.0;
      steps[s] = away > 0 ? steps[s] / away : std::numeric_limits<double>::infinity();
    }
    for (std::size_t s = n; s-- > 0;)
      for (const entry& e : reduced[s].entries) steps[s] += e.probability * steps[e.to];
    return steps;
  }

 private:
  struct entry {
    std::uint32_t to;
    double probability;
  };
  struct row {
    std::vector<entry> entries;
    double out = 0;
  };

  std::vector<std::vector<entry>> rows_;
  std::vector<double> out_;
};

}  // namespace ebit::analyze
