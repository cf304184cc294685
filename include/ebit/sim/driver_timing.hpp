// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <ebit/core/extremes.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/sim/driver.hpp>

// Photons that come early or late, where a fabric keeps clocks. Attempts are drawn as if every photon came in time, and
// each that heralds then is kept with the probability that it heralds as they really came (thinning: Lewis and Shedler,
// Naval Res. Logist. Q. 26, 403 (1979)). So a clock that is off costs clicks and fidelity in just the right attempts.
namespace ebit::sim {

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
bool driver<Profile, State, Trace, Tap, Fabric>::keeps_time([[maybe_unused]] const path_state& p) const {
  if constexpr (Fabric::switches)
    return fabric_.clocks().run() && !p.made.empty();
  else
    return false;
}

/// The budget of a path, had all photons come like these two.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
link::budget driver<Profile, State, Trace, Tap, Fabric>::in_time([[maybe_unused]] const path_state& p,
                                                                 [[maybe_unused]] const arrival& came) const {
  if constexpr (Fabric::switches) {
    link::hardware a = p.line.seen_through(half::a, fabric_.hardware_at(p.node[0]));
    link::hardware b = p.line.seen_through(half::b, fabric_.hardware_at(p.node[1]));
    a.detector_efficiency *= came.accepted[0];
    b.detector_efficiency *= came.accepted[1];
    a.visibility *= came.visibility;
    b.visibility *= came.visibility;
    return route::budget_for<typename Profile::herald>(p.line, a, b);
  } else {
    return physics(p);
  }
}

/// A probability of success that no attempt exceeds, however its photons come: what one photon, the other, neither or
/// both give, alike or not. In between it is a mean of these as far as it goes with each photon and with how alike
/// they are, which it does but for what transducers add.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
double driver<Profile, State, Trace, Tap, Fabric>::most_probable(const path_state& p,
                                                                 const heralding_session& s) const {
  double most = 0;
  for (const arrival& at :
       {arrival{1, {1, 1}}, arrival{0, {1, 1}}, arrival{1, {1, 0}}, arrival{1, {0, 1}}, arrival{1, {0, 0}}})
    most = greatest(most, model_at(in_time(p, at), s).success_probability);
  return most;
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
bool driver<Profile, State, Trace, Tap, Fabric>::find_in_time([[maybe_unused]] std::uint32_t path,
                                                              [[maybe_unused]] std::uint32_t session,
                                                              [[maybe_unused]] std::uint32_t m) {
  if constexpr (Fabric::switches) {
    constexpr int at_once = 16;  // what is further ahead is looked at when its time comes
    path_state& p = paths_[path];
    heralding_session& s = p.sessions[session];
    heralding_session::mode& it = s.modes[m];
    random_stream draw = p.noise;
    for (int looked = 1;; ++looked) {
      std::array<timed_photon, 2> photons;
      for (std::size_t end = 0; end < 2; ++end)
        photons[end] = {p.node[end], s.ends[end].first_slot + m, it.emitted[end]};
      const world_time meeting = it.emitted[0] + s.ends[0].to_station;
      it.came = fabric_.clocks().of(photons, p.analyser, meeting);
      draw.at(s.epoch, s.sequence(m));
      draw.skip_to(of_timing);
      if (sample::uniform(draw) * s.most < model_at(in_time(p, it.came), s).success_probability) return true;
      if (looked == at_once) {
        it.looking = true;
        post_herald(path, session, m, 2, std::max(kernel_.now(), meeting));
        return false;
      }
      it.drawn = false;
      if (!s.draw(m, p.heralds, it.cycle + 1)) return false;
    }
  } else {
    return true;
  }
}

}  // namespace ebit::sim
