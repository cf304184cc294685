// SPDX-License-Identifier: Apache-2.0
#include <ebit/purify/best_schedule.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <variant>
#include <vector>

#include <ebit/purify/pumping.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using purify::schedule;
using purify::schedule_options;
using purify::schedule_search;
using purify::two_to_one;

namespace {

constexpr std::uint64_t seed = 20260107;
random_stream fresh(std::uint64_t entity) { return {seed, random_purpose::user, entity}; }

/// A tree without a name: what it makes, at what cost.
struct made {
  bell_diagonal state;
  double expected;
};

/// All trees with up to `most` raw pairs, nothing told apart or left out.
struct exhaustive {
  std::vector<std::vector<made>> by_pairs;

  exhaustive(const bell_diagonal& raw, const gate_noise& noise, std::size_t most, const schedule_options& allowed)
      : by_pairs(most + 1) {
    by_pairs[1].push_back({raw, 1});
    for (std::size_t n = 2; n <= most; ++n) {
      std::vector<made>& out = by_pairs[n];
      const auto put = [&out](const branch<bell_diagonal>& kept, double cost) {
        if (kept.probability > 0) out.push_back({kept.state, cost / kept.probability});
      };
      for (std::size_t i = 1; i < n; ++i)
        for (const made& a : by_pairs[i])
          for (const made& b : by_pairs[n - i]) {
            for (std::uint32_t r = 0; r < 36; ++r) {
              const distil_recipe recipe{bell_permutation::element(r / 6), bell_permutation::element(r)};
              const bool deutsch = recipe == two_to_one::by_dejmps().recipe;
              if (allowed.any_rotation || deutsch)
                put(bell_diagonal::distil_branch(a.state, b.state, recipe, false, noise), a.expected + b.expected);
            }
            if (allowed.twirling) put(purify::bbpssw{}.apply(a.state, b.state, noise), a.expected + b.expected);
          }
      if (!allowed.doubly_selecting) continue;
      for (std::size_t i = 1; i + 2 <= n; ++i)
        for (std::size_t j = 1; i + j + 1 <= n; ++j)
          for (const made& a : by_pairs[i])
            for (const made& b : by_pairs[j])
              for (const made& c : by_pairs[n - i - j])
                for (std::uint32_t r = 0; r < 216; ++r) {
                  const purify::double_selection select{bell_permutation::element(r / 36),
                                                        bell_permutation::element(r / 6),
                                                        bell_permutation::element(r)};
                  put(select.apply(a.state, b.state, c.state, noise), a.expected + b.expected + c.expected);
                }
    }
  }
  [[nodiscard]] double best_fidelity(std::size_t within) const {
    double best = 0;
    for (std::size_t n = 1; n <= within; ++n)
      for (const made& m : by_pairs[n]) best = std::max(best, m.state.fidelity(bell_index::phi_plus));
    return best;
  }
  [[nodiscard]] double cheapest(double fidelity) const {
    double best = 1e300;
    for (const auto& all : by_pairs)
      for (const made& m : all)
        if (m.state.fidelity(bell_index::phi_plus) >= fidelity) best = std::min(best, m.expected);
    return best;
  }
  [[nodiscard]] std::size_t smallest(double fidelity) const {
    for (std::size_t n = 1; n < by_pairs.size(); ++n)
      for (const made& m : by_pairs[n])
        if (m.state.fidelity(bell_index::phi_plus) >= fidelity) return n;
    return 0;
  }
};

/// Raw pairs better than one half, with errors of any kind.
bell_diagonal any_raw(random_stream& stream) {
  const double f = 0.55 + 0.4 * sample::uniform(stream);
  const auto e = referee::any_bell_diagonal(stream).probabilities();
  const double rest = e[1] + e[2] + e[3];
  if (!(rest > 0)) return bell_diagonal::werner(f);
  return {f, (1 - f) * e[1] / rest, (1 - f) * e[2] / rest, (1 - f) * e[3] / rest};
}

void compare_with_all(const bell_diagonal& raw, const gate_noise& noise, std::uint32_t most,
                      schedule_options allowed) {
  allowed.max_pairs = most;
  allowed.width = allowed.triples = 10'000'000;
  const exhaustive all{raw, noise, most, allowed};
  const auto search = schedule_search::run(raw, noise, allowed);
  REQUIRE(search);
  for (std::uint32_t n = 1; n <= most; ++n) {
    const auto best = search->best_within(n);
    CHECK(best.optimal);
    CHECK(best.outcome.pairs <= n);
    CHECK(std::abs(best.outcome.fidelity() - all.best_fidelity(n)) < 1e-11);
  }
  const double top = all.best_fidelity(most), bottom = raw.fidelity(bell_index::phi_plus);
  for (int k = 0; k <= 8; ++k) {
    const double wanted = bottom + (top - bottom) * k / 8 - 1e-9;  // off the grid of exact ties
    const auto cheap = search->cheapest(wanted), small = search->smallest(wanted);
    REQUIRE((cheap && small));
    CHECK(cheap->outcome.fidelity() >= wanted);
    CHECK(std::abs(cheap->outcome.expected_pairs - all.cheapest(wanted)) < 1e-9 * all.cheapest(wanted));
    CHECK(small->outcome.fidelity() >= wanted);
    CHECK(small->outcome.pairs == all.smallest(wanted));
  }
}

}  // namespace

TEST_CASE("best_schedule: nothing beats it among all trees, recipes and noise", "[purify]") {
  auto stream = fresh(1);
  CAPTURE(seed);
  for (int i = 0; i < 8; ++i) {
    gate_noise noise;
    if (i > 0) noise = {.two_qubit = 0.05 * sample::uniform(stream), .read_out = 0.05 * sample::uniform(stream)};
    if (i == 2) noise.one_qubit = 0.02 * sample::uniform(stream);
    const bell_diagonal raw = i != 1 ? any_raw(stream) : bell_diagonal::werner(0.6 + 0.3 * sample::uniform(stream));
    CAPTURE(i, noise.two_qubit, noise.one_qubit, noise.read_out);
    compare_with_all(raw, noise, 4, {});
    compare_with_all(raw, noise, 5, {.any_rotation = false, .doubly_selecting = false});
  }
}

TEST_CASE("best_schedule: chooses double selection where gates are noisy, and only if allowed", "[purify]") {
  const bell_diagonal raw = bell_diagonal::werner(0.9);
  const gate_noise noise{.two_qubit = 0.03};
  const auto chosen = [&](bool allowed) {
    const auto search = schedule_search::run(raw, noise, {.max_pairs = 4, .doubly_selecting = allowed});
    REQUIRE(search);
    return search->best_within(4);
  };
  const auto has_triple = [](const schedule& s) {
    for (const schedule::element& e : s.elements())
      if (std::holds_alternative<purify::double_selection>(e)) return true;
    return false;
  };
  const auto with = chosen(true), without = chosen(false);
  CHECK(with.outcome.fidelity() > without.outcome.fidelity() + 0.01);
  CHECK((has_triple(with.plan) && !has_triple(without.plan)));
}

TEST_CASE("best_schedule: what it plans is what it promised", "[purify]") {
  const bell_diagonal raw = bell_diagonal::werner(0.75);
  const gate_noise noise{.two_qubit = 0.01, .one_qubit = 0.001, .read_out = 0.01};
  const auto search = schedule_search::run(raw, noise, {.max_pairs = 12, .width = 16});
  REQUIRE(search);
  for (const double wanted : {0.76, 0.85, 0.9, 0.93}) {
    const auto found = search->cheapest(wanted);
    REQUIRE(found);
    const auto again = found->plan.evaluate(raw, noise);
    CHECK((again.state == found->outcome.state && again.fidelity() >= wanted));
    CHECK(again.pairs <= 12);
    CHECK_FALSE(found->optimal);  // candidates were left out, and it says so
    CHECK(search->smallest(wanted)->outcome.pairs <= again.pairs);
    CHECK(search->smallest(wanted)->outcome.expected_pairs >= again.expected_pairs);
  }
  for (std::uint32_t n = 1; n < 12; ++n) {
    CHECK(search->best_within(n + 1).outcome.fidelity() >= search->best_within(n).outcome.fidelity());
    CHECK(search->remembered(n) <= 16);
  }
}

TEST_CASE("best_schedule: never worse than recurrence and pumping, however little it remembers", "[purify]") {
  auto stream = fresh(2);
  for (int i = 0; i < 6; ++i) {
    const bell_diagonal raw =
        i % 2 == 0 ? bell_diagonal::werner(0.65 + 0.3 * sample::uniform(stream)) : any_raw(stream);
    const gate_noise noise{.two_qubit = 0.02 * sample::uniform(stream), .read_out = 0.02 * sample::uniform(stream)};
    const auto search = schedule_search::run(raw, noise, {.max_pairs = 16, .width = 3, .triples = 1});
    REQUIRE(search);
    std::vector<schedule> standards;
    for (const two_to_one& step : {two_to_one::by_dejmps(), two_to_one::by_bbpssw()}) {
      for (unsigned levels = 1; levels <= 4; ++levels) standards.push_back(schedule::recurrence(step, levels));
      for (unsigned rounds = 1; rounds < 16; ++rounds) standards.push_back(schedule::pumped(step, rounds));
    }
    for (const schedule& s : standards) {
      const auto known = s.evaluate(raw, noise);
      CHECK(search->best_within(static_cast<std::uint32_t>(known.pairs)).outcome.fidelity() >=
            known.fidelity() - 1e-12);
      CHECK(search->cheapest(known.fidelity())->outcome.expected_pairs <= known.expected_pairs * (1 + 1e-12));
    }
  }
}

TEST_CASE("best_schedule: fewer copies than BBPSSW nearly everywhere", "[purify]") {
  // What an abstract says of bilocal Clifford protocols (arXiv:2605.05369): fewer copies than BBPSSW at more than 96
  // % of the
  // feasible points, the median falling by about a factor of nine. Here only the direction can be checked: two-to-one
  // steps in any order against the recurrence, by the copies needed if nothing fails and by the mean.
  int points = 0, fewer = 0, cheaper = 0, dearer = 0;
  std::vector<double> copies, copies_bbpssw;
  for (double f = 0.67; f < 0.97; f += 0.05) {
    const bell_diagonal raw = bell_diagonal::werner(f);
    const auto search = schedule_search::run(raw, {}, {.max_pairs = 40, .width = 10});
    REQUIRE(search);
    for (const double infidelity : {0.2, 0.1, 0.05, 0.02, 0.01, 0.005}) {
      if (1 - infidelity <= f) continue;
      // BBPSSW in rounds, each on two pairs of the round before.
      purify::bbpssw bennett{.rounds = 1};
      auto left = purify::after_rounds(bennett, raw);
      while (left.state.fidelity(bell_index::phi_plus) < 1 - infidelity && bennett.rounds < 40) {
        ++bennett.rounds;
        left = purify::after_rounds(bennett, raw);
      }
      const double needed = std::ldexp(1.0, bennett.rounds);
      const auto best = search->smallest(1 - infidelity), cheap = search->cheapest(1 - infidelity);
      CAPTURE(f, infidelity);
      REQUIRE((best && cheap && bennett.rounds < 40));
      ++points;
      fewer += static_cast<double>(best->outcome.pairs) < needed;
      cheaper += cheap->outcome.expected_pairs < left.expected_pairs * (1 - 1e-9);
      dearer += cheap->outcome.expected_pairs > left.expected_pairs * (1 + 1e-9);
      copies.push_back(static_cast<double>(best->outcome.pairs));
      copies_bbpssw.push_back(needed);
    }
  }
  const auto median = [](std::vector<double> v) {
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
  };
  std::printf(
      "best_schedule: of %d points %d take fewer copies than BBPSSW, %d fewer on average; median %g against %g\n",
      points, fewer, cheaper, median(copies), median(copies_bbpssw));
  CHECK(points >= 25);
  CHECK(dearer == 0);
  CHECK(fewer >= 0.9 * points);
  CHECK(cheaper >= 0.9 * points);
  CHECK(median(copies) * 2 < median(copies_bbpssw));
}

TEST_CASE("best_schedule: refusals name the value and its range", "[purify]") {
  const bell_diagonal raw = bell_diagonal::werner(0.8);
  const auto message = [&](const schedule_options& o) {
    const auto search = schedule_search::run(raw, {}, o);
    return search ? std::string{} : search.error().message();
  };
  CHECK(message({.max_pairs = 0}) == "schedule_options.max_pairs: given 0, allowed 1 to 1024");
  CHECK(message({.max_pairs = 1025}) == "schedule_options.max_pairs: given 1025, allowed 1 to 1024");
  CHECK(message({.width = 0}) == "schedule_options.width: given 0, allowed 1 to 10000000");
  CHECK(message({.triples = 0}) == "schedule_options.triples: given 0, allowed 1 to 10000000");
  CHECK_FALSE(schedule_search::run(raw, {.read_out = 2}));
  const auto search = schedule_search::run(raw, {}, {.max_pairs = 2});
  REQUIRE(search);
  CHECK(search->cheapest(std::nan("")).error().message() == "wanted_fidelity: given nan, allowed 0 to 1");
  const auto high = search->cheapest(0.99);
  REQUIRE(!high);
  CHECK(high.error().what == "wanted_fidelity");
  CHECK(high.error().allowed == "at most 0.838150289017 with 2 raw pairs");
  CHECK(search->cheapest(0.8)->outcome.pairs == 1);
}
