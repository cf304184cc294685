// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <ebit/analyze/nested_chain.hpp>
#include <ebit/analyze/power_series.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/result.hpp>

namespace ebit::analyze {

// What makes one choice of cut-offs better than another: a number, larger is better. Not negative: what is wanted is
// reached, and this is its rate per attempt. Negative: it is not; then the fidelity says where to look on. A delivery
// not made after `patience` attempts counts as given up and begun afresh, so that even a choice that leaves much mass
// beyond the horizon has a rate, of a protocol that one could run.

/// Secret bits per attempt (Li, Coopmans and Elkouss, IEEE Trans. Quantum Eng. 2, 4103015 (2021)).
struct most_key {
  [[nodiscard]] double operator()(const werner_delivery& pair, double patience) const {
    if (!(pair.covered() > 0)) return -1;
    const double bits = pair.key_rate(pair.restarted_mean(patience));
    return bits > 0 ? bits : pair.mean_fidelity() - 1;
  }
};
/// Pairs per attempt whose mean fidelity is at least `fidelity`.
struct most_pairs {
  double fidelity = 0;  ///< 0 to 1

  [[nodiscard]] status validate() const {
    if (fidelity >= 0 && fidelity <= 1) return success{};
    return config_error{"most_pairs.fidelity", std::to_string(fidelity), "0 to 1"};
  }
  [[nodiscard]] double operator()(const werner_delivery& pair, double patience) const {
    if (!(pair.covered() > 0)) return -1;
    const double reached = pair.mean_fidelity();
    return reached >= fidelity ? 1 / pair.restarted_mean(patience) : reached - 1;
  }
};

/// The best cut-offs found for a nested protocol.
struct optimal_cutoffs {
  nested_protocol protocol;  ///< the given one with the cut-offs; none where waiting for ever is as good
  werner_delivery delivery;  ///< what it delivers
  double merit = 0;          ///< of the delivery; negative: no choice reaches what is wanted
  std::size_t tried = 0;     ///< choices of cut-offs
};

namespace detail {

/// Deliveries and merits of one protocol with many choices of cut-offs. What consecutive choices have in common from
/// the links up is computed once.
template <class Merit>
class cutoff_trials {
 public:
  using choice = std::vector<std::uint64_t>;

  cutoff_trials(nested_protocol protocol, std::size_t last, const Merit& merit)
      : protocol_{std::move(protocol)},
        merit_{merit},
        patience_{static_cast<double>(last)},
        series_{std::max<std::size_t>(64, std::bit_ceil(last + 1))} {
    below_.push_back(werner_delivery::link(protocol_.link_success, protocol_.link_werner, last));
  }

  [[nodiscard]] const werner_delivery& delivery(const choice& cutoffs) {
    std::size_t same = 0;
    while (same < present_.size() && present_[same] == cutoffs[same]) ++same;
    below_.erase(below_.begin() + static_cast<std::ptrdiff_t>(same) + 1, below_.end());
    for (std::size_t level = same; level < cutoffs.size(); ++level) {
      const nesting_level at{protocol_.levels[level].how, cutoffs[level]};
      below_.push_back(
          joined_by(series_, below_.back(), below_.back(), at, protocol_.swap_success, protocol_.coherence));
    }
    present_ = cutoffs;
    return below_.back();
  }
  [[nodiscard]] double merit(const choice& cutoffs) {
    const auto [at, fresh] = known_.try_emplace(cutoffs, 0.0);
    if (fresh) at->second = merit_(delivery(cutoffs), patience_);
    return at->second;
  }
  [[nodiscard]] std::size_t tried() const { return known_.size(); }

 private:
  nested_protocol protocol_;
  Merit merit_;
  double patience_;
  convolver series_;
  std::vector<werner_delivery> below_;
  choice present_;
  std::map<choice, double> known_;
};

/// Which levels a step of the search moves together, and whether up or down: each alone, neighbours together and
/// against each other, all at once.
[[nodiscard]] inline std::vector<std::vector<int>> cutoff_steps(std::size_t levels) {
  std::vector<std::vector<int>> steps;
  const auto both_ways = [&steps](std::vector<int> step) {
    steps.push_back(step);
    for (int& s : step) s = -s;
    steps.push_back(std::move(step));
  };
  for (std::size_t i = 0; i < levels; ++i) {
    std::vector<int> step(levels, 0);
    step[i] = 1;
    both_ways(step);
    for (std::size_t j = i + 1; j < levels; ++j) {
      for (const int other : {1, -1}) {
        step[j] = other;
        both_ways(step);
      }
      step[j] = 0;
    }
  }
  if (levels > 2) both_ways(std::vector<int>(levels, 1));
  return steps;
}

/// Climbs from `at`, first in steps that halve or double, in the end by single attempts, until no step is better.
template <class Merit>
[[nodiscard]] typename cutoff_trials<Merit>::choice climbed(cutoff_trials<Merit>& trials,
                                                            typename cutoff_trials<Merit>::choice at,
                                                            std::uint64_t longest, bool together) {
  const std::vector<std::vector<int>> steps =
      together ? std::vector<std::vector<int>>{std::vector<int>(at.size(), 1), std::vector<int>(at.size(), -1)}
               : cutoff_steps(at.size());
  double best = trials.merit(at);
  for (const std::uint64_t divisor : {1U, 2U, 4U, 8U, 16U, 32U, 0U}) {
    for (bool better = true; better;) {
      better = false;
      auto found = at;
      for (const std::vector<int>& step : steps) {
        auto next = at;
        for (std::size_t i = 0; i < next.size(); ++i) {
          const std::uint64_t width = divisor == 0 ? 1 : std::max<std::uint64_t>(1, at[i] / divisor);
          if (step[i] > 0) next[i] = std::min(longest, at[i] + width);
          if (step[i] < 0) next[i] = at[i] - std::min(at[i], divisor == 1 ? (width + 1) / 2 : width);
        }
        const double merit = trials.merit(next);
        if (merit > best) best = merit, found = std::move(next), better = true;
      }
      at = std::move(found);
    }
  }
  return at;
}

}  // namespace detail

/// Searches the cut-offs, from 0 to `last` attempts each, that serve `merit` best; those `protocol` has are ignored.
/// `together`: the same for all levels. A delivery is given up after `last` attempts, 2 to 2^26.
///
/// Starts from the best of cut-offs that grow by powers from level to level, and climbs to a choice that no single
/// attempt more or less on one or two levels improves. Merits of such chains have one summit as a rule, but nothing
/// guarantees it.
template <class Merit = most_key>
[[nodiscard]] result<optimal_cutoffs> best_cutoffs(const nested_protocol& protocol, std::size_t last,
                                                   const Merit& merit = {}, bool together = false) {
  if (auto checked = protocol.validate(); !checked) return checked.error();
  if constexpr (requires { merit.validate(); })
    if (auto checked = merit.validate(); !checked) return checked.error();
  constexpr std::size_t most = std::size_t{1} << 26;
  if (last < 2 || last > most)
    return config_error{"best_cutoffs: last", std::to_string(last) + " attempts", "2 to 67108864 attempts"};
  if (protocol.levels.empty()) return config_error{"nested_protocol.levels", "0", "at least 1 to have a cut-off"};
  detail::cutoff_trials<Merit> trials{protocol, last, merit};
  using choice = typename detail::cutoff_trials<Merit>::choice;
  const std::size_t levels = protocol.levels.size();
  std::vector<std::pair<double, choice>> starts;
  for (const double growth : {1.0, 1.5, 2.0, 3.0}) {
    if ((together || levels == 1) && growth > 1) break;
    for (std::uint64_t first = 1;; first *= 2) {
      choice at(levels, std::min<std::uint64_t>(first, last));
      double length = static_cast<double>(at[0]);
      for (std::size_t i = 1; i < levels; ++i) {
        length = std::min(length * growth, static_cast<double>(last));
        at[i] = static_cast<std::uint64_t>(length);
      }
      starts.emplace_back(trials.merit(at), at);
      if (first >= last) break;
    }
  }
  // The best two starts that differ; ties go to the shorter cut-offs.
  std::sort(starts.begin(), starts.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  choice best = starts.front().second;
  for (std::size_t i = 0; i < std::min<std::size_t>(2, starts.size()); ++i) {
    choice summit = detail::climbed(trials, starts[i].second, last, together);
    if (trials.merit(summit) > trials.merit(best)) best = std::move(summit);
  }
  optimal_cutoffs out{protocol.with_cutoffs(best), trials.delivery(best), trials.merit(best), trials.tried()};
  for (nesting_level& level : out.protocol.levels)
    if (level.cutoff == last) level.cutoff.reset();
  return out;
}

}  // namespace ebit::analyze
