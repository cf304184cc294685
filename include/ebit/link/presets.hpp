// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/hardware.hpp>

/// Named sets of hardware values. Every value says how far it can be trusted: a set is quoted as published only where
/// its source was seen; numbers quoted from memory and those that we assume are marked as such.
namespace ebit::link {

/// How many photons herald a pair; which of the herald policies suits the hardware.
enum class click_scheme { single_click, double_click };

/// A published set of hardware values. The four texts together name every value, each under how it is known.
struct hardware_preset {
  std::string_view name;
  std::string_view source;
  std::string_view confidence;    ///< of the set as a whole
  std::string_view published{};   ///< values in the source itself
  std::string_view reproduced{};  ///< measured results that follow here from values that were not chosen for it
  std::string_view fitted{};  ///< values we chose so that the models here meet a result: no evidence for the models
  std::string_view from_memory{};  ///< recalled, not looked up: plausible, but not to be cited from here
  std::string_view assumed{};      ///< stated by us, so that a set is complete
  click_scheme scheme = click_scheme::double_click;
  hardware value{};
};

namespace detail {

/// Two nitrogen-vacancy centres two metres apart.
[[nodiscard]] inline hardware_preset delft_nv_2018() {
  hardware_preset p{
      .name = "delft_nv_2018",
      .source = "Humphreys et al., Nature 558, 268 (2018), arXiv:1712.07567",
      .confidence = "partly published; rate reproduced",
      .published =
          "detection 3.5e-4 per bright state, attempt 5.5 us, visibility 0.9, phase 15 degrees rms, double "
          "excitation 0.04, 5 dB/km at 637 nm; of NetSquid's NV parameters (2019): detector 0.8, 20 Hz in 25 ns, T1 "
          "3600 s, T2 1.46 s, two-qubit noise 0.02, read-out errors 0.05 and 0.005",
      .reproduced = "38.2 pairs/s at a bright-state population of 0.3, where 39 were measured",
      .assumed =
          "emission fidelity 0.96 (the double excitation as white noise), read-out error 0.0275 (the mean of the "
          "two), one-qubit noise 0.001, gate time 0.5 ms, one memory per port",
      .scheme = click_scheme::single_click};
  p.value.emission_efficiency = 4.375e-4;
  p.value.detector_efficiency = 0.8;
  p.value.dark_counts = hertz(20);
  p.value.detection_window = duration::picoseconds(25'000);
  p.value.visibility = 0.9;
  p.value.phase_noise = 0.26179938779914941;
  p.value.emission_fidelity = 0.96;
  p.value.attempt_time = duration::picoseconds(5'500'000);
  p.value.fibre_attenuation = decibels_per_kilometre(5);
  p.value.memory = {duration::seconds(3600), duration::seconds(1.46)};
  p.value.gates = {.two_qubit = 0.02, .one_qubit = 0.001, .read_out = 0.0275};
  p.value.gate_time = duration::seconds(500e-6);
  return p;
}

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

/// Two rubidium atoms, their photons converted to the telecom S band.
[[nodiscard]] inline hardware_preset munich_atom_2022() {
  hardware_preset p{
      .name = "munich_atom_2022",
      .source = "van Leent et al., Nature 607, 69 (2022)",
      .confidence = "partly published, partly fitted",
      .published = "33 km of fibre, fidelity 0.622, 0.01 pairs/s, conversion up to 0.57",
      .fitted = "efficiency 3.9e-3 to the rate, visibility 0.95, emission fidelity 0.85 and T2 1 ms to the fidelity",
      .from_memory = "1517 nm, 0.2 dB/km",
      .assumed =
          "detector 0.8, dark counts 10 Hz in 200 ns, attempt 20 us, two-qubit noise 0.02, one-qubit noise 1e-3, "
          "read-out error 0.01, gate time 10 us, one memory per port"};
  p.value.emission_efficiency = 0.0049;
  p.value.detector_efficiency = 0.8;
  p.value.dark_counts = hertz(10);
  p.value.detection_window = duration::picoseconds(200'000);
  p.value.visibility = 0.95;
  p.value.emission_fidelity = 0.85;
  p.value.attempt_time = duration::seconds(20e-6);
  p.value.memory = {duration::never(), duration::seconds(1e-3)};
  p.value.gates = {.two_qubit = 0.02, .one_qubit = 1e-3, .read_out = 0.01};
  p.value.gate_time = duration::seconds(10e-6);
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

/// Arrays of neutral atoms behind optical cavities: what the two proposals ask for, stretched to telecom fibre. Not
/// an experiment: no laboratory has all of it.
[[nodiscard]] inline hardware_preset cavity_atom_target() {
  hardware_preset p{
      .name = "cavity_atom_target",
      .source = "targets of Sunami et al., arXiv:2407.11111, and Sinclair et al., arXiv:2408.08955",
      .confidence = "a target, partly published",
      .published =
          "100 kHz of pairs per link (Sunami), local errors below 1 %, pair errors below 10 % undistilled "
          "(Sinclair), conversion to telecom 0.57 (van Leent et al. 2022), 0.2 dB/km at 1550 nm",
      .fitted = "emission 0.5 and one attempt per us to 1.0e5 pairs/s back to back; the pair error is then 0.007",
      .assumed =
          "values chosen so that paths of ten hops over metropolitan fibre work: emission 0.5 = conversion 0.57 x "
          "cavity and coupling 0.88, detector 0.9, one emission per us, 16 memories per port, visibility 0.99, "
          "emission fidelity 0.999, dark counts 10 Hz in 100 ns, T1 100 s, T2 10 s, two-qubit noise 0.002, one-qubit "
          "noise 2e-4, read-out error 0.001, gate time 10 us"};
  p.value.emission_efficiency = 0.5;
  p.value.detector_efficiency = 0.9;
  p.value.dark_counts = hertz(10);
  p.value.detection_window = duration::picoseconds(100'000);
  p.value.visibility = 0.99;
  p.value.emission_fidelity = 0.999;
  p.value.attempt_time = duration::picoseconds(1'000'000);
  p.value.fibre_attenuation = decibels_per_kilometre(0.2);
  p.value.memory = {duration::seconds(100), duration::seconds(10)};
  p.value.gates = {.two_qubit = 0.002, .one_qubit = 2e-4, .read_out = 0.001};
  p.value.gate_time = duration::seconds(10e-6);
  p.value.memories = 16;
  return p;
}

}  // namespace detail

/// All sets, experiments first.
[[nodiscard]] inline std::vector<hardware_preset> presets() {
  return {detail::delft_nv_2018(),        detail::oxford_ion_2020(),  detail::innsbruck_ion_2023(),
          detail::innsbruck_array_2024(), detail::munich_atom_2022(), detail::boston_siv_2024(),
          detail::cavity_atom_target()};
}

/// What `today` and `target` stand for.
struct preset_alias {
  std::string_view name;
  std::string_view stands_for;
};
inline constexpr preset_alias preset_aliases[] = {{"today", "munich_atom_2022"}, {"target", "cavity_atom_target"}};

/// The set of that name or alias; the error lists the names there are.
[[nodiscard]] inline result<hardware_preset> find_preset(std::string_view name) {
  std::string_view wanted = name;
  std::string known;
  for (const preset_alias& alias : preset_aliases) {
    if (alias.name == name) wanted = alias.stands_for;
    known.append(alias.name).append(", ");
  }
  for (const hardware_preset& p : presets())
    if (p.name == wanted) return p;
  for (const hardware_preset& p : presets()) known.append(p.name).append(", ");
  known.resize(known.size() - 2);
  return config_error{"hardware", '"' + std::string{name.substr(0, 60)} + '"', known};
}

/// What stands at every node of a simulated network unless it is told otherwise: `target`, with which paths of many
/// hops work. No experiment of today has all of its values.
[[nodiscard]] inline hardware default_hardware() { return detail::cavity_atom_target().value; }

}  // namespace ebit::link
