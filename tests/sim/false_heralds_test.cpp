// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <ebit/herald/double_click.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/route/link_model.hpp>
#include <ebit/sim/data_centre.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using orchestrate::element_id;

namespace {

struct plain : default_profile {};
using options_type = sim::data_centre_options<plain, orchestrate::adaptive>;
using centre_type = sim::data_centre<plain>;
using fault = sim::fabric_fault::kind;

/// Four endpoints at one switch that does not sense where its mirrors stand, and detectors that count in the dark.
orchestrate::fabric hub(rate dark_counts, duration reconfiguration = 1_us, duration set_up = {},
                        double success = 0.5) {
  orchestrate::fabric_options o;
  link::optical_switch moving;
  moving.reconfiguration_time = reconfiguration;
  moving.senses_position = false;
  o.switches = {moving};
  o.lengths = {metres(1)};
  o.analyser.eye.dark_counts = dark_counts;
  o.analyser.set_up = set_up;
  o.analyser.success = success;
  return orchestrate::star(4, o);
}
options_type one_slot(double emission) {
  options_type o;
  o.hardware = {};
  o.hardware.emission_efficiency = emission;
  o.hardware.attempt_time = 1_us;
  o.control.longest_lease = 900_ms;
  return o;
}
/// The port of the switch by which the light of endpoint 0's only fibre comes.
std::uint16_t port_of_first(const orchestrate::fabric& layout) {
  const element_id at = layout.switches().front();
  return layout.along(layout.incident(element_id{0}).front()).port_at(at);
}
world_time first_birth(const sim::request_record& r) {
  world_time first = world_time::never();
  for (const sim::delivered_pair& d : r.deliveries) first = std::min(first, d.first);
  return first;
}

}  // namespace

TEST_CASE(
    "false heralds: of a port that sticks unnoticed the other end's photons and dark counts make pairs of no use") {
  const orchestrate::fabric layout = hub(hertz(5e4));
  auto o = one_slot(0.2);
  o.broken = {{.what = fault::sticking_port,
               .at = 0_s,
               .lasts = 1000_s,
               .element = layout.switches().front(),
               .port = port_of_first(layout)}};
  centre_type stuck{layout, o};
  REQUIRE(stuck.validate());
  REQUIRE(stuck.request({.from = node_id{0}, .to = node_id{1}, .pairs = 100'000}));
  stuck.run_for(800_ms);
  const sim::request_record& r = stuck.requests().front();
  // Two clicks of which photons only come by one arm, exactly; an attempt a microsecond, but for what it takes to hand
  // over a pair and to begin again.
  const link::hardware h = layout.analyser_models().front().installed_in(o.hardware);
  link::budget b = link::budget_of(stuck.controller().leases()[0].way.balanced(), h, h);
  CHECK(route::model_of(herald::double_click{}, b, {}).state.fidelity(bell_index::phi_plus) > 0.8);
  b.efficiency_a = 0;
  const double p = route::model_of(herald::double_click{}, b, {}).success_probability;
  const double wanted = p * 8e5;
  INFO(r.deliveries.size() << " of " << wanted);
  REQUIRE(r.deliveries.size() > 500);
  CHECK(static_cast<double>(r.deliveries.size()) < wanted + 4 * std::sqrt(wanted));
  CHECK(static_cast<double>(r.deliveries.size()) > wanted * 0.96 - 4 * std::sqrt(wanted));
  CHECK(stuck.false_heralds() >= r.deliveries.size());
  CHECK(stuck.false_heralds() <= r.deliveries.size() + 2);
  for (const sim::delivered_pair& d : r.deliveries)
    if (d.fidelity != approx(0.25)) FAIL("fidelity " << d.fidelity);
}

TEST_CASE("false heralds: each path's are those of its own kind of analyser") {
  orchestrate::fabric_parts two = hub(hertz(5e4)).parts();
  const auto last = std::find_if(two.elements.rbegin(), two.elements.rend(),
                                 [](const auto& e) { return e.kind == orchestrate::element_kind::analyser; });
  REQUIRE(last != two.elements.rend());
  last->model = 1;
  link::bell_state_analyser other = two.analyser_models.front();
  other.eye.efficiency *= 0.7;
  other.eye.dark_counts = hertz(4e5);
  other.success = 0.3;
  two.analyser_models.push_back(other);
  const orchestrate::fabric layout{two};
  auto o = one_slot(0.2);
  for (const std::uint32_t n : {0U, 2U})
    o.broken.push_back(
        {.what = fault::sticking_port,
         .at = 0_s,
         .lasts = 1000_s,
         .element = layout.switches().front(),
         .port = layout.along(layout.incident(element_id{n}).front()).port_at(layout.switches().front())});
  centre_type stuck{layout, o};
  REQUIRE(stuck.validate());
  for (const std::uint32_t n : {0U, 2U})
    REQUIRE(stuck.request({.from = node_id{n}, .to = node_id{n + 1}, .pairs = 100'000, .min_fidelity = 0.3}));
  stuck.run_for(800_ms);
  std::size_t all = 0;
  for (std::uint32_t i = 0; i < 2; ++i) {
    const orchestrate::lease& l = stuck.controller().leases()[i];
    REQUIRE((l.way.station == i && l.request == request_id{i}));
    const link::hardware h = layout.analyser_models()[i].installed_in(o.hardware);
    link::budget b = link::budget_of(l.way.balanced(), h, h);
    b.efficiency_a = 0;
    const double wanted = route::model_of(herald::double_click{}, b, {}).success_probability * 8e5;
    const auto found = static_cast<double>(stuck.requests()[i].deliveries.size());
    INFO("kind " << i << ": " << found << " of " << wanted);
    CHECK(found > 500);
    CHECK(found < wanted + 5 * std::sqrt(wanted));
    CHECK(found > wanted * 0.96 - 5 * std::sqrt(wanted));
    all += stuck.requests()[i].deliveries.size();
  }
  CHECK(stuck.false_heralds() >= all);
  CHECK(stuck.false_heralds() <= all + 4);
}

TEST_CASE("false heralds: what is announced to be dark is vetoed, and without that it is not") {
  // Both ends believe that it is later than it is, and begin while the switch is on its way for a millisecond.
  const orchestrate::fabric layout = hub(hertz(2e6), 1_ms);
  for (const bool veto : {true, false}) {
    INFO("veto " << veto);
    auto o = one_slot(0.2);
    o.veto = veto;
    for (const std::uint32_t n : {0U, 1U})
      o.faults.schedule.push_back(
          {.what = scheduled_fault::kind::clock_step, .at = 100_us, .node = node_id{n}, .step = 800_us});
    centre_type centre{layout, o};
    REQUIRE(centre.validate());
    REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 200}));
    centre.run_for(50_ms);
    const sim::request_record& r = centre.requests().front();
    REQUIRE(r.deliveries.size() == 200);
    if (veto) {
      CHECK(centre.false_heralds() == 0);
      CHECK(first_birth(r) > world_time{1_ms});
      continue;
    }
    CHECK(centre.false_heralds() > 10);
    CHECK(first_birth(r) < world_time{500_us});
    std::uint64_t white = 0;
    for (const sim::delivered_pair& d : r.deliveries)
      if (d.first < world_time{1_ms}) {
        ++white;
        CHECK(d.fidelity == approx(0.25));
      }
    CHECK(white > 10);
  }
}

TEST_CASE("false heralds: a switch with a late clock moves late, which nobody has announced") {
  const orchestrate::fabric layout = hub(hertz(2e6));
  for (const bool is_late : {false, true}) {
    INFO("late " << is_late);
    auto o = one_slot(0.2);
    o.timing = sim::fabric_timing{};
    if (is_late) o.timing->astray = {{layout.switches().front(), {.offset = 1e-3}}};
    centre_type centre{layout, o};
    REQUIRE(centre.validate());
    REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 100'000}));
    centre.run_for(5_ms);
    const auto& pairs = centre.requests().front().deliveries;
    double early = 0, before = 0;
    for (const sim::delivered_pair& d : pairs) {
      if (d.first >= world_time{1_ms}) continue;
      ++early;
      before += d.fidelity;
    }
    REQUIRE(early > 10);
    CHECK(pairs.size() > 2 * static_cast<std::size_t>(early));
    CHECK((centre.false_heralds() > 10) == is_late);
    CHECK((before / early < 0.26) == is_late);
  }
}

TEST_CASE(
    "false heralds: a fibre that is cut heralds pairs that are none until its ends hear of it; a dead analyser "
    "none") {
  const orchestrate::fabric layout = hub(hertz(2e6));
  const sim::request_parameters wanted{.from = node_id{0}, .to = node_id{1}, .pairs = 100'000};
  centre_type whole{layout, one_slot(0.2)};
  REQUIRE(whole.request(wanted));
  while (whole.controller().leases().size() == 0) whole.step();
  const orchestrate::light_path way = whole.controller().leases()[0].way;
  for (const bool is_fibre : {true, false}) {
    auto o = one_slot(0.2);
    sim::fabric_fault broken{.at = 1_ms, .lasts = 2_ms};
    if (is_fibre) {
      broken.what = fault::fibre;
      broken.fibre = way.b.spans.back();
    } else {
      broken.element = way.analyser;
    }
    o.broken = {broken};
    // Nobody is there to say so.
    for (const element_id at : {layout.switches().front(), way.analyser})
      o.faults.schedule.push_back({.at = 900_us, .lasts = 2'200_us, .node = node_id{at.value()}});
    centre_type centre{layout, o};
    REQUIRE(centre.validate());
    REQUIRE(centre.request(wanted));
    centre.run_for(5_ms);
    std::uint64_t meanwhile = 0, after = 0;
    for (const sim::delivered_pair& d : centre.requests().front().deliveries) {
      if (d.first > world_time{3'050_us}) {
        ++after;
        CHECK(d.fidelity > 0.3);
      } else if (d.first > world_time{1'050_us} && d.first < world_time{3_ms}) {
        ++meanwhile;
        CHECK(d.fidelity == approx(0.25));
      }
    }
    INFO("fibre " << is_fibre << ": " << meanwhile << ", " << after);
    CHECK(after > 10);
    CHECK((meanwhile > 10) == is_fibre);
    CHECK((centre.false_heralds() > 10) == is_fibre);
  }
}

TEST_CASE(
    "data centre: an analyser that names fewer pairs, and sets itself up, is as much slower in truth as foretold") {
  struct run {
    double rate, forecast;
    duration begins;
    world_time first;
  };
  const auto run_on = [](const orchestrate::fabric& layout) {
    centre_type centre{layout, one_slot(0.2)};
    REQUIRE(centre.validate());
    REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 3000}));
    while (centre.controller().leases().size() == 0) centre.step();
    const orchestrate::lease l = centre.controller().leases()[0];
    const node_id controller{static_cast<std::uint32_t>(layout.elements().size())};
    centre.run_for(800_ms);
    const sim::request_record& r = centre.requests().front();
    REQUIRE(r.deliveries.size() == 3000);
    return run{r.rate(), l.rate, centre.when(controller, l.begins).since_epoch(), first_birth(r)};
  };
  const run whole = run_on(hub({})), half = run_on(hub({}, 1_us, {}, 0.25)), slow = run_on(hub({}, 1_us, 300_us));
  CHECK(half.forecast < 0.6 * whole.forecast);
  CHECK(half.forecast > 0.49 * whole.forecast);
  const double error = 4 * std::sqrt(2.0 / 3000);
  CHECK(half.rate / whole.rate == approx(half.forecast / whole.forecast).epsilon(error + 0.05));
  // It is lent for when it is ready, and then its clicks count at once.
  CHECK(slow.begins == whole.begins + 300_us);
  CHECK(slow.first >= world_time{slow.begins});
  CHECK(slow.first - world_time{slow.begins} < 5_ms);
  CHECK(slow.forecast == whole.forecast);
}

TEST_CASE("data centre: an analyser that cannot do what the herald asks of it is refused") {
  orchestrate::fabric_options o;
  o.switches = {link::optical_switch{}};
  o.analyser.detectors = 2;
  CHECK(centre_type{orchestrate::star(4, o)}.validate().error().message() ==
        "bell_state_analyser.detectors: given 2, allowed 4 where two photons herald: one per output and rail");
}
