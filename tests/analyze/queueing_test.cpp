// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <queue>
#include <string>
#include <vector>

#include <ebit/analyze/analyser_leases.hpp>
#include <ebit/analyze/queueing.hpp>
#include <ebit/core/samplers.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using analyze::queue;
using analyze::random_time;
using analyze::standing;
using analyze::time_law;
using ebit_test::approx;

namespace {

constexpr std::uint64_t seed = 44'000;

/// A time of that mean whose variation is what was asked for: Gamma of whole shape (sums of exponentials) below 1, a
/// mixture of two exponentials of balanced means above.
double drawn(const random_time& t, random_stream& s) {
  if (t.law == time_law::constant || t.variation == 0) return t.mean;
  if (t.law == time_law::exponential || t.variation == 1) return t.mean * sample::standard_exponential(s);
  if (t.variation < 1) {
    const int phases = static_cast<int>(std::lround(1 / t.variation));
    double sum = 0;
    for (int i = 0; i < phases; ++i) sum += sample::standard_exponential(s);
    return t.mean * sum / phases;
  }
  const double p = (1 + std::sqrt((t.variation - 1) / (t.variation + 1))) / 2;
  const bool often = sample::bernoulli(s, p);
  return t.mean * sample::standard_exponential(s) / (2 * (often ? p : 1 - p));
}

struct seen {
  double wait = 0, error = 0;  ///< mean and its standard error, from batches
  double busy = 0;             ///< fraction of servers
  std::vector<double> longer;  ///< fraction that waits longer than each of the times asked for
};

/// Customers one by one: each takes the server that is free first.
template <class Service>
seen run(const queue& q, const Service& service, std::uint64_t entity, std::uint64_t customers = 600'000,
         const std::vector<double>& limits = {}) {
  random_stream s{seed, random_purpose::demand, entity};
  std::priority_queue<double, std::vector<double>, std::greater<>> free;
  for (std::uint32_t i = 0; i < q.servers; ++i) free.push(0);
  constexpr std::uint64_t batches = 100;
  const std::uint64_t size = customers / batches;
  seen out;
  out.longer.assign(limits.size(), 0);
  std::vector<double> means;
  double now = 0, sum = 0, work = 0;
  for (std::uint64_t n = 0; n < customers + size; ++n) {  // one batch to settle
    now += drawn(q.between_arrivals, s);
    const double start = std::max(now, free.top()), takes = service(s);
    free.pop();
    free.push(start + takes);
    work += takes;
    if (n < size) continue;
    sum += start - now;
    for (std::size_t i = 0; i < limits.size(); ++i)
      out.longer[i] += start - now > limits[i] ? 1 / static_cast<double>(customers) : 0;
    if ((n + 1) % size == 0) {
      means.push_back(sum / static_cast<double>(size));
      sum = 0;
    }
  }
  double square = 0;
  for (const double m : means) out.wait += m / batches;
  for (const double m : means) square += (m - out.wait) * (m - out.wait);
  out.error = std::sqrt(square / (batches - 1.0) / batches);
  out.busy = work / (now * q.servers);
  return out;
}
seen run(const queue& q, std::uint64_t entity) {
  return run(q, [&q](random_stream& s) { return drawn(q.service, s); }, entity);
}

}  // namespace

TEST_CASE("analyze.queueing: Erlang's formulas meet their tables") {
  // By definition.
  for (const std::uint32_t c : {1U, 2U, 7U, 40U})
    for (const double a : {0.01, 0.5, 3.0, 39.0}) {
      double term = 1, sum = 1;
      for (std::uint32_t k = 1; k <= c; ++k) sum += term *= a / k;
      CHECK(analyze::erlang_b(c, a) == approx(term / sum).epsilon(1e-13));
      if (a >= c) continue;
      const double queueing = term * c / (c - a);
      CHECK(analyze::erlang_c(c, a) == approx(queueing / (sum - term + queueing)).epsilon(1e-13));
    }
  // The load that loses one call in a hundred, as engineers' tables have it.
  struct pool {
    std::uint32_t servers;
    double value;
  };
  for (const auto& [c, a] : {pool{1, 0.0101}, pool{2, 0.153}, pool{5, 1.361}, pool{10, 4.461}, pool{20, 12.031},
                             pool{30, 20.337}, pool{50, 37.901}, pool{100, 84.064}}) {
    CHECK(analyze::erlang_b(c, a) == approx(0.01).epsilon(5e-3));
    CHECK(analyze::servers_for(a * 0.99, 0.01) == c);
    CHECK(analyze::servers_for(a * 1.005, 0.01) == c + 1);
  }
  CHECK(analyze::erlang_b(0, 3) == 1);
  CHECK(analyze::servers_for(0, 0.01) == 1U);
  CHECK(analyze::servers_for(5, 1) == 0U);
  // The probability to wait at a utilisation of 0.8.
  for (const auto& [c, p] :
       {pool{1, 0.8}, pool{2, 0.7111}, pool{5, 0.5541}, pool{10, 0.4092}, pool{20, 0.2561}, pool{50, 0.0870}})
    CHECK(analyze::erlang_c(c, 0.8 * c) == approx(p).margin(5e-5));
}

TEST_CASE("analyze.queueing: constant service, against its series and against an approximation of it") {
  for (const std::uint32_t c : {1U, 2U, 3U, 4U, 8U, 16U, 50U}) {
    for (const double rho : {0.1, 0.5, 0.7, 0.9, 0.97}) {
      // Spitzer's identity, every c-th customer being with the same server: Σ P(N = nc) − (1/ρ − 1) P(N > nc) for N
      // Poissonian of mean n c ρ.
      double sum = 0;
      for (int n = 1; n < 100'000; ++n) {
        const double k = static_cast<double>(n) * c, mean = k * rho;
        const double p = std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
        double tail = 0, term = p;
        for (double j = k + 1; term > 1e-17 * p && term > 0; ++j) tail += term *= mean / j;
        const double add = p - (1 / rho - 1) * tail;
        sum += add;
        if (add < 1e-14) break;
      }
      INFO(c << " servers, utilisation " << rho);
      CHECK(analyze::wait_for_constant_service(c, c * rho) == approx(sum).epsilon(1e-8).margin(1e-12));
      // Cosmetatos (1975): of the wait with exponential service about a half.
      const double ratio = (1 + (1 - rho) * (c - 1) * (std::sqrt(4 + 5.0 * c) - 2) / (16 * rho * c)) / 2;
      const double exponential = analyze::erlang_c(c, c * rho) / (c * (1 - rho));
      if (rho >= 0.5 && c <= 16) CHECK(sum == approx(ratio * exponential).epsilon(0.02));
    }
  }
  CHECK(analyze::wait_for_constant_service(1, 0.5) == approx(0.5).epsilon(1e-14));
  CHECK(analyze::wait_for_constant_service(7, 0) == 0);
}

TEST_CASE("analyze.queueing: exact values agree with each other where models meet") {
  for (const double rho : {0.2, 0.6, 0.95}) {
    // Service of 2 s.
    const queue mm1 = queue::poissonian(1, rho / 2, random_time::exponential(2));
    CHECK(mm1.utilisation() == approx(rho));
    CHECK(mm1.exact()->value == approx(2 * rho / (1 - rho)).epsilon(1e-13));
    const queue mg1 = queue::poissonian(1, rho / 2, random_time::general(2, 1));
    CHECK(mg1.exact()->value == approx(mm1.exact()->value).epsilon(1e-13));
    const queue md1 = queue::poissonian(1, rho / 2, random_time::constant(2));
    CHECK(md1.exact()->value == approx(rho / (1 - rho)).epsilon(1e-12));
    CHECK(md1.exact()->source == "M/G/1: Pollaczek 1930, Khinchine 1932");
    CHECK(analyze::wait_for_constant_service(1, rho) * 2 == approx(md1.exact()->value).epsilon(1e-12));
    for (const std::uint32_t c : {1U, 3U, 12U}) {
      const queue mmc = queue::poissonian(c, c * rho / 2, random_time::exponential(2));
      for (const auto figure : {mmc.allen_cunneen(), mmc.lee_longton(), mmc.between_laws()}) {
        CHECK(figure.value == approx(mmc.exact()->value).epsilon(1e-12));
        CHECK(figure.is == standing::approximation);
      }
      const queue mdc = queue::poissonian(c, c * rho / 2, random_time::constant(2));
      CHECK(mdc.between_laws().value == approx(mdc.exact()->value).margin(1e-12));
      CHECK(mdc.exact()->is == standing::exact);
      // A bound is a bound of what is exact.
      for (const queue& q : {mmc, mdc}) {
        CHECK(q.kingman().value >= q.exact()->value);
        CHECK(q.dealt_out().value >= q.exact()->value);
        CHECK(q.thinned().value >= q.exact()->value * (1 - 1e-12));
        CHECK(q.lower_bound().value <= q.exact()->value * (1 + 1e-12));
        CHECK(q.upper_bound().value <= q.kingman().value);
        CHECK(q.upper_bound().is == standing::upper_bound);
        CHECK(q.lower_bound().is == standing::lower_bound);
      }
    }
    CHECK(queue{4, random_time::constant(1), random_time::constant(4 * rho)}.exact()->value == 0);
    CHECK_FALSE(queue{4, random_time::constant(1), random_time::exponential(4 * rho)}.exact());
    CHECK_FALSE(queue::poissonian(4, rho, random_time::general(4, 0.3)).exact());
  }
  // By hand: an arrival per second, two servers, service of 1.2 s with variation 1/2.
  const queue hand = queue::poissonian(2, 1, random_time::general(1.2, 0.5));
  CHECK(hand.kingman().value == approx((1 + 1.44 * (0.25 + 0.25)) / 0.8).epsilon(1e-13));
  CHECK(hand.dealt_out().value == approx((0.6 * 1.4 / 2 + 0.36 * 0.5) * 2 / 0.8).epsilon(1e-13));
  CHECK(hand.thinned().value == approx(1.44 * 1.5 / (2 * 2 * 0.4)).epsilon(1e-13));
  CHECK(hand.lower_bound().value == approx(1.44 * 1.5 / 4 / 0.8 - 1.44 * 1.5 / (4 * 1.2)).epsilon(1e-13));
  CHECK(hand.upper_bound() == hand.thinned());
  const queue renewal{2, random_time::general(1, 0.3), random_time::general(1.9, 6)};
  CHECK(renewal.lower_bound().value ==
        approx((0.9025 * 6 - 0.95 * 1.05) / 0.1 - 1.9 * 1.9 * 7 / (4 * 1.9)).epsilon(1e-13));
  CHECK_FALSE(renewal.upper_bound().source.empty());
  // A single server: bounds and lower bound meet in heavy traffic, and Brumelle's is Pollaczek's itself.
  const queue busy = queue::poissonian(1, 0.999, random_time::general(1, 3));
  CHECK(busy.dealt_out().value == approx(busy.exact()->value).epsilon(1e-3));
  CHECK(busy.lower_bound().value == approx(busy.exact()->value).epsilon(1e-13));
}

TEST_CASE("analyze.queueing: what is drawn customer by customer lies where it was said to") {
  // Means of 600,000 customers in 100 batches. 36 queues, each with at most 4 comparisons at 5 standard errors of 100
  // batches (Student's t: 2.5e-6): a false alarm in 3,000 seeds.
  INFO("seed " << seed);
  std::uint64_t entity = 0;
  double worst_page = 0, worst_allen = 0;
  for (const double arrival : {0.0, 0.25, 1.0, 4.0}) {
    for (const double variation : {0.0, 0.5, 1.0, 4.0}) {
      for (const std::uint32_t c : {1U, 4U, 16U}) {
        if (arrival == 0 && variation == 0) continue;
        const double rho = c == 16 ? 0.85 : 0.7;
        const random_time between = arrival == 1   ? random_time::exponential(1)
                                    : arrival == 0 ? random_time::constant(1)
                                                   : random_time::general(1, arrival);
        const double mean = rho * c;
        const random_time service = variation == 0   ? random_time::constant(mean)
                                    : variation == 1 ? random_time::exponential(mean)
                                                     : random_time::general(mean, variation);
        const queue q{c, between, service};
        REQUIRE(q.validate());
        const seen found = run(q, ++entity);
        INFO(c << " servers, variations " << arrival << " and " << variation << ": waits " << found.wait << " +- "
               << found.error);
        CHECK(found.busy == approx(rho).epsilon(0.03));
        if (const auto known = q.exact()) CHECK(std::abs(found.wait - known->value) < 5 * found.error);
        CHECK(q.upper_bound().value > found.wait - 5 * found.error);
        CHECK(q.kingman().value > found.wait - 5 * found.error);
        CHECK(q.lower_bound().value < found.wait + 5 * found.error);
        if (arrival == 1 && variation <= 1)
          worst_page = std::max(worst_page, std::abs(q.between_laws().value / found.wait - 1));
        if (arrival == 1) worst_allen = std::max(worst_allen, std::abs(q.allen_cunneen().value / found.wait - 1));
      }
    }
  }
  INFO("approximations are off by up to " << worst_page << " and " << worst_allen);
  CHECK(worst_page < 0.05);
  CHECK(worst_allen < 0.25);
}

TEST_CASE("analyze.queueing: how many wait longer than a time") {
  const std::vector<double> limits{0.05, 0.2, 0.5, 1};
  for (const time_law law : {time_law::exponential, time_law::constant}) {
    const random_time service = law == time_law::constant ? random_time::constant(1) : random_time::exponential(1);
    for (const std::uint32_t c : {1U, 4U}) {
      const queue q = queue::poissonian(c, 0.8 * c, service);
      const seen found = run(q, [&q](random_stream& s) { return drawn(q.service, s); }, 900 + c, 400'000, limits);
      for (std::size_t i = 0; i < limits.size(); ++i) {
        const auto said = q.longer_than(limits[i]);
        INFO(c << " servers, longer than " << limits[i] << ": " << found.longer[i] << ", said " << said->value);
        if (law == time_law::exponential) {
          CHECK(said->is == standing::exact);
          CHECK(found.longer[i] == approx(said->value).epsilon(0.04));
        } else {
          CHECK(said->is == standing::upper_bound);
          CHECK(found.longer[i] < said->value);
          CHECK(found.longer[i] > 0.1 * said->value);
        }
      }
      // Both fall off alike.
      const double fall = q.longer_than(limits[3])->value / q.longer_than(limits[2])->value;
      CHECK(found.longer[3] / found.longer[2] == approx(fall).epsilon(0.04));
    }
  }
  CHECK(queue::poissonian(3, 1, random_time::exponential(1)).longer_than(0)->value ==
        approx(analyze::erlang_c(3, 1)));
  CHECK_FALSE(queue::poissonian(3, 1, random_time::general(1, 2)).longer_than(1));
  CHECK_FALSE(queue{3, random_time::constant(1), random_time::exponential(1)}.longer_than(1));
}

TEST_CASE("analyze.queueing: leases wait for a pool of Bell-state analysers as its queue says") {
  // 16 analysers, 20 us to set up for a new pair of ends, 1 us per attempt, 2 % of which herald, 8 pairs per lease;
  // requests come at random and keep the pool 78 % busy.
  const link::bell_state_analyser analyser{.eye = {.dead_time = 500_ns}, .set_up = 20_us};
  const random_time lease = analyze::lease_of(analyser, 1_us, 0.02, 8);
  CHECK(lease.mean == approx(420e-6).epsilon(1e-12));
  CHECK(lease.variation == approx(8 * 0.98 / (0.02 * 0.02) * 1e-12 / (420e-6 * 420e-6)).epsilon(1e-12));
  const queue pool = analyze::pool_of(16, 0.78 * 16 / lease.mean, lease);
  REQUIRE(pool.validate());
  analyze::measured_times leases;
  const seen found = run(
      pool,
      [&](random_stream& s) {
        double attempts = 0;
        for (int pair = 0; pair < 8; ++pair) attempts += static_cast<double>(sample::geometric(s, 0.02));
        leases.add(20e-6 + attempts * 1e-6);
        return 20e-6 + attempts * 1e-6;
      },
      700);
  INFO("seed " << seed << ": waits " << found.wait << " +- " << found.error << " s, estimate "
               << pool.estimate().value << ", bounds " << pool.lower_bound().value << " and "
               << pool.upper_bound().value);
  CHECK(found.busy > 0.77);
  CHECK(found.wait - 5 * found.error > pool.lower_bound().value);
  CHECK(found.wait + 5 * found.error < pool.upper_bound().value);
  CHECK(pool.estimate().value == approx(found.wait).epsilon(0.03));
  // The bound from what was measured is the same but for sampling.
  CHECK(leases.count() > 600'000);
  const queue measured = analyze::pool_of(16, 0.78 * 16 / lease.mean, leases.time());
  CHECK(measured.upper_bound().value == approx(pool.upper_bound().value).epsilon(0.01));
  // An analyser that is blind for longer than a period sets the pace.
  CHECK(analyze::lease_of(analyser, 100_ns, 1, 10, 5_us) == random_time::constant(20e-6 + 5e-6 + 10 * 500e-9));
}

TEST_CASE("analyze.queueing: what is out of range is named") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto wrong = [](const queue& q) { return q.validate().error().what; };
  CHECK(queue{}.validate());
  CHECK(wrong({.servers = 0}) == "queue.servers");
  CHECK(wrong({.between_arrivals = random_time::exponential(0)}) == "queue.between_arrivals.mean");
  CHECK(wrong({.between_arrivals = random_time::general(1, -1)}) == "queue.between_arrivals.variation");
  CHECK(wrong({.service = {time_law::constant, 0.5, 1}}) == "queue.service.variation");
  CHECK(wrong({.service = {time_law::exponential, 0.5, 0.9}}) == "queue.service.variation");
  CHECK(wrong({.service = random_time::general(nan, 1)}) == "queue.service.mean");
  CHECK(wrong({.service = random_time::general(0.5, nan)}) == "queue.service.variation");
  CHECK(queue{.service = random_time::exponential(1)}.validate().error().message() ==
        "queue.utilisation: given 1, allowed below 1, else the line grows");
  CHECK(name_of(standing::lower_bound) == "lower bound");
}
