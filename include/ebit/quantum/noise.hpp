// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>

namespace ebit {

namespace detail {

[[nodiscard]] inline std::string number_text(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.12g", value);
  return text;
}

[[nodiscard]] inline std::string duration_text(duration value) {
  if (value.is_never()) return "never";
  if (value == duration::seconds(-1e300)) return "not a time";
  return number_text(value.seconds()) + " s";
}

/// Takes back the rounding of a computed probability that may leave [0, 1] by a few units in the last place.
[[nodiscard]] constexpr double rounded_probability(double p) {
  EBIT_ASSERT(p > -1e-9 && p < 1 + 1e-9, "not a probability");
  return p < 0 ? 0 : p > 1 ? 1 : p;
}

/// NaN fails too.
[[nodiscard]] inline status check_probability(const char* what, double value) {
  if (value >= 0 && value <= 1) return success{};
  return config_error{what, number_text(value), "0 to 1"};
}

}  // namespace detail

/// Errors of local operations. `two_qubit` and `one_qubit` are the probability that a gate is followed by complete
/// white noise on the qubits it touched, ρ → (1−p)ρ + p·Tr_q(ρ)⊗1/d (Briegel and Dür 1998; p = 1 − p₂). This is
/// neither the Pauli error probability (p(d²−1)/d²) nor the average gate infidelity (p(d−1)/d). `read_out` is the
/// probability that a measured bit is reported flipped. `bell_phase` is the probability that the phase bit (z) of a
/// Bell measurement is wrong in addition, as it is for photons that are not quite alike: (1 − V)/2 for a visibility
/// V. All in [0, 1].
struct gate_noise {
  double two_qubit = 0;
  double one_qubit = 0;
  double read_out = 0;
  double bell_phase = 0;

  [[nodiscard]] status validate() const {
    if (auto checked = detail::check_probability("gate_noise.two_qubit", two_qubit); !checked) return checked;
    if (auto checked = detail::check_probability("gate_noise.one_qubit", one_qubit); !checked) return checked;
    if (auto checked = detail::check_probability("gate_noise.bell_phase", bell_phase); !checked) return checked;
    return detail::check_probability("gate_noise.read_out", read_out);
  }

  friend constexpr bool operator==(const gate_noise&, const gate_noise&) = default;
};

/// What is left after some time in a memory: the factor on ⟨X⟩ and ⟨Y⟩ (`coherence`, e^(−t/T2)) and the factor on the
/// distance of ⟨Z⟩ from its ground-state value 1 (`population`, e^(−t/T1)). Factors of successive times multiply.
struct memory_decay {
  double coherence = 1;
  double population = 1;

  friend constexpr bool operator==(const memory_decay&, const memory_decay&) = default;
  /// One after the other.
  friend constexpr memory_decay operator*(memory_decay first, memory_decay second) {
    return {first.coherence * second.coherence, first.population * second.population};
  }
};

/// An idle memory: amplitude damping to |0⟩ with time constant `t1` and, with it, loss of coherence with `t2`.
/// `duration::never()` is an ideal memory. Physics demands t2 ≤ 2·t1, so a finite `t1` needs a finite `t2`.
struct memory_noise {
  duration t1 = duration::never();
  duration t2 = duration::never();

  [[nodiscard]] status validate() const {
    if (t1 <= duration::zero()) return config_error{"memory_noise.t1", detail::duration_text(t1), "more than 0 s"};
    const duration longest = t1 * 2;
    if (t2 <= duration::zero() || t2 > longest)
      return config_error{"memory_noise.t2", detail::duration_text(t2),
                          "more than 0 s, at most 2 t1 = " + detail::duration_text(longest)};
    return success{};
  }

  /// The decay over `elapsed` ≥ 0. A semigroup: over(a) followed by over(b) is over(a + b).
  [[nodiscard]] memory_decay over(duration elapsed) const {
    EBIT_ASSERT(elapsed >= duration::zero(), "a memory cannot age by a negative time");
    return {remaining(elapsed, t2), remaining(elapsed, t1)};
  }

  friend constexpr bool operator==(const memory_noise&, const memory_noise&) = default;

 private:
  [[nodiscard]] static double remaining(duration elapsed, duration constant) {
    if (constant.is_never() || elapsed == duration::zero()) return 1;
    if (elapsed.is_never()) return 0;
    return math::exp(-static_cast<double>(elapsed.picoseconds()) / static_cast<double>(constant.picoseconds()));
  }
};

}  // namespace ebit
