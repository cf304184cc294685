// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/assert.hpp>

namespace ebit::analyze {

/// n qubits of a register cut into k contiguous parts whose sizes differ by at most one, the larger ones first.
struct contiguous_parts {
  std::uint64_t qubits = 1;  ///< at least k, up to 1e6
  std::uint64_t parts = 1;   ///< at least 1

  [[nodiscard]] constexpr std::uint64_t size(std::uint64_t part) const {
    EBIT_ASSERT(parts >= 1 && qubits >= parts && qubits <= 1'000'000 && part < parts,
                "contiguous_parts: more parts than qubits, or no such part");
    return qubits / parts + (part < qubits % parts ? 1 : 0);
  }

  /// Controlled phases of a quantum Fourier transform: one for every two qubits.
  [[nodiscard]] constexpr std::uint64_t fourier_gates() const { return qubits * (qubits - 1) / 2; }
  /// Those between different parts.
  [[nodiscard]] constexpr std::uint64_t remote_fourier_gates() const {
    std::uint64_t local = 0;
    for (std::uint64_t i = 0; i < parts; ++i) local += size(i) * (size(i) - 1) / 2;
    return fourier_gates() - local;
  }
  /// The same as controlled NOTs, two for each phase.
  [[nodiscard]] constexpr std::uint64_t remote_fourier_cnots() const { return 2 * remote_fourier_gates(); }
  /// Pairs that the transform costs if all gates of a qubit with a part share one cat state: a pair for every qubit
  /// and every part on one side of it, the side that costs less; n(k − 1)/2 for equal parts.
  [[nodiscard]] constexpr std::uint64_t fourier_pairs() const {
    std::uint64_t later = 0, earlier = 0;
    for (std::uint64_t i = 0; i < parts; ++i) {
      later += size(i) * (parts - 1 - i);
      earlier += size(i) * i;
    }
    return later < earlier ? later : earlier;
  }
  /// Controlled NOTs between parts when a GHZ state is made along the register.
  [[nodiscard]] constexpr std::uint64_t remote_chain_cnots() const { return parts - 1; }
};

}  // namespace ebit::analyze
