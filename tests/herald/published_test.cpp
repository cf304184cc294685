// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/herald/double_click.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/link/budget.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/presets.hpp>
#include <ebit/route/link_model.hpp>

#include <support/catch.hpp>

// Published rates from the presets alone: hardware → budget of a link → light at its station → herald policy. Nothing
// here was fitted to the number it is compared with, unless it is said.

using namespace ebit;
using namespace ebit::literals;
namespace lk = ebit::link;

namespace {

/// Of one preset at both ends of that fibre, at its own attenuation.
lk::budget budget_over(const char* preset, lk::fibre line) {
  const lk::hardware h = lk::find_preset(preset)->value;
  line.loss_per_length = h.fibre_attenuation;
  return lk::budget_of(line, h, h);
}
/// The probability that an attempt by one photon heralds, the same population at both ends.
double single(const lk::budget& b, double bright_state) {
  return herald::single_click{}.model(route::interference_of(b), bright_state, bright_state).success_probability;
}
/// By how much of the published value ours differs.
double off(double ours, double published) { return std::fabs(ours / published - 1); }

/// The fibre of Dahlberg et al. 2019 between the two cities.
lk::fibre ql2020() {
  return {.length = 25_km, .group_velocity = metres_per_second(206'753'419), .station_position = 0.4};
}

}  // namespace

TEST_CASE("published: Humphreys et al. 2018, pairs per second of two nitrogen-vacancy centres") {
  const lk::budget b = budget_over("delft_nv_2018", {.length = 2_m});
  const double attempts = 1 / b.period(1).seconds();
  // Without dark counts and loss of the fibre it is 2 · 0.3 · 3.5e-4 / 5.5 µs = 38.2 Hz.
  CHECK(off(single(b, 0.3) * attempts, 38.2) < 0.005);
  CHECK(off(single(b, 0.3) * attempts, 39) < 0.06);
  // At α = 0.05 about 6 Hz; 6.4 Hz from photons, the rest are dark counts.
  const double slow = single(b, 0.05) * attempts;
  lk::hardware dark = lk::find_preset("delft_nv_2018")->value;
  dark.dark_counts = hertz(0);
  const lk::fibre line{.length = 2_m, .loss_per_length = dark.fibre_attenuation};
  const lk::budget quiet = lk::budget_of(line, dark, dark);
  CHECK(off(single(quiet, 0.05) * attempts, 6.4) < 0.01);
  CHECK(off(slow, 6) < 0.1);
  CHECK(slow > single(quiet, 0.05) * attempts);
}

TEST_CASE("published: Stephenson et al. 2020, pairs per second of two strontium ions") {
  // The fibre's loss is part of the efficiency 0.0209, which was fitted to the success probability.
  const lk::budget b = budget_over("oxford_ion_2020", {});
  const double p = herald::double_click{}.model(route::interference_of(b)).success_probability;
  CHECK(off(p, 2.18e-4) < 0.003);
  CHECK(off(1 / b.period(1).seconds(), 833e3) < 0.001);
  CHECK(off(p / b.period(1).seconds(), 182) < 0.003);
  CHECK(off(b.efficiency_a, 0.02088) < 0.001);
}

TEST_CASE("published: Dahlberg et al. 2019, success probabilities of their laboratory and their two cities") {
  // At a bright-state population of 0.1.
  CHECK(off(single(budget_over("netsquid_nv_lab_2019", {.length = 2_m}), 0.1), 7.016e-5) < 0.0023);
  CHECK(off(single(budget_over("netsquid_nv_ql2020", ql2020()), 0.1), 8.243e-5) < 0.0023);
  // A sixth of these are dark counts, of which their model counts fewer.
  CHECK(off(single(budget_over("netsquid_nv_ql2020_plain", ql2020()), 0.1), 5.945e-6) < 0.035);
  // The laboratory with a cavity is what the efficiency of the cavity was fitted to; with conversion it is not.
  CHECK(off(single(budget_over("netsquid_nv_lab_cavity_2019", {.length = 2_m}), 0.1), 1.101e-3) < 0.003);
  CHECK(off(single(budget_over("netsquid_nv_ql2020", {}), 0.1), 3.313e-4) < 0.003);
  CHECK(off(single(budget_over("netsquid_nv_ql2020_plain", {}), 0.1), 2.163e-5) < 0.01);
}

TEST_CASE("published: Dahlberg et al. 2019, the delays between their two cities") {
  const lk::budget b = budget_over("netsquid_nv_ql2020", ql2020());
  CHECK(off(b.station_a.seconds(), 48.4e-6) < 0.002);
  CHECK(off(b.station_b.seconds(), 72.6e-6) < 0.002);
  CHECK(off(b.period(1).seconds(), 145e-6) < 0.002);  // a pair that is kept waits for its herald
}
