// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

namespace ebit::route {

/// The link fidelity between 1/2 and `top` at which `value` is largest: the best of a grid that is denser towards the
/// top, then golden sections between its neighbours. `value` is taken to have one peak, which may be a cliff.
template <class Value>
[[nodiscard]] double fastest_drive(double top, const Value& value) {
  constexpr std::array shares{1.0, 0.85, 0.72, 0.6, 0.5, 0.42, 0.36, 0.25, 0.16, 0.09, 0.05, 0.025, 0.01, 0.003, 0.0};
  constexpr double golden = 0.61803398874989484820;
  const auto at = [top](double share) { return top - (top - 0.5) * share; };
  std::size_t best = 0;
  double most = value(at(shares[0]));
  for (std::size_t i = 1; i < shares.size(); ++i) {
    const double v = value(at(shares[i]));
    if (v > most) best = i, most = v;
  }
  double found = at(shares[best]);
  double low = at(shares[best > 0 ? best - 1 : 0]), high = at(shares[best + 1 < shares.size() ? best + 1 : best]);
  double u = high - golden * (high - low), w = low + golden * (high - low);
  double at_u = value(u), at_w = value(w);
  for (int i = 0; i < 14; ++i) {
    if (at_u > most) found = u, most = at_u;
    if (at_w > most) found = w, most = at_w;
    if (at_u < at_w) {
      low = u, u = w, at_u = at_w;
      w = low + golden * (high - low), at_w = value(w);
    } else {
      high = w, w = u, at_w = at_u;
      u = high - golden * (high - low), at_u = value(u);
    }
  }
  return found;
}

}  // namespace ebit::route
