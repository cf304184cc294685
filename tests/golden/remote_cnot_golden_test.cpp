// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <ebit/app/remote_cnot.hpp>
#include <ebit/app/teleportation.hpp>

#include "bell_columns.hpp"

using namespace ebit;
using golden::check;
using golden::row;

TEST_CASE("golden: remote_cnot.csv", "[golden]") {
  constexpr double tolerance = 1e-10;
  constexpr struct {
    char letter;
    pauli_frame pauli;
  } letters[] = {{'I', {}}, {'X', {true, false}}, {'Y', {true, true}}, {'Z', {false, true}}};
  golden::for_each_row("remote_cnot.csv", [&letters](const row& at) {
    const std::string& kind = at.text("kind");
    if (kind != "cat" && kind != "tp") FAIL(at.where() << ": unknown kind " << kind);
    const app::two_qubit_errors errors = errors_of(kind == "cat" ? app::remote_cnot::cat : app::remote_cnot::teleport,
                                                   golden::read_bell(at, "c_"), golden::read_noise(at));
    check(at, "F_process", errors.process_fidelity(), tolerance);
    check(at, "F_avg", errors.average_fidelity(), tolerance);
    for (const auto& a : letters)
      for (const auto& b : letters)
        check(at, std::string{"P_"} + a.letter + b.letter, errors.probability(a.pauli, b.pauli), tolerance);
  });
}

TEST_CASE("golden: teleport.csv by the closed forms", "[golden]") {
  constexpr double tolerance = 1e-10;
  golden::for_each_row("teleport.csv", [](const row& at) {
    const bell_diagonal diagonal = golden::read_bell(at, "c_");
    const gate_noise noise = golden::read_noise(at);
    check(at, "Fe_process", app::teleportation_process_fidelity(diagonal, noise), tolerance);
    check(at, "F_avg", app::teleportation_fidelity(diagonal, noise), tolerance);
    const std::string& kind = at.text("pair");
    if (kind == "bd") {
      for (const char* column : {"f0", "f1"})
        check(at, column, app::teleportation_fidelity_of(basis::z, diagonal, noise), tolerance);
      for (const char* column : {"fplus", "fminus"})
        check(at, column, app::teleportation_fidelity_of(basis::x, diagonal, noise), tolerance);
      for (const char* column : {"fplusi", "fminusi"})
        check(at, column, app::teleportation_fidelity_of(basis::y, diagonal, noise), tolerance);
    } else if (kind != "ampdamp" && kind != "partial") {
      FAIL(at.where() << ": unknown pair " << kind);
    }
  });
}
