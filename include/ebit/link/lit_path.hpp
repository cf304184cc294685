// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/concepts.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::link {

/// Two arms that meet at a Bell-state analyser, as a switched fabric makes them: what each lets through and how long
/// light takes along it. The fabric knows fibres, switches and losses; nodes need no more than this.
struct lit_path {
  double transmittance_a = 1;  ///< probability that a photon from end a reaches the analyser; 0 to 1
  double transmittance_b = 1;
  duration arm_a;  ///< one way from end a to the analyser; 0 s or more
  duration arm_b;
  double fidelity_a = 1;  ///< of a perfect pair after its photon from end a passed arm a: white noise; 1/4 to 1
  double fidelity_b = 1;
  /// Light of other paths that leaks into this one: of each photon that every other endpoint sends, so many reach each
  /// of the analyser's detectors; 0 or more.
  double stray = 0;
  std::uint16_t station = 0;  ///< which of the fabric's kinds of analysers it is

  [[nodiscard]] constexpr double arm_transmittance(half end) const {
    return end == half::a ? transmittance_a : transmittance_b;
  }
  [[nodiscard]] constexpr duration arm_delay(half end) const { return end == half::a ? arm_a : arm_b; }
  [[nodiscard]] constexpr duration delay() const { return arm_a + arm_b; }
  /// The same seen from the other end.
  [[nodiscard]] constexpr lit_path reversed() const {
    return {transmittance_b, transmittance_a, arm_b, arm_a, fidelity_b, fidelity_a, stray, station};
  }
  /// What stands at an end, as the analyser sees it through that end's arm; all other endpoints are taken to be like
  /// it, and to send `photons` per attempt without pause. What is astray is out of step: it counts as dark counts.
  [[nodiscard]] hardware seen_through(half end, hardware h, double photons = 1) const {
    if (stray > 0)
      h.dark_counts = h.dark_counts + hertz(stray * h.emission_efficiency * (photons + h.added_noise) *
                                            h.detector_efficiency / h.attempt_time.seconds());
    const double noise = (1 - (end == half::a ? fidelity_a : fidelity_b)) * 4 / 3;
    h.emission_fidelity = h.emission_fidelity * (1 - noise) + noise / 4;
    return h;
  }
  [[nodiscard]] status validate() const {
    if (auto ok = ebit::detail::check_probability("lit_path.transmittance_a", transmittance_a); !ok) return ok;
    if (auto ok = ebit::detail::check_probability("lit_path.transmittance_b", transmittance_b); !ok) return ok;
    if (arm_a < duration::zero() || arm_a.is_never())
      return config_error{"lit_path.arm_a", ebit::detail::duration_text(arm_a), "0 s or more"};
    if (arm_b < duration::zero() || arm_b.is_never())
      return config_error{"lit_path.arm_b", ebit::detail::duration_text(arm_b), "0 s or more"};
    for (const auto& [what, value] :
         {named{"lit_path.fidelity_a", fidelity_a}, named{"lit_path.fidelity_b", fidelity_b}})
      if (!(value >= 0.25 && value <= 1)) return config_error{what, ebit::detail::number_text(value), "0.25 to 1"};
    if (!(stray >= 0 && stray < 1e6))
      return config_error{"lit_path.stray", ebit::detail::number_text(stray), "0 to 1e6"};
    return success{};
  }

  friend constexpr bool operator==(const lit_path&, const lit_path&) = default;

 private:
  struct named {
    const char* what;
    double value;
  };
};
static_assert(physical_link<lit_path>);

}  // namespace ebit::link
