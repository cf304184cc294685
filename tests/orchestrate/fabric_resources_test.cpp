// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/fabric_resources.hpp>
#include <ebit/orchestrate/planar_pool.hpp>

// What a fabric is built from, counted by hand. Throughout: E endpoints with f fibres each, c fibres per cable, S
// switches, A analysers, C(p, 2) = p(p − 1)/2. An analyser has two inputs, each at a switch by a fibre of its own. Of
// F fibres those to endpoints and to analysers end in one port of a switch, those between switches in two.
using namespace ebit;
using namespace ebit::orchestrate;

namespace {

using count = std::uint64_t;

// Told apart by tiers, so that a part counted to the wrong one shows. Lengths in metres, powers in watts.
constexpr std::array<double, 3> span_metres{3, 40, 500}, switch_watts{1, 0.25, 8};
constexpr double to_analyser = 7;

fabric_options parts(count f, count c, link::switch_kind kind = link::switch_kind::any_to_any) {
  fabric_options o;
  o.ports = static_cast<std::uint16_t>(f);
  o.fibres_per_cable = static_cast<std::uint16_t>(c);
  o.switches.clear();
  for (const double watts : switch_watts) o.switches.push_back({.kind = kind, .ports = 4, .power = watts});
  o.lengths.clear();
  for (const double l : span_metres) o.lengths.push_back(metres(l));
  o.to_analyser = metres(to_analyser);
  return o;
}

constexpr count choose_two(count p) { return p * (p - 1) / 2; }

/// What is counted alike in all fabrics; `between`: fibres from switch to switch, `metres_between` of them together.
struct counted {
  count endpoints = 0, fibres_each = 1, switches = 0, analysers = 0, between = 0;
  double metres_between = 0, watts = 0;
  count installed = 0, crosspoints = 0;
};
void check(const fabric& in, const counted& by_hand, double metres_to_endpoints) {
  INFO(in.name());
  REQUIRE(in.validate());
  const fabric_resources r = resources_of(in);
  const auto& [endpoints, fibres_each, switches, analysers, between, metres_between, watts, installed, crosspoints] =
      by_hand;
  const count outer = endpoints * fibres_each;
  CHECK(r.endpoints == endpoints);
  CHECK(r.transducers == outer);
  CHECK(r.switches == switches);
  CHECK(r.analysers == analysers);
  CHECK(r.detectors == 4 * analysers);
  CHECK(r.fibres == outer + between + 2 * analysers);
  CHECK(r.switch_ports_in_use == outer + 2 * between + 2 * analysers);
  CHECK(r.switch_ports == installed);
  CHECK(r.crosspoints == crosspoints);
  const double expected = metres_to_endpoints + metres_between + 2 * static_cast<double>(analysers) * to_analyser;
  CHECK(r.fibre.base() == ebit_test::approx(metres(expected).base()).epsilon(1e-12));
  CHECK(r.power == ebit_test::approx(watts).epsilon(1e-12));
}
/// Where all endpoints' fibres are of tier 1.
void check(const fabric& in, const counted& by_hand) {
  check(in, by_hand, static_cast<double>(by_hand.endpoints * by_hand.fibres_each) * span_metres[0]);
}

}  // namespace

// One switch; Ef fibres make at most ⌊Ef/2⌋ pairs at once, each with its analyser.
TEST_CASE("orchestrate.fabric_resources: what a star is built from") {
  for (const auto& [E, f] : {std::pair<count, count>{2, 1}, {3, 1}, {9, 3}, {64, 1}, {1000, 2}}) {
    const count A = E * f / 2, ports = E * f + 2 * A;
    check(star(static_cast<std::uint32_t>(E), parts(f, 1)), {.endpoints = E,
                                                             .fibres_each = f,
                                                             .switches = 1,
                                                             .analysers = A,
                                                             .watts = switch_watts[0],
                                                             .installed = ports,
                                                             .crosspoints = choose_two(ports)});
  }
  // Switches as they are bought have more ports than are used.
  fabric_options bought = parts(1, 1);
  bought.switches = {{.ports = 48, .power = 5}};
  bought.made_to_measure = false;
  check(star(16, bought), {.endpoints = 16,
                           .switches = 1,
                           .analysers = 8,
                           .watts = 5,
                           .installed = 48,
                           .crosspoints = 48 * 47 / 2});
}

// Each of r first switches has n places and c fibres to each of m middle switches, which have as many to each of r last
// ones; there ⌊n/2⌋ analysers have 2⌊n/2⌋ ports. Two-sided switches have as many ports on either side as the fuller
// side needs, and join each of the one to each of the other.
TEST_CASE("orchestrate.fabric_resources: what a Clos network is built from") {
  struct numbers {
    count n, r, m, f, c, E;
  };
  for (const auto& [n, r, m, f, c, E] : {numbers{2, 3, 3, 1, 1, 6}, {4, 4, 7, 1, 1, 16}, {4, 4, 7, 1, 1, 11},
                                         {5, 3, 9, 2, 1, 6}, {6, 5, 4, 3, 2, 7}, {16, 16, 31, 1, 1, 256}}) {
    const count x = n / 2, A = r * x, stage = r * m * c;
    counted by_hand{.endpoints = E,
                    .fibres_each = f,
                    .switches = 2 * r + m,
                    .analysers = A,
                    .between = 2 * stage,
                    .metres_between = static_cast<double>(stage) * (span_metres[1] + span_metres[2]),
                    .watts = static_cast<double>(r) * (switch_watts[0] + switch_watts[2]) +
                             static_cast<double>(m) * switch_watts[1],
                    .installed = r * n + 4 * stage + 2 * A,
                    .crosspoints = r * choose_two(n + m * c) + m * choose_two(2 * r * c) +
                                   r * choose_two(m * c + 2 * x)};
    const clos_shape shape{static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(m)};
    fabric_options o = parts(f, c);
    o.endpoints = static_cast<std::uint32_t>(E);
    check(clos(shape, o), by_hand);
    const count first = std::max(n, m * c), middle = r * c, last = std::max(m * c, 2 * x);
    by_hand.installed = 2 * (r * first + m * middle + r * last);
    by_hand.crosspoints = r * first * first + m * middle * middle + r * last * last;
    o = parts(f, c, link::switch_kind::two_sided);
    o.endpoints = static_cast<std::uint32_t>(E);
    check(clos(shape, o), by_hand);
  }
}

// With h = k/2: kh edge, kh aggregation and h² core switches, 2kh² cables in two equal layers. Below an edge switch are
// h fibres, below an aggregation switch hc, below a core switch all its kc: half as many pairs can meet there at once.
TEST_CASE("orchestrate.fabric_resources: what a fat tree is built from") {
  struct numbers {
    count k, f, c, E;
  };
  for (const auto& [k, f, c, E] : {numbers{2, 1, 1, 2}, {4, 1, 1, 16}, {4, 2, 2, 8}, {6, 1, 3, 54}, {8, 1, 1, 100},
                                   {12, 1, 1, 256}, {12, 4, 2, 70}, {16, 1, 1, 1024}}) {
    const count h = k / 2, layer = k * h * h * c;
    const count at_edge = h / 2, at_middle = h * c / 2, at_core = k * c / 2;
    const count A = k * h * (at_edge + at_middle) + h * h * at_core;
    fabric_options o = parts(f, c);
    o.endpoints = static_cast<std::uint32_t>(E);
    check(fat_tree(static_cast<std::uint32_t>(k), o),
          {.endpoints = E,
           .fibres_each = f,
           .switches = 2 * k * h + h * h,
           .analysers = A,
           .between = 2 * layer,
           .metres_between = static_cast<double>(layer) * (span_metres[1] + span_metres[2]),
           .watts = static_cast<double>(k * h) * (switch_watts[0] + switch_watts[1]) +
                    static_cast<double>(h * h) * switch_watts[2],
           .installed = k * h * h + 4 * layer + 2 * A,
           .crosspoints = k * h * choose_two(h + h * c + 2 * at_edge) +
                          k * h * choose_two(2 * h * c + 2 * at_middle) + h * h * choose_two(k * c + 2 * at_core)});
  }
}

// n^(l + 1) endpoints, each with f fibres to a switch of each of l + 1 levels, which have n^l switches each; level i is
// tier i + 1, and from the third on as the third. No switch is joined to another.
TEST_CASE("orchestrate.fabric_resources: what a BCube is built from") {
  struct numbers {
    count n, l, f;
  };
  for (const auto& [n, l, f] : {numbers{2, 0, 1}, {3, 1, 1}, {4, 2, 1}, {3, 2, 3}, {2, 4, 2}, {16, 1, 1}}) {
    count each = 1;  // n^l
    for (count i = 0; i < l; ++i) each *= n;
    const count E = each * n, ports = n * f + 2 * (n * f / 2), S = (l + 1) * each;
    double outer = 0, watts = 0;
    for (count i = 0; i <= l; ++i) {
      outer += static_cast<double>(E * f) * span_metres[std::min<count>(i, 2)];
      watts += static_cast<double>(each) * switch_watts[std::min<count>(i, 2)];
    }
    check(bcube(static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(l), parts(f, 1)),
          {.endpoints = E,
           .fibres_each = (l + 1) * f,
           .switches = S,
           .analysers = S * (n * f / 2),
           .watts = watts,
           .installed = S * ports,
           .crosspoints = S * choose_two(ports)},
          outer);
  }
}

// g groups of a switches, every two of a group joined, and every two groups by ⌊ah/(g − 1)⌋ cables. Each switch has p
// places, a − 1 cables within and room for h without, and p analysers.
TEST_CASE("orchestrate.fabric_resources: what a Q-Fly is built from") {
  struct numbers {
    count p, a, h, g, f, c, E;
  };
  for (const auto& [p, a, h, g, f, c, E] :
       {numbers{1, 2, 1, 3, 1, 1, 6}, {2, 4, 2, 9, 1, 1, 72}, {2, 4, 2, 9, 2, 3, 30}, {2, 4, 2, 8, 1, 1, 64},
        {3, 4, 2, 4, 1, 2, 40}, {4, 3, 1, 1, 1, 1, 12}, {4, 8, 4, 33, 1, 1, 1000}}) {
    const count S = g * a, inside = g * choose_two(a) * c;
    const count outside = g > 1 ? choose_two(g) * (a * h / (g - 1)) * c : 0;
    const count ports = p + (a - 1) * c + h * c + 2 * p;
    fabric_options o = parts(f, c);
    o.endpoints = static_cast<std::uint32_t>(E);
    check(q_fly({static_cast<std::uint32_t>(p), static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(h),
                 static_cast<std::uint32_t>(g)},
                o),
          {.endpoints = E,
           .fibres_each = f,
           .switches = S,
           .analysers = S * p,
           .between = inside + outside,
           .metres_between =
               static_cast<double>(inside) * span_metres[1] + static_cast<double>(outside) * span_metres[2],
           .watts = static_cast<double>(S) * switch_watts[0],
           .installed = S * ports,
           .crosspoints = S * choose_two(ports)});
  }
}

// Stages of n − 2, n − 4, …, 2 switches of 2 × 2 ports, n(n − 2)/4 in all, and n/2 analysers. Every fibre has two ends:
// n at endpoints, n at analysers and 4S at switches, so there are n + 2S fibres. The one of wire 0 goes from its
// endpoint to its analyser, past all switches, so n − 1 come from switches to analysers, and the rest lies between
// switches.
TEST_CASE("orchestrate.fabric_resources: what a planar pool is built from") {
  for (const auto& [E, f] : {std::pair<count, count>{4, 1}, {6, 1}, {3, 2}, {8, 3}, {64, 1}, {256, 1}}) {
    const count n = E * f, S = n * (n - 2) / 4, between = 2 * S + n - (n - 1) - n;
    const fabric in = planar_pool(static_cast<std::uint32_t>(E), parts(f, 1, link::switch_kind::two_by_two));
    INFO(in.name() << ", " << n << " wires");
    REQUIRE(in.validate());
    const fabric_resources r = resources_of(in);
    CHECK((r.endpoints == E && r.transducers == n && r.switches == S));
    CHECK((r.analysers == n / 2 && r.detectors == 2 * n));
    CHECK(r.fibres == n + 2 * S);
    CHECK((r.switch_ports == 4 * S && r.switch_ports_in_use == 4 * S && r.crosspoints == 4 * S));
    const double expected = static_cast<double>(n) * span_metres[0] + static_cast<double>(n - 1) * to_analyser +
                            static_cast<double>(between) * span_metres[1];
    CHECK(r.fibre.base() == ebit_test::approx(metres(expected).base()).epsilon(1e-12));
    CHECK(r.power == ebit_test::approx(static_cast<double>(S) * switch_watts[0]).epsilon(1e-12));
  }
  // Of two wires there is no switch at all.
  const fabric_resources two = resources_of(planar_pool(2, parts(1, 1, link::switch_kind::two_by_two)));
  CHECK((two.switches == 0 && two.analysers == 1 && two.fibres == 2 && two.switch_ports_in_use == 0));
  CHECK(two.fibre.base() == ebit_test::approx(metres(2 * span_metres[0]).base()).epsilon(1e-12));
}
