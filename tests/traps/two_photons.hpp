// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <vector>

/// Two arms' photons at a beam splitter, photon by photon in Fock space: each photon is a sum over modes it may end
/// in, amplitudes of two photons in one mode gain √2, and a detector sees numbers.
namespace two_photons {

inline constexpr std::size_t modes = 16;
/// Which detector mode (port, rail, internal state of the photon); the rest is lost light.
[[nodiscard]] constexpr std::size_t detected(std::size_t port, std::size_t rail, std::size_t inside) {
  return 4 * port + 2 * rail + inside;
}
[[nodiscard]] constexpr std::size_t lost(std::size_t arm, std::size_t rail, std::size_t inside) {
  return 8 + 4 * arm + 2 * rail + inside;
}

using occupation = std::array<int, modes>;
using photon = std::array<double, modes>;  ///< amplitudes of one photon
using amplitudes = std::array<double, 4>;  ///< by the spins, index 2a + b
using joint_state = std::map<occupation, amplitudes>;

/// The photon of an arm (0 or 1) with efficiency η in a rail; the second arm's photon is partly in another internal
/// state, so that the overlap squared is V.
[[nodiscard]] inline photon from_arm(std::size_t arm, std::size_t rail, double efficiency, double visibility) {
  photon out{};
  const double same = arm == 0 ? 1 : std::sqrt(visibility), other = arm == 0 ? 0 : std::sqrt(1 - visibility);
  for (std::size_t inside = 0; inside < 2; ++inside) {
    const double part = inside == 0 ? same : other;
    out[detected(0, rail, inside)] = part * std::sqrt(efficiency / 2);
    out[detected(1, rail, inside)] = (arm == 0 ? 1 : -1) * part * std::sqrt(efficiency / 2);
    out[lost(arm, rail, inside)] = part * std::sqrt(1 - efficiency);
  }
  return out;
}

/// Adds spins `label` with these photons (at most two), amplitude `weight`.
inline void add(joint_state& state, std::size_t label, double weight, const std::vector<photon>& photons) {
  if (photons.empty()) {
    state[occupation{}][label] += weight;
    return;
  }
  for (std::size_t i = 0; i < modes; ++i) {
    if (photons[0][i] == 0) continue;
    occupation one{};
    one[i] = 1;
    if (photons.size() == 1) {
      state[one][label] += weight * photons[0][i];
      continue;
    }
    for (std::size_t j = 0; j < modes; ++j) {
      if (photons[1][j] == 0) continue;
      occupation two = one;
      ++two[j];
      state[two][label] += weight * photons[0][i] * photons[1][j] * (i == j ? std::sqrt(2.0) : 1.0);
    }
  }
}

/// How many photons a detector gets.
[[nodiscard]] inline int arriving(const occupation& at, std::size_t port, std::size_t rail) {
  return at[detected(port, rail, 0)] + at[detected(port, rail, 1)];
}
/// The probability that a detector with dark count probability d reports one count, or none.
[[nodiscard]] inline double reports(bool count, int photons, double d, bool counts_photons) {
  const double silent = photons == 0 ? 1 - d : 0;
  if (!count) return silent;
  if (photons == 0) return d;
  return counts_photons ? (photons == 1 ? 1 - d : 0) : 1;
}
/// The probability that in `rail` exactly the detector `port` reports a count.
[[nodiscard]] inline double only(std::size_t port, const occupation& at, std::size_t rail, double d,
                                 bool counts_photons) {
  return reports(true, arriving(at, port, rail), d, counts_photons) *
         reports(false, arriving(at, 1 - port, rail), d, counts_photons);
}

/// What heralds leave, unnormalised: populations by the spins and the coherence between |01⟩ and |10⟩.
struct heralded {
  std::array<double, 4> population{};
  double coherence = 0;
  double from_one_photon = 0;  ///< of all: with one photon counted and the other lost
  [[nodiscard]] double probability() const { return population[0] + population[1] + population[2] + population[3]; }
  /// Fidelity with Ψ+.
  [[nodiscard]] double fidelity() const {
    return (population[1] + population[2] + 2 * coherence) / 2 / probability();
  }
  void take(const occupation& at, const amplitudes& v, double herald, double sign) {
    for (std::size_t s = 0; s < 4; ++s) population[s] += herald * v[s] * v[s];
    coherence += herald * sign * v[1] * v[2];
    int photons = 0;
    for (std::size_t m = 0; m < 8; ++m) photons += at[m];
    if (photons == 1)
      for (const double x : v) from_one_photon += herald * x * x;
  }
};

}  // namespace two_photons
