// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/link/bell_state_analyser.hpp>
#include <ebit/link/detector.hpp>
#include <ebit/link/networking_unit_presets.hpp>
#include <ebit/link/optical_switch_presets.hpp>
#include <ebit/link/presets.hpp>

/// What a data centre is equipped with: named sets, each with its source and how far it can be trusted.
namespace centre {

/// At the endpoints, in the switches, at the analysers; and the demand that suits it.
struct equipment {
  ebit::link::hardware_preset endpoint;
  ebit::link::optical_switch_preset optics;
  ebit::link::bell_state_analyser analyser;
  std::string_view analyser_source;
  // Unless the command line says otherwise.
  double requests_per_qpu = 1;  ///< per second
  std::uint32_t pairs = 1;      ///< of each request
  double min_fidelity = 0.5;
  ebit::duration time_limit = ebit::duration::never();
  double seconds = 0.1;
  ebit::duration longest_lease = ebit::duration::seconds(10e-3);
};

namespace detail {

/// Emitters one step ahead of those of today. Not an experiment.
[[nodiscard]] inline ebit::link::hardware_preset emitter_target() {
  ebit::link::hardware_preset p{
      .name = "emitter_target",
      .source =
          "between the networked atoms of van Leent et al., Nature 607, 69 (2022), and the targets of Sunami et "
          "al., arXiv:2407.11111",
      .confidence = "a target, assumed but for the conversion",
      .published = "conversion to telecom 0.57 (van Leent et al. 2022)",
      .assumed =
          "emission 0.3 = conversion 0.57 x cavity and coupling 0.53, one emission per us, visibility 0.98, emission "
          "fidelity 0.995, T1 100 s, T2 1 s, two-qubit noise 0.005, one-qubit noise 5e-4, read-out error 0.002, gate "
          "time 10 us, 4 memories per port; after a fault 5 ms to start up and 5 ms of locking, shutdown 1 ms; out "
          "of tolerance half the efficiency and 1 % white noise"};
  p.value.emission_efficiency = 0.3;
  p.value.visibility = 0.98;
  p.value.emission_fidelity = 0.995;
  p.value.attempt_time = ebit::duration::seconds(1e-6);
  p.value.memory = {ebit::duration::seconds(100), ebit::duration::seconds(1)};
  p.value.gates = {.two_qubit = 0.005, .one_qubit = 5e-4, .read_out = 0.002};
  p.value.gate_time = ebit::duration::seconds(10e-6);
  p.value.memories = 4;
  p.value.life = {.initialising = ebit::duration::seconds(5e-3),
                  .locking = ebit::duration::seconds(5e-3),
                  .deinitialising = ebit::duration::seconds(1e-3)};
  p.value.degraded_efficiency = 0.5;
  p.value.degraded_noise = 0.01;
  return p;
}

/// What the networking unit of that name does in the course of time.
inline void live_as(ebit::link::hardware& h, std::string_view unit) {
  const ebit::link::networking_unit u = ebit::link::find_networking_unit_preset(unit)->value;
  h.life = u.times;
  h.degraded_efficiency = u.degraded_efficiency;
  h.degraded_noise = u.degraded_noise;
}

[[nodiscard]] inline equipment switched(ebit::link::hardware_preset endpoint) {
  equipment e;
  e.endpoint = endpoint;
  e.optics = *ebit::link::find_optical_switch_preset("cisco_universal_2026");
  e.analyser.eye = ebit::link::superconducting_nanowire();
  e.analyser_source = "four superconducting nanowires: efficiency 0.9, 1 Hz dark, dead time 20 ns, window 10 ns";
  return e;
}

}  // namespace detail

/// The sets made for data centres.
[[nodiscard]] inline std::vector<equipment> equipments() {
  equipment emitters = detail::switched(detail::emitter_target());
  emitters.requests_per_qpu = 62;
  emitters.pairs = 10;
  emitters.min_fidelity = 0.75;
  emitters.time_limit = ebit::duration::seconds(30e-3);

  equipment today = detail::switched(*ebit::link::find_preset("transducer_today_2025"));
  today.endpoint.name = "transducer_today";
  detail::live_as(today.endpoint.value, "transducer_unit_today");
  today.requests_per_qpu = 0.05;
  today.min_fidelity = 0.3;
  today.seconds = 20;
  today.longest_lease = ebit::duration::seconds(60);

  equipment target = detail::switched(*ebit::link::find_preset("transducer_target_2025"));
  target.endpoint.name = "transducer_target";
  detail::live_as(target.endpoint.value, "transducer_unit_target");
  target.requests_per_qpu = 400;
  target.pairs = 10;
  target.min_fidelity = 0.75;
  target.time_limit = ebit::duration::seconds(5e-3);
  target.seconds = 0.02;
  return {emitters, today, target};
}

/// One of them, or what `ebit::link::find_preset` knows behind the same switches; the error lists all names.
[[nodiscard]] inline ebit::result<equipment> find_equipment(std::string_view name) {
  std::string known;
  for (const equipment& e : equipments()) {
    if (e.endpoint.name == name) return e;
    known.append(e.endpoint.name).append(", ");
  }
  const auto other = ebit::link::find_preset(name);
  if (!other) return ebit::config_error{"--hardware", other.error().given, known + other.error().allowed};
  equipment e = detail::switched(*other);
  const ebit::link::hardware& h = other->value;
  e.analyser.eye = {
      .efficiency = h.detector_efficiency,
      .dark_counts = h.dark_counts,
      .number_resolving = h.number_resolving ? ebit::link::photon_counting::exact : ebit::link::photon_counting::none,
      .window = h.detection_window};
  e.analyser_source = "four detectors as that set has them";
  e.longest_lease = ebit::duration::seconds(10);
  e.seconds = 1;
  return e;
}

}  // namespace centre
