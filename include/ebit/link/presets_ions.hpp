// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/hardware_preset.hpp>

namespace ebit::link::detail {

/// Two strontium ions two metres apart.
[[nodiscard]] inline hardware_preset oxford_ion_2020() {
  hardware_preset p{
      .name = "oxford_ion_2020",
      .source = "Stephenson et al., Phys. Rev. Lett. 124, 110501 (2020)",
      .confidence = "from memory and fitted",
      .fitted =
          "efficiency 0.0209 to 2.18e-4 per attempt and 182 pairs/s, visibility 0.97 and emission fidelity 0.977 to "
          "the fidelity 0.940",
      .from_memory =
          "833 kHz, 2.18e-4, 182 pairs/s, fidelity 0.940; 30 dB/km at 422 nm, two-qubit noise 0.003, read-out error "
          "0.001, gate time 100 us",
      .assumed =
          "all efficiency counted as emission, dark counts 10 Hz in 50 ns, T2 10 s (a later calcium memory stored a "
          "remote pair that long, arXiv:2506.14334), one-qubit noise 1e-4, two memories per port"};
  p.value.emission_efficiency = 0.0209;
  p.value.dark_counts = hertz(10);
  p.value.detection_window = duration::picoseconds(50'000);
  p.value.visibility = 0.97;
  p.value.emission_fidelity = 0.977;
  p.value.attempt_time = duration::picoseconds(1'200'000);
  p.value.fibre_attenuation = decibels_per_kilometre(30);
  p.value.memory = {duration::never(), duration::seconds(10)};
  p.value.gates = {.two_qubit = 0.003, .one_qubit = 1e-4, .read_out = 0.001};
  p.value.gate_time = duration::seconds(100e-6);
  p.value.memories = 2;
  return p;
}

/// Two calcium ions in cavities, 230 m apart.
[[nodiscard]] inline hardware_preset innsbruck_ion_2023() {
  hardware_preset p{
      .name = "innsbruck_ion_2023",
      .source = "Krutyanskiy et al., Phys. Rev. Lett. 130, 050803 (2023)",
      .confidence = "partly published, partly fitted",
      .published = "520 m of fibre, fidelity 0.882, 4e-5 per attempt",
      .fitted = "efficiency 0.0107 to 4e-5 per attempt, visibility 0.89 and emission fidelity 0.965 to the fidelity",
      .from_memory =
          "3 dB/km at 854 nm, attempt about 100 us, two-qubit noise 0.01, read-out error 0.002, gate time 100 us",
      .assumed =
          "all efficiency counted as emission, dark counts 1 Hz in 1 us, T2 60 ms, one-qubit noise 1e-3, one memory "
          "per port"};
  p.value.emission_efficiency = 0.0107;
  p.value.dark_counts = hertz(1);
  p.value.detection_window = duration::picoseconds(1'000'000);
  p.value.visibility = 0.89;
  p.value.emission_fidelity = 0.965;
  p.value.attempt_time = duration::seconds(100e-6);
  p.value.fibre_attenuation = decibels_per_kilometre(3);
  p.value.memory = {duration::never(), duration::seconds(60e-3)};
  p.value.gates = {.two_qubit = 0.01, .one_qubit = 1e-3, .read_out = 0.002};
  p.value.gate_time = duration::seconds(100e-6);
  return p;
}

/// The same laboratory's register of ten ions behind one cavity.
[[nodiscard]] inline hardware_preset innsbruck_array_2024() {
  hardware_preset p = innsbruck_ion_2023();
  p.name = "innsbruck_array_2024";
  p.source = "Canteri et al. (2024), a photon-interfaced node of ten ions";
  p.published = "ten ions, ion-photon fidelity 0.92, detection 0.091";
  p.confidence = "partly published";
  p.fitted = {};
  p.assumed =
      "all efficiency counted as emission, ten memories per port, visibility 0.89, dark counts 1 Hz in 1 us, T2 60 "
      "ms, one-qubit noise 1e-3, that two such nodes are linked";
  p.value.emission_efficiency = 0.091;
  p.value.emission_fidelity = 0.92;
  p.value.memories = 10;
  return p;
}

/// Two modules of a strontium and a calcium ion each, two metres apart: a network that computes.
[[nodiscard]] inline hardware_preset oxford_ion_2025() {
  hardware_preset p = oxford_ion_2020();
  p.name = "oxford_ion_2025";
  p.source = "Main et al., Nature 638, 383 (2025), arXiv:2407.00835; memory: arXiv:2506.14334";
  p.confidence = "partly published, partly from memory and fitted";
  p.published =
      "pair fidelity 0.97 over 2 m, remote CZ 0.862, Grover 0.71; a calcium ion stored a remote pair for 10 s, "
      "taken as T2 10 s";
  p.fitted =
      "efficiency 4.857e-3 to the rate at an attempt per 1.2 us, emission fidelity 0.9895 to the fidelity at a "
      "visibility of 0.98";
  p.from_memory = "9.7 pairs/s, fidelity 0.9689; 30 dB/km at 422 nm, two-qubit noise 0.003, read-out error 0.001";
  p.assumed =
      "all efficiency counted as emission, attempt 1.2 us as in 2020 (9.7 pairs/s then include all pauses), dark "
      "counts 10 Hz in 50 ns, one-qubit noise 1e-4, gate time 100 us, two memories per port";
  p.value.emission_efficiency = 4.857e-3;
  p.value.visibility = 0.98;
  p.value.emission_fidelity = 0.9895;
  return p;
}

}  // namespace ebit::link::detail
