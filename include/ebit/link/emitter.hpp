// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/visibility.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// A single-photon emitter (atom, ion, colour centre, quantum dot) and what its photon passes up to the fibre. The
/// default is ideal.
struct emitter {
  double emission_probability = 1;  ///< it is excited and decays by emitting a photon; 0 to 1
  double zero_phonon_fraction = 1;  ///< of those photons, in the line that interferes; 0 to 1
  double collection = 1;            ///< from the emitter into the fibre; 0 to 1
  double conversion = 1;            ///< of a frequency converter, from fibre to fibre; 0 to 1
  double filter = 1;                ///< transmission of spectral filters; 0 to 1
  duration lifetime{};              ///< 1/e of the photon's intensity; 0: so long that no timing matters
  double double_excitation = 0;     ///< it is excited a second time in the same pulse; 0 to 1
  double phase_noise = 0;           ///< rad rms, of the optical phase between two such nodes; 0 to 1000
  rate pure_dephasing{};            ///< γ*, coherence decays as exp(−t/(2τ) − γ*t); 1/s; 0 or more
  rate spectral_diffusion{};        ///< rms of the line's wandering from photon to photon, Gaussian; Hz; 0 or more
  double mode_match = 1;            ///< visibility left by all else: polarisation, beam profile, unlike lines; 0 to 1

  /// A photon that can interfere enters the fibre, given that one was asked for.
  [[nodiscard]] constexpr double emission_efficiency() const {
    return emission_probability * zero_phonon_fraction * collection * conversion * filter;
  }
  /// The Hong–Ou–Mandel visibility of photons of two such emitters that arrive together: Γ/(Γ + 2γ*), Γ = 1/τ, for
  /// equal lines (Bylander, Robert-Philip and Abram, Eur. Phys. J. D 22, 295 (2003)), and
  /// Γ(Γ + 2γ*)/((Γ + 2γ*)² + Δω²) for lines Δω apart; here averaged over the Gaussian difference of two wandering
  /// lines: dephasing and diffusion together, not as a product. What a late arrival costs does multiply, exactly:
  /// exp(−|Δt|/τ).
  [[nodiscard]] constexpr double visibility() const {
    const double decay = lifetime.seconds(), dephasing = pure_dephasing.base() * decay;
    // rms of the angular difference of two lines, in units of Γ.
    const double spread = 1.41421356237309504880 * 6.28318530717958647693 * spectral_diffusion.base() * decay;
    if (!(spread > 0)) return mode_match * visibility_of_dephased_decays(dephasing);
    // Γ ∫ exp(−(Γ + 2γ*) s − σ²s²/2) ds, of the same form as an average over arrival times.
    return mode_match * (1.25331413731550025121 / spread) *
           visibility_of_decays_with_jitter((1 + 2 * dephasing) / spread);
  }
  /// The share of the photon's tail that falls into a detection window opened with it. No part of
  /// `emission_efficiency()`: published efficiencies are mostly of photons counted within a window.
  [[nodiscard]] constexpr double within(duration window) const {
    return lifetime > duration::zero() ? window_acceptance(window.seconds() / lifetime.seconds()) : 1;
  }

  /// Sets `emission_efficiency`, `visibility`, `phase_noise`, `double_excitation` and `photon_lifetime`.
  [[nodiscard]] constexpr hardware installed_in(hardware h) const {
    h.emission_efficiency = emission_efficiency();
    h.visibility = visibility();
    h.phase_noise = phase_noise;
    h.double_excitation = double_excitation;
    h.photon_lifetime = lifetime;
    return h;
  }

  [[nodiscard]] status validate() const {
    struct named {
      const char* what;
      double value;
    };
    for (const auto& [what, value] :
         {named{"emitter.emission_probability", emission_probability},
          named{"emitter.zero_phonon_fraction", zero_phonon_fraction}, named{"emitter.collection", collection},
          named{"emitter.conversion", conversion}, named{"emitter.filter", filter},
          named{"emitter.double_excitation", double_excitation}, named{"emitter.mode_match", mode_match}}) {
      if (auto checked = ebit::detail::check_probability(what, value); !checked) return checked;
    }
    if (lifetime < duration::zero() || lifetime.is_never())
      return config_error{"emitter.lifetime", ebit::detail::duration_text(lifetime), "0 s or more"};
    if (!(phase_noise >= 0 && phase_noise < 1e3))
      return config_error{"emitter.phase_noise", ebit::detail::number_text(phase_noise) + " rad", "0 to 1000 rad"};
    if (!(pure_dephasing.base() >= 0 && pure_dephasing.base() < 1e15))
      return config_error{"emitter.pure_dephasing", ebit::detail::number_text(pure_dephasing.base()) + " 1/s",
                          "0 to 1e15 1/s"};
    if (!(spectral_diffusion.base() >= 0 && spectral_diffusion.base() < 1e15))
      return config_error{"emitter.spectral_diffusion", ebit::detail::number_text(spectral_diffusion.base()) + " Hz",
                          "0 to 1e15 Hz"};
    if (lifetime == duration::zero() && (pure_dephasing.base() > 0 || spectral_diffusion.base() > 0))
      return config_error{"emitter.lifetime", "0 s", "above 0 s, as the line dephases or wanders"};
    return success{};
  }

  friend constexpr bool operator==(const emitter&, const emitter&) = default;
};

}  // namespace ebit::link
