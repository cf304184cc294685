// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/backend/devices.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/device_lifecycle.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/networking_unit.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/sim/simulated_networking_unit.hpp>

namespace ebit::sim {

/// What makes the photons of an endpoint whose `hardware` is given as a whole: nothing is to be added to it.
struct given_interface {
  [[nodiscard]] static link::hardware installed_in(const link::hardware& h) { return h; }
  [[nodiscard]] static status validate() { return success{}; }
  friend bool operator==(const given_interface&, const given_interface&) = default;
};

/// How long a unit was in each phase of its life, by `link::device_phase`.
using time_in_phases = std::array<duration, link::device_phases>;

/// The networking units of a data centre, one at each endpoint: the simulated devices themselves, and whoever switches
/// them on and off as faults and shutdowns come and go. A unit serves the ports into the fabric. Its qubits are claimed
/// as long as attempts run on them; the halves they leave wait in the processor's, which outlast a fault of the unit.
class fabric_units {
 public:
  using unit = basic_simulated_networking_unit<given_interface>;

  /// What befalls a unit.
  enum class trouble : std::uint8_t {
    fault,    ///< it breaks
    drift,    ///< it works out of tolerance, and comes back by itself
    shutdown  ///< it is shut down in order, once its attempts have ended, and started again
  };
  /// What its node can do with it.
  struct condition {
    event::health health = event::health::ready;
    bool works = true;
    bool is_degraded = false;
    friend bool operator==(const condition&, const condition&) = default;
  };
  struct change {
    condition before, after;
  };

  fabric_units() = default;
  /// `kinds`, `kind_of`: the hardware of each endpoint. `running`: started up and locked before the clock began; else
  /// they are idle until they are switched on.
  fabric_units(const orchestrate::fabric& layout, const std::vector<link::hardware>& kinds,
               const std::vector<std::uint16_t>& kind_of, bool running) {
    for (std::uint32_t n = 0; n < layout.endpoints().size(); ++n) {
      const unit::model_type model = model_of(kinds[kind_of[n]], layout.elements()[n].ports);
      all_.push_back({running ? unit::running(model) : unit{model}});
      all_.back().noted = now(n);
    }
  }

  /// The unit of an endpoint with that hardware.
  [[nodiscard]] static unit::model_type model_of(const link::hardware& h, std::uint16_t ports) {
    unit::model_type m;
    m.ports = ports;
    m.communication_qubits = static_cast<std::uint16_t>(ports * h.memories);
    m.buffer_qubits = h.buffer.qubits;
    m.communication_memory = h.memory;
    m.buffer_memory = h.buffer.memory;
    m.move_time = h.buffer.move_time;
    m.move_noise = h.buffer.move_noise;
    m.times = h.life;
    m.degraded_efficiency = h.degraded_efficiency;
    m.degraded_noise = h.degraded_noise;
    return m;
  }

  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] const unit& at(std::uint32_t n) const { return all_[n].device; }
  [[nodiscard]] link::device_phase phase(std::uint32_t n, world_time t) const {
    return all_[n].device.state().phase(own(t));
  }
  [[nodiscard]] condition now(std::uint32_t n) const {
    const item& it = all_[n];
    const link::device_phase p = it.device.phase();
    condition c;
    c.is_degraded = p == link::device_phase::degraded;
    c.works = c.is_degraded || p == link::device_phase::ready || p == link::device_phase::busy;
    c.health = !c.works           ? event::health::fault
               : it.shutdowns > 0 ? event::health::leaving
               : c.is_degraded    ? event::health::degraded
                                  : event::health::ready;
    return c;
  }
  /// What it takes off its light, and puts on it as white noise, beyond what its hardware says.
  [[nodiscard]] double efficiency(std::uint32_t n) const {
    return now(n).is_degraded ? at(n).model().degraded_efficiency : 1;
  }
  [[nodiscard]] double noise(std::uint32_t n) const { return now(n).is_degraded ? at(n).model().degraded_noise : 0; }
  /// How it was when this was last asked, and how it is. Whatever let time pass in it since, nothing is missed.
  [[nodiscard]] change note(std::uint32_t n) { return {std::exchange(all_[n].noted, now(n)), all_[n].noted}; }
  /// When something happens in it by itself; never if nothing does.
  [[nodiscard]] world_time next(std::uint32_t n) const {
    const local_time t = all_[n].device.next();
    return t.is_never() ? world_time::never() : world_time{t.since_epoch()};
  }
  /// How long it was in each phase up to `t`, which is not past.
  [[nodiscard]] time_in_phases spent(std::uint32_t n, world_time t) const {
    item it = all_[n];
    it.count(own(t));
    return it.spent;
  }

  // What happens, at `t`: never before what happened earlier.

  /// Lets happen what is due.
  void advance(std::uint32_t n, world_time t) {
    all_[n].run(own(t));
    drive(all_[n], own(t));
  }
  void begins(std::uint32_t n, trouble what, duration lasts, world_time t) {
    item& it = all_[n];
    it.run(own(t));
    if (what == trouble::fault) it.device.fail(own(t), lasts);
    ++it.count_of(what);
    it.run(own(t));
    drive(it, own(t));
  }
  void ends(std::uint32_t n, trouble what, world_time t) {
    item& it = all_[n];
    it.run(own(t));
    --it.count_of(what);
    drive(it, own(t));
  }
  /// Whoever runs it has crashed, which stops it as a fault does, or is there again and starts it up.
  void man(std::uint32_t n, bool is_manned, world_time t) {
    item& it = all_[n];
    it.run(own(t));
    it.is_manned = is_manned;
    if (!is_manned) it.device.fail(own(t), duration::zero());
    it.run(own(t));
    drive(it, own(t));
  }
  /// Switches it on, if it is idle.
  void start(std::uint32_t n, world_time t) { drive(all_[n], own(t)); }

  /// Claims qubits for attempts; false, and none is claimed, if it does not work, is leaving (else what is begun over
  /// and over would put its shutdown off for ever), or one is in use. A fault ends all claims.
  [[nodiscard]] bool claim(std::uint32_t n, std::uint32_t first, std::uint32_t count, world_time t) {
    item& it = all_[n];
    it.run(own(t));
    if (it.shutdowns > 0) return false;
    std::uint32_t claimed = 0;
    while (claimed < count && it.device.claim(slot_id{first + claimed})) ++claimed;
    if (claimed == count) return true;
    release(n, first, claimed, t);
    return false;
  }
  /// The attempts on them have ended.
  void release(std::uint32_t n, std::uint32_t first, std::uint32_t count, world_time t) {
    item& it = all_[n];
    it.run(own(t));
    for (std::uint32_t i = 0; i < count; ++i) it.device.perform(action::free{slot_id{first + i}});
    it.run(own(t));
    drive(it, own(t));
  }

 private:
  struct item {
    unit device;
    std::uint32_t faults = 0;  ///< that last
    std::uint32_t drifts = 0;
    std::uint32_t shutdowns = 0;
    bool is_manned = true;
    condition noted{};
    std::uint32_t operations = 0;
    local_time counted{};  ///< time in phases is known up to then
    time_in_phases spent{};

    [[nodiscard]] std::uint32_t& count_of(trouble what) {
      return what == trouble::fault ? faults : what == trouble::drift ? drifts : shutdowns;
    }
    [[nodiscard]] operation_id next_operation() { return operation_id{operations++ & 0x7fffffffU}; }
    /// Up to `t`, and all that is due by then.
    void run(local_time t) {
      count(t);
      for (;;) {
        while (device.poll([](const auto&) {})) {
        }
        if (device.now() >= t) return;
        device.wait(t);
      }
    }
    /// Phases that end by themselves do so without a word.
    void count(local_time t) {
      while (counted < t) {
        const link::device_phase p = device.state().phase(counted);
        const local_time over = device.state().since(counted) + time_of(p);
        const local_time until = least(t, over);
        spent[static_cast<std::size_t>(p)] += until - counted;
        counted = until;
      }
    }
    [[nodiscard]] duration time_of(link::device_phase p) const {
      const link::lifecycle_times& times = device.model().times;
      switch (p) {
        case link::device_phase::initialising: return times.initialising;
        case link::device_phase::locking: return times.locking;
        case link::device_phase::deinitialising: return times.deinitialising;
        default: return duration::never();
      }
    }
  };

  [[nodiscard]] static local_time own(world_time t) { return local_time{t.since_epoch()}; }

  /// Has it do what is wanted of it, as far as it can be done now.
  static void drive(item& it, local_time t) {
    using link::device_phase;
    for (device_phase before = device_phases_end; before != it.device.phase();) {
      before = it.device.phase();
      const bool is_wanted = it.is_manned && it.shutdowns == 0;
      const bool works = it.device.state().works(t);
      if (before == device_phase::idle && is_wanted)
        it.device.perform(command::initialise{it.next_operation(), t});
      else if (before == device_phase::fault && is_wanted && it.faults == 0)
        it.device.perform(command::recover{it.next_operation(), t});
      else if ((works || before == device_phase::initialising || before == device_phase::locking) &&
               it.shutdowns > 0 && it.device.state().claimed() == 0)
        it.device.perform(command::deinitialise{it.next_operation(), t});
      else if (works && it.drifts > 0 && before != device_phase::degraded)
        it.device.degrade(t);
      else if (works && it.drifts == 0 && before == device_phase::degraded)
        it.device.restore(t);
      it.run(t);
    }
  }
  static constexpr auto device_phases_end = static_cast<link::device_phase>(link::device_phases);

  std::vector<item> all_;
};

}  // namespace ebit::sim
