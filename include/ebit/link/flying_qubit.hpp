// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::link {

/// What carries a flying qubit. It is part of the type: an optical photon does not fit a microwave port.
enum class carrier : std::uint8_t { microwave, optical };

/// How a qubit is written on photons. `fock`: no photon or one in a single mode, where loss turns |1⟩ into |0⟩
/// unnoticed. All others are one photon in either of two modes that suffer alike: loss leaves the code and can be
/// detected as an erasure.
enum class encoding : std::uint8_t { fock, polarisation, time_bin, frequency_bin, path };

/// A bosonic mode on its way: it keeps a fraction `transmittance` of its photons and gains `noise` thermal photons,
/// seen where it is now. A thermal-loss channel; two in a row are one.
struct mode_channel {
  double transmittance = 1;  ///< η, 0 to 1
  double noise = 0;          ///< ν = η·n_add = (1−η)·n̄, photons at the output
  double coherence = 1;      ///< factor on ⟨0|ρ|1⟩ from phase flips

  /// Through a part that passes a fraction η and adds n photons referred to its input.
  [[nodiscard]] constexpr mode_channel then(double efficiency, double added_noise, double phase_flip = 0) const {
    return {transmittance * efficiency, (noise + added_noise) * efficiency, coherence * (1 - 2 * phase_flip)};
  }
  /// Noise photons referred to the input of the whole.
  [[nodiscard]] constexpr double added_noise() const { return noise / transmittance; }
  /// Whether the whole passes no entanglement whatever is done with it: one added photon or more (Holevo 2008).
  [[nodiscard]] constexpr bool entanglement_breaking() const { return noise >= transmittance; }

  friend constexpr bool operator==(const mode_channel&, const mode_channel&) = default;
};

/// What a mode channel does to photon numbers 0 and 1, exactly: loss η/G, then an amplifier of gain G = 1 + ν.
struct photon_map {
  double zero_to_zero = 1, zero_to_one = 0, one_to_zero = 0, one_to_one = 1;
  double coherence = 1;  ///< ⟨0|E(|0⟩⟨1|)|1⟩

  explicit constexpr photon_map(const mode_channel& through) {
    const double gain = 1 + through.noise, loss = through.transmittance / gain;
    zero_to_zero = 1 / gain;
    zero_to_one = through.noise / (gain * gain);
    one_to_zero = (1 - loss) / gain;
    one_to_one = (loss + (1 - loss) * through.noise) / (gain * gain);
    coherence = math::sqrt(through.transmittance) / (gain * gain) * through.coherence;
  }
};

/// Half of a pair at rest.
struct stationary_qubit {
  x_state pair{};
  half which = half::b;
  double present = 1;  ///< probability that it was not found lost (an erasure); the pair is given that it was not

  friend constexpr bool operator==(const stationary_qubit&, const stationary_qubit&) = default;
};

/// Half of a pair on its way on a microwave or an optical mode: the pair as it was emitted, and what has happened to
/// the mode since. Nothing is rounded to a qubit before it is absorbed, so that any number of parts in a row is
/// exact.
template <carrier Carrier>
struct flying_qubit {
  x_state pair{};
  half which = half::b;
  encoding code = encoding::fock;
  mode_channel suffered{};
  double present = 1;

  static constexpr carrier on = Carrier;
  friend constexpr bool operator==(const flying_qubit&, const flying_qubit&) = default;
};

/// The qubit that a mode is read into. With `fock` a mode of two or more photons is read as |1⟩ with probability
/// `leaked_as_one`, else as |0⟩, without coherence, and nothing is ever known to be lost. With two modes exactly one
/// photon is accepted; everything else is an erasure, and phase flips befall each mode by itself.
template <carrier Carrier>
[[nodiscard]] constexpr stationary_qubit absorbed(const flying_qubit<Carrier>& photon, double leaked_as_one = 0) {
  EBIT_ASSERT(leaked_as_one >= 0 && leaked_as_one <= 1, "absorbed: leaked_as_one is not in [0, 1]");
  const photon_map m{photon.suffered};
  double stay0 = 0, to1 = 0, to0 = 0, stay1 = 0, coherence = 0, accepted = 1;
  if (photon.code == encoding::fock) {
    const double leak0 = 1 - m.zero_to_zero - m.zero_to_one, leak1 = 1 - m.one_to_zero - m.one_to_one;
    to1 = m.zero_to_one + leaked_as_one * leak0;
    stay1 = m.one_to_one + leaked_as_one * leak1;
    stay0 = 1 - to1;
    to0 = 1 - stay1;
    coherence = m.coherence;
  } else {
    // One mode with the photon, one without; swapped if the noise photon is taken for the signal.
    accepted = m.one_to_one * m.zero_to_zero + m.one_to_zero * m.zero_to_one;
    if (!(accepted > 0)) return {photon.pair, photon.which, 0};
    stay0 = stay1 = m.one_to_one * m.zero_to_zero / accepted;
    to0 = to1 = m.one_to_zero * m.zero_to_one / accepted;
    coherence = m.coherence * m.coherence / accepted;
  }
  x_elements e = photon.pair.elements();
  const auto mix = [&](double& zero, double& one) {
    const double before = zero;
    zero = stay0 * before + to0 * one;
    one = to1 * before + stay1 * one;
  };
  if (photon.which == half::b) {
    mix(e.p00, e.p01);
    mix(e.p10, e.p11);
  } else {
    mix(e.p00, e.p10);
    mix(e.p01, e.p11);
  }
  e.re_00_11 *= coherence;
  e.im_00_11 *= coherence;
  e.re_01_10 *= coherence;
  e.im_01_10 *= coherence;
  return {x_state::from_elements(e), photon.which, photon.present * accepted};
}

/// A part that makes flying qubits of stationary ones and takes them in again.
template <class Part>
concept flying_converter = requires(const Part& part, const stationary_qubit& at_rest) {
  { part.absorb(part.emit(at_rest, encoding::fock)) } -> std::same_as<stationary_qubit>;
};

/// A port between a qubit and one kind of carrier: a microwave coupler, or a transducer with all that belongs to it.
template <carrier Carrier>
struct port {
  double efficiency = 1;     ///< in photon number, 0 to 1, either way
  double added_noise = 0;    ///< photons, referred to the input; 0 or more
  double phase_flip = 0;     ///< probability per conversion, 0 to 1/2
  double leaked_as_one = 0;  ///< how a mode with two or more photons is read when absorbed: as |1⟩, else as |0⟩

  [[nodiscard]] status validate() const {
    if (auto checked = ebit::detail::check_probability("port.efficiency", efficiency); !checked) return checked;
    if (!(added_noise >= 0 && added_noise <= 1e6))
      return config_error{"port.added_noise", ebit::detail::number_text(added_noise) + " photons", "0 to 1e6"};
    if (!(phase_flip >= 0 && phase_flip <= 0.5))
      return config_error{"port.phase_flip", ebit::detail::number_text(phase_flip), "0 to 0.5"};
    return ebit::detail::check_probability("port.leaked_as_one", leaked_as_one);
  }

  [[nodiscard]] constexpr flying_qubit<Carrier> emit(const stationary_qubit& q,
                                                     encoding code = encoding::fock) const {
    return {q.pair, q.which, code, mode_channel{}.then(efficiency, added_noise, phase_flip), q.present};
  }
  [[nodiscard]] constexpr stationary_qubit absorb(flying_qubit<Carrier> photon) const {
    photon.suffered = photon.suffered.then(efficiency, added_noise, phase_flip);
    return absorbed(photon, leaked_as_one);
  }

  friend constexpr bool operator==(const port&, const port&) = default;
};
static_assert(flying_converter<port<carrier::microwave>> && flying_converter<port<carrier::optical>>);

/// A photon after a line of that transmittance.
template <carrier Carrier>
[[nodiscard]] constexpr flying_qubit<Carrier> passed(flying_qubit<Carrier> photon, double transmittance) {
  EBIT_ASSERT(transmittance >= 0 && transmittance <= 1, "passed: a transmittance is not in [0, 1]");
  photon.suffered = photon.suffered.then(transmittance, 0);
  return photon;
}

}  // namespace ebit::link
