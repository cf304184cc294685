// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <string>

#include <ebit/herald/double_click.hpp>
#include <ebit/herald/in_time.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/link/choreography.hpp>

#include "golden_reader.hpp"

using namespace ebit;
using namespace ebit::literals;
using golden::check;
using golden::row;

namespace {

/// Ends whose clocks differ by a constant and by a Gaussian part, in units of the photon's width, which is 1 ns.
link::choreography off_by(link::wave_form form, double offset, double jitter) {
  link::choreography c;
  c.path = {.arm_a = 250_ns, .arm_b = 400_ns};
  c.photon = {form, 1e-9};
  c.a.keeps = {.offset = offset * 1e-9, .jitter = 0.6 * jitter * 1e-9};
  c.b.keeps = {.residual = 0.8 * jitter * 1e-9};
  c.start = c.period = 1_us;
  return c;
}

}  // namespace

TEST_CASE("golden: hom_timing.csv, visibility and fidelity of choreographed ends", "[golden]") {
  int jittered = 0;
  golden::for_each_row("hom_timing.csv", [&](const row& at) {
    const double a = at["a_dt_or_tw"], detuning = at["b_delta_or_gamma_or_V"], jitter = at["jitter_sigma"];
    const std::string& kind = at.text("kind");
    const bool pulse = kind == "gauss_gaussjitter";
    if (kind == "exp_offset_detuning" || kind == "exp_gaussjitter" || pulse) {
      const link::choreography c =
          off_by(pulse ? link::wave_form::pulse : link::wave_form::decay, pulse || jitter > 0 ? 0 : a, jitter);
      REQUIRE(c.validate());
      const link::timing_budget budget = c.budget();
      // Unlike lines come on top of the timing.
      const double lines = kind == "exp_offset_detuning" ? 1 / (1 + detuning * detuning) : 1;
      const herald::interference light{.efficiency_a = 0.2, .efficiency_b = 0.2, .visibility = lines};
      check(at, "value", lines * budget.visibility, 1e-8);
      // Two clicks: F = (1 + V)/2, so half the tolerance. One click, dim, constant mismatch: F = (1 + √V)/2.
      const auto two = herald::double_click{};
      const double f = two.model(herald::in_time(two, light, budget)).state.fidelity(bell_index::psi_plus);
      check(at, "value", 2 * f - 1, 1e-8);
      if (jitter == 0) {
        const auto one = herald::single_click{};
        const auto pair = one.model(herald::in_time(one, light, budget), 1e-12, 1e-12);
        const double root = 2 * pair.state.fidelity(bell_index::psi_plus) - 1;
        check(at, "value", root * root, 1e-8);
      } else {
        ++jittered;
      }
    } else if (kind == "window_acceptance") {
      link::choreography c = off_by(link::wave_form::decay, 0, 0);
      c.photon.width = 1e-3;  // so that a window of whole picoseconds is as long as the row says
      c.detectors.window = duration::seconds(a * 1e-3);
      c.period = 1_s;
      REQUIRE(c.validate());
      check(at, "value", c.budget().acceptance_a, 1e-8);
      check(at, "value", c.budget().acceptance_b, 1e-8);
    }
  });
  CHECK(jittered > 0);
}
