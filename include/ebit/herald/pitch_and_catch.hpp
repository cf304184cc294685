// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/herald/station.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::herald {

/// Deterministic transfer over a microwave line (Cirac, Zoller, Kimble and Mabuchi, PRL 78, 3221 (1997); Kurpiers et
/// al., Nature 558, 264 (2018)): the qubit at end a shares its one excitation with a microwave photon, (|1⟩|no
/// photon⟩ + |0⟩|photon⟩)/√2, and end b catches the photon. Every attempt counts as a success. A photon lost on the
/// way leaves both ends in |0⟩, so that with a transmittance η = η_a·η_b from end to end the fidelity with Ψ+ is (1
/// + √η)²/4.
///
/// Nothing is driven harder or softer, nothing interferes and no detector is involved: `setting`, visibility, dark
/// counts and optical phase have no effect; `coherence` does. The line is taken to be cold.
///
/// In a network end b is where the photon is caught, so the station of the line stands there (`station_position` 1).
struct pitch_and_catch {
  [[nodiscard]] status validate() const { return success{}; }

  [[nodiscard]] constexpr attempt_model model(const interference& line, const setting& drive = {}) const {
    EBIT_ASSERT(drive == setting{}, "pitch_and_catch: the only setting is one half");
    const double eta = line.efficiency_a * line.efficiency_b;
    return {
        1, x_state::from_elements(
               {.p00 = (1 - eta) / 2, .p01 = eta / 2, .p10 = 0.5, .re_01_10 = math::sqrt(eta) / 2 * line.coherence})};
  }

  /// The only setting, if it reaches the wanted fidelity with Ψ+.
  [[nodiscard]] constexpr std::optional<setting> choose(const interference& line, double wanted_fidelity) const {
    EBIT_ASSERT(wanted_fidelity >= 0 && wanted_fidelity <= 1, "pitch_and_catch: a fidelity is between 0 and 1");
    if (best_fidelity(line) >= wanted_fidelity) return setting{};
    return std::nullopt;
  }
  [[nodiscard]] constexpr double best_fidelity(const interference& line) const {
    return model(line).state.fidelity(bell_index::psi_plus);
  }

  friend constexpr bool operator==(const pitch_and_catch&, const pitch_and_catch&) = default;
};
static_assert(herald_policy<pitch_and_catch>);

}  // namespace ebit::herald
