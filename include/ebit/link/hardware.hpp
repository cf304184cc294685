// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// What stands at one node, as far as its links and pairs depend on it. Published sets with sources: `link/presets.hpp`.
struct hardware {
  double emission_efficiency = 1;  ///< a photon of the right mode enters the fibre, given that one was asked for; 0 to 1
  double detector_efficiency = 1;  ///< of the heralding station's detectors; 0 to 1
  rate dark_counts;                ///< per detector
  duration detection_window = duration::picoseconds(100'000);
  double visibility = 1;           ///< Hong–Ou–Mandel visibility |overlap|² of photons from two such nodes; 0 to 1
  double phase_noise = 0;          ///< rms optical phase between the arms, rad; matters to single click only
  double emission_fidelity = 1;    ///< of the spin–photon state with its ideal; 1/4 to 1, the rest is white noise
  bool number_resolving = false;
  duration attempt_time = duration::picoseconds(1'000'000);  ///< between emissions of one node, initialisation included
  attenuation fibre_attenuation = decibels_per_kilometre(0.2);  ///< at the wavelength that enters the fibre
  memory_noise memory;
  gate_noise gates;
  duration gate_time;              ///< of a Bell measurement or half a distillation, read-out included
  double bell_measurement_success = 1;  ///< 1 deterministic, 1/2 linear optics
  std::uint16_t memories = 1;      ///< slots per port

  [[nodiscard]] status validate() const {
    for (const auto& [what, value] : {named{"hardware.emission_efficiency", emission_efficiency},
                                      named{"hardware.detector_efficiency", detector_efficiency},
                                      named{"hardware.visibility", visibility},
                                      named{"hardware.bell_measurement_success", bell_measurement_success}}) {
      if (auto checked = detail::check_probability(what, value); !checked) return checked;
    }
    if (!(emission_fidelity >= 0.25 && emission_fidelity <= 1))
      return config_error{"hardware.emission_fidelity", detail::number_text(emission_fidelity), "0.25 to 1"};
    if (!(phase_noise >= 0 && phase_noise < 1e3))
      return config_error{"hardware.phase_noise", detail::number_text(phase_noise) + " rad", "0 or more"};
    if (!(dark_counts.base() >= 0 && dark_counts.base() < 1e15))
      return config_error{"hardware.dark_counts", detail::number_text(dark_counts.base()) + " Hz", "0 or more"};
    if (!(fibre_attenuation.base() >= 0 && fibre_attenuation.base() < 1e6))
      return config_error{"hardware.fibre_attenuation", detail::number_text(fibre_attenuation.base()) + " dB/km", "0 or more"};
    if (attempt_time <= duration::zero())
      return config_error{"hardware.attempt_time", detail::duration_text(attempt_time), "more than 0 s"};
    if (detection_window < duration::zero() || detection_window.is_never())
      return config_error{"hardware.detection_window", detail::duration_text(detection_window), "0 s or more"};
    if (gate_time < duration::zero() || gate_time.is_never())
      return config_error{"hardware.gate_time", detail::duration_text(gate_time), "0 s or more"};
    if (memories == 0) return config_error{"hardware.memories", "0", "1 to 65535"};
    if (auto checked = memory.validate(); !checked) return checked;
    return gates.validate();
  }

 private:
  struct named {
    const char* what;
    double value;
  };
};

}  // namespace ebit::link
