// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <ebit/sim/gml_parser.hpp>

#include <support/catch.hpp>

using ebit::sim::detail::gml_parser;

namespace {

std::string error_of(const std::string& text) {
  gml_parser parser{text, "f"};
  return parser.run() ? "read" : parser.error().message();
}

std::string nested(int depth) {
  std::string text = "graph [ node [ id 0 ] ";
  for (int i = 1; i < depth; ++i) text += "x [ ";
  for (int i = 1; i < depth; ++i) text += "] ";
  return text + "]";
}

}  // namespace

TEST_CASE("sim.gml_parser: reads what it knows and passes over the rest") {
  const std::string text =
      "Creator \"x\" Version 1 other [ graph [ deep 1 ] ]\n"
      "graph [ label \"net\" directed 1 nodes [ node 1 ]\n"
      "edge [ target 8 source 7 key 0 length 12 graphics [ w 1 w 2 ] ]\n"
      "node [ id 7 label 70 city \"A&#38;B\" Country \"C\" Longitude 4.5 Latitude -3 x 1 x 2 ]\n"
      "node [ id 8 position \"[1.5, -2e1]\" ] node [ id 9 position 10 position 20 ] node [ id 10 position \"( 3 ,4 "
      ")\" ]\n"
      "]\n";
  gml_parser parser{text, "f"};
  REQUIRE(parser.run());
  CHECK(parser.directed());
  CHECK(parser.graph_line() == 2);
  REQUIRE(parser.nodes().size() == 4);
  REQUIRE(parser.edges().size() == 1);
  CHECK(parser.nodes()[0].id == 7);
  CHECK(parser.nodes()[0].line == 4);
  CHECK(parser.nodes()[0].label == "70");
  CHECK(parser.nodes()[0].city == "A&B");
  CHECK(parser.nodes()[0].country == "C");
  CHECK(parser.nodes()[0].position->latitude == -3);
  CHECK(parser.nodes()[1].label.empty());
  CHECK(parser.nodes()[1].position->latitude == -20);
  CHECK(parser.nodes()[2].position->latitude == 20);
  CHECK(parser.nodes()[3].position->longitude == 3);
  CHECK(parser.edges()[0].source == 7);
  CHECK(parser.edges()[0].target == 8);
  CHECK(parser.edges()[0].kilometres == 12.0);
}

TEST_CASE("sim.gml_parser: lists nest 64 deep and no deeper") {
  CHECK(error_of(nested(64)) == "read");
  CHECK(error_of(nested(65)) == "f:1: depth of lists: given 65, allowed at most 64");
  CHECK(error_of(nested(100000)) == "f:1: depth of lists: given 65, allowed at most 64");
}
