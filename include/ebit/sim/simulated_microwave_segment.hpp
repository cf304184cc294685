// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include <ebit/backend/devices.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/link/flying_qubit.hpp>
#include <ebit/link/microwave_line.hpp>
#include <ebit/sim/device_faults.hpp>
#include <ebit/sim/device_timeline.hpp>

namespace ebit::sim {

/// A cold line between two qubits behind its driver, as inside a cryostat or between two of them. `transfer` lets the
/// qubit of a slot go towards port 0 (end a) or 1 (end b) and is done when it has left; `absorb` opens the coupler at
/// a port and is done when a photon was caught, inconclusive if none came while it was open. Photons at a port whose
/// coupler is shut are lost. What the line and the couplers do to the qubit is `link::microwave_line`'s and
/// `link::port`'s: a slot holds half of a pair, whose exact state can be read.
class simulated_microwave_segment {
 public:
  using coupler = link::port<link::carrier::microwave>;

  /// `open`: how long an `absorb` waits for a photon; above 0.
  explicit simulated_microwave_segment(const link::microwave_line& model, const std::array<coupler, 2>& ends = {},
                                       duration open = duration::picoseconds(1'000'000),
                                       const device_faults& faults = {}, std::uint64_t seed = 0,
                                       std::uint64_t entity = 0)
      : model_{model},
        ends_{ends},
        open_{open},
        draws_{faults, seed, entity},
        outcomes_{seed, random_purpose::outcome, entity} {
    EBIT_ASSERT(model.validate().has_value() && ends[0].validate().has_value() && ends[1].validate().has_value(),
                "a microwave line out of range");
    EBIT_ASSERT(open > duration::zero() && !open.is_never(), "a coupler opens for some time");
    time_.plan(draws_.next_fault(time_.now()), {breakdown{duration::never()}});
  }

  [[nodiscard]] const link::microwave_line& model() const { return model_; }
  [[nodiscard]] bool broken() const { return now() < mended_at_; }
  /// Puts a qubit into a slot, in place of what was there.
  void put(slot_id slot, const link::stationary_qubit& qubit, link::encoding code = link::encoding::fock) {
    remove(slot);
    held_.push_back({slot, qubit, code});
  }
  /// What a slot holds.
  [[nodiscard]] std::optional<link::stationary_qubit> held(slot_id slot) const {
    for (const holding& h : held_)
      if (h.slot == slot) return h.qubit;
    return std::nullopt;
  }

  // As a backend.

  [[nodiscard]] local_time now() const { return time_.now(); }
  template <class Handler>
  bool poll(Handler&& handler) {
    return time_.poll([this](const happening& h, local_time at) { happen(h, at); }, handler);
  }
  void wait(local_time until) { time_.wait(until); }

  void perform(const action::transfer& a) { time_.plan(a.at, {a}); }
  void perform(const action::absorb& a) { time_.plan(a.at, {a}); }

  /// The line breaks at `at`: what is on its way is lost, and nothing gets through for `lasts`.
  void fail(local_time at, duration lasts) { time_.plan(at, {breakdown{lasts}}); }

  friend bool operator==(const simulated_microwave_segment&, const simulated_microwave_segment&) = default;

 private:
  using photon_type = link::flying_qubit<link::carrier::microwave>;
  struct holding {
    slot_id slot;
    link::stationary_qubit qubit;
    link::encoding code = link::encoding::fock;
    friend bool operator==(const holding&, const holding&) = default;
  };
  struct photon {
    photon_type state;
    std::uint32_t to = 0;
    std::uint32_t life = 0;  ///< of the line, in which it left
    friend bool operator==(const photon&, const photon&) = default;
  };
  struct shutting {
    operation_id operation;
    friend bool operator==(const shutting&, const shutting&) = default;
  };
  struct breakdown {
    duration lasts{};  ///< never: drawn, as of faults that come by themselves
    friend bool operator==(const breakdown&, const breakdown&) = default;
  };
  struct mended {
    friend bool operator==(mended, mended) = default;
  };
  struct happening {
    std::variant<action::transfer, action::absorb, photon, shutting, breakdown, mended> is;
    friend bool operator==(const happening&, const happening&) = default;
  };

  void remove(slot_id slot) {
    for (std::size_t i = held_.size(); i-- > 0;)
      if (held_[i].slot == slot) held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  [[nodiscard]] bool is_end(port_id p) const { return p.valid() && p.value() < 2; }

  void happen(const happening& h, local_time t) {
    std::visit([&](const auto& what) { act(what, t); }, h.is);
  }
  void act(const action::transfer& a, local_time t) {
    std::optional<holding> leaving;
    for (const holding& h : held_)
      if (h.slot == a.slot) leaving = h;
    if (!leaving || !is_end(a.port)) return time_.tell(event::failed{a.operation, failure::unavailable});
    remove(a.slot);
    if (draws_.operation_fails()) {
      time_.tell(event::failed{a.operation, failure::fault});
      return time_.tell(event::erased{a.slot});
    }
    const std::uint32_t to = a.port.value();
    const photon_type sent = model_.sent(ends_[1 - to].emit(leaving->qubit, leaving->code));
    if (t >= mended_at_) time_.plan(t + model_.delay(), {photon{sent, to, life_}});
    time_.tell(event::done{a.operation});
  }
  void act(const action::absorb& a, local_time t) {
    if (!is_end(a.port) || armed_[a.port.value()].has_value())
      return time_.tell(event::failed{a.operation, failure::unavailable});
    armed_[a.port.value()] = a;
    time_.plan(t + open_, {shutting{a.operation}});
  }
  void act(const photon& p, local_time) {
    std::optional<action::absorb>& catcher = armed_[p.to];
    if (p.life != life_ || !catcher) return;
    const action::absorb caught = *catcher;
    catcher.reset();
    const link::stationary_qubit qubit = ends_[p.to].absorb(p.state);
    if (draws_.operation_fails()) return time_.tell(event::failed{caught.operation, failure::fault});
    if (qubit.present < 1 && !sample::bernoulli(outcomes_, qubit.present))
      return time_.tell(event::failed{caught.operation, failure::inconclusive});  // an erasure: known to be lost
    put(caught.slot, {qubit.pair, qubit.which, 1}, p.state.code);
    time_.tell(event::done{caught.operation});
  }
  void act(const shutting& s, local_time) {
    for (std::optional<action::absorb>& a : armed_) {
      if (!a || a->operation != s.operation) continue;
      a.reset();
      time_.tell(event::failed{s.operation, failure::inconclusive});
    }
  }
  void act(const breakdown& b, local_time t) {
    const bool by_itself = b.lasts.is_never();
    mended_at_ = greatest(mended_at_, t + (by_itself ? draws_.repair() : b.lasts));
    ++life_;
    time_.tell(event::device_state{port_id::none(), event::health::fault});
    time_.plan(mended_at_, {mended{}});
    if (by_itself) time_.plan(draws_.next_fault(mended_at_), {breakdown{duration::never()}});
  }
  void act(const mended&, local_time t) {
    if (t >= mended_at_) time_.tell(event::device_state{port_id::none(), event::health::ready});
  }

  link::microwave_line model_;
  std::array<coupler, 2> ends_;
  duration open_;
  device_timeline<happening> time_;
  fault_draws draws_;
  random_stream outcomes_;
  std::vector<holding> held_;
  std::array<std::optional<action::absorb>, 2> armed_;
  local_time mended_at_;
  std::uint32_t life_ = 0;
};
static_assert(backend::microwave_segment_device<simulated_microwave_segment> &&
              backend::waits<simulated_microwave_segment>);

}  // namespace ebit::sim
