// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ebit/analyze/waiting_time.hpp>
#include <ebit/ebit.hpp>
#include <ebit/quantum/sampled_bell.hpp>
#include <ebit/quantum/werner.hpp>

#include "measure.hpp"

/// What needs no network: the event queue, one operation on states, and analysis.
namespace versus {

/// Pop one event, push one at an exponential distance, with `queued` events in the queue.
inline void run_hold(report& out, const std::string& name, std::uint32_t queued, int repeats, const char* others) {
  ebit::sim::kernel<std::uint64_t> kernel;
  ebit::random_stream draw{1, ebit::random_purpose::user, queued};
  std::vector<ebit::duration> distances(1U << 16);
  for (ebit::duration& d : distances)
    d = ebit::duration::picoseconds(1 + static_cast<std::int64_t>(ebit::sample::exponential(draw, 1e-9)));
  const auto distance = [&distances](std::uint32_t i) { return distances[i & (distances.size() - 1)]; };
  for (std::uint32_t i = 0; i < queued; ++i)
    kernel.post(kernel.now() + distance(i * 2654435761U >> 16), i & 1023, 0, i, i);
  constexpr std::uint32_t events = 2'000'000;
  std::uint64_t sum = 0;
  const double cpu = best_seconds(repeats, [&] {
    for (std::uint32_t i = 0; i < events; ++i) {
      const std::uint64_t payload = kernel.pop();
      sum += payload;
      kernel.post(kernel.now() + distance(i), i & 1023, 0, i, payload);
    }
  });
  keep(sum);
  out.add(name, "ns_per_event", cpu / events * 1e9, others);
}

/// One operation on two pairs, in microseconds. The result feeds the next, so that nothing is computed beforehand.
template <class Operation>
[[nodiscard]] double microseconds(int repeats, Operation&& operate) {
  constexpr int count = 1'000'000;
  return best_seconds(repeats,
                      [&] {
                        for (int i = 0; i < count; ++i) operate();
                      }) /
         count * 1e6;
}

template <class State>
void run_purification(report& out, const char* metric, int repeats, const char* others) {
  ebit::random_stream draw{1, ebit::random_purpose::outcome, 5};
  const State fresh = State::from(ebit::bell_diagonal::werner(0.9), draw);
  const ebit::distil_recipe recipe = ebit::purify::dejmps{}.recipe({}, {});
  State state = fresh;
  int round = 0;
  out.add("purification_round", metric,
          microseconds(repeats,
                       [&] {
                         state = State::distil((++round & 3) == 0 ? fresh : state, fresh, recipe, {}, draw).state;
                         keep(state);
                       }),
          others);
}

template <class State>
void run_swap(report& out, const char* metric, int repeats, const char* others) {
  ebit::random_stream draw{1, ebit::random_purpose::outcome, 6};
  const State fresh = State::from(ebit::bell_diagonal::werner(0.9), draw);
  State state = fresh;
  int round = 0;
  out.add("swap", metric,
          microseconds(repeats,
                       [&] {
                         state = State::swap((++round & 3) == 0 ? fresh : state, fresh, {}, draw).state;
                         keep(state);
                       }),
          others);
}

/// A chain of `pairs` Bell pairs joined by noisy swaps, with the joined pair's error at the end: depolarising 0.01 on
/// each creation and swap gate, read-out errors 0.01. One shot is one sample of every error.
inline void run_sampled_chain(report& out, const std::string& name, std::uint32_t pairs, int repeats,
                              const char* others) {
  ebit::random_stream draw{1, ebit::random_purpose::outcome, pairs};
  const ebit::bell_diagonal created = ebit::bell_diagonal{}.whitened(0.01 * 16 / 15);
  const ebit::gate_noise noise{.two_qubit = 0.01 * 16 / 15, .one_qubit = 0, .read_out = 0.01};
  const std::uint32_t shots = 4'000'000 / pairs;
  std::uint64_t errors = 0;
  const double cpu = best_seconds(repeats, [&] {
    for (std::uint32_t shot = 0; shot < shots; ++shot) {
      auto state = ebit::sampled_bell::from(created, draw);
      ebit::pauli_frame frame;
      for (std::uint32_t i = 1; i < pairs; ++i) {
        const auto next = ebit::sampled_bell::from(created, draw);
        const auto joined = ebit::sampled_bell::swap(state, next, noise, draw);
        state = joined.state;
        frame ^= ebit::pauli_frame{joined.outcome};
      }
      state.correct(frame);
      errors += state.label() == ebit::bell_index::phi_plus ? 0U : 1U;
    }
  });
  keep(errors);
  out.add(name, "ns_per_shot", cpu / shots * 1e9, others);
}

/// The exact distribution of the delivery time of 2^levels segments, success 0.1 per attempt, swaps 0.5.
inline void run_waiting(report& out, const std::string& name, unsigned levels, int repeats, const char* others) {
  double mean = 0;
  const double cpu = best_seconds(repeats, [&] { mean = ebit::analyze::nested_chain(0.1, 0.5, levels).mean; });
  out.add(name, "cpu_s", cpu, others);
  out.add(name, "mean_attempts", mean);
}

}  // namespace versus
