// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/math.hpp>
#include <ebit/core/units.hpp>

namespace ebit::sim {

/// A place on Earth, in degrees: longitude east of Greenwich, latitude north of the equator.
struct geographic_position {
  double longitude = 0;  ///< -180 to 180
  double latitude = 0;   ///< -90 to 90

  /// Whether both are within their range; false for NaN.
  [[nodiscard]] constexpr bool valid() const {
    return longitude >= -180 && longitude <= 180 && latitude >= -90 && latitude <= 90;
  }
  friend constexpr bool operator==(const geographic_position&, const geographic_position&) = default;
};

/// The mean radius of the Earth, R1 = (2a + b)/3 of the ellipsoid WGS 84 (Moritz, J. Geodesy 74, 2000).
inline constexpr ebit::length earth_radius = metres(6371008.8);

/// The shortest way along the surface of a sphere of `earth_radius`, by the haversine formula (Sinnott, Sky &
/// Telescope 68, 1984), which stays accurate for near points. The true Earth is an ellipsoid: this is off by at most
/// 0.6 %.
[[nodiscard]] constexpr ebit::length great_circle(geographic_position a, geographic_position b) {
  constexpr double radians = 3.14159265358979323846 / 180.0;
  const double north = math::sin((b.latitude - a.latitude) * radians / 2);
  const double east = math::sin((b.longitude - a.longitude) * radians / 2);
  const double parallels = math::cos(a.latitude * radians) * math::cos(b.latitude * radians);
  const double haversine = north * north + parallels * east * east;
  return earth_radius * (2 * math::asin(math::sqrt(haversine < 1 ? haversine : 1.0)));
}

}  // namespace ebit::sim
