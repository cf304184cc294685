// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebit/backend/events.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/binomial.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/probability.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::link {

/// From a value to another that holds the truth between them.
struct fidelity_interval {
  double low = 0;
  double high = 1;

  [[nodiscard]] constexpr bool contains(double fidelity) const { return low <= fidelity && fidelity <= high; }
  friend constexpr bool operator==(const fidelity_interval&, const fidelity_interval&) = default;
};

/// How pairs are tested, and what is taken for granted about them.
struct test_model {
  basis_choice bases = basis_choice::xyz;  ///< out of which each test's basis is drawn, uniformly (see `test_rounds`)
  double read_out_flip = 0;                ///< probability that read-out errors alone spoil a test, below 1/2

  friend constexpr bool operator==(const test_model&, const test_model&) = default;
};

/// The mean fidelity of the pairs that a circuit delivers, from those that are tested instead.
///
/// Of a pair relative to its frame, F = ⟨Φ+|ρ|Φ+⟩ = (1 + ⟨XX⟩ − ⟨YY⟩ + ⟨ZZ⟩)/4, and a test in basis b contradicts the
/// frame with probability e_b, where ⟨XX⟩ = 1 − 2e_x, ⟨YY⟩ = −1 + 2e_y, ⟨ZZ⟩ = 1 − 2e_z: so F = 1 − (e_x + e_y +
/// e_z)/2 (Dahlberg et al. 2019, arXiv:1903.09778), for every state. In a basis drawn uniformly a test fails with
/// probability q = (e_x + e_y + e_z)/3, independently of the others: all of them are one binomial sample, and F = 1 −
/// 3q/2. From X and Z alone q = (e_x + e_z)/2, and 1 − 2q ≤ F ≤ 1 − q, since e_x and e_z count phase and bit flips
/// and both of them those that are both (Lo and Chau 1999; Shor and Preskill 2000; the test of BBM92). From Z alone F
/// ≤ 1 − e_z and nothing is known from below.
///
/// `low` and `high` bounds are those of q (Clopper–Pearson): they hold with at least the confidence stated, for one
/// look decided on beforehand. Counts in bases that were not drawn uniformly need `interval_by_basis`. Decisions that
/// are looked for after every test (`sufficient_for`, `violates`) are made so that all looks together keep the
/// confidence.
class fidelity_estimate {
 public:
  fidelity_estimate() = default;
  constexpr explicit fidelity_estimate(const test_model& model) : model_{model} {
    EBIT_ASSERT(model.read_out_flip >= 0 && model.read_out_flip < 0.5, "test_model.read_out_flip: 0 to below 1/2");
    EBIT_ASSERT(model.bases <= basis_choice::xyz, "test_model.bases: no such choice");
  }

  /// A pair was tested in `in` and agreed with its frame's prediction, or not.
  constexpr void record(basis in, bool agreed) {
    tally& t = counts_[static_cast<std::size_t>(in)];
    ++t.tests;
    if (!agreed) ++t.failures;
  }
  /// What another one has recorded, read as this one's tests are.
  constexpr void record(const fidelity_estimate& others) {
    for (std::size_t b = 0; b < counts_.size(); ++b) {
      counts_[b].tests += others.counts_[b].tests;
      counts_[b].failures += others.counts_[b].failures;
    }
  }
  /// Forgets all tests: the pairs are no longer what they were.
  constexpr void reset() { counts_ = {}; }

  [[nodiscard]] constexpr const test_model& model() const { return model_; }
  [[nodiscard]] constexpr std::uint64_t tests(basis in) const { return counts_[static_cast<std::size_t>(in)].tests; }
  [[nodiscard]] constexpr std::uint64_t failures(basis in) const {
    return counts_[static_cast<std::size_t>(in)].failures;
  }
  [[nodiscard]] constexpr std::uint64_t tests() const { return total().tests; }
  [[nodiscard]] constexpr std::uint64_t failures() const { return total().failures; }

  /// The best guess, 0 to 1; where tests only bound the fidelity, the lower bound's (Z alone: the upper bound's). 1
  /// before the first test.
  [[nodiscard]] constexpr double value() const {
    const tally all = total();
    if (all.tests == 0) return 1;
    const double q = without_read_out(static_cast<double>(all.failures) / static_cast<double>(all.tests));
    return is_bounded_below() ? lowest(q) : highest(q);
  }

  /// The fidelity is at least this with the given confidence (0 to 1, neither included), if looked at once.
  [[nodiscard]] constexpr double lower_limit(double confidence = 0.95) const {
    const tally all = total();
    if (all.tests == 0 || !is_bounded_below()) return 0;
    return lowest(without_read_out(binomial::upper_limit(all.failures, all.tests, confidence)));
  }
  /// The fidelity is at most this with the given confidence, if looked at once.
  [[nodiscard]] constexpr double upper_limit(double confidence = 0.95) const {
    const tally all = total();
    if (all.tests == 0) return 1;
    return highest(without_read_out(binomial::lower_limit(all.failures, all.tests, confidence)));
  }
  /// Holds the fidelity with at least the given confidence, if looked at once.
  [[nodiscard]] constexpr fidelity_interval interval(double confidence = 0.95) const {
    const double each = (1 + confidence) / 2;
    return {lower_limit(each), upper_limit(each)};
  }
  /// The same for bases chosen in whatever way, as long as states do not know of the choice: limits of each basis
  /// share the risk (Bonferroni). About twice as wide.
  [[nodiscard]] constexpr fidelity_interval interval_by_basis(double confidence = 0.95) const;

  /// Whether it is settled that the fidelity is at least, or is below `min_fidelity` (0 to 1). Of a fidelity that
  /// never changes, either is ever said wrongly with a probability of at most 1 − `confidence`, however often it is
  /// asked.
  [[nodiscard]] constexpr bool sufficient_for(double min_fidelity, double confidence = 0.95) const {
    if (min_fidelity <= 0) return true;
    if (!is_bounded_below() || min_fidelity > 1) return false;
    const double allowed = with_read_out((1 - min_fidelity) / per_lowest());
    return is_below(allowed) && refutes(allowed, confidence);
  }
  [[nodiscard]] constexpr bool violates(double min_fidelity, double confidence = 0.95) const {
    if (min_fidelity <= 0) return false;
    if (min_fidelity > 1) return true;
    const double allowed = (1 - min_fidelity) / per_highest();
    if (allowed >= 1) return false;
    return is_above(with_read_out(allowed)) && refutes(with_read_out(allowed), confidence);
  }

  friend constexpr bool operator==(const fidelity_estimate&, const fidelity_estimate&) = default;

 private:
  struct tally {
    std::uint64_t tests = 0;
    std::uint64_t failures = 0;
    friend constexpr bool operator==(const tally&, const tally&) = default;
  };

  [[nodiscard]] constexpr tally total() const {
    tally all;
    for (const tally& t : counts_) {
      all.tests += t.tests;
      all.failures += t.failures;
    }
    return all;
  }
  [[nodiscard]] constexpr bool is_exact() const { return model_.bases == basis_choice::xyz; }
  [[nodiscard]] constexpr bool is_bounded_below() const { return model_.bases != basis_choice::z; }

  // How much fidelity a failing test costs, at the most and at the least.
  [[nodiscard]] constexpr double per_lowest() const { return is_exact() ? 1.5 : 2; }
  [[nodiscard]] constexpr double per_highest() const { return is_exact() ? 1.5 : 1; }
  [[nodiscard]] constexpr double lowest(double q) const { return greatest(0.0, 1 - per_lowest() * q); }
  [[nodiscard]] constexpr double highest(double q) const { return greatest(0.0, 1 - per_highest() * q); }

  // A test is spoilt by the pair or by its read-out, not by both.
  [[nodiscard]] constexpr double with_read_out(double q) const { return xor_probability(q, model_.read_out_flip); }
  [[nodiscard]] constexpr double without_read_out(double q) const {
    const double r = model_.read_out_flip;
    return least(1.0, greatest(0.0, (q - r) / (1 - 2 * r)));
  }

  [[nodiscard]] constexpr bool is_below(double q) const {
    const tally all = total();
    return static_cast<double>(all.failures) < q * static_cast<double>(all.tests);
  }
  [[nodiscard]] constexpr bool is_above(double q) const {
    const tally all = total();
    return static_cast<double>(all.failures) > q * static_cast<double>(all.tests);
  }
  [[nodiscard]] constexpr bool refutes(double q, double confidence) const {
    const tally all = total();
    return binomial::ever_refutes(all.failures, all.tests, q, confidence);
  }

  test_model model_;
  std::array<tally, 3> counts_{};
};

constexpr fidelity_interval fidelity_estimate::interval_by_basis(double confidence) const {
  const double used = model_.bases == basis_choice::xyz ? 3 : model_.bases == basis_choice::xz ? 2 : 1;
  const double each = 1 - (1 - confidence) / (2 * used);
  // The sum over the bases, and the largest of them.
  double most = 0, fewest = 0, worst = 0;
  for (std::size_t b = 0; b < 3; ++b) {
    if (b == 0 && used < 2) continue;
    if (b == 1 && used < 3) continue;
    const tally& t = counts_[b];
    const double high = t.tests == 0 ? 1 : without_read_out(binomial::upper_limit(t.failures, t.tests, each));
    const double low = t.tests == 0 ? 0 : without_read_out(binomial::lower_limit(t.failures, t.tests, each));
    most += high;
    fewest += low;
    worst = greatest(worst, low);
  }
  if (is_exact()) return {greatest(0.0, 1 - 1.5 * most / used), greatest(0.0, 1 - 1.5 * fewest / used)};
  return {used == 2 ? greatest(0.0, 1 - most) : 0.0, 1 - worst};
}

}  // namespace ebit::link
