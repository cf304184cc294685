// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/sim/fabric_fault_file.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using orchestrate::element_id;
using orchestrate::span_id;
using sim::fabric_fault;

namespace {

/// Endpoints q0 to q15 are elements 0 to 15; edge switches, aggregation switches, core switches and analysers follow.
const orchestrate::fabric& tree() {
  static const orchestrate::fabric made = orchestrate::fat_tree(4);
  return made;
}
element_id named(std::string_view label) {
  for (std::uint32_t i = 0; i < tree().elements().size(); ++i)
    if (tree().elements()[i].label == label) return element_id{i};
  return element_id::none();
}
std::string error_of(std::string_view text, std::size_t controllers = 2) {
  const auto read = sim::parse_fabric_faults(text, "plan.csv", tree(), controllers);
  REQUIRE(!read);
  return read.error().message();
}

}  // namespace

TEST_CASE("sim.fabric_fault_file: every kind of fault, by label and by number") {
  const element_id core = named("core0.1"), analyser = named("core0.1/x0");
  REQUIRE((core.valid() && analyser.valid()));
  const std::string text =
      "at_us,kind,where,lasts_us\n"
      "# what goes wrong\n"
      "1000, switch, core0.1, 500\n"
      "2000,analyser," +
      std::to_string(analyser.value()) +
      ",1.5\r\n"
      "\n"
      "0.25,endpoint,q3,10\n"
      "3000,fibre,7,10\n"
      "3000,fibre,q5:0,10\n"
      "4000,port,core0.1:2,10\n"
      "5000,agent,q3,10\n"
      "6000,controller,1,10\n"
      "7000,drift,q3,10\n"
      "8000,shutdown,3,10\n"
      "9000,degraded,core0.1,10,1.5,0.02\n"
      "9000,degraded," +
      std::to_string(analyser.value()) +
      ",10,0,1,unsensed\n"
      "9000,degraded,q5:0,10, 100 ,0\n";
  const auto read = sim::parse_fabric_faults(text, "plan.csv", tree(), 2);
  REQUIRE(read);
  REQUIRE((read->broken.size() == 11 && read->crashes.size() == 2));
  using kind = fabric_fault::kind;
  CHECK(read->broken[0] == fabric_fault{.at = 1_ms, .lasts = 500_us, .element = core});
  CHECK(read->broken[1] == fabric_fault{.at = 2_ms, .lasts = 1500_ns, .element = analyser});
  CHECK(read->broken[2] == fabric_fault{.at = 250_ns, .lasts = 10_us, .element = element_id{3}});
  CHECK(read->broken[3] == fabric_fault{.what = kind::fibre, .at = 3_ms, .lasts = 10_us, .fibre = span_id{7}});
  CHECK(read->broken[4].fibre == tree().span_at(element_id{5}, 0));
  CHECK(read->broken[5] ==
        fabric_fault{.what = kind::sticking_port, .at = 4_ms, .lasts = 10_us, .element = core, .port = 2});
  CHECK(read->broken[6] == fabric_fault{.what = kind::drift, .at = 7_ms, .lasts = 10_us, .element = element_id{3}});
  CHECK(read->broken[7] ==
        fabric_fault{.what = kind::shutdown, .at = 8_ms, .lasts = 10_us, .element = element_id{3}});
  CHECK(read->broken[8] == fabric_fault{.what = kind::degraded,
                                        .at = 9_ms,
                                        .lasts = 10_us,
                                        .element = core,
                                        .added_loss = decibels(1.5),
                                        .noise = 0.02});
  CHECK(
      read->broken[9] ==
      fabric_fault{
          .what = kind::degraded, .at = 9_ms, .lasts = 10_us, .element = analyser, .noise = 1, .is_sensed = false});
  CHECK(read->broken[10] == fabric_fault{.what = kind::degraded,
                                         .at = 9_ms,
                                         .lasts = 10_us,
                                         .fibre = tree().span_at(element_id{5}, 0),
                                         .added_loss = decibels(100)});
  CHECK(read->crashes[0] == scheduled_fault{.at = 5_ms, .lasts = 10_us, .node = node_id{3}});
  const auto last = static_cast<std::uint32_t>(tree().elements().size()) + 1;
  CHECK(read->crashes[1] == scheduled_fault{.at = 6_ms, .lasts = 10_us, .node = node_id{last}});
  for (const fabric_fault& f : read->broken) CHECK(f.validate("fault", tree()));
  const fault_plan plan{.schedule = read->crashes};
  CHECK(plan.validate(tree().elements().size() + 2, 0));
  CHECK(sim::parse_fabric_faults("", "plan.csv", tree(), 2)->size() == 0);
}

TEST_CASE("sim.fabric_fault_file: errors name file, line and field") {
  const auto devices = std::to_string(tree().elements().size());
  CHECK(error_of("at_us,kind,where,lasts_us\n\nsoon,switch,core0.0,1") ==
        "plan.csv:3: at_us: given \"soon\", allowed 0 to 9e+12");
  CHECK(error_of("-1,switch,core0.0,1") == "plan.csv:1: at_us: given \"-1\", allowed 0 to 9e+12");
  CHECK(error_of("1,meteor,core0.0,1") ==
        "plan.csv:1: kind: given \"meteor\", allowed switch, analyser, endpoint, degraded, drift, shutdown, "
        "fibre, port, controller or agent");
  CHECK(error_of("1,switch,core9.9,1") ==
        "plan.csv:1: where: given \"core9.9\", allowed a switch, by its label "
        "or its number among the " +
            devices + " devices");
  CHECK(error_of("1,switch," + devices + ",1").starts_with("plan.csv:1: where"));
  CHECK(error_of("1,switch,q0,1") == "plan.csv:1: where: given \"q0\", allowed a switch");
  CHECK(error_of("1,analyser,0,1") == "plan.csv:1: where: given \"0\", allowed an analyser");
  CHECK(error_of("1,drift,core0.0,1") == "plan.csv:1: where: given \"core0.0\", allowed an endpoint");
  CHECK(error_of("1,endpoint,core0.0,1") == "plan.csv:1: where: given \"core0.0\", allowed an endpoint");
  const auto fibres = std::to_string(tree().spans().size() - 1);
  CHECK(error_of("1,fibre,99999,1") == "plan.csv:1: where: given \"99999\", allowed a fibre, 0 to " + fibres);
  CHECK(error_of("1,fibre,-1,1") == "plan.csv:1: where: given \"-1\", allowed a fibre, 0 to " + fibres);
  CHECK(error_of("1,fibre,q0:1,1") == "plan.csv:1: where: given \"q0:1\", allowed a port of q0, 0 to 0");
  CHECK(error_of("1,port,core0.0,1").starts_with("plan.csv:1: where: given \"core0.0\", allowed DEVICE:PORT"));
  CHECK(error_of("1,port,q0:0,1") == "plan.csv:1: where: given \"q0:0\", allowed a port of a switch");
  CHECK(error_of("1,controller,2,1") == "plan.csv:1: where: given \"2\", allowed a controller, 0 to 1");
  CHECK(error_of("1,controller,0,1", 0).ends_with("allowed none: there are no controllers"));
  CHECK(error_of("1,switch,core0.0,0") == "plan.csv:1: lasts_us: given 0, allowed more than 0");
  CHECK(error_of("1,switch,core0.0,nan").starts_with("plan.csv:1: lasts_us"));
  CHECK(error_of("1,switch,core0.0") == "plan.csv:1: lasts_us: given nothing, allowed a field");
  CHECK(error_of("1,switch,core0.0,1,2") == "plan.csv:1: fields: given \"2\", allowed 4 on a line");
  const std::string parts = "a switch, an analyser, or DEVICE:PORT for the fibre there";
  CHECK(error_of("1,degraded,q0,1,3,0") == "plan.csv:1: where: given \"q0\", allowed " + parts);
  CHECK(error_of("1,degraded,core9,1,3,0").starts_with("plan.csv:1: where: given \"core9\", allowed " + parts));
  CHECK(error_of("1,degraded,q0:1,1,3,0") == "plan.csv:1: where: given \"q0:1\", allowed a port of q0, 0 to 0");
  CHECK(error_of("\n1,degraded,core0.0,1") == "plan.csv:2: loss_db: given nothing, allowed a field");
  CHECK(error_of("1,degraded,core0.0,1,3") == "plan.csv:1: noise: given nothing, allowed a field");
  CHECK(error_of("1,degraded,core0.0,1,101,0") == "plan.csv:1: loss_db: given \"101\", allowed 0 to 100");
  CHECK(error_of("1,degraded,core0.0,1,-1,0") == "plan.csv:1: loss_db: given \"-1\", allowed 0 to 100");
  CHECK(error_of("1,degraded,core0.0,1,3,1.1") == "plan.csv:1: noise: given \"1.1\", allowed 0 to 1");
  CHECK(error_of("1,degraded,core0.0,1,0,0") ==
        "plan.csv:1: loss_db: given 0, allowed more than 0 where there is no noise");
  CHECK(error_of("1,degraded,core0.0,1,3,0,quiet") ==
        "plan.csv:1: sensed: given \"quiet\", allowed unsensed, or nothing");
  CHECK(error_of("1,degraded,core0.0,1,3,0,unsensed,1") == "plan.csv:1: fields: given \"1\", allowed 6 or 7 on a line");
  CHECK(error_of("1,degraded,core0.0,0,3,0") == "plan.csv:1: lasts_us: given 0, allowed more than 0");
  CHECK(error_of("1,switch,core0.0,1,3,0") == "plan.csv:1: fields: given \"3,0\", allowed 4 on a line");
  CHECK(error_of("1,agent,nobody,1").starts_with("plan.csv:1: where: given \"nobody\", allowed a device, by"));
  CHECK(sim::read_fabric_faults("no_such_file", tree(), 1).error().message().find("no_such_file") !=
        std::string::npos);
}

TEST_CASE("sim.fabric_fault: what cannot be degraded, or not by so much, is refused by name") {
  const fabric_fault good{.what = fabric_fault::kind::degraded,
                          .lasts = 1_ms,
                          .element = named("core0.1"),
                          .added_loss = decibels(3),
                          .noise = 0.1};
  CHECK(good.validate("f", tree()));
  const auto error = [&](auto&& change) {
    fabric_fault f = good;
    change(f);
    const auto checked = f.validate("f", tree());
    REQUIRE(!checked);
    return checked.error().message();
  };
  CHECK(error([](auto& f) { f.element = element_id{3}; }) ==
        "f.element: given q3, allowed a switch or an analyser, or a fibre instead");
  CHECK(error([](auto& f) { f.fibre = span_id{3}; }).ends_with("allowed none where a fibre is named"));
  CHECK(error([](auto& f) { f.element = element_id::none(), f.fibre = span_id{99999}; })
            .starts_with("f.fibre: given 99999, allowed 0 to "));
  CHECK(error([](auto& f) { f.element = element_id::none(); }).starts_with("f.element: given none"));
  CHECK(error([](auto& f) { f.added_loss = decibels(-1); }) == "f.added_loss: given -1 dB, allowed 0 dB to 100 dB");
  CHECK(error([](auto& f) { f.added_loss = decibels(101); }) == "f.added_loss: given 101 dB, allowed 0 dB to 100 dB");
  CHECK(error([](auto& f) { f.noise = 1.5; }) == "f.noise: given 1.5, allowed 0 to 1");
  CHECK(error([](auto& f) { f.added_loss = {}, f.noise = 0; }) ==
        "f.added_loss: given 0 dB, allowed more than 0 dB where there is no noise");
  // What is broken is not degraded besides.
  const auto broken = [](auto& f) { f.what = fabric_fault::kind::device; };
  CHECK(error(broken) == "f.added_loss: given 3 dB, allowed 0 dB, for what is not degraded");
  CHECK(error([&](auto& f) { broken(f), f.added_loss = {}; }) ==
        "f.noise: given 0.1, allowed 0, for what is not degraded");
  CHECK(error([&](auto& f) { broken(f), f.added_loss = {}, f.noise = 0, f.is_sensed = false; }) ==
        "f.is_sensed: given no, allowed yes, for what is not degraded");
}

TEST_CASE("sim.fabric_fault_file: a port without a fibre has none to cut, and a label of two devices names neither") {
  const orchestrate::fabric sparse = orchestrate::fat_tree_for(10);  // places stay empty
  element_id at;
  std::uint16_t empty = 0;
  for (const element_id e : sparse.switches())
    for (std::uint16_t p = 0; p < sparse.at(e).ports; ++p)
      if (!at.valid() && !sparse.span_at(e, p).valid()) at = e, empty = p;
  REQUIRE(at.valid());
  const std::string where = sparse.at(at).label + ":" + std::to_string(empty);
  CHECK(sim::parse_fabric_faults("1,fibre," + where + ",1", "f", sparse, 1).error().message() ==
        "f:1: where: given \"" + where + "\", allowed a port with a fibre in it");

  orchestrate::fabric_parts twins = orchestrate::star(2).parts();
  twins.elements[1].label = twins.elements[0].label;
  const orchestrate::fabric alike{twins};
  REQUIRE(alike.validate());
  CHECK(sim::parse_fabric_faults("1,endpoint,q0,1", "f", alike, 1).error().message() ==
        "f:1: where: given \"q0\", allowed a label that one device alone has, or its number");
  CHECK(sim::parse_fabric_faults("1,endpoint,1,1", "f", alike, 1)->broken[0].element == element_id{1});
}
