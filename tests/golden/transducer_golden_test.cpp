// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/herald/two_mode_squeezed.hpp>

#include "golden_reader.hpp"

using namespace ebit;
using golden::check;
using golden::row;

TEST_CASE("golden: transducer_tms_singleclick.csv", "[golden]") {
  // The file took at most 4 pairs per squeezer and 5 initial quanta into account, which leaves out up to 5e-5 of the
  // clicks (p = 0.05, n = 0.1) and so raises F by up to 3e-5. In the same Fock space the model gives the file's
  // numbers; without a cut it has to give the file's p_click·F, in which nothing is left out, and no fewer clicks.
  golden::for_each_row("transducer_tms_singleclick.csv", [](const row& at) {
    const double p = at["p_pair"], n = at["nth"];
    const herald::interference light{.efficiency_a = at["eta"],
                                     .efficiency_b = at["eta"],
                                     .dark_probability = at["d"],
                                     .thermal_a = n,
                                     .thermal_b = n};
    const herald::setting drive{p, p};
    const herald::two_mode_squeezed as_in_the_file{.cut = {.pairs = 4, .thermal = 5}}, exact;
    check(at, "p_click", as_in_the_file.model(light, drive).success_probability, 0, 1e-6);
    check(at, "F", as_in_the_file.fidelity_in_modes(light, drive), 1e-6);
    check(at, "F_low_eta", std::pow((1 - p) / (1 + n), 3), 1e-11);
    const double clicks = exact.model(light, drive).success_probability;
    const double wanted = clicks * exact.fidelity_in_modes(light, drive);
    check(at, "F", wanted / at["p_click"], 1e-6);
    if (!(clicks >= at["p_click"] * (1 - 1e-6))) FAIL_CHECK(at.where() << ": fewer clicks than in a truncated space");
  });
}
