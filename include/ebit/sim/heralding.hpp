// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
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
class heralding_session {
 public:
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
    world_time mended;  ///< whatever was broken on the way lets through what is emitted from then on
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
  double most = 0;      ///< where attempts do not all succeed alike: the probability that no attempt exceeds

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
  void set_success(double probability) {
    can_succeed_ = probability > 0;
    hazard_ = -math::log1p(-probability);
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
    if (!both_open() || it.drawn || !it.free[0] || !it.free[1] || !can_succeed_) return false;
    std::uint64_t first = std::max({ends[0].first_cycle, ends[1].first_cycle, it.next_cycle, earliest});
    for (std::size_t e = 0; e < 2; ++e) {
      if (ends[e].lit_from.is_never()) return false;
      const duration late = std::max(it.free_from[e], ends[e].lit_from) - emission(e, m, first);
      if (late > duration::zero())
        first += static_cast<std::uint64_t>((late + period - duration::picoseconds(1)) / period);
    }
    stream.at(epoch, first * modes.size() + m);
    const std::uint64_t attempts = sample::geometric_of_hazard(stream, hazard_);
    it.announced = (stream.next_u32() & 1U) != 0 ? bell_index::psi_plus : bell_index::psi_minus;
    it.cycle = first + (attempts - 1);
    it.drawn = true;
    it.born = it.looking = false;
    it.told = it.lost = {false, false};
    ++it.draws;
    for (std::size_t e = 0; e < 2; ++e) {
      it.emitted[e] = emission(e, m, it.cycle);
      // What is under way by then still comes.
      if (it.emitted[e] >= ends[e].closes || it.emitted[e] >= ends[e].lit_until) it.drawn = false;
    }
    return it.drawn;
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

  /// No photon that end `e` emits from `when` on gets through, until it is lit again.
  void darken(std::size_t e, world_time when) {
    ends[e].lit_until = least(ends[e].lit_until, when);
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

  bool can_succeed_ = false;
  double hazard_ = 0;  ///< minus the logarithm of the probability to fail
};

}  // namespace ebit::sim
