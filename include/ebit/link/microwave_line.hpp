// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/concepts.hpp>
#include <ebit/link/flying_qubit.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// The fidelity with Φ+ of a pair made by sending half of it over a line of transmittance η as the excitation of a
/// microwave photon that is caught at the other end: (1 + √η)²/4. Also the process fidelity of the transfer.
[[nodiscard]] constexpr double pitch_and_catch_pair_fidelity(double transmittance) {
  EBIT_ASSERT(transmittance >= 0 && transmittance <= 1, "pitch_and_catch: a transmittance is not in [0, 1]");
  const double amplitude = 1 + math::sqrt(transmittance);
  return amplitude * amplitude / 4;
}
/// The fidelity of a qubit sent over the same line, averaged over all states: 1/2 + √η/3 + η/6.
[[nodiscard]] constexpr double pitch_and_catch_transfer_fidelity(double transmittance) {
  EBIT_ASSERT(transmittance >= 0 && transmittance <= 1, "pitch_and_catch: a transmittance is not in [0, 1]");
  return 0.5 + math::sqrt(transmittance) / 3 + transmittance / 6;
}

/// A waveguide or superconducting cable between two cryostats or modules. A photon that gets lost takes its
/// excitation along (amplitude damping); a warm line adds thermal photons. Herald policies take the line to be cold.
struct microwave_line {
  ebit::length length{};                                    ///< 0 to 10 km
  attenuation loss_per_length = decibels_per_kilometre(1);  ///< 0 to 100 000 dB/km
  loss couplers{};  ///< emission, connectors, circulators and absorption of the whole line, 0 to 1000 dB
  speed group_velocity = metres_per_second(2e8);  ///< above 0, at most the speed of light
  double station_position =
      0.5;               ///< of a heralding station, as a fraction of the length; both losses are shared likewise
  double occupancy = 0;  ///< thermal photons n̄ of what absorbs (`thermal_occupancy()`), 0 to 1e6

  [[nodiscard]] constexpr loss total_loss() const { return loss_per_length * length + couplers; }
  [[nodiscard]] constexpr double transmittance() const { return passes(total_loss()); }
  /// A flying qubit at the other end: thermal loss, with (1 − η)·n̄ photons of noise. Optical ones do not fit.
  [[nodiscard]] constexpr flying_qubit<carrier::microwave> sent(flying_qubit<carrier::microwave> photon) const {
    const double eta = transmittance();
    photon.suffered = photon.suffered.then(eta, 0);
    photon.suffered.noise += (1 - eta) * occupancy;
    return photon;
  }
  /// Of a pair, or of the process, sent from end to end without a herald: (1 + √η)²/4 on a cold line. A mode that
  /// holds two photons or more is read as |0⟩.
  [[nodiscard]] constexpr double pair_fidelity() const {
    const port<carrier::microwave> qubit;
    return qubit.absorb(sent(qubit.emit({}))).pair.fidelity(bell_index::phi_plus);
  }
  /// Of a qubit, averaged over all states: (2 F + 1)/3 of the process.
  [[nodiscard]] constexpr double transfer_fidelity() const { return (2 * pair_fidelity() + 1) / 3; }

  [[nodiscard]] constexpr double arm_transmittance(half end) const { return passes(total_loss() * share(end)); }
  [[nodiscard]] constexpr duration delay() const { return length / group_velocity; }
  /// The two arms add up to `delay()` to the picosecond.
  [[nodiscard]] constexpr duration arm_delay(half end) const {
    const duration first = length * station_position / group_velocity;
    return end == half::a ? first : delay() - first;
  }

  /// The heralding models take a line to be cold; a warm one is described by `pair_fidelity` and `sent` alone.
  [[nodiscard]] status heralds() const {
    if (!(occupancy > 0)) return success{};
    return config_error{"microwave_line.occupancy", ebit::detail::number_text(occupancy) + " quanta",
                        "0 in a network"};
  }
  [[nodiscard]] status validate() const {
    const auto refuse = [](const char* what, double value, const char* unit, const char* allowed) -> status {
      return config_error{what, ebit::detail::number_text(value) + unit, allowed};
    };
    if (!(length.base() >= 0 && length.base() <= 1e4))
      return refuse("microwave_line.length", length.base(), " m", "0 m to 10000 m");
    if (!(loss_per_length.base() >= 0 && loss_per_length.base() <= 1e5))
      return refuse("microwave_line.loss_per_length", loss_per_length.base(), " dB/km", "0 dB/km to 100000 dB/km");
    if (!(couplers.base() >= 0 && couplers.base() <= 1000))
      return refuse("microwave_line.couplers", couplers.base(), " dB", "0 dB to 1000 dB");
    if (!(group_velocity.base() > 0 && group_velocity.base() <= 299'792'458))
      return refuse("microwave_line.group_velocity", group_velocity.base(), " m/s",
                    "above 0 m/s, at most 299792458 m/s");
    if (!(station_position >= 0 && station_position <= 1))
      return refuse("microwave_line.station_position", station_position, "", "0 to 1");
    if (!(occupancy >= 0 && occupancy <= 1e6))
      return refuse("microwave_line.occupancy", occupancy, " photons", "0 to 1e6 photons");
    return success{};
  }

  friend constexpr bool operator==(const microwave_line&, const microwave_line&) = default;

 private:
  [[nodiscard]] constexpr double share(half end) const {
    return end == half::a ? station_position : 1 - station_position;
  }
  [[nodiscard]] static constexpr double passes(loss l) { return math::pow(10.0, -l.base() / 10.0); }
};
static_assert(physical_link<microwave_line>);

}  // namespace ebit::link
