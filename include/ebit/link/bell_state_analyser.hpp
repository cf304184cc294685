// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/detector.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// What photons do to a detector that is blind after a click.
enum class dead_time_kind : std::uint8_t {
  not_paralysable,  ///< nothing: it is blind for one dead time after each click
  paralysable       ///< they make it blind anew
};

/// A Bell-state analyser: two fibres meet at a beam splitter watched by detectors. What its clicks mean is the herald
/// policy's (`herald::double_click`, `herald::single_click`) and, for photons alone, `swap::linear_optics`'; here is
/// the device that they look through. The default is ideal.
struct bell_state_analyser {
  detector eye{};  ///< each of its detectors
  dead_time_kind blinded = dead_time_kind::not_paralysable;
  std::uint16_t detectors = 4;  ///< 2 (one per output) or 4 (one per output and rail)
  loss insertion_loss{};        ///< from an input to a detector; 0 to 100 dB
  double mode_match = 1;        ///< Hong–Ou–Mandel visibility that its optics leave of perfect photons; 0 to 1
  /// Photons that help it; 0, 2, 6, 14 or 30. See `most_success()`.
  std::uint16_t ancilla_photons = 0;
  /// The share of pairs of photons, all of which it sees, that it names: above 0, up to `most_success()`.
  double success = 0.5;
  duration set_up{};  ///< from one user to the next: relocking of phases, delays and polarisation; 0 or more

  /// 1/2 with linear optics alone (Calsamiglia and Lütkenhaus, Appl. Phys. B 72, 67 (2001)), 1 − 2^−N with 2^N − 2
  /// ancilla photons (Grice, Phys. Rev. A 84, 042331 (2011)).
  [[nodiscard]] constexpr double most_success() const { return 1 - 1 / (static_cast<double>(ancilla_photons) + 2); }
  /// The models of heralding count on 1/2: a factor on their probability for one that does less, or more.
  [[nodiscard]] constexpr double relative_success() const { return 2 * success; }
  [[nodiscard]] constexpr double transmittance() const { return math::pow(10.0, -insertion_loss.base() / 10); }
  /// A photon at an input makes a detector click that is not blind.
  [[nodiscard]] constexpr double efficiency() const { return transmittance() * eye.counting_efficiency(); }

  /// Attempts that never find a detector blind are at least so far apart.
  [[nodiscard]] constexpr duration shortest_period() const { return greatest(eye.window, eye.dead_time); }

  // Photons that arrive at random, all inputs together at a mean rate.

  /// Clicks per second of one detector, were it never blind; dark counts included.
  [[nodiscard]] constexpr rate clicks_wanted(rate photons) const {
    return photons * (transmittance() * eye.efficiency / static_cast<double>(detectors)) + eye.dark_counts;
  }
  /// Clicks per second that it reports: the saturation curve. Not paralysable it rises to one per dead time;
  /// paralysable it is largest, 1/e of that, where one click is wanted per dead time, and falls again.
  [[nodiscard]] constexpr rate clicks_reported(rate photons) const {
    const rate wanted = clicks_wanted(photons);
    return blinded == dead_time_kind::paralysable ? counted_if_paralysable(wanted, eye.dead_time)
                                                  : counted_if_not_paralysable(wanted, eye.dead_time);
  }
  /// The probability that a detector is not blind when a photon comes.
  [[nodiscard]] constexpr double awake(rate photons) const {
    const double wanted = clicks_wanted(photons).base();
    return wanted > 0 ? clicks_reported(photons).base() / wanted : 1;
  }
  /// Pairs of photons that it names per second, of attempts at a mean rate in which a photon arrives at either input
  /// with probability x and y; two different detectors have to be awake.
  [[nodiscard]] constexpr rate named(rate attempts, double x, double y) const {
    EBIT_ASSERT(x >= 0 && x <= 1 && y >= 0 && y <= 1, "bell_state_analyser: a probability is not in [0, 1]");
    const double one = efficiency() * awake(attempts * (x + y));
    return attempts * (x * y * one * one * success);
  }
  /// What it heralds per second of attempts in which no photon comes at all, by two dark counts in different rails:
  /// 4 d²(1 − d)² of them, for a detector per output and rail.
  [[nodiscard]] constexpr rate false_heralds(rate attempts) const {
    const double d = eye.dark_probability();
    return attempts * (4 * d * d * (1 - d) * (1 - d));
  }

  /// Sets what the detectors set (`detector::installed_in`), takes the loss of the optics off `detector_efficiency`,
  /// multiplies `visibility` by `mode_match`, and says how it blinds and what it names (`named_by`).
  [[nodiscard]] constexpr hardware installed_in(hardware h) const {
    h = eye.installed_in(h);
    h.detector_efficiency *= transmittance();
    h.visibility *= mode_match;
    return named_by(h);
  }
  /// Sets `paralysable` and `relative_success` alone.
  [[nodiscard]] constexpr hardware named_by(hardware h) const {
    h.paralysable = blinded == dead_time_kind::paralysable;
    h.relative_success = relative_success();
    return h;
  }

  [[nodiscard]] status validate() const {
    if (auto ok = eye.validate(); !ok) return ok;
    if (blinded > dead_time_kind::paralysable)
      return config_error{"bell_state_analyser.blinded", std::to_string(static_cast<unsigned>(blinded)),
                          "one of the kinds"};
    if (detectors != 2 && detectors != 4)
      return config_error{"bell_state_analyser.detectors", std::to_string(detectors), "2 or 4"};
    if (!(insertion_loss.base() >= 0 && insertion_loss.base() <= 100))
      return config_error{"bell_state_analyser.insertion_loss",
                          ebit::detail::number_text(insertion_loss.base()) + " dB", "0 dB to 100 dB"};
    if (auto ok = ebit::detail::check_probability("bell_state_analyser.mode_match", mode_match); !ok) return ok;
    const unsigned photons = ancilla_photons + 2U;
    if (ancilla_photons > 30 || (photons & (photons - 1)) != 0)
      return config_error{"bell_state_analyser.ancilla_photons", std::to_string(ancilla_photons),
                          "0, 2, 6, 14 or 30"};
    if (!(success > 0 && success <= most_success()))
      return config_error{"bell_state_analyser.success", ebit::detail::number_text(success),
                          "above 0, up to " + ebit::detail::number_text(most_success())};
    if (set_up < duration::zero() || set_up.is_never())
      return config_error{"bell_state_analyser.set_up", ebit::detail::duration_text(set_up), "0 s or more"};
    return ebit::success{};
  }

  friend constexpr bool operator==(const bell_state_analyser&, const bell_state_analyser&) = default;
};

}  // namespace ebit::link
