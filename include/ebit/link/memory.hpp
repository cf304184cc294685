// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::link {

/// What entangling attempts at one qubit do to the others of its node. The default is a nitrogen-vacancy centre: the
/// electron's reset takes a random time, during which a nuclear spin precesses at another frequency (Kalb, Humphreys,
/// Slim and Hanson, Phys. Rev. A 97, 062330 (2018)). The values are those of NetSquid's parameters of 2019, the
/// formula is from memory.
struct attempt_dephasing {
  double detuning = 483'805.2686528281;  ///< Δω, rad/s, of the nucleus between the electron's states; 2π·77 kHz
  duration reset = duration::picoseconds(163'000);  ///< τ, the scatter of the reset time; 0 or more

  /// The probability of a phase flip per attempt at a bright-state population α: (α/2)(1 − exp(−(Δω τ)²/2)).
  [[nodiscard]] constexpr double flip_probability(double bright_state) const {
    EBIT_ASSERT(bright_state >= 0 && bright_state <= 1, "attempt_dephasing: a population is not in [0, 1]");
    const double turn = detuning * reset.seconds();
    return -bright_state / 2 * math::expm1(-turn * turn / 2);
  }
  /// The factor on ⟨X⟩ and ⟨Y⟩ after so many attempts, 0 or more: (1 − 2p)^N.
  [[nodiscard]] constexpr double coherence_after(double attempts, double bright_state) const {
    EBIT_ASSERT(attempts >= 0, "attempt_dephasing: a number of attempts is negative");
    return attempts == 0 ? 1 : math::exp(attempts * math::log1p(-2 * flip_probability(bright_state)));
  }
  /// The probability of an odd number of flips in so many attempts: (1 − (1 − 2p)^N)/2.
  [[nodiscard]] constexpr double flips_after(double attempts, double bright_state) const {
    EBIT_ASSERT(attempts >= 0, "attempt_dephasing: a number of attempts is negative");
    return attempts == 0 ? 0 : -math::expm1(attempts * math::log1p(-2 * flip_probability(bright_state))) / 2;
  }
  [[nodiscard]] constexpr memory_decay over(double attempts, double bright_state) const {
    return {coherence_after(attempts, bright_state), 1};
  }
  /// An idle memory and attempts every `attempt_time` as one memory: 1/T2' = 1/T2 − ln(1 − 2p)/attempt time, exact at
  /// every whole number of attempts, T2' to the nearest picosecond and at least one.
  [[nodiscard]] memory_noise during(memory_noise idle, double bright_state, duration attempt_time) const {
    EBIT_ASSERT(attempt_time > duration::zero(), "attempt_dephasing: attempts that take no time");
    const double lost = -math::log1p(-2 * flip_probability(bright_state)) / attempt_time.seconds();
    if (lost > 0) {
      const double before = idle.t2.is_never() ? 0 : 1 / idle.t2.seconds();
      const duration together = duration::seconds(1 / (before + lost));
      idle.t2 = together > duration::zero() ? together : duration::picoseconds(1);
    }
    return idle;
  }

  [[nodiscard]] status validate() const {
    if (!(detuning >= -1e15 && detuning <= 1e15))
      return config_error{"attempt_dephasing.detuning", ebit::detail::number_text(detuning) + " rad/s",
                          "-1e15 rad/s to 1e15 rad/s"};
    if (reset < duration::zero() || reset.is_never())
      return config_error{"attempt_dephasing.reset", ebit::detail::duration_text(reset), "0 s or more"};
    return success{};
  }

  friend constexpr bool operator==(const attempt_dephasing&, const attempt_dephasing&) = default;
};

/// A measurement that errs differently on its two outcomes.
struct asymmetric_read_out {
  double e0 = 0;  ///< the probability that a 0 is reported as 1; 0 to 1
  double e1 = 0;  ///< the probability that a 1 is reported as 0; 0 to 1

  /// The flip probability (e0 + e1)/2 of `gate_noise.read_out`. Exact where the two outcomes are equally likely and
  /// no use is made of which was reported (the frame of a swap or a teleportation, averaged over outcomes), and
  /// always if the reader turns the qubit over and inverts its report at random. Otherwise the errors of a parity
  /// differ by (e0 − e1)²/2, see `parity_flip`.
  [[nodiscard]] constexpr double symmetrised() const { return (e0 + e1) / 2; }
  /// The probability that a bit which is 1 with probability `one` is reported wrongly.
  [[nodiscard]] constexpr double flip(double one) const { return (1 - one) * e0 + one * e1; }
  /// The probability that 1 is reported of such a bit.
  [[nodiscard]] constexpr double reported_one(double one) const { return (1 - one) * e0 + one * (1 - e1); }
  /// The probability that the parity of two bits read so is reported wrongly, if their parity is `odd` and either way
  /// of having it is equally likely: what a distillation that keeps equal outcomes suffers.
  [[nodiscard]] constexpr double parity_flip(bool odd) const {
    return odd ? e0 * (1 - e1) + e1 * (1 - e0) : e0 * (1 - e0) + e1 * (1 - e1);
  }

  [[nodiscard]] status validate() const {
    if (auto checked = ebit::detail::check_probability("asymmetric_read_out.e0", e0); !checked) return checked;
    return ebit::detail::check_probability("asymmetric_read_out.e1", e1);
  }

  friend constexpr bool operator==(const asymmetric_read_out&, const asymmetric_read_out&) = default;
};

/// An emitter that starts an attempt in the wrong one of its two states with probability 1 − `fidelity`. What is
/// meant to become √(1−α)|0⟩ + √α|1⟩ then becomes √α|0⟩ − √(1−α)|1⟩. For single click this is exactly another
/// population and a factor on the pair's coherence; at α = 1/2 (double click) a phase flip.
struct initialisation {
  double fidelity = 1;  ///< 0 to 1

  /// What to call the bright-state population in the model of a single click.
  [[nodiscard]] constexpr double effective_population(double bright_state) const {
    return fidelity * bright_state + (1 - fidelity) * (1 - bright_state);
  }
  /// The factor on the pair's coherence that goes with it, per end: (2F − 1)√(α(1−α)/(α'(1−α'))).
  [[nodiscard]] constexpr double coherence(double bright_state) const {
    const double shown = effective_population(bright_state), meant = bright_state * (1 - bright_state);
    if (!(meant > 0)) return 0;
    return (2 * fidelity - 1) * math::sqrt(meant / (shown * (1 - shown)));
  }

  [[nodiscard]] status validate() const {
    return ebit::detail::check_probability("initialisation.fidelity", fidelity);
  }

  friend constexpr bool operator==(const initialisation&, const initialisation&) = default;
};

/// The qubits of a node that store pairs: what they suffer at rest and while their node attempts to entangle others
/// (separate T2 during entanglement generation), and how they are prepared and read. The default is ideal.
struct memory {
  memory_noise idle{};
  memory_noise generating{};    ///< in place of `idle` while attempts run
  double share_generating = 0;  ///< of the time a pair is stored in which attempts run; 0 to 1
  asymmetric_read_out reading{};
  initialisation preparing{};  ///< of the emitter before an attempt

  /// The decay over times at rest and under attempts, in any order.
  [[nodiscard]] memory_decay over(duration at_rest, duration under_attempts) const {
    return idle.over(at_rest) * generating.over(under_attempts);
  }
  /// One memory of the same decay if attempts run during `share_generating` of any time: rates 1/T1 and 1/T2 are
  /// averaged.
  [[nodiscard]] memory_noise mixed() const {
    const auto average = [this](duration rest, duration busy) {
      if (rest == busy || share_generating == 0) return rest;
      if (share_generating == 1) return busy;
      const double lost = (rest.is_never() ? 0 : (1 - share_generating) / rest.seconds()) +
                          (busy.is_never() ? 0 : share_generating / busy.seconds());
      return duration::seconds(1 / lost);
    };
    memory_noise out{average(idle.t1, generating.t1), average(idle.t2, generating.t2)};
    const duration longest = out.t1 * 2;  // by a picosecond, after rounding
    if (out.t2 > longest) out.t2 = longest;
    return out;
  }

  /// Sets `memory` (`mixed`), `gates.read_out` (`symmetrised`) and `coherence`, which it multiplies by that of the
  /// preparation at a population of 1/2, as double click has it.
  [[nodiscard]] hardware installed_in(hardware h) const {
    h.memory = mixed();
    h.gates.read_out = reading.symmetrised();
    h.coherence *= preparing.coherence(0.5);
    return h;
  }

  [[nodiscard]] status validate() const {
    if (auto checked = idle.validate(); !checked) return checked;
    if (auto checked = generating.validate(); !checked) return checked;
    if (auto checked = ebit::detail::check_probability("memory.share_generating", share_generating); !checked)
      return checked;
    if (auto checked = reading.validate(); !checked) return checked;
    // Below one half the emitter is rather in the other state, whose name it should have.
    if (!(preparing.fidelity >= 0.5 && preparing.fidelity <= 1))
      return config_error{"memory.preparing.fidelity", ebit::detail::number_text(preparing.fidelity), "1/2 to 1"};
    return success{};
  }

  friend constexpr bool operator==(const memory&, const memory&) = default;
};

/// A pair after its halves have decayed, exactly: amplitude damping makes ⟨ZZ⟩ gain (1 − e^(−tA/T1))(1 − e^(−tB/T1)),
/// for two damped qubits agree again.
[[nodiscard]] constexpr x_state decohered(const x_state& pair, memory_decay a, memory_decay b) {
  return pair.aged(half::a, a).aged(half::b, b);
}
/// The same by the Pauli twirls of both channels, which a pair in Bell-diagonal form is aged by.
[[nodiscard]] constexpr bell_diagonal decohered(const bell_diagonal& pair, memory_decay a, memory_decay b) {
  return pair.aged(a).aged(b);
}
/// What the exact Φ fidelities of a Bell-diagonal pair have more than the twirled ones, each, and the Ψ fidelities
/// less: (1 − e^(−tA/T1))(1 − e^(−tB/T1))/4. Zero if only one half decays.
[[nodiscard]] constexpr double lost_by_twirling(memory_decay a, memory_decay b) {
  return (1 - a.population) * (1 - b.population) / 4;
}

}  // namespace ebit::link
