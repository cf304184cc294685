// SPDX-License-Identifier: Apache-2.0
#include <ebit/sim/fabric_file.hpp>

#include <cstdio>
#include <string>
#include <utility>

#include <ebit/orchestrate/path_finder.hpp>

#include <support/catch.hpp>

#include "../orchestrate/every_builder.hpp"

using namespace ebit;
using namespace ebit::orchestrate;

namespace {

/// Two endpoints at one switch with one analyser; line 3 is a comment.
const std::string small =
    "name small\n"                                    // 1
    "medium loss_db_per_km=0.2\n"                     // 2
    "# a comment\n"                                   // 3
    "switch-model m ports=4 insertion_loss_db=1\n"    // 4
    "analyser-model d efficiency=0.9\n"               // 5
    "endpoint q0\n"                                   // 6
    "endpoint q1 ports=2 group=3\n"                   // 7
    "switch s model=m\n"                              // 8
    "analyser x model=d\n"                            // 9
    "fibre a=q0:0 b=s:0 length_m=10\n"                // 10
    "fibre a=q1:1 b=s:1 length_m=1e1 loss_db=0.25\n"  // 11
    "fibre a=s:2 b=x:0 length_m=1\n"                  // 12
    "fibre a=s:3 b=x:1 length_m=1\n";                 // 13

/// `small` with one piece replaced.
std::string with(const std::string& piece, const std::string& by) {
  std::string text = small;
  const std::size_t at = text.find(piece);
  REQUIRE(at != std::string::npos);
  return text.replace(at, piece.size(), by);
}

std::string refused(const std::string& text) {
  const auto parsed = sim::parse_fabric(text, "f");
  REQUIRE_FALSE(parsed);
  return parsed.error().message();
}

}  // namespace

TEST_CASE("sim.fabric_file: a fabric is read as it is written there") {
  const auto read = sim::parse_fabric(small, "f");
  REQUIRE(read);
  CHECK(read->name() == "small");
  REQUIRE(read->elements().size() == 4);
  CHECK(read->endpoints().size() == 2);
  CHECK(read->at(element_id{1}) == element{.kind = element_kind::endpoint, .ports = 2, .group = 3, .label = "q1"});
  CHECK(read->at(element_id{2}) ==
        element{.kind = element_kind::optical_switch, .tier = 1, .ports = 4, .label = "s"});
  CHECK(read->at(element_id{3}) == element{.kind = element_kind::analyser, .tier = 1, .ports = 2, .label = "x"});
  REQUIRE(read->spans().size() == 4);
  CHECK(read->along(span_id{1}) == span{element_id{1}, element_id{2}, 1, 1, metres(10), decibels(0.25)});
  CHECK(read->loss_per_length() == decibels_per_kilometre(0.2));
  CHECK(read->group_velocity() == fabric_parts{}.group_velocity);  // left out
  CHECK(read->switch_models() == std::vector{link::optical_switch{.ports = 4, .insertion_loss = decibels(1)}});
  CHECK(read->analyser_models().front().eye.efficiency == 0.9);
  CHECK(read->pool(element_id{2}).size() == 1);
}

TEST_CASE("sim.fabric_file: units are those of the keys") {
  const auto read = sim::parse_fabric(
      with("switch-model m ports=4 insertion_loss_db=1",
           "switch-model m kind=two-sided ports=4 loss_per_crossing_db=0.5 crosstalk_db=60 reconfiguration_us=1.5 "
           "homing_us=.25 parking_us=2e3 fidelity=0.99 senses_position=no power_w=3") +
          "analyser-model e dark_counts_hz=20 dead_time_ns=25.5 jitter_ps=15 number_resolving=yes window_ns=10 "
          "blinded=paralysable detectors=2 mode_match=0.9 ancilla_photons=2 success=0.75 set_up_us=9000000.000001\n",
      "f");
  REQUIRE(read);
  CHECK(read->switch_models().front() == link::optical_switch{.kind = link::switch_kind::two_sided,
                                                              .ports = 4,
                                                              .loss_per_crossing = decibels(0.5),
                                                              .crosstalk = decibels(60),
                                                              .reconfiguration_time = 1500_ns,
                                                              .homing_time = 250_ns,
                                                              .parking_time = 2_ms,
                                                              .fidelity = 0.99,
                                                              .senses_position = false,
                                                              .power = 3});
  const link::bell_state_analyser& e = read->analyser_models().back();
  CHECK(e == link::bell_state_analyser{.eye = {.dark_counts = hertz(20),
                                               .dead_time = duration::picoseconds(25'500),
                                               .jitter = duration::picoseconds(15),
                                               .number_resolving = link::photon_counting::exact,
                                               .window = 10_ns},
                                       .blinded = link::dead_time_kind::paralysable,
                                       .detectors = 2,
                                       .mode_match = 0.9,
                                       .ancilla_photons = 2,
                                       .success = 0.75,
                                       .set_up = duration::picoseconds(9'000'000'000'001)});
}

TEST_CASE("sim.fabric_file: what is written is read back equal, of every builder") {
  for (const auto& [what, made] : orchestrate_test::every_builder()) {
    INFO(what);
    REQUIRE(made.validate());
    const std::string text = sim::write_fabric(made);
    const auto read = sim::parse_fabric(text, what);
    if (!read) FAIL(read.error().message());
    CHECK(*read == made);
    CHECK(sim::write_fabric(*read) == text);
  }
}

TEST_CASE("sim.fabric_file: odd names, labels and numbers are read back, too") {
  fabric_parts parts = star(2, orchestrate_test::imperfect(link::switch_kind::any_to_any)).parts();
  parts.name = " a \"quoted\" name = \\ \n\x01 \xC3\xA9";
  parts.elements[0].label = "two words:0";
  parts.elements[1].label = "#0";
  parts.elements[2].label = "";
  parts.elements[3].label = "two words:0";
  parts.spans[0].length = metres(0.1 + 0.2);
  parts.spans[1].connectors = decibels(1e-300);
  link::optical_switch measured{.ports = 3, .path_losses = std::vector<loss>(9, decibels(1.1))};
  measured.path_losses[1] = measured.path_losses[3] = decibels(2.0 / 3);
  parts.switch_models.push_back(measured);
  parts.switch_models.front().homing_time = duration::picoseconds(8'999'999'999'999'999'999);
  const fabric made{parts};
  REQUIRE(made.validate());
  const auto read = sim::parse_fabric(sim::write_fabric(made), "f");
  if (!read) FAIL(read.error().message());
  CHECK(*read == made);
}

TEST_CASE("sim.fabric_file: errors say where, what was given and what is allowed") {
  const std::pair<std::string, std::string> wrong[] = {
      {with("fibre a=q0:0", "cable a=q0:0"),
       "f:10: record: given \"cable\", allowed name, medium, switch-model, "
       "analyser-model, endpoint, switch, analyser or fibre"},
      {with("ports=4 ", "ports=1 "), "f:4: ports: given \"1\", allowed a whole number from 2 to 65535"},
      {with("insertion_loss_db=1", "insertion_loss_db=-1"),
       "f:4: optical_switch.insertion_loss: given -1 dB, allowed 0 dB to 100 dB"},
      {with("insertion_loss_db=1", "insertion_loss_db=low"),
       "f:4: insertion_loss_db: given \"low\", allowed a number"},
      {with("insertion_loss_db=1", "homing_us=-1"), "f:4: homing_us: given \"-1\", allowed 0 to 9e+12"},
      {with("insertion_loss_db=1", "kind=star"),
       "f:4: kind: given \"star\", allowed any-to-any, two-sided or two-by-two"},
      {with("insertion_loss_db=1", "path_losses_db=1,x"), "f:4: path_losses_db: given \"x\", allowed a number"},
      {with("insertion_loss_db=1", "path_losses_db=1,2"),
       "f:4: optical_switch.path_losses: given 2 entries, allowed none or 16"},
      {with("efficiency=0.9", "efficiency=0.9 efficiency=0.8"), "f:5: efficiency: given twice, allowed once"},
      {with("efficiency=0.9", "efficiency=1.5"), "f:5: detector.efficiency: given 1.5, allowed 0 to 1"},
      {with("endpoint q0", "endpoint"), "f:6: label: given nothing, allowed a name before the fields"},
      {with("endpoint q0", "endpoint ports=1"), "f:6: label: given \"ports=1\", allowed a name before the fields"},
      {with("endpoint q0", "endpoint q0 ports"), "f:6: field: given \"ports\", allowed KEY=VALUE"},
      {with("group=3", "grup=3"), "f:7: field: given \"grup\", allowed ports, group"},
      {with("group=3", "group=\"3"), "f:7: group: given \"\"3\", allowed a word, or text in quotes with"},
      {with("switch s model=m", "switch s"), "f:8: model: given nothing, allowed a field model=..."},
      {with("switch s model=m", "switch s model=d"),
       "f:8: model: given \"d\", allowed a switch-model of a line before"},
      {with("analyser x model=d\n", "analyser x model=d\nendpoint q2\n"),
       "f:10: endpoint: given \"q2\", allowed endpoints before all switches and analysers"},
      {with("analyser x", "analyser s"),
       "f:10: b: given \"s:0\", allowed a label that one device alone has, or #NUMBER"},
      {with("b=s:0", "b=t:0"),
       "f:10: b: given \"t:0\", allowed the label of a device from a line before, or #NUMBER"},
      {with("b=s:0", "b=#4:0"), "f:10: b: given \"#4:0\", allowed the number of one of the 4 devices before"},
      {with("b=s:0", "b=s"), "f:10: b: given \"s\", allowed DEVICE:PORT"},
      {with("b=s:0", "b=s:4"), "f:10: b: given \"s:4\", allowed a port of s, 0 to 3"},
      {with("b=s:1", "b=s:0"), "f:11: b: given \"s:0\", allowed a port with no other fibre in it"},
      {with("a=q0:0 b=s:0", "a=s:0 b=s:1"), "f:10: b: given \"s:1\", allowed another device than a"},
      {with("b=s:0", "b=q1:0"), "f:10: b: given \"q1:0\", allowed a device that is no endpoint"},
      {with("length_m=1e1", "length_m=5e7"), "f:11: length_m: given 50000000, allowed 0 to 40000000"},
      {with("length_m=1e1", "length_m=nan"), "f:11: length_m: given nan, allowed 0 to 40000000"},
      {with("loss_db=0.25", "loss_db=-1"), "f:11: loss_db: given -1, allowed 0 to 1000"},
      {with("loss_db_per_km=0.2", "group_velocity_m_per_s=3e8"),
       "f:2: fabric.group_velocity: given 300000000 m/s, allowed above 0 m/s, at most 299792458 m/s"},
      {with("# a comment", "name other"), "f:3: name: given \"other\", allowed one name"},
      {with("# a comment", "medium"), "f:3: medium: given \"medium\", allowed one medium"},
      {with("name small", "name \"small"), "f:1: name: given \"\"small\", allowed text, or text in quotes"},
      {with("fibre a=s:3 b=x:1 length_m=1\n", ""),
       "f:9: analyser x: given no fibre at its input 1, allowed a fibre at both inputs"},
      {"# nothing\n", "f: fabric: number of endpoints: given 0, allowed 2 or more"},
  };
  for (const auto& [text, message] : wrong) {
    const std::string told = refused(text);
    INFO(told);
    CHECK(told.starts_with(message));
  }
}

TEST_CASE("sim.fabric_file: hostile sizes are refused before anything of that size is made") {
  std::string text = "switch-model m ports=65535\n";
  for (int i = 0; i < 300; ++i) text += "switch s" + std::to_string(i) + " model=m\n";
  CHECK(refused(text).starts_with("f:258: ports of all devices: given more, allowed at most 16777216"));
}

TEST_CASE("sim.fabric_file: truncated or damaged text is refused or read, never more") {
  const fabric made = fat_tree(4);
  const std::string text = sim::write_fabric(made);
  random_stream stream{3, random_purpose::user, 1};
  int refusals = 0;
  for (int i = 0; i < 400; ++i) {
    std::string damaged = text;
    const std::size_t at = sample::below(stream, damaged.size());
    if (i % 2 == 0)
      damaged.resize(at);
    else
      damaged[at] = static_cast<char>(sample::below(stream, 256));
    const auto read = sim::parse_fabric(damaged, "f");
    if (!read) {
      ++refusals;
      CHECK(read.error().where.starts_with("f"));
    } else {
      CHECK(read->validate());
    }
  }
  CHECK(refusals > 200);
}

TEST_CASE("sim.fabric_file: files, and the example") {
  const auto read = sim::read_fabric(EBIT_SOURCE_DIR "/examples/data/small_fabric.txt");
  if (!read) FAIL(read.error().message());
  CHECK(read->name() == "two racks and a spine");
  CHECK(read->endpoints().size() == 6);
  CHECK(read->analysers().size() == 3);
  path_finder finder;
  const fabric_state idle{*read};
  const least_loss cost{*read};
  for (const element_id a : read->endpoints())
    for (const element_id b : read->endpoints())
      if (a != b) CHECK(finder.find(*read, idle, {a}, {b}, cost));
  CHECK(sim::read_fabric("no_such_file").error().where == "no_such_file");
}
