// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/herald/single_click.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/sim/data_centre.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using orchestrate::element_id;

namespace {

struct two_clicks : default_profile {};
struct one_click : default_profile {
  using herald = ebit::herald::single_click;
};

/// Endpoints at one switch that does not sense where its mirrors stand, and two analysers there; light to the second
/// loses 0.9 dB more by each arm.
orchestrate::fabric near_and_far() {
  orchestrate::fabric_options o;
  link::optical_switch moving;
  moving.reconfiguration_time = 1_us;
  moving.senses_position = false;
  o.switches = {moving};
  o.lengths = {metres(1)};
  orchestrate::fabric_parts parts = orchestrate::star(4, o).parts();
  const orchestrate::fabric in{parts};
  for (const orchestrate::span_id s : in.incident(in.analysers().back()))
    parts.spans[s.value()].connectors = decibels(0.9);
  return orchestrate::fabric{parts};
}
element_id nearest(const orchestrate::fabric& in) { return in.analysers().front(); }

/// What endpoints tell the controller, as it passes by; if not `lets_tests_by`, without what tests have shown.
struct news : sim::open_tap {
  bool lets_tests_by = true;
  std::uint64_t tests = 0;
  std::uint64_t pairs = 0;

  using sim::open_tap::on_event;
  bool on_event(node_id, event::received& e) {
    if (!e.content.holds<wire::released>()) return true;
    auto m = e.content.unpack<wire::released>();
    tests += m.tests;
    if (m.role == wire::grant::head) pairs += m.delivered;
    if (lets_tests_by) return true;
    m.tests = 0;
    e.content = message::pack(e.content.from, e.content.to, e.content.circuit, m);
    return true;
  }
};
template <class Profile>
using centre_of = sim::data_centre<Profile, orchestrate::adaptive, bell_diagonal, sim::no_trace, news>;

template <class Profile>
sim::data_centre_options<Profile, orchestrate::adaptive> quiet() {
  sim::data_centre_options<Profile, orchestrate::adaptive> o;
  o.hardware = {};
  o.hardware.emission_efficiency = 0.5;
  o.hardware.memories = 2;
  o.hardware.attempt_time = 1_us;
  return o;
}
/// The switch's port to the nearest analyser sticks, of which nobody hears.
template <class Options>
Options with_stuck_port(Options o, const orchestrate::fabric& in) {
  const element_id hub = in.switches().front();
  const orchestrate::span_id s = in.incident(nearest(in)).front();
  o.broken = {{.what = sim::fabric_fault::kind::sticking_port,
               .at = 0_s,
               .lasts = 1000_s,
               .element = hub,
               .port = in.along(s).port_at(hub)}};
  return o;
}

/// What one request after another gets.
struct service {
  std::vector<element_id> analysers;
  std::vector<double> fidelities;
  double slowdown = 1;  ///< as the controller believes it to be in the end

  /// Of requests from that one on.
  [[nodiscard]] double fidelity(std::size_t first) const {
    double sum = 0;
    for (std::size_t i = first; i < fidelities.size(); ++i) sum += fidelities[i];
    return sum / static_cast<double>(fidelities.size() - first);
  }
  [[nodiscard]] std::size_t uses(element_id analyser, std::size_t first) const {
    return static_cast<std::size_t>(
        std::count(analysers.begin() + static_cast<std::ptrdiff_t>(first), analysers.end(), analyser));
  }
};
template <class Centre>
service serve(Centre& centre, std::size_t requests, std::uint32_t pairs) {
  REQUIRE(centre.validate());
  service got;
  for (std::size_t i = 0; i < requests; ++i) {
    const auto asked = centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = pairs});
    REQUIRE(asked);
    while (centre.controller().leases().size() == 0 && centre.now() < world_time{20_s}) centre.step();
    const auto& leases = centre.controller().leases();
    for (std::uint32_t s = 0; s < leases.slots(); ++s)
      if (leases.is_used(s)) got.analysers.push_back(leases[s].way.analyser);
    while (!asked->record().finished && centre.now() < world_time{20_s}) centre.step();
    centre.run_for(1_ms);
    REQUIRE(asked->record().outcome == request_outcome::delivered);
    got.fidelities.push_back(asked->record().fidelity());
  }
  REQUIRE(got.analysers.size() == requests);
  return got;
}

}  // namespace

TEST_CASE(
    "sim.measured_paths: a part that spoils pairs unnoticed is left for what test rounds show, and only for that") {
  // A photon from the lit arm alone heralds too, half as often: of that alone too little can be put down to each part.
  const orchestrate::fabric in = near_and_far();
  constexpr std::size_t requests = 12;
  const auto run = [&](bool is_stuck, bool is_tested, bool lets_tests_by) {
    auto o = quiet<one_click>();
    o.herald.bright_state = 0.05;
    o.route.service.test_interval = is_tested ? 3 : 0;
    if (is_stuck) o = with_stuck_port(o, in);
    centre_of<one_click> centre{in, o};
    centre.tap().lets_tests_by = lets_tests_by;
    service got = serve(centre, requests, 90);
    // One pair in three is tested; the last answers may be under way when the path is given back.
    const double pairs = static_cast<double>(centre.tap().pairs), tests = static_cast<double>(centre.tap().tests);
    CHECK((is_tested ? std::abs(2 * tests - pairs) < 5 * std::sqrt(3 * pairs) : tests == 0));
    got.slowdown = centre.controller().seen().slowdown();
    return got;
  };
  const service sound = run(false, true, true), seen = run(true, true, true), untold = run(true, true, false),
                untested = run(true, false, true);
  // What is tested is not delivered, which is nothing to blame anybody for.
  CHECK(sound.slowdown < 1.15);
  CHECK(sound.uses(nearest(in), 0) == requests);
  for (const service* without : {&untold, &untested}) {
    CHECK(without->uses(nearest(in), 0) == requests);
    CHECK(without->fidelity(requests / 2) < 0.5);
  }
  CHECK(seen.analysers.front() == nearest(in));
  CHECK(seen.fidelities.front() < 0.5);
  CHECK(seen.uses(nearest(in), requests / 2) == 0);
  CHECK(seen.fidelity(requests / 2) > 0.94);
  CHECK(sound.fidelity(0) > 0.94);
}

TEST_CASE("sim.measured_paths: a part that loses light unnoticed is left for what it heralds, without any tests") {
  const orchestrate::fabric in = near_and_far();
  for (const bool is_stuck : {false, true}) {
    CAPTURE(is_stuck);
    auto o = quiet<two_clicks>();
    if (is_stuck) o = with_stuck_port(o, in);
    centre_of<two_clicks> centre{in, o};
    const service got = serve(centre, 8, 60);
    CHECK(got.analysers.front() == nearest(in));
    CHECK(got.uses(nearest(in), 2) == (is_stuck ? 0 : 6));
    const auto& known = centre.controller().seen();
    CHECK((known.excess(nearest(in)) > 0.75) == is_stuck);
    CHECK(known.excess(in.analysers().back()) == 0);
  }
}
