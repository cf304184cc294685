// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>

/// The binomial distribution and what its counts say of the probability behind them.
namespace ebit::binomial {

namespace detail {

using ebit::math::detail::pi;

/// ln(n! / (√(2πn) (n/e)ⁿ)) for n ≥ 1: a table to 15, then Stirling's series, whose first term left out is below
/// 10⁻¹⁶.
inline constexpr std::array<double, 16> small_stirling_rests = [] {
  std::array<double, 16> rests{};
  double log_factorial = 0;
  for (std::size_t k = 1; k < 16; ++k) {
    const auto n = static_cast<double>(k);
    log_factorial += math::log(n);
    rests[k] = log_factorial - (n + 0.5) * math::log(n) + n - 0.5 * math::log(2 * pi.hi);
  }
  return rests;
}();
[[nodiscard]] constexpr double stirling_rest(double n) {
  if (n < 16) return small_stirling_rests[static_cast<std::size_t>(n)];
  const double r = 1 / (n * n);
  return (1 / 12.0 -
          r * (1 / 360.0 - r * (1 / 1260.0 - r * (1 / 1680.0 - r * (1 / 1188.0 - r * (691 / 360'360.0)))))) /
         n;
}

/// x ln(x/m) + m − x, accurate also where x is close to m.
[[nodiscard]] constexpr double deviance(double x, double m) {
  const double gap = x - m;
  if (gap * gap < 0.01 * (x + m) * (x + m)) {
    // With v = (x − m)/(x + m): (x − m) v + 2x (v³/3 + v⁵/5 + …).
    const double v = gap / (x + m);
    double sum = gap * v, term = 2 * x * v;
    for (double k = 3; k < 100; k += 2) {
      term *= v * v;
      const double next = sum + term / k;
      if (next == sum) break;
      sum = next;
    }
    return sum;
  }
  return x * math::log(x / m) + m - x;
}

}  // namespace detail

/// The probability of exactly k of n, each with probability p. Relative error below 2·10⁻¹² for n up to 10⁵ and down
/// to 10⁻²⁸⁰ (the saddle point form of Loader 2000). k ≤ n, 0 ≤ p ≤ 1.
[[nodiscard]] constexpr double mass(std::uint64_t k, std::uint64_t n, double p) {
  EBIT_ASSERT(k <= n && p >= 0 && p <= 1, "binomial: out of range");
  if (p == 0) return k == 0 ? 1 : 0;
  if (p == 1) return k == n ? 1 : 0;
  const auto trials = static_cast<double>(n), hits = static_cast<double>(k), rest = static_cast<double>(n - k);
  if (k == 0) return math::exp(trials * math::log1p(-p));
  if (k == n) return math::exp(trials * math::log(p));
  const double exponent = detail::stirling_rest(trials) - detail::stirling_rest(hits) - detail::stirling_rest(rest) -
                          detail::deviance(hits, trials * p) - detail::deviance(rest, trials * (1 - p));
  return math::exp(exponent) * math::sqrt(trials / (2 * detail::pi.hi * hits * rest));
}

/// The probability of k or more of n; k = 0 gives 1, k > n gives 0. The regularised incomplete beta function I_p(k, n
/// − k + 1) by its continued fraction (DLMF 8.17.22), begun on the side where it converges at once. As accurate as
/// `mass`, but 10⁻¹⁵/p at best where p or 1 − p is tiny.
[[nodiscard]] constexpr double at_least(std::uint64_t k, std::uint64_t n, double p);

namespace detail {

/// I_x(a, b) a B(a, b) / (x^a (1 − x)^b) by the method of Lentz; for x ≤ (a + 1)/(a + b + 2).
[[nodiscard]] constexpr double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  const auto away_from_zero = [](double y) { return y == 0 ? tiny : y; };
  double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), value = d;
  for (double m = 1; m < 1e6; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    value *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    const double change = d * c;
    value *= change;
    if (change - 1 < 1e-15 && 1 - change < 1e-15) break;
  }
  return value;
}

/// Where a function that does not fall on [0, 1] passes `target`: halving down to neighbouring numbers.
template <class Function>
[[nodiscard]] constexpr double crossing(Function f, double target) {
  double low = 0, high = 1;
  for (int i = 0; i < 1100; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high || high - low < 1e-15 * high) break;
    (f(middle) < target ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

/// I_p(k, n − k + 1) by its fraction, for 1 ≤ k ≤ n and 0 < p < 1, and the rest to 1, whichever is asked for.
[[nodiscard]] constexpr double tail(std::uint64_t k, std::uint64_t n, double p, bool rest) {
  const auto a = static_cast<double>(k), b = static_cast<double>(n - k + 1);
  const bool at_once = p <= (a + 1) / (a + b + 2);
  const double part =
      at_once ? (1 - p) * mass(k, n, p) * beta_fraction(a, b, p) : p * mass(k - 1, n, p) * beta_fraction(b, a, 1 - p);
  return at_once == rest ? 1 - part : part;
}

}  // namespace detail

constexpr double at_least(std::uint64_t k, std::uint64_t n, double p) {
  EBIT_ASSERT(p >= 0 && p <= 1, "binomial: no probability");
  if (k == 0) return 1;
  if (k > n || p == 0) return 0;
  return p == 1 ? 1 : detail::tail(k, n, p, false);
}

/// The probability of k or fewer of n; accurate also where it is small.
[[nodiscard]] constexpr double at_most(std::uint64_t k, std::uint64_t n, double p) {
  EBIT_ASSERT(p >= 0 && p <= 1, "binomial: no probability");
  if (k >= n || p == 0) return 1;
  return p == 1 ? 0 : detail::tail(k + 1, n, p, true);
}

/// The least probability that does not make k or more of n less likely than 1 − `confidence`: below it the true one
/// lies with a probability of at most that, whatever it is (Clopper and Pearson, Biometrika 26, 404 (1934)). 0 <
/// confidence < 1.
[[nodiscard]] constexpr double lower_limit(std::uint64_t k, std::uint64_t n, double confidence) {
  EBIT_ASSERT(k <= n && confidence > 0 && confidence < 1, "binomial: out of range");
  if (k == 0) return 0;
  return detail::crossing([&](double p) { return at_least(k, n, p); }, 1 - confidence);
}

/// The same from above: the true probability lies beyond it with a probability of at most 1 − `confidence`.
[[nodiscard]] constexpr double upper_limit(std::uint64_t k, std::uint64_t n, double confidence) {
  EBIT_ASSERT(k <= n && confidence > 0 && confidence < 1, "binomial: out of range");
  if (k == n) return 1;
  return detail::crossing([&](double p) { return -at_most(k, n, p); }, confidence - 1);
}

/// Whether k of n speak against p so clearly that, if p is right, they ever do in a series of trials that is looked
/// at after each one with a probability of at most 1 − `confidence` in all. The likelihood of all probabilities
/// alike, ∫qᵏ(1 − q)ⁿ⁻ᵏdq, against that of p is a martingale of mean 1 (Ville 1939; Robbins, Ann. Math. Stat. 41,
/// 1397 (1970)): that is (n + 1) P(k) ≤ 1 − confidence, with P the mass at p.
[[nodiscard]] constexpr bool ever_refutes(std::uint64_t k, std::uint64_t n, double p, double confidence) {
  return (static_cast<double>(n) + 1) * mass(k, n, p) <= 1 - confidence;
}

}  // namespace ebit::binomial
