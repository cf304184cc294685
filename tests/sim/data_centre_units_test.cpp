// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <ebit/link/optical_switch.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>
#include <ebit/sim/data_centre.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using link::device_phase;
using orchestrate::element_id;
using fault = sim::fabric_fault;

namespace {

struct plain : default_profile {};

/// Remembers who began attempts, which light paths were withdrawn, and when endpoint 0's halves were emitted.
struct attempt_watch : sim::open_tap {
  std::vector<node_id> begun;
  std::vector<wire::withdraw> withdrawn;
  std::vector<local_time> born;

  using sim::open_tap::on_action;
  using sim::open_tap::on_event;
  bool on_event(node_id n, event::heralded& e) {
    if (n == node_id{0}) born.push_back(e.born);
    return true;
  }
  template <class Perform>
  bool on_action(node_id n, action::attempt&, Perform&&) {
    begun.push_back(n);
    return true;
  }
  template <class Perform>
  bool on_action(node_id, action::send& a, Perform&&) {
    if (a.content.holds<wire::withdraw>()) withdrawn.push_back(a.content.unpack<wire::withdraw>());
    return true;
  }
};
using centre_type = sim::data_centre<plain, orchestrate::adaptive, bell_diagonal, sim::no_trace, attempt_watch>;

constexpr link::lifecycle_times life{.initialising = 200_us, .locking = 100_us, .deinitialising = 50_us};

orchestrate::fabric star(duration homing = 0_us, ebit::length arms = metres(10)) {
  orchestrate::fabric_options o;
  o.lengths = {arms};
  link::optical_switch moving;
  moving.insertion_loss = decibels(0.5);
  moving.reconfiguration_time = 1_us;
  moving.homing_time = homing;
  o.switches = {moving};
  return orchestrate::star(4, o);
}
centre_type::options_type wanted_options() {
  centre_type::options_type o;
  o.hardware.emission_efficiency = 0.3;
  o.hardware.memories = 2;
  o.hardware.memory = {};
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = 1_us;
  o.hardware.life = life;
  o.hardware.degraded_efficiency = 0.5;
  o.hardware.degraded_noise = 0.04;
  return o;
}

/// Runs event by event, and looks every 20 us; nobody attempts anything but with a unit at work. The phases that
/// endpoint 0 goes through.
std::vector<device_phase> run(centre_type& centre, duration end) {
  std::vector<device_phase> phases{centre.phase(node_id{0})};
  while (centre.now() < world_time{end}) {
    // Some phases end without an event.
    const world_time look = least(centre.now() + 20_us, world_time{end});
    if (centre.next_time() <= look)
      centre.step();
    else
      centre.run_until(look);
    for (const node_id n : centre.tap().begun) {
      const device_phase p = centre.phase(n);
      INFO("node " << n.value() << " is " << name_of(p) << " at " << centre.now().since_epoch().seconds());
      CHECK((p == device_phase::busy || p == device_phase::degraded));
    }
    centre.tap().begun.clear();
    if (const device_phase p = centre.phase(node_id{0}); p != phases.back()) phases.push_back(p);
  }
  return phases;
}
/// Where `part` stands in `all` as it is, without a gap.
bool has(const std::vector<device_phase>& all, const std::vector<device_phase>& part) {
  for (std::size_t i = 0; i + part.size() <= all.size(); ++i)
    if (std::equal(part.begin(), part.end(), all.begin() + static_cast<std::ptrdiff_t>(i))) return true;
  return false;
}
world_time first_after(const sim::request_record& r, duration when) {
  for (const sim::delivered_pair& p : r.deliveries)
    if (p.first >= world_time{when}) return p.first;
  return world_time::never();
}
duration in(const centre_type& centre, device_phase p) {
  return centre.time_in_phases_of(node_id{0})[static_cast<std::size_t>(p)];
}
/// What news, orders and the first pair take at most, with room to spare.
constexpr duration bound = 400_us;

}  // namespace

TEST_CASE(
    "sim.data_centre_units: from a cold start units start up and lock, and switches home, before the first pair") {
  auto o = wanted_options();
  o.cold_start = true;
  const duration homing = GENERATE(0_us, 500_us);
  centre_type centre{star(homing), o};
  REQUIRE(centre.validate());
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 20}));
  const auto phases = run(centre, 5_ms);
  REQUIRE(has(phases, {device_phase::initialising, device_phase::locking, device_phase::ready, device_phase::busy}));
  const sim::request_record& r = centre.requests()[0];
  REQUIRE(r.outcome == request_outcome::delivered);
  const duration ready = homing > life.until_ready() ? homing : life.until_ready();
  CHECK(r.deliveries.front().first >= world_time{ready});
  CHECK(r.deliveries.front().first <= world_time{ready + bound});
  CHECK((in(centre, device_phase::initialising) == 200_us && in(centre, device_phase::locking) == 100_us));
  CHECK(centre.truth().ledger().orphaned == 0);
}

TEST_CASE("sim.data_centre_units: after a fault, or a crash of its agent, a unit starts up and locks again") {
  auto o = wanted_options();
  const bool crashes = GENERATE(false, true);
  if (crashes) {
    o.link.retransmit_after = 50_us;
    o.faults.schedule = {{.what = scheduled_fault::kind::crash, .at = 2_ms, .lasts = 1_ms, .node = node_id{0}}};
  } else {
    o.broken = {{.at = 2_ms, .lasts = 1_ms, .element = element_id{0}}};
  }
  centre_type centre{star(), o};
  REQUIRE(centre.validate());
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 400}));
  const auto phases = run(centre, 60_ms);
  const auto back = {device_phase::fault, device_phase::initialising, device_phase::locking, device_phase::ready,
                     device_phase::busy};
  CHECK(has(phases, back));
  const sim::request_record& r = centre.requests()[0];
  CHECK(r.outcome == request_outcome::delivered);
  REQUIRE((r.deliveries.front().first < world_time{2_ms} && r.deliveries.back().first > world_time{3_ms}));
  const world_time again = first_after(r, 2_ms + 50_us);
  CHECK(again >= world_time{3_ms + life.until_ready()});
  CHECK(again <= world_time{3_ms + life.until_ready() + bound});
  CHECK(in(centre, device_phase::fault) == 1_ms);
  CHECK((in(centre, device_phase::initialising) == 200_us && in(centre, device_phase::locking) == 100_us));
  duration all;
  for (const duration each : centre.time_in_phases_of(node_id{0})) all += each;
  CHECK(all == centre.now().since_epoch());
  if (crashes) return;
  bool names_it = false;
  for (const wire::withdraw& w : centre.tap().withdrawn)
    names_it = names_it || (w.cause == 0 && w.why == static_cast<std::uint8_t>(orchestrate::ending::fault));
  CHECK(names_it);
}

TEST_CASE("sim.data_centre_units: a unit out of tolerance gives fewer and worse pairs, as the forecast says") {
  auto o = wanted_options();
  o.broken = {{.what = fault::kind::drift, .at = 40_ms, .lasts = 80_ms, .element = element_id{0}}};
  centre_type centre{star(), o};
  REQUIRE(centre.validate());
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 1'000'000}));
  struct figures {
    double rate = 0, fidelity = 0, forecast_rate = 0, forecast_fidelity = 0;
  };
  std::vector<figures> seen;
  for (const duration start : {5_ms, 60_ms, 140_ms}) {
    run(centre, start + 15_ms);
    figures f;
    const auto& leases = centre.controller().leases();
    REQUIRE(leases.at(0).size() > 0);
    f.forecast_rate = leases[leases.at(0).back()].rate;
    f.forecast_fidelity = leases[leases.at(0).back()].fidelity;
    run(centre, start + 30_ms);
    double pairs = 0;
    for (const sim::delivered_pair& p : centre.requests()[0].deliveries) {
      if (p.second < world_time{start}) continue;
      f.fidelity += p.fidelity;
      ++pairs;
    }
    f.rate = pairs / 0.03;
    f.fidelity /= pairs;
    seen.push_back(f);
    INFO("from " << start.seconds() << ": " << f.rate << "/s, forecast " << f.forecast_rate << "; " << f.fidelity
                 << ", forecast " << f.forecast_fidelity);
    CHECK(f.rate > 0.9 * f.forecast_rate);  // which is a lower bound
    CHECK(std::abs(f.fidelity - f.forecast_fidelity) < 0.01);
  }
  // The fabric levels both arms, so that of two photons each is half as likely.
  const double forecast = seen[1].forecast_rate / seen[0].forecast_rate, real = seen[1].rate / seen[0].rate;
  CHECK((forecast > 0.2 && forecast < 0.3));
  CHECK(std::abs(real / forecast - 1) < 0.15);
  CHECK(seen[1].fidelity < seen[0].fidelity - 0.02);
  CHECK((std::abs(seen[2].rate / seen[0].rate - 1) < 0.1 && std::abs(seen[2].fidelity - seen[0].fidelity) < 0.005));
  CHECK(centre.truth().ledger().orphaned == 0);
}

TEST_CASE("sim.data_centre_units: a unit that is shut down lets attempts end, and no half is left alone") {
  for (const bool is_head : {true, false})
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(is_head, seed);
      auto o = wanted_options();
      o.seed = seed;
      o.broken = {{.what = fault::kind::shutdown, .at = 2_ms, .lasts = 1_ms, .element = element_id{0}}};
      centre_type centre{star(), o};
      REQUIRE(centre.validate());
      REQUIRE(centre.request({.from = node_id{is_head ? 0U : 1U}, .to = node_id{is_head ? 1U : 0U}, .pairs = 400}));
      run(centre, 2500_us);
      CHECK(centre.phase(node_id{0}) == device_phase::idle);
      CHECK(centre.endpoint(node_id{0}).agent().leases().empty());
      CHECK(centre.endpoint(node_id{1}).agent().leases().empty());
      CHECK(centre.controller().leases().size() == 0);
      const auto phases = run(centre, 60_ms);
      CHECK(
          has(phases, {device_phase::idle, device_phase::initialising, device_phase::locking, device_phase::ready}));
      const sim::request_record& r = centre.requests()[0];
      CHECK((r.outcome == request_outcome::delivered && r.deliveries.size() == 400));
      CHECK(first_after(r, 2500_us) >= world_time{3_ms + life.until_ready()});
      CHECK(centre.truth().ledger().orphaned == 0);
      CHECK(in(centre, device_phase::deinitialising) == 50_us);
    }
}

TEST_CASE(
    "sim.data_centre_units: what was emitted before a fault shorter than its way still heralds, nothing later") {
  auto o = wanted_options();
  o.hardware.life = {};
  o.hardware.emission_efficiency = 0.9;
  o.hardware.memories = 20;
  o.broken = {{.at = 3_ms, .lasts = 2_us, .element = element_id{0}}};
  centre_type centre{star(0_us, 10_km), o};  // 50 us
  REQUIRE(centre.validate());
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 800}));
  run(centre, 3_ms + 1_us);
  CHECK(centre.phase(node_id{0}) == device_phase::fault);
  const std::size_t before = centre.tap().born.size();
  const auto phases = run(centre, 100_ms);
  CHECK(has(phases, {device_phase::fault, device_phase::ready, device_phase::busy}));
  // The batch that was broken off claims nothing more, and gives nothing back that a later one has claimed.
  CHECK(phases.back() == device_phase::ready);
  CHECK(centre.requests()[0].outcome == request_outcome::delivered);
  std::size_t under_way = 0;
  for (std::size_t i = before; i < centre.tap().born.size(); ++i) {
    const world_time when = centre.when(node_id{0}, centre.tap().born[i]);
    under_way += when < world_time{3_ms} ? 1U : 0U;
    CHECK((when <= world_time{3_ms} || when >= world_time{3_ms + 2_us}));
  }
  CHECK(under_way > 0);
}

TEST_CASE("sim.data_centre_units: two cut fibres on a way are both mended before anything heralds") {
  // Light takes 100 us to the second one. So what passes it when it is mended was sent while the first was still cut.
  const duration cut = 3_ms;
  std::size_t heard = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    auto o = wanted_options();
    o.seed = seed;
    o.hardware.emission_efficiency = 0.9;
    o.hardware.memories = 20;
    centre_type centre{star(0_us, 20_km), o};
    const orchestrate::fabric& in = centre.layout();
    o.broken = {{.what = fault::kind::fibre, .at = cut, .lasts = 40_us, .fibre = in.span_at(element_id{0}, 0)}};
    for (const element_id analyser : in.analysers())
      for (const orchestrate::span_id s : in.incident(analyser))
        o.broken.push_back({.what = fault::kind::fibre, .at = cut - 50_us, .lasts = 110_us, .fibre = s});
    centre = centre_type{in, o};
    REQUIRE(centre.validate());
    REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 4'000}));
    run(centre, cut + 2_ms);
    for (const local_time own : centre.tap().born) {
      const world_time t = centre.when(node_id{0}, own);
      CHECK((t < world_time{cut} || t >= world_time{cut + 40_us}));
      heard += t > world_time{cut - 200_us} ? 1U : 0U;
    }
  }
  CHECK(heard > 0);
}

TEST_CASE("sim.data_centre_units: where a unit out of tolerance falls short of a request, that waits") {
  auto o = wanted_options();
  o.broken = {{.what = fault::kind::drift, .at = 8_ms, .lasts = 30_ms, .element = element_id{0}}};
  centre_type centre{star(), o};
  REQUIRE(centre.validate());
  const double wanted = 0.99;
  REQUIRE(centre.request({.from = node_id{1}, .to = node_id{0}, .pairs = 10'000, .min_fidelity = wanted}));
  REQUIRE(centre.request({.from = node_id{2}, .to = node_id{0}, .pairs = 10'000}));
  run(centre, 8_ms - 1_us);
  REQUIRE(centre.controller().leases().at(0).size() == 1);
  run(centre, 8_ms + bound);
  // Whatever is lent now was granted with what the unit gives now.
  for (const std::uint32_t slot : centre.controller().leases().at(0)) {
    const orchestrate::lease& l = centre.controller().leases()[slot];
    CHECK((l.head == 2 && l.fidelity < wanted && !l.is_restated));
  }
  run(centre, 70_ms);
  std::size_t early = 0, late = 0, meanwhile = 0;
  for (const sim::delivered_pair& p : centre.requests()[0].deliveries) {
    const bool is_meanwhile = p.second > world_time{8_ms + bound} && p.second < world_time{38_ms};
    CHECK_FALSE(is_meanwhile);
    early += p.second < world_time{8_ms} ? 1U : 0U;
    late += p.second > world_time{38_ms} ? 1U : 0U;
  }
  for (const sim::delivered_pair& p : centre.requests()[1].deliveries)
    meanwhile += p.second > world_time{8_ms + bound} && p.second < world_time{38_ms} ? 1U : 0U;
  CHECK((early > 0 && late > 0 && meanwhile > 0));
  CHECK(centre.truth().ledger().orphaned == 0);
}

TEST_CASE("sim.data_centre_units: a walk leaves a relay that is out of tolerance, as its forecast says") {
  const auto at_work = [](const centre_type& centre) {
    const auto& leases = centre.controller().leases();
    REQUIRE(leases.at(0).size() == 1);
    return leases[leases.at(0).front()];
  };
  orchestrate::fabric_options optics;
  optics.switches = {link::optical_switch{}};
  auto o = wanted_options();
  o.repeater = o.hardware;
  std::uint32_t relay = 0;
  double rate = 0;
  for (const bool drifts : {false, true}) {
    if (drifts) o.broken = {{.what = fault::kind::drift, .at = 3_ms, .lasts = 30_ms, .element = element_id{relay}}};
    centre_type centre{orchestrate::bcube(4, 1, optics), o};
    REQUIRE(centre.validate());
    REQUIRE(centre.request({.from = node_id{0}, .to = node_id{5}, .pairs = 100'000}));
    run(centre, 3_ms + 2 * bound);
    const orchestrate::lease l = at_work(centre);
    REQUIRE(l.walk != orchestrate::lease::none);
    if (!drifts) {
      relay = l.tail;
      rate = l.rate;
    } else {
      CHECK(l.tail != relay);
      CHECK(l.rate == rate);
    }
  }
  // All relays: the walk is granted anew, with what they give now.
  o.broken.clear();
  for (std::uint32_t other = 1; other < 16; ++other)
    if (other != 5)
      o.broken.push_back({.what = fault::kind::drift, .at = 3_ms, .lasts = 30_ms, .element = element_id{other}});
  centre_type centre{orchestrate::bcube(4, 1, optics), o};
  REQUIRE(centre.validate());
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{5}, .pairs = 100'000}));
  run(centre, 3_ms + 2 * bound);
  const orchestrate::lease l = at_work(centre);
  CHECK((l.walk != orchestrate::lease::none && !l.is_restated));
  CHECK(l.rate < 0.5 * rate);
}

TEST_CASE("sim.data_centre_units: nobody is promised pairs before a unit can have started up") {
  auto o = wanted_options();
  o.cold_start = true;
  centre_type centre{star(), o};
  REQUIRE(centre.validate());
  run(centre, 10_us);
  const std::vector<duration> limits{life.until_ready() - 50_us, 5_ms};
  for (const duration limit : limits)
    REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 5, .time_limit = limit}));
  run(centre, 4_ms);
  CHECK(centre.requests()[0].outcome == request_outcome::refused);
  CHECK(centre.requests()[0].why == refusal::too_slow);
  CHECK(centre.requests()[1].outcome == request_outcome::delivered);
}

TEST_CASE("sim.data_centre_units: what a unit cannot be is refused by name, with what is allowed") {
  const auto error = [](auto&& change) {
    auto o = wanted_options();
    change(o);
    const auto checked = centre_type{star(), o}.validate();
    REQUIRE_FALSE(checked);
    return checked.error().message();
  };
  CHECK(error([](auto& o) { o.hardware.life.locking = -1_ps; }).find("lifecycle_times.locking") != std::string::npos);
  CHECK(error([](auto& o) { o.hardware.degraded_efficiency = 0; }) ==
        "hardware.degraded_efficiency: given 0, allowed above 0, up to 1");
  CHECK(error([](auto& o) { o.hardware.degraded_noise = 1.5; }).starts_with("hardware.degraded_noise: given 1.5"));
  CHECK(error([](auto& o) {
          o.broken = {{.what = fault::kind::drift, .at = 1_ms, .lasts = 1_ms, .element = element_id{4}}};
        }) == "data_centre.broken[0].element: given hub, allowed an endpoint, for its networking unit");
}
