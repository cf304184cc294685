// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/shared_constant.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/unit.hpp>
#include <ebit/sim/fabric_clocks.hpp>
#include <ebit/sim/fabric_units.hpp>
#include <ebit/sim/optical_truth.hpp>
#include <ebit/sim/stray_light.hpp>

namespace ebit::sim {

/// What the nodes of a data centre are made from.
template <orchestrate::router Router, orchestrate::light_forecaster Forecaster,
          orchestrate::stock_policy Stock = orchestrate::no_stock>
struct data_centre_parts {
  shared_constant<orchestrate::fabric> layout;
  orchestrate::controller_options control;  ///< with the numbers of all controllers
  Router router{};
  Forecaster forecaster{};
  std::vector<link::hardware> kinds{};   ///< as nodes and controllers know them: through each kind of analyser
  std::vector<link::hardware> really{};  ///< the same, but for what is drawn pair by pair
  std::vector<std::uint16_t> kind_of{};  ///< of each endpoint
  fabric_clocks clocks{};                ///< as they start
  duration phase_lock_time{};            ///< from the light until one photon that heralds can be used
  duration sensing_time{};               ///< see `data_centre_options`
  bool veto = true;                      ///< likewise
  bool cold_start = false;               ///< units and switches are switched on when the clock begins
  std::vector<fabric_fault> faults{};
  [[no_unique_address]] Stock stock{};
  orchestrate::stock_options stocking{};
};

/// The fabric of a simulated data centre: its optics, its networking units, and who speaks at which address. Endpoint,
/// switch and analyser i of the fabric is node i; the controllers follow, then the repeaters of trunks to other data
/// centres.
template <orchestrate::router Router, orchestrate::light_forecaster Forecaster,
          orchestrate::stock_policy Stock = orchestrate::no_stock>
class switched_fabric {
 public:
  static constexpr bool switches = true;
  template <profile Profile>
  using node = orchestrate::unit<Profile, Router, Forecaster, Stock>;
  using parts = data_centre_parts<Router, Forecaster, Stock>;

  switched_fabric() = default;
  explicit switched_fabric(shared_constant<parts> made_of)
      : parts_{std::move(made_of)},
        optics_{parts_->layout, parts_->cold_start},
        units_{*parts_->layout, parts_->really, parts_->kind_of, !parts_->cold_start},
        clocks_{parts_->clocks},
        stray_{*parts_->layout, brightest(parts_->really)} {}

  [[nodiscard]] const orchestrate::fabric& layout() const { return *parts_->layout; }
  [[nodiscard]] const optical_truth& optics() const { return optics_; }
  [[nodiscard]] optical_truth& optics() { return optics_; }
  [[nodiscard]] const fabric_units& units() const { return units_; }
  [[nodiscard]] fabric_units& units() { return units_; }
  [[nodiscard]] bool starts_cold() const { return parts_->cold_start; }
  [[nodiscard]] const fabric_clocks& clocks() const { return clocks_; }
  [[nodiscard]] fabric_clocks& clocks() { return clocks_; }
  [[nodiscard]] const stray_light& stray() const { return stray_; }
  [[nodiscard]] stray_light& stray() { return stray_; }
  [[nodiscard]] const std::vector<fabric_fault>& faults() const { return parts_->faults; }
  [[nodiscard]] duration phase_lock_time() const { return parts_->phase_lock_time; }
  [[nodiscard]] duration sensing_time() const { return parts_->sensing_time; }
  [[nodiscard]] duration reconfiguration_time_of(std::uint32_t element) const {
    return layout().model_of_switch(orchestrate::element_id{element}).reconfiguration_time;
  }
  /// Whether stations ignore clicks while a switch on the way is announced to move.
  [[nodiscard]] bool vetoes() const { return parts_->veto; }
  [[nodiscard]] const link::bell_state_analyser& station(std::size_t kind) const {
    return layout().analyser_models()[kind];
  }
  /// As analysers of that kind see it.
  [[nodiscard]] const link::hardware& hardware_at(std::uint32_t endpoint, std::size_t station) const {
    const std::size_t kinds = parts_->really.size() / layout().analyser_models().size();
    return parts_->really[kinds * station + parts_->kind_of[endpoint]];
  }

  template <profile Profile>
  [[nodiscard]] node<Profile> make_node(const node_config& config, const options<Profile>& stack) const {
    using unit = node<Profile>;
    const std::uint32_t n = config.self.value();
    const std::size_t elements = layout().elements().size();
    const auto incarnation = static_cast<std::uint16_t>(config.incarnation);
    if (n < layout().endpoints().size()) {
      orchestrate::qnu_agent_config agent;
      agent.self = config.self;
      agent.ports = layout().at(orchestrate::element_id{n}).ports;
      agent.controllers = parts_->control.controllers;
      agent.incarnation = incarnation;
      agent.round_trip = parts_->control.farthest * 2;
      return unit{typename unit::endpoint_type{config, stack, agent, parts_->stock, parts_->stocking}};
    }
    if (n < elements) {
      orchestrate::switch_agent_options agent;
      const orchestrate::element& it = layout().at(orchestrate::element_id{n});
      agent.ports = it.kind == orchestrate::element_kind::optical_switch ? it.ports : std::uint16_t{0};
      agent.link = parts_->control.link;
      agent.controllers = parts_->control.controllers;
      agent.incarnation = incarnation;
      agent.farthest = parts_->control.farthest;
      return unit{orchestrate::switch_agent{config.self, agent}};
    }
    if (n >= elements + parts_->control.controllers.size()) return unit{basic_node<Profile>{config, stack}};
    return unit{typename unit::controller_type{config.self, parts_->layout, parts_->control, parts_->router,
                                               parts_->forecaster, incarnation}};
  }

 private:
  [[nodiscard]] static double brightest(const std::vector<link::hardware>& kinds) {
    double most = 0;
    for (const link::hardware& h : kinds)
      most = std::max(most, h.emission_efficiency * (1 + h.added_noise) / h.attempt_time.seconds());
    return most;
  }

  shared_constant<parts> parts_;
  optical_truth optics_;
  fabric_units units_;
  fabric_clocks clocks_;
  stray_light stray_;
};

}  // namespace ebit::sim
