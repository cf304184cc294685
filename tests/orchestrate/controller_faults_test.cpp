// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/controller_faults.hpp>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>

#include <support/catch.hpp>
#include <support/control_invariants.hpp>
#include <support/control_plane.hpp>

using namespace ebit;
using namespace ebit::orchestrate;
using ebit_test::approx;
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

namespace {

/// Of endpoints whose networking units take 30 ms to start up and lock.
struct slow_units : ebit_test::fixed_forecaster {
  link::hardware unit;

  slow_units() { unit.life = {.initialising = 20_ms, .locking = 10_ms, .deinitialising = {}}; }
  [[nodiscard]] const link::hardware& hardware_of(std::uint32_t) const { return unit; }
};
[[nodiscard]] controller_options impatient() {
  controller_options how;
  how.give_up_after = 5_ms;
  return how;
}
/// When, in milliseconds, the first request of an endpoint was given up; 0: it was served.
template <class Plane>
[[nodiscard]] double given_up(Plane& plane, std::uint32_t head = 0) {
  plane.run(100_ms);
  const auto& w = plane.qnu(head).wishes().at(0);
  CHECK((w.accepted && !w.is_open));
  CHECK(w.outcome == (w.delivered > 0 ? verdict_on_request::accepted : verdict_on_request::given_up));
  ebit_test::expect_idle(plane);
  return w.delivered > 0 ? 0 : w.ended.since_epoch().seconds() * 1e3;
}

}  // namespace

TEST_CASE("controller: who waits for a unit that starts up is not given up before it could be back") {
  const auto ask = [](bool is_cut, bool is_back) {
    control_plane<adaptive, slow_units> plane{1, star(4, quick(2)), impatient(), {}};
    ebit_test::watch(plane);
    if (is_cut)
      for (const span_id s : plane.network().incident(element_id{1})) plane.cut(s);
    else
      plane.unit_is(1, event::health::fault);
    plane.run(10_us);
    plane.ask(0, 1, 1);
    if (is_back) plane.at(local_time{30_ms}, [&plane] { plane.unit_is(1, event::health::ready); });
    return given_up(plane);
  };
  CHECK(ask(false, true) == 0);
  CHECK(ask(false, false) == approx(35).margin(0.1));
  CHECK(ask(true, false) == approx(5).margin(0.1));
}

TEST_CASE("controller: a unit that breaks behind a cut fibre is waited for, too") {
  control_plane<adaptive, slow_units> plane{1, star(4, quick(2)), impatient(), {}};
  ebit_test::watch(plane);
  const span_id first = plane.network().incident(element_id{1}).front();
  plane.cut(first);
  plane.run(10_us);
  plane.unit_is(1, event::health::fault);
  plane.run(10_us);
  plane.ask(0, 1, 1);
  CHECK(given_up(plane) == approx(35).margin(0.1));
}

TEST_CASE("controller: a relay that starts up, and a switch that homes, are waited for") {
  const auto walk = [](event::health relays, bool is_back) {
    control_plane<adaptive, slow_units> plane{1, bcube(2, 1, quick(1)), impatient(), {}};
    ebit_test::watch(plane);
    for (const std::uint32_t relay : {1U, 2U}) plane.unit_is(relay, relays);
    plane.run(10_us);
    plane.ask(0, 3, 1);
    if (is_back) plane.at(local_time{30_ms}, [&plane] { plane.unit_is(2, event::health::ready); });
    return given_up(plane);
  };
  CHECK(walk(event::health::fault, true) == 0);
  CHECK(walk(event::health::fault, false) == approx(35).margin(1));
  const auto hub = [](bool homes, bool is_back) {
    fabric_options o = quick(1);
    o.switches.front().homing_time = 20_ms;
    control_plane<adaptive, slow_units> plane{1, star(4, o), impatient(), {}};
    ebit_test::watch(plane);
    // Who starts up elsewhere is of no use to those who need no relay.
    plane.unit_is(3, event::health::fault);
    if (homes)
      plane.break_switch(plane.network().switches().front().value());
    else
      for (const element_id x : plane.network().analysers()) plane.element_is(x.value(), event::health::fault);
    if (is_back) plane.mend_switch(plane.network().switches().front().value());
    plane.run(10_us);
    plane.ask(0, 1, 1);
    return given_up(plane);
  };
  CHECK(hub(true, true) == 0);
  CHECK(hub(true, false) == approx(25).margin(1));
  CHECK(hub(false, false) == approx(5).margin(1));
}

TEST_CASE("controller: a request that comes when others were given up is, too") {
  control_plane<adaptive> plane{1, star(4, quick(1)), impatient(), {}};
  ebit_test::watch(plane);
  plane.cut(plane.network().incident(element_id{1}).front());
  plane.run(20_ms);
  plane.ask(0, 1, 1);
  CHECK(given_up(plane) == approx(25).margin(0.1));
}

TEST_CASE("orchestrate.controller: whoever asks for an endpoint that is out of reach waits for his own time") {
  controller_options how;
  how.give_up_after = 5_ms;
  fabric_options o;
  o.ports = 1;
  o.switches.front().insertion_loss = decibels(1);
  control_plane<adaptive> plane{1, star(4, o), how, {}};
  plane.cut(plane.network().incident(element_id{1}).front());
  plane.run(20_ms);
  plane.ask(0, 1, 1);
  plane.run(4900_us);
  plane.ask(2, 1, 1);
  plane.run(50_ms);
  const auto ended = [&](std::uint32_t head) {
    const auto& wish = plane.qnu(head).wishes().at(0);
    CHECK(wish.outcome == verdict_on_request::given_up);
    return wish.ended.since_epoch().seconds();
  };
  CHECK(ended(0) == approx(25e-3).margin(50e-6));
  CHECK(ended(2) == approx(29.9e-3).margin(50e-6));
}
