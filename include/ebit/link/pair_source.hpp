// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/detector.hpp>
#include <ebit/link/flying_qubit.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/presets_sources.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// What one photon of each pair meets after the source.
struct source_arm {
  double transmittance = 1;  ///< between the source's fibre and the detector; 0 to 1
  detector eye{};

  [[nodiscard]] constexpr double efficiency() const { return transmittance * eye.counting_efficiency(); }
};

/// A source of photon pairs (parametric down-conversion, four-wave mixing, atomic vapour) driven by pulses, or
/// continuously and read in windows. The number of pairs of a pulse follows the negative binomial distribution of K
/// equally filled Schmidt modes (Christ, Laiho, Eckstein, Cassemiro and Silberhorn, New J. Phys. 13, 033027 (2011)):
/// K = 1 is thermal, K = 2 an entangled state of two modes on a single spectral mode, K → ∞ Poissonian.
struct pair_source {
  static constexpr double poissonian = std::numeric_limits<double>::infinity();

  double mean_pairs = 0.01;             ///< per pulse and channel; 0 to 100
  rate repetition = hertz(1e8);         ///< pulses per second of a channel; above 0 to 1e12 Hz
  std::uint32_t channels = 1;           ///< 1 or more
  double schmidt_modes = 2;             ///< K; 1 to `poissonian`
  double coupling = 1;                  ///< of either photon into its fibre; 0 to 1
  double state_fidelity = 1;            ///< of one pair with its ideal, the rest is white noise; 1/4 to 1
  length wavelength = metres(1550e-9);  ///< 100 nm to 100 µm
  encoding code = encoding::polarisation;
  duration start_up{};  ///< from start to the first pulse; 0 or more

  /// A continuous source of so many pairs per second and channel, read in windows of that length.
  [[nodiscard]] static constexpr pair_source continuous(rate pairs, duration window) {
    return {.mean_pairs = pairs.base() * window.seconds(), .repetition = hertz(1 / window.seconds())};
  }
  /// Its rates, fidelity and channels; Poissonian, as many modes of a long pulse are.
  [[nodiscard]] static constexpr pair_source from(const source_preset& p) {
    return {.mean_pairs = p.mean_pairs(),
            .repetition = p.pulses,
            .channels = p.channels(),
            .schmidt_modes = poissonian,
            .state_fidelity = p.pair_fidelity};
  }

  [[nodiscard]] constexpr rate pair_rate() const { return repetition * mean_pairs; }  ///< of one channel, as emitted
  [[nodiscard]] constexpr rate total_pair_rate() const { return pair_rate() * static_cast<double>(channels); }
  /// Pulses per second with at least one pair: saturates at the repetition rate.
  [[nodiscard]] constexpr rate filled_pulses() const { return repetition * -math::expm1(log_generating(1)); }
  /// The mean number of pairs of all channels within `elapsed` of the start.
  [[nodiscard]] constexpr double pairs_by(duration elapsed) const {
    return elapsed > start_up ? total_pair_rate().base() * (elapsed - start_up).seconds() : 0;
  }
  /// Whether the fibres of telecommunication carry it: 1260 to 1675 nm (bands O to U).
  [[nodiscard]] constexpr bool telecom() const {
    return wavelength >= metres(1260e-9) && wavelength <= metres(1675e-9);
  }

  /// That a pulse holds exactly `pairs`.
  [[nodiscard]] constexpr double probability(std::uint32_t pairs) const {
    double p = math::exp(log_generating(1));
    const bool poisson = schmidt_modes == poissonian;
    const double m = per_mode(), ratio = m / (1 + m);
    for (std::uint32_t n = 1; n <= pairs; ++n)
      p *= (poisson ? mean_pairs : (schmidt_modes + (n - 1)) * ratio) / static_cast<double>(n);
    return p;
  }
  /// g²(0) of one arm by itself: 1 + 1/K.
  [[nodiscard]] constexpr double g2() const { return 1 + 1 / schmidt_modes; }

  /// A pulse makes the detector of an arm click.
  [[nodiscard]] constexpr double click_probability(const source_arm& arm) const {
    return -math::expm1(math::log1p(-arm.eye.dark_probability()) + log_generating(coupling * arm.efficiency()));
  }
  /// A pulse makes both click, rightly or by accident.
  [[nodiscard]] constexpr double coincidence_probability(const source_arm& a, const source_arm& b) const {
    return click_probability(a) * click_probability(b) + excess(a, b);
  }
  /// Coincidences of one pulse to accidental ones, those of two different pulses: P(a, b)/(P(a) P(b)). Of weak,
  /// perfect sources 1 + 1/μ + 1/K. Both must be able to click.
  [[nodiscard]] constexpr double coincidence_to_accidental(const source_arm& a, const source_arm& b) const {
    const double accidental = click_probability(a) * click_probability(b);
    EBIT_ASSERT(accidental > 0, "pair_source: a detector never clicks");
    return 1 + excess(a, b) / accidental;
  }
  /// The detector of `other` clicks given that of `herald` does (Klyshko), accidents included. The latter must be
  /// able to.
  [[nodiscard]] constexpr double heralding_efficiency(const source_arm& herald, const source_arm& other) const {
    const double heralds = click_probability(herald);
    EBIT_ASSERT(heralds > 0, "pair_source: the heralding detector never clicks");
    return coincidence_probability(herald, other) / heralds;
  }
  /// g²(0) of the light in the other fibre when this arm's detector clicks (with `photon_counting::exact`: reads 1).
  /// Loss in that fibre does not change it. The arm must be able to click.
  [[nodiscard]] constexpr double heralded_g2(const source_arm& herald) const {
    const double eta = coupling * herald.efficiency(), d = herald.eye.dark_probability();
    const bool counting = herald.eye.number_resolving == photon_counting::exact;
    double moment[3] = {};  // Σ P(n) n(n−1)…(n−j+1) P(herald | n), in units of its value without a herald
    for (int j = 0; j < 3; ++j)
      moment[j] = counting ? one_read(eta, d, j) : -math::expm1(math::log1p(-d) + log_missed(eta, j));
    EBIT_ASSERT(moment[1] > 0, "pair_source: the heralding detector never clicks");
    return g2() * moment[2] * moment[0] / (moment[1] * moment[1]);
  }
  /// What an arm's detector reports per second of one channel, its dead time included: blind for the pulses that
  /// begin within the dead time after a click; R P/(1 + m P). Never above one per dead time.
  [[nodiscard]] constexpr rate counted_rate(const source_arm& arm) const {
    const double dead = arm.eye.dead_time.seconds() * repetition.base(), p = click_probability(arm);
    auto blind = static_cast<double>(static_cast<std::int64_t>(dead));
    if (blind > 0 && dead - blind < 1e-9 * dead) blind -= 1;  // the pulse at its very end is seen
    return repetition * (p / (1 + blind * p));
  }

  /// Sets what an end that catches the photons of one channel sees of a source in the middle: `emission_efficiency`
  /// (the coupling), `attempt_time` (one per pulse), and `emission_fidelity`, each photon's half of the pair's white
  /// noise on top of what the end has. For both ends alike; μ is the `setting` of `herald::midpoint_source`.
  [[nodiscard]] constexpr hardware installed_in(hardware h) const {
    h.emission_efficiency = coupling;
    h.attempt_time = period(repetition);
    h.emission_fidelity = (1 + (4 * h.emission_fidelity - 1) * math::sqrt((4 * state_fidelity - 1) / 3)) / 4;
    return h;
  }

  [[nodiscard]] status validate() const {
    const auto text = [](double value) { return ebit::detail::number_text(value); };
    if (!(mean_pairs >= 0 && mean_pairs <= 100))
      return config_error{"pair_source.mean_pairs", text(mean_pairs), "0 to 100"};
    if (!(repetition.base() > 0 && repetition.base() <= 1e12))
      return config_error{"pair_source.repetition", text(repetition.base()) + " Hz", "above 0 Hz, up to 1e12 Hz"};
    if (channels == 0) return config_error{"pair_source.channels", "0", "1 or more"};
    if (!(schmidt_modes >= 1)) return config_error{"pair_source.schmidt_modes", text(schmidt_modes), "1 or more"};
    if (auto checked = ebit::detail::check_probability("pair_source.coupling", coupling); !checked) return checked;
    if (!(state_fidelity >= 0.25 && state_fidelity <= 1))
      return config_error{"pair_source.state_fidelity", text(state_fidelity), "0.25 to 1"};
    if (!(wavelength.base() >= 100e-9 && wavelength.base() <= 100e-6))
      return config_error{"pair_source.wavelength", text(wavelength.base()) + " m", "1e-7 m to 1e-4 m"};
    if (code > encoding::path)
      return config_error{"pair_source.code", text(static_cast<double>(code)), "one of the encodings"};
    if (start_up < duration::zero() || start_up.is_never())
      return config_error{"pair_source.start_up", ebit::detail::duration_text(start_up), "0 s or more"};
    return success{};
  }

  friend constexpr bool operator==(const pair_source&, const pair_source&) = default;

 private:
  [[nodiscard]] constexpr double per_mode() const { return mean_pairs / schmidt_modes; }
  /// ln Σ P(n) (1−η)^n.
  [[nodiscard]] constexpr double log_generating(double eta) const {
    if (schmidt_modes == poissonian) return -mean_pairs * eta;
    return -schmidt_modes * math::log1p(per_mode() * eta);
  }
  /// ln of Σ P(n) n…(n−j+1) (1−η)^n, in units of its value for η = 0.
  [[nodiscard]] constexpr double log_missed(double eta, int j) const {
    const double more = schmidt_modes == poissonian || j == 0 ? 0 : -j * math::log1p(per_mode() * eta);
    return log_generating(eta) + more + (j == 0 ? 0 : j * math::log1p(-eta));
  }
  /// Σ P(n) n…(n−j+1) [(1−d) n η (1−η)^(n−1) + d (1−η)^n], in units of Σ P(n) n…(n−j+1).
  [[nodiscard]] constexpr double one_read(double eta, double d, int j) const {
    const double q = 1 - eta, m = per_mode();
    // n · n…(n−j+1) = n…(n−j) + j · n…(n−j+1), so that q^(n−1) times it never divides by q.
    const double base = math::exp(log_generating(eta) - j * math::log1p(m * eta));
    const double next = (mean_pairs + j * m) / (1 + m * eta);
    const double below = j == 0 ? 0 : j == 1 ? 1 : q, at = below * q + (j == 0 ? 1 : 0);
    return base * ((1 - d) * eta * (at * next + j * below) + d * at);
  }
  /// P(a, b) − P(a) P(b) without cancellation.
  [[nodiscard]] constexpr double excess(const source_arm& a, const source_arm& b) const {
    const double x = coupling * a.efficiency(), y = coupling * b.efficiency(), m = per_mode();
    const double correlation = schmidt_modes == poissonian
                                   ? mean_pairs * x * y
                                   : schmidt_modes * math::log1p(m * x * y * (1 + m) / (1 + m * (x + y - x * y)));
    const double silent = (1 - a.eye.dark_probability()) * (1 - b.eye.dark_probability());
    return silent * math::exp(log_generating(x) + log_generating(y)) * math::expm1(correlation);
  }
};

}  // namespace ebit::link
