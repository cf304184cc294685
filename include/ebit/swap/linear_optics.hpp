// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <ebit/core/result.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::swap {

/// A Bell measurement of two photons with linear optics: a balanced beam splitter, polarising beam splitters behind
/// it, and four detectors (Weinfurter 1994; Braunstein and Mann, PRA 51, R1727 (1995)). Two clicks of unlike
/// polarisation name Ψ+ (same port) or Ψ− (different ports); Φ± put both photons into the same detector and are lost,
/// so that one half of all measurements succeeds at best (Calsamiglia and Lütkenhaus 2001). Time-bin and dual-rail
/// photons behave alike.
///
/// With 2^N − 2 ancilla photons, entangled ones made for the purpose, it is 1 − 2^−N (Grice, PRA 84, 042331 (2011)):
/// 1/2 without, 3/4 with 2 (one Bell pair), 7/8 with 6. All 2^N photons have to be counted. What distinguishable
/// photons and dark counts do there is not modelled and refused.
struct linear_optics {
  double detector_efficiency =
      1;                        ///< a photon makes its detector click, all losses from its qubit on included; 0 to 1
  double visibility = 1;        ///< Hong–Ou–Mandel visibility |overlap|² of the two photons; 0 to 1
  double dark_probability = 0;  ///< of each detector while it is looked at (`link::dark_count_probability`); 0 to 1
  bool number_resolving = false;      ///< detectors tell one photon from two
  std::uint32_t ancilla_photons = 0;  ///< 0, 2, 6, 14 or 30

  [[nodiscard]] status validate() const {
    if (auto ok = ebit::detail::check_probability("linear_optics.detector_efficiency", detector_efficiency); !ok)
      return ok;
    if (auto ok = ebit::detail::check_probability("linear_optics.visibility", visibility); !ok) return ok;
    if (auto ok = ebit::detail::check_probability("linear_optics.dark_probability", dark_probability); !ok) return ok;
    const std::uint32_t photons = ancilla_photons + 2;
    if (ancilla_photons > 30 || (photons & (photons - 1)) != 0)
      return config_error{"linear_optics.ancilla_photons", std::to_string(ancilla_photons), "0, 2, 6, 14 or 30"};
    if (ancilla_photons == 0) return success{};
    if (visibility < 1)
      return config_error{"linear_optics.visibility", ebit::detail::number_text(visibility),
                          "1 with ancilla photons"};
    if (dark_probability > 0)
      return config_error{"linear_optics.dark_probability", ebit::detail::number_text(dark_probability),
                          "0 with ancilla photons"};
    if (!number_resolving)
      return config_error{"linear_optics.number_resolving", "false", "true with ancilla photons"};
    return success{};
  }

  /// What a measurement of one half each of two pairs does.
  struct figures {
    double success = 0;  ///< it names a Bell state
    /// Given that: by which Pauli frame the named state differs from the true one, in the order of Bell labels.
    std::array<double, 4> errors{1, 0, 0, 0};
  };
  /// Exact; in particular each detector clicks by itself, and after a loss the photon that is left tells nothing.
  [[nodiscard]] constexpr figures measured() const {
    const parts p = sorted();
    const double total = p.right + p.bunched + p.white;
    if (!(total > 0)) return {};
    const double right = p.right / total, bunched = p.bunched / total, white = p.white / total / 4;
    return {total,
            {right * (1 + visibility) / 2 + white, right * (1 - visibility) / 2 + white, bunched / 2 + white,
             bunched / 2 + white}};
  }
  [[nodiscard]] constexpr double success_probability() const { return measured().success; }

  /// Whether `noise` has exactly these errors. It always has with detectors that resolve numbers. If they do not, two
  /// photons in one detector and a dark count in another pass for a success, which flips the bit without flipping the
  /// phase; that is exact as long as the photons are distinguishable enough, (1 − V)/2 ≥ d (1 + V)/2.
  [[nodiscard]] constexpr bool exact() const {
    const parts p = sorted();
    return p.right * (1 - visibility) >= p.bunched;
  }
  /// The errors as `gate_noise`: dark counts as white noise, distinguishable photons as errors of the phase bit.
  /// Where that is not exact, the probability of no error is, and the three errors are made equally likely.
  [[nodiscard]] constexpr gate_noise noise() const {
    const parts p = sorted();
    const double total = p.right + p.bunched + p.white;
    gate_noise out;
    if (!(total > 0)) return out;
    if (!exact()) {
      out.two_qubit = (1 - measured().errors[0]) * 4 / 3;
      return out;
    }
    out.two_qubit = (p.white + 2 * p.bunched) / total;
    const double rest = p.right - p.bunched;
    out.bell_phase = rest > 0 ? (p.right * (1 - visibility) - p.bunched) / (2 * rest) : 0;
    return out;
  }

  /// Sets `bell_measurement_success`, `gates.two_qubit` and `gates.bell_phase`, nothing else. Mind that `gates`
  /// belongs to the whole node: `two_qubit` is also the noise of the CNOTs of a distillation there, and
  /// `gates.one_qubit` and `gates.read_out` also act on this Bell measurement, which has neither (its clicks are in
  /// the numbers above): leave them 0 on a node that only swaps.
  [[nodiscard]] link::hardware installed_in(link::hardware h) const {
    const gate_noise errors = noise();
    h.bell_measurement_success = success_probability();
    h.gates.two_qubit = errors.two_qubit;
    h.gates.bell_phase = errors.bell_phase;
    return h;
  }

  friend constexpr bool operator==(const linear_optics&, const linear_optics&) = default;

 private:
  /// Probabilities of all that passes for a success: both photons seen as they should be; both in one detector and a
  /// dark count elsewhere; too few photons, made up for by dark counts, which names a state at random.
  struct parts {
    double right = 0, bunched = 0, white = 0;
  };
  [[nodiscard]] constexpr parts sorted() const {
    const double e = detector_efficiency, d = dark_probability, quiet = (1 - d) * (1 - d), lost = 1 - e;
    if (ancilla_photons > 0) {
      double all = 1, none = 1;
      for (std::uint32_t n = 0; n < ancilla_photons + 2; ++n) all *= e;
      for (std::uint32_t n = ancilla_photons + 2; n > 1; n /= 2) none /= 2;
      return {all * (1 - none), 0, 0};
    }
    // A dark count in a detector that sees a photon matters if numbers are resolved.
    const double again = number_resolving ? 1 - d : 1;
    return {e * e / 2 * quiet * again * again, number_resolving ? 0 : e * e * (1 + visibility) / 2 * d * quiet,
            4 * lost * d * quiet * (e * again + lost * d)};
  }
};

}  // namespace ebit::swap
