// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <optional>

#include <ebit/herald/station.hpp>

namespace ebit::herald {

/// A herald policy: how the two ends make photons that, detected at the station, leave their memories entangled. `model` is
/// its physics, `choose` its one decision: how to drive the link so that the pairs have at least the wanted fidelity with Ψ+.
template <class Policy>
concept herald_policy = std::semiregular<Policy> && requires(const Policy& policy, const interference& light, const setting& drive) {
  { policy.model(light, drive) } -> std::same_as<attempt_model>;
  { policy.choose(light, 0.5) } -> std::same_as<std::optional<setting>>;
  { policy.best_fidelity(light) } -> std::convertible_to<double>;
};

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
