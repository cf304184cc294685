// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/shared_constant.hpp>
#include <ebit/link/presets.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/orchestrate/controller.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/sim/driver.hpp>
#include <ebit/sim/fabric_timing.hpp>
#include <ebit/sim/network.hpp>
#include <ebit/sim/switched_fabric.hpp>
#include <ebit/sim/trunk_line.hpp>

namespace ebit::sim {

/// The values of a simulated data centre: its stack's policies, what stands at the endpoints, how it is controlled,
/// and what goes wrong.
template <profile Profile, orchestrate::router Router, orchestrate::stock_policy Stock = orchestrate::no_stock>
struct data_centre_options {
  std::uint64_t seed = 1;
  link_options link{};
  [[no_unique_address]] typename Profile::herald herald{};
  [[no_unique_address]] typename Profile::purify purify{};
  [[no_unique_address]] typename Profile::swap swap{};
  route_options<typename Profile::route> route{};
  link::hardware hardware =
      link::default_hardware();  ///< of each endpoint, but for its detectors: those of the analysers
  std::vector<node_hardware> exceptions{};
  Router router{};
  orchestrate::controller_options
      control{};                 ///< its `controllers`, `stands_at`, `to_fabric`, `link` and `trunks` are filled in
  std::uint8_t controllers = 1;  ///< 1 to 8; those after the first stand by
  duration to_controller =
      duration::picoseconds(50'000);  ///< one way, from the switch that each controller stands at
  /// Networking units and switches are switched on when the clock begins, and take the times of their hardware until
  /// they can be used; else they were before, and are ready.
  bool cold_start = false;
  duration phase_lock_time{};  ///< from the light until one photon that heralds can be used
  /// From the instant at which a switch, an analyser or a fibre breaks, or a port sticks, until its agents know (a power
  /// monitor's averaging, for instance); 0 s or more. What is over by then is not told, but for devices: those say
  /// that they had broken when they are mended. Units sense their own faults at once, and so does what is degraded; an
  /// agent that starts learns at once how its device is.
  duration sensing_time{};
  /// Analysers know what the switches of their light paths have been ordered to, and when that is to be done, and
  /// ignore clicks outside of it. Nobody announces a port that sticks or a fibre that is cut: of what is dark for that
  /// dark counts, stray light and the other end's photons herald pairs that are none. Without it they also do so while
  /// switches move.
  bool veto = true;
  /// By which clocks photons are brought together; without it they always come in time, but for the hardware's
  /// `timing_jitter`.
  std::optional<fabric_timing> timing{};
  fault_plan faults{};                  ///< of messages, and of whoever speaks at an address
  std::vector<fabric_fault> broken{};   ///< what breaks in the fabric
  [[no_unique_address]] Stock stock{};  ///< with whom pairs are kept in the buffers of `hardware`
  orchestrate::stock_options stocking{};
  link::fibre trunk{};  ///< of all trunks to other data centres; its length is each one's own
  link::hardware repeater = link::default_hardware();  ///< on trunks
  bool coded = false;                                  ///< every message travels in its byte form

  [[nodiscard]] options<Profile> stack() const { return {seed, link, herald, purify, swap, route}; }
};

/// A data centre on one simulated world: quantum processors at the endpoints of a switched fabric, each with the
/// ordinary stack, and controllers that give them light paths. A value, as `network` is: copies go on bit for bit.
template <profile Profile = default_profile, orchestrate::router Router = orchestrate::adaptive,
          pair_state State = bell_diagonal, trace_sink Trace = no_trace, tap Tap = no_tap,
          orchestrate::stock_policy Stock = orchestrate::no_stock>
class data_centre {
 public:
  using forecaster_type = orchestrate::model_forecaster<model_of<Profile>>;
  using fabric_type = switched_fabric<Router, forecaster_type, Stock>;
  using controller_type = orchestrate::controller<Router, forecaster_type>;
  using options_type = data_centre_options<Profile, Router, Stock>;

  explicit data_centre(const orchestrate::fabric& layout, const options_type& o = {}, Trace trace = {}, Tap tap = {})
      : data_centre{layout, {}, o, std::move(trace), std::move(tap)} {}
  /// Several data centres, joined by trunks. Light paths stay within each; requests from one to another are served over
  /// the trunks, by way of the gateways at their ends. A gateway passes on what others ask; it can be asked for pairs
  /// from everywhere, but itself asks for pairs within its own data centre only.
  explicit data_centre(const orchestrate::data_centres& joined, const options_type& o = {}, Trace trace = {},
                       Tap tap = {})
      : data_centre{joined.inside(), trunk_lines(joined), o, std::move(trace), std::move(tap)} {
    if (auto ok = joined.validate(); !ok) checked_ = ok;
  }

  [[nodiscard]] const status& validate() const { return checked_; }

  /// An application at endpoint `from` asks for pairs with endpoint `to`, now.
  result<request_handle> request(const request_parameters& wanted) {
    if (!checked_) return checked_.error();
    if (auto ok = wanted.validate(layout().endpoints().size()); !ok) return ok.error();
    return request_handle{this, &record_of, driver_.ask(wanted)};
  }

  /// Executes the events up to and at `end`; returns their number. A data centre has always something to do, for
  /// instance to renew leases, so it runs for a time and not until nothing is left.
  std::uint64_t run_until(world_time end) {
    const std::uint64_t before = driver_.events().executed();
    while (!driver_.events().empty() && driver_.events().next_time() <= end) driver_.step();
    if (!end.is_never() && end > now()) driver_.events().advance(end);
    return driver_.events().executed() - before;
  }
  std::uint64_t run_for(duration span) { return run_until(now() + span); }
  bool step() {
    if (driver_.events().empty()) return false;
    driver_.step();
    return true;
  }

  [[nodiscard]] data_centre fork() const { return *this; }
  [[nodiscard]] data_centre fork(std::uint64_t salt) const {
    data_centre other = *this;
    other.driver_.reseed(mix(driver_.seed(), salt));
    return other;
  }

  [[nodiscard]] world_time now() const { return driver_.events().now(); }
  [[nodiscard]] world_time next_time() const { return driver_.events().next_time(); }
  [[nodiscard]] std::uint64_t events() const { return driver_.events().executed(); }
  [[nodiscard]] std::uint64_t messages() const { return driver_.messages(); }
  /// Heralds of attempts in which a photon did not get to its analyser because its way was dark.
  [[nodiscard]] std::uint64_t false_heralds() const { return driver_.false_heralds(); }
  [[nodiscard]] const orchestrate::fabric& layout() const { return driver_.fabric().layout(); }
  [[nodiscard]] const optical_truth& optics() const { return driver_.fabric().optics(); }
  [[nodiscard]] const world<State>& truth() const { return driver_.truth(); }
  [[nodiscard]] const std::vector<request_record>& requests() const { return driver_.requests(); }
  [[nodiscard]] const Trace& trace() const { return driver_.trace(); }
  [[nodiscard]] Tap& tap() { return driver_.tap(); }
  [[nodiscard]] const Tap& tap() const { return driver_.tap(); }
  [[nodiscard]] bool is_up(node_id id) const { return driver_.is_up(id.value()); }
  [[nodiscard]] node_id last_node() const { return driver_.last_node(); }
  [[nodiscard]] std::size_t size() const { return driver_.nodes().size(); }
  [[nodiscard]] std::uint32_t first_slot(node_id id) const { return driver_.first_slot(id.value()); }
  /// What the world's clock shows when a node's own shows `t`.
  [[nodiscard]] world_time when(node_id id, local_time t) const { return driver_.when(id.value(), t); }

  /// What the networking unit of endpoint `id` is doing, and how long it has been in each phase since the start.
  [[nodiscard]] link::device_phase phase(node_id id) const {
    return driver_.fabric().units().phase(id.value(), now());
  }
  [[nodiscard]] time_in_phases time_in_phases_of(node_id id) const {
    return driver_.fabric().units().spent(id.value(), now());
  }

  /// How two endpoints choreograph their emissions, with the arms left out; none if no clocks are kept. Its budget and
  /// what it says of synchronisation: `link::describe`, `link::describe_synchronisation`. `analysers`: at those of
  /// which of the fabric's kinds.
  [[nodiscard]] std::optional<link::choreography> choreography(std::size_t analysers = 0) const {
    EBIT_ASSERT(analysers < layout().analyser_models().size(), "data_centre: no such kind of analysers");
    if (!options_.timing) return std::nullopt;
    return options_.timing->plan(options_.hardware, most_jitter(options_).seconds(),
                                 layout().analyser_models()[analysers]);
  }
  /// Seconds by which an endpoint, analyser or switch is late just now with what it does by its clock; 0 if none are
  /// kept.
  [[nodiscard]] double clock_error(orchestrate::element_id at) const {
    fabric_clocks clocks = driver_.fabric().clocks();
    return clocks.run() ? clocks.error_of(at.value(), now()) : 0;
  }

  /// How long a message from one node to another is under way, at the speed of light along the fibres.
  [[nodiscard]] duration flight(node_id from, node_id to) { return driver_.flight(from, to); }

  /// Of endpoint `id`.
  [[nodiscard]] const orchestrate::endpoint<Profile, Stock>& endpoint(node_id id) const {
    return *driver_.nodes()[id.value()].as_endpoint();
  }
  /// The i-th, counted from trunk to trunk and from end a on each.
  [[nodiscard]] const basic_node<Profile>& repeater(std::size_t i) const {
    return *driver_.nodes()[first_repeater() + i].as_repeater();
  }
  [[nodiscard]] std::size_t repeaters() const { return size() - first_repeater(); }
  /// The i-th in rank.
  [[nodiscard]] const controller_type& controller(std::size_t i) const {
    return *driver_.nodes()[layout().elements().size() + i].as_controller();
  }
  /// The one in office, of the highest term if several think they are.
  [[nodiscard]] const controller_type& controller() const {
    const controller_type* best = &controller(0);
    for (std::size_t i = 1; i < options_.controllers; ++i)
      if (controller(i).is_in_office() && (!best->is_in_office() || controller(i).term() > best->term()))
        best = &controller(i);
    return *best;
  }

 private:
  data_centre(const orchestrate::fabric& layout, const std::vector<trunk_line>& lines, const options_type& o,
              Trace trace, Tap tap)
      : options_{o}, checked_{check(layout, lines, o)} {
    if (checked_) build(layout, lines, std::move(trace), std::move(tap));
  }

  [[nodiscard]] std::size_t first_repeater() const { return layout().elements().size() + options_.controllers; }

  static const request_record& record_of(const void* self, request_id id) {
    return static_cast<const data_centre*>(self)->driver_.requests()[id.value()];
  }

  [[nodiscard]] static status check(const orchestrate::fabric& layout, const std::vector<trunk_line>& lines,
                                    const options_type& o) {
    if (auto ok = layout.validate(); !ok) return ok;
    if (o.controllers < 1 || o.controllers > 8)
      return config_error{"data_centre.controllers", std::to_string(o.controllers), "1 to 8"};
    for (const link::bell_state_analyser& model : layout.analyser_models())
      if (auto ok = check_analysers(model); !ok) return ok;
    if (o.to_controller < duration::zero() || o.to_controller.is_never())
      return config_error{"data_centre.to_controller", ebit::detail::duration_text(o.to_controller), "0 s or more"};
    if (o.phase_lock_time < duration::zero() || o.phase_lock_time.is_never())
      return config_error{"data_centre.phase_lock_time", ebit::detail::duration_text(o.phase_lock_time),
                          "0 s or more"};
    if (o.sensing_time < duration::zero() || o.sensing_time.is_never())
      return config_error{"data_centre.sensing_time", ebit::detail::duration_text(o.sensing_time), "0 s or more"};
    const network_options<Profile> same{.seed = o.seed,
                                        .link = o.link,
                                        .herald = o.herald,
                                        .purify = o.purify,
                                        .swap = o.swap,
                                        .route = o.route,
                                        .hardware = o.hardware,
                                        .exceptions = o.exceptions,
                                        .faults = o.faults};
    std::size_t repeaters = 0;
    for (const trunk_line& t : lines) repeaters += t.repeaters;
    const std::size_t nodes = layout.elements().size() + o.controllers + repeaters;
    if (auto ok = same.validate(nodes, repeaters + lines.size()); !ok) return ok;
    if (auto ok = o.trunk.validate(); !ok) return ok;
    if (auto ok = o.repeater.validate(); !ok) return ok;
    for (const node_hardware& other : o.exceptions)
      if (other.node.value() >= layout.endpoints().size())
        return config_error{"data_centre.exceptions", std::to_string(other.node.value()),
                            "endpoints 0 to " + std::to_string(layout.endpoints().size() - 1)};
    for (std::uint32_t n = 0; n < layout.endpoints().size(); ++n)
      if (const unsigned all = unsigned{same.hardware_of(node_id{n}).memories} * layout.elements()[n].ports;
          all > 65'535)
        return config_error{"data_centre: memories of all ports of an endpoint", std::to_string(all), "up to 65535"};
    for (std::size_t i = 0; i < o.broken.size(); ++i)
      if (auto ok = o.broken[i].validate("data_centre.broken[" + std::to_string(i) + "]", layout); !ok) return ok;
    if constexpr (requires { o.router.validate(); })
      if (auto ok = o.router.validate(); !ok) return ok;
    if (auto ok = leaves_out_what_is_filled_in(o.control); !ok) return ok;
    if (auto ok = o.stock.validate(); !ok) return ok;
    if (auto ok = o.stocking.validate(); !ok) return ok;
    if (auto ok = o.control.validate(); !ok || !o.timing) return ok;
    const auto timed = [&](const link::hardware& h) -> status {
      for (const link::bell_state_analyser& model : layout.analyser_models())
        if (auto ok = o.timing->validate(h, model, layout, o.control.guard); !ok) return ok;
      return success{};
    };
    if (auto ok = timed(o.hardware); !ok) return ok;
    for (const node_hardware& other : o.exceptions)
      if (auto ok = timed(other.hardware); !ok) return ok;
    return success{};
  }
  /// What the herald policy makes of an analyser.
  [[nodiscard]] static status check_analysers(const link::bell_state_analyser& station) {
    if constexpr (herald::one_photon<typename Profile::herald>) {
      if (station.success != 0.5)
        return config_error{"bell_state_analyser.success", ebit::detail::number_text(station.success),
                            "0.5 where one photon heralds: it is of pairs of photons"};
    } else if constexpr (!herald::source_in_the_middle<typename Profile::herald>) {
      if (station.detectors != 4)
        return config_error{"bell_state_analyser.detectors", std::to_string(station.detectors),
                            "4 where two photons herald: one per output and rail"};
    }
    return success{};
  }
  [[nodiscard]] static status leaves_out_what_is_filled_in(const orchestrate::controller_options& control) {
    const auto refuse = [](const char* what, std::string given) {
      return status{config_error{std::string{"data_centre.control."} + what, std::move(given),
                                 "nothing: it follows from the data centre"}};
    };
    if (!control.trunks.empty()) return refuse("trunks", std::to_string(control.trunks.size()) + " trunks");
    if (!control.controllers.empty())
      return refuse("controllers", std::to_string(control.controllers.size()) + " controllers");
    if (!control.stands_at.empty()) return refuse("stands_at", std::to_string(control.stands_at.size()) + " places");
    if (control.to_fabric != duration::zero())
      return refuse("to_fabric", ebit::detail::duration_text(control.to_fabric));
    if (control.link.assured())
      return refuse("link.retransmit_after", ebit::detail::duration_text(control.link.retransmit_after));
    return success{};
  }
  /// Of any endpoint's emitter.
  [[nodiscard]] static duration most_jitter(const options_type& o) {
    duration most = o.hardware.timing_jitter;
    for (const node_hardware& other : o.exceptions) most = greatest(most, other.hardware.timing_jitter);
    return most;
  }

  void build(const orchestrate::fabric& given, const std::vector<trunk_line>& lines, Trace trace, Tap tap) {
    if constexpr (State::exact.amplitude_damping) options_.route.twirled = false;
    const shared_constant<orchestrate::fabric> layout{given};
    const auto endpoints = static_cast<std::uint32_t>(layout->endpoints().size());
    const auto elements = static_cast<std::uint32_t>(layout->elements().size());
    const std::uint32_t first_repeater = elements + options_.controllers;

    typename fabric_type::parts parts;
    parts.layout = layout;
    parts.router = options_.router;
    parts.phase_lock_time = options_.phase_lock_time;
    parts.sensing_time = options_.sensing_time;
    parts.veto = options_.veto;
    parts.cold_start = options_.cold_start;
    parts.faults = options_.broken;
    parts.stock = options_.stock;
    parts.stocking = options_.stocking;
    parts.control = options_.control;
    parts.control.link = options_.link;
    parts.control.controllers.clear();
    for (std::uint32_t i = elements; i < first_repeater; ++i) parts.control.controllers.push_back(node_id{i});
    parts.control.stands_at.clear();
    for (std::uint32_t i = 0; i < options_.controllers; ++i) parts.control.stands_at.push_back(place_of(*layout, i));
    parts.control.to_fabric = options_.to_controller;
    const std::vector<link::bell_state_analyser>& stations = layout->analyser_models();
    const auto install = [&](const link::hardware& h, const link::bell_state_analyser& station) {
      if (options_.timing) {
        parts.kinds.push_back(
            options_.timing->expected(options_.herald, h, most_jitter(options_).seconds(), station));
        parts.really.push_back(fabric_timing::in_itself(h, station));
      } else {
        parts.kinds.push_back(station.installed_in(h));
        parts.really.push_back(parts.kinds.back());
      }
    };
    for (const link::bell_state_analyser& station : stations) {
      install(options_.hardware, station);
      for (const node_hardware& other : options_.exceptions) install(other.hardware, station);
    }
    parts.kind_of.assign(endpoints, 0);
    std::uint16_t kind = 0;
    std::vector<double> emitters(endpoints, options_.hardware.timing_jitter.seconds());
    for (const node_hardware& other : options_.exceptions) {
      parts.kind_of[other.node.value()] = ++kind;
      emitters[other.node.value()] = other.hardware.timing_jitter.seconds();
    }
    if (options_.timing) {
      std::vector<link::choreography> plans;
      for (const link::bell_state_analyser& station : stations)
        plans.push_back(options_.timing->plan(options_.hardware, most_jitter(options_).seconds(), station));
      parts.clocks = fabric_clocks{*options_.timing, *layout, std::move(emitters), plans, options_.seed};
    }
    const auto at_trunk = [this](std::uint32_t n) -> const link::hardware& {
      for (const node_hardware& other : options_.exceptions)
        if (other.node.value() == n) return other.hardware;
      return options_.hardware;
    };
    laid_trunks trunks =
        lay<typename Profile::herald>(lines, endpoints, first_repeater, options_.trunk, options_.repeater, at_trunk);
    const std::uint32_t nodes = first_repeater + trunks.repeaters;
    parts.control.trunks = trunks.runs;
    parts.control.first_path =
        path_id{greatest(parts.control.first_path.value(), static_cast<std::uint32_t>(trunks.edges.size()))};
    for (const orchestrate::trunk_run& t : trunks.runs) parts.control.farthest += t.delay;

    std::vector<route::site> sites(nodes);
    for (std::uint32_t n = 0; n < endpoints; ++n) {
      const link::hardware& h = parts.kinds[parts.kind_of[n]];
      sites[n] = {h.gates, h.gate_time, h.bell_measurement_success};
      sites[n].equipment = parts.kind_of[n];
    }
    for (std::uint32_t n = first_repeater; n < nodes; ++n)
      sites[n] = {options_.repeater.gates, options_.repeater.gate_time, options_.repeater.bell_measurement_success};
    const shared_constant<route::network_map> map{
        route::network_map{std::move(sites), std::move(trunks.edges), parts.kinds, stations.size()}};
    parts.forecaster = forecaster_type{
        make_model<Profile>(options_.stack()), parts.kinds, parts.kind_of, trunks.runs, map, stations.size()};
    const std::vector<link::hardware> kinds = parts.kinds;
    const std::vector<std::uint16_t> kind_of = parts.kind_of;
    driver_ = driver_type{options_.seed,
                          options_.stack(),
                          options_.faults,
                          options_.coded,
                          map,
                          std::move(trace),
                          std::move(tap),
                          fabric_type{shared_constant<typename fabric_type::parts>{std::move(parts)}},
                          control_links(*layout)};
    for (std::uint32_t n = 0; n < nodes; ++n) {
      const std::string name = n < elements         ? layout->elements()[n].label
                               : n < first_repeater ? "controller " + std::to_string(n - elements)
                                                    : "repeater " + std::to_string(n - first_repeater);
      const std::uint64_t key = mix(stable_hash(name), n);
      // Clocks disagree by up to a millisecond, so that the time of one never passes for the time of another.
      const auto offset = duration::picoseconds(static_cast<std::int64_t>(key % 1'000'000'000));
      node_config config{node_id{n}, {}, map};
      memory_noise memory;
      if (n < endpoints) {
        const link::hardware& h = kinds[kind_of[n]];
        config.slots_per_port.assign(layout->elements()[n].ports + trunks.used[n], h.memories);
        memory = h.memory;
        if constexpr (Stock::keeps) config.buffer_slots = h.buffer.qubits;
      } else if (n >= first_repeater) {
        config.slots_per_port.assign(2, options_.repeater.memories);
        memory = options_.repeater.memory;
      }
      driver_.add_node(key, config, options_.stack(), memory, offset);
    }
    const auto port_of = [&](node_id n, std::uint32_t along_trunk) {
      return n.value() < endpoints ? layout->elements()[n.value()].ports + along_trunk : along_trunk;
    };
    for (std::uint32_t i = 0; i < map->edges().size(); ++i) {
      const route::edge& e = map->edges()[i];
      driver_.add_path(mix(stable_hash("trunk"), i), port_of(e.a, trunks.ports[i].at_a),
                       port_of(e.b, trunks.ports[i].at_b));
    }
    driver_.start();
  }

  /// The controllers stand at switches of the highest tier, or where there are none at analysers.
  [[nodiscard]] static orchestrate::element_id place_of(const orchestrate::fabric& layout, std::uint32_t controller) {
    std::vector<orchestrate::element_id> tops;
    for (const orchestrate::element_id e : layout.switches()) {
      if (!tops.empty() && layout.at(e).tier < layout.at(tops.front()).tier) continue;
      if (!tops.empty() && layout.at(e).tier > layout.at(tops.front()).tier) tops.clear();
      tops.push_back(e);
    }
    for (const auto& others : {layout.analysers(), layout.endpoints()})
      if (tops.empty()) tops.assign(others.begin(), others.end());
    return tops[controller % tops.size()];
  }

  /// Messages go along the fibres.
  [[nodiscard]] std::vector<classical_network::classical_link> control_links(
      const orchestrate::fabric& layout) const {
    std::vector<classical_network::classical_link> links;
    for (std::uint32_t s = 0; s < layout.spans().size(); ++s) {
      const orchestrate::span& fibre = layout.spans()[s];
      links.push_back({node_id{fibre.a.value()}, node_id{fibre.b.value()}, layout.delay_of(orchestrate::span_id{s})});
    }
    for (std::uint32_t i = 0; i < options_.controllers; ++i)
      links.push_back({node_id{static_cast<std::uint32_t>(layout.elements().size()) + i},
                       node_id{place_of(layout, i).value()}, options_.to_controller});
    return links;
  }

  using driver_type = driver<Profile, State, Trace, Tap, fabric_type>;
  static_assert(backend::serves<typename driver_type::device, Profile>,
                "the simulated device does not offer what this profile needs");

  options_type options_;
  status checked_;
  driver_type driver_;
};

}  // namespace ebit::sim
