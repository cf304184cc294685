// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/time.hpp>

namespace ebit::route {

/// How a link does, compared with what its model forecasts.
struct link_condition {
  double yield = 1;   ///< pairs heralded per pair forecast; 0: it gives none
  double purity = 1;  ///< the Werner parameter w = (4F − 1)/3 of its pairs per w forecast

  friend bool operator==(const link_condition&, const link_condition&) = default;
};

/// Whatever knows how links do: what a node has measured itself, or heard from others.
template <class Source>
concept condition_source = requires(const Source& source, path_id link, local_time now) {
  { source.condition(link, now) } -> std::same_as<link_condition>;
};

/// How measurements are weighed.
struct belief_options {
  duration memory = duration::seconds(60);  ///< what was seen so long ago counts 1/e; `never`: nothing is forgotten
  double prior_pairs = 20;                  ///< the forecast counts as much as so many pairs that came as forecast
  double prior_tests = 50;                  ///< and as so many tests that all went well

  friend bool operator==(const belief_options&, const belief_options&) = default;
};

/// What is believed of one link: its forecast, blended with what was seen of it, of which the older counts less.
///
/// Pairs come as a Poisson process; with a gamma distribution of mean 1 as what is believed beforehand of the yield,
/// the belief after `n` pairs where `e` were expected is a gamma distribution again, of shape a = prior + n and mean
/// (prior + n)/(prior + e). A test of a pair in a random basis agrees with its frame with probability (1 + w)/2: the
/// sum of ±1 over the tests, per the same sum as forecast, estimates the purity. Both sums decay exponentially, so
/// that a link of which nothing is heard is after a while believed to be as forecast, and tried again.
class link_belief {
 public:
  /// While `expected` pairs were forecast, `heralded` came. Both ≥ 0; `expected` is the forecast rate times the time
  /// in which attempts were made.
  void record_pairs(const belief_options& how, double heralded, double expected, local_time now) {
    EBIT_ASSERT(heralded >= 0 && expected >= 0, "measured_metrics: a negative number of pairs");
    fade(how, now);
    pairs_ += heralded;
    expected_pairs_ += expected;
  }
  /// Of `tests` pairs, `failures` contradicted their frame; pairs of `fidelity` (1/4 to 1) were forecast.
  void record_tests(const belief_options& how, double tests, double failures, double fidelity, local_time now) {
    EBIT_ASSERT(failures >= 0 && failures <= tests, "measured_metrics: more failures than tests");
    fade(how, now);
    tests_ += tests;
    agreement_ += tests - 2 * failures;
    expected_agreement_ += tests * (4 * fidelity - 1) / 3;
  }

  /// The best guess.
  [[nodiscard]] link_condition condition(const belief_options& how, local_time now) const { return at(how, 0, now); }
  /// So many standard deviations above the best guess, or below for a negative number; not below 0. Of the yield the
  /// limit of a Poisson count (Garwood 1936; its quantile after Wilson and Hilferty 1931), of the purity the score
  /// bound of a binomial sample (Wilson 1927).
  [[nodiscard]] link_condition at(const belief_options& how, double deviations, local_time now) const {
    const double w = weight(how, now);
    const double shape = how.prior_pairs + w * pairs_;
    link_condition c;
    const double forecast = how.prior_pairs + w * expected_pairs_;
    if (forecast > 0) c.yield = shape / forecast;
    const double agreement = how.prior_tests + w * agreement_, expected = how.prior_tests + w * expected_agreement_;
    c.purity = expected > 0 ? greatest(0.0, agreement / expected) : 1;
    if (deviations == 0) return c;
    // One pair more might just have come, or the last one just not.
    const double count = deviations > 0 ? shape + 1 : shape;
    if (forecast > 0 && count > 0) {
      const double root = greatest(0.0, 1 - 1 / (9 * count) + deviations / (3 * math::sqrt(count)));
      c.yield = count / forecast * root * root * root;
    }
    const double tests = how.prior_tests + w * tests_;
    if (tests > 0 && expected > 0) {
      const double mean = agreement / tests, z = deviations;
      const double spread = math::sqrt((1 - mean * mean) / tests + z * z / (tests * tests));
      c.purity = greatest(0.0, (mean + z * spread) / (1 + z * z / tests) * tests / expected);
    }
    return c;
  }

 private:
  [[nodiscard]] double weight(const belief_options& how, local_time now) const {
    const double age = (now - seen_).seconds(), memory = how.memory.seconds();
    return how.memory.is_never() || age <= 0 ? 1 : math::exp(-age / memory);
  }
  void fade(const belief_options& how, local_time now) {
    const double w = weight(how, now);
    pairs_ *= w, expected_pairs_ *= w, tests_ *= w, agreement_ *= w, expected_agreement_ *= w;
    seen_ = now;
  }

  double pairs_ = 0, expected_pairs_ = 0;
  double tests_ = 0, agreement_ = 0, expected_agreement_ = 0;
  local_time seen_;
};

/// A link of a circuit whose pairs were tested end to end, and the fidelity that is forecast of the link alone.
struct link_share {
  path_id link;
  double fidelity = 1;
};

/// What a node has measured of links. Those of which it has seen nothing are believed to be as forecast.
class measured_metrics {
 public:
  explicit measured_metrics(const belief_options& how = {}) : how_{how} {
    EBIT_ASSERT(how.memory > duration::zero() && how.prior_pairs >= 0 && how.prior_tests >= 0,
                "belief_options: a memory above 0, priors of 0 or more");
  }

  void heralded(path_id link, double pairs, double expected, local_time now) {
    of(link).record_pairs(how_, pairs, expected, now);
  }
  /// Tests of the pairs of the link itself.
  void tested(path_id link, std::uint64_t tests, std::uint64_t failures, double forecast_fidelity, local_time now) {
    of(link).record_tests(how_, static_cast<double>(tests), static_cast<double>(failures), forecast_fidelity, now);
  }
  /// Tests of end-to-end pairs, of `forecast_fidelity` by the model of the whole circuit. A failure is the fault of
  /// each link, and of what the circuit adds to them, in proportion to what is believed to go wrong there: −ln w. This
  /// is the E step of expectation maximisation (Dempster, Laird and Rubin 1977) for faults that are rare; with tests
  /// of different walks it finds out which link it is.
  void tested(std::span<const link_share> walk, std::uint64_t tests, std::uint64_t failures, double forecast_fidelity,
              local_time now) {
    double sum = 0, forecast = 0;
    for (const link_share& l : walk) {
      const double alone = fault_of(l.fidelity);
      forecast += alone;
      sum += alone + spoilt(l.link, now);
    }
    sum += greatest(0.0, fault_of(forecast_fidelity) - forecast);
    for (const link_share& l : walk) {
      const double share = sum > 0 ? (fault_of(l.fidelity) + spoilt(l.link, now)) / sum : 0;
      of(l.link).record_tests(how_, static_cast<double>(tests), static_cast<double>(failures) * share, l.fidelity,
                              now);
    }
  }
  /// It was repaired or changed: what was seen of it says nothing any more.
  void forget(path_id link) {
    if (link.value() < beliefs_.size()) beliefs_[link.value()] = {};
  }

  [[nodiscard]] link_condition condition(path_id link, local_time now) const { return at(link, 0, now); }
  [[nodiscard]] link_condition at(path_id link, double deviations, local_time now) const {
    static constexpr link_belief unseen{};
    const link_belief& b = link.value() < beliefs_.size() ? beliefs_[link.value()] : unseen;
    return b.at(how_, deviations, now);
  }
  [[nodiscard]] const belief_options& options() const { return how_; }

 private:
  /// Pairs that are worse than nothing count as hardly anything.
  [[nodiscard]] static double fault_of(double fidelity) {
    return -math::log(greatest(1e-3, least(1.0, (4 * fidelity - 1) / 3)));
  }
  /// What is believed to go wrong on a link beyond its forecast; at least a little, so that any link can be suspected.
  [[nodiscard]] double spoilt(path_id link, local_time now) const {
    return greatest(1e-4, -math::log(greatest(1e-3, condition(link, now).purity)));
  }
  link_belief& of(path_id link) {
    EBIT_ASSERT(link.valid(), "measured_metrics: no link");
    if (link.value() >= beliefs_.size()) beliefs_.resize(std::size_t{link.value()} + 1);
    return beliefs_[link.value()];
  }

  belief_options how_;
  std::vector<link_belief> beliefs_;
};
static_assert(condition_source<measured_metrics>);

}  // namespace ebit::route
