// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include <ebit/backend/commands.hpp>
#include <ebit/backend/concepts.hpp>
#include <ebit/link/analyser_pool.hpp>
#include <ebit/link/device_lifecycle.hpp>
#include <ebit/link/microwave_line.hpp>
#include <ebit/link/networking_unit.hpp>
#include <ebit/link/optical_switch.hpp>
#include <ebit/link/pair_source.hpp>
#include <ebit/link/qpu.hpp>

/// The devices of a quantum data centre as backends: each concept names what one kind of device can be asked, and
/// what it says of itself. A device that cannot do it is refused by the compiler under that name; what it may fail at
/// comes as an event, `event::failed` of the operation or `event::device_state` out of the blue. Smallest types:
/// `testing/device_archetypes.hpp`; simulated ones: `sim/simulated_switch.hpp` and its kin.
namespace ebit::backend {

/// Tells what happens to it, on a clock of its own: `poll(handler)` calls the handler with the next event that is due
/// and says whether there was one.
template <class Device>
concept tells_events = requires(Device& device, const Device& seen, const detail::any_handler& handler) {
  { seen.now() } -> std::same_as<local_time>;
  { device.poll(handler) } -> std::same_as<bool>;
};

/// States its own figures.
template <class Device, class Model>
concept modelled_as = requires(const Device& seen) {
  { seen.model() } -> std::convertible_to<const Model&>;
};

/// Is started up, shut down and brought back, and says what it is doing.
template <class Device>
concept lifecycle_device =
    tells_events<Device> && performs<Device, command::initialise> && performs<Device, command::deinitialise> &&
    performs<Device, command::recover> && requires(const Device& seen) {
      { seen.phase() } -> std::same_as<link::device_phase>;
    };

/// Joins fibres: `connect` is done when light passes, `clear` when it does not any more. A port that fails is told as
/// `device_state` of that port, the whole switch as that of no port.
template <class Device>
concept optical_switch_device =
    lifecycle_device<Device> && switches<Device> && modelled_as<Device, link::optical_switch>;

/// Bell-state analysers that take turns with their users. One that fails is told as `device_state` of its number.
template <class Device>
concept analyser_pool_device = lifecycle_device<Device> && performs<Device, command::occupy> &&
                               performs<Device, command::release> && modelled_as<Device, link::analyser_pool>;

/// The interface of a processor to the network. Slots are its communication qubits, then its buffer qubits.
/// `initialise` claims a communication qubit, `free` gives it back, `move` carries a half between the two kinds;
/// `calibrate` locks it anew, for which it asks by `calibration_needed`. Halves that a fault costs are told as
/// `erased`. One that also runs entangling attempts models `heralds` besides.
template <class Device>
concept networking_unit_device =
    lifecycle_device<Device> && performs<Device, action::initialise> && performs<Device, action::free> &&
    performs<Device, action::move> && performs<Device, action::calibrate> && requires(const Device& seen) {
      requires link::installable<std::remove_cvref_t<decltype(seen.model())>>;
      { seen.model().communication_qubits } -> std::convertible_to<std::uint16_t>;
      { seen.model().buffer_qubits } -> std::convertible_to<std::uint16_t>;
    };

/// A processor. Slots are its data qubits, then its communication qubits, then its buffer qubits.
template <class Device>
concept qpu_endpoint_device =
    tells_events<Device> && gates<Device> && measures<Device> && performs<Device, action::initialise> &&
    performs<Device, action::move> && modelled_as<Device, link::qpu>;

/// A source of photon pairs, bound to one run at a time.
template <class Device>
concept pair_source_device = lifecycle_device<Device> && performs<Device, command::start_emission> &&
                             performs<Device, command::stop_emission> && modelled_as<Device, link::pair_source>;

/// A cold line between two qubits: `transfer` sends the qubit of a slot towards a port, `absorb` catches what arrives
/// there. Port 0 is end a, port 1 end b.
template <class Device>
concept microwave_segment_device = tells_events<Device> && performs<Device, action::transfer> &&
                                   performs<Device, action::absorb> && modelled_as<Device, link::microwave_line>;

}  // namespace ebit::backend
