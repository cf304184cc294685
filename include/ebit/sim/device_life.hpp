// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/backend/commands.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/sim/device_faults.hpp>
#include <ebit/sim/device_timeline.hpp>

namespace ebit::sim {

/// Which change of its life a simulated device has in hand. `Happening` has to be constructible from one.
struct life_step {
  enum class what : std::uint8_t { initialise, deinitialise, recover, arrive, break_down };
  what is = what::arrive;
  operation_id operation;
  duration lasts{};  ///< of a breakdown: until it is mended
  friend bool operator==(const life_step&, const life_step&) = default;
};

/// How simulated devices start up, shut down, break and come back: the part that is the same for all of them. What is
/// asked is done at its time; the answer comes when the device has got there, or failed on the way. `Device` has
/// `start(t)`, `stop(t)` and `bring_back(t)`, each answering when it will have been done, or refusing, `broke(t)`,
/// and `arrived(t)`.
template <class Happening>
class device_life {
 public:
  device_life(const device_faults& faults, std::uint64_t seed, std::uint64_t entity) : draws_{faults, seed, entity} {}

  [[nodiscard]] fault_draws& draws() { return draws_; }
  /// Enters the first fault that comes by itself, if one does.
  void begin(device_timeline<Happening>& time) { plan_next(time, time.now()); }
  /// It breaks at `at` and is mended `lasts` later; until then nothing brings it back.
  void break_down(device_timeline<Happening>& time, local_time at, duration lasts) {
    time.plan(at, Happening{life_step{life_step::what::break_down, operation_id::none(), lasts}});
  }
  void ask(device_timeline<Happening>& time, life_step::what is, operation_id operation, local_time at) {
    time.plan(at, Happening{life_step{is, operation, {}}});
  }

  template <class Device>
  void happen(Device& device, device_timeline<Happening>& time, const life_step& step, local_time t) {
    switch (step.is) {
      case life_step::what::initialise:
        return follow(time, step.operation, t, t < mended_at_, device, &Device::start);
      case life_step::what::deinitialise: return follow(time, step.operation, t, false, device, &Device::stop);
      case life_step::what::recover:
        return follow(time, step.operation, t, t < mended_at_, device, &Device::bring_back);
      case life_step::what::arrive:
        if (step.operation != in_hand_) return;  // something came in between
        in_hand_ = operation_id::none();
        time.tell(event::done{step.operation});
        device.arrived(t);
        return;
      case life_step::what::break_down: return break_now(device, time, step.lasts, t);
    }
  }
  /// It has begun another change of the kind: done at `when`, if nothing comes in between.
  void follow_up(device_timeline<Happening>& time, operation_id operation, local_time when) {
    interrupt(time, failure::stopped);
    in_hand_ = operation;
    time.plan(when, Happening{life_step{life_step::what::arrive, operation, {}}});
  }
  /// Something else ended what it has in hand.
  void interrupt(device_timeline<Happening>& time, failure why) {
    if (!in_hand_.valid()) return;
    time.tell(event::failed{in_hand_, why});
    in_hand_ = operation_id::none();
  }

  friend bool operator==(const device_life&, const device_life&) = default;

 private:
  template <class Device, class Act>
  void follow(device_timeline<Happening>& time, operation_id operation, local_time t, bool is_broken, Device& device,
              Act act) {
    if (is_broken) return time.tell(event::failed{operation, failure::unavailable});
    const auto when = (device.*act)(t);
    if (!when) return time.tell(event::failed{operation, failure::unavailable});
    follow_up(time, operation, *when);
  }
  template <class Device>
  void break_now(Device& device, device_timeline<Happening>& time, duration lasts, local_time t) {
    const bool by_itself = lasts.is_never();
    const duration broken = by_itself ? draws_.repair() : lasts;
    mended_at_ = greatest(mended_at_, t + broken);
    interrupt(time, failure::fault);
    device.broke(t);
    if (by_itself) plan_next(time, mended_at_);
  }
  /// Faults that come by themselves carry no duration; it is drawn when they come.
  void plan_next(device_timeline<Happening>& time, local_time whole_since) {
    time.plan(draws_.next_fault(whole_since),
              Happening{life_step{life_step::what::break_down, operation_id::none(), duration::never()}});
  }

  fault_draws draws_;
  operation_id in_hand_;
  local_time mended_at_;
};

}  // namespace ebit::sim
