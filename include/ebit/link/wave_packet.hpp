// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/timing.hpp>
#include <ebit/link/visibility.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// How far an event is from when it was meant to be, in seconds: `offset` always, anything between 0 and `swing` at
/// even odds (a drift between two corrections), and a Gaussian part of that rms. All independent.
struct timing_error {
  double offset = 0;  ///< s, either sign
  double swing = 0;   ///< s, either sign
  double jitter = 0;  ///< s rms, 0 or more

  /// √⟨error²⟩.
  [[nodiscard]] constexpr double rms() const {
    return math::sqrt(offset * offset + offset * swing + swing * swing / 3 + jitter * jitter);
  }
  /// What it exceeds in neither direction but for a Gaussian tail beyond `deviations`.
  [[nodiscard]] constexpr double bound(double deviations) const {
    const double first = offset < 0 ? -offset : offset;
    const double last = offset + swing < 0 ? -offset - swing : offset + swing;
    return (first > last ? first : last) + deviations * jitter;
  }
  /// Both, one after the other: constant parts add up, and so do the ends of sweeps, which go together; Gaussian parts
  /// add in quadrature.
  [[nodiscard]] friend constexpr timing_error operator+(const timing_error& a, const timing_error& b) {
    return {a.offset + b.offset, a.swing + b.swing, math::sqrt(a.jitter * a.jitter + b.jitter * b.jitter)};
  }
  [[nodiscard]] friend constexpr timing_error operator-(const timing_error& e) {
    return {-e.offset, -e.swing, e.jitter};
  }
  /// The same with its constant part and its sweep turned to the positive side: no other signs carry it further.
  [[nodiscard]] constexpr timing_error one_sided() const {
    return {offset < 0 ? -offset : offset, swing < 0 ? -swing : swing, jitter};
  }
  friend constexpr bool operator==(const timing_error&, const timing_error&) = default;
};

/// The shape of a photon in time.
enum class wave_form : std::uint8_t {
  pulse,  ///< Gaussian; `width` is the rms of its intensity, its nominal arrival that of its middle
  decay,  ///< exponential; `width` is its lifetime (1/e of the intensity), its nominal arrival that of its front
};

/// A photon's wave packet, Fourier-limited: what of it a window catches, and how alike two of them are that do not
/// arrive together. Formulas: `link/timing.hpp`, `link/visibility.hpp`.
struct wave_packet {
  wave_form form = wave_form::pulse;
  double width = 1e-9;  ///< s; 1e-15 to 1

  /// The shortest Gaussian pulse whose spectrum has that full width at half maximum; of 100 MHz it is 1.87 ns rms.
  [[nodiscard]] static constexpr wave_packet of_bandwidth(rate full_width) {
    return {wave_form::pulse, pulse_width_of_bandwidth(full_width)};
  }
  /// Of an emitter that decays with that time constant in seconds.
  [[nodiscard]] static constexpr wave_packet of_lifetime(double lifetime) { return {wave_form::decay, lifetime}; }

  /// The full width at half maximum of its spectrum.
  [[nodiscard]] constexpr rate bandwidth() const {
    return hertz((form == wave_form::pulse ? 0.18739062512927764 : 0.15915494309189534) / width);
  }

  /// The Hong–Ou–Mandel visibility |⟨ψA|ψB⟩|² of two such photons, averaged over the error of their relative arrival.
  [[nodiscard]] constexpr double visibility(const timing_error& apart) const { return alike(apart, width); }
  /// The average of ⟨ψA|ψB⟩, what is left of a coherence between either photon's having been detected: of a random
  /// error less than the root of `visibility`. The overlap of two pulses falls off like the visibility of pulses √2
  /// times as wide, that of two decays like that of decays of twice the lifetime.
  [[nodiscard]] constexpr double overlap(const timing_error& apart) const {
    return alike(apart, form == wave_form::pulse ? width * 1.41421356237309504880 : 2 * width);
  }

  /// The constant mismatch in seconds that leaves this visibility, above 0 and up to 1.
  [[nodiscard]] constexpr double mismatch_for(double wanted) const {
    EBIT_ASSERT(wanted > 0 && wanted <= 1, "wave_packet: a visibility is above 0, up to 1");
    const double nats = -math::log(wanted);
    return form == wave_form::pulse ? 2 * width * math::sqrt(nats) : width * nats;
  }

  /// The probability that it was detected by `time` seconds after its nominal arrival, averaged over an error of its
  /// arrival and of the detection.
  [[nodiscard]] constexpr double arrived_by(double time, const timing_error& late) const {
    return form == wave_form::pulse ? pulse_arrived(time, late) : decay_arrived(time, late);
  }
  /// The fraction that falls into a window from `open` to `close`, s after the nominal arrival.
  [[nodiscard]] constexpr double accepted(double open, double close, const timing_error& late) const {
    EBIT_ASSERT(open <= close, "wave_packet: a window closes before it opens");
    const double share = arrived_by(close, late) - arrived_by(open, late);
    return share < 0 ? 0 : share > 1 ? 1 : share;
  }

  [[nodiscard]] status validate() const {
    if (form != wave_form::pulse && form != wave_form::decay)
      return config_error{"wave_packet.form", ebit::detail::number_text(static_cast<double>(form)), "pulse or decay"};
    if (width >= 1e-15 && width <= 1) return success{};
    return config_error{"wave_packet.width", ebit::detail::number_text(width) + " s", "1e-15 s to 1 s"};
  }

  friend constexpr bool operator==(const wave_packet&, const wave_packet&) = default;

 private:
  [[nodiscard]] constexpr double alike(const timing_error& apart, double scale) const {
    const double first = apart.offset / scale, last = (apart.offset + apart.swing) / scale;
    return form == wave_form::pulse ? visibility_of_swept_pulses(first, last, apart.jitter / scale)
                                    : visibility_of_swept_decays(first, last, apart.jitter / scale);
  }

  [[nodiscard]] static constexpr double normal_cdf(double z) { return math::erfc(-z / 1.41421356237309504880) / 2; }
  /// Its antiderivative, z Φ(z) + φ(z).
  [[nodiscard]] static constexpr double normal_ramp(double z) {
    return z * normal_cdf(z) + 0.39894228040143267794 * math::exp(-z * z / 2);
  }

  [[nodiscard]] constexpr double pulse_arrived(double time, const timing_error& late) const {
    const double s = math::sqrt(width * width + late.jitter * late.jitter);
    const double span = late.swing / s, first = (time - late.offset) / s;
    if (span < 1e-5 && span > -1e-5) return normal_cdf(first - span / 2);
    if (first > 9 && first - span > 9) return 1;  // to the last bit, which the difference below would not be
    return (normal_ramp(first) - normal_ramp(first - span)) / span;
  }

  /// An exponential time with a Gaussian one added, both in units of the lifetime: P(≤ x) = Φ(x/s) − `laplace_share`.
  [[nodiscard]] static constexpr double decayed_by(double x, double s) {
    if (s == 0) return x > 0 ? -math::expm1(-x) : 0;
    return normal_cdf(x / s) - detail::laplace_share(x, s);
  }
  /// Its antiderivative: x Φ(x/s) + s φ(x/s) − P(≤ x).
  [[nodiscard]] static constexpr double decayed_ramp(double x, double s) {
    if (s == 0) return x > 0 ? x + math::expm1(-x) : 0;
    return s * normal_ramp(x / s) - decayed_by(x, s);
  }
  [[nodiscard]] constexpr double decay_arrived(double time, const timing_error& late) const {
    const double s = late.jitter / width, span = late.swing / width, first = (time - late.offset) / width;
    if (span < 1e-5 && span > -1e-5) return decayed_by(first - span / 2, s);
    const double gone = 40 + 9 * s + s * s;
    if (first > gone && first - span > gone) return 1;
    return (decayed_ramp(first, s) - decayed_ramp(first - span, s)) / span;
  }
};

}  // namespace ebit::link
