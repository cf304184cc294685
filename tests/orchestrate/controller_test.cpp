// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/controller.hpp>

#include <ebit/orchestrate/fabric_builders.hpp>

#include <support/catch.hpp>
#include <support/control_invariants.hpp>
#include <support/control_plane.hpp>

using namespace ebit;
using namespace ebit::orchestrate;
using ebit_test::control_channel;
using ebit_test::control_plane;

namespace {

constexpr duration moves = 100_us;
constexpr duration flight = 2_us;

[[nodiscard]] fabric small_tree(std::uint16_t ports = 1) {
  fabric_options o;
  o.ports = ports;
  o.switches.front().insertion_loss = decibels(1);
  o.switches.front().reconfiguration_time = moves;
  return fat_tree(4, o);
}
[[nodiscard]] controller_options relaxed() {
  controller_options how;
  how.give_up_after = 5_ms;
  return how;
}
constexpr wire::ask plain{.time_left = duration::never()};

/// A switch of the way that no endpoint is at, so that others can stand in for it.
[[nodiscard]] element_id middle_of(const fabric& in, const light_path& way) {
  for (const arm* side : {&way.a, &way.b})
    for (const crossing& c : side->crossings)
      if (in.at(c.at).tier > 1) return c.at;
  FAIL("no switch in the middle");
  return {};
}

}  // namespace

TEST_CASE("controller: a request gets a light path, its pairs, and gives everything back") {
  control_plane<adaptive> plane{1, small_tree(), {}, {}};
  ebit_test::watch(plane);
  plane.ask(0, 9, 5);
  plane.run(10_ms);
  const auto& wish = plane.qnu(0).wishes().at(0);
  REQUIRE(wish.accepted);
  REQUIRE(wish.delivered == 5);
  REQUIRE(plane.in_office()->counts().leases == 1);
  REQUIRE(plane.in_office()->counts().served == 1);
  ebit_test::expect_idle(plane);
}

TEST_CASE("controller: light comes when the last message and the last move are over, and no later") {
  const controller_options how;
  control_plane<adaptive> plane{1, small_tree(), how, {}};
  plane.ask(0, 9, 1);
  plane.run(flight + flight + 1_ns);
  REQUIRE(plane.qnu(0).leases().size() == 1);
  const local_time lit = plane.qnu(0).leases()[0].starts;
  REQUIRE(lit == local_time{flight + flight + moves + how.guard});
  REQUIRE(plane.qnu(9).leases().at(0).starts == lit);
  // The first pair is made: both ends had light.
  plane.run(how.guard + moves + plane.pair_time + 1_us);
  REQUIRE(plane.qnu(0).wishes()[0].delivered == 1);
  // Joins that stand are used as they are.
  plane.run(1_ms);
  const local_time again = plane.now();
  plane.ask(0, 9, 1);
  plane.run(flight + flight + 1_ns);
  REQUIRE(plane.qnu(0).leases().at(0).starts == again + flight + flight + how.guard);
  REQUIRE(plane.in_office()->counts().joins_spared > 0);
}

TEST_CASE("controller: a refusal says which resource was short") {
  controller_options how;
  how.sharing.tenants = {{}, {.most_waiting = 1}};
  how.most_requests = 4;
  control_plane<adaptive> plane{1, small_tree(), how, {}};
  const auto refused = [&](std::uint32_t to, std::uint32_t pairs, wire::ask words) {
    plane.ask(0, to, pairs, words);
    plane.run(10_us);
    const auto& w = plane.qnu(0).wishes().back();
    REQUIRE(w.answers == 1);
    REQUIRE_FALSE(w.accepted);
    return w;
  };
  REQUIRE(refused(0, 1, plain).why == shortage::unknown_endpoint);
  REQUIRE(refused(999, 1, plain).why == shortage::unknown_endpoint);
  REQUIRE(refused(9, 0, plain).why == shortage::invalid);
  wire::ask words = plain;
  words.tenant = 7;
  REQUIRE(refused(9, 1, words).why == shortage::invalid);
  words = plain;
  words.min_fidelity = 0.99;
  const auto poor = refused(9, 1, words);
  REQUIRE(poor.why == shortage::fidelity);
  REQUIRE(poor.value == 0.95);
  words = plain;
  words.flags = wire::ask::atomic;
  const auto many = refused(9, 5, words);
  REQUIRE(many.why == shortage::communication_qubit);
  REQUIRE(many.value == 4);
  words = plain;
  words.time_left = 1_ms;
  const auto late = refused(9, 1000, words);
  REQUIRE(late.why == shortage::time);
  REQUIRE(late.value > 1e-3);
  words = plain;
  words.tenant = 1;
  plane.ask(0, 9, 1000, words);
  plane.run(10_us);
  REQUIRE(plane.qnu(0).wishes().back().accepted);
  REQUIRE(refused(9, 1, words).why == shortage::quota);
  for (int i = 0; i < 3; ++i) plane.ask(0, 9, 1000, plain);
  REQUIRE(refused(9, 1, plain).why == shortage::queue);
}

TEST_CASE("controller: an endpoint out of order is named") {
  control_plane<adaptive> plane{1, small_tree(), relaxed(), {}};
  for (const span_id s : plane.network().incident(element_id{9})) plane.cut(s);
  plane.run(10_us);
  plane.ask(0, 9, 1);
  plane.run(10_ms);
  const auto& w = plane.qnu(0).wishes().back();
  REQUIRE(w.outcome == verdict_on_request::given_up);
  REQUIRE(w.why == shortage::endpoint_fault);
  REQUIRE(w.element == 9);
}

TEST_CASE("controller: what is not delivered by its deadline is reported, and its path withdrawn") {
  control_plane<adaptive> plane{1, small_tree(), {}, {}};
  ebit_test::watch(plane);
  plane.pair_time = 1_s;  // far slower than any forecast
  wire::ask words = plain;
  words.time_left = 2_ms;
  plane.ask(0, 9, 10, words);
  plane.run(20_ms);
  REQUIRE(plane.qnu(0).wishes()[0].accepted);
  REQUIRE_FALSE(plane.qnu(0).wishes()[0].is_open);
  ebit_test::expect_idle(plane);
}

TEST_CASE("controller: a broken switch is left by another way within detection, messages, one move and the guard") {
  const controller_options how;
  control_plane<adaptive> plane{1, small_tree(2), how, {}};
  ebit_test::watch(plane);
  plane.ask(0, 5, 400);
  plane.run(1_ms);
  const auto before = plane.qnu(0).leases().at(0);
  REQUIRE(before.is_lit);
  const auto* c = plane.in_office();
  const light_path way = c->leases()[c->leases().find(before.path)].way;
  const local_time broken = plane.now();
  plane.break_switch(middle_of(plane.network(), way).value());
  plane.run(flight + flight + 1_ns);
  REQUIRE(c->counts().rerouted == 1);
  const auto* after = &plane.qnu(0).leases().back();
  REQUIRE(after->path != before.path);
  const duration bound = flight + flight + moves;
  REQUIRE(after->starts - broken <= bound + bound / 10);
  plane.run(30_ms);
  REQUIRE(plane.qnu(0).wishes()[0].delivered == 400);
  ebit_test::expect_idle(plane);
}

TEST_CASE("controller: what a fault has darkened is not held against the sound parts of the way") {
  control_plane<adaptive> plane{1, small_tree(2), {}, {}};
  plane.ask(0, 5, 400);
  plane.run(1_ms);
  const auto* c = plane.in_office();
  const light_path way = c->leases()[c->leases().find(plane.qnu(0).leases().at(0).path)].way;
  const std::uint32_t broken = middle_of(plane.network(), way).value();
  // Word of it is late: in the meantime both ends go on in the dark.
  plane.silence(broken);
  plane.break_switch(broken);
  plane.run(2_ms);
  plane.silence(broken, false);
  plane.element_is(broken, event::health::fault);
  plane.run(50_us);
  REQUIRE(c->counts().rerouted == 1);
  double blame = c->seen().estimate(way.analyser);
  for (const arm* side : {&way.a, &way.b})
    for (const span_id s : side->spans) blame += c->seen().estimate(s);
  CHECK(blame == 0);
  CHECK(c->seen().slowdown() == 1);
}

TEST_CASE("controller: a lease moves away from what is degraded, and the new light comes before the old one goes") {
  control_plane<adaptive> plane{1, small_tree(2), {}, {}};
  ebit_test::watch(plane);
  plane.ask(0, 5, 400);
  plane.run(1_ms);
  const auto* c = plane.in_office();
  const auto old = plane.qnu(0).leases().at(0);
  const element_id analyser = c->leases()[c->leases().find(old.path)].way.analyser;
  std::uint32_t dark = 0;
  plane.element_is(analyser.value(), event::health::degraded);
  plane.check = [&] {
    bool any = false;
    for (const auto& h : plane.qnu(0).leases()) any = any || h.is_lit;
    if (!any && plane.qnu(0).wishes()[0].is_open) ++dark;
  };
  plane.run(300_us);
  REQUIRE(c->counts().moved == 1);
  REQUIRE(dark == 0);
  plane.run(30_ms);
  REQUIRE(plane.qnu(0).wishes()[0].delivered == 400);
  ebit_test::expect_idle(plane);
}

TEST_CASE("controller: stock gives way to a request that wants its port") {
  control_plane<adaptive> plane{1, small_tree(), {}, {}};
  ebit_test::watch(plane);
  wire::ask words = plain;
  words.flags = wire::ask::stock;
  plane.ask(0, 9, 500, words);
  plane.run(1_ms);
  plane.ask(3, 9, 2);
  plane.run(1_ms);
  REQUIRE(plane.qnu(3).wishes()[0].delivered == 2);
  REQUIRE(plane.in_office()->counts().ended[static_cast<std::size_t>(ending::preempted)] == 1);
  plane.run(30_ms);
  REQUIRE(plane.qnu(0).wishes()[0].delivered == 500);
  ebit_test::expect_idle(plane);
}

TEST_CASE("controller: a switch whose agent is silent is avoided until it speaks") {
  control_plane<adaptive> plane{1, small_tree(2), relaxed(), {}};
  ebit_test::watch(plane);
  std::uint32_t edge = ~0U;
  plane.ask(0, 5, 3);
  plane.run(5_us);
  const auto* c = plane.in_office();
  const light_path way = c->leases()[c->leases().find(plane.qnu(0).leases().at(0).path)].way;
  edge = way.a.crossings.back().at.value();
  plane.run(5_ms);
  plane.silence(edge);
  // Another pair of ports, so that this switch would have to move.
  for (std::uint32_t e = 0; e < plane.endpoints(); ++e) plane.ask(e, (e + 3) % plane.endpoints(), 3);
  plane.run(100_ms);
  for (std::uint32_t e = 0; e < plane.endpoints(); ++e)
    for (const auto& w : plane.qnu(e).wishes()) REQUIRE_FALSE(w.is_open);
}

TEST_CASE("controller: leases that both ends hold outlive the controller that gave them") {
  controller_options how;
  how.heartbeat = 50_us;
  control_plane<adaptive> plane{1, small_tree(2), how, {}, {}, 2};
  ebit_test::watch(plane, 2);
  plane.run(1_ms);  // the one that stands by is known to be there
  plane.ask(0, 5, 400);
  plane.run(1_ms);
  const auto path = plane.qnu(0).leases().at(0).path;
  const std::uint32_t before = plane.qnu(0).wishes()[0].delivered;
  REQUIRE(before > 0);
  REQUIRE(plane.controller(1)->log().find(path) != nullptr);
  plane.kill_controller(0);
  plane.run(1_ms);
  REQUIRE(plane.in_office() == plane.controller(1).get());
  REQUIRE(plane.qnu(0).leases().at(0).path == path);
  REQUIRE(plane.controller(1)->leases().find(path) != lease::none);
  REQUIRE(plane.qnu(0).wishes()[0].delivered > before);
  plane.run(30_ms);
  REQUIRE(plane.qnu(0).wishes()[0].delivered == 400);
  ebit_test::expect_idle(plane);
  // Names go on above all that were given.
  plane.ask(0, 5, 1);
  plane.run(10_us);
  REQUIRE(plane.qnu(0).leases().at(0).path > path);
}

TEST_CASE("controller: one tenant's overload costs another next to nothing under strict isolation") {
  const auto mean_wait = [](bool overloaded) {
    controller_options how;
    how.sharing.tenants = {{.weight = 1}, {.weight = 1}};
    how.sharing.strict = true;
    how.longest_lease = 500_us;
    control_plane<adaptive> plane{3, small_tree(2), how, {}};
    wire::ask other = plain;
    other.tenant = 1;
    if (overloaded)
      for (int i = 0; i < 200; ++i)
        plane.ask(static_cast<std::uint32_t>(i) % 8, (static_cast<std::uint32_t>(i) + 3) % 8, 10, other);
    for (int i = 0; i < 20; ++i)
      plane.at(local_time{1_ms + 1_ms * std::int64_t{i}}, [&plane] { plane.ask(0, 5, 5); });
    plane.run(200_ms);
    duration sum;
    int n = 0;
    for (const auto& w : plane.qnu(0).wishes()) {
      if (w.words.tenant != 0) continue;
      REQUIRE(w.delivered == 5);
      sum += w.ended - w.asked;
      ++n;
    }
    REQUIRE(n == 20);
    return sum.seconds() / n;
  };
  const double alone = mean_wait(false), beside = mean_wait(true);
  CAPTURE(alone, beside);
  REQUIRE(beside < alone * 2.5);  // at most the lease in progress at the port, never the queue of 200
}
