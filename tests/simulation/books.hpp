// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <ebit/core/time.hpp>

#include "scenario.hpp"
#include "watch.hpp"

namespace ebit_test {

[[nodiscard]] constexpr ebit::duration microseconds(std::int64_t n) {
  return ebit::duration::picoseconds(n * 1'000'000);
}
/// When a scheduled fault happens: at no instant at which anything else does.
[[nodiscard]] constexpr ebit::duration instant_of(const scenario::fault& f) {
  return microseconds(f.at) + ebit::duration::picoseconds(137);
}

/// The watch, and what it cannot see for itself: when nodes are down and when clocks jump.
class books {
 public:
  books(const scenario& s, surroundings around) : eyes{std::move(around)}, faults_{s.faults} {
    done_.resize(faults_.size());
    down_until_.resize(s.nodes, ebit::world_time{});
  }

  watch eyes;

  void turn(ebit::world_time now) {
    if (now == eyes.now) return;
    eyes.now = now;
    for (std::size_t i = 0; i < faults_.size(); ++i) {
      const scenario::fault& f = faults_[i];
      if (done_[i] || now.since_epoch() < instant_of(f)) continue;
      done_[i] = true;
      if (f.what == scenario::fault::kind::crash) {
        eyes.crash(f.node);
        down_until_[f.node] = ebit::world_time{instant_of(f) + microseconds(f.lasts)};
      }
      if (f.what == scenario::fault::kind::clock_step) eyes.step_clock(f.node, microseconds(f.step));
    }
  }
  [[nodiscard]] bool is_down(std::uint32_t n) const { return eyes.now < down_until_[n]; }
  void hears(std::uint32_t n) {
    if (is_down(n)) eyes.report(n, "crash", "is told something while it is down");
  }

 private:
  std::vector<scenario::fault> faults_;
  std::vector<bool> done_;
  std::vector<ebit::world_time> down_until_;
};

}  // namespace ebit_test
