// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <ebit/link/hardware.hpp>
#include <ebit/sim/text.hpp>

/// The options that change single values of the hardware.
namespace service {

struct hardware_option {
  std::string_view name;
  std::string_view unit;  ///< "s": a time with unit, else a plain number
  double low;
  double high;
  void (*set)(ebit::link::hardware& h, double value);
  std::string_view meaning;
};

inline constexpr hardware_option hardware_options[] = {
    {"--memories", "", 1, 255, [](auto& h, double x) { h.memories = static_cast<std::uint16_t>(x); },
     "memories per port"},
    {"--t1", "s", 1e-12, 9e6, [](auto& h, double x) { h.memory.t1 = ebit::duration::seconds(x); },
     "T1 of a memory, or never"},
    {"--t2", "s", 1e-12, 9e6, [](auto& h, double x) { h.memory.t2 = ebit::duration::seconds(x); },
     "T2 of a memory, or never"},
    {"--efficiency", "", 0, 1, [](auto& h, double x) { h.emission_efficiency = x; },
     "a photon enters the fibre, probability"},
    {"--detector", "", 0, 1, [](auto& h, double x) { h.detector_efficiency = x; },
     "of the heralding station's detectors"},
    {"--dark-counts", "Hz", 0, 1e9, [](auto& h, double x) { h.dark_counts = ebit::hertz(x); }, "per detector"},
    {"--window", "s", 0, 1, [](auto& h, double x) { h.detection_window = ebit::duration::seconds(x); },
     "of detection"},
    {"--visibility", "", 0, 1, [](auto& h, double x) { h.visibility = x; }, "Hong-Ou-Mandel visibility"},
    {"--phase-noise", "rad", 0, 100, [](auto& h, double x) { h.phase_noise = x; }, "optical phase, rms"},
    {"--emission-fidelity", "", 0.25, 1, [](auto& h, double x) { h.emission_fidelity = x; }, "of spin and photon"},
    {"--attempt-time", "s", 1e-12, 1e3, [](auto& h, double x) { h.attempt_time = ebit::duration::seconds(x); },
     "between emissions of one node"},
    {"--attenuation", "dB/km", 0, 1000,
     [](auto& h, double x) { h.fibre_attenuation = ebit::decibels_per_kilometre(x); }, "of the fibres"},
    {"--two-qubit-noise", "", 0, 1, [](auto& h, double x) { h.gates.two_qubit = x; },
     "white noise of a two-qubit gate"},
    {"--one-qubit-noise", "", 0, 1, [](auto& h, double x) { h.gates.one_qubit = x; },
     "white noise of a one-qubit gate"},
    {"--read-out-error", "", 0, 1, [](auto& h, double x) { h.gates.read_out = x; },
     "a bit is read wrongly, probability"},
    {"--gate-time", "s", 0, 1e3, [](auto& h, double x) { h.gate_time = ebit::duration::seconds(x); },
     "of a Bell measurement or half a distillation"},
    {"--swap-success", "", 0, 1, [](auto& h, double x) { h.bell_measurement_success = x; }, "of a Bell measurement"},
};

[[nodiscard]] inline const hardware_option* find_hardware_option(std::string_view name) {
  for (const hardware_option& o : hardware_options)
    if (o.name == name) return &o;
  return nullptr;
}

/// "2.5", or of a time "2.5ms", in seconds if no unit is given, and "never".
[[nodiscard]] inline std::optional<double> parse_value(std::string_view text, bool is_time) {
  if (!is_time) return ebit::sim::detail::parse_real(text);
  struct unit {
    std::string_view name;
    double seconds;
  };
  if (text == "never") return std::numeric_limits<double>::infinity();
  for (const unit& u : {unit{"ns", 1e-9}, unit{"us", 1e-6}, unit{"ms", 1e-3}, unit{"s", 1}}) {
    if (!text.ends_with(u.name)) continue;
    const auto value = ebit::sim::detail::parse_real(text.substr(0, text.size() - u.name.size()));
    if (value) return *value * u.seconds;
  }
  return ebit::sim::detail::parse_real(text);
}

[[nodiscard]] inline std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

/// Sets the value, if it is one and within its range.
[[nodiscard]] inline ebit::status apply(const hardware_option& o, std::string_view text, ebit::link::hardware& h) {
  const bool is_time = o.unit == "s";
  const std::optional<double> value = parse_value(text, is_time);
  const bool may_be_never = o.name == "--t1" || o.name == "--t2";
  const bool never = may_be_never && text == "never";
  const bool whole =
      o.name != "--memories" || (value && *value == static_cast<double>(static_cast<std::int64_t>(*value)));
  if (!never && !(value && *value >= o.low && *value <= o.high && whole)) {
    std::string range = number(o.low) + " to " + number(o.high);
    if (!o.unit.empty()) range += ' ' + std::string{o.unit};
    if (o.name == "--memories") range += ", a whole number";
    if (may_be_never) range += ", or never";
    return ebit::config_error{std::string{o.name}, ebit::sim::detail::quoted(text), range};
  }
  o.set(h, *value);
  return ebit::success{};
}

}  // namespace service
