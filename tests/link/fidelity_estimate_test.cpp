// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/core/samplers.hpp>
#include <ebit/link/fidelity_estimate.hpp>
#include <ebit/link/test_rounds.hpp>
#include <ebit/quantum/x_state.hpp>

using namespace ebit;
using namespace ebit::literals;
using link::fidelity_estimate;
using link::fidelity_interval;
using link::test_model;
namespace test_rounds = link::test_rounds;

namespace {

fidelity_estimate counted(const test_model& model, std::uint64_t tests, std::uint64_t failures) {
  fidelity_estimate e{model};
  const basis in = basis::z;  // only the sum matters to what is asked here
  for (std::uint64_t i = 0; i < tests; ++i) e.record(in, i >= failures);
  return e;
}

/// The probability that limits from n tests hold the fidelity, if each fails with probability q: exact.
double coverage(const test_model& model, std::uint64_t n, double q, double fidelity, double confidence) {
  double sum = 0;
  for (std::uint64_t k = 0; k <= n; ++k) {
    const double p = binomial::mass(k, n, q);
    if (p > 1e-14 && counted(model, n, k).interval(confidence).contains(fidelity)) sum += p;
  }
  return sum;
}

/// A pair as one is delivered: of a state that is no mixture of Bell states, next to the Bell state of its frame.
struct source {
  x_state state;
  bell_index label;
  double fidelity;
};

source some_source(random_stream& r) {
  const auto label = static_cast<bell_index>(r.next_u32() & 3);
  std::array<double, 4> p{};
  for (double& x : p) x = 0.12 * sample::uniform(r);
  p[static_cast<std::size_t>(label)] = 1;
  const double sum = p[0] + p[1] + p[2] + p[3];
  x_state state{bell_diagonal{p[0] / sum, p[1] / sum, p[2] / sum, p[3] / sum}};
  state.age(half::a, duration::picoseconds(static_cast<std::int64_t>(sample::below(r, 100'000'000))),
            {.t1 = 1_ms, .t2 = 1_ms}, r);
  return {state, label, state.fidelity(label)};
}

/// The wider of the intervals that the normal distribution gives, basis by basis.
double wald_width(const fidelity_estimate& e) {
  double variance = 0;
  for (const basis in : {basis::x, basis::y, basis::z}) {
    const auto n = static_cast<double>(e.tests(in)), k = static_cast<double>(e.failures(in));
    variance += k / n * (1 - k / n) / n / 4;
  }
  return 2 * 1.959964 * std::sqrt(variance);
}

}  // namespace

TEST_CASE("link.fidelity_estimate: the truth is in the 95 % interval of 10,000 runs at least as often as that") {
  // Whole chain: pairs are named, tested where their names say, read in the basis their names say, with read-out
  // errors, and compared with the frame. The fidelity is that of the density matrix.
  random_stream r{2026, random_purpose::user, 1};
  const double flip = 0.01;
  const test_model model{.read_out_flip = xor_probability(flip, flip)};
  int held = 0, held_by_basis = 0, wide = 0;
  double width = 0, wald = 0, width_by_basis = 0;
  constexpr int runs = 10'000;
  for (int run = 0; run < runs; ++run) {
    const source pairs = some_source(r);
    fidelity_estimate e{model};
    for (std::uint64_t n = 0; e.tests() < 240; ++n) {
      const pair_id name{path_id{static_cast<std::uint32_t>(run)}, 3, 5 * n};
      if (!test_rounds::is_test(name, 4)) continue;
      const basis in = test_rounds::basis_for(name, basis_choice::xyz);
      const measured_bits read = pairs.state.measure(in, in, flip, r);
      e.record(in, test_rounds::agrees(in, pauli_frame{pairs.label}, read.a, read.b));
    }
    const fidelity_interval plain = e.interval(), by_basis = e.interval_by_basis();
    held += plain.contains(pairs.fidelity) ? 1 : 0;
    held_by_basis += by_basis.contains(pairs.fidelity) ? 1 : 0;
    CHECK((plain.contains(e.value()) && by_basis.contains(e.value())));
    width += plain.high - plain.low;
    width_by_basis += by_basis.high - by_basis.low;
    wald += wald_width(e) / (1 - 2 * model.read_out_flip);
    wide += plain.high - plain.low > 1.5 * wald_width(e) + 0.02 ? 1 : 0;
  }
  INFO("held " << held << ", by basis " << held_by_basis << ", widths to Wald's " << width / wald << " and "
               << width_by_basis / wald);
  CHECK(held >= 9'450);  // 95 % less 5 standard deviations is 93.9 %
  CHECK(held <= 9'850);
  CHECK(held_by_basis >= 9'900);
  CHECK((width / wald > 1 && width / wald < 1.12));
  CHECK((width_by_basis / wald > 1.8 && width_by_basis / wald < 2.6));
  CHECK(wide < 20);
}

TEST_CASE("link.fidelity_estimate: coverage is at least nominal, worked out exactly") {
  for (const std::uint64_t n : {4U, 30U, 250U})
    for (const double q : {0.0, 0.004, 0.03, 0.1, 0.25, 0.5, 2.0 / 3})
      for (const double confidence : {0.8, 0.95}) {
        INFO("n " << n << ", q " << q << ", confidence " << confidence);
        CHECK(coverage({}, n, q, 1 - 1.5 * q, confidence) >= confidence);
        // From two bases the fidelity is somewhere between 1 − 2q and 1 − q, from one it is at most 1 − q.
        const double least = std::max(0.0, 1 - 2 * q);
        CHECK(coverage({.bases = basis_choice::xz}, n, q, least, confidence) >= confidence);
        CHECK(coverage({.bases = basis_choice::xz}, n, q, 1 - q, confidence) >= confidence);
        CHECK(coverage({.bases = basis_choice::z}, n, q, 1 - q, confidence) >= confidence);
        const double r = 0.05, seen = xor_probability(q, r);
        CHECK(coverage({.read_out_flip = r}, n, seen, 1 - 1.5 * q, confidence) >= confidence);
      }
}

TEST_CASE("link.fidelity_estimate: bounds of two bases are those of any Bell mixture, and are reached") {
  random_stream r{7, random_purpose::user, 2};
  for (int i = 0; i < 2'000; ++i) {
    const source pairs = some_source(r);
    std::array<double, 3> e{};
    for (const basis in : {basis::x, basis::y, basis::z}) {
      const double correlation = pairs.state.correlator(in, in);
      const bool differs = predicted_parity(pauli_frame{pairs.label}, in);
      e[static_cast<std::size_t>(in)] = (1 - (differs ? -correlation : correlation)) / 2;
    }
    REQUIRE(1 - (e[0] + e[1] + e[2]) / 2 == ebit_test::approx(pairs.fidelity).epsilon(1e-12));
    REQUIRE(pairs.fidelity >= 1 - e[0] - e[2] - 1e-12);
    REQUIRE(pairs.fidelity <= 1 - (e[0] + e[2]) / 2 + 1e-12);
  }
  // Only bit or phase flips: the lower bound. Only both at once: the upper one.
  const bell_diagonal apart{0.8, 0.1, 0.1, 0}, together{0.8, 0, 0, 0.2};
  const auto errors = [](const bell_diagonal& s) { return (1 - s.xx()) / 2 + (1 - s.zz()) / 2; };
  CHECK(1 - errors(apart) == ebit_test::approx(0.8).epsilon(1e-12));
  CHECK(1 - errors(together) / 2 == ebit_test::approx(0.8).epsilon(1e-12));
}

TEST_CASE("link.fidelity_estimate: decisions may be looked for after every test, intervals may not") {
  random_stream r{11, random_purpose::user, 3};
  constexpr int series = 2'000, tests = 1'000;
  const double fidelity = 0.85;
  int wrong = 0, wrong_if_watched = 0;
  for (int s = 0; s < series; ++s) {
    fidelity_estimate e;
    bool violated = false, outside = false;
    for (int n = 1; n <= tests; ++n) {
      const bool fails = sample::bernoulli(r, (1 - fidelity) / 1.5);
      e.record(static_cast<basis>(n % 3), !fails);
      violated = violated || e.violates(fidelity) || e.sufficient_for(fidelity + 1e-9);
      if (n % 50 == 0) outside = outside || !e.interval().contains(fidelity);
    }
    wrong += violated ? 1 : 0;
    wrong_if_watched += outside ? 1 : 0;
  }
  INFO("wrong decisions " << wrong << ", intervals that once missed " << wrong_if_watched << " of " << series);
  CHECK(wrong <= series / 20 + 30);  // three standard deviations
  CHECK(wrong_if_watched > series / 10);

  // Fidelities that are not the one asked for are settled, each way, soon enough.
  for (const double truth : {0.95, 0.75}) {
    double sum = 0;
    int never = 0;
    for (int s = 0; s < 300; ++s) {
      fidelity_estimate e;
      int n = 0;
      while (n < 3'000 && !e.sufficient_for(fidelity) && !e.violates(fidelity)) {
        ++n;
        e.record(basis::x, !sample::bernoulli(r, (1 - truth) / 1.5));
      }
      never += n == 3'000 || e.sufficient_for(fidelity) != (truth > fidelity) ? 1 : 0;
      sum += n;
    }
    INFO("truth " << truth << ", tests on average " << sum / 300);
    CHECK(never <= 15);
    CHECK(sum / 300 < 350);
  }
}

TEST_CASE("link.fidelity_estimate: edges of what can be asked") {
  const fidelity_estimate none;
  CHECK((none.interval() == fidelity_interval{0, 1} && none.value() == 1 && none.tests() == 0));
  CHECK((!none.violates(1) && !none.sufficient_for(0.01) && none.sufficient_for(0) && !none.violates(0)));
  CHECK((none.violates(1.1) && none.interval_by_basis() == fidelity_interval{0, 1}));
  fidelity_estimate one = counted({}, 50, 1);
  CHECK((one.violates(1) && !one.sufficient_for(1) && one.failures(basis::z) == 1 && one.tests(basis::x) == 0));
  CHECK(counted({}, 400, 0).sufficient_for(0.95));
  CHECK(counted({.bases = basis_choice::z}, 400, 0).interval().low == 0);
  CHECK_FALSE(counted({.bases = basis_choice::z}, 400, 0).sufficient_for(0.1));
  CHECK(counted({.bases = basis_choice::z}, 400, 200).violates(0.7));
  CHECK_FALSE(counted({.bases = basis_choice::xz}, 400, 40).violates(0.88));  // 0.8 ≤ F ≤ 0.9 fits
  CHECK(counted({.bases = basis_choice::xz}, 4'000, 400).violates(0.95));
  CHECK(counted({}, 400, 400).interval().high == 0);
  const fidelity_estimate fresh{one.model()};
  one.reset();
  CHECK(one == fresh);
}
