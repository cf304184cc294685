// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/herald/station.hpp>

namespace ebit::herald {

/// How much of a Fock space to take into account: up to so many photon pairs from one squeezer and so many initial
/// quanta in one microwave mode. Nothing is renormalised. Both or neither are limited.
struct fock_cut {
  static constexpr std::uint8_t none = 255;
  std::uint8_t pairs = none;    ///< 1 to 60, or none
  std::uint8_t thermal = none;  ///< 0 to 60, or none

  [[nodiscard]] constexpr bool limited() const { return pairs != none || thermal != none; }
  [[nodiscard]] status validate() const {
    if (!limited()) return success{};
    if (pairs < 1 || pairs > 60) return config_error{"fock_cut.pairs", std::to_string(pairs), "1 to 60, or none"};
    if (thermal > 60) return config_error{"fock_cut.thermal", std::to_string(thermal), "0 to 60, or none"};
    return success{};
  }

  friend constexpr bool operator==(const fock_cut&, const fock_cut&) = default;
};

namespace detail {

/// One end: the efficiency of its arm, the pair probability p = tanh² r, and the quanta n in the microwave mode
/// before.
///
/// With k initial quanta, probability n^k/(1+n)^(k+1), squeezing makes m pairs with probability
/// (1−p)^(k+1) C(k+m, m) p^m and leaves k + m quanta; all together the light is thermal with (1+n) p/(1−p) photons.
struct squeezed_arm {
  double efficiency = 1, p = 0, n = 0;

  [[nodiscard]] constexpr double quanta(int k) const {
    double w = 1 / (1 + n);
    for (int i = 0; i < k; ++i) w *= n / (1 + n);
    return w;
  }
  [[nodiscard]] constexpr double pairs(int k, int m) const {
    double w = 1 - p;
    for (int i = 0; i < k; ++i) w *= 1 - p;
    for (int i = 1; i <= m; ++i) w *= p * (k + i) / i;
    return w;
  }
  /// Joint probabilities of few microwave quanta: none; one that was there before; one that came with a photon.
  [[nodiscard]] constexpr double empty() const { return quanta(0) * pairs(0, 0); }
  [[nodiscard]] constexpr double old_quantum() const { return quanta(1) * pairs(1, 0); }
  [[nodiscard]] constexpr double new_quantum() const { return quanta(0) * pairs(0, 1); }
  /// √ of the probabilities of `empty` and `new_quantum`: the amplitude between them.
  [[nodiscard]] constexpr double amplitude() const { return quanta(0) * (1 - p) * math::sqrt(p); }
  /// Detected photons on average.
  [[nodiscard]] constexpr double seen() const { return efficiency * (1 + n) * p / (1 - p); }
};

/// Probabilities that an attempt heralds with 0, 1, or any number (index 2) of quanta in mode a and in mode b; and
/// the coherence ⟨01|ρ|10⟩ after the detector's known sign, without phases.
struct click_sums {
  double of[3][3] = {};
  double coherence = 0;
};

/// How the detectors weigh light. `seen`: one named detector sees light and the other none, for detectors that tell
/// only dark from light, or exactly one photon arrives at it, for those that count. `dark`: no light at either. Both
/// detectors together are twice one of them: only the sign of the coherence tells them apart.
struct click_weights {
  double seen = 1, dark = 0;

  explicit constexpr click_weights(const interference& light) {
    const double d = light.dark_probability, quiet = 1 - d;
    seen = 2 * (light.number_resolving ? quiet * quiet : quiet);
    dark = 2 * d * quiet;
  }
};

[[nodiscard]] constexpr double click_coherence(const squeezed_arm& a, const squeezed_arm& b,
                                               const interference& light) {
  return click_weights{light}.seen / 2 * math::sqrt(a.efficiency * b.efficiency * light.visibility.value()) *
         a.amplitude() * b.amplitude();
}

/// Every photon number, in closed form. "This detector dark" is the normally ordered :exp(−n₂):, with n₂ = ½[x a†a +
/// y b†b − √(xyV)(a†b + b†a)] for wave packets of overlap √V; its means over Fock states 0 and 1 and over thermal
/// light of N photons follow from 1/det(1 + M N). Differences are written out, so that nothing cancels at low
/// efficiency.
[[nodiscard]] constexpr click_sums all_clicks(const squeezed_arm& a, const squeezed_arm& b,
                                              const interference& light) {
  const double x = a.efficiency, y = b.efficiency, v = light.visibility.value();
  const double s = a.seen(), t = b.seen();
  // Index: no photon, one photon, thermal light. `none`: nothing reaches a detector. `lit`: the first detector alone.
  const double none_a[3] = {1, 1 - x, 1 / (1 + s)}, none_b[3] = {1, 1 - y, 1 / (1 + t)};
  double lit[3][3] = {};
  if (light.number_resolving) {
    const double one_a[3] = {0, x, s / ((1 + s) * (1 + s))}, one_b[3] = {0, y, t / ((1 + t) * (1 + t))};
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) lit[i][j] = (one_a[i] * none_b[j] + none_a[i] * one_b[j]) / 2;
  } else {
    // One end in a Fock state, the other thermal: h = 1 + half the light.
    const auto fock_and_thermal = [v](double eta, double light_seen, double* zero, double* one) {
      const double h = 1 + light_seen / 2, full = 1 + light_seen;
      const double gap = light_seen / 2 / (h * full);  // 1/h − 1/full
      *zero = gap;
      *one = (1 - eta / 2) * gap + eta / 2 / full + eta * light_seen * v / (4 * h * h);
    };
    lit[1][0] = x / 2;
    lit[0][1] = y / 2;
    lit[1][1] = (x * (1 - y) + y * (1 - x)) / 2 + x * y * (1 + v) / 4;
    fock_and_thermal(x, t, &lit[0][2], &lit[1][2]);
    fock_and_thermal(y, s, &lit[2][0], &lit[2][1]);
    const double half_lit = 1 + (s + t) / 2 + s * t * (1 - v) / 4;
    lit[2][2] = ((s + t) / 2 + s * t * (3 + v) / 4) / (half_lit * (1 + s) * (1 + t));
  }
  const click_weights weights{light};
  const auto herald = [&](int i, int j) { return weights.seen * lit[i][j] + weights.dark * none_a[i] * none_b[j]; };
  // A mode with 0, 1, any number of quanta: how its light is composed of the three kinds.
  const double made_of_a[3][3] = {{a.empty(), 0, 0}, {a.old_quantum(), a.new_quantum(), 0}, {0, 0, 1}};
  const double made_of_b[3][3] = {{b.empty(), 0, 0}, {b.old_quantum(), b.new_quantum(), 0}, {0, 0, 1}};
  click_sums out;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 3; ++k)
        for (int l = 0; l < 3; ++l)
          if (made_of_a[i][k] > 0 && made_of_b[j][l] > 0)
            out.of[i][j] += made_of_a[i][k] * made_of_b[j][l] * herald(k, l);
  out.coherence = click_coherence(a, b, light);
  return out;
}

/// The probability that `m` and `l` photons, one from either arm, light the first detector and not the second.
[[nodiscard]] constexpr double fock_click(int m, int l, double x, double y, const interference& light) {
  const auto power = [](double base, int n) {
    double out = 1;
    for (int i = 0; i < n; ++i) out *= base;
    return out;
  };
  if (light.number_resolving)
    return ((m > 0 ? m * x * power(1 - x, m - 1) * power(1 - y, l) : 0) +
            (l > 0 ? l * y * power(1 - y, l - 1) * power(1 - x, m) : 0)) /
           2;
  // ⟨m, l| Γ(1 − M) |m, l⟩: j photons of either arm change places.
  double sum = 0, ways = 1;
  for (int j = 0; j <= m && j <= l; ++j) {
    sum += ways * power(1 - x / 2, m - j) * power(1 - y / 2, l - j) * power(x * y * light.visibility.value() / 4, j);
    ways *= static_cast<double>(m - j) * (l - j) / ((j + 1.0) * (j + 1.0));
  }
  return sum - power(1 - x, m) * power(1 - y, l);
}

/// The same sums, term by term up to the cut.
[[nodiscard]] constexpr click_sums truncated_clicks(const squeezed_arm& a, const squeezed_arm& b,
                                                    const interference& light, const fock_cut& cut) {
  constexpr int size = 61;
  // Joint probabilities of 0, 1, any number of quanta and m photons.
  const auto tabulate = [&cut](const squeezed_arm& arm, double(&joint)[3][size]) {
    for (int k = 0; k <= cut.thermal; ++k)
      for (int m = 0; m <= cut.pairs; ++m) {
        const double w = arm.quanta(k) * arm.pairs(k, m);
        joint[2][m] += w;
        if (k + m < 2) joint[k + m][m] += w;
      }
  };
  double in_a[3][size] = {}, in_b[3][size] = {};
  tabulate(a, in_a);
  tabulate(b, in_b);
  const click_weights weights{light};
  click_sums out;
  double dark_a = 1;
  for (int m = 0; m <= cut.pairs; ++m, dark_a *= 1 - a.efficiency) {
    double dark = dark_a;
    for (int l = 0; l <= cut.pairs; ++l, dark *= 1 - b.efficiency) {
      const double herald = weights.seen * fock_click(m, l, a.efficiency, b.efficiency, light) + weights.dark * dark;
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) out.of[i][j] += in_a[i][m] * in_b[j][l] * herald;
    }
  }
  out.coherence = click_coherence(a, b, light);
  return out;
}

}  // namespace detail
}  // namespace ebit::herald
