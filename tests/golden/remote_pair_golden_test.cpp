// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ebit/orchestrate/remote_pair.hpp>

#include "golden_reader.hpp"

using namespace ebit;
using namespace ebit::literals;
using golden::check;
using golden::row;
using orchestrate::pair_scheme;

TEST_CASE("golden: double_click.csv, pairs of two computers with transducers", "[golden]") {
  int rows = 0;
  golden::for_each_row("double_click.csv", [&](const row& at) {
    const double dark = at["d"];
    if (!(dark < 1)) return;  // no rate of dark counts does that
    // A perfect transducer of a million shots per second; the arms let through what the row says, and dark counts of
    // a window of one second, long in order that no rounding of times matters, come with its probability.
    orchestrate::pair_design d{
        .device = {.repetition_rate = hertz(1e6)},
        .path = {.transmittance_a = at["etaA"], .transmittance_b = at["etaB"], .arm_a = {}, .arm_b = {}}};
    d.node.visibility = at["V"];
    d.node.dark_counts = hertz(-std::log1p(-dark));
    d.node.detection_window = 1_s;
    d.node.number_resolving = at.integer("pnr") != 0;
    const auto found = orchestrate::best_pairs(d, pair_scheme::two_clicks);
    REQUIRE(found);
    if (at["p_success"] > 0) {
      check(at, "p_success", found->pairs_per_second / 1e6, 0, 1e-9);
      check(at, "F_psip", found->fidelity, 6e-12, 1e-9);
    }
    ++rows;
  });
  CHECK(rows > 100);
}

TEST_CASE("golden: transducer_tms_singleclick.csv, pairs of two squeezing transducers", "[golden]") {
  // No drive does better than the best, and pairs as good as a row's come no more slowly than there. The read-out of
  // the library tells only no quantum from some, which makes pairs no worse than the row's.
  int rows = 0;
  golden::for_each_row("transducer_tms_singleclick.csv", [&](const row& at) {
    orchestrate::pair_design d{.device = {.efficiency = at["eta"],
                                          .thermal_occupancy = at["nth"],
                                          .bandwidth = hertz(1e9),
                                          .repetition_rate = hertz(1e6)}};
    d.node.dark_counts = hertz(-std::log1p(-at["d"]));
    d.node.detection_window = 1_s;
    const auto best = orchestrate::best_pairs(d, pair_scheme::squeezed);
    REQUIRE(best);
    CHECK(best->fidelity >= at["F"] - 1e-6);
    const auto fast = orchestrate::fastest_pairs(d, pair_scheme::squeezed, at["F"] - 2e-6);  // known to 1e-6
    CHECK(fast->pairs_per_second / 1e6 >= at["p_click"] * (1 - 1e-4) - 1e-15);
    ++rows;
  });
  CHECK(rows > 5);
}
