// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include <ebit/backend/devices.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/link/analyser_pool.hpp>
#include <ebit/link/device_lifecycle.hpp>
#include <ebit/sim/device_faults.hpp>
#include <ebit/sim/device_life.hpp>
#include <ebit/sim/device_timeline.hpp>

namespace ebit::sim {

/// A pool of Bell-state analysers behind its driver. Who occupies an analyser that fails learns of it by its
/// `device_state`; faults are injected, or come by themselves (then the pool as a whole breaks). `recover` also mends
/// an analyser that an operation broke.
class simulated_analyser_pool {
 public:
  using state_type = link::basic_analyser_pool_state<local_time>;

  explicit simulated_analyser_pool(const link::analyser_pool& model, const device_faults& faults = {},
                                   std::uint64_t seed = 0, std::uint64_t entity = 0)
      : model_{model}, state_{model}, works_{model.times}, life_{faults, seed, entity}, mended_at_(model.analysers) {
    life_.begin(time_);
  }

  [[nodiscard]] const link::analyser_pool& model() const { return model_; }
  [[nodiscard]] link::device_phase phase() const {
    const link::device_phase p = works_.at(now());
    if (p == link::device_phase::ready && any_broken()) return link::device_phase::degraded;
    if (p == link::device_phase::ready && state_.in_use() > 0) return link::device_phase::busy;
    return p;
  }
  [[nodiscard]] const state_type& state() const { return state_; }
  /// The words behind the last `failure::unavailable` of an `occupy`, if it was not the pool as a whole.
  [[nodiscard]] const std::optional<link::pool_refusal>& last_refusal() const { return last_refusal_; }

  // As a backend.

  [[nodiscard]] local_time now() const { return time_.now(); }
  template <class Handler>
  bool poll(Handler&& handler) {
    return time_.poll([this](const happening& h, local_time at) { happen(h, at); }, handler);
  }
  void wait(local_time until) { time_.wait(until); }

  void perform(const command::initialise& c) { life_.ask(time_, life_step::what::initialise, c.operation, c.at); }
  /// Refused while an analyser is in use.
  void perform(const command::deinitialise& c) { life_.ask(time_, life_step::what::deinitialise, c.operation, c.at); }
  void perform(const command::recover& c) { life_.ask(time_, life_step::what::recover, c.operation, c.at); }
  void perform(const command::occupy& c) { time_.plan(c.at, {c}); }
  void perform(const command::release& c) { time_.plan(c.at, {c}); }

  // Faults, at `at` or now if that is past.

  /// The pool breaks; nothing brings it back for `lasts`.
  void fail(local_time at, duration lasts) { life_.break_down(time_, at, lasts); }
  /// One analyser breaks, and is mended after `lasts`.
  void fail_analyser(port_id analyser, local_time at, duration lasts) {
    EBIT_ASSERT(known(analyser), "a simulated pool has no such analyser");
    time_.plan(at, {fault{static_cast<std::uint16_t>(analyser.value()), false, lasts}});
  }

  friend bool operator==(const simulated_analyser_pool&, const simulated_analyser_pool&) = default;

 private:
  /// An analyser breaks for so long, or is due to be mended.
  struct fault {
    std::uint16_t analyser = 0;
    bool ends = false;
    duration lasts{};
    friend bool operator==(const fault&, const fault&) = default;
  };
  struct happening {
    std::variant<life_step, command::occupy, command::release, fault> is;
    friend bool operator==(const happening&, const happening&) = default;
  };
  friend class device_life<happening>;

  [[nodiscard]] bool known(port_id analyser) const {
    return analyser.valid() && analyser.value() < state_.analysers();
  }
  [[nodiscard]] bool any_broken() const {
    for (std::uint16_t i = 0; i < state_.analysers(); ++i)
      if (state_.broken(i)) return true;
    return false;
  }

  void happen(const happening& h, local_time t) {
    std::visit([&](const auto& what) { act(what, t); }, h.is);
  }
  void act(const life_step& step, local_time t) { life_.happen(*this, time_, step, t); }
  void act(const command::occupy& c, local_time t) {
    last_refusal_.reset();
    if (!works_.works(t)) return time_.tell(event::failed{c.operation, failure::unavailable});
    const auto wanted = static_cast<std::uint16_t>(known(c.analyser) ? c.analyser.value() : link::pool_refusal::none);
    const auto got = state_.occupy(wanted, c.user, t);
    if (!got) {
      last_refusal_ = got.error();
      return time_.tell(event::failed{c.operation, failure::unavailable});
    }
    if (life_.draws().operation_fails()) {
      break_analyser(*got, t);
      return time_.tell(event::failed{c.operation, failure::fault});
    }
    time_.tell(event::done{c.operation});
  }
  void act(const command::release& c, local_time t) {
    if (!known(c.analyser)) return time_.tell(event::failed{c.operation, failure::unavailable});
    state_.release(static_cast<std::uint16_t>(c.analyser.value()), t);
    time_.tell(event::done{c.operation});
  }
  void act(const fault& f, local_time t) {
    if (f.ends) return mend(f.analyser, t);
    break_analyser(f.analyser, t);
    mended_at_[f.analyser] = greatest(mended_at_[f.analyser], t + f.lasts);
    time_.plan(mended_at_[f.analyser], {fault{f.analyser, true, {}}});
  }
  void break_analyser(std::uint16_t analyser, local_time t) {
    state_.fail(analyser, t);
    time_.tell(event::device_state{port_id{analyser}, event::health::fault});
  }
  void mend(std::uint16_t analyser, local_time t) {
    if (!state_.broken(analyser) || t < mended_at_[analyser] || works_.at(t) == link::device_phase::fault) return;
    state_.repair(analyser, t);
    time_.tell(event::device_state{port_id{analyser}, event::health::ready});
  }

  // What `device_life` asks for.

  using start_type = link::basic_lifecycle<local_time>::outcome;
  start_type start(local_time t) { return works_.initialise(t); }
  start_type stop(local_time t) {
    if (state_.in_use() > 0) return link::phase_refusal{link::device_phase::busy, link::device_phase::deinitialising};
    return works_.deinitialise(t);
  }
  start_type bring_back(local_time t) { return works_.recover(t); }
  void arrived(local_time t) {
    if (!works_.works(t)) return;
    time_.tell(event::device_state{port_id::none(), event::health::ready});
    for (std::uint16_t i = 0; i < state_.analysers(); ++i) mend(i, t);
  }
  /// All its analysers with it, until it is brought back.
  void broke(local_time t) {
    (void)works_.fail(t);
    for (std::uint16_t i = 0; i < state_.analysers(); ++i) state_.fail(i, t);
    time_.tell(event::device_state{port_id::none(), event::health::fault});
  }

  link::analyser_pool model_;
  device_timeline<happening> time_;
  state_type state_;
  link::basic_lifecycle<local_time> works_;
  device_life<happening> life_;
  std::vector<local_time> mended_at_;
  std::optional<link::pool_refusal> last_refusal_;
};
static_assert(backend::analyser_pool_device<simulated_analyser_pool> && backend::waits<simulated_analyser_pool>);

}  // namespace ebit::sim
