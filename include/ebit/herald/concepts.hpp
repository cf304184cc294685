// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <optional>

#include <ebit/herald/station.hpp>

namespace ebit::herald {

/// A herald policy: how the two ends make photons that, detected at the station, leave their memories entangled.
/// `model` is its physics, `choose` its one decision: how to drive the link so that the pairs have at least the
/// wanted fidelity with Ψ+.
template <class Policy>
concept herald_policy =
    std::semiregular<Policy> && requires(const Policy& policy, const interference& light, const setting& drive) {
      { policy.model(light, drive) } -> std::same_as<attempt_model>;
      { policy.choose(light, 0.5) } -> std::same_as<std::optional<setting>>;
      { policy.best_fidelity(light) } -> std::convertible_to<double>;
    };

/// Whether the photons come from a source between the ends, which each hear of the other's catch, instead of meeting
/// at a station: a policy says so by `static constexpr bool source_in_the_middle = true`. What light takes from end
/// to station and back is then the time to the other end instead.
template <class Policy>
inline constexpr bool source_in_the_middle = requires { requires Policy::source_in_the_middle; };

/// Whether one photon heralds a pair (`static constexpr bool one_photon = true`), so that either branch of the pair
/// has one emission in it; of two photons both branches have one of each end.
template <class Policy>
inline constexpr bool one_photon = requires { requires Policy::one_photon; };

/// Photons that an end sends in an attempt, at most: to drive it harder than half of the time gains nothing where one
/// photon heralds.
template <class Policy>
inline constexpr double photons_per_attempt = one_photon<Policy> ? 0.5 : 1;

/// Whether a policy knows what thermal quanta in the microwave modes of transducers do (`static constexpr bool
/// thermal_modes = true`); of the others they would be forgotten.
template <class Policy>
inline constexpr bool thermal_modes = requires { requires Policy::thermal_modes; };

/// The smallest herald policy: every attempt succeeds and is perfect.
struct certain {
  [[nodiscard]] static attempt_model model(const interference&, const setting&) {
    return {1.0, x_state{bell_diagonal::pure(bell_index::psi_plus)}};
  }
  [[nodiscard]] static std::optional<setting> choose(const interference&, double) { return setting{}; }
  [[nodiscard]] static double best_fidelity(const interference&) { return 1; }
};
static_assert(herald_policy<certain>);

}  // namespace ebit::herald
