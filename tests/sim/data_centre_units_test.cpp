// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <ebit/link/optical_switch.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/sim/data_centre.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using link::device_phase;
using orchestrate::element_id;
using fault = sim::fabric_fault;

namespace {

struct plain : default_profile {};

/// Remembers who began attempts, and what endpoint 0's agent was granted and had withdrawn.
struct attempt_watch : sim::open_tap {
  std::vector<node_id> begun;
  std::vector<wire::withdraw> withdrawn;

  using sim::open_tap::on_action;
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

orchestrate::fabric star(duration homing = 0_us) {
  orchestrate::fabric_options o;
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
