// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>

#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/units.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::link {

/// An optical fibre between end a and end b with a heralding station on it. The part between an end and the station
/// is that end's arm. Loss in decibels adds up; nothing but loss and delay is modelled here. Defaults: telecom fibre
/// at 1550 nm.
struct fibre {
  ebit::length length{};  ///< 0 to 40 000 km; zero is a patch of negligible length and legal
  attenuation loss_per_length = decibels_per_kilometre(0.2);  ///< 0 to 1000 dB/km
  speed group_velocity = metres_per_second(2e8);              ///< above 0, at most the speed of light in vacuum
  /// Insertion loss of all connectors and splices of the whole fibre, 0 to 1000 dB. The arms bear it in proportion to
  /// their length; on a fibre of zero length each bears half.
  loss connectors = decibels(0);
  double station_position = 0.5;  ///< from end a to the station, as a fraction of the length; 0 to 1

  /// What a photon loses from one end to the other.
  [[nodiscard]] constexpr loss total_loss() const { return loss_per_length * length + connectors; }
  /// What a photon loses from an end to the station.
  [[nodiscard]] constexpr loss arm_loss(half end) const {
    const double share = arm_share(end);
    const double connector_share = length.base() > 0 ? share : 0.5;
    return loss_per_length * arm_length(end) + connectors * connector_share;
  }

  /// The probability that a photon entering one end leaves the other: 10^(-dB/10).
  [[nodiscard]] constexpr double transmittance() const { return passes(total_loss()); }
  /// The probability that a photon from an end reaches the station. The product over both ends is `transmittance()`.
  [[nodiscard]] constexpr double arm_transmittance(half end) const { return passes(arm_loss(end)); }

  [[nodiscard]] constexpr ebit::length arm_length(half end) const { return length * arm_share(end); }

  /// One way from end to end, at the group velocity, to the nearest picosecond.
  [[nodiscard]] constexpr duration delay() const { return length / group_velocity; }
  /// One way from an end to the station. The two arms add up to `delay()` to the picosecond.
  [[nodiscard]] constexpr duration arm_delay(half end) const {
    const duration first = length * station_position / group_velocity;
    return is_a(end) ? first : delay() - first;
  }

  /// Whether every member is within its range; the error names the first that is not.
  [[nodiscard]] status validate() const {
    if (!within(length.base(), 0, 4e7)) return refuse("length", in_kilometres(length), " km", "0 km to 40000 km");
    if (!within(loss_per_length.base(), 0, 1000))
      return refuse("loss_per_length", loss_per_length.base(), " dB/km", "0 dB/km to 1000 dB/km");
    if (!(within(group_velocity.base(), 0, vacuum) && group_velocity.base() > 0))
      return refuse("group_velocity", group_velocity.base(), " m/s", "above 0 m/s, at most 299792458 m/s");
    if (!within(connectors.base(), 0, 1000)) return refuse("connectors", connectors.base(), " dB", "0 dB to 1000 dB");
    if (!within(station_position, 0, 1)) return refuse("station_position", station_position, "", "0 to 1");
    return success{};
  }

  friend constexpr bool operator==(const fibre&, const fibre&) = default;

 private:
  static constexpr double vacuum = 299792458.0;  // m/s

  [[nodiscard]] static constexpr bool is_a(half end) { return end == half::a; }
  [[nodiscard]] constexpr double arm_share(half end) const {
    return is_a(end) ? station_position : 1.0 - station_position;
  }
  [[nodiscard]] static constexpr double passes(loss l) { return math::pow(10.0, -l.base() / 10.0); }
  /// False for NaN.
  [[nodiscard]] static constexpr bool within(double x, double low, double high) { return x >= low && x <= high; }
  [[nodiscard]] static status refuse(const char* member, double value, const char* unit, const char* allowed) {
    char text[48];
    std::snprintf(text, sizeof text, "%.9g", value);
    return config_error{std::string{"fibre."} + member, std::string{text} + unit, allowed};
  }
};

}  // namespace ebit::link
