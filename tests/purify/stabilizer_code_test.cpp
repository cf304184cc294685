// SPDX-License-Identifier: Apache-2.0
#include <ebit/purify/stabilizer_code.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <ebit/purify/codes.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/quantum/density_matrix.hpp>
#include <ebit/quantum/stabilizer.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using purify::code_gate;
using purify::code_result;
using purify::label_bits;
using purify::stabilizer_code;
using purify::syndrome_use;

namespace {

constexpr std::uint64_t seed = 20240513;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

/// `count` generators of a random stabilizer state.
stabilizer_code any_code(std::size_t n, std::size_t count, random_stream& stream) {
  stabilizer state{n};
  for (int i = 0; i < 80; ++i) {
    const auto q = static_cast<std::size_t>(sample::below(stream, n));
    const auto kind = sample::below(stream, 3);
    if (kind == 0) state.h(q);
    if (kind == 1) state.s(q);
    if (kind == 2) state.cnot(q, (q + 1 + sample::below(stream, n - 1)) % n);
  }
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back(state.generator(i).text().substr(1));
  const std::vector<std::string_view> views(rows.begin(), rows.end());
  return *stabilizer_code::from_generators(views);
}
std::vector<bell_diagonal> any_pairs(std::size_t n, random_stream& stream) {
  std::vector<bell_diagonal> out;
  while (out.size() < n) out.push_back(referee::any_bell_diagonal(stream));
  return out;
}

/// P_pass, F_detect and F_correct from all 4^n patterns of labels, by commutation and cosets alone.
std::array<double, 3> enumerated(const stabilizer_code& code, const std::vector<bell_diagonal>& pairs) {
  const std::size_t n = code.inputs();
  std::vector<label_bits> group{{}};
  for (const label_bits& g : code.generators())
    for (std::size_t i = 0, old = group.size(); i < old; ++i) {
      group.push_back(group[i]);
      group.back() ^= g;
    }
  std::map<std::uint64_t, std::map<std::uint64_t, double>> cosets;  // syndrome → least member → probability
  for (std::uint32_t x = 0; x < 1U << n; ++x)
    for (std::uint32_t z = 0; z < 1U << n; ++z) {
      const label_bits error{x, z};
      double p = 1;
      for (std::size_t q = 0; q < n; ++q) p *= pairs[q].fidelity(error.at(q).index());
      std::uint64_t syndrome = 0, least = ~std::uint64_t{0};
      for (const label_bits& g : code.generators()) syndrome = 2 * syndrome + (g.commutes_with(error) ? 0 : 1);
      for (label_bits member : group) {
        member ^= error;
        least = std::min(least, std::uint64_t{member.x} << 32 | member.z);
      }
      cosets[syndrome][least] += p;
    }
  double pass = 0, correct = 0;
  for (const auto& [coset, p] : cosets[0]) pass += p;
  for (const auto& [syndrome, classes] : cosets) {
    double best = 0;
    for (const auto& [coset, p] : classes) best = std::max(best, p);
    correct += best;
  }
  return {pass, pass > 0 ? cosets[0][0] / pass : 0, correct};
}

/// The joint distribution of syndrome difference and labels, gate by gate on the density matrix of both ends.
template <std::size_t N>
std::vector<double> simulated(const stabilizer_code& code, const std::vector<bell_diagonal>& pairs,
                              const gate_noise& noise) {
  density_matrix<2 * N> all;
  if constexpr (N == 2)
    all = tensor(density_matrix<2>::from(pairs[0]), density_matrix<2>::from(pairs[1]));
  else
    all = tensor(tensor(density_matrix<2>::from(pairs[0]), density_matrix<2>::from(pairs[1])),
                 density_matrix<2>::from(pairs[2]));
  for (const code_gate& gate : code.circuit().gates)
    for (const std::size_t end : {0U, 1U}) {
      const double angle = end == 0 ? referee::quarter_turn : -referee::quarter_turn;
      const std::size_t c = 2U * gate.control + end, t = 2U * gate.target + end;
      if (gate.is_cnot()) {
        all.cnot(c, t).white_noise(noise.two_qubit, c, t);
        continue;
      }
      const std::uint8_t element = gate.rotation.element();
      REQUIRE((element >= 1 && element <= 3));
      all.apply(element == 1 ? gates::phase(angle) : element == 2 ? gates::rotate_x(angle) : gates::hadamard, t);
      all.white_noise(noise.one_qubit, t);
    }
  const auto& circuit = code.circuit();
  const std::size_t k = circuit.kept.size(), labels = std::size_t{1} << (2 * k);
  std::vector<double> out(labels << circuit.read.size());
  for (std::size_t bits = 0; bits < std::size_t{1} << (2 * circuit.read.size()); ++bits) {
    auto seen = all;
    std::size_t difference = 0;
    for (std::size_t i = 0; i < circuit.read.size(); ++i) {
      const bool a = (bits >> (2 * i) & 1U) != 0, b = (bits >> (2 * i + 1) & 1U) != 0;
      seen = seen.projected(2U * circuit.read[i], a, noise.read_out)
                 .projected(2U * circuit.read[i] + 1, b, noise.read_out);
      difference |= std::size_t{a != b} << i;
    }
    for (std::size_t label = 0; label < labels; ++label) {
      // A perfect Bell measurement of every kept pair tells its label.
      auto kept = seen;
      for (std::size_t j = 0; j < k; ++j)
        kept = kept.bell_projected(2U * circuit.kept[j], 2U * circuit.kept[j] + 1, bell_index(label >> (2 * j) & 3U));
      out[difference * labels + label] += kept.trace();
    }
  }
  return out;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

}  // namespace

TEST_CASE("stabilizer_code: without noise, any code on any pairs agrees with all 4^n patterns counted one by one",
          "[purify]") {
  auto stream = fresh(1);
  double worst = 0;
  for (std::size_t n = 2; n <= 6; ++n)
    for (std::size_t count = 1; count < n; ++count) {
      const stabilizer_code code = any_code(n, count, stream);
      const auto pairs = any_pairs(n, stream);
      const auto expected = enumerated(code, pairs);
      const code_result kept = code.apply(pairs), corrected = code.apply(pairs, {}, syndrome_use::correct);
      worst = std::max({worst, std::abs(kept.probability - expected[0]),
                        std::abs(kept.probability * (kept.fidelity() - expected[1])),
                        std::abs(corrected.fidelity() - expected[2])});
    }
  CAPTURE(seed);
  CHECK(worst < 1e-13);
}

TEST_CASE("stabilizer_code: with noisy gates and read-outs, the whole distribution is that of the density matrix",
          "[purify]") {
  auto stream = fresh(2);
  double worst = 0;
  for (int i = 0; i < 60; ++i) {
    const stabilizer_code code = any_code(2, 1, stream);
    const auto pairs = any_pairs(2, stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    worst = std::max(worst, distance(code.distribution(pairs, noise), simulated<2>(code, pairs, noise)));
  }
  for (std::size_t i = 0; i < 8; ++i) {
    const stabilizer_code code = any_code(3, 1 + i % 2, stream);
    const auto pairs = any_pairs(3, stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    worst = std::max(worst, distance(code.distribution(pairs, noise), simulated<3>(code, pairs, noise)));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-12);
}

TEST_CASE("stabilizer_code: frames of the inputs shift syndrome and labels as the circuit moves them", "[purify]") {
  auto stream = fresh(6);
  double worst = 0;
  for (std::size_t i = 0; i < 40; ++i) {
    const stabilizer_code code = any_code(5, 1 + i % 4, stream);
    const auto pairs = any_pairs(5, stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    label_bits frames;
    auto framed = pairs;
    for (std::size_t q = 0; q < 5; ++q) {
      const pauli_frame frame{referee::any_label(stream)};
      frames.set(q, frame);
      framed[q].correct(frame);
    }
    const label_bits after = code.circuit().after(frames);
    const std::size_t k = code.outputs();
    std::size_t shift = 0;
    for (std::size_t j = 0; j < k; ++j) shift |= std::size_t{after.at(code.circuit().kept[j]).bits()} << (2 * j);
    for (std::size_t j = 0; j < code.circuit().read.size(); ++j)
      shift |= std::size_t{after.at(code.circuit().read[j]).x()} << (2 * k + j);
    const auto plain = code.distribution(pairs, noise), moved = code.distribution(framed, noise);
    for (std::size_t j = 0; j < plain.size(); ++j) worst = std::max(worst, std::abs(plain[j] - moved[j ^ shift]));
  }
  CAPTURE(seed);
  CHECK(worst < 1e-14);
}

TEST_CASE("stabilizer_code: ZZ is the bilateral CNOT of BBPSSW and YY is DEJMPS, noise included", "[purify]") {
  auto stream = fresh(3);
  const stabilizer_code zz = *stabilizer_code::from_generators({"ZZ"}),
                        yy = *stabilizer_code::from_generators({"YY"});
  for (int i = 0; i < 200; ++i) {
    const auto pairs = any_pairs(2, stream);
    const gate_noise noise = referee::any_gate_noise(stream);
    const auto check = [&](const stabilizer_code& code, const branch<bell_diagonal>& expected) {
      const code_result got = code.apply(pairs, noise);
      CHECK(std::abs(got.probability - expected.probability) < 1e-14);
      if (got.probability > 1e-3) CHECK(referee::distance(got.state(0), expected.state) < 1e-12);
    };
    check(zz, bell_diagonal::distil_branch(pairs[0], pairs[1], {}, false, noise));
    check(yy, purify::dejmps{}.apply(pairs[0], pairs[1], noise));
  }
}

TEST_CASE("stabilizer_code: the noisy five-qubit code has the frequencies of sampled tableaux", "[purify]") {
  const stabilizer_code code = purify::codes::five_qubit();
  const gate_noise noise{.two_qubit = 0.02, .one_qubit = 0.01, .read_out = 0.02};
  const bell_diagonal pair{0.85, 0.07, 0.03, 0.05};
  const code_result exact = code.apply(pair, noise);
  auto stream = fresh(4);
  constexpr int runs = 20000;
  int passed = 0;
  std::array<int, 4> counts{};
  stabilizer state{10};
  const auto flipped = [&](std::size_t q) {
    bool bit = state.measure(q, stream).bit;
    bit ^= sample::bernoulli(stream, noise.read_out);
    return bit;
  };
  for (int run = 0; run < runs; ++run) {
    state.clear();
    for (std::size_t q = 0; q < 5; ++q)
      state.h(2 * q)
          .cnot(2 * q, 2 * q + 1)
          .correct(pauli_frame{bell_index(sample::index_of(stream, pair.probabilities()))}, 2 * q + 1);
    for (const code_gate& gate : code.circuit().gates)
      for (const std::size_t end : {0U, 1U}) {
        const std::size_t c = 2U * gate.control + end, t = 2U * gate.target + end;
        if (gate.is_cnot()) {
          state.cnot(c, t).white_noise(noise.two_qubit, c, t, stream);
          continue;
        }
        const std::uint8_t element = gate.rotation.element();
        if (element >= 2) state.h(t);
        if (element <= 2) end == 0 ? state.s(t) : state.s_dagger(t);
        if (element == 2) state.h(t);
        state.white_noise(noise.one_qubit, t, stream);
      }
    bool equal = true;
    for (const std::uint8_t q : code.circuit().read) {
      const bool a = flipped(2U * q), b = flipped(2U * q + 1);
      equal = equal && a == b;
    }
    if (!equal) continue;
    ++passed;
    const std::size_t kept = code.circuit().kept[0];
    ++counts[static_cast<std::size_t>(*state.bell_label(2 * kept, 2 * kept + 1))];
  }
  CAPTURE(seed, passed);
  const double p = exact.probability;
  CHECK(std::abs(passed - p * runs) < 4.5 * std::sqrt(p * (1 - p) * runs));
  for (std::size_t i = 0; i < 4; ++i) {
    const double f = exact.labels[i];
    CAPTURE(i, counts[i], f * passed);
    CHECK(std::abs(counts[i] - f * passed) < 4.5 * std::sqrt(f * (1 - f) * passed));
  }
}
