// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/controller_faults.hpp>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>

#include <support/catch.hpp>
#include <support/control_invariants.hpp>
#include <support/control_plane.hpp>

using namespace ebit;
using namespace ebit::orchestrate;
using ebit_test::control_plane;

namespace {

[[nodiscard]] fabric_options quick(std::uint16_t ports) {
  fabric_options o;
  o.ports = ports;
  o.switches.front().insertion_loss = decibels(1);
  o.switches.front().reconfiguration_time = 100_us;
  return o;
}
template <class Plane>
[[nodiscard]] light_path way_of(const Plane& plane, path_id path) {
  const auto* c = plane.in_office();
  return c->leases()[c->leases().find(path)].way;
}

}  // namespace

TEST_CASE("controller: a switch is trusted again after a fault in which whoever speaks for it has started again") {
  for (const bool starts_again : {false, true}) {
    control_plane<adaptive> plane{1, star(4, quick(1)), {}, {}};
    ebit_test::watch(plane);
    const element_id hub = plane.network().switches().front();
    plane.ask(0, 1, 1);
    plane.run(5_ms);
    plane.break_switch(hub.value());
    plane.run(1_ms);
    REQUIRE(plane.in_office()->state().health_of(hub) == health::failed);
    if (starts_again) plane.restart_agent(hub.value(), 1);  // as its driver counts: the first time
    plane.run(1_ms);
    plane.mend_switch(hub.value());
    plane.run(50_ms);
    CHECK(plane.in_office()->state().health_of(hub) == health::good);
    plane.ask(0, 1, 1);
    plane.run(50_ms);
    CHECK(plane.qnu(0).wishes().back().delivered == 1);
    ebit_test::expect_idle(plane);
  }
}

TEST_CASE(
    "controller: light goes on through a sound switch whose agent starts again, and is made anew if it was lost") {
  for (const bool has_homed : {false, true}) {
    control_plane<adaptive> plane{1, fat_tree(4, quick(2)), {}, {}};
    ebit_test::watch(plane);
    plane.ask(0, 5, 400);
    plane.run(1_ms);
    const path_id path = plane.qnu(0).leases().at(0).path;
    const element_id at = way_of(plane, path).a.crossings.back().at;
    if (has_homed) {  // unseen: there is nobody to say so
      plane.silence(at.value());
      plane.break_switch(at.value());
      plane.mend_switch(at.value());
      plane.run(1_ms);
      plane.silence(at.value(), false);
    }
    const std::uint32_t before = plane.qnu(0).wishes()[0].delivered;
    plane.restart_agent(at.value(), 1);
    plane.run(500_us);
    const std::uint32_t made = plane.qnu(0).wishes()[0].delivered - before;
    CAPTURE(has_homed, made);
    CHECK(made >= (has_homed ? 35U : 49U));
    CHECK(plane.qnu(0).leases().at(0).path == path);
    CHECK((plane.in_office()->counts().rerouted == 0 && plane.in_office()->counts().leases == 1));
    plane.run(30_ms);
    CHECK(plane.qnu(0).wishes()[0].delivered == 400);
    ebit_test::expect_idle(plane);
  }
}

TEST_CASE("controller: words that make no sense are ignored, whoever says them") {
  control_plane<adaptive> plane{1, bcube(2, 1, quick(1)), {}, {}};
  ebit_test::watch(plane);
  plane.ask(0, 3, 100);
  plane.run(500_us);
  const auto* c = plane.in_office();
  REQUIRE((c->counts().walks == 1 && c->leases().size() == 2));
  const std::uint64_t before = c->ignored_messages();
  wire::released damaged;
  damaged.path = plane.qnu(0).leases().at(0).path;
  damaged.why = 200;
  plane.say(0, 0, damaged);
  plane.say(0, 0, wire::health_news{.element = 5, .number = 9, .state = 2});  // of another
  plane.say(5, 0, wire::health_news{.element = 5, .number = 9, .state = 4});
  plane.say(5, 0, wire::health_news{.element = 5, .number = 9, .port = 999, .state = 2});
  plane.run(10_us);
  CHECK(c->ignored_messages() == before + 4);
  CHECK(c->state().health_of(element_id{5}) == health::good);
  for (std::uint32_t s = 0; s < c->leases().slots(); ++s) CHECK(c->leases()[s].state == lease::phase::live);
  plane.run(30_ms);
  CHECK(plane.qnu(0).wishes()[0].delivered == 100);
  ebit_test::expect_idle(plane);
}

TEST_CASE("controller: one that took office does not take a switch's faults of long ago for a new one") {
  controller_options how;
  how.heartbeat = 50_us;
  control_plane<adaptive> plane{1, fat_tree(4, quick(2)), how, {}, {}, 2};
  ebit_test::watch(plane);
  plane.run(1_ms);
  plane.kill_controller(1);
  for (const element_id s : plane.network().switches()) {
    plane.break_switch(s.value());
    plane.mend_switch(s.value());
  }
  plane.run(1_ms);
  plane.start_controller(1, 1);  // which has heard of nothing
  plane.run(1_ms);
  plane.ask(0, 5, 400);
  plane.run(1_ms);
  const path_id path = plane.qnu(0).leases().at(0).path;
  REQUIRE(plane.controller(1)->log().find(path) != nullptr);
  plane.kill_controller(0);
  plane.run(1_ms);
  const auto& next = plane.controller(1);
  REQUIRE((next->is_in_office() && !next->is_surveying() && next->leases().find(path) != lease::none));
  // A word about a port that nobody uses is the first that it hears of a switch.
  const light_path way = way_of(plane, path);
  const element_id at = way.a.crossings.back().at;
  for (const span_id s : plane.network().incident(at))
    if (!next->state().user(s).valid()) {
      plane.cut(s);
      break;
    }
  const std::uint32_t before = plane.qnu(0).wishes()[0].delivered;
  plane.run(500_us);
  CHECK(plane.qnu(0).wishes()[0].delivered >= before + 45);
  CHECK((plane.qnu(0).leases().at(0).path == path && next->counts().rerouted == 0));
  plane.run(30_ms);
  CHECK(plane.qnu(0).wishes()[0].delivered == 400);
  ebit_test::expect_idle(plane);
}
