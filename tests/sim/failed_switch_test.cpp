// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <ebit/herald/single_click.hpp>
#include <ebit/orchestrate/control_flights.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/path_finder.hpp>
#include <ebit/sim/data_centre.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using orchestrate::element_id;

namespace {

/// One photon heralds: where light comes again its phase has to be found first.
struct one_photon : default_profile {
  using herald = ebit::herald::single_click;
};

/// Remembers when the first pair on each path was born, at each of its ends.
struct first_pairs : sim::open_tap {
  std::map<std::pair<node_id, operation_id>, path_id> batches;
  std::map<std::pair<node_id, path_id>, local_time> born;

  using sim::open_tap::on_action;
  using sim::open_tap::on_event;
  template <class More>
  bool on_action(node_id n, action::attempt& a, const More&) {
    batches[{n, a.operation}] = a.path;
    return true;
  }
  bool on_event(node_id n, event::heralded& e) {
    born.try_emplace({n, batches.at({n, e.operation})}, e.born);
    return true;
  }
};
using centre_type = sim::data_centre<one_photon, orchestrate::adaptive, bell_diagonal, sim::no_trace, first_pairs>;

constexpr duration reconfiguration = 1_us, lock = 2_us;
constexpr duration at = 1_ms;  ///< of the fault

orchestrate::fabric_options optics() {
  link::optical_switch moving;
  moving.insertion_loss = decibels(0.5);
  moving.reconfiguration_time = reconfiguration;
  orchestrate::fabric_options o;
  o.switches = {moving};
  return o;
}

centre_type::options_type how() {
  centre_type::options_type o;
  o.hardware.emission_efficiency = 0.2;
  o.hardware.memories = 2;
  o.hardware.memory = {};
  o.hardware.dark_counts = {};
  o.hardware.attempt_time = 1_us;
  o.phase_lock_time = lock;
  return o;
}

/// Every endpoint has asked for more than it gets in the time: half of them of the other half.
void ask_all(centre_type& centre) {
  const auto half = static_cast<std::uint32_t>(centre.layout().endpoints().size() / 2);
  for (std::uint32_t n = 0; n < half; ++n)
    REQUIRE(centre.request({.from = node_id{n}, .to = node_id{half + n}, .pairs = 60'000, .min_fidelity = 0.5}));
}

[[nodiscard]] bool crosses(const orchestrate::lease& l, element_id e) {
  for (const orchestrate::arm* side : {&l.way.a, &l.way.b})
    for (const orchestrate::crossing& c : side->crossings)
      if (c.at == e) return true;
  return false;
}

/// The leases in force over a switch.
[[nodiscard]] std::vector<orchestrate::lease> leases_over(const centre_type& centre, element_id e) {
  std::vector<orchestrate::lease> all;
  const auto& leases = centre.controller().leases();
  for (std::uint32_t slot = 0; slot < leases.slots(); ++slot)
    if (leases.is_used(slot) && leases[slot].state == orchestrate::lease::phase::live && crosses(leases[slot], e))
      all.push_back(leases[slot]);
  return all;
}

/// The switch that most leases go over, of those that are nobody's only one.
[[nodiscard]] element_id busiest(const centre_type& centre) {
  const orchestrate::fabric& in = centre.layout();
  std::vector<std::size_t> used(in.elements().size());
  const auto& leases = centre.controller().leases();
  for (std::uint32_t slot = 0; slot < leases.slots(); ++slot)
    for (const element_id e : in.switches())
      if (leases.is_used(slot) && crosses(leases[slot], e)) ++used[e.value()];
  element_id most;
  for (const element_id e : in.switches()) {
    bool serves_endpoints = false;
    for (const orchestrate::span_id s : in.incident(e))
      serves_endpoints = serves_endpoints || in.at(in.along(s).other(e)).kind == orchestrate::element_kind::endpoint;
    if (!serves_endpoints && (!most.valid() || used[e.value()] > used[most.value()])) most = e;
  }
  return most;
}

/// What an endpoint holds for a request, on another path than `old`.
[[nodiscard]] const orchestrate::qnu_lease* heir(const centre_type& centre, std::uint32_t n, node_id peer,
                                                 path_id old) {
  for (const orchestrate::qnu_lease& l : centre.endpoint(node_id{n}).agent().leases())
    if (l.peer == peer && l.path != old && l.state == orchestrate::qnu_lease::phase::lit) return &l;
  return nullptr;
}

}  // namespace

TEST_CASE(
    "sim.failed_switch: among 512 endpoints every lease that has another way has light there within the bound") {
  struct run {
    orchestrate::fabric layout;
    duration detection;
  };
  const orchestrate::fabric tree = orchestrate::fat_tree_for(512, optics()), clos = orchestrate::clos_for(512, optics());
  for (const auto& [layout, detection] : {run{tree, 0_us}, run{clos, 0_us}, run{clos, 5_us}}) {
    INFO(layout.name());
    REQUIRE(layout.endpoints().size() == 512);
    auto o = how();
    o.sensing_time = detection;
    centre_type before{layout, o};
    REQUIRE(before.validate());
    ask_all(before);
    before.run_until(world_time{at});
    const element_id failed = busiest(before);
    REQUIRE(failed.valid());
    o.broken = {{.at = at, .lasts = 5_ms, .element = failed}};
    centre_type centre{layout, o};
    ask_all(centre);
    centre.run_until(world_time{at - 1_ns});
    const std::vector<orchestrate::lease> hit = leases_over(centre, failed);

    // The bound: its agent senses the fault; light carries the word to the controller, which stands at the
    // first switch of the highest tier, and its orders to the farthest element; the last switch moves; the phase is
    // found.
    element_id place = layout.switches().back();
    for (const element_id e : layout.switches())
      if (layout.at(e).tier == layout.at(place).tier && e < place) place = e;
    const std::vector<duration> flights = orchestrate::control_flights(layout, place);
    const duration there = *std::max_element(flights.begin(), flights.end()) + o.to_controller;
    const duration bound = detection + flights[failed.value()] + o.to_controller + there + reconfiguration + lock;

    while (centre.controller().state().health_of(failed) != orchestrate::health::failed) REQUIRE(centre.step());
    const orchestrate::fabric_state then = centre.controller().state();  // what was free when all had been dealt with
    std::map<path_id, world_time> lit;
    std::map<path_id, path_id> heirs;
    for (const world_time end = world_time{at + bound * 3}; centre.now() < end; centre.step()) {
      for (const orchestrate::lease& l : hit) {
        if (lit.count(l.path) != 0) continue;
        const auto* head = heir(centre, l.head, node_id{l.tail}, l.path);
        const auto* tail = heir(centre, l.tail, node_id{l.head}, l.path);
        if (head == nullptr || tail == nullptr || head->path != tail->path) continue;
        const auto meeting = centre.optics().meeting(l.head, head->port, l.tail, tail->port, centre.now());
        if (!meeting.happens) continue;
        lit[l.path] = std::max({centre.now(), meeting.lit_from[0], meeting.lit_from[1]}) + lock;
        heirs[l.path] = head->path;
      }
    }
    duration longest{}, shortest = duration::never();
    orchestrate::path_finder finder;
    const orchestrate::least_loss cost{layout};
    for (const orchestrate::lease& l : hit) {
      INFO("endpoints " << l.head << " and " << l.tail);
      if (const auto found = lit.find(l.path); found != lit.end()) {
        const duration took = found->second - world_time{at};
        CHECK(took <= bound + bound / 10);
        longest = std::max(longest, took);
        shortest = std::min(shortest, took);
      } else {
        CHECK(!finder.find(layout, then, {element_id{l.head}}, {element_id{l.tail}}, cost));
      }
    }
    WARN(layout.name() << ": " << hit.size() << " leases over the switch, " << lit.size()
                       << " led another way within " << longest.seconds() * 1e6 << " us, bound "
                       << bound.seconds() * 1e6 << " us");
    CHECK(lit.size() * 2 > hit.size());
    CHECK(shortest >= detection + flights[failed.value()] + o.to_controller + reconfiguration + lock);
    // Pairs are made of that light, none of them sooner.
    centre.run_for(2_ms);
    std::size_t served = 0;
    for (const auto& [old, path] : heirs)
      for (const orchestrate::lease& l : hit) {
        if (l.path != old) continue;
        const auto born = centre.tap().born.find({node_id{l.head}, path});
        if (born == centre.tap().born.end()) continue;
        ++served;
        CHECK(centre.when(node_id{l.head}, born->second) >= lit[old]);
      }
    CHECK(served == lit.size());
  }
}

TEST_CASE("sim.failed_switch: a switch that is mended before its fault was sensed lets light through again") {
  for (const duration sensing : {0_us, 1_ms}) {
    INFO(sensing.seconds());
    orchestrate::fabric_options optics_of_star = optics();
    optics_of_star.switches.front().homing_time = 10_us;
    const orchestrate::fabric star = orchestrate::star(2, optics_of_star);
    sim::data_centre<>::options_type o;
    o.hardware = how().hardware;
    o.hardware.emission_efficiency = 0.5;
    o.sensing_time = sensing;
    o.broken = {{.at = 5_ms, .lasts = 100_us, .element = star.switches().front()}};
    sim::data_centre<> centre{star, o};
    const auto wanted = centre.request({.from = node_id{0}, .to = node_id{1}, .pairs = 60'000, .min_fidelity = 0.5});
    REQUIRE(wanted);
    centre.run_until(world_time{6_ms});
    const std::size_t before = wanted->delivered();
    CHECK(before > 100);
    centre.run_until(world_time{12_ms});
    CHECK(wanted->delivered() > 2 * before - before / 4);
  }
}
