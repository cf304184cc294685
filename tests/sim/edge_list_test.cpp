// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <ebit/sim/builders.hpp>
#include <ebit/sim/edge_list.hpp>

#include <support/catch.hpp>

using namespace ebit::literals;
namespace sim = ebit::sim;

namespace {

const ebit::link::fibre each{.length = 5_km};

std::string graph_error(const std::string& text) {
  const auto net = sim::parse_edge_list(text, "g.txt", each);
  return net ? "read" : net.error().message();
}

std::string request_error(const std::string& text) {
  const auto requests = sim::parse_requests(text, "r.txt", sim::chain(3, each));
  return requests ? "read" : requests.error().message();
}

}  // namespace

TEST_CASE("sim.edge_list: a graph") {
  const auto net = sim::parse_edge_list("# a square\r\n4 4\r\n0 1\r\n\r\n1 2\n 2\t3 \n3 0", "g.txt", each);
  REQUIRE(net);
  CHECK(*net == sim::ring(4, each));
  CHECK(sim::parse_edge_list("2 2\n0 1\n1 0\n", "g.txt", each)->links()[1].parallel == 1);
  CHECK(sim::parse_edge_list("1 0", "g.txt", each)->size() == 1);
}

TEST_CASE("sim.edge_list: malformed graphs are refused in one line") {
  CHECK(graph_error("") ==
        "g.txt:1: edge list: given an empty file, allowed a first line with the numbers of nodes and edges");
  CHECK(graph_error("3\n") == "g.txt:1: numbers of nodes and edges: given \"3\", allowed 2 numbers on the line");
  CHECK(graph_error("0 0\n") == "g.txt:1: number of nodes: given 0, allowed 1 to 1048576");
  CHECK(graph_error("1000000000000 1\n") ==
        "g.txt:1: numbers of nodes and edges: given 1000000000000, allowed 0 to 4194304");
  CHECK(graph_error("2000000 1\n") == "g.txt:1: number of nodes: given 2000000, allowed 1 to 1048576");
  CHECK(graph_error("2 1\n0 2\n") == "g.txt:2: edge: given 2, allowed 0 to 1");
  CHECK(graph_error("2 1\n0 -1\n") == "g.txt:2: edge: given -1, allowed 0 to 1");
  CHECK(graph_error("2 1\n0 x\n") == "g.txt:2: edge: given \"x\", allowed whole numbers");
  CHECK(graph_error("2 1\n0 1 7\n") == "g.txt:2: edge: given 7, allowed 0 to 1");
  CHECK(graph_error("2 1\n0 1 1\n") == "g.txt:2: edge: given \"0 1 1\", allowed 2 numbers on the line");
  CHECK(graph_error("2 1\n0 0\n") == "g.txt:2: edge: given from node 0 to itself, allowed two different nodes");
  CHECK(graph_error("2 1\n") == "g.txt:1: number of edges: given 0, allowed the 1 announced");
  CHECK(graph_error("2 1\n0 1\n1 0\n") == "g.txt:3: edge: given \"1 0\", allowed no more than the 1 announced");
  CHECK(graph_error(std::string("\x89PNG\0\x01", 6)) ==
        "g.txt:1: numbers of nodes and edges: given \"\x89PNG\\x00\\x01\", allowed whole numbers");
}

TEST_CASE("sim.edge_list: requests") {
  const auto net = sim::chain(3, each);
  const auto requests = sim::parse_requests("2\n0 2\n2 1\n", "r.txt", net);
  REQUIRE(requests);
  CHECK(*requests == std::vector<sim::node_pair>{{net.node(0), net.node(2)}, {net.node(2), net.node(1)}});
  CHECK(sim::parse_requests("0", "r.txt", net)->empty());

  CHECK(request_error("") ==
        "r.txt:1: request list: given an empty file, allowed a first line with the number of requests");
  CHECK(request_error("1\n0 3\n") == "r.txt:2: request: given 3, allowed 0 to 2");
  CHECK(request_error("1\n1 1\n") == "r.txt:2: request: given from node 1 to itself, allowed two different nodes");
  CHECK(request_error("2\n0 1\n") == "r.txt:2: number of requests: given 1, allowed the 2 announced");
  CHECK(request_error("0\n0 1\n") == "r.txt:2: request: given \"0 1\", allowed no more than the 0 announced");
  CHECK_FALSE(sim::parse_requests("1\n0 1\n", "r.txt", sim::topology{}));
  CHECK_FALSE(sim::read_requests("/nowhere", net));
  CHECK_FALSE(sim::read_edge_list("/nowhere", each));
}

TEST_CASE("sim.edge_list: published graphs") {
  const char* folder = std::getenv("EBIT_GRAPH_DIR");
  if (!folder) {
    std::printf("EBIT_SKIPPED: EBIT_GRAPH_DIR is not set\n");
    return;
  }
  const std::string base{folder};
  const auto net = sim::read_edge_list(base + "/grid_400.txt", each);
  REQUIRE(net);
  CHECK(net->size() == 400);
  CHECK(net->links().size() == 760);
  const auto requests = sim::read_requests(base + "/requests_400.txt", *net);
  REQUIRE(requests);
  CHECK(requests->size() == 80);
  const auto waxman = sim::read_edge_list(base + "/waxman_400.txt", each);
  REQUIRE(waxman);
  CHECK(waxman->links().size() == 2468);
}
