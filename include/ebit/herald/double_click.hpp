// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/result.hpp>
#include <ebit/herald/station.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::herald {

/// Heralding by two photons (Barrett and Kok 2005; equally dual-rail, time-bin or polarisation encoding): each spin
/// is entangled with a photon in one of two rails and exactly one detector clicks in each rail. The same detector
/// heralds Ψ+, different ones Ψ−. The rate is quadratic in the efficiency; the fidelity hardly depends on loss or
/// optical phase.
struct double_click {
  [[nodiscard]] status validate() const { return success{}; }

  /// Exact for any efficiencies, visibility and dark counts. Spins are maximally entangled with their photons, so the
  /// only setting is one half at both ends; a phase common to both rails cancels and is ignored.
  [[nodiscard]] constexpr attempt_model model(const interference& light, const setting& bright = {}) const {
    EBIT_ASSERT(bright == setting{}, "double_click: the bright-state population is one half");
    const double x = light.efficiency_a, y = light.efficiency_b, v = light.visibility.value();
    const double d = light.dark_probability, q = (1 - d) * (1 - d);
    const double one_photon = x * (1 - y) + y * (1 - x), no_photon = (1 - x) * (1 - y);
    const bool counts = light.number_resolving;
    const double two = x * y / 2 * q * (counts ? q : 1);
    // Both photons leave by one port in one rail and look like one; a dark count fills the other rail.
    const double bunched = counts ? 0 : x * y / 2 * (1 + v) / 2 * 2 * d * q;
    const double one = 2 * d * one_photon * q * (counts ? 1 - d : 1);
    const double none = 4 * d * d * q * no_photon;
    const double p = two + bunched + one + none;
    if (!(p > 0)) return {0, x_state{bell_diagonal::white()}};
    const double noise = (one + none) / 4;
    const double phi = bunched / 2 + noise;
    const double right = two * (1 + v) / 2 + noise, wrong = two * (1 - v) / 2 + noise;
    const double flip = (1 - light.coherence) / 2;  // emission lost coherence: a Z on the pair
    return {p, x_state{bell_diagonal{phi / p, phi / p, ((1 - flip) * right + flip * wrong) / p,
                                     ((1 - flip) * wrong + flip * right) / p}}};
  }

  /// The only setting, if it reaches the wanted fidelity with Ψ+.
  [[nodiscard]] constexpr std::optional<setting> choose(const interference& light, double wanted_fidelity) const {
    EBIT_ASSERT(wanted_fidelity >= 0 && wanted_fidelity <= 1, "double_click: a fidelity is between 0 and 1");
    if (best_fidelity(light) >= wanted_fidelity) return setting{};
    return std::nullopt;
  }
  [[nodiscard]] constexpr double best_fidelity(const interference& light) const {
    return model(light).state.fidelity(bell_index::psi_plus);
  }

  friend constexpr bool operator==(const double_click&, const double_click&) = default;
};

}  // namespace ebit::herald
