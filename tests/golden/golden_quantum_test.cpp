// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/density_matrix.hpp>
#include <ebit/quantum/werner.hpp>
#include <ebit/quantum/x_state.hpp>

#include "bell_columns.hpp"

using namespace ebit;
using golden::check;
using golden::row;

TEST_CASE("golden: decoherence.csv", "[golden]") {
  constexpr double tolerance = 1e-10;
  golden::for_each_row("decoherence.csv", [](const row& at) {
    const bell_diagonal start = golden::read_bell(at, "c_");
    // Only ratios of times matter: T2 is taken as 1000 s, so that whole picoseconds cost nothing.
    const double unit = 1000 / at["T2"];
    const memory_noise memory{.t1 = duration::seconds(unit * at["T1"]), .t2 = duration::seconds(1000)};
    const duration a = duration::seconds(unit * at["tA"]), b = duration::seconds(unit * at["tB"]);

    const x_state exact = x_state{start}.aged(half::a, a, memory).aged(half::b, b, memory);
    golden::check_bell(at, "e_", exact, tolerance);
    golden::check_bell(at, "e_", exact.twirled(), tolerance);
    const x_elements e = exact.elements();
    check(at, "r00", e.p00, tolerance);
    check(at, "r11", e.p11, tolerance);
    check(at, "abs_r03", std::hypot(e.re_00_11, e.im_00_11), tolerance);
    check(at, "abs_r12", std::hypot(e.re_01_10, e.im_01_10), tolerance);

    auto referee = density_matrix<2>::from(start);
    golden::check_bell(at, "e_", referee.age(a, memory, 0).age(b, memory, 1), tolerance);

    golden::check_bell(at, "t_", start.aged(half::a, a, memory).aged(half::b, b, memory), tolerance);
  });
}

TEST_CASE("golden: swap_bell_diagonal.csv", "[golden]") {
  constexpr double tolerance = 1e-10;
  golden::for_each_row("swap_bell_diagonal.csv", [](const row& at) {
    const bell_diagonal a = golden::read_bell(at, "a_"), b = golden::read_bell(at, "b_");
    gate_noise noise = golden::read_noise(at);
    noise.one_qubit = at["p1"];
    golden::check_bell(at, "o_", bell_diagonal::joined(a, b, noise), tolerance);
    for (std::uint8_t m = 0; m < 4; ++m) {
      const auto outcome = bell_index{m};
      const pauli_frame correction{outcome};
      golden::check_bell(at, "o_", bell_diagonal::swap_branch(a, b, outcome, noise).state.corrected(correction),
                         tolerance);
      golden::check_bell(at, "o_",
                         x_state::swap_branch(x_state{a}, x_state{b}, outcome, noise).state.corrected(correction),
                         tolerance);
    }
  });
}

TEST_CASE("golden: swap_chain.csv", "[golden]") {
  constexpr double tolerance = 1e-10;
  golden::for_each_row("swap_chain.csv", [](const row& at) {
    const bell_diagonal link = bell_diagonal::werner(at["F_link"]);
    gate_noise noise = golden::read_noise(at);
    noise.one_qubit = at["p1"];
    // F_dur ignores p1 and twirls after each swap.
    const gate_noise without_p1 = golden::read_noise(at);
    bell_diagonal chain = link;
    x_state exact{link};
    werner twirled = werner::from(link);
    for (int length = 1; length < at.integer("L"); ++length) {
      chain = bell_diagonal::joined(chain, link, noise);
      exact = x_state::swap_branch(exact, x_state{link}, bell_index::psi_plus, noise).state;
      exact.correct(pauli_frame{bell_index::psi_plus});
      twirled = werner::swap_branch(twirled, werner::from(link), bell_index::phi_plus, without_p1).state;
    }
    golden::check_bell(at, "o_", chain, tolerance);
    golden::check_bell(at, "o_", exact, tolerance);
    check(at, "F_dur", twirled.fidelity(bell_index::phi_plus), tolerance);
  });
}

namespace {

/// An X state with these Bell fidelities whose ⟨Z⟩ on each half is as far from Bell-diagonal as positivity allows.
x_state least_bell_diagonal(const bell_diagonal& c) {
  const double phi = c.xx() - c.yy(), even = 1 + c.zz();
  const double z = std::sqrt(std::max(0.0, even * even - phi * phi)) / 2;
  return x_state{x_correlators{.xx = c.xx(), .yy = c.yy(), .zz = c.zz(), .zi = z, .iz = z}};
}

/// The mean fidelity with which |input⟩ is teleported: Bell measurement of input and half a, Pauli on half b.
double teleported(const std::array<amplitude, 2>& input, const density_matrix<2>& pair, const gate_noise& noise) {
  const auto all = tensor(density_matrix<1>::pure(input), pair);
  double sum = 0;
  for (std::uint8_t m = 0; m < 4; ++m) {
    auto received = all.bell_projected(0, 1, bell_index{m}, noise);
    sum += received.correct(pauli_frame{bell_index{m}}, 2).without(0).without(0).fidelity(input);
  }
  return sum;
}

}  // namespace

TEST_CASE("golden: teleport.csv", "[golden]") {
  constexpr double tolerance = 1e-10;
  golden::for_each_row("teleport.csv", [](const row& at) {
    const bell_diagonal diagonal = golden::read_bell(at, "c_");
    const gate_noise noise = golden::read_noise(at);
    const bool bell = at.text("pair") == "bd";
    const auto pair = density_matrix<2>::from(bell ? x_state{diagonal} : least_bell_diagonal(diagonal));

    // Teleporting half of a perfect pair is swapping.
    const double process = bell_diagonal::joined({}, diagonal, noise).fidelity(bell_index::phi_plus);
    check(at, "Fe_process", process, tolerance);
    check(at, "F_avg", (2 * process + 1) / 3, tolerance);
    double exact = 0;
    for (std::uint8_t m = 0; m < 4; ++m) {
      const auto branch =
          x_state::swap_branch({}, bell ? x_state{diagonal} : least_bell_diagonal(diagonal), bell_index{m}, noise);
      exact += branch.probability * branch.state.fidelity(bell_index{m});
    }
    check(at, "Fe_process", exact, tolerance);

    const double r = gates::half_root;
    const std::array<std::pair<const char*, std::array<amplitude, 2>>, 6> inputs{{{"f0", {{{1, 0}, {0, 0}}}},
                                                                                  {"f1", {{{0, 0}, {1, 0}}}},
                                                                                  {"fplus", {{{r, 0}, {r, 0}}}},
                                                                                  {"fminus", {{{r, 0}, {-r, 0}}}},
                                                                                  {"fplusi", {{{r, 0}, {0, r}}}},
                                                                                  {"fminusi", {{{r, 0}, {0, -r}}}}}};
    double mean = 0;
    for (const auto& [column, input] : inputs) {
      const double f = teleported(input, pair, noise);
      check(at, column, f, tolerance);
      mean += f / 6;
    }
    check(at, "F_avg", mean, tolerance);
  });
}
