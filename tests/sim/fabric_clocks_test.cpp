// SPDX-License-Identifier: Apache-2.0
#include <ebit/sim/fabric_clocks.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/orchestrate/fabric_builders.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using orchestrate::element_id;
using orchestrate::element_kind;
using sim::fabric_clocks;
using sim::fabric_timing;

namespace {

orchestrate::fabric hub() {
  orchestrate::fabric_options o;
  o.switches = {link::optical_switch{}};
  return orchestrate::star(8, o);
}
fabric_clocks run(const fabric_timing& t, std::uint64_t seed = 3, double jitter = 0, duration window = 10_ns) {
  const orchestrate::fabric in = hub();
  link::bell_state_analyser station = in.analyser_models().front();
  station.eye.window = window;
  return {t, in, std::vector<double>(in.elements().size(), jitter), {t.plan({}, jitter, station)}, seed};
}

}  // namespace

TEST_CASE("sim.fabric_clocks: every element has a clock of its kind, or its own, that runs as it drifts and is set") {
  const orchestrate::fabric in = hub();
  fabric_timing t{.endpoints = {.offset = 1e-9, .drift = 1e-6, .synchronised_every = 1_ms},
                  .stations = {.offset = 5e-9},
                  .signs = link::error_signs::known,
                  .astray = {{in.switches().front(), {.offset = -7e-9}}, {element_id{2}, {}}}};
  fabric_clocks clocks = run(t);
  REQUIRE(clocks.run());
  CHECK_FALSE(fabric_clocks{}.run());
  for (std::uint32_t e = 0; e < in.elements().size(); ++e) {
    INFO(in.elements()[e].label);
    const bool is_endpoint = in.elements()[e].kind == element_kind::endpoint;
    const double offset = element_id{e} == in.switches().front() ? -7e-9 : e == 2 ? 0 : is_endpoint ? 1e-9 : 5e-9;
    const double drift = is_endpoint && e != 2 ? 1e-6 : 0;
    for (const duration when : {0_s, 400_us, 1_ms, 2500_us})
      CHECK(clocks.error_of(e, world_time{when}) ==
            approx(offset + drift * (when - 1_ms * (when / 1_ms)).seconds()).margin(1e-15));
  }
  // Of unknown signs each clock has its own, and keeps it; about half of all go the other way.
  t.signs = link::error_signs::unknown;
  t.astray.clear();
  int ahead = 0, all = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    fabric_clocks drawn = run(t, seed);
    for (std::uint32_t e = 0; e < 8; ++e) {
      const double start = drawn.error_of(e, world_time{0_s});
      CHECK(std::abs(start) == approx(1e-9));
      CHECK(drawn.error_of(e, world_time{3_ms}) == approx(start));
      ahead += start > 0 ? 1 : 0;
      ++all;
    }
  }
  CHECK(std::abs(ahead - all / 2) < 4 * std::sqrt(all) / 2);
}

TEST_CASE("sim.fabric_clocks: two photons overlap and are reported as their emitters, clocks and window have it") {
  // The one endpoint is early, the analyser late: 3 ns apart, of which the window sees −2 ns and 1 ns.
  const orchestrate::fabric in = hub();
  const std::uint32_t station = in.analysers().front().value();
  fabric_timing t{.photon = {link::wave_form::pulse, 1e-9},
                  .signs = link::error_signs::known,
                  .astray = {{element_id{0}, {.offset = -1e-9}},
                             {element_id{1}, {.offset = 2e-9}},
                             {element_id{station}, {.offset = 1e-9}}}};
  fabric_clocks clocks = run(t, 3, 0, 4_ns);
  const auto at = [](std::uint32_t n, world_time when) { return sim::timed_photon{n, n, when}; };
  const world_time now{1_ms};
  const sim::arrival a = clocks.of({at(0, now), at(1, now)}, station, now + 1_us);
  CHECK(a.visibility == approx(t.photon.visibility({.offset = 3e-9})));
  CHECK(a.visibility == approx(std::exp(-9.0 / 4)));
  const auto inside = [](double late) {  // of a pulse of 1 ns rms within ±2 ns
    return (std::erf((2 - late) / std::sqrt(2.0)) + std::erf((2 + late) / std::sqrt(2.0))) / 2;
  };
  CHECK(a.accepted[0] == approx(inside(-2)));
  CHECK(a.accepted[1] == approx(inside(1)));
  CHECK((a.stray == 0 && a.blinds));

  // Emitters that jitter: the mean visibility is the budget's, and the same photons are asked about alike.
  t.astray.clear();
  fabric_clocks jitters = run(t, 3, 0.8e-9);
  double sum = 0, squares = 0;
  constexpr int many = 20'000;
  for (int i = 0; i < many; ++i) {
    const world_time when{1_us * std::int64_t{i}};
    const double v = jitters.of({at(0, when), at(1, when)}, station, when).visibility;
    if (i % 1000 == 0) CHECK(v == jitters.of({at(0, when), at(1, when)}, station, when).visibility);
    sum += v;
    squares += v * v;
  }
  const double mean = sum / many, spread = std::sqrt((squares / many - mean * mean) / many);
  CHECK(std::abs(mean - t.photon.visibility({.jitter = 0.8e-9 * std::sqrt(2.0)})) < 4 * spread);
  // What is hopelessly late is never reported, so that no product of such numbers loses its digits.
  t.astray = {{element_id{1}, {.offset = 1e-3}}};
  CHECK(run(t).of({at(0, now), at(1, now)}, station, now).accepted[1] == 0);
}

TEST_CASE("sim.fabric_clocks: another seed is another run, the same seed the same, from any question on") {
  const fabric_timing t{.endpoints = {.jitter = 1e-9, .residual = 2e-9, .synchronised_every = 100_us}};
  fabric_clocks one = run(t, 1), two = run(t, 2), again = run(t, 1);
  int differ = 0;
  for (int i = 20; i-- > 0;) (void)again.error_of(3, world_time{37_us * std::int64_t{i}});
  for (int i = 0; i < 20; ++i) {
    const world_time when{37_us * std::int64_t{i}};
    const double first = one.error_of(3, when);
    CHECK(again.error_of(3, when) == first);
    differ += two.error_of(3, when) != first ? 1 : 0;
    CHECK(one.error_of(4, when) != first);
  }
  CHECK(differ == 20);
  two.reseed(1);
  CHECK(two.error_of(3, world_time{5_us}) == one.error_of(3, world_time{5_us}));
}
