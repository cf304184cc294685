// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/probability.hpp>
#include <ebit/core/time.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/link/drift.hpp>
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
  memory_decay decay;    ///< all that `waited` has suffered
  duration cycle;
};

/// What is left of the coherence of two pairs' common phase that are made `apart` from each other.
[[nodiscard]] inline double phase_in_common(const link::budget& b, duration apart) {
  return link::ornstein_uhlenbeck{b.phase_noise, b.phase_correlation}.mean_cosine_of_difference(apart);
}

/// A pair with Ψ+ announced whose halves have aged for `elapsed`.
[[nodiscard]] inline x_state idled(const x_state& s, const link::budget& b, duration elapsed) {
  return s.aged(half::a, elapsed, b.memory_a).aged(half::b, elapsed, b.memory_b);
}

/// One half of a pair aged for one time, the other for another.
[[nodiscard]] inline memory_decay decay_over(const link::budget& b, duration at_a, duration at_b) {
  return b.memory_a.over(at_a) * b.memory_b.over(at_b);
}
/// From emission to herald: twice the way to the station at each end.
[[nodiscard]] inline memory_decay fixed_decay(const link::budget& b) {
  return decay_over(b, b.station_a * 2, b.station_b * 2);
}
[[nodiscard]] inline memory_decay both_aged(const link::budget& b, duration wait) {
  return decay_over(b, wait, wait);
}

/// By how much the fidelity of a pair can differ from that of its Pauli twirl when its halves' populations are down
/// to `population` in all (product): ⟨ZZ⟩ gains (1 − e_i)(1 − e_k) for any two halves of the pairs it was made of and
/// (1 − e_i)⟨Z⟩ of the other half if that had a `bias` ⟨Z⟩ from the start, and 1 − e ≤ −ln e. `pairs` is how many
/// were spent on it.
[[nodiscard]] inline double most_by_damping(double population, double bias, double pairs) {
  if (population == 1) return 0;
  if (!(population > 0)) return 1;
  const double sum = -math::log(population);
  return least(1.0, (sum / 8 + bias / 4) * sum * pairs);
}
/// The larger ⟨Z⟩ of either half of a pair as it is heralded.
[[nodiscard]] inline double bias_of(const link_model& raw) {
  const double a = raw.announced.correlators().zi, b = raw.announced.correlators().iz;
  return greatest(a < 0 ? -a : a, b < 0 ? -b : b);
}
/// A pair with its fidelity moved by `by`, the others alike.
[[nodiscard]] inline bell_diagonal shifted(const bell_diagonal& pair, double by) {
  const auto& p = pair.probabilities();
  const double to = least(1.0, greatest(0.0, p[0] + by));
  if (!(1 - p[0] > 0)) return bell_diagonal::werner(to);
  const double others = (1 - to) / (1 - p[0]);
  return {to, p[1] * others, p[2] * others, p[3] * others};
}

/// How long the halves of two pairs age around a round of distillation on a link: in the gates before its map, and
/// the kept one after it until the other end's word is there. Both ends begin when they hear of the second herald.
struct round_times {
  duration gate_a, gate_b;  ///< before the map
  duration word_a, word_b;  ///< after it
  duration exchange;        ///< of the whole round, at most

  [[nodiscard]] static round_times on_link(const network_map& map, const edge& e) {
    const link::budget& b = e.budget;
    round_times t;
    t.gate_a = map.at(e.a).gate_time;
    t.gate_b = map.at(e.b).gate_time;
    const duration skew = (b.station_b + t.gate_b) - (b.station_a + t.gate_a);
    t.word_a = greatest(duration::zero(), b.delay + skew);
    t.word_b = greatest(duration::zero(), b.delay - skew);
    t.exchange = greatest(t.gate_a + t.word_a, t.gate_b + t.word_b);
    return t;
  }
};

/// How long the two inputs of a round wait at most on average: one for the other, and when there are slots besides
/// theirs, in line while others are operated on. `raw(n)` is the mean time to a raw pair with n slots.
struct input_waits {
  duration first, second;
};
template <class Raw>
[[nodiscard]] input_waits waits_for(const Raw& raw, duration exchange, std::span<const double> keep, int width,
                                    bool pumping) {
  const int others = width > 2 ? width - 1 : 1;
  // Pumped pairs take up the line one by one.
  if (pumping) {
    const duration in_line = width > 2 ? exchange * (width - 1) : duration::zero();
    return {duration::seconds(raw(others)) + in_line, in_line};
  }
  if (width <= 2) return {duration::seconds(recurrence(raw, exchange, keep, 1)), duration::zero()};
  const double steady = recurrence(raw, exchange, keep, others) + exchange.seconds();
  return {duration::seconds(greatest(steady, raw(1) + exchange.seconds())), duration::zero()};
}

/// `fresh` distils pairs of the same instant, `waited` pairs that had to wait for one another. Both are twirled only
/// after a round that is coherent.
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
  l.decay = fixed_decay(b);
  l.seconds_per_pair = l.raw.success_probability > 0 ? l.cycle.seconds() / l.raw.success_probability : 1e300;
  const gate_noise noise = noisier(map.at(e.a).gates, map.at(e.b).gates);
  const round_times times = round_times::on_link(map, e);
  const memory_decay gates = decay_over(b, times.gate_a, times.gate_b);
  const memory_decay words = decay_over(b, times.word_a, times.word_b);
  std::vector<double> keep;  // probability to keep, round by round
  const auto raw = [&](double slots) {
    return l.cycle.seconds() / complement_power(l.raw.success_probability, slots);
  };
  constexpr bool pumping = purify::pumps<Purify>;
  for (std::uint8_t r = 0; r < rounds; ++r) {
    const input_waits wait = waits_for(raw, times.exchange, keep, width, pumping);
    branch<bell_diagonal> slow, fast;
    if constexpr (purify::coherent<Purify>) {
      const x_state one = announced_at(herald, b, drive, 0)
                              .aged(half::a, b.station_a * 2 + times.gate_a, b.memory_a)
                              .aged(half::b, b.station_b * 2 + times.gate_b, b.memory_b);
      // What the phase did between the two heralds is told by the coherence of the second.
      const x_state other = one.aged(half::a, {.coherence = phase_in_common(b, wait.first)});
      const auto announced = [](const branch<x_state>& kept) {
        return branch<bell_diagonal>{kept.state.twirled().corrected(pauli_frame{bell_index::psi_plus}),
                                     kept.probability};
      };
      slow = announced(purify.apply(idled(one, b, wait.first), idled(other, b, wait.second), noise));
      fast = announced(purify.apply(one, one, noise));
    } else {
      const bell_diagonal old = l.waited.aged(gates);
      const bell_diagonal other = (pumping ? raw_state.aged(gates) : old).aged(both_aged(b, wait.second));
      slow = purify::model(purify, old.aged(both_aged(b, wait.first)), other, noise);
      fast = purify::model(purify, l.fresh.aged(gates), (pumping ? raw_state : l.fresh).aged(gates), noise);
    }
    l.waited = slow.state.aged(words);
    l.decay = l.decay * gates * (words * both_aged(b, wait.first));
    l.fresh = fast.state.aged(words);
    const double most = greatest(fast.probability, slow.probability);
    l.raw_per_pair = (pumping ? l.raw_per_pair + 1 : 2 * l.raw_per_pair) / most;
    keep.push_back(least(fast.probability, slow.probability));
  }
  if (!keep.empty()) l.seconds_per_pair = recurrence(raw, times.exchange, keep, width, pumping);
  return l;
}

}  // namespace ebit::route
