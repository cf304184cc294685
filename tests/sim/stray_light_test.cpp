// SPDX-License-Identifier: Apache-2.0
#include <ebit/sim/stray_light.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/path_finder.hpp>
#include <ebit/sim/data_centre.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using orchestrate::element_id;

namespace {

struct two_clicks : default_profile {};
using options_type = sim::data_centre_options<two_clicks, orchestrate::adaptive>;

constexpr double leak = 0.1;

/// Four endpoints at one switch that leaks 10 dB.
orchestrate::fabric hub(double crosstalk = 10) {
  orchestrate::fabric_options o;
  link::optical_switch moving;
  moving.insertion_loss = decibels(0.5);
  moving.crosstalk = decibels(crosstalk);
  moving.reconfiguration_time = 1_us;
  o.switches = {moving};
  o.lengths = {metres(10), metres(20), metres(30)};
  o.connectors = decibels(0.4);
  o.analyser.eye.efficiency = 0.9;
  o.analyser.eye.dark_counts = hertz(100);
  o.analyser.insertion_loss = decibels(0.3);
  return orchestrate::star(4, o);
}
double passed(loss lost) { return std::pow(10.0, -lost.base() / 10); }

/// The light path between two endpoints, joined at its switch.
orchestrate::light_path joined(sim::optical_truth& truth, std::uint32_t a, std::uint32_t b,
                               orchestrate::fabric_state& state) {
  const orchestrate::fabric& in = truth.layout();
  orchestrate::path_finder finder;
  const orchestrate::least_loss cost{in};
  const auto found = finder.find(in, state, {element_id{a}}, {element_id{b}}, cost);
  REQUIRE(found);
  REQUIRE(state.reserve(in, *found, orchestrate::lease_id{a}));
  for (const orchestrate::arm* each : {&found->a, &found->b})
    for (const orchestrate::crossing& c : each->crossings)
      REQUIRE(truth.move(c.at.value(), c.in, c.out, world_time{}).why == failure::none);
  return *found;
}

options_type dim() {
  options_type o;
  o.hardware = {};
  o.hardware.emission_efficiency = 0.1;
  o.hardware.attempt_time = 1_us;
  o.control.longest_lease = 2_s;
  return o;
}

}  // namespace

TEST_CASE("sim.stray_light: two paths through one switch, exactly") {
  const orchestrate::fabric layout = hub();
  sim::optical_truth truth{shared_constant<orchestrate::fabric>{layout}};
  orchestrate::fabric_state state{layout};
  const orchestrate::light_path p = joined(truth, 0, 1, state), q = joined(truth, 2, 3, state);
  const std::uint32_t at = layout.switches().front().value();
  sim::stray_light light{layout, 1e5};
  REQUIRE(light.leaks());
  std::vector<sim::stray_inlet> inlets;
  const world_time now{1_s};
  const link::lit_path line = p.balanced();
  light.add_inlets(truth, 0, p.a.port, line.transmittance_a, now, inlets);
  light.add_inlets(truth, 1, p.b.port, line.transmittance_b, now, inlets);
  REQUIRE(inlets.size() == 2);
  const auto arrive = [&] { return light.arriving(inlets, 0, p.a.port, 1, p.b.port); };
  const auto before = [&](const orchestrate::arm& of) { return passed(layout.loss_of(of.spans.front())); };

  // Its own light does it no harm.
  light.send(truth, 0, p.a.port, 1e5, now);
  light.send(truth, 1, p.b.port, 7e4, now);
  CHECK(light.entering(at) == approx(1e5 * before(p.a) + 7e4 * before(p.b)).epsilon(1e-9));
  CHECK(arrive() == 0);
  // What leaves an endpoint by a trunk, behind its ports in the fabric, passes no switch; nor does what a repeater sends.
  CHECK((light.comes_in(0, p.a.port) && light.comes_in(3, 0)));
  CHECK_FALSE((light.comes_in(0, 1) || light.comes_in(3, 1) || light.comes_in(4, 0)));
  // Of two others, what enters the switch goes on along either arm, from the switch's entrance to the analyser.
  light.send(truth, 2, q.a.port, 5e4, now);
  light.send(truth, 3, q.b.port, 2e4, now);
  const double entering = 5e4 * before(q.a) + 2e4 * before(q.b);
  const double each = leak * (line.transmittance_a / before(p.a) + line.transmittance_b / before(p.b));
  CHECK(arrive() == approx(entering * each).epsilon(1e-9));
  CHECK(arrive() < light.most(layout, inlets));
  // As dark counts: at each of four detectors a quarter of it, behind the optics and as often as it clicks.
  const link::bell_state_analyser& station = layout.analyser_models().front();
  CHECK(station.clicks_wanted(hertz(arrive())).base() ==
        approx(100 + entering * each * passed(decibels(0.3)) * 0.9 / 4).epsilon(1e-9));

  // What a path reckons with is the same light, of as many paths as the switch has room for besides: three of 8 ports.
  link::hardware like;
  like.emission_efficiency = 1e-4;
  like.detector_efficiency = 0.5;
  like.attempt_time = 1_us;
  CHECK(line.seen_through(half::a, like).dark_counts.base() == approx(3 * 100.0 * each / 4 * 0.5).epsilon(1e-9));

  // A mirror that turns away leaves its light in the switch; a cut fibre, or silence, takes it out to the last bit.
  truth.move(at, q.a.crossings.front().in, ~std::uint32_t{0}, now);
  light.reroute(truth, 2, q.a.port, now);
  CHECK(arrive() == approx(entering * each).epsilon(1e-9));
  const sim::fabric_fault cut{.what = sim::fabric_fault::kind::fibre, .fibre = q.a.spans.front()};
  truth.strike(cut, now);
  light.reroute_all(truth, now);
  CHECK(arrive() == approx(2e4 * before(q.b) * each).epsilon(1e-9));
  (void)truth.mend(cut, now);
  light.reroute_all(truth, now);
  CHECK(arrive() == approx(entering * each).epsilon(1e-9));
  light.send(truth, 2, q.a.port, 0, now);
  light.send(truth, 3, q.b.port, 0, now);
  CHECK(arrive() == 0);
  CHECK_FALSE(sim::stray_light{hub(1000), 1e5}.leaks());
}

TEST_CASE("sim.stray_light: pairs are as much worse as other paths are bright, and the forecast allows for that") {
  const orchestrate::fabric layout = hub();
  sim::data_centre<two_clicks> quiet{layout, dim()}, bright{layout, dim()}, tight{hub(1000), dim()};
  const sim::request_parameters wanted{.from = node_id{0}, .to = node_id{1}, .pairs = 600};
  for (auto* centre : {&quiet, &bright, &tight}) {
    REQUIRE(centre->validate());
    if (centre == &bright) {
      REQUIRE(centre->request({.from = node_id{2}, .to = node_id{3}, .pairs = 60'000}));
      centre->run_for(1_ms);
    }
    REQUIRE(centre->request(wanted));
    const std::size_t leases = centre == &bright ? 2 : 1;
    while (centre->controller().leases().size() < leases) centre->step();
  }
  const auto slot = [&](const auto& centre) { return &centre == &bright ? 1U : 0U; };
  const auto& lent = bright.controller().leases()[slot(bright)];
  REQUIRE(lent.head == 0);
  const double foretold = lent.fidelity;
  CHECK(quiet.controller().leases()[0].fidelity == foretold);
  const double without = tight.controller().leases()[0].fidelity;

  // By hand: an endpoint sends 0.1 photons per attempt, one a microsecond.
  const link::lit_path line = lent.way.balanced();
  const double before = passed(layout.loss_of(lent.way.a.spans.front()));
  const double arriving = 2 * leak * line.transmittance_a / before * 2 * 1e5 * before;
  const link::bell_state_analyser& station = layout.analyser_models().front();
  const auto fidelity_in = [&](double stray) {
    link::hardware h = station.installed_in(dim().hardware);
    h.dark_counts = station.clicks_wanted(hertz(stray));
    link::lit_path alone = line;
    alone.stray = 0;
    const link::budget b = link::budget_of(alone, h, h);
    return route::model_of(herald::double_click{}, b, {}).state.fidelity(bell_index::phi_plus);
  };
  for (auto* centre : {&quiet, &bright, &tight}) centre->run_for(500_ms);
  const auto& in_quiet = quiet.requests().back();
  const auto& in_bright = bright.requests().back();
  REQUIRE(in_quiet.deliveries.size() == 600);
  REQUIRE(in_bright.deliveries.size() == 600);
  REQUIRE(bright.requests().front().deliveries.size() > 1000);
  for (const sim::delivered_pair& d : in_quiet.deliveries) CHECK(d.fidelity == approx(fidelity_in(0)).epsilon(1e-9));
  for (const sim::delivered_pair& d : in_bright.deliveries)
    CHECK(d.fidelity == approx(fidelity_in(arriving)).epsilon(1e-9));
  CHECK(fidelity_in(arriving) < fidelity_in(0) - 0.02);
  // The forecast has the switch full: it is lower still, by the light of three paths instead of one.
  CHECK(foretold < fidelity_in(arriving));
  CHECK(foretold > fidelity_in(3 * arriving * 1.1));
  CHECK(without == approx(fidelity_in(0)).epsilon(1e-4));
  // More false heralds: it is faster, if anything.
  CHECK(in_bright.rate() > in_quiet.rate() * 0.9);
}
