// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include <ebit/orchestrate/all_light_paths.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/path_alternatives.hpp>
#include <ebit/orchestrate/path_finder.hpp>
#include <ebit/orchestrate/router.hpp>

#include "random_fabric.hpp"

using namespace ebit;
using namespace ebit::orchestrate;
using orchestrate_test::random_fabric;
using orchestrate_test::recipe;

namespace {

template <class Cost>
double price(const fabric& in, const light_path& path, const Cost& cost) {
  double sum = cost.analyser(in, path.analyser);
  for (const arm* each : {&path.a, &path.b}) {
    for (const span_id s : each->spans) sum += cost.span(in, s);
    for (const crossing& c : each->crossings) sum += cost.crossing(in, c.at, c.in, c.out);
  }
  return sum;
}

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Everything there is, by enumeration.
class oracle {
 public:
  explicit oracle(const fabric& in) : in_{in} {
    for (const element_id e : in.endpoints()) arms_.push_back(all_arms(in, e));
  }
  std::vector<light_path> paths(element_id a, element_id b, const fabric_state& state) const {
    std::vector<light_path> all = all_light_paths(in_, arms_[a.value()], arms_[b.value()]);
    all.erase(std::remove_if(all.begin(), all.end(), [&](const light_path& p) { return !state.fits(p); }), all.end());
    return all;
  }

 private:
  const fabric& in_;
  std::vector<std::vector<arm>> arms_;
};

/// Takes some fibres and devices out of service.
fabric_state worn(const fabric& in, std::uint64_t seed, std::uint64_t one_in) {
  fabric_state state{in};
  random_stream stream{seed, random_purpose::fault, 1};
  for (std::uint32_t i = 0; i < in.spans().size(); ++i)
    if (sample::below(stream, one_in) == 0) state.mark(in, span_id{i}, health::failed);
  for (std::uint32_t i = 0; i < in.elements().size(); ++i)
    if (sample::below(stream, 3 * one_in) == 0) state.mark(in, element_id{i}, health::failed);
  return state;
}

struct tally {
  int pairs = 0, reachable = 0, missed = 0, dearer = 0, direct = 0;
  double most = 1;
};

constexpr std::size_t any_number = 1000;

/// Ways of which one costs more than the least by more than `slack` are dearer; those of more than `most_fibres` are
/// none.
template <class MakeCost>
tally compare(const recipe& of, std::uint64_t seeds, const MakeCost& make_cost, double slack = 0,
              std::size_t most_fibres = any_number, std::uint64_t first = 0) {
  tally count;
  path_finder finder;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const fabric in = random_fabric(of, seed);
    REQUIRE(in.validate());
    const oracle truth{in};
    const fabric_state state = worn(in, seed, 12);
    const least_loss losses{in};
    const auto cost = make_cost(losses);
    for (const element_id a : in.endpoints())
      for (const element_id b : in.endpoints()) {
        if (a == b) continue;
        ++count.pairs;
        const auto fibres = [](const light_path& p) { return p.a.spans.size() + p.b.spans.size(); };
        const auto found = most_fibres == any_number
                               ? finder.find(in, state, {a}, {b}, cost)
                               : finder.find_short(in, state, {a}, {b}, cost, most_fibres);
        double least = infinite;
        for (const light_path& p : truth.paths(a, b, state))
          if (fibres(p) <= most_fibres) least = std::min(least, price(in, p, cost));
        if (least < infinite) ++count.reachable;
        if (!found) {
          if (least < infinite) ++count.missed;
          continue;
        }
        CHECK(state.fits(*found));
        CHECK(fibres(*found) <= most_fibres);
        CHECK(lay(in, a, found->a.spans, b, found->b.spans) == found);
        const double given = price(in, *found, cost);
        CHECK(given == ebit_test::approx(finder.last_cost()));
        count.direct += finder.last_is_direct();
        if (given > least * (1 + 1e-9) + slack) {
          ++count.dearer;
          count.most = std::max(count.most, given / least);
        }
      }
  }
  return count;
}

}  // namespace

TEST_CASE("orchestrate.path_finder: finds the cheapest light path wherever switches join any ports") {
  for (const bool same : {true, false}) {
    const tally t = compare({.endpoints = 5, .switches = 5, .cables = 8, .pools = 4, .same_lengths = same}, 120,
                            [](const least_loss& losses) { return losses; });
    INFO(t.pairs << " " << t.reachable << " missed " << t.missed << " dearer " << t.dearer << " " << t.most);
    CHECK(t.reachable > 500);
    CHECK(t.reachable < t.pairs);
    CHECK(t.missed == 0);
    CHECK(t.dearer == 0);
  }
}

TEST_CASE("orchestrate.path_finder: with two-sided switches and analysers between switches, too") {
  const tally t = compare({.endpoints = 5, .switches = 5, .cables = 8, .pools = 2, .between = 3, .two_sided = true},
                          120, [](const least_loss& losses) { return losses; });
  INFO(t.pairs << " " << t.reachable << " missed " << t.missed << " dearer " << t.dearer << " " << t.most);
  CHECK(t.reachable > 500);
  CHECK(t.missed == 0);
  CHECK(t.dearer <= 3);  // where both arms want the same fibre and another way round would have been cheaper
  CHECK(t.most < 1.05);
}

TEST_CASE("orchestrate.path_finder: ways that are drawn lose as little as any") {
  for (const bool same : {true, false})
    for (const bool two_sided : {false, true}) {
      const tally t = compare(
          {.endpoints = 5, .switches = 5, .cables = 8, .pools = 5, .two_sided = two_sided, .same_lengths = same}, 120,
          [](const least_loss& losses) { return loss_cost{losses, 7}; }, 2 * loss_cost::tolerance());
      INFO(t.pairs << " " << t.reachable << " direct " << t.direct << " missed " << t.missed << " dearer "
                   << t.dearer);
      CHECK(t.reachable > 500);
      CHECK(t.missed == 0);
      CHECK(t.dearer <= (two_sided ? 3 : 0));  // as below
      CHECK(t.direct > 150);
      CHECK(t.direct < t.reachable);
    }
}

// Where every switch that an endpoint is at has analysers walks are sought, with the aim in sight; else analysers.
TEST_CASE("orchestrate.path_finder: finds the cheapest light path of no more than so many fibres") {
  for (const bool same : {true, false})
    for (const std::size_t most_fibres : {4U, 5U, 6U, 7U, 8U, 9U}) {
      tally t;
      for (const std::uint32_t pools : {4U, 8U}) {
        const recipe of{.endpoints = 5, .switches = 5, .cables = 8, .pools = pools, .same_lengths = same};
        const tally one = compare(
            of, 120, [](const least_loss& losses) { return loss_cost{losses, 7}; }, 2 * loss_cost::tolerance(),
            most_fibres);
        t.reachable += one.reachable;
        t.missed += one.missed;
        t.dearer += one.dearer;
      }
      INFO(same << " " << most_fibres << ": " << t.reachable << " missed " << t.missed << " dearer " << t.dearer);
      CHECK(t.reachable > 200);
      CHECK(t.missed == 0);
      CHECK(t.dearer == 0);
    }
}

// Rare: of random fabrics these are some where a search for walks alone finds nothing.
TEST_CASE("orchestrate.path_finder: photons may meet off all walks, if that takes no more fibres than allowed") {
  struct rarity {
    std::uint32_t pools;
    bool same_lengths;
    std::uint64_t seed;
    std::size_t most_fibres;
  };
  for (const rarity& r : {rarity{5, true, 2263, any_number}, rarity{4, true, 898, 7}, rarity{8, false, 923, 6}}) {
    INFO(r.seed);
    const recipe of{.endpoints = 5, .switches = 5, .cables = 8, .pools = r.pools, .same_lengths = r.same_lengths};
    const tally t = compare(
        of, 1, [](const least_loss& losses) { return loss_cost{losses, 7}; }, 2 * loss_cost::tolerance(),
        r.most_fibres, r.seed);
    CHECK(t.reachable > 0);
    CHECK(t.missed == 0);
  }
}

TEST_CASE("orchestrate.path_alternatives: the k cheapest, in order, no two alike") {
  path_alternatives finder;
  int compared = 0, fewer = 0, dearer = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const fabric in = random_fabric({.endpoints = 4, .switches = 4, .cables = 5, .pools = 3}, seed);
    const oracle truth{in};
    const fabric_state idle{in};
    const least_loss cost{in};
    for (const element_id a : in.endpoints())
      for (const element_id b : in.endpoints()) {
        if (!(a < b)) continue;
        // Alike are those whose arms differ at most in the fibre to an analyser of the same pool.
        std::set<std::vector<std::uint32_t>> kinds;
        std::vector<double> prices;
        const auto kind_of = [&](const light_path& p) {
          std::vector<std::uint32_t> kind{in.pool_of(p.analyser).value()};
          for (const arm* each : {&p.a, &p.b}) {
            for (std::size_t i = 0; i + 1 < each->spans.size(); ++i) kind.push_back(each->spans[i].value());
            kind.push_back(~0U);
          }
          return kind;
        };
        std::vector<light_path> all = truth.paths(a, b, idle);
        std::sort(all.begin(), all.end(),
                  [&](const light_path& x, const light_path& y) { return price(in, x, cost) < price(in, y, cost); });
        for (const light_path& p : all)
          if (kinds.insert(kind_of(p)).second) prices.push_back(price(in, p, cost));
        kinds.clear();
        const auto found = finder.find(in, idle, {a}, {b}, 6, cost);
        double last = 0;
        for (std::size_t i = 0; i < found.size(); ++i) {
          CHECK(kinds.insert(kind_of(found[i].path)).second);
          CHECK(idle.fits(found[i].path));
          CHECK(price(in, found[i].path, cost) == ebit_test::approx(found[i].cost));
          CHECK(found[i].cost >= last * (1 - 1e-12));
          last = found[i].cost;
          if (i < prices.size() && found[i].cost > prices[i] * (1 + 1e-9)) ++dearer;
        }
        ++compared;
        if (found.size() < std::min<std::size_t>(6, prices.size())) ++fewer;
      }
  }
  INFO(compared << " pairs, fewer " << fewer << ", dearer " << dearer);
  CHECK(compared == 360);
  CHECK(fewer == 0);
  CHECK(dearer == 0);
}
