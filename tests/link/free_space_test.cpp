// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/link/free_space.hpp>

#include "../support/catch.hpp"

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;

TEST_CASE("link: a satellite at the zenith", "[link]") {
  link::free_space line;
  CHECK(line.slant_range() == 400_km);
  CHECK(line.elevation() == approx(std::acos(-1.0) / 2));
  CHECK(line.aperture_transmittance() == approx(0.292189226198).epsilon(1e-10));
  CHECK(line.air_transmittance() == approx(0.8).epsilon(1e-14));
  line.pointing_jitter = 1e-6;
  CHECK(line.aperture_transmittance() == approx(0.213054).epsilon(1e-5));
  CHECK(line.total_loss().base() == approx(7.684).epsilon(1e-4));
  CHECK(line.delay().seconds() == approx(4e5 / 299792458).epsilon(1e-9));
  CHECK(line.arm_delay(half::a) + line.arm_delay(half::b) == line.delay());
  CHECK(line.arm_transmittance(half::a) * line.arm_transmittance(half::b) == line.transmittance());
}

TEST_CASE("link: the pointing average agrees with a Rayleigh integral", "[link]") {
  // Displacements r = L·θ of a Gaussian beam on a small aperture: the centre's intensity, averaged.
  link::free_space line{.receiver_radius = metres(1e-3), .pointing_jitter = 2e-6};
  const double w = line.beam_radius().base(), s = line.slant_range().base() * line.pointing_jitter, a = 1e-3;
  double sum = 0;
  for (double r = 0.0005; r < 12 * s; r += 0.001)
    sum +=
        0.001 * r / (s * s) * std::exp(-r * r / (2 * s * s)) * 2 * a * a / (w * w) * std::exp(-2 * r * r / (w * w));
  CHECK(line.aperture_transmittance() == approx(sum).epsilon(1e-5));
}

TEST_CASE("link: a satellite near and below the horizon", "[link]") {
  link::free_space line{.ground_distance = 600_km};
  CHECK(line.validate());
  CHECK(line.slant_range() > 600_km);
  line.ground_distance = 2200_km;
  CHECK(line.elevation() > 0);
  CHECK(line.transmittance() < 1e-3);
  line.ground_distance = 3000_km;
  CHECK(line.elevation() < 0);
  CHECK(line.transmittance() == 0);
  CHECK(line.validate().error().what == "free_space.ground_distance");
}

TEST_CASE("link: a downlink names what is wrong with it", "[link]") {
  const auto wrong = [](const link::free_space& line) { return line.validate().error().what; };
  CHECK(wrong({.altitude = 100_m}) == "free_space.altitude");
  CHECK(wrong({.ground_distance = metres(-1)}) == "free_space.ground_distance");
  CHECK(wrong({.divergence = 0}) == "free_space.divergence");
  CHECK(wrong({.receiver_radius = metres(0)}) == "free_space.receiver_radius");
  CHECK(wrong({.wavelength = metres(-1e-6)}) == "free_space.wavelength");
  CHECK(wrong({.pointing_jitter = -1e-6}) == "free_space.pointing_jitter");
  CHECK(wrong({.zenith_transmittance = 0}) == "free_space.zenith_transmittance");
  CHECK(wrong({.zenith_transmittance = std::nan("")}) == "free_space.zenith_transmittance");
}
