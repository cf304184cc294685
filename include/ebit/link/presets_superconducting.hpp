// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/hardware_preset.hpp>

namespace ebit::link {

namespace detail {

/// Superconducting processors with a microwave–optical transducer each, as a study takes them to be now. Not an
/// experiment.
[[nodiscard]] inline hardware_preset transducer_today_2025() {
  hardware_preset p{
      .name = "transducer_today_2025",
      .source = "Dirnegger et al., arXiv:2503.10842 (2025)",
      .confidence = "noise published, the rest assumed",
      .published =
          "0.5 added photons, at the threshold of pair fidelities above 0.5 without distillation; of detectors: "
          "above 0.9 efficiency, less than 1 Hz dark",
      .assumed =
          "that the number counts both transducers of a link, added noise 0.25 each; emission efficiency 5e-4 and "
          "attempt 100 us, 1000 times short of the target's; detector 0.9, dark counts 1 Hz in 100 ns, T1 and T2 "
          "300 us, two-qubit noise 0.005, one-qubit noise 5e-4, read-out error 0.01, gate time 1 us, one memory "
          "per port, no limit by heat (duty cycle 1), microwave mode in its ground state",
      .scheme = click_scheme::single_click};
  p.value.emission_efficiency = 5e-4;
  p.value.detector_efficiency = 0.9;
  p.value.added_noise = 0.25;
  p.value.dark_counts = hertz(1);
  p.value.detection_window = duration::picoseconds(100'000);
  p.value.attempt_time = duration::seconds(100e-6);
  p.value.memory = {duration::seconds(300e-6), duration::seconds(300e-6)};
  p.value.gates = {.two_qubit = 0.005, .one_qubit = 5e-4, .read_out = 0.01};
  p.value.gate_time = duration::seconds(1e-6);
  return p;
}

/// What that study asks for: noise, efficiency and repetition rate better by three orders of magnitude each.
[[nodiscard]] inline hardware_preset transducer_target_2025() {
  hardware_preset p = transducer_today_2025();
  p.name = "transducer_target_2025";
  p.confidence = "a target; its factors published, its starting point assumed but for the noise";
  p.published =
      "1000 times less noise, more efficiency and more attempts than today; remote gates of 0.997 at MHz rates; of "
      "detectors: above 0.9 efficiency, less than 1 Hz dark";
  p.reproduced = "1.0e6 pairs/s of fidelity 0.998 by two clicks, back to back";
  p.assumed =
      "added noise 5e-4 of each transducer, the stricter reading; emission efficiency 0.5, attempt 100 ns, "
      "detector 0.9, dark counts 1 Hz in 100 ns, T1 and T2 1 ms, two-qubit noise 0.001, one-qubit noise 1e-4, "
      "read-out error 0.001, gate time 0.5 us, 16 memories per port, no limit by heat (duty cycle 1), microwave "
      "mode in its ground state";
  p.scheme = click_scheme::double_click;
  p.value.emission_efficiency = 0.5;
  p.value.added_noise = 5e-4;
  p.value.attempt_time = duration::picoseconds(100'000);
  p.value.memory = {duration::seconds(1e-3), duration::seconds(1e-3)};
  p.value.gates = {.two_qubit = 0.001, .one_qubit = 1e-4, .read_out = 0.001};
  p.value.gate_time = duration::seconds(0.5e-6);
  p.value.memories = 16;
  return p;
}

}  // namespace detail

namespace detail {

/// The transmons at the ends of five metres of cold waveguide.
[[nodiscard]] inline hardware_preset zurich_transmon_2020() {
  hardware_preset p{
      .name = "zurich_transmon_2020",
      .source = "Magnard et al., Phys. Rev. Lett. 125, 260502 (2020), arXiv:2008.01642",
      .confidence = "assumed",
      .assumed =
          "all losses counted as the line's (zurich_5m_2020 of the microwave links), attempt 20 us, T1 10 us, T2 "
          "10 us, two-qubit noise 0.01, one-qubit noise 1e-3, read-out error 0.02, gate time 0.5 us, one memory "
          "per port",
      .scheme = click_scheme::none};
  p.value.attempt_time = duration::seconds(20e-6);
  p.value.memory = {duration::seconds(10e-6), duration::seconds(10e-6)};
  p.value.gates = {.two_qubit = 0.01, .one_qubit = 1e-3, .read_out = 0.02};
  p.value.gate_time = duration::seconds(0.5e-6);
  return p;
}

/// Those at the ends of thirty metres, far enough for a Bell test without the locality loophole.
[[nodiscard]] inline hardware_preset zurich_transmon_2023() {
  hardware_preset p = zurich_transmon_2020();
  p.name = "zurich_transmon_2023";
  p.source = "Storz et al., Nature 617, 265 (2023)";
  p.confidence = "fitted, from memory and assumed";
  p.fitted = "read-out error 0.0192 to the published S = 2.0747(33)";
  p.from_memory = "12.5 kHz, hence attempt 80 us";
  p.assumed =
      "all losses counted as the line's (zurich_30m_2023 of the microwave links), T1 10 us, T2 10 us, two-qubit "
      "noise 0.01, one-qubit noise 1e-3, gate time 0.5 us, one memory per port";
  p.value.attempt_time = duration::seconds(80e-6);
  p.value.gates.read_out = 0.0192;
  return p;
}

}  // namespace detail

/// What stands at the ends of the microwave links of those names in `link/microwave_presets.hpp`.
[[nodiscard]] inline std::vector<hardware_preset> transmon_presets() {
  return {detail::zurich_transmon_2020(), detail::zurich_transmon_2023()};
}

}  // namespace ebit::link
