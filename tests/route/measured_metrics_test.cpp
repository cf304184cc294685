// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/random_maps.hpp"

#include <array>
#include <cstdint>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/route/measured_metrics.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

constexpr path_id one{0};

local_time at_seconds(double s) { return local_time{duration::seconds(s)}; }

/// How many of a Poisson process of that mean.
double poisson(random_stream& draw, double mean) {
  double n = 0;
  for (double left = mean - sample::exponential(draw, 1); left > 0; left -= sample::exponential(draw, 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("route.measured_metrics: a blend of the forecast and what was seen, the older the less") {
  route::measured_metrics m{{.memory = 10_s, .prior_pairs = 20, .prior_tests = 50}};
  CHECK(m.condition(one, at_seconds(5)) == route::link_condition{});
  m.heralded(one, 30, 80, at_seconds(1));
  CHECK(m.condition(one, at_seconds(1)).yield == ebit_test::approx(50.0 / 100).epsilon(1e-14));
  CHECK(m.condition(one, at_seconds(1)).purity == 1);
  const double third = math::exp(-1.0);
  CHECK(m.condition(one, at_seconds(11)).yield ==
        ebit_test::approx((20 + 30 * third) / (20 + 80 * third)).epsilon(1e-13));
  // What is seen later is added to what is left.
  m.heralded(one, 0, 10, at_seconds(11));
  CHECK(m.condition(one, at_seconds(11)).yield ==
        ebit_test::approx((20 + 30 * third) / (20 + 80 * third + 10)).epsilon(1e-13));
  CHECK(m.condition(one, at_seconds(1'000)).yield == ebit_test::approx(1).epsilon(1e-12));
  // 100 tests of pairs of which w = 0.8 is forecast, 20 fail: 60 of ±1 instead of 80.
  m.tested(one, 100, 20, 0.85, at_seconds(11));
  CHECK(m.condition(one, at_seconds(11)).purity == ebit_test::approx(110.0 / 130).epsilon(1e-13));
  CHECK(m.condition(path_id{7}, at_seconds(11)) == route::link_condition{});
  m.forget(one);
  m.forget(path_id{99});
  CHECK(m.condition(one, at_seconds(11)) == route::link_condition{});
  // A link that gives nothing may still give a little.
  route::measured_metrics none{{.memory = 10_s, .prior_pairs = 0, .prior_tests = 0}};
  CHECK(none.condition(one, at_seconds(1)) == route::link_condition{});
  none.heralded(one, 0, 100, at_seconds(1));
  CHECK(none.condition(one, at_seconds(1)).yield == 0);
  CHECK(none.at(one, -2, at_seconds(1)).yield == 0);
  CHECK(none.at(one, 2, at_seconds(1)).yield == ebit_test::approx(0.0378).epsilon(0.02));  // −ln 0.0228 = 3.78
  // Without forgetting, and a clock that was set back changes nothing.
  route::measured_metrics ever{{.memory = duration::never()}};
  ever.heralded(one, 30, 80, at_seconds(1e6));
  CHECK(ever.condition(one, at_seconds(5e6)).yield == ebit_test::approx(0.5).epsilon(1e-14));
  CHECK(ever.condition(one, at_seconds(0)).yield == ebit_test::approx(0.5).epsilon(1e-14));
}

TEST_CASE("route.measured_metrics: the truth lies within two deviations as often as it should") {
  const route::belief_options alone{.memory = duration::never(), .prior_pairs = 0, .prior_tests = 0};
  for (const double yield : {0.3, 1.0, 1.7})
    for (const double expected : {12.0, 300.0}) {
      int inside = 0;
      constexpr int runs = 2'000;
      for (std::uint64_t seed = 1; seed <= runs; ++seed) {
        random_stream draw{seed, random_purpose::herald, 1};
        route::measured_metrics m{alone};
        m.heralded(one, poisson(draw, yield * expected), expected, at_seconds(1));
        inside += m.at(one, -2, at_seconds(1)).yield <= yield && yield <= m.at(one, 2, at_seconds(1)).yield ? 1 : 0;
      }
      CAPTURE(yield, expected, inside);
      CHECK(inside > 0.945 * runs);
      CHECK(inside < 0.995 * runs);
    }
  for (const double purity : {0.6, 0.9, 1.0})
    for (const std::uint64_t tests : {60U, 1'000U}) {
      int inside = 0;
      constexpr int runs = 2'000;
      const double fidelity = 0.97, w = (4 * fidelity - 1) / 3;
      for (std::uint64_t seed = 1; seed <= runs; ++seed) {
        random_stream draw{seed, random_purpose::outcome, 2};
        std::uint64_t failures = 0;
        for (std::uint64_t i = 0; i < tests; ++i) failures += sample::bernoulli(draw, (1 - purity * w) / 2) ? 1U : 0U;
        route::measured_metrics m{alone};
        m.tested(one, tests, failures, fidelity, at_seconds(1));
        const bool above = m.at(one, -2, at_seconds(1)).purity <= purity;
        inside += above && purity <= m.at(one, 2, at_seconds(1)).purity ? 1 : 0;
      }
      CAPTURE(purity, tests, inside);
      CHECK(inside > 0.92 * runs);
      CHECK(inside < 0.999 * runs);
    }
}

TEST_CASE("route.measured_metrics: tests end to end find out which link it is") {
  // A ring of six and two chords; link 4 has lost a tenth of its purity, link 6 a fiftieth.
  const route::network_map map =
      ebit_test::map_of(6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 0}, {0, 3}, {1, 4}});
  std::vector<double> purity(8, 1.0);
  purity[4] = 0.9;
  purity[6] = 0.98;
  constexpr double fidelity = 0.98, w = (4 * fidelity - 1) / 3, joining = 0.995;
  std::vector<route::walk> walks;
  for (std::uint32_t a = 0; a < 6; ++a)
    for (std::uint32_t b = a + 1; b < 6; ++b)
      ebit_test::for_each_walk(map, node_id{a}, node_id{b}, [&](const route::walk& x) {
        if (x.hops() <= 3) walks.push_back(x);
      });
  route::measured_metrics m{{.memory = 4'000_s}};
  random_stream draw{5, random_purpose::outcome, 3};
  double now = 0;
  for (int round = 0; round < 40'000; ++round) {
    const route::walk& x = walks[sample::below(draw, walks.size())];
    double truth = 1, forecast = 1;
    std::vector<route::link_share> shares;
    for (std::size_t i = 0; i < x.hops(); ++i) {
      const double join = i > 0 ? joining : 1;
      truth *= w * purity[x.links[i].value()] * join;
      forecast *= w * join;
      shares.push_back({x.links[i], fidelity});
    }
    std::uint64_t failures = 0;
    for (int i = 0; i < 10; ++i) failures += sample::bernoulli(draw, (1 - truth) / 2) ? 1U : 0U;
    now += 1;
    m.tested(shares, 10, failures, (1 + 3 * forecast) / 4, at_seconds(now));
  }
  for (std::uint32_t i = 0; i < 8; ++i) {
    CAPTURE(i, m.condition(path_id{i}, at_seconds(now)).purity);
    CHECK(m.condition(path_id{i}, at_seconds(now)).purity == ebit_test::approx(purity[i]).margin(0.015));
  }
}

TEST_CASE("route.measured_metrics: a link that changes is known after a few times the memory") {
  route::measured_metrics m{{.memory = 10_s}};
  random_stream draw{9, random_purpose::herald, 4};
  double now = 0;
  const auto run = [&](double seconds, double yield) {
    for (double until = now + seconds; now < until; now += 0.5)
      m.heralded(one, poisson(draw, 50 * yield), 50, at_seconds(now));
  };
  run(200, 1);
  CHECK(m.condition(one, at_seconds(now)).yield == ebit_test::approx(1).margin(0.1));
  run(60, 0.25);
  CHECK(m.condition(one, at_seconds(now)).yield == ebit_test::approx(0.25).margin(0.06));
  // Nothing is heard of it for long: it is believed to be as forecast, and so gets another chance.
  CHECK(m.condition(one, at_seconds(now + 100)).yield == ebit_test::approx(1).margin(0.05));
}
