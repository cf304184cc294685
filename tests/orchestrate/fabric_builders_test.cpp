// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <ebit/analyze/fabric_counts.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/orchestrate/fabric_measures.hpp>
#include <ebit/orchestrate/fabric_resources.hpp>
#include <ebit/orchestrate/planar_pool.hpp>

using namespace ebit;
using namespace ebit::orchestrate;

namespace {

fabric_options of_kind(link::switch_kind kind) {
  fabric_options options;
  options.switches = {{.kind = kind, .ports = 4, .insertion_loss = decibels(1)}};
  return options;
}

std::vector<std::pair<std::string, fabric>> some_of_each(std::uint32_t endpoints) {
  std::vector<std::pair<std::string, fabric>> all;
  all.emplace_back("star", star(endpoints));
  all.emplace_back("clos", clos_for(endpoints, of_kind(link::switch_kind::two_sided)));
  all.emplace_back("clos of any-to-any switches", clos_for(endpoints));
  all.emplace_back("fat tree", fat_tree_for(endpoints));
  all.emplace_back("bcube", bcube_for(endpoints));
  all.emplace_back("bcube of three levels", bcube_for(endpoints, 2));
  all.emplace_back("q-fly", q_fly_for(endpoints));
  if (endpoints % 2 == 0)
    all.emplace_back("planar pool", planar_pool(endpoints, of_kind(link::switch_kind::two_by_two)));
  return all;
}

}  // namespace

TEST_CASE("orchestrate.fabric_builders: what is built is what the closed forms count") {
  for (const std::uint32_t k : {2U, 4U, 6U, 8U}) {
    const fabric in = fat_tree(k);
    const analyze::fabric_counts counts = analyze::fat_tree(k);
    REQUIRE(in.validate());
    CHECK(in.endpoints().size() == counts.hosts);
    CHECK(in.switches().size() == counts.switches);
    CHECK(diameter(in) == counts.longest);
    CHECK(bisection(in) == counts.hosts / 2);
    // k ports each, of which the pools take none: every cable has two ends, the places of endpoints one.
    CHECK(in.spans().size() - 2 * in.analysers().size() == 3 * counts.hosts);
  }
  for (const auto& [n, levels] : {std::pair{2U, 0U}, {2U, 1U}, {3U, 1U}, {4U, 2U}, {8U, 1U}, {2U, 3U}}) {
    const fabric in = bcube(n, levels);
    const analyze::fabric_counts counts = analyze::bcube(n, levels);
    REQUIRE(in.validate());
    CHECK(in.endpoints().size() == counts.hosts);
    CHECK(in.switches().size() == counts.switches);
    CHECK(diameter(in) == counts.longest);
    if (n % 2 == 0) CHECK(bisection(in) == counts.hosts / 2);
    for (const element_id e : in.endpoints()) CHECK(in.at(e).ports == levels + 1);
    // levels + 1 walks side by side between any two (Guo et al. 2009, theorem 3).
    CHECK(walks_at_once(in, element_id{0}, in.endpoints().back()) == levels + 1);
    CHECK(walks_at_once(in, element_id{0}, element_id{1}) == levels + 1);
  }
  for (const q_fly_shape& shape : {q_fly_shape{1, 2, 1}, q_fly_shape{2, 4, 2}, q_fly_shape{4, 8, 4}}) {
    const fabric in = q_fly(shape);
    const analyze::fabric_counts counts = analyze::dragonfly(shape.p, shape.a, shape.h);
    REQUIRE(in.validate());
    CHECK(in.endpoints().size() == counts.hosts);
    CHECK(in.switches().size() == counts.switches);
    CHECK(diameter(in) == counts.longest);
    // p + (a − 1) + h ports, the pool's apart.
    for (const element_id e : in.switches())
      CHECK(in.incident(e).size() - 2 * in.pool(e).size() == shape.p + shape.a - 1 + shape.h);
  }
  for (const clos_shape& shape : {clos_shape{4, 4, 7}, clos_shape{2, 3, 3}, clos_shape{4, 4, 4}}) {
    const fabric in = clos(shape, of_kind(link::switch_kind::two_sided));
    const analyze::clos_network network{shape.n, shape.r, shape.m};
    REQUIRE(in.validate());
    CHECK(in.endpoints().size() == network.counts().hosts);
    CHECK(in.switches().size() == network.counts().switches);
    CHECK(in.analysers().size() == network.counts().hosts / 2);
    const path_figures paths = figures_of_paths(in);
    CHECK(paths.unreachable == 0);
    CHECK(paths.crossings.least == static_cast<double>(network.counts().longest));
    CHECK(paths.crossings.greatest == static_cast<double>(network.counts().longest));
    // Of what is between the faces of the switches, fibres in use alone.
    std::uint64_t crosspoints = 0;
    for (const element_id e : in.switches()) {
      std::uint64_t left = 0, right = 0;
      for (const span_id s : in.incident(e))
        ++(in.along(s).port_at(e) < in.model_of_switch(e).left_ports() ? left : right);
      crosspoints += left * right;
    }
    CHECK(crosspoints == network.crosspoints());
  }
  for (std::uint32_t n = 2; n <= 64; n += 2) {
    const fabric in = planar_pool(n, of_kind(link::switch_kind::two_by_two));
    REQUIRE(in.validate());
    CHECK(in.switches().size() == planar_pool_switches(n));
    CHECK(in.analysers().size() == n / 2);
    CHECK(in.spans().size() == n + 2 * planar_pool_switches(n));
  }
  CHECK(planar_pool_switches(256) == 16'256);
  CHECK(planar_pool_switches(512) == 65'280);
}

TEST_CASE("orchestrate.fabric_builders: shortest walks side by side") {
  const fabric tree = fat_tree(8);
  // Endpoints 0–3 at one edge switch, 0–15 in one pod.
  CHECK(shortest_walks(tree, element_id{0}, element_id{3}) == 1);
  CHECK(shortest_walks(tree, element_id{0}, element_id{4}) == 4);
  CHECK(shortest_walks(tree, element_id{0}, element_id{16}) == 16);
  CHECK(walks_at_once(tree, element_id{0}, element_id{16}) == 1);  // an endpoint has one fibre
  // From switch to switch all the way up.
  const auto edge = [&](std::uint32_t i) { return tree.switches()[i]; };
  CHECK(walks_at_once(tree, edge(0), edge(4)) == 4);
  const fabric net = clos({4, 4, 7}, of_kind(link::switch_kind::two_sided));
  CHECK(walks_at_once(net, net.switches()[0], net.switches().back()) == 7);
  CHECK(shortest_walks(net, net.switches()[0], net.switches().back()) == 7);
  // Groups of a Q-Fly in two halves: every two joined once, so that the halves are joined (g/2)² times.
  const fabric fly = q_fly({2, 4, 2, 8});
  CHECK(bisection(fly) == 4 * 4);
  CHECK(bisection(star(10)) == 5);
}

TEST_CASE("orchestrate.fabric_builders: 2 to 1,024 endpoints, every pair within reach of an analyser") {
  for (const std::uint32_t endpoints : {2U, 3U, 5U, 16U, 64U, 100U}) {
    for (const auto& [kind, in] : some_of_each(endpoints)) {
      INFO(kind << " of " << endpoints << ": " << in.name());
      REQUIRE(in.validate());
      CHECK(in.endpoints().size() == endpoints);
      const bool is_direct = kind.substr(0, 5) != "bcube";
      if (is_direct && (endpoints <= 16 || kind != "planar pool"))
        CHECK(figures_of_paths(in, endpoints > 16 ? 17 : 1).unreachable == 0);
    }
  }
  for (const std::uint32_t endpoints : {256U, 512U, 1024U})
    for (const auto& [kind, in] : some_of_each(endpoints)) {
      if (kind == "planar pool" && endpoints > 512) continue;
      INFO(kind << " of " << endpoints << ": " << in.name());
      REQUIRE(in.validate());
      CHECK(in.endpoints().size() == endpoints);
      if (kind.substr(0, 5) != "bcube" && kind != "planar pool") CHECK(figures_of_paths(in, 4001).unreachable == 0);
    }
}

TEST_CASE("orchestrate.fabric_builders: endpoints of a BCube at one switch are joined directly, and no others") {
  const fabric in = bcube(4, 1);
  const fabric_state idle{in};
  const least_loss cost{in};
  path_finder finder;
  for (std::uint32_t a = 0; a < 16; ++a)
    for (std::uint32_t b = 0; b < 16; ++b)
      if (a != b)
        CHECK(finder.find(in, idle, {element_id{a}}, {element_id{b}}, cost).has_value() ==
              (a / 4 == b / 4 || a % 4 == b % 4));
}

TEST_CASE("orchestrate.fabric_builders: pools of the tier that the options say, and the nearest is used") {
  fabric_options options = of_kind(link::switch_kind::any_to_any);
  const auto tier_of_meeting = [](const fabric& in, std::uint32_t a, std::uint32_t b) {
    path_finder finder;
    const auto path = finder.find(in, fabric_state{in}, {element_id{a}}, {element_id{b}}, least_loss{in});
    REQUIRE(path);
    return static_cast<int>(in.at(path->analyser).tier);
  };
  const fabric all = fat_tree(4, options);
  CHECK(tier_of_meeting(all, 0, 1) == 1);
  CHECK(tier_of_meeting(all, 0, 2) == 2);
  CHECK(tier_of_meeting(all, 0, 4) == 3);  // as cheap as below, and the arms are alike
  options.analysers = {0, 2, 4};
  const fabric upper = fat_tree(4, options);
  CHECK(upper.analysers().size() == 8 * 2 + 4 * 4);
  CHECK(tier_of_meeting(upper, 0, 2) == 2);
  CHECK(tier_of_meeting(upper, 0, 4) == 3);
  options.analysers = {0, 0, 4};
  const fabric top = fat_tree(4, options);
  CHECK(tier_of_meeting(top, 0, 2) == 3);
  CHECK(tier_of_meeting(top, 0, 4) == 3);
  // Light that need not go up is spared switches.
  CHECK(figures_of_paths(all).loss_db.mean() < figures_of_paths(top).loss_db.mean());
  // When the pool is taken, another one on the way serves.
  fabric_state state{all};
  for (const element_id x : all.pool(all.switches()[0])) state.mark(all, x, health::failed);
  path_finder finder;
  const auto round = finder.find(all, state, {element_id{0}}, {element_id{1}}, least_loss{all});
  REQUIRE(round);
  CHECK(all.pool_of(round->analyser) != all.switches()[0]);
  CHECK(round->a.crossings.size() + round->b.crossings.size() > 2);
}

TEST_CASE("orchestrate.fabric_builders: fewer endpoints than places are spread evenly and said to be") {
  const fabric in = fat_tree_for(100);
  CHECK(in.name() == "fat-tree k=8, 100 of 128 endpoints");
  std::vector<int> at(in.elements().size());
  for (const element_id e : in.endpoints()) ++at[in.onward(e).front().peer.value()];
  for (std::uint32_t i = 0; i < 32; ++i) {
    const int here = at[in.switches()[i].value()];
    CHECK((here == 3 || here == 4));
    CHECK(in.at(in.switches()[i]).ports == 8 + 2 * in.pool(in.switches()[i]).size());
  }
  CHECK(fat_tree_ports_for(512) == 14);
  CHECK(fat_tree_ports_for(1024) == 16);
  CHECK(clos_shape_for(512).m == 2 * clos_shape_for(512).n - 1);
}

TEST_CASE("orchestrate.fabric_builders: several ports and several fibres") {
  fabric_options options;
  options.ports = 2;
  const fabric tree = fat_tree_for(32, options);
  REQUIRE(tree.validate());
  for (const element_id e : tree.endpoints()) CHECK(tree.at(e).ports == 2);
  const fabric_resources resources = resources_of(tree);
  CHECK(resources.endpoints == 32);
  CHECK(resources.transducers == 64);
  CHECK(resources.detectors == 4 * resources.analysers);
  path_finder finder;
  const auto two =
      finder.find_disjoint(tree, fabric_state{tree}, {element_id{0}}, {element_id{31}}, 5, least_loss{tree});
  CHECK(two.size() == 2);
  options.ports = 1;
  options.fibres_per_cable = 3;
  const fabric thick = q_fly({1, 2, 1}, options);
  REQUIRE(thick.validate());
  CHECK(bisection(thick) == 3);
}

TEST_CASE("orchestrate.fabric_builders: what is impossible is refused by name") {
  const auto says = [](const fabric& in) {
    const status checked = in.validate();
    return checked ? std::string{"valid"} : checked.error().message();
  };
  CHECK(says(star(1)) == "star: number of endpoints: given 1, allowed 2 or more");
  CHECK(says(star(20'000)) == "star: number of endpoints: given 20000, allowed 2 to 16384");
  CHECK(says(fat_tree(5)) == "fat_tree: k: given 5, allowed even, 2 to 64");
  CHECK(says(fat_tree(4, {.endpoints = 17})) == "fat_tree: number of endpoints: given 17, allowed 2 to 16");
  CHECK(says(clos({2, 0, 2})) == "clos: r: given 0, allowed 1 to 4096");
  CHECK(says(bcube(1, 1)) == "bcube: n: given 1, allowed 2 to 1024");
  CHECK(says(bcube(100, 4)) == "bcube: n^(levels + 1): given 10000000000, allowed up to 1048576 endpoints");
  CHECK(says(q_fly({2, 4, 2, 10})) == "q_fly: groups: given 10, allowed up to 9");
  CHECK(says(planar_pool(5, of_kind(link::switch_kind::two_by_two))) ==
        "planar_pool: number of endpoints' ports: given 5, allowed even, 2 to 2048");
  CHECK(says(planar_pool(4)) == "planar_pool: kind of switch: given other, allowed 2x2");
  CHECK(says(star(4, {.ports = 0})) == "fabric_options.ports: given 0, allowed 1 to 1024");
  CHECK(says(star(4, {.switches = {}})) == "fabric_options.switches: given none, allowed one or more");
  CHECK(says(star(4, {.switches = {{.ports = 6}}, .made_to_measure = false})) ==
        "fabric: ports of hub, a switch of tier 1: given 6, allowed 8 or more");
  CHECK(says(star(4, {.lengths = {metres(-1)}})) ==
        "fabric.spans[0].length: given -0.001 km, allowed 0 km to 40000 km");
  CHECK(says(star(4, {.switches = {{.insertion_loss = decibels(-1)}}})) ==
        "optical_switch.insertion_loss: given -1 dB, allowed 0 dB to 100 dB");
  CHECK(says(fabric{}) == "fabric: number of endpoints: given 0, allowed 2 or more");
}
