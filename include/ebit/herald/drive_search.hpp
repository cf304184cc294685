// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <ebit/core/math.hpp>

namespace ebit::herald::detail {

/// Searches one probability by which a herald policy drives its link, over the logarithm u of its odds, which
/// resolves probabilities near 0 and near 1 alike. A function of u is taken to rise to one peak and to fall after
/// it: from dark counts below, from double emission above.
struct drive_search {
  static constexpr double lowest = -46, highest = 36;

  [[nodiscard]] static constexpr double probability(double log_odds) { return 1 / (1 + math::exp(-log_odds)); }

  /// Where `value(u)` is largest: the best of a grid, then golden sections around it.
  template <class Value>
  [[nodiscard]] static constexpr double peak(const Value& value) {
    constexpr double step = 0.5, golden = 0.61803398874989484820;
    double at = lowest, best = value(lowest);
    for (double u = lowest + step; u <= highest; u += step) {
      const double v = value(u);
      if (v > best) at = u, best = v;
    }
    double low = at - step, high = at + step;
    double u = high - golden * (high - low), w = low + golden * (high - low);
    double at_u = value(u), at_w = value(w);
    for (int i = 0; i < 60; ++i) {
      if (at_u < at_w) {
        low = u, u = w, at_u = at_w;
        w = low + golden * (high - low), at_w = value(w);
      } else {
        high = w, w = u, at_w = at_u;
        u = high - golden * (high - low), at_u = value(u);
      }
    }
    const double found = at_u > at_w ? u : w;
    return value(found) > best ? found : at;
  }

  /// The last point on the way from `inside` to `outside` whose value is still as large as wanted.
  template <class Value>
  [[nodiscard]] static constexpr double edge(const Value& value, double wanted, double inside, double outside) {
    if (value(outside) >= wanted) return outside;
    for (int i = 0; i < 60; ++i) {
      const double middle = inside + (outside - inside) / 2;
      (value(middle) >= wanted ? inside : outside) = middle;
    }
    return inside;
  }

  /// The log-odds of the highest rate among those of at least the wanted fidelity; nothing if there are none.
  template <class Fidelity, class Rate>
  [[nodiscard]] static constexpr std::optional<double> fastest(const Fidelity& fidelity, const Rate& rate,
                                                               double wanted_fidelity) {
    const double best = peak(fidelity);
    if (fidelity(best) < wanted_fidelity) return std::nullopt;
    const double most = edge(fidelity, wanted_fidelity, best, highest);
    const double quickest = peak(rate);
    if (most <= quickest) return most;
    const double least = edge(fidelity, wanted_fidelity, best, lowest);
    return quickest > least ? quickest : least;
  }
};

}  // namespace ebit::herald::detail
