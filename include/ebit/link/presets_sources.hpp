// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::link {

/// A source of entangled photon pairs that stands between the ends, and how far each value can be trusted.
struct source_preset {
  std::string_view name;
  std::string_view source;
  std::string_view confidence;     ///< of the set as a whole
  std::string_view published{};    ///< values in the source itself
  std::string_view from_memory{};  ///< recalled, not looked up: plausible, but not to be cited from here
  std::string_view assumed{};      ///< stated by us, so that a set is complete
  rate pairs_per_channel{};        ///< above 0
  rate pairs_per_chip{};           ///< of all channels, at least those of one
  double pair_fidelity = 1;        ///< 1/4 to 1, the rest is white noise
  rate pulses = hertz(1e8);        ///< in which the pairs of a channel are made; above 0

  /// How many channels one chip can feed at their full rate.
  [[nodiscard]] constexpr std::uint32_t channels() const {
    return static_cast<std::uint32_t>(pairs_per_chip / pairs_per_channel + 0.5);
  }
  /// Mean number of pairs per pulse of a channel: how the source is driven, for a source in the middle.
  [[nodiscard]] constexpr double mean_pairs() const { return pairs_per_channel / pulses; }

  /// Sets what an end that catches the pairs of one channel sees of the source: `attempt_time`, one per pulse, and
  /// `emission_fidelity`, each photon's half of the pair's white noise, times what the end itself has.
  [[nodiscard]] hardware installed_in(hardware h) const {
    h.attempt_time = period(pulses);
    h.emission_fidelity = (1 + (4 * h.emission_fidelity - 1) * math::sqrt((4 * pair_fidelity - 1) / 3)) / 4;
    return h;
  }

  [[nodiscard]] status validate() const {
    if (!(pairs_per_channel.base() > 0 && pairs_per_channel.base() <= 1e12))
      return config_error{"source_preset.pairs_per_channel",
                          ebit::detail::number_text(pairs_per_channel.base()) + " Hz", "above 0 Hz, up to 1e12 Hz"};
    if (!(pairs_per_chip >= pairs_per_channel && pairs_per_chip.base() <= 1e15))
      return config_error{"source_preset.pairs_per_chip", ebit::detail::number_text(pairs_per_chip.base()) + " Hz",
                          "at least pairs_per_channel, up to 1e15 Hz"};
    if (!(pair_fidelity >= 0.25 && pair_fidelity <= 1))
      return config_error{"source_preset.pair_fidelity", ebit::detail::number_text(pair_fidelity), "0.25 to 1"};
    if (!(pulses.base() > 0 && pulses.base() <= 1e12))
      return config_error{"source_preset.pulses", ebit::detail::number_text(pulses.base()) + " Hz",
                          "above 0 Hz, up to 1e12 Hz"};
    return success{};
  }
};

/// A chip that makes pairs at telecom wavelengths and room temperature.
[[nodiscard]] inline source_preset cisco_source_2025() {
  return {.name = "cisco_source_2025",
          .source = "Cisco's announcement of its network entanglement chip (2025), as reported by the press",
          .confidence = "rates published by the press, fidelity from memory",
          .published = "1e6 pairs/s per output channel, up to 2e8 pairs/s per chip, below 1 mW",
          .from_memory = "pair fidelity up to 0.99",
          .assumed = "1e8 pulses/s per channel, 0.01 pairs each",
          .pairs_per_channel = hertz(1e6),
          .pairs_per_chip = hertz(2e8),
          .pair_fidelity = 0.99,
          .pulses = hertz(1e8)};
}

[[nodiscard]] inline std::vector<source_preset> source_presets() { return {cisco_source_2025()}; }

}  // namespace ebit::link
