// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include <ebit/analyze/queueing.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/link/analyser_pool.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::analyser_pool_state;
using link::pool_obstacle;

namespace {

constexpr world_time at(duration d) { return world_time{d}; }
const link::analyser_pool three{.each = {.set_up = 10_us}, .analysers = 3};

}  // namespace

TEST_CASE("analyser pool: a user has one analyser until it gives it back", "[link]") {
  analyser_pool_state p{three};
  CHECK(p.free(at(0_s)) == 3);
  CHECK(*p.occupy(70, at(0_s)) == 0);
  CHECK(*p.occupy(71, at(0_s)) == 1);
  CHECK(*p.occupy(2, 72, at(0_s)) == 2);
  CHECK(p.user(1) == std::optional<std::uint32_t>{71});
  const auto full = p.occupy(73, at(1_us));
  REQUIRE_FALSE(full);
  CHECK(full.error().message() == "all analysers are in use");
  CHECK(p.occupy(1, 73, at(1_us)).error().message() == "analyser 1 is in use");
  CHECK(p.occupy(3, 73, at(1_us)).error().why == pool_obstacle::no_such_analyser);

  CHECK(p.release(1, at(2_us)) == std::optional<std::uint32_t>{71});
  CHECK_FALSE(p.release(1, at(2_us)));
  CHECK(p.occupy(1, 73, at(3_us)).error().message() == "analyser 1 is being set up");
  CHECK(p.occupy(73, at(12_us) - 1_ps).error().why == pool_obstacle::all_in_use);
  CHECK(p.free(at(12_us)) == 1);
  CHECK(*p.occupy(73, at(12_us)) == 1);
  CHECK(p.served() == 4);
  CHECK(p.refused() == 5);
}

TEST_CASE("analyser pool: faults take an analyser from its user, repairs bring it back", "[link]") {
  analyser_pool_state p{three};
  REQUIRE(p.occupy(70, at(0_s)));
  CHECK(p.fail(0, at(1_ms)) == std::optional<std::uint32_t>{70});
  CHECK_FALSE(p.fail(1, at(1_ms)));
  CHECK(p.broken(0));
  CHECK(p.occupy(0, 71, at(1_ms)).error().message() == "analyser 0 is at fault");
  CHECK(*p.occupy(71, at(1_ms)) == 2);
  CHECK(p.occupy(72, at(1_ms)).error().why == pool_obstacle::all_in_use);
  CHECK(p.fail(2, at(2_ms)) == std::optional<std::uint32_t>{71});
  CHECK(p.occupy(72, at(2_ms)).error().message() == "all analysers are at fault");
  CHECK(p.interrupted() == 2);
  p.repair(0, at(3_ms));
  CHECK(p.occupy(0, 72, at(3_ms)).error().why == pool_obstacle::setting_up);
  CHECK(*p.occupy(72, at(3_ms) + 10_us) == 0);
}

TEST_CASE("analyser pool: its use is accounted for to the picosecond", "[link]") {
  analyser_pool_state p{three, at(1_s)};
  CHECK(p.utilisation(at(1_s)) == 0);
  REQUIRE(p.occupy(1, at(1_s)));
  REQUIRE(p.occupy(2, at(2_s)));
  CHECK(p.busy_time(at(3_s)) == approx(3));
  CHECK(p.utilisation(at(3_s)) == approx(3.0 / 6));
  p.release(0, at(4_s));
  p.fail(2, at(5_s));  // never used
  CHECK(p.busy_time(at(9_s)) == approx(3 + 7));
  CHECK(p.whole_time(at(9_s)) == approx(24 - 4));
  p.repair(2, at(9_s));
  CHECK(p.whole_time(at(10_s)) == approx(24 - 4 + 3));
  CHECK(p.in_use() == 1);
}

TEST_CASE("analyser pool: waiting for it is as long as queueing theory says", "[link]") {
  // Poissonian arrivals, exponential leases, order of arrival; 80 % busy.
  const std::uint16_t analysers = 6;
  const auto theory = analyze::queue::poissonian(analysers, 4.8e3, analyze::random_time::exponential(1e-3));
  analyser_pool_state p{{.each = {}, .analysers = analysers, .times = {}}};
  random_stream random{3, random_purpose::demand, 0};
  struct lease_end {
    world_time at;
    std::uint16_t analyser;
    bool operator<(const lease_end& other) const { return at > other.at; }
  };
  std::priority_queue<lease_end> ends;
  std::queue<world_time> waiting;
  const std::uint64_t users = 300'000;
  std::uint64_t arrived = 0, waited_at_all = 0;
  double waited = 0;
  world_time next{duration::seconds(sample::exponential(random, 4.8e3))}, now{};
  const auto serve = [&](world_time since) {
    const auto which = p.occupy(1, now);
    REQUIRE(which);
    const double lease = sample::exponential(random, 1e3);
    ends.push({now + duration::seconds(lease), *which});
    waited += (now - since).seconds();
  };
  while (arrived < users || !ends.empty()) {
    if (arrived < users && (ends.empty() || next < ends.top().at)) {
      now = next;
      ++arrived;
      next = now + duration::seconds(sample::exponential(random, 4.8e3));
      if (p.free(now) > 0) {
        serve(now);
      } else {
        ++waited_at_all;
        waiting.push(now);
      }
    } else {
      now = ends.top().at;
      p.release(ends.top().analyser, now);
      ends.pop();
      if (!waiting.empty()) {
        const world_time since = waiting.front();
        waiting.pop();
        serve(since);
      }
    }
  }
  CHECK(p.served() == users);
  CHECK(p.utilisation(now) == approx(theory.utilisation()).epsilon(0.01));
  CHECK(static_cast<double>(waited_at_all) / static_cast<double>(users) ==
        approx(analyze::erlang_c(analysers, theory.load())).epsilon(0.03));
  CHECK(waited / static_cast<double>(users) == approx(theory.exact()->value).epsilon(0.05));
  CHECK(waited / static_cast<double>(users) < theory.upper_bound().value);
}

TEST_CASE("analyser pool: an empty one is refused", "[link]") {
  CHECK(three.validate());
  CHECK(link::analyser_pool{.each = {}, .analysers = 0, .times = {}}.validate().error().what ==
        "analyser_pool.analysers");
  CHECK_FALSE(link::analyser_pool{.each = {.detectors = 1}}.validate());
}
