// SPDX-License-Identifier: Apache-2.0
#include <ebit/sim/heralding.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <ebit/core/random.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using sim::heralding_session;

namespace {

constexpr int trials = 40'000;
constexpr std::uint8_t lit_a = 1, nothing_lit = 0;
constexpr double p_lit = 0.01, p_one_arm = 0.004, p_noise = 0.002;

/// Both ends attempt every microsecond from 0 s on, 5 µs from the station; what their photons give is told by arm.
heralding_session both_attempt(std::uint32_t epoch) {
  heralding_session s;
  s.epoch = epoch;
  s.period = 1_us;
  s.modes.assign(1, {});
  for (heralding_session::end& e : s.ends) {
    e.open = true;
    e.to_station = 5_us;
  }
  s.set_success(p_lit);
  s.set_success(lit_a, p_one_arm);
  s.set_success(nothing_lit, p_noise);
  return s;
}
world_time at(std::uint64_t cycle) { return world_time{1_us * static_cast<std::int64_t>(cycle)}; }
random_stream draws() { return random_stream{17, random_purpose::herald, 3}; }

/// Cycles [from, to) that herald with that probability.
struct stretch {
  std::uint64_t from, to;
  double p;
};
/// The first herald falls into each stretch as often as the product of the probabilities says, within 4.5 standard
/// deviations, and within a stretch as early as a geometric distribution has it.
void check_first(const std::vector<stretch>& wanted, const std::vector<std::uint64_t>& first) {
  double survives = 1;
  for (const stretch& s : wanted) {
    const double n = static_cast<double>(s.to - s.from);
    const double here = survives * (1 - std::pow(1 - s.p, n));
    double count = 0, sum = 0, squares = 0;
    for (const std::uint64_t f : first) {
      if (f < s.from || f >= s.to) continue;
      const auto after = static_cast<double>(f - s.from);
      ++count;
      sum += after;
      squares += after * after;
    }
    INFO("cycles " << s.from << " to " << s.to);
    const auto all = static_cast<double>(first.size());
    CHECK(std::abs(count - all * here) <= 4.5 * std::sqrt(all * here * (1 - here)));
    if (count > 100) {
      // Mean of a geometric distribution from 0, cut at n.
      const double q = 1 - s.p, left = std::pow(q, n);
      const double mean = q / s.p - n * left / (1 - left);
      const double spread = std::sqrt((squares / count - sum / count * sum / count) / count);
      CHECK(std::abs(sum / count - mean) < 4.5 * spread);
    }
    survives *= std::pow(1 - s.p, n);
  }
}

}  // namespace

TEST_CASE("sim.heralding: each stretch of cycles heralds as what is lit in it says, and what is not heeded never") {
  std::vector<std::uint64_t> first;
  for (int i = 0; i < trials; ++i) {
    heralding_session s = both_attempt(static_cast<std::uint32_t>(i));
    s.ends[0].heeded_from = at(20);
    s.ends[0].lit_from = at(40);  // until then arm b alone, of which nothing was told: it heralds nothing
    s.ends[1].lit_until = at(100);
    s.ends[0].lit_until = at(300);
    s.ends[1].closes = at(900);
    first.push_back(s.draw(0, draws()) ? s.modes[0].cycle : 1'000'000);
    if (first.back() == 1'000'000) continue;
    const std::uint64_t c = first.back();
    REQUIRE(s.modes[0].lit == (c < 100 ? 3 : c < 300 ? lit_a : nothing_lit));
    REQUIRE(s.modes[0].emitted[0] == at(c));
  }
  check_first({{0, 40, 0}, {40, 100, p_lit}, {100, 300, p_one_arm}, {300, 900, p_noise}, {900, 1'000'000, 0}}, first);
}

TEST_CASE("sim.heralding: whatever the light does and however often it changes, no cycle is decided twice") {
  // Lit, then dark, the one arm from cycle 58 on and the other from 60; then dark again every few cycles, which changes
  // nothing; lit once more from 400 on.
  std::vector<std::uint64_t> first;
  for (int i = 0; i < trials; ++i) {
    heralding_session s = both_attempt(static_cast<std::uint32_t>(i));
    heralding_session::mode& m = s.modes[0];
    const auto is_over = [&](std::uint64_t now) { return m.drawn && m.cycle < now; };
    (void)s.draw(0, draws());
    // The arms are struck at different places: what was sent 2 or 4 cycles ago is beyond.
    for (std::uint64_t now = 62; now < 404 && !is_over(now - 4); now += 3) {
      s.darken(0, at(now - 2), at(now));
      s.darken(1, at(now - 4), at(now));
      s.ends[0].lit_until = at(60);
      s.ends[1].lit_until = at(58);
      (void)s.draw(0, draws());
    }
    if (!is_over(400)) {
      s.darken(0, at(400), at(404));
      s.darken(1, at(400), at(404));
      for (heralding_session::end& e : s.ends) {
        e.lit_from = at(400);
        e.lit_until = world_time::never();
      }
      REQUIRE(s.draw(0, draws()) == true);
    }
    first.push_back(m.cycle);
  }
  check_first({{0, 58, p_lit}, {58, 60, p_one_arm}, {60, 400, p_noise}, {400, 1'000'000, p_lit}}, first);
}

TEST_CASE(
    "sim.heralding: what is under way when the light goes keeps its outcome, what is not yet sent is drawn anew") {
  int kept = 0, anew = 0;
  for (std::uint32_t i = 0; i < 500; ++i) {
    heralding_session s = both_attempt(i);
    REQUIRE(s.draw(0, draws()));
    const heralding_session::mode before = s.modes[0];
    s.darken(1, at(70), at(75));
    if (before.cycle < 70) {
      ++kept;
      CHECK((s.modes[0].drawn && s.modes[0].draws == before.draws && s.modes[0].cycle == before.cycle));
      continue;
    }
    ++anew;
    CHECK_FALSE(s.modes[0].drawn);
    REQUIRE(s.draw(0, draws()));
    CHECK(s.modes[0].cycle >= 70);
    CHECK(s.modes[0].lit == lit_a);
    CHECK(s.modes[0].draws != before.draws);
  }
  CHECK((kept > 200 && anew > 200));
}
