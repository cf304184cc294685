// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include <ebit/core/extremes.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/probability.hpp>
#include <ebit/core/random.hpp>
#include <ebit/link/drift_detector.hpp>
#include <ebit/link/fidelity_estimate.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::route {

/// What the test rounds of a circuit have shown its head: how good its pairs are, and whether they are getting worse.
/// When they are, what was known of them is forgotten, so that the estimate is of the pairs there are now.
class test_results {
 public:
  test_results() = default;
  /// `expected`: the fidelity that the forecast promises; `least_fidelity`: what requests need; `read_out_flip`:
  /// probability that read-out errors alone spoil a test. Of 1/2 tests say nothing, and from 0.499 on next to nothing.
  test_results(double expected, double least_fidelity, double read_out_flip = 0)
      : estimate_{link::test_model{.read_out_flip = least(read_out_flip, 0.499)}},
        overall_{estimate_},
        lately_{estimate_},
        believed_{expected} {
    // A test fails with probability 2(1 − F)/3 if it is read without errors. To be noticed: what falls short, at least
    // twice what is expected, and just that where nothing is asked for.
    const auto fails = [flip = estimate_.model().read_out_flip](double fidelity) {
      return xor_probability(2 * (1 - fidelity) / 3, flip);
    };
    const double usual = greatest(0.001, fails(expected));
    watch(usual, least_fidelity > 0 ? greatest(2 * usual, fails(least_fidelity)) : 2 * usual);
  }

  /// Of the pairs since the last alarm.
  [[nodiscard]] const link::fidelity_estimate& estimate() const { return estimate_; }
  /// Of all pairs since the start, alarms or not.
  [[nodiscard]] const link::fidelity_estimate& overall() const { return overall_; }
  /// How many times they have become about twice as bad, or worse.
  [[nodiscard]] std::uint32_t alarms() const { return alarms_; }
  /// So many tests are worth more than what was believed before: their point estimate is off by 1.5 √(q(1 − q)/64) at
  /// most times, q being how often they fail: 0.03 at F = 0.97, 0.08 at F = 0.6.
  static constexpr std::uint64_t enough = 64;
  /// What an application is told of the fidelity: once there are `enough` tests since the start or the last alarm,
  /// their point estimate; before the first alarm the forecast; after one what the tests that raised it show.
  /// Intervals: `estimate().interval()`.
  [[nodiscard]] double believed() const { return estimate_.tests() >= enough ? estimate_.value() : believed_; }
  /// Whether it is settled that pairs are worse than `min_fidelity`. With a fidelity that never changes this is ever
  /// said wrongly with a probability of at most 1/20, however often it is asked: estimates that begin anew at alarms
  /// share that risk as 1/2, 1/6, 1/12, ….
  [[nodiscard]] bool falls_short_of(double min_fidelity) const {
    const double share = 1.0 / ((alarms_ + 1.0) * (alarms_ + 2.0));
    return estimate_.violates(min_fidelity, 1 - 0.05 * share);
  }

  /// The head's bit, XOR what the frame predicts of the two.
  void own(const pair_id& name, basis in, bool bit) {
    if (const std::size_t i = find(name); i < open_.size()) {
      record(in, open_[i].bit == bit);
      open_.erase_at(i);
      return;
    }
    open({name, in, bit, true});
  }
  void peer(const pair_id& name, bool bit) {
    if (const std::size_t i = find(name); i < open_.size() && open_[i].is_own) {
      record(open_[i].in, open_[i].bit == bit);
      open_.erase_at(i);
      return;
    }
    open({name, {}, bit, false});
  }

 private:
  struct open_test {
    pair_id name;
    basis in = basis::z;  ///< known to the head
    bool bit = false;
    bool is_own = false;
  };

  [[nodiscard]] std::size_t find(const pair_id& name) const {
    std::size_t i = 0;
    while (i < open_.size() && open_[i].name != name) ++i;
    return i;
  }
  /// Where the other end's bits never come, or more tests are under way than there is room for, any one makes room:
  /// were it the oldest, all of them might have gone by the time their answers come. The tail's word never displaces
  /// what is waited for.
  void open(const open_test& t) {
    if (!open_.full())
      open_.push_back(t);
    else if (t.is_own)
      open_[static_cast<std::size_t>(mix(t.name.epoch, t.name.sequence) % open_.size())] = t;
  }
  /// From now on tests that fail with probability `usual` are nothing new.
  void watch(double usual, double poor) {
    drift_.reset();
    poor_ = least(poor, 0.5);
    if (const auto made = link::drift_detector::make({usual, poor_, 1e5}); made) drift_ = *made;
  }
  /// The test that raises an alarm is not counted: that it failed is why it was the last.
  void record(basis in, bool agreed) {
    estimate_.record(in, agreed);
    overall_.record(in, agreed);
    if (!drift_) return;
    if (drift_->sum() == 0) lately_.reset();
    lately_.record(in, agreed);
    if (!drift_->record(agreed)) return;
    ++alarms_;
    believed_ = lately_.value();
    estimate_.reset();
    lately_.reset();
    watch(poor_, 2 * poor_);
  }

  link::fidelity_estimate estimate_;
  link::fidelity_estimate overall_;
  link::fidelity_estimate lately_;  ///< since the detector last saw nothing unusual
  std::optional<link::drift_detector> drift_;
  double poor_ = 0.5;  ///< failures that are to be noticed
  double believed_ = 0;
  fixed_vector<open_test, 32> open_;
  std::uint32_t alarms_ = 0;
};

}  // namespace ebit::route
