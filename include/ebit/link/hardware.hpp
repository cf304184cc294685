// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/device_lifecycle.hpp>
#include <ebit/link/pair_buffer.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// What stands at one node, as far as its links and pairs depend on it. Published sets with sources:
/// `link/presets.hpp`.
struct hardware {
  double emission_efficiency =
      1;  ///< a photon of the right mode enters the fibre, given that one was asked for; 0 to 1
  double detector_efficiency = 1;  ///< of the heralding station's detectors; 0 to 1
  rate dark_counts;                ///< per detector
  duration dead_time{};            ///< of a detector after a click; dark counts and stray light blind it at any time
  bool paralysable = false;        ///< light makes it blind anew while it is blind
  /// Pairs of photons that the station names, in those that linear optics names at best: a factor on the probability of
  /// a herald by two photons; above 0, below 2.
  double relative_success = 1;
  duration detection_window = duration::picoseconds(100'000);
  double visibility = 1;         ///< Hong–Ou–Mandel visibility |overlap|² of photons from two such nodes; 0 to 1
  double phase_noise = 0;        ///< rms optical phase between the arms, rad; matters to single click only
  duration phase_correlation;    ///< how long that phase stays what it is (1/e); 0: anew at every herald
  double emission_fidelity = 1;  ///< of the spin–photon state with its ideal; 1/4 to 1, the rest is white noise
  double coherence = 1;          ///< of a memory with its photon, from preparation; a factor, 0 to 1
  double double_excitation = 0;  ///< of an emitter that fires twice in one pulse; costs that much coherence; 0 to 1
  double added_noise = 0;        ///< of a transducer: noise photons per attempt, referred to its input
  double thermal_occupancy = 0;  ///< of a transducer's microwave mode at the start of an attempt, quanta
  duration photon_lifetime;      ///< 1/e of the photon's intensity; 0: so long that timing does not matter
  duration timing_jitter;        ///< rms of the emission time, clock included
  bool number_resolving = false;
  double duty_cycle = 1;  ///< fraction of the time in which attempts may run (heat, re-locking); above 0, to 1
  duration attempt_time =
      duration::picoseconds(1'000'000);  ///< between emissions of one node, initialisation included
  attenuation fibre_attenuation = decibels_per_kilometre(0.2);  ///< at the wavelength that enters the fibre
  memory_noise memory;
  gate_noise gates;
  duration gate_time;                   ///< of a Bell measurement or half a distillation, read-out included
  double bell_measurement_success = 1;  ///< 1 deterministic, 1/2 linear optics
  std::uint16_t memories = 1;           ///< slots per port; a circuit uses up to 255 of them
  pair_buffer buffer;                   ///< of all ports together, where pairs wait that nobody has asked for yet
  // The networking unit's life. Locking that comes round while it works is part of `duty_cycle`.
  lifecycle_times life;  ///< how long it starts up, locks (also after a fault) and shuts down
  double degraded_efficiency =
      1;                      ///< a factor on `emission_efficiency` while it works out of tolerance; above 0, to 1
  double degraded_noise = 0;  ///< white noise on its photons besides, while it does; 0 to 1

  [[nodiscard]] status validate() const {
    for (const auto& [what, value] :
         {named{"hardware.emission_efficiency", emission_efficiency},
          named{"hardware.detector_efficiency", detector_efficiency}, named{"hardware.visibility", visibility},
          named{"hardware.coherence", coherence}, named{"hardware.double_excitation", double_excitation},
          named{"hardware.bell_measurement_success", bell_measurement_success}}) {
      if (auto checked = ebit::detail::check_probability(what, value); !checked) return checked;
    }
    if (!(emission_fidelity >= 0.25 && emission_fidelity <= 1))
      return config_error{"hardware.emission_fidelity", ebit::detail::number_text(emission_fidelity), "0.25 to 1"};
    if (!(phase_noise >= 0 && phase_noise < 1e3))
      return config_error{"hardware.phase_noise", ebit::detail::number_text(phase_noise) + " rad", "0 or more"};
    if (phase_correlation < duration::zero())
      return config_error{"hardware.phase_correlation", ebit::detail::duration_text(phase_correlation),
                          "0 s or more"};
    if (!(added_noise >= 0 && added_noise * emission_efficiency * detector_efficiency <= 1))
      return config_error{"hardware.added_noise", ebit::detail::number_text(added_noise) + " photons",
                          "0 or more, and at most one photon at a detector"};
    if (!(thermal_occupancy >= 0 && thermal_occupancy < 1e6))
      return config_error{"hardware.thermal_occupancy", ebit::detail::number_text(thermal_occupancy) + " quanta",
                          "0 to 1e6"};
    if (!(duty_cycle > 0 && duty_cycle <= 1))
      return config_error{"hardware.duty_cycle", ebit::detail::number_text(duty_cycle), "above 0, up to 1"};
    if (photon_lifetime < duration::zero() || photon_lifetime.is_never())
      return config_error{"hardware.photon_lifetime", ebit::detail::duration_text(photon_lifetime), "0 s or more"};
    if (timing_jitter < duration::zero() || timing_jitter.is_never())
      return config_error{"hardware.timing_jitter", ebit::detail::duration_text(timing_jitter), "0 s or more"};
    if (!(dark_counts.base() >= 0 && dark_counts.base() < 1e15))
      return config_error{"hardware.dark_counts", ebit::detail::number_text(dark_counts.base()) + " Hz", "0 or more"};
    if (!(fibre_attenuation.base() >= 0 && fibre_attenuation.base() < 1e6))
      return config_error{"hardware.fibre_attenuation",
                          ebit::detail::number_text(fibre_attenuation.base()) + " dB/km", "0 or more"};
    if (dead_time < duration::zero() || dead_time.is_never())
      return config_error{"hardware.dead_time", ebit::detail::duration_text(dead_time), "0 s or more"};
    if (!(relative_success > 0 && relative_success < 2))
      return config_error{"hardware.relative_success", ebit::detail::number_text(relative_success),
                          "above 0, below 2"};
    if (attempt_time <= duration::zero())
      return config_error{"hardware.attempt_time", ebit::detail::duration_text(attempt_time), "more than 0 s"};
    if (detection_window < duration::zero() || detection_window.is_never())
      return config_error{"hardware.detection_window", ebit::detail::duration_text(detection_window), "0 s or more"};
    if (gate_time < duration::zero() || gate_time.is_never())
      return config_error{"hardware.gate_time", ebit::detail::duration_text(gate_time), "0 s or more"};
    if (!(degraded_efficiency > 0 && degraded_efficiency <= 1))
      return config_error{"hardware.degraded_efficiency", ebit::detail::number_text(degraded_efficiency),
                          "above 0, up to 1"};
    if (auto checked = ebit::detail::check_probability("hardware.degraded_noise", degraded_noise); !checked)
      return checked;
    if (auto checked = life.validate(); !checked) return checked;
    if (memories == 0) return config_error{"hardware.memories", "0", "1 to 65535"};
    if (auto checked = memory.validate(); !checked) return checked;
    if (auto checked = buffer.validate(); !checked) return checked;
    return gates.validate();
  }

 private:
  struct named {
    const char* what;
    double value;
  };
};

}  // namespace ebit::link
