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
