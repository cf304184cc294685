// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/drift.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/timing.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// The rms width of a pulse of rms `width` seconds after a fibre in which its colours, of rms `spectral_width` nm,
/// spread by `parameter` ps/(nm km): σ √(1 + (D L Δλ/σ)²).
[[nodiscard]] constexpr double broadened(double width, double parameter, length fibre_length, double spectral_width) {
  EBIT_ASSERT(width > 0, "broadened: a pulse has no width");
  const double spread = parameter * 1e-12 * in_kilometres(fibre_length) * spectral_width / width;
  return width * math::sqrt(1 + spread * spread);
}

/// Chromatic dispersion of the two arms that meet at a station, for Gaussian pulses without a chirp of their own
/// (photons of megahertz width do not notice it). Equal arms leave two photons as alike as they were, however long
/// the arms.
struct chromatic_dispersion {
  double pulse_width = 1e-10;  ///< of the intensity at the source, s rms; 1e-15 to 1
  double parameter = 17;  ///< ps/(nm km), either sign, up to 1000; 17 of standard fibre at 1550 nm is from memory
  length wavelength = metres(1.55e-6);  ///< 100 nm to 100 µm
  length arm{};                         ///< from this node to the station, 0 to 40 000 km
  length other_arm{};                   ///< from the other node to the station, 0 to 40 000 km

  /// Of one arm of that fibre.
  [[nodiscard]] static constexpr chromatic_dispersion in(const fibre& line, half end, double pulse_width) {
    chromatic_dispersion d;
    d.pulse_width = pulse_width;
    d.arm = line.arm_length(end);
    d.other_arm = line.arm_length(end == half::a ? half::b : half::a);
    return d;
  }

  /// β₂ = −D λ²/(2πc), s²/m.
  [[nodiscard]] constexpr double group_velocity_dispersion() const {
    return -parameter * 1e-6 * wavelength.base() * wavelength.base() / (2 * math::detail::pi.hi * 299'792'458.0);
  }
  /// The rms width of the pulse's spectrum in nm: λ²/(4πcσ).
  [[nodiscard]] constexpr double spectral_width() const {
    return 1e9 * wavelength.base() * wavelength.base() / (4 * math::detail::pi.hi * 299'792'458.0 * pulse_width);
  }
  /// The rms width at the station, s: σ √(1 + (β₂L/(2σ²))²).
  [[nodiscard]] constexpr double width_at_station() const {
    return broadened(pulse_width, parameter, arm, spectral_width());
  }
  /// The fraction of the pulse that falls into a detection window of full width `window` seconds centred on it.
  [[nodiscard]] constexpr double acceptance(double window) const {
    return coincidence_acceptance(window, width_at_station());
  }
  /// The Hong–Ou–Mandel visibility that unequal arms leave, with c = β₂ (L − L')/(4σ²), the photons `offset` seconds
  /// apart and that uncertain by a Gaussian `jitter`: 1/√(1 + c²) without either. A dispersed pulse is longer, but no
  /// more patient: an offset costs equal arms what it costs without dispersion.
  [[nodiscard]] constexpr double visibility(double offset = 0, double jitter = 0) const {
    EBIT_ASSERT(jitter >= 0, "chromatic_dispersion: a jitter is negative");
    const double chirp =
        group_velocity_dispersion() * (arm.base() - other_arm.base()) / (4 * pulse_width * pulse_width);
    const double stretch = 1 + chirp * chirp;
    const double width = pulse_width * math::sqrt(stretch);
    return visibility_of_late_pulses(offset / width, jitter / width) / math::sqrt(stretch);
  }

  /// Multiplies `visibility` by what unequal arms leave and `emission_efficiency` by what of the pulse falls into the
  /// `detection_window`. Install it at both ends, each with its own arm first; the budget of a link takes the lesser
  /// of the two ends' visibilities, so that the arms' difference counts once.
  [[nodiscard]] hardware installed_in(hardware h) const {
    h.visibility *= visibility();
    h.emission_efficiency *= acceptance(h.detection_window.seconds());
    return h;
  }

  [[nodiscard]] status validate() const {
    const auto refuse = [](const char* what, double value, const char* unit, const char* allowed) -> status {
      return config_error{what, ebit::detail::number_text(value) + unit, allowed};
    };
    if (!(pulse_width >= 1e-15 && pulse_width <= 1))
      return refuse("chromatic_dispersion.pulse_width", pulse_width, " s", "1e-15 s to 1 s");
    if (!(parameter >= -1000 && parameter <= 1000))
      return refuse("chromatic_dispersion.parameter", parameter, " ps/(nm km)",
                    "-1000 ps/(nm km) to 1000 ps/(nm km)");
    if (!(wavelength.base() >= 1e-7 && wavelength.base() <= 1e-4))
      return refuse("chromatic_dispersion.wavelength", wavelength.base(), " m", "1e-7 m to 1e-4 m");
    if (!(arm.base() >= 0 && arm.base() <= 4e7))
      return refuse("chromatic_dispersion.arm", in_kilometres(arm), " km", "0 km to 40000 km");
    if (!(other_arm.base() >= 0 && other_arm.base() <= 4e7))
      return refuse("chromatic_dispersion.other_arm", in_kilometres(other_arm), " km", "0 km to 40000 km");
    return success{};
  }

  friend constexpr bool operator==(const chromatic_dispersion&, const chromatic_dispersion&) = default;
};

/// How the temperature of a fibre moves the arrival of its light: the delay follows the temperature, which wanders
/// about its mean, and is measured and compensated for now and then. The default does not move.
struct thermal_delay {
  double per_kelvin = 37;      ///< ps/(km K), 0 to 1000; from memory: 37 of standard fibre, about 2 of a hollow core
  length arm{};                ///< from the node to the station, 0 to 40 000 km
  double temperature_rms = 0;  ///< of the whole arm's mean temperature about its average, K; 0 to 1000
  duration correlation{};      ///< of the temperature (1/e); 0: too fast to follow
  duration compensated_every = duration::never();  ///< between two measurements of the delay; above 0; never: none

  /// By how many seconds the delay changes when the whole arm is warmed by so much.
  [[nodiscard]] constexpr double shift(double kelvin) const {
    return per_kelvin * 1e-12 * in_kilometres(arm) * kelvin;
  }
  /// The delay about its mean, in seconds.
  [[nodiscard]] constexpr ornstein_uhlenbeck process() const { return {shift(temperature_rms), correlation}; }
  /// The rms of what is not compensated for at a random moment, s: of the process at a random time since its value
  /// was measured, σ √(1 − (1 − e^(−2T/τ))/(2T/τ)).
  [[nodiscard]] double rms() const {
    const double all = shift(temperature_rms);
    if (all == 0 || correlation == duration::zero() || compensated_every.is_never()) return all;
    if (correlation.is_never()) return 0;
    const double x =
        2 * static_cast<double>(compensated_every.picoseconds()) / static_cast<double>(correlation.picoseconds());
    // 1 − (1 − e^(−x))/x, by its series where that cancels.
    const double unknown = x < 1e-4 ? x / 2 - x * x / 6 : 1 + math::expm1(-x) / x;
    return all * math::sqrt(unknown);
  }

  /// Sets `timing_jitter`: what is not compensated for, in quadrature with the jitter the hardware already has, to
  /// the nearest picosecond.
  [[nodiscard]] hardware installed_in(hardware h) const {
    const double before = h.timing_jitter.seconds(), mine = rms();
    h.timing_jitter = duration::seconds(math::sqrt(before * before + mine * mine));
    return h;
  }

  [[nodiscard]] status validate() const {
    using ebit::detail::duration_text;
    using ebit::detail::number_text;
    if (!(per_kelvin >= 0 && per_kelvin <= 1000))
      return config_error{"thermal_delay.per_kelvin", number_text(per_kelvin) + " ps/(km K)",
                          "0 ps/(km K) to 1000 ps/(km K)"};
    if (!(arm.base() >= 0 && arm.base() <= 4e7))
      return config_error{"thermal_delay.arm", number_text(in_kilometres(arm)) + " km", "0 km to 40000 km"};
    if (!(temperature_rms >= 0 && temperature_rms <= 1000))
      return config_error{"thermal_delay.temperature_rms", number_text(temperature_rms) + " K", "0 K to 1000 K"};
    if (correlation < duration::zero())
      return config_error{"thermal_delay.correlation", duration_text(correlation), "0 s or more"};
    if (compensated_every <= duration::zero())
      return config_error{"thermal_delay.compensated_every", duration_text(compensated_every), "more than 0 s"};
    return success{};
  }

  friend constexpr bool operator==(const thermal_delay&, const thermal_delay&) = default;
};

}  // namespace ebit::link
