// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/bell_state_analyser.hpp>
#include <ebit/link/optical_switch.hpp>
#include <ebit/orchestrate/fabric_elements.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::orchestrate {

/// What a fabric is made of. Endpoints come first, so that endpoint i is element i; then switches and analysers in any
/// order.
struct fabric_parts {
  std::string name{};
  std::vector<element> elements{};
  std::vector<span> spans{};
  std::vector<link::optical_switch> switch_models{};
  std::vector<link::bell_state_analyser> analyser_models{};
  attenuation loss_per_length = decibels_per_kilometre(0.2);  ///< of its fibre; 0 to 1000 dB/km
  speed group_velocity = metres_per_second(2e8);              ///< of its fibre; above 0, at most that in vacuum

  /// Whether the numbers in it refer to what is there: elements, ports with one fibre each, models; endpoints first.
  /// The error names the first that does not.
  [[nodiscard]] std::optional<config_error> structure_error() const;
  /// Whether lengths, losses and models are within their ranges.
  [[nodiscard]] status validate() const;

  friend bool operator==(const fabric_parts&, const fabric_parts&) = default;
};

inline std::optional<config_error> fabric_parts::structure_error() const {
  const auto name_of_member = [](const char* list, std::size_t i, const char* member) {
    return "fabric." + (list + ("[" + std::to_string(i) + "].")) + member;
  };
  const auto below = [](std::size_t n) { return "below " + std::to_string(n); };
  std::vector<std::uint32_t> first_port{0};
  bool may_be_endpoint = true;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const element& e = elements[i];
    const auto wrong = [&](const char* member, std::size_t given, const std::string& allowed) {
      return config_error{name_of_member("elements", i, member), std::to_string(given), allowed};
    };
    if (e.kind > element_kind::analyser) return wrong("kind", static_cast<std::size_t>(e.kind), "one of the kinds");
    if (e.kind == element_kind::endpoint && !may_be_endpoint)
      return config_error{name_of_member("elements", i, "kind"), "endpoint after a switch or analyser",
                          "endpoints first"};
    may_be_endpoint = e.kind == element_kind::endpoint;
    if (e.ports == 0) return wrong("ports", 0, "1 to 65535");
    if (e.kind == element_kind::analyser) {
      if (e.ports != 2) return wrong("ports", e.ports, "2");
      if (e.model >= analyser_models.size()) return wrong("model", e.model, below(analyser_models.size()));
    } else if (e.kind == element_kind::optical_switch) {
      if (e.model >= switch_models.size()) return wrong("model", e.model, below(switch_models.size()));
      const std::uint16_t made = switch_models[e.model].ports;
      if (e.ports != made) return wrong("ports", e.ports, std::to_string(made) + ", as its model has");
    }
    if (first_port.back() > 0xF0000000U - e.ports) return wrong("ports", e.ports, "fewer than 2^32 in all");
    first_port.push_back(first_port.back() + e.ports);
  }
  std::vector<bool> is_taken(first_port.back());
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const span& s = spans[i];
    const auto wrong = [&](const char* member, std::size_t given, const std::string& allowed) {
      return config_error{name_of_member("spans", i, member), std::to_string(given), allowed};
    };
    const auto end_of = [&](const char* member, const char* port_name, element_id e,
                            std::uint16_t port) -> std::optional<config_error> {
      if (!(e.valid() && e.value() < elements.size())) return wrong(member, e.value(), below(elements.size()));
      if (port >= elements[e.value()].ports) return wrong(port_name, port, below(elements[e.value()].ports));
      if (is_taken[first_port[e.value()] + port]) return wrong(port_name, port, "a port with no other fibre in it");
      is_taken[first_port[e.value()] + port] = true;
      return std::nullopt;
    };
    if (auto error = end_of("a", "port_a", s.a, s.port_a)) return error;
    if (auto error = end_of("b", "port_b", s.b, s.port_b)) return error;
    if (s.a == s.b) return wrong("b", s.b.value(), "another element than a");
    const element_kind kind = elements[s.a.value()].kind;
    if (kind != element_kind::optical_switch && kind == elements[s.b.value()].kind)
      return wrong("b", s.b.value(), std::string{"an element that is no "} + name_of(kind));
  }
  return std::nullopt;
}

inline status fabric_parts::validate() const {
  const auto number = [](double value, const char* unit) { return ebit::detail::number_text(value) + unit; };
  const auto within = [](double value, double least, double most) { return value >= least && value <= most; };
  if (!within(loss_per_length.base(), 0, 1000))
    return config_error{"fabric.loss_per_length", number(loss_per_length.base(), " dB/km"), "0 dB/km to 1000 dB/km"};
  if (!(within(group_velocity.base(), 0, 299792458.0) && group_velocity.base() > 0))
    return config_error{"fabric.group_velocity", number(group_velocity.base(), " m/s"),
                        "above 0 m/s, at most 299792458 m/s"};
  for (const link::optical_switch& model : switch_models)
    if (auto ok = model.validate(); !ok) return ok;
  if (analyser_models.size() > 256)  // a grant says which
    return config_error{"fabric: kinds of analysers", std::to_string(analyser_models.size()), "up to 256"};
  for (const link::bell_state_analyser& model : analyser_models)
    if (auto ok = model.validate(); !ok) return ok;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const span& s = spans[i];
    const std::string prefix = "fabric.spans[" + std::to_string(i) + "].";
    if (!within(s.length.base(), 0, 4e7))
      return config_error{prefix + "length", number(in_kilometres(s.length), " km"), "0 km to 40000 km"};
    if (!within(s.connectors.base(), 0, 1000))
      return config_error{prefix + "connectors", number(s.connectors.base(), " dB"), "0 dB to 1000 dB"};
  }
  return success{};
}

}  // namespace ebit::orchestrate
