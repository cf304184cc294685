// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/clock.hpp>

namespace ebit::link {

/// A clock as it runs: synchronised at the network's time 0 and every `synchronised_every` from then on, it keeps what
/// a synchronisation leaves until the next, drifts meanwhile, and jitters at every tick. Errors follow from (seed,
/// entity, number of the synchronisation, number of the tick) alone, so that they may be asked for in any order.
class clock_run {
 public:
  clock_run(const clock& keeps, std::uint64_t seed, std::uint64_t entity)
      : keeps_{keeps}, draws_{seed, random_purpose::noise, entity} {}

  [[nodiscard]] const clock& keeps() const { return keeps_; }

  /// Seconds by which an action is late that this clock carries out at the network's time `when` ≥ 0 s; `tick`
  /// numbers the action, each with a jitter of its own.
  [[nodiscard]] double error_at(duration when, std::uint64_t tick) {
    EBIT_ASSERT(when >= duration::zero(), "clock_run: a time before the first synchronisation");
    duration since = when;
    std::uint64_t round = 0;
    if (!keeps_.synchronised_every.is_never()) {
      round = static_cast<std::uint64_t>(when / keeps_.synchronised_every);
      since = when - keeps_.synchronised_every * static_cast<std::int64_t>(round);
    }
    double error = keeps_.mean_after(since);
    if (keeps_.residual > 0) {
      if (!known_ || round != round_) {
        draws_.at(0, round);
        left_ = keeps_.residual * sample::normal(draws_);
        round_ = round;
        known_ = true;
      }
      error += left_;
    }
    if (keeps_.jitter > 0) {
      draws_.at(1, tick);
      error += keeps_.jitter * sample::normal(draws_);
    }
    return error;
  }

 private:
  clock keeps_;
  random_stream draws_;
  std::uint64_t round_ = 0;  ///< of the synchronisation whose rest is `left_`
  double left_ = 0;
  bool known_ = false;
};

}  // namespace ebit::link
