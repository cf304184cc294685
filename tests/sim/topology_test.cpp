// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <string>

#include <ebit/sim/topology.hpp>

#include <support/catch.hpp>

using namespace ebit::literals;
using ebit::node_id;
using ebit::link::fibre;
using ebit::sim::topology;

namespace {

topology dutch() {
  topology net;
  net.add_node(topology::vertex{.label = "Asd001", .city = "Amsterdam"});
  net.add_node(topology::vertex{.label = "Asd002", .city = "Amsterdam"});
  net.add_node(topology::vertex{.label = "Dt001", .city = "Delft"});
  net.add_node("Utrecht");
  net.add_link(net.node(0), net.node(2), fibre{.length = 60_km});
  net.add_link(net.node(2), net.node(3), fibre{.length = 55_km});
  return net;
}

std::string why(const topology& net, const char* name) {
  const auto found = net.find(name);
  return found ? "found " + std::to_string(found->value()) : found.error().message();
}

}  // namespace

TEST_CASE("sim.topology: nodes and links count from zero") {
  const topology net = dutch();
  CHECK(net.size() == 4);
  CHECK(net.links().size() == 2);
  CHECK(net.links()[1].a == net.node(2));
  CHECK(net.links()[1].line.length == 55_km);
  CHECK(net.at(net.node(3)).label == "Utrecht");
  CHECK(net.contains(net.node(3)));
  CHECK_FALSE(net.contains(net.node(4)));
  CHECK_FALSE(net.contains(node_id::none()));
  CHECK(net.validate());
  CHECK(net == dutch());
}

TEST_CASE("sim.topology: names are looked up by label, then city, then without case, and never guessed") {
  const topology net = dutch();
  CHECK(*net.node("Asd002") == net.node(1));
  CHECK(*net.node("Delft") == net.node(2));
  CHECK(*net.node("delft") == net.node(2));
  CHECK(*net.node("ASD001") == net.node(0));
  CHECK(*net.node("utrecht") == net.node(3));
  CHECK(why(net, "Amsterdam") ==
        "ambiguous node name: given \"Amsterdam\", allowed one of the 2 nodes it may mean: "
        "Asd001 (Amsterdam), Asd002 (Amsterdam)");
  CHECK(why(net, "Utrech") ==
        "unknown node name: given \"Utrech\", allowed the label or city of a node, nearest: \"Utrecht\"");
  CHECK(why(topology{}, "x") == "unknown node name: given \"x\", allowed the label or city of a node");

  topology doubled = dutch();
  doubled.add_node("Utrecht");
  CHECK(why(doubled, "Utrecht") ==
        "ambiguous node name: given \"Utrecht\", allowed one of the 2 nodes it may mean: Utrecht, Utrecht");

  topology crowd;
  for (int i = 0; i < 70; ++i) crowd.add_node(topology::vertex{.label = "n" + std::to_string(i), .city = "C"});
  const std::string listed = why(crowd, "C");
  CHECK(listed.find("one of the 70 nodes") != std::string::npos);
  CHECK(listed.ends_with("n63 (C) and 6 more"));
}

TEST_CASE("sim.topology: a label is preferred to a city of the same name") {
  topology net;
  net.add_node(topology::vertex{.label = "a", .city = "b"});
  net.add_node(topology::vertex{.label = "b", .city = "a"});
  CHECK(*net.find("a") == net.node(0));
  CHECK(*net.find("b") == net.node(1));
}

TEST_CASE("sim.topology: components") {
  topology net = dutch();
  net.add_node("alone");
  const auto sets = net.components();
  REQUIRE(sets.size() == 3);
  CHECK(sets[0] == std::vector<node_id>{net.node(0), net.node(2), net.node(3)});
  CHECK(sets[1] == std::vector<node_id>{net.node(1)});
  CHECK(sets[2] == std::vector<node_id>{net.node(4)});
  CHECK(topology{}.components().empty());
}

TEST_CASE("sim.topology: stable keys do not depend on what else is there") {
  topology small;
  small.add_node("x");
  small.add_node("y");
  small.add_link(small.node(0), small.node(1), {});
  topology large;
  for (const char* label : {"z", "y", "x", "x"}) large.add_node(label);
  large.add_link(large.node(0), large.node(1), {});
  large.add_link(large.node(1), large.node(2), {});
  large.add_link(large.node(2), large.node(1), {});
  CHECK(small.stable_key(small.node(0)) == large.stable_key(large.node(2)));
  CHECK(small.stable_key(small.links()[0]) == large.stable_key(large.links()[1]));
  CHECK(large.links()[2].parallel == 1);
  CHECK(large.stable_key(large.links()[1]) != large.stable_key(large.links()[2]));
  CHECK(large.stable_key(large.node(2)) != large.stable_key(large.node(3)));
}

TEST_CASE("sim.topology: building never fails, validate tells") {
  const auto message = [](const topology& net) {
    const ebit::status status = net.validate();
    return status ? std::string{"valid"} : status.error().message();
  };
  CHECK(message(topology{}) == "topology.size: given 0, allowed 1 to 1048576 nodes");

  topology net = dutch();
  net.add_link(net.node(0), net.node(9), {});
  CHECK(message(net) == "link 2: given node 9, allowed nodes 0 to 3");

  net = dutch();
  net.add_link(net.node(0), node_id::none(), {});
  CHECK(message(net) == "link 2: given node none, allowed nodes 0 to 3");
  CHECK(net.components().size() == 2);

  net = dutch();
  net.add_link(net.node(3), net.node(3), {});
  CHECK(message(net) == "link 2: given both ends at Utrecht, allowed two different nodes");

  net = dutch();
  net.add_link(net.node(0), net.node(3), fibre{.length = ebit::kilometres(-1)});
  CHECK(message(net) == "link 2 Asd001 (Amsterdam) - Utrecht: fibre.length: given -1 km, allowed 0 km to 40000 km");

  net = dutch();
  net.add_node(topology::vertex{.label = "p", .position = ebit::sim::geographic_position{200, 0}});
  CHECK(message(net) ==
        "node p position: given [200.000000, 0.000000], allowed longitude -180 to 180, latitude -90 to 90");

  net = dutch();
  net.reject({"first", "", "this"});
  net.reject({"second", "", "that"});
  CHECK(message(net) == "first: allowed this");
}
