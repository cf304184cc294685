// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/orchestrate/data_centres.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/sim/data_centre.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

struct plain : default_profile {};
using options_type = sim::data_centre_options<plain, orchestrate::adaptive>;

orchestrate::fabric_options optics() {
  orchestrate::fabric_options o;
  link::optical_switch moving;
  moving.insertion_loss = decibels(0.5);
  moving.reconfiguration_time = 1_us;
  o.switches = {moving};
  return o;
}
options_type good_hardware() {
  options_type o;
  o.hardware.emission_efficiency = 0.2;
  o.hardware.memories = 2;
  o.hardware.memory = {};
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = 1_us;
  o.repeater = o.hardware;
  return o;
}
template <class Centre>
void expect_all_served(const Centre& centre, double fidelity) {
  for (const sim::request_record& r : centre.requests()) {
    INFO("from " << r.asked.from.value() << " to " << r.asked.to.value() << ", refused for "
                 << static_cast<int>(r.why));
    REQUIRE(r.outcome == request_outcome::delivered);
    CHECK(r.deliveries.size() == r.asked.pairs);
    CHECK(r.fidelity() >= fidelity);
    for (const sim::delivered_pair& p : r.deliveries) CHECK(p.consistent);
  }
}
template <class Centre>
void expect_idle(const Centre& centre) {
  const auto& office = centre.controller();
  CHECK(office.requests().size() == 0);
  CHECK((office.state().spans_in_use() == 0 && office.state().analysers_in_use() == 0));
  CHECK(office.walks().is_empty());
  for (std::uint32_t n = 0; n < centre.layout().endpoints().size(); ++n) {
    CHECK(centre.endpoint(node_id{n}).agent().leases().empty());
    CHECK(centre.endpoint(node_id{n}).stack().table().held() == 0);
  }
  for (std::size_t i = 0; i < centre.repeaters(); ++i) CHECK(centre.repeater(i).table().held() == 0);
}

}  // namespace

TEST_CASE("sim.data_centre: in a BCube every pair is served, where switches do not lead to each other over relays") {
  sim::data_centre<plain> centre{orchestrate::bcube(4, 1, optics()), good_hardware()};
  REQUIRE(centre.validate());
  for (std::uint32_t a = 0; a < 16; ++a)
    for (std::uint32_t b = 0; b < 16; ++b)
      if (a != b) REQUIRE(centre.request({.from = node_id{a}, .to = node_id{b}, .pairs = 5, .min_fidelity = 0.9}));
  centre.run_for(200_ms);
  expect_all_served(centre, 0.9);
  expect_idle(centre);
  // Nine of fifteen others differ in both digits.
  CHECK(centre.controller().counts().walks >= 16 * 9);
  CHECK(centre.truth().ledger().orphaned == 0);
}

TEST_CASE(
    "sim.data_centre: walks of two and three light paths are as good as their heads' forecast says, and as fast") {
  options_type o = good_hardware();
  o.hardware.memory = {2_ms, 1_ms};
  o.hardware.gates.two_qubit = 0.002;
  sim::data_centre<plain> centre{orchestrate::bcube(4, 2, optics()), o};
  REQUIRE(centre.validate());
  // Each endpoint with the one that differs in two digits, then with one that differs in all three.
  for (const std::uint32_t apart : {5U, 21U})
    for (std::uint32_t a = 0; a < 64; ++a)
      REQUIRE(centre.request({.from = node_id{a}, .to = node_id{(a + apart) % 64}, .pairs = 20}));
  struct sum {
    double fidelity = 0, low = 0, high = 0;
    std::uint32_t requests = 0;
  };
  std::vector<forecast> forecasts(centre.requests().size());
  std::vector<std::size_t> hops(centre.requests().size());
  while (centre.next_time() <= world_time{400_ms}) {
    centre.step();
    if (centre.last_node().value() >= 64) continue;
    for (const std::size_t i :
         {std::size_t{centre.last_node().value()}, centre.last_node().value() + std::size_t{64}})
      if (const route::answer* found =
              centre.endpoint(centre.last_node()).answer_to(request_id{static_cast<std::uint32_t>(i)});
          found != nullptr && hops[i] == 0) {
        forecasts[i] = found->circuit.expected;
        hops[i] = found->path.hops();
      }
  }
  expect_all_served(centre, 0.5);
  expect_idle(centre);
  std::vector<sum> by_hops(4);
  for (std::size_t i = 0; i < hops.size(); ++i) {
    REQUIRE((hops[i] >= 1 && hops[i] <= 3));
    sum& s = by_hops[hops[i]];
    s.fidelity += centre.requests()[i].fidelity();
    s.low += forecasts[i].fidelity();
    s.high += forecasts[i].fidelity_upper();
    ++s.requests;
  }
  for (const std::size_t n : {2U, 3U}) {
    const sum& s = by_hops[n];
    INFO(n << " hops: " << s.requests << " requests, fidelity " << s.fidelity / s.requests << ", forecast "
           << s.low / s.requests << " to " << s.high / s.requests);
    REQUIRE(s.requests > 20);
    CHECK(s.fidelity / s.requests > s.low / s.requests - 0.01);
    CHECK(s.fidelity / s.requests < s.high / s.requests + 0.01);
  }
}

TEST_CASE("sim.data_centre: a request from site to site goes over gateways and the repeaters of a trunk") {
  const auto joined = [](std::size_t sites) {
    std::vector<orchestrate::site> all;
    std::vector<orchestrate::trunk> trunks;
    const char* const names[] = {"north", "south", "west"};
    for (std::size_t i = 0; i < sites; ++i) {
      all.push_back({names[i], orchestrate::star(4, optics()), {0, 1}});
      if (i > 0)
        trunks.push_back({{static_cast<std::uint32_t>(i - 1), 1},
                          {static_cast<std::uint32_t>(i), 0},
                          kilometres(4),
                          static_cast<std::uint16_t>(i)});
    }
    return orchestrate::data_centres{std::move(all), std::move(trunks)};
  };
  for (const std::size_t sites : {2U, 3U}) {
    const orchestrate::data_centres all = joined(sites);
    REQUIRE(all.validate());
    sim::data_centre<plain> centre{all, good_hardware()};
    INFO((centre.validate() ? std::string{} : centre.validate().error().message()));
    REQUIRE(centre.validate());
    CHECK(centre.repeaters() == (sites == 2 ? 1 : 3));
    const auto endpoints = static_cast<std::uint32_t>(4 * sites);
    for (std::uint32_t a = 0; a < endpoints; ++a)
      for (std::uint32_t b = 0; b < endpoints; ++b) {
        const bool is_gateway = a % 4 < 2;
        if (a == b || (is_gateway && a / 4 != b / 4)) continue;
        REQUIRE(centre.request({.from = node_id{a}, .to = node_id{b}, .pairs = 3, .min_fidelity = 0.8}));
      }
    centre.run_for(2_s);
    expect_all_served(centre, 0.8);
    expect_idle(centre);
    CHECK(centre.truth().ledger().orphaned == 0);
    // A gateway at the end of a trunk asks for nothing beyond it.
    REQUIRE(centre.request({.from = node_id{1}, .to = node_id{6}, .pairs = 1}));
    centre.run_for(1_ms);
    CHECK(centre.requests().back().outcome == request_outcome::refused);
    CHECK(centre.requests().back().why == refusal::unreachable);
  }
}

TEST_CASE("sim.data_centre: a trunk without repeaters sends no light into switches that leak") {
  orchestrate::fabric_options leaking = optics();
  leaking.switches[0].crosstalk = decibels(30);
  std::vector<orchestrate::site> sites;
  for (const char* name : {"north", "south"}) sites.push_back({name, orchestrate::star(4, leaking), {3}});
  const orchestrate::data_centres all{std::move(sites), {{{0, 0}, {1, 0}, kilometres(4), 0}}};
  sim::data_centre<plain> centre{all, good_hardware()};
  REQUIRE(centre.validate());
  for (std::uint32_t a = 0; a < 3; ++a)
    for (std::uint32_t b = 4; b < 7; ++b) {
      REQUIRE(centre.request({.from = node_id{a}, .to = node_id{b}, .pairs = 3, .min_fidelity = 0.8}));
      REQUIRE(centre.request({.from = node_id{b}, .to = node_id{a}, .pairs = 3, .min_fidelity = 0.8}));
    }
  centre.run_for(1_s);
  expect_all_served(centre, 0.8);
  expect_idle(centre);
}

TEST_CASE("sim.data_centre: walks outlast relays that crash, lost messages, and the controller that granted them") {
  options_type o = good_hardware();
  o.seed = 1;  // a pair is taken back when its light path has been given back
  o.link.retransmit_after = 30_us;
  o.faults.loss = 0.05;
  o.faults.jitter = 1_us;
  o.controllers = 2;
  const orchestrate::fabric cube = orchestrate::bcube(4, 1, optics());
  const auto elements = static_cast<std::uint32_t>(cube.elements().size());
  // Either of the two endpoints that can relay, in turn and for a while both; then the controller, for good.
  const auto crash = [&](std::uint32_t node, duration at, duration lasts) {
    o.faults.schedule.push_back(
        {.what = scheduled_fault::kind::crash, .at = at, .lasts = lasts, .node = node_id{node}});
  };
  crash(1, 2_ms, 4_ms);
  crash(4, 5_ms, 4_ms);
  crash(elements, 14_ms, 1_s);
  sim::data_centre<plain> centre{cube, o};
  REQUIRE(centre.validate());
  // More than 30 ms' worth.
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{5}, .pairs = 600, .min_fidelity = 0.9}));
  REQUIRE(centre.request({.from = node_id{10}, .to = node_id{15}, .pairs = 600, .min_fidelity = 0.9}));
  bool was_served_by_first = false;
  std::uint64_t before = 0, walks_of_first = 0;
  for (duration t = 1_ms; t <= 500_ms; t += 1_ms) {
    centre.run_until(world_time{t});
    if (t == 13_ms) {
      before = centre.requests()[0].deliveries.size();
      walks_of_first = centre.controller(0).counts().walks;
      was_served_by_first = centre.controller(0).is_in_office();
    }
  }
  CHECK((was_served_by_first && walks_of_first > 2));
  CHECK((before > 0 && before < 600));  // some before the change of office, some after it
  CHECK(centre.controller(1).is_in_office());
  CHECK(centre.controller(1).counts().walks > 0);
  expect_all_served(centre, 0.9);
  expect_idle(centre);
}

TEST_CASE("sim.data_centre: endpoints of a switch that breaks find each other over others") {
  options_type o = good_hardware();
  const orchestrate::fabric cube = orchestrate::bcube(4, 1, optics());
  sim::fabric_fault broken;
  broken.at = 1_ms;
  broken.lasts = 1_s;
  broken.what = sim::fabric_fault::kind::device;
  broken.element = cube.switches()[0];
  o.broken = {broken};
  sim::data_centre<plain> centre{cube, o};
  REQUIRE(centre.validate());
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 400, .min_fidelity = 0.85}));
  centre.run_until(world_time{1_ms});
  const std::size_t before = centre.requests()[0].deliveries.size();
  CHECK((before > 0 && before < 400));
  CHECK(centre.controller().counts().walks == 0);
  centre.run_until(world_time{300_ms});
  expect_all_served(centre, 0.85);
  CHECK(centre.controller().counts().walks > 0);
  expect_idle(centre);
}
