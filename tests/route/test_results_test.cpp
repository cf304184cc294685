// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <array>
#include <cmath>
#include <cstdint>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/link/test_rounds.hpp>
#include <ebit/route/test_results.hpp>

using namespace ebit;

namespace {

[[nodiscard]] pair_id name(std::uint64_t sequence) { return {path_id{2}, 5, sequence}; }
[[nodiscard]] basis basis_of(std::uint64_t sequence) {
  return link::test_rounds::basis_for(name(sequence), basis_choice::xyz);
}
/// One pair tested by both ends, the head first; `bit` is the head's.
void test(route::test_results& r, std::uint64_t sequence, bool agrees, bool bit = true) {
  r.own(name(sequence), basis_of(sequence), bit);
  r.peer(name(sequence), bit == agrees);
}

}  // namespace

TEST_CASE("route.test_results: two bits of one pair make a test, whichever comes first and whatever is between") {
  route::test_results r;
  for (std::uint64_t s = 0; s < 30; ++s) {
    if (s % 2 == 0) r.own(name(s), basis_of(s), s % 4 == 0);
    if (s % 2 == 1) r.peer(name(s), s % 3 == 0);
  }
  CHECK(r.estimate().tests() == 0);
  std::array<std::uint64_t, 3> tests{}, failures{};
  for (std::uint64_t s = 30; s-- > 0;) {  // the others in the other order
    const bool head = s % 4 == 0, tail = s % 3 == 0;
    if (s % 2 == 0) r.peer(name(s), tail);
    if (s % 2 == 1) r.own(name(s), basis_of(s), head);
    ++tests[static_cast<std::size_t>(basis_of(s))];
    if (head != tail) ++failures[static_cast<std::size_t>(basis_of(s))];
  }
  for (const basis in : {basis::x, basis::y, basis::z}) {
    CHECK(r.estimate().tests(in) == tests[static_cast<std::size_t>(in)]);
    CHECK(r.estimate().failures(in) == failures[static_cast<std::size_t>(in)]);
  }
}

TEST_CASE("route.test_results: a word that comes twice counts once, and one without its other half not at all") {
  route::test_results r{0.9, 0};
  r.own(name(1), basis_of(1), true);
  r.peer(name(1), false);
  r.peer(name(1), false);
  r.peer(name(2), true);
  r.peer(name(2), true);                      // two words of the tail are no test
  r.own({path_id{2}, 6, 1}, basis::z, true);  // another epoch
  CHECK((r.estimate().tests() == 1 && r.estimate().failures() == 1));
  r.own(name(2), basis_of(2), true);
  CHECK((r.estimate().tests() == 2 && r.estimate().failures() == 1));
}

TEST_CASE(
    "route.test_results: more tests under way than there is room for, or unanswered ones, do not stop the others") {
  for (const std::uint64_t under_way : {10U, 31U, 40U, 64U}) {
    route::test_results r;
    std::uint64_t lost = 0;
    for (std::uint64_t s = 0; s < 2000; ++s) {
      r.own(name(s), basis_of(s), true);
      if (s < under_way) continue;
      if (s % 10 == 0)
        ++lost;  // the tail never says
      else
        r.peer(name(s - under_way), true);
    }
    const std::uint64_t tests = r.estimate().tests();
    INFO(under_way << " under way, " << lost << " unanswered: " << tests << " of 2000");
    CHECK(tests > (under_way < 32 ? 600U : 200U));
    CHECK((tests + lost <= 2000 && r.estimate().failures() == 0));
  }
}

TEST_CASE("route.test_results: a drift raises an alarm soon, and the estimate is of the pairs there are now") {
  random_stream draw{551, random_purpose::user, 1};
  INFO("seed 551");
  route::test_results r{0.97, 0.9};  // fails with probability 0.02; what needs 0.9 allows 0.067
  std::uint64_t s = 0;
  const auto run = [&](int count, double fails) {
    for (int i = 0; i < count; ++i, ++s) {
      const bool bit = sample::bernoulli(draw, 0.5);
      test(r, s, !sample::bernoulli(draw, fails), bit);
    }
  };
  run(3000, 0.02);
  CHECK(r.alarms() == 0);
  CHECK(r.estimate().tests() == 3000);
  CHECK(r.estimate().interval(0.999).low < 0.97);
  CHECK(r.estimate().interval(0.999).high > 0.97);
  run(1, 0);
  const std::uint64_t begin = s;
  while (r.alarms() == 0 && s < begin + 2000) run(1, 0.2);
  CHECK(s - begin < 200);
  CHECK(r.estimate().tests() == 0);  // what was known of the others is forgotten
  run(2000, 0.2);
  CHECK(r.alarms() <= 3);  // they are as bad still, that is no news
  CHECK(r.estimate().tests() > 1500);
  CHECK(r.estimate().interval(0.999).low < 0.7);
  CHECK(r.estimate().interval(0.999).high > 0.7);
}

TEST_CASE("route.test_results: what applications are told follows a drift, though nothing was asked for") {
  // From 0.97 to 0.6 after 500 tests: failing with probability 0.02, then 0.8/3.
  constexpr int runs = 400;
  int at_first = 0, near_after = 0, held = 0, late = 0, wrong = 0;
  for (std::uint64_t run = 0; run < runs; ++run) {
    random_stream draw{553, random_purpose::user, run};
    route::test_results r{0.97, 0};
    CHECK(r.believed() == 0.97);
    std::uint64_t s = 0;
    for (; s < 500; ++s) {
      const double before = r.believed();
      test(r, s, !sample::bernoulli(draw, 0.02));
      if (s + 1 < route::test_results::enough && r.alarms() == 0 && before != 0.97) ++wrong;
    }
    if (std::abs(r.believed() - 0.97) < 0.03) ++at_first;
    const std::uint32_t alarms = r.alarms();
    while (r.alarms() == alarms && s < 1000) test(r, s++, !sample::bernoulli(draw, 0.8 / 3));
    if (s > 600) ++late;
    // The alarm alone says that they are worse; then come tests enough to say how much.
    if (r.believed() > 0.95) ++wrong;
    for (int i = 0; i < 300; ++i, ++s) {
      test(r, s, !sample::bernoulli(draw, 0.8 / 3));
      if (r.estimate().tests() >= route::test_results::enough && r.believed() != r.estimate().value()) ++wrong;
    }
    if (std::abs(r.believed() - 0.6) < 0.15) ++near_after;
    if (r.estimate().interval(0.95).contains(0.6)) ++held;
  }
  INFO("seed 553: " << at_first << " near 0.97, then " << near_after << " near 0.6, " << held
                    << " intervals hold it, " << late << " late, " << wrong << " wrong, of " << runs);
  CHECK(at_first > runs * 97 / 100);
  CHECK(near_after > runs * 95 / 100);
  CHECK(late < runs / 100);
  CHECK(held > runs * 93 / 100);  // less three standard errors
  CHECK(wrong <= runs / 50);
}

TEST_CASE("route.test_results: pairs that are too bad are found out, a little too bad or much") {
  for (const double fails : {0.1, 0.2, 0.35, 0.5}) {  // fidelities from 0.85 to 0.25; 0.95 was expected, 0.9 needed
    int found = 0;
    for (std::uint64_t run = 0; run < 40; ++run) {
      random_stream draw{552, random_purpose::user, run};
      route::test_results r{0.95, 0.9};
      bool is_short = false;
      for (std::uint64_t s = 0; s < 4000 && !is_short; ++s) {
        test(r, s, !sample::bernoulli(draw, fails));
        is_short = r.falls_short_of(0.9);
      }
      found += is_short ? 1 : 0;
    }
    INFO("seed 552, failing " << fails);
    CHECK(found >= 38);
  }
}

TEST_CASE("route.test_results: whatever fidelity is expected and needed, good pairs raise no alarm") {
  for (const double expected : {0.0, 0.2, 0.25, 0.3, 0.5, 0.9, 0.999, 1.0}) {
    for (const double needed : {0.0, 0.3, 0.9, 1.0}) {
      route::test_results r{expected, needed};
      for (std::uint64_t s = 0; s < 300; ++s) test(r, s, true);
      CHECK((r.alarms() == 0 && r.estimate().value() == 1));
      for (std::uint64_t s = 300; s < 1300 && expected > 0.3; ++s) test(r, s, false);
      CHECK((expected <= 0.3 || r.alarms() > 0));
    }
  }
  CHECK(route::test_results{}.estimate().tests() == 0);
}
