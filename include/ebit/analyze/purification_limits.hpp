// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <ebit/core/assert.hpp>
#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::analyze {

/// One round of BBPSSW from two Werner pairs of fidelity `f`: the fidelity of what is kept.
struct bbpssw_step {
  gate_noise noise;

  [[nodiscard]] double operator()(double f) const {
    const bell_diagonal pair = bell_diagonal::werner(f);
    return purify::bbpssw{}.apply(pair, pair, noise).state.fidelity(bell_index::phi_plus);
  }
};
/// Where DEJMPS without twirling ends up from two Werner pairs of fidelity `f`, each round on two pairs of the last.
struct dejmps_limit {
  gate_noise noise;
  int rounds = 400;

  [[nodiscard]] double operator()(double f) const {
    bell_diagonal pair = bell_diagonal::werner(f);
    for (int i = 0; i < rounds; ++i) {
      const branch<bell_diagonal> next = purify::dejmps{}.apply(pair, pair, noise);
      if (!(next.probability > 0)) return 0;
      pair = next.state;
    }
    return pair.fidelity(bell_index::phi_plus);
  }
};

/// Between which fidelities of Werner pairs purification gains.
struct purification_range {
  double lowest = 0;   ///< at or below: no gain
  double highest = 1;  ///< what is reached by repeating, and where gain ends
};

/// Where `map` (fidelity before → after) lies above the diagonal, if anywhere in [1/2, `top`] by more than 1e-9. One
/// stretch is assumed; those narrower than 1/1000 may be missed.
template <class Map>
[[nodiscard]] std::optional<purification_range> gaining_range(const Map& map, double top = 1) {
  constexpr int grid = 1000;
  double best = 0, best_gain = 1e-9;
  for (int i = 0; i <= grid; ++i) {
    const double f = 0.5 + (top - 0.5) * i / grid;
    const double gain = map(f) - f;
    if (gain > best_gain) best_gain = gain, best = f;
  }
  if (best == 0) return std::nullopt;
  // Bisection for the ends; 1/4 (white noise) certainly gains nothing.
  const auto edge = [&map](double gaining, double losing) {
    for (int i = 0; i < 60; ++i) {
      const double middle = (gaining + losing) / 2;
      (map(middle) > middle ? gaining : losing) = middle;
    }
    return (gaining + losing) / 2;
  };
  return purification_range{edge(best, 0.26), map(1.0) >= 1.0 ? 1.0 : edge(best, 1.0)};
}

/// For noisy BBPSSW, re-twirled every round (the fixed points of the map of Dür, Briegel, Cirac and Zoller, Phys.
/// Rev. A 59, 169 (1999)); nothing if the noise is too strong to gain at any fidelity.
[[nodiscard]] inline std::optional<purification_range> bbpssw_range(const gate_noise& noise) {
  return gaining_range(bbpssw_step{noise});
}
/// For noisy DEJMPS: from which Werner fidelity repetition leads to something better, and to what.
[[nodiscard]] inline std::optional<purification_range> dejmps_range(const gate_noise& noise) {
  const dejmps_limit limit{noise};
  std::optional<purification_range> range = gaining_range(limit);
  if (range) range->highest = limit((range->lowest + range->highest) / 2);
  return range;
}

/// The largest noise for which purification still gains at some Werner fidelity in [1/2, 0.999]; `noise_of(x)` is the
/// noise at strength x in [0, 1/2], growing with x. `Map` is `bbpssw_step` or `dejmps_limit`. To 1e-6.
template <class Map, class NoiseOf>
[[nodiscard]] double critical_noise(const NoiseOf& noise_of) {
  double gains = 0, fails = 0.5;
  EBIT_ASSERT(gaining_range(Map{noise_of(gains)}, 0.999), "critical_noise: no gain without noise");
  while (fails - gains > 1e-6) {
    const double middle = (gains + fails) / 2;
    (gaining_range(Map{noise_of(middle)}, 0.999) ? gains : fails) = middle;
  }
  return (gains + fails) / 2;
}

}  // namespace ebit::analyze
