// SPDX-License-Identifier: Apache-2.0
#include <ebit/sim/fabric_timing.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <ebit/herald/single_click.hpp>
#include <ebit/link/clock_profiles.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/quantum/x_state.hpp>
#include <ebit/sim/data_centre.hpp>

#include <golden/golden_reader.hpp>
#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::wave_form;
using sim::fabric_timing;

namespace {

struct two_clicks : default_profile {};
struct one_click : default_profile {
  using herald = ebit::herald::single_click;
};
using options_type = sim::data_centre_options<two_clicks, orchestrate::adaptive>;

orchestrate::fabric hub(duration window = 100_ns) {
  orchestrate::fabric_options o;
  link::optical_switch moving;
  moving.reconfiguration_time = 1_us;
  o.switches = {moving};
  o.analyser.eye.window = window;
  return orchestrate::star(4, o);
}
template <class Options = options_type>
Options clean(std::optional<fabric_timing> timing, std::uint64_t seed = 1) {
  Options o;
  o.seed = seed;
  o.hardware = {};
  o.hardware.emission_efficiency = 0.2;
  o.hardware.memories = 2;
  o.hardware.attempt_time = 1_us;
  o.timing = timing;
  return o;
}
struct service {
  double fidelity = 0;
  double error = 0;
  double rate = 0;
  double forecast = 0;  ///< the controller's, of the fidelity
  std::vector<sim::delivered_pair> pairs;
};
/// Two endpoints ask for so many pairs, and have them.
template <class Centre>
service served(Centre& centre, std::uint32_t pairs, double fidelity = 0) {
  REQUIRE(centre.validate());
  const auto asked = centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = pairs, .min_fidelity = fidelity});
  REQUIRE(asked);
  while (centre.controller().leases().size() == 0 && centre.now() < world_time{1_s}) centre.step();
  const double forecast = centre.controller().leases()[0].fidelity;
  centre.run_for(1_s);
  const sim::request_record& r = centre.requests().front();
  REQUIRE(r.outcome == request_outcome::delivered);
  REQUIRE(r.deliveries.size() == pairs);
  return {r.fidelity(), r.fidelity_error(), r.rate(), forecast, r.deliveries};
}
/// Ends whose relative arrival has that rms, in units of the photon's width, which is 1 ns.
fabric_timing jittered(wave_form form, double relative) {
  fabric_timing t;
  t.photon = {form, 1e-9};
  t.endpoints.jitter = relative * 1e-9 / std::sqrt(2.0);
  return t;
}

}  // namespace

TEST_CASE("sim.fabric_timing: perfect clocks change nothing, not a bit") {
  sim::data_centre<two_clicks> without{hub(), clean({})}, with{hub(), clean(fabric_timing{})};
  const service a = served(without, 300), b = served(with, 300);
  CHECK(without.events() == with.events());
  CHECK(without.requests().front().at_head == with.requests().front().at_head);
  CHECK(a.forecast == b.forecast);
  for (std::size_t i = 0; i < 300; ++i) CHECK(a.pairs[i].fidelity == b.pairs[i].fidelity);
}

TEST_CASE("golden: hom_timing.csv, delivered pairs of a data centre with jittering clocks", "[golden]") {
  const auto deliver = [](wave_form form, double jitter, double visibility) {
    INFO((form == wave_form::pulse ? "pulses" : "decays") << ", jitter " << jitter);
    sim::data_centre<two_clicks> centre{hub(), clean(jittered(form, jitter), 10)};
    const service r = served(centre, 4000);
    const double wanted = (1 + visibility) / 2;
    CHECK(centre.choreography()->budget().visibility == approx(visibility).epsilon(1e-8));
    CHECK(r.forecast == approx(wanted).epsilon(1e-6));
    CHECK(std::abs(r.fidelity - wanted) < 4 * r.error);
    CHECK(r.error < 0.006);
  };
  int rows = 0;
  golden::for_each_row("hom_timing.csv", [&](const golden::row& at) {
    const double jitter = at["jitter_sigma"];
    const bool pulse = at.text("kind") == "gauss_gaussjitter";
    if ((!pulse && at.text("kind") != "exp_gaussjitter") || jitter == 0) return;
    ++rows;
    deliver(pulse ? wave_form::pulse : wave_form::decay, jitter, at["value"]);
  });
  CHECK(rows == 3);
  // No row has pulses; the file's head has their formula.
  for (const double jitter : {0.3, 1.0, 2.0})
    deliver(wave_form::pulse, jitter, 1 / std::sqrt(1 + jitter * jitter / 2));
}

TEST_CASE("sim.fabric_timing: what comes outside its window is not heralded, as often as the budget says") {
  // Windows of 4 ns round pulses that are late by some nanoseconds, differently at every synchronisation.
  fabric_timing timing;
  timing.photon = {wave_form::pulse, 0.5e-9};
  timing.endpoints = {.jitter = 0.8e-9, .residual = 1e-9, .synchronised_every = 100_us};
  timing.stations = {.residual = 0.5e-9, .synchronised_every = 100_us};
  timing.tagger_jitter = 0.3e-9;
  auto in_time = clean(fabric_timing{}), late = clean(timing);
  for (auto* o : {&in_time, &late}) {
    o->hardware.memories = 1;
    o->control.longest_lease = 900_ms;
  }
  sim::data_centre<two_clicks> good{hub(), in_time}, bad{hub(4_ns), late};
  const std::uint32_t pairs = 4000;
  const service r = served(bad, pairs);
  const double ratio = r.rate / served(good, pairs).rate;
  // Of one window: E[A_a A_b], which the two arms' common station makes more than E[A]².
  const link::timing_budget sum = bad.choreography()->budget();
  CHECK(sum.acceptance_a < 0.85);
  CHECK(ratio > sum.acceptance_a * sum.acceptance_b * 0.95);
  CHECK(ratio < sum.acceptance_a * 1.02);
  // Pairs whose photons both came within one short window came closer together than all.
  CHECK(r.fidelity > (1 + sum.visibility) / 2);
  CHECK(r.forecast == approx((1 + sum.visibility) / 2).epsilon(1e-6));
}

TEST_CASE("sim.fabric_timing: a clock that drifts costs fidelity until it is synchronised") {
  constexpr double width = 1e-9;
  const duration every = 10_ms;
  const double drift = 2e-7;  // 2 ns from one synchronisation to the next
  const link::clock adrift{.drift = drift, .synchronised_every = every};
  fabric_timing timing{.photon = {wave_form::pulse, width}};
  timing.astray = {{orchestrate::element_id{1}, adrift}};
  auto o = clean(timing);
  o.control.longest_lease = 900_ms;
  sim::data_centre<two_clicks> centre{hub(), o};
  const service r = served(centre, 6000);
  CHECK(r.forecast == approx(1.0));  // nobody knows
  constexpr std::size_t parts = 5;
  std::array<double, parts> sum{}, expected{};
  std::array<int, parts> count{};
  std::uint64_t rounds = 0;
  for (const sim::delivered_pair& d : r.pairs) {
    const duration at = d.first.since_epoch();
    rounds = static_cast<std::uint64_t>(at / every);
    const double since = (at - every * static_cast<std::int64_t>(rounds)).seconds();
    const double apart = drift * since / width;
    const auto part = static_cast<std::size_t>(since / every.seconds() * parts);
    sum[part] += d.fidelity;
    expected[part] += (1 + std::exp(-apart * apart / 4)) / 2;
    ++count[part];
  }
  REQUIRE(rounds >= 5);
  for (std::size_t i = 0; i < parts; ++i) {
    INFO("part " << i);
    REQUIRE(count[i] > 200);
    // It is delivered some microseconds after it was born.
    CHECK(sum[i] / count[i] == approx(expected[i] / count[i]).epsilon(0.002));
  }
  CHECK(sum[0] / count[0] > 0.99);
  CHECK(sum[parts - 1] / count[parts - 1] < 0.75);

  // With the same drift everywhere and synchronisation each 0.5 ms it is as good as forecast, and that is good.
  timing.astray.clear();
  timing.endpoints = {.drift = drift, .synchronised_every = 500_us};
  sim::data_centre<two_clicks> kept{hub(), clean(timing)};
  const service well = served(kept, 2000, 0.99);
  CHECK(well.fidelity >= well.forecast - 4 * well.error);
  CHECK(kept.choreography()->budget().visibility > 0.99);
}

TEST_CASE("sim.fabric_timing: while a clock is too far off nothing is heralded, and nothing waits for it") {
  fabric_timing timing{.photon = {wave_form::pulse, 0.2e-9}};
  // Within the window of 4 ns either way for a fifth of the time, a whole millisecond off at another analyser.
  timing.astray = {{orchestrate::element_id{1}, {.drift = 1e-6, .synchronised_every = 10_ms}},
                   {orchestrate::element_id{3}, {.offset = 1e-3}}};
  auto o = clean(timing);
  o.control.longest_lease = 900_ms;
  sim::data_centre<two_clicks> centre{hub(4_ns), o};
  REQUIRE(centre.validate());
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 100'000}));
  REQUIRE(centre.request({.from = node_id{2}, .to = node_id{3}, .pairs = 1}));
  centre.run_for(100_ms);
  const auto& late = centre.requests()[0].deliveries;
  int early = 0;
  for (const sim::delivered_pair& d : late) {
    const duration at = d.first.since_epoch();
    const double off = 1e-6 * (at - 10_ms * (at / 10_ms)).seconds();
    CHECK(off < 2e-9 + 7 * 0.2e-9);
    if (off < 2e-9 - 7 * 0.2e-9) ++early;
  }
  // 100 rounds of as many attempts as fit: 0.02 of 10^5 and more slots succeed in the first part of each.
  CHECK(early > 80);
  CHECK(centre.requests()[1].deliveries.empty());
  CHECK(centre.events() < 200'000);
}

TEST_CASE("sim.fabric_timing: where one photon heralds, truth and forecast agree too, phases or not") {
  using single = sim::data_centre_options<one_click, orchestrate::adaptive>;
  auto o = clean<single>(jittered(wave_form::pulse, 1.0));
  o.hardware.emission_efficiency = 0.02;
  sim::data_centre<one_click> centre{hub(), o};
  const service r = served(centre, 3000, 0.8);
  CHECK(r.error < 0.004);
  CHECK(std::abs(r.fidelity - r.forecast) < 4 * r.error);
  CHECK(r.fidelity < 0.95);
  sim::data_centre<one_click, orchestrate::adaptive, x_state> untwirled{hub(), o};
  const service x = served(untwirled, 3000, 0.8);
  CHECK(std::abs(x.fidelity - x.forecast) < 4 * x.error);
}

TEST_CASE("sim.fabric_timing: where one photon heralds two detectors do, and no pairs of photons are named") {
  orchestrate::fabric_options o;
  o.switches = {link::optical_switch{}};
  o.analyser.detectors = 2;
  CHECK(sim::data_centre<one_click>{orchestrate::star(4, o)}.validate());
  o.analyser.success = 0.25;
  CHECK(sim::data_centre<one_click>{orchestrate::star(4, o)}.validate().error().message() ==
        "bell_state_analyser.success: given 0.25, allowed 0.5 where one photon heralds: it is of pairs of photons");
}

TEST_CASE("sim.fabric_timing: of unknown signs the forecast is a guarantee, and copies go on bit for bit") {
  const auto profile = link::find_clock_profile("white_rabbit");
  REQUIRE(profile);
  fabric_timing timing{
      .photon = link::wave_packet::of_bandwidth(hertz(1e9)), .endpoints = profile->value, .stations = profile->value};
  // Often enough for what a synchronisation leaves to average out.
  timing.endpoints.synchronised_every = timing.stations.synchronised_every = 200_us;
  sim::data_centre<two_clicks> centre{hub(), clean(timing)};
  const service r = served(centre, 1000);
  CHECK(r.forecast < 0.9);  // 0.2 ns apart at worst is too much for photons of 0.19 ns
  CHECK(r.fidelity > r.forecast - 4 * r.error);
  REQUIRE(centre.request({.from = node_id{2}, .to = node_id{3}, .pairs = 500}));
  centre.run_for(100_us);
  auto same = centre.fork(), other = centre.fork(7);
  for (auto* each : {&centre, &same, &other}) each->run_for(100_ms);
  CHECK((centre.events() == same.events() && centre.requests()[1].at_head == same.requests()[1].at_head));
  CHECK(centre.requests()[1].fidelity() == same.requests()[1].fidelity());
  CHECK(centre.requests()[1].fidelity() != other.requests()[1].fidelity());
}

TEST_CASE("sim.fabric_timing: a value out of its range is named before anything runs") {
  const auto error = [](const fabric_timing& t) {
    return sim::data_centre<two_clicks>{hub(), clean(t)}.validate().error().message();
  };
  CHECK(error({.photon = {wave_form::pulse, 2}}) ==
        "data_centre.timing: wave_packet.width: given 2 s, allowed 1e-15 s to 1 s");
  CHECK(error({.astray = {{orchestrate::element_id{99}, {}}}}) ==
        "data_centre.timing.astray[0].at: given 99, allowed 0 to " + std::to_string(hub().elements().size() - 1));
  CHECK(error({.endpoints = {.jitter = 2e-8}}) ==
        "data_centre.control.guard: given 1e-07 s, allowed 1.2015e-07 s or more, for clocks like these");
}
