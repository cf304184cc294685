// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/herald/double_click.hpp>
#include <ebit/herald/single_click.hpp>

#include "bell_columns.hpp"

using namespace ebit;
using golden::check;
using golden::row;

namespace {

constexpr double relative = 1e-9;
// Twelve printed digits of numbers up to one, and zeros that are differences of such numbers.
constexpr double printed = 1e-12;

herald::interference read_light(const row& at) {
  const int counts = at.integer("pnr");
  if (counts != 0 && counts != 1) FAIL(at.where() << ": pnr is 0 or 1");
  return {.efficiency_a = at["etaA"],
          .efficiency_b = at["etaB"],
          .visibility = at["V"],
          .dark_probability = at["d"],
          .number_resolving = counts == 1};
}

}  // namespace

TEST_CASE("golden: single_click.csv", "[golden]") {
  golden::for_each_row("single_click.csv", [](const row& at) {
    herald::interference light = read_light(at);
    light.phase_noise = at["sigma"];
    const auto model = herald::single_click{}.model(light, at["alphaA"], at["alphaB"]);
    check(at, "p_success", model.success_probability, 0, relative);
    check(at, "F_psip", model.state.fidelity(bell_index::psi_plus), printed, relative);
    const x_elements e = model.state.elements();
    check(at, "r00", e.p00, printed, relative);
    check(at, "r01", e.p01, printed, relative);
    check(at, "r10", e.p10, printed, relative);
    check(at, "r11", e.p11, printed, relative);
    check(at, "coh", std::hypot(e.re_01_10, e.im_01_10), printed, relative);
    golden::check_bell(at, "o_", model.state, printed, relative);
  });
}

TEST_CASE("golden: double_click.csv", "[golden]") {
  golden::for_each_row("double_click.csv", [](const row& at) {
    const auto model = herald::double_click{}.model(read_light(at));
    check(at, "p_success", model.success_probability, 0, relative);
    check(at, "F_psip", model.state.fidelity(bell_index::psi_plus), printed, relative);
    golden::check_bell(at, "o_", model.state, printed, relative);
  });
}
