// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <string>

#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/density_matrix.hpp>
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
    const auto kept = x_state::distil_outcome(lossy, lossy, {}, true, true, golden::read_noise(at));
    check(at, "p_success", kept.probability, tolerance);
    check(at, "F_psip", kept.state.fidelity(bell_index::psi_plus), tolerance);
    golden::check_bell(at, "o_", kept.state, tolerance);
  });
}

namespace {

/// The state after `round` rounds from Werner(F0), and the probability of the last round.
template <class Policy>
branch<bell_diagonal> after_rounds(const Policy& policy, const row& at, bool recurrence, bool twirl) {
  const bell_diagonal fresh = bell_diagonal::werner(at["F0"]);
  const gate_noise noise = golden::read_noise(at);
  branch<bell_diagonal> kept{fresh, 1};
  for (int round = 0; round < at.integer("round"); ++round) {
    kept = policy.apply(kept.state, recurrence ? kept.state : fresh, noise);
    if (twirl) kept.state = kept.state.twirled();
  }
  return kept;
}

}  // namespace

TEST_CASE("golden: pumping.csv", "[golden]") {
  golden::for_each_row("pumping.csv", [](const row& at) {
    const std::string& kind = at.text("kind");
    branch<bell_diagonal> out;
    if (kind == "dejmps_pump_werner")
      out = after_rounds(purify::dejmps{}, at, false, false);
    else if (kind == "dejmps_recurrence")
      out = after_rounds(purify::dejmps{}, at, true, false);
    else if (kind == "bbpssw_pump_werner_retwirl")
      out = after_rounds(purify::bbpssw{}, at, false, true);
    else if (kind == "bbpssw_recurrence_retwirl")
      out = after_rounds(purify::bbpssw{}, at, true, true);
    else
      FAIL(at.where() << ": unknown kind " << kind);
    check(at, "p_step", out.probability, tolerance);
    golden::check_bell(at, "o_", out.state, tolerance);
  });
}

TEST_CASE("golden: double_selection.csv", "[golden]") {
  // Fujii and Yamamoto 2009: CNOT from pair 0 to pair 1 and from pair 2 to pair 1, pair 1 read in Z, pair 2 in X.
  golden::for_each_row("double_selection.csv", [](const row& at) {
    const gate_noise noise = golden::read_noise(at);
    const auto pair = density_matrix<2>::from(bell_diagonal::werner(at["F"]));
    density_matrix<6> all = tensor(tensor(pair, pair), pair);
    for (const std::size_t control : {0U, 4U})
      for (const std::size_t end : {0U, 1U})
        all.cnot(control + end, 2 + end).white_noise(noise.two_qubit, control + end, 2 + end);
    all.apply(gates::hadamard, 4).apply(gates::hadamard, 5);
    auto kept = pair.scaled(0);
    for (const bool z : {false, true})
      for (const bool x : {false, true})
        kept = kept + all.projected(5, x, noise.read_out)
                          .without(5)
                          .projected(4, x, noise.read_out)
                          .without(4)
                          .projected(3, z, noise.read_out)
                          .without(3)
                          .projected(2, z, noise.read_out)
                          .without(2);
    check(at, "p_success", kept.trace(), tolerance);
    golden::check_bell(at, "o_", kept.normalised(), tolerance);
  });
}
