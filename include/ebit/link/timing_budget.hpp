// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <ebit/core/time.hpp>
#include <ebit/link/wave_packet.hpp>

namespace ebit::link {

/// What a line of a timing budget comes from.
enum class timing_source : std::uint8_t {
  emitter_jitter,
  clock_offset,    ///< what no synchronisation removes
  clock_drift,     ///< from one synchronisation to the next
  clock_jitter,    ///< anew at every tick
  clock_residual,  ///< anew at every synchronisation
  fibre_calibration,
  fibre_temperature,
  detector_jitter,
  tagger_jitter,
  switch_settling,
};
[[nodiscard]] constexpr std::string_view name_of(timing_source s) {
  constexpr std::string_view names[] = {"emitter jitter", "clock offset",      "clock drift",       "clock jitter",
                                        "clock residual", "fibre calibration", "fibre temperature", "detector jitter",
                                        "tagger jitter",  "switch settling"};
  return names[static_cast<std::size_t>(s)];
}
/// Whether better synchronisation makes a line shorter.
[[nodiscard]] constexpr bool is_clock(timing_source s) {
  return s >= timing_source::clock_offset && s <= timing_source::clock_residual;
}

/// Where a line of a timing budget arises.
enum class timing_place : std::uint8_t { arm_a, arm_b, station, fabric };
[[nodiscard]] constexpr std::string_view name_of(timing_place p) {
  constexpr std::string_view names[] = {"arm a", "arm b", "station", "fabric"};
  return names[static_cast<std::size_t>(p)];
}

/// One line: an error of a photon's arrival (arms), of its detection (station), or a time that is waited (fabric).
struct timing_line {
  timing_source source = timing_source::emitter_jitter;
  timing_place place = timing_place::arm_a;
  timing_error error{};
  duration guard{};  ///< waited because of it, before the first photon

  /// Whether it makes two photons meet less well. What a detector reports late has met in time: that costs clicks
  /// within the window, but no visibility.
  [[nodiscard]] constexpr bool lowers_visibility() const {
    return place == timing_place::arm_a || place == timing_place::arm_b;
  }
  friend constexpr bool operator==(const timing_line&, const timing_line&) = default;
};

/// Which way constant errors and drifts of different lines are taken to go.
enum class error_signs : std::uint8_t {
  unknown,  ///< all the same way, apart: a guarantee for whatever signs they have
  known,    ///< as given: late is positive
};

/// The sum of all lines and what it costs. Sums are in the order of the lines.
struct timing_budget {
  std::vector<timing_line> lines;
  timing_error apart;   ///< arrival of a's photon at the beam splitter against that of b's
  timing_error late_a;  ///< reported detection of a's photon against the station's window
  timing_error late_b;
  double visibility = 1;    ///< of whole photons: what a window cuts off is taken to be alike in both
  double overlap = 1;       ///< mean of ⟨ψA|ψB⟩, see `wave_packet::overlap`
  double acceptance_a = 1;  ///< a photon of arm a that is detected is reported within the window
  double acceptance_b = 1;
  double spill = 0;            ///< it is reported in the window of the mode before or after, of the worse arm
  duration separation_needed;  ///< T_photon + J_emission + J_timing, of the worse arm; the window is T_photon
  duration separation;         ///< from one mode to the next

  [[nodiscard]] bool separated() const { return separation >= separation_needed; }
};

namespace detail {

/// The error of one place against another, from its own lines and the other's.
[[nodiscard]] inline timing_error between(const std::vector<timing_line>& lines, timing_place late,
                                          timing_place early, error_signs signs) {
  timing_error sum;
  for (const timing_line& l : lines) {
    if (l.place != late && l.place != early) continue;
    const timing_error e = l.place == late ? l.error : -l.error;
    sum = sum + (signs == error_signs::unknown ? e.one_sided() : e);
  }
  return sum;
}

}  // namespace detail

/// The arrival of a's photon against that of b's: the sum of the lines that lower the visibility.
[[nodiscard]] inline timing_error relative_arrival(const std::vector<timing_line>& lines, error_signs signs) {
  return detail::between(lines, timing_place::arm_a, timing_place::arm_b, signs);
}

}  // namespace ebit::link
