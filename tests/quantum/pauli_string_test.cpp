// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/pauli_string.hpp>

#include <cmath>
#include <string>

#include <ebit/quantum/state_vector.hpp>

#include <support/catch.hpp>
#include "referee.hpp"

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20240516;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

pauli_string parsed(const std::string& text) { return *pauli_string::parse(text); }

pauli_string any_string(std::size_t qubits, random_stream& stream) {
  pauli_string out{qubits};
  for (std::size_t q = 0; q < qubits; ++q) out.set(q, pauli_frame{referee::any_label(stream)});
  if (referee::any_bit(stream)) out.negate();
  return out;
}

}  // namespace

TEST_CASE("pauli_string: products are those of the matrices, signs included", "[quantum]") {
  CHECK((parsed("X") * parsed("Y")).text() == "+iZ");
  CHECK((parsed("Y") * parsed("X")).text() == "-iZ");
  CHECK((parsed("-XX") * parsed("ZZ")).text() == "+YY");
  CHECK(parsed("XZ").commutes_with(parsed("ZX")));
  CHECK_FALSE(parsed("XI").commutes_with(parsed("YZ")));
  auto stream = fresh(100);
  for (int i = 0; i < 500; ++i) {
    const pauli_string a = any_string(3, stream), b = any_string(3, stream), c = a * b;
    state_vector<3> twice, once;
    for (std::size_t q = 0; q < 3; ++q) {
      const single_qubit_gate turn = gates::rotate_x(sample::uniform(stream));
      twice.apply(turn, q).apply(gates::hadamard, q).apply(gates::s_gate, q);
      once.apply(turn, q).apply(gates::hadamard, q).apply(gates::s_gate, q);
    }
    twice.apply(b).apply(a);
    once.apply(c);
    for (std::size_t k = 0; k < 8; ++k) {
      CHECK(std::abs(twice[k].re - once[k].re) < 1e-14);
      CHECK(std::abs(twice[k].im - once[k].im) < 1e-14);
    }
    CHECK(a.commutes_with(b) == (c == b * a));
    CHECK(*pauli_string::parse(a.text()) == a);
  }
  // Across the border of a word.
  pauli_string x{130}, z{130};
  x.set(129, {true, false});
  z.set(129, {false, true});
  CHECK_FALSE(x.commutes_with(z));
  CHECK((x * z).weight() == 1);
  CHECK((x * z).power() == 3);
}

TEST_CASE("pauli_string: text that is none is refused", "[quantum]") {
  for (const char* text : {"", "+", "XA", "x", "X Z", "iX"}) {
    const auto bad = pauli_string::parse(text);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().what == "pauli_string");
    CHECK(bad.error().given == detail::quoted(text));
  }
}
