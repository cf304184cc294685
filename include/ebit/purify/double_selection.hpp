// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::purify {

/// Three pairs to one (Fujii and Yamamoto, PRA 80, 042308 (2009)): bilateral CNOT from the kept pair to the first
/// spent one, then from the second spent pair to the first; the first is read in Z, the second in X, and the pair is
/// kept if both comparisons are the ones that the frames predict. The second pair watches over the first, so that an
/// error of the very CNOT that purifies is seen too: what makes it better than two rounds of pumping once gates are
/// noisy (without noise it is the kept pair distilled with a distilled one).
///
/// A map of states and a step of a `schedule`; local rotations before it choose which errors are seen. The CNOTs are
/// done in the order above, and the Hadamard gates before reading in X are one-qubit gates.
struct double_selection {
  bell_permutation keep{};    ///< at both ends of the kept pair, before all else
  bell_permutation first{};   ///< of the pair read in Z
  bell_permutation second{};  ///< of the pair read in X

  /// The kept branch for pairs whose frames are Φ+; exact for Bell-diagonal pairs under white gate noise and flipped
  /// read-outs.
  [[nodiscard]] constexpr branch<bell_diagonal> apply(const bell_diagonal& kept, const bell_diagonal& read_in_z,
                                                      const bell_diagonal& read_in_x,
                                                      const gate_noise& noise = {}) const {
    const std::array<double, 4> a = prepared(kept, keep, noise), b = prepared(read_in_z, first, noise),
                                c = prepared(read_in_x, second, noise);
    const double see = (1 - 2 * noise.read_out) * (1 - 2 * noise.read_out);
    const double see_x = see * (1 - noise.one_qubit) * (1 - noise.one_qubit);
    const double survive = (1 - noise.two_qubit) * (1 - noise.two_qubit);
    const double lost = (1 - survive) / 4;
    // `seen[e][z]`: both comparisons come out equal and the first pair has phase bit z, if the kept pair has bit e.
    double seen[2][2] = {}, phase[2] = {};
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j) {
        const double both = b[i] * c[j];
        const double z_equal = ((i ^ j) & 1) == 0 ? (1 + see_x) / 2 : (1 - see_x) / 2;
        phase[i & 1] += both;
        for (std::size_t e = 0; e < 2; ++e)
          seen[e][i & 1] += both * z_equal * (((i ^ j) >> 1) == e ? (1 + see) / 2 : (1 - see) / 2);
      }
    // Noise of the first CNOT leaves nothing of the kept pair; noise of the second makes both comparisons random.
    std::array<double, 4> out{};
    double total = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t x = k >> 1;
      double value = lost / 4;
      for (std::size_t z = 0; z < 2; ++z) value += survive * a[k ^ z] * (survive * seen[x][z] + lost * phase[z]);
      out[k] = value;
      total += value;
    }
    const double scale = total > 0 ? 1 / total : 0;
    if (!(total > 0)) return {};
    return {bell_diagonal{scale * out[0], scale * out[1], scale * out[2], scale * out[3]}, total};
  }

  // ---- as a step of a schedule ----
  [[nodiscard]] static constexpr std::size_t inputs() { return 3; }
  [[nodiscard]] constexpr branch<bell_diagonal> kept(std::span<const bell_diagonal> pairs,
                                                     const gate_noise& noise) const {
    EBIT_ASSERT(pairs.size() == 3, "double_selection takes three pairs");
    return apply(pairs[0], pairs[1], pairs[2], noise);
  }

  friend constexpr bool operator==(const double_selection&, const double_selection&) = default;

 private:
  /// Rotated; a rotation other than the identity is one noisy gate per half.
  [[nodiscard]] static constexpr std::array<double, 4> prepared(const bell_diagonal& pair, bell_permutation rotation,
                                                                const gate_noise& noise) {
    if (rotation == bell_permutation::identity()) return pair.probabilities();
    return pair.rotated(rotation).whitened(noise.one_qubit * (2 - noise.one_qubit)).probabilities();
  }
};

}  // namespace ebit::purify
