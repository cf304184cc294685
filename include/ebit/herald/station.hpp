// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::herald {

/// |⟨ψA|ψB⟩|, the overlap of the two photons' modes: the factor on a coherence. In [0, 1].
class mode_overlap {
 public:
  constexpr explicit mode_overlap(double value) : value_{value} {}
  [[nodiscard]] constexpr double value() const { return value_; }

 private:
  double value_ = 1;
};

/// |⟨ψA|ψB⟩|², what a Hong–Ou–Mandel dip measures; its root is the overlap. In [0, 1].
class hom_visibility {
 public:
  constexpr hom_visibility() = default;
  constexpr hom_visibility(double value) : value_{value} {}  // NOLINT: a visibility is usually quoted as a number
  constexpr hom_visibility(mode_overlap overlap) : value_{overlap.value() * overlap.value()} {}  // NOLINT
  [[nodiscard]] constexpr double value() const { return value_; }
  [[nodiscard]] constexpr mode_overlap overlap() const { return mode_overlap{math::sqrt(value_)}; }

  friend constexpr bool operator==(hom_visibility, hom_visibility) = default;

 private:
  double value_ = 1;
};

/// What one attempt at a heralding station depends on: two arms meet at a beam splitter watched by two detectors.
struct interference {
  double efficiency_a = 1;  ///< from emission to detection, arm a; [0, 1]
  double efficiency_b = 1;  ///< the same, arm b
  hom_visibility visibility{};
  double dark_probability = 0;    ///< of a dark count per detector and window (per rail with two rails); [0, 1]
  bool number_resolving = false;  ///< detectors tell one photon from two
  double phase_noise = 0;         ///< rad rms, Gaussian: optical phase between the arms; cancels in a double click
  double phase = 0;               ///< rad, the part of that phase which is known
  double coherence = 1;  ///< factor on the pair's coherence from emission (double excitation, spin dephasing)
  double thermal_a = 0;  ///< quanta in a transducer's microwave mode when an attempt begins, end a; 0 or more
  double thermal_b = 0;  ///< the same, end b

  [[nodiscard]] status validate() const {
    if (auto checked = ebit::detail::check_probability("interference.efficiency_a", efficiency_a); !checked)
      return checked;
    if (auto checked = ebit::detail::check_probability("interference.efficiency_b", efficiency_b); !checked)
      return checked;
    if (auto checked = ebit::detail::check_probability("interference.visibility", visibility.value()); !checked)
      return checked;
    if (auto checked = ebit::detail::check_probability("interference.dark_probability", dark_probability); !checked)
      return checked;
    if (auto checked = ebit::detail::check_probability("interference.coherence", coherence); !checked) return checked;
    if (!(phase_noise >= 0 && phase_noise < 1e3))
      return config_error{"interference.phase_noise", ebit::detail::number_text(phase_noise), "0 to 1000 rad"};
    if (!(thermal_a >= 0 && thermal_a < 1e6))
      return config_error{"interference.thermal_a", ebit::detail::number_text(thermal_a), "0 to 1e6 quanta"};
    if (!(thermal_b >= 0 && thermal_b < 1e6))
      return config_error{"interference.thermal_b", ebit::detail::number_text(thermal_b), "0 to 1e6 quanta"};
    if (!(phase > -1e6 && phase < 1e6))
      return config_error{"interference.phase", ebit::detail::number_text(phase), "-1e6 to 1e6 rad"};
    return success{};
  }

  friend constexpr bool operator==(const interference&, const interference&) = default;
};

/// How hard the two ends are driven in an attempt: the population of the state that emits; of two-mode squeezing the
/// probability tanh² r of a pair; of a photon-pair source the mean number of pairs, for both ends alike.
struct setting {
  double bright_state_a = 0.5;
  double bright_state_b = 0.5;

  friend constexpr bool operator==(const setting&, const setting&) = default;
};

/// What an attempt does: how often it heralds, counting every accepted click pattern, and the pair given a herald,
/// with the pattern's known Pauli already applied so that the wanted state is Ψ+. Without any heralds the state is
/// white noise.
struct attempt_model {
  double success_probability = 0;
  x_state state{};

  friend constexpr bool operator==(const attempt_model&, const attempt_model&) = default;
};

}  // namespace ebit::herald
