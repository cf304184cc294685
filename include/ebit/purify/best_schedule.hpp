// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/probability.hpp>
#include <ebit/core/result.hpp>
#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/double_selection.hpp>
#include <ebit/purify/schedule.hpp>
#include <ebit/purify/schedule_candidates.hpp>
#include <ebit/purify/schedule_options.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::purify {

/// The best of the schedules that a search has seen.
struct best_schedule {
  schedule plan;
  schedule_outcome outcome;
  /// Nothing was left out: no schedule of the allowed steps with at most `max_pairs` raw pairs does better.
  bool optimal = false;
};

/// Dynamic programming over purification schedules (after Jiang, Taylor, Khaneja and Lukin, PNAS 104, 17291 (2007),
/// who do so over fidelities alone): schedules with n raw pairs are put together of those with fewer, in all shapes
/// from pumping to recurrence, and with all recipes that differ in what they detect.
///
/// What is optimal among what: all trees of the allowed steps whose leaves are at most `max_pairs` equal raw pairs,
/// with ideal memories, where a step that fails is repeated with new pairs. If fewer than `width` states can be told
/// apart for every number of pairs, the answer is the optimum over all of them (`optimal`). Otherwise the best
/// `width` by fidelity, cost and promise are kept, and the answer is the best of what can be built from those; it is
/// never worse than recurrence or pumping by DEJMPS or, if allowed, by BBPSSW.
class schedule_search {
 public:
  /// Searches once; the answers below are then found in no time. The time goes as (max_pairs · width)²: with
  /// noise, seconds at 12 raw pairs and 13 s at 32; begin with few.
  [[nodiscard]] static result<schedule_search> run(const bell_diagonal& raw, const gate_noise& noise = {},
                                                   const schedule_options& options = {}) {
    if (auto ok = options.validate(); !ok) return ok.error();
    if (auto ok = noise.validate(); !ok) return ok.error();
    schedule_search search{raw, noise, options};
    for (std::uint32_t n = 2; n <= options.max_pairs; ++n) search.combine(n);
    search.add_standards();
    return search;
  }

  /// The schedule with the fewest expected raw pairs that gives at least `fidelity`; an error says what can be
  /// reached.
  [[nodiscard]] result<best_schedule> cheapest(double fidelity) const {
    return reaching(fidelity, [](const known& a, const known& b) { return a.expected < b.expected; });
  }
  /// The schedule with the fewest raw pairs if nothing fails that gives at least `fidelity`, and of those the
  /// cheapest.
  [[nodiscard]] result<best_schedule> smallest(double fidelity) const {
    return reaching(fidelity, [](const known& a, const known& b) {
      return a.pairs != b.pairs ? a.pairs < b.pairs : a.expected < b.expected;
    });
  }
  /// The schedule with the highest fidelity among those that spend at most `pairs` raw pairs if nothing fails.
  [[nodiscard]] best_schedule best_within(std::uint32_t pairs) const {
    EBIT_ASSERT(pairs >= 1, "a schedule needs a raw pair");
    return *pick([pairs](const known& k) { return k.pairs <= pairs; },
                 [](const known& a, const known& b) { return a.fidelity > b.fidelity; });
  }

  /// How many schedules with `pairs` raw pairs are remembered.
  [[nodiscard]] std::size_t remembered(std::uint32_t pairs) const {
    return pairs < by_pairs_.size() ? by_pairs_[pairs].size() : 0;
  }

 private:
  using reference = ebit::detail::schedule_reference;
  using candidate = ebit::detail::schedule_candidate;
  using kind = candidate::kind;
  /// What queries compare.
  struct known {
    double fidelity, expected;
    std::uint64_t pairs;
  };
  struct standard {
    two_to_one step;
    unsigned rounds;
    bool pumped;
    known figures;

    [[nodiscard]] schedule plan() const {
      return pumped ? schedule::pumped(step, rounds) : schedule::recurrence(step, rounds);
    }
  };

  schedule_search(const bell_diagonal& raw, const gate_noise& noise, const schedule_options& options)
      : noise_{noise}, options_{options}, by_pairs_(options.max_pairs + 1), raw_{raw} {
    candidate leaf;
    leaf.state = raw;
    leaf.key = key_of(raw);
    by_pairs_[1].push_back(leaf);
  }

  /// Whether further steps can move errors about at will, so that only their sizes matter.
  [[nodiscard]] bool free_rotations() const { return options_.any_rotation && !(noise_.one_qubit > 0); }
  [[nodiscard]] std::array<double, 4> key_of(const bell_diagonal& state) const {
    std::array<double, 4> k = state.probabilities();
    if (free_rotations()) std::sort(k.begin() + 1, k.end(), [](double a, double b) { return a > b; });
    return k;
  }

  void combine(std::uint32_t n) {
    std::vector<candidate>& made = by_pairs_[n];
    const std::vector<bell_permutation> deutsch{bell_permutation::half_x_rotation()};
    const std::vector<bell_permutation> of_kept = options_.any_rotation ? rotations_of_kept() : deutsch;
    const std::vector<bell_permutation> of_spent = options_.any_rotation ? rotations_of_spent() : deutsch;
    for (std::uint32_t i = 1; i < n; ++i)
      for (std::uint32_t a = 0; a < by_pairs_[i].size(); ++a)
        for (std::uint32_t b = 0; b < by_pairs_[n - i].size(); ++b) {
          const std::array<reference, 3> of{reference{i, a}, reference{n - i, b}, reference{}};
          const bell_diagonal &keep = by_pairs_[i][a].state, &spent = by_pairs_[n - i][b].state;
          for (const bell_permutation k : of_kept)
            for (const bell_permutation s : of_spent)
              add(made, bell_diagonal::distil_branch(keep, spent, {k, s}, false, noise_), kind::rotated, {k, s, {}},
                  of);
          if (options_.twirling) add(made, bbpssw{}.apply(keep, spent, noise_), kind::twirled, {}, of);
        }
    if (options_.doubly_selecting && !useless_triples()) combine_triples(n);
    prune(made);
  }

  /// Of the kept pair. With free rotations it matters which of its errors goes undetected; the order of the other two
  /// only exchanges errors of the outcome.
  [[nodiscard]] std::vector<bell_permutation> rotations_of_kept() const {
    if (!free_rotations()) return all_rotations();
    return {bell_permutation::identity(), bell_permutation::half_x_rotation(), bell_permutation::element(3)};
  }
  /// The same of a sacrificed pair, whose other errors differ if parities may be misread.
  [[nodiscard]] std::vector<bell_permutation> rotations_of_spent() const {
    return noise_.read_out > 0 ? all_rotations() : rotations_of_kept();
  }
  [[nodiscard]] static std::vector<bell_permutation> all_rotations() {
    std::vector<bell_permutation> all;
    for (std::uint32_t e = 0; e < 6; ++e) all.push_back(bell_permutation::element(e));
    return all;
  }

  /// Without noise double selection is a pair distilled with a distilled one, by other rotations, and dearer.
  [[nodiscard]] bool useless_triples() const {
    return options_.any_rotation && !(noise_.two_qubit > 0 || noise_.one_qubit > 0 || noise_.read_out > 0);
  }

  void combine_triples(std::uint32_t n) {
    const auto tried = [this](std::uint32_t pairs) {
      const auto all = static_cast<std::uint32_t>(by_pairs_[pairs].size());
      if (all > options_.triples) complete_ = false;
      return std::min(all, options_.triples);
    };
    std::vector<candidate>& made = by_pairs_[n];
    const std::vector<bell_permutation> keeps = rotations_of_kept();
    for (std::uint32_t i = 1; i + 2 <= n; ++i)
      for (std::uint32_t j = 1; i + j + 1 <= n; ++j) {
        const std::uint32_t l = n - i - j;
        for (std::uint32_t a = 0; a < tried(i); ++a)
          for (std::uint32_t b = 0; b < tried(j); ++b)
            for (std::uint32_t c = 0; c < tried(l); ++c)
              for (const bell_permutation keep : keeps)
                for (std::uint32_t turns = 0; turns < 36; ++turns) {
                  const double_selection select{keep, bell_permutation::element(turns / 6),
                                                bell_permutation::element(turns)};
                  add(made, select.apply(by_pairs_[i][a].state, by_pairs_[j][b].state, by_pairs_[l][c].state, noise_),
                      kind::triple, {select.keep, select.first, select.second},
                      {reference{i, a}, reference{j, b}, reference{l, c}});
                }
      }
  }

  void add(std::vector<candidate>& made, const branch<bell_diagonal>& kept, kind by,
           const std::array<bell_permutation, 3>& rotations, const std::array<reference, 3>& of) {
    if (!(kept.probability > 0)) return;
    candidate c;
    c.state = kept.state;
    c.key = key_of(kept.state);
    c.made_by = by;
    c.rotations = rotations;
    c.of = of;
    c.expected = 0;
    for (const reference& r : of)
      if (r.pairs > 0) c.expected += by_pairs_[r.pairs][r.index].expected;
    c.expected /= kept.probability;
    made.push_back(c);
    if (made.size() > 32 * std::size_t{options_.width} + 4096) prune(made);
  }

  void prune(std::vector<candidate>& made) {
    if (!ebit::detail::forget_worst(made, options_.width)) complete_ = false;
  }

  /// Recurrence and pumping as they are, whatever was forgotten on the way.
  void add_standards() {
    if (complete_) return;
    for (const two_to_one& step : {two_to_one::by_dejmps(), two_to_one::by_bbpssw()}) {
      if (step.twirled && !options_.twirling) continue;
      for (const bool pumped : {false, true}) {
        known now{raw_.fidelity(bell_index::phi_plus), 1, 1};
        bell_diagonal pair = raw_;
        for (unsigned rounds = 1;; ++rounds) {
          const branch<bell_diagonal> kept = step.kept(std::array{pair, pumped ? raw_ : pair}, noise_);
          now.pairs += pumped ? 1 : now.pairs;
          if (now.pairs > options_.max_pairs || !(kept.probability > 0)) break;
          pair = kept.state;
          now.fidelity = pair.fidelity(bell_index::phi_plus);
          now.expected = (now.expected + (pumped ? 1 : now.expected)) / kept.probability;
          standards_.push_back({step, rounds, pumped, now});
        }
      }
    }
  }

  [[nodiscard]] schedule plan_of(const candidate& c) const {
    const auto part = [&](std::size_t i) { return plan_of(by_pairs_[c.of[i].pairs][c.of[i].index]); };
    switch (c.made_by) {
      case kind::raw: return {};
      case kind::rotated: return schedule::of(two_to_one{{c.rotations[0], c.rotations[1]}, false}, part(0), part(1));
      case kind::twirled: return schedule::of(two_to_one::by_bbpssw(), part(0), part(1));
      case kind::triple: break;
    }
    return schedule::of(double_selection{c.rotations[0], c.rotations[1], c.rotations[2]}, part(0), part(1), part(2));
  }

  template <class Allowed, class Better>
  [[nodiscard]] std::optional<best_schedule> pick(const Allowed& allowed, const Better& better) const {
    std::optional<known> best;
    const candidate* found = nullptr;
    const standard* usual = nullptr;
    for (std::uint32_t n = 1; n < by_pairs_.size(); ++n)
      for (const candidate& c : by_pairs_[n]) {
        const known k{c.state.fidelity(bell_index::phi_plus), c.expected, n};
        if (!allowed(k) || (best && !better(k, *best))) continue;
        best = k;
        found = &c;
      }
    for (const standard& u : standards_) {
      if (!allowed(u.figures) || (best && !better(u.figures, *best))) continue;
      best = u.figures;
      usual = &u;
    }
    if (!best) return std::nullopt;
    best_schedule out{usual != nullptr ? usual->plan() : plan_of(*found), {}, complete_};
    out.outcome = out.plan.evaluate(raw_, noise_);
    return out;
  }

  template <class Better>
  [[nodiscard]] result<best_schedule> reaching(double fidelity, const Better& better) const {
    if (!is_probability(fidelity))
      return config_error{"wanted_fidelity", ebit::detail::number_text(fidelity), "0 to 1"};
    if (auto found = pick([fidelity](const known& k) { return k.fidelity >= fidelity; }, better)) return *found;
    return config_error{"wanted_fidelity", ebit::detail::number_text(fidelity),
                        "at most " + ebit::detail::number_text(best_within(options_.max_pairs).outcome.fidelity()) +
                            " with " + std::to_string(options_.max_pairs) + " raw pairs"};
  }

  gate_noise noise_;
  schedule_options options_;
  std::vector<std::vector<candidate>> by_pairs_;
  bell_diagonal raw_;
  bool complete_ = true;
  std::vector<standard> standards_;
};

}  // namespace ebit::purify
