// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include <ebit/backend/devices.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/link/device_lifecycle.hpp>
#include <ebit/link/pair_source.hpp>
#include <ebit/sim/device_faults.hpp>
#include <ebit/sim/device_life.hpp>
#include <ebit/sim/device_timeline.hpp>

namespace ebit::sim {

/// A source of photon pairs behind its driver: started up (which takes minutes of many), bound to a run, degraded by
/// drifts, broken by faults. Which of its pulses hold pairs is drawn when asked, one stream per channel.
class simulated_pair_source {
 public:
  explicit simulated_pair_source(const link::pair_source& model, const link::lifecycle_times& times = {},
                                 const device_faults& faults = {}, std::uint64_t seed = 0, std::uint64_t entity = 0)
      : model_{model}, works_{times}, life_{faults, seed, entity}, seed_{seed}, entity_{entity} {
    EBIT_ASSERT(model.validate().has_value() && times.validate().has_value(), "a photon source out of range");
    life_.begin(time_);
  }

  [[nodiscard]] const link::pair_source& model() const { return model_; }
  [[nodiscard]] link::device_phase phase() const { return works_.at(now()); }
  /// The run that it is bound to.
  [[nodiscard]] std::optional<std::uint32_t> run() const { return run_; }
  /// Whether pulses leave it at `t`, no earlier than now.
  [[nodiscard]] bool emits(local_time t) const { return run_.has_value() && t >= emits_from_; }
  /// The first pulse of a channel with at least one pair that leaves at or after `t` (and not before the first pulse
  /// of the run), if nothing stops it; never if it is bound to no run. The same for the same pulse, whatever was
  /// asked before: each pulse is filled with probability `filled_pulses()/repetition`.
  [[nodiscard]] local_time next_filled_pulse(std::uint32_t channel, local_time t) const {
    EBIT_ASSERT(channel < model_.channels, "a source has no such channel");
    if (!run_.has_value()) return local_time::never();
    const double filled = model_.filled_pulses() / model_.repetition;
    if (!(filled > 0)) return local_time::never();
    const duration between = period(model_.repetition);
    EBIT_ASSERT(between > duration::zero(), "a source whose pulses do not come one after the other");
    const duration since = greatest(t - emits_from_, duration::zero());
    const std::int64_t first = (since + between - duration::picoseconds(1)) / between;
    return emits_from_ + between * next_filled(*run_, channel, static_cast<std::uint64_t>(first), filled);
  }

  // As a backend.

  [[nodiscard]] local_time now() const { return time_.now(); }
  template <class Handler>
  bool poll(Handler&& handler) {
    return time_.poll([this](const happening& h, local_time at) { happen(h, at); }, handler);
  }
  void wait(local_time until) { time_.wait(until); }

  void perform(const command::initialise& c) { life_.ask(time_, life_step::what::initialise, c.operation, c.at); }
  void perform(const command::deinitialise& c) { life_.ask(time_, life_step::what::deinitialise, c.operation, c.at); }
  /// What it emits is lost while it recovers.
  void perform(const command::recover& c) { life_.ask(time_, life_step::what::recover, c.operation, c.at); }
  void perform(const command::start_emission& c) { time_.plan(c.at, {c}); }
  void perform(const command::stop_emission& c) { time_.plan(c.at, {c}); }

  /// It breaks; nothing brings it back for `lasts`.
  void fail(local_time at, duration lasts) { life_.break_down(time_, at, lasts); }
  /// A loop leaves its tolerance, until it recovers.
  void degrade(local_time at) { time_.plan(at, {drift{}}); }

  friend bool operator==(const simulated_pair_source&, const simulated_pair_source&) = default;

 private:
  struct drift {
    friend bool operator==(drift, drift) = default;
  };
  struct first_pulse {
    operation_id operation;
    friend bool operator==(const first_pulse&, const first_pulse&) = default;
  };
  struct happening {
    std::variant<life_step, command::start_emission, command::stop_emission, first_pulse, drift> is;
    friend bool operator==(const happening&, const happening&) = default;
  };
  friend class device_life<happening>;

  /// Pulses are drawn in blocks, each from its own place in the channel's stream: the number of the next filled one.
  [[nodiscard]] std::int64_t next_filled(std::uint32_t bound_to, std::uint32_t channel, std::uint64_t from,
                                         double filled) const {
    random_stream draws{seed_, random_purpose::herald, mix(entity_, channel)};
    const std::uint64_t size = block_size(filled);
    for (std::uint64_t block = from / size;; ++block) {
      draws.at(bound_to, block);
      std::uint64_t pulse = block * size;
      for (;;) {
        const std::uint64_t skipped = sample::geometric(draws, filled) - 1;
        if (skipped >= size) break;
        pulse += skipped;
        if (pulse >= (block + 1) * size) break;
        if (pulse >= from) return static_cast<std::int64_t>(pulse);
        ++pulse;
      }
    }
  }
  /// So that a block holds a few filled pulses.
  [[nodiscard]] static std::uint64_t block_size(double filled) {
    const double wanted = 16 / filled;
    return wanted > 1e15 ? std::uint64_t{1'000'000'000'000'000} : static_cast<std::uint64_t>(wanted);
  }

  void happen(const happening& h, local_time t) {
    std::visit([&](const auto& what) { act(what, t); }, h.is);
  }
  void act(const life_step& step, local_time t) { life_.happen(*this, time_, step, t); }
  void act(const command::start_emission& c, local_time t) {
    if (run_.has_value() || works_.at(t) != link::device_phase::ready)
      return time_.tell(event::failed{c.operation, failure::unavailable});
    (void)works_.begin(t);
    run_ = c.run;
    emits_from_ = t + model_.start_up;
    starting_ = c.operation;
    time_.plan(emits_from_, {first_pulse{c.operation}});
  }
  void act(const first_pulse& p, local_time) {
    if (starting_ != p.operation) return;
    starting_ = operation_id::none();
    if (!life_.draws().operation_fails()) return time_.tell(event::done{p.operation});
    end_run(failure::none);
    time_.tell(event::failed{p.operation, failure::fault});
  }
  void act(const command::stop_emission& c, local_time t) {
    if (!run_.has_value()) return time_.tell(event::failed{c.operation, failure::unavailable});
    end_run(failure::stopped);
    if (works_.works(t)) (void)works_.end(t);
    time_.tell(event::done{c.operation});
  }
  void act(const drift&, local_time t) {
    if (works_.degrade(t)) time_.tell(event::device_state{port_id::none(), event::health::degraded});
  }
  void end_run(failure why) {
    if (starting_.valid()) time_.tell(event::failed{starting_, why});
    starting_ = operation_id::none();
    if (why == failure::none && works_.works(now())) (void)works_.end(now());
    run_.reset();
  }

  // What `device_life` asks for.

  using start_type = link::basic_lifecycle<local_time>::outcome;
  start_type start(local_time t) { return works_.initialise(t); }
  start_type stop(local_time t) {
    if (run_.has_value()) return link::phase_refusal{link::device_phase::busy, link::device_phase::deinitialising};
    return works_.deinitialise(t);
  }
  start_type bring_back(local_time t) {
    const bool interrupts = works_.at(t) == link::device_phase::degraded;
    const auto when = works_.recover(t);
    if (when && interrupts) end_run(failure::stopped);
    return when;
  }
  void arrived(local_time t) {
    if (works_.works(t)) time_.tell(event::device_state{port_id::none(), event::health::ready});
  }
  void broke(local_time t) {
    (void)works_.fail(t);
    end_run(failure::fault);
    time_.tell(event::device_state{port_id::none(), event::health::fault});
  }

  link::pair_source model_;
  device_timeline<happening> time_;
  link::basic_lifecycle<local_time> works_;
  device_life<happening> life_;
  std::optional<std::uint32_t> run_;
  operation_id starting_;
  local_time emits_from_;
  std::uint64_t seed_;
  std::uint64_t entity_;
};
static_assert(backend::pair_source_device<simulated_pair_source> && backend::waits<simulated_pair_source>);

}  // namespace ebit::sim
