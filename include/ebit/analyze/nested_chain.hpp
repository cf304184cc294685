// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <ebit/analyze/distribution.hpp>
#include <ebit/analyze/key_rate.hpp>
#include <ebit/analyze/power_series.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>

namespace ebit::analyze {

/// What two pairs are brought together for.
enum class joining : std::uint8_t {
  swap,    ///< a longer pair: w = w₁ w₂ with the probability of a swap
  distil,  ///< a better one, BBPSSW on Werner states: w = (w₁ + w₂ + 4 w₁ w₂)/(6p) with probability p = (1 + w₁ w₂)/2
};

/// One level of a nested protocol: two pairs of the level below, joined when both exist.
struct nesting_level {
  joining how = joining::swap;
  /// How many attempts the earlier pair waits for the later: if they are further apart, both are discarded when it
  /// has waited that long, and both start afresh. None: for ever.
  std::optional<std::uint64_t> cutoff{};

  friend bool operator==(const nesting_level&, const nesting_level&) = default;
};

/// When a pair comes, and how good it then is. Times are whole attempts. A Werner parameter w means the fidelity
/// (1 + 3w)/4.
///
/// What comes after `time().last()` is not represented; up to there everything is exact, to a rounding of about 1e-15
/// of the whole. Swapping and distilling are linear in the Werner parameter of each pair, so the mean Werner
/// parameter of the pairs that come at t is all that is needed of the state.
class werner_delivery {
 public:
  /// weighted[t] = P(T = t) E[w | T = t], of the size of the time's values.
  werner_delivery(distribution time, std::vector<double> weighted)
      : time_{std::move(time)}, weighted_{std::move(weighted)} {
    EBIT_ASSERT(weighted_.size() == time_.values().size(), "werner_delivery: as many weights as times");
  }
  /// A link made with probability `p` in (0, 1] per attempt, with Werner parameter `w` in [0, 1] when new.
  [[nodiscard]] static werner_delivery link(double p, double w, std::size_t last) {
    EBIT_ASSERT(w >= 0 && w <= 1, "werner_delivery: a Werner parameter is not in [0, 1]");
    distribution time = distribution::geometric(p, last);
    std::vector<double> weighted = time.values();
    for (double& v : weighted) v *= w;
    return {std::move(time), std::move(weighted)};
  }

  [[nodiscard]] const distribution& time() const { return time_; }
  [[nodiscard]] const std::vector<double>& weighted() const { return weighted_; }
  /// The mean Werner parameter of the pairs that come at `t`; nothing where none comes. Where P(T = t) is near the
  /// rounding of 1e-17 so is the accuracy.
  [[nodiscard]] std::optional<double> werner_at(std::size_t t) const {
    if (!(time_.probability(t) > 0)) return std::nullopt;
    return std::min(1.0, weighted_[t] / time_.probability(t));
  }

  /// The represented mass, 1 − `time().missing()`.
  [[nodiscard]] double covered() const { return 1 - time_.missing(); }
  /// Means over the represented mass alone. NaN if there is none.
  [[nodiscard]] double mean_attempts() const { return first_moment() / mass(); }
  [[nodiscard]] double mean_werner() const {
    double sum = 0;
    for (const double v : weighted_) sum += v;
    return std::min(sum / mass(), 1.0);  // two sums round differently
  }
  [[nodiscard]] double mean_fidelity() const { return (1 + 3 * mean_werner()) / 4; }
  /// The mean if a delivery that is not represented is given up after `patience` attempts and all begins afresh: (1 −
  /// c)/c · patience + Σ t P(T = t)/c for a represented mass c. Li, Coopmans and Elkouss (2021) estimate the mean of
  /// a truncated distribution so, with the number of represented times, t = 0 included, as patience.
  [[nodiscard]] double restarted_mean(double patience) const {
    return ((1 - mass()) * patience + first_moment()) / mass();
  }
  /// Secret bits per attempt of entanglement-based BB84 from the mean Werner parameter: max(0, 1 − 2h((1 − w)/2))/T.
  [[nodiscard]] double key_rate() const { return key_rate(mean_attempts()); }
  [[nodiscard]] double key_rate(double mean_time) const {
    return std::max(0.0, 1 - 2 * binary_entropy((1 - mean_werner()) / 2)) / mean_time;
  }
  /// The same with the entropy in nats, which is no key rate: the published code of Li, Coopmans and Elkouss (2021)
  /// has it, and it is kept to compare with it alone.
  [[nodiscard]] double key_rate_in_nats(double mean_time) const {
    return std::max(0.0, 1 - 2 * 0.69314718055994530942 * binary_entropy((1 - mean_werner()) / 2)) / mean_time;
  }

 private:
  [[nodiscard]] double mass() const {
    double sum = 0;
    for (const double v : time_.values()) sum += v;
    return sum;
  }
  [[nodiscard]] double first_moment() const {
    double sum = 0;
    for (std::size_t t = 0; t < time_.values().size(); ++t) sum += static_cast<double>(t) * time_.values()[t];
    return sum;
  }

  distribution time_;
  std::vector<double> weighted_;
};

namespace detail {

/// P(T > t).
[[nodiscard]] inline std::vector<double> survival(const distribution& time, std::size_t size) {
  std::vector<double> after(size);
  double sum = time.missing();
  for (std::size_t t = time.values().size(); t-- > 0;) {
    if (t < size) after[t] = sum;
    sum += time.values()[t];
  }
  return after;
}

/// Σ values[s] kept^(t − s) over the `cutoff` times s before t, carried on from t to t + 1.
class window_sum {
 public:
  window_sum(double kept, double kept_at_end, std::size_t cutoff)
      : kept_{kept}, kept_at_end_{kept_at_end}, cutoff_{cutoff} {}
  [[nodiscard]] double value() const { return sum_; }
  void advance(const std::vector<double>& values, std::size_t t) {
    sum_ = kept_ * (sum_ + values[t]);
    if (t >= cutoff_) sum_ = std::max(0.0, sum_ - kept_at_end_ * values[t - cutoff_]);
  }

 private:
  double kept_, kept_at_end_;
  std::size_t cutoff_;
  double sum_ = 0;
};

/// `joined` with the transforms of others; `series` needs transforms of bit_ceil(size) at least.
[[nodiscard]] inline werner_delivery joined_by(const convolver& series, const werner_delivery& a,
                                               const werner_delivery& b, const nesting_level& level,
                                               double swap_success, double coherence) {
  const std::size_t size = std::min(a.weighted().size(), b.weighted().size());
  const auto cutoff = static_cast<std::size_t>(std::min<std::uint64_t>(level.cutoff.value_or(size), size));
  const std::vector<double>&fa = a.time().values(), &fb = b.time().values(), &ga = a.weighted(), &gb = b.weighted();
  const std::vector<double> after_a = survival(a.time(), size), after_b = survival(b.time(), size);
  const double kept = math::exp(-1 / coherence);
  const double kept_at_end = math::exp(-(static_cast<double>(cutoff) + 1) / coherence);
  window_sum before_a{1, 1, cutoff}, before_b{1, 1, cutoff};  // P that the other came in time to be waited for
  window_sum aged_a{kept, kept_at_end, cutoff}, aged_b{kept, kept_at_end, cutoff};  // times what is left of its w
  // A round ends in success, in w (times success), or in a failure after which all begins afresh: 1 − `on`.
  std::vector<double> success(size), werner(size), on(size);
  on[0] = 1;
  const bool swap = level.how == joining::swap;
  for (std::size_t t = 0; t < size; ++t) {
    const double both = fa[t] * before_b.value() + fb[t] * before_a.value() + fa[t] * fb[t];
    const double product = ga[t] * aged_b.value() + gb[t] * aged_a.value() + ga[t] * gb[t];
    if (swap) {
      success[t] = swap_success * both;
      werner[t] = swap_success * product;
      on[t] -= (1 - swap_success) * both;
    } else {
      const double sum = ga[t] * (before_b.value() + fb[t]) + gb[t] * (before_a.value() + fa[t]) +
                         fa[t] * aged_b.value() + fb[t] * aged_a.value();
      success[t] = (both + product) / 2;
      werner[t] = (sum + 4 * product) / 6;
      on[t] -= (both - product) / 2;
    }
    // The earlier comes at t, the other not before t + cut-off.
    if (t + cutoff < size) on[t + cutoff] -= fa[t] * after_b[t + cutoff] + fb[t] * after_a[t + cutoff];
    before_a.advance(fa, t), before_b.advance(fb, t);
    aged_a.advance(ga, t), aged_b.advance(gb, t);
  }
  EBIT_ASSERT(on[0] > 0, "joined: rounds of no duration");
  const bool repeats = std::any_of(on.begin() + 1, on.end(), [](double v) { return v != 0; });
  if (repeats) std::tie(success, werner) = series.quotients(success, werner, on, size);
  // A transform's rounding leaves values of about ±1e-19 where zeros belong.
  for (std::size_t t = 0; t < size; ++t) {
    success[t] = std::max(0.0, success[t]);
    werner[t] = std::clamp(werner[t], 0.0, success[t]);
  }
  // With a cut-off or a success that depends on the times, a delivery may be worse the longer it was awaited.
  const bool nbu = swap && !level.cutoff && a.time().new_better_than_used() && b.time().new_better_than_used();
  return {distribution::from_values(std::move(success), nbu), std::move(werner)};
}

}  // namespace detail

/// Two independent deliveries, of any kinds, joined to one: each is repeated until the joining succeeds. The pair
/// that comes first alone ages, w → w exp(−Δt/`coherence`), `coherence` > 0 in attempts. `swap_success` in (0, 1]
/// matters to swaps alone. Represented as far as both are.
///
/// Brand, Coopmans and Elkouss, IEEE J. Sel. Areas Commun. 38, 619 (2020), arXiv:1912.07688; with cut-offs Li,
/// Coopmans and Elkouss, IEEE Trans. Quantum Eng. 2, 4103015 (2021), arXiv:2005.04946. Here the repetition is one
/// quotient of power series, exact also where much is missing, and a partner that comes beyond what is represented
/// still counts as late.
[[nodiscard]] inline werner_delivery joined(const werner_delivery& a, const werner_delivery& b,
                                            const nesting_level& level, double swap_success = 1,
                                            double coherence = std::numeric_limits<double>::infinity()) {
  EBIT_ASSERT(swap_success > 0 && swap_success <= 1, "joined: a success probability is not in (0, 1]");
  EBIT_ASSERT(coherence > 0, "joined: a coherence time is not above 0");
  const std::size_t size = std::min(a.weighted().size(), b.weighted().size());
  return detail::joined_by(detail::convolver{std::max<std::size_t>(64, std::bit_ceil(size))}, a, b, level,
                           swap_success, coherence);
}

/// A chain of equal segments and what is done with their pairs, level upon level; each level takes two of the level
/// below. Attempts are synchronous, communication costs no time.
struct nested_protocol {
  double link_success = 1;                                     ///< per attempt, in (0, 1]
  double swap_success = 1;                                     ///< in (0, 1]
  double link_werner = 1;                                      ///< of a new link, in [0, 1]
  double coherence = std::numeric_limits<double>::infinity();  ///< of a waiting pair, in attempts, above 0
  std::vector<nesting_level> levels{};                         ///< from the links up, at most 40

  [[nodiscard]] status validate() const {
    const auto probability = [](double p) { return p > 0 && p <= 1; };
    if (!probability(link_success))
      return config_error{"nested_protocol.link_success", std::to_string(link_success), "more than 0, up to 1"};
    if (!probability(swap_success))
      return config_error{"nested_protocol.swap_success", std::to_string(swap_success), "more than 0, up to 1"};
    if (!(link_werner >= 0 && link_werner <= 1))
      return config_error{"nested_protocol.link_werner", std::to_string(link_werner), "0 to 1"};
    if (!(coherence > 0))
      return config_error{"nested_protocol.coherence", std::to_string(coherence) + " attempts",
                          "more than 0 attempts, or infinite"};
    if (levels.size() > 40)
      return config_error{"nested_protocol.levels", std::to_string(levels.size()), "at most 40"};
    return success{};
  }
  /// The same with these cut-offs, one per level.
  [[nodiscard]] nested_protocol with_cutoffs(const std::vector<std::uint64_t>& cutoffs) const {
    EBIT_ASSERT(cutoffs.size() == levels.size(), "nested_protocol: one cut-off per level");
    nested_protocol out = *this;
    for (std::size_t i = 0; i < cutoffs.size(); ++i) out.levels[i].cutoff = cutoffs[i];
    return out;
  }
};

/// The exact delivery of a nested protocol, represented up to `last` attempts (1 to 2^26). O(last log last) per
/// level.
[[nodiscard]] inline result<werner_delivery> delivery_of(const nested_protocol& protocol, std::size_t last) {
  if (auto checked = protocol.validate(); !checked) return checked.error();
  constexpr std::size_t most = std::size_t{1} << 26;
  if (last < 1 || last > most)
    return config_error{"delivery_of: last", std::to_string(last) + " attempts", "1 to 67108864 attempts"};
  const detail::convolver series{std::max<std::size_t>(64, std::bit_ceil(last + 1))};
  werner_delivery pair = werner_delivery::link(protocol.link_success, protocol.link_werner, last);
  for (const nesting_level& level : protocol.levels)
    pair = detail::joined_by(series, pair, pair, level, protocol.swap_success, protocol.coherence);
  return pair;
}

}  // namespace ebit::analyze
