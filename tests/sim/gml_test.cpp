// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/sim/gml.hpp>

#include <support/catch.hpp>

using namespace ebit::literals;
namespace sim = ebit::sim;

namespace {

const std::string sample_text = R"(# two cities and a village
graph [
  multigraph 1
  node [ id 4 label "Delft" city "Delft" Longitude 4.36 Latitude 52.01 ]
  node [ id 7 label "K&#246;ln" Country "Germany" position "[6.96, 50.94]" ]
  node [ id -2 ]
  edge [ source 4 target 7 key 0 length 2.5e2 ]
  edge [ source 7 target 4 key 1 ]
  edge [ source 7 target 7 length 0.5 ]
  edge [ source 4 target -2 length 0 ]
]
)";

std::string error_of(const std::string& text, const sim::gml_options& options = {}) {
  const auto net = sim::parse_gml(text, "f.gml", options);
  return net ? "read" : net.error().message();
}

/// A file that goes away with its name.
struct scratch_file {
  std::string path = (std::filesystem::temp_directory_path() / "ebit_gml_test.gml").string();
  explicit scratch_file(const std::string& text) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    REQUIRE(file != nullptr);
    REQUIRE(std::fwrite(text.data(), 1, text.size(), file) == text.size());
    std::fclose(file);
  }
  scratch_file(const scratch_file&) = delete;
  scratch_file& operator=(const scratch_file&) = delete;
  ~scratch_file() { std::remove(path.c_str()); }
};

}  // namespace

TEST_CASE("sim.gml: reads nodes, edges, lengths and warnings") {
  const auto read = sim::parse_gml(sample_text, "f.gml", {.fibre = {.connectors = 1_dB}});
  REQUIRE(read);
  const sim::topology& net = read->topology;
  REQUIRE(net.size() == 3);
  CHECK(net.validate());
  CHECK(net.at(net.node(1)).label == "K\xC3\xB6ln");
  CHECK(net.at(net.node(1)).country == "Germany");
  CHECK(net.at(net.node(2)).label == "-2");
  CHECK_FALSE(net.at(net.node(2)).position.has_value());
  REQUIRE(net.links().size() == 3);
  CHECK(net.links()[0].line.length == 250_km);
  CHECK(net.links()[0].line.connectors == 1_dB);
  CHECK(net.links()[1].parallel == 1);
  const auto distance = sim::great_circle({4.36, 52.01}, {6.96, 50.94});
  CHECK(net.links()[1].line.length == distance * 1.3);
  CHECK(net.links()[2].line.length == 0_km);
  REQUIRE(read->warnings.size() == 1);
  CHECK(read->warnings[0] == "f.gml:9: edge 7-7 joins node K\xC3\xB6ln to itself and is left out");
  CHECK(*net.find("delft") == net.node(0));
}

TEST_CASE("sim.gml: malformed texts are refused in one line with file, line and value") {
  const std::string two =
      "graph [\nnode [ id 0 ]\nnode [ id 1 label \"B\" Longitude 0 Latitude 0 ]\n";  // lines 1 to 3
  struct row {
    std::string text;
    const char* message;
  };
  const row rows[] = {
      {"", "f.gml:1: file: given no graph, allowed GML: graph [ node [ id 0 ] ... ]"},
      {"hello world",
       "f.gml:1: value of hello: given \"world\", allowed a number, a string in quotes or a list in brackets"},
      {"a 1\n]", "f.gml:2: key: given \"]\", allowed a name"},
      {"a 1\n2", "f.gml:2: key: given \"2\", allowed a name"},
      {"a",
       "f.gml:1: value of a: given the end of the file, allowed a number, a string in quotes or a list in brackets"},
      {"graph 3", "f.gml:1: graph: given \"3\", allowed a list in brackets"},
      {"graph [ node 3 ]", "f.gml:1: node: given \"3\", allowed a list in brackets"},
      {"graph [ edge \"x\" ]", "f.gml:1: edge: given \"x\", allowed a list in brackets"},
      {"graph [\n]\n", "f.gml:1: graph: given no node, allowed at least one node"},
      {"graph [ node [ id 0 ] ]\ngraph [ ]", "f.gml:2: graph: given a second one, allowed one graph per file"},
      {"graph [\nnode [ id 0 ]\n", "f.gml:3: list: given the end of the file, allowed a ']' for the '[' of line 1"},
      {"graph [\nnode [ label \"x\" ] ]", "f.gml:2: node id: given none, allowed an integer"},
      {"graph [ node [ id 1.5 ] ]", "f.gml:1: node id: given \"1.5\", allowed an integer of at most 64 bits"},
      {"graph [ node [ id \"a\" ] ]", "f.gml:1: node id: given \"a\", allowed an integer of at most 64 bits"},
      {"graph [ node [ id 99999999999999999999 ] ]",
       "f.gml:1: node id: given \"99999999999999999999\", allowed an integer of at most 64 bits"},
      {"graph [ node [ id 1\nid 2 ] ]", "f.gml:2: node id: given a second one, \"2\", allowed one per node or edge"},
      {"graph [ node [ id 1 label [ ] ] ]", "f.gml:1: node label: given a list, allowed a string or a number"},
      {two + "node [ id 1 ] ]", "f.gml:4: node id: given 1, allowed an id not used before (first at line 3)"},
      {two + "edge [ source 0 ] ]", "f.gml:4: edge target: given none, allowed the id of a node"},
      {two + "edge [ source 0 target 5 ] ]", "f.gml:4: edge 0-5: given 5, allowed the id of a node of this graph"},
      {two + "edge [ source 0 target 1 ] ]",
       "f.gml:4: edge 0-1 length: given none, and node 0 has no position, allowed a length in km, or a position at "
       "both "
       "ends"},
      {two + "edge [ source 0 target 1\nlength -3 ] ]", "f.gml:5: edge length: given -3, allowed 0 to 40000 (km)"},
      {two + "edge [ source 0 target 1\nlength NAN ] ]", "f.gml:5: edge length: given NAN, allowed 0 to 40000 (km)"},
      {two + "edge [ source 0 target 1\nlength +INF ] ]",
       "f.gml:5: edge length: given +INF, allowed 0 to 40000 (km)"},
      {two + "edge [ source 0 target 1\nlength 1e999 ] ]",
       "f.gml:5: edge length: given 1e999, allowed 0 to 40000 (km)"},
      {two + "edge [ source 0 target 1\nlength 50000 ] ]",
       "f.gml:5: edge length: given 50000, allowed 0 to 40000 (km)"},
      {two + "edge [ source 0 target 1\nlength \"3\" ] ]",
       "f.gml:5: edge length: given \"3\", allowed 0 to 40000 (km)"},
      {two + "edge [ source 0 target 1\nlength 3km ] ]",
       "f.gml:5: number: given \"3km\", allowed a decimal number such as -12 or 3.5e2"},
      {two + "edge [ source 0 target 0\nlength -1 ] ]", "f.gml:5: edge length: given -1, allowed 0 to 40000 (km)"},
      {"graph [ node [ id 0 Longitude 4 ] ]",
       "f.gml:1: node 0: given Longitude without Latitude, allowed both or neither"},
      {"graph [ node [ id 0 Longitude 4 Latitude 95 ] ]", "f.gml:1: node Latitude: given 95, allowed -90 to 90"},
      {"graph [ node [ id 0 Longitude nan Latitude 9 ] ]", "f.gml:1: node Longitude: given nan, allowed -180 to 180"},
      {"graph [ node [ id 0 position \"here\" ] ]",
       "f.gml:1: node position: given \"here\", allowed \"[longitude, latitude]\" in degrees"},
      {"graph [ node [ id 0 position \"[,]\" ] ]",
       "f.gml:1: node position: given \"[,]\", allowed \"[longitude, latitude]\" in degrees"},
      {"graph [ node [ id 0 position \"[1]\" ] ]",
       "f.gml:1: node position: given \"[1]\", allowed \"[longitude, latitude]\" in degrees"},
      {"graph [ node [ id 0 position \"[1, nan]\" ] ]",
       "f.gml:1: node position: given \"[1, nan]\", allowed longitude -180 to 180, latitude -90 to 90"},
      {"graph [ node [ id 0 position \"[190, 0]\" ] ]",
       "f.gml:1: node position: given \"[190, 0]\", allowed longitude -180 to 180, latitude -90 to 90"},
      {"graph [ node [ id 0 position 4 ] ]",
       "f.gml:1: node 0 position: given one number, allowed longitude, then latitude"},
      {"graph [ node [ id 0 position 4 position 5 position 6 ] ]",
       "f.gml:1: node position: given a second one, \"6\", allowed one per node"},
      {"graph [ node [ id 0 position 4 position \"[4, 5]\" ] ]",
       "f.gml:1: node position: given \"[4, 5]\", allowed \"[longitude, latitude]\" in degrees"},
      {"graph [ node [ id 0 position \"[4, 5]\" Longitude 4 Latitude 6 ] ]",
       "f.gml:1: node 0: given a position other than its Longitude and Latitude, allowed one place"},
  };
  for (const row& r : rows) {
    CAPTURE(r.text);
    CHECK(error_of(r.text) == r.message);
  }
}

TEST_CASE("sim.gml: options are checked") {
  CHECK(error_of(sample_text, {.detour = 0.5}) == "gml_options.detour: given 0.5, allowed 1 to 10");
  CHECK(error_of(sample_text, {.fibre = {.station_position = 2}}) ==
        "fibre.station_position: given 2, allowed 0 to 1");
}

TEST_CASE("sim.gml: edges without any length are left out if that is wanted") {
  const auto read = sim::parse_gml("graph [ node [ id 0 ] node [ id 1 ]\nedge [ source 0 target 1 ] ]", "f.gml",
                                   {.missing_length = sim::gml_missing_length::omit});
  REQUIRE(read);
  CHECK(read->topology.links().empty());
  REQUIRE(read->warnings.size() == 1);
  CHECK(read->warnings[0] == "f.gml:2: edge 0-1 has no length, and node 0 no position; it is left out");
}

TEST_CASE("sim.gml: a directed graph is read as undirected, with a warning") {
  const auto read = sim::parse_gml("graph [ directed 1 node [ id 0 ] ]", "f.gml");
  REQUIRE(read);
  REQUIRE(read->warnings.size() == 1);
  CHECK(read->warnings[0] == "f.gml:1: directed graph: each edge is taken as one fibre for both directions");
}

TEST_CASE("sim.gml: files") {
  {
    const scratch_file file{sample_text};
    CHECK(sim::read_gml(file.path)->topology == sim::parse_gml(sample_text, "x")->topology);

    const auto refused = sim::read_gml(file.path, {.max_bytes = 200});
    REQUIRE(!refused);
    CHECK(refused.error().message() == file.path + ":6: file: given more than 200 bytes, allowed at most 200 bytes");
  }
  {
    const scratch_file file{"graph [\n\x01" + std::string(5000, 'x')};
    const auto refused = sim::read_gml(file.path, {.max_bytes = 200});
    REQUIRE(!refused);
    CHECK(refused.error().message() ==
          file.path + ":2: byte: given 0x01, allowed ASCII, and UTF-8 in strings and comments");
  }
  const auto missing = sim::read_gml("/nowhere.gml");
  REQUIRE(!missing);
  CHECK(missing.error().message() == "/nowhere.gml: no such file: allowed a file that can be read");
  CHECK_FALSE(sim::read_gml("/"));
}

TEST_CASE("sim.gml: mutated texts are read or refused, never more") {
  ebit::random_stream stream{2026, ebit::random_purpose::user, 0};
  const std::string pieces[] = {"[",
                                "]",
                                "\"",
                                "#",
                                "\n",
                                "\r",
                                "&#38;",
                                "&#",
                                ";",
                                "node [",
                                "edge [",
                                "id ",
                                "nan",
                                "-inf",
                                "1e999",
                                "-",
                                ".",
                                "e",
                                std::string(1, '\0'),
                                "\xFF",
                                "\xC3",
                                "length -1",
                                "position \"[1,2]\"",
                                "99999999999999999999",
                                "source ",
                                "target 4 "};
  std::size_t accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = sample_text;
    const std::uint64_t changes = 1 + ebit::sample::below(stream, 4);
    for (std::uint64_t k = 0; k < changes && !text.empty(); ++k) {
      const std::size_t at = ebit::sample::below(stream, text.size());
      const std::uint64_t kind = ebit::sample::below(stream, 5);
      if (kind == 0) text[at] = static_cast<char>(ebit::sample::below(stream, 256));
      if (kind == 1) text.erase(at, 1 + ebit::sample::below(stream, 12));
      if (kind == 2) text.insert(at, pieces[ebit::sample::below(stream, std::size(pieces))]);
      if (kind == 3) text.insert(at, text.substr(ebit::sample::below(stream, text.size()), 40));
      if (kind == 4) text.resize(at);
    }
    const auto read = sim::parse_gml(text, "m.gml");
    if (read) {
      ++accepted;
      REQUIRE(read->topology.validate());
    } else {
      const std::string message = read.error().message();
      REQUIRE(message.starts_with("m.gml:"));
      REQUIRE(message.find('\n') == std::string::npos);
      REQUIRE(message.size() < 400);
    }
  }
  CHECK(accepted > 100);  // else the mutations are too coarse to reach anything
}

TEST_CASE("sim.gml: garbage is refused") {
  ebit::random_stream stream{2026, ebit::random_purpose::user, 1};
  for (int round = 0; round < 5000; ++round) {
    std::string text(ebit::sample::below(stream, 200), ' ');
    const bool printable = round % 2 == 0;
    for (char& c : text) {
      const std::uint64_t value = printable ? 32 + ebit::sample::below(stream, 95) : ebit::sample::below(stream, 256);
      c = static_cast<char>(static_cast<unsigned char>(value));
    }
    REQUIRE_FALSE(sim::parse_gml(text, "g.gml"));
  }
}

TEST_CASE("sim.gml: a hundred megabytes of garbage end in one error") {
  std::string text;
  const std::string unit = "key 1 list [ a \"b\" c -2.5 ]\n";  // well-formed, so the reader has to go all the way
  while (text.size() < 100'000'000) text += unit;
  const auto lawful = sim::parse_gml(text, "big.gml");
  REQUIRE(!lawful);
  const std::size_t lines = (std::size_t{64} << 20) / unit.size() + 1;
  CHECK(lawful.error().message() == "big.gml:" + std::to_string(lines) +
                                        ": file: given more than 67108864 bytes, allowed at most 67108864 bytes");
  text.assign(100'000'000, '\x7F');
  CHECK(error_of(text) == "f.gml:1: byte: given 0x7F, allowed ASCII, and UTF-8 in strings and comments");
}

TEST_CASE("sim.gml: the Dutch example network") {
  const auto read = sim::read_gml(EBIT_SOURCE_DIR "/examples/data/netherlands.gml");
  REQUIRE(read);
  CHECK(read->warnings.empty());
  CHECK(read->topology.size() == 14);
  CHECK(read->topology.components().size() == 1);
  CHECK(read->topology.find("Den Haag"));
  for (const auto& e : read->topology.links()) {
    // No fibre is shorter than the straight way.
    const auto straight = sim::great_circle(*read->topology.at(e.a).position, *read->topology.at(e.b).position);
    CHECK((e.line.length > straight && e.line.length < straight * 1.4));
  }
}

TEST_CASE("sim.gml: published networks") {
  const char* folder = std::getenv("EBIT_TOPOLOGY_DIR");
  if (!folder) {
    std::printf("EBIT_SKIPPED: EBIT_TOPOLOGY_DIR is not set\n");
    return;
  }
  const std::string base{folder};
  const auto surfnet = sim::read_gml(base + "/SurfnetFiberdata.gml");
  REQUIRE(surfnet);
  const sim::topology& net = surfnet->topology;
  CHECK(net.size() == 332);
  CHECK(net.links().size() == 404);
  CHECK(net.components().size() == 15);
  CHECK(net.validate());
  REQUIRE(surfnet->warnings.size() == 1);
  CHECK(surfnet->warnings[0].ends_with(
      "SurfnetFiberdata.gml:3962: edge 112-112 joins node ASD062A (Amsterdam CS) to itself and is left out"));
  const auto city = net.find("Amsterdam CS");
  REQUIRE(!city);
  CHECK(city.error().allowed.starts_with("one of the 37 nodes it may mean: Asd001b (Amsterdam CS), Asd002a"));
  CHECK(*net.find("Asd001b") == net.node(0));

  struct row {
    const char* name;
    std::size_t nodes, links;
  };
  for (const row& r : {row{"Abilene", 11, 14}, row{"Surfnet", 50, 73}, row{"SurfnetCore", 54, 64}}) {
    CAPTURE(r.name);
    const auto read = sim::read_gml(base + "/" + r.name + ".gml");
    if (!read) FAIL(read.error().message());
    CHECK(read->topology.size() == r.nodes);
    CHECK(read->topology.links().size() == r.links);
    CHECK(read->topology.validate());
  }
  // Three nodes of this one have no position and none of its edges a length.
  const std::string geant = base + "/Geant2012.gml";
  CHECK_FALSE(sim::read_gml(geant));
  const auto read = sim::read_gml(geant, {.missing_length = sim::gml_missing_length::omit});
  REQUIRE(read);
  CHECK(read->topology.size() == 40);
  CHECK(read->topology.links().size() == 58);
  CHECK(read->warnings.size() == 3);
}
