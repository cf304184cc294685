// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/decibels.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/concepts.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// A downlink of a Gaussian beam from a satellite (end a) to a telescope on the ground (end b), where the heralding
/// station is. A still picture: it holds while the satellite is where `altitude` and `ground_distance` say. Formulas
/// and defaults after Wallnöfer et al., Communications Physics 5, 169 (2022).
struct free_space {
  length altitude = kilometres(400);     ///< of the satellite, 1 km to 100 000 km
  length ground_distance{};              ///< along the ground from below the satellite to the telescope
  double divergence = 3e-6;              ///< half-angle θ of the beam, rad; above 0
  length receiver_radius = metres(0.5);  ///< of the telescope's aperture; above 0
  length wavelength = metres(780e-9);    ///< above 0
  double pointing_jitter = 0;            ///< rms per axis, rad
  double zenith_transmittance = 0.8;     ///< of the whole atmosphere, straight up, at that wavelength; in (0, 1]

  /// The straight distance: √(R² + (R+h)² − 2R(R+h) cos(d/R)), written without its cancellation.
  [[nodiscard]] constexpr length slant_range() const {
    const double chord = math::sin(ground_distance.base() / (2 * earth_radius));
    const double h = altitude.base();
    return metres(math::sqrt(h * h + 4 * earth_radius * (earth_radius + h) * chord * chord));
  }
  /// The angle above the telescope's horizon, rad; negative when the Earth is in the way.
  [[nodiscard]] constexpr double elevation() const {
    const double angle = ground_distance.base() / earth_radius, top = earth_radius + altitude.base();
    const double chord = math::sin(angle / 2);
    return math::atan2(altitude.base() - 2 * top * chord * chord, top * math::sin(angle));
  }
  /// The 1/e² radius of the beam at the telescope: w₀ √(1 + (θL/w₀)²), w₀ = λ/(πθ).
  [[nodiscard]] constexpr length beam_radius() const {
    const double waist = wavelength.base() / (3.14159265358979323846 * divergence);
    const double spread = divergence * slant_range().base();
    return metres(math::sqrt(waist * waist + spread * spread));
  }
  /// What the aperture takes of the beam, averaged over a Gaussian pointing error: 1 − exp(−2R²/(w² + 4(Lσ)²)).
  [[nodiscard]] constexpr double aperture_transmittance() const {
    const double w = beam_radius().base(), r = receiver_radius.base(), off = slant_range().base() * pointing_jitter;
    return -math::expm1(-2 * r * r / (w * w + 4 * off * off));
  }
  /// What the air lets through: (zenith value)^(1/sin elevation); 0 below the horizon.
  [[nodiscard]] constexpr double air_transmittance() const {
    const double angle = elevation();
    if (angle <= 0) return 0;
    return math::exp(math::log(zenith_transmittance) / math::sin(angle));
  }
  [[nodiscard]] constexpr double transmittance() const { return aperture_transmittance() * air_transmittance(); }
  /// The same in decibels; infinite below the horizon.
  [[nodiscard]] constexpr loss total_loss() const {
    return loss_of_share(transmittance());
  }

  [[nodiscard]] constexpr double arm_transmittance(half end) const { return end == half::a ? transmittance() : 1.0; }
  [[nodiscard]] constexpr duration arm_delay(half end) const { return end == half::a ? delay() : duration::zero(); }
  [[nodiscard]] constexpr duration delay() const { return slant_range() / metres_per_second(299'792'458); }

  [[nodiscard]] status validate() const {
    const auto refuse = [](const char* what, double value, const char* unit, const char* allowed) -> status {
      return config_error{what, ebit::detail::number_text(value) + unit, allowed};
    };
    if (!(altitude.base() >= 1e3 && altitude.base() <= 1e8))
      return refuse("free_space.altitude", in_kilometres(altitude), " km", "1 km to 100000 km");
    if (!(ground_distance.base() >= 0 && ground_distance.base() <= 2.002e7))
      return refuse("free_space.ground_distance", in_kilometres(ground_distance), " km", "0 km to 20020 km");
    if (!(elevation() > 0))
      return refuse("free_space.ground_distance", in_kilometres(ground_distance), " km",
                    "where the satellite is above the horizon");
    if (!(divergence > 0 && divergence < 0.1))
      return refuse("free_space.divergence", divergence, " rad", "above 0, below 0.1 rad");
    if (!(receiver_radius.base() > 0 && receiver_radius.base() <= 100))
      return refuse("free_space.receiver_radius", receiver_radius.base(), " m", "above 0, up to 100 m");
    if (!(wavelength.base() > 0 && wavelength.base() <= 1e-4))
      return refuse("free_space.wavelength", wavelength.base(), " m", "above 0, up to 1e-4 m");
    if (!(pointing_jitter >= 0 && pointing_jitter < 0.1))
      return refuse("free_space.pointing_jitter", pointing_jitter, " rad", "0 up to below 0.1 rad");
    if (!(zenith_transmittance > 0 && zenith_transmittance <= 1))
      return refuse("free_space.zenith_transmittance", zenith_transmittance, "", "above 0, up to 1");
    return success{};
  }

  friend constexpr bool operator==(const free_space&, const free_space&) = default;

  static constexpr double earth_radius = 6.371e6;  ///< m, mean
};
static_assert(physical_link<free_space>);

}  // namespace ebit::link
