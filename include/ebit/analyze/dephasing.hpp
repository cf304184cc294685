// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>

namespace ebit::analyze {

/// A chain of segments that generate in parallel and are swapped as soon as possible, deterministically and at once.
struct dephasing_chain {
  double mean_storage = 0;    ///< E[D], D the number of link-slots spent in memory, all merged links added up
  double mean_slots = 0;      ///< E[T] until the ends are joined
  double mean_coherence = 1;  ///< E[exp(−D/τ)]: what dephasing leaves of the end-to-end coherence
  /// The end-to-end fidelity of perfect elementary pairs, in [1/2, 1].
  [[nodiscard]] double fidelity() const { return (1 + mean_coherence) / 2; }
};

/// The exact averages for `segments` (1 to 16) that each succeed with probability `p` in (0, 1] per slot and rest
/// once they have. A stored link, elementary or merged, loses the factor exp(−1/`coherence_slots`) of its coherence
/// per slot (both of its qubits together; `coherence_slots` > 0, infinite allowed).
///
/// A recursion over the sets of segments that exist: a set with r runs of neighbours holds r links. For two segments
/// it is p/(2−p) (1 + 2x/(1−x)), x = (1−p) exp(−1/τ) (Kamin, Shchukin, Schmidt and van Loock, Phys. Rev. Research 5,
/// 023086 (2023)).
[[nodiscard]] inline dephasing_chain dephasing_swap_asap(std::uint32_t segments, double p, double coherence_slots) {
  EBIT_ASSERT(segments >= 1 && segments <= 16, "dephasing_swap_asap: 1 to 16 segments");
  EBIT_ASSERT(p > 0 && p <= 1 && coherence_slots > 0, "dephasing_swap_asap: a parameter is out of range");
  const std::uint32_t full = (1U << segments) - 1;
  const double kept = math::exp(-1 / coherence_slots);
  std::vector<double> hit(segments + 1), miss(segments + 1), held(segments + 1);
  hit[0] = miss[0] = held[0] = 1;
  for (std::uint32_t k = 1; k <= segments; ++k) {
    hit[k] = hit[k - 1] * p;
    miss[k] = miss[k - 1] * (1 - p);
    held[k] = held[k - 1] * kept;
  }
  // From each set: what is still to come, beginning with the slot of waiting that the set itself causes.
  std::vector<double> coherence(full + 1, 1.0), storage(full + 1, 0.0), slots(full + 1, 0.0);
  for (std::uint32_t have = full; have-- > 0;) {
    const std::uint32_t lack = full & ~have;
    const auto count = static_cast<std::uint32_t>(std::popcount(lack));
    const auto runs = static_cast<std::uint32_t>(std::popcount(have & ~(have << 1)));
    double sum_coherence = 0, sum_storage = 0, sum_slots = 0, leaves = 0;
    for (std::uint32_t more = lack; more != 0; more = (more - 1) & lack) {
      const auto k = static_cast<std::uint32_t>(std::popcount(more));
      const double probability = hit[k] * miss[count - k];
      leaves += probability;
      sum_coherence += probability * coherence[have | more];
      sum_storage += probability * storage[have | more];
      sum_slots += probability * slots[have | more];
    }
    // With probability miss[count] nothing changes and the set waits again: 1 − held · miss, without cancellation.
    const double not_again = leaves - miss[count] * math::expm1(-static_cast<double>(runs) / coherence_slots);
    coherence[have] = held[runs] * sum_coherence / not_again;
    storage[have] = (runs + sum_storage) / leaves;
    slots[have] = (1 + sum_slots) / leaves;
  }
  return {storage[0], slots[0], coherence[0]};
}

}  // namespace ebit::analyze
