// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>

#include <ebit/core/extremes.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/link/budget.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/operations.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::route {

/// What one photon from either end meets at the station.
[[nodiscard]] inline herald::interference interference_of(const link::budget& b) {
  herald::interference light;
  light.efficiency_a = b.efficiency_a;
  light.efficiency_b = b.efficiency_b;
  light.visibility = b.visibility;
  light.dark_probability = b.dark_probability;
  light.number_resolving = b.number_resolving;
  light.phase_noise = b.phase_noise;
  light.coherence = b.coherence * b.single_emission;
  light.thermal_a = b.thermal_a;
  light.thermal_b = b.thermal_b;
  return light;
}

/// The same as this policy sees it: every photon that heralds brings its emitter's double excitations.
template <herald::herald_policy Herald>
[[nodiscard]] herald::interference light_for(const Herald&, const link::budget& b) {
  herald::interference light = interference_of(b);
  if (!herald::one_photon<Herald>) light.coherence *= b.single_emission;
  return light;
}

/// The budget of a line for a herald policy. With a source in the middle the photon that travels towards an end must
/// be known to have been caught at the other: the ways between ends and station are exchanged.
template <herald::herald_policy Herald, link::physical_link Link>
[[nodiscard]] link::budget budget_for(const Link& line, const link::hardware& a, const link::hardware& b) {
  link::budget out = link::budget_of(line, a, b);
  if (herald::source_in_the_middle<Herald>) std::swap(out.station_a, out.station_b);
  return out;
}

/// One attempt on a link as every higher layer sees it: a probability, and the Pauli-twirled state a herald
/// announces, relative to the announced Bell state. The twirl is the random bilateral Pauli that both ends add to
/// their frames; it changes no fidelity.
struct link_model {
  double success_probability = 0;
  bell_diagonal state;
  x_state announced{bell_diagonal::pure(bell_index::psi_plus)};  ///< untwirled, with Ψ+ announced
};

template <herald::herald_policy Herald>
[[nodiscard]] link_model model_of(const Herald& policy, const link::budget& b, const herald::setting& drive) {
  const herald::attempt_model attempt = policy.model(light_for(policy, b), drive);
  const x_state announced = attempt.state.whitened(half::a, b.emission_error_a).whitened(half::b, b.emission_error_b);
  // What an analyser names is of two photons that come from the ends; in the middle a source counts no clicks.
  constexpr bool is_of_pairs = !herald::one_photon<Herald> && !herald::source_in_the_middle<Herald>;
  const double p = is_of_pairs ? attempt.success_probability * b.relative_success : attempt.success_probability;
  return {p, announced.twirled().corrected(pauli_frame{bell_index::psi_plus}), announced};
}

/// The untwirled pair when the optical phase between the arms is `phase` and nothing else about it is random.
template <herald::herald_policy Herald>
[[nodiscard]] x_state announced_at(const Herald& policy, const link::budget& b, const herald::setting& drive,
                                   double phase) {
  herald::interference light = light_for(policy, b);
  light.phase_noise = 0;
  light.phase = phase;
  return policy.model(light, drive).state.whitened(half::a, b.emission_error_a).whitened(half::b, b.emission_error_b);
}

/// The drive of a link that is to give `wanted` (or its best, if that is less), the emission error included; nothing
/// if even the best is no use.
template <herald::herald_policy Herald>
[[nodiscard]] std::optional<herald::setting> drive_for(const Herald& policy, const link::budget& b, double wanted) {
  const herald::interference light = light_for(policy, b);
  // White noise e on the pair maps a fidelity f to f (1 − e) + e / 4.
  const double error = b.emission_error();
  const double before = error >= 1 ? 1 : (wanted - error / 4) / (1 - error);
  const double best = policy.best_fidelity(light);
  return policy.choose(light, least(greatest(before, 0.0), best, 1.0));
}

template <herald::herald_policy Herald>
[[nodiscard]] double best_fidelity(const Herald& policy, const link::budget& b) {
  const double best = policy.best_fidelity(light_for(policy, b));
  return best * (1 - b.emission_error()) + b.emission_error() / 4;
}

/// Of unlike equipment at the two ends of an operation the noisier counts.
[[nodiscard]] inline gate_noise noisier(const gate_noise& a, const gate_noise& b) {
  return {greatest(a.two_qubit, b.two_qubit), greatest(a.one_qubit, b.one_qubit), greatest(a.read_out, b.read_out),
          greatest(a.bell_phase, b.bell_phase)};
}

}  // namespace ebit::route
