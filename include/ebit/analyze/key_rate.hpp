// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/quantum/bell_diagonal.hpp>

namespace ebit::analyze {

/// −x log₂ x, 0 at 0. Rounding may leave a probability a little below 0 or above 1; it counts as 0 or 1.
[[nodiscard]] constexpr double entropy_term(double x) { return x > 0 && x < 1 ? -x * math::log2(x) : 0.0; }
/// The entropy of a biased coin in bits; x in [0, 1].
[[nodiscard]] constexpr double binary_entropy(double x) { return entropy_term(x) + entropy_term(1 - x); }

/// How often the two ends disagree when both measure in the same basis (Φ+ expected; the Y bits of one end inverted).
struct error_rates {
  double x = 0;
  double y = 0;
  double z = 0;
};
[[nodiscard]] constexpr error_rates errors_of(const bell_diagonal& pair) {
  const auto& c = pair.probabilities();
  return {c[1] + c[3], c[1] + c[2], c[2] + c[3]};
}

/// A key fraction before it is cut at zero: secret bits per pair measured in matching bases. Negative: no key.
/// Entanglement-based BB84 (BBM92) with one-way error correction: 1 − h(e_x) − f h(e_z), `inefficiency` f ≥ 1, 1 for
/// the Shannon limit, about 1.16 in practice (Shor and Preskill 2000).
[[nodiscard]] constexpr double bb84_balance(const error_rates& e, double inefficiency = 1) {
  EBIT_ASSERT(inefficiency >= 1, "bb84_balance: an error correction is better than the Shannon limit");
  return 1 - binary_entropy(e.x) - inefficiency * binary_entropy(e.z);
}
/// 1 − H(c), the yield of one-way hashing and the key fraction of the six-state protocol (Bennett et al. 1996; Lo
/// 2001).
[[nodiscard]] constexpr double hashing_balance(const bell_diagonal& pair) {
  double bits = 1;
  for (const double c : pair.probabilities()) bits -= entropy_term(c);
  return bits;
}

[[nodiscard]] constexpr double bb84_key_fraction(const bell_diagonal& pair, double inefficiency = 1) {
  return std::max(0.0, bb84_balance(errors_of(pair), inefficiency));
}
[[nodiscard]] constexpr double six_state_key_fraction(const bell_diagonal& pair) {
  return std::max(0.0, hashing_balance(pair));
}

/// The largest CHSH value over all settings: 2 √(u₁ + u₂), the two largest squared correlators (Horodecki 1995).
/// Above 2 it violates the inequality; 2√2 at most.
[[nodiscard]] constexpr double chsh_best(const bell_diagonal& pair) {
  const double xx = pair.xx() * pair.xx(), yy = pair.yy() * pair.yy(), zz = pair.zz() * pair.zz();
  return 2 * math::sqrt(xx + yy + zz - std::min({xx, yy, zz}));
}
/// The CHSH value at the settings that are best for Φ+: √2 (⟨ZZ⟩ + ⟨XX⟩).
[[nodiscard]] constexpr double chsh_fixed(const bell_diagonal& pair) {
  return 1.41421356237309504880 * (pair.zz() + pair.xx());
}

/// Device-independent key, before the cut at zero: 1 − h(Q) − h((1 + √((S/2)² − 1))/2) for error rate Q and CHSH
/// value S (Acín et al., Phys. Rev. Lett. 98, 230501 (2007)). Without a violation (S ≤ 2) the last term is 1.
[[nodiscard]] constexpr double device_independent_balance(double error_rate, double chsh) {
  const double excess = chsh * chsh / 4 - 1;
  const double known = excess > 0 ? binary_entropy((1 + math::sqrt(std::min(excess, 1.0))) / 2) : 1.0;
  return 1 - binary_entropy(error_rate) - known;
}
[[nodiscard]] constexpr double device_independent_key_fraction(const bell_diagonal& pair) {
  return std::max(0.0, device_independent_balance(errors_of(pair).z, chsh_best(pair)));
}

}  // namespace ebit::analyze
