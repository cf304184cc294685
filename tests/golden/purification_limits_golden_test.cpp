// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <string>

#include <ebit/analyze/purification_limits.hpp>

#include "golden_reader.hpp"

using namespace ebit;
using golden::check;
using golden::row;

TEST_CASE("golden: purification_thresholds.csv", "[golden]") {
  golden::for_each_row("purification_thresholds.csv", [](const row& at) {
    const gate_noise noise{.two_qubit = at["pg"], .read_out = at["eps"]};
    const std::string& kind = at.text("kind");
    if (kind != "bbpssw" && kind != "dejmps") FAIL(at.where() << ": unknown kind " << kind);
    const auto range = kind == "bbpssw" ? analyze::bbpssw_range(noise) : analyze::dejmps_range(noise);
    if (std::isnan(at["Fmin"])) {
      if (range) FAIL_CHECK(at.where() << ": gains from " << range->lowest << " to " << range->highest);
      return;
    }
    if (!range) FAIL(at.where() << ": no gain found");
    check(at, "Fmin", range->lowest, 1e-6);
    check(at, "Fmax", range->highest, 1e-6);
  });
}

TEST_CASE("golden: purification_critical.csv", "[golden]") {
  golden::for_each_row("purification_critical.csv", [](const row& at) {
    const std::string &kind = at.text("kind"), &where = at.text("noise");
    if (where != "pg=eps" && where != "pg only" && where != "eps only")
      FAIL(at.where() << ": unknown noise " << where);
    const auto noise_of = [&where](double x) {
      return gate_noise{.two_qubit = where == "eps only" ? 0 : x, .read_out = where == "pg only" ? 0 : x};
    };
    if (kind != "bbpssw" && kind != "dejmps") FAIL(at.where() << ": unknown kind " << kind);
    const double critical = kind == "bbpssw" ? analyze::critical_noise<analyze::bbpssw_step>(noise_of)
                                             : analyze::critical_noise<analyze::dejmps_limit>(noise_of);
    check(at, "critical_value", critical, 1e-3);
  });
}
