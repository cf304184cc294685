// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/probability.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/key_fraction.hpp>

namespace ebit::analyze {

// Key fractions of protocols with two and three bases: `quantum/key_fraction.hpp`, under these names here too.
using ebit::bb84_balance;
using ebit::bb84_key_fraction;
using ebit::binary_entropy;
using ebit::error_rates;
using ebit::errors_of;
using ebit::hashing_balance;
using ebit::six_state_key_fraction;

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
