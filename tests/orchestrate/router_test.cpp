// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/all_light_paths.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/router.hpp>

using namespace ebit;
using namespace ebit::orchestrate;

namespace {

fabric_options lossy(link::switch_kind kind) {
  fabric_options o;
  o.switches = {{.kind = kind, .ports = 4, .insertion_loss = decibels(1)}};
  return o;
}

/// A fabric in use, of which some parts are broken, degraded or worse than their data sheets.
struct desk {
  desk(const fabric& of, std::uint64_t seed) : in{of}, built{of}, state{of}, seen{of, {}}, losses{of} {
    random_stream stream{seed, random_purpose::fault, 1};
    const auto below = [&stream](std::size_t n) { return static_cast<std::uint32_t>(sample::below(stream, n)); };
    for (std::uint32_t i = 0; i < in.spans().size(); ++i) {
      const std::uint32_t drawn = below(20);
      if (drawn == 0) state.mark(in, span_id{i}, health::failed);
      if (drawn == 1) state.mark(in, span_id{i}, health::degraded);
    }
    for (const element_id e : in.switches())
      if (below(12) == 0) state.mark(in, e, health::degraded);
    const auto count = static_cast<std::uint32_t>(in.endpoints().size());
    for (std::uint32_t i = 0; i < count / 4; ++i) {
      const std::uint32_t a = below(count), b = below(count);
      if (a == b) continue;
      const auto way = adaptive{}.route(with(), {element_id{a}}, {element_id{b}});
      if (!way || !state.reserve(in, *way, lease_id{i})) continue;
      seen.occupy(*way);
      if (below(3) == 0) seen.learn(*way, {.heralds = 100, .expected_heralds = 1'000}, local_time{} + 1_ms);
    }
  }
  [[nodiscard]] routing with() { return {in, built, state, seen, losses, finder}; }

  const fabric& in;
  fabric_state built, state;
  measurements seen;
  least_loss losses;
  path_finder finder;
};

struct tally {
  int compared = 0, missed = 0, direct = 0;
  double worst = 0;  // dB
};

/// What a router finds against everything that there is, arms of up to `longest` fibres: what it costs with nothing
/// for load, against the least cost with `crowding` for load.
tally compare(const fabric& in, std::uint64_t seeds, std::size_t longest, double crowding) {
  tally t;
  REQUIRE(in.validate());
  std::vector<std::vector<arm>> arms;
  for (const element_id e : in.endpoints()) arms.push_back(all_arms(in, e, longest));
  const adaptive policy{.crowding = crowding, .detours_below = 1}, without_load{.crowding = 0};
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    desk d{in, seed};
    for (const element_id a : in.endpoints())
      for (const element_id b : in.endpoints()) {
        if (a == b) continue;
        const routing with = d.with();
        const adaptive::cost_function cost{with, policy, {d.losses, mix(a.value(), b.value())}};
        double least = std::numeric_limits<double>::infinity();
        for (const light_path& p : all_light_paths(in, arms[a.value()], arms[b.value()]))
          if (d.state.fits(p)) least = std::min(least, cost_of(in, p, cost));
        const auto found = policy.route(with, {a}, {b});
        if (!found) {
          if (least < std::numeric_limits<double>::infinity()) ++t.missed;
          continue;
        }
        ++t.compared;
        t.direct += d.finder.last_is_direct();
        CHECK(d.state.fits(*found));
        CHECK(lay(in, a, found->a.spans, b, found->b.spans) == found);
        const adaptive::cost_function bare{with, without_load, cost.data_sheet};
        t.worst = std::max(t.worst, cost_of(in, *found, bare) - least);
      }
  }
  return t;
}

}  // namespace

TEST_CASE("orchestrate.router: of all that is free the adaptive one takes what loses least, to 10^-5 dB") {
  constexpr double exact = 2 * loss_cost::tolerance();  // with the preferences of up to twelve parts
  const auto check = [&](const fabric& in, std::uint64_t seeds, std::size_t longest, int at_least) {
    for (const double crowding : {0.0, 0.5}) {
      const tally t = compare(in, seeds, longest, crowding);
      INFO(in.name() << ", crowding " << crowding << ": " << t.compared << " compared, " << t.direct << " direct, "
                     << t.missed << " missed, by " << t.worst << " dB");
      CHECK(t.compared > at_least);
      CHECK(t.direct > t.compared / 20);  // drawn and searched for, both
      CHECK(t.direct < t.compared);
      CHECK(t.missed == 0);
      CHECK(t.worst <= exact);
    }
  };
  const fabric_options any = lossy(link::switch_kind::any_to_any), sides = lossy(link::switch_kind::two_sided);
  for (const fabric_options& o : {any, sides})
    for (const clos_shape shape : {clos_shape{4, 2, 3}, clos_shape{2, 4, 3}, clos_shape{4, 3, 2}})
      check(clos(shape, o), 12, 6, 100);
  check(fat_tree(4, any), 3, 6, 100);
  check(q_fly({.p = 1, .a = 2, .h = 1}, any), 12, 6, 50);
  fabric_options two_ports = any;
  two_ports.ports = 2;
  check(fat_tree(4, two_ports), 3, 6, 50);
}

TEST_CASE("orchestrate.router: ways that cost alike are used alike, each pair's always the same") {
  const fabric in = clos({8, 8, 8}, lossy(link::switch_kind::two_sided));
  const fabric_state idle{in};
  const measurements seen{in, {}};
  const least_loss losses{in};
  path_finder finder;
  const routing with{in, idle, idle, seen, losses, finder};
  std::vector<int> uses(in.elements().size());
  int ways = 0;
  for (const element_id a : in.endpoints())
    for (const element_id b : in.endpoints()) {
      if (a == b) continue;
      const auto way = static_shortest{}.route(with, {a}, {b});
      REQUIRE(way.has_value());
      ++ways;
      for (const arm* each : {&way->a, &way->b}) ++uses[each->crossings[1].at.value()];
      ++uses[way->a.crossings[2].at.value()];
      path_finder other;
      const routing again{in, idle, idle, seen, losses, other};
      CHECK(static_shortest{}.route(again, {a}, {b}) == way);
    }
  for (const element_id e : in.switches()) {
    if (in.at(e).tier == 1) continue;
    const double fair = (in.at(e).tier == 2 ? 2.0 : 1.0) * ways / 8;
    INFO(in.at(e).label << " " << uses[e.value()] << " of " << fair);
    CHECK(uses[e.value()] > 0.75 * fair);
    CHECK(uses[e.value()] < 1.25 * fair);
  }
}

TEST_CASE("orchestrate.router: options out of range are named with what is allowed") {
  CHECK(adaptive{}.validate().has_value());
  const auto says = [](const adaptive& policy) { return policy.validate().error().message(); };
  CHECK(says({.crowding = -1}) == "adaptive.crowding: given -1, allowed 0 to 1000 dB");
  CHECK(says({.degraded = std::numeric_limits<double>::infinity()}).find("adaptive.degraded") == 0);
  CHECK(says({.hysteresis = -0.5}).find("adaptive.hysteresis") == 0);
  CHECK(says({.detours_below = 1.5}) == "adaptive.detours_below: given 1.5, allowed 0 to 1");
  CHECK(says({.detours_round_faults_below = -0.1}).find("adaptive.detours_round_faults_below") == 0);
}
