// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <ebit/core/result.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/microwave_line.hpp>
#include <ebit/link/named_preset.hpp>

/// Published microwave links: within a cryostat, between two of them, and along a cold tube. Every value says how
/// far it can be trusted, as in `link/presets.hpp`.
namespace ebit::link {

/// One link. All of a measured infidelity is put down to photon loss, that is to `couplers`: an upper bound of the
/// loss, since decay and gate errors of the qubits are part of it.
struct microwave_preset {
  std::string_view name;
  std::string_view source;
  std::string_view confidence;     ///< of the set as a whole
  std::string_view published{};    ///< values in the source's own abstract
  std::string_view reproduced{};   ///< measured results that follow here from values not chosen for them
  std::string_view fitted{};       ///< values chosen so that a measured one comes out: no evidence for the model
  std::string_view from_memory{};  ///< recalled, not looked up: not to be cited from here
  std::string_view assumed{};      ///< stated by us, so that a set is complete
  microwave_line value{};
};

/// All sets, from the shortest to the longest, then the lossy one.
[[nodiscard]] inline std::vector<microwave_preset> microwave_presets() {
  const attenuation superconducting = decibels_per_kilometre(1);
  return {
      {.name = "module_cable_2024",
       .source = "arXiv:2407.16743 (2024), a detachable cable between modules",
       .confidence = "fidelity published, loss fitted to it",
       .published = "swaps between modules at the level of 0.99",
       .fitted = "0.0875 dB to a pair fidelity of 0.99",
       .assumed = "0.5 m, 1 dB/km",
       .value = {.length = metres(0.5), .loss_per_length = superconducting, .couplers = decibels(0.0870)}},
      {.name = "l_coupler",
       .source = "metre-scale couplers inside a cryostat as announced by IBM",
       .confidence = "from memory and fitted",
       .fitted = "0.312 dB to a pair fidelity of 0.965",
       .from_memory = "gate error 0.035 in 235 ns over about 1 m",
       .assumed = "that the gate error is that of a transferred pair, 1 dB/km",
       .value = {.length = metres(1), .loss_per_length = superconducting, .couplers = decibels(0.311)}},
      {.name = "zurich_metre_2018",
       .source = "Kurpiers et al., Nature 558, 264 (2018), arXiv:1712.08593",
       .confidence = "fidelities published, loss fitted to one of them",
       .published = "50 kHz, process fidelity 0.80, pair fidelity 0.789",
       .reproduced = "process fidelity 0.789 (0.80 measured)",
       .fitted = "2.197 dB to the pair fidelity",
       .assumed = "0.9 m, 1 dB/km",
       .value = {.length = metres(0.9), .loss_per_length = superconducting, .couplers = decibels(2.196)}},
      {.name = "zurich_5m_2020",
       .source = "Magnard et al., Phys. Rev. Lett. 125, 260502 (2020), arXiv:2008.01642",
       .confidence = "length published, fidelities from memory, loss fitted to one of them",
       .published = "5 m between two dilution refrigerators",
       .reproduced = "transfer fidelity 0.863 (0.858 measured)",
       .fitted = "2.122 dB to the pair fidelity",
       .from_memory = "transfer fidelity 0.858, pair fidelity 0.795",
       .assumed = "1 dB/km",
       .value = {.length = metres(5), .loss_per_length = superconducting, .couplers = decibels(2.117)}},
      {.name = "zurich_30m_2023",
       .source = "Storz et al., Nature 617, 265 (2023)",
       .confidence = "length published, fidelity from memory, loss fitted to it",
       .published = "30 m, a Bell inequality violated without the locality loophole",
       .fitted = "2.011 dB to the pair fidelity",
       .from_memory = "pair fidelity 0.804, 12.5 kHz",
       .assumed = "1 dB/km",
       .value = {.length = metres(30), .loss_per_length = superconducting, .couplers = decibels(1.981)}},
      {.name = "yale_lossy_2025",
       .source = "Teoh et al., arXiv:2509.18547 (2025)",
       .confidence = "published",
       .published = "direct transfer efficiency 0.02; heralded pairs of 0.92(1), up to one half of the attempts",
       .assumed = "0.5 m, 1 dB/km; all of the loss in one number",
       .value = {.length = metres(0.5), .loss_per_length = superconducting, .couplers = decibels(16.9892)}},
  };
}

/// The set of that name; the error lists the names there are.
[[nodiscard]] inline result<microwave_preset> find_microwave_preset(std::string_view name) {
  return detail::find_named("microwave", microwave_presets(), name);
}

}  // namespace ebit::link
