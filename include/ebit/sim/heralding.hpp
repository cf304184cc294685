// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/x_state.hpp>
#include <ebit/sim/arrival.hpp>

namespace ebit::sim {

/// What the station and the photons do on one link for one circuit. Failed attempts are not stepped through: the
/// number of attempts up to the next herald is drawn at once, from a stream keyed by epoch and cycle, whenever both
/// ends of a mode are free; attempts already launched keep their outcome whatever happens later.
///
/// Photons that do not get through leave the station its dark counts and the other end's photons: then it heralds
/// pairs that are none. Each stretch of cycles in which the same arms are lit has a probability of its own.
class heralding_session {
 public:
  static constexpr std::uint8_t both_lit = 3;  ///< one bit per arm, that of end 0 the lowest

  /// One end's announcement, in world time.
  struct end {
    bool open = false;
    operation_id operation;
    world_time cycle_zero;  ///< its emission in cycle 0, mode 0
    std::uint64_t first_cycle = 0;
    std::uint32_t first_slot = 0;  ///< in the whole network's count
    std::uint32_t modes = 0;       ///< slots
    duration to_station;
    double bright_state = 0;
    world_time closes = world_time::never();  ///< no emission after this
    /// Light of emissions from then on, and before then, gets through to the station; of a path that is there from the
    /// start it always does.
    world_time lit_from;
    world_time lit_until = world_time::never();
    world_time mended;       ///< whatever was broken on the way lets through what is emitted from then on
    world_time heeded_from;  ///< the station ignores clicks of emissions before then (veto); never: all of them
  };
  struct mode {
    std::array<world_time, 2> free_from{};
    std::array<world_time, 2> emitted{};  ///< by the two ends, of the photons of the foreseen herald
    std::array<bool, 2> free{true, true};
    bool drawn = false;                      ///< a herald is under way or foreseen
    bool born = false;                       ///< its pair is in the world, since one end has heard of it
    std::array<bool, 2> told{false, false};  ///< ends that have heard of it
    std::array<bool, 2> lost{false, false};  ///< ends that broke down before they heard of it
    bool looking = false;                    ///< `drawn`, but it is not known yet which cycle heralds
    std::uint8_t lit = both_lit;             ///< arms by which the photons of the foreseen herald come
    std::uint32_t draws = 0;                 ///< tells a foreseen herald from one that was called off
    std::uint64_t cycle = 0;
    std::uint64_t next_cycle = 0;  ///< the first that has not been used: a cycle heralds once, however short the way
    bell_index announced = bell_index::psi_plus;
    arrival came;  ///< how well its photons came, where clocks are kept

    /// Nobody is left who could hear of the herald.
    [[nodiscard]] bool is_over() const { return (told[0] || lost[0]) && (told[1] || lost[1]); }
  };

  circuit_id circuit;
  std::uint32_t epoch = 0;
  duration period;
  duration spacing;
  std::array<end, 2> ends;
  std::vector<mode> modes;
  bell_diagonal state;  ///< relative to the announced Bell state
  x_state announced;    ///< the same untwirled, with Ψ+ announced
  /// By the arms that are lit: the probability that no attempt exceeds, where attempts do not all succeed alike.
  std::array<double, 4> most{};

  [[nodiscard]] bool used() const { return ends[0].open || ends[1].open; }
  [[nodiscard]] bool both_open() const { return ends[0].open && ends[1].open; }
  [[nodiscard]] std::uint64_t sequence(std::size_t m) const { return modes[m].cycle * modes.size() + m; }

  [[nodiscard]] world_time emission(std::size_t e, std::size_t m, std::uint64_t cycle) const {
    const duration in = period * static_cast<std::int64_t>(std::min<std::uint64_t>(cycle, farthest));
    return ends[e].cycle_zero + in + spacing * static_cast<std::int64_t>(m);
  }
  /// When end `e` hears of the herald foreseen for mode `m`.
  [[nodiscard]] world_time news(std::size_t e, std::size_t m) const {
    return modes[m].emitted[e] + ends[e].to_station * 2;
  }

  /// What one attempt gives.
  void set_success(double probability) { set_success(both_lit, probability); }
  /// The same of one whose photons come by these arms alone; 0 unless told.
  void set_success(std::uint8_t lit, double probability) {
    most[lit] = probability;
    hazards_[lit] = probability > 0 ? -math::log1p(-probability) : 0;
  }
  /// Whether some attempts may be dark whose clicks the station heeds, by all that is known now.
  [[nodiscard]] bool may_be_dark() const {
    for (std::size_t e = 0; e < 2; ++e) {
      const end& at = ends[e];
      const bool is_dark_first = at.lit_from > emission(e, 0, at.first_cycle) && at.heeded_from < at.lit_from;
      if (!at.lit_until.is_never() || is_dark_first) return true;
    }
    return false;
  }

  /// Photons of the two ends have to meet; a difference beyond `window` is a mismatch.
  [[nodiscard]] bool agree(duration window) const {
    const duration apart = (ends[0].cycle_zero + ends[0].to_station) - (ends[1].cycle_zero + ends[1].to_station);
    return apart <= window && -apart <= window;
  }

  /// Foresees the next herald of mode `m`, if both ends can attempt and none is under way. True if one is foreseen.
  /// Cycles before `earliest` are known to herald nothing.
  bool draw(std::size_t m, random_stream stream, std::uint64_t earliest = 0) {
    mode& it = modes[m];
    if (!both_open() || it.drawn || !it.free[0] || !it.free[1]) return false;
    std::uint64_t first = std::max({ends[0].first_cycle, ends[1].first_cycle, it.next_cycle, earliest});
    for (std::size_t e = 0; e < 2; ++e) first = cycle_from(e, m, it.free_from[e], first);
    std::optional<std::uint64_t> undecided;
    for (;;) {
      const stretch here = stretch_at(m, first);
      std::uint64_t from = first;
      if (here.lit != both_lit && here.hazard > 0) {
        // What was dark before the last change has been decided then.
        if (!undecided) undecided = least(cycle_from(0, m, changed_[0], 0), cycle_from(1, m, changed_[1], 0));
        from = greatest(from, *undecided);
      }
      if (here.hazard > 0 && from < here.ends) {
        stream.at(epoch, from * modes.size() + m);
        const std::uint64_t attempts = sample::geometric_of_hazard(stream, here.hazard);
        if (attempts <= here.ends - from) {
          foresee(m, from + (attempts - 1), here.lit, stream);
          return it.drawn;
        }
      }
      if (here.is_last) return false;
      first = here.ends;
    }
  }

  /// End `e` stops emitting after `when`: a foreseen herald whose photon it has not sent by then will not be.
  void close(std::size_t e, world_time when) {
    ends[e].closes = least(ends[e].closes, when);
    for (mode& it : modes) {
      if (!it.drawn || it.born || it.emitted[e] <= when) continue;
      it.drawn = false;
      ++it.draws;
    }
  }

  /// No photon that end `e` emits from `when` on gets through, until it is lit again; so it is `now`.
  void darken(std::size_t e, world_time when, world_time now) {
    ends[e].lit_until = least(ends[e].lit_until, when);
    if (changed_at_ != now) changed_ = {world_time::never(), world_time::never()};
    changed_at_ = now;
    changed_[e] = least(changed_[e], when);
    for (mode& it : modes) {
      if (!it.drawn || it.born || it.emitted[e] < when) continue;
      it.drawn = false;
      ++it.draws;
    }
  }

  /// End `e` breaks down: it emits no more, holds nothing and will not hear of what is under way. Photons that it has
  /// sent fly on, and what they herald is told to the other end.
  void abandon(std::size_t e, world_time now) {
    close(e, now);
    ends[e].open = false;
    for (mode& it : modes) {
      if (!it.drawn || it.told[e]) continue;
      if (it.looking) {
        it.drawn = false;
        ++it.draws;
        continue;
      }
      it.lost[e] = true;
      if (it.is_over()) it.drawn = false;
    }
  }

 private:
  static constexpr std::uint64_t farthest = std::uint64_t{1} << 62;

  /// Cycles that all herald with the same probability.
  struct stretch {
    std::uint64_t ends = farthest;  ///< the first cycle beyond
    double hazard = 0;              ///< minus the logarithm of the probability to fail
    std::uint8_t lit = 0;
    bool is_last = true;  ///< nothing is foreseen beyond, or an end stops
  };
  /// The one that a cycle of mode `m` is in, from there on.
  [[nodiscard]] stretch stretch_at(std::size_t m, std::uint64_t cycle) const {
    stretch s;
    bool is_heeded = true;
    std::uint64_t closed = farthest;
    for (std::size_t e = 0; e < 2; ++e) {
      const end& at = ends[e];
      const world_time when = emission(e, m, cycle);
      if (at.lit_from <= when && when < at.lit_until) s.lit = static_cast<std::uint8_t>(s.lit | (1U << e));
      is_heeded = is_heeded && when >= at.heeded_from;
      for (const world_time t : {at.lit_from, at.lit_until, at.heeded_from})
        if (t > when) s.ends = least(s.ends, cycle_from(e, m, t, cycle));
      closed = least(closed, cycle_from(e, m, at.closes, cycle));
    }
    s.is_last = s.ends >= closed;
    if (s.is_last) s.ends = closed;
    s.hazard = is_heeded ? hazards_[s.lit] : 0;
    return s;
  }
  /// The first cycle from `first` on in which end `e` emits at `when` or later.
  [[nodiscard]] std::uint64_t cycle_from(std::size_t e, std::size_t m, world_time when, std::uint64_t first) const {
    if (when.is_never()) return farthest;
    const duration late = when - emission(e, m, first);
    if (late <= duration::zero()) return first;
    return first + static_cast<std::uint64_t>((late + period - duration::picoseconds(1)) / period);
  }
  /// Mode `m` heralds in that cycle. What is under way by then still comes.
  void foresee(std::size_t m, std::uint64_t cycle, std::uint8_t lit, random_stream& stream) {
    mode& it = modes[m];
    it.announced = (stream.next_u32() & 1U) != 0 ? bell_index::psi_plus : bell_index::psi_minus;
    it.cycle = cycle;
    it.lit = lit;
    it.drawn = true;
    it.born = it.looking = false;
    it.told = it.lost = {false, false};
    ++it.draws;
    for (std::size_t e = 0; e < 2; ++e) {
      it.emitted[e] = emission(e, m, it.cycle);
      if (it.emitted[e].is_never()) it.drawn = false;
    }
  }

  std::array<double, 4> hazards_{};      ///< by the arms that are lit
  world_time changed_at_;                ///< when the light last changed, ...
  std::array<world_time, 2> changed_{};  ///< ... for emissions from then on
};

}  // namespace ebit::sim
