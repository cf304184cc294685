// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/controller_walks.hpp>

#include <algorithm>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>

#include <support/catch.hpp>
#include <support/control_invariants.hpp>
#include <support/control_plane.hpp>

using namespace ebit;
using namespace ebit::orchestrate;
using ebit_test::control_plane;

namespace {

[[nodiscard]] fabric cube(std::uint32_t levels) {
  fabric_options o;
  o.switches.front().insertion_loss = decibels(1);
  o.switches.front().reconfiguration_time = 20_us;
  return bcube(2, levels, o);
}

}  // namespace

TEST_CASE("controller: the light paths of a walk begin together, follow each other and end together") {
  control_plane<adaptive> plane{1, cube(2), {}, {}};
  ebit_test::watch(plane);
  plane.ask(0, 7, 20);
  plane.run(10_us);
  const auto* c = plane.in_office();
  REQUIRE((c->counts().walks == 1 && c->counts().leases == 3 && !c->walks().is_empty()));
  const granted_walk& w = c->walks()[0];
  REQUIRE(w.parts.size() == 3);
  CHECK((w.parts.front().from == 0 && w.parts.back().to == 7));
  const local_time begins = c->leases()[w.parts[0].lease].begins;
  duration length;
  for (std::size_t i = 0; i < 3; ++i) {
    const lease& l = c->leases()[w.parts[i].lease];
    CHECK((l.begins == begins && l.head == w.parts[i].from && l.tail == w.parts[i].to && l.walk == 0));
    CHECK(l.role_head == (i == 0 ? wire::grant::head : wire::grant::relay_to_tail));
    CHECK(l.role_tail == (i == 2 ? wire::grant::tail : wire::grant::relay_from_head));
    CHECK((l.entry == lease::none) == (i > 0));
    if (i > 0) CHECK(w.parts[i].from == w.parts[i - 1].to);
    length += l.way.balanced().delay();
  }
  CHECK(w.length == length);
  plane.run(20_ms);
  CHECK(plane.qnu(0).wishes()[0].delivered == 20);
  CHECK(c->walks().is_empty());
  CHECK(c->counts().served == 1);
  ebit_test::expect_idle(plane);
}

TEST_CASE("controller: a walk that loses a part is granted anew, round what is broken") {
  control_plane<adaptive> plane{1, cube(1), {}, {}};
  ebit_test::watch(plane);
  plane.ask(0, 3, 200);
  plane.run(1_ms);
  const auto* c = plane.in_office();
  const std::uint32_t relay = c->walks()[0].parts[0].to;
  const std::uint32_t before = plane.qnu(0).wishes()[0].delivered;
  REQUIRE(before > 0);
  plane.cut(plane.network().incident(element_id{relay}).front());
  plane.run(10_us);
  REQUIRE((c->counts().rerouted == 1 && c->counts().walks == 2));
  bool goes_round = false;
  for (std::uint32_t s = 0; s < c->leases().slots(); ++s)
    goes_round = goes_round || (c->leases().is_used(s) && c->leases()[s].state == lease::phase::live &&
                                c->leases()[s].tail == 3 - relay);
  CHECK(goes_round);
  plane.run(30_ms);
  CHECK(plane.qnu(0).wishes()[0].delivered == 200);
  ebit_test::expect_idle(plane);
}

TEST_CASE("controller: a walk takes no more light paths than its tenant may have at a time") {
  const auto serve = [](std::uint32_t most) {
    controller_options how;
    how.sharing.tenants = {{.most_leases = most}};
    control_plane<adaptive> plane{1, cube(1), how, {}};
    ebit_test::watch(plane);
    const auto invariants = plane.check;
    std::uint32_t greatest_number = 0;
    plane.check = [&] {
      invariants();
      greatest_number = std::max(greatest_number, plane.in_office()->shares().leases(0));
    };
    plane.ask(0, 1, 200);
    plane.run(500_us);
    plane.ask(2, 1, 5);  // over one of the others
    plane.ask(3, 2, 5);
    plane.run(40_ms);
    const auto& walk = plane.qnu(2).wishes()[0];
    if (most == 1) {
      CHECK((!walk.accepted && walk.why == shortage::quota && walk.value == 1));
    } else {
      CHECK((walk.delivered == 5 && plane.in_office()->counts().walks == 1));
    }
    CHECK((plane.qnu(0).wishes()[0].delivered == 200 && plane.qnu(3).wishes()[0].delivered == 5));
    ebit_test::expect_idle(plane);
    return greatest_number;
  };
  CHECK(serve(1) == 1);
  CHECK(serve(2) == 2);
  CHECK(serve(8) > 2);
}

TEST_CASE("controller: where all ways are too long nothing joins two endpoints") {
  fabric_options o;
  o.lengths = {kilometres(600), kilometres(600)};  // one of them is within what a grant can say, two are not
  control_plane<adaptive> plane{1, fat_tree(4, o), {}, {}};
  plane.ask(0, 9, 1);
  plane.ask(2, 3, 1);
  plane.run(10_us);
  const auto& w = plane.qnu(0).wishes()[0];
  CHECK((!w.accepted && w.why == shortage::no_path));
  CHECK(plane.qnu(2).wishes()[0].accepted);
}
