// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/units.hpp>

namespace ebit::analyze {

/// What fraction of the light a loss lets through: 10^(−dB/10).
[[nodiscard]] inline double transmittance_of(loss total) {
  return math::exp(-total.base() / 10 * 2.30258509299404568402);
}
/// What fraction it takes, without losing digits at small losses.
[[nodiscard]] inline double absorption_of(loss total) {
  return -math::expm1(-total.base() / 10 * 2.30258509299404568402);
}

/// The most bits of key, or ebits, per use of a lossy channel without a repeater: −log₂(1 − η), η in [0, 1]
/// (Pirandola, Laurenza, Ottaviani and Banchi, Nature Communications 8, 15043 (2017)).
[[nodiscard]] inline double repeaterless_bound(double transmittance) {
  EBIT_ASSERT(transmittance >= 0 && transmittance <= 1, "repeaterless_bound: a transmittance is not in [0, 1]");
  if (transmittance == 1) return std::numeric_limits<double>::infinity();
  return -math::log1p(-transmittance) / 0.69314718055994530942;
}
/// The same from the loss; exact also for a fraction of a millidecibel.
[[nodiscard]] inline double repeaterless_bound(loss total) {
  EBIT_ASSERT(total.base() >= 0, "repeaterless_bound: a loss is negative");
  if (total.base() == 0) return std::numeric_limits<double>::infinity();
  return total.base() < 3 ? -math::log2(absorption_of(total)) : repeaterless_bound(transmittance_of(total));
}
/// The older, looser bound log₂((1 + η)/(1 − η)) (Takeoka, Guha and Wilde, Nature Communications 5, 5235 (2014)).
[[nodiscard]] inline double squashed_entanglement_bound(double transmittance) {
  return repeaterless_bound(transmittance) + math::log1p(transmittance) / 0.69314718055994530942;
}
[[nodiscard]] inline double squashed_entanglement_bound(loss total) {
  return repeaterless_bound(total) + math::log1p(transmittance_of(total)) / 0.69314718055994530942;
}
/// The most with `repeaters` ideal ones that cut the channel into parts of equal loss: −log₂(1 − η^(1/(N+1)))
/// (Pirandola, Communications Physics 2, 51 (2019)).
[[nodiscard]] inline double repeater_bound(loss total, std::uint32_t repeaters) {
  return repeaterless_bound(total / (static_cast<double>(repeaters) + 1));
}

/// The entropy of a thermal mode of mean occupancy n ≥ 0, in bits: (n+1) log₂(n+1) − n log₂ n.
[[nodiscard]] inline double thermal_entropy(double occupancy) {
  EBIT_ASSERT(occupancy >= 0, "thermal_entropy: an occupancy is negative");
  if (occupancy == 0) return 0;
  // = log₂(n+1) + n log₂(1 + 1/n): no difference of large numbers.
  return (math::log1p(occupancy) + occupancy * math::log1p(1 / occupancy)) / 0.69314718055994530942;
}

/// A bosonic channel that mixes the signal, transmitted with η, with a thermal environment of mean occupancy n̄:
/// direct microwave–optical transduction, a warm waveguide.
struct thermal_loss {
  double transmittance = 1;          ///< η in (0, 1)
  double environment_occupancy = 0;  ///< n̄ ≥ 0

  /// The channel of a converter that adds `added_noise` photons, referred to its input: n_add = (1 − η) n̄/η.
  [[nodiscard]] static thermal_loss from_added_noise(double transmittance, double added_noise) {
    EBIT_ASSERT(transmittance > 0 && transmittance < 1, "thermal_loss: a transmittance is not in (0, 1)");
    return {transmittance, added_noise * transmittance / (1 - transmittance)};
  }
  [[nodiscard]] double added_noise() const { return (1 - transmittance) * environment_occupancy / transmittance; }
  /// Whether no entanglement survives: one added photon or more (Holevo 2008).
  [[nodiscard]] bool entanglement_breaking() const {
    return environment_occupancy * (1 - transmittance) >= transmittance * (1 - 1e-14);
  }
  /// An upper bound to key or ebits per use with any two-way help: −log₂((1 − η) η^n̄) − g(n̄), 0 if entanglement
  /// breaking (Pirandola et al. 2017).
  [[nodiscard]] double two_way_upper_bound() const {
    if (entanglement_breaking()) return 0;
    const double bits =
        -(math::log1p(-transmittance) + environment_occupancy * math::log(transmittance)) / 0.69314718055994530942;
    return std::max(0.0, bits - thermal_entropy(environment_occupancy));
  }
  /// Qubits per use that can certainly be sent one way, without help: the coherent information of infinite energy,
  /// max(0, log₂(η/(1 − η)) − g(n̄)) (Holevo and Werner 2001). 0 up to η = 1/2 even without noise.
  [[nodiscard]] double quantum_lower_bound() const {
    const double bits = (math::log(transmittance) - math::log1p(-transmittance)) / 0.69314718055994530942;
    return std::max(0.0, bits - thermal_entropy(environment_occupancy));
  }
};

}  // namespace ebit::analyze
