// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <ebit/core/extremes.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/sim/driver.hpp>

// Attempts that do not all succeed alike, where a fabric keeps clocks or its switches leak. They are drawn as if all
// photons came in time and there were as much stray light as there can be; each that heralds then is kept with the
// probability that it heralds as its photons really came, in the light there really is (thinning: Lewis and Shedler,
// Naval Res. Logist. Q. 26, 403 (1979)). So a clock that is off, or another path's light, costs clicks and fidelity in
// just the right attempts.
namespace ebit::sim {

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
bool driver<Profile, State, Trace, Tap, Fabric>::varies([[maybe_unused]] const path_state& p) const {
  if constexpr (Fabric::switches)
    return (fabric_.clocks().run() || fabric_.stray().leaks()) && !p.made.empty();
  else
    return false;
}

/// The budget of a path, had all photons come like these two, in that light.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
link::budget driver<Profile, State, Trace, Tap, Fabric>::in_time([[maybe_unused]] const path_state& p,
                                                                 [[maybe_unused]] const arrival& came) const {
  if constexpr (Fabric::switches) {
    link::hardware a = p.line.seen_through(half::a, fabric_.hardware_at(p.node[0], p.line.station));
    link::hardware b = p.line.seen_through(half::b, fabric_.hardware_at(p.node[1], p.line.station));
    a.detector_efficiency *= came.accepted[0];
    b.detector_efficiency *= came.accepted[1];
    a.visibility *= came.visibility;
    b.visibility *= came.visibility;
    a.dark_counts = b.dark_counts = fabric_.station(p.line.station).clicks_wanted(hertz(came.stray));
    if (!came.blinds) a.dead_time = b.dead_time = duration::zero();
    return route::budget_for<typename Profile::herald>(p.line, a, b);
  } else {
    return physics(p);
  }
}

/// A probability of success that no attempt exceeds, however its photons come: what one photon, the other, neither or
/// both give, alike or not. In between it is a mean of these as far as it goes with each photon and with how alike
/// they are, which it does but for what transducers add.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
double driver<Profile, State, Trace, Tap, Fabric>::most_probable([[maybe_unused]] const path_state& p,
                                                                 [[maybe_unused]] const heralding_session& s,
                                                                 [[maybe_unused]] std::uint8_t lit) const {
  if constexpr (Fabric::switches) {
    double most = model_at(in_time(p, only(lit, in_most_light(p))), s).success_probability;
    if (!fabric_.clocks().run()) return most;
    for (const arrival& at : {arrival{0, {1, 1}}, arrival{1, {1, 0}}, arrival{1, {0, 1}}, arrival{1, {0, 0}}})
      most = greatest(most, model_at(in_time(p, only(lit, in_most_light(p, at))), s).success_probability);
    return most;
  } else {
    return 1;
  }
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
    it.came = only(it.lit, in_most_light(p));
    if (!fabric_.clocks().run()) return true;
    random_stream draw = p.noise;
    for (int looked = 1;; ++looked) {
      std::array<timed_photon, 2> photons;
      for (std::size_t end = 0; end < 2; ++end)
        photons[end] = {p.node[end], s.ends[end].first_slot + m, it.emitted[end]};
      const world_time meeting = it.emitted[0] + s.ends[0].to_station;
      it.came = only(it.lit, in_most_light(p, fabric_.clocks().of(photons, p.analyser, meeting)));
      draw.at(s.epoch, s.sequence(m));
      draw.skip_to(of_doubts);
      if (sample::uniform(draw) * s.most[it.lit] < model_at(in_time(p, it.came), s).success_probability) return true;
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

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
bool driver<Profile, State, Trace, Tap, Fabric>::heralds_in_stray_light([[maybe_unused]] path_state& p,
                                                                        [[maybe_unused]] heralding_session& s,
                                                                        [[maybe_unused]] std::uint32_t m) {
  if constexpr (Fabric::switches) {
    if (!fabric_.stray().leaks() || p.made.empty()) return true;
    heralding_session::mode& it = s.modes[m];
    const double most = model_at(in_time(p, it.came), s).success_probability;
    it.came.stray = fabric_.stray().arriving(p.inlets, p.node[0], p.port[0], p.node[1], p.port[1]);
    it.came.blinds = true;
    random_stream draw = p.noise;
    draw.at(s.epoch, s.sequence(m));
    draw.skip_to(of_doubts + 4);
    return sample::uniform(draw) * most < model_at(in_time(p, it.came), s).success_probability;
  } else {
    return true;
  }
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::note_light([[maybe_unused]] std::uint32_t n,
                                                            [[maybe_unused]] std::uint32_t port) {
  // Of a source in the middle light goes the other way.
  if constexpr (Fabric::switches && !herald::source_in_the_middle<typename Profile::herald>) {
    if (!fabric_.stray().leaks() || !fabric_.stray().comes_in(n, port)) return;
    const link::hardware& h = fabric_.hardware_at(n, 0);  // what it emits is the same for all kinds of analysers
    const double emission = h.emission_efficiency * fabric_.units().efficiency(n);
    double photons = 0;
    for (const std::uint32_t path : state_[n].made) {
      const std::size_t end = paths_[path].node[0] == n ? 0 : 1;
      if (paths_[path].port[end] != port) continue;
      for (const heralding_session& s : paths_[path].sessions) {
        const heralding_session::end& here = s.ends[end];
        if (!here.open) continue;
        const double driven = herald::one_photon<typename Profile::herald> ? here.bright_state : 1;
        photons += here.modes / s.period.seconds() * emission * (driven + h.added_noise);
      }
    }
    fabric_.stray().send(fabric_.optics(), n, port, photons, kernel_.now());
  }
}

}  // namespace ebit::sim
