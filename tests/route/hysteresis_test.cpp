// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/route/hysteresis.hpp>
#include <ebit/route/measured_metrics.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

constexpr local_time at(duration t) { return local_time{t}; }

}  // namespace

TEST_CASE("route.hysteresis: a change is due after the hold time, and only without a break") {
  constexpr route::hysteresis_options how{.margin = 0.2, .hold = 10_s};
  route::hysteresis h;
  CHECK_FALSE(h.is_due(1.3, at(0_s), how));
  CHECK(h.better_since() == at(0_s));
  CHECK_FALSE(h.is_due(1.3, at(9_s), how));
  CHECK_FALSE(h.is_due(1.2, at(9'500_ms), how));  // not above the margin
  CHECK(h.better_since().is_never());
  CHECK_FALSE(h.is_due(1.21, at(10_s), how));
  CHECK_FALSE(h.is_due(std::numeric_limits<double>::quiet_NaN(), at(11_s), how));
  CHECK_FALSE(h.is_due(std::numeric_limits<double>::infinity(), at(12_s), how));
  CHECK_FALSE(h.is_due(1.3, at(21'999_ms), how));
  CHECK(h.is_due(1.3, at(22_s), how));
  CHECK_FALSE(h.is_due(1.3, at(22_s), how));  // begins anew
  h.restart();
  CHECK(h == route::hysteresis{});
  constexpr route::hysteresis_options at_once{.margin = 0, .hold = duration::zero()};
  CHECK(h.is_due(1.0001, at(30_s), at_once));
  CHECK_FALSE(h.is_due(1, at(30_s), at_once));
}

TEST_CASE("route.hysteresis: whatever the gains are, changes follow the rule that defines them") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    random_stream draw{seed, random_purpose::user, 1};
    const route::hysteresis_options how{
        .margin = 0.1, .hold = duration::picoseconds(static_cast<std::int64_t>(sample::below(draw, 8)))};
    route::hysteresis h;
    std::vector<bool> better;
    std::vector<std::int64_t> times;
    std::int64_t now = 0, begun = 0, changed = -1'000;  // looks since `begun` count
    int changes = 0;
    for (int look = 0; look < 300; ++look) {
      now += static_cast<std::int64_t>(sample::below(draw, 4));
      const double gain = 0.9 + 0.4 * sample::uniform(draw);
      better.push_back(gain > 1.1);
      times.push_back(now);
      std::size_t first = better.size();  // of the run of better looks that ends here
      while (first > static_cast<std::size_t>(begun) && better[first - 1]) --first;
      const bool due = first < better.size() && duration::picoseconds(now - times[first]) >= how.hold;
      CAPTURE(seed, look, now);
      REQUIRE(h.is_due(gain, at(duration::picoseconds(now)), how) == due);
      if (!due) continue;
      CHECK(duration::picoseconds(now - changed) >= how.hold);
      changed = now;
      begun = static_cast<std::int64_t>(better.size());
      ++changes;
    }
    CHECK(changes > 0);
  }
}

TEST_CASE("route.hysteresis: noise makes no route flap, a real change is followed") {
  // Three walks, equally good but for what each measures in a second: a Poisson number of 25. The one in use is
  // measured, the others are not, and so are believed to be as forecast: the hardest case, since belief in the one in
  // use goes up and down alone.
  struct outcome {
    int changes_in_quiet = 0;
    double seconds_to_leave = 0;
    int changes_after = 0;
  };
  const auto run = [](std::uint64_t seed, const route::hysteresis_options& how) {
    random_stream draw{seed, random_purpose::herald, 7};
    route::measured_metrics m{{.memory = 20_s}};
    route::hysteresis h;
    std::uint32_t in_use = 0;
    outcome o;
    const auto second = [&](double s, double yield_of_first) {
      double n = 0;
      const double mean = 25 * (in_use == 0 ? yield_of_first : 1.0);
      for (double left = mean - sample::exponential(draw, 1); left > 0; left -= sample::exponential(draw, 1)) ++n;
      const local_time now{duration::seconds(s)};
      m.heralded(path_id{in_use}, n, 25, now);
      std::array<double, 3> value{};
      std::uint32_t best = in_use;
      for (std::uint32_t i = 0; i < 3; ++i) {
        value[i] = m.condition(path_id{i}, now).yield;
        if (value[i] > value[best]) best = i;
      }
      if (best == in_use || !h.is_due(value[best] / value[in_use], now, how)) return false;
      in_use = best;
      return true;
    };
    double s = 0;
    for (; s < 2'000; ++s) o.changes_in_quiet += second(s, 1) ? 1 : 0;
    in_use = 0;  // the first one loses half of its light
    const double broke = s;
    for (; in_use == 0 && s < broke + 200; ++s) (void)second(s, 0.5);
    o.seconds_to_leave = s - broke;
    for (const double until = s + 300; s < until; ++s) o.changes_after += second(s, 0.5) ? 1 : 0;
    return o;
  };
  int steady = 0, jumpy = 0, after = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const outcome held = run(seed, {.margin = 0.25, .hold = 5_s});
    const outcome loose = run(seed, {.margin = 0, .hold = duration::zero()});
    steady += held.changes_in_quiet;
    jumpy += loose.changes_in_quiet;
    after += held.changes_after;
    CHECK(held.seconds_to_leave < 60);
  }
  // The belief's deviation is 1/√(25 · 20/2) = 6 %, the margin four times that.
  CAPTURE(steady, jumpy, after);
  CHECK(steady == 0);
  CHECK(jumpy > 20 * 100);
  // What was left is after a while believed to be as forecast again, but so is what is in use.
  CHECK(after == 0);
}
