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

TEST_CASE("controller: one that starts again takes no term that it had before, so that switches obey it") {
  controller_options how;
  how.heartbeat = 50_us;
  how.link.retransmit_after = 1_us;
  control_plane<adaptive> plane{1, tree(), how, {2_us, {}, 0, 0}, {}, 1};
  ebit_test::watch(plane, 2);
  const auto serve_all = [&plane](std::uint32_t far) {
    for (std::uint32_t e = 0; e < plane.endpoints(); ++e) plane.ask(e, (e + far) % plane.endpoints(), 2);
    plane.run(40_ms);
    for (std::uint32_t e = 0; e < plane.endpoints(); ++e)
      for (const auto& w : plane.qnu(e).wishes()) REQUIRE_FALSE(w.is_open);
  };
  serve_all(5);
  const std::uint16_t first = plane.controller(0)->term();
  for (std::uint16_t life = 1; life <= 3; ++life) {
    plane.kill_controller(0);
    plane.run(100_us);
    plane.start_controller(0, life);
    serve_all(5 + life);
    CHECK(plane.controller(0)->term() == first + life);
    for (const auto& e : plane.network().switches()) CHECK(plane.agent(e.value()).term() <= first + life);
  }
  ebit_test::expect_idle(plane);
}
