// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ebit/analyze/waiting_time.hpp>
#include <ebit/ebit.hpp>
#include <ebit/quantum/bell_batch.hpp>
#include <ebit/quantum/sampled_bell.hpp>
#include <ebit/quantum/sampled_bell_block.hpp>
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

/// One operation on a batch of 1024 Bell-diagonal pairs, in microseconds per pair. The result feeds the next.
template <class Operation>
void run_batch(report& out, const std::string& name, int repeats, Operation&& operate) {
  constexpr std::size_t pairs = 1024;
  constexpr int rounds = 2000;
  const ebit::bell_batch fresh(pairs, ebit::bell_diagonal::werner(0.9));
  ebit::bell_batch state = fresh;
  const double cpu = best_seconds(repeats, [&] {
    for (int round = 0; round < rounds; ++round) {
      operate(state, (round & 3) == 0 ? fresh : state, fresh);
      keep(state);
    }
  });
  out.add(name, "batch_us", cpu / rounds / pairs * 1e6);
}
inline void run_purification_batch(report& out, int repeats) {
  std::vector<double> probabilities(1024);
  const ebit::distil_recipe recipe = ebit::purify::dejmps{}.recipe({}, {});
  run_batch(out, "purification_round", repeats, [&](auto& state, const auto& from, const auto& fresh) {
    state.distil(from, fresh, recipe, false, {}, probabilities);
  });
}
inline void run_swap_batch(report& out, int repeats) {
  run_batch(out, "swap", repeats, [](auto& state, const auto& from, const auto& fresh) { state.join(from, fresh); });
}

/// A chain of `pairs` Bell pairs joined by noisy swaps, with feedback and a final noisy Bell measurement (a swap with
/// a perfect pair): depolarising 0.01 on each creation and Bell measurement, read-out errors 0.01. One shot is one
/// sample of every error; `lanes` of them are taken at once. `Frames` holds what was reported.
template <class State, class Frames, class Errors>
void run_sampled_chain(report& out, const std::string& name, const char* metric, std::uint32_t pairs,
                       std::uint32_t lanes, int repeats, const char* others, Errors&& errors) {
  ebit::random_stream draw{1, ebit::random_purpose::outcome, pairs};
  const ebit::bell_diagonal created = ebit::bell_diagonal{}.whitened(0.01 * 16 / 15);
  const ebit::gate_noise noise{.two_qubit = 0.01 * 16 / 15, .one_qubit = 0, .read_out = 0.01};
  const std::uint32_t rounds = 40'000'000 / (lanes == 1 ? 10 : 1) / pairs / lanes;
  std::uint64_t wrong = 0;
  const double cpu = best_seconds(repeats, [&] {
    for (std::uint32_t round = 0; round < rounds; ++round) {
      State state = State::from(created, draw);
      Frames frame{};
      for (std::uint32_t i = 1; i <= pairs; ++i) {
        const State next = i < pairs ? State::from(created, draw) : State{};
        const auto joined = State::swap(state, next, noise, draw);
        state = joined.state;
        frame ^= Frames{joined.outcome};
      }
      state.correct(frame);
      wrong += errors(state);
    }
  });
  keep(wrong);
  out.add(name, metric, cpu / rounds / lanes * 1e9, others);
  out.add(name, lanes == 1 ? "single_errors" : "errors", static_cast<double>(wrong) / repeats / rounds / lanes);
}

/// Many trajectories at once, and one by one.
inline void run_sampled_chains(report& out, const std::string& name, std::uint32_t pairs, int repeats,
                               const char* others) {
  using block = ebit::sampled_bell_block;
  constexpr auto good = ebit::bell_index::phi_plus;
  run_sampled_chain<block, block::frames>(out, name, "ns_per_shot", pairs, block::lanes, repeats, others,
                                          [](const block& end) { return block::lanes - end.count(good); });
  run_sampled_chain<ebit::sampled_bell, ebit::pauli_frame>(
      out, name, "single_ns_per_shot", pairs, 1, repeats, "",
      [](const ebit::sampled_bell& end) { return end.label() == good ? 0U : 1U; });
}

/// The exact distribution of the delivery time of 2^levels segments, success 0.1 per attempt, swaps 0.5.
inline void run_waiting(report& out, const std::string& name, unsigned levels, int repeats, const char* others) {
  double mean = 0;
  const double cpu = best_seconds(repeats, [&] { mean = ebit::analyze::nested_chain(0.1, 0.5, levels).mean; });
  out.add(name, "cpu_s", cpu, others);
  out.add(name, "mean_attempts", mean);
}

}  // namespace versus
