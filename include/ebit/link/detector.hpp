// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/timing.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// At least one dark count within `window` at a mean rate of `dark_counts`: 1 − exp(−R t). Exact also where it is
/// tiny.
[[nodiscard]] constexpr double dark_count_probability(rate dark_counts, duration window) {
  EBIT_ASSERT(dark_counts.base() >= 0 && window >= duration::zero(),
              "dark_count_probability: negative rate or window");
  return -math::expm1(-dark_counts.base() * window.seconds());
}

/// The rate that a detector reports of `true_counts` (Poissonian) when it is blind for `dead` after each count it
/// reports and photons meanwhile change nothing (not paralysable): R/(1 + R t). Never above 1/t.
[[nodiscard]] constexpr rate counted_if_not_paralysable(rate true_counts, duration dead) {
  return hertz(true_counts.base() / (1 + true_counts.base() * dead.seconds()));
}
/// The same when every photon, seen or not, starts the dead time anew (paralysable): R exp(−R t), largest at R = 1/t.
[[nodiscard]] constexpr rate counted_if_paralysable(rate true_counts, duration dead) {
  return hertz(true_counts.base() * math::exp(-true_counts.base() * dead.seconds()));
}

/// A detector that tells only dark from light: it clicks on `photons` photons with probability 1 − (1 − d)(1 − η)^n,
/// for dark-count probability d and efficiency η, both in [0, 1].
[[nodiscard]] constexpr double click_probability(std::uint64_t photons, double efficiency,
                                                 double dark_probability = 0) {
  EBIT_ASSERT(efficiency >= 0 && efficiency <= 1 && dark_probability >= 0 && dark_probability <= 1,
              "click_probability: a probability is not in [0, 1]");
  if (photons == 0) return dark_probability;
  if (dark_probability == 1 || efficiency == 1) return 1;
  return -math::expm1(math::log1p(-dark_probability) + static_cast<double>(photons) * math::log1p(-efficiency));
}

/// What a detector tells of several photons: `none`, that there were some; `exact`, how many it saw.
enum class photon_counting : std::uint8_t { none, exact };

/// A single-photon detector read once per `window`. The default is ideal but for its window.
struct detector {
  double efficiency = 1;  ///< 0 to 1
  rate dark_counts{};     ///< Poissonian; 0 to 1e15 Hz
  duration dead_time{};   ///< after a click, not paralysable; 0 or more
  duration jitter{};      ///< rms of the reported time; 0 or more
  photon_counting number_resolving = photon_counting::none;
  duration window = duration::picoseconds(100'000);  ///< full width, centred on the photon; above 0

  /// A photon's click is reported within the window: erf(W/(2√2 σ)).
  [[nodiscard]] constexpr double acceptance() const {
    return coincidence_acceptance(window.seconds(), jitter.seconds());
  }
  /// A photon is counted within the window.
  [[nodiscard]] constexpr double counting_efficiency() const { return efficiency * acceptance(); }
  [[nodiscard]] constexpr double dark_probability() const { return dark_count_probability(dark_counts, window); }

  /// That it reads `counts` when `photons` arrive together. Counting: binomial, plus at most one dark count; else 0
  /// or 1.
  [[nodiscard]] constexpr double reading_probability(std::uint64_t counts, std::uint64_t photons) const {
    const double dark = dark_probability(), eta = counting_efficiency();
    if (number_resolving == photon_counting::none) {
      if (counts > 1) return 0;
      const double click = link::click_probability(photons, eta, dark);
      return counts == 1 ? click : 1 - click;
    }
    const double without_dark = seen(counts, photons, eta);
    return counts == 0 ? (1 - dark) * without_dark
                       : (1 - dark) * without_dark + dark * seen(counts - 1, photons, eta);
  }

  /// What it reports of photons that arrive at random at a mean rate, dark counts and dead time included.
  [[nodiscard]] constexpr rate count_rate(rate photons) const {
    return counted_if_not_paralysable(photons * efficiency + dark_counts, dead_time);
  }
  /// The highest rate it can report; infinite without a dead time.
  [[nodiscard]] constexpr rate fastest() const { return hertz(1 / dead_time.seconds()); }
  /// Coincidences within its window that mean nothing, of two rates of counts: R₁ R₂ W.
  [[nodiscard]] constexpr rate accidentals(rate here, rate there) const {
    return accidental_coincidences(here, there, window.seconds());
  }

  /// Sets `detector_efficiency` (of clicks within the window), `dark_counts`, `dead_time`, `detection_window`,
  /// `number_resolving`, and, so that every attempt finds it ready, `attempt_time` to no less than the dead time.
  [[nodiscard]] constexpr hardware installed_in(hardware h) const {
    h.detector_efficiency = counting_efficiency();
    h.dark_counts = dark_counts;
    h.dead_time = dead_time;
    h.detection_window = window;
    h.number_resolving = number_resolving == photon_counting::exact;
    h.attempt_time = greatest(h.attempt_time, dead_time);
    return h;
  }

  [[nodiscard]] status validate() const {
    if (auto checked = ebit::detail::check_probability("detector.efficiency", efficiency); !checked) return checked;
    if (!(dark_counts.base() >= 0 && dark_counts.base() < 1e15))
      return config_error{"detector.dark_counts", ebit::detail::number_text(dark_counts.base()) + " Hz",
                          "0 to 1e15 Hz"};
    if (dead_time < duration::zero() || dead_time.is_never())
      return config_error{"detector.dead_time", ebit::detail::duration_text(dead_time), "0 s or more"};
    if (jitter < duration::zero() || jitter.is_never())
      return config_error{"detector.jitter", ebit::detail::duration_text(jitter), "0 s or more"};
    if (number_resolving != photon_counting::none && number_resolving != photon_counting::exact)
      return config_error{"detector.number_resolving",
                          ebit::detail::number_text(static_cast<double>(number_resolving)), "none or exact"};
    if (window <= duration::zero() || window.is_never())
      return config_error{"detector.window", ebit::detail::duration_text(window), "above 0 s"};
    return success{};
  }

  friend constexpr bool operator==(const detector&, const detector&) = default;

 private:
  /// Binomial.
  [[nodiscard]] static constexpr double seen(std::uint64_t counts, std::uint64_t photons, double eta) {
    if (counts > photons) return 0;
    const std::uint64_t missed = photons - counts;
    double p = eta < 1 ? math::exp(static_cast<double>(missed) * math::log1p(-eta)) : missed == 0 ? 1 : 0;
    for (std::uint64_t i = 1; i <= counts; ++i) p *= eta * static_cast<double>(missed + i) / static_cast<double>(i);
    return p;
  }
};

/// A superconducting nanowire as an Internet-Draft of the Quantum Internet Research Group on timing describes it:
/// above 0.9, below 1 Hz, 10 to 20 ns, below 15 ps. Each at its worse end; the jitter is taken as an rms, and the
/// window of 10 ns is that of NIST's time tagger (arXiv:2505.12102).
[[nodiscard]] constexpr detector superconducting_nanowire() {
  return {.efficiency = 0.9,
          .dark_counts = hertz(1),
          .dead_time = duration::picoseconds(20'000),
          .jitter = duration::picoseconds(15),
          .window = duration::picoseconds(10'000)};
}

/// The detector of NetSquid's parameters for nitrogen-vacancy centres (2019): 0.8, 20 Hz, 25 ns. Dead time and jitter
/// are not among them.
[[nodiscard]] constexpr detector nv_experiment_detector() {
  return {.efficiency = 0.8, .dark_counts = hertz(20), .window = duration::picoseconds(25'000)};
}

}  // namespace ebit::link
