// SPDX-License-Identifier: Apache-2.0
#include <ebit/orchestrate/controller_kinds.hpp>

#include <ebit/orchestrate/fabric_builders.hpp>

#include <support/catch.hpp>
#include <support/control_invariants.hpp>
#include <support/control_plane.hpp>

using namespace ebit;
using namespace ebit::orchestrate;
using ebit_test::control_plane;
using ebit_test::fixed_forecaster;

namespace {

constexpr std::uint16_t bright = 0, clean = 1;

/// A star with so many bright analysers and, after those, clean ones, which herald less.
[[nodiscard]] fabric two_kinds(std::uint16_t of_bright, std::uint16_t of_clean, std::uint16_t ports = 1) {
  fabric_options o;
  o.ports = ports;
  o.analysers = {static_cast<std::uint16_t>(of_bright + of_clean)};
  o.switches.front().insertion_loss = decibels(1);
  o.switches.front().reconfiguration_time = 20_us;
  fabric_parts parts = star(8, o).parts();
  link::bell_state_analyser other = parts.analyser_models.at(bright);
  other.success = 0.3;
  parts.analyser_models.push_back(other);
  std::uint16_t n = 0;
  for (element& e : parts.elements)
    if (e.kind == element_kind::analyser && n++ >= of_bright) e.model = clean;
  return fabric{parts};
}
[[nodiscard]] fixed_forecaster of_two_kinds() {
  fixed_forecaster f;
  f.fidelity_of = {0.9, 0.97};
  return f;
}
[[nodiscard]] wire::ask good(duration time_left = duration::never(), std::uint8_t flags = 0) {
  wire::ask words;
  words.time_left = time_left;
  words.min_fidelity = 0.95;
  words.flags = flags;
  return words;
}
/// Of the lease that an endpoint holds last.
template <class Plane>
[[nodiscard]] light_path way_at(Plane& plane, std::uint32_t endpoint) {
  const auto* c = plane.in_office();
  return c->leases()[c->leases().find(plane.qnu(endpoint).leases().back().path)].way;
}
template <class Plane>
[[nodiscard]] std::uint64_t blocked(const Plane& plane, shortage why) {
  return plane.in_office()->counts().blocked[static_cast<std::size_t>(why)];
}

/// Units out of tolerance spoil pairs, and all take long to start up.
struct of_units : fixed_forecaster {
  link::hardware unit;

  [[nodiscard]] light_forecast forecast(const light_path& way, std::uint32_t a, std::uint32_t b, double wanted) const {
    light_forecast all = fixed_forecaster::forecast(way, a, b, 0);
    all.fidelity *= way.a.fidelity * way.b.fidelity;
    if (wanted > all.fidelity) all.why = shortage::fidelity;
    return all;
  }
  using fixed_forecaster::forecast;
  [[nodiscard]] const link::hardware& hardware_of(std::uint32_t) const { return unit; }
};

/// Stray light spoils pairs.
struct dazzled : fixed_forecaster {
  [[nodiscard]] light_forecast forecast(const light_path& way, std::uint32_t a, std::uint32_t b, double wanted) const {
    light_forecast all = fixed_forecaster::forecast(way, a, b, 0);
    if (way.stray() > 0) all.fidelity = 0.6;
    if (wanted > all.fidelity) all.why = shortage::fidelity;
    return all;
  }
  using fixed_forecaster::forecast;
};

}  // namespace

TEST_CASE("orchestrate.controller: a lease moves to the best of the analysers that are good enough for it") {
  for (const std::uint16_t of_clean : {std::uint16_t{2}, std::uint16_t{1}}) {
    control_plane<adaptive> plane{1, two_kinds(2, of_clean, 2), {}, {}, {}, 1, of_two_kinds()};
    ebit_test::watch(plane);
    plane.ask(0, 1, 400, good());
    plane.run(1_ms);
    const auto* c = plane.in_office();
    const element_id before = way_at(plane, 0).analyser;
    REQUIRE(way_at(plane, 0).station == clean);
    plane.element_is(before.value(), event::health::degraded);
    plane.run(300_us);
    // A bright one would lose less than either, and is too poor.
    CHECK(c->counts().moved == of_clean - 1U);
    CHECK((way_at(plane, 0).station == clean && (way_at(plane, 0).analyser == before) == (of_clean == 1)));
    plane.run(30_ms);
    CHECK(plane.qnu(0).wishes()[0].delivered == 400);
    ebit_test::expect_idle(plane);
  }
}

TEST_CASE("orchestrate.controller: what blocks a request are the analysers that are good enough, not the others") {
  control_plane<adaptive> plane{1, two_kinds(3, 1), {}, {}, {}, 1, of_two_kinds()};
  ebit_test::watch(plane);
  plane.ask(0, 1, 100, good());
  plane.run(500_us);
  plane.ask(2, 3, 10, good());
  plane.run(100_us);
  CHECK((blocked(plane, shortage::analyser) > 0 && blocked(plane, shortage::span) == 0));
  plane.run(30_ms);
  CHECK(plane.qnu(2).wishes()[0].delivered == 10);
  ebit_test::expect_idle(plane);
}

TEST_CASE("orchestrate.controller: analysers out of reach are no reason to wait for them") {
  of_units forecaster;
  forecaster.fidelity_of = {0.97, 0.99};
  forecaster.unit.degraded_noise = 0.1;
  // Of the better kind there is none, and something else is broken.
  control_plane<adaptive, of_units> plane{1, two_kinds(4, 0), {}, {}, {}, 1, forecaster};
  ebit_test::watch(plane);
  plane.cut(plane.network().incident(element_id{7}).front());
  plane.unit_is(1, event::health::degraded);
  plane.run(10_us);
  plane.ask(0, 1, 10, good());
  plane.run(1_ms);
  CHECK((blocked(plane, shortage::fidelity) > 0 && blocked(plane, shortage::span) == 0));
  plane.run(200_ms);  // it is not given up: the unit will be back
  CHECK((plane.qnu(0).wishes()[0].accepted && plane.qnu(0).wishes()[0].is_open));
  plane.unit_is(1, event::health::ready);
  plane.run(10_ms);
  CHECK(plane.qnu(0).wishes()[0].delivered == 10);
  ebit_test::expect_idle(plane);
}

TEST_CASE("orchestrate.controller: a request is given up if all analysers are broken that are good enough for it") {
  controller_options how;
  how.give_up_after = 5_ms;
  control_plane<adaptive> plane{1, two_kinds(3, 1), how, {}, {}, 1, of_two_kinds()};
  ebit_test::watch(plane);
  for (const element_id x : plane.network().analysers())
    if (plane.network().at(x).model == clean) plane.element_is(x.value(), event::health::fault);
  plane.run(10_us);
  plane.ask(0, 1, 10, good());
  plane.ask(2, 3, 10);
  plane.run(10_ms);
  const auto& w = plane.qnu(0).wishes()[0];
  CHECK((w.accepted && !w.is_open && w.outcome == verdict_on_request::given_up && w.why == shortage::no_path));
  CHECK(plane.qnu(2).wishes()[0].delivered == 10);
  ebit_test::expect_idle(plane);
}

TEST_CASE("orchestrate.controller: a promise counts how long an analyser sets itself up") {
  for (const duration set_up : {duration::zero(), duration{2_ms}}) {
    fabric_parts parts = two_kinds(2, 2).parts();
    parts.analyser_models.at(bright).set_up = set_up;
    control_plane<adaptive> plane{1, fabric{parts}, {}, {}, {}, 1, of_two_kinds()};
    wire::ask words;
    words.time_left = 1_ms;
    plane.ask(0, 1, 1, words);
    plane.ask(2, 3, 1, good(1_ms));  // at a clean one
    plane.run(10_us);
    const auto& w = plane.qnu(0).wishes()[0];
    CHECK(w.accepted == (set_up == duration::zero()));
    if (!w.accepted) CHECK((w.why == shortage::time && w.value > 2e-3 && w.value < 2.5e-3));
    CHECK(plane.qnu(2).wishes()[0].accepted);
  }
}

TEST_CASE("orchestrate.controller: a promise counts the stray light of the way") {
  fabric_parts parts = two_kinds(4, 0).parts();
  parts.switch_models.at(0).crosstalk = decibels(30);
  control_plane<adaptive, dazzled> plane{1, fabric{parts}, {}, {}};
  plane.ask(0, 1, 1, good());
  plane.ask(2, 3, 1);
  plane.run(10_us);
  const auto& w = plane.qnu(0).wishes()[0];
  CHECK((!w.accepted && w.why == shortage::fidelity && w.value == 0.6));
  CHECK(plane.qnu(2).wishes()[0].accepted);
}

TEST_CASE("orchestrate.controller: a lease outlasts the set-up of its analyser") {
  fabric_parts parts = two_kinds(4, 0).parts();
  parts.analyser_models.at(bright).set_up = 12_ms;
  const controller_options how;
  for (const std::uint32_t pairs : {1U, 10'000U}) {
    control_plane<adaptive> plane{1, fabric{parts}, how, {}, {}, 1, of_two_kinds()};
    plane.ask(0, 1, pairs);
    plane.run(10_us);
    const auto* c = plane.in_office();
    REQUIRE(c->leases().size() == 1);
    CHECK((c->leases()[0].length > 12_ms + how.set_up && c->leases()[0].length <= 12_ms + how.longest_lease));
  }
}

TEST_CASE("orchestrate.controller: who needs a scarce kind of analysers is told how long those are in use") {
  for (const bool for_stock : {false, true}) {
    control_plane<adaptive> plane{1, two_kinds(3, 1), {}, {}, {}, 1, of_two_kinds()};
    ebit_test::watch(plane);
    const auto told = [&](std::uint32_t from, const wire::ask& words) {
      plane.ask(from, from + 1, 1, words);
      plane.run(10_us);
      return plane.qnu(from).wishes().back();
    };
    plane.ask(0, 1, 3000, good(duration::never(), for_stock ? wire::ask::stock : 0));
    plane.run(500_us);
    REQUIRE(way_at(plane, 0).station == clean);
    const auto any = told(2, {.time_left = 1_ms});
    CHECK((any.accepted && any.wait == duration::zero()));
    const auto late = told(4, good(1_ms));
    if (for_stock) {  // gives way
      CHECK((late.accepted && late.wait == duration::zero()));
    } else {
      // Half of a turn of 10 ms is over on average.
      CHECK((!late.accepted && late.why == shortage::time && late.value > 4e-3 && late.value < 7e-3));
      const auto first = told(4, good()), second = told(6, good());
      CHECK((first.accepted && first.wait > 4_ms && first.wait < 6_ms));
      CHECK((second.accepted && second.wait > first.wait));
    }
    plane.run(200_ms);
    ebit_test::expect_idle(plane);
    CHECK(plane.qnu(0).wishes()[0].delivered == 3000);
  }
}
