// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/fabric_options.hpp>

namespace ebit::orchestrate {

/// The side of a switch that a fibre is at: `front` towards the endpoints, `back` away from them and to analysers. A
/// switch that joins any two ports makes no difference between them.
enum class face : std::uint8_t { front, back };

/// Puts a fabric together, device by device: endpoints first. It numbers the ports, and picks the model of each switch
/// when all of its fibres are known. Misuse makes the fabric's `validate()` fail.
class fabric_assembly {
 public:
  fabric_assembly(std::string name, fabric_options options) : options_{std::move(options)} {
    parts_.name = std::move(name);
    parts_.loss_per_length = options_.loss_per_length;
    parts_.group_velocity = options_.group_velocity;
    parts_.analyser_models = {options_.analyser};
    if (options_.ports < 1 || options_.ports > 1024)
      reject({"fabric_options.ports", std::to_string(options_.ports), "1 to 1024"});
    if (options_.fibres_per_cable < 1 || options_.fibres_per_cable > 1024)
      reject({"fabric_options.fibres_per_cable", std::to_string(options_.fibres_per_cable), "1 to 1024"});
    if (options_.switches.empty()) reject({"fabric_options.switches", "none", "one or more"});
    if (options_.lengths.empty()) reject({"fabric_options.lengths", "none", "one or more"});
  }

  /// Keeps the first reason why this is no fabric.
  void reject(config_error why) {
    if (!error_) error_ = std::move(why);
  }
  [[nodiscard]] bool is_rejected() const { return error_.has_value(); }
  [[nodiscard]] const fabric_options& options() const { return options_; }

  element_id add_endpoint(std::uint32_t group, std::string label) {
    return add({.kind = element_kind::endpoint, .group = group, .label = std::move(label)});
  }
  element_id add_switch(std::uint8_t tier, std::uint32_t group, std::string label) {
    return add({.kind = element_kind::optical_switch, .tier = tier, .group = group, .label = std::move(label)});
  }
  /// One whose inputs are not at one switch; connect both.
  element_id add_analyser(std::uint8_t tier, std::uint32_t group, std::string label) {
    return add({.kind = element_kind::analyser, .tier = tier, .group = group, .label = std::move(label)});
  }

  /// Joins two devices by `fibres` fibres, in the next ports on these faces.
  void connect(element_id a, face at_a, element_id b, face at_b, ebit::length each, std::uint32_t fibres = 1) {
    for (std::uint32_t i = 0; i < fibres; ++i) {
      faces_.push_back({at_a, at_b});
      parts_.spans.push_back({a, b, next_port(a, at_a), next_port(b, at_b), each, options_.connectors});
    }
  }
  /// Ports on this face that are there and stay empty.
  void leave_empty(element_id e, face side, std::uint32_t ports) {
    for (std::uint32_t i = 0; i < ports; ++i) next_port(e, side);
  }
  /// Analysers with both inputs at this switch: as many as the options say for its tier, else `otherwise`.
  void add_pool(element_id at_switch, std::uint32_t otherwise) {
    const element of = parts_.elements[at_switch.value()];
    const std::uint32_t count = options_.analysers.empty() ? otherwise : by_tier(options_.analysers, of.tier);
    for (std::uint32_t i = 0; i < count; ++i) {
      const element_id x = add_analyser(of.tier, of.group, of.label + "/x" + std::to_string(i));
      connect(at_switch, face::back, x, face::front, options_.to_analyser, 2);
    }
  }
  /// Joins an endpoint to a switch by its `ports` fibres.
  void attach(element_id endpoint, element_id at_switch) {
    connect(endpoint, face::front, at_switch, face::front, length_to(1), options_.ports);
  }
  /// Of a fibre to this tier from the one below; 1 is next to the endpoints.
  [[nodiscard]] ebit::length length_to(std::uint8_t tier) const {
    return options_.lengths.empty() ? ebit::length{} : by_tier(options_.lengths, tier);
  }

  [[nodiscard]] fabric build() &&;

 private:
  struct used {
    std::uint32_t front = 0, back = 0;
  };

  template <class T>
  [[nodiscard]] static const T& by_tier(const std::vector<T>& list, std::uint8_t tier) {
    const std::size_t i = tier > 0 ? tier - 1U : 0U;
    return i < list.size() ? list[i] : list.back();
  }
  element_id add(element e) {
    parts_.elements.push_back(std::move(e));
    used_.emplace_back();
    return element_id{static_cast<std::uint32_t>(parts_.elements.size() - 1)};
  }
  /// Counted on each face; `build` puts the back ports after the front ones.
  std::uint16_t next_port(element_id e, face side) {
    used& u = used_[e.value()];
    const bool is_switch = parts_.elements[e.value()].kind == element_kind::optical_switch;
    std::uint32_t& next = is_switch && side == face::back ? u.back : u.front;
    if (next >= 0xFFFF)
      reject({"fabric: ports of " + parts_.elements[e.value()].label, "more than 65535", "up to 65535"});
    return static_cast<std::uint16_t>(next++);
  }
  [[nodiscard]] std::uint16_t model_for(const element& e, used needed);

  fabric_parts parts_;
  fabric_options options_;
  std::optional<config_error> error_;
  std::vector<used> used_;                    // per element
  std::vector<std::pair<face, face>> faces_;  // per span
  std::vector<std::size_t> made_from_;        // per model: its number in the options
};

inline std::uint16_t fabric_assembly::model_for(const element& e, used needed) {
  const std::size_t i = e.tier > 0 ? e.tier - 1U : 0U;
  const std::size_t from = i < options_.switches.size() ? i : options_.switches.size() - 1;
  link::optical_switch model = options_.switches[from];
  const bool any = model.kind == link::switch_kind::any_to_any;
  const std::uint32_t larger = needed.front < needed.back ? needed.back : needed.front;
  const std::uint32_t ports = any ? needed.front + needed.back : 2 * larger;
  const bool can_be_measured = model.path_losses.empty() && model.kind != link::switch_kind::two_by_two;
  if (options_.made_to_measure && can_be_measured && ports <= 0xFFFF)
    model.ports = static_cast<std::uint16_t>(ports < 2 ? 2 : ports);
  if (model.ports < ports)
    reject({"fabric: ports of " + e.label + ", a switch of tier " + std::to_string(e.tier),
            std::to_string(model.ports), std::to_string(ports) + " or more"});
  for (std::size_t m = 0; m < parts_.switch_models.size(); ++m)
    if (made_from_[m] == from && parts_.switch_models[m].ports == model.ports) return static_cast<std::uint16_t>(m);
  parts_.switch_models.push_back(std::move(model));
  made_from_.push_back(from);
  return static_cast<std::uint16_t>(parts_.switch_models.size() - 1);
}

inline fabric fabric_assembly::build() && {
  if (error_) return fabric{*error_};
  for (std::size_t i = 0; i < parts_.elements.size(); ++i) {
    element& e = parts_.elements[i];
    if (e.kind == element_kind::optical_switch) {
      e.model = model_for(e, used_[i]);
      e.ports = parts_.switch_models[e.model].ports;
    } else {
      e.ports = static_cast<std::uint16_t>(used_[i].front);
    }
  }
  if (error_) return fabric{*error_};
  const auto numbered = [this](element_id e, face side, std::uint16_t port) {
    const element& at = parts_.elements[e.value()];
    if (at.kind != element_kind::optical_switch || side == face::front) return port;
    const link::optical_switch& model = parts_.switch_models[at.model];
    const bool any = model.kind == link::switch_kind::any_to_any;
    return static_cast<std::uint16_t>(port + (any ? used_[e.value()].front : model.left_ports()));
  };
  for (std::size_t i = 0; i < parts_.spans.size(); ++i) {
    span& s = parts_.spans[i];
    s.port_a = numbered(s.a, faces_[i].first, s.port_a);
    s.port_b = numbered(s.b, faces_[i].second, s.port_b);
  }
  return fabric{std::move(parts_)};
}

}  // namespace ebit::orchestrate
