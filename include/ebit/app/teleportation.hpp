// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>

#include <ebit/core/bell.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::app {

/// The fidelity of a channel averaged over pure inputs in `dimension` dimensions, from its process (entanglement)
/// fidelity: (d F + 1)/(d + 1) (Horodecki, Horodecki and Horodecki, Phys. Rev. A 60, 1888 (1999), quant-ph/9807091).
[[nodiscard]] constexpr double average_fidelity(double process_fidelity, std::size_t dimension) {
  const auto d = static_cast<double>(dimension);
  return (d * process_fidelity + 1) / (d + 1);
}

/// The Pauli errors of a qubit that is teleported through `pair` (Bennett et al., Phys. Rev. Lett. 70, 1895 (1993)):
/// the channel's Choi state. The Bell measurement is CNOT, Hadamard and two read-outs, noisy as `noise` says; the
/// corrections are exact. With a = half a measured by the sender, half b received.
[[nodiscard]] constexpr bell_diagonal teleported(const bell_diagonal& pair, const gate_noise& noise = {}) {
  // Teleporting half of a perfect pair is swapping.
  return bell_diagonal::joined({}, pair, noise);
}

/// The process fidelity of teleportation through any pair, Bell-diagonal or not: corrections by random Paulis twirl
/// the channel as far as this number goes, so that it depends on the four Bell fidelities of the pair alone,
/// (1 − p)(c ∗ m)[Φ+] + p/4, with p = noise.two_qubit and m the distribution of wrong bits.
template <class State>
  requires requires(const State& pair) {
    { pair.fidelity(bell_index::phi_plus) } -> std::same_as<double>;
  }
[[nodiscard]] constexpr double teleportation_process_fidelity(const State& pair, const gate_noise& noise = {}) {
  const bell_diagonal diagonal{pair.fidelity(bell_index::phi_plus), pair.fidelity(bell_index::phi_minus),
                               pair.fidelity(bell_index::psi_plus), pair.fidelity(bell_index::psi_minus)};
  return teleported(diagonal, noise).fidelity(bell_index::phi_plus);
}
/// The fidelity averaged over all pure states sent; 2/3 is the most that is possible without entanglement.
template <class State>
[[nodiscard]] constexpr double teleportation_fidelity(const State& pair, const gate_noise& noise = {}) {
  return average_fidelity(teleportation_process_fidelity(pair, noise), 2);
}
/// The fidelity of an eigenstate (either) of one Pauli that is sent through a Bell-diagonal pair.
[[nodiscard]] constexpr double teleportation_fidelity_of(basis eigenstate_of, const bell_diagonal& pair,
                                                         const gate_noise& noise = {}) {
  const bell_diagonal channel = teleported(pair, noise);
  const double unharmed = eigenstate_of == basis::x   ? channel.xx()
                          : eigenstate_of == basis::y ? -channel.yy()
                                                      : channel.zz();
  return (1 + unharmed) / 2;
}

}  // namespace ebit::app
