// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/probability.hpp>
#include <ebit/core/time.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/purify/concepts.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/x_state.hpp>
#include <ebit/route/graph.hpp>
#include <ebit/route/link_model.hpp>
#include <ebit/route/round_rate.hpp>

namespace ebit::route {

/// One link driven and distilled in one way, as the model of a circuit needs it. States are relative to what is
/// announced.
struct link_figures {
  double seconds_per_pair = 0;  ///< of one chain of slots, distilled, from one success to the next
  double raw_per_pair = 1;      ///< heralds spent on each
  link_model raw;
  bell_diagonal fresh;   ///< distilled without any wait
  bell_diagonal waited;  ///< distilled with the waits between the rounds
  duration cycle;
};

[[nodiscard]] inline memory_decay product_of(memory_decay a, memory_decay b) {
  return {a.coherence * b.coherence, a.population * b.population};
}

/// What is left of the coherence of two pairs' common phase that are made `apart` from each other: the mean of cos Δφ
/// for a phase of rms σ and correlation e^(−t/τ), exp(−σ²(1 − e^(−t/τ))).
[[nodiscard]] inline double phase_in_common(const link::budget& b, double apart) {
  if (b.phase_noise == 0) return 1;
  const double tau = b.phase_correlation.seconds();
  const double kept = b.phase_correlation.is_never() ? 1 : tau > 0 ? math::exp(-apart / tau) : 0;
  return math::exp(-b.phase_noise * b.phase_noise * (1 - kept));
}

/// A pair with Ψ+ announced whose halves have aged for `elapsed`.
[[nodiscard]] inline x_state idled(const x_state& s, const link::budget& b, duration elapsed) {
  return s.aged(half::a, elapsed, b.memory_a).aged(half::b, elapsed, b.memory_b);
}

/// From emission to herald: twice the way to the station at each end.
[[nodiscard]] inline memory_decay fixed_decay(const link::budget& b) {
  return product_of(b.memory_a.over(b.station_a * 2), b.memory_b.over(b.station_b * 2));
}
[[nodiscard]] inline memory_decay both_aged(const link::budget& b, duration wait) {
  return product_of(b.memory_a.over(wait), b.memory_b.over(wait));
}

/// `fresh` distils pairs of the same instant, `waited` pairs that had to wait for one another: the mean wait of the
/// first input of every round. Both are twirled only after a round that is coherent.
template <herald::herald_policy Herald, purify::purify_policy Purify>
[[nodiscard]] link_figures figures_of(const Herald& herald, const Purify& purify, const network_map& map,
                                      const edge& e, const herald::setting& drive, std::uint16_t width,
                                      std::uint8_t rounds) {
  const link::budget& b = e.budget;
  link_figures l;
  l.raw = model_of(herald, b, drive);
  l.cycle = b.period(width);
  const bell_diagonal raw_state = l.raw.state.aged(fixed_decay(b));
  l.fresh = l.waited = raw_state;
  l.seconds_per_pair = l.raw.success_probability > 0 ? l.cycle.seconds() / l.raw.success_probability : 1e300;
  const gate_noise noise = noisier(map.at(e.a).gates, map.at(e.b).gates);
  const duration exchange = b.delay + greatest(map.at(e.a).gate_time, map.at(e.b).gate_time);
  std::vector<double> keep;  // probability to keep, round by round
  const auto raw = [&](double slots) {
    return l.cycle.seconds() / complement_power(l.raw.success_probability, slots);
  };
  constexpr bool pumping = purify::pumps<Purify>;
  for (std::uint8_t r = 0; r < rounds; ++r) {
    // The first of two pairs waits for the second, and the kept one for the other end's word.
    const double wait = pumping ? raw(width - 1 > 0 ? width - 1 : 1) : recurrence(raw, exchange, keep, width - 1);
    branch<bell_diagonal> slow, fast;
    if constexpr (purify::coherent<Purify>) {
      const x_state one = announced_at(herald, b, drive, 0)
                              .aged(half::a, b.station_a * 2, b.memory_a)
                              .aged(half::b, b.station_b * 2, b.memory_b);
      // What the phase did between the two heralds is told by the coherence of the second.
      const x_state other = one.aged(half::a, {.coherence = phase_in_common(b, wait)});
      const auto announced = [](const branch<x_state>& kept) {
        return branch<bell_diagonal>{kept.state.twirled().corrected(pauli_frame{bell_index::psi_plus}),
                                     kept.probability};
      };
      slow = announced(purify.apply(idled(one, b, duration::seconds(wait)), other, noise));
      fast = announced(purify.apply(one, one, noise));
    } else {
      const bell_diagonal first = l.waited.aged(both_aged(b, duration::seconds(wait)));
      slow = purify::model(purify, first, pumping ? raw_state : l.waited, noise);
      fast = purify::model(purify, l.fresh, pumping ? raw_state : l.fresh, noise);
    }
    l.waited = slow.state.aged(both_aged(b, exchange));
    l.fresh = fast.state.aged(both_aged(b, exchange));
    l.raw_per_pair = (pumping ? l.raw_per_pair + 1 : 2 * l.raw_per_pair) / fast.probability;
    keep.push_back(slow.probability);
  }
  if (!keep.empty()) l.seconds_per_pair = recurrence(raw, exchange, keep, width, pumping);
  return l;
}

}  // namespace ebit::route
