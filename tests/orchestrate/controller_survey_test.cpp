// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/controller_survey.hpp>

#include <ebit/orchestrate/fabric_builders.hpp>

#include <support/catch.hpp>
#include <support/control_invariants.hpp>
#include <support/control_plane.hpp>

using namespace ebit;
using namespace ebit::orchestrate;
using ebit_test::control_plane;

namespace {

[[nodiscard]] fabric tree() {
  fabric_options o;
  o.ports = 2;
  o.switches.front().insertion_loss = decibels(1);
  o.switches.front().reconfiguration_time = 20_us;
  return fat_tree(4, o);
}

}  // namespace

TEST_CASE("controller: an endpoint that nobody heard during a survey is served again when it is heard") {
  controller_options how;
  how.heartbeat = 50_us;
  how.link.retransmit_after = 5_us;
  control_plane<adaptive> plane{1, tree(), how, {2_us, 1_us, 0.05, 0.05}, {}, 2};
  ebit_test::watch(plane, 2);
  plane.run(1_ms);
  for (int i = 0; i < 100; ++i) {  // more tickets than a fresh window has room for
    plane.ask(0, 5, 1);
    plane.run(200_us);
  }
  plane.run(20_ms);
  plane.ask(0, 9, 2000);  // goes on while nobody hears of it
  plane.ask(5, 0, 2000);
  for (int i = 0; i < 50 && plane.qnu(0).leases().size() < 2; ++i) plane.run(100_us);
  REQUIRE(plane.qnu(0).leases().size() == 2);
  const path_id latest = plane.qnu(0).leases().back().path;
  plane.silence(0);
  plane.kill_controller(0);
  plane.run(20_ms);
  REQUIRE((plane.in_office() != nullptr && !plane.in_office()->is_surveying()));
  for (int i = 0; i < 3; ++i) plane.ask(0, 6, 1);
  plane.run(1_ms);
  plane.silence(0, false);
  plane.run(150_ms);
  CHECK(plane.in_office()->state().health_of(element_id{0}) != health::failed);
  CHECK(plane.qnu(0).term() == plane.in_office()->term());
  plane.ask(0, 5, 1);
  plane.ask(5, 0, 1);
  plane.run(50_ms);
  for (const auto& w : plane.qnu(0).wishes()) {
    CHECK(w.accepted);
    CHECK(w.delivered == w.pairs);
  }
  CHECK(plane.qnu(5).wishes().back().delivered == 1);
  ebit_test::expect_idle(plane);
  plane.ask(0, 5, 1);
  plane.run(20_us);
  for (const auto& h : plane.qnu(0).leases()) CHECK(h.path > latest);
}

TEST_CASE("controller: whoever heard of a new controller, but was not heard, is asked again and answers in full") {
  controller_options how;
  how.heartbeat = 50_us;
  how.give_up_after = 4_ms;
  how.link.retransmit_after = 1_us;
  control_plane<adaptive> plane{1, tree(), how, {2_us, {}, 0, 0}, {}, 2};
  ebit_test::watch(plane, 2);
  plane.run(1_ms);
  for (int i = 0; i < 80; ++i) {
    plane.ask(0, 5, 1);
    plane.run(200_us);
  }
  plane.kill_controller(0);
  const auto& next = plane.controller(1);
  while (!next->is_in_office()) plane.run(500_ns);
  // Its word is under way; the answers are lost until nobody repeats them any more.
  plane.silence(next->id().value());
  plane.run(300_ms);
  REQUIRE((plane.qnu(0).term() == next->term() && plane.qnu(0).unacknowledged().size() == 0));
  REQUIRE((!next->is_surveying() && next->state().health_of(element_id{0}) == health::failed));
  plane.silence(next->id().value(), false);
  plane.run(60_ms);
  CHECK(next->state().health_of(element_id{0}) == health::good);
  plane.ask(0, 5, 1);
  plane.run(50_ms);
  CHECK(plane.qnu(0).wishes().back().delivered == 1);
  ebit_test::expect_idle(plane);
}
