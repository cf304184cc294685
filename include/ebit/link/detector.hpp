// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>

namespace ebit::link {

/// At least one dark count within `window` at a mean rate of `dark_counts`: 1 − exp(−R t). Exact also where it is
/// tiny.
[[nodiscard]] constexpr double dark_count_probability(rate dark_counts, duration window) {
  EBIT_ASSERT(dark_counts.base() >= 0 && window >= duration::zero(),
              "dark_count_probability: negative rate or window");
  return -math::expm1(-dark_counts.base() * window.seconds());
}

/// The rate that a detector reports of `true_counts` (Poissonian) when it is blind for `dead` after each count it
/// reports and photons meanwhile change nothing (not paralysable): R/(1 + R t). Never above 1/t.
[[nodiscard]] constexpr rate counted_if_not_paralysable(rate true_counts, duration dead) {
  return hertz(true_counts.base() / (1 + true_counts.base() * dead.seconds()));
}
/// The same when every photon, seen or not, starts the dead time anew (paralysable): R exp(−R t), largest at R = 1/t.
[[nodiscard]] constexpr rate counted_if_paralysable(rate true_counts, duration dead) {
  return hertz(true_counts.base() * math::exp(-true_counts.base() * dead.seconds()));
}

/// A detector that tells only dark from light: it clicks on `photons` photons with probability 1 − (1 − d)(1 − η)^n,
/// for dark-count probability d and efficiency η, both in [0, 1].
[[nodiscard]] constexpr double click_probability(std::uint64_t photons, double efficiency,
                                                 double dark_probability = 0) {
  EBIT_ASSERT(efficiency >= 0 && efficiency <= 1 && dark_probability >= 0 && dark_probability <= 1,
              "click_probability: a probability is not in [0, 1]");
  if (photons == 0) return dark_probability;
  if (dark_probability == 1 || efficiency == 1) return 1;
  return -math::expm1(math::log1p(-dark_probability) + static_cast<double>(photons) * math::log1p(-efficiency));
}

}  // namespace ebit::link
