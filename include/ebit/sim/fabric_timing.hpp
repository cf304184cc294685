// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/link/bell_state_analyser.hpp>
#include <ebit/link/choreography.hpp>
#include <ebit/link/clock.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/link/timing_budget.hpp>
#include <ebit/link/wave_packet.hpp>
#include <ebit/orchestrate/fabric.hpp>

namespace ebit::sim {

/// An endpoint, analyser or switch whose clock does not run as everybody believes.
struct astray_clock {
  orchestrate::element_id at;
  link::clock keeps{};
};

/// By which clocks the nodes of a data centre choreograph their emissions, and what photons these are to bring
/// together. Endpoints and stations reckon with the same clocks as forecasts do; how each of them really runs is drawn
/// (`fabric_clocks`). A switch begins each move when its own clock says so, and photons are judged by where it then
/// stands; of photons near a move their nominal times count, without what their emitter's clock adds. Each endpoint's
/// emitter has the jitter of its hardware (`timing_jitter`, here without the clock).
struct fabric_timing {
  link::wave_packet photon{};
  link::clock endpoints{};   ///< of every endpoint: it emits by it
  link::clock stations{};    ///< of every analyser: windows open by it; and of every switch: it moves by it
  double tagger_jitter = 0;  ///< s rms, 0 to 1
  /// Unknown: which way a clock's offset and drift go is drawn for each, and forecasts allow for the worst. Known: all
  /// as they are given, so that those of equal clocks cancel.
  link::error_signs signs = link::error_signs::unknown;
  std::vector<astray_clock> astray{};

  /// What an endpoint and one whose emitter has that jitter can count on: the analyser's detectors are behind the loss
  /// of its optics.
  [[nodiscard]] link::choreography plan(const link::hardware& own, double others_jitter,
                                        const link::bell_state_analyser& station) const {
    link::choreography c;
    c.photon = photon;
    c.a = {.keeps = endpoints, .emitter_jitter = own.timing_jitter.seconds()};
    c.b = {.keeps = endpoints, .emitter_jitter = others_jitter};
    c.station = c.fabric = stations;
    c.detectors = station.eye;
    c.detectors.efficiency *= station.transmittance();
    c.tagger_jitter = tagger_jitter;
    c.signs = signs;
    c.modes = own.memories;
    c.mode_spacing = own.attempt_time;
    c.period = own.attempt_time * own.memories;
    return c;
  }
  /// What forecasts take an endpoint for: as the analyser sees it, with the visibility and the acceptance that the
  /// budget states. Of one photon that heralds the coherence goes with the mean overlap, which a random mismatch lowers
  /// below the root of the mean visibility (`herald::in_time`); either end takes half of the difference.
  template <herald::herald_policy Herald>
  [[nodiscard]] link::hardware expected(const Herald&, const link::hardware& own, double others_jitter,
                                        const link::bell_state_analyser& station) const {
    const link::choreography c = plan(own, others_jitter, station);
    link::hardware h = own;
    h.visibility *= station.mode_match;
    h = station.named_by(c.installed_in(h, half::a));
    if constexpr (herald::one_photon<Herald>) {
      const link::timing_budget sum = c.budget();
      if (sum.visibility > 0) h.coherence *= math::sqrt(least(1.0, sum.overlap / math::sqrt(sum.visibility)));
    }
    return h;
  }
  /// The same without what clocks, emitters and detectors do to the arrivals, which the simulation draws.
  [[nodiscard]] static link::hardware in_itself(link::hardware own, const link::bell_state_analyser& station) {
    const double visibility = own.visibility * station.mode_match;
    own = station.named_by(station.eye.installed_in(own));
    own.detector_efficiency = station.eye.efficiency * station.transmittance();
    own.visibility = visibility;
    own.timing_jitter = duration::zero();
    return own;
  }

  /// `guard`: the controllers'.
  [[nodiscard]] status validate(const link::hardware& own, const link::bell_state_analyser& station,
                                const orchestrate::fabric& layout, duration guard) const {
    const link::choreography c = plan(own, own.timing_jitter.seconds(), station);
    if (auto ok = c.validate(); !ok)
      return config_error{"data_centre.timing: " + ok.error().what, ok.error().given, ok.error().allowed};
    for (std::size_t i = 0; i < astray.size(); ++i) {
      const std::string here = "data_centre.timing.astray[" + std::to_string(i) + "]";
      const orchestrate::element_id at = astray[i].at;
      if (!layout.knows(at))
        return config_error{here + ".at", at.valid() ? std::to_string(at.value()) : "none",
                            "0 to " + std::to_string(layout.elements().size() - 1)};
      if (auto ok = astray[i].keeps.validate(); !ok)
        return config_error{here + ": " + ok.error().what, ok.error().given, ok.error().allowed};
    }
    if (const duration needed = c.settling_guard(half::a); guard < needed)
      return config_error{"data_centre.control.guard", ebit::detail::duration_text(guard),
                          ebit::detail::duration_text(needed) + " or more, for clocks like these"};
    return success{};
  }
};

}  // namespace ebit::sim
