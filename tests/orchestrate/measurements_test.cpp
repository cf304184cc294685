// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/all_light_paths.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/measurements.hpp>

using namespace ebit;
using namespace ebit::literals;
using namespace ebit::orchestrate;
using ebit_test::approx;

namespace {

constexpr std::uint32_t endpoints = 6;
constexpr double promised = 0.9;
/// The switch is passed by either arm: it moves twice as far as another part, and shows twice.
constexpr double passed_twice = 9.0 / 7;

/// Six endpoints at one switch with three analysers.
struct lab {
  fabric in = star(endpoints, [] {
    fabric_options o;
    o.switches = {link::optical_switch{}};
    return o;
  }());
  random_stream draws{7, random_purpose::fault, 3};

  [[nodiscard]] light_path way(std::uint32_t from, std::uint32_t to, std::size_t analyser) const {
    for (const light_path& each : all_light_paths(in, all_arms(in, element_id{from}), all_arms(in, element_id{to})))
      if (each.analyser == in.analysers()[analyser]) return each;
    return {};
  }
  /// Of any two endpoints, over any analyser.
  [[nodiscard]] light_path any_way() {
    const auto from = static_cast<std::uint32_t>(sample::below(draws, endpoints));
    const auto other = static_cast<std::uint32_t>(sample::below(draws, endpoints - 1));
    return way(from, other < from ? other : other + 1, sample::below(draws, 3));
  }
  [[nodiscard]] span_id fibre_of(std::uint32_t endpoint) const { return in.incident(element_id{endpoint}).front(); }
};
[[nodiscard]] bool passes(const light_path& way, span_id s) {
  return way.a.spans.front() == s || way.b.spans.front() == s;
}
/// So many decibels of a light path's are believed to be lost beyond the data sheets; what it crosses twice counts so.
[[nodiscard]] double believed(const measurements& seen, const light_path& way) {
  double sum = seen.estimate(way.analyser);
  for (const arm* side : {&way.a, &way.b}) {
    for (const span_id s : side->spans) sum += seen.estimate(s);
    for (const crossing& c : side->crossings) sum += seen.estimate(c.at);
  }
  return sum;
}
[[nodiscard]] double kept(double decibels) { return std::pow(10.0, -decibels / 10); }
/// Pairs or correlations of a light path that loses, or spoils, so many decibels more than was foretold.
[[nodiscard]] measurement lost(double decibels) {
  return {.heralds = 1e6 * kept(decibels), .expected_heralds = 1e6};
}
[[nodiscard]] measurement spoilt(double decibels) {
  return {.tests = 1e6, .fidelity = 0.25 + (promised - 0.25) * kept(decibels), .expected_fidelity = promised};
}

}  // namespace

TEST_CASE("orchestrate.measurements: of bad light paths the part that all have in common is blamed, the rest cleared") {
  for (const bool is_noise : {false, true}) {
    CAPTURE(is_noise);
    lab at;
    measurements seen{at.in, {.half_life = duration::never()}};
    const span_id bad = at.fibre_of(2);
    const auto show = [&](double decibels) { return is_noise ? spoilt(decibels) : lost(decibels); };
    // Of one bad path nobody knows which part it is.
    const light_path first = at.way(2, 3, 0);
    seen.learn(first, show(6), {});
    CHECK(believed(seen, first) == approx(3 * passed_twice).epsilon(1e-3));
    CHECK(seen.estimate(bad) == seen.estimate(at.fibre_of(3)));
    CHECK(seen.estimate(bad) == seen.estimate(first.analyser));
    for (int i = 0; i < 400; ++i) {
      const light_path way = at.any_way();
      seen.learn(way, show(passes(way, bad) ? 6 : 0), {});
    }
    CHECK(std::abs(seen.estimate(bad) - 6) < 0.1);
    CHECK(std::abs(seen.excess(bad) - 6) < 0.75);
    for (std::uint32_t s = 0; s < at.in.spans().size(); ++s)
      if (span_id{s} != bad) CHECK((seen.estimate(span_id{s}) < 0.1 && seen.excess(span_id{s}) < 0.75));
    for (std::uint32_t e = endpoints; e < at.in.elements().size(); ++e)
      CHECK((seen.estimate(element_id{e}) < 0.1 && seen.excess(element_id{e}) < 0.75));
    // It was mended, which nobody has said.
    for (int i = 0; i < 400; ++i) seen.learn(at.any_way(), show(0), {});
    CHECK((seen.estimate(bad) < 0.1 && seen.excess(bad) < 0.75));
  }
}

TEST_CASE("orchestrate.measurements: what a part loses and what it spoils add up, whichever is seen") {
  lab at;
  measurements seen{at.in, {.gain = 1, .half_life = duration::never()}};
  const light_path way = at.way(0, 1, 0);
  measurement both = lost(2);
  both.tests = 1e6, both.expected_fidelity = promised, both.fidelity = spoilt(3).fidelity;
  for (int i = 0; i < 20; ++i) seen.learn(way, both, {});
  CHECK(believed(seen, way) == approx(5).epsilon(1e-3));
  // What no tests speak of stays as it was.
  for (int i = 0; i < 20; ++i) seen.learn(way, lost(0), {});
  CHECK(believed(seen, way) == approx(3).epsilon(1e-2));
  for (int i = 0; i < 20; ++i) seen.learn(way, spoilt(0), {});
  CHECK(believed(seen, way) < 0.01);
  // Where not even a correlation was promised none can be missed.
  seen.learn(way, {.tests = 100, .fidelity = 0.1, .expected_fidelity = 0.2}, {});
  CHECK(believed(seen, way) < 0.01);
  // Whatever is shown, it stays finite.
  seen.learn(way, {.heralds = 0, .expected_heralds = 1e300, .tests = 1e300, .expected_fidelity = 1}, {});
  CHECK(believed(seen, way) < 60 * passed_twice + 1);
}

TEST_CASE("orchestrate.measurements: light paths as good as foretold blame nothing, whatever chance adds") {
  lab at;
  const light_path way = at.way(0, 1, 0);
  measurements exact{at.in, {}};
  for (int i = 0; i < 100; ++i) {
    measurement m = lost(0);
    m.tests = 100, m.fidelity = m.expected_fidelity = promised;
    CHECK_FALSE(exact.learn(at.any_way(), m, {}));
  }
  CHECK((believed(exact, way) == 0 && exact.changes() == 0 && exact.slowdown() == approx(1)));
  // What is better than foretold is no credit for later.
  for (int i = 0; i < 100; ++i) exact.learn(way, lost(-3), {});
  CHECK((believed(exact, way) == 0 && exact.slowdown() == 1));
  exact.learn(way, lost(6), {});
  CHECK(believed(exact, way) == approx(3 * passed_twice).epsilon(1e-3));

  // So many tests each, drawn; a fidelity of 0.9 fails one in fifteen.
  for (const int tests : {1, 2, 5, 30, 200}) {
    CAPTURE(tests);
    measurements seen{at.in, {.half_life = duration::never()}};
    double sum = 0;
    for (int i = 0; i < 2000; ++i) {
      int failed = 0;
      for (int k = 0; k < tests; ++k) failed += sample::bernoulli(at.draws, 2 * (1 - promised) / 3) ? 1 : 0;
      const double shown = std::max(0.0, 1 - 1.5 * failed / tests);
      seen.learn(at.any_way(), {.tests = double(tests), .fidelity = shown, .expected_fidelity = promised}, {});
      sum += believed(seen, way);
    }
    CHECK(sum / 2000 < 0.5);
    CHECK(seen.changes() == 0);
  }
}

TEST_CASE("orchestrate.measurements: the more was seen the more is believed of it") {
  lab at;
  const light_path way = at.way(0, 1, 0);
  const measuring how{.gain = 0.4, .doubt = 50};
  const auto after = [&](const measurement& m) {
    measurements seen{at.in, how};
    seen.learn(way, m, {});
    return believed(seen, way) / passed_twice;
  };
  CHECK(after(lost(10)) == approx(4).epsilon(1e-3));
  CHECK(after({.heralds = 4.55, .expected_heralds = 50}) == approx(2).epsilon(1e-3));  // 5.05 of 50.5
  CHECK(after(spoilt(10)) == approx(4).epsilon(1e-3));
  const double few = after({.tests = 50, .fidelity = 0.25 + 0.65 * 0.1, .expected_fidelity = promised});
  CHECK((few > 1.7 && few < 2));
  const double one = after({.tests = 1, .fidelity = 0, .expected_fidelity = promised});
  CHECK((one > 0 && one < 0.03));
}

TEST_CASE("orchestrate.measurements: routing is told in steps, and of each part that is worse once") {
  lab at;
  const light_path way = at.way(0, 1, 0);
  const element_id hub = at.in.switches().front();
  measurements seen{at.in, {.gain = 1, .hysteresis = 1, .half_life = duration::never()}};
  std::uint32_t spans = 0, elements = 0;
  const auto take = [&] {
    spans = elements = 0;
    seen.take_worse([&](span_id) { ++spans; }, [&](element_id) { ++elements; });
    return spans + elements;
  };
  CHECK_FALSE(seen.learn(way, lost(3.4), {}));
  CHECK((seen.excess(hub) == 0 && seen.estimate(hub) > 0.97 && take() == 0));
  CHECK(seen.learn(way, lost(9.9), {}));
  const double told = seen.excess(way.analyser);
  CHECK((told > 1 && told == seen.estimate(way.analyser)));
  CHECK(seen.changes() == 6);
  CHECK((take() == 6 && spans == 4 && elements == 2));
  CHECK(take() == 0);
  CHECK_FALSE(seen.learn(way, lost(8.2), {}));  // not much better
  CHECK((seen.excess(way.analyser) == told && seen.estimate(way.analyser) < told - 0.4));
  CHECK(seen.learn(way, lost(0), {}));
  CHECK((seen.excess(way.analyser) < 0.01 && take() == 0));
}

TEST_CASE("orchestrate.measurements: what is held against an idle part fades, and ends when it is mended") {
  lab at;
  const light_path way = at.way(0, 1, 0);
  const auto blamed = [&](duration half_life) {
    measurements seen{at.in, {.gain = 1, .half_life = half_life}};
    measurement m = lost(16);
    m.tests = 1e6, m.expected_fidelity = promised, m.fidelity = spoilt(16).fidelity;
    seen.learn(way, m, {});
    REQUIRE(believed(seen, way) > 31);
    return seen;
  };
  measurements fading = blamed(10_ms), lasting = blamed(duration::never());
  const double before = fading.estimate(way.analyser);
  const std::uint64_t changes = fading.changes();
  for (measurements* each : {&fading, &lasting}) each->learn(way, {}, local_time{1_ms});
  CHECK(fading.estimate(way.analyser) == before);  // not at every look
  for (measurements* each : {&fading, &lasting}) each->learn(way, {}, local_time{10_ms});
  CHECK(fading.estimate(way.analyser) == approx(before / 2));
  CHECK(fading.excess(way.analyser) == approx(before / 2));
  CHECK(fading.changes() > changes);
  CHECK(lasting.estimate(way.analyser) == before);
  for (int i = 2; i <= 20; ++i) fading.learn(way, {}, local_time{10_ms * i});
  CHECK(believed(fading, way) < 0.001);
  CHECK(fading.excess(way.analyser) < 0.75);

  const element_id hub = at.in.switches().front();
  lasting.clear(at.in, way.analyser);
  CHECK((lasting.estimate(way.analyser) == 0 && lasting.excess(way.analyser) == 0));
  CHECK((lasting.estimate(way.a.spans.back()) == 0 && lasting.excess(way.b.spans.back()) == 0));
  CHECK((lasting.estimate(hub) == 2 * before && lasting.estimate(at.fibre_of(0)) == before));
  lasting.clear(at.in, hub);
  CHECK(believed(lasting, way) == 0);
}

TEST_CASE("orchestrate.measurements: admission hears by how much light paths are slower than foretold") {
  lab at;
  measurements seen{at.in, {}};
  CHECK(seen.slowdown() == 1);
  seen.learn(at.any_way(), lost(10 * std::log10(2.0)), {});
  CHECK(seen.slowdown() == approx(1.05).epsilon(1e-3));
  for (int i = 0; i < 200; ++i) seen.learn(at.any_way(), lost(10 * std::log10(2.0)), {});
  CHECK(seen.slowdown() == approx(2).epsilon(1e-3));
  for (int i = 0; i < 200; ++i) seen.learn(at.any_way(), spoilt(10), {});  // that is no slower
  CHECK(seen.slowdown() == approx(2).epsilon(1e-3));
  for (int i = 0; i < 400; ++i) seen.learn(at.any_way(), lost(-10), {});
  CHECK(seen.slowdown() == 1);
}

TEST_CASE("orchestrate.measurements: a switch and an analyser are busy with the light paths that are held") {
  lab at;
  measurements seen{at.in, {}};
  const element_id hub = at.in.switches().front();
  const light_path one = at.way(0, 1, 0), other = at.way(2, 3, 1);
  seen.occupy(one);
  seen.occupy(other);
  CHECK((seen.busy(hub) == 4 && seen.busy(one.analyser) == 1));
  seen.vacate(one);
  CHECK((seen.busy(hub) == 2 && seen.busy(one.analyser) == 0 && seen.busy(other.analyser) == 1));
}

TEST_CASE("orchestrate.measurements: options out of range are named with what is allowed") {
  CHECK(measuring{}.validate().has_value());
  const auto says = [](const measuring& how) { return how.validate().error().message(); };
  CHECK(says({.gain = 0}) == "measuring.gain: given 0, allowed above 0, up to 1");
  CHECK(says({.doubt = 0}) == "measuring.doubt: given 0, allowed above 0");
  CHECK(says({.hysteresis = -1}) == "measuring.hysteresis: given -1 dB, allowed 0 or more");
  CHECK(says({.half_life = {}}) == "measuring.half_life: given 0 s, allowed more than 0 s");
}
