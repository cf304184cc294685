// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/link/choreography.hpp>
#include <ebit/link/clock_run.hpp>
#include <ebit/link/wave_packet.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/sim/arrival.hpp>
#include <ebit/sim/fabric_timing.hpp>

namespace ebit::sim {

/// How the clocks of a data centre really run: of each endpoint, analyser and switch, synchronised again and again, and
/// of each emitter its jitter. What they make of two photons follows from the seed, who emits and when alone, so it may
/// be asked in any order.
class fabric_clocks {
 public:
  /// No clock is kept: all photons are in time.
  fabric_clocks() = default;
  /// `emitters`: rms jitter of each endpoint's, s. `examples`: for each kind of analyser any plan of the data centre.
  fabric_clocks(const fabric_timing& timing, const orchestrate::fabric& layout, std::vector<double> emitters,
                const std::vector<link::choreography>& examples, std::uint64_t seed)
      : photon_{timing.photon}, emitters_{std::move(emitters)} {
    for (const link::choreography& example : examples) {
      const double detection = example.detectors.jitter.seconds();
      looks_.push_back({example.opens(), example.opens() + example.detectors.window.seconds(),
                        math::sqrt(detection * detection + timing.tagger_jitter * timing.tagger_jitter)});
    }
    for (const orchestrate::element& e : layout.elements())
      kind_of_.push_back(e.kind == orchestrate::element_kind::analyser ? e.model : std::uint16_t{0});
    keeps_.resize(layout.elements().size());
    for (std::uint32_t e = 0; e < keeps_.size(); ++e) {
      const bool emits = layout.elements()[e].kind == orchestrate::element_kind::endpoint;
      keeps_[e] = emits ? timing.endpoints : timing.stations;
      if (timing.signs == link::error_signs::known) continue;
      random_stream draw{seed, random_purpose::noise, mix(of_signs, e)};
      if ((draw.next_u32() & 1U) != 0) keeps_[e].offset = -keeps_[e].offset;
      if ((draw.next_u32() & 1U) != 0) keeps_[e].drift = -keeps_[e].drift;
    }
    for (const astray_clock& other : timing.astray) keeps_[other.at.value()] = other.keeps;
    reseed(seed);
  }

  [[nodiscard]] bool run() const { return !clocks_.empty(); }
  void reseed(std::uint64_t seed) {
    clocks_.clear();
    for (std::uint32_t e = 0; e < keeps_.size(); ++e) clocks_.emplace_back(keeps_[e], seed, mix(of_clocks, e));
    draws_ = random_stream{seed, random_purpose::noise, of_emitters};
  }

  /// Of two photons that are to meet at an analyser at `meeting`.
  [[nodiscard]] arrival of(const std::array<timed_photon, 2>& photons, std::uint32_t analyser, world_time meeting) {
    const double window = error_of(analyser, meeting);
    std::array<double, 2> late{};
    for (std::size_t end = 0; end < 2; ++end) {
      const timed_photon& p = photons[end];
      late[end] = error_of(p.node, p.meant);
      if (emitters_[p.node] == 0) continue;
      draws_.at(p.slot, tick(p.meant));
      late[end] += emitters_[p.node] * sample::normal(draws_);
    }
    const look& how = looks_[kind_of_[analyser]];
    arrival found;
    found.visibility = photon_.visibility({.offset = late[0] - late[1]});
    for (std::size_t end = 0; end < 2; ++end) {
      const double share =
          photon_.accepted(how.opens, how.closes, {.offset = late[end] - window, .jitter = how.reports});
      found.accepted[end] = share < never ? 0 : share;
    }
    return found;
  }
  /// Seconds by which an element is late with what it does at `when`, emitters apart.
  [[nodiscard]] double error_of(std::uint32_t element, world_time when) {
    return clocks_[element].error_at(when.since_epoch(), tick(when));
  }

 private:
  static constexpr std::uint64_t of_clocks = stable_hash("clocks of a fabric");
  static constexpr std::uint64_t of_signs = stable_hash("signs of clocks of a fabric");
  static constexpr std::uint64_t of_emitters = stable_hash("emitters of a fabric");

  /// How an analyser looks for photons.
  struct look {
    double opens = 0;  ///< of a window, s after the photons are to arrive
    double closes = 0;
    double reports = 0;  ///< rms jitter of what the detectors report
  };

  /// What is less likely does not happen; products of such numbers would have no digits left.
  static constexpr double never = 1e-100;

  [[nodiscard]] static std::uint64_t tick(world_time t) {
    return static_cast<std::uint64_t>(t.since_epoch().picoseconds());
  }

  link::wave_packet photon_{};
  std::vector<double> emitters_;
  std::vector<look> looks_;             ///< by kind of analyser
  std::vector<std::uint16_t> kind_of_;  ///< analyser; by element
  std::vector<link::clock> keeps_;
  std::vector<link::clock_run> clocks_;
  random_stream draws_;
};

}  // namespace ebit::sim
