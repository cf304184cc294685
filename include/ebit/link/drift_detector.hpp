// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// What a drift detector is to tell apart, and how rarely it may be wrong.
struct drift_settings {
  double expected = 0.05;  ///< probability that a test fails while all is well
  double raised = 0.1;     ///< the probability that is to be noticed soonest; more is noticed sooner still
  double tests_between_false_alarms = 1e5;  ///< at least so many on average, 10 to 10¹²

  friend constexpr bool operator==(const drift_settings&, const drift_settings&) = default;
};

/// Tells when tests begin to fail more often than they should: the cumulative sum of Page (Biometrika 41, 100
/// (1954)). A failure adds `up`, a test that agrees takes `down` away, never below 0; an alarm is raised at
/// `threshold`. With down/(up + down) as close to ln((1 − p₀)/(1 − p₁)) / ln(p₁(1 − p₀)/(p₀(1 − p₁))) as small
/// integers get, steps are in proportion to the likelihood ratio of p₁ = `raised` against p₀ = `expected`, and no
/// other rule with as few false alarms has a shorter worst mean delay (Lorden 1971; Moustakides 1986). The threshold
/// is the least integer whose mean run length at p₀, which is worked out exactly, is as long as asked for.
class drift_detector {
 public:
  /// Refused unless 0 < expected < raised < 1 and the two can be told apart by steps of at most 1023 and a sum of at
  /// most 65,536: roughly, `expected` is 0.001 or more and `raised` a tenth above it.
  [[nodiscard]] static result<drift_detector> make(const drift_settings& s);

  /// A pair was tested and agreed with its frame's prediction, or not. Whether there is an alarm, which stays until
  /// `reset`.
  constexpr bool record(bool agreed) {
    if (alarmed()) return true;
    sum_ = agreed ? (sum_ > down_ ? sum_ - down_ : 0) : sum_ + up_;
    return alarmed();
  }
  [[nodiscard]] constexpr bool alarmed() const { return sum_ >= threshold_; }
  constexpr void reset() { sum_ = 0; }

  /// How many tests it takes on average from a fresh start to an alarm when each fails with probability `p`, 0 < p ≤
  /// 1: exact. This is also the longest mean delay after a change, whatever was seen before it.
  [[nodiscard]] double mean_tests_to_alarm(double p) const;

  [[nodiscard]] constexpr std::uint32_t up() const { return up_; }
  [[nodiscard]] constexpr std::uint32_t down() const { return down_; }
  [[nodiscard]] constexpr std::uint32_t threshold() const { return threshold_; }
  [[nodiscard]] constexpr std::uint32_t sum() const { return sum_; }

  friend constexpr bool operator==(const drift_detector&, const drift_detector&) = default;

 private:
  static constexpr std::uint32_t most_steps = 1024, most_chances = 8192, most_threshold = 65'536;
  class run_lengths;
  class run_lengths_by_one;
  template <class Lengths>
  [[nodiscard]] static std::uint32_t least_threshold(Lengths&& lengths, double tests);

  constexpr drift_detector(std::uint32_t up, std::uint32_t down, std::uint32_t threshold)
      : up_{up}, down_{down}, threshold_{threshold} {}

  std::uint32_t up_;
  std::uint32_t down_;
  std::uint32_t threshold_;
  std::uint32_t sum_ = 0;
};

/// Mean run lengths for all thresholds in turn. A state is named by its depth d below the threshold, since what
/// happens until the sum has fallen deeper than d does not depend on the threshold: of a start at d these are the
/// mean number of tests until then or an alarm, the probability of the alarm, and how much deeper than d it gets. A
/// failure leads to d − up, and the way back down past d is made of the same for the depths in between. No difference
/// of nearly equal numbers is taken, so that the longest run lengths are as accurate as the shortest.
class drift_detector::run_lengths {
 public:
  run_lengths(std::uint32_t up, std::uint32_t down, double p) : up_{up}, down_{down}, p_{p} {}

  /// The mean run length from 0 for the threshold 1, 2, 3, ….
  double next() {
    ++depth_;
    double tests = 0, alarm = 1;
    for (std::uint32_t i = 0; i <= whole(); ++i) at_[i] = 0;
    if (depth_ > up_) climb_back(tests, alarm);
    level& here = levels_[depth_ % whole()];
    const double back_here = at_[up_];
    const double once = 1 - p_ * back_here;
    here.tests = (1 + p_ * tests) / once;
    here.alarm = p_ * alarm / once;
    for (std::uint32_t j = 1; j <= down_; ++j)
      deeper_[(depth_ % whole()) * down_ + j - 1] = (p_ * at_[up_ + j] + (j == down_ ? 1 - p_ : 0.0)) / once;
    // From 0 an agreeing test leads to 0 again, and so does whatever would lead below.
    return (1 + p_ * tests) / (p_ * alarm);
  }

 private:
  struct level {
    double tests = 0;
    double alarm = 0;
  };
  [[nodiscard]] std::uint32_t whole() const { return up_ + down_; }

  /// From depth_ − up_ to depth_ or deeper: `at_[i]` becomes the probability to set foot on depth_ − up_ + i on the
  /// way.
  void climb_back(double& tests, double& alarm) {
    at_[0] = 1;
    alarm = 0;
    for (std::uint32_t i = 0, at = (depth_ - up_) % whole(); i < up_; ++i, at = at + 1 == whole() ? 0 : at + 1) {
      const level& l = levels_[at];
      const double here = at_[i];
      tests += here * l.tests;
      alarm += here * l.alarm;
      for (std::uint32_t j = 1; j <= down_; ++j) at_[i + j] += here * deeper_[at * down_ + j - 1];
    }
  }

  std::uint32_t up_;
  std::uint32_t down_;
  double p_;
  std::uint32_t depth_ = 0;
  // Of the last depths, in a ring.
  std::array<level, most_steps> levels_{};
  std::array<double, most_chances> deeper_{};  // per depth: the probability to get 1, 2, …, down_ deeper
  std::array<double, most_steps + 1> at_{};
};

/// The same where `down` is 1, in two steps per threshold instead of `up`: rare failures make `up` and the threshold
/// large. The way back down leads through every depth then, so that what happens from one depth to another is composed
/// of what happens on the parts of the way.
class drift_detector::run_lengths_by_one {
 public:
  run_lengths_by_one(std::uint32_t up, double p) : up_{up}, p_{p} { ways_.fill({0, 0, 1}); }

  double next() {
    const way back = then(ways_[i_], since_);
    const double once = 1 - p_ * back.arrives;
    const way here{(1 - p_) / once, (1 + p_ * back.tests) / once, p_ * back.alarm / once};
    ways_[i_] = here;
    since_ = then(since_, here);
    if (++i_ == up_) {
      for (std::uint32_t i = up_ - 1; i-- > 0;) ways_[i] = then(ways_[i], ways_[i + 1]);
      since_ = {};
      i_ = 0;
    }
    return (1 + p_ * back.tests) / (p_ * back.alarm);
  }

 private:
  /// From a depth to a deeper one.
  struct way {
    double arrives = 1;  ///< probability
    double tests = 0;    ///< mean number until then or an alarm
    double alarm = 0;    ///< probability
  };
  [[nodiscard]] static way then(const way& a, const way& b) {
    return {a.arrives * b.arrives, a.tests + a.arrives * b.tests, a.alarm + a.arrives * b.alarm};
  }

  std::uint32_t up_;
  double p_;
  // Depths in blocks of `up`: before `i_` in this block, of each depth the way to the next; from `i_` on in the block
  // before, the way to that block's end. Before the first block there are alarms alone.
  std::array<way, most_steps> ways_;
  std::uint32_t i_ = 0;
  way since_{};  ///< all ways of this block
};

inline double drift_detector::mean_tests_to_alarm(double p) const {
  EBIT_ASSERT(p > 0 && p <= 1, "drift_detector: a test that never fails raises no alarm");
  const auto last = [this](auto&& lengths) {
    for (std::uint32_t h = 1; h < threshold_; ++h) lengths.next();
    return lengths.next();
  };
  return down_ == 1 ? last(run_lengths_by_one{up_, p}) : last(run_lengths{up_, down_, p});
}

/// The least threshold whose mean run length is `tests` or more; 0 if there is none.
template <class Lengths>
std::uint32_t drift_detector::least_threshold(Lengths&& lengths, double tests) {
  for (std::uint32_t h = 1; h <= most_threshold; ++h)
    if (lengths.next() >= tests) return h;
  return 0;
}

inline result<drift_detector> drift_detector::make(const drift_settings& s) {
  const auto wrong = [](const char* what, double given, const char* allowed) {
    return config_error{what, ebit::detail::number_text(given), allowed};
  };
  if (!(s.expected > 0 && s.expected < 1)) return wrong("drift_settings.expected", s.expected, "between 0 and 1");
  if (!(s.raised > s.expected && s.raised < 1))
    return wrong("drift_settings.raised", s.raised, "between `expected` and 1");
  if (!(s.tests_between_false_alarms >= 10 && s.tests_between_false_alarms <= 1e12))
    return wrong("drift_settings.tests_between_false_alarms", s.tests_between_false_alarms, "10 to 1e12");

  const double falls = math::log1p(-s.expected) - math::log1p(-s.raised);
  const double fraction = falls / (falls + math::log(s.raised / s.expected));
  const double below = fraction - s.expected, above = s.raised - fraction;
  const double tolerance = 0.05 * (below < above ? below : above);
  for (std::uint32_t whole = 2; whole <= most_steps; ++whole) {
    const auto down = static_cast<std::uint32_t>(fraction * whole + 0.5);
    const double off = static_cast<double>(down) / whole - fraction;
    if (down == 0 || down >= whole || off > tolerance || off < -tolerance) continue;
    if (whole * down > most_chances) break;
    const std::uint32_t up = whole - down;
    const std::uint32_t threshold =
        down == 1 ? least_threshold(run_lengths_by_one{up, s.expected}, s.tests_between_false_alarms)
                  : least_threshold(run_lengths{up, down, s.expected}, s.tests_between_false_alarms);
    if (threshold != 0) return drift_detector{up, down, threshold};
    break;
  }
  return wrong("drift_settings.raised", s.raised, "far enough above `expected` to be told from it");
}

}  // namespace ebit::link
