// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/sim/text.hpp>

/// What can be swept or set.
namespace explorer {

/// One design: equal nodes in a line, equal links between them.
struct design {
  ebit::link::hardware node;
  ebit::link::fibre line{.length = ebit::metres(100)};
  std::size_t links = 1;
};

struct parameter {
  std::string_view name;
  std::string_view unit;
  double low;
  double high;
  bool logarithmic;  ///< how it is swept unless told otherwise
  void (*set)(design& d, double value);
  std::string_view meaning;
};

inline constexpr parameter parameters[] = {
    {"length", "km", 1e-4, 5000, true, [](design& d, double x) { d.line.length = ebit::kilometres(x); },
     "of each link"},
    {"links", "", 1, 255, false, [](design& d, double x) { d.links = static_cast<std::size_t>(x); },
     "in a row, with a Bell measurement between them"},
    {"attenuation", "dB/km", 0, 1000, false,
     [](design& d, double x) { d.line.loss_per_length = ebit::decibels_per_kilometre(x); }, "of the fibre"},
    {"insertion_loss", "dB", 0, 100, false, [](design& d, double x) { d.line.connectors = ebit::decibels(x); },
     "of connectors and switches on each link"},
    {"efficiency", "", 1e-9, 1, true, [](design& d, double x) { d.node.emission_efficiency = x; },
     "emitter or transducer, into the fibre"},
    {"added_noise", "photons", 0, 1e3, true, [](design& d, double x) { d.node.added_noise = x; },
     "of a transducer, referred to its input"},
    {"thermal_occupancy", "quanta", 0, 1e3, true, [](design& d, double x) { d.node.thermal_occupancy = x; },
     "of a squeezing transducer's microwave mode"},
    {"detector", "", 1e-3, 1, false, [](design& d, double x) { d.node.detector_efficiency = x; },
     "efficiency of the station's detectors"},
    {"dark_counts", "Hz", 0, 1e9, true, [](design& d, double x) { d.node.dark_counts = ebit::hertz(x); },
     "of each detector"},
    {"visibility", "", 0, 1, false, [](design& d, double x) { d.node.visibility = x; }, "Hong-Ou-Mandel"},
    {"phase_noise", "rad", 0, 10, false, [](design& d, double x) { d.node.phase_noise = x; },
     "optical, between the arms, rms"},
    {"phase_correlation", "s", 0, 1e3, true,
     [](design& d, double x) { d.node.phase_correlation = ebit::duration::seconds(x); }, "of that phase"},
    {"emission_fidelity", "", 0.25, 1, false, [](design& d, double x) { d.node.emission_fidelity = x; },
     "of a memory with its photon"},
    {"attempt_rate", "Hz", 1, 1e12, true,
     [](design& d, double x) { d.node.attempt_time = ebit::duration::seconds(1 / x); }, "of each node"},
    {"memories", "", 1, 255, false, [](design& d, double x) { d.node.memories = static_cast<std::uint16_t>(x); },
     "per port"},
    {"t1", "s", 1e-9, 9e6, true, [](design& d, double x) { d.node.memory.t1 = ebit::duration::seconds(x); },
     "of a memory"},
    {"t2", "s", 1e-9, 9e6, true, [](design& d, double x) { d.node.memory.t2 = ebit::duration::seconds(x); },
     "of a memory"},
    {"gate_noise", "", 0, 1, true, [](design& d, double x) { d.node.gates.two_qubit = x; },
     "white noise of a two-qubit gate"},
    {"read_out_error", "", 0, 1, true, [](design& d, double x) { d.node.gates.read_out = x; }, "per bit"},
    {"gate_time", "s", 0, 1e3, true, [](design& d, double x) { d.node.gate_time = ebit::duration::seconds(x); },
     "of a Bell measurement or half a distillation"},
    {"bell_success", "", 0.01, 1, false, [](design& d, double x) { d.node.bell_measurement_success = x; },
     "of a Bell measurement: 1 by gates, 0.5 by linear optics"},
};

[[nodiscard]] inline std::string number(double value, int digits = 6) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}
[[nodiscard]] inline std::string with_unit(std::string_view name, std::string_view unit) {
  return unit.empty() ? std::string{name} : std::string{name} + " (" + std::string{unit} + ")";
}

[[nodiscard]] inline ebit::result<parameter> find_parameter(std::string_view name) {
  std::string known;
  for (const parameter& p : parameters) {
    if (p.name == name) return p;
    known += (known.empty() ? "" : ", ") + std::string{p.name};
  }
  return ebit::config_error{"parameter", ebit::sim::detail::quoted(name), known};
}

/// Whole numbers only for what is counted.
[[nodiscard]] inline ebit::status check(const parameter& p, double value) {
  const bool counted = p.name == "links" || p.name == "memories";
  const bool whole = !counted || value == static_cast<double>(static_cast<long long>(value));
  if (value >= p.low && value <= p.high && whole) return ebit::success{};
  std::string range = number(p.low) + " to " + number(p.high);
  if (!p.unit.empty()) range += ' ' + std::string{p.unit};
  if (counted) range += ", a whole number";
  return ebit::config_error{std::string{p.name}, number(value, 12), range};
}

}  // namespace explorer
