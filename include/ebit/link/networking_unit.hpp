// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/device_lifecycle.hpp>
#include <ebit/link/emitter.hpp>
#include <ebit/link/encoding.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/qpu.hpp>
#include <ebit/link/transducer.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// A component that puts its values into `hardware`.
template <class Part>
concept installable = requires(const Part& part, const hardware& h) {
  { part.installed_in(h) } -> std::same_as<hardware>;
  { part.validate() } -> std::same_as<status>;
};
static_assert(installable<transducer> && installable<emitter> && installable<converter> && installable<qpu>);

/// A quantum networking unit: what stands between a processor and the fibres of a network. It turns the state of a
/// communication qubit into a photon, holds pairs in buffer qubits, and has a life of its own: lasers to lock, drifts
/// to follow, faults. What happens to it in time is `basic_networking_unit_state`'s. `Interface` is what makes the
/// photons.
template <installable Interface>
struct basic_networking_unit {
  Interface photonics{};
  std::optional<converter> recoding{};     ///< rewrites the photons for the network, if their encoding does not suit
  std::uint16_t ports = 1;                 ///< fibres into the network; 1 or more
  std::uint16_t communication_qubits = 2;  ///< of all ports together, equally many of each; 1 or more per port
  std::uint16_t buffer_qubits = 10;        ///< of all ports together; 0 or more
  memory_noise communication_memory{};     ///< while a half waits where it was made
  memory_noise buffer_memory{};            ///< and where it was moved to
  duration move_time{};                    ///< from a communication to a buffer qubit, or back; 0 or more
  double move_noise = 0;                   ///< probability of white noise on a half that is moved; 0 to 1
  lifecycle_times times{};
  duration relock_every = duration::never();  ///< it drifts so far in that time that it has to lock anew; above 0
  double degraded_efficiency = 1;  ///< a factor on `emission_efficiency` while it is degraded; above 0, to 1
  double degraded_noise = 0;       ///< probability of white noise on a photon besides, while it is; 0 to 1

  /// The share of time in which it does not lock.
  [[nodiscard]] constexpr double availability() const {
    if (relock_every.is_never() || times.locking == duration::zero()) return 1;
    return relock_every.seconds() / (relock_every + times.locking).seconds();
  }
  [[nodiscard]] constexpr std::uint16_t communication_qubits_per_port() const {
    return static_cast<std::uint16_t>(communication_qubits / ports);
  }

  /// Sets what the interface sets, then takes the recoding's toll, sets `memory` (of the communication qubits),
  /// `memories` (slots per port), `buffer` and what it says of the unit's life, and multiplies `duty_cycle` by
  /// `availability()`. Comes after the processor's, whose gates it leaves alone. `degraded`: as it is while it works out
  /// of tolerance.
  [[nodiscard]] hardware installed_in(hardware h, bool degraded = false) const {
    h = photonics.installed_in(h);
    if (recoding) h = recoding->installed_in(h);
    h.life = times;
    h.degraded_efficiency = degraded_efficiency;
    h.degraded_noise = degraded_noise;
    if (degraded) {
      h.emission_efficiency *= degraded_efficiency;
      h.emission_fidelity = h.emission_fidelity * (1 - degraded_noise) + degraded_noise / 4;
    }
    h.memory = communication_memory;
    h.memories = communication_qubits_per_port();
    h.buffer = {buffer_qubits, buffer_memory, move_time, move_noise};
    h.duty_cycle *= availability();
    return h;
  }
  /// Whether that processor has the qubits that the unit counts on.
  [[nodiscard]] status fits(const qpu& processor) const {
    if (communication_qubits > processor.communication_qubits)
      return config_error{"networking_unit.communication_qubits", std::to_string(communication_qubits),
                          "up to " + std::to_string(processor.communication_qubits) + ", those of the processor"};
    if (buffer_qubits > processor.buffer_qubits)
      return config_error{"networking_unit.buffer_qubits", std::to_string(buffer_qubits),
                          "up to " + std::to_string(processor.buffer_qubits) + ", those of the processor"};
    return success{};
  }

  [[nodiscard]] status validate() const {
    if (auto ok = photonics.validate(); !ok) return ok;
    if (recoding)
      if (auto ok = recoding->validate(); !ok) return ok;
    if (ports == 0) return config_error{"networking_unit.ports", "0", "1 or more"};
    if (communication_qubits == 0 || communication_qubits % ports != 0)
      return config_error{"networking_unit.communication_qubits", std::to_string(communication_qubits),
                          "a multiple of the " + std::to_string(ports) + " ports"};
    if (auto ok = communication_memory.validate(); !ok) return ok;
    if (auto ok = buffer_memory.validate(); !ok) return ok;
    if (move_time < duration::zero() || move_time.is_never())
      return config_error{"networking_unit.move_time", ebit::detail::duration_text(move_time), "0 s or more"};
    if (auto ok = ebit::detail::check_probability("networking_unit.move_noise", move_noise); !ok) return ok;
    if (relock_every <= duration::zero())
      return config_error{"networking_unit.relock_every", ebit::detail::duration_text(relock_every), "above 0 s"};
    if (!(degraded_efficiency > 0 && degraded_efficiency <= 1))
      return config_error{"networking_unit.degraded_efficiency", ebit::detail::number_text(degraded_efficiency),
                          "above 0, up to 1"};
    if (auto ok = ebit::detail::check_probability("networking_unit.degraded_noise", degraded_noise); !ok) return ok;
    return times.validate();
  }

  friend constexpr bool operator==(const basic_networking_unit&, const basic_networking_unit&) = default;
};

/// A transducer or an emitter, chosen at run time.
struct photon_interface {
  std::variant<transducer, emitter> made_of{};

  photon_interface() = default;
  photon_interface(const transducer& t) : made_of{t} {}  // NOLINT: a transducer is one
  photon_interface(const emitter& e) : made_of{e} {}     // NOLINT: an emitter is one

  [[nodiscard]] hardware installed_in(const hardware& h) const {
    return std::visit([&h](const auto& part) { return part.installed_in(h); }, made_of);
  }
  [[nodiscard]] status validate() const {
    return std::visit([](const auto& part) { return part.validate(); }, made_of);
  }
  friend bool operator==(const photon_interface&, const photon_interface&) = default;
};
static_assert(installable<photon_interface>);

using networking_unit = basic_networking_unit<photon_interface>;

}  // namespace ebit::link
