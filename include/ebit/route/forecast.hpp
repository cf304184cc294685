// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ebit/core/bell.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/bell_diagonal.hpp>

namespace ebit {

/// One link's part in the time of a delivery: every `period` an attempt succeeds with `probability`; the news of a
/// success in cycle 0 has reached the head (through all swaps that depend on it) at `offset` after the start.
struct delivery_stage {
  double probability = 1;
  duration period;
  duration offset;

  /// Probability that the stage is over `elapsed` after the start.
  [[nodiscard]] double finished_by(duration elapsed) const {
    if (elapsed < offset) return 0;
    const auto cycles = static_cast<double>((elapsed - offset) / period) + 1;
    return probability >= 1 ? 1 : -math::expm1(cycles * math::log1p(-probability));
  }
};

/// What the models of the policies predict for a circuit. Quantities that are exact under the stated assumptions have
/// equal bounds; for the others truth lies between the bounds. Routing and admission use `rate()` and `fidelity()`,
/// the lower ones.
class forecast {
 public:
  enum class certainty : std::uint8_t { exact, bounded };

  forecast() = default;
  /// `low` and `high`: the pair, relative to what is announced, at its worst and at its best.
  forecast(double rate_low, double rate_high, const bell_diagonal& low, const bell_diagonal& high,
           std::vector<delivery_stage> stages, certainty of_latency)
      : rate_low_{rate_low},
        rate_high_{rate_high},
        state_{low},
        fidelity_low_{low.fidelity(bell_index::phi_plus)},
        fidelity_high_{high.fidelity(bell_index::phi_plus)},
        stages_{std::move(stages)},
        latency_{of_latency} {}

  /// Pairs per second in steady state, at least.
  [[nodiscard]] double rate() const { return rate_low_; }
  [[nodiscard]] double rate_upper() const { return rate_high_; }
  /// Fidelity of delivered pairs with the Bell state that is announced, on average at least.
  [[nodiscard]] double fidelity() const { return fidelity_low_; }
  [[nodiscard]] double fidelity_upper() const { return fidelity_high_; }
  /// The pair that has the lower fidelity, relative to the Bell state that is announced: what key fractions and
  /// programs are reckoned with.
  [[nodiscard]] const bell_diagonal& state() const { return state_; }

  [[nodiscard]] certainty rate_certainty() const {
    return rate_low_ == rate_high_ ? certainty::exact : certainty::bounded;
  }
  [[nodiscard]] certainty fidelity_certainty() const {
    return fidelity_low_ == fidelity_high_ ? certainty::exact : certainty::bounded;
  }
  /// Exact for one slot per link without distillation, with Bell measurements that always succeed and no cut-off;
  /// otherwise the distribution is that of a slower system and the quantiles are upper bounds.
  [[nodiscard]] certainty latency_certainty() const { return latency_; }

  /// Probability that the head has its first pair `elapsed` after attempts began. All stages must be over: means do
  /// not compose, distributions do.
  [[nodiscard]] double delivered_by(duration elapsed) const {
    double all = 1;
    for (const delivery_stage& s : stages_) all *= s.finished_by(elapsed);
    return all;
  }

  /// Mean time of the first pair at the head after attempts began, summed over every instant at which it can happen
  /// until the probability that is left is below 10⁻¹²; the cost grows as links / (smallest success probability).
  [[nodiscard]] duration mean_latency() const {
    if (stages_.empty()) return duration::zero();
    std::vector<duration> next;
    for (const delivery_stage& s : stages_) next.push_back(s.offset);
    duration at = duration::zero();
    double mean = 0, missing = 1;
    while (missing > 1e-12) {
      duration step = next.front();
      for (const duration n : next) step = n < step ? n : step;
      mean += missing * (step - at).seconds();
      at = step;
      for (std::size_t i = 0; i < next.size(); ++i)
        if (next[i] <= at) next[i] += stages_[i].period;
      missing = 1 - delivered_by(at);
    }
    return duration::seconds(mean);
  }

  /// The smallest time by which the first pair is there with probability `q` in (0, 1).
  [[nodiscard]] duration latency_quantile(double q) const {
    duration low = duration::zero(), high = duration::picoseconds(1);
    while (delivered_by(high) < q && !high.is_never()) high = high * 2;
    while (high - low > duration::picoseconds(1)) {
      const duration middle = low + (high - low) / 2;
      (delivered_by(middle) < q ? low : high) = middle;
    }
    return high;
  }

  [[nodiscard]] const std::vector<delivery_stage>& stages() const { return stages_; }

 private:
  double rate_low_ = 0;
  double rate_high_ = 0;
  bell_diagonal state_ = bell_diagonal::white();
  double fidelity_low_ = 0;
  double fidelity_high_ = 0;
  std::vector<delivery_stage> stages_;
  certainty latency_ = certainty::bounded;
};

}  // namespace ebit
