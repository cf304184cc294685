// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/herald/drive_search.hpp>
#include <ebit/herald/station.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::herald {

/// A source of entangled photon pairs in the middle (Jones, Kim, Rakher, Kwiat and Ladd, New J. Phys. 18, 083015
/// (2016), arXiv:1505.01536): each end lets the photon that arrives interfere with one of its own, maximally
/// entangled with its memory, and latches when exactly one detector clicks in each of two rails, as in
/// `double_click`. Both ends latched: a pair. The rate goes as p_pair η_a η_b latch².
///
/// The source makes Ψ+ as two two-mode squeezers of one spectral mode each, (first at a, second at b) and (second at
/// a, first at b), with tanh² r = μ/(2 + μ) for a mean number μ of pairs: thermal statistics with two modes. A
/// `setting` is μ, the same for both ends.
struct midpoint_source {
  static constexpr bool source_in_the_middle = true;

  double memory_efficiency = 1;  ///< of the memory's own photon, from emission to detection, both ends; 0 to 1
  double mean_pairs = 0;         ///< per pulse, fixed; 0: choose it for the wanted fidelity; up to 1000

  /// That an end latches a photon which its detectors would see: half of memory_efficiency, for linear optics tell
  /// two of four Bell states.
  [[nodiscard]] constexpr double latch_probability() const { return memory_efficiency / 2; }

  [[nodiscard]] status validate() const {
    if (auto ok = ebit::detail::check_probability("midpoint_source.memory_efficiency", memory_efficiency); !ok)
      return ok;
    if (mean_pairs >= 0 && mean_pairs <= 1000) return success{};
    return config_error{"midpoint_source.mean_pairs", ebit::detail::number_text(mean_pairs), "0 (choose) up to 1000"};
  }

  /// Exact in all numbers of pairs, for any efficiencies (from source to detector), dark counts, and visibility of an
  /// arriving photon with a memory's own, taken alike at both ends. An optical phase common to both rails cancels.
  [[nodiscard]] constexpr attempt_model model(const interference& light, double pairs) const {
    EBIT_ASSERT(pairs >= 0, "midpoint_source: a mean number of pairs is negative");
    const end a = end_of(light, light.efficiency_a), b = end_of(light, light.efficiency_b);
    const double l = pairs / (2 + pairs), vacuum = 2 / (2 + pairs);  // λ = tanh² r and 1 − λ
    const auto mean = [&](const rail& x, const rail& y) { return vacuum * sum(x, y, a, b, l, vacuum); };
    // Spins 0, 0: the memories' photons are in the first rails, which belong to different squeezers.
    const double same = 4 * mean(a.with_photon, b.without) * mean(a.without, b.with_photon);
    const double differ = 4 * mean(a.with_photon, b.with_photon) * mean(a.without, b.without);
    const double p = 2 * (same + differ);
    if (!(p > 0)) return {0, x_state{bell_diagonal::white()}};
    const double gap = complement(a.bunched, b.bunched, l, vacuum);
    const double swapped = vacuum * math::sqrt(l) * a.exchange * b.exchange / (gap * gap);
    const double c = 4 * swapped * swapped * light.coherence;
    return {p, x_state::from_elements(
                   {.p00 = same / p, .p01 = differ / p, .p10 = differ / p, .p11 = same / p, .re_01_10 = c / p})};
  }
  [[nodiscard]] constexpr attempt_model model(const interference& light, const setting& drive) const {
    EBIT_ASSERT(drive.bright_state_a == drive.bright_state_b, "midpoint_source: both ends have the same source");
    return model(light, drive.bright_state_a);
  }

  /// The mean number of pairs of the highest rate whose fidelity with Ψ+ is at least `wanted_fidelity`; nothing if
  /// none reaches it.
  [[nodiscard]] constexpr std::optional<setting> choose(const interference& light, double wanted_fidelity) const {
    EBIT_ASSERT(wanted_fidelity >= 0 && wanted_fidelity <= 1, "midpoint_source: a fidelity is between 0 and 1");
    if (mean_pairs > 0) {
      if (fidelity(light, mean_pairs) >= wanted_fidelity) return setting{mean_pairs, mean_pairs};
      return std::nullopt;
    }
    const auto found = detail::drive_search::fastest(
        [&](double u) { return fidelity(light, pairs_at(u)); },
        [&](double u) { return model(light, pairs_at(u)).success_probability; }, wanted_fidelity);
    if (!found) return std::nullopt;
    return setting{pairs_at(*found), pairs_at(*found)};
  }
  /// The highest fidelity with Ψ+ that any mean number of pairs (or the fixed one) reaches.
  [[nodiscard]] constexpr double best_fidelity(const interference& light) const {
    if (mean_pairs > 0) return fidelity(light, mean_pairs);
    const auto value = [&](double u) { return fidelity(light, pairs_at(u)); };
    return value(detail::drive_search::peak(value));
  }

  friend constexpr bool operator==(const midpoint_source&, const midpoint_source&) = default;

 private:
  /// What one rail does with k arriving photons: the probability that one chosen detector clicks and the other does
  /// not, split(u^k − w^k) + lost·w^k + joined·k v^(k−1), for u = 1 − x/2 (none left by the other port) and w = 1 − x
  /// (all lost); v = u for threshold detectors, w for those that count. Terms are never negative.
  struct rail {
    double split = 0, lost = 0, joined = 0;
  };
  struct end {
    double all_lost = 0;  ///< 1 − w
    double bunched = 0;   ///< 1 − v
    rail with_photon, without;
    double exchange = 0;  ///< ⟨k+1 arriving, none own| click |k, own⟩ = exchange · √(k+1) v^k
  };

  [[nodiscard]] static constexpr double pairs_at(double log_odds) {
    // Odds of tanh² r, λ/(1 − λ) = μ/2, as far as 1000 pairs.
    const double pairs = 2 * math::exp(log_odds);
    return pairs < 1000 ? pairs : 1000;
  }
  [[nodiscard]] constexpr double fidelity(const interference& light, double pairs) const {
    return model(light, pairs).state.fidelity(bell_index::psi_plus);
  }

  [[nodiscard]] constexpr end end_of(const interference& light, double x) const {
    const double y = memory_efficiency, v = light.visibility.value(), d = light.dark_probability, q = 1 - d;
    end out;
    out.all_lost = x;
    if (light.number_resolving) {
      out.bunched = x;
      out.without = {0, q * d, q * q * x / 2};
      out.with_photon = {0, (1 - y) * q * d + q * q * y / 2, (1 - y) * q * q * x / 2};
      out.exchange = q * q * math::sqrt(x * y * v) / 2;
    } else {
      // j photons leave together with probability 2^-j; with one more that is partly alike, 2^-(j+1) (1 + jV).
      out.bunched = x / 2;
      out.without = {q, q * d, 0};
      out.with_photon = {(1 - y) * q + q * y / 2, (1 - y) * q * d + q * y / 2, q * y * v * x / 4};
      out.exchange = q * math::sqrt(x * y * v) / 2;
    }
    return out;
  }

  /// 1 − λ s t for s = 1 − `of_s`, t = 1 − `of_t`.
  [[nodiscard]] static constexpr double complement(double of_s, double of_t, double l, double vacuum) {
    return vacuum + l * (of_s + of_t - of_s * of_t);
  }

  /// Σ λ^k X_k Y_k for a rail at each end. Differences of powers are summed in closed forms free of cancellation.
  [[nodiscard]] static constexpr double sum(const rail& x, const rail& y, const end& a, const end& b, double l,
                                            double vacuum) {
    const auto gap = [&](double s, double t) { return complement(s, t, l, vacuum); };
    const double ua = a.all_lost / 2, wa = a.all_lost, va = a.bunched;
    const double ub = b.all_lost / 2, wb = b.all_lost, vb = b.bunched;
    const double uu = gap(ua, ub), uw = gap(ua, wb), wu = gap(wa, ub), ww = gap(wa, wb);
    const double split_split =
        l * ua * ub * (1 - l * l * (1 - ua) * (1 - wa) * (1 - ub) * (1 - wb)) / (uu * uw * wu * ww);
    const double split_lost = l * ua * (1 - wb) / (uw * ww), lost_split = l * ub * (1 - wa) / (wu * ww);
    const double lost_lost = 1 / ww;
    const auto joined_split = [&](double v, double u, double w) {  // k v^(k−1) against u^k − w^k
      const double gu = gap(v, u), gw = gap(v, w);
      return l * (w - u) * (1 - l * l * (1 - v) * (1 - v) * (1 - u) * (1 - w)) / (gu * gu * gw * gw);
    };
    const auto joined_lost = [&](double v, double w) { return l * (1 - w) / (gap(v, w) * gap(v, w)); };
    const double vv = gap(va, vb);
    const double joined_joined = l * (1 + l * (1 - va) * (1 - vb)) / (vv * vv * vv);
    return x.split * (y.split * split_split + y.lost * split_lost + y.joined * joined_split(vb, ua, wa)) +
           x.lost * (y.split * lost_split + y.lost * lost_lost + y.joined * joined_lost(vb, wa)) +
           x.joined * (y.split * joined_split(va, ub, wb) + y.lost * joined_lost(va, wb) + y.joined * joined_joined);
  }
};
static_assert(herald_policy<midpoint_source>);

}  // namespace ebit::herald
