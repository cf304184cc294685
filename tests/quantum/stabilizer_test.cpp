// SPDX-License-Identifier: Apache-2.0
#include <ebit/quantum/stabilizer.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <ebit/core/bell.hpp>
#include <ebit/quantum/state_vector.hpp>

#include <support/catch.hpp>
#include "referee.hpp"

using namespace ebit;

namespace {

constexpr std::uint64_t seed = 20240511;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }
std::size_t any_of(std::size_t n, random_stream& stream) {
  return static_cast<std::size_t>(sample::below(stream, n));
}

pauli_string any_string(std::size_t qubits, random_stream& stream) {
  pauli_string out{qubits};
  for (std::size_t q = 0; q < qubits; ++q) out.set(q, pauli_frame{referee::any_label(stream)});
  if (referee::any_bit(stream)) out.negate();
  return out;
}

/// One random Clifford step on both representations; measurements follow the branch of the tableau.
template <std::size_t N>
void step(stabilizer& fast, state_vector<N>& slow, random_stream& stream) {
  const std::size_t a = any_of(N, stream);
  std::size_t b = a;
  while (N > 1 && b == a) b = any_of(N, stream);
  const std::uint64_t kind = sample::below(stream, N > 1 ? 12 : 9);
  switch (kind) {
    case 0: fast.h(a), slow.apply(gates::hadamard, a); break;
    case 1: fast.s(a), slow.apply(gates::s_gate, a); break;
    case 2: fast.s_dagger(a), slow.apply(gates::s_dagger_gate, a); break;
    case 3: fast.x(a), slow.apply(gates::pauli_x, a); break;
    case 4: fast.y(a), slow.apply(gates::pauli_y, a); break;
    case 5: fast.z(a), slow.apply(gates::pauli_z, a); break;
    case 6: {
      const double one = slow.projected(a, true).norm();
      const reading got = fast.measure(a, stream);
      CHECK(std::abs(one - (got.deterministic ? (got.bit ? 1 : 0) : 0.5)) < 1e-12);
      slow = slow.projected(a, got.bit).normalised();
      break;
    }
    case 7: {
      const bool bit = referee::any_bit(stream);
      const auto branch = slow.projected(a, bit);
      const stabilizer before = fast;
      const double p = fast.project(a, bit);
      CHECK(std::abs(p - branch.norm()) < 1e-12);
      if (p > 0)
        slow = branch.normalised();
      else
        CHECK(fast == before);
      break;
    }
    case 8: {
      const pauli_string what = any_string(N, stream);
      const double mean = slow.expectation(what);
      const reading got = fast.measure(what, stream);
      CHECK(std::abs(mean - (got.deterministic ? (got.bit ? -1 : 1) : 0)) < 1e-12);
      auto turned = slow;
      turned.apply(what);
      std::array<amplitude, state_vector<N>::dimension> sum{};
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = slow[i] + (got.bit ? -1.0 : 1.0) * turned[i];
      slow = state_vector<N>{sum}.normalised();
      break;
    }
    case 9: fast.cnot(a, b), slow.cnot(a, b); break;
    case 10: fast.cz(a, b), slow.cz(a, b); break;
    default: fast.swap(a, b), slow.swap(a, b); break;
  }
}

/// Every one of the 4^N expectation values.
template <std::size_t N>
double worst_expectation(const stabilizer& fast, const state_vector<N>& slow) {
  double worst = 0;
  for (std::size_t code = 0; code < (std::size_t{1} << (2 * N)); ++code) {
    pauli_string string{N};
    for (std::size_t q = 0; q < N; ++q) string.set(q, pauli_frame{static_cast<bell_index>(code >> (2 * q) & 3U)});
    worst = std::max(worst, std::abs(fast.expectation(string) - slow.expectation(string)));
  }
  return worst;
}

template <std::size_t N>
void compare(int circuits, int steps) {
  auto stream = fresh(N);
  double worst = 0;
  for (int c = 0; c < circuits; ++c) {
    stabilizer fast{N};
    state_vector<N> slow;
    for (int i = 0; i < steps; ++i) step(fast, slow, stream);
    worst = std::max(worst, worst_expectation(fast, slow));
    // Each generator is one, and the canonical ones alone tell the state.
    for (const pauli_string& g : fast.canonical()) worst = std::max(worst, std::abs(slow.expectation(g) - 1));
  }
  CAPTURE(seed, N);
  CHECK(worst < 1e-12);
}

}  // namespace

TEST_CASE("stabilizer: random Clifford circuits with measurements have every expectation value of the state vector",
          "[quantum]") {
  compare<1>(60, 30);
  compare<2>(60, 60);
  compare<3>(40, 90);
  compare<5>(12, 150);
  compare<8>(2, 250);
}

TEST_CASE("stabilizer: generators, subsets and entropy of GHZ and graph states on many qubits", "[quantum]") {
  constexpr std::size_t n = 150;  // three words of rows
  stabilizer ghz{n};
  ghz.h(0);
  for (std::size_t q = 1; q < n; ++q) ghz.cnot(q - 1, q);
  pauli_string all_x{n}, ends{n}, one{n};
  for (std::size_t q = 0; q < n; ++q) all_x.set(q, {true, false});
  ends.set(0, {false, true});
  ends.set(n - 1, {false, true});
  one.set(70, {false, true});
  CHECK(ghz.expectation(all_x) == 1);
  CHECK(ghz.expectation(ends) == 1);
  CHECK(ghz.expectation(one) == 0);
  CHECK(ghz.entropy({3, 70, 149}) == 1);
  CHECK(ghz.canonical({3, 70, 149}).size() == 2);
  auto stream = fresh(200);
  const reading first = ghz.measure(149, stream), second = ghz.measure(2, stream);
  CHECK_FALSE(first.deterministic);
  CHECK(second == reading{first.bit, true});

  // A ring: X on a vertex and Z on its neighbours is +1; made in another order and by other gates it is the same
  // state.
  stabilizer ring{n}, other{n};
  for (std::size_t q = 0; q < n; ++q) ring.h(q);
  for (std::size_t q = 0; q < n; ++q) ring.cz(q, (q + 1) % n);
  for (std::size_t q = n; q-- > 0;) other.h(q);
  for (std::size_t q = n; q-- > 0;) other.h(q).cnot((q + 1) % n, q).h(q);
  CHECK(ring == other);
  CHECK_FALSE(ring == ghz);
  other.z(77);
  CHECK_FALSE(ring == other);
  other.z(77);
  for (std::size_t q = 0; q < n; ++q) {
    pauli_string vertex{n};
    vertex.set(q, {true, false});
    vertex.set((q + 1) % n, {false, true});
    vertex.set((q + n - 1) % n, {false, true});
    CHECK(ring.expectation(vertex) == 1);
    vertex.negate();
    CHECK(ring.expectation(vertex) == -1);
  }
  CHECK(ring.entropy({10, 11, 12, 13}) == 2);
  CHECK(ring.entropy({10, 20, 30}) == 3);
  // Resetting all but two distant qubits leaves a product state.
  for (std::size_t q = 0; q < n; ++q) ring.reset(q, stream);
  CHECK(ring == stabilizer{n});
}

TEST_CASE("stabilizer: on many qubits every product of generators has the value 1, and a change of sign is seen",
          "[quantum]") {
  constexpr std::size_t n = 150;
  auto stream = fresh(250);
  stabilizer state{n};
  for (int i = 0; i < 6000; ++i) {
    const std::size_t a = any_of(n, stream), b = (a + 1 + any_of(n - 1, stream)) % n;
    const std::uint64_t kind = sample::below(stream, 60);
    if (kind < 20)
      state.h(a);
    else if (kind < 40)
      state.s(a);
    else if (kind < 58)
      state.cnot(a, b);
    else
      state.measure(a, stream);
  }
  for (int i = 0; i < 100; ++i) {
    pauli_string product{n};
    for (std::size_t k = 0; k < n; ++k)
      if (referee::any_bit(stream)) product *= state.generator(k);
    CHECK(state.expectation(product) == 1);
    product.negate();
    CHECK(state.expectation(product) == -1);
    const stabilizer before = state;
    CHECK(state.measure(product, stream) == reading{true, true});
    CHECK(state.project(product, false) == 0);
    CHECK(state.canonical({0, 70, 149}) == before.canonical({0, 70, 149}));
  }
}

TEST_CASE("stabilizer: a teleported qubit keeps its stabilizer for each outcome, by the frame it is told",
          "[quantum]") {
  auto stream = fresh(300);
  int seen[4] = {};
  for (int i = 0; i < 200; ++i) {
    // Half of a random two-qubit state of qubits 0 and 1 goes from 1 to 3 through the pair (2, 3).
    stabilizer sent{2}, all{4};
    for (int k = 0; k < 12; ++k) {
      const std::size_t q = any_of(2, stream);
      const std::uint64_t kind = sample::below(stream, 3);
      for (stabilizer* s : {&sent, &all}) kind == 0 ? s->h(q) : kind == 1 ? s->s(q) : s->cnot(q, 1 - q);
    }
    const bell_index label = referee::any_label(stream);
    all.h(2).cnot(2, 3).correct(pauli_frame{label}, 3);
    const bell_index outcome = all.bell_measure(1, 2, {}, stream);
    ++seen[static_cast<std::size_t>(outcome)];
    all.correct(pauli_frame{label} ^ pauli_frame{outcome}, 3);
    CHECK(all.canonical({0, 3}) == sent.canonical());
  }
  for (const int count : seen) CHECK(count > 20);
}

TEST_CASE("stabilizer: a chain of 64 noisy pairs joined in any order has the label that the frames say",
          "[quantum]") {
  constexpr std::size_t pairs = 64;
  auto stream = fresh(400);
  int labels[4] = {};
  for (int run = 0; run < 60; ++run) {
    stabilizer chain{2 * pairs};
    pauli_frame expected;
    for (std::size_t i = 0; i < pairs; ++i) {
      const pauli_frame error{referee::any_label(stream)};
      chain.h(2 * i).cnot(2 * i, 2 * i + 1).correct(error, 2 * i + any_of(2, stream));
      expected ^= error;
    }
    std::vector<std::size_t> order;
    for (std::size_t i = 1; i < pairs; ++i) order.push_back(i);
    while (!order.empty()) {
      const std::size_t at = any_of(order.size(), stream), station = order[at];
      order.erase(order.begin() + static_cast<std::ptrdiff_t>(at));
      expected ^= pauli_frame{chain.bell_measure(2 * station - 1, 2 * station, {}, stream)};
    }
    REQUIRE(chain.bell_label(0, 2 * pairs - 1).has_value());
    CHECK(*chain.bell_label(0, 2 * pairs - 1) == expected.index());
    ++labels[expected.bits()];
  }
  for (const int count : labels) CHECK(count > 2);
}

TEST_CASE("stabilizer: noisy swaps have the distribution of labels of bell_diagonal", "[quantum]") {
  const gate_noise noise{.two_qubit = 0.2, .one_qubit = 0.1, .read_out = 0.05, .bell_phase = 0.1};
  const auto exact = bell_diagonal::joined({}, {}, noise).probabilities();
  auto stream = fresh(500);
  constexpr int runs = 20000;
  int counts[4] = {};
  stabilizer state{4};
  for (int i = 0; i < runs; ++i) {
    state.clear();
    state.h(0).cnot(0, 1).h(2).cnot(2, 3);
    state.correct(pauli_frame{state.bell_measure(1, 2, noise, stream)}, 3);
    // Relative to the reported outcome.
    ++counts[static_cast<std::size_t>(*state.bell_label(0, 3))];
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const double sigma = std::sqrt(exact[i] * (1 - exact[i]) * runs);
    CAPTURE(seed, i);
    CHECK(std::abs(counts[i] - exact[i] * runs) < 4.5 * sigma);
  }
}
