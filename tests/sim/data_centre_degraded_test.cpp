// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

#include <ebit/link/optical_switch.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/sim/data_centre.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using orchestrate::element_id;
using orchestrate::health;
using fault = sim::fabric_fault;

namespace {

struct plain : default_profile {};

/// Remembers what agents say of their devices, and which light paths end for which reason.
struct word_watch : sim::open_tap {
  std::vector<wire::health_news> news;
  std::vector<wire::withdraw> withdrawn;

  using sim::open_tap::on_action;
  template <class Perform>
  bool on_action(node_id, action::send& a, Perform&&) {
    if (a.content.holds<wire::health_news>()) news.push_back(a.content.unpack<wire::health_news>());
    if (a.content.holds<wire::withdraw>()) withdrawn.push_back(a.content.unpack<wire::withdraw>());
    return true;
  }
};
using centre_type = sim::data_centre<plain, orchestrate::adaptive, bell_diagonal, sim::no_trace, word_watch>;

constexpr duration reconfiguration = 1_us;

orchestrate::fabric_options optics(std::uint16_t ports = 1, duration homing = {}) {
  orchestrate::fabric_options o;
  link::optical_switch moving;
  moving.insertion_loss = decibels(0.5);
  moving.reconfiguration_time = reconfiguration;
  moving.homing_time = homing;
  o.switches = {moving};
  o.ports = ports;
  return o;
}
centre_type::options_type wanted_options() {
  centre_type::options_type o;
  o.hardware.emission_efficiency = 0.3;
  o.hardware.memories = 2;
  o.hardware.memory = {};
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = 1_us;
  o.control.guard = 100_ns;
  return o;
}

/// Whether light passes that switch.
bool crosses(const orchestrate::light_path& way, element_id at) {
  for (const auto* side : {&way.a, &way.b})
    for (const orchestrate::crossing& c : side->crossings)
      if (c.at == at) return true;
  return false;
}
/// The light path that endpoint 0 was granted last.
const orchestrate::lease& newest(const centre_type& centre) {
  const auto& leases = centre.controller().leases();
  REQUIRE(!leases.at(0).empty());
  std::uint32_t best = leases.at(0).front();
  for (const std::uint32_t slot : leases.at(0))
    if (leases[slot].path > leases[best].path) best = slot;
  return leases[best];
}
/// Whether both ends take a light path for lit, and there is light in it.
bool is_lit(const centre_type& centre, node_id from) {
  using phase = orchestrate::qnu_lease::phase;
  for (const auto& mine : centre.endpoint(from).agent().leases()) {
    if (mine.state != phase::lit) continue;
    for (const auto& other : centre.endpoint(mine.peer).agent().leases()) {
      if (other.path != mine.path || other.state != phase::lit) continue;
      const auto light =
          centre.optics().meeting(from.value(), mine.port, mine.peer.value(), other.port, centre.now());
      if (light.happens && std::max(light.lit_from[0], light.lit_from[1]) <= centre.now()) return true;
    }
  }
  return false;
}
struct figures {
  double rate = 0, fidelity = 0, pairs = 0;
};
figures between(const centre_type& centre, duration from, duration to) {
  figures f;
  for (const sim::delivered_pair& p : centre.requests()[0].deliveries) {
    if (p.first < world_time{from} || p.second >= world_time{to}) continue;
    ++f.pairs;
    f.fidelity += p.fidelity;
  }
  f.rate = f.pairs / (to - from).seconds();
  f.fidelity /= f.pairs;
  return f;
}
/// Of a pair that had `before`, after white noise on one half.
double whitened(double before, double noise) { return before * (1 - noise) + noise / 4; }

}  // namespace

TEST_CASE("sim.data_centre_degraded: leases move off a switch that gets worse, make before break") {
  const std::uint16_t ports = GENERATE(std::uint16_t{2}, std::uint16_t{1});
  CAPTURE(ports);
  const orchestrate::fabric layout = orchestrate::fat_tree_for(16, optics(ports));
  auto o = wanted_options();
  constexpr std::uint32_t pairs = 600;
  const auto ask = [](centre_type& centre) {
    REQUIRE(centre.validate());
    REQUIRE(centre.request({.from = node_id{0}, .to = node_id{15}, .pairs = pairs}));
  };
  centre_type before{layout, o};
  ask(before);
  before.run_until(world_time{3_ms});
  // The switch in the middle.
  element_id worn;
  const orchestrate::lease old = newest(before);
  for (const auto* side : {&old.way.a, &old.way.b})
    for (const orchestrate::crossing& c : side->crossings)
      if (!worn.valid() || layout.at(c.at).tier > layout.at(worn).tier) worn = c.at;
  REQUIRE(worn.valid());
  o.broken = {{.what = fault::kind::degraded,
               .at = 3_ms,
               .lasts = 40_ms,
               .element = worn,
               .added_loss = decibels(3),
               .noise = 0.1}};
  centre_type centre{layout, o};
  ask(centre);
  centre.run_until(world_time{3_ms});
  REQUIRE(newest(centre).path == old.path);
  duration dark;
  while (centre.now() < world_time{3_ms + 100_us}) {
    const bool was_lit = is_lit(centre, node_id{0});
    const world_time since = centre.now();
    REQUIRE(centre.step());
    if (!was_lit) dark += centre.now() - since;
  }
  CHECK(centre.controller().state().health_of(worn) == health::degraded);
  CHECK(centre.controller().counts().moved == 1);
  CHECK(newest(centre).path != old.path);
  CHECK_FALSE(crosses(newest(centre).way, worn));
  // Without a port to spare the way uses the old one's first fibres, whose head stops in time for its last words.
  const duration most = reconfiguration + o.control.guard + old.way.balanced().delay() * 4;
  INFO("dark for " << dark.seconds() << " s");
  CHECK(dark <= (ports == 2 ? duration::zero() : most));
  CHECK((ports == 2 || dark >= reconfiguration));
  REQUIRE(!centre.tap().withdrawn.empty());
  for (const wire::withdraw& w : centre.tap().withdrawn)
    CHECK(w.why == static_cast<std::uint8_t>(orchestrate::ending::moved));
  centre.run_until(world_time{60_ms});
  const sim::request_record& r = centre.requests()[0];
  CHECK(r.outcome == request_outcome::delivered);
  CHECK((r.deliveries.size() == pairs && r.at_head.size() == pairs && r.revoked.empty()));
  CHECK(std::set<pair_id>(r.names_at_head.begin(), r.names_at_head.end()).size() == pairs);
  CHECK(centre.truth().ledger().orphaned == 0);
  CHECK(r.deliveries.back().second > world_time{4_ms});
  // Pairs that were made on the way that got worse are worse until it is left, and none is later.
  const double good = between(before, 1_ms, 3_ms).fidelity;
  for (const sim::delivered_pair& p : r.deliveries)
    if (p.first < world_time{3_ms} || p.second > world_time{3_ms + 50_us}) CHECK(std::abs(p.fidelity - good) < 1e-9);
  CHECK(between(centre, 4_ms, 20_ms).pairs > 200);
}

TEST_CASE("sim.data_centre_degraded: what a worse part leaves of rate and fidelity, as long as it lasts") {
  struct part {
    const char* what;
    fault of;
    int passes;  ///< photons of a pair
  };
  const orchestrate::fabric layout = orchestrate::star(4, optics());
  const element_id hub = layout.switches().front();
  std::vector<part> parts{{"switch", {.element = hub}, 2},
                          {"analysers", {}, 2},
                          {"fibre", {.fibre = layout.span_at(element_id{0}, 0)}, 1}};
  for (const bool is_sensed : {true, false})
    for (const part& p : parts) {
      CAPTURE(p.what, is_sensed);
      auto o = wanted_options();
      o.hardware.emission_efficiency = 0.1;
      fault f = p.of;
      f.what = fault::kind::degraded;
      f.at = 1_s;
      f.lasts = 1_s;
      f.added_loss = decibels(1.5);
      f.noise = 0.08;
      f.is_sensed = is_sensed;
      if (f.is_of_fibre() || f.element.valid()) {
        o.broken = {f};
      } else {
        for (const element_id a : layout.analysers()) {  // else a lease would move to another
          f.element = a;
          o.broken.push_back(f);
        }
      }
      centre_type centre{layout, o};
      REQUIRE(centre.validate());
      REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 1'000'000}));
      centre.run_until(world_time{1500_ms});
      CHECK(centre.tap().news.empty() != is_sensed);
      const health told = is_sensed ? health::degraded : health::good;
      const auto& state = centre.controller().state();
      for (const fault& each : o.broken)
        CHECK((each.is_of_fibre() ? state.health_of(each.fibre) : state.health_of(each.element)) == told);
      centre.run_until(world_time{3_s});
      for (const fault& each : o.broken)
        CHECK((each.is_of_fibre() ? state.health_of(each.fibre) : state.health_of(each.element)) == health::good);
      const figures first = between(centre, 0_s, 1_s), worse = between(centre, 1_s, 2_s),
                    after = between(centre, 2_s, 3_s);
      INFO(first.pairs << " at " << first.fidelity << "; " << worse.pairs << " at " << worse.fidelity << "; "
                       << after.pairs << " at " << after.fidelity);
      // Both arms are levelled, so either photon gets through less often.
      const double rate = std::pow(10, -2 * 0.15);
      CHECK(std::abs(worse.rate / first.rate / rate - 1) < 0.1);
      CHECK(std::abs(after.rate / first.rate - 1) < 0.1);
      double fidelity = first.fidelity;
      for (int i = 0; i < p.passes; ++i) fidelity = whitened(fidelity, 0.08);
      CHECK(first.pairs > 3'000);
      CHECK(std::abs(worse.fidelity - fidelity) < 1e-3);
      CHECK(std::abs(after.fidelity - first.fidelity) < 1e-3);
      CHECK(centre.truth().ledger().orphaned == 0);
      CHECK(centre.false_heralds() == 0);
    }
}

TEST_CASE("sim.data_centre_degraded: what is degraded and breaks is degraded again when it is mended") {
  const orchestrate::fabric layout = orchestrate::star(4, optics(1, 200_us));
  const element_id hub = layout.switches().front(), analyser = layout.analysers().front();
  const orchestrate::span_id one = layout.span_at(element_id{0}, 0), other = layout.span_at(element_id{1}, 0);
  constexpr auto degraded = fault::kind::degraded;
  auto o = wanted_options();
  const loss lost = decibels(1);
  o.broken = {
      {.what = degraded, .at = 1_ms, .lasts = 8_ms, .element = hub, .added_loss = lost},
      {.at = 2_ms, .lasts = 1_ms, .element = hub},
      {.what = degraded, .at = 1_ms, .lasts = 6_ms, .fibre = one, .noise = 0.1},
      {.what = fault::kind::fibre, .at = 2_ms, .lasts = 1_ms, .fibre = one},
      {.what = degraded, .at = 6_ms, .lasts = 2_ms, .fibre = one, .added_loss = lost},
      {.what = degraded, .at = 3'800_us, .lasts = 700_us, .fibre = other, .added_loss = lost},
      {.what = degraded, .at = 1_ms, .lasts = 7_ms, .element = analyser, .noise = 1, .is_sensed = false},
  };
  // Whoever speaks for the hub misses the end of one, and has to learn of those that last.
  o.faults.schedule = {{.what = scheduled_fault::kind::crash, .at = 4_ms, .lasts = 1_ms, .node = node_id{hub.value()}}};
  centre_type centre{layout, o};
  REQUIRE(centre.validate());
  struct expected {
    duration at;
    health hub, one, other;
  };
  constexpr health good = health::good, failed = health::failed;
  for (const expected& e : {expected{1500_us, health::degraded, health::degraded, good},
                            expected{2500_us, failed, failed, good},
                            expected{3100_us, failed, health::degraded, good},
                            expected{3500_us, health::degraded, health::degraded, good},
                            expected{3900_us, health::degraded, health::degraded, health::degraded},
                            expected{5500_us, health::degraded, health::degraded, good},
                            expected{7500_us, health::degraded, health::degraded, good},
                            expected{8500_us, health::degraded, good, good}, expected{9500_us, good, good, good}}) {
    centre.run_until(world_time{e.at});
    CAPTURE(e.at.seconds());
    const auto& state = centre.controller().state();
    CHECK((state.health_of(hub) == e.hub && state.health_of(analyser) == good));
    CHECK(state.health_of(one) == e.one);
    CHECK(state.health_of(other) == e.other);
  }
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 5}));
  centre.run_until(world_time{12_ms});
  CHECK(centre.requests()[0].outcome == request_outcome::delivered);
}

TEST_CASE("sim.data_centre_degraded: what has passed a part before it got worse still heralds, and nothing is lost") {
  fault f{.what = fault::kind::degraded, .at = 3_ms, .lasts = 3_ms, .added_loss = decibels(100)};
  auto built = optics();
  built.lengths = {10_km};
  const orchestrate::fabric layout = orchestrate::star(4, built);
  f.element = layout.switches().front();
  auto o = wanted_options();
  o.hardware.emission_efficiency = 0.9;
  o.hardware.memories = 20;
  o.control.set_up = 2_ms;  // round trips are long
  o.broken = {f};
  centre_type centre{layout, o};
  REQUIRE(centre.validate());
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 800}));
  centre.run_until(world_time{100_ms});
  const sim::request_record& r = centre.requests()[0];
  CHECK((r.outcome == request_outcome::delivered && r.deliveries.size() == 800 && r.revoked.empty()));
  CHECK((centre.truth().ledger().orphaned == 0 && centre.false_heralds() == 0));
  // Half of the way, 50 us, is beyond the hub, and news take as long again.
  std::size_t late = 0;
  for (const sim::delivered_pair& p : r.deliveries) {
    late += p.first > world_time{3_ms} && p.first < world_time{4_ms} ? 1U : 0U;
    CHECK((p.first < world_time{4_ms} || p.first > world_time{6_ms}));
  }
  CHECK(late > 0);
  CHECK(r.deliveries.back().first > world_time{6_ms});
}
