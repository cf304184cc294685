// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/hardware_preset.hpp>

namespace ebit::link::detail {

/// Two nitrogen-vacancy centres two metres apart.
[[nodiscard]] inline hardware_preset delft_nv_2018() {
  hardware_preset p{
      .name = "delft_nv_2018",
      .source = "Humphreys et al., Nature 558, 268 (2018), arXiv:1712.07567",
      .confidence = "partly published; rate reproduced",
      .published =
          "detection 3.5e-4 per bright state, hence emission 4.375e-4, attempt 5.5 us, visibility 0.9, phase 15 "
          "degrees rms, double excitation 0.04, 5 dB/km at 637 nm; of NetSquid's NV parameters (2019): detector "
          "0.8, 20 Hz in 25 ns, T1 3600 s, T2 1.46 s, two-qubit noise 0.02, read-out errors 0.05 and 0.005",
      .reproduced = "38.3 pairs/s at a bright-state population of 0.3, where 39 were measured",
      .assumed =
          "that the double excitation costs that much of the pair's coherence per end and nothing else, read-out "
          "error 0.0275 (the mean of the two), one-qubit noise 0.001, gate time 0.5 ms, one memory per port",
      .scheme = click_scheme::single_click};
  p.value.emission_efficiency = 4.375e-4;
  p.value.detector_efficiency = 0.8;
  p.value.dark_counts = hertz(20);
  p.value.detection_window = duration::picoseconds(25'000);
  p.value.visibility = 0.9;
  p.value.phase_noise = 0.26179938779914941;
  p.value.double_excitation = 0.04;
  p.value.attempt_time = duration::picoseconds(5'500'000);
  p.value.fibre_attenuation = decibels_per_kilometre(5);
  p.value.memory = {duration::seconds(3600), duration::seconds(1.46)};
  p.value.gates = {.two_qubit = 0.02, .one_qubit = 0.001, .read_out = 0.0275};
  p.value.gate_time = duration::seconds(500e-6);
  return p;
}

/// Two nitrogen-vacancy centres two metres apart, as simulated for the link layer of a quantum network.
[[nodiscard]] inline hardware_preset netsquid_nv_lab_2019() {
  hardware_preset p = delft_nv_2018();
  p.name = "netsquid_nv_lab_2019";
  p.source = "Dahlberg et al., SIGCOMM 2019, arXiv:1903.09778, and its code: Lab";
  p.confidence = "parameters of a simulation, published; success probability reproduced";
  p.published =
      "detection 3.5e-4 (mean of 2.8e-4 and 4.2e-4) and electron initialised at 0.99, hence emission 4.33e-4 x "
      "detector 0.8; 20 Hz in 25 ns, visibility 0.9, phase 15 degrees rms, double excitation 0.04, attempt 5.5 us, "
      "5 dB/km at 637 nm, electron T1 2.68 ms and T2 1 ms, two-qubit noise 0.02, read-out errors 0.05 and 0.005";
  p.reproduced = "7.02e-5 per attempt at a bright-state population of 0.1, where their simulation has 7.016e-5";
  p.assumed =
      "that an electron that is not initialised emits nothing, that the double excitation costs that much of the "
      "pair's coherence per end and nothing else, read-out error 0.0275 (the mean of the two), one-qubit noise "
      "0.001, gate time 0.5 ms, one memory per port";
  p.value.emission_efficiency = 4.33125e-4;
  p.value.memory = {duration::seconds(2.68e-3), duration::seconds(1e-3)};
  return p;
}

/// The same in optical cavities.
[[nodiscard]] inline hardware_preset netsquid_nv_lab_cavity_2019() {
  hardware_preset p = netsquid_nv_lab_2019();
  p.name = "netsquid_nv_lab_cavity_2019";
  p.source = "Dahlberg et al., SIGCOMM 2019, arXiv:1903.09778, and its code: Lab with a cavity";
  p.confidence = "parameters of a simulation, published and fitted";
  p.published =
      "detector 0.8, 20 Hz in 25 ns, visibility 0.9, phase 15 degrees rms, double excitation 0.04, attempt 5.5 us, 5 "
      "dB/km at 637 nm, electron T1 2.68 ms and T2 1 ms, two-qubit noise 0.02, read-out errors 0.05 and 0.005";
  p.reproduced = {};
  p.fitted = "emission 6.875e-3 to their 1.101e-3 per attempt at a bright-state population of 0.1";
  p.value.emission_efficiency = 6.875e-3;
  return p;
}

/// Two such centres 25 km apart, with cavities and conversion to telecom light; the station 10 km from end a.
[[nodiscard]] inline hardware_preset netsquid_nv_ql2020() {
  hardware_preset p = netsquid_nv_lab_cavity_2019();
  p.name = "netsquid_nv_ql2020";
  p.source = "Dahlberg et al., SIGCOMM 2019, arXiv:1903.09778, and its code: QL2020";
  p.confidence = "parameters of a simulation, published and fitted; success probability reproduced";
  p.published =
      "conversion 0.3, 0.5 dB/km, arms of 10 km and 15 km at 206753 km/s; detector 0.8, 20 Hz in 25 ns, visibility "
      "0.9, phase 15 degrees rms, double excitation 0.04, electron T1 2.68 ms and T2 1 ms, two-qubit noise 0.02, "
      "read-out errors 0.05 and 0.005";
  p.fitted = "emission 2.0625e-3, 0.3 of what fits their laboratory with a cavity";
  p.reproduced = "8.25e-5 per attempt at a bright-state population of 0.1 over the 25 km, where they have 8.243e-5";
  p.from_memory = "attempt 10.12 us (pairs that are measured at once)";
  p.value.emission_efficiency = 2.0625e-3;
  p.value.attempt_time = duration::picoseconds(10'120'000);
  p.value.fibre_attenuation = decibels_per_kilometre(0.5);
  return p;
}

/// The same with conversion but no cavity.
[[nodiscard]] inline hardware_preset netsquid_nv_ql2020_plain() {
  hardware_preset p = netsquid_nv_ql2020();
  p.name = "netsquid_nv_ql2020_plain";
  p.source = "Dahlberg et al., SIGCOMM 2019, arXiv:1903.09778, and its code: QL2020 without a cavity";
  p.published =
      "conversion 0.3 of the laboratory's detection, hence emission 1.299e-4; 0.5 dB/km, arms of 10 km and 15 km at "
      "206753 km/s, detector 0.8, 20 Hz in 25 ns, visibility 0.9, phase 15 degrees rms, double excitation 0.04, "
      "electron T1 2.68 ms and T2 1 ms, two-qubit noise 0.02, read-out errors 0.05 and 0.005";
  p.fitted = {};
  p.reproduced = "6.14e-6 per attempt at a bright-state population of 0.1 over the 25 km, where they have 5.945e-6";
  p.value.emission_efficiency = 1.299375e-4;
  return p;
}

/// Two silicon-vacancy centres with nuclear memories, joined over a loop of deployed fibre.
[[nodiscard]] inline hardware_preset boston_siv_2024() {
  hardware_preset p{.name = "boston_siv_2024",
                    .source = "Knaut et al., Nature 629, 573 (2024)",
                    .confidence = "from memory and fitted",
                    .fitted = "visibility 0.9 and emission fidelity 0.845 to the fidelity",
                    .from_memory =
                        "35 km, fidelity 0.69, 1350 nm, 0.3 dB/km, nuclear T2 above 1 s, two-qubit noise 0.02, "
                        "read-out error 0.005",
                    .assumed =
                        "two clicks in place of one photon that visits both nodes (the rate is quadratic in the "
                        "efficiency too), emission 0.02, detector 0.8, dark counts 5 Hz in 100 ns, attempt 10 us, T2 "
                        "2 s, one-qubit noise 1e-3, gate time 50 us, one memory per port"};
  p.value.emission_efficiency = 0.02;
  p.value.detector_efficiency = 0.8;
  p.value.dark_counts = hertz(5);
  p.value.detection_window = duration::picoseconds(100'000);
  p.value.visibility = 0.9;
  p.value.emission_fidelity = 0.845;
  p.value.attempt_time = duration::seconds(10e-6);
  p.value.fibre_attenuation = decibels_per_kilometre(0.3);
  p.value.memory = {duration::never(), duration::seconds(2)};
  p.value.gates = {.two_qubit = 0.02, .one_qubit = 1e-3, .read_out = 0.005};
  p.value.gate_time = duration::seconds(50e-6);
  return p;
}

}  // namespace ebit::link::detail
