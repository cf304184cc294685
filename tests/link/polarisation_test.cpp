// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <limits>

#include <ebit/link/budget.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/polarisation.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::polarisation_drift;

namespace {

constexpr std::uint64_t seed = 1852;

/// A unit quaternion: a rotation of the Poincaré sphere.
using rotation = std::array<double, 4>;
rotation product(const rotation& p, const rotation& q) {
  return {p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3],  //
          p[0] * q[1] + p[1] * q[0] + p[2] * q[3] - p[3] * q[2],  //
          p[0] * q[2] - p[1] * q[3] + p[2] * q[0] + p[3] * q[1],  //
          p[0] * q[3] + p[1] * q[2] - p[2] * q[1] + p[3] * q[0]};
}
rotation turn(double x, double y, double z) {
  const double angle = std::sqrt(x * x + y * y + z * z);
  if (angle == 0) return {1, 0, 0, 0};
  const double s = std::sin(angle / 2) / angle;
  return {std::cos(angle / 2), s * x, s * y, s * z};
}

}  // namespace

TEST_CASE("link.polarisation: one rotation costs fidelity and errors by its angle") {
  CHECK(link::fidelity_of_rotation(0) == 1);
  CHECK(link::fidelity_of_rotation(2.0) == approx(std::cos(1.0) * std::cos(1.0)).epsilon(1e-14));
  CHECK(link::error_of_rotation(2.0) == approx(std::sin(1.0) * std::sin(1.0)).epsilon(1e-14));
  INFO("seed " << seed);
  random_stream s{seed, random_purpose::user, 1};
  const link::ornstein_uhlenbeck angle{.rms = 0.6, .correlation = 1_s};
  double mean = 0, value = angle.at_start(s);
  constexpr int draws = 200'000;
  for (int i = 0; i < draws; ++i) {
    mean += link::error_of_rotation(value) / draws;
    value = angle.after(value, 20_s, s);
  }
  CHECK(std::fabs(mean - link::mean_error_of_rotation(0.6)) < 5 * 0.25 / std::sqrt(draws));
}

TEST_CASE("link.polarisation: rotations that diffuse in small steps shrink Bloch vectors as said") {
  INFO("seed " << seed);
  random_stream s{seed, random_purpose::user, 2};
  const polarisation_drift drift{.variance_per_second = 0.5, .residual = 0, .compensated_every = 1_s};
  const link::wiener axis = drift.about_one_axis();
  constexpr int histories = 4000, steps = 100;
  double fidelity = 0, along_z = 0, square = 0;
  for (int i = 0; i < histories; ++i) {
    rotation q{1, 0, 0, 0};
    for (int k = 0; k < steps; ++k) {
      const double x = axis.after(0, 10_ms, s), y = axis.after(0, 10_ms, s), z = axis.after(0, 10_ms, s);
      q = product(turn(x, y, z), q);
    }
    const double f = q[0] * q[0];  // |Tr U|²/4
    fidelity += f / histories;
    square += f * f / histories;
    along_z += (1 - 2 * (q[1] * q[1] + q[2] * q[2])) / histories;  // how much of Z is still along Z
  }
  const double error = 5 * std::sqrt((square - fidelity * fidelity) / histories);
  CHECK(std::fabs(fidelity - drift.fidelity_after(1_s)) < error + 1e-3);
  CHECK(std::fabs(along_z - drift.contrast_after(1_s)) < 2 * error + 2e-3);
  CHECK(drift.contrast_after(1_s) == approx(std::exp(-0.5)).epsilon(1e-14));
}

TEST_CASE("link.polarisation: averages over the time in operation, and what pauses cost") {
  const polarisation_drift d{
      .variance_per_second = 1e-4, .residual = 0.1, .compensated_every = 1200_s, .pause = 180_s};
  REQUIRE(d.validate());
  double contrast = 0;
  for (int i = 0; i < 12'000; ++i) contrast += d.contrast_after(duration::seconds((i + 0.5) / 10)) / 12'000;
  CHECK(d.contrast() == approx(contrast).epsilon(1e-8));
  CHECK(d.fidelity() == approx((1 + 3 * contrast) / 4).epsilon(1e-8));
  CHECK(d.error_rate() == approx((1 - contrast) / 2).epsilon(1e-7));
  CHECK(d.error_rate_after(0_s) == approx((1 - std::exp(-0.01)) / 2).epsilon(1e-12));
  // Small drifts: the fidelity lost is 3/2 of the error rate, and sin²(θ/2) of the whole angle, θ² = 3(r² + Dt).
  CHECK(1 - d.fidelity_after(10_s) == approx(1.5 * d.error_rate_after(10_s)).epsilon(1e-12));
  CHECK(1 - d.fidelity_after(10_s) == approx(std::pow(std::sin(std::sqrt(3 * 0.011) / 2), 2)).epsilon(5e-3));
  CHECK(d.duty_cycle() == approx(1200.0 / 1380).epsilon(1e-14));
  CHECK(d.error_rate_after(d.interval_for(0.03)) == approx(0.03).epsilon(1e-9));
  CHECK(d.interval_for(0.004) == 0_s);
  CHECK(polarisation_drift{.residual = 0.1}.interval_for(0.1).is_never());
  CHECK(polarisation_drift{}.fidelity() == 1);
  CHECK(polarisation_drift{}.duty_cycle() == 1);
}

TEST_CASE("link.polarisation: installed, it is white noise on the arm and stretches the attempts") {
  const polarisation_drift d{
      .variance_per_second = 1e-4, .residual = 0.1, .compensated_every = 1200_s, .pause = 300_s};
  link::hardware h;
  h.emission_fidelity = 0.95;
  h.duty_cycle = 0.5;
  const link::hardware worn = d.installed_in(h);
  CHECK(worn.validate());
  CHECK(worn.duty_cycle == approx(0.4).epsilon(1e-14));
  CHECK((4 * worn.emission_fidelity - 1) / 3 == approx((4 * 0.95 - 1) / 3 * d.contrast()).epsilon(1e-14));
  const link::budget before = link::budget_of(link::fibre{}, h, h), after = link::budget_of(link::fibre{}, worn, h);
  CHECK(1 - after.emission_error_a == approx((1 - before.emission_error_a) * d.contrast()).epsilon(1e-13));
  CHECK(after.emission_error_b == before.emission_error_b);
  CHECK(after.attempt_time.seconds() == approx(before.attempt_time.seconds() / 0.8).epsilon(1e-9));
  CHECK(polarisation_drift{}.installed_in(h).emission_fidelity == approx(0.95).epsilon(1e-15));
}

TEST_CASE("link.polarisation: what is out of range is named") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(polarisation_drift{}.validate());
  CHECK(polarisation_drift{.variance_per_second = -1}.validate().error().message() ==
        "polarisation_drift.variance_per_second: given -1 rad²/s, allowed 0 rad²/s to 1e6 rad²/s");
  CHECK_FALSE(polarisation_drift{.variance_per_second = nan}.validate());
  CHECK(polarisation_drift{.residual = nan}.validate().error().what == "polarisation_drift.residual");
  CHECK(polarisation_drift{.compensated_every = 0_s}.validate().error().what ==
        "polarisation_drift.compensated_every");
  CHECK(polarisation_drift{.variance_per_second = 1}.validate().error().given == "never");
  CHECK(polarisation_drift{.pause = duration::never()}.validate().error().what == "polarisation_drift.pause");
}
