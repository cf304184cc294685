// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <ebit/link/optical_switch_presets.hpp>
#include <ebit/orchestrate/control_flights.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/planar_pool.hpp>
#include <ebit/sim/data_centre.hpp>
#include <ebit/sim/demand.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using orchestrate::element_id;
using orchestrate::element_kind;

namespace {

struct plain : default_profile {};

/// Remembers the heralds that nodes are told of.
struct herald_watch : sim::open_tap {
  struct seen {
    node_id node;
    slot_id slot;
    std::uint64_t sequence;
    local_time born;
  };
  std::vector<seen> heralds;

  using sim::open_tap::on_event;
  bool on_event(node_id n, event::heralded& e) {
    heralds.push_back({n, e.slot, e.sequence, e.born});
    return true;
  }
};
using watched = sim::data_centre<plain, orchestrate::adaptive, bell_diagonal, sim::no_trace, herald_watch>;

orchestrate::fabric_options optics(duration reconfiguration = 1_us, double crosstalk = 1000) {
  orchestrate::fabric_options o;
  link::optical_switch moving;
  moving.insertion_loss = decibels(0.5);
  moving.crosstalk = decibels(crosstalk);
  moving.reconfiguration_time = reconfiguration;
  o.switches = {moving};
  return o;
}
template <class Options>
Options good_hardware() {
  Options o;
  o.hardware.emission_efficiency = 0.2;
  o.hardware.memories = 2;
  o.hardware.memory = {};
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = 1_us;
  return o;
}
template <class Centre>
void ask_and_run(Centre& centre, const sim::demand_options& o, duration span) {
  sim::demand_stream demand{o, static_cast<std::uint32_t>(centre.layout().endpoints().size())};
  for (sim::timed_request next = demand.next(); next.at < span; next = demand.next()) {
    centre.run_until(world_time{next.at});
    REQUIRE(centre.request(next.wanted));
  }
  centre.run_until(world_time{span});
}

/// The analyser that light reaches which left an endpoint's port at `at`, by where each switch stood when it came by.
element_id seen_by(const sim::optical_truth& truth, std::uint32_t node, std::uint16_t out, world_time at) {
  const orchestrate::fabric& in = truth.layout();
  element_id here{node};
  for (int steps = 0; steps < 64; ++steps) {
    const orchestrate::span_id s = in.span_at(here, out);
    if (!s.valid()) return element_id::none();
    at = at + in.delay_of(s);
    const std::uint16_t port = in.along(s).port_at(in.along(s).other(here));
    here = in.along(s).other(here);
    if (in.at(here).kind == element_kind::analyser) return here;
    if (in.at(here).kind != element_kind::optical_switch) return element_id::none();
    bool passes = false;
    for (std::uint16_t p = 0; p < in.at(here).ports && !passes; ++p) {
      if (p == port || !truth.at(here.value()).passes(port, p, at)) continue;
      out = p;
      passes = true;
    }
    if (!passes) return element_id::none();
  }
  return element_id::none();
}

/// Runs event by event; every pair must have been heralded by photons that met, but for those that the truth knows not
/// to be pairs.
std::uint64_t run_and_check(watched& centre, const sim::demand_options& o, duration span) {
  const auto endpoints = static_cast<std::uint32_t>(centre.layout().endpoints().size());
  sim::demand_stream demand{o, endpoints};
  sim::timed_request next = demand.next();
  std::uint64_t pairs = 0, dark = 0;
  // Half of each pair, by where the photon was seen, when and as which attempt.
  std::map<std::pair<std::uint32_t, std::uint64_t>, element_id> open;
  while (centre.now() < world_time{span}) {
    if (next.at <= centre.next_time().since_epoch()) {
      centre.run_until(world_time{next.at});
      REQUIRE(centre.request(next.wanted));
      next = demand.next();
      continue;
    }
    centre.step();
    for (const herald_watch::seen& h : centre.tap().heralds) {
      const std::uint32_t n = h.node.value();
      const auto per_port = centre.endpoint(h.node).stack().table().size() / centre.layout().elements()[n].ports;
      const auto port = static_cast<std::uint16_t>(h.slot.value() / per_port);
      const element_id at = seen_by(centre.optics(), n, port, centre.when(h.node, h.born));
      INFO("node " << n << " port " << port);
      if (!at.valid()) {
        ++dark;
        continue;
      }
      const std::pair<std::uint32_t, std::uint64_t> key{at.value(), h.sequence};
      if (const auto other = open.find(key); other != open.end()) {
        open.erase(other);
        ++pairs;
      } else {
        open.emplace(key, at);
      }
    }
    centre.tap().heralds.clear();
  }
  // Of a false herald one half or both came from nowhere; of one that only has light of the other end the half is left.
  const std::uint64_t wrong = centre.false_heralds();
  CHECK((wrong == 0 ? dark == 0 : dark <= 2 * wrong));
  CHECK(open.size() < 8 + wrong);  // heralds of which one end is yet to hear
  return pairs;
}

}  // namespace

TEST_CASE("sim.data_centre: any two endpoints get what they ask for, as good as the forecast says") {
  auto o = good_hardware<sim::data_centre_options<plain, orchestrate::adaptive>>();
  sim::data_centre<plain> centre{orchestrate::fat_tree_for(16, optics()), o};
  REQUIRE(centre.validate());
  for (std::uint32_t a = 0; a < 16; ++a) {
    for (std::uint32_t b = 0; b < 16; ++b)
      if (a != b) REQUIRE(centre.request({.from = node_id{a}, .to = node_id{b}, .pairs = 5, .min_fidelity = 0.9}));
  }
  centre.run_for(200_ms);
  for (const sim::request_record& r : centre.requests()) {
    REQUIRE(r.outcome == request_outcome::delivered);
    CHECK(r.deliveries.size() == 5);
    CHECK(r.fidelity() >= 0.9);
  }
  CHECK(centre.controller().requests().size() == 0);
  CHECK((centre.controller().state().spans_in_use() == 0 && centre.controller().state().analysers_in_use() == 0));
  CHECK(centre.truth().ledger().orphaned == 0);
}

TEST_CASE("sim.data_centre: nothing is heralded by photons that did not meet, whatever moves or breaks") {
  struct scene {
    orchestrate::fabric layout;
    duration reconfiguration;
  };
  const std::vector<orchestrate::fabric> layouts{
      orchestrate::star(12, optics(5_us)), orchestrate::fat_tree_for(16, optics(2_us)),
      orchestrate::clos_for(16, optics(1_us)), orchestrate::fat_tree_for(16, optics(2_us, 12))};
  std::uint64_t seed = 100;
  for (const orchestrate::fabric& layout : layouts) {
    auto o = good_hardware<watched::options_type>();
    o.seed = ++seed;
    o.link.retransmit_after = 50_us;
    o.faults.loss = 0.02;
    o.faults.jitter = 1_us;
    if (seed % 2 == 0) {  // photons of 20 ns, and clocks that often miss the window
      o.timing = sim::fabric_timing{.photon = {link::wave_form::pulse, 2e-8},
                                    .endpoints = {.jitter = 1e-8, .residual = 4e-8, .synchronised_every = 200_us}};
      o.control.guard = 500_ns;
    }
    for (std::size_t i = 0; i < 6; ++i) {
      const element_id e = i % 2 == 0 ? layout.switches()[(i * 7) % layout.switches().size()]
                                      : layout.analysers()[(i * 5) % layout.analysers().size()];
      o.broken.push_back({.at = 2_ms * static_cast<std::int64_t>(i + 1), .lasts = 1_ms, .element = e});
      o.broken.push_back({.what = sim::fabric_fault::kind::fibre,
                          .at = 1_ms + 2_ms * static_cast<std::int64_t>(i),
                          .lasts = 1500_us,
                          .fibre = orchestrate::span_id{static_cast<std::uint32_t>(i * 3)}});
    }
    watched centre{layout, o};
    INFO(layout.name() << ", seed " << seed);
    REQUIRE(centre.validate());
    CHECK(run_and_check(centre, {.requests_per_second = 20'000, .pairs = 4, .seed = seed}, 20_ms) > 200);
  }
}

TEST_CASE("sim.data_centre: two endpoints at one analyser need no switch") {
  const auto o = good_hardware<sim::data_centre_options<plain, orchestrate::adaptive>>();
  orchestrate::fabric_options parts = optics();
  parts.switches.front() = link::find_optical_switch_preset("silicon_interferometer_2x2")->value;
  sim::data_centre<plain> centre{orchestrate::planar_pool(2, parts), o};
  REQUIRE(centre.validate());
  REQUIRE(centre.layout().switches().empty());
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 5, .min_fidelity = 0.9}));
  centre.run_for(50_ms);
  CHECK(centre.requests()[0].outcome == request_outcome::delivered);
  CHECK(centre.requests()[0].deliveries.size() == 5);
}

TEST_CASE("sim.data_centre: a forecast holds where memories forget while the tail waits for the head's word") {
  auto o = good_hardware<sim::data_centre_options<plain, orchestrate::adaptive>>();
  o.hardware.memory = {duration::never(), 100_us};
  sim::data_centre<plain> centre{orchestrate::star(4, optics()), o};
  REQUIRE(centre.validate());
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 200, .min_fidelity = 0.5}));
  centre.run_for(1_ms);
  const orchestrate::lease* lent = nullptr;
  for (std::uint32_t slot = 0; slot < centre.controller().leases().slots(); ++slot)
    if (centre.controller().leases().is_used(slot)) lent = &centre.controller().leases()[slot];
  REQUIRE(lent != nullptr);
  const double foretold = lent->fidelity;
  centre.run_for(100_ms);
  const sim::request_record& r = centre.requests()[0];
  REQUIRE(r.deliveries.size() == 200);
  INFO(r.fidelity() << " +- " << r.fidelity_error() << ", forecast " << foretold);
  CHECK(r.fidelity() >= foretold);
  CHECK(r.fidelity() < foretold + 1e-3);
}

TEST_CASE("sim.data_centre: an agent that starts again while its switch is broken or homing says so") {
  auto o = good_hardware<sim::data_centre_options<plain, orchestrate::adaptive>>();
  orchestrate::fabric_options parts = optics();
  parts.switches.front().homing_time = 2_ms;
  const orchestrate::fabric layout = orchestrate::star(4, parts);
  const element_id hub = layout.switches().front();
  // Its agent is away when it breaks and when it is mended; it is back while the hub homes, from 3 ms to 5 ms.
  o.broken = {{.at = 1_ms, .lasts = 2_ms, .element = hub}};
  o.faults.schedule = {{.at = 500_us, .lasts = 2'600_us, .node = node_id{hub.value()}}};
  sim::data_centre<plain> centre{layout, o};
  REQUIRE(centre.validate());
  centre.run_until(world_time{3'200_us});
  CHECK(centre.controller().state().health_of(hub) == orchestrate::health::failed);
  REQUIRE(centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 5, .min_fidelity = 0.5}));
  centre.run_until(world_time{4'900_us});
  CHECK(centre.controller().counts().leases == 0);
  centre.run_until(world_time{10_ms});
  CHECK(centre.requests()[0].deliveries.size() == 5);
  CHECK(centre.controller().counts().leases == 1);
}

TEST_CASE(
    "sim.data_centre: fibres that were cut and mended behind the back of an agent are known for what they are") {
  auto o = good_hardware<sim::data_centre_options<plain, orchestrate::adaptive>>();
  const orchestrate::fabric layout = orchestrate::star(4, optics());
  const element_id hub = layout.switches().front();
  using kind = sim::fabric_fault::kind;
  const orchestrate::span_id first = layout.incident(element_id{0}).front(),
                             second = layout.incident(element_id{1}).front(),
                             third = layout.incident(element_id{2}).front();
  // The first is mended, the second cut, while the hub and both processors are without their agents. A third one is cut
  // twice at a time, so that it is not whole when the first cut is mended.
  o.broken = {{.what = kind::fibre, .at = 1_ms, .lasts = 2_ms, .fibre = first},
              {.what = kind::fibre, .at = 2_ms, .lasts = 20_ms, .fibre = second},
              {.what = kind::fibre, .at = 500_us, .lasts = 3_ms, .fibre = third},
              {.what = kind::fibre, .at = 1_ms, .lasts = 8_ms, .fibre = third}};
  for (const std::uint32_t n : {hub.value(), 0U, 1U})
    o.faults.schedule.push_back({.at = 1'500_us, .lasts = 2'500_us, .node = node_id{n}});
  sim::data_centre<plain> centre{layout, o};
  REQUIRE(centre.validate());
  centre.run_until(world_time{1'400_us});
  CHECK(centre.controller().state().health_of(first) == orchestrate::health::failed);
  centre.run_until(world_time{5_ms});
  CHECK(centre.controller().state().health_of(first) == orchestrate::health::good);
  CHECK(centre.controller().state().health_of(second) == orchestrate::health::failed);
  CHECK(centre.controller().state().health_of(third) == orchestrate::health::failed);
  centre.run_until(world_time{10_ms});
  CHECK(centre.controller().state().health_of(third) == orchestrate::health::good);
}

TEST_CASE("sim.data_centre: after the first fault already there is light on new ways as soon as it can be") {
  auto o = good_hardware<sim::data_centre_options<plain, orchestrate::adaptive>>();
  o.control.guard = 10_ns;
  const orchestrate::fabric layout = orchestrate::fat_tree_for(54, optics(100_ns));
  sim::data_centre<plain> centre{layout, o};
  REQUIRE(centre.validate());
  const node_id controller{static_cast<std::uint32_t>(layout.elements().size())};
  // It stands at the first of the core switches.
  element_id place = layout.switches().back();
  for (const element_id e : layout.switches())
    if (layout.at(e).tier == layout.at(place).tier && e < place) place = e;
  const auto flights = orchestrate::control_flights(layout, place);
  for (const std::uint32_t e : {0U, 17U, 53U, place.value(), layout.analysers().back().value()})
    CHECK(flights[e] + o.to_controller == centre.flight(controller, node_id{e}));
  for (std::uint32_t n = 0; n < 27; n += 9)
    REQUIRE(centre.request({.from = node_id{n}, .to = node_id{53 - n}, .pairs = 3000, .min_fidelity = 0.5}));
  centre.run_for(1_ms);
  const auto& leases = centre.controller().leases();
  REQUIRE(leases.is_used(0));
  element_id core;
  for (const auto& c : leases[0].way.a.crossings)
    if (layout.at(c.at).tier == layout.at(place).tier) core = c.at;
  for (const auto& c : leases[0].way.b.crossings)
    if (layout.at(c.at).tier == layout.at(place).tier) core = c.at;
  REQUIRE(core.valid());
  std::map<std::uint32_t, path_id> hit;
  for (std::uint32_t slot = 0; slot < leases.slots(); ++slot) {
    if (!leases.is_used(slot)) continue;
    for (const auto* side : {&leases[slot].way.a, &leases[slot].way.b})
      for (const auto& c : side->crossings)
        if (c.at == core) hit[leases[slot].head] = leases[slot].path;
  }
  REQUIRE(!hit.empty());
  sim::data_centre_options<plain, orchestrate::adaptive> broken = o;
  broken.broken = {{.at = 1_ms, .lasts = 5_ms, .element = core}};
  sim::data_centre<plain> second{layout, broken};
  for (std::uint32_t n = 0; n < 27; n += 9)
    REQUIRE(second.request({.from = node_id{n}, .to = node_id{53 - n}, .pairs = 3000, .min_fidelity = 0.5}));
  second.run_until(world_time{1_ms + 20_us});
  std::size_t moved = 0;
  const auto& now = second.controller().leases();
  for (std::uint32_t slot = 0; slot < now.slots(); ++slot) {
    if (!now.is_used(slot) || hit.count(now[slot].head) == 0 || now[slot].path == hit[now[slot].head]) continue;
    const orchestrate::lease& l = now[slot];
    duration there = std::max(second.flight(controller, node_id{l.head}), second.flight(controller, node_id{l.tail}));
    for (const auto* side : {&l.way.a, &l.way.b})
      for (const auto& c : side->crossings)
        there = std::max(there, second.flight(controller, node_id{c.at.value()}) + 100_ns);
    const duration bound = second.flight(node_id{core.value()}, controller) + there;
    const duration took = second.when(controller, l.begins) - world_time{1_ms};
    INFO(took.seconds() << " s, bound " << bound.seconds());
    CHECK(took <= bound + bound / 10);
    ++moved;
  }
  CHECK(moved > 0);
}

TEST_CASE("sim.data_centre: the same seed gives the same run, and copies go on bit for bit") {
  const auto o = good_hardware<sim::data_centre_options<plain, orchestrate::adaptive>>();
  const orchestrate::fabric layout = orchestrate::fat_tree_for(16, optics());
  const sim::demand_options demand{.requests_per_second = 10'000, .pairs = 3, .seed = 5};
  sim::data_centre<plain> a{layout, o}, b{layout, o};
  ask_and_run(a, demand, 5_ms);
  ask_and_run(b, demand, 5_ms);
  sim::data_centre<plain> copy = a;
  for (auto* one : {&a, &b, &copy}) one->run_for(5_ms);
  REQUIRE(a.requests().size() == b.requests().size());
  for (const auto* other : {&b, &copy}) {
    CHECK(a.events() == other->events());
    for (std::size_t i = 0; i < a.requests().size(); ++i) {
      const sim::request_record &x = a.requests()[i], &y = other->requests()[i];
      CHECK((x.at_head == y.at_head && x.started == y.started && x.deliveries.size() == y.deliveries.size()));
    }
  }
}

TEST_CASE("sim.data_centre: a range that is left is named before anything runs") {
  using options_type = sim::data_centre_options<plain, orchestrate::adaptive>;
  const orchestrate::fabric layout = orchestrate::star(4, optics());
  const auto error = [&](const options_type& o) {
    return sim::data_centre<plain>{layout, o}.validate().error().message();
  };
  CHECK(error({.controllers = 0}) == "data_centre.controllers: given 0, allowed 1 to 8");
  CHECK(error({.broken = {{.at = 1_ms, .lasts = 1_ms, .element = element_id{99}}}})
            .starts_with("data_centre.broken[0].element: given 99"));
  // The controllers' options hold some that this kind of data centre knows better.
  const auto filled_in = [&](auto change) {
    options_type o;
    change(o.control);
    return error(o);
  };
  const std::string follows = ", allowed nothing: it follows from the data centre";
  CHECK(filled_in([](auto& c) { c.trunks.resize(2); }) == "data_centre.control.trunks: given 2 trunks" + follows);
  CHECK(filled_in([](auto& c) { c.controllers = {node_id{9}}; }) ==
        "data_centre.control.controllers: given 1 controllers" + follows);
  CHECK(filled_in([](auto& c) { c.stands_at = {element_id{4}}; }) ==
        "data_centre.control.stands_at: given 1 places" + follows);
  CHECK(filled_in([](auto& c) { c.to_fabric = 1_us; }) == "data_centre.control.to_fabric: given 1e-06 s" + follows);
  CHECK(filled_in([](auto& c) { c.link.retransmit_after = 1_us; }) ==
        "data_centre.control.link.retransmit_after: given 1e-06 s" + follows);
  CHECK(error({.router = {.hysteresis = -1}}) == "adaptive.hysteresis: given -1, allowed 0 to 1000 dB");
  CHECK(error({.control = {.attempts = 0}}).starts_with("controller.attempts: given 0"));
  orchestrate::fabric_parts many = layout.parts();
  many.analyser_models.resize(257);
  CHECK(orchestrate::fabric{many}.validate().error().message() ==
        "fabric: kinds of analysers: given 257, allowed up to 256");
  sim::data_centre<plain> centre{layout};
  REQUIRE(centre.validate());
  CHECK(centre.request({.from = node_id{0}, .to = node_id{4}}).error().message() ==
        "request.to: given node 4, allowed node 0 to 3");
}

namespace {

/// A star of six endpoints with an analyser of either kind: one sees more photons, the other spoils fewer pairs.
orchestrate::fabric two_kinds() {
  orchestrate::fabric_options o = optics();
  o.analysers = {2};
  orchestrate::fabric_parts parts = orchestrate::star(6, o).parts();
  link::bell_state_analyser &bright = parts.analyser_models.at(0), clean = bright;
  bright.eye = {.efficiency = 0.9, .dark_counts = hertz(20'000), .window = 10_ns};
  bright.mode_match = 0.7;
  bright.insertion_loss = decibels(0.5);
  clean.eye = {.efficiency = 0.6, .dark_counts = hertz(100), .window = 1_ns};
  clean.success = 0.4;
  parts.analyser_models.push_back(clean);
  for (auto last = parts.elements.rbegin(); last != parts.elements.rend(); ++last) {
    if (last->kind != element_kind::analyser) continue;
    last->model = 1;
    break;
  }
  return orchestrate::fabric{parts};
}

}  // namespace

TEST_CASE("sim.data_centre: analysers of several kinds herald as is forecast of each") {
  auto o = good_hardware<sim::data_centre_options<plain, orchestrate::adaptive>>();
  o.control.longest_lease = 2_s;
  const bool has_clocks = GENERATE(false, true);
  if (has_clocks) {
    o.timing = sim::fabric_timing{};
    o.timing->photon = link::wave_packet::of_bandwidth(hertz(1e9));
    o.hardware.timing_jitter = 100_ps;
  }
  sim::data_centre<plain> centre{two_kinds(), o};
  REQUIRE(centre.validate());
  for (const std::uint32_t from : {0U, 2U})
    REQUIRE(
        centre.request({.from = node_id{from}, .to = node_id{from + 1}, .pairs = 1'000'000, .min_fidelity = 0.55}));
  centre.run_for(1_ms);
  // The bright one is taken first. What each path is worth, controller and head reckon alike.
  std::vector<double> rates;
  for (std::uint32_t i = 0; i < 2; ++i) {
    const orchestrate::lease& l = centre.controller().leases()[i];
    REQUIRE(l.way.station == i);
    const sim::request_record& r = centre.requests()[i];
    const route::answer* planned = centre.endpoint(r.asked.from).answer_to(request_id{i});
    REQUIRE(planned != nullptr);
    CHECK(l.rate == Approx(planned->circuit.expected.rate()).epsilon(0.01));
    CHECK(l.fidelity == Approx(planned->circuit.expected.fidelity()).margin(0.001));
    rates.push_back(l.rate);
  }
  CHECK(rates[0] > 2 * rates[1]);
  CHECK(centre.controller().leases()[0].fidelity < centre.controller().leases()[1].fidelity - 0.05);
  const world_time begin = centre.now();
  centre.run_for(500_ms);
  for (std::uint32_t i = 0; i < 2; ++i) {
    const sim::request_record& r = centre.requests()[i];
    const auto& expected = centre.endpoint(r.asked.from).answer_to(request_id{i})->circuit.expected;
    double n = 0, sum = 0, squares = 0;
    for (const world_time t : r.at_head) n += t >= begin ? 1 : 0;
    for (const auto& d : r.deliveries) {
      sum += d.fidelity;
      squares += d.fidelity * d.fidelity;
    }
    const double all = static_cast<double>(r.deliveries.size()), mean = sum / all;
    // Losses are told in steps of 1/1000 dB, which changes the share of dark counts.
    const double error = std::sqrt(std::max(0.0, squares / all - mean * mean) / all) + 1e-6;
    INFO("kind " << i << ": " << n / 0.5 << " pairs/s, forecast " << expected.rate() << "; fidelity " << mean
                 << " +- " << error << ", forecast " << expected.fidelity());
    CHECK(std::abs(n - 0.5 * expected.rate()) < 5 * std::sqrt(n));
    CHECK(std::abs(mean - expected.fidelity()) < 5 * error);
    CHECK(n > 1000);
  }
}

TEST_CASE("sim.data_centre: where the nearest kind of analysers is too poor another one serves") {
  auto o = good_hardware<sim::data_centre_options<plain, orchestrate::adaptive>>();
  sim::data_centre<plain> centre{two_kinds(), o};
  REQUIRE(centre.validate());
  const auto ask = [&](std::uint32_t from, double min_fidelity) {
    REQUIRE(
        centre.request({.from = node_id{from}, .to = node_id{from + 1}, .pairs = 100, .min_fidelity = min_fidelity}));
  };
  ask(0, 0.9);
  ask(2, 0.9);   // waits for it, though the other one is free
  ask(4, 0.55);  // which is good enough here
  ask(0, 0.999);
  centre.run_for(200_ms);
  for (std::size_t i = 0; i < 3; ++i) {
    const sim::request_record& r = centre.requests()[i];
    CHECK((r.outcome == request_outcome::delivered && r.deliveries.size() == 100));
    CHECK(r.fidelity() > (i < 2 ? 0.9 : 0.55));
  }
  CHECK(centre.requests()[2].fidelity() < 0.85);
  CHECK((centre.requests()[3].refused() && centre.requests()[3].why == refusal::fidelity));
  CHECK(centre.controller().state().analysers_in_use() == 0);
}
