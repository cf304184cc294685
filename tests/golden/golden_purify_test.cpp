// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <string>

#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/purify/double_selection.hpp>
#include <ebit/purify/epl.hpp>
#include <ebit/purify/pumping.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/werner.hpp>
#include <ebit/quantum/x_state.hpp>

#include "bell_columns.hpp"

using namespace ebit;
using golden::check;
using golden::row;

namespace {

constexpr double tolerance = 1e-10;

}  // namespace

TEST_CASE("golden: dejmps.csv", "[golden]") {
  golden::for_each_row("dejmps.csv", [](const row& at) {
    const auto out =
        purify::dejmps{}.apply(golden::read_bell(at, "a_"), golden::read_bell(at, "b_"), golden::read_noise(at));
    check(at, "p_success", out.probability, tolerance);
    golden::check_bell(at, "o_", out.state, tolerance);
  });
}

TEST_CASE("golden: bbpssw.csv", "[golden]") {
  golden::for_each_row("bbpssw.csv", [](const row& at) {
    const double f1 = at["F1"], f2 = at["F2"];
    const gate_noise noise = golden::read_noise(at);
    const auto out = purify::bbpssw{}.apply(bell_diagonal::werner(f1), bell_diagonal::werner(f2), noise);
    check(at, "p_success", out.probability, tolerance);
    check(at, "F_out", out.state.fidelity(bell_index::phi_plus), tolerance);
    golden::check_bell(at, "o_", out.state, tolerance);
    const auto exact = x_state::distil_branch(x_state{bell_diagonal::werner(f1)}, x_state{bell_diagonal::werner(f2)},
                                              {}, false, noise);
    check(at, "p_success", exact.probability, tolerance);
    golden::check_bell(at, "o_", exact.state, tolerance);
    const auto tracked = purify::bbpssw{}.apply(werner::of_fidelity(f1), werner::of_fidelity(f2), noise);
    check(at, "p_success", tracked.probability, tolerance);
    check(at, "F_out", tracked.state.fidelity(bell_index::phi_plus), tolerance);
  });
}

TEST_CASE("golden: epl.csv", "[golden]") {
  golden::for_each_row("epl.csv", [](const row& at) {
    const double q = at["q"], phi = at["phi_rad"], c = (1 - q) / 2, coherence = c * (1 - 2 * at["deph"]);
    const x_state lossy =
        x_state::from_elements({0, c, c, q, 0, 0, coherence * std::cos(phi), -coherence * std::sin(phi)});
    const auto kept = purify::epl{}.apply(lossy, lossy, golden::read_noise(at));
    check(at, "p_success", kept.probability, tolerance);
    check(at, "F_psip", kept.state.fidelity(bell_index::psi_plus), tolerance);
    golden::check_bell(at, "o_", kept.state, tolerance);
  });
}

TEST_CASE("golden: pumping.csv", "[golden]") {
  golden::for_each_row("pumping.csv", [](const row& at) {
    const std::string& kind = at.text("kind");
    const auto check_rounds = [&at](auto policy, bool twirl) {
      policy.rounds = static_cast<std::uint8_t>(at.integer("round"));
      REQUIRE(policy.rounds == at.integer("round"));
      const auto out = purify::after_rounds(policy, bell_diagonal::werner(at["F0"]), golden::read_noise(at));
      check(at, "p_step", out.last_probability, tolerance);
      golden::check_bell(at, "o_", twirl ? out.state.twirled() : out.state, tolerance);
    };
    if (kind == "dejmps_pump_werner")
      check_rounds(purify::pumping<purify::dejmps>{}, false);
    else if (kind == "dejmps_recurrence")
      check_rounds(purify::dejmps{}, false);
    else if (kind == "bbpssw_pump_werner_retwirl")
      check_rounds(purify::pumping<purify::bbpssw>{}, true);
    else if (kind == "bbpssw_recurrence_retwirl")
      check_rounds(purify::bbpssw{}, true);
    else
      FAIL(at.where() << ": unknown kind " << kind);
  });
}

TEST_CASE("golden: double_selection.csv", "[golden]") {
  golden::for_each_row("double_selection.csv", [](const row& at) {
    const bell_diagonal pair = bell_diagonal::werner(at["F"]);
    const auto kept = purify::double_selection{}.apply(pair, pair, pair, golden::read_noise(at));
    check(at, "p_success", kept.probability, tolerance);
    golden::check_bell(at, "o_", kept.state, tolerance);
  });
}
